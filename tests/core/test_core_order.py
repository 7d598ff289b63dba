"""Instances that come to be asked in another order on the way: states are numbered as a naive search numbers them."""

from __future__ import annotations

import pytest
from test_core_shortcuts import SIZES, Narrow
from test_core_twins import Teacher

CHANGES = (300, 900)  # states at which the order changes


def naive(model: Narrow, orders: list[list[int]]) -> tuple[list[tuple[int, ...]], list[int]]:
    """States and parents."""
    order = model.initial()
    seen, parents, at = set(order), [-1] * len(order), 0
    while at < len(order):
        for instance in orders[sum(at >= change for change in CHANGES)]:
            for _, _, writes in model.action(instance, order[at])[1]:
                target = tuple(writes.get(f, v) for f, v in enumerate(order[at]))
                if target not in seen:
                    seen.add(target)
                    order.append(target)
                    parents.append(at)
        at += 1
    return order, parents


@pytest.mark.parametrize("workers", [1, 2])
def test_another_order(workers: int) -> None:
    compared = 0
    for seed in range(8):
        model = Narrow(400 + seed, list(SIZES[seed % 4]), 22)
        forth = list(range(model.instances))
        orders = [forth, forth[::-1], forth[7:] + forth[:7]]
        states, parents = naive(model, orders)
        teacher = Teacher(model, "c", workers)
        how = ""
        for change, order in zip(CHANGES, orders[1:], strict=True):
            how = teacher.run(pause_at=change)
            if how == "pause":
                assert teacher.core.numbers()["state"] == change
                teacher.core.set_order(order, 0)
        result = teacher.result(teacher.run() if how == "pause" else how)
        assert (result.order, result.parents) == (states, parents), seed
        compared += len(states) > CHANGES[-1] * 2
    assert compared > 2
