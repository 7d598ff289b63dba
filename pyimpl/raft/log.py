"""A server's log on disk: a snapshot of the beginning, and the entries after it, by position.

What is durable: the record "raft" with the term, the vote, the snapshot's place and the last position; one record for
each entry; and the record "image" with the machine as it was at the snapshot. Positions beyond the last are left over.
Records of one step are written together and flushed once, the record "raft" last.

Source: D. Ongaro, "Consensus: bridging theory and practice", 2014, sections 3.8 and 5.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyimpl.raft.messages import Entry


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All up to position `last`, an entry of `last_term`; `servers` is the cluster there."""

    last: int
    last_term: int
    servers: frozenset[str]

    def spec(self) -> dict[str, Any]:
        """[last |-> last, lastTerm |-> last_term, servers |-> servers]"""
        return {"last": self.last, "lastTerm": self.last_term, "servers": self.servers}


class Log:
    """`snapshot`, and `entries` after it."""

    def __init__(self, snapshot: Snapshot, entries: Sequence[Entry] = ()) -> None:
        self.snapshot = snapshot
        self.entries = list(entries)

    @classmethod
    def of(cls, records: Mapping[str, Any], initial: frozenset[str]) -> Log:
        """From the disk."""
        if "raft" not in records:
            return cls(Snapshot(0, 0, initial))
        _, _, first, first_term, servers, last = records["raft"]
        entries = [Entry.of(records[f"entry {n}"]) for n in range(first + 1, last + 1)]
        return cls(Snapshot(first, first_term, frozenset(servers)), entries)

    @property
    def last(self) -> int:
        """The position of the last entry."""
        return self.snapshot.last + len(self.entries)

    def at(self, n: int) -> Entry:
        """The entry at position n, which is after the snapshot."""
        return self.entries[n - self.snapshot.last - 1]

    def term_at(self, n: int) -> int:
        """The term of the entry at position n, or of the snapshot's last."""
        return self.snapshot.last_term if n == self.snapshot.last else self.at(n).term

    @property
    def last_term(self) -> int:
        """The term of the last entry."""
        return self.term_at(self.last)

    def between(self, m: int, n: int) -> tuple[Entry, ...]:
        """The entries from position m to n."""
        return tuple(self.entries[m - self.snapshot.last - 1 : n - self.snapshot.last])

    def has(self, n: int, term: int) -> bool:
        """Whether there is an entry of that term at position n."""
        return self.snapshot.last <= n <= self.last and self.term_at(n) == term

    def servers_at(self, n: int) -> frozenset[str]:
        """The cluster by the entries up to n."""
        for k in range(n, self.snapshot.last, -1):
            servers = self.at(k).servers
            if servers is not None:
                return servers
        return self.snapshot.servers

    def merged(self, prev: int, entries: tuple[Entry, ...]) -> list[Entry]:
        """What the log becomes: cut off where the new entries contradict it, else as long as it is."""
        last = prev + len(entries)
        contradicts = any(
            self.term_at(n) != entries[n - prev - 1].term for n in range(prev + 1, min(last, self.last) + 1)
        )
        if contradicts or last > self.last:
            return [*self.between(self.snapshot.last + 1, prev), *entries]
        return self.entries

    def beyond(self, last: int, last_term: int) -> list[Entry]:
        """What remains of the log beyond a snapshot."""
        return list(self.between(last + 1, self.last)) if self.has(last, last_term) else []
