"""Sets that are not written out: intervals, Nat and its kin, SUBSET S, [S -> T], [f: S], Seq(S), S \\X T (what
is combined of such sets: `lazycombined.py`).

Membership never builds the set, sizes are computed, enumeration yields one element after the other in TLC's
order. Components may be infinite where only membership is asked. Enumerating an infinite set is EvalError
E002, writing out one of more than `FORCE_MAX` elements is E013.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from modelcheck.errors import EvalError
from modelcheck.values.functions import Fn, LazyFn, Shape, record_shape, shape_of
from modelcheck.values.lazybase import LazySet
from modelcheck.values.order import equal, incomparable, key_places, ordered
from modelcheck.values.scalars import ModelValue, Value
from modelcheck.values.sets import cardinality, force, is_finite, is_set, member, subseteq


def _not_of_kind(v: Value, s: LazySet) -> bool:
    """False for an untyped model value; EvalError E001 for any other value: `v \\in s` compares different
    kinds.
    """
    from modelcheck.values.printing import kind_phrase, show

    if type(v) is ModelValue and v.type is None:
        return False
    if isinstance(v, LazyFn):
        return s.contains(v.build())
    raise EvalError("E001", f"{show(v)}, {kind_phrase(v)}, is looked for in the set {s.text()}")


def _text(s: Value) -> str:
    """A component printed so that it can stand beside an operator."""
    from modelcheck.values.printing import show

    text = s.text() if isinstance(s, LazySet) else show(s)
    return text if isinstance(s, (frozenset, Named, FunctionSet, RecordSet, SeqSet)) else f"({text})"


class Interval(LazySet):
    """`low..high`."""

    __slots__ = ("high", "low")

    def __init__(self, low: int, high: int) -> None:
        super().__init__()
        self.low = low
        self.high = high

    @property
    def is_finite(self) -> bool:
        return True

    def contains(self, v: Value) -> bool:
        if type(v) is int:
            return self.low <= v <= self.high
        return False if self.high < self.low else _not_of_kind(v, self)

    def cardinality(self) -> int:
        return max(0, self.high - self.low + 1)

    def _elements(self) -> Iterator[Value]:
        return iter(range(self.low, self.high + 1))

    def in_order(self) -> Sequence[Value]:
        return range(self.low, self.high + 1)

    def form(self) -> tuple[Value, ...]:
        return (self.low, self.high) if self.low <= self.high else (1, 0)

    def text(self) -> str:
        return f"{self.low}..{self.high}"


class Named(LazySet):
    """An infinite set known by name: `Nat`, `Int`, `Real`, `STRING`, `ANY` (one object of each below)."""

    __slots__ = ("_kind", "_least", "name")

    def __init__(self, name: str, kind: Any, least: int | None = None) -> None:
        super().__init__()
        self.name = name
        self._kind = kind
        self._least = least

    @property
    def is_finite(self) -> bool:
        return False

    def contains(self, v: Value) -> bool:
        if type(v) is self._kind:
            return self._least is None or v >= self._least
        return self._kind is object or _not_of_kind(v, self)

    def cardinality(self) -> int:
        from modelcheck.values.lazybase import infinite

        raise infinite(self)

    def form(self) -> tuple[Value, ...]:
        return (self.name,)

    def text(self) -> str:
        return self.name

    def __reduce__(self) -> tuple[object, ...]:
        return (_named, (self.name,))


Nat = Named("Nat", int, 0)
Int = Named("Int", int)
Reals = Named("Real", int)
Strings = Named("STRING", str)
AnySet = Named("ANY", object)
_NAMED = {s.name: s for s in (Nat, Int, Reals, Strings, AnySet)}


def _named(name: str) -> Named:
    return _NAMED[name]


class PowerSet(LazySet):
    """`SUBSET base`: by size, then lexicographically."""

    __slots__ = ("base",)

    def __init__(self, base: Value) -> None:
        super().__init__()
        self.base = base

    @property
    def is_finite(self) -> bool:
        return is_finite(self.base)

    def contains(self, v: Value) -> bool:
        return subseteq(v, self.base) if is_set(v) else _not_of_kind(v, self)

    def cardinality(self) -> int:
        n = cardinality(self.base)
        if n > 1_000_000:
            raise EvalError("E013", f"the number of elements of {self.text()} has too many digits")
        return 1 << n

    def _bigger_than(self, n: int) -> bool:
        return cardinality(self.base) >= n.bit_length()

    def _size_text(self) -> str:
        return f"2^{cardinality(self.base)}"

    def _elements(self) -> Iterator[Value]:
        base = ordered(self.base)
        for size in range(len(base) + 1):
            for chosen in itertools.combinations(base, size):
                yield frozenset(chosen)

    def form(self) -> tuple[Value, ...]:
        return (self.base,)

    def text(self) -> str:
        return f"SUBSET {_text(self.base)}"


class KSubsets(LazySet):
    """The subsets of `base` that have `size` elements, lexicographically."""

    __slots__ = ("base", "size")

    def __init__(self, base: Value, size: int) -> None:
        super().__init__()
        self.base = base
        self.size = size

    @property
    def is_finite(self) -> bool:
        return is_finite(self.base) or self.size <= 0

    def contains(self, v: Value) -> bool:
        if not is_set(v):
            return _not_of_kind(v, self)
        return is_finite(v) and cardinality(v) == self.size and subseteq(v, self.base)

    def cardinality(self) -> int:
        return math.comb(cardinality(self.base), self.size) if self.size >= 0 else 0

    def _elements(self) -> Iterator[Value]:
        if self.size >= 0:
            for chosen in itertools.combinations(ordered(self.base), self.size):
                yield frozenset(chosen)

    def form(self) -> tuple[Value, ...]:
        return (self.base, self.size)

    def text(self) -> str:
        return f"kSubset({self.size}, {_text(self.base)})"


class FunctionSet(LazySet):
    """`[source -> target]`: the last key's value changes fastest."""

    __slots__ = ("_length", "_shape", "source", "target")

    def __init__(self, source: Value, target: Value) -> None:
        super().__init__()
        self.source = source
        self.target = target
        self._shape: Shape | None = None
        self._length = -1  # n when the source is 1..n, else -2; -1: not yet known

    def _find_domain(self) -> None:
        """Learn whether the source is 1..n, or its shape."""
        source = self.source
        self._length = -2
        if not is_finite(source):
            return
        n = cardinality(source)
        if n == 0 or (isinstance(source, Interval) and source.low == 1):
            self._length = n
            return
        keys = force(source)
        if 1 in keys and n in keys and all(i in keys for i in range(1, n)):
            self._length = n
        else:
            self._shape = shape_of(keys)

    @property
    def is_finite(self) -> bool:
        if is_finite(self.source):
            return is_finite(self.target) or cardinality(self.source) == 0
        return is_finite(self.target) and cardinality(self.target) <= 1

    def contains(self, v: Value) -> bool:
        if self._length == -1:
            self._find_domain()
        if type(v) is tuple:
            if len(v) != self._length:
                return self._other_domain(v)
            vals = v
        elif type(v) is Fn:
            if self._shape is None or (v.shape is not self._shape and v.shape.keys != self._shape.keys):
                return self._other_domain(v)
            vals = v.vals
        else:
            return _not_of_kind(v, self)
        places = None if self._shape is None else key_places(self._shape)
        return _all_in(vals if places is None else tuple([vals[i] for i in places]), self.target)

    def _other_domain(self, v: Value) -> bool:
        """A function whose domain is not the source: False, or E001 if the domains are incomparable."""
        from modelcheck.values.functions import domain

        try:
            equal(domain(v), self.source)
        except EvalError:
            raise incomparable(domain(v), self.source) from None
        return False

    def cardinality(self) -> int:
        n = cardinality(self.source)
        size = 1 if n == 0 else cardinality(self.target)
        if n * size.bit_length() > 1_000_000 and size > 1:
            raise EvalError("E013", f"the number of elements of {self.text()} has too many digits")
        return size**n if n else 1

    def _bigger_than(self, n: int) -> bool:
        exponent, base = cardinality(self.source), 0
        if exponent:
            base = cardinality(self.target)
        return base > 1 and exponent * math.log2(base) > math.log2(n)

    def _size_text(self) -> str:
        return f"{cardinality(self.target)}^{cardinality(self.source)}"

    def _elements(self) -> Iterator[Value]:
        if self._length == -1:
            self._find_domain()
        if self._length >= 0:
            if self._length == 0:
                return iter([()])
            return itertools.product(ordered(self.target), repeat=self._length)
        shape = self._shape
        if shape is None:  # an infinite source and at most one value
            from modelcheck.values.lazybase import infinite

            if cardinality(self.target) == 0:
                return iter(())
            raise infinite(self)
        return _shaped(shape, [ordered(self.target)] * len(shape.keys))

    def form(self) -> tuple[Value, ...]:
        return (self.source, self.target)

    def text(self) -> str:
        return f"[{_bare(self.source)} -> {_bare(self.target)}]"


