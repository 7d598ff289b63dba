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

from modelcheck.core import graph as loops
from modelcheck.explore.graph import Graph
from modelcheck.explore.liveness import Emptiness, Lasso, Truths
from modelcheck.explore.ltl import goals, normal
from modelcheck.ir.temporal import Atom


class Vectors:
    """The truth of the atoms of a case as vectors; `some`: not of those whose text is a name that comes late."""

    def __init__(self, case: Case, graph: Graph, some: bool) -> None:
        self.case = case
        self.graph = graph
        self.some = some

    def states(self, atom: Atom) -> bytes | None:
        if self.some and atom.text in ("q", "ENABLED B"):
            return None
        return bytes(self.case.truth(atom, s, s) for s in range(self.case.states))

    def steps(self, atom: Atom) -> tuple[bytes, bytes] | None:
        if self.some and atom.text == "B":
            return None
        edges = [(s, t) for s in range(self.case.states) for t in self.graph.steps(s)]
        on = sum(self.case.truth(atom, *edge) << i for i, edge in enumerate(edges))
        return on.to_bytes((len(edges) + 7) // 8, "little"), bytes(
            self.case.truth(atom, s, s) for s in range(self.case.states)
        )


def lassos(case: Case, way: str) -> tuple[list[Lasso], bool]:
    """The lasso of each disjunct that has one; whether one is said to exist."""
    graph = case.graph()
    known = None if way == "closures" else Vectors(case, graph, way == "some vectors")
    states = range(case.states)
    truths = Truths(graph, states, lambda atom: lambda s, t: case.truth(atom, s, t), None, known)  # type: ignore
    found, exists = [], False
    for goal in goals(normal(case.formula)):
        exists = Emptiness(truths, goal, case.parents()).exists() or exists
        lasso = Emptiness(truths, goal, case.parents()).find()
        found += [lasso] if lasso is not None else []
    return found, exists


def check_case(seed: int, way: str = "closures") -> bool:
    """One case; True when the formula can be satisfied."""
    case = random_case(seed)
    expected = AllWords(case.initial, case.edges, case.states, case.truth).some(case.formula)
    found, exists = lassos(case, way)
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


def on_loops(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Run on the loops in Python, or on the compiled ones (skip where there are none)."""
    if name == "Python":
        monkeypatch.setattr(loops, "library", lambda: None)
    elif loops.library() is None:
        pytest.skip("no compiled loops here")
    assert loops.chosen().name == name


@pytest.mark.parametrize("name", ["C", "Python"])
@pytest.mark.parametrize("way", ["closures", "vectors", "some vectors"])
def test_random_formulas(way: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    on_loops(monkeypatch, name)
    satisfied = sum(check_case(seed, way) for seed in range(400))
    assert 133 < satisfied < 333  # both answers are common


@pytest.mark.slow
@pytest.mark.parametrize("way", ["closures", "vectors", "some vectors"])
def test_many_random_formulas(way: str) -> None:
    for seed in range(400, 60_000):
        check_case(seed, way)


def large_graph(states: int, way: str) -> dict[str, Any]:
    """What `large_graph.py` finds and needs, in a process of its own."""
    program = str(Path(__file__).with_name("large_graph.py"))
    done = subprocess.run([sys.executable, program, str(states), way], capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


SLOWLY = [pytest.param(f"python-{way}", marks=pytest.mark.slow) for way in ("vectors", "closures")]


@pytest.mark.parametrize("way", ["vectors", "closures", *SLOWLY])
def test_a_graph_of_a_hundred_thousand_steps(way: str) -> None:
    """The lengths of stem and cycle are those of the shortest lasso, whatever finds it."""
    result = large_graph(20_000, way)
    assert result["steps"] == 99_984
    found = {name: about[0] for name, about in result.items() if isinstance(about, list) and name != "graph"}
    assert found == {
        "weak": [2, 3],
        "strong": [1, 2],
        "leads to": [4788, 1],
        "nothing": None,
        "over steps": [1, 261],
    }
    assert result["peak_mb"] < 50


@pytest.mark.slow
def test_ten_million_steps_fit_in_400_megabytes() -> None:
    result = large_graph(2_000_000, "vectors")
    assert result["steps"] == 9_999_984
    assert result["graph"][0] < 120
    assert result["peak_mb"] < 400
    assert result["leads to"][0] == [478_573, 1]
