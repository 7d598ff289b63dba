"""Faulty implementations of Zab: one mistake each, twins of `specs/zab/broken/`.

They run like the correct one and report their steps as honestly; the trace alone gives them away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import Mutant
from pyimpl.zab.history import History, Snapshot
from pyimpl.zab.messages import AckEpoch, NewLeader
from pyimpl.zab.node import Peer


class AcksUnsynced(Peer):
    """Is in the new epoch before it has the history of it."""

    def synced(self, m: NewLeader) -> History:
        """The mistake: the epoch is written down and acknowledged, and the transactions are not there."""
        return self.history


class LeadsFromBehind(Peer):
    """Leads whoever follows it."""

    def not_ahead(self, m: AckEpoch) -> bool:
        """The mistake: what others have and it has not, may be committed."""
        return True


class EpochForgotten(Peer):
    """Comes back without its promise."""

    def recover(self, records: Mapping[str, Any]) -> None:
        """The mistake: the promise is not durable, and is given again to another."""
        super().recover(records)
        self.accepted_epoch = self.current_epoch


class KeepsTail(Peer):
    """Takes what is new, and keeps what it had."""

    def synced(self, m: NewLeader) -> History:
        """The mistake: transactions of an earlier leader, that the new one does not have, are not cut off."""
        if self.history.has(m.prev, m.prev_zxid) and m.last <= self.history.last:
            return self.history
        if self.history.has(m.prev, m.prev_zxid):
            kept = self.history.between(self.history.snapshot.last + 1, m.prev)
            return History(self.history.snapshot, (*kept, *m.txns))
        return History(Snapshot(m.prev, m.prev_zxid), m.txns)


PEER_OF: dict[str | None, type[Peer]] = {
    None: Peer,
    "AcksUnsynced": AcksUnsynced,
    "LeadsFromBehind": LeadsFromBehind,
    "EpochForgotten": EpochForgotten,
    "KeepsTail": KeepsTail,
}

MUTANTS = (
    Mutant("AcksUnsynced", "acknowledges a history that it has not taken over", frozenset({"crash"}), 49),
    Mutant("LeadsFromBehind", "leads servers that are ahead of it", frozenset({"crash", "partition"}), 98),
    Mutant("EpochForgotten", "a promise is forgotten in a crash", frozenset({"crash"}), 66),
    Mutant("KeepsTail", "does not cut off what the new leader does not have", frozenset({"loss", "crash"}), 445),
)
