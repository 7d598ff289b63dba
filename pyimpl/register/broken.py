"""Faulty implementations of the register: one mistake each, twins of `specs/register/broken/`.

They run like the correct one and report their steps as honestly; the trace alone gives them away.
"""

from __future__ import annotations

from typing import Any

from pyimpl.kernel import DISABLED, Apply, CancelTimer, Effects, Mutant, Send, action
from pyimpl.register.client import Client
from pyimpl.register.messages import Put, Stored
from pyimpl.register.server import Server


class NoWriteBack(Client):
    """Returns what it was told, at any level."""

    @action("Return", node="c")
    def return_(self) -> Effects:
        """The mistake: an atomic read must not be forgotten by the servers."""
        if not self.in_phase("read", "get"):
            return DISABLED
        if not self.enough(self.told):
            return DISABLED
        done = self.done(self.latest().stamp, self.latest().value)
        self.op = {"kind": "none"}
        return Apply(done), CancelTimer("again"), self.answer(done)

    def go_on(self) -> Effects:
        """Reads have one phase."""
        return (*self.return_(), *self.next()) if self.in_phase("read", "get") else super().go_on()


class MinorityWrite(Client):
    """Ends an operation when one server has stored."""

    def enough(self, servers: Any) -> bool:
        """The mistake: in the second phase, one will do."""
        return super().enough(servers) or (self.op["phase"] == "put" and len(servers) >= 1)


class OverwritesNewer(Server):
    """Stores whatever comes."""

    @action("Store", node="s", witness=("m",))
    def store(self, c: str, k: int, m: Put) -> Effects:
        """The mistake: it does not compare the stamps."""
        self.stamp, self.value = m.stamp, m.value
        return self.persist(), Send(c, Stored(self.name, c, k))


class StampReused(Client):
    """Takes stamps by what it was told alone."""

    def stamp_after(self, t: int) -> int:
        """The mistake: it does not look at what it took before."""
        return super().stamp_after(self.latest().stamp)


NODES_OF: dict[str | None, tuple[type[Server], type[Client]]] = {
    None: (Server, Client),
    "NoWriteBack": (Server, NoWriteBack),
    "MinorityWrite": (Server, MinorityWrite),
    "OverwritesNewer": (OverwritesNewer, Client),
    "StampReused": (Server, StampReused),
}

MUTANTS = (
    Mutant("NoWriteBack", "an atomic read is not written back", frozenset(), 59),
    Mutant("MinorityWrite", "an operation ends when one server has stored", frozenset({"delay"}), 8),
    Mutant("OverwritesNewer", "a server stores an older value over a newer one", frozenset({"delay"}), 8),
    Mutant("StampReused", "a client takes a stamp twice", frozenset({"crash", "loss"}), 0),
)
