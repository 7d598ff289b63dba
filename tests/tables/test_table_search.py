"""The table engine gives the closures' answer: same counts, same kind of finding, same length of counterexample."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.core import TABLES, Choice
from modelcheck.core.native import ACTION
from modelcheck.core.native import load as load_core
from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.tables import Tables
from modelcheck.explore import lookup
from modelcheck.explore.bfs import Finding, Search
from modelcheck.explore.task import make_task
from modelcheck.module import load

pytestmark = pytest.mark.skipif(load_core() is None, reason="the compiled core was not built")

HEADER = "---- MODULE T ----\nEXTENDS Naturals, Sequences, FiniteSets\n"

SPECS = {
    "counter": ("VARIABLE x\nInit == x = 0\nNext == x < 5 /\\ x' = x + 1\n", ""),
    "deadlock-free": ("VARIABLE x\nInit == x \\in 0..3\nNext == x' = (x + 1) % 4\n", ""),
    "function": (
        "VARIABLE f\nInit == f = [i \\in 1..3 |-> 0]\n"
        "Next == \\E i \\in 1..3 : f[i] < 3 /\\ f' = [f EXCEPT ![i] = @ + 1]\n",
        "",
    ),
    "set-growth": (
        "VARIABLES s, n\nInit == s = {} /\\ n = 0\n"
        "Next == \\/ n < 12 /\\ n' = n + 1 /\\ s' = s \\cup {n}\n"
        "        \\/ \\E m \\in s : s' = s \\ {m} /\\ UNCHANGED n\n",
        "Inv == Cardinality(s) <= 12\n",
    ),
    "sequence": (
        "VARIABLE q\nInit == q = <<>>\n"
        "Next == \\/ Len(q) < 4 /\\ \\E v \\in {1, 2} : q' = Append(q, v)\n        \\/ q # <<>> /\\ q' = Tail(q)\n",
        "Inv == q \\in Seq({1, 2})\n",
    ),
    "witnesses count": (
        "VARIABLES x, s\nInit == x = 0 /\\ s = {1, 2, 3}\n"
        "Next == \\E m \\in s : (m > 1 \\/ m < 3) /\\ x' = (x + 1) % 2 /\\ UNCHANGED s\n",
        "Inv == x \\in 0..1\n",
    ),
    "violated": (
        "VARIABLES x, y\nInit == x = 0 /\\ y = 0\n"
        "Next == \\/ x' = x + 1 /\\ UNCHANGED y\n        \\/ y' = y + 1 /\\ UNCHANGED x\n",
        "Inv == x + y < 4\n",
    ),
    "nested": (
        "VARIABLE st\nInit == st = [a |-> [n |-> 0, on |-> FALSE], b |-> {}]\n"
        "Next == \\/ st.a.n < 3 /\\ st' = [st EXCEPT !.a.n = @ + 1, !.b = @ \\cup {st.a.n}]\n"
        "        \\/ st' = [st EXCEPT !.a.on = ~ @]\n",
        "Inv == \\A m \\in st.b : m < 3\n",
    ),
    "shape changes": (
        "VARIABLE f\nInit == f = [i \\in {1, 3} |-> 0]\n"
        "Next == f' = IF DOMAIN f = {1, 3} THEN [i \\in {2} |-> 1] ELSE [i \\in {1, 3} |-> 1]\n",
        "",
    ),
}


def both(folder: Path, name: str) -> tuple[object, object]:
    body, inv = SPECS[name]
    (folder / "T.tla").write_text(HEADER + body + inv + "====\n")
    invariant = "INVARIANT Inv\n" if inv else ""
    (folder / "T.cfg").write_text("INIT Init\nNEXT Next\n" + invariant)
    model = load(folder / "T.tla")
    engine = ClosureEngine(model)
    task = make_task(model, engine)
    search = Search(engine, task)
    ended = search.run()
    tables = lookup.LookupSearch(engine, task, warm_up=0, core=Choice(TABLES))
    assert lookup.suits(model, task)
    other = tables.run()
    assert tables.tables is not None, tables.why
    return (outcome(search, ended), outcome(tables, other))


def outcome(search: object, ended: object) -> tuple[object, ...]:
    counts = (search.generated, search.distinct, search.depth)  # type: ignore[attr-defined]
    if not isinstance(ended, Finding):
        return (*counts, ended)
    length = len(search.path(ended))  # type: ignore[attr-defined]
    return (*counts, ended.kind, length)


@pytest.mark.parametrize("name", SPECS)
def test_same_as_closures(tmp_path: Path, name: str) -> None:
    closures, tables = both(tmp_path, name)
    assert tables == closures


@pytest.mark.parametrize("fills", [True, False])
def test_few_evaluations(tmp_path: Path, fills: bool) -> None:
    """A row learnt once serves every state that agrees on what was read."""
    body, _ = SPECS["function"]
    (tmp_path / "T.tla").write_text(HEADER + body + "====\n")
    (tmp_path / "T.cfg").write_text("INIT Init\nNEXT Next\nCHECK_DEADLOCK FALSE\n")
    model = load(tmp_path / "T.tla")
    engine = ClosureEngine(model)
    search = lookup.LookupSearch(engine, make_task(model, engine), warm_up=0, core=Choice(TABLES, fills=fills))
    assert search.run() is None
    assert (search.generated, search.distinct, search.depth) == (145, 64, 10)
    tables = search.tables
    assert isinstance(tables, Tables)
    assert (tables.filler is not None) is fills
    misses = [tables.cost(ACTION, i)[0] for i in range(len(tables.instances(ACTION)))]
    assert misses == [4, 4, 4]  # for each value of the one part that an instance reads


def test_the_command_gives_the_same_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import json

    from modelcheck.cli import main

    body, inv = SPECS["violated"]
    (tmp_path / "T.tla").write_text(HEADER + body + inv + "====\n")
    (tmp_path / "T.cfg").write_text("INIT Init\nNEXT Next\nINVARIANT Inv\n")
    said = {}
    for engine in ("closures", "tables"):
        assert main(["check", str(tmp_path / "T.tla"), "--engine", engine, "--json"]) == 12
        said[engine] = json.loads(capsys.readouterr().out)
    assert said["tables"]["engine"] == "closures"  # so few states that the tables were not needed
    assert said["closures"]["engine"] == "closures"
    keys = ("verdict", "property", "generated", "distinct", "depth", "initial")
    assert {k: said["tables"][k] for k in keys} == {k: said["closures"][k] for k in keys}
    assert len(said["tables"]["counterexample"]["states"]) == 5


def test_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each instance with its lookups and misses; the verdict is on standard output alone."""
    import json

    from modelcheck.cli import main

    text = (
        "VARIABLES f, s\nInit == f = [i \\in 1..4 |-> 0] /\\ s = {}\n"
        "Up == \\E i \\in 1..4 : f[i] < 5 /\\ f' = [f EXCEPT ![i] = @ + 1] /\\ UNCHANGED s\n"
        "Flip == s' = (IF 1 \\in s THEN s \\ {1} ELSE s \\cup {1}) /\\ UNCHANGED f\nNext == Up \\/ Flip\n"
        "Inv == \\A i \\in 1..4 : f[i] <= 5\n"
    )
    (tmp_path / "T.tla").write_text(HEADER + text + "====\n")
    (tmp_path / "T.cfg").write_text("INIT Init\nNEXT Next\nINVARIANT Inv\n")
    assert main(["check", str(tmp_path / "T.tla"), "--engine", "tables", "--profile", "--json", "--quiet"]) == 0
    said = capsys.readouterr()
    counts = json.loads(said.out)
    assert (counts["generated"], counts["distinct"]) == (1 + 2592 + 4 * 5 * 6**3 * 2, 2592)
    assert counts["engine"].startswith("tables")
    lines = said.err.splitlines()
    assert lines[0].split() == ["lookups", "misses", "rate", "rows", "bits", "seconds", "instance"]
    shown = {line.split("  ")[-1].strip(): line.split() for line in lines[1:-1]}
    assert {"Up [1]", "Up [2]", "Up [3]", "Up [4]", "Flip", "state: f[i] <= 5 [4]"} <= shown.keys()
    assert shown["Flip"][1] == "2", "one miss for each value of the one bit that it reads"
    assert int(shown["Up [1]"][1]) == 6


