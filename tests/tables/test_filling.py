"""Misses of tables answered natively (`engine/filler.py`): used where they should be, and with the closures' outcome.

That rows learnt so say the same is asked by every test of tables; here it is asked whether they are learnt so at all,
and what happens around them: many states taken over at once, growth that drops rows, what only Python can evaluate.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from random_models import model, symmetric_model, symmetric_view
from test_native_search import closures_and

from modelcheck.cli import main
from modelcheck.core import TABLES, Choice, native
from modelcheck.core.native import ACTION, STATE_PREDICATE, STEP_PREDICATE, Core
from modelcheck.core.native import load as load_core
from modelcheck.engine import slots
from modelcheck.engine.atoms import _Scan
from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.native import load as load_native
from modelcheck.engine.tables import Tables
from modelcheck.explore import lookup, nativesearch, thrift, trial
from modelcheck.explore.task import make_task
from modelcheck.module import load

pytestmark = pytest.mark.skipif(
    load_core() is None or load_native() is None, reason="the compiled cores were not built"
)

KINDS = (ACTION, STATE_PREDICATE, STEP_PREDICATE)


def searched(folder: Path, text: str, cfg: str, core: Choice) -> lookup.LookupSearch:
    """The search of a module T by tables, ended."""
    (folder / "T.tla").write_text(text)
    (folder / "T.cfg").write_text(cfg)
    loaded = load(folder / "T.tla")
    engine = ClosureEngine(loaded)
    search = lookup.LookupSearch(engine, make_task(loaded, engine), warm_up=0, core=core)
    search.run()
    return search


def misses(tables: Tables) -> tuple[int, int]:
    """Answered natively, and by Python."""
    natively = tables.filler.totals()[0] if tables.filler is not None else 0
    return natively, sum(instance.misses for kind in KINDS for instance in tables.instances(kind))


def test_most_misses_are_answered_natively(tmp_path: Path) -> None:
    natively = by_python = 0
    for seed in range(40):
        text, cfg = model(random.Random(seed), 0.0)
        tables = searched(tmp_path, text, cfg, Choice(TABLES, 1)).tables
        if isinstance(tables, Tables):
            assert tables.filler is not None
            found = misses(tables)
            natively, by_python = natively + found[0], by_python + found[1]
    assert natively > 3 * by_python > 0


TYPED = r"""---- MODULE T ----
EXTENDS Naturals, Sequences
VARIABLES q, r
Init == q = <<>> /\ r = <<0, 0, 0>>
Put == Len(q) < 4 /\ \E n \in 1..3 : q' = Append(q, n) /\ UNCHANGED r
Get == q # <<>> /\ q' = Tail(q) /\ \E i \in 1..3 : r' = [r EXCEPT ![i] = Head(q)]
Next == Put \/ Get
TypeOK == q \in Seq(1..%d) /\ r \in Seq(0..3)
====
"""


@pytest.mark.parametrize("top", [3, 2])
def test_membership_in_seq_is_asked_natively(tmp_path: Path, top: int) -> None:
    """Of a sequence that is one value of the state, and of one that has a place for each element."""
    cfg = "INIT Init\nNEXT Next\nINVARIANT TypeOK\nCHECK_DEADLOCK FALSE\n"
    search = searched(tmp_path, TYPED % top, cfg, Choice(TABLES, 1))
    assert isinstance(search.tables, Tables)
    natively, by_python = misses(search.tables)
    assert by_python <= 3 < natively
    assert main(["check", str(tmp_path / "T.tla"), "--core", "c", "--quiet"]) == (0 if top == 3 else 12)


def test_none_is_where_it_is_not_wanted(tmp_path: Path) -> None:
    text, cfg = model(random.Random(1), 0.0)
    tables = searched(tmp_path, text, cfg, Choice(TABLES, 1, fills=False)).tables
    assert isinstance(tables, Tables)
    assert tables.filler is None
    assert misses(tables)[0] == 0 < misses(tables)[1]


GROWING = r"""---- MODULE T ----
EXTENDS Naturals, FiniteSets
VARIABLES sent, n, seen
Init == sent = {} /\ n = 0 /\ seen = 0
Send == n < 9 /\ n' = n + 1 /\ sent' = sent \cup {<<n, n % 3>>} /\ UNCHANGED seen
Look == seen' = Cardinality({m \in sent : m[2] = 1}) /\ seen' # seen /\ UNCHANGED <<sent, n>>
Drop == \E m \in sent : m[2] = 2 /\ sent' = sent \ {m} /\ UNCHANGED <<n, seen>>
Clear == Cardinality(sent) > 6 /\ sent' = {m \in sent : m[1] > 7} /\ UNCHANGED <<n, seen>>
Next == Send \/ Look \/ Drop \/ Clear
Inv == \A m \in sent : m[2] = m[1] % 3
====
"""


@pytest.mark.parametrize("room", [1, 12])
def test_rows_that_speak_of_a_set_go_when_it_grows(
    tmp_path: Path, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "ROOM", room)
    found = []
    for fills in (True, False):
        cfg = "INIT Init\nNEXT Next\nINVARIANT Inv\nCHECK_DEADLOCK FALSE\n"
        search = searched(tmp_path, GROWING, cfg, Choice(TABLES, 1, fills=fills))
        assert isinstance(search.tables, Tables)
        found.append((search.generated, search.distinct, search.depth))
        if fills:
            assert misses(search.tables)[0] >= 50
    assert found[0] == found[1] == (292, 114, 14)


@pytest.fixture
def begun_natively(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Initial states are found natively, and tables are tried at once. How many states each trial took over."""
    taken: list[int] = []
    for name, value in (("INITIAL_FEW", 0), ("INITIAL_BACK", 0), ("FIRST_S", 0.0), ("TAKING_OVER_S", 0.0)):
        monkeypatch.setattr(lookup, name, value)
    monkeypatch.setattr(trial, "STRIKES", 10**9)
    monkeypatch.setattr(trial, "FEW", 10**9)
    monkeypatch.setattr(nativesearch, "SLICE_S", 0.0)
    monkeypatch.setattr(slots, "ROOM", 1)
    load_rows = Tables.load_rows

    def counted(tables: Tables, *given: object) -> None:
        load_rows(tables, *given)  # type: ignore[arg-type]
        taken.append(tables.core.numbers()["distinct"])

    monkeypatch.setattr(Tables, "load_rows", counted)
    return taken


