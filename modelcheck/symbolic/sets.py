"""Sets: written out as candidates with conditions, or told apart by membership only.

`set_cells` writes a set out (known candidates, others), `cells` lists them in TLC's order, `member` gives the formula
of a membership and never writes out what need not be. `CELLS_MAX` bounds what is written out; beyond it S008.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Any

from modelcheck.errors import EvalError
from modelcheck.symbolic import merging
from modelcheck.symbolic.cells import (
    Choice,
    SCross,
    SCup,
    SFilter,
    SFun,
    SFunSet,
    SImage,
    SInt,
    SPower,
    SRange,
    SRecSet,
    SSeqs,
    SSet,
    Symbolic,
    fun_pairs,
    in_tlc_order,
    is_concrete,
    kind_of,
    make_fun,
    make_set,
    small_interval,
)
from modelcheck.symbolic.context import Context
from modelcheck.symbolic.formulas import FALSE_F, TRUE_F, F
from modelcheck.values import (
    BoundedSeqs,
    CrossSet,
    FunctionSet,
    Interval,
    KSubsets,
    LazyCap,
    LazyCup,
    LazyDiff,
    LazySet,
    LazyUnion,
    PowerSet,
    RecordSet,
    SeqSet,
    Value,
    cardinality,
    is_function,
    is_set,
    kind_phrase,
    ordered,
    show,
)
from modelcheck.values import member as values_member

CELLS_MAX = 5_000
EXPLODE_MAX = 128  # an element that may be at most so many known values is that many candidates
SUBSETS_MAX = 12  # SUBSET of more candidates is not written out
Cells = tuple[dict[Value, F], list[tuple[F, Value]]]


# ---- writing out ------------------------------------------------------------------------------------------------


def set_cells(ctx: Context, s: Value) -> Cells:
    """The candidates of a set: those that are known values, and others. S004 and S008 where it cannot be."""
    if isinstance(s, SSet):
        return s.known, list(s.loose)
    if type(s) is frozenset:
        return dict.fromkeys(_in_order(s), TRUE_F), []
    if isinstance(s, LazySet):
        lazy = _symbolic_form(s)
        if not s.known_finite or not small_interval(s, CELLS_MAX):
            if lazy is not None and s.known_finite:
                return set_cells(ctx, lazy)
            raise _too_many(ctx, s)
        return dict.fromkeys(ctx.call(ordered, s), TRUE_F), []
    if isinstance(s, Choice):
        raise AssertionError("a choice of sets is taken apart before")
    return gather(ctx, _listed(ctx, s))


def _too_many(ctx: Context, s: Value) -> Exception:
    if isinstance(s, LazySet) and s.known_finite:
        return ctx.refuse("S008", f"the set {show(s)} has more than {CELLS_MAX:,} elements")
    text = show(s) if is_concrete(s) else "a set"
    return ctx.refuse("S004", f"{text} is infinite, or not known to be finite, and is enumerated")


def _symbolic_form(s: LazySet) -> Value | None:
    """A known lazy set as one of ours, whose parts are written out one by one."""
    match s:
        case FunctionSet():
            return SFunSet(s.source, s.target)
        case PowerSet():
            return SPower(s.base)
        case RecordSet():
            return SRecSet(tuple(s.shape.keys), s.sets)
        case CrossSet():
            return SCross(s.sets)
        case LazyCup():
            return SCup(((TRUE_F, s.left), (TRUE_F, s.right)))
        case LazyUnion():
            return SCup(tuple((TRUE_F, part) for part in s.sets))
    return None


def _listed(ctx: Context, s: Value) -> list[tuple[F, Value]]:
    """The candidates of a set that is not written out."""
    fx = ctx.fx
    match s:
        case SRange():
            return _range_cells(ctx, s)
        case SPower():
            return _subsets(ctx, s.base)
        case SFunSet():
            return _functions(ctx, s)
        case SRecSet():
            rows = _rows(ctx, s.sets)
            names = s.names
            return [(f, make_fun({n: (TRUE_F, v) for n, v in zip(names, row, strict=True)})) for f, row in rows]
        case SCross():
            return [(f, tuple_of(row)) for f, row in _rows(ctx, s.sets)]
        case SCup():
            return [(fx.both(f, g), e) for f, part in s.sets for g, e in cells(ctx, part)]
        case SFilter():
            out = []
            for f, e in cells(ctx, s.base):
                passed = ctx.under(f, lambda e=e: s.test(e))  # type: ignore[misc]
                if passed is not None:
                    out.append((fx.both(f, passed), e))
            return out
        case SImage():
            out = []
            for f, row in _rows(ctx, s.bases):
                value = ctx.under(f, lambda row=row: s.body(row))  # type: ignore[misc]
                if value is not None:
                    out.append((f, value))
            return out
    raise _too_many(ctx, s)


def _range_cells(ctx: Context, s: SRange) -> list[tuple[F, Value]]:
    from modelcheck.symbolic.numbers import at_most, bounds

    low, high = bounds(s.low)[0], bounds(s.high)[1]
    if low is None or high is None:
        raise ctx.refuse(
            "S004",
            "an interval is enumerated whose bounds are not known",
            "bound the numbers in the invariant, or quantify over a constant interval with a guard",
        )
    if high - low >= CELLS_MAX:
        raise ctx.refuse("S008", f"an interval of up to {high - low + 1:,} numbers is enumerated")
    fx = ctx.fx
    return [(fx.both(at_most(ctx, s.low, n), at_most(ctx, n, s.high)), n) for n in range(low, high + 1)]


def _subsets(ctx: Context, base: Value) -> list[tuple[F, Value]]:
    found = cells(ctx, base)
    if len(found) > SUBSETS_MAX:
        raise ctx.refuse("S008", f"SUBSET of a set of up to {len(found)} elements is enumerated")
    rows: list[tuple[F, list[Value]]] = [(TRUE_F, [])]
    for f, e in found:
        rows = [*rows, *((ctx.fx.both(g, f), [*row, e]) for g, row in rows)]
    out = [(f, make_set(*gather(ctx, [(TRUE_F, e) for e in row]))) for f, row in rows if f != FALSE_F]
    if all(is_concrete(v) for _, v in out):
        place = {v: i for i, v in enumerate(_in_order(v for _, v in out))}
        out.sort(key=lambda cell: place[cell[1]])
    return out


def _functions(ctx: Context, s: SFunSet) -> list[tuple[F, Value]]:
    keys = cells(ctx, s.source)
    if any(f != TRUE_F for f, _ in keys):
        raise ctx.refuse("S004", "a set of functions whose domain is not known is enumerated")
    rows = _rows(ctx, [s.target] * len(keys))
    names = [k for _, k in keys]
    return [(f, make_fun(*_by_key([(TRUE_F, k, v) for k, v in zip(names, row, strict=True)]))) for f, row in rows]


def _by_key(pairs: Iterable[tuple[F, Value, Value]]) -> tuple[dict[Value, tuple[F, Value]], list[Any]]:
    known: dict[Value, tuple[F, Value]] = {}
    loose = []
    for f, k, v in pairs:
        if is_concrete(k):
            known[k] = (f, v)
        else:
            loose.append((f, k, v))
    return known, loose


def _rows(ctx: Context, parts: Iterable[Value]) -> list[tuple[F, tuple[Value, ...]]]:
    """Combinations of elements."""
    lists = [cells(ctx, part) for part in parts]
    size = 1
    for one in lists:
        size *= len(one)
    if size > CELLS_MAX:
        raise ctx.refuse("S008", f"a product of {size:,} combinations is enumerated")
    out = []
    for row in product(*lists):
        f = ctx.fx.all_of(g for g, _ in row)
        if f != FALSE_F:
            out.append((f, tuple(v for _, v in row)))
    return out


def gather(ctx: Context, found: Iterable[tuple[F, Value]]) -> Cells:
    """Candidates in any order as known and other ones; an element that may be few known values is that many."""
    fx = ctx.fx
    known: dict[Value, list[F]] = {}
    loose: list[tuple[F, Value]] = []
    for f, v in found:
        if f == FALSE_F:
            continue
        if is_concrete(v):
            known.setdefault(v, []).append(f)
            continue
        options = merging.explode(ctx, v, EXPLODE_MAX)
        if options is None:
            loose.append((f, v))
        else:
            for g, x in options:
                here = fx.both(f, g)
                if here != FALSE_F:
                    known.setdefault(x, []).append(here)
    return {v: fx.any_of(fs) for v, fs in known.items()}, loose


def set_of(ctx: Context, found: Iterable[tuple[F, Value]]) -> Value:
    """The set of candidates."""
    return make_set(*gather(ctx, found))


def cells(ctx: Context, s: Value) -> list[tuple[F, Value]]:
    """The candidates of a set: the known ones in TLC's order, then the others."""
    if type(s) is frozenset or (isinstance(s, LazySet) and s.known_finite and small_interval(s, CELLS_MAX)):
        return [(TRUE_F, e) for e in ctx.call(ordered, s)]
    s = only_sets(ctx, s)
    if isinstance(s, Symbolic) and not isinstance(s, (SSet, SCup, SImage, SFilter)):
        return _listed(ctx, s)
    known, loose = set_cells(ctx, s)
    return [*((known[e], e) for e in _in_order(known)), *loose]


