"""A client of the lock service: gets the lock, writes to the store under it, gives it back.

Takes requests "write once, under the lock" from its application; answers with the token under which the write was
carried out. Pair it with `specs/lock/Lock.tla`, section "The clients".

Nothing is durable. The lease is counted from the moment at which the request for it (or for its renewal) was sent,
and the client stops to rely on it `MARGIN_MS` before its end: `specs/lock/Lease.tla` says why, and that it is no
safety. What makes a write safe is the token on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import DISABLED, CancelTimer, Effects, Node, Reply, Request, Send, SetTimer, action
from pyimpl.lock.messages import Acquire, Granted, Release, Renew, Renewed, Stale, Write, Written
from pyimpl.lock.service import LEASE_MS

MARGIN_MS = LEASE_MS // 4  # timers may be late by a quarter of their time
RELIED_ON_MS = (LEASE_MS - MARGIN_MS) * 4 // 5
RENEW_MS = 50
AGAIN_MS = 40


class Client(Node):
    """`service` and `store` are the names of the others. States: idle, waiting, holding."""

    role = "client"

    def __init__(self, name: str, records: Mapping[str, Any], service: str, store: str) -> None:
        self.service, self.store = service, store
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        self.state = "idle"
        self.token = 0
        self.asked: list[int] = []  # requests of the application, the first one under way
        self.turn = 0  # of asking: for the lock, then for each renewal

    # ---- the actions, in the spec's order ----

    @action("Ask", node="c")
    def ask(self) -> Effects:
        """Ask for the lock; the lease counts from now."""
        if self.state != "idle":
            return DISABLED
        self.state = "waiting"
        self.turn += 1
        return Send(self.service, Acquire(self.name)), SetTimer("again", AGAIN_MS), self.lease()

    @action("Hold", node="c")
    def hold(self, t: int) -> Effects:
        """The lock is lent to us, with token t."""
        if self.state != "waiting":
            return DISABLED
        if not t > self.token:
            return DISABLED
        self.state = "holding"
        self.token = t
        return SetTimer("renew", RENEW_MS), SetTimer("again", AGAIN_MS)

    @action("Write", node="c")
    def write(self) -> Effects:
        """Send the write to the store, with the token."""
        if self.state != "holding":
            return DISABLED
        return (Send(self.store, Write(self.token)),)

    @action("Release", node="c")
    def release(self) -> Effects:
        """Give the lock back."""
        if self.state != "holding":
            return DISABLED
        self.state = "idle"
        return Send(self.service, Release(self.token)), *self.rest()

    @action("GiveUp", node="c")
    def give_up(self) -> Effects:
        """The lease has run out, or a later holder has written: do not rely on the lock."""
        if self.state == "idle":
            return DISABLED
        self.state = "idle"
        return self.rest()

    # ---- events ----

    def on_request(self, request: Request) -> Effects:
        if request.number in self.asked:
            return ()
        self.asked.append(request.number)
        return self.ask()

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case Granted(_, token):
                held = self.hold(token)
                return held if held is DISABLED else (*held, *self.write())
            case Written(token) if self.state == "holding" and token == self.token:
                done = Reply(self.asked.pop(0), token)
                return (done, *self.release(), *self.next())
            case Stale(token) if self.state == "holding" and token == self.token:
                return (*self.give_up(), *self.next())
            case Renewed(token, turn) if self.state == "holding" and token == self.token and turn == self.turn:
                return CancelTimer(f"lease {turn - 1}"), SetTimer("renew", RENEW_MS)
        return ()

    def on_timer(self, name: str) -> Effects:
        match name:
            case "again" if self.state == "waiting":
                return Send(self.service, Acquire(self.name)), SetTimer("again", AGAIN_MS)
            case "again":
                return *self.write(), SetTimer("again", AGAIN_MS)
            case "renew":
                return self.renew()
            case _:  # the lease
                return (*self.give_up(), *self.next())

    # ---- what several of them need ----

    def lease(self) -> SetTimer:
        """The end of the lease that is being asked for now."""
        return SetTimer(f"lease {self.turn}", RELIED_ON_MS)

    def renew(self) -> Effects:
        """Ask for a longer lease. Until the answer comes, the one we have ends when it ends."""
        self.turn += 1
        return Send(self.service, Renew(self.token, self.turn)), self.lease()

    def rest(self) -> Effects:
        """Nothing is under way any more."""
        old, new = CancelTimer(f"lease {self.turn - 1}"), CancelTimer(f"lease {self.turn}")
        return CancelTimer("again"), CancelTimer("renew"), old, new

    def next(self) -> Effects:
        """Go on with what the application wants."""
        return self.ask() if self.asked else ()
