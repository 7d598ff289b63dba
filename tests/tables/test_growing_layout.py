"""Layouts that grow all the time, and tables find what the closures do: what states to come have is made room for at
once (`Tables.foresee`), elements that no state has need no place, pieces of predicates are taken apart together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from modelcheck.core import TABLES, Choice, numpy_core
from modelcheck.core import native as table_core
from modelcheck.core.native import ACTION, STATE_PREDICATE, STEP_PREDICATE, Core
from modelcheck.engine import slots
from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.slots import SetNode
from modelcheck.engine.tables import Tables
from modelcheck.explore import lookup, trial
from modelcheck.explore.bfs import Finding, Search
from modelcheck.explore.nativesearch import NativeModel, NativeTables, available
from modelcheck.explore.task import make_task
from modelcheck.module import load
from modelcheck.module.model import Model

pytestmark = pytest.mark.skipif(
    table_core.load() is None or not available(), reason="the compiled cores were not built"
)

KINDS = (ACTION, STATE_PREDICATE, STEP_PREDICATE)
CFG = "INIT Init\nNEXT Next\nINVARIANTS Inv Few\nCHECK_DEADLOCK FALSE\n"

#: Every send brings an element that no state had; `Look`, `Few` and `Swap` read the whole set, `Skip` asks for elements
#: that come later, and `Ghost` for one that never comes; `last` and `pair` keep getting new values.
TEXT = r"""---- MODULE T ----
EXTENDS Naturals, FiniteSets
VARIABLES sent, n, seen, last, pair
vars == <<sent, n, seen, last, pair>>
Init == sent = {} /\ n = 0 /\ seen = 0 /\ last = <<0, 0>> /\ pair = [a |-> {}, b |-> 0]
Send == /\ n < 14 /\ n' = n + 1 /\ sent' = sent \cup {<<n, n % 3>>} /\ last' = <<n, seen>>
        /\ pair' = [pair EXCEPT !.b = n * n] /\ UNCHANGED seen
Look == /\ seen' = Cardinality({m \in sent : m[2] = 1}) /\ seen' # seen
        /\ pair' = [pair EXCEPT !.a = @ \cup {seen'}] /\ UNCHANGED <<sent, n, last>>
Drop == \E m \in sent : m[2] = 2 /\ sent' = sent \ {m} /\ UNCHANGED <<n, seen, last, pair>>
Swap == Cardinality(sent) = 5 /\ sent' = {m \in sent : m[1] > 2} /\ UNCHANGED <<n, seen, last, pair>>
Skip == <<n + 1, (n + 1) % 3>> \notin sent /\ n \in {3, 7} /\ n' = n + 2 /\ UNCHANGED <<sent, seen, last, pair>>
Late == <<12, 0>> \in sent /\ seen' = 0 /\ seen # 0 /\ UNCHANGED <<sent, n, last, pair>>
Ghost == <<99, 0>> \in sent /\ n' = 0 /\ UNCHANGED <<sent, seen, last, pair>>
Next == Send \/ Look \/ Drop \/ Swap \/ Skip \/ Late \/ Ghost
Inv == \A m \in sent : m[2] = m[1] % 3
Few == Cardinality(sent) < 16 /\ <<77, 1>> \notin sent
====
"""


def made(folder: Path, text: str, cfg: str = CFG) -> tuple[Model, ClosureEngine]:
    (folder / "T.tla").write_text(text)
    (folder / "T.cfg").write_text(cfg)
    model = load(folder / "T.tla")
    return model, ClosureEngine(model)


def all_of(search: Search) -> tuple[Any, ...]:
    return (
        (search.generated, search.distinct, search.depth, search.initial), list(search.states), list(search.parents),
    )  # fmt: skip


def by_closures(folder: Path, text: str) -> tuple[Any, ...]:
    model, engine = made(folder, text)
    search = Search(engine, make_task(model, engine))
    assert search.run() is None
    return all_of(search)


def by_python(tables: Tables) -> int:
    """Misses that Python has answered."""
    return sum(instance.misses for kind in KINDS for instance in tables.instances(kind))


@pytest.mark.parametrize("room", [1, 12])
@pytest.mark.parametrize("name", [None, TABLES, "numpy", "native"])
def test_all_engines_agree(tmp_path: Path, name: str | None, room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if name == "numpy" and not numpy_core.available():
        pytest.skip("numpy is not there")
    expected = by_closures(tmp_path, TEXT)
    monkeypatch.setattr(slots, "ROOM", room)
    model, engine = made(tmp_path, TEXT)
    search = lookup.LookupSearch(engine, make_task(model, engine), warm_up=0, core=Choice(name))
    assert search.run() is None
    assert all_of(search) == expected


@pytest.mark.parametrize("slice_states", [5, 60])
def test_trial_looks_ahead(tmp_path: Path, slice_states: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables that follow closely behind the native evaluator have next to nothing left to ask of Python."""
    expected = by_closures(tmp_path, TEXT)
    asked: dict[bool, int] = {}
    for ahead in (True, False):
        with monkeypatch.context() as patch:
            for module, name, value in (
                (lookup, "FIRST_S", 0.0), (lookup, "CHUNK", 40), (trial, "CHUNK", slice_states),
                (trial, "SLICE_S", 0.0), (trial, "REST", 0), (trial, "LONG_REST", 0),
                (trial, "FEW", -1), (trial, "FALLS", -1),
            ):  # fmt: skip
                patch.setattr(module, name, value)
            if not ahead:
                patch.setattr(trial.Trial, "_foresee", lambda *given: None)
            kept: list[Tables] = []
            begin = trial.Trial._take_over

            def noted(
                own: trial.Trial, *given: Any, begin: Callable[..., None] = begin, kept: list[Tables] = kept
            ) -> None:
                begin(own, *given)
                kept.append(own.tables)

            patch.setattr(trial.Trial, "_take_over", noted)
            model, engine = made(tmp_path, TEXT)
            search = lookup.LookupSearch(engine, make_task(model, engine), warm_up=20, core=Choice(workers=1))
            assert search.run() is None
            assert all_of(search) == expected
            assert len(kept) == 1
            asked[ahead] = by_python(kept[0])
    assert asked[True] <= 5 < 12 <= asked[False]


