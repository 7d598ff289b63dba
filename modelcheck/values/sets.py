"""What can be done with sets: membership, inclusion, the set operators; fast on frozensets, exact on lazy
ones.

Every function takes a `frozenset` or a `LazySet` where a set is meant; EvalError E004 for anything else, E001
where elements of kinds that cannot be compared meet, E002 and E013 as the lazy sets raise them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from modelcheck.errors import EvalError
from modelcheck.values.functions import Fn, LazyFn, Shape
from modelcheck.values.lazybase import LazySet
from modelcheck.values.order import compare, equal, incomparable, ordered, search
from modelcheck.values.scalars import Bool, ModelValue, Value

EMPTY: frozenset[Value] = frozenset()

#: Finite lazy sets up to this size are written out when an operator combines them.
SMALL = 20_000

_COARSE: dict[type, str] = {
    Bool: "boolean", int: "integer", str: "string", ModelValue: "model value", frozenset: "set",
    tuple: "function", Fn: "function",
}  # fmt: skip


def kind(v: Value) -> str:
    """'boolean', 'integer', 'string', 'model value', 'set' or 'function' (records and tuples too)."""
    known = _COARSE.get(type(v))
    if known is not None:
        return known
    if isinstance(v, LazySet):
        return "set"
    if isinstance(v, LazyFn):
        return "function"
    raise TypeError(f"not a TLA+ value: {v!r}")


def is_set(v: Value) -> bool:
    """Is `v` a set, lazy or not?"""
    return type(v) is frozenset or isinstance(v, LazySet)


def need_set(v: Value, what: str) -> None:
    """EvalError E004, saying that `what` was given `v`, unless `v` is a set."""
    if not is_set(v):
        from modelcheck.values.printing import kind_phrase, show

        raise EvalError("E004", f"{what} needs a set, but {show(v)} is {kind_phrase(v)}")


def is_finite(s: Value) -> bool:
    """Is the set finite? E004 when it is no set."""
    if type(s) is frozenset:
        return True
    need_set(s, "IsFiniteSet")
    return bool(s.is_finite)


def cardinality(s: Value) -> int:
    """The number of elements. E002 when infinite."""
    if type(s) is frozenset:
        return len(s)
    need_set(s, "Cardinality")
    return int(s.cardinality())


def force(s: Value) -> frozenset[Value]:
    """The finite set written out. E002 when infinite, E013 when too large."""
    if type(s) is frozenset:
        return s
    need_set(s, "enumeration")
    forced: frozenset[Value] = s.forced()
    return forced


def elements(s: Value) -> Iterable[Value]:
    """The elements in TLC's order, one by one where it is lazy (stop early: the rest is never made)."""
    return s if isinstance(s, LazySet) else ordered(s)


def make_set(items: Iterable[Value]) -> frozenset[Value]:
    """The set of these values; E001 when two are of different kinds (untyped model values excepted)."""
    made = frozenset(items)
    if len(made) > 1 and _mixed(made):
        _raise_mixed(made)
    return made


def _kinds(items: Iterable[Value]) -> set[str]:
    types = set(map(type, items))
    return {_COARSE.get(t) or "set" for t in types}


def _mixed(s: frozenset[Value]) -> bool:
    """May two elements be of kinds that cannot be compared? (A cheap test of the outermost kinds.)"""
    types = set(map(type, s))
    if len(types) == 1 and ModelValue not in types:
        return False
    kinds = {_COARSE.get(t) or "set" for t in types}
    if "model value" in kinds:
        kinds.remove("model value")
        marks = {v.type for v in s if type(v) is ModelValue} - {None}
        return len(kinds) + len(marks) > 1
    return len(kinds) > 1


def _raise_mixed(s: frozenset[Value]) -> None:
    from modelcheck.values.order import sort_elements

    sort_elements(s)  # meets the pair and raises E001


def member(v: Value, s: Value) -> bool:
    """`v \\in s`."""
    if type(s) is frozenset:
        if isinstance(v, LazySet) and not _small(v):
            return any(equal(v, e) for e in ordered(s))
        if v in s:
            return True
        return bool(s) and _absent(v, s)
    if isinstance(s, LazySet):
        return s.contains(v)
    need_set(s, "\\in")
    return False


def _small(s: LazySet) -> bool:
    return s.is_finite and not s._bigger_than(SMALL)


def _absent(v: Value, s: frozenset[Value]) -> bool:
    """`v` is not in the non-empty set `s`: False, or E001 when it cannot be compared with an element it
    meets.
    """
    t = type(v)
    if t is int or t is str or t is Bool:
        for e in s:
            te = type(e)
            if te is t:
                return False
            if te is not ModelValue or e.type is not None:
                break
        else:
            return False
    elif (t is ModelValue and v.type is None) or ((t is Fn or t is tuple or t is frozenset) and _alike(v, s)):
        return False
    return search(v, s)


