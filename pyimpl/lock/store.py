"""The store that the lock protects: it checks the token of every write.

Takes `Write` of clients; carries it out unless it has seen a higher token, and says which. Pair it with
`specs/lock/Lock.tla`, section "The store".

What is durable: the highest token seen and the journal, one record, safe before the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import DISABLED, Apply, Effects, Node, Persist, Send, action
from pyimpl.lock.messages import Stale, Write, Written


class Store(Node):
    """The one store."""

    role = "store"

    def recover(self, records: Mapping[str, Any]) -> None:
        self.highest, journal = records.get("store", (0, ()))
        self.journal: list[int] = list(journal)

    # ---- the action ----

    @action("Store")
    def store(self, t: int) -> Effects:
        """Carry out the write with token t. The fence must be as durable as what it protects."""
        if not t > self.highest:
            return DISABLED
        self.highest = t
        self.journal.append(t)
        return self.persist(), Apply(t)

    # ---- events ----

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case Write(token):
                done = self.store(token)
                return (*done, Send(sender, Written(token) if token in self.journal else Stale(token)))
        return ()

    # ---- what they need ----

    def persist(self) -> Persist:
        return Persist("store", (self.highest, tuple(self.journal)))
