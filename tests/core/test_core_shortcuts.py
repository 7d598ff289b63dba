"""What the compiled core does not do twice: successors that commuting steps have led to before, steps that agree on all
that their predicates read, instances side by side. States, numbers, parents and counts stay those of a naive search.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from test_core_twins import Model, Result, Teacher, naive, same

from modelcheck.core.native import (
    LEAF_BIT,
    LEAF_SAME,
    LEAF_TABLE,
    PLACE_FALSE,
    PLACE_OUT,
    PLACE_TRUE,
    STATE_PREDICATE,
    STEP_PREDICATE,
)

WORKERS = [pytest.param(n, id=f"{n}-workers") for n in (1, 2, 3)]


class Narrow(Model):
    """Every instance reads one or two fields and writes one or two: many pairs of instances commute. If `late`, some
    read one more where a value is rare, and so have a mask that is met late.
    """

    late = False

    def action(self, instance: int, state: tuple[int, ...]) -> Any:
        read = self.reads(instance)
        if self.late and instance % 3 == 0:
            rare = all(state[f] == (1 << self.bits[f]) - 1 for f in (0, 1, 2))
            read = sorted({*read, 0, 1, 2, 3} if rare else {*read, 0, 1, 2})
        return read, self.outcomes(instance, tuple([state[f] for f in read]))

    @cache  # noqa: B019
    def reads(self, instance: int) -> list[int]:
        shape = self.noise("reads", instance)
        return sorted({shape.randrange(len(self.bits)) for _ in range(shape.randrange(1, 3))})

    @cache  # noqa: B019
    def outcomes(self, instance: int, values: tuple[int, ...]) -> list[tuple[int, int, dict[int, int]]]:
        shape, rng = self.noise("writes", instance), self.noise("outcomes", instance, values)
        fields = [shape.randrange(len(self.bits)) for _ in range(shape.randrange(1, 3))]
        found = []
        for _ in range(rng.choice((0, 0, 1, 1, 2))):
            writes = {f: rng.randrange(1 << self.bits[f]) for f in fields if rng.randrange(4)}
            found.append((instance, rng.choice((1, 1, 3)), writes))
        return found

    @cache  # noqa: B019
    def step_reads(self, number: int) -> list[int]:
        shape = self.noise("step reads", number)
        return sorted({shape.randrange(2 * len(self.bits)) for _ in range(shape.randrange(1, 4))})

    @cache  # noqa: B019
    def step_truth(self, number: int, values: tuple[int, ...]) -> bool:
        return self.noise("step truth", number, values).randrange(5) != 0

    def predicate(self, kind: str, number: int, state: tuple[int, ...]) -> tuple[list[int], bool]:
        if kind != "step":
            return super().predicate(kind, number, state)
        read = self.step_reads(number)
        return read, self.step_truth(number, tuple([state[f] for f in read]))


SIZES = ([2, 2, 2, 2, 2, 2], [1] * 11, [3, 2, 1, 1, 2, 2], [4, 3, 2, 2])


@cache
def commuting(seed: int, late: bool) -> tuple[Narrow, Result]:
    model = Narrow(200 + seed, list(SIZES[seed % 4]), 22, invariants=seed % 2, room=(0, 23)[seed // 4 % 2])
    model.late = late
    return model, naive(model)


@pytest.mark.parametrize("workers", WORKERS)
@pytest.mark.parametrize("kind", ["", "growing", "late"])
def test_commuting_steps(workers: int, kind: str) -> None:
    sizes = []
    for seed in (1, 2, 3) if kind == "late" else range(8):
        model, expected = commuting(seed, kind == "late")
        teacher = Teacher(model, "c", workers, kind == "growing")
        same(teacher.result(teacher.run()), expected)
        sizes.append(len(expected.order))
    assert sorted(sizes)[len(sizes) // 2] > 800


class Stepwise(Teacher):
    """With a program over steps: TRUE where nothing changes; then, from where a bit of the next state tells, tests,
    each of which goes on or ends in TRUE or outside a constraint of steps.
    """

    def __init__(self, model: Model, workers: int, growing: bool = False) -> None:
        super().__init__(model, "c", workers, growing)
        self.set_steps()

    def set_steps(self) -> None:
        model = self.model
        same = [(w, 2**64 - 1) for w in range(model.width)]
        word, shift = model.places[0]
        code = [
            (LEAF_SAME, len(same), 0, 0, PLACE_TRUE, 1),
            (LEAF_BIT, 0, word + model.width, 1 << shift, 2 + model.steps // 2, 2),
        ]
        for n in range(model.steps):
            last = n + 1 == model.steps
            code.append((LEAF_TABLE, n, 0, 0, PLACE_OUT - n if last else 3 + n, PLACE_TRUE if n % 2 else PLACE_OUT - n))
        self.core.set_program(STEP_PREDICATE, code, same)

    def answer(self, code: int) -> None:
        super().answer(code)
        if self.growing and self.misses % 7 == 0:
            self.set_steps()


def stepwise(model: Narrow) -> tuple[list[tuple[int, ...]], list[int], int, int]:
    """States, parents, generated states; which constraints of steps were the first false one, as bits."""
    seen = {state: i for i, state in enumerate(model.initial())}
    order, parents, at, outs = list(seen), [-1] * len(seen), 0, 0
    generated = len(order)
    while at < len(order):
        for instance in range(model.instances):
            for _, times, writes in model.action(instance, order[at])[1]:
                generated += times
                target = tuple(writes.get(f, v) for f, v in enumerate(order[at]))
                place = PLACE_TRUE if target == order[at] else (model.steps // 2 if target[0] & 1 else 0)
                while place >= 0:
                    if not model.predicate("step", place, (*order[at], *target))[1]:
                        place = PLACE_TRUE if place % 2 else PLACE_OUT - place
                    else:
                        place = PLACE_OUT - place if place + 1 == model.steps else place + 1
                if place <= PLACE_OUT:
                    outs |= 1 << (PLACE_OUT - place)
                elif target not in seen:
                    seen[target] = len(order)
                    order.append(target)
                    parents.append(at)
        at += 1
    return order, parents, generated, outs


@pytest.mark.parametrize("workers", WORKERS)
@pytest.mark.parametrize("growing", [False, True], ids=["", "growing"])
def test_steps_that_agree_on_what_is_read(workers: int, growing: bool) -> None:
    most = 0
    for seed in range(6):
        model = Narrow(300 + seed, list(SIZES[seed % 4]), 22, steps=6, room=(0, 23)[seed // 4])
        order, parents, generated, outs = stepwise(model)
        teacher = Stepwise(model, workers, growing)
        found = teacher.result(teacher.run())
        assert (found.how, found.generated, found.order, found.parents) == ("done", generated, order, parents)
        assert teacher.core.outs(STEP_PREDICATE) == outs
        assert teacher.core.outs(STATE_PREDICATE) == 0
        most = max(most, len(order))
    assert most > 800


@pytest.mark.parametrize("workers", WORKERS)
def test_a_program_changed_on_the_way_is_asked_anew(workers: int) -> None:
    """What was remembered of steps under another program counts for nothing."""
    model = Narrow(310, [2, 2, 2, 2, 2, 2], 22, steps=1)
    teacher = Teacher(model, "c", workers)
    anything = [(LEAF_TABLE, 0, 0, 0, PLACE_TRUE, PLACE_TRUE)]
    nothing = [(LEAF_TABLE, 0, 0, 0, PLACE_FALSE, PLACE_FALSE)]
    teacher.core.set_program(STEP_PREDICATE, anything, [])
    assert teacher.run(pause_at=500) == "pause"
    teacher.core.set_program(STEP_PREDICATE, nothing, [])
    assert teacher.run(pause_at=1000) == "false_step"
    teacher.core.set_program(STEP_PREDICATE, anything, [])
    teacher.core.rollback()
    assert teacher.run() == "done"
    plain = Narrow(310, [2, 2, 2, 2, 2, 2], 22)
    same(teacher.result("done"), naive(plain))
