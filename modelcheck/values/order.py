"""TLC's total order of values: what enumeration follows and so what CHOOSE picks.

Booleans: FALSE first. Integers by value. Strings and model values by the order in which their names first
appear in the text (the front end calls `intern_order` on names as it meets them); a name met by no front end
is placed on first sight, several met at once in alphabetical order, so that the order never depends on
Python's hashing. (TLC's own ranks: first the model values and strings of the cfg, in order; then the words of
the modules, identifiers and field names too, the root module's first, then those of the modules it needs;
last the contents of string literals that are no such word, the needed modules first.)
Sets by size, then by their sorted elements. Functions by size, then by their sorted domains, then by values.
An untyped model value stands before every value of another kind. Comparing other kinds with each other, or a
typed model value with anything but an untyped one or its own type, is EvalError E001.

Every value has a *sort key* of plain Python objects, so that sorting runs at C speed: integers stand for
themselves, strings are one-character strings (their rank), booleans bytes, sets lists, functions tuples.
Python refuses to compare these kinds with each other just where TLC does; the refusal is then told again with
the values in it.
Source: the `compareTo` methods of TLC's value classes, read for the order only.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any

from modelcheck.errors import EvalError
from modelcheck.values.functions import Fn, LazyFn, Shape
from modelcheck.values.lazybase import LazySet
from modelcheck.values.scalars import FALSE, TRUE, Bool, ModelValue, Value

_RANKS: dict[str, int] = {}
_GENERATION: list[object] = [object()]

# Sorted elements and [size, key, key, ...] of finite sets met so far, bounded by `_CACHE_MAX` elements in
# all.
_CACHE: dict[frozenset[Value], tuple[tuple[Value, ...], list[Any]]] = {}
_CACHE_MAX = 1_000_000
_cached = [0]


class _Unseen(Exception):
    """A string or model value that has no rank yet."""


def intern_order(name: str) -> int:
    """The rank of a string or model value's name: its place in the order of first appearance, given out now
    if new.
    """
    rank = _RANKS.get(name)
    if rank is None:
        rank = _RANKS[name] = len(_RANKS)
    return rank


def ranked_words() -> list[str]:
    """The names that have a rank, in order."""
    return list(_RANKS)


def reset_order() -> None:
    """Forget all ranks (a new model is read). Values made before keep their meaning; only their order may
    change.
    """
    _RANKS.clear()
    _CACHE.clear()
    _cached[0] = 0
    _GENERATION[0] = object()


class _ModelKey:
    """Sort key of a model value: before every other kind when untyped."""

    __slots__ = ("rank", "value")

    def __init__(self, value: ModelValue, rank: int) -> None:
        self.value = value
        self.rank = rank

    def __hash__(self) -> int:
        return self.rank

    def __eq__(self, other: object) -> bool:
        return type(other) is _ModelKey and other.value is self.value

    def _check(self, other: object) -> None:
        mine = self.value.type
        if type(other) is _ModelKey:
            theirs = other.value.type
            if mine is not None and theirs is not None and mine != theirs:
                raise TypeError
        elif mine is not None:
            raise TypeError

    def __lt__(self, other: object) -> bool:
        self._check(other)
        return self.rank < other.rank if type(other) is _ModelKey else True

    def __gt__(self, other: object) -> bool:
        self._check(other)
        return self.rank > other.rank if type(other) is _ModelKey else False


_MODEL_KEYS: dict[str, _ModelKey] = {}
_CHARS = 0x10FFFF


def _string_key(rank: int) -> str:
    return chr(rank) if rank < _CHARS else chr(_CHARS) + _string_key(rank - _CHARS)


def _key(v: Value) -> Any:
    """The sort key of `v`; raises _Unseen when a name in it has no rank."""
    t = type(v)
    if t is int:
        return v
    if t is str:
        rank = _RANKS.get(v)
        if rank is None:
            raise _Unseen
        return _string_key(rank)
    if t is Bool:
        return b"\1" if v else b"\0"
    if t is Fn:
        return _fn_key(v)
    if t is tuple:
        return (len(v), _interval_key(len(v)), *[_key(x) for x in v])
    if t is frozenset:
        return _sorted(v)[1]
    if t is ModelValue:
        rank = _RANKS.get(v.name)
        if rank is None:
            raise _Unseen
        key = _MODEL_KEYS.get(v.name)
        if key is None or key.rank != rank:
            key = _MODEL_KEYS[v.name] = _ModelKey(v, rank)
        return key
    if isinstance(v, LazySet):
        # infinite sets stand behind all finite ones, by their text (TLC refuses to order them)
        return _sorted(v.forced())[1] if v.known_finite else [math.inf, v.text()]
    if isinstance(v, LazyFn):
        return _key(v.build())
    raise TypeError(f"not a TLA+ value: {v!r}")


_INTERVAL_KEYS: list[tuple[int, ...]] = [()]


def _interval_key(n: int) -> tuple[int, ...]:
    """The keys of the domain 1..n."""
    while len(_INTERVAL_KEYS) <= n and len(_INTERVAL_KEYS) < 256:
        _INTERVAL_KEYS.append(tuple(range(1, len(_INTERVAL_KEYS) + 1)))
    return _INTERVAL_KEYS[n] if n < 256 else tuple(range(1, n + 1))


def _shape_order(shape: Shape) -> tuple[object, tuple[int, ...] | None, tuple[Any, ...]]:
    """(generation, places of the keys in TLC's order or None when they stand so already, keys' sort keys)."""
    elements, keys = _sorted(shape.domain)
    places: tuple[int, ...] | None = tuple([shape.index[key] for key in elements])
    if places == tuple(range(len(places or ()))):
        places = None
    made = shape.order = (_GENERATION[0], places, tuple(keys[1:]))
    return made


def key_places(shape: Shape) -> tuple[int, ...] | None:
    """`p` such that `shape.keys[p[0]], shape.keys[p[1]], ...` is TLC's order; None when the keys stand in it
    already.
    """
    order = shape.order
    if order is None or order[0] is not _GENERATION[0]:
        ordered(shape.domain)  # gives ranks to the names in it
        order = _shape_order(shape)
    places: tuple[int, ...] | None = order[1]
    return places


def _fn_key(f: Fn) -> Any:
    known = f._key
    generation = _GENERATION[0]
    if known is not None and known[0] is generation:
        return known[1]
    order = f.shape.order
    if order is None or order[0] is not generation:
        order = _shape_order(f.shape)
    vals = f.vals
    if order[1] is None:
        key = (len(vals), order[2], *[_key(x) for x in vals])
    else:
        key = (len(vals), order[2], *[_key(vals[i]) for i in order[1]])
    f._key = (generation, key)
    return key


def _sorted(s: frozenset[Value]) -> tuple[tuple[Value, ...], list[Any]]:
    """Sorted elements and [size, *sort keys] of a finite set, remembered."""
    known = _CACHE.get(s)
    if known is not None:
        return known
    made = _sort(s)
    _cached[0] += len(s) + 4
    if _cached[0] > _CACHE_MAX:
        _CACHE.clear()
        _cached[0] = len(s) + 4
    _CACHE[s] = made
    return made


def _sort(elements: Iterable[Value]) -> tuple[tuple[Value, ...], list[Any]]:
    """The elements sorted, and [number, *sort keys]; E001 when two of them cannot be compared."""
    items = list(elements)
    kinds = {type(v) for v in items}
    if kinds == {int}:
        items.sort()
        return tuple(items), [len(items), *items]
    if kinds == {Fn}:
        now = _GENERATION[0]
        keys = [v._key[1] if v._key is not None and v._key[0] is now else _fn_key(v) for v in items]
    else:
        keys = [_key(v) for v in items]
    try:
        if kinds == {ModelValue} and len({v.type for v in items} - {None}) <= 1:
            places = sorted(range(len(items)), key=[key.rank for key in keys].__getitem__)
        else:
            places = sorted(range(len(items)), key=keys.__getitem__)
    except TypeError:
        raise _incomparable_among(items) from None
    return tuple([items[i] for i in places]), [len(items), *[keys[i] for i in places]]


def _incomparable_among(items: list[Value]) -> EvalError:
    """The error for a collection with incomparable elements: the first such pair in an order that is always
    the same.
    """
    from modelcheck.values.encoding import encode

    items = sorted(items, key=encode)
    for i, a in enumerate(items):
        for b in items[:i]:
            try:
                compare(b, a)
            except EvalError as error:
                return error
    return EvalError("E001", "the elements of a set cannot be compared with each other")


def _give_ranks(v: Iterable[Value]) -> None:
    """Give ranks to the names in these values that have none, in alphabetical order."""
    names: set[str] = set()
    for x in v:
        _collect_names(x, names)
    for name in sorted(names):
        intern_order(name)


def _collect_names(v: Value, into: set[str]) -> None:
    t = type(v)
    if t is str:
        if v not in _RANKS:
            into.add(v)
    elif t is ModelValue:
        if v.name not in _RANKS:
            into.add(v.name)
    elif t is tuple or t is frozenset:
        for x in v:
            _collect_names(x, into)
    elif t is Fn:
        for x in v.shape.keys:
            _collect_names(x, into)
        for x in v.vals:
            _collect_names(x, into)
    elif isinstance(v, LazySet) and v.known_finite:
        for x in v.forced():
            _collect_names(x, into)


def sort_key(v: Value) -> Any:
    """The sort key of `v`: compare two with `<` and `==`. TypeError when their values cannot be compared."""
    try:
        return _key(v)
    except _Unseen:
        _give_ranks([v])
        return _key(v)


def compare(a: Value, b: Value) -> int:
    """Negative, 0 or positive as `a` stands before, equals, or stands after `b`. EvalError E001 if
    incomparable.
    """
    ka, kb = sort_key(a), sort_key(b)
    try:
        if ka == kb:
            return 0
        return -1 if ka < kb else 1
    except TypeError:
        raise incomparable(a, b) from None


def ordered(s: Value) -> Sequence[Value]:
    """The elements of a finite set in TLC's order. EvalError E002 when infinite, E004 when not a set."""
    if type(s) is frozenset:
        known = _CACHE.get(s)
        if known is not None:
            return known[0]
        try:
            return _sorted(s)[0]
        except _Unseen:
            _give_ranks(s)
            return _sorted(s)[0]
    if isinstance(s, LazySet):
        return s.in_order()
    from modelcheck.values.printing import kind_phrase, show

    raise EvalError("E004", f"{show(s)} is enumerated, but it is {kind_phrase(s)}, not a set")