def _in_order(found: Iterable[Value]) -> Iterable[Value]:
    items = list(found)
    try:
        return in_tlc_order(items)
    except EvalError:
        return items


def only_sets(ctx: Context, s: Value) -> Value:
    """A value that may be several as a set; what else it may be is a failure."""
    if not isinstance(s, Choice):
        if kind_of(s) not in ("set", "lazy"):
            raise ctx.stuck("E004", f"{_say(s)} stands where a set is needed")
        return s
    found = []
    for f, v in merging.alternatives(ctx, s):
        if kind_of(v) in ("set", "lazy"):
            found.append((f, v))
        else:
            ctx.fail(f, "E004", f"{_say(v)} stands where a set is needed")
    if not found:
        raise ctx.stuck("E004", "no set stands where one is needed")
    return merging.merge(ctx, found)


def _say(v: Value) -> str:
    return f"{show(v)}, {kind_phrase(v)}," if is_concrete(v) else "another kind of value"


def tuple_of(row: Iterable[Value]) -> Value:
    """The tuple of these values."""
    return make_fun({i: (TRUE_F, v) for i, v in enumerate(row, 1)})


# ---- membership -------------------------------------------------------------------------------------------------


def member(ctx: Context, x: Value, s: Value) -> F:
    """The formula of `x \\in s`."""
    fx = ctx.fx
    if is_concrete(x) and is_concrete(s):
        return TRUE_F if ctx.call(values_member, x, s) else FALSE_F
    if isinstance(s, Choice):
        s = only_sets(ctx, s)
    if isinstance(x, Choice):
        return fx.any_of(
            fx.both(f, ctx.under(f, lambda v=v: member(ctx, v, s)) or FALSE_F)  # type: ignore[misc]
            for f, v in merging.alternatives(ctx, x)
        )
    if isinstance(s, SSet) or type(s) is frozenset:
        return _member_of_cells(ctx, x, s)
    return _member_of_lazy(ctx, x, s)


