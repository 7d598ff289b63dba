"""Emptiness against a search through all cycles, on random graphs; every lasso is checked from the definitions."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

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
    for seed in range(3000, 60_000):
        check_case(seed)


def large_graph(states: int) -> dict[str, Any]:
    """What `large_graph.py` finds and needs, in a process of its own."""
    program = str(Path(__file__).with_name("large_graph.py"))
    done = subprocess.run([sys.executable, program, str(states)], capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_a_graph_of_a_hundred_thousand_steps() -> None:
    result = large_graph(20_000)
    assert result["steps"] == 99_984
    assert (result["weak"][0], result["strong"][0], result["leads to"][0]) == ([2, 3], [1, 2], [4788, 1])
    assert result["peak_mb"] < 50


@pytest.mark.slow
def test_ten_million_steps_fit_in_400_megabytes() -> None:
    result = large_graph(2_000_000)
    assert result["steps"] == 9_999_984
    assert result["graph_mb"] < 120
    assert result["peak_mb"] < 400
    assert result["leads to"][0] == [478_573, 1]
