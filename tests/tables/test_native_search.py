"""The native evaluator's search gives the closures' answer: counts, findings, the counterexample itself.

Every model here is explored natively from the first state on (`--core native` refuses what it cannot do), or taken
over from closures or tables in the middle; a search that would quietly go on with the closures makes a test fail.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from random_models import model as random_model
from random_models import symmetric_model, symmetric_view

from modelcheck import check
from modelcheck.core import Choice
from modelcheck.engine import pace, slots
from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.tables import Tables
from modelcheck.explore import bfs, lookup, nativesearch, trial
from modelcheck.explore.bfs import Finding, Limits, Progress, Search, Stop
from modelcheck.explore.nativesearch import NativeTables, available
from modelcheck.explore.task import make_task
from modelcheck.module import load
from modelcheck.values import reset_order

pytestmark = pytest.mark.skipif(not available(), reason="the native evaluator was not built")

NATIVE = Choice("native")
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
    found.append(sorted(a for a, times in search.taken.items() if times) if complete else None)
    found.append(list(search.states) if complete else None)
    found.append(list(search.parents) if complete else None)
    return tuple(found)


def closures_and(
    folder: Path, text: str, cfg: str, make: Callable[..., Search], keep_going: bool = False, limits: Limits = LIMITS
) -> Search:
    """Both searches have the same outcome; the second search."""
    (folder / "T.tla").write_text(text)
    (folder / "T.cfg").write_text(cfg)
    outcomes, searches = [], []
    for kind in (Search, make):
        reset_order()
        loaded = load(folder / "T.tla")
        engine = ClosureEngine(loaded)
        search = kind(engine, make_task(loaded, engine), limits, None, keep_going)
        outcomes.append(outcome(search, keep_going))
        searches.append(search)
    if None not in outcomes[0][:1]:
        assert outcomes[1] == outcomes[0], f"{text}{cfg}"
    else:
        assert outcomes[1][:2] == outcomes[0][:2], f"{text}{cfg}"
    return searches[1]


def natively(warm_up: int = 0) -> Callable[..., Search]:
    """A search that goes over to the native evaluator after so many successors."""

    def make(*arguments: Any) -> lookup.LookupSearch:
        return lookup.LookupSearch(*arguments, warm_up=warm_up, core=NATIVE)

    return make


def known_share(search: Search) -> float:
    """The share of states for which the evaluator had an answer."""
    assert isinstance(search, lookup.LookupSearch)
    assert isinstance(search.tables, NativeTables), search.why
    numbers = search.tables.core.numbers()
    both = numbers["explored"] + numbers["unknown"]
    return numbers["explored"] / both if both else 1.0


@pytest.mark.parametrize("batch", range(4))
def test_random_models(tmp_path: Path, batch: int) -> None:
    shares = []
    for seed in range(12 * batch, 12 * batch + 12):
        rng = random.Random(seed)
        text, cfg = random_model(rng, 0.15 if seed % 3 == 0 else 0.0)
        keep_going = rng.random() < 0.2
        warm_up = rng.choice((0, 0, 1, 7))
        search = closures_and(tmp_path, text, cfg, natively(warm_up), keep_going)
        if search.engine.name != "closures":
            shares.append(known_share(search))
    assert len(shares) >= 6
    assert sum(shares) / len(shares) > 0.8, "the evaluator knows most states"


WRITTEN_OR_NOT = r"""---- MODULE T ----
EXTENDS Naturals, FiniteSets
VARIABLES todo, done, last
Init == todo = [p \in {"a", "b"} |-> {}] /\ done = <<0, 0..1>> /\ last = [of |-> {}, n |-> 0]
Fill(p) == /\ todo[p] = {} /\ done[1] < 2
           /\ todo' = [todo EXCEPT ![p] = 1..2] /\ done' = [done EXCEPT ![1] = @ + 1] /\ UNCHANGED last
Put(p) == /\ Cardinality(todo[p]) < 2
          /\ \E n \in 1..2 : todo' = [todo EXCEPT ![p] = @ \cup {n}]
          /\ UNCHANGED <<done, last>>
