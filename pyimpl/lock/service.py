"""The lock service: lends the lock to one client at a time, for the length of a lease.

Takes `Acquire`, `Release` and `Renew` of clients; gives `Granted` with a token that grows with each grant. Pair it
with `specs/lock/Lock.tla`, section "The service".

What is durable: the last token and to whom the lock is lent, one record, safe on disk before the grant is told: a
token given out twice could not be told apart by the fence. After a restart the lease begins anew in full, because the
service cannot know how much of it is over.

Clients wait in the order in which they asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import DISABLED, CancelTimer, Effects, Node, Persist, Send, SetTimer, action
from pyimpl.lock.messages import NOBODY, Acquire, Granted, Release, Renew, Renewed

LEASE_MS = 200


class Service(Node):
    """The one lock service."""

    role = "lock service"

    def recover(self, records: Mapping[str, Any]) -> None:
        self.issued, self.holder = records.get("grant", (0, NOBODY))
        self.waiting: list[str] = []  # clients that have asked and not been served

    # ---- the actions, in the spec's order ----

    @action("Grant")
    def grant(self, c: str) -> Effects:
        """Lend the lock to c. The token must be safe before anyone hears of it."""
        if self.holder != NOBODY:
            return DISABLED
        self.issued += 1
        self.holder = c
        return self.persist(), Send(c, Granted(c, self.issued)), SetTimer("lease", LEASE_MS)

    @action("Free")
    def free(self) -> Effects:
        """The holder gives the lock back."""
        if self.holder == NOBODY:
            return DISABLED
        self.holder = NOBODY
        return self.persist(), CancelTimer("lease")

    @action("Expire")
    def expire(self) -> Effects:
        """The lease has run out: take the lock back, without asking the holder, who may be dead."""
        if self.holder == NOBODY:
            return DISABLED
        self.holder = NOBODY
        return (self.persist(),)

    # ---- events ----

    def on_start(self) -> Effects:
        return () if self.holder == NOBODY else (SetTimer("lease", LEASE_MS),)

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case Acquire(client):
                return self.asked(client)
            case Release(token):
                return (*self.free(), *self.serve()) if token == self.issued else ()
            case Renew(token, turn) if token == self.issued and self.holder == sender:
                return SetTimer("lease", LEASE_MS), Send(sender, Renewed(token, turn))
        return ()

    def on_timer(self, name: str) -> Effects:
        return (*self.expire(), *self.serve())

    # ---- what several of them need ----

    def asked(self, client: str) -> Effects:
        """Serve the client, let it wait, or, if it is the holder, tell it so again: the answer may have been lost."""
        if self.holder == client:
            return (Send(client, Granted(client, self.issued)),)
        if client not in self.waiting:
            self.waiting.append(client)
        return self.serve()

    def serve(self) -> Effects:
        """Lend the lock to whoever has waited longest, if it is free."""
        if self.holder != NOBODY or not self.waiting:
            return ()
        return self.grant(self.waiting.pop(0))

    def persist(self) -> Persist:
        return Persist("grant", (self.issued, self.holder))
