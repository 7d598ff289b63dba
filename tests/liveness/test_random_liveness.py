"""Emptiness against a search through all cycles, on random graphs; every lasso is checked from the definitions."""

from __future__ import annotations

import pytest
from naive_words import AllWords, Word
from random_graphs import Case, random_case, shown

from modelcheck.explore.liveness import Emptiness, Lasso, Truths
from modelcheck.explore.ltl import goals, normal


def lassos(case: Case) -> tuple[list[Lasso], bool]:
    """The lasso of each disjunct that has one; whether one is said to exist."""
    graph = case.graph()
    truths = Truths(graph, list(range(case.states)), lambda atom: lambda s, t: case.truth(atom, s, t))  # type: ignore
    found, exists = [], False
    for goal in goals(normal(case.formula)):
        exists = Emptiness(truths, goal, case.parents()).exists() or exists
        lasso = Emptiness(truths, goal, case.parents()).find()
        found += [lasso] if lasso is not None else []
    return found, exists


def check_case(seed: int) -> bool:
    """One case; True when the formula can be satisfied."""
    case = random_case(seed)
    expected = AllWords(case.initial, case.edges, case.states, case.truth).some(case.formula)
    found, exists = lassos(case)
    about = f"seed {seed}: {case.edges} from {case.initial}: {shown(case.formula)}"
    assert bool(found) is expected, about
    assert exists is expected, about
    for lasso in found:
        states = [*lasso.stem, *lasso.cycle[1:]]
        loop = len(lasso.stem) - 1
        assert states[0] in case.initial and lasso.stem[-1] == lasso.cycle[0], about
        steps = list(zip(states, [*states[1:], states[loop]], strict=True))
        assert all(step in case.edges for step in steps if len(set(step)) > 1), about
        assert all(s != t for s, t in steps[:-1]), about  # no stuttering but at the end
        assert Word(states, loop, case.truth).holds(case.formula), f"{about}: {lasso}"
    return expected


def test_random_formulas() -> None:
    satisfied = sum(check_case(seed) for seed in range(3000))
    assert 1000 < satisfied < 2500  # both answers are common


@pytest.mark.slow
def test_many_random_formulas() -> None:
    for seed in range(3000, 150_000):
        check_case(seed)
