"""The native evaluator's search with several workers has the outcome that one has: states, numbers, edges, findings.

Workers explore together from the first state on, in rounds of a few states (or of many), so that everything goes
through them that can; trouble ends rounds in their midst.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parent.parent / "tables"))

from random_models import model as random_model
from random_models import symmetric_model

from modelcheck.core import Choice
from modelcheck.engine.closures import ClosureEngine
from modelcheck.explore import nativesearch
from modelcheck.explore.bfs import Finding, Limits, Search
from modelcheck.explore.lookup import LookupSearch
from modelcheck.explore.nativesearch import NativeTables, available
from modelcheck.explore.task import make_task
from modelcheck.module import load
from modelcheck.values import reset_order

pytestmark = pytest.mark.skipif(not available(), reason="the native evaluator was not built")

SPECS = Path(__file__).parents[2] / "specs"
OWN = {  # two of each of what makes a difference
    "twophase/MCTwoPhase.tla": "twophase/MCTwoPhaseSymmetric.cfg",
    "detector/MCDetector.tla": "detector/MCDetectorRefines.cfg",
    "chubby/MCLockService.tla": "chubby/MCLockService.cfg",
    "register/MCRegister.tla": "register/MCRegister.cfg",
    "versions/MCVersions.tla": "versions/MCVersionsTwo.cfg",
    "lock/MCLock.tla": "lock/MCLockProgress.cfg",
}
SIZES = (3, 40, 777)  # states a round; after an odd number, several workers number what was found


def found(search: Search) -> tuple[Any, ...]:
    """All that a search tells."""
    ended = search.run()
    parts: list[Any] = [search.generated, search.distinct, search.depth, search.initial, search.frontier]
    for finding in [*search.findings, ended]:
        if isinstance(finding, Finding):
            name = None if finding.predicate is None else finding.predicate.name
            code = None if finding.error is None else (finding.error.code, finding.error.message)
            parts.append((finding.kind, name, code, finding.doing, search.path(finding)))
        else:
            parts.append(finding)
    constraints = (*search.task.constraints, *search.task.action_constraints)
    excluding = {p.name for p in constraints if p.holds in search.excluding}
    parts += [excluding, sorted(search.repeated.items()), list(search.states), list(search.parents)]
    if ended is None:
        parts.append(sorted(search.taken.items()))
    if search.graph is not None:
        parts += [list(search.graph.offsets), list(search.graph.targets), list(search.graph.initial)]
    return tuple(parts)


class Together:
    """Runs searches of one model; `shared`: how many states were looked at by several workers."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.shared = 0

    def run(self, module: Path, cfg: Path, workers: int, states: int, **more: Any) -> tuple[Any, ...]:
        """The outcome with so many workers, in rounds of so many states."""
        self.monkeypatch.setattr(nativesearch, "_AT_ONCE", states)
        reset_order()
        model = load(module, cfg)
        engine = ClosureEngine(model)
        limits, keep_going = more.get("limits", Limits(states=3000)), more.get("keep_going", False)
        choice = Choice("native", workers)
        search = LookupSearch(engine, make_task(model, engine), limits, None, keep_going, core=choice)
        outcome = found(search)
        if isinstance(search.tables, NativeTables):
            self.shared += search.tables.core.numbers()["shared"]
            search.tables.core.close()
        return outcome

    def compare(self, module: Path, cfg: Path, sizes: tuple[int, ...] = SIZES, **more: Any) -> tuple[Any, ...]:
        """One, two and three workers have one outcome."""
        alone = self.run(module, cfg, 1, 0, **more)
        assert self.shared == 0
        for states in sizes:
            for workers in (2, 3):
                assert self.run(module, cfg, workers, states, **more) == alone, f"{workers} workers, {states} states"
        shared, self.shared = self.shared, 0
        return shared, alone

    def model(self, folder: Path, text: str, cfg: str, **more: Any) -> tuple[Any, ...]:
        """The same of a module `T`."""
        (folder / "T.tla").write_text(text)
        (folder / "T.cfg").write_text(cfg)
        return self.compare(folder / "T.tla", folder / "T.cfg", **more)


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> Together:
    return Together(monkeypatch)


@pytest.mark.parametrize("module", OWN)
def test_own_models(together: Together, module: str) -> None:
    shared, _ = together.compare(SPECS / module, SPECS / OWN[module], limits=Limits(), sizes=(41,))
    assert shared > 100


@pytest.mark.parametrize("batch", range(5))
def test_random_models(together: Together, tmp_path: Path, batch: int) -> None:
    all_shared = 0
    for seed in range(7 * batch, 7 * batch + 7):
        rng = random.Random(seed)
        if seed % 5 < 2:
            text, cfg = random_model(rng, 0.15 if seed % 3 == 0 else 0.0)
        else:
            text, cfg = symmetric_model(rng)
            if seed % 5 == 4:
                cfg = cfg.replace("SYMMETRY Sym\n", "")
        shared, _ = together.model(tmp_path, text, cfg, keep_going=rng.random() < 0.3, sizes=(rng.choice(SIZES),))
        all_shared += shared
    assert all_shared > 150


