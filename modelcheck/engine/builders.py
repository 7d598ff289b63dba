"""Closures for what is made of values: tuples, records, sets of many kinds, operators passed on and called.

The part of `exprs.py` that needs of the compiler only the closures of the operands; each function takes the compiler
and the op. Errors as there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.engine.combinators import call1, call2, placed
from modelcheck.engine.runtime import Eval, Frame, Thunk
from modelcheck.errors import EvalError
from modelcheck.ir import ops
from modelcheck.values import (
    CrossSet,
    Fn,
    FunctionSet,
    PowerSet,
    RecordSet,
    Value,
    big_union,
    cap,
    cup,
    make_set,
    minus,
    need_set,
    record_shape,
)

if TYPE_CHECKING:
    from modelcheck.engine.exprs import ExprCompiler


def tuple_of(c: ExprCompiler, op: ops.Tuple) -> Eval:
    """`<<e1, …, en>>`."""
    items = [c.value(item) for item in op.items]
    if len(items) == 2:
        first, second = items
        return lambda frame: (first(frame), second(frame))
    return lambda frame: tuple([item(frame) for item in items])


def record(c: ExprCompiler, op: ops.Record) -> Eval:
    """`[a |-> e, …]`."""
    shape, order = record_shape(op.names)
    items = [c.value(op.items[i]) for i in order]
    return lambda frame: Fn(shape, tuple([item(frame) for item in items]))


def record_set(c: ExprCompiler, op: ops.RecordSet) -> Eval:
    """`[a : S, …]`; E004 where an operand is no set."""
    items, names = [c.value(item) for item in op.items], op.names

    def build(frame: Frame) -> Value:
        values = [item(frame) for item in items]
        for value in values:
            need_set(value, "a set of records")
        return RecordSet(dict(zip(names, values, strict=True)))

    return placed(build, op.span)


def set_enum(c: ExprCompiler, op: ops.SetEnum) -> Eval:
    """`{e1, …, en}`."""
    items = [c.value(item) for item in op.items]
    if len(items) == 1:
        only = items[0]
        return placed(lambda frame: frozenset((only(frame),)), op.span)
    return placed(lambda frame: make_set([item(frame) for item in items]), op.span)


def cross(c: ExprCompiler, op: ops.Cross) -> Eval:
    """`S1 \\X … \\X Sn`; E004 where an operand is no set."""
    items = [c.value(item) for item in op.items]

    def build(frame: Frame) -> Value:
        values = [item(frame) for item in items]
        for value in values:
            need_set(value, "\\X")
        return CrossSet(*values)

    return placed(build, op.span)


def fn_set(c: ExprCompiler, op: ops.FnSet) -> Eval:
    """`[S -> T]`; E004 where an operand is no set."""
    def build(left: Value, right: Value) -> Value:
        need_set(left, "[S -> T]")
        need_set(right, "[S -> T]")
        return FunctionSet(left, right)

    return placed(call2(build, c.value(op.left), c.value(op.right)), op.span)


def power_set(c: ExprCompiler, op: ops.PowerSet) -> Eval:
    """`SUBSET S`."""
    def build(base: Value) -> Value:
        need_set(base, "SUBSET")
        return PowerSet(base)

    return placed(call1(build, c.value(op.arg)), op.span)


def union(c: ExprCompiler, op: ops.BigUnion) -> Eval:
    """`UNION S`."""
    def build(base: Value) -> Value:
        need_set(base, "UNION")
        return big_union(base)

    return placed(call1(build, c.value(op.arg)), op.span)


def set_operator(c: ExprCompiler, op: ops.Binary) -> Eval:
    """`\\cup`, `\\cap`, `\\`."""
    fn = {ops.Cup: cup, ops.Cap: cap, ops.Minus: minus}[type(op)]
    return placed(call2(fn, c.value(op.left), c.value(op.right)), op.span)


# ---- operators ----


def operator_value(c: ExprCompiler, op: ops.OperatorValue) -> Eval:
    """An operator that is passed as an argument: a Python function of its arguments."""
    slots, body = op.slots, c.value(op.body)

    def make(frame: Frame) -> Value:
        def operator(*args: Value) -> Value:
            at = frame
            for arg in args:
                if type(arg) is Thunk:  # forcing it may come back here: a frame of its own
                    at = frame.copy()
                    break
            for slot, arg in zip(slots, args, strict=True):
                at[slot] = arg
            return body(at)

        return operator

    return make


def call_operator(c: ExprCompiler, op: ops.CallOperator) -> Eval:
    """An operator parameter applied to arguments."""
    slot, args = op.slot, [c.passed(arg) for arg in op.args]
    return lambda frame: frame[slot](*[arg(frame) for arg in args])


def call(c: ExprCompiler, op: ops.Call) -> Eval:
    """A recursive operator applied: its body in a frame of its own; E012 where it goes too deep."""
    body = c.proc(op.proc)
    slots = op.proc.slots
    args = [(slot, c.passed(arg)) for slot, arg in zip(slots, op.args, strict=True)]
    name, span = op.proc.name, op.span

    def call(frame: Frame) -> Value:
        new = frame.copy()
        for slot, arg in args:
            new[slot] = arg(frame)
        try:
            return body[0](new)
        except RecursionError:
            raise EvalError("E012", f"the recursion of {name} goes deeper than can be followed", span) from None

    return call
