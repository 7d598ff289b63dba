"""Any element of a set, as an unknown: what `x \\in S` gives a variable that has no value yet.

`pick(ctx, S)` gives a formula and a value; the values that the unknown may have while the formula holds are exactly the
elements of S. Nothing is enumerated that need not be, so S may be infinite, or too large to list. Only for places where
"some element" is meant: initial states, steps, and the states an inductive step starts from.
"""

from __future__ import annotations

from modelcheck.symbolic import merging, sets
from modelcheck.symbolic.cells import (
    SCross,
    SCup,
    SFilter,
    SFunSet,
    SImage,
    SPower,
    SRange,
    SRecSet,
    SSeqs,
    SSet,
    is_concrete,
    make_fun,
    make_set,
    small_interval,
)
from modelcheck.symbolic.context import Context
from modelcheck.symbolic.formulas import FALSE_F, TRUE_F, F
from modelcheck.symbolic.functions import as_function
from modelcheck.symbolic.merging import RANGE_EXPLODE_MAX
from modelcheck.symbolic.numbers import at_most, bounds
from modelcheck.values import (
    BoundedSeqs,
    CrossSet,
    FunctionSet,
    Interval,
    LazyCap,
    LazyCup,
    LazyDiff,
    LazySet,
    LazyUnion,
    Named,
    PowerSet,
    RecordSet,
    SeqSet,
    Value,
    show,
)

CELLS_LISTED_MAX = 64  # an action that chooses among more candidates chooses an unknown one
CELLS_PICKED_MAX = 500  # a lazy finite set with fewer elements is a choice among them
Pick = tuple[F, Value]


def pick(ctx: Context, s: Value) -> Pick:
    """Some element of `s`, and the formula under which it is one. Raises `Stuck` where there is none for certain."""
    fx = ctx.fx
    s = sets.only_sets(ctx, s)
    match s:
        case Interval():
            if s.high - s.low >= RANGE_EXPLODE_MAX:
                return ctx.fresh_int(s.low, s.high)
        case SRange() if not _is_short(s):
            low, high = bounds(s.low)[0], bounds(s.high)[1]
            within, x = ctx.fresh_int(low, high)
            return fx.all_of((within, at_most(ctx, s.low, x), at_most(ctx, x, s.high))), x
        case Named() if s.name in ("Nat", "Int"):
            return ctx.fresh_int(0 if s.name == "Nat" else None)
        case PowerSet() | SPower():
            return _subset(ctx, s.base)
        case FunctionSet() | SFunSet():
            return _function(ctx, s.source, s.target)
        case RecordSet():
            return _record(ctx, tuple(s.shape.keys), s.sets)
        case SRecSet():
            return _record(ctx, s.names, s.sets)
        case CrossSet() | SCross():
            return _record(ctx, tuple(range(1, len(s.sets) + 1)), s.sets)
        case BoundedSeqs():
            return _sequence(ctx, s.base, s.length)
        case SeqSet() | SSeqs():
            if ctx.seq_bound is None:
                raise ctx.refuse("S010", f"{show(s) if is_concrete(s) else 'Seq(S)'} says nothing of the length")
            ctx.bounded_by_length = True
            return _sequence(ctx, s.base, ctx.seq_bound)
        case LazyCup():
            return _one_of(ctx, [(TRUE_F, s.left), (TRUE_F, s.right)])
        case LazyUnion():
            return _one_of(ctx, [(TRUE_F, part) for part in s.sets])
        case SCup():
            return _one_of(ctx, list(s.sets))
        case LazyDiff() | LazyCap() if not small_interval(s, CELLS_PICKED_MAX):
            within, x = pick(ctx, s.left)
            inside = sets.member(ctx, x, s.right)
            return fx.both(within, F(-inside) if isinstance(s, LazyDiff) else inside), x
        case SFilter():
            within, x = pick(ctx, s.base)
            passed = ctx.under(within, lambda: s.test(x))
            return fx.both(within, FALSE_F if passed is None else passed), x
        case SImage():
            return _image(ctx, s)
        case LazySet() if not small_interval(s, CELLS_PICKED_MAX):
            raise ctx.refuse("S004", f"an element of {show(s)} cannot be chosen")
    return choose_cell(ctx, sets.cells(ctx, s))


