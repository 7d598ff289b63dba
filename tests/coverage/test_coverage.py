"""What a search exercised: exact counts by action and formula, and what does nothing told without being asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from modelcheck import check
from modelcheck.cli import main
from modelcheck.extras import Extras

LIFT = """---- MODULE Lift ----
EXTENDS Naturals
VARIABLES floor, doors
Init == floor = 1 /\\ doors = "shut"
Up == /\\ doors = "shut"
      /\\ floor < 3
      /\\ floor' = floor + 1
      /\\ UNCHANGED doors
Open == doors = "shut" /\\ doors' = "open" /\\ UNCHANGED floor
Shut == doors = "open" /\\ doors' = "shut" /\\ UNCHANGED floor
Fall == floor > 5 /\\ floor' = 1 /\\ UNCHANGED doors
Next == Up \\/ Open \\/ Shut \\/ Fall
Spec == Init /\\ [][Next]_<<floor, doors>>
TypeOK == /\\ floor \\in 1 .. 3
          /\\ doors = "open" => floor # 9
Below == floor < 3
Idle == floor < 9
Slow == floor' - floor < 2
Steady == floor' = floor
====
"""


@pytest.fixture
def lift(tmp_path, monkeypatch):
    (tmp_path / "Lift.tla").write_text(LIFT)
    monkeypatch.chdir(tmp_path)

    def write(cfg=""):
        (tmp_path / "Lift.cfg").write_text(f"SPECIFICATION Spec\n{cfg}\n")
        return "Lift.tla"

    return write


def formulas(verdict):
    return {" ".join(f.span.text.split()): (f.true, f.false) for f in verdict.coverage.formulas}


def test_actions_and_formulas_are_counted(lift):
    verdict = check(lift("INVARIANT TypeOK"), extras=Extras(coverage=True))
    coverage = verdict.coverage
    assert (verdict.counts.generated, verdict.counts.distinct, coverage.initial) == (9, 6, 1)
    assert [(a.name, a.taken, a.discovered) for a in coverage.actions] == [
        ("Up", 2, 2), ("Open", 3, 3), ("Shut", 3, 0), ("Fall", 0, 0),
    ]  # fmt: skip
    assert formulas(verdict) == {
        'doors = "shut"': (3, 3),  # of Open: its place is after that of Up, which has the same text
        "floor < 3": (2, 1),
        'doors = "open"': (3, 3),
        "floor > 5": (0, 6),
        "floor \\in 1 .. 3": (6, 0),
        'doors = "open" => floor # 9': (6, 0),
        "floor # 9": (3, 0),
    }
    assert [f.span.begin.line for f in coverage.formulas] == [5, 6, 9, 10, 11, 14, 15, 15, 15]


def test_counting_changes_no_answer(lift):
    plain, counted = check(lift("INVARIANT Idle")), check(lift("INVARIANT Idle"), extras=Extras(coverage=True))
    assert plain.coverage is None
    assert (plain.counts.generated, plain.counts.distinct) == (counted.counts.generated, counted.counts.distinct)


def test_explaining_a_violation_counts_nothing(lift):
    verdict = check(lift("INVARIANT Below"), extras=Extras(coverage=True))
    assert verdict.exit_code == 12
    assert formulas(verdict)["floor < 3"] == (3, 1)  # the invariant's; states 1 to 4, the last one violating


@pytest.mark.parametrize(
    ("cfg", "warnings"),
    [
        ("", ["action Fall (Lift.tla:11:1) is never taken"]),
        ("CONSTRAINT Below", ["action Fall (Lift.tla:11:1) is never taken"]),
        ("CONSTRAINT Idle", ["action Fall (Lift.tla:11:1) is never taken", "CONSTRAINT Idle excludes nothing"]),
        (
            "CONSTRAINTS Below Idle",
            ["action Fall (Lift.tla:11:1) is never taken", "CONSTRAINT Idle excludes nothing"],
        ),
        (
            "ACTION_CONSTRAINT Slow",
            ["action Fall (Lift.tla:11:1) is never taken", "ACTION_CONSTRAINT Slow excludes nothing"],
        ),
        ("ACTION_CONSTRAINT Steady", ["action Fall (Lift.tla:11:1) is never taken"]),
    ],
)  # fmt: skip
def test_what_does_nothing_is_told_unasked(lift, cfg, warnings):
    assert list(check(lift(cfg)).warnings) == warnings


def test_nothing_is_told_of_a_search_that_ended_early(lift):
    verdict = check(lift("INVARIANT Below"))
    assert (verdict.exit_code, verdict.warnings) == (12, ())


def test_disjuncts_of_one_definition_are_one_action(lift):
    path = Path(lift())
    path.write_text(LIFT.replace("Fall == floor", "Fall == \\/ UNCHANGED <<floor, doors>>\n        \\/ floor"))
    verdict = check(path, extras=Extras(coverage=True))
    assert verdict.warnings == () and verdict.coverage.actions[3].taken == 6


TABLE = """\
Action         taken   new states
Init               1
Up                 2            2   at Lift.tla:5:1
Open               3            3   at Lift.tla:9:1
Shut               3            0   at Lift.tla:10:1
Fall               0            0   at Lift.tla:11:1   never taken

Lift.tla
      line          true        false  formula
       5:10            3            3  doors = "shut"
       6:10            2            1  floor < 3
       9:9             3            3  doors = "shut"
      10:9             3            3  doors = "open"
      11:9             0            6  floor > 5   <- never true
"""


def test_text(lift, capsys):
    lift()
    assert main(["check", "Lift.tla", "--quiet", "--coverage"]) == 0
    out = capsys.readouterr().out
    assert [line.split() for line in TABLE.splitlines()] == [
        line.split() for line in out[out.index("Action ") :].splitlines()[: len(TABLE.splitlines())]
    ]
    assert "Warning: action Fall (Lift.tla:11:1) is never taken.\n" in out


def test_json(lift, capsys):
    lift()
    assert main(["check", "Lift.tla", "--quiet", "--coverage", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)["coverage"]
    assert said["initial"] == 1
    assert said["actions"][3] == {"name": "Fall", "place": "Lift.tla:11:1", "taken": 0, "discovered": 0}
    assert said["formulas"][-1] == {
        "file": "Lift.tla", "line": 11, "column": 9, "end_line": 11, "end_column": 17, "text": "floor > 5",
        "true": 0, "false": 6,
    }  # fmt: skip
    assert main(["check", "Lift.tla", "--quiet", "--json"]) == 0
    assert "coverage" not in json.loads(capsys.readouterr().out)
