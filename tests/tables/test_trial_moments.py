"""Ctrl-C, limits, saved searches and dumps while tables are on trial, and right after they have taken over.

The moments are forced: the native evaluator pauses after every few states, tables are tried at once, and stay behind
(a slice of no time) or catch up (a slice that is long enough); the first look at the clock behind the moment does what
is tested. A search that was saved there goes on with each engine to what the closures find in one go.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from modelcheck.core import CORES, Choice, numpy_core
from modelcheck.core import native as table_core
from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.tables import Tables
from modelcheck.explore import bfs, lookup, nativesearch, trial
from modelcheck.explore.bfs import Limits, Progress, Search, Stop
from modelcheck.explore.checkpoint import Checkpoint, model_hash, recover
from modelcheck.explore.coverage import warnings_of
from modelcheck.explore.dump import dump_graph
from modelcheck.explore.fair import LivenessCheck
from modelcheck.explore.nativesearch import NativeTables, available
from modelcheck.explore.task import make_task
from modelcheck.module import load
from modelcheck.module.model import Model

pytestmark = pytest.mark.skipif(
    table_core.load() is None or not available(), reason="the compiled cores were not built"
)

#: `Early` is taken, and `Within` false, some states after the closures have handed over and before any moment only;
#: `Late` is taken in the last states, `Never` not at all; steps lead back too.
TEXT = """---- MODULE T ----
EXTENDS Naturals
VARIABLES x, y, s
vars == <<x, y, s>>
Init == x = 0 /\\ y \\in 0..1 /\\ s = {}
Early == x = 2 /\\ y = 2 /\\ s = {} /\\ s' = s \\cup {"early"} /\\ UNCHANGED <<x, y>>
Right == x < 24 /\\ x' = x + 1 /\\ UNCHANGED <<y, s>>
Up == y < 20 /\\ y' = y + 1 /\\ UNCHANGED <<x, s>>
Back == x > 5 /\\ y > 5 /\\ x' = x - 5 /\\ UNCHANGED <<y, s>>
Late == x = 23 /\\ y = 19 /\\ s' = {} /\\ UNCHANGED <<x, y>>
Never == x > 40 /\\ UNCHANGED vars
Next == Early \\/ Right \\/ Up \\/ Back \\/ Late \\/ Never
Spec == Init /\\ [][Next]_vars /\\ WF_vars(Up)
Within == ~(x = 1 /\\ y = 5 /\\ s = {})
Small == x < 24
Wide == y < 99
Typed == x \\in 0..24 /\\ y \\in 0..20
Top == <>(y = 20)
====
"""
CFG = "SPECIFICATION Spec\nINVARIANT Typed\nCONSTRAINTS Small Within Wide\nCHECK_DEADLOCK FALSE\n"
LIVE = CFG + "PROPERTY Top\n"
MOMENTS = ("trial", "change")
GO_ON = [None, Choice(), Choice("native"), Choice("c"), Choice("numpy")]
#: states explored when the moment comes, at least and at most
SOON, NOT_AT_THE_END = 40, 900


def loaded(folder: Path, cfg: str) -> tuple[Model, ClosureEngine]:
    (folder / "T.tla").write_text(TEXT)
    (folder / "T.cfg").write_text(cfg)
    model = load(folder / "T.tla")
    return model, ClosureEngine(model)


def all_of(search: Search) -> tuple[Any, ...]:
    """What a search that is through has found."""
    graph = search.graph
    steps = None if graph is None else (list(graph.initial), graph.offsets, graph.targets)
    return (
        (search.generated, search.distinct, search.depth, search.initial),
        list(search.states), list(search.parents), steps, warnings_of(search),
    )  # fmt: skip


def by_closures(folder: Path, cfg: str) -> Search:
    model, engine = loaded(folder, cfg)
    search = Search(engine, make_task(model, engine))
    assert search.run() is None
    return search


class Forced:
    """A search that does something at a moment: `at` is called with it at the first look at the clock behind it."""

    def __init__(self, folder: Path, cfg: str, moment: str, patch: pytest.MonkeyPatch) -> None:
        self.moment, self.reached, self.calls = moment, False, 0
        for module, name, value in (
            (lookup, "FIRST_S", 0.0), (lookup, "CHUNK", 40), (trial, "CHUNK", 7), (trial, "STRIKES", 10**9),
            (trial, "FEW", 10**9),
            (trial, "SLICE_S", 0.0 if moment == "trial" else 99.0), (nativesearch, "SLICE_S", 0.0),
            (bfs, "_TICK_EVERY_S", 0.0),
        ):  # fmt: skip
            patch.setattr(module, name, value)
        self._note(patch, trial.Trial, "follow", "trial")
        self._note(patch, lookup.LookupSearch, "_change_to", "change")
        self.model, self.engine = loaded(folder, cfg)
        self.at: Callable[[lookup.LookupSearch], None] = lambda search: None
        self.search = lookup.LookupSearch(
            self.engine, make_task(self.model, self.engine), None, self._tick, warm_up=20, core=Choice(workers=1)
        )
        self.search._next_tick = 0.0

    def _note(self, patch: pytest.MonkeyPatch, kind: Any, name: str, moment: str) -> None:
        method = getattr(kind, name)

        def noted(own: Any, *arguments: Any) -> Any:
            found = method(own, *arguments)
            if self.moment == "trial" and found == "there" and not self.calls:
                found = "slower"  # tables must not catch up before the moment has come
            self.reached |= self.moment == moment and found != "there"
            return found

        patch.setattr(kind, name, noted)

    def _tick(self, progress: Progress) -> None:
        explored = progress.distinct - progress.frontier
        if self.reached and not self.calls and explored >= SOON:
            assert explored <= NOT_AT_THE_END
            self.calls += 1
            searching = Tables if self.moment == "change" else NativeTables
            assert type(self.search.tables) is searching
            assert (self.search._trial is not None) == (self.moment == "trial")
            self.at(self.search)

    def run(self, at: Callable[[lookup.LookupSearch], None]) -> Any:
        self.at = at
        ended = self.search.run()
        assert self.calls == 1, "the moment has come"
        return ended

    def save(self, path: Path) -> Path:
        Checkpoint(path, 0.0, model_hash(self.model)).save(self.search)
        return path


@pytest.fixture(params=MOMENTS)
def moment(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def goes_on(folder: Path, cfg: str, saved: Path, choice: Choice | None) -> Search:
    """A saved search, taken up again by an engine (None: the closures), to its end."""
    model, engine = loaded(folder, cfg)
    task = make_task(model, engine)
    search = Search(engine, task) if choice is None else lookup.LookupSearch(engine, task, warm_up=0, core=choice)
    recover(search, saved, model_hash(model))
    assert search.run() is None
    if choice is not None and choice.name in CORES:
        assert isinstance(search.tables, Tables)  # type: ignore[attr-defined]
    return search


def ways() -> list[Choice | None]:
    return [way for way in GO_ON if way is None or way.name != "numpy" or numpy_core.available()]


def is_beginning_of(stopped: Search, whole: Search, more: int = 0) -> None:
    """A search that was stopped between two states has found what the closures have at the same state.

    `more`: so many successors of the next state may have been found already.
    """
    explored, distinct = stopped._explored, stopped.distinct
    states = list(stopped.states)
    assert SOON <= explored <= NOT_AT_THE_END
    assert states == whole.states[:distinct] and list(stopped.parents) == list(whole.parents[:distinct])
    assert max(stopped.parents) < explored + bool(more)
    fewer = Search(whole.engine, whole.task)
    fewer.engine = _Until(whole.engine, whole.states[explored])
    assert fewer.run() == Stop("interrupted")
    assert stopped.generated == fewer.generated
    assert fewer.distinct <= distinct <= fewer.distinct + more
    assert stopped.depth == fewer.depth or more
    if stopped.graph is not None:
        assert fewer.graph is not None
        assert stopped.graph.offsets == fewer.graph.offsets
        assert stopped.graph.targets == fewer.graph.targets


class _Until:
    """The closures, which are interrupted before a state."""

    def __init__(self, engine: Any, state: Any) -> None:
        self._engine, self._state = engine, state

    def successors(self, state: Any) -> Any:
        if state == self._state:
            raise KeyboardInterrupt
        return self._engine.successors(state)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


@pytest.mark.parametrize("cfg", [CFG, LIVE], ids=["safety", "liveness"])
@pytest.mark.parametrize("how", ["Ctrl-C", "asked to stop", "seconds", "memory"])
def test_stopped_and_taken_up_again(
    tmp_path: Path, moment: str, how: str, cfg: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = by_closures(tmp_path, cfg)

    def stop(search: lookup.LookupSearch) -> None:
        if how == "Ctrl-C":
            raise KeyboardInterrupt
        if how == "asked to stop":
            search.stop_soon()
        else:
            search.limits = Limits(seconds=0.0) if how == "seconds" else Limits(memory_mb=1)

    with monkeypatch.context() as patch:
        forced = Forced(tmp_path, cfg, moment, patch)
        ended = forced.run(stop)
        assert ended == {"seconds": Stop("seconds", 0.0), "memory": Stop("memory", 1)}.get(how, Stop("interrupted"))
        is_beginning_of(forced.search, whole)
        saved = forced.save(tmp_path / "saved.ck")
    for choice in ways() if how == "Ctrl-C" else [Choice()]:
        assert all_of(goes_on(tmp_path, cfg, saved, choice)) == all_of(whole), choice


@pytest.mark.parametrize("cfg", [CFG, LIVE], ids=["safety", "liveness"])
def test_saved_now_and_then(tmp_path: Path, moment: str, cfg: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that is saved goes on as if nothing had been; and from what was saved, any engine does."""
    whole = by_closures(tmp_path, cfg)
    with monkeypatch.context() as patch:
        forced = Forced(tmp_path, cfg, moment, patch)
        forced.search.on_tick = lambda search: None
        assert forced.run(lambda search: forced.save(tmp_path / "saved.ck") and None) is None
        assert all_of(forced.search) == all_of(whole)
    for choice in ways():
        assert all_of(goes_on(tmp_path, cfg, tmp_path / "saved.ck", choice)) == all_of(whole), choice


