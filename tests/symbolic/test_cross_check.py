"""`tlapair check --cross-check`: both engines to the same depth; a wrong side is found out, whichever it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from random_crosschecks import built, campaign

from modelcheck.cli import main
from modelcheck.errors import TlaError
from modelcheck.symbolic import crosscheck
from modelcheck.symbolic.bmc import Unrolling
from modelcheck.symbolic.crosscheck import CrossCheck, Levels, as_text, cross_check
from modelcheck.symbolic.steps import StepEncoder
from modelcheck.symbolic.task import Limits, Task

SPEC = """---- MODULE Pair ----
EXTENDS Naturals, Sequences
VARIABLES x, s
Init == x = 0 /\\ s = {}
Up == x < 4 /\\ x' = x + 1 /\\ s' = s \\cup {x}
Drop == \\E e \\in s : s' = s \\ {e} /\\ x' = x
Next == Up \\/ Drop
Inv == x < 9
Low == x < 3
Fails == x < 3 \\/ <<1>>[x] = 1
Stops == x # 2 \\/ Head(<<>>) = 1
Small == x < 2
Wrong == x < 2 \\/ Head(<<>>) = 1
Slow == x' < 2
Box == [][x' # 2]_x
====
"""
CFG = "INIT Init\nNEXT Next\nINVARIANT "
SIZES = (1, 1, 2, 3, 5, 7, 7)


def checked(more: str = "Inv", steps: int = 6, **limits: Any) -> CrossCheck:
    return cross_check(built(SPEC, CFG + more), steps, Limits(**limits))


@pytest.mark.parametrize(
    ("more", "code", "steps", "levels"),
    [
        ("Inv", 0, None, SIZES),
        ("Low", 12, 3, SIZES[:4]),
        ("Fails", 76, 3, SIZES[:4]),
        ("Inv\nCONSTRAINT Small", 0, None, (1, 1, 2, 1, 0)),
        ("Inv\nCONSTRAINT Wrong", 75, 2, (1, 1)),
        ("Inv\nACTION_CONSTRAINT Slow", 0, None, (1, 1, 2, 1, 0)),
        ("Inv\nPROPERTY Box", 0, None, SIZES),
    ],
)
def test_both_agree(more: str, code: int, steps: int | None, levels: tuple[int, ...]) -> None:
    found = checked(more)
    assert (found.difference, found.inconclusive, found.exit_code) == ("", "", code)
    assert found.symbolic is not None
    assert crosscheck.phase(found.explicit) == crosscheck.phase(found.symbolic) == steps
    assert found.levels == levels


def test_an_error_of_next() -> None:
    text = SPEC.replace("Up == x < 4", "Up == (IF x = 2 THEN Head(<<>>) = 1 ELSE TRUE) /\\ x < 4")
    found = cross_check(built(text, CFG + "Inv"), 6)
    assert (found.difference, found.exit_code, crosscheck.phase(found.explicit)) == ("", 75, 3)


def test_an_error_of_init_beside_a_solution() -> None:
    text = SPEC.replace("Init == x = 0", "Init == (Head(<<>>) = 1 \\/ x = 0)")
    found = cross_check(built(text, CFG + "Inv"), 2)
    assert (found.difference, found.exit_code, crosscheck.phase(found.explicit)) == ("", 75, 0)


def test_the_depth_is_that_of_the_question() -> None:
    assert checked("Low", 2).exit_code == 0
    assert checked("Low", 3).exit_code == 12


def test_a_solver_that_forgets_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    run = StepEncoder.run
    monkeypatch.setattr(StepEncoder, "run", lambda self, *args: run(self, *args)[:1])
    found = checked()
    assert found.exit_code == 154
    assert found.difference.startswith("after 2 steps the explicit engine has a state that the solver has not: ")


def test_an_explicit_engine_that_forgets_a_state(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Levels._next_level

    def short(self: Levels) -> Any:
        found = whole(self)
        return found[:-1] if found is not None and len(self.sizes) == 3 else found

    monkeypatch.setattr(Levels, "_next_level", short)
    found = checked()
    assert found.exit_code == 154
    assert found.difference.startswith("after 3 steps the solver has a state that the explicit engine has not: ")


def test_one_side_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Levels, "compare", lambda self, unrolling: None)
    monkeypatch.setattr("modelcheck.symbolic.bmc._violated", lambda *args: None)
    found = checked("Low")
    assert (found.exit_code, found.difference) == (
        154,
        "something wrong after 3 steps in the explicit engine, nothing wrong in the solver",
    )


def test_no_answer_is_no_agreement() -> None:
    found = checked(total_seconds=0.0)
    assert (found.exit_code, found.inconclusive) == (152, "the solver has no answer within its limits")


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(more: str, *options: str) -> tuple[int, str]:
        (tmp_path / "Pair.tla").write_text(SPEC)
        (tmp_path / "Pair.cfg").write_text(CFG + more)
        code = main(["check", str(tmp_path / "Pair.tla"), "--cross-check", *options])
        return code, capsys.readouterr().out

    return run


def test_the_command(command: Any) -> None:
    code, out = command("Inv")
    assert code == 0
    assert out.splitlines()[0] == "Both engines agree on behaviors of up to 6 steps."
    assert out.splitlines()[-1].endswith("compared one by one: 1, 1, 2, 3, 5, 7, 7")
    code, out = command("Low", "--depth", "4", "--json")
    data = json.loads(out)
    assert (code, data["verdict"], data["steps"], data["states_compared"]) == (12, "agree", 4, [1, 1, 2, 3])
    assert (data["explicit"]["verdict"], data["symbolic"]["verdict"]) == ("violated", "violated")


def test_the_command_prints_both_sides(command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modelcheck.symbolic.bmc._violated", lambda *args: None)
    code, out = command("Low")
    assert code == 154
    assert out.startswith(
        "The two engines disagree within 6 steps: something wrong after 3 steps in the explicit engine"
    )
    assert "---- explicit ----\nInvariant Low is violated." in out
    assert "---- solver ----\nNo violation in behaviors of up to 6 steps." in out
    assert "error S013: " in out


def test_what_the_solver_refuses_is_no_agreement(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: Any
) -> None:
    (tmp_path / "No.tla").write_text(
        SPEC.replace("MODULE Pair", "MODULE No").replace("x < 9", "ENABLED Next \\/ x = 4")
    )
    (tmp_path / "No.cfg").write_text(CFG + "Inv")
    assert main(["check", str(tmp_path / "No.tla"), "--cross-check", "--json"]) == 75
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "S005"


def test_random_specs() -> None:
    tally = campaign(first=1, cases=10)
    assert tally.differences == []
    assert tally.counts["nothing wrong"] + tally.counts["something wrong"] == 10
    assert tally.counts["something wrong"] >= 1 and tally.counts["states compared"] > 50


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 2000, 500))
def test_many_random_specs(first: int) -> None:
    tally = campaign(first, cases=500)
    assert tally.differences == []
    assert tally.counts["nothing wrong"] + tally.counts["something wrong"] > 480


def test_types_come_first() -> None:
    text = SPEC.replace("Inv == x < 9", "Inv == x < 9 /\\ (x < 9 \\/ s + 1 = 2)")
    with pytest.raises(TlaError) as raised:
        cross_check(built(text, CFG + "Inv"), 6)
    assert (raised.value.code, raised.value.message) == ("S001", "a number is needed, and this is a set")
    found = cross_check(built(text, CFG + "Inv"), 6, types=False)
    assert (found.exit_code, found.agreed) == (0, 6)


def silent_after(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """No answers on states after more steps than these."""
    ask = Task.ask

    def asked(self: Task, goal: Any, what: str, action: str | None = None) -> Any:
        if what == f"step {steps + 1}":
            self.unknown.append(what)
            return "unknown"
        return ask(self, goal, what, action)

    monkeypatch.setattr(Task, "ask", asked)
    never = Task.never
    silent = f"step {steps + 1}"
    monkeypatch.setattr(
        Task, "never", lambda self, goal, what, actions: what != silent and never(self, goal, what, actions)
    )


@pytest.mark.parametrize(("more", "silent"), [("Inv", 3), ("Low", 2)])
def test_agreement_up_to_where_there_are_answers(more: str, silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = SPEC.replace("Low == x < 3", "Low == x < 3 /\\ Cardinality(s) < 9").replace(
        "Sequences", "Sequences, FiniteSets", 1
    )
    silent_after(monkeypatch, silent)
    found = cross_check(built(text, CFG + more), 6)
    assert (found.difference, found.agreed, found.exit_code) == ("", silent, 152)
    assert found.inconclusive == "the solver has no answer within its limits"


def test_a_later_violation_of_the_solver_is_no_disagreement(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no answer where the explicit engine finds the first one, and finds another one later."""
    silent_after(monkeypatch, 2)
    found = checked("Low")
    assert found.symbolic is not None and crosscheck.phase(found.symbolic) == 4
    assert (found.difference, found.agreed, found.exit_code) == ("", 2, 152)


def test_a_solver_whose_behaviors_end_too_early(monkeypatch: pytest.MonkeyPatch) -> None:
    enter = Unrolling.enter
    monkeypatch.setattr(Unrolling, "enter", lambda self, joined: len(self.trail) < 3 and enter(self, joined))
    found = checked()
    assert (found.exit_code, found.agreed) == (154, -1)
    assert found.difference == "after 3 steps the explicit engine has states, and the solver has none"


def test_the_translation_stops_when_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    leave = Unrolling.leave

    def late(self: Unrolling) -> Any:
        if len(self.trail) == 4:
            self.task.ctx.deadline = self.task.solver.deadline = 0.0
        return leave(self)

    monkeypatch.setattr(Unrolling, "leave", late)
    found = checked()
    assert (found.exit_code, found.agreed, found.levels) == (152, 3, SIZES[:4])
    text = as_text(found)
    assert "Both engines agree on behaviors of up to 3 steps." in text
    assert "the states after 4 steps, which are not translated in time; nothing found in behaviors of up to 3" in text