def sort_elements(elements: Iterable[Value]) -> tuple[Value, ...]:
    """The given values in TLC's order (repeats kept)."""
    items = list(elements)
    try:
        return _sort(items)[0]
    except _Unseen:
        _give_ranks(items)
        return _sort(items)[0]


def search(v: Value, s: frozenset[Value]) -> bool:
    """Is `v` in `s`, by binary search as TLC does. EvalError E001 when it meets an incomparable element."""
    key = sort_key(v)
    ordered(s)
    elements, keys = _sorted(s)
    try:
        place = bisect_left(keys, key, 1)
        return place < len(keys) and bool(keys[place] == key)
    except TypeError:
        pass
    for other in elements:
        try:
            compare(v, other)
        except EvalError:
            raise incomparable(v, other, whole=s) from None
    raise incomparable(v, s)


def index_in(v: Value, s: frozenset[Value]) -> int:
    """The place of `v` (an element of `s`) in `ordered(s)`."""
    ordered(s)
    keys = _sorted(s)[1]
    return bisect_left(keys, sort_key(v), 1) - 1


def equal(a: Value, b: Value) -> bool:
    """`a = b` as TLC decides it. EvalError E001 when they are of kinds that cannot be compared."""
    if a is b:
        return True
    t = type(a)
    if t is type(b):
        if t is int or t is str or t is Bool:
            return bool(a == b)
        if a == b:
            return True
    elif (isinstance(a, LazySet) and (type(b) is frozenset or isinstance(b, LazySet))) or (
        isinstance(b, LazySet) and t is frozenset
    ):
        return _equal_sets(a, b)
    try:
        return _equal_parts(a, b)
    except EvalError as error:
        if error.code != "E001":
            raise
    raise incomparable(a, b)  # tell it with the whole values, not only with the parts that met