def _member_of_cells(ctx: Context, x: Value, s: Value) -> F:
    fx = ctx.fx
    known, loose = set_cells(ctx, s)
    found = [fx.both(f, merging.equal(ctx, x, e)) for f, e in loose]
    options = merging.explode(ctx, x, EXPLODE_MAX)
    if options is not None and len(options) <= 4 * len(known) + 4:
        found += [fx.both(f, known[v]) for f, v in options if v in known]
    else:
        found += [fx.both(f, merging.equal(ctx, x, e)) for e, f in known.items()]
    return fx.any_of(found)


def _member_of_lazy(ctx: Context, x: Value, s: Value) -> F:
    from modelcheck.symbolic.numbers import at_most

    fx = ctx.fx
    kind = kind_of(x)
    match s:
        case Interval() | SRange():
            if kind != "int":
                return FALSE_F
            return fx.both(at_most(ctx, s.low, x), at_most(ctx, x, s.high))
        case PowerSet() | SPower():
            return subset(ctx, x, s.base) if kind in ("set", "lazy") else FALSE_F
        case FunctionSet() | SFunSet():
            return _member_of_functions(ctx, x, s.source, s.target) if kind == "fun" else FALSE_F
        case RecordSet():
            return _member_of_records(ctx, x, s.shape.keys, s.sets) if kind == "fun" else FALSE_F
        case SRecSet():
            return _member_of_records(ctx, x, s.names, s.sets) if kind == "fun" else FALSE_F
        case CrossSet() | SCross():
            names = tuple(range(1, len(s.sets) + 1))
            return _member_of_records(ctx, x, names, s.sets) if kind == "fun" else FALSE_F
        case SeqSet() | SSeqs() | BoundedSeqs():
            if kind != "fun":
                return FALSE_F
            limit = s.length if isinstance(s, BoundedSeqs) else None
            return _member_of_seqs(ctx, x, s.base, limit)
        case SCup():
            return fx.any_of(fx.both(f, member(ctx, x, part)) for f, part in s.sets)
        case LazyCup():
            return fx.either(member(ctx, x, s.left), member(ctx, x, s.right))
        case LazyCap():
            return fx.both(member(ctx, x, s.left), member(ctx, x, s.right))
        case LazyDiff():
            return fx.both(member(ctx, x, s.left), F(-member(ctx, x, s.right)))
        case LazyUnion():
            return fx.any_of(member(ctx, x, part) for part in s.sets)
        case SFilter():
            inside = member(ctx, x, s.base)
            return fx.both(inside, ctx.under(inside, lambda: s.test(x)) or FALSE_F)
        case SImage():
            return _member_of_cells(ctx, x, set_of(ctx, _listed(ctx, s)))
        case KSubsets():
            counted = count(ctx, x)
            return fx.both(subset(ctx, x, s.base), merging.equal(ctx, counted, s.size))
    return _member_of_named(ctx, x, s, kind)


