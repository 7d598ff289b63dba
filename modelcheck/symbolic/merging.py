"""One value out of several, equality, and the possible values of an unknown one.

`merge` joins alternatives whose conditions exclude each other; `equal` gives the formula of an equality; `explode`
lists the known values that an unknown one may have, where they are few. Small integers stay a choice among numbers
(only propositional formulas come of it), large ones become integer terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import z3

from modelcheck.errors import EvalError
from modelcheck.symbolic import sets
from modelcheck.symbolic.cells import (
    Choice,
    SBool,
    SCup,
    SFun,
    SInt,
    SSet,
    Symbolic,
    fun_pairs,
    is_concrete,
    kind_of,
    make_choice,
    make_fun,
    make_set,
    truth_value,
)
from modelcheck.symbolic.context import Context
from modelcheck.symbolic.formulas import FALSE_F, TRUE_F, F
from modelcheck.values import FALSE, TRUE, ModelValue, Value
from modelcheck.values import equal as values_equal

INT_CHOICE_MAX = 24  # integers that may be one of more numbers than this become terms
RANGE_EXPLODE_MAX = 24
Guarded = tuple[F, Value]


# ---- merging ----------------------------------------------------------------------------------------------------


def merge(ctx: Context, items: Iterable[Guarded]) -> Value:
    """The value that is `v` under `f`, for these `(f, v)`; the conditions exclude each other, one of them holds."""
    fx = ctx.fx
    by_value: dict[Any, tuple[list[F], Value]] = {}
    for f, v in items:
        if f == FALSE_F:
            continue
        key = id(v) if isinstance(v, Symbolic) or kind_of(v) == "lazy" else (type(v), v)
        known = by_value.get(key)
        if known is None:
            by_value[key] = ([f], v)
        else:
            known[0].append(f)
    groups = [(fx.any_of(fs), v) for fs, v in by_value.values()]
    if not groups:
        raise AssertionError("nothing to merge")
    if len(groups) == 1:
        return groups[0][1]
    atoms: dict[Value, F] = {}
    sorts: dict[str, list[Guarded]] = {}
    for f, v in groups:
        _sort_in(ctx, f, v, atoms, sorts)
    return _joined(ctx, atoms, sorts)


def _sort_in(ctx: Context, f: F, v: Value, atoms: dict[Value, F], sorts: dict[str, list[Guarded]]) -> None:
    """One alternative into its place; a choice is taken apart."""
    fx = ctx.fx
    if isinstance(v, Choice):
        for atom, g in v.atoms.items():
            _sort_in(ctx, fx.both(f, g), atom, atoms, sorts)
        for g, part in v.parts.values():
            _sort_in(ctx, fx.both(f, g), part, atoms, sorts)
        return
    if f == FALSE_F:
        return
    kind = kind_of(v)
    if kind == "atom" or (kind == "int" and not isinstance(v, SInt)):
        atoms[v] = fx.either(atoms.get(v, FALSE_F), f)
    else:
        sorts.setdefault(kind, []).append((f, v))


def _joined(ctx: Context, atoms: dict[Value, F], sorts: dict[str, list[Guarded]]) -> Value:
    fx = ctx.fx
    parts: dict[str, tuple[F, Value]] = {}
    numbers = [(f, v) for v, f in atoms.items() if type(v) is int]
    if "int" in sorts or len(numbers) > INT_CHOICE_MAX:
        some = [*numbers, *sorts.pop("int", [])]
        atoms = {v: f for v, f in atoms.items() if type(v) is not int}
        parts["int"] = fx.any_of(f for f, _ in some), merge_ints(ctx, some)
    if "lazy" in sorts and "set" in sorts:
        sorts["lazy"] += sorts.pop("set")
    for kind, some in sorts.items():
        whole = fx.any_of(f for f, _ in some)
        parts[kind] = whole, some[0][1] if len(some) == 1 else _MERGERS[kind](ctx, some)
    return make_choice(atoms, parts)


def merge_ints(ctx: Context, items: Sequence[Guarded]) -> Value:
    """Integers as one term."""
    lows = [v.low if isinstance(v, SInt) else v for _, v in items]
    highs = [v.high if isinstance(v, SInt) else v for _, v in items]
    low = None if None in lows else min(x for x in lows if x is not None)
    high = None if None in highs else max(x for x in highs if x is not None)
    terms = [(f, int_term(ctx, v)) for f, v in items]
    out = terms[-1][1]
    for f, term in reversed(terms[:-1]):
        out = z3.If(ctx.fx.z3_of(f), term, out)
    return SInt(out, low, high)


def _merge_bools(ctx: Context, items: Sequence[Guarded]) -> Value:
    fx = ctx.fx
    return truth_value(fx.any_of(fx.both(f, formula(v)) for f, v in items))


def _merge_sets(ctx: Context, items: Sequence[Guarded]) -> Value:
    fx = ctx.fx
    known: dict[Value, list[F]] = {}
    loose: dict[int, tuple[list[F], Value]] = {}
    for f, v in items:
        cells, rest = sets.set_cells(ctx, v)
        for e, g in cells.items():
            known.setdefault(e, []).append(fx.both(f, g))
        for g, e in rest:
            loose.setdefault(id(e), ([], e))[0].append(fx.both(f, g))
    return make_set({e: fx.any_of(fs) for e, fs in known.items()}, [(fx.any_of(fs), e) for fs, e in loose.values()])


def _merge_lazies(ctx: Context, items: Sequence[Guarded]) -> Value:
    return SCup(tuple(items))


def _merge_funs(ctx: Context, items: Sequence[Guarded]) -> Value:
    fx = ctx.fx
    known: dict[Value, list[tuple[F, Value]]] = {}
    loose: list[tuple[F, Value, Value]] = []
    for f, v in items:
        pairs, rest = fun_pairs(v)
        for k, (g, x) in pairs.items():
            known.setdefault(k, []).append((fx.both(f, g), x))
        loose += [(fx.both(f, g), k, x) for g, k, x in rest]
    merged = {}
    for k, found in known.items():
        here = [(g, x) for g, x in found if g != FALSE_F]
        if here:
            merged[k] = fx.any_of(g for g, _ in here), merge(ctx, here)
    return make_fun(merged, loose)


_MERGERS = {"bool": _merge_bools, "set": _merge_sets, "lazy": _merge_lazies, "fun": _merge_funs}


# ---- looking at values ------------------------------------------------------------------------------------------


def formula(v: Value) -> F:
    """The formula that a boolean is."""
    if v is TRUE:
        return TRUE_F
    if v is FALSE:
        return FALSE_F
    assert isinstance(v, SBool)
    return v.f


def int_term(ctx: Context, v: Value) -> Any:
    """A z3 term for an integer."""
    if isinstance(v, SInt):
        return v.term
    if isinstance(v, Choice):
        merged = merge_ints(ctx, alternatives(ctx, v))
        return merged.term
    return z3.IntVal(v)


def alternatives(ctx: Context, v: Value) -> list[Guarded]:
    """What a value may be, each with its condition; anything but a choice has one alternative."""
    if not isinstance(v, Choice):
        return [(TRUE_F, v)]
    return [*((f, a) for a, f in v.atoms.items()), *v.parts.values()]


def explode(ctx: Context, v: Value, limit: int) -> list[Guarded] | None:
    """All known values that `v` may be, with conditions that exclude each other; None if there are more than limit."""
    fx = ctx.fx
    if not isinstance(v, Symbolic):
        return [(TRUE_F, v)]
    if isinstance(v, SBool):
        return [(v.f, TRUE), (F(-v.f), FALSE)]
    if isinstance(v, SInt):
        if v.low is None or v.high is None or v.high - v.low >= min(limit, RANGE_EXPLODE_MAX):
            return None
        return [(fx.atom(v.term == n), n) for n in range(v.low, v.high + 1)]
    if isinstance(v, Choice):
        out: list[Guarded] = []
        for f, part in alternatives(ctx, v):
            inner = explode(ctx, part, limit)
            if inner is None:
                return None
            out += [(fx.both(f, g), x) for g, x in inner]
        return out if len(out) <= limit else None
    if isinstance(v, SSet):
        if v.loose:
            return None
        rows: list[tuple[F, tuple[Value, ...]]] = [(TRUE_F, ())]
        for e, g in v.known.items():
            options: list[tuple[F, tuple[Value, ...]]] = [(g, (e,)), (F(-g), ())]
            rows = _product(ctx, rows, options)
            if len(rows) > limit:
                return None
        return [(f, frozenset(row)) for f, row in rows]
    if isinstance(v, SFun):
        return _explode_fun(ctx, v, limit)
    return None


def _explode_fun(ctx: Context, v: SFun, limit: int) -> list[Guarded] | None:
    if v.loose:
        return None
    fx = ctx.fx
    rows: list[tuple[F, tuple[Value, ...]]] = [(TRUE_F, ())]
    for k, (g, x) in v.known.items():
        inner = explode(ctx, x, limit)
        if inner is None:
            return None
        options: list[tuple[F, tuple[Value, ...]]] = [(fx.both(g, f), ((k, y),)) for f, y in inner]
        if g != TRUE_F:
            options.append((F(-g), ()))
        rows = _product(ctx, rows, options)
        if len(rows) > limit:
            return None
    from modelcheck.values import make_function

    return [(f, make_function(row)) for f, row in rows]


def _product(
    ctx: Context, rows: list[tuple[F, tuple[Value, ...]]], options: list[tuple[F, tuple[Value, ...]]]
) -> list[tuple[F, tuple[Value, ...]]]:
    made = [(ctx.fx.both(f, g), (*row, *more)) for f, row in rows for g, more in options if g != FALSE_F]
    return [(f, row) for f, row in made if f != FALSE_F]


# ---- equality ---------------------------------------------------------------------------------------------------


def equal(ctx: Context, a: Value, b: Value) -> F:
    """The formula of `a = b`. Values of different kinds cannot be compared (E001), except with a model value."""
    if a is b:
        return TRUE_F
    if is_concrete(a) and is_concrete(b):
        try:
            return TRUE_F if values_equal(a, b) else FALSE_F
        except EvalError as error:
            raise ctx.stuck(error.code, error.message) from None
    if isinstance(a, Choice) or isinstance(b, Choice):
        return _equal_choices(ctx, a, b)
    kinds = {kind_of(a), kind_of(b)}
    if kinds == {"int"}:
        return _equal_ints(ctx, a, b)
    if kinds == {"bool"}:
        return ctx.fx.iff(formula(a), formula(b))
    if kinds == {"fun"}:
        return _equal_funs(ctx, a, b)
    if kinds <= {"set", "lazy"}:
        return sets.equal_sets(ctx, a, b)
    if not (type(a) is ModelValue or type(b) is ModelValue):
        ctx.fail(TRUE_F, "E001", "values of different kinds are compared")
    return FALSE_F


def _equal_choices(ctx: Context, a: Value, b: Value) -> F:
    fx = ctx.fx
    if isinstance(a, Choice) and isinstance(b, Choice) and not a.parts and not b.parts:
        return fx.any_of(fx.both(f, b.atoms[v]) for v, f in a.atoms.items() if v in b.atoms)
    out = []
    for f, x in alternatives(ctx, a):
        for g, y in alternatives(ctx, b):
            both = fx.both(f, g)
            if both != FALSE_F:
                same = ctx.under(both, lambda x=x, y=y: equal(ctx, x, y))  # type: ignore[misc]
                out.append(FALSE_F if same is None else fx.both(both, same))
    return fx.any_of(out)


def _equal_ints(ctx: Context, a: Value, b: Value) -> F:
    low_a, high_a = (a.low, a.high) if isinstance(a, SInt) else (a, a)
    low_b, high_b = (b.low, b.high) if isinstance(b, SInt) else (b, b)
    if (high_a is not None and low_b is not None and high_a < low_b) or (
        high_b is not None and low_a is not None and high_b < low_a
    ):
        return FALSE_F
    return ctx.fx.atom(z3.simplify(int_term(ctx, a) == int_term(ctx, b)))


def _equal_funs(ctx: Context, a: Value, b: Value) -> F:
    fx = ctx.fx
    known_a, loose_a = fun_pairs(a)
    known_b, loose_b = fun_pairs(b)
    if loose_a or loose_b:
        return fx.both(_covered(ctx, a, b), _covered(ctx, b, a))
    out = []
    for k in [*known_a, *(k for k in known_b if k not in known_a)]:
        f, x = known_a.get(k, (FALSE_F, None))
        g, y = known_b.get(k, (FALSE_F, None))
        same = fx.iff(f, g)
        if same == FALSE_F:
            return FALSE_F
        out.append(same)
        here = fx.both(f, g)
        if here != FALSE_F:
            inner = ctx.under(here, lambda x=x, y=y: equal(ctx, x, y))  # type: ignore[misc]
            out.append(fx.implies(here, FALSE_F if inner is None else inner))
            if out[-1] == FALSE_F:
                return FALSE_F
    return fx.all_of(out)


def _covered(ctx: Context, a: Value, b: Value) -> F:
    """Every pair of `a` is one of `b`."""
    fx = ctx.fx
    pairs_b = all_pairs(b)
    out = []
    for f, k, x in all_pairs(a):
        found = fx.any_of(fx.all_of((g, equal(ctx, k, m), equal(ctx, x, y))) for g, m, y in pairs_b)
        out.append(fx.implies(f, found))
    return fx.all_of(out)


def all_pairs(v: Value) -> list[tuple[F, Value, Value]]:
    """All candidates of a function: condition, key, value."""
    known, loose = fun_pairs(v)
    return [*((f, k, x) for k, (f, x) in known.items()), *loose]
