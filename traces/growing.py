"""Sets that only grow, as a validator meets them: the messages ever sent, by the ten thousand.

A `frozenset` with one element more is a copy of it all: along a trace of n events that is n²/2 elements, in time and,
as each state holds its own, in memory. A `GrownSet` is the first `size` elements of a `Chain` which its successors
continue: to add an element, to hash and to compare take the same time however large it is, and all states together hold
each element once. A set that grows in another way than its first successor begins a chain of its own.

It is the value that the frozenset of its elements is: equal to it, with the same hash, with the same errors. What is
asked of it beyond membership, union and the elements in order is answered by that frozenset.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any

from modelcheck.errors import EvalError
from modelcheck.values import EMPTY, Fn, LazySet, Value, sort_elements
from modelcheck.values.order import search
from modelcheck.values.scalars import Bool, ModelValue

GROWN_MIN = 48
"""Smaller sets are copied: that is quicker than anything Python can do instead."""

_MASK = 2 * sys.maxsize + 1


class Place:
    """What stands at one place of the values of a set: the set's elements, a field of theirs, an element of that ….

    Values at one place can be compared with each other, whichever two are taken, if they are of one kind, and functions
    of one size have the same domain, or all have names as arguments; and if so does what stands at their own places.
    """

    __slots__ = ("domains", "functions", "inner", "kind")

    def __init__(self) -> None:
        self.kind: Any = None
        self.functions: dict[Any, list[Place]] = {}  # by length or shape
        self.domains: dict[int, Any] = {}  # by size: the only domain, or "names"
        self.inner: Place | None = None  # of sets

    def admits(self, value: Value, add: bool) -> bool:
        """Whether the value can be compared with all that stand here, for sure; with `add` it does stand here then."""
        kind: Any = type(value)
        if kind is ModelValue:
            if value.type is None:
                return True
            kind = (ModelValue, value.type)
        elif kind is Fn or kind is tuple:
            return self._admits_function(value, kind, add)
        if self.kind != kind:
            if self.kind is not None or (kind not in _PLAIN and type(kind) is not tuple):
                return False
            if add:
                self.kind = kind
        if kind is not frozenset:
            return True
        if self.inner is None:
            self.inner = Place()
        inner = self.inner
        return all(inner.admits(item, add) for item in value)

    def _admits_function(self, value: Value, kind: Any, add: bool) -> bool:
        if self.kind is not Fn and (self.kind is not None or not add):
            return self.kind is None
        self.kind = Fn
        form: Any = len(value) if kind is tuple else value.shape
        places = self.functions.get(form)
        if places is None:
            size = len(value)
            domain = "names" if kind is Fn and form.is_record else form
            if self.domains.get(size, domain) != domain:
                return False
            if not add:
                return True
            self.domains[size] = domain
            places = self.functions[form] = [Place() for _ in range(size)]
        for place, item in zip(places, value if kind is tuple else value.vals, strict=True):
            if not place.admits(item, add):
                return False
        return True


_PLAIN = (int, str, Bool, frozenset)


class Chain:
    """Elements in the order in which they came. `index`: element to place. `mixes`: hash of each beginning, unfinished.

    `even`: up to how many elements all can be compared with each other, for sure (None: all of them).
    """

    __slots__ = ("_fields", "_place", "_sorted", "even", "index", "items", "mixes")

    def __init__(self) -> None:
        self.items: list[Value] = []
        self.index: dict[Value, int] = {}
        self.mixes: list[int] = [0]
        self.even: int | None = None
        self._place = Place()
        self._sorted: tuple[Value, ...] = ()
        self._fields: dict[str, Groups] = {}

    def add(self, value: Value) -> None:
        """Append an element that is not there."""
        self.index[value] = len(self.items)
        self.items.append(value)
        h = hash(value)
        self.mixes.append(self.mixes[-1] ^ (((h ^ (h << 16) ^ 89869747) * 3644798167) & _MASK))
        if self.even is None and not self._place.admits(value, True):
            self.even = len(self.items) - 1

    def compares(self, value: Value, size: int) -> bool:
        """Whether `value`, which is none of the first `size` elements, can be compared with each of them, for sure."""
        return (self.even is None or size <= self.even) and self._place.admits(value, False)

    def having(self, field: str, value: str, size: int) -> Sequence[Value] | None:
        """See `LazySet.having`, for the first `size` elements."""
        groups = self._fields.get(field)
        if groups is None:
            groups = self._fields[field] = Groups(field)
        if not groups.covers(self.items, size):
            return None
        found = groups.group(value)
        if size == len(self.items):
            return found
        return [v for v in found if self.index[v] < size]

    def in_order(self, size: int) -> tuple[Value, ...]:
        """The first `size` elements in TLC's order; what was sorted before is not compared again from scratch."""
        if len(self._sorted) < len(self.items):
            self._sorted = sort_elements((*self._sorted, *self.items[len(self._sorted) :]))
        if size == len(self.items):
            return self._sorted
        return tuple([v for v in self._sorted if self.index[v] < size])


