"""A server's history on disk: a snapshot of the beginning, and the transactions after it, by position.

What is durable: the record "zab" with both epochs, the snapshot's place and the last position; one record for each
transaction; and the record "image" with the application as it was at the snapshot. Positions beyond the last are left
over. Records of one step are written together and flushed once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyimpl.zab.messages import Txn, Zxid


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All up to position `last`, a transaction `zxid`."""

    last: int
    zxid: Zxid

    def spec(self) -> dict[str, Any]:
        """[last |-> last, zxid |-> zxid]"""
        return {"last": self.last, "zxid": self.zxid}


class History:
    """`snapshot`, and `txns` after it."""

    def __init__(self, snapshot: Snapshot, txns: Sequence[Txn] = ()) -> None:
        self.snapshot = snapshot
        self.txns = list(txns)

    @classmethod
    def of(cls, records: Mapping[str, Any]) -> History:
        """From the disk."""
        if "zab" not in records:
            return cls(Snapshot(0, (0, 0)))
        _, _, first, (epoch, counter), last = records["zab"]
        return cls(Snapshot(first, (epoch, counter)), [Txn.of(records[f"txn {n}"]) for n in range(first + 1, last + 1)])

    @property
    def last(self) -> int:
        """The position of the last transaction."""
        return self.snapshot.last + len(self.txns)

    @property
    def last_zxid(self) -> Zxid:
        """The zxid of the last transaction."""
        return self.zxid_at(self.last)

    def at(self, n: int) -> Txn:
        """The transaction at position n, which is after the snapshot."""
        return self.txns[n - self.snapshot.last - 1]

    def zxid_at(self, n: int) -> Zxid:
        """The zxid at position n, or of the snapshot."""
        return self.snapshot.zxid if n == self.snapshot.last else self.at(n).zxid

    def between(self, m: int, n: int) -> tuple[Txn, ...]:
        """The transactions from position m to n."""
        return tuple(self.txns[m - self.snapshot.last - 1 : n - self.snapshot.last])

    def has(self, n: int, zxid: Zxid) -> bool:
        """Whether position n is held, with that zxid."""
        return self.snapshot.last <= n <= self.last and self.zxid_at(n) == zxid

    def common(self, last: int, marks: Sequence[tuple[int, Zxid]]) -> int | None:
        """The last position of `marks` (position, zxid) that is held here, None if there is none."""
        return max((n for n, zxid in marks if self.has(n, zxid)), default=None)
