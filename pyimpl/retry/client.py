"""A client whose calls are carried out exactly once, however often they have to be repeated.

Takes requests (a command) of its application, one call at a time; answers with the place at which the command was
carried out. Pair it with `specs/retry/Retry.tla`. Durable is the call under way with its number, one record, safe
before the call is sent: after a crash the client goes on with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import DISABLED, CancelTimer, Effects, Node, Persist, Reply, Request, Send, SetTimer, action
from pyimpl.retry.backoff import Backoff
from pyimpl.retry.messages import NOTHING, Answer, Call


class Client(Node):
    """`server` is the server's name; `place` of `of` clients, for the waiting times."""

    role = "client"

    def __init__(self, name: str, records: Mapping[str, Any], server: str, place: int = 0, of: int = 1) -> None:
        self.server, self.place, self.of = server, place, of
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        self.seq, self.asked, self.busy, self.got, self.number = records.get("call", (0, NOTHING, False, 0, -1))
        self.backoff = Backoff(place=self.place, of=self.of)
        self.waiting: list[Request] = []

    # ---- the actions, in the spec's order ----

    @action("Call", node="c")
    def call(self, x: str) -> Effects:
        """Make the next call. Its number must be safe before the server sees it."""
        if self.busy:
            return DISABLED
        self.seq += 1
        self.asked = x
        self.busy = True
        self.got = 0
        return self.persist(), self.send(), SetTimer("again", self.backoff.wait_ms())

    @action("Return", node="c", witness=("m",))
    def return_(self, m: Answer) -> Effects:
        """The answer to this very call."""
        if not self.busy or m.seq != self.seq:
            return DISABLED
        self.got = m.result
        self.busy = False
        return self.persist(), CancelTimer("again"), Reply(self.number, m.result)

    # ---- events ----

    def on_start(self) -> Effects:
        return self.again() if self.busy else ()

    def on_request(self, request: Request) -> Effects:
        known = [self.number, *(r.number for r in self.waiting)]
        if request.number in known:
            return ()
        self.waiting.append(request)
        return self.next()

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case Answer():
                returned = self.return_(message)
                if returned is not DISABLED:
                    self.backoff.reset()
                return (*returned, *self.next())
        return ()

    def on_timer(self, name: str) -> Effects:
        return self.again()

    # ---- what several of them need ----

    def next(self) -> Effects:
        """What the application wants next, if nothing is under way."""
        if self.busy or not self.waiting:
            return ()
        request = self.waiting.pop(0)
        self.number = request.number
        return self.call(request.command)

    def again(self) -> Effects:
        """The same call once more."""
        return self.send(), SetTimer("again", self.backoff.wait_ms())

    def send(self) -> Send:
        return Send(self.server, Call(self.name, self.seq, self.asked))

    def persist(self) -> Persist:
        return Persist("call", (self.seq, self.asked, self.busy, self.got, self.number))