class Groups:
    """The elements of a chain by the value of one field, as long as all are records that have a string there."""

    def __init__(self, field: str) -> None:
        self.field = field
        self._upto = 0
        self._even = True
        self._groups: dict[str, list[Value]] = {}
        self._sorted: dict[str, Sequence[Value]] = {}

    def covers(self, items: list[Value], size: int) -> bool:
        """Whether the first `size` elements are all grouped. They are, up to the first that has no such field."""
        while self._even and self._upto < len(items):
            item = items[self._upto]
            value = item.get(self.field) if type(item) is Fn and item.shape.is_record else None
            if type(value) is str:
                self._groups.setdefault(value, []).append(item)
                self._upto += 1
            else:
                self._even = False
        return size <= self._upto

    def group(self, value: str) -> Sequence[Value]:
        """Those with this value, in TLC's order."""
        items, known = self._groups.get(value, []), self._sorted.get(value, ())
        if len(known) < len(items):
            known = self._sorted[value] = sort_elements((*known, *items[len(known) :]))
        return known


class GrownSet(LazySet):
    """The first `size` elements of `chain`."""

    __slots__ = ("chain", "size")

    written = True

    def __init__(self, chain: Chain, size: int) -> None:
        self._forced = None
        self.chain = chain
        self.size = size

    @classmethod
    def of(cls, items: frozenset[Value]) -> GrownSet:
        """The same set, with a chain of its own. The order of the chain is TLC's, so that nothing depends on hashes."""
        chain = Chain()
        for value in sort_elements(items):
            chain.add(value)
        return cls(chain, len(chain.items))

    def joined(self, other: Value) -> Value | None:
        """`self \\cup other`; None where the answer is better had from the frozensets."""
        if type(other) is not frozenset and not isinstance(other, GrownSet):
            return None
        if isinstance(other, GrownSet):
            if other.chain is self.chain:
                return self if other.size <= self.size else other
            if other.size > self.size:
                return other.joined(self.forced())
            other = other.forced()
        if other and self.size and not self._of_one_kind(other):
            return None
        new = [value for value in other if not self._has(value)]
        if not new:
            return self
        try:
            return self.extended(sort_elements(new) if len(new) > 1 else new)
        except EvalError:  # elements that cannot be compared: an error only for those who enumerate the set
            return None

    def _of_one_kind(self, other: frozenset[Value]) -> bool:
        """Whether a look at one element of each shows that the kinds do not clash."""
        mine, theirs = type(self.chain.items[0]), type(next(iter(other)))
        return mine is theirs and mine is not ModelValue

    def extended(self, new: Any) -> GrownSet:
        """With these elements, which it lacks, in this order."""
        chain, size = self.chain, self.size
        for value in new:
            if size < len(chain.items):
                if chain.items[size] is not value and chain.items[size] != value:
                    chain = self._fork(size)
                    chain.add(value)
            else:
                chain.add(value)
            size += 1
        return GrownSet(chain, size)

    def _fork(self, size: int) -> Chain:
        chain = Chain()
        for value in self.chain.items[:size]:
            chain.add(value)
        return chain

    def _has(self, value: Value) -> bool:
        place = self.chain.index.get(value)
        return place is not None and place < self.size

    def grew(self, before: Value) -> frozenset[Value] | None:
        """What it has more than `before`, when `before` is an earlier state of the same chain."""
        if isinstance(before, GrownSet) and before.chain is self.chain and before.size <= self.size:
            return frozenset(self.chain.items[before.size : self.size]) if before.size < self.size else EMPTY
        return None

    # ---- what is asked of a lazy set ----

    @property
    def is_finite(self) -> bool:
        return True

    def having(self, field: str, value: Value) -> Sequence[Value] | None:
        return self.chain.having(field, value, self.size) if type(value) is str else None

    def contains(self, v: Value) -> bool:
        if isinstance(v, LazySet) and not isinstance(v, GrownSet):
            v = v.forced() if v.known_finite else v
        if self._has(v):
            return True
        if not self.size or self.chain.compares(v, self.size):
            return False
        return search(v, self.forced())

    def cardinality(self) -> int:
        return self.size

    def forced(self) -> frozenset[Value]:
        if self._forced is None:
            return frozenset(self.chain.items[: self.size])
        return self._forced

    def _elements(self) -> Iterator[Value]:
        return iter(self.chain.in_order(self.size))

    def in_order(self) -> tuple[Value, ...]:
        return self.chain.in_order(self.size)

    def form(self) -> tuple[Value, ...]:
        return tuple(self.chain.items[: self.size])

    def text(self) -> str:
        from modelcheck.values import pretty

        return pretty(self.forced())

    def __hash__(self) -> int:
        """As that of the frozenset, from what the beginning left."""
        h = ((1927868237 * (self.size + 1)) & _MASK) ^ self.chain.mixes[self.size]
        h ^= (h >> 11) ^ (h >> 25)
        h = (h * 69069 + 907133923) & _MASK
        if h > sys.maxsize:
            h -= _MASK + 1
        return 590923713 if h == -1 else h

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if isinstance(other, GrownSet):
            if other.chain is self.chain:
                return other.size == self.size
            if other.size != self.size or other.chain.mixes[self.size] != self.chain.mixes[self.size]:
                return False
            return all(map(self._has, other.chain.items[: other.size]))
        if isinstance(other, frozenset):
            return len(other) == self.size and all(map(self._has, other))
        return super().__eq__(other)


def grown(state: tuple[Value, ...]) -> tuple[Value, ...]:
    """The same state, with its large sets as `GrownSet`."""
    for value in state:
        if type(value) is frozenset and len(value) >= GROWN_MIN:
            return tuple([GrownSet.of(v) if type(v) is frozenset and len(v) >= GROWN_MIN else v for v in state])
    return state


def plain(state: tuple[Value, ...]) -> tuple[Value, ...]:
    """The same state with frozensets, for those who print it."""
    return tuple([v.forced() if isinstance(v, GrownSet) else v for v in state])
