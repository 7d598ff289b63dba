"""What a check says about liveness besides yes and no: reasons, warnings, refusals, errors, marks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from modelcheck import check
from modelcheck.cli import main
from modelcheck.errors import EvalError, TlaError
from modelcheck.render.json import verdict_as_json
from modelcheck.render.text import verdict_as_text
from modelcheck.verdict import EvalFailure, Holds, LivenessViolated, Verdict

COUNTER = """VARIABLE x
vars == x
Init == x = 0
Up == x < 3 /\\ x' = x + 1
Down == x > 0 /\\ x' = x - 1
Next == Up \\/ Down"""
PAIR = """CONSTANT P
VARIABLE x
vars == x
Init == x = [p \\in P |-> 0]
A(p) == x' = [x EXCEPT ![p] = 1 - @]
Next == \\E p \\in P : A(p)"""


def spec_file(folder: Path, body: str, fair: str, prop: str, cfg: str = "") -> Path:
    path = folder / "M.tla"
    path.write_text(
        f"---- MODULE M ----\nEXTENDS Naturals, Sequences, FiniteSets, TLC\n{body}\n"
        f"Spec == Init /\\ [][Next]_vars /\\ ({fair})\nProp == {prop}\n====\n"
    )
    path.with_suffix(".cfg").write_text(f"SPECIFICATION Spec\nCHECK_DEADLOCK FALSE\nPROPERTY Prop\n{cfg}\n")
    return path


def checked(folder: Path, body: str, fair: str, prop: str, cfg: str = "", unsound: bool = False) -> Verdict:
    return check(spec_file(folder, body, fair, prop, cfg), allow_unsound_liveness=unsound)


# ---- lassos -------------------------------------------------------------------------------------------------


def values(verdict: Verdict) -> tuple[list[object], int]:
    assert isinstance(verdict, LivenessViolated)
    return [state[0] for state in verdict.behavior.states], verdict.loop


def test_a_behavior_that_stops_is_preferred(tmp_path: Path) -> None:
    verdict = checked(tmp_path, COUNTER, "WF_vars(Up)", "[]<>(x = 1)")  # also violated by 2 3 2 3 ...
    assert values(verdict) == ([0, 1, 2, 3], 3)
    assert isinstance(verdict, LivenessViolated) and verdict.stutters


def test_the_cycle_is_short_and_begins_early(tmp_path: Path) -> None:
    assert values(checked(tmp_path, COUNTER, "WF_vars(Next)", "[]<>(x = 2)")) == ([0, 1], 0)
    assert values(checked(tmp_path, COUNTER, "WF_vars(Next)", "[]<>(x = 1)")) == ([0, 1, 2, 3], 2)
    assert values(checked(tmp_path, COUNTER, "WF_vars(Next)", "x = 2 ~> x = 0")) == ([0, 1, 2], 1)


def test_the_shortest_of_several_disjuncts_is_shown(tmp_path: Path) -> None:
    prop = "\\A i \\in 1..3 : []<>(x = 4 - i)"
    assert values(checked(tmp_path, COUNTER, "WF_vars(Next)", prop)) == ([0, 1], 0)


def test_the_first_violated_property_is_named(tmp_path: Path) -> None:
    body = COUNTER + "\nFine == x = 1 ~> x # 1\nWrong == <>(x = 3)\nWorse == <>(x = 4)"
    verdict = checked(tmp_path, body, "WF_vars(Next)", "x = 2 ~> x # 2", "PROPERTY Fine PROPERTIES Wrong Worse")
    assert isinstance(verdict, LivenessViolated) and verdict.property_name == "Wrong"


# ---- reasons ------------------------------------------------------------------------------------------------


def test_reasons_name_the_states_and_each_fairness_condition(tmp_path: Path) -> None:
    fair = "\\A p \\in P : WF_vars(A(p) /\\ x[p] = 0) /\\ SF_vars(A(p) /\\ x[p] = 5)"
    verdict = checked(tmp_path, PAIR, fair, "x[1] = 1 ~> x[2] = 2", "CONSTANT P = {1, 2}")
    assert isinstance(verdict, LivenessViolated) and verdict.reasons is not None
    assert values(verdict)[1] == 2 and verdict.stutters
    assert verdict.reasons.property == ("x[1] = 1 is true in state 2", "x[2] = 2 is true in no state from state 2 on")
    assert [condition.text for condition in verdict.reasons.fairness] == [
        "WF of A(p) /\\ x[p] = 0 with p = 1: disabled in state 3",
        "SF of A(p) /\\ x[p] = 5 with p = 1: disabled in state 3",
        "WF of A(p) /\\ x[p] = 0 with p = 2: disabled in state 3",
        "SF of A(p) /\\ x[p] = 5 with p = 2: disabled in state 3",
    ]


def test_the_text_shows_the_way_back_and_the_reasons(tmp_path: Path) -> None:
    fair = "WF_vars(A(1)) /\\ (\\A p \\in P : SF_vars(A(p) /\\ x[1] = 7)) /\\ WF_vars(x[1] = 1 /\\ A(2))"
    text = verdict_as_text(checked(tmp_path, PAIR, fair, "[]<>(x[2] = 1)", "CONSTANT P = {1, 2}"))
    lines = text[text.index("Back to state") :].splitlines()
    assert lines[0].startswith("Back to state 1: A(p = 1)   at ") and lines[0].endswith("M.tla:7:1")
    assert lines[1:] == [
        "",
        "Why the property is false:",
        "  x[2] = 1 is true in no state of the cycle",
        "",
        "Fairness, satisfied in the cycle:",
        "  WF of A(1): taken from state 1 to state 2",
        "  SF of A(p) /\\ x[1] = 7 with p = 1, A(p) /\\ x[1] = 7 with p = 2: never enabled in the cycle",
        "  WF of x[1] = 1 /\\ A(2): disabled in state 1",
        "",
        text.splitlines()[-1],
    ]


@pytest.mark.parametrize(
    ("fair", "prop", "lines"),
    [
        ("TRUE", "[]<>(x = 1)", ["x = 1 is false in state 1, the last"]),
        ("WF_vars(Next)", "<>[](x = 0)", ["x = 0 is false in state 2 of the cycle, so again and again"]),
        ("WF_vars(Next)", "<>(x = 3) /\\ <>(x = 9)", ["x = 3 is true in no state from state 1 on"]),
        ("WF_vars(Next)", "WF_x(Up /\\ x < 1) => <>[](x = 9)",
         ["WF of Up /\\ x < 1 is true from state 1 on", "x = 9 is false in state 1 of the cycle, so again and again"]),
        ("WF_vars(Next)", "SF_x(Up /\\ x = 1)", ["<<Up /\\ x = 1>> is enabled again and again and never taken"]),
        ("WF_vars(Next)", "[]<><<Up /\\ x = 1>>_x", ["<<Up /\\ x = 1>>_x is true in no step of the cycle"]),
        ("WF_vars(Next)", "x = 1 ~> (x = 2 /\\ [](x > 1))",
         ["x = 1 is true in state 2", "(x = 2) /\\ ([](x > 1)) is true in no state from state 2 on"]),
    ],
)  # fmt: skip
def test_reasons_of_formulas(tmp_path: Path, fair: str, prop: str, lines: list[str]) -> None:
    verdict = checked(tmp_path, COUNTER, fair, prop)
    assert isinstance(verdict, LivenessViolated) and verdict.reasons is not None
    assert list(verdict.reasons.property) == lines


def test_no_fairness_is_said(tmp_path: Path) -> None:
    text = verdict_as_text(checked(tmp_path, COUNTER, "TRUE", "<>(x = 3)"))
    assert "\nStuttering: nothing happens any more.\n" in text
    assert "\nFairness: the specification asks for none, so any behavior may stop.\n" in text


def test_fairness_of_another_form_is_named(tmp_path: Path) -> None:
    fair = "[]<>(x = 1) /\\ (<>(x = 2) => []<>(x = 3))"
    text = verdict_as_text(checked(tmp_path, COUNTER, fair, "<>(x = 0 /\\ <>(x = 3))"))
    assert "Fairness, satisfied here:\n  [](<>(x = 1)), (<>(x = 2)) => ([](<>(x = 3))): true\n" in text


def test_many_conditions_share_a_line(tmp_path: Path) -> None:
    cfg = "CONSTANT P = {1, 2, 3, 4, 5, 6, 7, 8, 9}"
    body = PAIR.replace("Next ==", "B(p) == x[p] = 2 /\\ A(p)\nNext ==")
    text = verdict_as_text(checked(tmp_path, body, "\\A p \\in P : WF_vars(B(p))", "<>(x[1] = 1)", cfg))
    assert "  WF of B(1), B(2), B(3), B(4), B(5), B(6) and 3 more: disabled in state 1\n" in text


def test_json_has_loop_and_reasons(tmp_path: Path) -> None:
    data = verdict_as_json(checked(tmp_path, COUNTER, "WF_vars(Next)", "[]<>(x = 2)"))
    counterexample = data["counterexample"]
    assert (data["exit_code"], data["property"], data["error"]["code"]) == (13, "Prop", "V006")
    assert (len(counterexample["states"]), counterexample["loop"]) == (2, 0)
    assert counterexample["#meta"]["reasons"] == ["x = 2 is true in no state of the cycle"]
    assert counterexample["#meta"]["fairness"] == ["WF of Next: taken from state 1 to state 2"]


# ---- empty reasons ------------------------------------------------------------------------------------------


def test_a_warning_when_no_behavior_is_fair(tmp_path: Path) -> None:
    verdict = checked(tmp_path, COUNTER, "WF_vars(x' = 7)", "<>(x = 99)")
    assert isinstance(verdict, Holds)
    assert verdict.warnings == ("no behavior satisfies the fairness of the specification, so every property holds",)


def test_no_such_warning_when_some_behavior_is_fair(tmp_path: Path) -> None:
    verdict = checked(tmp_path, COUNTER, "WF_vars(Next) /\\ SF_vars(Up)", "[]<>(x < 3) /\\ <>(x = 1)")
    assert isinstance(verdict, Holds) and verdict.warnings == ()


def test_a_warning_when_what_leads_to_something_never_happens(tmp_path: Path) -> None:
    verdict = checked(tmp_path, COUNTER, "TRUE", "(x = 7 ~> x = 9) /\\ [](x = 8 => <>(x = 9)) /\\ (x = 1 ~> x < 9)")
    assert isinstance(verdict, Holds)
    assert verdict.warnings == (
        "property Prop holds because x = 7 is never true",
        "property Prop holds because x = 8 is never true",
    )


def test_no_such_warning_when_it_happens_for_one_value(tmp_path: Path) -> None:
    assert checked(tmp_path, COUNTER, "WF_vars(Next)", "\\A i \\in 1..9 : x = i ~> x # i").warnings == ()
    verdict = checked(tmp_path, COUNTER, "WF_vars(Next)", "\\A i \\in 5..9 : x = i ~> x # i")
    assert verdict.warnings == ("property Prop holds because x = i with i = 5 is never true",)


# ---- SYMMETRY, VIEW, constraints ----------------------------------------------------------------------------

SOME = "<>(\\E p \\in P : x[p] = 1)"
UNSOUND = {
    "SYMMETRY": ("SYMMETRY Sym\nCONSTANT P = {p1, p2}", PAIR + "\nSym == Permutations(P)", SOME),
    "VIEW": ("VIEW View\nCONSTANT P = {p1, p2}", PAIR + "\nView == <<x>>", SOME),
    "CONSTRAINT": ("CONSTRAINT Low", COUNTER + "\nLow == x < 3", "<>(x = 1)"),
    "ACTION_CONSTRAINT": ("ACTION_CONSTRAINT Low", COUNTER + "\nLow == x' < 3", "<>(x = 1)"),
}


@pytest.mark.parametrize("entry", UNSOUND)
def test_refused_under(entry: str, tmp_path: Path) -> None:
    cfg, body, prop = UNSOUND[entry]
    with pytest.raises(TlaError) as caught:
        checked(tmp_path, body, "WF_vars(Next)", prop, cfg)
    assert caught.value.code == "U003"
    assert caught.value.message == f"liveness property Prop is to be checked under {entry}"
    assert caught.value.exit_code == 151


@pytest.mark.parametrize("entry", UNSOUND)
def test_allowed_and_marked_under(entry: str, tmp_path: Path) -> None:
    cfg, body, prop = UNSOUND[entry]
    mark = f"liveness was checked under {entry}, so its answer may be wrong"
    holds = checked(tmp_path, body, "WF_vars(Next)", prop, cfg, unsound=True)
    assert isinstance(holds, Holds) and mark in holds.warnings
    violated = checked(tmp_path, body, "TRUE", prop, cfg, unsound=True)
    assert isinstance(violated, LivenessViolated) and violated.stutters
    assert f"Warning: {mark}." in verdict_as_text(violated)
    assert mark in verdict_as_json(violated)["warnings"] and mark in verdict_as_json(holds)["warnings"]


def test_a_step_outside_an_action_constraint_is_no_step_even_to_a_state_that_is_kept(tmp_path: Path) -> None:
    body = COUNTER + "\nNoWayBack == x' > x"
    assert isinstance(checked(tmp_path, body, "WF_vars(Up)", "<>[](x = 3)"), LivenessViolated)
    cfg = "ACTION_CONSTRAINT NoWayBack"
    assert isinstance(checked(tmp_path, body, "WF_vars(Up)", "<>[](x = 3)", cfg, True), Holds)


def test_a_cycle_of_one_orbit_is_no_stuttering(tmp_path: Path) -> None:
    """Under symmetry both one-element states are one; the steps between them stay steps."""
    cfg, body, _ = UNSOUND["SYMMETRY"]
    body = body.replace("Init == ", "Init == \\E r \\in P : ").replace("|-> 0", "|-> IF p = r THEN 0 ELSE 1")
    body = body.replace("Next == \\E p \\in P : A(p)", "Swap == x' = [p \\in P |-> 1 - x[p]]\nNext == Swap")
    assert isinstance(checked(tmp_path, body, "WF_vars(Swap)", "[]<><<Swap>>_vars", cfg, True), Holds)
    verdict = checked(tmp_path, body, "WF_vars(Swap)", "[]<><<FALSE>>_vars", cfg, True)
    assert isinstance(verdict, LivenessViolated) and not verdict.stutters


def test_invariants_need_no_leave_under_symmetry(tmp_path: Path) -> None:
    cfg, body, _ = UNSOUND["SYMMETRY"]
    assert isinstance(checked(tmp_path, body, "WF_vars(Next)", "[][x' # x]_vars", cfg), Holds)


def test_the_command_marks_the_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = spec_file(tmp_path, UNSOUND["CONSTRAINT"][1], "WF_vars(Next)", "<>(x = 1)", "CONSTRAINT Low")
    assert main(["check", str(path), "--quiet", "--json"]) == 151
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "U003"
    assert main(["check", str(path), "--quiet", "--json", "--allow-unsound-liveness"]) == 0
    assert "liveness was checked under CONSTRAINT" in json.loads(capsys.readouterr().out)["warnings"][-1]


# ---- errors -------------------------------------------------------------------------------------------------


def test_an_error_in_a_state_shows_the_way_there(tmp_path: Path) -> None:
    verdict = checked(tmp_path, COUNTER, "WF_vars(Next)", '[]<>(x < 2 \\/ x = "a")')
    assert isinstance(verdict, EvalFailure)
    assert (verdict.exit_code, verdict.doing, verdict.property_name) == (77, "property Prop", "Prop")
    assert [state[0] for state in verdict.behavior.states] == [0, 1, 2]
    assert verdict.error.code == "E001"


def test_an_error_over_a_step_shows_the_step(tmp_path: Path) -> None:
    verdict = checked(tmp_path, COUNTER, "WF_vars(Next)", '<>[][x\' < 3 \\/ x = "a"]_x')
    assert isinstance(verdict, EvalFailure) and verdict.exit_code == 77
    assert [state[0] for state in verdict.behavior.states] == [0, 1, 2, 3]


def test_an_error_in_fairness(tmp_path: Path) -> None:
    verdict = checked(tmp_path, COUNTER, 'WF_vars(x > 1 /\\ x = "a" /\\ Up)', "<>(x = 3)")
    assert isinstance(verdict, EvalFailure)
    assert verdict.exit_code == 77
    assert verdict.doing == "property Prop, or the fairness it is checked under,"
    assert [state[0] for state in verdict.behavior.states] == [0, 1, 2]


def test_fairness_whose_subscript_is_left_open(tmp_path: Path) -> None:
    """Whether x + y changes cannot be told when the action says nothing of y (for y alone: it can change)."""
    body = "VARIABLES x, y\nvars == <<x, y>>\nInit == x = 0 /\\ y = 0\nNext == x' = 1 - x /\\ y' = 1 - y"
    verdict = checked(tmp_path, body, "WF_(x + y)(x' = 1 - x)", "<>(x = 1)")
    assert isinstance(verdict, EvalFailure) and (verdict.exit_code, verdict.error.code) == (77, "E007")
    assert isinstance(checked(tmp_path, body, "WF_<<x, y>>(x' = 1 - x)", "<>(x = 1)"), Holds)


def test_an_action_that_fails_where_no_step_goes_is_tested_as_a_formula(tmp_path: Path) -> None:
    """Running this action in a state fails on a path that no step takes; ENABLED and the steps can be evaluated."""
    fair = 'WF_vars(Up \\/ (x = 0 /\\ x\' = 0 /\\ Assert(FALSE, "here")))'
    assert isinstance(checked(tmp_path, COUNTER, fair, "<>(x = 3)"), LivenessViolated)


@pytest.mark.parametrize(
    ("prop", "what"),
    [
        ("\\A i \\in 0..x : <>(x = i)",
         "a set that depends on the state, around a temporal formula, cannot be checked"),
        ("<>(x = 1) -+-> <>(x = 2)", "the operator -+-> over temporal formulas cannot be checked"),
    ],
)  # fmt: skip
def test_what_cannot_be_checked_is_refused_before_the_search(tmp_path: Path, prop: str, what: str) -> None:
    endless = "VARIABLE x\nvars == x\nInit == x = 0\nNext == x' = x + 1"
    with pytest.raises(EvalError) as caught:
        checked(tmp_path, endless, "WF_vars(Next)", prop)
    assert (caught.value.code, caught.value.exit_code, caught.value.message) == ("E011", 77, what)
    assert caught.value.span is not None and caught.value.span.begin.line == 8


def test_too_many_cases_are_refused_before_the_search(tmp_path: Path) -> None:
    endless = "VARIABLE x\nvars == x\nInit == x = 0\nNext == x' = x + 1"
    prop = "\\E i \\in 1..13 : <>(x = i) <=> <>(x = 20 - i)"
    with pytest.raises(EvalError) as caught:
        checked(tmp_path, endless, "WF_vars(Next)", prop)
    assert (caught.value.code, caught.value.exit_code) == ("E011", 77)
    assert caught.value.message == "the property and the fairness conditions have over 4096 cases"
