"""The conformance suite's counts, by tables in the NumPy core, which declines what the C core declines."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent.parent / "conformance"))

from test_counts import COUNTS, engine_named

from modelcheck.core import Choice, numpy_core
from modelcheck.engine.closures import ClosureEngine
from modelcheck.explore.bfs import Task
from modelcheck.explore.lookup import LookupSearch

pytestmark = pytest.mark.skipif(not numpy_core.available(), reason="numpy is not installed")


def test_numpy_counts_the_same() -> None:
    declined = {"numpy": [], "c": []}
    for name, counts in COUNTS.items():
        for core, without in declined.items():
            if Choice(core).module() is None:
                continue
            made = engine_named(ClosureEngine, name)
            search = LookupSearch(made, Task(check_deadlock=False), warm_up=0, core=Choice(core))
            ended = search.run()
            if search.tables is None:
                without.append(name)
            else:
                assert search.engine.name == {"c": "tables (C)", "numpy": "tables (NumPy)"}[core]
            assert (name, (search.generated, search.distinct), ended) == (name, counts, None)
    assert len(declined["numpy"]) < len(COUNTS) / 3, declined
    assert declined["c"] == declined["numpy"] or Choice("c").module() is None
