"""Arithmetic, exact and on integers of any size (TLC overflows at 32 bits).

As TLC does, division rounds down, the divisor of `%` must be positive, `0 ^ 0` and negative exponents are refused.
"""

from __future__ import annotations

from modelcheck.errors import EvalError
from modelcheck.stdlib.registry import override, wrong
from modelcheck.values import FALSE, TRUE, Bool, Interval, LazySet, Nat, Value

#: Powers with more bits than this are refused.
BITS_MAX = 50_000_000


def _not_integers(operator: str, a: Value, b: Value) -> EvalError:
    return wrong(operator, "integers", b if type(a) is int else a)


@override("Naturals", "Nat")
def naturals() -> LazySet:
    return Nat


@override("Naturals", "+")
def plus(a: Value, b: Value) -> int:
    if type(a) is int and type(b) is int:
        return a + b
    raise _not_integers("+", a, b)


@override("Naturals", "-")
def minus(a: Value, b: Value) -> int:
    if type(a) is int and type(b) is int:
        return a - b
    raise _not_integers("-", a, b)


@override("Naturals", "*")
def times(a: Value, b: Value) -> int:
    if type(a) is int and type(b) is int:
        return a * b
    raise _not_integers("*", a, b)


@override("Naturals", "^")
def power(a: Value, b: Value) -> int:
    if type(a) is not int or type(b) is not int:
        raise _not_integers("^", a, b)
    if b < 0:
        raise EvalError("E014", f"{a} ^ {b}: the exponent must be a natural number")
    if a == 0 and b == 0:
        raise EvalError("E014", "0 ^ 0 is not defined")
    if b * a.bit_length() > BITS_MAX and a not in (0, 1, -1):
        raise EvalError("E014", f"the number {a} ^ {b} has too many digits", cause="", mend="use smaller numbers")
    return int(a**b)


@override("Naturals", "<")
def less(a: Value, b: Value) -> Bool:
    if type(a) is int and type(b) is int:
        return TRUE if a < b else FALSE
    raise _not_integers("<", a, b)


@override("Naturals", "\\leq")
def at_most(a: Value, b: Value) -> Bool:
    if type(a) is int and type(b) is int:
        return TRUE if a <= b else FALSE
    raise _not_integers("<=", a, b)


@override("Naturals", ">")
def greater(a: Value, b: Value) -> Bool:
    if type(a) is int and type(b) is int:
        return TRUE if a > b else FALSE
    raise _not_integers(">", a, b)


@override("Naturals", "\\geq")
def at_least(a: Value, b: Value) -> Bool:
    if type(a) is int and type(b) is int:
        return TRUE if a >= b else FALSE
    raise _not_integers(">=", a, b)


@override("Naturals", "..")
def interval(a: Value, b: Value) -> LazySet:
    if type(a) is int and type(b) is int:
        return Interval(a, b)
    raise _not_integers("..", a, b)


@override("Naturals", "\\div")
def quotient(a: Value, b: Value) -> int:
    if type(a) is not int or type(b) is not int:
        raise _not_integers("\\div", a, b)
    if b == 0:
        raise EvalError("E014", f"{a} \\div 0: division by zero")
    return a // b


@override("Naturals", "%")
def remainder(a: Value, b: Value) -> int:
    if type(a) is not int or type(b) is not int:
        raise _not_integers("%", a, b)
    if b <= 0:
        raise EvalError("E014", f"{a} % {b}: the divisor must be positive")
    return a % b
