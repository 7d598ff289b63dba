"""Folds over sets in the order of the definition: the element chosen first stands outermost."""

from __future__ import annotations

from modelcheck.errors import EvalError
from modelcheck.stdlib.registry import Operator1, Operator2, finite_set, override
from modelcheck.values import Value, force, ordered, show


def fold_set(op: Operator2, base: Value, f: Operator1, s: Value) -> Value:
    """`op(f(x1), op(f(x2), ... base))` for the elements x1, x2, ... of `s` in TLC's order."""
    acc = base
    for x in reversed(ordered(s)):
        acc = op(f(x), acc)
    return acc


@override("Folds", "MapThenFoldSet")
def map_then_fold_set(op: Operator2, base: Value, f: Operator1, choose: Operator1, s: Value) -> Value:
    rest = force(finite_set("MapThenFoldSet", s))
    chosen: list[Value] = []
    while rest:
        x = choose(rest)
        if x not in rest:
            raise EvalError("E012", f"MapThenFoldSet never ends: choose gave {show(x)}, which is not in {show(rest)}")
        chosen.append(x)
        rest = rest - {x}
    acc = base
    for x in reversed(chosen):
        acc = op(f(x), acc)
    return acc
