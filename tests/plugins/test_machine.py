"""A Hypothesis state machine made from a spec: right implementations pass, wrong ones are caught and shrunk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from modelcheck import hypothesis_machine
from modelcheck.errors import TlaError
from modelcheck.machine import _key, to_python
from modelcheck.values import FALSE, TRUE, ModelValue, make_function, make_record, make_set

JUGS = """---- MODULE Jugs ----
EXTENDS Naturals
VARIABLES small, big, seen
vars == <<small, big, seen>>
Least(m, n) == IF m < n THEN m ELSE n
Init == small = 0 /\\ big \\in {0, 1} /\\ seen = {}
FillSmall == small' = 3 /\\ seen' = seen \\cup {<<3, big>>} /\\ UNCHANGED big
FillBig == big' = 5 /\\ UNCHANGED <<small, seen>>
Spill(n) == n <= small /\\ small' \\in {small - n, 0} /\\ UNCHANGED <<big, seen>>
Next == FillSmall \\/ FillBig \\/ \\E n \\in 1..3 : Spill(n)
====
"""


class Real:
    """An implementation. `spills_all`: which of the two outcomes that the spec leaves open it takes."""

    def __init__(self, big: int, spills_all: bool = False) -> None:
        self.content = [0, big]
        self.seen: set[tuple[int, int]] = set()
        self.spills_all = spills_all

    def spill(self, n: int) -> None:
        self.content[0] = 0 if self.spills_all else self.content[0] - n


@pytest.fixture
def jugs(tmp_path: Path) -> Any:
    (tmp_path / "Jugs.tla").write_text(JUGS)
    (tmp_path / "Jugs.cfg").write_text("INIT Init NEXT Next")
    base = hypothesis_machine(tmp_path / "Jugs.tla")

    class Jugs(base):  # type: ignore[misc, valid-type]
        spills_all = False

        def begin(self, state: dict[str, Any]) -> None:
            assert state["small"] == 0 and state["seen"] == frozenset()
            self.real = Real(state["big"], self.spills_all)

        def fill_small(self) -> None:
            self.real.content[0] = 3
            self.real.seen.add((3, self.real.content[1]))

        def FillBig(self) -> None:
            self.real.content[1] = 5

        def Spill(self, n: int) -> None:
            self.real.spill(n)

        def observe(self) -> dict[str, Any]:
            return {"small": self.real.content[0], "big": self.real.content[1], "seen": self.real.seen}

    return Jugs


def run(machine: Any) -> None:
    run_state_machine_as_test(machine, settings=settings(max_examples=15, database=None, derandomize=True))


def test_right_implementations_pass(jugs: Any) -> None:
    run(jugs)
    jugs.spills_all = True
    run(jugs)


def test_what_is_not_observed_stays_open(jugs: Any) -> None:
    kept = []

    class Blind(jugs):  # type: ignore[misc]
        def observe(self) -> dict[str, Any]:
            kept.append(len(self.spec_states))
            return {"big": self.real.content[1]}

    run(Blind)
    assert max(kept) > 1


def test_a_wrong_implementation_is_caught_and_shrunk(jugs: Any) -> None:
    class Wrong(jugs):  # type: ignore[misc]
        def FillBig(self) -> None:
            self.real.content[1] = 5 if self.real.content[0] == 0 else 6

    with pytest.raises(AssertionError) as caught:
        run(Wrong)
    assert str(caught.value).splitlines() == [
        "after FillBig the implementation is in no state that the spec allows",
        "  small: observed 3, the spec allows 3",
        "* big: observed 6, the spec allows 5",
        "  seen: observed {(3, 0)}, the spec allows frozenset({(3, 0)})",
    ]
    told = "\n".join(getattr(caught.value, "__notes__", []))
    assert [line.split("(")[0] for line in told.splitlines() if line.startswith("state.step")] == [
        "state.step_FillSmall", "state.step_FillBig",
    ]  # fmt: skip


def test_methods_that_are_missing(jugs: Any, tmp_path: Path) -> None:
    machine = hypothesis_machine(tmp_path / "Jugs.tla")
    with pytest.raises(TypeError, match="no method for the actions FillSmall, FillBig, Spill"):
        run(machine)

    class Silent(jugs):  # type: ignore[misc]
        observe = machine.observe

    with pytest.raises(TypeError, match="no method observe"):
        run(Silent)

    class Other(jugs):  # type: ignore[misc]
        def observe(self) -> dict[str, Any]:
            return {"smal": 0}

    with pytest.raises(TypeError, match="observe gives smal"):
        run(Other)


def test_a_spec_that_ends(tmp_path: Path) -> None:
    (tmp_path / "End.tla").write_text(
        "---- MODULE End ----\nEXTENDS Naturals\nVARIABLE x\nInit == x = 0\nUp == x < 2 /\\ x' = x + 1\n===="
    )
    (tmp_path / "End.cfg").write_text("INIT Init NEXT Up")

    class End(hypothesis_machine(tmp_path / "End.tla")):  # type: ignore[misc]
        def begin(self, state: dict[str, Any]) -> None:
            self.x = state["x"]

        def up(self) -> None:
            self.x += 1
            assert self.x <= 2

        def observe(self) -> dict[str, Any]:
            return {"x": self.x}

    run(End)
    with pytest.raises(TlaError):
        hypothesis_machine(tmp_path / "None.tla")


def test_values() -> None:
    record = make_record(["a"], [TRUE])
    function = make_function([(ModelValue("m"), 1)])
    assert to_python(make_set([record])) == {(("a", True),)} or to_python(make_set([record])) == frozenset(
        [to_python(record)]
    )
    assert (to_python(record), to_python(function), to_python((1, "a"))) == ({"a": True}, {"m": 1}, (1, "a"))
    assert to_python(FALSE) is False
    assert _key([1, 2]) == _key((1, 2)) == _key({2: 2, 1: 1}) != _key((2, 1))
    assert _key({}) == _key(()) != _key(set())
    assert _key((True,)) != _key((1,)) and _key({1: False}) != _key({1: 0})
    assert _key([{"a": {1}}]) == _key(({"a": frozenset((1,))},))
