"""Functions, records and sequences: application, EXCEPT, and the operators of module Sequences.

A sequence is a function on `1 .. n` of which it may be unknown how long it is: key `i` is present when the length is
at least `i`. So nothing is assumed of lengths; `Append` makes room for one more.
"""

from __future__ import annotations

from collections.abc import Callable

from modelcheck.symbolic import merging, sets
from modelcheck.symbolic.cells import Choice, SFun, fun_pairs, is_concrete, kind_of, make_fun
from modelcheck.symbolic.context import Context
from modelcheck.symbolic.formulas import FALSE_F, TRUE_F, F
from modelcheck.symbolic.numbers import compare, only_int
from modelcheck.values import Value, kind_phrase, show
from modelcheck.values import apply as values_apply


def only_fun(ctx: Context, v: Value, what: str) -> Value:
    """A value as a function; what else it may be is a failure."""
    if not isinstance(v, Choice):
        if kind_of(v) != "fun":
            said = f"{show(v)}, {kind_phrase(v)}" if is_concrete(v) else "another kind of value"
            raise ctx.stuck("E004", f"{what} needs a function, and gets {said}")
        return v
    part = v.parts.get("fun")
    others = [f for k, (f, _) in v.parts.items() if k != "fun"] + list(v.atoms.values())
    ctx.fail(ctx.fx.any_of(others), "E004", f"{what} needs a function, and gets another kind of value")
    if part is None:
        raise ctx.stuck("E004", f"{what} needs a function")
    return part[1]


def matching(ctx: Context, key: Value, arg: Value) -> F:
    """Whether an argument is this key."""
    return merging.equal(ctx, key, arg)


def apply(ctx: Context, fn: Value, arg: Value) -> Value:
    """`fn[arg]`; outside the domain is a failure."""
    if is_concrete(fn) and is_concrete(arg):
        return ctx.call(values_apply, fn, arg)
    fn = only_fun(ctx, fn, "an application")
    known, loose = fun_pairs(fn)
    if is_concrete(arg) and not loose:
        if arg not in known:
            raise ctx.stuck("E003", f"{show(arg)} is outside the domain of the function")
        f, v = known[arg]
        ctx.fail(F(-f), "E003", f"{show(arg)} is outside the domain of the function")
        return v
    found = found_pairs(ctx, fn, arg)
    if not found:
        raise ctx.stuck("E003", "the argument is outside the domain of the function")
    inside = ctx.fx.any_of(f for f, _, _ in found)
    ctx.fail(F(-inside), "E003", "the argument is outside the domain of the function")
    return merging.merge(ctx, [(f, v) for f, _, v in found])


def found_pairs(ctx: Context, fn: Value, arg: Value) -> list[tuple[F, Value, Value]]:
    """The pairs that an argument may select, with the condition that it does."""
    fx = ctx.fx
    known, loose = fun_pairs(fn)
    out: list[tuple[F, Value, Value]] = []
    options = merging.explode(ctx, arg, sets.EXPLODE_MAX)
    if options is not None and len(options) <= 4 * len(known) + 4:
        for g, k in options:
            if k in known:
                f, v = known[k]
                out.append((fx.both(f, g), k, v))
    else:
        out += [(fx.both(f, matching(ctx, k, arg)), k, v) for k, (f, v) in known.items()]
    out += [(fx.both(f, matching(ctx, k, arg)), k, v) for f, k, v in loose]
    return [pair for pair in out if pair[0] != FALSE_F]


def except_(ctx: Context, fn: Value, path: list[Value], value: Callable[[Value], Value]) -> Value:
    """`[fn EXCEPT !path = value(old)]`; a path outside the domain changes nothing."""
    if isinstance(fn, Choice):
        fn = only_fun(ctx, fn, "EXCEPT")
    if kind_of(fn) != "fun":
        raise ctx.stuck("E004", "EXCEPT is applied to something that is no function")
    arg, rest = path[0], path[1:]
    fx = ctx.fx

    def changed(old: Value) -> Value:
        return except_(ctx, old, rest, value) if rest else value(old)

    known, loose = fun_pairs(fn)
    if is_concrete(arg) and not loose:
        if arg not in known:
            return fn
        f, old = known[arg]
        new = ctx.under(f, lambda: changed(old))
        return fn if new is None else make_fun({**known, arg: (f, new)})
    hits = {_key_id(k): f for f, k, _ in found_pairs(ctx, fn, arg)}

    def update(f: F, k: Value, old: Value) -> Value:
        hit = hits.get(_key_id(k), FALSE_F)
        new = ctx.under(hit, lambda: changed(old))
        if new is None:
            return old
        return merging.merge(ctx, [(hit, new), (fx.both(f, F(-hit)), old)])

    return make_fun(
        {k: (f, update(f, k, v)) for k, (f, v) in known.items()}, [(f, k, update(f, k, v)) for f, k, v in loose]
    )


def _key_id(k: Value) -> object:
    return (type(k), k) if is_concrete(k) else id(k)


# ---- sequences --------------------------------------------------------------------------------------------------


Items = list[tuple[F, Value]]  # the i-th: whether the sequence is that long, and its element


def items_of(ctx: Context, s: Value, operator: str) -> Items:
    """The elements of a sequence. E004 when it is none."""
    s = only_fun(ctx, s, operator)
    if isinstance(s, tuple):
        return [(TRUE_F, v) for v in s]
    ctx.fail(F(-sets.is_sequence(ctx, s)), "E004", f"{operator} needs a sequence")
    known, _ = fun_pairs(s)
    out: Items = []
    while len(out) + 1 in known:
        out.append(known[len(out) + 1])
    if not out and known:
        raise ctx.stuck("E004", f"{operator} needs a sequence")
    return out


