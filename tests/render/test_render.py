"""Verdicts as text, JSON and ITF, from verdicts made by hand."""

from __future__ import annotations

from modelcheck.engine.protocol import ActionInfo, Explanation, Part
from modelcheck.errors import EvalError
from modelcheck.explore.bfs import Progress
from modelcheck.explore.path import Behavior, BehaviorStep
from modelcheck.render.json import SCHEMA, verdict_as_json
from modelcheck.render.text import progress_line, verdict_as_text
from modelcheck.source import SourceFile, Span
from modelcheck.values import make_record
from modelcheck.verdict import (
    AssertFailed,
    AssumptionFalse,
    Counts,
    Deadlock,
    EvalFailure,
    Holds,
    Stopped,
    Violated,
)

TEXT = "Inc(n) == x' = x + n\nSmall == x < 3\n"
FILE = SourceFile("Count.tla", TEXT)
INC = ActionInfo("Inc", ("n",), Span(FILE, 10, 20))
COUNTS = Counts(1234, 56, 3, 1, 2, 0.25, 40, "closures")
BEHAVIOR = Behavior(
    ("x", "log"),
    (BehaviorStep((0, ())), BehaviorStep((3, ()), INC, (3,)), BehaviorStep((3, ("a",)), INC, (0,))),
)
WHY = Explanation(Part("x < 3", None, Span(FILE, 30, 35)), (("n", 2),), (Part("x", 3, None),))
VIOLATED = Violated(
    counts=COUNTS, kind="invariant", property_name="Small", behavior=BEHAVIOR, explanation=WHY
)


def test_violation_as_text():
    assert verdict_as_text(VIOLATED) == (
        "Invariant Small is violated.\n"
        "\n"
        "State 1: initial state\n"
        "  /\\ x = 0\n"
        "  /\\ log = <<>>\n"
        "State 2: Inc(n = 3)   at Count.tla:1:11\n"
        "* /\\ x = 3\n"
        "  /\\ log = <<>>\n"
        "State 3: Inc(n = 0)   at Count.tla:1:11\n"
        "  /\\ x = 3\n"
        '* /\\ log = <<"a">>\n'
        "\n"
        "False: x < 3   at Count.tla:2:10\n"
        "  | Small == x < 3\n"
        "  |          ^^^^^\n"
        "  with n = 2\n"
        "  x = 3\n"
        "\n"
        "1,234 states generated, 56 distinct (2 not explored), depth 3, 0.25 s, 40 MB."
    )


def test_violation_as_json():
    data = verdict_as_json(VIOLATED)
    assert list(data) == [
        "schema", "verdict", "exit_code", "property", "generated", "distinct", "depth", "initial", "seconds",
        "peak_rss_mb", "engine", "error", "counterexample", "warnings",
    ]  # fmt: skip
    assert (data["schema"], data["verdict"], data["exit_code"]) == (SCHEMA, "violated", 12)
    assert (data["property"], data["generated"], data["initial"]) == ("Small", 1234, 1)
    assert data["error"]["code"] == "V004"
    trace = data["counterexample"]
    assert trace["vars"] == ["x", "log"]
    assert trace["states"][1] == {
        "#meta": {"index": 1, "action": "Inc", "args": {"n": {"#bigint": "3"}}, "place": "Count.tla:1:11"},
        "x": {"#bigint": "3"},
        "log": {"#tup": []},
    }


def test_alias_changes_what_is_printed_only():
    alias = tuple((("twice", 2 * step.state[0]),) for step in BEHAVIOR.steps)
    shown = Behavior(BEHAVIOR.variables, BEHAVIOR.steps, alias)
    verdict = Deadlock(counts=COUNTS, behavior=shown)
    text = verdict_as_text(verdict)
    assert "  /\\ twice = 0\n" in text and "* /\\ twice = 6\n" in text and "log" not in text
    assert "log" in verdict_as_json(verdict)["counterexample"]["states"][0]


def test_wide_values_are_broken_over_lines():
    record = make_record(("first", "second"), (tuple(range(30)), tuple(range(30))))
    shown = Behavior(("r",), (BehaviorStep((record,)),))
    lines = verdict_as_text(Deadlock(counts=COUNTS, behavior=shown)).splitlines()
    at = lines.index("State 1: initial state")
    assert max(map(len, lines[at : at + 60])) <= 100
    assert lines[at + 1].startswith("  /\\ r = [ first |->")


def test_other_verdicts():
    error = EvalError("E010", "boo", Span(FILE, 30, 35))
    cases = [
        (Holds(counts=COUNTS, checked=("invariant Small", "deadlock")), "holds", 0, None),
        (Deadlock(counts=COUNTS, behavior=BEHAVIOR), "deadlock", 11, "V003"),
        (
            AssumptionFalse(counts=COUNTS, kind="assumption", property_name="Positive"),
            "assumption_false",
            10,
            "V001",
        ),
        (
            AssumptionFalse(counts=COUNTS, kind="postcondition", property_name="Post"),
            "assumption_false",
            10,
            "V002",
        ),
        (AssertFailed(counts=COUNTS, error=error, behavior=BEHAVIOR), "assert_failed", 14, "E010"),
        (
            EvalFailure(counts=COUNTS, error=error, behavior=BEHAVIOR, doing="invariant Small", code=76),
            "error",
            76,
            "E010",
        ),
        (Stopped(counts=COUNTS, reason="states", limit=50), "stopped", 152, "L001"),
        (Stopped(counts=COUNTS, reason="out_of_memory"), "stopped", 152, "L003"),
        (Stopped(counts=COUNTS, reason="interrupted"), "stopped", 153, "X002"),
    ]
    for verdict, name, exit_code, code in cases:
        data = verdict_as_json(verdict)
        assert (data["verdict"], data["exit_code"]) == (name, exit_code)
        assert (data["error"] or {}).get("code") == code
        assert "1,234 states generated" in verdict_as_text(verdict)
    assert verdict_as_text(cases[0][0]).startswith("No error found.\nChecked: invariant Small; deadlock.\n")
    assert "limit of 50 distinct states" in verdict_as_text(cases[6][0])
    assert "error E010: boo" in verdict_as_text(cases[5][0])


def test_progress_line():
    line = progress_line(Progress(120_000, 3_000, 450, 12, 65.0))
    assert line == "[01:05] 120,000 generated (1,846/s), 3,000 distinct, 450 on the frontier, depth 12"
