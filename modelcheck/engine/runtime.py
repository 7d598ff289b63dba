"""What compiled closures share at run time: frames, functions computed on demand, thunks, checks of kinds.

A frame is a list: slot 0 the current state, 1 the next state, 2 the sink of emitted steps, 3 the run's context,
then the local slots. State variables are read as `frame[0][i]` and `frame[1][i]` and in no other way, so that a
view which records reads can stand in a state's place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, TypeAlias

from modelcheck.errors import EvalError
from modelcheck.source import Span
from modelcheck.values import (
    FALSE,
    TRUE,
    CrossSet,
    LazyFn,
    Value,
    elements,
    force,
    is_finite,
    kind_phrase,
    make_function,
    member,
    show,
)

Frame: TypeAlias = list[Any]
Eval: TypeAlias = Callable[[Frame], Value]
Test: TypeAlias = Callable[[Frame], bool]
Run: TypeAlias = Callable[[Frame], None]

STATE, TARGET, SINK, CONTEXT = 0, 1, 2, 3


class _Unset:
    """What a slot or variable without a value holds."""

    def __repr__(self) -> str:
        return "<no value>"


UNSET = _Unset()


class NoState:
    """What stands in a frame for a state that is not given."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getitem__(self, index: int) -> Value:
        raise EvalError("E011", f"the expression speaks of {self._name}, and none is given here")


NO_STATE, NO_TARGET = NoState("a state"), NoState("a next state")


class Found(Exception):
    """A step was found: all that ENABLED wants to know."""


class Thunk:
    """An argument not evaluated yet, with the frame it belongs to; evaluated at most once."""

    __slots__ = ("_fn", "_frame", "_value")

    def __init__(self, fn: Eval, frame: Frame) -> None:
        self._fn: Eval | None = fn
        self._frame = frame
        self._value: Value = UNSET

    def force(self) -> Value:
        """Its value."""
        if self._fn is not None:
            self._value = self._fn(self._frame)
            self._fn = None
            self._frame = []
        return self._value

    def captured(self) -> Value:
        """Its value if it has one, else the same argument with a frame of its own."""
        return self._value if self._fn is None else Thunk(self._fn, captured(self._frame))


def captured(frame: Frame) -> Frame:
    """A frame for what is evaluated later: arguments not evaluated yet get frames of their own too."""
    new = frame.copy()
    for slot, value in enumerate(new):
        if type(value) is Thunk:
            new[slot] = value.captured()
    return new


class RuleFn(LazyFn):
    """A function given by a rule and computed on demand, each value at most once (recursive, or infinite domain)."""

    __slots__ = ("_body", "_frame", "_slots", "_span", "_values", "domain", "spread")

    def __init__(
        self,
        domain: Value,
        frame: Frame,
        slots: tuple[int | tuple[int, ...], ...],
        spread: bool,
        body: Eval,
        span: Span | None,
    ) -> None:
        self.domain = domain
        self.spread = spread  # the argument is a tuple bound component by component (each maybe a tuple of names)
        self._frame = captured(frame)
        self._slots = slots
        self._body = body
        self._span = span
        self._values: dict[Value, Value] = {}

    def __repr__(self) -> str:
        return " ".join(self._span.text.split()) if self._span is not None else "a function"

    def apply(self, x: Value) -> Value:
        """The value at `x`; E003 outside the domain."""
        values = self._values
        if x in values:
            return values[x]
        if not member(x, self.domain):
            raise EvalError("E003", f"the function is applied to {show(x)}, not in its domain {show(self.domain, 60)}")
        frame = self._frame.copy()
        parts = x if self.spread else (x,)
        for slot, part in zip(self._slots, parts, strict=True):
            if isinstance(slot, int):
                frame[slot] = part
                continue
            for inner, value in zip(slot, _parts(part, len(slot)), strict=True):
                frame[inner] = value
        try:
            value = values[x] = self._body(frame)
        except RecursionError:
            raise EvalError("E012", f"the recursion of {self} goes deeper than can be followed") from None
        return value

    def build(self) -> Value:
        """The whole function, as an ordinary value; E002 when its domain is infinite."""
        return make_function([(x, self.apply(x)) for x in elements(force(self.domain))])

    def bind_self(self, slot: int) -> None:
        """Let the body see the function itself."""
        self._frame[slot] = self

    def changed(self, x: Value, value: Callable[[Value], Value]) -> RuleFn:
        """The function with its value at `x`, if that is in the domain, replaced by `value(old)`."""
        if not member(x, self.domain):
            return self
        new = RuleFn(self.domain, self._frame, self._slots, self.spread, self._body, self._span)
        new._values = {**self._values, x: value(self.apply(x))}
        return new


def _parts(v: Value, size: int) -> tuple[Value, ...]:
    """The components of a tuple bound to as many names."""
    if type(v) is tuple and len(v) == size:
        return v
    raise EvalError("E004", f"{show(v)} is not a tuple of {size} elements")


def not_boolean(v: Value) -> EvalError:
    """The error for a formula whose value is `v`."""
    return EvalError("E009", f"{show(v)} is {kind_phrase(v)}, but TRUE or FALSE is needed here")


def truth(v: Value) -> bool:
    """A boolean value as a Python bool; E009 for anything else."""
    if v is TRUE:
        return True
    if v is FALSE:
        return False
    raise not_boolean(v)


def need_function(v: Value, x: Value) -> EvalError:
    """The error for applying `v`, which is no function."""
    return EvalError("E004", f"{show(v)} is applied to {show(x)}, but it is {kind_phrase(v)}, not a function")


def combinations(lists: list[list[Value]]) -> Iterator[tuple[Value, ...]]:
    """All combinations of the lists' elements; the first varies fastest, as TLC enumerates."""
    return (combo[::-1] for combo in product(*reversed(lists)))


def product_domain(domains: list[Value]) -> Value:
    """The set of argument tuples of a function of several arguments."""
    return CrossSet(*domains)


def finite(s: Value) -> bool:
    """Whether a set is finite; E004 when it is no set."""
    return is_finite(s)
