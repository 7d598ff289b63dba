"""Functions, records, tuples and sequences: one canonical form for each, and what can be done with it.

A function whose domain is `1..n` (the empty function too) is a Python `tuple`; every other one, records
included, is an `Fn`: an interned `Shape` (the domain) and a tuple of values. Both forms never denote the same
function, so Python equality is equality of functions. Keys stand in a storage order that depends on nothing
but the keys themselves (not on the run, nor on the order of appearance that TLC enumerates by;
`domain_in_order` gives that one).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from modelcheck.errors import EvalError
from modelcheck.values.scalars import ModelValue, Value

_SHAPES: dict[frozenset[Value], Shape] = {}
_SHAPES_MAX = 200_000  # the table is emptied when full: equality of shapes never depends on it


class Shape:
    """A function's domain, not of the form 1..n. `keys` in storage order, `index[key]` its place, `domain`
    the set.

    `order` caches TLC's order of the keys for one generation of the order registry (see `order.py`).
    """

    __slots__ = ("domain", "hash", "index", "is_record", "keys", "order")

    def __init__(self, keys: tuple[Value, ...]) -> None:
        self.keys = keys
        self.index: dict[Value, int] = {key: i for i, key in enumerate(keys)}
        self.domain: frozenset[Value] = frozenset(keys)
        self.hash = hash(keys)
        self.is_record = all(type(key) is str for key in keys)
        self.order: Any = None

    def __repr__(self) -> str:
        return f"Shape{self.keys!r}"

    def __hash__(self) -> int:
        return self.hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Shape) and self.keys == other.keys)

    def __reduce__(self) -> tuple[Any, ...]:
        return (shape_of, (self.domain,))


def _storage_order(keys: Iterable[Value]) -> tuple[Value, ...]:
    kinds = {type(key) for key in keys}
    if kinds == {int} or kinds == {str}:
        return tuple(sorted(keys))
    if kinds == {ModelValue}:
        return tuple(sorted(keys, key=lambda mv: cast(str, mv.name)))
    from modelcheck.values.encoding import encode

    return tuple(sorted(keys, key=encode))


def shape_of(keys: Iterable[Value]) -> Shape:
    """The shape with these keys (not 1..n, not empty: the caller has seen to it)."""
    domain = keys if type(keys) is frozenset else frozenset(keys)
    shape = _SHAPES.get(domain)
    if shape is None:
        if len(_SHAPES) >= _SHAPES_MAX:
            _SHAPES.clear()
        shape = _SHAPES[domain] = Shape(_storage_order(domain))
    return shape


class Fn:
    """A function whose domain is not 1..n: `shape` (its domain) and `vals`, in the order of `shape.keys`."""

    __slots__ = ("_hash", "_key", "_sort", "shape", "vals")

    def __init__(self, shape: Shape, vals: tuple[Value, ...]) -> None:
        self.shape = shape
        self.vals = vals
        self._hash: int | None = None
        self._key: Any = None
        self._sort: Any = None

    def get(self, key: Value, default: Value = None) -> Value:
        """The value at `key`, or `default` when it is not in the domain."""
        i = self.shape.index.get(key)
        return default if i is None else self.vals[i]

    def items(self) -> Iterable[tuple[Value, Value]]:
        """Pairs of key and value, in storage order."""
        return zip(self.shape.keys, self.vals, strict=True)

    def __hash__(self) -> int:
        h = self._hash
        if h is None:
            h = self._hash = hash((self.shape.hash, self.vals))
        return h

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(other) is not Fn:
            return False
        return (self.shape is other.shape or self.shape.keys == other.shape.keys) and self.vals == other.vals

    def __repr__(self) -> str:
        from modelcheck.values.printing import pretty

        return pretty(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_unpickle_fn, (self.shape, self.vals))

    def __len__(self) -> int:
        return len(self.vals)


def _unpickle_fn(shape: Shape, vals: tuple[Value, ...]) -> Fn:
    return Fn(shape, vals)


def make_function(pairs: Mapping[Value, Value] | Iterable[tuple[Value, Value]]) -> Value:
    """The function with these pairs (key, value): a tuple when its domain is 1..n, else an Fn. Last pair
    wins.
    """
    table = pairs if type(pairs) is dict else dict(pairs)
    n = len(table)
    if n == 0:
        return ()
    if 1 in table and n in table:
        try:
            return tuple([table[i] for i in range(1, n + 1)])
        except KeyError:
            pass
    shape = shape_of(frozenset(table))
    return Fn(shape, tuple([table[key] for key in shape.keys]))


def function_from(domain: frozenset[Value], f: Any) -> Value:
    """The function `[x \\in domain |-> f(x)]` for a Python callable `f`, called in storage order."""
    n = len(domain)
    if n == 0:
        return ()
    if 1 in domain and n in domain and all(i in domain for i in range(1, n + 1)):
        return tuple([f(i) for i in range(1, n + 1)])
    shape = shape_of(domain)
    return Fn(shape, tuple([f(key) for key in shape.keys]))


def record_shape(names: Sequence[str]) -> tuple[Shape, tuple[int, ...]]:
    """The shape of records with these field names, and the permutation `p` with `vals[i] = given[p[i]]`."""
    shape = shape_of(frozenset(names))
    place = {name: i for i, name in enumerate(names)}
    return shape, tuple([place[name] for name in shape.keys])


def make_record(names: Sequence[str], vals: Sequence[Value]) -> Fn:
    """The record with these fields. Hot paths keep `record_shape(names)` and build `Fn` themselves."""
    shape, permutation = record_shape(names)
    return Fn(shape, tuple([vals[i] for i in permutation]))


class LazyFn:
    """A function known by its rule only (made by the engines). Compared or hashed, it is written out."""

    __slots__ = ()

    def build(self) -> Value:
        """The function written out. EvalError E002 when its domain is infinite."""
        raise NotImplementedError

    def __hash__(self) -> int:
        return hash(self.build())

    def __eq__(self, other: object) -> bool:
        return self is other or bool(self.build() == (other.build() if isinstance(other, LazyFn) else other))


def is_function(v: Value) -> bool:
    """Is `v` a function (record, tuple and sequence included)?"""
    t = type(v)
    return t is Fn or t is tuple


def apply(f: Value, x: Value) -> Value:
    """`f[x]`. EvalError E003 when x is not in the domain, E004 when f is no function."""
    if type(f) is Fn:
        i = f.shape.index.get(x)
        if i is not None:
            return f.vals[i]
    elif type(f) is tuple and type(x) is int and 0 < x <= len(f):
        return f[x - 1]
    raise _apply_error(f, x)


def _apply_error(f: Value, x: Value) -> EvalError:
    from modelcheck.values.printing import kind_phrase, show

    if not is_function(f):
        text = f"{show(f)} is applied to {show(x)}, but it is {kind_phrase(f)}, not a function"
        return EvalError("E004", text)
    if not len(f):
        return EvalError("E003", f"the empty function <<>> is applied to {show(x)}; its domain is empty")
    if type(f) is Fn and f.shape.is_record and type(x) is str:
        fields = ", ".join(domain_in_order(f)) + _nearest(f, x)
        return EvalError("E003", f"the record {show(f)} has no field {show(x)}; its fields are {fields}")
    inside = f"1..{len(f)}" if type(f) is tuple else show(domain(f))
    text = f"the function {show(f)} is applied to {show(x)}, which is not in its domain {inside}"
    return EvalError("E003", text + _nearest(f, x))


def _nearest(f: Value, x: Value) -> str:
    """A hint naming the keys of `f` closest to `x`, or nothing."""
    from modelcheck.values.printing import show

    keys = domain_in_order(f)
    close: list[Value] = []
    if type(x) is str:
        import difflib

        close += difflib.get_close_matches(x, [key for key in keys if type(key) is str], 2)
    elif type(x) is int:
        close = sorted((key for key in keys if type(key) is int), key=lambda key: abs(key - x))[:2]
    return f" (nearest: {', '.join(show(key) for key in close)})" if close else ""


def except_(f: Value, x: Value, newval: Value) -> Value:
    """`[f EXCEPT ![x] = newval]`; as the language defines it, `f` itself when x is not in its domain.

    EvalError E004 when f is no function, E001 when x cannot be compared with the domain's elements.
    """
    if type(f) is Fn:
        i = f.shape.index.get(x)
        if i is not None:
            vals = f.vals
            return Fn(f.shape, (*vals[:i], newval, *vals[i + 1 :]))
    elif type(f) is tuple:
        if type(x) is int and 0 < x <= len(f):
            return (*f[: x - 1], newval, *f[x:])
    else:
        from modelcheck.values.printing import kind_phrase, show

        raise EvalError("E004", f"EXCEPT is applied to {show(f)}, which is {kind_phrase(f)}, not a function")
    from modelcheck.values.sets import member

    member(x, domain(f))  # raises when x is of a kind that cannot be in the domain
    return f


@lru_cache(maxsize=4096)
def _first_numbers(n: int) -> Value:
    """`1..n`, one object for each `n` met lately: what is known of a set is kept with it."""
    from modelcheck.values.lazy import Interval

    return Interval(1, n)


def domain(f: Value) -> Value:
    """`DOMAIN f`: an Interval for a tuple, else a frozenset. EvalError E004 when f is no function."""
    if type(f) is Fn:
        return f.shape.domain
    if type(f) is tuple:
        return _first_numbers(len(f))
    from modelcheck.values.printing import kind_phrase, show

    raise EvalError("E004", f"DOMAIN is applied to {show(f)}, which is {kind_phrase(f)}, not a function")


def domain_in_order(f: Value) -> Sequence[Value]:
    """The keys of `f` in TLC's order."""
    if type(f) is tuple:
        return range(1, len(f) + 1)
    from modelcheck.values.order import ordered

    return ordered(f.shape.domain)


def pairs_in_order(f: Value) -> list[tuple[Value, Value]]:
    """Pairs (key, value) of a function in TLC's order of the keys."""
    if type(f) is tuple:
        return list(enumerate(f, 1))
    return [(key, f.get(key)) for key in domain_in_order(f)]


def values_of(f: Value) -> tuple[Value, ...]:
    """The values of `f`, in storage order, repeats included."""
    return f if type(f) is tuple else f.vals
