"""Rounds of several workers where rows are missing in the midst of them, and what they then find: as one worker alone.

Misses are answered by a function that the core calls, as the native evaluator's rows are; some of them it leaves to the
caller, some it wants to wait with. Blocks are of four states, so that every kind of trouble stands behind states that
were put off.
"""

from __future__ import annotations

import ctypes as ct
from collections import Counter
from functools import cache
from typing import Any

import pytest
from test_core_twins import Model, Result, Teacher, naive, same

from modelcheck.core import native
from modelcheck.core.native import (
    ACTION,
    LEAF_TABLE,
    PLACE_OUT,
    PLACE_TRUE,
    STATE_PREDICATE,
    STEP_PREDICATE,
)

pytestmark = pytest.mark.skipif(native.load() is None, reason="the compiled core was not built")

LEFT, PUT, PAUSE = range(3)
_WORDS = ct.POINTER(ct.c_uint64)
_FILL = ct.CFUNCTYPE(ct.c_int, ct.c_void_p, ct.c_int, ct.c_int32, _WORDS, _WORDS, ct.c_void_p, ct.c_void_p)
WORKERS = pytest.mark.parametrize("workers", [2, 3])


class Filling(Teacher):
    """Misses are answered by a function. `left`, `waits`: one in so many is left to the caller, or has to wait first
    (0: none). `later`: misses of states that the search had not come to yet.
    """

    def __init__(
        self, model: Model, workers: int, *, left: int = 0, waits: int = 0, rest: int = 0, **more: Any
    ) -> None:
        super().__init__(model, "c", workers, **more)
        self.left, self.waits, self.calls = left, waits, 0
        self.later: Counter[int] = Counter()
        self.core.tune(0, 8, rest)
        self._function = _FILL(self._fill)
        self.core.set_fill(self._function, None)

    def run(self, pause_at: int = 2**62) -> str:
        while True:
            try:
                return super().run(pause_at)
            except KeyError as code:
                if code.args != (native.TIRED,):
                    raise

    def _fill(self, _: Any, kind: int, number: int, s: Any, t: Any, put: Any, core: Any) -> int:
        self.calls += 1
        if self.waits and self.calls % self.waits == 0:
            return PAUSE
        if self.left and (kind + number + self.calls) % self.left == 0:
            return LEFT
        words = s[: self.model.width]
        values = self.model.unpack(words)
        if kind != STATE_PREDICATE:
            self.later[kind] += self.core.find(words) > self.core.numbers()["state"]
        if kind == ACTION:
            self.teach(kind, number, values, *self.model.action(number, values))
        elif kind == STEP_PREDICATE:
            pair = (*values, *self.model.unpack(t[: self.model.width]))
            self.teach(kind, number, pair, *self.model.predicate("step", number, pair))
        elif number < self.model.invariants:
            self.teach(kind, number, values, *self.model.predicate("invariant", number, values))
        else:
            found = self.model.predicate("constraint", number - self.model.invariants, values)
            self.teach(kind, number, values, *found)
        return PUT


SEEDS = (1046, 1053, 1144)
TROUBLES = ("done", "false", "false_step", "deadlock")