def _equal_sets(a: Value, b: Value) -> bool:
    """Equality of two sets one of which at least is lazy."""
    if bool(a == b):
        return True
    for s in (a, b):
        if isinstance(s, LazySet) and not s.is_finite:
            return False
    sizes = [s.cardinality() if isinstance(s, LazySet) else len(s) for s in (a, b)]
    if sizes[0] != sizes[1]:
        return False
    return _equal_parts(*[s.forced() if isinstance(s, LazySet) else s for s in (a, b)])


def _equal_parts(a: Value, b: Value) -> bool:
    """`a = b` where Python's `==` said no: False, unless the first difference is between incomparable values."""
    ta, tb = type(a), type(b)
    if ta is Fn and tb is Fn:
        if len(a.vals) != len(b.vals):
            return False
        if a.shape is b.shape or a.shape.keys == b.shape.keys:
            x, y = a.vals, b.vals
            for i in key_places(a.shape) or range(len(x)):
                if x[i] is not y[i] and x[i] != y[i]:
                    return equal(x[i], y[i])
            return True
        return _domains_equal(a, b)
    if ta is tuple and tb is tuple:
        return _equal_rows(a, b)
    if ta is frozenset and tb is frozenset:
        return len(a) == len(b) and _equal_rows(ordered(a), ordered(b))
    if ta is ModelValue or tb is ModelValue:
        if _model_values_comparable(a, b):
            return False
    elif (ta is tuple or ta is Fn) and (tb is tuple or tb is Fn):
        return len(a) == len(b) and _domains_equal(a, b)
    elif isinstance(a, LazySet) and isinstance(b, LazySet):
        return False
    elif isinstance(a, LazyFn) or isinstance(b, LazyFn):
        return equal(*[v.build() if isinstance(v, LazyFn) else v for v in (a, b)])
    raise incomparable(a, b)


