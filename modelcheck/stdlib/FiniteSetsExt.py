"""Folds, sums, counts and extremes of finite sets. Folds combine in the order of the definition (see `Folds`)."""

from __future__ import annotations

import itertools
import math

from modelcheck.errors import EvalError
from modelcheck.stdlib.Folds import fold_set
from modelcheck.stdlib.registry import Operator1, Operator2, finite_set, integer, override, truth
from modelcheck.values import (
    EMPTY,
    KSubsets,
    Value,
    big_union,
    cup,
    elements,
    force,
    minus,
    ordered,
    show,
)


def _same(x: Value) -> Value:
    return x


@override("FiniteSetsExt", "FoldSet")
def fold(op: Operator2, base: Value, s: Value) -> Value:
    return fold_set(op, base, _same, finite_set("FoldSet", s))


@override("FiniteSetsExt", "ReduceSet")
def reduce_set(op: Operator2, s: Value, acc: Value) -> Value:
    return fold_set(op, acc, _same, finite_set("ReduceSet", s))


@override("FiniteSetsExt", "SumSet")
def sum_set(s: Value) -> int:
    return sum(integer("SumSet", x) for x in ordered(finite_set("SumSet", s)))


@override("FiniteSetsExt", "ProductSet")
def product_set(s: Value) -> int:
    return math.prod(integer("ProductSet", x) for x in ordered(finite_set("ProductSet", s)))


@override("FiniteSetsExt", "MapThenSumSet")
def map_then_sum_set(op: Operator1, s: Value) -> int:
    return sum(integer("MapThenSumSet", op(x)) for x in ordered(finite_set("MapThenSumSet", s)))


@override("FiniteSetsExt", "FlattenSet")
def flatten_set(s: Value) -> Value:
    return big_union(s)


@override("FiniteSetsExt", "SymDiff")
def symmetric_difference(a: Value, b: Value) -> Value:
    return cup(minus(a, b), minus(b, a))


@override("FiniteSetsExt", "Quantify")
def quantify(s: Value, p: Operator1) -> int:
    return sum(truth("Quantify", p(x)) for x in elements(finite_set("Quantify", s)))


@override("FiniteSetsExt", "kSubset")
def k_subsets(k: Value, s: Value) -> Value:
    finite_set("kSubset", s)
    return KSubsets(s, k) if integer("kSubset", k) >= 0 else EMPTY


def _numbers(operator: str, s: Value) -> list[int]:
    found = [integer(operator, x) for x in force(finite_set(operator, s))]
    if not found:
        raise EvalError("E005", f"{operator} of the empty set {show(s)}", mend="guard it with S # {}")
    return found


@override("FiniteSetsExt", "Max")
def maximum(s: Value) -> int:
    return max(_numbers("Max", s))


@override("FiniteSetsExt", "Min")
def minimum(s: Value) -> int:
    return min(_numbers("Min", s))


@override("FiniteSetsExt", "Choices")
def choices(sets: Value) -> frozenset[Value]:
    parts = [ordered(s) for s in ordered(finite_set("Choices", sets))]
    return frozenset([frozenset(pick) for pick in itertools.product(*parts)])


@override("FiniteSetsExt", "ChooseUnique")
def choose_unique(s: Value, p: Operator1) -> Value:
    found = [x for x in elements(finite_set("ChooseUnique", s)) if truth("ChooseUnique", p(x))]
    if len(found) != 1:
        raise EvalError("E005", f"ChooseUnique needs one element of {show(s)} that passes, {len(found)} do")
    return found[0]
