"""Random subsets, drawn from the run's seeded generator."""

from __future__ import annotations

from random import Random

from modelcheck.errors import EvalError
from modelcheck.stdlib.registry import RunContext, finite_set, natural, override
from modelcheck.values import Value, cardinality, ordered, show
from modelcheck.values.lazybase import FORCE_MAX


@override("Randomization", "RandomSubset", impure=True, needs_context=True)
def random_subset(context: RunContext, k: Value, s: Value) -> frozenset[Value]:
    natural("RandomSubset", k)
    size = cardinality(finite_set("RandomSubset", s))
    if size <= FORCE_MAX:
        return frozenset(context.rng.sample(list(ordered(s)), min(k, size)))  # all of a smaller set, as in TLC
    return _drawn(context.rng, k, s)


def _drawn(rng: Random, k: int, s: Value) -> frozenset[Value]:
    """`k` different elements of a set too large to build."""
    from modelcheck.stdlib.TLC import draw

    found: set[Value] = set()
    while len(found) < k:
        found.add(draw(rng, s))
    return frozenset(found)


def _subsets(context: RunContext, operator: str, k: Value, n: Value, s: Value) -> frozenset[Value]:
    natural(operator, k)
    natural(operator, n)
    items = ordered(finite_set(operator, s))
    if n > len(items):
        raise EvalError("E005", f"{operator}({k}, {n}, {show(s)}): the set has {len(items)} elements only")
    chance = n / len(items) if items else 0.0
    return frozenset([frozenset([e for e in items if context.rng.random() < chance]) for _ in range(k)])


@override("Randomization", "RandomSetOfSubsets", impure=True, needs_context=True)
def random_set_of_subsets(context: RunContext, k: Value, n: Value, s: Value) -> frozenset[Value]:
    return _subsets(context, "RandomSetOfSubsets", k, n, s)


@override("Randomization", "TestRandomSetOfSubsets", impure=True, needs_context=True)
def test_random_set_of_subsets(context: RunContext, k: Value, n: Value, s: Value) -> tuple[int, ...]:
    return tuple([len(_subsets(context, "TestRandomSetOfSubsets", k, n, s)) for _ in range(5)])