# For sets met as right sides of `\\in`: the sorts of their elements by what tells them apart (see `_sorts_in`).
_SORTS: dict[frozenset[Value], dict[Any, Any] | None] = {}
_SORTS_MAX = 100_000


def _alike(v: Any, s: frozenset[Value]) -> bool:
    """Do all elements compare with `v` without error: records of other fields, or values of the same sort?"""
    sorts = _SORTS.get(s, _SORTS)
    if sorts is _SORTS:
        if len(_SORTS) >= _SORTS_MAX:
            _SORTS.clear()
        sorts = _SORTS[s] = _sorts_in(s)
    if sorts is None:
        return False
    form = v.shape if type(v) is Fn else type(v)
    sort = sorts.get(form)
    if sort is not None:
        return bool(sort == _sort_of(v))
    return type(form) is Shape and form.is_record and all(type(f) is Shape and f.is_record for f in sorts)


def _sorts_in(s: frozenset[Value]) -> dict[Any, Any] | None:
    """The sort of the elements of each shape, or of the one kind; None when it is not the same for all of them."""
    sorts: dict[Any, Any] = {}
    for e in s:
        t = type(e)
        if t is not Fn and t is not tuple and t is not frozenset:
            return None
        sort = _sort_of(e)
        if sorts.setdefault(e.shape if t is Fn else t, sort) != sort:
            return None
    if len(sorts) > 1 and not all(type(form) is Shape and form.is_record for form in sorts):
        return None
    return sorts


def _sort_of(v: Value) -> Any:
    """A token of the kinds in a value, level by level; values with the same token compare without error."""
    t = type(v)
    if t is Fn:
        if v._sort is None:
            v._sort = (v.shape, *[_sort_of(x) for x in v.vals])
        return v._sort
    if t is tuple:
        return (len(v), *[_sort_of(x) for x in v])
    if t is frozenset:
        return frozenset([_sort_of(x) for x in v])
    return (t, v.type) if t is ModelValue else t


def subseteq(a: Value, b: Value) -> bool:
    """`a \\subseteq b`."""
    if type(a) is frozenset and type(b) is frozenset:
        return a <= b or _all_members(ordered(a), b)
    need_set(a, "\\subseteq")
    need_set(b, "\\subseteq")
    if isinstance(a, LazySet):
        shortcut = _included(a, b)
        if shortcut is not None:
            return shortcut
    return _all_members(elements(a), b)


def _all_members(items: Iterable[Value], b: Value) -> bool:
    return all(member(v, b) for v in items)


def _included(a: LazySet, b: Value) -> bool | None:
    """`a \\subseteq b` for lazy `a` where their forms decide it, else None."""
    from modelcheck.values import lazy

    if b is lazy.AnySet or a is b:
        return True
    if isinstance(a, lazy.Interval):
        if a.high < a.low:
            return True
        if isinstance(b, lazy.Interval):
            return b.low <= a.low and a.high <= b.high
        if isinstance(b, lazy.Named) and b is not lazy.Strings:
            return b is not lazy.Nat or a.low >= 0
        return None
    if isinstance(a, lazy.Named) and isinstance(b, lazy.Named):
        return _NUMBERS.get(a.name, -1) <= _NUMBERS.get(b.name, -2) if a.name != b.name else True
    if isinstance(a, lazy.PowerSet) and isinstance(b, lazy.PowerSet):
        return subseteq(a.base, b.base)
    if isinstance(a, lazy.SeqSet) and isinstance(b, lazy.SeqSet):
        return subseteq(a.base, b.base)
    if isinstance(a, lazy.FunctionSet) and isinstance(b, lazy.FunctionSet) and a.source == b.source:
        return True if is_finite(a.source) and cardinality(a.source) == 0 else _included_targets(a, b)
    if not a.is_finite and is_finite(b):
        return False
    return None


_NUMBERS = {"Nat": 0, "Int": 1, "Real": 2}


def _included_targets(a: Any, b: Any) -> bool | None:
    if is_finite(a.target) and cardinality(a.target) == 0:
        return None
    return subseteq(a.target, b.target)


def infinite_sets_equal(a: LazySet, b: LazySet) -> bool:
    """Equality of two infinite sets of different form, where that can be decided; else EvalError E011."""
    from modelcheck.values import lazy

    if isinstance(a, lazy.Named) and isinstance(b, lazy.Named):
        return a.name == b.name
    for form in (lazy.PowerSet, lazy.SeqSet):
        if isinstance(a, form) and isinstance(b, form):
            return bool(a.base == b.base)
    made = (lazy.PowerSet, lazy.SeqSet, lazy.FunctionSet, lazy.RecordSet, lazy.CrossSet)
    for one, other in ((a, b), (b, a)):
        if isinstance(one, lazy.Named) and one is not lazy.AnySet and isinstance(other, made):
            return False  # numbers and strings are no sets or functions
    text = f"whether the infinite sets {a.text()} and {b.text()} are equal cannot be decided"
    raise EvalError("E011", text)