def _member_of_named(ctx: Context, x: Value, s: Value, kind: str) -> F:
    """`Nat`, `Int`, `STRING`, `Any` and the like."""
    if isinstance(x, SInt):
        name = getattr(s, "name", "")
        if name == "Int":
            return TRUE_F
        if name == "Nat":
            from modelcheck.symbolic.numbers import at_most

            return at_most(ctx, 0, x)
    options = merging.explode(ctx, x, EXPLODE_MAX)
    if options is None:
        raise ctx.refuse("S007", f"membership in {show(s) if is_concrete(s) else 'this set'} is not translated")
    return ctx.fx.any_of(f for f, v in options if ctx.call(values_member, v, s))


def _member_of_functions(ctx: Context, x: Value, source: Value, target: Value) -> F:
    fx = ctx.fx
    same = merging.equal(ctx, domain_of(ctx, x), source)
    out = [same]
    for f, _, v in merging.all_pairs(x):
        inside = ctx.under(f, lambda v=v: member(ctx, v, target))  # type: ignore[misc]
        out.append(fx.implies(f, FALSE_F if inside is None else inside))
        if out[-1] == FALSE_F:
            return FALSE_F
    return fx.all_of(out)


def _member_of_records(ctx: Context, x: Value, names: Iterable[Value], parts: Iterable[Value]) -> F:
    fx = ctx.fx
    known, loose = fun_pairs(x)
    if loose:
        return FALSE_F
    wanted = dict(zip(names, parts, strict=True))
    out = [F(-f) for k, (f, _) in known.items() if k not in wanted]
    for name, part in wanted.items():
        if name not in known:
            return FALSE_F
        f, v = known[name]
        inside = ctx.under(f, lambda v=v, part=part: member(ctx, v, part))  # type: ignore[misc]
        out += [f, FALSE_F if inside is None else inside]
    return fx.all_of(out)


