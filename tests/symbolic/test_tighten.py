"""What a state cannot be is left out of it; without answers from the solver it stays in, and nothing else changes."""

from __future__ import annotations

import pytest
from random_crosschecks import built

from modelcheck.engine.closures import ClosureEngine
from modelcheck.symbolic import tighten
from modelcheck.symbolic.bmc import Unrolling
from modelcheck.symbolic.cells import Choice, SSet
from modelcheck.symbolic.crosscheck import cross_check
from modelcheck.symbolic.outcomes import HoldsUpTo
from modelcheck.symbolic.task import Limits, Task

SPEC = """---- MODULE Tight ----
EXTENDS Naturals
VARIABLES x, y, s
Init == x \\in 0..3 /\\ y = 3 - x /\\ s = {}
Swap == x + y = 3 /\\ x' = y /\\ y' = x /\\ UNCHANGED s
Never == x + y # 3 /\\ x' = 9 /\\ UNCHANGED <<y, s>>
Put == x < 2 /\\ s' = s \\cup (IF x + y = 3 THEN {x} ELSE {7}) /\\ x' = 5 /\\ y' = y
Next == Swap \\/ Never \\/ Put
Inv == x < 9
====
"""
CFG = "INIT Init\nNEXT Next\nINVARIANT Inv\n"


def unrolled(steps: int, tight: bool) -> Unrolling:
    model = built(SPEC, CFG)
    unrolling = Unrolling(Task(model, ClosureEngine(model), Limits()), tight)
    assert unrolling.enter(unrolling.begin())
    for _ in range(steps):
        assert unrolling.enter(unrolling.leave())
    return unrolling


def names(unrolling: Unrolling) -> list[str]:
    return [path.name for path in unrolling.last.paths]


def candidates(unrolling: Unrolling) -> tuple[list[object], list[object]]:
    x, _, s = unrolling.last.values
    assert isinstance(x, Choice) and isinstance(s, SSet)
    return sorted(x.atoms), sorted(s.known)


def test_paths_and_candidates_that_cannot_be_are_left_out() -> None:
    assert names(unrolled(1, False)) == ["Swap", "Never", "Put"]
    assert names(unrolled(1, True)) == ["Swap", "Put"]
    assert candidates(unrolled(1, False)) == ([0, 1, 2, 3, 5, 9], [0, 1, 2, 3, 7])
    assert candidates(unrolled(1, True)) == ([0, 1, 2, 3, 5], [0, 1])


def test_after_another_step_some_are_open_again() -> None:
    after = unrolled(2, True)
    assert names(after) == ["Swap", "Never", "Put"]
    assert candidates(after) == ([0, 1, 2, 3, 5, 9], [0, 1])


def test_what_is_certain_is_a_value() -> None:
    assert unrolled(0, True).last.values[2] == frozenset()
    assert unrolled(1, True).last.values[1] is not None


@pytest.mark.parametrize("seconds", [0.0, 5.0])
def test_the_outcome_is_the_same_without_answers(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tighten, "SECONDS", seconds)
    found = cross_check(built(SPEC.replace("x < 9", "x < 10"), CFG), 3)
    assert (found.difference, found.agreed, found.levels) == ("", 3, (4, 6, 8, 8))
    assert isinstance(found.symbolic, HoldsUpTo)
    found = cross_check(built(SPEC, CFG), 3)
    assert (found.exit_code, found.agreed) == (12, 3)
    assert found.symbolic is not None and found.symbolic.name == "violated"