Take(p) == /\ \E n \in todo[p] : todo' = [todo EXCEPT ![p] = @ \ {n}] /\ last' = [of |-> todo[p], n |-> n]
           /\ UNCHANGED done
Lots == /\ done' = [done EXCEPT ![2] = IF last.n = 1 THEN {0, 1} ELSE 0..1]
        /\ last' = [of |-> SUBSET {1}, n |-> 0] /\ UNCHANGED todo
Next == Lots \/ \E p \in {"a", "b"} : Fill(p) \/ Put(p) \/ Take(p)
====
"""


@pytest.mark.parametrize("warm_up", [0, 1, 3, 10, 30, 100])
def test_a_set_in_a_function_is_one_value_however_it_is_written(tmp_path: Path, warm_up: int) -> None:
    """Intervals and other sets that the closures have not written out, inside of values that are handed over."""
    cfg = "INIT Init\nNEXT Next\nCHECK_DEADLOCK FALSE\n"
    make = partial(lookup.LookupSearch, warm_up=warm_up, core=Choice(None, 1))
    search = closures_and(tmp_path, WRITTEN_OR_NOT, cfg, make)
    assert known_share(search) == 1
    assert (search.generated, search.distinct) == (1_511, 240)


SAME_SETS = ("{}", "{1}", "1..1", "{1, 2}", "1..2", "{2, 1}", "1..2 \\ {2}", "DOMAIN <<7, 8>>",
             "w[p] \\cup {1}", "w[p] \\ {1}", "SUBSET {}", "{{}}", "UNION {1..1, {2}}")  # fmt: skip
AROUND = ("[w EXCEPT ![p] = %s]", "[o \\in P |-> IF o = p THEN %s ELSE w[o]]",
          "[w EXCEPT ![p] = %s, ![p] = @ \\cap {1, 2}]")  # fmt: skip


def sets_within(rng: random.Random) -> tuple[str, str]:
    """A model whose functions, tuples and records hold few sets, each written in many ways."""
    arms = []
    for n in range(rng.randint(3, 6)):
        first, second, third = (rng.choice(SAME_SETS) for _ in range(3))
        pair = rng.choice(("t", f"<<{second}, t[1]>>", f"[t EXCEPT ![2] = {third}]"))
        arms.append(f"n = {n % 3} /\\ w' = {rng.choice(AROUND) % first} /\\ t' = {pair}"
                    f" /\\ r' = [of |-> {rng.choice((second, 'r.of'))}, n |-> n]"
                    " /\\ n' \\in {n, (n + 1) % 3}")  # fmt: skip
    lines = ["---- MODULE T ----", "EXTENDS Integers", "VARIABLES w, t, r, n", 'P == {"a", "b"}',
             "Init == w = [p \\in P |-> {}] /\\ t = <<{}, 1..2>> /\\ r = [of |-> 1..1, n |-> 0] /\\ n = 0",
             "Next == \\E p \\in P : " + " \\/ ".join(f"({arm})" for arm in arms), "===="]  # fmt: skip
    return "\n".join(lines) + "\n", "INIT Init\nNEXT Next\nCHECK_DEADLOCK FALSE\n"


@pytest.mark.parametrize("name", [None, "native", "c"])
def test_sets_in_values_that_are_handed_over(tmp_path: Path, name: str | None) -> None:
    """By any engine, and by any of them after the closures have explored some."""
    moved = 0
    for seed in range(12):
        rng = random.Random(seed)
        text, cfg = sets_within(rng)
        make = partial(lookup.LookupSearch, warm_up=rng.choice((0, 3, 20)), core=Choice(name, rng.choice((1, 2))))
        moved += closures_and(tmp_path, text, cfg, make).engine.name != "closures"
    assert moved >= 8


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(10))
def test_many_random_models(tmp_path: Path, batch: int) -> None:
    for seed in range(2000 + 100 * batch, 2100 + 100 * batch):
        rng = random.Random(seed)
        text, cfg = random_model(rng, 0.15 if seed % 3 == 0 else 0.0)
        closures_and(tmp_path, text, cfg, natively(rng.choice((0, 0, 1, 7))), rng.random() < 0.2)
        text, cfg = symmetric_model(rng)
        closures_and(tmp_path, text, cfg, natively(rng.choice((0, 0, 1, 7))), rng.random() < 0.2)


@pytest.mark.parametrize("batch", range(2))
def test_views(tmp_path: Path, batch: int) -> None:
    """Of the states that look alike, the one found first is kept."""
    shares = []
    for seed in range(100 + 10 * batch, 110 + 10 * batch):
        rng = random.Random(seed)
        text, cfg = random_model(rng, 0.0)
        view = rng.choice(("<<msgs, st, c>>", "<<msgs, c, b.k>>", "IF b.on THEN <<msgs, 0>> ELSE <<st, c>>", "c"))
        text = text.replace("\n====", f"\nLook == {view}\n====")
        search = closures_and(tmp_path, text, cfg + "VIEW Look\n", natively(rng.choice((0, 3))), rng.random() < 0.2)
        if search.engine.name != "closures":
            shares.append(known_share(search))
    assert len(shares) >= 5
    assert sum(shares) / len(shares) > 0.8, "the evaluator knows most states"


@pytest.mark.parametrize("some", [symmetric_model, symmetric_view])
@pytest.mark.parametrize("batch", range(2))
def test_symmetric_models(tmp_path: Path, batch: int, some: Callable[[random.Random], tuple[str, str]]) -> None:
    """One state of each orbit is kept, the one found first; with a view, of those whose least states look alike."""
    used = 0
    for seed in range(12 * batch, 12 * batch + 12):
        rng = random.Random(seed)
        text, cfg = some(rng)
        search = closures_and(tmp_path, text, cfg, natively(rng.choice((0, 3))), rng.random() < 0.2)
        if search.engine.name != "closures":
            used += known_share(search) > 0.9
    assert used >= 5


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are tried at once, as often as the native evaluator pauses."""
    monkeypatch.setattr(slots, "ROOM", 1)
    monkeypatch.setattr(lookup, "FIRST_S", 0.0)
    monkeypatch.setattr(trial, "STRIKES", 10**9)
    monkeypatch.setattr(trial, "FEW", 10**9)
    monkeypatch.setattr(nativesearch, "SLICE_S", 0.0)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("misses", [None, 5, 60])