def test_tables_take_over_what_was_begun_natively(tmp_path: Path, begun_natively: list[int]) -> None:
    changed = 0
    for seed in range(300, 340):
        rng = random.Random(seed)
        text, cfg = model(rng, 0.0)
        search = closures_and(tmp_path, text, cfg, lookup.LookupSearch, rng.random() < 0.1)
        assert isinstance(search, lookup.LookupSearch)
        changed += isinstance(search.tables, Tables)
    assert changed >= 10
    assert max(begun_natively) > 3


LIVE = r"""---- MODULE T ----
EXTENDS Naturals
VARIABLE f
Init == f = [i \in 0..3 |-> 0]
Up(i) == f[i] < 6 /\ f' = [f EXCEPT ![i] = @ + 1]
Next == \E i \in 0..3 : Up(i)
Spec == Init /\ [][Next]_f /\ \A i \in 0..3 : WF_f(Up(i))
Ends == <>(\A i \in 0..3 : f[i] = 6)
Stays == \A i \in 0..3 : [](f[i] > 2 => <>(f[i] > 4))
Wrong == <>[](f[0] + f[1] = 11)
====
"""


def test_atoms_of_liveness_properties(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Their misses are answered natively inside the scans; the verdicts are those of the closures."""
    filled: list[int] = []
    run = _Scan.run

    def counted(scan: _Scan, scanned: object) -> bool:
        before = scan.misses
        done = run(scan, scanned)  # type: ignore[arg-type]
        filled.append(scan.misses - before)
        return done

    monkeypatch.setattr(_Scan, "run", counted)
    (tmp_path / "T.tla").write_text(LIVE)
    said = []
    for name, properties in (("good", "Ends Stays"), ("bad", "Wrong")):
        (tmp_path / f"{name}.cfg").write_text(f"SPECIFICATION Spec\nPROPERTIES {properties}\nCHECK_DEADLOCK FALSE\n")
        for engine in ("closures", TABLES):
            asked = [str(tmp_path / "T.tla"), "--config", str(tmp_path / f"{name}.cfg"), "--engine", engine]
            code = main(["check", *asked, "--json", "--quiet"])
            counts = json.loads(capsys.readouterr().out)
            assert counts["engine"].startswith(engine)
            said.append((code, counts["generated"], counts["distinct"]))
    assert said[0] == said[1] != said[2] == said[3]
    assert filled
    assert sum(filled) == 0


# ---- states told apart by keys ----------------------------------------------------------------------------------


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are tried as soon as the native evaluator has begun, and follow it to the end."""
    monkeypatch.setattr(lookup, "FIRST_S", 0.0)
    monkeypatch.setattr(trial, "STRIKES", 10**9)
    monkeypatch.setattr(trial, "FEW", 10**9)
    monkeypatch.setattr(nativesearch, "SLICE_S", 0.0)
    monkeypatch.setattr(slots, "ROOM", 1)


def keyed(folder: Path, rng: random.Random, text: str, cfg: str) -> bool:
    """Whether tables told states apart by keys, to the end; the outcome is that of the closures."""
    warm_up = rng.choice((1, 5, 30))
    search = closures_and(folder, text, cfg, lambda *given: lookup.LookupSearch(*given, warm_up=warm_up))
    assert isinstance(search, lookup.LookupSearch)
    return isinstance(search.tables, Tables) and search.tables.keys is not None


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("some", [symmetric_model, symmetric_view])
@pytest.mark.parametrize("batch", range(3))
def test_tables_under_symmetry(
    tmp_path: Path, batch: int, some: Callable[[random.Random], tuple[str, str]]
) -> None:
    """With a view, too: what tells states apart is then that of the least state of an orbit, in TLC's order."""
    used = 0
    for seed in range(500 + 25 * batch, 525 + 25 * batch):
        rng = random.Random(seed)
        used += keyed(tmp_path, rng, *some(rng))
    assert used >= 5


def test_tables_alone_under_symmetry(tmp_path: Path) -> None:
    """Asked for by name, they begin without the native evaluator's search."""
    used = 0
    for seed in range(550, 580):
        rng = random.Random(seed)
        text, cfg = symmetric_model(rng)
        make = partial(lookup.LookupSearch, warm_up=0, core=Choice(TABLES, 1))
        search = closures_and(tmp_path, text, cfg, make, rng.random() < 0.2)
        assert isinstance(search, lookup.LookupSearch)
        used += isinstance(search.tables, Tables) and search.tables.keys is not None
    assert used >= 8


def with_view(text: str, cfg: str) -> tuple[str, str]:
    names = re.findall(r"\w+", re.findall(r"VARIABLES? (.*)", text)[0])
    view = f"View == <<{', '.join(names[:-1])}>>"
    text = text.replace("\nInit ==", f"\n{view}\nInit ==", 1)
    assert view in text
    return text, cfg + "VIEW View\n"


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("batch", range(2))
def test_tables_under_a_view(tmp_path: Path, batch: int) -> None:
    """A view leaves one variable out: which of several states stands for all depends on the order of the search."""
    used = 0
    for seed in range(600 + 25 * batch, 625 + 25 * batch):
        rng = random.Random(seed)
        used += keyed(tmp_path, rng, *with_view(*model(rng, 0.0)))
    assert used >= 5


class Eager(Core):
    """Several workers explore together from the first state on, wherever there are four."""

    rounds = 0

    def __init__(self, width: int, check_deadlock: bool, workers: int = 1) -> None:
        super().__init__(width, check_deadlock, workers)
        self.tune(0, 4)

    def run(self, pause_at: int) -> int:
        before = self.numbers()["state"]
        code = super().run(pause_at)
        Eager.rounds += self.numbers()["state"] >= before + 8
        return code


@pytest.mark.parametrize("workers", [2, 3])
@pytest.mark.parametrize("how", ["symmetry", "view", "both"])
def test_workers_share_what_is_told_apart_by_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int, how: str
) -> None:
    monkeypatch.setattr(native, "Core", Eager)
    monkeypatch.setattr(slots, "ROOM", 1)
    monkeypatch.setattr(Eager, "rounds", 0)
    used = 0
    for seed in range(800, 830):
        rng = random.Random(seed)
        if how == "view":
            text, cfg = with_view(*model(rng, 0.0))
        else:
            text, cfg = (symmetric_model if how == "symmetry" else symmetric_view)(rng)
        make = partial(lookup.LookupSearch, warm_up=rng.choice((0, 5)), core=Choice(TABLES, workers))
        search = closures_and(tmp_path, text, cfg, make, rng.random() < 0.2)
        assert isinstance(search, lookup.LookupSearch)
        used += isinstance(search.tables, Tables) and search.tables.keys is not None
    assert used >= 8 and Eager.rounds >= 8