def _bare(s: Value) -> str:
    from modelcheck.values.printing import show

    return s.text() if isinstance(s, LazySet) else show(s)


def _all_in(vals: tuple[Value, ...], s: Value) -> bool:
    """Are all these values in `s`? Asked in this order, until one is not."""
    if type(s) is not frozenset and isinstance(s, LazySet):
        contains = s.contains
        for v in vals:
            if not contains(v):
                return False
        return True
    if type(s) is frozenset and s.issuperset(vals):
        return True
    return all(member(v, s) for v in vals)


def _shaped(shape: Shape, choices: list[Sequence[Value]]) -> Iterator[Value]:
    """Functions of this shape, `choices` in storage order of the keys; the last key in TLC's order changes
    fastest.
    """
    places = key_places(shape)
    if places is None:
        for vals in itertools.product(*choices):
            yield Fn(shape, vals)
        return
    back = [places.index(i) for i in range(len(places))]
    for vals in itertools.product(*[choices[i] for i in places]):
        yield Fn(shape, tuple([vals[i] for i in back]))


class RecordSet(LazySet):
    """`[f: S, g: T]`, given as field name -> set."""

    __slots__ = ("sets", "shape")

    def __init__(self, fields: Mapping[str, Value]) -> None:
        super().__init__()
        self.shape, places = record_shape(list(fields))
        given = list(fields.values())
        self.sets: tuple[Value, ...] = tuple([given[i] for i in places])

    @property
    def is_finite(self) -> bool:
        return all(map(is_finite, self.sets)) or any(is_finite(s) and cardinality(s) == 0 for s in self.sets)

    def contains(self, v: Value) -> bool:
        if type(v) is Fn:
            if v.shape is not self.shape and v.shape.keys != self.shape.keys:
                return False
            places = key_places(self.shape)
            if places is None:
                return all(member(x, s) for x, s in zip(v.vals, self.sets, strict=True))
            return all(member(v.vals[i], self.sets[i]) for i in places)
        return False if type(v) is tuple else _not_of_kind(v, self)

    def cardinality(self) -> int:
        if any(is_finite(s) and cardinality(s) == 0 for s in self.sets):
            return 0
        return math.prod(map(cardinality, self.sets))

    def _elements(self) -> Iterator[Value]:
        if self.cardinality() == 0:
            return iter(())
        return _shaped(self.shape, [ordered(s) for s in self.sets])

    def form(self) -> tuple[Value, ...]:
        return (self.shape, *self.sets)

    def text(self) -> str:
        places = key_places(self.shape) or range(len(self.sets))
        return "[" + ", ".join(f"{self.shape.keys[i]}: {_bare(self.sets[i])}" for i in places) + "]"


