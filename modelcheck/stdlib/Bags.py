"""Bags: functions to positive integers. `SubBag` is written out, at most a million bags."""

from __future__ import annotations

import itertools
import math

from modelcheck.errors import EvalError
from modelcheck.stdlib.registry import Operator1, finite_set, function, integer, override
from modelcheck.values import (
    FALSE,
    TRUE,
    Bool,
    Value,
    boolean,
    domain,
    is_function,
    make_function,
    make_set,
    member,
    ordered,
    pairs_in_order,
    show,
    values_of,
)

SUBBAGS_MAX = 1_000_000


def counts(operator: str, b: Value) -> dict[Value, int]:
    """The bag as a dictionary, in TLC's order of the elements; E004 when it is no function to integers."""
    table = dict(pairs_in_order(function(operator, b)))
    for n in table.values():
        integer(operator, n)
    return table


def copies(table: dict[Value, int], e: Value) -> int:
    """How often `e` occurs; E001 when it cannot be compared with the elements."""
    n = table.get(e)
    if n is None:
        member(e, frozenset(table))
        return 0
    return n


@override("Bags", "IsABag")
def is_a_bag(b: Value) -> Bool:
    return boolean(is_function(b) and all(type(n) is int and n > 0 for n in values_of(b)))


@override("Bags", "BagToSet")
def bag_to_set(b: Value) -> Value:
    return domain(function("BagToSet", b))


@override("Bags", "SetToBag")
def set_to_bag(s: Value) -> Value:
    return make_function([(e, 1) for e in ordered(finite_set("SetToBag", s))])


@override("Bags", "BagIn")
def bag_in(e: Value, b: Value) -> Bool:
    return boolean(member(e, domain(function("BagIn", b))))


@override("Bags", "EmptyBag")
def empty_bag() -> Value:
    return ()


@override("Bags", "CopiesIn")
def copies_in(e: Value, b: Value) -> int:
    return copies(counts("CopiesIn", b), e)


@override("Bags", "(+)")
def bag_sum(a: Value, b: Value) -> Value:
    table = counts("(+)", a)
    mine = dict(table)
    for e, n in counts("(+)", b).items():
        table[e] = copies(mine, e) + n
    return make_function(table)


@override("Bags", "(-)")
def bag_difference(a: Value, b: Value) -> Value:
    table, less = counts("(-)", a), counts("(-)", b)
    return make_function({e: n - less.get(e, 0) for e, n in table.items() if n > copies(less, e)})


@override("Bags", "\\sqsubseteq")
def bag_included(a: Value, b: Value) -> Bool:
    table, other = counts("\\sqsubseteq", a), counts("\\sqsubseteq", b)
    for e, n in table.items():
        if not member(e, frozenset(other)) or n > other[e]:
            return FALSE
    return TRUE


@override("Bags", "BagUnion")
def bag_union(s: Value) -> Value:
    table: dict[Value, int] = {}
    for b in ordered(finite_set("BagUnion", s)):
        for e, n in counts("BagUnion", b).items():
            table[e] = copies(table, e) + n
    return make_function(table)


@override("Bags", "SubBag")
def sub_bags(b: Value) -> frozenset[Value]:
    table = counts("SubBag", b)
    size = math.prod(n + 1 for n in table.values())
    if size > SUBBAGS_MAX:
        raise EvalError("E013", f"the bag {show(b)} has {size} subbags, too many to build")
    choices = itertools.product(*[range(n + 1) for n in table.values()])
    return frozenset(
        [make_function({e: n for e, n in zip(table, ns, strict=True) if n}) for ns in choices],
    )


@override("Bags", "BagOfAll")
def bag_of_all(f: Operator1, b: Value) -> Value:
    table: dict[Value, int] = {}
    for e, n in counts("BagOfAll", b).items():
        v = f(e)
        table[v] = table.get(v, 0) + n
    make_set(table)  # E001 when the values are of different kinds
    return make_function(table)


@override("Bags", "BagCardinality")
def bag_cardinality(b: Value) -> int:
    return sum(counts("BagCardinality", b).values())