def test_profile_of_a_small_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from modelcheck.cli import main

    (tmp_path / "T.tla").write_text(HEADER + SPECS["counter"][0] + "====\n")
    (tmp_path / "T.cfg").write_text("INIT Init\nNEXT Next\nCHECK_DEADLOCK FALSE\n")
    assert main(["check", str(tmp_path / "T.tla"), "--profile", "--quiet"]) == 0
    assert capsys.readouterr().err == "the closures explored everything\n"


def test_saved_and_dumped_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A search saved by one engine goes on in the other; the graph that is dumped is the same."""
    import json

    from modelcheck.cli import main

    text = (
        "VARIABLES f, s\nInit == f = [i \\in 1..3 |-> 0] /\\ s = {}\n"
        "Next == \\/ \\E i \\in 1..3 : f[i] < 5 /\\ f' = [f EXCEPT ![i] = @ + 1] /\\ UNCHANGED s\n"
        "        \\/ \\E k \\in 1..2 : s' = (IF k \\in s THEN s \\ {k} ELSE s \\cup {k}) /\\ UNCHANGED f\n"
    )
    (tmp_path / "T.tla").write_text(HEADER + text + "====\n")
    (tmp_path / "T.cfg").write_text("INIT Init\nNEXT Next\n")
    command = ["check", str(tmp_path / "T.tla"), "--json", "--quiet"]

    def told(*more: str) -> tuple[object, ...]:
        main([*command, *more])
        said = json.loads(capsys.readouterr().out)
        return said["verdict"], said["generated"], said["distinct"], said["depth"]

    whole = ("holds", 1 + 864 * 2 + 4 * 3 * 5 * 36, 864, 18)
    graphs = []
    for engine, other in (("tables", "closures"), ("closures", "tables")):
        saved, dumped = str(tmp_path / f"{engine}.ck"), tmp_path / f"{engine}.json"
        assert told("--engine", engine, "--max-states", "800", "--checkpoint", saved)[0] == "stopped"
        assert told("--engine", other, "--recover", saved) == whole
        assert told("--engine", engine, "--dump", str(dumped)) == whole
        graphs.append(json.loads(dumped.read_text()))
    assert graphs[0] == graphs[1]
