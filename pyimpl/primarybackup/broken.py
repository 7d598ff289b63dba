"""Faulty implementations of primary and backup: one mistake each, twins of `specs/primarybackup/broken/`.

They run like the correct one and report their steps as honestly; the trace alone gives them away.
"""

from __future__ import annotations

from typing import Any

from pyimpl.kernel import DISABLED, Apply, Effects, Mutant, Send, action
from pyimpl.primarybackup.messages import Replicate, State, View
from pyimpl.primarybackup.monitor import Monitor
from pyimpl.primarybackup.replica import Replica


class AcksAlone(Replica):
    """Acknowledges a write as soon as it has it."""

    def settle(self) -> Effects:
        """The mistake: it does not wait for the backup."""
        return self.acknowledge(len(self.log))


class PromotesUnsynced(Monitor):
    """Promotes any backup."""

    @action("Appoint")
    def appoint(self, p: str, b: str) -> Effects:
        """The mistake: it does not ask whether the backup has caught up."""
        if p not in (self.current.primary, self.current.backup):
            return DISABLED
        if b == p or (p, b) == (self.current.primary, self.current.backup):
            return DISABLED
        self.current = View(self.current.num + 1, p, b)
        self.synced = False
        return self.persist(), *(Send(server, self.current) for server in self.servers)

    def look(self) -> Effects:
        """As before, and without asking."""
        backup = self.current.backup
        if not self.here(self.current.primary) and self.here(backup):
            return self.appoint(backup, self.spare(backup))
        return super().look()


class KeepsOldLog(Replica):
    """Takes the log of an earlier view for the present one."""

    @action("Enter", node="s", witness=("m",))
    def enter(self, n: int, m: View) -> Effects:
        """The mistake: a server that knew some log is taken to know this one."""
        if not n > self.view.num:
            return DISABLED
        self.view = m
        self.ready = m.primary == self.name or (m.backup == self.name and self.ready)
        self.stored = None
        return (self.persist(),)

    def on_message(self, sender: str, message: Any) -> Effects:
        """What it knows already it does not confirm, having never been sent it."""
        match message:
            case State(num, _) if num == self.view.num:
                return self.catch_up(message)
            case Replicate(num, index, value) if num == self.view.num and self.ready:
                return self.store(value) if index == len(self.log) + 1 else ()
        return super().on_message(sender, message)


class ReadsUnacknowledged(Replica):
    """Answers reads with all it has."""

    @action("Read", node="s")
    def read(self) -> Effects:
        """The mistake: what a primary has not had stored may be lost."""
        if self.name not in (self.view.primary, self.view.backup):
            return DISABLED
        if not self.ready:
            return DISABLED
        return (Apply(tuple(self.log)),)


NODES_OF: dict[str | None, tuple[type[Monitor], type[Replica]]] = {
    None: (Monitor, Replica),
    "AcksAlone": (Monitor, AcksAlone),
    "PromotesUnsynced": (PromotesUnsynced, Replica),
    "KeepsOldLog": (Monitor, KeepsOldLog),
    "ReadsUnacknowledged": (Monitor, ReadsUnacknowledged),
}

MUTANTS = (
    Mutant("AcksAlone", "a write is acknowledged before the backup has it", frozenset(), 57),
    Mutant("PromotesUnsynced", "a backup that has not caught up becomes primary", frozenset({"crash", "loss"}), 15),
    Mutant("KeepsOldLog", "a server that comes back keeps the log it had", frozenset({"partition", "loss"}), 69),
    Mutant("ReadsUnacknowledged", "the primary lets readers see what may be lost", frozenset({"delay"}), 115),
)
