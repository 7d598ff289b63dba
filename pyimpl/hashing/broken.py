"""Faulty implementations of the store on a ring: one mistake each, twins of `specs/hashing/broken/`.

They run like the correct one and report their steps as honestly; the trace alone gives them away.
"""

from __future__ import annotations

from pyimpl.hashing.registrar import Registrar
from pyimpl.hashing.server import Server
from pyimpl.kernel import DISABLED, Apply, Effects, Mutant, Reply, action


class DropsUnconfirmed(Server):
    """Drops what it has offered."""

    @action("Drop", node="n")
    def drop(self, k: str) -> Effects:
        """The mistake: it does not wait until the owners have it."""
        if k not in self.items:
            return DISABLED
        if self.name in self.owners(k):
            return DISABLED
        if k not in self.offered:
            return DISABLED
        del self.items[k]
        return (self.persist(),)

    def on_timer(self, name: str) -> Effects:
        """What was offered is dropped."""
        effects = super().on_timer(name)
        return *effects, *(effect for key in sorted(self.items) for effect in self.drop(key))


class SameNodeTwice(Server):
    """Takes the next places on the ring for the next servers."""

    def owners(self, key: str) -> tuple[str, ...]:
        """The mistake: a server that stands in two of the places counts twice."""
        at = self.ring.home(key)
        around = self.ring.places[at:] + self.ring.places[:at]
        taken = [node for node in around if node in self.members]
        return tuple(dict.fromkeys(taken[: self.copies]))


class CountsOldCopies(Server):
    """Counts the copies of earlier rings too."""

    def begin(self, said: list[str]) -> None:
        """The mistake: who had an item in the last ring is taken to have it still."""
        self.old: dict[str, set[str]] = {
            key: self.heard.get(key, set()) | getattr(self, "old", {}).get(key, set()) for key in self.writes
        }
        super().begin(said)

    @action("Ack", node="n")
    def ack(self, k: str) -> Effects:
        """As before, with those."""
        if not self.alive:
            return DISABLED
        if len(self.heard.get(k, set()) | getattr(self, "old", {}).get(k, set())) < self.copies:
            return DISABLED
        waiting = self.writes.pop(k, [])
        return Apply(k), *(Reply(number, "stored") for number in waiting)


class AcksFirstCopy(Server):
    """Tells the client as soon as one server has it."""

    @action("Ack", node="n")
    def ack(self, k: str) -> Effects:
        """The mistake: it does not wait for the others."""
        if not self.alive:
            return DISABLED
        if not self.heard.get(k):
            return DISABLED
        waiting = self.writes.pop(k, [])
        return Apply(k), *(Reply(number, "stored") for number in waiting)


class LeaverForgotten(Registrar):
    """Waits for the members only."""

    def expected(self) -> set[str]:
        """The mistake: those who have left, or stood in, may have what nobody else has."""
        return set(self.present)


NODES_OF: dict[str | None, tuple[type[Registrar], type[Server]]] = {
    None: (Registrar, Server),
    "DropsUnconfirmed": (Registrar, DropsUnconfirmed),
    "SameNodeTwice": (Registrar, SameNodeTwice),
    "CountsOldCopies": (Registrar, CountsOldCopies),
    "AcksFirstCopy": (Registrar, AcksFirstCopy),
    "LeaverForgotten": (LeaverForgotten, Server),
}

MUTANTS = (
    Mutant("DropsUnconfirmed", "an item is dropped as soon as it is offered", frozenset({"loss"}), 36),
    Mutant("SameNodeTwice", "a node that stands twice on the ring is two owners", frozenset(), 11),
    Mutant("CountsOldCopies", "copies of different rings count together", frozenset({"delay", "partition"}), 34),
    Mutant("AcksFirstCopy", "a write is acknowledged when one node has it", frozenset(), 31),
    Mutant("LeaverForgotten", "nobody waits for nodes that have left", frozenset({"delay"}), 56),
)
