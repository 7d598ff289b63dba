"""Random models: tables and closures agree on counts, finding, and the counterexample itself.

The tables begin after a few successors, layouts have no room to spare, and pieces of predicates are taken apart early,
so that every way of growth is gone through often.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from random_models import model

from modelcheck.core import TABLES, Choice
from modelcheck.core.native import load as load_core
from modelcheck.engine import pace, slots, tables
from modelcheck.engine.closures import ClosureEngine
from modelcheck.explore import lookup
from modelcheck.explore.bfs import Finding, Limits, Search, Stop
from modelcheck.explore.task import make_task
from modelcheck.module import load
from modelcheck.values import reset_order

pytestmark = pytest.mark.skipif(load_core() is None, reason="the compiled core was not built")

LIMITS = Limits(states=600)


def outcome(search: Search, keep_going: bool) -> tuple[Any, ...]:
    ended = search.run()
    if isinstance(ended, Stop):  # where exactly is left open
        return (None, ended, None, None, None)
    found: list[Any] = [search.generated, search.distinct, search.depth, search.initial, search.frontier]
    for finding in [*search.findings, ended]:
        if isinstance(finding, Finding):
            name = None if finding.predicate is None else finding.predicate.name
            code = None if finding.error is None else (finding.error.code, finding.error.message)
            found.append((finding.kind, name, code, finding.doing, search.path(finding)))
        else:
            found.append(finding)
    found.append(sorted(search.repeated.items()) if keep_going else None)
    found.append({p.name for p in (*search.task.constraints, *search.task.action_constraints)
                  if p.holds in search.excluding})  # fmt: skip
    complete = ended is None  # what was never taken is told after a complete search only
    found.append(sorted({action for action, times in search.taken.items() if times}) if complete else None)
    return tuple(found)


def compare(folder: Path, seed: int, ill: float) -> tuple[str, bool]:
    """Both searches of the model of a seed: what it ended with, and whether tables were used to the end."""
    rng = random.Random(seed)
    text, cfg = model(rng, ill)
    (folder / "T.tla").write_text(text)
    (folder / "T.cfg").write_text(cfg)
    keep_going = rng.random() < 0.2
    warm_up = rng.choice((0, 0, 1, 7))
    outcomes = []
    searches: list[Search] = []
    for kind in (Search, lookup.LookupSearch):
        reset_order()
        loaded = load(folder / "T.tla")
        engine = ClosureEngine(loaded)
        more = {} if kind is Search else {"warm_up": warm_up, "core": Choice(TABLES, fills=seed % 4 != 3)}
        search = kind(engine, make_task(loaded, engine), LIMITS, None, keep_going, **more)
        if isinstance(search, lookup.LookupSearch):
            assert lookup.suits(loaded, search.task)
        outcomes.append(outcome(search, keep_going))
        searches.append(search)
    assert outcomes[1] == outcomes[0], f"seed {seed}\n{text}{cfg}"
    last = outcomes[0][-4]
    by_tables = searches[1]
    assert isinstance(by_tables, lookup.LookupSearch)
    return (last[0] if isinstance(last, tuple) else str(type(last).__name__)), by_tables.tables is not None


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "ROOM", 1)
    monkeypatch.setattr(tables, "SPLIT_AT", 3)
    monkeypatch.setattr(tables, "SPLIT_STEP_AT", 2)
    monkeypatch.setattr(pace, "WINDOW", 10**9)
    monkeypatch.setattr(pace, "WINDOW_S", 10**9)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("batch", range(4))
def test_agreement(tmp_path: Path, batch: int) -> None:
    ends, used = [], 0
    for seed in range(12 * batch, 12 * batch + 12):
        end, by_tables = compare(tmp_path, seed, 0.15 if seed % 3 == 0 else 0.0)
        ends.append(end)
        used += by_tables
    assert used >= 6, "most of the models are explored by tables to the end"


@pytest.mark.slow
@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("batch", range(10))
def test_agreement_of_many(tmp_path: Path, batch: int) -> None:
    for seed in range(1000 + 100 * batch, 1100 + 100 * batch):
        compare(tmp_path, seed, 0.15 if seed % 3 == 0 else 0.0)