def test_tables_on_trial(tmp_path: Path, misses: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables that follow take over at any point, and what they have found goes back whole, wherever they give up."""
    changed: list[bool] = []
    change = lookup.LookupSearch._change_to
    monkeypatch.setattr(lookup.LookupSearch, "_change_to", lambda self, *a: (change(self, *a), changed.append(True)))
    if misses is not None:
        monkeypatch.setattr(pace.Pace, "gains", _gains(misses))
    back = 0
    for seed in range(200, 230):
        rng, before = random.Random(seed), len(changed)
        text, cfg = random_model(rng, 0.0)
        monkeypatch.setattr(trial, "SLICE_S", rng.choice((0.001, 9.0)))
        make = natively_at_first(rng.choice((1, 3, 20)))
        search = closures_and(tmp_path, text, cfg, make)
        assert isinstance(search, lookup.LookupSearch)
        back += len(changed) > before and isinstance(search.tables, NativeTables)
    assert len(changed) >= 6
    assert back >= 2 if misses == 5 else misses == 60 or not back


def natively_at_first(warm_up: int) -> Callable[..., Search]:
    """A search by whatever is quickest, after so many successors."""
    return lambda *arguments: lookup.LookupSearch(*arguments, warm_up=warm_up)


def _gains(misses: int) -> Callable[..., bool]:
    def gains(self: pace.Pace, explored: int, seconds: float, growth: int, more: int = 1) -> bool:
        self.misses += more
        return self.misses < misses

    return gains


# ---- limits, saved searches, the command ------------------------------------------------------------------------

GRID = """---- MODULE T ----
EXTENDS Naturals
VARIABLES x, y
Init == x = 0 /\\ y = 0
Right == x < 40 /\\ x' = x + 1 /\\ y' = y
Up == y < 40 /\\ y' = y + 1 /\\ x' = x
Never == x > 40 /\\ x' = 0 /\\ y' = y
Next == Right \\/ Up \\/ Never
Inv == x + y <= 80
====
"""
GRID_CFG = "INIT Init\nNEXT Next\nINVARIANT Inv\nCHECK_DEADLOCK FALSE\n"
WHOLE = ("holds", 1 + 2 * 41 * 40, 41 * 41, 81)


def told(capsys: pytest.CaptureFixture[str], folder: Path, *more: str) -> dict[str, Any]:
    """What the command says of `T.tla`."""
    from modelcheck.cli import main

    main(["check", str(folder / "T.tla"), "--json", "--quiet", *more])
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    return said


def counts(said: dict[str, Any]) -> tuple[Any, ...]:
    return said["verdict"], said["generated"], said["distinct"], said["depth"]


@pytest.fixture
def grid(tmp_path: Path) -> Path:
    (tmp_path / "T.tla").write_text(GRID)
    (tmp_path / "T.cfg").write_text(GRID_CFG)
    return tmp_path


def test_the_command_names_the_engine(grid: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, grid, "--core", "native")
    assert (said["engine"], counts(said)) == ("native (C)", WHOLE)
    assert [w for w in said["warnings"] if "Never" in w], "an action that is never taken is told"


def test_profile(grid: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from modelcheck.cli import main

    assert main(["check", str(grid / "T.tla"), "--quiet", "--core", "native", "--profile"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "the native evaluator explored 1,681 states"
    assert lines[1] == "0 were left to the closures, 0 of them because it does not know them"


def test_limits(grid: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, grid, "--core", "native", "--max-states", "500")
    assert (said["verdict"], said["engine"]) == ("stopped", "native (C)")
    assert 500 < said["distinct"] < 510
    said = told(capsys, grid, "--core", "native", "--max-depth", "10")
    assert counts(said) == ("stopped", 1 + 2 * 55, 66, 11)


@pytest.mark.parametrize("engines", [("native", "c"), ("c", "native"), ("native", "native")])
def test_saved_searches_go_on(grid: Path, capsys: pytest.CaptureFixture[str], engines: tuple[str, str]) -> None:
    saved = str(grid / "saved.ck")
    one, other = engines
    said = told(capsys, grid, "--core", one, "--max-states", "1200", "--checkpoint", saved)
    assert said["verdict"] == "stopped"
    assert counts(told(capsys, grid, "--core", other, "--recover", saved)) == WHOLE


def test_dumped_graph(grid: Path, capsys: pytest.CaptureFixture[str]) -> None:
    graphs = []
    for engine in (["--core", "native"], ["--engine", "closures"]):
        dumped = grid / "graph.json"
        assert counts(told(capsys, grid, "--dump", str(dumped), *engine)) == WHOLE
        graphs.append(json.loads(dumped.read_text()))
    assert graphs[0] == graphs[1]


def test_little_memory(grid: Path) -> None:
    """States on disk, and told apart by fingerprints: the same counts."""
    loaded = load(grid / "T.tla")
    engine = ClosureEngine(loaded)
    search = lookup.LookupSearch(engine, make_task(loaded, engine), core=NATIVE)
    search.thrift.limit_mb = 1
    assert search.run() is None
    assert (search.generated, search.distinct, search.depth) == WHOLE[1:]
    assert "fingerprints" in search.doubt
    assert search.states[1680] == (40, 40)


MANY = """---- MODULE T ----
EXTENDS Naturals
VARIABLES a, b
Init == a \\in [1..5 -> 0..3] /\\ b = {i \\in 1..5 : a[i] = 0}
Next == \\E i \\in b : a' = [a EXCEPT ![i] = 1] /\\ b' = b \\ {i}
Inv == %s
====
"""


@pytest.mark.parametrize("inv", ["\\A i \\in b : a[i] = 0", "a # <<3, 3, 3, 3, 3>>", "a[6 - a[1]] # 7 \\/ a[a[1]] > 7"])
@pytest.mark.parametrize("back", [0, 100_000])
def test_many_initial_states(tmp_path: Path, inv: str, back: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are found natively; where something is wrong with one, the closures find them all."""
    monkeypatch.setattr(lookup, "INITIAL_BACK", back)
    begun: list[bool] = []
    begin = NativeTables.begin
    monkeypatch.setattr(NativeTables, "begin", lambda self: begun.append(begin(self)) or begun[-1])
    cfg = "INIT Init\nNEXT Next\nINVARIANT Inv\nCHECK_DEADLOCK FALSE\n"
    search = closures_and(tmp_path, MANY % inv, cfg, lambda *a: lookup.LookupSearch(*a), limits=Limits())
    assert begun == [inv.startswith("\\A")]
    assert search.initial == (1024 if begun[0] else search.initial)
    assert search.engine.name == ("native (C)" if begun[0] and not back else search.engine.name)


def test_what_it_does_not_do_is_refused_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An invariant that asks how the run stands is the closures'; by name, that is said."""
    text = GRID.replace("EXTENDS Naturals", "EXTENDS Naturals, TLC").replace("x + y <= 80", 'TLCGet("level") < 99')
    (tmp_path / "T.tla").write_text(text)
    (tmp_path / "T.cfg").write_text(GRID_CFG)
    said = told(capsys, tmp_path, "--core", "native")
    assert said["error"]["code"] == "U001"
    assert "Inv asks how the run stands" in said["error"]["message"]
    assert counts(told(capsys, tmp_path)) == WHOLE


# ---- what the evaluator does not know ------------------------------------------------------------------------------

BIG = """---- MODULE T ----
EXTENDS Integers
VARIABLES x, y
Init == x = 0 /\\ y = 1
Next == \\/ x < %d /\\ x' = x + 1 /\\ y' = y
        \\/ y < 2^70 /\\ y' = y * 32 /\\ x' = x
Inv == x + y # 0
====
"""
HIDDEN = """---- MODULE T ----
EXTENDS Integers
VARIABLES x, y
Init == x = 0 /\\ y = 0
Next == \\/ x < 40 /\\ x' = ((2^61 + x) * 2 - 2^62) \\div 2 + 1 /\\ y' = y
        \\/ y < 40 /\\ y' = y + 1 /\\ x' = x
====
"""
BIG_CFG = "INIT Init\nNEXT Next\nINVARIANT Inv\nCHECK_DEADLOCK FALSE\n"


@pytest.mark.parametrize("keep_going", [False, True])
def test_values_that_it_cannot_hold(tmp_path: Path, keep_going: bool) -> None:
    """The search goes back to the closures at the first integer of more than 62 bits."""
    search = closures_and(tmp_path, BIG % 9, BIG_CFG, natively(), keep_going)
    assert isinstance(search, lookup.LookupSearch)
    assert (search.generated, search.distinct) == (1 + 9 * 15 + 10 * 14, 150)
    assert search.tables is None
    assert search.why == "values that the native evaluator cannot hold"


def test_few_unknown_states_are_the_closures(tmp_path: Path) -> None:
    """Integers of more than 62 bits on the way to smaller ones: the closures explore those states, and only those."""
    search = closures_and(
        tmp_path, HIDDEN.replace("x < 40 /", "x < 2 /"), BIG_CFG.replace("INVARIANT Inv\n", ""), natively()
    )
    assert isinstance(search, lookup.LookupSearch)
    assert isinstance(search.tables, NativeTables)
    numbers = search.tables.core.numbers()
    assert (numbers["unknown"], numbers["explored"]) == (2 * 41, 41)


def test_many_unknown_states_end_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nativesearch, "UNKNOWN_MAX", 50)
    search = closures_and(tmp_path, HIDDEN, BIG_CFG.replace("INVARIANT Inv\n", ""), natively(), limits=Limits())
    assert isinstance(search, lookup.LookupSearch)
    assert search.tables is None
    assert search.why == "the native evaluator does not know 51 of 51 states"
    assert (search.generated, search.distinct, search.depth) == WHOLE[1:]