def _equal_rows(a: Sequence[Value], b: Sequence[Value]) -> bool:
    """Equality of two sequences of values; the first difference decides."""
    if len(a) != len(b):
        return False
    for x, y in zip(a, b, strict=True):
        if x is not y and x != y:
            return equal(x, y)
    return True


def _domains_equal(a: Value, b: Value) -> bool:
    """Two functions of the same size and different domains: False, or EvalError E001."""
    from modelcheck.values.functions import domain_in_order

    for x, y in zip(domain_in_order(a), domain_in_order(b), strict=True):
        try:
            if not equal(x, y):
                return False
        except EvalError:
            raise incomparable(a, b) from None
    return False


def _model_values_comparable(a: Value, b: Value) -> bool:
    mine = a.type if type(a) is ModelValue else None
    theirs = b.type if type(b) is ModelValue else None
    if type(a) is ModelValue and type(b) is ModelValue:
        return mine is None or theirs is None or mine == theirs
    return mine is None and theirs is None


def incomparable(a: Value, b: Value, *, whole: Value = None) -> EvalError:
    """EvalError E001 for these two values; `whole` is the set that `a` was looked for in."""
    from modelcheck.values.printing import kind_phrase, show

    where = f" (looking for it in {show(whole)})" if whole is not None else ""
    inner = _first_difference(a, b)
    within = ""
    if inner is not None:
        x, y = inner
        within = f": inside them {show(x)}, {kind_phrase(x)}, meets {show(y)}, {kind_phrase(y)}"
    return EvalError(
        "E001", f"{show(a)}, {kind_phrase(a)}, is compared with {show(b)}, {kind_phrase(b)}{where}{within}"
    )


def _first_difference(a: Value, b: Value) -> tuple[Value, Value] | None:
    """The first pair inside `a` and `b` that cannot be compared; None when they are of two kinds."""
    from modelcheck.values.functions import domain_in_order, values_of

    pairs: Iterable[tuple[Value, Value]] = ()
    function_kinds = (tuple, Fn)
    if type(a) in function_kinds and type(b) in function_kinds:
        pairs = [*zip(domain_in_order(a), domain_in_order(b), strict=False)]
        pairs = [*pairs, *zip(values_of(a), values_of(b), strict=False)]
    elif type(a) is frozenset and type(b) is frozenset:
        pairs = zip(ordered(a), ordered(b), strict=False)
    else:
        return None
    for x, y in pairs:
        try:
            if compare(x, y) != 0:
                return None
        except EvalError:
            return _first_difference(x, y) or (x, y)
    return None


__all__ = [
    "FALSE",
    "TRUE",
    "compare",
    "equal",
    "incomparable",
    "index_in",
    "intern_order",
    "key_places",
    "ordered",
    "ranked_words",
    "reset_order",
    "search",
    "sort_elements",
    "sort_key",
]
