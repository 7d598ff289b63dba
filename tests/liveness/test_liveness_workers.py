"""Liveness by several workers: the same graph, truths, lasso and warnings as by one, where it holds and where not."""

from __future__ import annotations

import gc
from array import array
from pathlib import Path
from random import Random

import pytest
import test_liveness_natively as natively
import test_liveness_on_tables as on_tables
from liveness_specs import ROWS, Row

from modelcheck.core import Choice, graph
from modelcheck.core.graph import CompiledLoops, Place, PythonLoops, jobs, library, working
from modelcheck.core.native import load as loaded
from modelcheck.core.walk import Walk
from modelcheck.explore import nativesearch
from modelcheck.explore.fair import LivenessCheck

pytestmark = pytest.mark.skipif(library() is None, reason="no compiled loops here")
WORKERS = (1, 2, 3)


@pytest.fixture(autouse=True)
def small_graphs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small graphs are for several workers, too."""
    monkeypatch.setattr(graph, "SHARED_LEAST", 1)


# ---- loops over graphs --------------------------------------------------------------------------------------


def random_arrays(rng: Random) -> tuple[array[int], array[int]]:
    """A graph whose nodes have few targets or many, and often the same again."""
    size = rng.choice((1, 2, 9, 60, 300))
    offsets, targets = array("q", [0]), array("i")
    for _ in range(size):
        near = min(size, rng.choice((3, 40, 300)))
        targets.extend(rng.randrange(near) for _ in range(rng.choice((0, 1, 2, 3, 7, 64, 65, 200))))
        offsets.append(len(targets))
    return offsets, targets


@pytest.mark.parametrize("workers", WORKERS)
def test_repeated_targets(workers: int) -> None:
    rng, compiled = Random(11), CompiledLoops(library())
    with working(workers):
        for _ in range(120):
            offsets, targets = random_arrays(rng)
            loops = rng.random() < 0.3
            made = offsets[:], targets[:]
            compiled.tidy(*made, loops)
            PythonLoops().tidy(offsets, targets, loops)
            assert made == (offsets, targets)
        assert jobs() == (120 if workers > 1 else 0)


@pytest.mark.parametrize("workers", WORKERS)
def test_what_is_reached(workers: int) -> None:
    rng, compiled = Random(12), CompiledLoops(library())
    reached = 0
    with working(workers):
        for _ in range(150):
            offsets, targets = random_arrays(rng)
            size, width = len(offsets) - 1, rng.randint(1, 3)
            made = [
                (array("i", rng.sample(range(width), rng.randint(0, width))), rng.choice((None, mask(rng, size))),
                 rng.choice((None, (rng.randbytes((len(targets) + 7) // 8), mask(rng, size)))))
                for _ in range(width)
            ]  # fmt: skip
            first = array("q", [rng.randrange(size * width) for _ in range(rng.randint(0, 9))])
            at = array("i", rng.sample(range(width), rng.randint(0, width)))
            states = rng.choice((size, size, rng.randint(0, size)))
            for whole in (False, True):
                marks = []
                for walker in (PythonLoops(), compiled):
                    places = [Place(bytearray(size), ahead, here, *(on or (None, None))) for ahead, here, on in made]
                    if whole:
                        walker.reach_whole(offsets, targets, places, at, states)
                    else:
                        walker.reach(offsets, targets, places, first)
                    marks.append([place.mark for place in places])
                assert marks[0] == marks[1]
                reached += sum(mark.count(2) for mark in marks[0])
        assert (jobs() > 300) == (workers > 1)
    assert reached > 5_000


def mask(rng: Random, size: int) -> bytes:
    return bytes(rng.random() < 0.8 for _ in range(size))


def test_workers_come_and_go() -> None:
    for workers in (2, 1, 3):
        with working(workers):
            inner = graph.crew()
            with working(2):
                assert graph.crew() != inner
            assert graph.crew() == inner
        assert graph.crew() is None


# ---- whole checks -------------------------------------------------------------------------------------------


def written(row: Row, twin: bool, folder: Path) -> Path:
    spec = folder / f"{row.name}.tla"
    spec.write_text(row.text(twin))
    spec.with_suffix(".cfg").write_text(row.config())
    return spec


@pytest.mark.skipif(not natively.available(), reason="the native evaluator was not built")
@pytest.mark.parametrize("twin", [False, True], ids=["row", "twin"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row_natively_by_several(row: Row, twin: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nativesearch, "_AT_ONCE", 3)
    vectors, others = natively.compare(written(row, twin, tmp_path), 0, 3)
    assert vectors or others


@pytest.mark.skipif(loaded() is None or not on_tables.available(), reason="no compiled core here")
@pytest.mark.parametrize("twin", [False, True], ids=["row", "twin"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row_on_tables_by_several(row: Row, twin: bool, tmp_path: Path) -> None:
    vectors, others = on_tables.compare(written(row, twin, tmp_path), 1, Choice("tables", 3))
    assert vectors or others


@pytest.mark.skipif(loaded() is None or not on_tables.available(), reason="no compiled core here")
@pytest.mark.parametrize("workers", (2, 3))
def test_random_specs_on_tables_by_several(workers: int, tmp_path: Path) -> None:
    counts = [
        on_tables.compare(on_tables.random_model(tmp_path, seed), seed % 4, Choice("tables", workers))
        for seed in range(12)
    ]
    assert sum(v for v, _ in counts) > 60


@pytest.mark.skipif(not natively.available(), reason="the native evaluator was not built")
@pytest.mark.parametrize("workers", (2, 3))
def test_random_specs_natively_by_several(workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scanned = count_scanned(monkeypatch)
    for seed in range(4):
        monkeypatch.setattr(nativesearch, "_AT_ONCE", seed % 3 * 5 + 3)
        natively.compare(on_tables.random_model(tmp_path, seed), seed % 4, workers)
        natively.merged(tmp_path, seed, workers)  # under SYMMETRY, and every fourth under VIEW
    gc.collect()
    assert sum(scanned) > 200


def count_scanned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """In how many states several workers have evaluated atoms, of each search that ends."""
    found: list[int] = []
    close = Walk.close

    def counted(walk: Walk) -> None:
        if walk._walk:
            found.append(walk.numbers()["scanned"])
        close(walk)

    monkeypatch.setattr(Walk, "close", counted)
    return found


LARGE = """---- MODULE Large ----
EXTENDS Naturals
VARIABLES a, b, lost
Init == a = 0 /\\ b = 0 /\\ lost = FALSE
Up == a' = (a + 1) % 40 /\\ b' = IF a = 39 THEN (b + 1) % 40 ELSE b
Skip == b' = (b + 7) % 40 /\\ UNCHANGED a
Lose == a = %s /\\ lost' = TRUE /\\ UNCHANGED <<a, b>>
Next == \\/ (Up \\/ Skip) /\\ UNCHANGED lost
        \\/ Lose