@pytest.mark.parametrize("text", [HIDDEN, BIG % 40])
def test_tables_where_it_does_not_know(tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless it was asked for by name, tables go on where the native evaluator has to give up."""
    monkeypatch.setattr(nativesearch, "UNKNOWN_MAX", 50)
    cfg = BIG_CFG.replace("INVARIANT Inv\n", "") if text == HIDDEN else BIG_CFG
    search = closures_and(tmp_path, text, cfg, natively_at_first(1), limits=Limits())
    assert isinstance(search, lookup.LookupSearch)
    assert isinstance(search.tables, Tables)
    assert search.distinct > 500


def test_interrupted_between_two_states(grid: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C: the counts are those of the states explored so far."""
    monkeypatch.setattr(nativesearch, "SLICE_S", 0.0)
    monkeypatch.setattr(bfs, "_TICK_EVERY_S", 0.0)

    def press(progress: Progress) -> None:
        if progress.distinct > 300:
            raise KeyboardInterrupt

    loaded = load(grid / "T.tla")
    engine = ClosureEngine(loaded)
    search = lookup.LookupSearch(engine, make_task(loaded, engine), None, press, core=NATIVE)
    assert search.run() == Stop("interrupted")
    assert isinstance(search.tables, NativeTables)
    assert 300 < search.distinct < 400
    explored = search.distinct - search.frontier
    parents = [search.parents[i] for i in range(search.distinct)]
    assert max(parents) == explored - 1
    assert search.generated >= search.distinct


@pytest.mark.parametrize("how", ["SYMMETRY Sym", "VIEW Look"])
@pytest.mark.parametrize("other", ["native", "c"])  # of tables there are none then: the closures
def test_saved_searches_of_what_looks_alike(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], how: str, other: str
) -> None:
    text = (
        "---- MODULE T ----\nEXTENDS Naturals, TLC\nCONSTANT P\nVARIABLES f, n\nSym == Permutations(P)\n"
        "Look == <<n, {f[p] : p \\in P}>>\nInit == f = [p \\in P |-> 0] /\\ n = 0\n"
        "Next == \\/ \\E p \\in P : f[p] < 7 /\\ f' = [f EXCEPT ![p] = @ + 1] /\\ n' = (n + 1) % 3\n"
        "        \\/ n > 0 /\\ n' = n - 1 /\\ f' = f\n====\n"
    )
    (tmp_path / "T.tla").write_text(text)
    (tmp_path / "T.cfg").write_text(f"INIT Init\nNEXT Next\n{how}\nCONSTANT P = {{a, b, c}}\nCHECK_DEADLOCK FALSE\n")
    whole = told(capsys, tmp_path, "--engine", "closures")
    assert whole["engine"] == "closures"
    saved = str(tmp_path / "saved.ck")
    said = told(capsys, tmp_path, "--core", "native", "--max-states", "100", "--checkpoint", saved)
    assert (said["verdict"], said["engine"]) == ("stopped", "native (C)")
    said = told(capsys, tmp_path, "--core", other, "--recover", saved)
    assert said["engine"] == ("native (C)" if other == "native" else "closures")
    assert counts(said) == counts(whole)
    assert counts(told(capsys, tmp_path, "--core", "native")) == counts(whole)


RING = """---- MODULE T ----
EXTENDS Naturals
VARIABLE x
Init == x = 0
Next == x' = (x + 1) % 40
====
"""


@pytest.mark.parametrize(("seconds", "engine"), [(60.0, "closures"), (0.0, "native")])
def test_few_states_that_take_long_are_not_left_to_the_closures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, engine: str
) -> None:
    """As `seconds` is what they may take before a quicker engine begins, however few they are."""
    monkeypatch.setattr(lookup, "WARM_UP_MOST_S", seconds)
    (tmp_path / "T.tla").write_text(RING)
    (tmp_path / "T.cfg").write_text("INIT Init\nNEXT Next\n")
    counts = check(tmp_path / "T.tla").counts
    assert (counts.generated, counts.distinct) == (41, 40)
    assert counts.engine.startswith(engine)