def choose_cell(ctx: Context, found: list[tuple[F, Value]]) -> Pick:
    """One of these candidates."""
    fx = ctx.fx
    if not found:
        return FALSE_F, 0
    arms, none, allowed = [], TRUE_F, []
    for i, (f, e) in enumerate(found):
        here = none if i == len(found) - 1 else fx.both(none, fx.fresh("pick"))
        arms.append((here, e))
        allowed.append(fx.implies(here, f))
        none = fx.both(none, F(-here))
    return fx.all_of(allowed), merging.merge(ctx, arms)


def _one_of(ctx: Context, parts: list[tuple[F, Value]]) -> Pick:
    """An element of one of several sets."""
    fx = ctx.fx
    arms, none, allowed = [], TRUE_F, []
    for i, (f, part) in enumerate(parts):
        here = none if i == len(parts) - 1 else fx.both(none, fx.fresh("side"))
        none = fx.both(none, F(-here))
        found = ctx.under(f, lambda part=part: pick(ctx, part))  # type: ignore[misc]
        if found is None:
            allowed.append(F(-here))
            continue
        within, x = found
        arms.append((here, x))
        allowed.append(fx.implies(here, fx.both(f, within)))
    if not arms:
        return FALSE_F, 0
    return fx.all_of(allowed), merging.merge(ctx, arms)


def _subset(ctx: Context, base: Value) -> Pick:
    known, loose = sets.set_cells(ctx, sets.only_sets(ctx, base))
    fx = ctx.fx
    return TRUE_F, make_set(
        {e: fx.both(f, fx.fresh("in")) for e, f in known.items()},
        [(fx.both(f, fx.fresh("in")), e) for f, e in loose],
    )


def _function(ctx: Context, source: Value, target: Value) -> Pick:
    pairs, within = [], []
    for f, k in sets.cells(ctx, sets.only_sets(ctx, source)):
        ok, x = pick(ctx, target)
        within.append(ctx.fx.implies(f, ok))
        pairs.append((f, k, x))
    return ctx.fx.all_of(within), as_function(ctx, pairs)


def _record(ctx: Context, names: tuple[Value, ...], parts: tuple[Value, ...]) -> Pick:
    fields, within = {}, []
    for name, part in zip(names, parts, strict=True):
        ok, x = pick(ctx, part)
        within.append(ok)
        fields[name] = (TRUE_F, x)
    return ctx.fx.all_of(within), make_fun(fields)


def _sequence(ctx: Context, base: Value, length: int) -> Pick:
    fx = ctx.fx
    items, within, before = {}, [], TRUE_F
    for i in range(1, length + 1):
        here = fx.both(before, fx.fresh("long"))
        ok, x = pick(ctx, base)
        within.append(fx.implies(here, ok))
        items[i] = (here, x)
        before = here
    return fx.all_of(within), make_fun(items)


def _image(ctx: Context, s: SImage) -> Pick:
    row, within = [], []
    for base in s.bases:
        ok, x = pick(ctx, base)
        within.append(ok)
        row.append(x)
    inside = ctx.fx.all_of(within)
    value = ctx.under(inside, lambda: (s.body(tuple(row)),))
    return (FALSE_F, 0) if value is None else (inside, value[0])


def is_written_out(s: Value) -> bool:
    """Whether a set is better listed than picked from: a path for each element tells more, and there are few."""
    if isinstance(s, LazySet):
        return small_interval(s, CELLS_LISTED_MAX)
    if isinstance(s, SRange):
        return _is_short(s)
    if isinstance(s, SSet):
        return len(s.known) + len(s.loose) <= CELLS_LISTED_MAX
    return type(s) is frozenset and len(s) <= CELLS_PICKED_MAX


def _is_short(s: SRange) -> bool:
    """Whether an interval of unknown bounds has few numbers at most."""
    low, high = bounds(s.low)[0], bounds(s.high)[1]
    return low is not None and high is not None and high - low < RANGE_EXPLODE_MAX