def test_one_maker_of_keys_is_for_one_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the program cannot be copied: nobody explores together then."""
    monkeypatch.setattr(native, "Core", Eager)
    monkeypatch.setattr(Eager, "set_key", lambda core, *given: Core.set_key(core, *given[:3], None, None))
    monkeypatch.setattr(slots, "ROOM", 1)
    used = 0
    for seed in range(830, 840):
        rng = random.Random(seed)
        make = partial(lookup.LookupSearch, warm_up=0, core=Choice(TABLES, 2))
        search = closures_and(tmp_path, *symmetric_model(rng), make)
        assert isinstance(search, lookup.LookupSearch)
        used += isinstance(search.tables, Tables) and search.tables.keys is not None
    assert used >= 3


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("exact", [True, False])
def test_tables_under_symmetry_with_little_memory(
    tmp_path: Path, exact: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """States go to disk as soon as tables have taken over; their keys stay, or become fingerprints."""
    saved: list[bool] = []
    look = thrift.Thrift.look

    def early(self: thrift.Thrift, core: Any) -> None:
        if isinstance(core, Core):
            self.limit_mb, self.exact = 1, exact
            look(self, core)
            saved.append(self.fingerprints)

    monkeypatch.setattr(thrift.Thrift, "look", early)
    used = 0
    for seed in range(700, 720):
        rng = random.Random(seed)
        used += keyed(tmp_path, rng, *symmetric_model(rng))
    assert used >= 5
    assert len(saved) >= 5
    assert all(fingerprints is not exact for fingerprints in saved)
