"""Faulty implementations of Raft: one mistake each, twins of `specs/raft/broken/`.

They run like the correct one and report their steps as honestly; the trace alone gives them away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import Mutant
from pyimpl.raft.messages import NOOP, Append, AskPreVote, AskVote, Entry
from pyimpl.raft.node import Server


class CommitsOldTerms(Server):
    """Commits entries of earlier terms by counting who holds them; sends one at a time, which shows it."""

    batch = 1

    def committable(self, n: int) -> bool:
        """The mistake: that a majority holds an old entry does not keep it from being overwritten."""
        return True


class VoteForgotten(Server):
    """Comes back without its vote."""

    def recover(self, records: Mapping[str, Any]) -> None:
        """The mistake: the term is durable and the vote is not, so it is cast again."""
        super().recover(records)
        self.voted_for = NOOP


class ReconfiguresUnsettled(Server):
    """Changes the cluster before it has committed anything in its term."""

    def settled(self) -> bool:
        """The mistake: a change begun by an earlier leader may be in force elsewhere."""
        return True


class TruncatesAlways(Server):
    """Cuts its log off behind what it accepts."""

    def accept_log(self, m: Append) -> list[Entry]:
        """The mistake: an old message, late, makes it forget what newer ones brought."""
        return [*self.log.between(self.log.snapshot.last + 1, m.prev), *m.entries]


class VotesForAnyLog(Server):
    """Votes for whoever asks first."""

    def not_behind(self, m: AskVote | AskPreVote) -> bool:
        """The mistake: who is elected may lack what is committed."""
        return True


SERVER_OF: dict[str | None, type[Server]] = {
    None: Server,
    "CommitsOldTerms": CommitsOldTerms,
    "VoteForgotten": VoteForgotten,
    "ReconfiguresUnsettled": ReconfiguresUnsettled,
    "TruncatesAlways": TruncatesAlways,
    "VotesForAnyLog": VotesForAnyLog,
}

MUTANTS = (
    Mutant(
        "CommitsOldTerms", "commits entries of earlier terms by counting", frozenset({"crash", "loss", "delay"}), 418
    ),
    Mutant("VoteForgotten", "a vote is forgotten in a crash", frozenset({"crash"}), 45),
    Mutant(
        "ReconfiguresUnsettled",
        "changes the cluster before it has committed in its term",
        frozenset({"crash", "loss"}),
        222,
    ),
    Mutant("TruncatesAlways", "an old message cuts the log off", frozenset({"reorder", "delay"}), 31),
    Mutant("VotesForAnyLog", "votes for a server whose log is behind", frozenset({"crash", "partition"}), 44),
)
