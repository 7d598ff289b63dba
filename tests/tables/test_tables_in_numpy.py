"""What is asked of tables here, with the NumPy core in place of the C core: the same verdicts, counts and findings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import test_random_models
import test_table_search

import modelcheck.core
from modelcheck.core import TABLES, Choice, native, numpy_core
from modelcheck.engine.closures import ClosureEngine
from modelcheck.explore import lookup
from modelcheck.explore.bfs import Search
from modelcheck.explore.task import make_task
from modelcheck.module import load

pytestmark = pytest.mark.skipif(not numpy_core.available(), reason="numpy is not installed")

hasty = test_random_models.hasty


@pytest.fixture(autouse=True)
def only_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the first table core that is there is asked for, it is NumPy's; the C core must not be made at all."""
    monkeypatch.setattr(modelcheck.core, "CORES", ("numpy",))
    monkeypatch.setattr(native, "Core", None)


@pytest.mark.parametrize("name", test_table_search.SPECS)
def test_same_as_closures(tmp_path: Path, name: str) -> None:
    closures, tables = test_table_search.both(tmp_path, name)
    assert tables == closures


@pytest.mark.usefixtures("hasty")
def test_random_models_agree(tmp_path: Path) -> None:
    used = sum(
        [test_random_models.compare(tmp_path, seed, 0.15 if seed % 3 == 0 else 0.0)[1] for seed in range(48, 60)]
    )
    assert used >= 6, "most of the models are explored by tables to the end"


@pytest.mark.slow
@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("batch", range(4))
def test_many_random_models_agree(tmp_path: Path, batch: int) -> None:
    for seed in range(3000 + 50 * batch, 3050 + 50 * batch):
        test_random_models.compare(tmp_path, seed, 0.15 if seed % 3 == 0 else 0.0)


def test_few_evaluations(tmp_path: Path) -> None:
    """A row learnt once serves every state that agrees on what was read: as many rows as with the C core."""
    test_table_search.test_few_evaluations(tmp_path, False)


def test_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    test_table_search.test_profile(tmp_path, capsys)


def test_saved_and_dumped_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    test_table_search.test_saved_and_dumped_alike(tmp_path, capsys)


LIVE = """---- MODULE T ----
EXTENDS Naturals
VARIABLES x, s
Init == x = 0 /\\ s = {}
Up == x < 30 /\\ x' = x + 1 /\\ UNCHANGED s
Down == x = 30 /\\ x' = 0 /\\ s' = {}
Put == \\E k \\in 1..3 : k \\notin s /\\ s' = s \\cup {k} /\\ UNCHANGED x
Next == Up \\/ Down \\/ Put
Spec == Init /\\ [][Next]_<<x, s>> /\\ WF_<<x, s>>(Up)
Top == <>(x = 30)
Full == []<>(s = 1..3)
====
"""


@pytest.mark.parametrize(("formula", "verdict"), [("Top", "holds"), ("Full", "violated")])
def test_liveness(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, formula: str, verdict: str
) -> None:
    from modelcheck.cli import main

    monkeypatch.setattr(lookup, "WARM_UP", 20)
    (tmp_path / "T.tla").write_text(LIVE)
    (tmp_path / "T.cfg").write_text(f"SPECIFICATION Spec\nPROPERTY {formula}\nCHECK_DEADLOCK FALSE\n")
    said = {}
    for options in (["--engine", "closures"], ["--core", "numpy"]):
        main(["check", str(tmp_path / "T.tla"), "--json", "--quiet", *options])
        said[options[1]] = json.loads(capsys.readouterr().out)
    keys = ("verdict", "property", "generated", "distinct", "depth", "counterexample")
    assert [said["numpy"][k] for k in keys] == [said["closures"][k] for k in keys]
    assert (said["numpy"]["verdict"], said["numpy"]["distinct"]) == (verdict, 31 * 8)
    assert said["numpy"]["engine"] == "tables (NumPy)"


def test_steps_kept_are_the_closures(tmp_path: Path) -> None:
    (tmp_path / "T.tla").write_text(LIVE)
    (tmp_path / "T.cfg").write_text("SPECIFICATION Spec\nPROPERTY Top\nCHECK_DEADLOCK FALSE\n")
    graphs = []
    for make in (Search, lookup.LookupSearch):
        model = load(tmp_path / "T.tla")
        engine = ClosureEngine(model)
        more = {} if make is Search else {"warm_up": 5, "core": Choice(TABLES)}
        search = make(engine, make_task(model, engine), **more)
        assert search.run() is None
        assert search.graph is not None
        graphs.append([sorted(search.graph.steps(i)) for i in range(search.distinct)])
    assert search.engine.name == "tables (NumPy)"
    assert graphs[0] == graphs[1]
