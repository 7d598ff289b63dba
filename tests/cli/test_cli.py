"""The command as a user meets it: exit codes, messages without tracebacks, JSON, files written."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from modelcheck.cli import COMMANDS, main
from modelcheck.commands.check import FIRST_PROGRESS_S, _reporter
from modelcheck.errors import CODES
from modelcheck.explore.bfs import Progress

ROOT = Path(__file__).resolve().parents[2]

JUGS = """---- MODULE Jugs ----
EXTENDS Naturals
VARIABLES small, big
Least(m, n) == IF m < n THEN m ELSE n
Init == small = 0 /\\ big = 0
Fill == \\/ small' = 3 /\\ UNCHANGED big
        \\/ big' = 5 /\\ UNCHANGED small
Empty == \\/ small' = 0 /\\ UNCHANGED big
         \\/ big' = 0 /\\ UNCHANGED small
Pour(n) == n > 0 /\\ big' = big + n /\\ small' = small - n
Draw(n) == n > 0 /\\ big' = big - n /\\ small' = small + n
Next == \\/ Fill
        \\/ Empty
        \\/ Pour(Least(small, 5 - big))
        \\/ Draw(Least(big, 3 - small))
Spec == Init /\\ [][Next]_<<small, big>>
NotFour == /\\ small \\in 0..3
           /\\ big # 4
