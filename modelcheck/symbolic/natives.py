"""Operators of the standard modules, symbolically.

An operator that is in the table is translated as it stands; one that is not, but whose definition in the library's
text can be translated, never comes here (`lowering.py` reads the text instead); the rest is refused (S007). Operators
of known values are computed by the closures.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from modelcheck.ir import ops
from modelcheck.symbolic import functions, merging, sets
from modelcheck.symbolic.cells import SRange, SSeqs, is_concrete, truth_value
from modelcheck.symbolic.formulas import FALSE_F, TRUE_F, F
from modelcheck.symbolic.frames import Frame
from modelcheck.symbolic.numbers import arithmetic, at_most, comparison_value, only_int
from modelcheck.values import TRUE, Interval, SeqSet, Value, show

if TYPE_CHECKING:
    from modelcheck.symbolic.encode import Encoder

Translate = Callable[["Encoder", ops.Native, Frame], Value]


def translate(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    """The value of an operator of a standard module."""
    found = TABLE.get((op.module, op.name))
    if found is not None:
        return found(encoder, op, frame)
    ctx = encoder.ctx
    if not op.context and not op.impure and not any(isinstance(a, ops.OperatorValue) for a in op.args):
        args = [encoder.value(arg, frame) for arg in op.args]
        if all(is_concrete(a) for a in args):
            return ctx.call(op.fn, *args)
        options = _explode_all(encoder, args)
        if options is not None:
            return encoder.branches([(f, lambda row=row: ctx.call(op.fn, *row)) for f, row in options])  # type: ignore[misc]
    raise ctx.refuse("S007", f"the operator {op.module}!{op.name} is not translated")


def _explode_all(encoder: Encoder, args: list[Value]) -> list[tuple[F, tuple[Value, ...]]] | None:
    """Every combination of known values that a few unknown arguments may have."""
    rows: list[tuple[F, tuple[Value, ...]]] = [(TRUE_F, ())]
    for arg in args:
        options = merging.explode(encoder.ctx, arg, sets.EXPLODE_MAX)
        if options is None:
            return None
        rows = [(encoder.ctx.fx.both(f, g), (*row, v)) for f, row in rows for g, v in options]
        rows = [(f, row) for f, row in rows if f != FALSE_F]
        if len(rows) > 2 * sets.EXPLODE_MAX:
            return None
    return rows


# ---- numbers ----------------------------------------------------------------------------------------------------


def _arithmetic(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    a, b = (encoder.value(arg, frame) for arg in op.args)
    if is_concrete(a) and is_concrete(b):
        return encoder.ctx.call(op.fn, a, b)
    return arithmetic(encoder.ctx, a, b, op.name)


def _negative(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    return arithmetic(encoder.ctx, 0, encoder.value(op.args[0], frame), "-")


def _comparison(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    a, b = (encoder.value(arg, frame) for arg in op.args)
    if is_concrete(a) and is_concrete(b):
        return encoder.ctx.call(op.fn, a, b)
    return comparison_value(encoder.ctx, a, b, op.name)


def _interval(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    ctx = encoder.ctx
    a, b = (only_int(ctx, encoder.value(arg, frame), "..") for arg in op.args)
    return Interval(a, b) if is_concrete(a) and is_concrete(b) else SRange(a, b)


# ---- sequences --------------------------------------------------------------------------------------------------


def _items(encoder: Encoder, op: ops.Native, frame: Frame, place: int = 0) -> functions.Items:
    value = encoder.value(op.args[place], frame)
    if type(value) is str:
        raise encoder.ctx.refuse("S007", f"{op.name} of a string is not translated")
    return functions.items_of(encoder.ctx, value, op.name)


def _len(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    return functions.length(encoder.ctx, _items(encoder, op, frame))


def _append(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    items = _items(encoder, op, frame)
    return functions.append(encoder.ctx, items, encoder.value(op.args[1], frame))


def _head(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    return functions.head(encoder.ctx, _items(encoder, op, frame))


def _tail(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    return functions.tail(encoder.ctx, _items(encoder, op, frame))


def _concatenate(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    left = _items(encoder, op, frame)
    return functions.concatenate(encoder.ctx, left, _items(encoder, op, frame, 1))


def _sub_seq(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    items = _items(encoder, op, frame)
    first, last = encoder.value(op.args[1], frame), encoder.value(op.args[2], frame)
    return functions.sub_sequence(encoder.ctx, items, first, last)


def _select_seq(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    test = encoder.operator(op.args[1], frame)
    return functions.select(encoder.ctx, _items(encoder, op, frame), lambda v: encoder.as_test(test(v)))


def _seq(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    base = encoder.value(op.args[0], frame)
    return SeqSet(base) if is_concrete(base) else SSeqs(base)


def _is_prefix(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    ctx = encoder.ctx
    first, second = _items(encoder, op, frame), _items(encoder, op, frame, 1)
    out = []
    for i, (f, v) in enumerate(first):
        if i >= len(second):
            out.append(F(-f))
            break
        g, w = second[i]
        out += [ctx.fx.implies(f, g), ctx.fx.implies(ctx.fx.both(f, g), merging.equal(ctx, v, w))]
    return truth_value(ctx.fx.all_of(out))


def _last(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    ctx = encoder.ctx
    items = _items(encoder, op, frame)
    found = [(f, items[n - 1][1]) for f, n in functions.lengths(ctx, items) if n]
    ctx.fail(F(-ctx.fx.any_of(f for f, _ in found)), "E003", "Last is applied to the empty sequence")
    if not found:
        raise ctx.stuck("E003", "Last is applied to the empty sequence")
    return merging.merge(ctx, found)


def _fold_left(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    """`FoldLeft(op(acc, x), base, s)`, `ApaFoldSeqLeft`."""
    combine, acc = encoder.operator(op.args[0], frame), encoder.value(op.args[1], frame)
    return _folded(encoder, acc, _items(encoder, op, frame, 2), combine)


def _fold_seq(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    """`FoldSeq(op(x, acc), base, s)`."""
    combine, acc = encoder.operator(op.args[0], frame), encoder.value(op.args[1], frame)
    items = _items(encoder, op, frame, 2)
    return _folded(encoder, acc, list(reversed(items)), lambda a, x: combine(x, a))


def _fold_right(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    """`FoldRight(op(x, acc), s, base)`."""
    combine, items = encoder.operator(op.args[0], frame), _items(encoder, op, frame, 1)
    acc = encoder.value(op.args[2], frame)
    return _folded(encoder, acc, list(reversed(items)), lambda a, x: combine(x, a))


def _folded(encoder: Encoder, acc: Value, items: functions.Items, combine: Callable[[Value, Value], Value]) -> Value:
    """An accumulator taken through candidates, past those that are absent."""
    for f, x in items:
        before = acc
        acc = encoder.branches([(f, lambda b=before, x=x: combine(b, x)), (F(-f), lambda b=before: b)])  # type: ignore[misc]
    return acc


# ---- sets -------------------------------------------------------------------------------------------------------


def _cardinality(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    return sets.count(encoder.ctx, encoder.value(op.args[0], frame))


def _is_finite(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    value = encoder.value(op.args[0], frame)
    if is_concrete(value):
        return encoder.ctx.call(op.fn, value)
    sets.cells(encoder.ctx, value)
    return TRUE


def _quantify(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    ctx = encoder.ctx
    test = encoder.operator(op.args[1], frame)
    out = []
    for f, e in sets.cells(ctx, encoder.value(op.args[0], frame)):
        passed = ctx.under(f, lambda e=e: encoder.as_test(test(e)))  # type: ignore[misc]
        if passed is not None:
            out.append((ctx.fx.both(f, passed), e))
    return sets.count(ctx, sets.set_of(ctx, out))


def _extreme(sign: int) -> Translate:
    def run(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
        ctx = encoder.ctx
        found = [(f, only_int(ctx, e, op.name)) for f, e in sets.cells(ctx, encoder.value(op.args[0], frame))]
        ctx.fail(F(-ctx.fx.any_of(f for f, _ in found)), "E005", f"{op.name} of the empty set")
        arms, taken = [], FALSE_F
        for f, e in found:
            best = ctx.fx.all_of(
                ctx.fx.implies(g, at_most(ctx, e, x) if sign < 0 else at_most(ctx, x, e)) for g, x in found
            )
            here = ctx.fx.all_of((f, best, F(-taken)))
            arms.append((here, e))
            taken = ctx.fx.either(taken, here)
        if all(f == FALSE_F for f, _ in arms):
            raise ctx.stuck("E005", f"{op.name} of the empty set")
        return merging.merge(ctx, arms)

    return run


def _distinct(encoder: Encoder, s: Value) -> functions.Items:
    """The elements of a set, each once."""
    ctx = encoder.ctx
    out: functions.Items = []
    for f, e in sets.cells(ctx, s):
        if is_concrete(e):
            out.append((f, e))
        else:
            again = ctx.fx.any_of(ctx.fx.both(g, merging.equal(ctx, e, x)) for g, x in out)
            out.append((ctx.fx.both(f, F(-again)), e))
    return out


def _sum(encoder: Encoder, s: Value, value: Callable[[Value], Value]) -> Value:
    plus = lambda a, x: arithmetic(encoder.ctx, a, value(x), "+")  # noqa: E731
    return _folded(encoder, 0, _distinct(encoder, s), plus)


def _sum_set(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    return _sum(encoder, encoder.value(op.args[0], frame), lambda x: x)


def _map_then_sum(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    each = encoder.operator(op.args[0], frame)
    return _sum(encoder, encoder.value(op.args[1], frame), each)


def _fold_set(operator: int, base: int, over: int, flipped: bool) -> Translate:
    """A fold over a set, whose places of arguments differ; from the last element in TLC's order, as `Folds` does."""

    def run(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
        combine = encoder.operator(op.args[operator], frame)
        items = _distinct(encoder, encoder.value(op.args[over], frame))
        if not all(is_concrete(e) for _, e in items):
            raise encoder.ctx.refuse("S007", f"{op.name} over a set whose elements are not known is not translated")
        acc = encoder.value(op.args[base], frame)
        if flipped:
            return _folded(encoder, acc, items, combine)
        return _folded(encoder, acc, list(reversed(items)), lambda a, x: combine(x, a))

    return run


def _sum_function(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    ctx = encoder.ctx
    fn = functions.only_fun(ctx, encoder.value(op.args[0], frame), op.name)
    pairs = merging.all_pairs(fn)
    if len(op.args) == 2:
        wanted = encoder.value(op.args[1], frame)
        pairs = [(ctx.fx.both(f, sets.member(ctx, k, wanted)), k, v) for f, k, v in pairs]
    return _folded(encoder, 0, [(f, v) for f, _, v in pairs], lambda a, x: arithmetic(ctx, a, x, "+"))


# ---- TLC, Apalache ----------------------------------------------------------------------------------------------


def _assert(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    ctx = encoder.ctx
    holds = encoder.test(op.args[0], frame)
    message = op.args[1].value if isinstance(op.args[1], ops.Const) else "the asserted formula is false"
    ctx.fail(F(-holds), "E010", f"Assert failed: {message if type(message) is str else show(message)}")
    if holds == FALSE_F:
        raise ctx.stuck("E010", "Assert failed")
    return TRUE


def _print_t(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    return TRUE


def _print(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    return encoder.value(op.args[1], frame)


def _same(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    return encoder.value(op.args[0], frame)


def _single(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    key, value = (encoder.value(arg, frame) for arg in op.args)
    return functions.as_function(encoder.ctx, [(TRUE_F, key, value)])


def _combine(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    ctx = encoder.ctx
    first, second = (functions.only_fun(ctx, encoder.value(arg, frame), "@@") for arg in op.args)
    return functions.as_function(ctx, [*merging.all_pairs(first), *merging.all_pairs(second)])


def _random(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    raise encoder.ctx.refuse("S007", f"{op.name} chooses at random, which has no symbolic meaning")


def _make_seq(encoder: Encoder, op: ops.Native, frame: Frame) -> Value:
    ctx = encoder.ctx
    each = encoder.operator(op.args[1], frame)
    n = only_int(ctx, encoder.value(op.args[0], frame), "MkSeq")
    out: functions.Items = []
    for f, i in sets.cells(ctx, SRange(1, n)):
        value = ctx.under(f, lambda i=i: (each(i),))  # type: ignore[misc]
        if value is not None:
            out.append((f, value[0]))
    return functions.sequence_of(out)


TABLE: dict[tuple[str, str], Translate] = {
    **{("Naturals", name): _arithmetic for name in ("+", "-", "*", "\\div", "%", "^")},
    **{("Naturals", name): _comparison for name in ("<", "\\leq", ">", "\\geq")},
    ("Naturals", ".."): _interval,
    ("Integers", "-."): _negative,
    ("Sequences", "Len"): _len,
    ("Sequences", "Append"): _append,
    ("Sequences", "Head"): _head,
    ("Sequences", "Tail"): _tail,
    ("Sequences", "\\o"): _concatenate,
    ("Sequences", "SubSeq"): _sub_seq,
    ("Sequences", "SelectSeq"): _select_seq,
    ("Sequences", "Seq"): _seq,
    ("SequencesExt", "IsPrefix"): _is_prefix,
    ("SequencesExt", "Last"): _last,
    ("SequencesExt", "FoldLeft"): _fold_left,
    ("SequencesExt", "FoldSeq"): _fold_seq,
    ("SequencesExt", "FoldRight"): _fold_right,
    ("Apalache", "ApaFoldSeqLeft"): _fold_left,
    ("Apalache", "ApaFoldSet"): _fold_set(0, 1, 2, True),
    ("Apalache", "MkSeq"): _make_seq,
    ("FiniteSets", "Cardinality"): _cardinality,
    ("FiniteSets", "IsFiniteSet"): _is_finite,
    ("FiniteSetsExt", "Quantify"): _quantify,
    ("FiniteSetsExt", "Max"): _extreme(1),
    ("FiniteSetsExt", "Min"): _extreme(-1),
    ("FiniteSetsExt", "SumSet"): _sum_set,
    ("FiniteSetsExt", "MapThenSumSet"): _map_then_sum,
    ("FiniteSetsExt", "FoldSet"): _fold_set(0, 1, 2, False),
    ("FiniteSetsExt", "ReduceSet"): _fold_set(0, 2, 1, False),
    ("Functions", "SumFunction"): _sum_function,
    ("Functions", "SumFunctionOnSet"): _sum_function,
    ("TLC", "Assert"): _assert,
    ("TLC", "PrintT"): _print_t,
    ("TLC", "Print"): _print,
    ("TLC", "TLCEval"): _same,
    ("TLC", ":>"): _single,
    ("TLC", "@@"): _combine,
    ("TLC", "RandomElement"): _random,
}


def has(module: str, name: str) -> bool:
    """Whether the operator is in the table."""
    return (module, name) in TABLE
