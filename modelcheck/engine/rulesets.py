"""Filters `{x \\in S : p}` as sets that are not built: what they contain is told by `p` itself.

Over an infinite `S` such a set can only be asked for membership (`RuleSet`). Over a finite one that TLC does not write
out either, as `[S -> T]`, `SUBSET S` or a `UNION` of such, it is built when somebody asks for its elements
(`FilterSet`), so that a membership test takes no longer than one test of `p`, and meets no error that `p` has for
another element.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from modelcheck.errors import EvalError
from modelcheck.source import Span
from modelcheck.values import FORCE_MAX, Interval, LazyCap, LazyDiff, LazySet, Value, elements, member, ordered

BUILD_MAX = 100_000  # a filter of a set with no more elements is built at once


class RuleSet(LazySet):
    """`{x \\in S : p}` for an infinite `S` written at `place`: membership only, nobody knows whether it is finite."""

    __slots__ = ("_base", "_place", "_predicate", "_text")

    def __init__(self, base: Value, predicate: Callable[[Value], bool], text: str, place: Span | None) -> None:
        super().__init__()
        self._base = base
        self._predicate = predicate
        self._text = text
        self._place = place

    @property
    def is_finite(self) -> bool:
        raise self._endless()

    def contains(self, v: Value) -> bool:
        return member(v, self._base) and self._predicate(v)

    def cardinality(self) -> int:
        raise self._endless()

    def __iter__(self) -> Iterator[Value]:
        raise self._endless()

    def forced(self) -> frozenset[Value]:
        raise self._endless()

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if isinstance(other, (LazySet, frozenset)):
            raise self._endless()
        return NotImplemented

    def _endless(self) -> EvalError:
        """The base is what cannot be enumerated."""
        if isinstance(self._base, RuleSet):
            return self._base._endless()
        try:
            iter(self._base)
        except EvalError as error:
            error.at(self._place)
            return error
        return EvalError("E002", f"{self._text} is enumerated, but it ranges over an infinite set")

    def form(self) -> tuple[Value, ...]:
        return (id(self),)

    def text(self) -> str:
        return self._text


class FilterSet(LazySet):
    """`{x \\in S : p}` for a finite `S` that is not written out: built only when its elements are asked for, so that
    membership asks `p` of one value, and an error of `p` for another one is none.
    """

    __slots__ = ("_base", "_fails", "_predicate", "_text")

    def __init__(self, base: Value, predicate: Callable[[Value], bool], text: str, fails: bool) -> None:
        """`fails`: `predicate` is known to fail for some element."""
        super().__init__()
        self._base = base
        self._predicate = predicate
        self._text = text
        self._fails = fails

    @property
    def is_finite(self) -> bool:
        return True

    @property
    def known_finite(self) -> bool:
        """Not where its elements cannot be told: then nobody looks into it without need."""
        return not self._fails

    def contains(self, v: Value) -> bool:
        if self._forced is not None:
            return member(v, self._forced)
        return member(v, self._base) and self._predicate(v)

    def forced(self) -> frozenset[Value]:
        if self._forced is None:
            kept = []
            for v in elements(self._base):
                if self._predicate(v):
                    kept.append(v)
                    if len(kept) > FORCE_MAX:
                        text = f"the set {self._text} of over {FORCE_MAX} elements is too large to build"
                        raise EvalError("E013", text)
            self._forced = frozenset(kept)
        return self._forced

    def _elements(self) -> Iterator[Value]:
        return iter(ordered(self.forced()))

    def _bigger_than(self, n: int) -> bool:
        """It may be, as long as nobody has asked for its elements."""
        return _is_bigger(self._base, n) if self._forced is None else len(self._forced) > n

    def is_short(self, n: int) -> bool:
        return self.known_finite and not _is_bigger(self._base, FORCE_MAX) and len(self.forced()) <= n

    def form(self) -> tuple[Value, ...]:
        return (id(self),)

    def text(self) -> str:
        return self._text


def _is_bigger(s: Value, n: int) -> bool:
    return s._bigger_than(n) if isinstance(s, LazySet) else len(s) > n


def is_large(s: Value) -> bool:
    """Whether a finite set has so many elements that a filter of it is not built for membership alone."""
    if isinstance(s, (LazyCap, LazyDiff)):
        return is_large(s.left) or (is_large(s.right) and isinstance(s, LazyCap))
    return not is_written(s) and s._bigger_than(BUILD_MAX)


def is_written(s: Value) -> bool:
    """Whether TLC builds a filter of a set at once: so it does of one that it writes out, and of an interval."""
    return not isinstance(s, LazySet) or isinstance(s, Interval)
