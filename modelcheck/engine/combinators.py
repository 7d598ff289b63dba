"""Closures made of closures: the small pieces that `engine/exprs.py` puts together. Nothing here knows of ops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from modelcheck.engine.origins import compared
from modelcheck.engine.runtime import CONTEXT, STATE, UNSET, Eval, Frame, RuleFn, Test, not_boolean
from modelcheck.errors import EvalError
from modelcheck.ir import ops
from modelcheck.source import Span
from modelcheck.values import (
    FALSE,
    TRUE,
    Fn,
    Value,
    apply,
    boolean,
    equal,
    except_,
    is_function,
    kind_phrase,
    show,
)


def reader(where: int, index: int) -> Eval:
    if where == STATE:
        return lambda frame: frame[0][index]
    return lambda frame: frame[1][index]


def as_value(test: Test) -> Eval:
    return lambda frame: TRUE if test(frame) else FALSE


def as_test(value: Eval, span: Span | None) -> Test:
    def test(frame: Frame) -> bool:
        v = value(frame)
        if v is TRUE:
            return True
        if v is FALSE:
            return False
        raise not_boolean(v).at(span)

    return test


def once(fn: Callable[[Frame], Any]) -> Callable[[Frame], Any]:
    kept: list[Any] = []

    def read(frame: Frame) -> Any:
        if not kept:
            kept.append(fn(frame))
        return kept[0]

    read.kept = kept  # type: ignore[attr-defined]
    return read


def in_own_frame(fn: Callable[[Frame], Any], size: int) -> Callable[[Frame], Any]:
    """`fn`, in a frame of its own that knows of no state."""

    def read(frame: Frame) -> Any:
        new: Frame = [UNSET] * size
        new[CONTEXT] = frame[CONTEXT]
        return fn(new)

    return read


def applied(fn: Eval, arg: Eval, span: Span | None) -> Eval:
    """`fn[arg]`, whatever kind of function it is."""
    return lambda frame: _apply_slowly(fn(frame), arg(frame), span)


def placed(fn: Callable[[Frame], Any], span: Span | None) -> Callable[[Frame], Any]:
    """`fn`, with errors that have no place yet put at `span`."""

    def call(frame: Frame) -> Any:
        try:
            return fn(frame)
        except EvalError as error:
            raise error.at(span) from None

    return call


def clearing(slots: tuple[int, ...], body: Callable[[Frame], Any]) -> Callable[[Frame], Any]:
    if len(slots) == 1:
        only = slots[0]

        def clear_one(frame: Frame) -> Any:
            frame[only] = UNSET
            return body(frame)

        return clear_one

    def clear(frame: Frame) -> Any:
        for slot in slots:
            frame[slot] = UNSET
        return body(frame)

    return clear


def call1(fn: Callable[[Value], Any], arg: Eval) -> Eval:
    return lambda frame: fn(arg(frame))


def call2(fn: Callable[[Value, Value], Any], left: Eval, right: Eval) -> Eval:
    return lambda frame: fn(left(frame), right(frame))


def field_of(fn: Eval, name: str, span: Span | None) -> Eval:
    def read(frame: Frame) -> Value:
        f = fn(frame)
        if type(f) is Fn:
            i = f.shape.index.get(name)
            if i is not None:
                return f.vals[i]
        try:
            return f.apply(name) if type(f) is RuleFn else apply(f, name)
        except EvalError as error:
            raise error.at(span) from None

    return read


def equals_scalar(left: Eval, scalar: Value, op: ops.Eq) -> Test:
    """`left = scalar` for a known integer, string or boolean."""
    kind = type(scalar)

    def same(frame: Frame) -> bool:
        a = left(frame)
        if type(a) is kind:
            return bool(a == scalar)
        try:
            return equal(a, scalar)
        except EvalError as error:
            raise compared(error, op, a, scalar) from None

    return same


def _apply_slowly(f: Value, x: Value, span: Span | None) -> Value:
    try:
        return f.apply(x) if type(f) is RuleFn else apply(f, x)
    except EvalError as error:
        raise error.at(span) from None


def apply_local(fn: Eval, slot: int, span: Span | None) -> Eval:
    """`f[x]` with `x` in a slot."""

    def call(frame: Frame) -> Value:
        f, x = fn(frame), frame[slot]
        if type(f) is Fn:
            i = f.shape.index.get(x)
            if i is not None:
                return f.vals[i]
        elif type(f) is tuple and type(x) is int and 0 < x <= len(f):
            return f[x - 1]
        return _apply_slowly(f, x, span)

    return call


def apply_variable(index: int, slot: int, span: Span | None) -> Eval:
    """`v[x]` with `v` a state variable and `x` in a slot."""

    def call(frame: Frame) -> Value:
        f, x = frame[0][index], frame[slot]
        if type(f) is Fn:
            i = f.shape.index.get(x)
            if i is not None:
                return f.vals[i]
        elif type(f) is tuple and type(x) is int and 0 < x <= len(f):
            return f[x - 1]
        return _apply_slowly(f, x, span)

    return call


def except_one(fn: Eval, key: Eval, at: int, value: Eval) -> Eval:
    def change(frame: Frame) -> Value:
        f, x = fn(frame), key(frame)
        if type(f) is Fn:
            i = f.shape.index.get(x)
            if i is not None:
                vals = f.vals
                frame[at] = vals[i]
                return Fn(f.shape, (*vals[:i], value(frame), *vals[i + 1 :]))
        elif type(f) is tuple and type(x) is int and 0 < x <= len(f):
            frame[at] = f[x - 1]
            return (*f[: x - 1], value(frame), *f[x:])
        elif type(f) is RuleFn:
            return f.changed(x, lambda old: _at(frame, at, old, value))
        return except_(f, x, UNSET)  # outside the domain: f itself, or an error

    return change


def _at(frame: Frame, slot: int, old: Value, value: Eval) -> Value:
    frame[slot] = old
    return value(frame)


def update(frame: Frame, f: Value, path: tuple[Eval, ...], at: int, slot: int, value: Eval) -> Value:
    """`f` with the value at `path[at:]` replaced."""
    x = path[at](frame)
    i = None
    if type(f) is Fn:
        i = f.shape.index.get(x)
    elif type(f) is tuple and type(x) is int and 0 < x <= len(f):
        i = x - 1
    if i is not None:
        vals = f.vals if type(f) is Fn else f
        if at + 1 < len(path):
            new = update(frame, vals[i], path, at + 1, slot, value)
        else:
            frame[slot] = vals[i]
            new = value(frame)
        made = (*vals[:i], new, *vals[i + 1 :])
        return Fn(f.shape, made) if type(f) is Fn else made
    if type(f) is RuleFn:
        if at + 1 < len(path):
            return f.changed(x, lambda old: update(frame, old, path, at + 1, slot, value))
        return f.changed(x, lambda old: _at(frame, slot, old, value))
    if not is_function(f):
        raise EvalError("E004", f"EXCEPT is applied to {show(f)}, which is {kind_phrase(f)}, not a function")
    return except_(f, x, UNSET)  # outside the domain: f itself, or an error


def _plus(left: Eval, right: Eval, slow: Any) -> Eval:
    def add(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        return a + b if type(a) is int and type(b) is int else slow(a, b)

    return add


def _minus(left: Eval, right: Eval, slow: Any) -> Eval:
    def subtract(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        return a - b if type(a) is int and type(b) is int else slow(a, b)

    return subtract


def _less(left: Eval, right: Eval, slow: Any) -> Eval:
    def compare(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        return boolean(a < b) if type(a) is int and type(b) is int else slow(a, b)

    return compare


def _at_most(left: Eval, right: Eval, slow: Any) -> Eval:
    def compare(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        return boolean(a <= b) if type(a) is int and type(b) is int else slow(a, b)

    return compare


ARITHMETIC: dict[str, Callable[[Eval, Eval, Any], Eval]] = {
    "+": _plus,
    "-": _minus,
    "<": _less,
    "\\leq": _at_most,
}