@pytest.fixture
def natively(tmp_path: Path) -> Iterator[Callable[[str], tuple[Tables, NativeTables, tuple[int, ...]]]]:
    """Tables with the initial states, beside a native search that is through, and its counts."""
    open_ones: list[NativeTables] = []

    def begin(text: str) -> tuple[Tables, NativeTables, tuple[int, ...]]:
        model, engine = made(tmp_path, text)
        task = make_task(model, engine)
        native = NativeTables(NativeModel(engine, task), False)
        assert native.begin()
        first = native.core.numbers()["distinct"]
        while native.run(1 << 40) != "done":
            pass
        numbers = native.core.numbers()
        tables = Tables(
            engine, task.invariants, task.constraints, check_deadlock=False, program=native.model.program,
            core=Choice(workers=1),
        )  # fmt: skip
        states = [native.state(i) for i in range(first)]
        tables.load_rows(native.core.rows, native.core.parents()[:first], native.state, states)
        tables.core.seek(0, first, first, 1)
        open_ones.append(native)
        return tables, native, (numbers["generated"], numbers["distinct"])

    yield begin
    for native in open_ones:
        native.core.close()


@pytest.mark.parametrize("most", [1, 7, 10_000])
@pytest.mark.parametrize("room", [1, 12])
def test_growth_in_the_middle(
    natively: Callable[[str], Any], most: int, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many values are made room for at a time, wherever the search stands then: it finds the same."""
    monkeypatch.setattr(slots, "ROOM", room)
    tables, native, counts = natively(TEXT)
    found, foreseen, at = native.core.numbers()["distinct"], 0, 0
    before = by_python(tables)
    while tables.run(at) == "pause":
        at += 3
        if foreseen < found:
            foreseen += tables.foresee(native.core.rows(foreseen, min(50, found - foreseen)), most)
    numbers = tables.core.numbers()
    assert (numbers["generated"], numbers["distinct"]) == counts
    assert [tables.state(i) for i in range(found)] == [native.state(i) for i in range(found)]
    if most > 1:
        assert by_python(tables) - before <= 8
    sent = tables.layout.roots[0]
    assert isinstance(sent, SetNode)
    assert (99, 0) not in sent.numbers and (77, 1) not in sent.numbers, "elements that no state has"


def test_each_misfit_is_told_once(natively: Callable[[str], Any]) -> None:
    tables, native, _ = natively(TEXT)
    filler, found = tables.filler, native.core.numbers()["distinct"]
    rows = native.core.rows(0, found)
    told: list[tuple[int, int | None]] = []
    done = 0
    while done < found:
        misfits, more = filler.misfits(rows[done * 5 :], 3)
        assert len(misfits) <= 3
        told += [(id(part), number) for part, number in misfits]
        done += more
    assert len(told) == len(set(told)) > 20
    assert filler.misfits(rows, 3) == ([], found)
    tables.layout.element(tables.layout.roots[0], (0, 0))
    assert tables.foresee(rows, 3) == found


def test_part_of_another_shape(natively: Callable[[str], Any]) -> None:
    """It is one field from then on, and so are all others that are seen to need it."""
    text = TEXT.replace("last' = <<n, seen>>", "last' = IF n > 4 THEN <<n>> ELSE <<n, seen>>").replace(
        "[pair EXCEPT !.b = n * n]", "(IF n > 5 THEN [b |-> n * n] ELSE pair)"
    )
    text = text.replace("pair' = [pair EXCEPT !.a = @ \\cup {seen'}]", "UNCHANGED pair")
    assert text.count("THEN") == 2 and "!.a" not in text
    tables, native, counts = natively(text)
    assert tables.foresee(native.core.rows(0, counts[1]), 10_000) == counts[1]
    assert tables.restarts == 1 and tables.opaque == {(3,), (4,)}
    assert tables.run(1 << 40) == "done"
    numbers = tables.core.numbers()
    assert (numbers["generated"], numbers["distinct"]) == counts
    assert by_python(tables) <= 8


WIDE = r"""---- MODULE T ----
EXTENDS Naturals
VARIABLES a, b, c
Init == a = [i \in 1..6 |-> 0] /\ b = [i \in 1..6 |-> 0] /\ c = 0
Next == \E i \in 1..6 : a[i] < 2 /\ a' = [a EXCEPT ![i] = @ + 1] /\ b' = [b EXCEPT ![i] = c] /\ c' = (c + i) % 5
Inv == \A i, j \in 1..6 : b[i] + b[j] + c + a[j] < 50 => a[i] < 3
Few == TRUE
====
"""


def test_pieces_are_taken_apart_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program is told to the core far less often than pieces are taken apart."""
    expected = by_closures(tmp_path, WIDE)
    told, apart = [0], [0]
    set_program = Core.set_program

    def counted(core: Core, *given: Any) -> None:
        told[0] += 1
        set_program(core, *given)

    monkeypatch.setattr(Core, "set_program", counted)
    model, engine = made(tmp_path, WIDE)
    search = lookup.LookupSearch(engine, make_task(model, engine), warm_up=0, core=Choice(TABLES, 1))
    assert search.run() is None
    assert all_of(search) == expected
    assert isinstance(search.tables, Tables)
    apart[0] = sum(piece.op is None for piece in search.tables.instances(STATE_PREDICATE))
    assert apart[0] >= 10
    assert told[0] <= 2 + apart[0] // 2


#: `Inv` looks for what must not be compared with what the set has, late, when tables know both.
ODD = r"""---- MODULE T ----
EXTENDS Integers
VARIABLES s, n
Init == s = {} /\ n = 0
Next == n < 60 /\ n' = n + 1 /\ s' = IF n % 2 = 0 THEN {} ELSE {HAS}
Inv == n < 41 \/ s = {} \/ LOOKED \notin s
====
"""


@pytest.mark.parametrize("name", [TABLES, None, "native"])
@pytest.mark.parametrize(
    ("has", "looked", "is_error"),
    [
        ('"a"', "1", True),
        ('<<"a">>', "<<1>>", True),
        ('[k |-> "a"]', "[k |-> 1]", True),
        ('{"a"}', "{1}", True),
        ('<<1, "a">>', "<<1, 2>>", True),
        ('<<1, "a">>', "<<2, 2>>", False),
        ('<<"a">>', "<<1, 2>>", False),
        ("<<2>>", "<<1>>", False),
    ],
)
def test_what_no_state_has_is_compared_all_the_same(
    tmp_path: Path, name: str | None, has: str, looked: str, is_error: bool
) -> None:
    """An element that no state has is FALSE without a place only where it may be compared with all that states have."""
    text = ODD.replace("HAS", has).replace("LOOKED", looked)
    model, engine = made(tmp_path, text, "INIT Init\nNEXT Next\nINVARIANT Inv\nCHECK_DEADLOCK FALSE\n")
    task = make_task(model, engine)
    plain = Search(engine, task)
    search = lookup.LookupSearch(engine, task, warm_up=5, core=Choice(name, 1))
    ended, other = plain.run(), search.run()
    assert isinstance(ended, Finding) == isinstance(other, Finding) == is_error
    if isinstance(ended, Finding) and isinstance(other, Finding):
        assert ended.error is not None and other.error is not None
        assert (other.error.code, other.index, other.target) == (ended.error.code, ended.index, ended.target)
    assert (search.generated, search.distinct) == (plain.generated, plain.distinct)
