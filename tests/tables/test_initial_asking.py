"""The native search for initial states asks now and then whether to go on: limits, progress and Ctrl-C reach it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from modelcheck.core import Choice
from modelcheck.engine.closures import ClosureEngine
from modelcheck.explore import nativesearch
from modelcheck.explore.bfs import Progress, Stop
from modelcheck.explore.lookup import LookupSearch
from modelcheck.explore.nativesearch import available
from modelcheck.explore.task import make_task
from modelcheck.module import load

pytestmark = pytest.mark.skipif(not available(), reason="the native evaluator was not built")

SPEC = """---- MODULE T ----
EXTENDS Naturals, FiniteSets
VARIABLES s
Init == s \\in SUBSET (1..%d) /\\ %s
Next == s' = s
Inv == Cardinality(s) < 40
====
"""
NONE = "Cardinality(s) = 30"
STOP_AT = 8  # is while the first of them are visited, where there are any


def search_of(folder: Path, n: int, test: str, on_progress: Callable[[Progress], None]) -> LookupSearch:
    (folder / "T.tla").write_text(SPEC % (n, test))
    (folder / "T.cfg").write_text("INIT Init\nNEXT Next\nINVARIANT Inv\n")
    model = load(folder / "T.tla")
    engine = ClosureEngine(model)
    return LookupSearch(engine, make_task(model, engine), None, on_progress, core=Choice("native"))


@pytest.fixture(autouse=True)
def always_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nativesearch, "SLICE_S", 0.0)


@pytest.mark.parametrize("how", ["asked", "raised"])
@pytest.mark.parametrize(("n", "test", "found"), [(20, NONE, 0), (18, "TRUE", 1 << 18)])
def test_stops_on_the_way(tmp_path: Path, how: str, n: int, test: str, found: int) -> None:
    seen: list[int] = []

    def on_progress(progress: Progress) -> None:
        seen.append(progress.generated)
        if len(seen) == STOP_AT:
            if how == "raised":
                raise KeyboardInterrupt
            search.stop_soon()

    search = search_of(tmp_path, n, test, on_progress)
    ended = search.run()
    assert ended == Stop("interrupted")
    assert len(seen) == STOP_AT and seen == sorted(seen)
    assert search.generated == search.initial == search.distinct == search.frontier
    assert seen[-1] <= search.generated <= found // 2
    assert (search.generated > 0) == (found > 0)
    assert [len(search.states[i]) for i in range(min(1, search.distinct))] == [1] * min(1, found)


def test_what_is_raised_comes_through(tmp_path: Path) -> None:
    def on_progress(_: Progress) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        search_of(tmp_path, 16, "TRUE", on_progress).run()


def test_asking_changes_nothing(tmp_path: Path) -> None:
    seen: list[int] = []
    search = search_of(tmp_path, 14, "1 \\in s", lambda progress: seen.append(progress.generated))
    assert search.run() is None
    assert len(seen) > 100
    assert (search.initial, search.generated, search.distinct, search.depth) == (8192, 16384, 8192, 1)
