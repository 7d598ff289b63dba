"""Liveness after a native search: the same graph, the same truths and the same answers as with the closures."""

from __future__ import annotations

from pathlib import Path

import pytest
from liveness_specs import ROWS, Row
from test_liveness_on_tables import atoms_in, random_model, same_truth

from modelcheck.core import Choice
from modelcheck.engine.closures import ClosureEngine
from modelcheck.explore.bfs import Search
from modelcheck.explore.fair import LivenessCheck
from modelcheck.explore.lookup import LookupSearch
from modelcheck.explore.nativeatoms import NativeAtoms
from modelcheck.explore.nativesearch import NativeTables, available
from modelcheck.explore.task import make_task
from modelcheck.module import load
from modelcheck.values import reset_order

pytestmark = pytest.mark.skipif(not available(), reason="the native evaluator was not built")


def compare(spec: Path, warm_up: int) -> tuple[int, int]:
    """Search one model both ways; how many of its atoms are vectors, and how many are not."""
    answers = []
    vectors = others = 0
    for natively in (False, True):
        reset_order()
        model = load(spec, None, [])
        engine = ClosureEngine(model)
        liveness = LivenessCheck(model, engine)
        task = make_task(model, engine)
        more = {"warm_up": warm_up, "core": Choice("native")} if natively else {}
        search = (LookupSearch if natively else Search)(engine, task, **more)
        assert search.run() is None
        found = liveness.run(search)
        graph, states = search.graph, list(search.states)
        assert graph is not None
        finding = None if found is None else (found.lasso, str(found.error), found.reasons)
        answers.append((states, graph.initial, graph.offsets, graph.targets, list(search.parents), search.generated,
                        finding, liveness.warnings))  # fmt: skip
        if not natively or search.engine.name == "closures":  # all of it was explored before
            continue
        assert isinstance(search.tables, NativeTables)  # type: ignore[attr-defined]
        known = search.known_atoms()
        assert isinstance(known, NativeAtoms)
        for formula in (*liveness.fairness, *(formula for _, formula in liveness.properties)):
            for atom in atoms_in(formula):
                if same_truth(known, engine, atom, states, graph.offsets, graph.targets):
                    vectors += 1
                else:
                    others += 1
    assert answers[0] == answers[1], spec.read_text()
    return vectors, others


@pytest.mark.parametrize("twin", [False, True], ids=["row", "twin"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row_natively(row: Row, twin: bool, tmp_path: Path) -> None:
    spec = tmp_path / f"{row.name}.tla"
    spec.write_text(row.text(twin))
    spec.with_suffix(".cfg").write_text(row.config())
    vectors, others = compare(spec, 0)
    assert vectors or others


def test_random_specs_natively(tmp_path: Path) -> None:
    counts = [compare(random_model(tmp_path, seed), seed % 4) for seed in range(24)]
    vectors, others = sum(v for v, _ in counts), sum(o for _, o in counts)
    assert vectors > 120 and others < vectors // 50


@pytest.mark.slow
def test_many_random_specs_natively(tmp_path: Path) -> None:
    for seed in range(60, 2000):
        compare(random_model(tmp_path, seed), seed % 4)
