"""Values with version vectors: which of them are older than others, and which have to be kept side by side.

A library without state. A vector says for each client how many of its writes the writer knew of; clients that are not
in it count as 0. Sets of versions are tuples without repeats, sorted, so that equal sets are equal.
Source: D. Parker and others, "Detection of mutual inconsistency in distributed systems", IEEE TSE 9(3), 1983.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Vector = Mapping[str, int]


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A value, and what its writer knew of; `vector` is sorted by client."""

    vector: tuple[tuple[str, int], ...]
    value: str

    @classmethod
    def of(cls, vector: Vector, value: str) -> Version:
        """From a mapping."""
        return cls(tuple(sorted(vector.items())), value)

    def spec(self) -> dict[str, Any]:
        """[vector |-> vector, value |-> value]"""
        return {"vector": dict(self.vector), "value": self.value}


Versions = tuple[Version, ...]


def leq(v: Vector, w: Vector) -> bool:
    """Whether who wrote under w knew of all that v says."""
    return all(n <= w.get(client, 0) for client, n in v.items())


def join(v: Vector, versions: Iterable[Version]) -> dict[str, int]:
    """What one knows who knows of v and of the versions."""
    known = dict(v)
    for version in versions:
        for client, n in version.vector:
            known[client] = max(n, known.get(client, 0))
    return known


def newest(versions: Iterable[Version]) -> Versions:
    """Those that no other is newer than."""
    each = sorted(set(versions))
    vectors = [dict(x.vector) for x in each]
    return tuple(x for x, v in zip(each, vectors, strict=True) if not any(leq(v, w) and not leq(w, v) for w in vectors))


def record_of(versions: Versions) -> list[Any]:
    """For the disk."""
    return [[[list(entry) for entry in x.vector], x.value] for x in versions]


def versions_of(record: Any) -> Versions:
    """From the disk."""
    return tuple(Version(tuple((c, n) for c, n in vector), value) for vector, value in record)