class CrossSet(LazySet):
    """`S1 \\X ... \\X Sn`: tuples; the last component changes fastest."""

    __slots__ = ("sets",)

    def __init__(self, *sets: Value) -> None:
        super().__init__()
        self.sets = sets

    @property
    def is_finite(self) -> bool:
        return all(map(is_finite, self.sets)) or any(is_finite(s) and cardinality(s) == 0 for s in self.sets)

    def contains(self, v: Value) -> bool:
        if type(v) is tuple:
            return len(v) == len(self.sets) and all(member(x, s) for x, s in zip(v, self.sets, strict=True))
        return False if type(v) is Fn else _not_of_kind(v, self)

    def cardinality(self) -> int:
        if any(is_finite(s) and cardinality(s) == 0 for s in self.sets):
            return 0
        return math.prod(map(cardinality, self.sets))

    def _elements(self) -> Iterator[Value]:
        if self.cardinality() == 0:
            return iter(())
        return itertools.product(*[ordered(s) for s in self.sets])

    def form(self) -> tuple[Value, ...]:
        return self.sets

    def text(self) -> str:
        return " \\X ".join(_text(s) for s in self.sets)


class SeqSet(LazySet):
    """`Seq(base)`: every finite sequence of elements of `base`."""

    __slots__ = ("base",)

    def __init__(self, base: Value) -> None:
        super().__init__()
        self.base = base

    @property
    def is_finite(self) -> bool:
        return is_finite(self.base) and cardinality(self.base) == 0

    def contains(self, v: Value) -> bool:
        if type(v) is tuple:
            return _all_in(v, self.base)
        return False if type(v) is Fn else _not_of_kind(v, self)

    def cardinality(self) -> int:
        from modelcheck.values.lazybase import infinite

        if self.is_finite:
            return 1
        raise infinite(self)

    def _elements(self) -> Iterator[Value]:
        return iter([()])

    def form(self) -> tuple[Value, ...]:
        return (self.base,)

    def text(self) -> str:
        return f"Seq({_bare(self.base)})"


class BoundedSeqs(LazySet):
    """The sequences over `base` of length at most `length`: by length, then lexicographically."""

    __slots__ = ("base", "length")

    def __init__(self, base: Value, length: int) -> None:
        super().__init__()
        self.base = base
        self.length = length

    @property
    def is_finite(self) -> bool:
        return is_finite(self.base) or self.length <= 0

    def contains(self, v: Value) -> bool:
        if type(v) is tuple:
            return len(v) <= self.length and _all_in(v, self.base)
        return False if type(v) is Fn else _not_of_kind(v, self)

    def cardinality(self) -> int:
        if self.length <= 0:
            return self.length + 1 if self.length == 0 else 0
        n = cardinality(self.base)
        return sum(n**i for i in range(self.length + 1))

    def _elements(self) -> Iterator[Value]:
        base = ordered(self.base) if self.length > 0 else ()
        for n in range(self.length + 1):
            yield from itertools.product(base, repeat=n)

    def form(self) -> tuple[Value, ...]:
        return (self.base, self.length)

    def text(self) -> str:
        return f"BoundedSeq({_bare(self.base)}, {self.length})"