def _member_of_seqs(ctx: Context, x: Value, base: Value, limit: int | None) -> F:
    fx = ctx.fx
    known, _ = fun_pairs(x)
    out = [is_sequence(ctx, x)]
    for k, (f, v) in known.items():
        if limit is not None and type(k) is int and k > limit:
            out.append(F(-f))
            continue
        inside = ctx.under(f, lambda v=v: member(ctx, v, base))  # type: ignore[misc]
        out.append(fx.implies(f, FALSE_F if inside is None else inside))
    return fx.all_of(out)


def is_sequence(ctx: Context, x: Value) -> F:
    """Whether the domain of a function is `1 .. n`."""
    known, loose = fun_pairs(x)
    if loose:
        raise ctx.refuse("S007", "a function with unknown keys stands where a sequence is needed")
    out = []
    for k, (f, _) in known.items():
        if type(k) is not int or k < 1:
            out.append(F(-f))
        elif k > 1:
            out.append(ctx.fx.implies(f, known.get(k - 1, (FALSE_F, None))[0]))
    return ctx.fx.all_of(out)


# ---- algebra ----------------------------------------------------------------------------------------------------


def domain_of(ctx: Context, x: Value) -> Value:
    """`DOMAIN x`."""
    if not isinstance(x, SFun):
        from modelcheck.values import domain

        return ctx.call(domain, x)
    return set_of(ctx, [(f, k) for f, k, _ in merging.all_pairs(x)])


def subset(ctx: Context, a: Value, b: Value) -> F:
    """The formula of `a \\subseteq b`."""
    fx = ctx.fx
    if is_concrete(a) and is_concrete(b):
        from modelcheck.values import subseteq

        return TRUE_F if ctx.call(subseteq, a, b) else FALSE_F
    a = only_sets(ctx, a)
    out = []
    for f, e in cells(ctx, a):
        inside = ctx.under(f, lambda e=e: member(ctx, e, b))  # type: ignore[misc]
        out.append(fx.implies(f, FALSE_F if inside is None else inside))
        if out[-1] == FALSE_F:
            return FALSE_F
    return fx.all_of(out)


def equal_sets(ctx: Context, a: Value, b: Value) -> F:
    """The formula of the equality of two sets, one of which at least is not known."""
    fx = ctx.fx
    for one, other in ((a, b), (b, a)):
        if isinstance(one, LazySet) and not one.known_finite and kind_of(other) == "set":
            return FALSE_F
    known_a, loose_a = set_cells(ctx, a)
    known_b, loose_b = set_cells(ctx, b)
    if loose_a or loose_b:
        return fx.both(subset(ctx, a, b), subset(ctx, b, a))
    out = []
    for e in [*known_a, *(e for e in known_b if e not in known_a)]:
        out.append(fx.iff(known_a.get(e, FALSE_F), known_b.get(e, FALSE_F)))
        if out[-1] == FALSE_F:
            return FALSE_F
    return fx.all_of(out)


def cup(ctx: Context, a: Value, b: Value) -> Value:
    """`a \\cup b`."""
    if is_concrete(a) and is_concrete(b):
        from modelcheck.values import cup as values_cup

        return ctx.call(values_cup, a, b)
    a, b = only_sets(ctx, a), only_sets(ctx, b)
    if not (_plain(a) and _plain(b)):
        return SCup(((TRUE_F, a), (TRUE_F, b)))
    fx = ctx.fx
    known, loose = set_cells(ctx, a)
    more, rest = set_cells(ctx, b)
    merged = dict(known)
    for e, f in more.items():
        merged[e] = fx.either(merged.get(e, FALSE_F), f)
    return make_set(merged, [*loose, *rest])


