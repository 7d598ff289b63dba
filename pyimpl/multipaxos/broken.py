"""Faulty implementations of multi-Paxos: one mistake each, twins of `specs/multipaxos/broken/`.

They run like the correct one and report their steps as honestly; the trace alone gives them away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import Mutant
from pyimpl.multipaxos.messages import Promise, Value
from pyimpl.multipaxos.node import Server


class OwnValueFirst(Server):
    """Proposes nothing where others have voted, to be done with it."""

    def best(self, n: int) -> Value | None:
        """The mistake: something may have been chosen there."""
        return None


class FirstVoteWins(Server):
    """Proposes the value of the first vote that it finds."""

    def best(self, n: int) -> Value | None:
        """The mistake: what was chosen is in the vote of the highest ballot."""
        return next((vote.val for vote in self.told() if vote.slot == n), None)


class RunsOverHoles(Server):
    """Carries out what it learns at once."""

    def following(self) -> int:
        """The mistake: it does not wait for the slots between."""
        return min((n for n in self.log.chosen if n > self.last), default=self.last + 1)


class VotesForgotten(Server):
    """Comes back without its votes."""

    def recover(self, records: Mapping[str, Any]) -> None:
        """The mistake: it votes without waiting for the disk."""
        super().recover(records)
        self.log.votes = {}


class SilenceIsFreedom(Server):
    """Leads although it has missed what others have cut off."""

    def kept(self, promise: Promise, n: int) -> bool:
        """The mistake: no vote told is not the same as no vote cast."""
        return True


class SessionsForgotten(Server):
    """Keeps a snapshot of the data, and not of who was answered."""

    def image(self) -> Any:
        """The mistake: commands under way a second time are new to who begins with the snapshot."""
        return self.machine.image() | {"answers": {}}


SERVER_OF: dict[str | None, type[Server]] = {
    None: Server,
    "OwnValueFirst": OwnValueFirst,
    "FirstVoteWins": FirstVoteWins,
    "RunsOverHoles": RunsOverHoles,
    "VotesForgotten": VotesForgotten,
    "SilenceIsFreedom": SilenceIsFreedom,
    "SessionsForgotten": SessionsForgotten,
}

MUTANTS = (
    Mutant("OwnValueFirst", "proposes its own value over votes", frozenset({"crash"}), 83),
    Mutant("FirstVoteWins", "proposes the value of any vote", frozenset({"loss", "crash", "partition"}), 568),
    Mutant("RunsOverHoles", "carries out what it learns at once", frozenset({"reorder"}), 397),
    Mutant("VotesForgotten", "votes are forgotten in a crash", frozenset({"crash"}), 433),
    Mutant("SilenceIsFreedom", "leads although it misses what is cut off", frozenset({"partition", "delay"}), 1110),
    Mutant("SessionsForgotten", "a snapshot without sessions", frozenset({"loss", "crash", "partition"}), 850),
)
