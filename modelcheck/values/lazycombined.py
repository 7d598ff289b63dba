"""`S \\cup T`, `S \\cap T`, `S \\ T` and `UNION` of sets that are not written out: one of them is infinite or large.

As in `lazy.py`, membership builds nothing; what cannot be enumerated is EvalError E002 or E011, what is too large E013.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from modelcheck.errors import EvalError
from modelcheck.values.lazy import _bare, _text
from modelcheck.values.lazybase import FORCE_MAX, LazySet
from modelcheck.values.order import ordered
from modelcheck.values.scalars import Value
from modelcheck.values.sets import cardinality, is_finite, member


class LazyCup(LazySet):
    """`left \\cup right`, where one is infinite or large."""

    __slots__ = ("left", "right")

    def __init__(self, left: Value, right: Value) -> None:
        super().__init__()
        self.left = left
        self.right = right

    @property
    def is_finite(self) -> bool:
        return is_finite(self.left) and is_finite(self.right)

    def contains(self, v: Value) -> bool:
        return member(v, self.left) or member(v, self.right)

    def _bigger_than(self, n: int) -> bool:
        return cardinality(self.left) > n or cardinality(self.right) > n

    def _size_text(self) -> str:
        return f"at least {max(cardinality(self.left), cardinality(self.right))}"

    def _elements(self) -> Iterator[Value]:
        if self._forced is None:
            if self._bigger_than(FORCE_MAX):
                self.forced()  # raises E013
            self._forced = frozenset(itertools.chain(self.left, self.right))
        return iter(ordered(self._forced))

    def form(self) -> tuple[Value, ...]:
        return (self.left, self.right)

    def text(self) -> str:
        return f"{_text(self.left)} \\cup {_text(self.right)}"


class LazyUnion(LazySet):
    """`UNION sets`, where a member of the finite collection `sets` is infinite or large."""

    __slots__ = ("sets",)

    def __init__(self, sets: Sequence[Value]) -> None:
        super().__init__()
        self.sets = tuple(sets)

    @property
    def is_finite(self) -> bool:
        return all(map(is_finite, self.sets))

    def contains(self, v: Value) -> bool:
        return any(member(v, s) for s in self.sets)

    def _bigger_than(self, n: int) -> bool:
        return any(cardinality(s) > n for s in self.sets)

    def _size_text(self) -> str:
        return f"at least {max(map(cardinality, self.sets))}"

    def _elements(self) -> Iterator[Value]:
        if self._forced is None:
            if self._bigger_than(FORCE_MAX):
                self.forced()  # raises E013
            self._forced = frozenset(itertools.chain.from_iterable(self.sets))
        return iter(ordered(self._forced))

    def form(self) -> tuple[Value, ...]:
        return (frozenset(self.sets),) if self.is_finite else self.sets

    def text(self) -> str:
        return "UNION {" + ", ".join(map(_bare, self.sets)) + "}"


class _Narrowed(LazySet):
    """The elements of `left` for which membership in `right` is `wanted`."""

    __slots__ = ("left", "right")
    wanted = True

    def __init__(self, left: Value, right: Value) -> None:
        super().__init__()
        self.left = left
        self.right = right

    @property
    def is_finite(self) -> bool:
        if is_finite(self.left):
            return True
        if self.wanted:
            if is_finite(self.right):
                return True
        elif is_finite(self.right):
            return False
        text = f"whether the set {self.text()} is finite cannot be decided: both its parts are infinite"
        raise EvalError("E011", text)

    def contains(self, v: Value) -> bool:
        return member(v, self.left) and member(v, self.right) == self.wanted

    def cardinality(self) -> int:
        return sum(1 for _ in iter(self))

    def _bigger_than(self, n: int) -> bool:
        return sum(1 for _ in itertools.islice(iter(self), n + 1)) > n

    def _elements(self) -> Iterator[Value]:
        if is_finite(self.left):
            return (v for v in self.left_in_order() if member(v, self.right) == self.wanted)
        return (v for v in ordered(self.right) if member(v, self.left))

    def left_in_order(self) -> Iterator[Value]:
        return iter(self.left) if isinstance(self.left, LazySet) else iter(ordered(self.left))

    def form(self) -> tuple[Value, ...]:
        return (self.left, self.right)


class LazyCap(_Narrowed):
    """`left \\cap right`, where one is infinite or large."""

    __slots__ = ()

    def text(self) -> str:
        return f"{_text(self.left)} \\cap {_text(self.right)}"


class LazyDiff(_Narrowed):
    """`left \\ right`, where one is infinite or large."""

    __slots__ = ()
    wanted = False

    def text(self) -> str:
        return f"{_text(self.left)} \\ {_text(self.right)}"
