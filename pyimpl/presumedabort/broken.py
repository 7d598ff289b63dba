"""Faulty implementations of presumed abort: one mistake each, twins of `specs/presumedabort/broken/`.

They run like the correct one and report their steps as honestly; the trace alone gives them away.
"""

from __future__ import annotations

from pyimpl.kernel import DISABLED, Effects, Mutant, Send, action
from pyimpl.presumedabort.coordinator import Coordinator
from pyimpl.presumedabort.messages import Ack, Outcome
from pyimpl.presumedabort.participant import Participant


class ForgetsEarly(Coordinator):
    """Forgets a commit when somebody has acknowledged it."""

    @action("Forget")
    def forget(self, t: str) -> Effects:
        """The mistake: the others may still ask."""
        if self.known(t) != "committed":
            return DISABLED
        self.log.append({"txn": t, "is": "ended"})
        del self.table[t]
        return self.log.force()


class PresumesTooSoon(Coordinator):
    """Answers that a transaction was aborted while it is still collecting votes."""

    @action("Presume")
    def presume(self, t: str, r: str) -> Effects:
        """The mistake: not committed is not aborted."""
        if self.known(t) == "committed":
            return DISABLED
        return (Send(r, Outcome(t, False)),)


class AcksEarly(Participant):
    """Acknowledges a commit as soon as it hears of it."""

    @action("Acknowledge", node="r")
    def acknowledge(self, t: str) -> Effects:
        """The mistake: the commit is not in the log yet."""
        if self.at(t) not in ("prepared", "committed"):
            return DISABLED
        return (Send(self.tm, Ack(self.name, t)),)

    def on_commit(self, t: str) -> Effects:
        """It says so, and commits then."""
        return (*self.acknowledge(t), *self.learn_commit(t))


class PreparedInMemory(Participant):
    """Is prepared in memory only."""

    @action("Prepare", node="r")
    def prepare(self, t: str) -> Effects:
        """The mistake: a crash, and we know nothing of it."""
        if self.at(t) != "nothing":
            return DISABLED
        self.table[t] = "prepared"
        return ()


NODES_OF: dict[str | None, tuple[type[Coordinator], type[Participant]]] = {
    None: (Coordinator, Participant),
    "ForgetsEarly": (ForgetsEarly, Participant),
    "PresumesTooSoon": (PresumesTooSoon, Participant),
    "AcksEarly": (Coordinator, AcksEarly),
    "PreparedInMemory": (Coordinator, PreparedInMemory),
}

MUTANTS = (
    Mutant("ForgetsEarly", "the TM forgets a commit that not all have acknowledged", frozenset(), 1),
    Mutant(
        "PresumesTooSoon", "the TM presumes the abort of what it has not decided", frozenset({"crash", "delay"}), 132
    ),
    Mutant("AcksEarly", "an RM acknowledges a commit before it has logged it", frozenset(), 1),
    Mutant("PreparedInMemory", "an RM votes yes without having logged that it is prepared", frozenset(), 21),
)
