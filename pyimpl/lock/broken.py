"""Faulty implementations of the lock: one mistake each, twins of `specs/lock/broken/`.

They run like the correct one and report their steps as honestly; the trace alone gives them away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import DISABLED, Apply, Effects, Mutant, Persist, Send, SetTimer, action
from pyimpl.lock.client import Client
from pyimpl.lock.messages import NOBODY, Granted
from pyimpl.lock.service import LEASE_MS, Service
from pyimpl.lock.store import Store


class NoFencing(Store):
    """Takes any write."""

    @action("Store")
    def store(self, t: int) -> Effects:
        """The mistake: it looks only whether it is the same write again."""
        if t == self.highest:
            return DISABLED
        self.highest = t
        self.journal.append(t)
        return self.persist(), Apply(t)


class FenceForgotten(Store):
    """Keeps the fence in memory only."""

    def recover(self, records: Mapping[str, Any]) -> None:
        """The mistake: the journal comes back, and the fence does not."""
        super().recover(records)
        self.highest = 0


class TokenNotLogged(Service):
    """Gives tokens out without waiting for the disk."""

    @action("Grant")
    def grant(self, c: str) -> Effects:
        """The mistake: the record is written and not flushed; a crash loses it, and the token is already out."""
        if self.holder != NOBODY:
            return DISABLED
        self.issued += 1
        self.holder = c
        granted = Persist("grant", (self.issued, self.holder), flush=False)
        return granted, Send(c, Granted(c, self.issued)), SetTimer("lease", LEASE_MS)


NODES_OF: dict[str | None, tuple[type[Service], type[Client], type[Store]]] = {
    None: (Service, Client, Store),
    "NoFencing": (Service, Client, NoFencing),
    "FenceForgotten": (Service, Client, FenceForgotten),
    "TokenNotLogged": (TokenNotLogged, Client, Store),
}

MUTANTS = (
    Mutant("NoFencing", "the store takes any write", frozenset({"delay"}), 143),
    Mutant("FenceForgotten", "the store forgets the highest token in a crash", frozenset({"crash", "delay"}), 206),
    Mutant("TokenNotLogged", "a token is given out before it is safe on disk", frozenset({"crash"}), 156),
)