====
"""


@pytest.fixture
def jugs(tmp_path, monkeypatch):
    """A folder with a spec in it, and that folder as the working directory."""
    (tmp_path / "Jugs.tla").write_text(JUGS)
    (tmp_path / "Jugs.cfg").write_text("SPECIFICATION Spec\nINVARIANT NotFour\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


def test_violation_is_told_with_behavior_and_false_conjunct(jugs, capsys):
    code, out, _ = run(capsys, "check", "Jugs.tla")
    assert code == 12
    lines = out.splitlines()
    assert lines[0] == "Invariant NotFour is violated."
    assert "State 2: Fill   at Jugs.tla:6:1" in lines or "State 2: Fill   at Jugs.tla:7:12" in lines
    assert "State 7: Draw(n = 1)" in out or "State 7: Draw(n = 3)" in out or "State 7: Draw" in out
    assert out.count("State ") == 7
    assert "* /\\ big = 5" in lines
    assert "False: big # 4   at Jugs.tla:18:15" in lines
    assert "  big = 4" in lines


def test_json_is_one_object_with_an_itf_counterexample(jugs, capsys):
    code, out, err = run(capsys, "check", "Jugs.tla", "--json", "--trace-out", "trace.itf.json")
    said = json.loads(out)
    assert (code, err) == (12, "")
    assert (said["schema"], said["verdict"], said["exit_code"]) == ("tlapair.check/1", "violated", 12)
    assert (said["property"], said["initial"], said["engine"]) == ("NotFour", 1, "closures")
    states = said["counterexample"]["states"]
    assert len(states) == 7
    assert states[-1]["big"] == {"#bigint": "4"}
    assert json.loads((jugs / "trace.itf.json").read_text()) == said["counterexample"]


def test_success_says_what_was_checked(jugs, capsys):
    (jugs / "Jugs.cfg").write_text("INIT Init\nNEXT Next\n")
    code, out, _ = run(capsys, "check", "Jugs.tla", "--trace-out", "none.itf.json")
    assert code == 0
    assert out.splitlines()[:2] == ["No error found.", "Checked: deadlock."]
    assert "16 distinct, depth 8" in out
    assert not (jugs / "none.itf.json").exists()
    code, out, _ = run(capsys, "check", "Jugs.tla", "--no-deadlock")
    assert "Checked: nothing, not even deadlock." in out


def test_limits_end_with_152(jugs, capsys):
    (jugs / "Jugs.cfg").write_text("INIT Init\nNEXT Next\n")
    code, out, _ = run(capsys, "check", "Jugs.tla", "--max-states", "5")
    assert code == 152 and "limit of 5 distinct states; nothing found so far" in out
    code, out, _ = run(capsys, "check", "Jugs.tla", "--max-depth", "3", "--json")
    assert code == 152 and json.loads(out)["verdict"] == "stopped" and json.loads(out)["depth"] == 4


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    [
        (["check", "Missing.tla"], 150, "P001"),
        (["check", "."], 150, "P001"),
        (["check", "Binary.tla"], 150, "P002"),
        (["check", "Empty.tla"], 150, "P006"),
        (["check", "Jugs.tla", "--config", "Missing.cfg"], 151, "C001"),
        (["check", "Jugs.tla", "--config", "."], 151, "C001"),
        (["check", "Jugs.tla", "--config", "Binary.tla"], 151, "C00"),
        (["check", "Jugs.tla", "--config", "Wrong.cfg"], 151, "C005"),
        (["check", "Jugs.tla", "--config", "Unknown.cfg"], 151, "C030"),
        (["check", "Jugs.tla", "--nonsense"], 151, "U001"),
        (["check"], 151, "U001"),
        (["check", "Jugs.tla", "--max-states", "none"], 151, "U001"),
        (["check", "Jugs.tla", "--max-seconds", "-1"], 151, "U001"),
        (["check", "Jugs.tla", "--trace-out", "no/such/folder.json"], 151, "U005"),
        (["chekc", "Jugs.tla"], 151, "U002"),
        (["codes", "Z999"], 151, "U006"),
        (["parse", "Missing.tla"], 150, "P001"),
    ],
)
def test_wrong_input_gives_code_and_exit_code(jugs, capsys, arguments, exit_code, code):
    (jugs / "Binary.tla").write_bytes(b"\x7fELF\0\1\2\3")
    (jugs / "Empty.tla").write_text("")
    (jugs / "Empty.cfg").write_text("")
    (jugs / "Wrong.cfg").write_text("INVARIANTE NotFour\n")
    (jugs / "Unknown.cfg").write_text("SPECIFICATION Spec\nINVARIANT NotFive\n")
    found, out, err = run(capsys, *arguments)
    assert found == exit_code
    assert f"error {code}" in err
    assert out == ""


def test_wrong_input_as_json(jugs, capsys):
    code, out, _ = run(capsys, "check", "Missing.tla", "--json")
    said = json.loads(out)
    assert (code, said["verdict"], said["exit_code"], said["error"]["code"]) == (150, "error", 150, "P001")


def test_a_near_command_is_offered(capsys):
    code, _, err = run(capsys, "chekc")
    assert code == 151 and "did you mean tlapair check?" in err


def test_what_the_spec_prints_stays_out_of_the_json(jugs, capsys):
    (jugs / "Loud.tla").write_text(
        "---- MODULE Loud ----\nEXTENDS TLC\nVARIABLE x\nInit == x = 1 /\\ PrintT(\"loud\")\nNext == x' = x\n====\n"
    )
    (jugs / "Loud.cfg").write_text("INIT Init\nNEXT Next\n")
    code, out, err = run(capsys, "check", "Loud.tla", "--json")
    assert code == 0
    assert json.loads(out)["verdict"] == "holds"
    assert "loud" in err


def test_parse_goes_on_after_an_error(jugs, capsys):
    code, out, err = run(capsys, "parse", "Missing.tla", "Jugs.tla")
    assert code == 150
    assert "Jugs.tla: module Jugs: 0 constants, 2 variables, 9 definitions" in out
    assert "1 of 2 files accepted" in out
    assert "P001" in err


@pytest.mark.parametrize("stage", ["tokens", "tree", "module", "ir"])
def test_parse_shows_each_stage(jugs, capsys, stage):
    code, out, _ = run(capsys, "parse", "Jugs.tla", "--show", stage)
    assert code == 0 and "NotFour" in out and "/work" not in out
    code, out, _ = run(capsys, "parse", "Jugs.tla", "--show", stage, "--json")
    (said,) = json.loads(out)
    assert said["ok"] and "NotFour" in json.dumps(said[stage])


def test_codes_explains_every_code(capsys):
    code, out, _ = run(capsys, "codes")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == sorted(CODES)
    code, out, _ = run(capsys, "codes", "v003")
    assert code == 0 and out.startswith("V003: a deadlock is reached (exit code 11)")


def test_help_lists_every_command(capsys):
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert all(f"\n  {name} " in out for name in COMMANDS)
    assert {"verify", "check", "record", "validate", "parse"} <= COMMANDS.keys()


@pytest.mark.parametrize("name", ["check", "parse", "codes"])
def test_each_command_has_help(capsys, name):
    code, out, _ = run(capsys, name, "--help")
    assert code == 0 and out.startswith(f"usage: tlapair {name}")


def test_internal_errors_are_x001_without_traceback(jugs, capsys, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("modelcheck.commands.check.check", broken)
    code, _, err = run(capsys, "check", "Jugs.tla")
    assert code == 153 and "error X001: ZeroDivisionError: oh" in err and "--debug" in err
    assert main(["check", "Jugs.tla", "--debug"]) == 153
    assert "Traceback" in capsys.readouterr().err


def process(folder: Path, *arguments: str, **options: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "modelcheck", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,  # type: ignore[call-overload]
    )


@pytest.fixture
def endless(tmp_path):
    """A spec with states without end."""
    (tmp_path / "Endless.tla").write_text(
        "---- MODULE Endless ----\nEXTENDS Naturals\nVARIABLE x\nInit == x = 0\nNext == x' = x + 1\n====\n"
    )
    (tmp_path / "Endless.cfg").write_text("INIT Init\nNEXT Next\n")
    return tmp_path


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_gives_the_state_so_far_and_153(endless):
    running = process(endless, "check", "Endless.tla", "--json")
    assert running.stderr is not None
    assert " generated (" in running.stderr.readline()  # the first line of progress: it searches
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=200)
    assert running.returncode == 153, err
    said = json.loads(out)
    assert (said["verdict"], said["error"]["code"]) == ("stopped", "X002")
    assert said["generated"] > 100


def test_termination_is_an_interrupt(endless):
    for option in ((), ("--checkpoint", "kept")):
        running = process(endless, "check", "Endless.tla", "--junit", "junit.xml", *option)
        assert running.stderr is not None
        assert " generated (" in running.stderr.readline()
        running.send_signal(signal.SIGTERM)
        out, err = running.communicate(timeout=200)
        assert running.returncode == 153, err
        assert out.startswith("Interrupted; nothing found so far.")
        assert 'type="X002"' in (endless / "junit.xml").read_text()
    assert (endless / "kept").is_file()


def test_progress_goes_to_standard_error(endless):
    running = process(endless, "check", "Endless.tla", "--max-seconds", "4.5")
    out, err = running.communicate(timeout=200)
    assert running.returncode == 152
    assert "the limit of 4.5 seconds; nothing found so far" in out
    assert " generated (" in err and " on the frontier, depth " in err


def test_a_reader_that_goes_away_is_no_crash(endless):
    running = process(endless, "codes")
    assert running.stdout is not None and running.stderr is not None
    running.stdout.close()
    err = running.stderr.read()
    running.wait(timeout=200)
    assert "Traceback" not in err and "Exception" not in err


@pytest.mark.parametrize(
    ("command", "option"), [("check", "--workers"), ("simulate", "--workers"), ("verify", "--jobs")]
)
def test_workers_are_not_without_end(jugs, capsys, command, option):
    """Each takes memory: a slip of the finger must not take all there is."""
    code, _, err = run(capsys, command, *(["Jugs.tla"] if command != "verify" else []), option, "100000")
    assert code == 151
    assert err.startswith(f"error U001: argument {option}: invalid number from 1 to 256 value: '100000'")


@pytest.mark.parametrize("command", ["check", "simulate", "prove", "parse"])
def test_names_that_cannot_be(jugs, capsys, command):
    code, _, err = run(capsys, command, "a" * 5_000 + ".tla")
    assert code == 150 and "error P001" in err and err.splitlines()[0].endswith("file name too long")
    code, _, err = run(capsys, command, "Jugs")
    assert code == 150 and "error P001: cannot read Jugs: no such file or directory" in err
    assert "what to do: did you mean Jugs.tla?" in err


def test_a_module_name_longer_than_a_file_may_have(jugs, capsys):
    (jugs / "Long.tla").write_text(f"---- MODULE Long ----\nEXTENDS {'A' * 300}\n====\n")
    code, _, err = run(capsys, "parse", "Long.tla")
    assert code == 150 and "Long.tla:2:9: error M020" in err


def closed(folder: Path, streams: str, *arguments: str) -> tuple[int, str]:
    """Exit code, and what is on both outputs, of a command that a shell runs with its streams so."""
    command = f'"$0" -m modelcheck "$@" {streams}'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable, *arguments],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a shell")
@pytest.mark.parametrize(
    ("streams", "arguments", "code", "said"),
    [
        (">&-", ("eval", "1 + 1"), 0, ""),
        (">&-", ("check", "Jugs.tla"), 12, ""),
        (">&-", ("--help",), 0, ""),
        ("2>&-", ("check", "Gone.tla"), 150, ""),
        ("<&-", ("eval", "-"), 150, "error P008"),
        ("<&-", ("repl",), 0, ""),
    ],
)
def test_closed_streams_lead_nowhere(jugs, streams, arguments, code, said):
    found, text = closed(jugs, streams, *arguments)
    assert (found, said in text, bool(text)) == (code, True, bool(said)), text


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_full_disks_are_told_and_do_not_hide_the_outcome(jugs):
    code, text = closed(jugs, ">/dev/full", "check", "Jugs.tla")
    assert code == 153 and text.startswith("error X003: No space left on device"), text
    assert closed(jugs, "2>/dev/full", "check", "Gone.tla") == (150, "")
    assert closed(jugs, "2>/dev/full", "eval", "Gone") == (150, "")


def test_progress_that_cannot_be_told_is_lost(monkeypatch):
    class Full(io.StringIO):
        def flush(self) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "stderr", Full())
    report = _reporter()
    report(Progress(1, 1, 1, 1, FIRST_PROGRESS_S))
    assert " generated (" in sys.stderr.getvalue()  # type: ignore[attr-defined]


def test_help_starts_quickly():
    """It imports next to nothing of ours, and none of the libraries."""
    code = "import sys; from modelcheck.cli import main; code = main(['--help']); print(code, *sys.modules)"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env).stdout
    code, *modules = out.splitlines()[-1].split()
    assert code == "0"
    assert not {"z3", "lark", "hypothesis", "dataclasses", "argparse", "json"} & set(modules)
    assert sum(name.startswith("modelcheck") for name in modules) < 8