def test_view(together: Together, tmp_path: Path) -> None:
    for seed in range(6):
        text, cfg = random_model(random.Random(seed), 0.0)
        text = text.replace("\n====", "\nLook == <<msgs, c>>\n====")
        together.model(tmp_path, text, cfg + "VIEW Look\n", sizes=(3, 40))


COUNTER = """---- MODULE T ----
EXTENDS Naturals, Sequences, FiniteSets
VARIABLES x, y, s
Init == x \\in 0..9 /\\ y = 0 /\\ s = <<>>
Up == x < 60 /\\ x' = x + 1 /\\ y' = (y * 7 + x) % 40 /\\ s' = IF Len(s) < 2 THEN Append(s, <<x, y>>) ELSE Tail(s)
Mix == x' = (x * 3 + y) % 61 /\\ y' = y /\\ s' = <<>>
Next == Up \\/ Mix
Small == ~(x = 50 /\\ y = 21)
Within == y # 13
Few == x' # 17 \\/ y # 3
Grows == [][x' # 33 \\/ x < 40]_x
Live == <>(x = 60)
Fair == Init /\\ [][Next]_<<x, y, s>> /\\ WF_<<x, y, s>>(Up)
Wrong == ~(x = 44 /\\ Len(s) = 2 /\\ s[3] = 1)
====
"""


@pytest.mark.parametrize(
    ("cfg", "kind"),
    [
        ("", None),
        ("CONSTRAINT Within\n", None),
        ("CONSTRAINT Within\nACTION_CONSTRAINT Few\n", None),
        ("INVARIANT Small\n", "invariant"),
        ("PROPERTY Grows\n", "property"),
        ("INVARIANT Wrong\n", "error"),
    ],
)
def test_trouble(together: Together, tmp_path: Path, cfg: str, kind: str | None) -> None:
    head = "INIT Init\nNEXT Next\nCHECK_DEADLOCK FALSE\n"
    shared, alone = together.model(tmp_path, COUNTER, head + cfg)
    assert shared > 1000
    ended = [part for part in alone if isinstance(part, tuple) and part and isinstance(part[0], str)]
    assert bool(ended) == (kind is not None)
    together.model(tmp_path, COUNTER, head + cfg, keep_going=True, sizes=(40, 41))


def test_deadlock(together: Together, tmp_path: Path) -> None:
    text = COUNTER.replace("Next == Up \\/ Mix", "Next == Up \\/ (x # 37 /\\ Mix)").replace("x < 60", "x < 37")
    _, alone = together.model(tmp_path, text, "INIT Init\nNEXT Next\n")
    assert any(isinstance(part, tuple) and part and part[0] == "deadlock" for part in alone)


def test_liveness_keeps_edges(together: Together, tmp_path: Path) -> None:
    shared, _ = together.model(tmp_path, COUNTER, "SPECIFICATION Fair\nPROPERTY Live\nCHECK_DEADLOCK FALSE\n")
    assert shared > 1000


@pytest.mark.parametrize("states", [1, 100, 777])
def test_limits(together: Together, tmp_path: Path, states: int) -> None:
    head = "INIT Init\nNEXT Next\nCHECK_DEADLOCK FALSE\n"
    together.model(tmp_path, COUNTER, head, limits=Limits(states=states))


def test_many_new_values(together: Together, tmp_path: Path) -> None:
    """More than there is room for in a round: one worker goes on alone."""
    text = """---- MODULE T ----
EXTENDS Naturals
VARIABLES x, y
Init == x = 0 /\\ y = {<<0, 0>>}
Next == x < 3 /\\ \\E i \\in 1..3 : y' = {<<x, k, i>> : k \\in 1..IF i = 2 /\\ x = 1 THEN 40000 ELSE 2} /\\ x' = x + 1
====
"""
    shared, _ = together.model(tmp_path, text, "INIT Init\nNEXT Next\nCHECK_DEADLOCK FALSE\n", sizes=(4,))
    assert shared > 3


def test_initial_states(together: Together, tmp_path: Path) -> None:
    many = "x \\in 0..60 /\\ y \\in 0..39 /\\ s \\in {<<>>, <<<<1, 2>>>>}"
    text = COUNTER.replace("x \\in 0..9 /\\ y = 0 /\\ s = <<>>", many)
    head = "INIT Init\nNEXT Next\nCHECK_DEADLOCK FALSE\nCONSTRAINT Small\n"
    together.model(tmp_path, text, head + "INVARIANT Within\n", limits=Limits())
    shared, _ = together.model(tmp_path, text, head + "INVARIANT Wrong\n", limits=Limits(), sizes=(40, 41))
    assert shared > 4000
