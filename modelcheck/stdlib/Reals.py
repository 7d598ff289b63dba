"""The reals as far as they are integers: `Real` contains integers, `/` divides without remainder; else E011."""

from __future__ import annotations

from modelcheck.errors import EvalError
from modelcheck.stdlib.registry import override, refuse, wrong
from modelcheck.values import LazySet, Reals, Value


@override("Reals", "Real")
def reals() -> LazySet:
    return Reals


@override("Reals", "/")
def divide(a: Value, b: Value) -> int:
    if type(a) is not int or type(b) is not int:
        raise wrong("/", "integers", b if type(a) is int else a)
    if b == 0:
        raise EvalError("E014", f"{a} / 0: division by zero")
    if a % b:
        raise refuse(f"{a} / {b}", "is no integer, and other real numbers are not represented")
    return a // b


@override("Reals", "Infinity")
def infinity() -> Value:
    raise refuse("Infinity", "is not a number that can be represented")
