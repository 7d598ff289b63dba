"""Consistent hashing with bounded loads: no node has much more than its share.

Every node has room for `ceil((1 + excess) * keys / nodes)` keys; a key is with the first node of its walk around the
ring that has room. That is kept up when keys and nodes come and go: each change moves few keys, and says which.

Source: V. Mirrokni, M. Thorup, M. Zadimoghaddam, "Consistent hashing with bounded loads", SODA 2018, pp. 587-604,
section 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from pyimpl.hashing.ring import Ring, position

Moves = dict[str, tuple[str | None, str | None]]
"""Key -> (where it was, where it is now); None is nowhere."""


class BoundedLoads:
    """`where` is the node of each key. The state depends only on the members and the keys, not on their history."""

    def __init__(self, ring: Ring, members: Iterable[str], excess: float = 0.25) -> None:
        if excess <= 0:
            raise ValueError(f"an excess of {excess} leaves no room to choose; it must be above 0")
        self.ring, self.members, self.excess = ring, set(members), excess
        self.where: dict[str, str] = {}
        self._keys: set[str] = set()

    def add(self, *keys: str) -> Moves:
        """Keys come."""
        self._keys |= set(keys)
        return self._place()

    def discard(self, *keys: str) -> Moves:
        """Keys go."""
        self._keys -= set(keys)
        return self._place()

    def join(self, node: str) -> Moves:
        """A node comes."""
        self.members.add(node)
        return self._place()

    def leave(self, node: str) -> Moves:
        """A node goes. Raises ValueError when it is the last one and there are keys."""
        if self._keys and self.members <= {node}:
            raise ValueError(f"{node} is the last node and there are keys")
        self.members.discard(node)
        return self._place()

    @property
    def room(self) -> int:
        """How many keys a node may have."""
        return ceil((1 + self.excess) * len(self._keys) / len(self.members)) if self.members else 0

    def _place(self) -> Moves:
        """Put every key, in the order of their positions, at the first node with room."""
        left = dict.fromkeys(self.members, self.room)
        now: dict[str, str] = {}
        for key in sorted(self._keys, key=position):
            node = next(n for n in self.ring.walk(key, self.members) if left[n])
            now[key] = node
            left[node] -= 1
        changed = sorted(k for k in now.keys() | self.where.keys() if now.get(k) != self.where.get(k))
        moves: Moves = {k: (self.where.get(k), now.get(k)) for k in changed}
        self.where = now
        return moves
