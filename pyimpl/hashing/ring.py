"""Consistent hashing: a ring with virtual nodes. Pair it with `specs/hashing/Ring.tla` and `Placement.tla`.

Takes names of nodes and keys; gives the nodes to which a key belongs. Every node stands at `points` positions of the
range of the hash function. A key belongs to the first distinct nodes met from its own position on, passing over nodes
that are not members. No list of keys is kept, and nobody has to agree on anything but names.

Source: D. Karger et al., "Consistent hashing and random trees", STOC 1997, pp. 654-663; G. DeCandia et al., "Dynamo",
SOSP 2007, sections 4.2 and 4.3.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable
from hashlib import blake2b

POINTS = 3


def position(text: str) -> int:
    """Where on the ring a text stands: 64 bits, the same in every process."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


class Ring:
    """`places` are the names of the nodes in the order of their positions, each of them `points` times."""

    def __init__(self, nodes: Iterable[str], points: int = POINTS) -> None:
        if points < 1:
            raise ValueError(f"a node stands at {points} positions; it needs at least one")
        stands = sorted((position(f"{node}#{i}"), node) for node in nodes for i in range(points))
        self.positions = [at for at, _ in stands]
        self.places = tuple(node for _, node in stands)

    def home(self, key: str) -> int:
        """The index in `places` at which the walk for `key` begins."""
        return bisect_left(self.positions, position(key)) % len(self.places)

    def walk(self, key: str, members: Collection[str]) -> tuple[str, ...]:
        """All members, in the order in which they are met."""
        at = self.home(key)
        around = self.places[at:] + self.places[:at]
        return tuple(dict.fromkeys(node for node in around if node in members))

    def owners(self, key: str, copies: int, members: Collection[str]) -> tuple[str, ...]:
        """The nodes to which `key` belongs: `copies` distinct ones, or all members if they are fewer."""
        return self.walk(key, members)[:copies]
