"""Gates: what stands behind a gate is asked of a core's caller only in states where the gate is known to be open.

A guard that was split from its action keeps the rest from being evaluated where it is false; there the rest may have
no value, and rows learnt there would count as steps that were taken.
"""

from __future__ import annotations

from typing import Any

import pytest

from modelcheck.core import native, numpy_core
from modelcheck.core.native import ACTION, DONE, MISS

CORES = [("c", 1), ("c", 2), ("numpy", 1)]
COUNT, OUTER, INNER, PART, AFTER = range(5)  # a counter; two gates, one in the other, the part behind them; one more
BITS = 8


def new_core(name: str, workers: int) -> Any:
    if name == "numpy":
        if not numpy_core.available():
            pytest.skip("numpy is not installed")
        return numpy_core.Core(1, False, workers)
    if native.load() is None:
        pytest.skip("the compiled core was not built")
    core = native.Core(1, False, workers)
    core.tune(0, 8)
    return core


def row_of(instance: int, n: int) -> list[int]:
    """What an instance does in the state `n`: both gates are open where n is a multiple of 12."""
    if instance == OUTER:
        return [int(n % 3 == 0)]
    if instance == INNER:
        return [int(n % 4 == 0)]
    target = {COUNT: (2 * n) % 256, PART: (n + 5) % 256, AFTER: (2 * n + 1) % 256}[instance]
    return [1, instance, 1, 1, 0, 255, target]


@pytest.mark.parametrize(("name", "workers"), CORES)
def test_nothing_is_asked_behind_a_closed_gate(name: str, workers: int) -> None:
    core = new_core(name, workers)
    core.add_instances(ACTION, 5)
    core.set_order(range(5), 0)
    core.set_skip(OUTER, PART + 1)
    core.set_skip(INNER, PART + 1)
    core.insert([1], -1)
    core.seek(0, 1, 1, 1)
    asked: set[tuple[int, int]] = set()
    while (code := core.run(10**9)) != DONE:
        assert code == MISS
        numbers = core.numbers()
        instance, n = numbers["instance"], core.state(numbers["state"])[0]
        assert (instance, n) not in asked
        asked.add((instance, n))
        core.put(ACTION, instance, ((0,), (255,)), [n], row_of(instance, n))
    everything = set(range(256))
    inside = {n for n in everything if n % 3 == 0}
    behind = {n for n in inside if n % 4 == 0}
    assert {n for i, n in asked if i == COUNT} == {n for i, n in asked if i == AFTER} == everything
    assert {n for i, n in asked if i == OUTER} == everything
    assert {n for i, n in asked if i == INNER} == inside
    assert {n for i, n in asked if i == PART} == behind
    numbers = core.numbers()
    assert (numbers["distinct"], numbers["generated"]) == (256, 1 + 2 * 256 + len(behind))
