"""The base of sets that are not written out: what every lazy set can be asked.

A lazy set equals, and hashes as, the frozenset with the same elements, so that containers holding either are
the same value. Infinite ones compare by their form; where that does not decide, EvalError E011.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from modelcheck.errors import EvalError
from modelcheck.values.scalars import Value

#: Sets with more elements than this are not written out (E013).
FORCE_MAX = 5_000_000


class LazySet:
    """A set known by what it contains. Subclasses give `contains`, `_elements`, `is_finite`, `cardinality`,
    `form`.
    """

    __slots__ = ("_forced",)
    _forced: frozenset[Value] | None
    written = False
    """Does it hold its elements one by one, so that there is nothing to gain from writing it out?"""

    def __init__(self) -> None:
        self._forced = None

    # -- for subclasses --

    @property
    def is_finite(self) -> bool:
        """Is the set finite? Decided without enumerating it; EvalError E002 or E011 where it cannot be."""
        raise NotImplementedError

    @property
    def known_finite(self) -> bool:
        """Is the set finite, and can that be told without enumerating it? Never an error."""
        try:
            return self.is_finite
        except EvalError:
            return False

    def contains(self, v: Value) -> bool:
        """`v \\in self`; EvalError E001 when `v` cannot be compared with the elements."""
        raise NotImplementedError

    def cardinality(self) -> int:
        """The number of elements, computed where possible. EvalError E002 when infinite."""
        return len(self.forced())

    def _elements(self) -> Iterator[Value]:
        """The elements in TLC's order, one by one; called for finite sets only."""
        raise NotImplementedError

    def joined(self, other: Value) -> Value | None:
        """`self \\cup other`, if this kind of set knows a better way than writing both out, else None."""
        return None

    def having(self, field: str, value: Value) -> Sequence[Value] | None:
        """The elements `m` with `m.field = value`, in TLC's order, if this kind of set knows them and all its elements
        are records with that field, comparable with `value` there; else None."""
        return None

    def form(self) -> tuple[Value, ...]:
        """What tells this set from others of its class, hashable without enumerating infinite parts."""
        raise NotImplementedError

    def text(self) -> str:
        """The set as a TLA+ expression, not enumerated."""
        raise NotImplementedError

    # -- for everybody --

    def __iter__(self) -> Iterator[Value]:
        """The elements in TLC's order. EvalError E002 when the set is infinite."""
        if not self.is_finite:
            raise infinite(self)
        return self._elements()

    def forced(self) -> frozenset[Value]:
        """The set written out. EvalError E002 when infinite, E013 when larger than FORCE_MAX."""
        known = self._forced
        if known is None:
            if not self.is_finite:
                raise infinite(self)
            if self._bigger_than(FORCE_MAX):
                size = self._size_text()
                raise EvalError("E013", f"the set {self.text()} of {size} elements is too large to build")
            known = self._forced = frozenset(self._elements())
        return known

    def in_order(self) -> Sequence[Value]:
        """The elements in TLC's order, as a sequence."""
        from modelcheck.values.order import ordered

        return ordered(self.forced())

    def _bigger_than(self, n: int) -> bool:
        return self.cardinality() > n

    def is_short(self, n: int) -> bool:
        """Has the set at most `n` elements, as far as somebody who prints it would find out?"""
        return self.known_finite and not self._bigger_than(n)

    def _size_text(self) -> str:
        n = self.cardinality()
        return str(n) if n < 10**18 else f"about 10^{(n.bit_length() * 30103) // 100000}"

    def __hash__(self) -> int:
        if self.is_finite:
            return hash(self.forced())
        return hash((type(self).__name__, self.form()))

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if isinstance(other, LazySet):
            if type(self) is type(other) and self._same_form(other):
                return True
            if self.is_finite != other.is_finite:
                return False
            if not self.is_finite:
                return self._equals_infinite(other)
            return self.cardinality() == other.cardinality() and self.forced() == other.forced()
        if isinstance(other, frozenset):
            return self.is_finite and self.cardinality() == len(other) and self.forced() == other
        return NotImplemented

    def _same_form(self, other: LazySet) -> bool:
        return self.form() == other.form()

    def _equals_infinite(self, other: LazySet) -> bool:
        from modelcheck.values.sets import infinite_sets_equal

        return infinite_sets_equal(self, other)

    def __bool__(self) -> bool:
        return not self.is_finite or self.cardinality() > 0

    def __contains__(self, v: Value) -> bool:
        return self.contains(v)

    def __repr__(self) -> str:
        return self.text()


def infinite(s: LazySet) -> EvalError:
    """EvalError E002 naming the infinite set."""
    text = s.text()
    if text.startswith("Seq("):
        short = f"UNION {{[1..n -> {text[4:-1]}] : n \\in 0..3}}"
        mend: str | None = f"bound the length ({short} instead of {text}), or override Seq in the cfg"
    elif text == "STRING":
        mend = 'name the strings that may occur, {"a", "b"} instead of STRING'
    elif text in ("Nat", "Int", "Real"):
        few = "-3..3" if text != "Nat" else "0..3"
        mend = f"bound the set ({few} instead of {text}), or override it in the cfg: {text} <- My{text}"
    else:
        mend = None
    return EvalError("E002", f"the set {text} is infinite and cannot be enumerated", mend=mend)
