"""Single elements of bags, and folds over all of them. As the definition says, equal elements come in a row."""

from __future__ import annotations

import math

from modelcheck.stdlib.Bags import copies, counts
from modelcheck.stdlib.registry import Operator1, Operator2, integer, override
from modelcheck.values import Value, make_function


@override("BagsExt", "BagAdd")
def bag_add(b: Value, x: Value) -> Value:
    table = counts("BagAdd", b)
    table[x] = copies(table, x) + 1
    return make_function(table)


@override("BagsExt", "BagRemove")
def bag_remove(b: Value, x: Value) -> Value:
    table = counts("BagRemove", b)
    n = copies(table, x)
    if n > 1:
        table[x] = n - 1
    else:
        table.pop(x, None)
    return make_function(table)


@override("BagsExt", "BagRemoveAll")
def bag_remove_all(b: Value, x: Value) -> Value:
    table = counts("BagRemoveAll", b)
    copies(table, x)
    table.pop(x, None)
    return make_function(table)


@override("BagsExt", "MapThenFoldBag")
def map_then_fold_bag(op: Operator2, base: Value, f: Operator1, choose: Operator1, b: Value) -> Value:
    """`op(acc, f(x))` for each x in TLC's order, as often as it occurs; `choose` is not asked (see the text)."""
    acc = base
    for x, n in counts("MapThenFoldBag", b).items():
        value = f(x)
        for _ in range(n):
            acc = op(acc, value)
    return acc


@override("BagsExt", "FoldBag")
def fold_bag(op: Operator2, base: Value, b: Value) -> Value:
    acc = base
    for x, n in counts("FoldBag", b).items():
        for _ in range(n):
            acc = op(acc, x)
    return acc


@override("BagsExt", "SumBag")
def sum_bag(b: Value) -> int:
    return sum(integer("SumBag", x) * n for x, n in counts("SumBag", b).items())


@override("BagsExt", "ProductBag")
def product_bag(b: Value) -> int:
    return math.prod(integer("ProductBag", x) ** n for x, n in counts("ProductBag", b).items())
