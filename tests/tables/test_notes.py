"""What a search has noted of actions and constraints outlives a new layout: no false warning at the end."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_soak import EagerCore

from modelcheck.core import Choice
from modelcheck.core import native as table_core
from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.tables import Tables
from modelcheck.explore.bfs import Search
from modelcheck.explore.coverage import warnings_of
from modelcheck.explore.lookup import LookupSearch
from modelcheck.explore.nativesearch import available
from modelcheck.explore.task import make_task
from modelcheck.module import load

#: `Change` gives f another domain, so that all states are laid out anew; `Early` was taken, and `Out` false, before.
RESHAPED = """---- MODULE T ----
EXTENDS Naturals
VARIABLES n, f
Init == n = 0 /\\ f = [i \\in {1, 3} |-> 0]
Early == n = 2 /\\ n' = 3 /\\ UNCHANGED f
Up == n # 2 /\\ n < 30 /\\ n' = n + 1 /\\ UNCHANGED f
Astray == n = 4 /\\ n' = 77 /\\ UNCHANGED f
Change == n = 10 /\\ DOMAIN f = {1, 3} /\\ f' = [i \\in {2} |-> 1] /\\ UNCHANGED n
Never == n = 99 /\\ n' = 98 /\\ UNCHANGED f
Next == Early \\/ Up \\/ Astray \\/ Change \\/ Never
Out == n # 77
====
"""


@pytest.mark.parametrize("core", ["c", "numpy"])
def test_after_a_restart(tmp_path: Path, core: str) -> None:
    if Choice(core).module() is None:
        pytest.skip(f"no {core} core here")
    (tmp_path / "T.tla").write_text(RESHAPED)
    (tmp_path / "T.cfg").write_text("INIT Init\nNEXT Next\nCONSTRAINT Out\nCHECK_DEADLOCK FALSE\n")
    model = load(tmp_path / "T.tla")
    engine = ClosureEngine(model)
    whole = Search(engine, make_task(model, engine))
    search = LookupSearch(engine, make_task(model, engine), warm_up=0, core=Choice(core))
    assert (whole.run(), search.run()) == (None, None)
    assert isinstance(search.tables, Tables)
    assert search.tables.restarts > 0
    assert (search.generated, search.distinct) == (whole.generated, whole.distinct)
    assert [line.split(" (")[0] for line in warnings_of(whole)] == ["action Never"]
    assert warnings_of(search) == warnings_of(whole)


#: `Forth` is false of steps to states outside `Small` only, which was asked before; `Back` of others too.
OUTSIDE = """---- MODULE T ----
EXTENDS Naturals
VARIABLES x, y
Init == x = 0 /\\ y = 0
Next == (x' = x + 1 /\\ y' = y) \\/ (y' = y + 1 /\\ x' = x) \\/ (x > 20 /\\ x' = x - 2 /\\ y' = y)
Small == x < 40 /\\ y < 40
Forth == x' < 40
Back == x' >= x
====
"""


@pytest.mark.parametrize("core", [Choice("c", 1), Choice("c", 2), Choice("numpy"), Choice("native")], ids=str)
def test_constraints_of_states_are_asked_before_those_of_steps(
    tmp_path: Path, core: Choice, monkeypatch: pytest.MonkeyPatch
) -> None:
    if (core.name != "native" and core.module() is None) or (core.name == "native" and not available()):
        pytest.skip(f"no {core.name} core here")
    monkeypatch.setattr(table_core, "Core", EagerCore)
    (tmp_path / "T.tla").write_text(OUTSIDE)
    (tmp_path / "T.cfg").write_text("INIT Init\nNEXT Next\nCONSTRAINT Small\nACTION_CONSTRAINTS Forth Back\n")
    model = load(tmp_path / "T.tla")
    engine = ClosureEngine(model)
    whole = Search(engine, make_task(model, engine))
    search = LookupSearch(engine, make_task(model, engine), warm_up=0, core=core)
    assert (whole.run(), search.run()) == (None, None)
    assert search.tables is not None
    assert (search.generated, search.distinct) == (whole.generated, whole.distinct)
    assert warnings_of(whole) == ("ACTION_CONSTRAINT Forth excludes nothing",)
    assert warnings_of(search) == warnings_of(whole)
