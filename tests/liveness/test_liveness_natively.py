"""Liveness after a native search: the same graph, the same truths and the same answers as with the closures."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import pytest
from liveness_specs import ROWS, Row
from test_liveness_on_tables import atoms_in, random_model, same_truth

from modelcheck.core import Choice
from modelcheck.core.graph import bit
from modelcheck.engine.closures import ClosureEngine
from modelcheck.explore.bfs import Search
from modelcheck.explore.fair import LivenessCheck
from modelcheck.explore.lookup import LookupSearch
from modelcheck.explore.ltl import Prop
from modelcheck.explore.nativeatoms import NativeAtoms
from modelcheck.explore.nativesearch import NativeTables, available
from modelcheck.explore.task import make_task
from modelcheck.explore.truths import ActionRuns, Truths
from modelcheck.ir.temporal import Atom
from modelcheck.module import load
from modelcheck.values import reset_order

sys.path.append(str(Path(__file__).resolve().parents[1] / "tables"))
from random_models import symmetric_model

pytestmark = pytest.mark.skipif(not available(), reason="the native evaluator was not built")


def compare(spec: Path, warm_up: int, workers: int | None = None) -> tuple[int, int]:
    """Search one model both ways; how many of its atoms are vectors, and how many are not."""
    answers = []
    vectors = others = 0
    for natively in (False, True):
        reset_order()
        model = load(spec, None, [])
        engine = ClosureEngine(model)
        liveness = LivenessCheck(model, engine)
        task = make_task(model, engine)
        more = {"warm_up": warm_up, "core": Choice("native", workers)} if natively else {}
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


FAIR = """Spec == Init /\\ [][Next]_<<f, s, q, n, r>> /\\ %s
Live == %s
====
"""
FAIRNESS = ("WF_n(Next)", "SF_s(Next)", "WF_<<f, n>>(\\E p \\in P : f[p] = 1 /\\ Next)")
LIVE = ("<>[](n = 0) \\/ []<>(s = {})",
        "[]<><<n' > n>>_n \\/ <>[][s \\subseteq s']_s", "<>(q = <<>> => r.of # None)",
        "\\A p \\in P : [](p \\in s => <>(f[p] = 0))",
        "[]<><<\\E p \\in P : f'[p] # f[p] /\\ p \\in s'>>_f")  # fmt: skip


def merged(folder: Path, seed: int, workers: int | None = None) -> int:
    """How many atoms are vectors of a random model under SYMMETRY or VIEW; they are what the closures say."""
    rng = Random(seed)
    text, cfg = symmetric_model(rng)
    text = text.replace("====\n", FAIR % (rng.choice(FAIRNESS), rng.choice(LIVE)))
    kept = [line for line in cfg.splitlines() if line.split()[0] in ("SYMMETRY", "CONSTANTS")]
    if seed % 4 == 0:
        text = text.replace("Live ==", "Seen == <<f, n, Len(q)>>\nLive ==")
        kept = ["VIEW Seen", *kept[1:]]
    (folder / "T.tla").write_text(text)
    (folder / "T.cfg").write_text("\n".join([*kept, "SPECIFICATION Spec", "PROPERTY Live", "CHECK_DEADLOCK FALSE", ""]))
    answers, vectors = [], 0
    core = Choice("native", workers)
    for make in (Search, lambda *a: LookupSearch(*a, warm_up=seed % 3, core=core)):
        reset_order()
        model = load(folder / "T.tla", None, [])
        engine = ClosureEngine(model)
        liveness, search = LivenessCheck(model, engine), make(engine, make_task(model, engine))
        assert search.run() is None
        found = liveness.run(search)
        answers.append((list(search.states), search.graph.targets, found and (found.lasso, str(found.error))))
        known = search.known_atoms()
        if known is None:
            continue
        truths = Truths(search.graph, list(search.states), engine.atom_test, ActionRuns(engine, search.number, True))
        for formula in (*liveness.fairness, *(formula for _, formula in liveness.properties)):
            vectors += sum(says_the_same(known, truths, atom) for atom in atoms_in(formula))
    assert answers[0] == answers[1], text
    return vectors


def says_the_same(known: NativeAtoms, truths: Truths, atom: Atom) -> bool:
    graph, states = truths.graph, range(len(truths.graph))
    if not atom.is_step:
        truth = known.states(atom)
        assert truth is None or list(map(bool, truth)) == [truths.state(Prop("atom", atom=atom))(s) for s in states]
        return truth is not None
    vectors = known.steps(atom)
    if vectors is None:
        return False
    test, edges = truths.step(Prop("atom", atom=atom)), graph.edges()
    assert list(map(bool, vectors[1])) == [test(s, edges + s) for s in states], atom.text
    steps = [(s, step) for s in states for step in range(graph.offsets[s], graph.offsets[s + 1])]
    assert [bit(vectors[0], step) for _, step in steps] == [test(s, step) for s, step in steps], atom.text
    return True


def test_steps_that_stand_for_several(tmp_path: Path) -> None:
    assert sum(merged(tmp_path, seed) for seed in range(24)) > 40


@pytest.mark.slow
def test_many_steps_that_stand_for_several(tmp_path: Path) -> None:
    assert sum(merged(tmp_path, seed) for seed in range(24, 600)) > 1000


@pytest.mark.slow
def test_many_random_specs_natively(tmp_path: Path) -> None:
    for seed in range(60, 2000):
        compare(random_model(tmp_path, seed), seed % 4)
