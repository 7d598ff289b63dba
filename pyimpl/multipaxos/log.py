"""What a server keeps on its disk and what it knows to be chosen, by slot.

What is durable: the record "paxos" with the promise and the snapshot's last slot; one record "vote n" for each slot
behind that; and the record "image" with the machine as it was at the snapshot. Records of one step are written together
and flushed once, the record "paxos" last. Votes up to the snapshot's last slot are left over.

Source: T. Chandra, R. Griesemer, J. Redstone, "Paxos made live", PODC 2007, section 5.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import Effects, Persist
from pyimpl.multipaxos.messages import Decision, Value, Vote, value_of, value_record


class Log:
    """`promised`, and behind slot `base`: `votes` by slot, and `chosen`, what is known to be chosen; `image` is the
    machine at `base`."""

    def __init__(self, records: Mapping[str, Any]) -> None:
        self.promised: int
        self.base: int
        self.promised, self.base = records.get("paxos", (0, 0))
        self.image: Any = records.get("image") if self.base else None
        self.votes: dict[int, Vote] = {}
        for name, record in records.items():
            if name.startswith("vote ") and record is not None:
                slot = int(name.removeprefix("vote "))
                if slot > self.base:
                    self.votes[slot] = Vote(slot, record[0], value_of(record[1]))
        self.chosen: dict[int, Value] = {}

    def vote(self, n: int, b: int, v: Value) -> None:
        """Vote for v in slot n and ballot b."""
        self.votes[n] = Vote(n, b, v)

    def all_votes(self) -> frozenset[Vote]:
        """The last vote in each slot behind the snapshot."""
        return frozenset(self.votes.values())

    def waiting(self, last: int) -> frozenset[Decision]:
        """What is known to be chosen behind slot `last`."""
        return frozenset(Decision(n, v) for n, v in self.chosen.items() if n > last)

    def cut(self, last: int, image: Any) -> Effects:
        """Replace all up to slot `last` by an image of the machine."""
        blank = tuple(Persist(f"vote {n}", None, flush=False) for n in sorted(self.votes) if n <= last)
        self.base, self.image = last, image
        self.votes = {n: vote for n, vote in self.votes.items() if n > last}
        self.chosen = {n: value for n, value in self.chosen.items() if n > last}
        return *blank, Persist("image", image, flush=False), self.persist_promise()

    def persist_promise(self) -> Persist:
        """Make the promise safe, and where the log begins."""
        return Persist("paxos", [self.promised, self.base])

    def persist_vote(self, n: int) -> Effects:
        """Make the vote in slot n safe, and the promise with it."""
        vote = self.votes[n]
        return Persist(f"vote {n}", [vote.bal, value_record(vote.val)], flush=False), self.persist_promise()