def sequence_of(items: Items) -> Value:
    """The sequence of these elements."""
    return make_fun(dict(enumerate(items, 1)))


def lengths(ctx: Context, items: Items) -> list[tuple[F, int]]:
    """Every possible length with its condition."""
    fx = ctx.fx
    longer = [TRUE_F, *(f for f, _ in items), FALSE_F]
    out = [(fx.both(longer[n], F(-longer[n + 1])), n) for n in range(len(items) + 1)]
    return [(f, n) for f, n in out if f != FALSE_F]


def length(ctx: Context, items: Items) -> Value:
    """`Len`."""
    return merging.merge(ctx, lengths(ctx, items))


def append(ctx: Context, items: Items, e: Value) -> Value:
    """`Append`."""
    fx = ctx.fx
    out: Items = []
    before = TRUE_F
    for f, v in [*items, (FALSE_F, None)]:
        if before == FALSE_F:
            break
        here = fx.both(before, F(-f))
        if here == FALSE_F:
            out.append((before, v))
        elif f == FALSE_F:
            out.append((before, e))
        else:
            out.append((before, merging.merge(ctx, [(f, v), (here, e)])))
        before = f
    return sequence_of(out)


def head(ctx: Context, items: Items) -> Value:
    """`Head`."""
    if not items:
        raise ctx.stuck("E003", "Head is applied to the empty sequence")
    ctx.fail(F(-items[0][0]), "E003", "Head is applied to the empty sequence")
    return items[0][1]


def tail(ctx: Context, items: Items) -> Value:
    """`Tail`."""
    if not items:
        raise ctx.stuck("E003", "Tail is applied to the empty sequence")
    ctx.fail(F(-items[0][0]), "E003", "Tail is applied to the empty sequence")
    return sequence_of(items[1:])


def concatenate(ctx: Context, left: Items, right: Items) -> Value:
    """`left \\o right`."""
    fx = ctx.fx
    slots: list[Items] = [[] for _ in range(len(left) + len(right))]
    for i, (f, v) in enumerate(left):
        slots[i].append((f, v))
    for f, n in lengths(ctx, left):
        for i, (g, v) in enumerate(right):
            here = fx.both(f, g)
            if here != FALSE_F:
                slots[n + i].append((here, v))
    out: Items = []
    for found in slots:
        if not found:
            break
        out.append((fx.any_of(f for f, _ in found), merging.merge(ctx, found)))
    return sequence_of(out)


def sub_sequence(ctx: Context, items: Items, first: Value, last: Value) -> Value:
    """`SubSeq`: indexes outside of the sequence fail, unless the first is beyond the last."""
    fx = ctx.fx
    first, last = only_int(ctx, first, "SubSeq"), only_int(ctx, last, "SubSeq")
    some = compare(ctx, first, last, lambda x, y: x <= y, "<=")
    if some == FALSE_F:
        return ()
    n = length(ctx, items)
    wrong = fx.either(compare(ctx, first, 1, lambda x, y: x < y, "<"), compare(ctx, last, n, lambda x, y: x > y, ">"))
    ctx.fail(fx.both(some, wrong), "E003", "SubSeq asks for an index outside of the sequence")
    out: Items = []
    for i in range(len(items)):  # the place in the result, from 0
        found: Items = []
        for j in range(i, len(items)):
            here = fx.all_of(
                (
                    merging.equal(ctx, first, j - i + 1),
                    compare(ctx, last, j + 1, lambda x, y: x >= y, ">="),
                    items[j][0],
                )
            )
            if here != FALSE_F:
                found.append((here, items[j][1]))
        if not found:
            break
        out.append((fx.any_of(f for f, _ in found), merging.merge(ctx, found)))
    return sequence_of(out)


def select(ctx: Context, items: Items, test: Callable[[Value], F]) -> Value:
    """`SelectSeq`: what passes moves up."""
    kept: Value = ()
    for f, v in items:
        passed = ctx.under(f, lambda v=v: test(v))  # type: ignore[misc]
        here = FALSE_F if passed is None else ctx.fx.both(f, passed)
        if here == FALSE_F:
            continue
        longer = append(ctx, items_of(ctx, kept, "SelectSeq"), v)
        kept = merging.merge(ctx, [(here, longer), (F(-here), kept)])
    return kept


def as_function(ctx: Context, pairs: list[tuple[F, Value, Value]]) -> Value:
    """The function of these pairs; of equal keys the first one counts."""
    fx = ctx.fx
    known: dict[Value, list[tuple[F, Value]]] = {}
    loose: list[tuple[F, Value, Value]] = []
    for f, k, v in pairs:
        options = merging.explode(ctx, k, sets.EXPLODE_MAX)
        if options is None:
            loose.append((f, k, v))
            continue
        for g, key in options:
            here = fx.both(f, g)
            if here != FALSE_F:
                known.setdefault(key, []).append((here, v))
    if loose and (known or len(loose) > 1):
        raise ctx.refuse("S007", "a function whose keys are not known is not translated")
    out = {}
    for k, found in known.items():
        taken = FALSE_F
        first = []
        for f, v in found:
            first.append((fx.both(f, F(-taken)), v))
            taken = fx.either(taken, f)
        open_ones = [(f, v) for f, v in first if f != FALSE_F]
        if open_ones:
            out[k] = (taken, merging.merge(ctx, open_ones))
    return make_fun(out, loose)


def is_fun(v: Value) -> bool:
    """Whether the value is a function for certain."""
    return isinstance(v, SFun) or kind_of(v) == "fun"