def _plain(s: Value) -> bool:
    return isinstance(s, SSet) or type(s) is frozenset or (isinstance(s, LazySet) and small_interval(s, 200))


def cap(ctx: Context, a: Value, b: Value, keep: bool = True) -> Value:
    """`a \\cap b`; with `keep` FALSE: `a \\ b`."""
    if is_concrete(a) and is_concrete(b):
        from modelcheck.values import cap as values_cap
        from modelcheck.values import minus as values_minus

        return ctx.call(values_cap if keep else values_minus, a, b)
    a, b = only_sets(ctx, a), only_sets(ctx, b)
    if keep and not _finite(a) and _finite(b):
        a, b = b, a
    if not _finite(a):
        return SFilter(a, lambda x: member(ctx, x, b) if keep else F(-member(ctx, x, b)))
    known, loose = set_cells(ctx, a)
    fx = ctx.fx

    def kept(f: F, e: Value) -> F:
        inside = ctx.under(f, lambda: member(ctx, e, b))
        inside = FALSE_F if inside is None else inside
        return fx.both(f, inside if keep else F(-inside))

    return make_set({e: kept(f, e) for e, f in known.items()}, [(kept(f, e), e) for f, e in loose])


def _finite(s: Value) -> bool:
    return (not isinstance(s, Symbolic) and (type(s) is frozenset or s.known_finite)) or isinstance(s, SSet)


def big_union(ctx: Context, s: Value) -> Value:
    """`UNION s`."""
    if is_concrete(s):
        from modelcheck.values import big_union as values_union

        return ctx.call(values_union, s)
    found: list[tuple[F, Value]] = []
    for f, e in cells(ctx, only_sets(ctx, s)):
        for g, v in merging.alternatives(ctx, e):
            if kind_of(v) not in ("set", "lazy"):
                ctx.fail(ctx.fx.both(f, g), "E004", f"UNION of a set that holds {_say(v)}")
                continue
            if not _plain(v):
                return SCup(tuple((h, w) for h, part in cells(ctx, s) for _, w in [(h, part)]))
            known, loose = set_cells(ctx, v)
            here = ctx.fx.both(f, g)
            found += [(ctx.fx.both(here, h), x) for x, h in known.items()]
            found += [(ctx.fx.both(here, h), x) for h, x in loose]
    return set_of(ctx, found)


def count(ctx: Context, s: Value) -> Value:
    """The number of elements, by counting the conditions one after the other."""
    if is_concrete(s):
        return ctx.call(cardinality, s)
    fx = ctx.fx
    found = cells(ctx, only_sets(ctx, s))
    counted: list[F] = []
    others: list[tuple[F, Value]] = []
    for f, e in found:
        if is_concrete(e):
            counted.append(f)
            others.append((f, e))
            continue
        repeated = fx.any_of(fx.both(g, merging.equal(ctx, e, x)) for g, x in others)
        counted.append(fx.both(f, F(-repeated)))
        others.append((f, e))
    return sum_of_bits(ctx, counted)


def sum_of_bits(ctx: Context, bits: list[F]) -> Value:
    """How many of the formulas are true: a choice among numbers, built as a counter is."""
    fx = ctx.fx
    sure = sum(1 for f in bits if f == TRUE_F)
    open_bits = [f for f in bits if f not in (TRUE_F, FALSE_F)]
    rows: list[F] = [TRUE_F]  # rows[n]: exactly n of the bits so far
    for bit in open_bits:
        off = F(-bit)
        rows = [
            fx.either(
                fx.both(rows[n], off) if n < len(rows) else FALSE_F,
                fx.both(rows[n - 1], bit) if n else FALSE_F,
            )
            for n in range(len(rows) + 1)
        ]
    return merging.merge(ctx, [(f, n + sure) for n, f in enumerate(rows)])


def finite_set_of(v: Value) -> bool:
    """Whether a known value is a set."""
    return is_set(v) and not is_function(v)