def plain(seed: int) -> Model:
    return Model(seed, [3, 3, 2, 1], 9, constraints=seed % 2, steps=seed % 3 // 2, room=(0, 13)[seed % 2])


def troubled(seed: int, how: str, at: int, order: list[tuple[int, ...]]) -> Model:
    """The same with trouble at a state, known by rows that are missing in every state."""
    model = plain(seed)
    action, predicate, everything = model.action, model.predicate, list(range(4))
    if how == "false":
        model.invariants = 1
        model.predicate = lambda kind, n, s: (  # type: ignore[assignment]
            (everything, s != order[at]) if kind == "invariant" else predicate(kind, n, s)
        )
    elif how == "false_step":
        model.steps = 2
        model.predicate = lambda kind, n, s: (  # type: ignore[assignment]
            (list(range(8)), s[4:] != order[at]) if kind == "step" and n == 1 else predicate(kind, n, s)
        )
    elif how == "deadlock":
        model.deadlock = True
        model.action = lambda i, s: (everything, [] if s == order[at] else action(i, s)[1])  # type: ignore[assignment]
    return model


@cache
def models() -> list[tuple[Model, Result]]:
    """Small models, with trouble of every kind in the midst of them, and what a naive search finds."""
    found = []
    for seed in SEEDS:
        order = naive(plain(seed)).order
        for k, how in enumerate(TROUBLES):
            for at in (len(order) // 2 + k,) if how != "false" else (50, 51, 52, len(order) - 20):
                model = troubled(seed, how, at, order)
                found.append((model, naive(model)))
    return found


@WORKERS
@pytest.mark.parametrize(("left", "waits"), [(0, 0), (20, 0), (0, 30), (30, 20)])
def test_missing_rows_change_nothing(workers: int, left: int, waits: int) -> None:
    ends: Counter[str] = Counter()
    later: Counter[int] = Counter()
    for model, expected in models():
        teacher = Filling(model, workers, left=left, waits=waits)
        how = teacher.run()
        same(teacher.result(how), expected)
        ends[how] += 1
        later += teacher.later
    assert set(ends) == set(TROUBLES)
    assert later[ACTION] > 100 and later[STEP_PREDICATE] > 50, "rows were missing in the midst of rounds"


@WORKERS
def test_a_layout_that_grows_behind_states_that_were_put_off(workers: int) -> None:
    for model, expected in models()[::2]:
        teacher = Filling(model, workers, left=15, growing=True)
        same(teacher.result(teacher.run()), expected)


@WORKERS
@pytest.mark.parametrize("left", [0, 15])
def test_edges_of_states_that_were_put_off(workers: int, left: int) -> None:
    later = 0
    for model, expected in models():
        teacher = Filling(model, workers, left=left, edges=True)
        how = teacher.run()
        same(teacher.result(how), expected)
        assert teacher.edges(expected.at) == expected.edges
        later += sum(teacher.later.values())
    assert later > 200


def outside(model: Model, workers: int) -> tuple[Any, ...]:
    """All that is told of a search whose steps are under constraints."""
    teacher = Filling(model, workers, edges=True)
    ways = [(PLACE_TRUE if n + 1 == model.steps else n + 1, PLACE_OUT - n) for n in range(model.steps)]
    teacher.core.set_program(STEP_PREDICATE, [(LEAF_TABLE, n, 0, 0, *way) for n, way in enumerate(ways)], [])
    how = teacher.run()
    found = teacher.result(how)
    outs = [teacher.core.outs(kind) for kind in (STATE_PREDICATE, STEP_PREDICATE)] if how == "done" else []
    return found, outs, teacher.edges(found.at)


@WORKERS
def test_constraints_of_states_and_steps(workers: int) -> None:
    seen = 0
    for seed in range(300, 320):
        model = Model(seed, [3, 3, 2], 9, constraints=seed % 3, steps=1 + seed % 3, false_in=4)
        alone, together = outside(model, 1), outside(model, workers)
        assert together == alone
        seen |= sum(alone[1])
    assert seen >= 3


@WORKERS
def test_one_worker_goes_on_alone_where_rows_are_missing_all_the_time(workers: int) -> None:
    """With the same outcome; hardly anything is put off then."""
    model = Model(77, [4, 4, 2], 12)
    model.action = lambda i, s: (  # type: ignore[assignment]
        [0, 1, 2],
        [(i, 1, {i % 3: (s[i % 3] + s[(i + 1) % 3] + i) % (16, 16, 4)[i % 3]})],
    )
    expected = naive(model)
    assert len(expected.order) > 500
    later = []
    for rest in (0, 10**6):
        teacher = Filling(model, workers, rest=rest)
        same(teacher.result(teacher.run()), expected)
        later.append(teacher.later[ACTION])
    assert later[0] > 10 * later[1]


@WORKERS
def test_a_limit_of_states_among_missing_rows(workers: int) -> None:
    model = Model(100, [3, 3, 2, 2, 1], 25, room=9)
    for most in (40, 150, 301):
        teacher = Filling(model, workers)
        teacher.core.limit(most)
        same(teacher.result(teacher.run()), naive(model, most))