@pytest.mark.parametrize("cfg", [CFG, LIVE], ids=["safety", "liveness"])
def test_states_are_limited(tmp_path: Path, moment: str, cfg: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is met after the moment: between two states, and no more than one state's successors beyond it."""
    whole = by_closures(tmp_path, cfg)
    with monkeypatch.context() as patch:
        forced = Forced(tmp_path, cfg, moment, patch)

        def limit(search: lookup.LookupSearch) -> None:
            most = search.distinct + 30
            search.limits = Limits(states=most)
            search.tables.core.limit(most)  # type: ignore[union-attr]

        ended = forced.run(limit)
        most = forced.search.limits.states
        assert most is not None and ended == Stop("states", most)
        assert most < forced.search.distinct <= most + 5
        is_beginning_of(forced.search, whole)
        saved = forced.save(tmp_path / "saved.ck")
    assert all_of(goes_on(tmp_path, cfg, saved, Choice())) == all_of(whole)


@pytest.mark.parametrize("most", range(50, 1000, 240))
def test_limits_from_the_beginning(tmp_path: Path, moment: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever tables stand then, the search stops where one by the native evaluator alone does."""
    model, engine = loaded(tmp_path, CFG)
    found = []
    for core in (Choice("native"), None):
        with monkeypatch.context() as patch:
            if core is None:
                search = Forced(tmp_path, CFG, moment, patch).search
                search.limits = Limits(states=most)
                search.on_progress = None
            else:
                search = lookup.LookupSearch(engine, make_task(model, engine), Limits(states=most), core=core)
            assert search.run() == Stop("states", most)
            found.append((search.generated, search.distinct, search.frontier, search.depth, list(search.parents)))
    assert found[0] == found[1]


@pytest.mark.parametrize("cfg", [CFG, LIVE], ids=["safety", "liveness"])
@pytest.mark.parametrize("stopped", [False, True], ids=["to the end", "stopped"])
def test_dumped(tmp_path: Path, moment: str, stopped: bool, cfg: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, graphs = by_closures(tmp_path, cfg), []
    with monkeypatch.context() as patch:
        forced = Forced(tmp_path, cfg, moment, patch)
        forced.run(lambda search: search.stop_soon() if stopped else None)
    if stopped:
        whole = Search(whole.engine, whole.task)
        whole.engine = _Until(whole.engine, forced.search.states[forced.search._explored])
        whole.run()
        whole._explored -= 1  # the state at which the closures were interrupted has no steps
        whole.engine = forced.engine
    for search, path in ((forced.search, tmp_path / "ours.json"), (whole, tmp_path / "theirs.json")):
        dump_graph(search, path)
        graphs.append(json.loads(path.read_text()))
    assert graphs[0] == graphs[1]
    assert any(not node["explored"] for node in graphs[0]["nodes"]) == stopped


def test_liveness_after_the_moment(tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The graph, and the lasso found in it, are the closures'."""
    answers = []
    cfg = LIVE.replace("PROPERTY Top", "PROPERTIES Top Full")
    monkeypatch.setitem(globals(), "TEXT", TEXT.replace("Top ==", "Full == []<>(x = 23)\nTop =="))
    with monkeypatch.context() as patch:
        forced = Forced(tmp_path, cfg, moment, patch)
        assert forced.run(lambda search: None) is None
    for search in (forced.search, by_closures(tmp_path, cfg)):
        engine = getattr(search, "closures", search.engine)
        found = LivenessCheck(engine.model, engine).run(search)
        assert found is not None
        graph = search.graph
        assert graph is not None and isinstance(graph.offsets, array)
        answers.append((found.lasso, str(found.error), found.reasons, graph.offsets, graph.targets, graph.initial))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("cfg", [CFG, LIVE], ids=["safety", "liveness"])
@pytest.mark.parametrize("misses", [1, 2])
def test_interrupted_within_a_miss(
    tmp_path: Path, moment: str, misses: int, cfg: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while tables evaluate what they have not learnt: what was generated is that of whole states."""
    whole = by_closures(tmp_path, cfg)
    left = misses
    evaluate = Tables._evaluate

    with monkeypatch.context() as patch:
        forced = Forced(tmp_path, cfg, moment, patch)

        def interrupted(tables: Tables, *arguments: Any) -> Any:
            nonlocal left
            left -= forced.calls
            if not left:
                raise KeyboardInterrupt
            return evaluate(tables, *arguments)

        patch.setattr(Tables, "_evaluate", interrupted)
        patch.setattr(trial.Trial, "_foresee", lambda *given: None)  # so that there are such misses
        assert forced.run(lambda search: None) == Stop("interrupted")
        assert not left
        is_beginning_of(forced.search, whole, more=3 if moment == "change" else 0)
        saved = forced.save(tmp_path / "saved.ck")
    assert all_of(goes_on(tmp_path, cfg, saved, Choice())) == all_of(whole)


@pytest.mark.parametrize("cfg", [CFG, LIVE], ids=["safety", "liveness"])
def test_little_memory(tmp_path: Path, moment: str, cfg: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it runs low, the native evaluator goes on without tables, by fingerprints; the verdict says so."""
    with monkeypatch.context() as patch:
        forced = Forced(tmp_path, cfg, moment, patch)
        forced.search.thrift.limit_mb = 1
        assert forced.search.run() is None
        assert not forced.reached
        assert type(forced.search.tables) is NativeTables
        assert all_of(forced.search) == all_of(by_closures(tmp_path, cfg))
        assert "fingerprints" in forced.search.doubt