Spec == Init /\\ [][Next]_<<a, b, lost>> /\\ WF_<<a, b, lost>>(Up /\\ UNCHANGED lost) /\\ SF_<<a, b, lost>>(Lose)
Bad == IF a = 37 /\\ b = 39 THEN [x \\in {1} |-> x][a] = 1 ELSE a = 11
Live == %p ~> lost
====
"""


def outcome(spec: Path, engine: str, workers: int, monkeypatch: pytest.MonkeyPatch) -> tuple[object, ...]:
    """Lasso and reasons, error, warnings, generated and distinct states, the graph."""
    monkeypatch.setattr(nativesearch, "_AT_ONCE", 200 if workers > 1 else 0)
    spec.with_suffix(".cfg").write_text("SPECIFICATION Spec\nPROPERTY Live\nCHECK_DEADLOCK FALSE\n")
    model = natively.load(spec, None, [])
    closures = natively.ClosureEngine(model)
    check = LivenessCheck(model, closures)
    search = natively.LookupSearch(closures, natively.make_task(model, closures), core=Choice(engine, workers))
    assert search.run() is None
    with working(workers):
        finding = check._checked(search, search.graph)
        if finding is None or finding.error is None:
            assert (jobs() > 0) == (workers > 1)
    shown = (finding.lasso, finding.reasons, finding.error and finding.error.code) if finding else ()
    return shown, check.warnings, search.generated, len(search.states), search.graph.targets


@pytest.mark.parametrize("engine", ("native", "tables"))
@pytest.mark.parametrize("found", ("19", "50"))
def test_a_larger_model(engine: str, found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """3,200 states, or half of them where nothing is ever lost: that violates the property."""
    spec = tmp_path / "Large.tla"
    spec.write_text(LARGE.replace("%s", found).replace("%p", "(a = 11)"))
    outcomes = [outcome(spec, engine, workers, monkeypatch) for workers in WORKERS]
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert (outcomes[0][0] == ()) == (found == "19")
    assert outcomes[0][3] == (3200 if found == "19" else 1600)


@pytest.mark.parametrize("engine", ("native", "tables"))
def test_an_error_in_one_state(engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = tmp_path / "Large.tla"
    spec.write_text(LARGE.replace("%s", "19").replace("%p", "Bad"))
    outcomes = [outcome(spec, engine, workers, monkeypatch) for workers in WORKERS]
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert outcomes[0][0][2] is not None  # type: ignore[index]
