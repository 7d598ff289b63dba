"""Negation and the set of integers; the rest of arithmetic is in `Naturals`."""

from __future__ import annotations

from modelcheck.stdlib.registry import override, wrong
from modelcheck.values import Int, LazySet, Value


@override("Integers", "Int")
def integers() -> LazySet:
    return Int


@override("Integers", "-.")
def negation(a: Value) -> int:
    if type(a) is int:
        return -a
    raise wrong("unary -", "an integer", a)
