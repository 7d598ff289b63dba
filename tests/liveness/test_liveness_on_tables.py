"""Liveness after a search by tables: the same graph, the same truths and the same answers as with the closures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from liveness_specs import ROWS, Row
from test_random_specs import random_spec

from modelcheck.core import Choice
from modelcheck.core.graph import working
from modelcheck.core.native import load as loaded
from modelcheck.engine.atoms import TableAtoms, available
from modelcheck.engine.closures import ClosureEngine
from modelcheck.explore.bfs import Search
from modelcheck.explore.fair import LivenessCheck
from modelcheck.explore.lookup import LookupSearch
from modelcheck.explore.task import make_task
from modelcheck.ir import temporal as tl
from modelcheck.module import load

pytestmark = pytest.mark.skipif(loaded() is None or not available(), reason="no compiled core here")


def atoms_in(formula: tl.Temporal) -> Iterator[tl.Atom]:
    match formula:
        case tl.Atom():
            yield formula
        case tl.Fair():
            yield from (formula.enabled, formula.taken)
        case tl.All() | tl.Any_():
            for item in formula.items:
                yield from atoms_in(item)
        case _:
            yield from atoms_in(formula.arg)


def compare(spec: Path, warm_up: int, core: Choice | None = None) -> tuple[int, int]:
    """Search one model both ways; how many of its atoms are vectors, and how many are not."""
    model = load(spec, None, [])
    answers = []
    vectors = others = 0
    for kind in (Search, LookupSearch):
        engine = ClosureEngine(model)
        liveness = LivenessCheck(model, engine)
        more = {} if kind is Search else {"warm_up": warm_up, "core": core or Choice()}
        search = kind(engine, make_task(model, engine), **more)
        assert search.run() is None
        found = liveness.run(search)
        graph, states = search.graph, list(search.states)
        assert graph is not None
        finding = None if found is None else (found.lasso, str(found.error), found.reasons)
        answers.append((states, graph.initial, graph.offsets, graph.targets, list(search.parents), search.generated,
                        finding, liveness.warnings))  # fmt: skip
        known = search.known_atoms()
        if known is None:
            continue
        for formula in (*liveness.fairness, *(formula for _, formula in liveness.properties)):
            for atom in atoms_in(formula):
                with working(search.workers):
                    is_vector = same_truth(known, engine, atom, states, answers[0][2], answers[0][3])
                vectors, others = vectors + is_vector, others + (not is_vector)
    assert answers[0] == answers[1], spec.read_text()
    return vectors, others


def same_truth(known: TableAtoms, engine: ClosureEngine, atom: tl.Atom, states, offsets, targets) -> bool:
    """Whether the atom is a vector; if so, it says what the closures say, everywhere."""
    test = engine.atom_test(atom)
    if not atom.is_step:
        truth = known.states(atom)
        assert truth is None or list(map(bool, truth)) == [test(s, s) for s in states], atom.text
        return truth is not None
    vectors = known.steps(atom)
    if vectors is None:
        return False
    on, own = vectors
    assert list(map(bool, own)) == [test(s, s) for s in states], atom.text
    for i, state in enumerate(states):
        for k in range(offsets[i], offsets[i + 1]):
            assert (on[k >> 3] >> (k & 7) & 1) == test(state, states[targets[k]]), atom.text
    return True


@pytest.mark.parametrize("twin", [False, True], ids=["row", "twin"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row_on_tables(row: Row, twin: bool, tmp_path: Path) -> None:
    spec = tmp_path / f"{row.name}.tla"
    spec.write_text(row.text(twin))
    spec.with_suffix(".cfg").write_text(row.config())
    vectors, others = compare(spec, 1)
    assert vectors or others


def random_model(folder: Path, seed: int) -> Path:
    spec = folder / "R.tla"
    spec.write_text(random_spec(Random(seed)))
    spec.with_suffix(".cfg").write_text("SPECIFICATION Spec\nPROPERTY Prop\nCHECK_DEADLOCK FALSE\n")
    return spec


def test_random_specs_on_tables(tmp_path: Path) -> None:
    counts = [compare(random_model(tmp_path, seed), seed % 4) for seed in range(60)]
    vectors, others = sum(v for v, _ in counts), sum(o for _, o in counts)
    assert vectors > 300 and others < vectors // 50


@pytest.mark.slow
def test_many_random_specs_on_tables(tmp_path: Path) -> None:
    for seed in range(60, 3000):
        compare(random_model(tmp_path, seed), seed % 4)
