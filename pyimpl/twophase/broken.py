"""Faulty implementations of two-phase commit: one mistake each, twins of `specs/twophase/broken/`.

They run like the correct ones and report their steps as honestly; the trace alone gives them away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import DISABLED, Effects, Mutant, Persist, SetTimer, action
from pyimpl.twophase.coordinator import Coordinator
from pyimpl.twophase.participant import DOUBT_TIMEOUT_MS, Participant


class CommitsEarly(Coordinator):
    """Commits on the first yes."""

    @action("DecideCommit")
    def decide_commit(self) -> Effects:
        """The mistake: it does not ask for everybody's vote."""
        if self.tm_state != "waiting":
            return DISABLED
        self.tm_log = "committed"
        self.tm_state = "committed"
        return Persist("tm_log", "committed"), *self.announce()


class CountsVotesTwice(Coordinator):
    """Counts yes messages instead of those who sent them: a repeated one stands for a missing one."""

    def recover(self, records: Mapping[str, Any]) -> None:
        super().recover(records)
        self.count = 0

    @action("CollectVote")
    def collect_vote(self, r: str) -> Effects:
        """The mistake: every message counts."""
        if self.tm_state != "waiting":
            return DISABLED
        self.tm_votes.add(r)
        self.count += 1
        return ()

    @action("DecideCommit")
    def decide_commit(self) -> Effects:
        """Relies on the count."""
        if self.tm_state != "waiting":
            return DISABLED
        if not self.count >= len(self.rms):
            return DISABLED
        self.tm_log = "committed"
        self.tm_state = "committed"
        return Persist("tm_log", "committed"), *self.announce()


class DecisionNotLogged(Coordinator):
    """Tells everyone to commit, and logs it afterwards."""

    @action("DecideCommit")
    def decide_commit(self) -> Effects:
        """The mistake: a crash between the two, and it will presume an abort."""
        if self.tm_state != "waiting":
            return DISABLED
        if self.tm_votes != set(self.rms):
            return DISABLED
        self.tm_log = "committed"
        self.tm_state = "committed"
        return *self.announce(), Persist("tm_log", "committed")


class AbortsAfterCommit(Coordinator):
    """Does not notice that the time-out for votes is stale."""

    @action("DecideAbort")
    def decide_abort(self) -> Effects:
        """The mistake: it may have decided already."""
        self.tm_state = "aborted"
        return self.announce()

    def on_timer(self, name: str) -> Effects:
        return self.decide_abort() if name == "votes" else super().on_timer(name)


class AbortsAfterYes(Participant):
    """Having voted yes and heard nothing, gives up."""

    @action("VoteNo", node="r")
    def vote_no(self) -> Effects:
        """The mistake: a prepared participant may not."""
        if self.rm_state not in ("working", "prepared"):
            return DISABLED
        return self.give_up()

    def on_timer(self, name: str) -> Effects:
        return self.vote_no()


class VoteNotLogged(Participant):
    """Votes yes without waiting for the disk."""

    @action("VoteYes", node="r")
    def vote_yes(self) -> Effects:
        """The mistake: the record is written and not flushed; a crash loses it, and the yes is already
        out."""
        if self.rm_state != "working":
            return DISABLED
        self.rm_log = "prepared"
        self.rm_state = "prepared"
        return (
            Persist("rm_log", "prepared", flush=False),
            self.say(yes=True),
            SetTimer("doubt", DOUBT_TIMEOUT_MS),
        )


NODES_OF: dict[str | None, tuple[type[Coordinator], type[Participant]]] = {
    None: (Coordinator, Participant),
    "CommitsEarly": (CommitsEarly, Participant),
    "CountsVotesTwice": (CountsVotesTwice, Participant),
    "AbortsAfterYes": (Coordinator, AbortsAfterYes),
    "VoteNotLogged": (Coordinator, VoteNotLogged),
    "DecisionNotLogged": (DecisionNotLogged, Participant),
    "AbortsAfterCommit": (AbortsAfterCommit, Participant),
}

MUTANTS = (
    Mutant("CommitsEarly", "commits without everybody's vote", frozenset(), 1528),
    Mutant("CountsVotesTwice", "counts a repeated yes as another's", frozenset({"loss", "duplicate"}), 2399),
    Mutant("AbortsAfterYes", "a participant gives up after it voted yes", frozenset({"loss"}), 702),
    Mutant("VoteNotLogged", "a yes is said before it is safe on disk", frozenset({"crash"}), 1698),
    Mutant("DecisionNotLogged", "a commit is said before it is safe on disk", frozenset({"crash"}), 954),
    Mutant("AbortsAfterCommit", "a stale time-out aborts what was committed", frozenset({"loss"}), 5894),
)
