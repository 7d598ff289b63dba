"""`--load-trace`: a saved counterexample checked again, after the spec has changed or not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from modelcheck.cli import main

LAMP = """---- MODULE Lamp ----
EXTENDS Naturals
CONSTANT Off
VARIABLES light, count
vars == <<light, count>>
Init == light = Off /\\ count = 0
Press == light = Off /\\ light' = "on" /\\ count' = count + 1
Release == light = "on" /\\ light' = Off /\\ UNCHANGED count
Next == (count < 3 /\\ Press) \\/ Release
Spec == Init /\\ [][Next]_vars /\\ WF_vars(Next)
Few == count < 2
Slow == [][count' < 2]_vars
Shines == <>[](light = "on")
Dim == count < 1
====
"""


@pytest.fixture
def lamp(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    class Lamp:
        def write(self, cfg, text=LAMP):
            Path("Lamp.tla").write_text(text)
            Path("Lamp.cfg").write_text(f"SPECIFICATION Spec\nCONSTANT Off = Off\n{cfg}\n")

        def save(self, cfg, code):
            self.write(cfg)
            assert main(["check", "Lamp.tla", "--quiet", "--trace-out", "t.itf.json"]) == code

        def again(self, *options):
            capsys.readouterr()
            code = main(["check", "Lamp.tla", "--quiet", "--load-trace", "t.itf.json", *options])
            out, err = capsys.readouterr()
            assert "Traceback" not in out + err
            return code, (out + err).splitlines()[0]

    return Lamp()


@pytest.mark.parametrize(
    ("cfg", "code", "line"),
    [
        ("INVARIANT Few", 12, "Invariant Few is violated."),
        ("PROPERTY Slow", 12, "Property Slow is violated by a step."),
        ("", 11, "A deadlock is reached: the last state has no successor."),
        ("CHECK_DEADLOCK FALSE\nPROPERTY Shines", 13, "Liveness property Shines is violated by a fair behavior."),
    ],
)
def test_what_is_still_wrong(lamp, cfg, code, line):
    lamp.save(cfg, code)
    assert lamp.again() == (code, line)


def test_what_is_right_now(lamp):
    lamp.save("INVARIANT Few", 12)
    lamp.write("INVARIANT Few", LAMP.replace("count < 2\nSlow", "count < 3\nSlow"))
    assert lamp.again() == (0, "The saved trace of 4 states is a behavior of the spec, and nothing is wrong in it.")
    assert lamp.again("--inv", "count < 2") == (12, "Invariant count < 2 is violated.")


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("count = 0\nPress", "count = 1\nPress", "state 1 is no initial state of the spec"),
        ("count + 1", "count + 2", "the step from state 1 to state 2 is none of Next"),
        ("UNCHANGED count\nNext", "count' = 0\nNext", "the step from state 2 to state 3 is none of Next"),
    ],
)
def test_what_is_no_behavior_any_more(lamp, old, new, where):
    lamp.save("INVARIANT Few", 12)
    assert old in LAMP
    lamp.write("INVARIANT Few", LAMP.replace(old, new))
    assert lamp.again() == (12, f"The saved trace is no behavior of the spec: {where}.")


def test_cycle_must_close(lamp):
    lamp.save("INVARIANT Few", 12)
    data = json.loads(Path("t.itf.json").read_text())
    data["loop"] = 0
    Path("t.itf.json").write_text(json.dumps(data))
    where = "the step from state 4 to state 1, back in the cycle, is none of Next"
    assert lamp.again() == (12, f"The saved trace is no behavior of the spec: {where}.")


def test_json(lamp, capsys):
    lamp.save("INVARIANT Few", 12)
    lamp.write("CONSTRAINT Dim")
    capsys.readouterr()
    assert main(["check", "Lamp.tla", "--quiet", "--load-trace", "t.itf.json", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["verdict"], said["error"]) == ("replayed", None)
    assert said["warnings"] == [f"state {n} is outside CONSTRAINT Dim" for n in (2, 3, 4)]
    lamp.write("", LAMP.replace("count + 1", "count + 2"))
    assert main(["check", "Lamp.tla", "--quiet", "--load-trace", "t.itf.json", "--json"]) == 12
    said = json.loads(capsys.readouterr().out)
    assert (said["verdict"], said["error"]["code"]) == ("not_a_behavior", "T020")
    assert len(said["counterexample"]["states"]) == 2


def test_other_files_are_refused(lamp):
    lamp.write("INVARIANT Few")
    Path("t.itf.json").write_text("{}")
    code, line = lamp.again()
    assert code == 151 and line.startswith("error U013: t.itf.json is no saved trace of this spec")
