"""Faulty implementations of the failure detector: one mistake each, twins of `specs/detector/broken/`.

They run like the correct one and report their steps as honestly; the trace alone gives them away.
"""

from __future__ import annotations

from pyimpl.detector.member import Member
from pyimpl.detector.messages import Alive, Suspected
from pyimpl.kernel import DISABLED, Effects, Mutant, Persist, action


class OldNewsTaken(Member):
    """Takes any sign of life for news."""

    @action("Hear", node="p")
    def hear(self, q: str, i: int) -> Effects:
        """The mistake: it does not look at the incarnation."""
        if self.view[q] == (i, False):
            return DISABLED
        self.view[q] = (i, False)
        return self.learnt(q)


class AccuserRaises(Member):
    """Suspects others in a life that they have not begun."""

    @action("Suspect", node="p")
    def suspect(self, q: str) -> Effects:
        """The mistake: it raises the incarnation of another."""
        if self.view[q][1]:
            return DISABLED
        self.view[q] = (self.view[q][0] + 1, True)
        return (*self.learnt(q), *self.to_peers(Suspected(q, self.view[q][0])))


class LifeNotLogged(Member):
    """Does not use what it has logged of its lives."""

    @action("Restart", node="q")
    def restart(self) -> Effects:
        """The mistake: the same lives begin again."""
        if not self.down:
            return DISABLED
        self.down = False
        self.inc = 0
        return Persist("inc", 0), *self.to_peers(Alive(self.name, 0))


MEMBER_OF: dict[str | None, type[Member]] = {
    None: Member,
    "OldNewsTaken": OldNewsTaken,
    "AccuserRaises": AccuserRaises,
    "LifeNotLogged": LifeNotLogged,
}

MUTANTS = (
    Mutant("OldNewsTaken", "a late heartbeat clears a suspicion", frozenset({"delay", "reorder"}), 55),
    Mutant("AccuserRaises", "a member is suspected in a life that it has not begun", frozenset({"loss"}), 29),
    Mutant("LifeNotLogged", "a member comes back with an incarnation that is over", frozenset({"crash", "delay"}), 34),
)
