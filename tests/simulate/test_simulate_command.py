"""`tlapair simulate` as a user meets it: text, JSON, exit codes, traces written."""

from __future__ import annotations

import json
import re

from small_walks import write

from modelcheck.cli import main

FOUND = """\
Invariant Low is violated.

State 1: initial state
  /\\ x = 0
State 2: Up   at Steps.tla:5:1
* /\\ x = 1
State 3: Up   at Steps.tla:5:1
* /\\ x = 2
State 4: Up   at Steps.tla:5:1
* /\\ x = 3
State 5: Up   at Steps.tla:5:1
* /\\ x = 4
State 6: Up   at Steps.tla:5:1
* /\\ x = 5

False: x < 5   at Steps.tla:10:8
  | Low == x < 5
  |        ^^^^^
  x = 5

Found in behavior 1 of seed 0, after NUMBER steps; a shorter one of 5 steps is shown.

Action         taken        tried      enabled
Up            NUMBER       NUMBER       NUMBER   at Steps.tla:5:1
Down          NUMBER       NUMBER       NUMBER   at Steps.tla:6:1
Never              0       NUMBER            0   at Steps.tla:7:1

NUMBER steps in 1 behavior (seed 0), longest NUMBER, NUMBER states generated, TIME s, NUMBER MB.
"""


def run(capsys, *arguments):
    code = main(["simulate", *arguments, "--quiet"])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


def test_text(tmp_path, capsys, monkeypatch):
    write(tmp_path, "Steps", "INVARIANT Low")
    monkeypatch.chdir(tmp_path)
    code, out, _ = run(capsys, "Steps.tla")
    assert code == 12
    pattern = re.escape(FOUND).replace("TIME", r"\d+\.\d+").replace("NUMBER", r"[\d,]+")
    assert re.fullmatch(re.sub(r"(\\ )+(?=\[)", " +", pattern), out), out


def test_json_and_trace(tmp_path, capsys):
    path = write(tmp_path, "Steps", "INVARIANT Low")
    trace = tmp_path / "low.itf.json"
    code, out, _ = run(capsys, str(path), "--json", "--trace-out", str(trace), "--seed", "-7")
    said = json.loads(out)
    assert (code, said["exit_code"], said["schema"], said["verdict"]) == (12, 12, "tlapair.simulate/1", "violated")
    assert said["property"] == "Low" and "distinct" not in said
    walk = said["simulation"]
    assert (walk["seed"], walk["depth"], walk["behavior"]) == (-7, 100, walk["behaviors"])
    assert [action["name"] for action in walk["actions"]] == ["Up", "Down", "Never"]
    assert json.loads(trace.read_text())["states"][-1]["x"] == {"#bigint": "5"}


def test_success_says_how_far_it_looked(tmp_path, capsys):
    path = write(tmp_path, "Steps")
    code, out, _ = run(capsys, str(path), "--num", "7", "--depth", "11")
    assert code == 0
    assert out.startswith("No error found in 7 random behaviors of up to 11 steps.\nChecked: deadlock.\n")
    assert "77 steps in 7 behaviors (seed 0), longest 11 (7 cut at the depth), " in out
    assert "holds" not in out.lower()


def test_wrong_options_are_coded(tmp_path, capsys):
    path = write(tmp_path, "Steps")
    for options in (["--num", "0"], ["--depth", "x"], ["--seconds", "-1"], ["--workers", "0"]):
        code, out, err = run(capsys, str(path), *options)
        assert (code, out) == (151, "") and "error U001" in err


def test_json_of_a_simulation_that_could_not_begin(capsys):
    assert main(["simulate", "None.tla", "--json"]) == 150
    said = json.loads(capsys.readouterr().out)
    assert (said["schema"], said["error"]["code"], said["simulation"]) == ("tlapair.simulate/1", "P001", None)
    assert "distinct" not in said
