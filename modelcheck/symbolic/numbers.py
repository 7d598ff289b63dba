"""Integers: choices among a few numbers are computed number by number, all others are terms of linear arithmetic.

Division and remainder are the floor ones of TLA+ (and of z3 for positive divisors).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import z3

from modelcheck.symbolic import merging
from modelcheck.symbolic.cells import Choice, SInt, is_concrete, kind_of, truth_value
from modelcheck.symbolic.context import Context
from modelcheck.symbolic.formulas import FALSE_F, TRUE_F, F
from modelcheck.values import Value, kind_phrase, show

PAIRS_MAX = 200  # two choices with more combinations than this become terms


def bounds(v: Value) -> tuple[int | None, int | None]:
    """The least and the greatest number that an integer may be, where known."""
    if isinstance(v, SInt):
        return v.low, v.high
    if isinstance(v, Choice):
        numbers = [bounds(a) for a in v.atoms if type(a) is int]
        numbers += [bounds(part) for _, part in v.parts.values() if isinstance(part, SInt)]
        lows, highs = [low for low, _ in numbers], [high for _, high in numbers]
        return (
            None if not lows or None in lows else min(x for x in lows if x is not None),
            None if not highs or None in highs else max(x for x in highs if x is not None),
        )
    return v, v


def only_int(ctx: Context, v: Value, operator: str) -> Value:
    """A value as an integer; what else it may be is a failure."""
    if not isinstance(v, Choice):
        if kind_of(v) != "int":
            what = f"{show(v)}, {kind_phrase(v)}" if is_concrete(v) else "another kind of value"
            raise ctx.stuck("E004", f"{operator} needs integers, and gets {what}")
        return v
    if not v.parts and all(type(a) is int for a in v.atoms):
        return v
    found = []
    for f, x in merging.alternatives(ctx, v):
        if kind_of(x) == "int":
            found.append((f, x))
        else:
            ctx.fail(f, "E004", f"{operator} needs integers, and gets another kind of value")
    if not found:
        raise ctx.stuck("E004", f"{operator} needs integers")
    return merging.merge(ctx, found)


def _options(v: Value) -> dict[int, F] | None:
    """The numbers an integer may be, if they are written out."""
    if isinstance(v, Choice):
        return None if v.parts else v.atoms
    return None if isinstance(v, SInt) else {v: TRUE_F}


def compare(ctx: Context, a: Value, b: Value, test: Callable[[Any, Any], Any], operator: str) -> F:
    """A comparison; `test` works on numbers and on terms."""
    fx = ctx.fx
    a, b = only_int(ctx, a, operator), only_int(ctx, b, operator)
    some_a, some_b = _options(a), _options(b)
    if some_a is not None and some_b is not None and len(some_a) * len(some_b) <= 4 * PAIRS_MAX:
        return fx.any_of(fx.both(f, g) for x, f in some_a.items() for y, g in some_b.items() if test(x, y))
    (low_a, high_a), (low_b, high_b) = bounds(a), bounds(b)
    if None not in (low_a, high_a, low_b, high_b):
        corners = {bool(test(x, y)) for x in (low_a, high_a) for y in (low_b, high_b)}
        if len(corners) == 1:  # an order is decided by its corners
            return TRUE_F if corners.pop() else FALSE_F
    return fx.atom(z3.simplify(test(merging.int_term(ctx, a), merging.int_term(ctx, b))))


def at_most(ctx: Context, a: Value, b: Value) -> F:
    """`a <= b`."""
    return compare(ctx, a, b, lambda x, y: x <= y, "<=")


def arithmetic(ctx: Context, a: Value, b: Value, operator: str) -> Value:
    """`+ - * \\div % ^`."""
    a, b = only_int(ctx, a, operator), only_int(ctx, b, operator)
    fx = ctx.fx
    if operator in ("\\div", "%"):
        if operator == "%":
            ctx.fail(compare(ctx, b, 0, lambda x, y: x <= y, "%"), "E014", "the divisor of % must be positive")
        else:
            ctx.fail(merging.equal(ctx, b, 0), "E014", "division by zero")
    some_a, some_b = _options(a), _options(b)
    if some_a is not None and some_b is not None and len(some_a) * len(some_b) <= PAIRS_MAX:
        found = []
        for x, f in some_a.items():
            for y, g in some_b.items():
                value = _exact(x, y, operator)
                here = fx.both(f, g)
                if value is None:
                    if operator == "^":
                        ctx.fail(here, "E014", f"{x} ^ {y} is not defined")
                elif here != FALSE_F:
                    found.append((here, value))
        if not found:
            raise ctx.stuck("E014", f"{operator} is not defined here")
        return merging.merge(ctx, found)
    return _term(ctx, a, b, operator)


def _exact(x: int, y: int, operator: str) -> int | None:
    match operator:
        case "+":
            return x + y
        case "-":
            return x - y
        case "*":
            return x * y
        case "\\div":
            return x // y if y else None
        case "%":
            return x % y if y > 0 else None
        case _:
            return int(x**y) if y >= 0 and (x or y) and y * max(1, x.bit_length()) < 10_000 else None


def _term(ctx: Context, a: Value, b: Value, operator: str) -> Value:
    x, y = merging.int_term(ctx, a), merging.int_term(ctx, b)
    (low_a, high_a), (low_b, high_b) = bounds(a), bounds(b)
    match operator:
        case "+":
            return SInt(x + y, _sum(low_a, low_b), _sum(high_a, high_b))
        case "-":
            return SInt(x - y, _sum(low_a, _neg(high_b)), _sum(high_a, _neg(low_b)))
        case "*":
            corners = None
            if None not in (low_a, high_a, low_b, high_b):
                corners = [p * q for p in (low_a, high_a) for q in (low_b, high_b)]  # type: ignore[operator]
            return SInt(x * y, None if corners is None else min(corners), None if corners is None else max(corners))
        case "%":
            return SInt(x % y, 0, None if high_b is None else max(0, high_b - 1))
        case "\\div":
            if low_b is not None and low_b > 0:  # z3 rounds as TLA+ does for these
                low = None if low_a is None else (low_a if low_a < 0 else 0)
                high = None if high_a is None else max(high_a, 0)
                return SInt(x / y, low, high)
            raise ctx.refuse("S007", "\\div by a number that is not known to be positive is not translated")
        case _:
            raise ctx.refuse("S007", "^ of numbers that are not known is not translated")


def _sum(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a + b


def _neg(a: int | None) -> int | None:
    return None if a is None else -a


def comparison_value(ctx: Context, a: Value, b: Value, operator: str) -> Value:
    """`< <= > >=` as a value."""
    tests: dict[str, Callable[[Any, Any], Any]] = {
        "<": lambda x, y: x < y,
        "\\leq": lambda x, y: x <= y,
        ">": lambda x, y: x > y,
        "\\geq": lambda x, y: x >= y,
    }
    return truth_value(compare(ctx, a, b, tests[operator], operator))
