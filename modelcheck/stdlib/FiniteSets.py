"""Finiteness and size, decided without enumerating where the set's form tells them."""

from __future__ import annotations

from modelcheck.stdlib.registry import override
from modelcheck.values import Bool, Value, boolean, cardinality, need_set
from modelcheck.values import is_finite as set_is_finite


@override("FiniteSets", "IsFiniteSet")
def is_finite(s: Value) -> Bool:
    return boolean(set_is_finite(s))


@override("FiniteSets", "Cardinality")
def size(s: Value) -> int:
    if type(s) is frozenset:
        return len(s)
    need_set(s, "Cardinality")
    return cardinality(s)