def _plain(s: Value, operator: str) -> frozenset[Value] | None:
    """The set as a frozenset when it is one or is small and finite, else None; E004 when it is no set."""
    if type(s) is frozenset:
        return s
    need_set(s, operator)
    if s._forced is not None:
        known: frozenset[Value] = s._forced
        return known
    try:
        return s.forced() if s.written or _small(s) else None
    except EvalError as error:
        if error.code in ("E011", "E002"):
            return None
        raise


def _check_together(a: frozenset[Value], b: frozenset[Value]) -> None:
    """E001 when elements of `a` and `b` are of kinds that cannot be compared (outermost kinds only)."""
    if a and b:
        x, y = next(iter(a)), next(iter(b))
        if (type(x) is not type(y) or type(x) is ModelValue) and _mixed(frozenset((x, y))):
            _raise_pair(a, b)
        elif (type(x) is ModelValue) or (type(y) is ModelValue):
            _check_slowly(a, b)


def _check_slowly(a: frozenset[Value], b: frozenset[Value]) -> None:
    if _mixed(a | b):
        _raise_pair(a, b)


def _raise_pair(a: frozenset[Value], b: frozenset[Value]) -> None:
    for x in ordered(a):
        for y in ordered(b):
            compare(x, y)
    raise incomparable(a, b)


def cup(a: Value, b: Value) -> Value:
    """`a \\cup b`."""
    if type(a) is frozenset and type(b) is frozenset:
        _check_together(a, b)
        return a | b
    for one, other in ((a, b), (b, a)):
        joined = one.joined(other) if isinstance(one, LazySet) else None
        if joined is not None:
            return joined
    pa, pb = _plain(a, "\\cup"), _plain(b, "\\cup")
    if pa is not None and pb is not None:
        return cup(pa, pb)
    from modelcheck.values.lazycombined import LazyCup

    return LazyCup(a, b)


def cap(a: Value, b: Value) -> Value:
    """`a \\cap b`."""
    if type(a) is frozenset and type(b) is frozenset:
        common = a & b
        if not common:
            _check_together(a, b)
        return common
    pa, pb = _plain(a, "\\cap"), _plain(b, "\\cap")
    if pa is not None and pb is not None:
        return cap(pa, pb)
    if pa is not None:
        return frozenset([v for v in ordered(pa) if member(v, b)])
    if pb is not None:
        return frozenset([v for v in ordered(pb) if member(v, a)])
    from modelcheck.values.lazycombined import LazyCap

    return LazyCap(a, b)


def minus(a: Value, b: Value) -> Value:
    """`a \\ b`."""
    if type(a) is frozenset and type(b) is frozenset:
        rest = a - b
        if len(rest) == len(a):
            _check_together(a, b)
        return rest
    pa, pb = _plain(a, "\\"), _plain(b, "\\")
    if pa is not None:
        return minus(pa, pb) if pb is not None else frozenset([v for v in ordered(pa) if not member(v, b)])
    from modelcheck.values.lazycombined import LazyDiff

    return LazyDiff(a, b)


def big_union(s: Value) -> Value:
    """`UNION s`."""
    from modelcheck.values.lazy import PowerSet
    from modelcheck.values.lazycombined import LazyUnion

    if isinstance(s, PowerSet):
        return s.base
    members = ordered(s)
    plain: list[frozenset[Value]] = []
    for m in members:
        p = _plain(m, "UNION")
        if p is None:
            return LazyUnion(members)
        plain.append(p)
    if len(set().union(*[_kinds(p) for p in plain])) > 1:
        return make_set(EMPTY.union(*plain))
    return EMPTY.union(*plain)


def normalize(v: Value) -> Value:
    """The same value with every finite lazy set in it written out (sets too large to build are left as they
    are).
    """
    t = type(v)
    if t is tuple:
        items = tuple([normalize(x) for x in v])
        return v if all(x is y for x, y in zip(items, v, strict=True)) else items
    if t is Fn:
        vals = tuple([normalize(x) for x in v.vals])
        return v if all(x is y for x, y in zip(vals, v.vals, strict=True)) else Fn(v.shape, vals)
    if t is frozenset:
        if any(_may_hold_lazy(x) for x in v):
            return frozenset([normalize(x) for x in v])
        return v
    if isinstance(v, LazySet) and not v.written and v.is_finite and not v._bigger_than(SMALL):
        return normalize(v.forced())
    return v.build() if isinstance(v, LazyFn) else v


def _may_hold_lazy(v: Value) -> bool:
    t = type(v)
    return not (t is int or t is str or t is Bool or t is ModelValue)


def pick_in_order(s: Value) -> Iterator[Value]:
    """An iterator over `elements(s)`."""
    return iter(elements(s))
