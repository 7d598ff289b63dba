"""`tlapair repl`: what comes of each line that is typed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from modelcheck.commands.repl import COMMANDS, Repl, _duration, history_file
from modelcheck.session import Session, is_unit

ROOT = Path(__file__).resolve().parents[2]


class Typed:
    """A repl, and what it has written since the last question."""

    def __init__(self, *arguments, **options):
        self.out = []
        self.repl = Repl(Session(*arguments, **options), self.out.append)
        self.repl.timing = False

    def __call__(self, *lines):
        self.out.clear()
        for line in lines:
            self.repl.line(line)
        return list(self.out)


@pytest.fixture(scope="module")
def standard():
    return Typed()


def test_values(standard):
    assert standard("1 + 1") == ["2"]
    assert standard("", "   ") == []
    assert standard("{1, 2} \\X {3}") == ["{<<1, 3>>, <<2, 3>>}"]


def test_definitions_are_kept_and_replaced():
    typed = Typed()
    assert typed("Sq(x) == x * x") == ["defined Sq"]
    assert typed("Four == Sq(2)", "Sq(Four)") == ["defined Four", "16"]
    assert typed("Sq(x) == x + 1", "Four", "Sq(Four)") == ["defined Sq", "3", "4"]
    assert typed(":def") == ["Sq(x) == x + 1", "Four == Sq(2)"]
    assert typed("a ++ b == a * 10 + b", "1 ++ 2") == ["defined ++", "12"]
    assert typed("f[n \\in Nat] == IF n = 0 THEN 0 ELSE 2 + f[n - 1]", "f[4]") == ["defined f", "8"]


def test_definition_that_is_wrong_changes_nothing():
    typed = Typed()
    typed("A == 1", "B == A + 1")
    (message,) = typed("A == C")
    assert "error M001: unknown name 'C'" in message and "(typed in):3:6" in message
    assert typed("B") == ["2"]
    (message,) = typed("A(x) == x")  # B uses A without an argument
    assert "error M005" in message
    assert typed("B") == ["2"]


def test_registers_survive_definitions():
    assert Typed()("TLCSet(1, 5)", "A == 1", "TLCGet(1)") == ["TRUE", "defined A", "5"]


def test_unfinished_expression_goes_on():
    typed = Typed()
    assert typed("[x \\in", "1 .. 2 |->", "x * x]") == ["<<1, 4>>"]
    assert typed("/\\ TRUE", "1") == ["TRUE", "1"]
    assert typed("LET y == 2", "IN y") == ["2"]
    assert typed("RECURSIVE g(_)", "g(n) == IF n = 0 THEN 0 ELSE 1 + g(n - 1)", "g(3)") == ["defined g", "3"]
    (message,) = typed("1 +", "")
    assert "error P008" in message
    assert typed("2") == ["2"]


def test_what_is_pending_at_the_end_is_an_error():
    typed = Typed()
    typed("1 +")
    typed.repl.end()
    assert typed.repl.done and "error P008" in typed.out[0]


def test_modules_are_added():
    typed = Typed()
    assert "error M001" in typed("Max({1, 2})")[0]
    assert typed("EXTENDS FiniteSetsExt", "Max({1, 2})") == ["defined FiniteSetsExt", "2"]
    assert "error M020: there is no module 'Nowhere'" in typed("EXTENDS Nowhere")[0]
    assert typed("Max({1, 2})") == ["2"]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("x == 1", True),
        ("x = 1", False),
        ("LET x == 1 IN x", False),
        ("Op(a, b(_)) == b(a)", True),
        ('"a == b"', False),
        ("1 \\* == no", False),
        ("(* == *) 1", False),
        ("EXTENDS Bags", True),
        ("RECURSIVE f(_)", True),
        ("f[x \\in {LET y == 1 IN y}] == x", False),  # read as an expression, and refused as one
        ("a \\oplus b == a", True),
    ],
)
def test_definitions_are_told_from_expressions(text, unit):
    assert is_unit(text) is unit


def test_commands(standard):
    assert standard(":type {1, 2}") == ["Set(Int)"]
    assert standard(":def Head")[0].endswith("\\* in module Sequences")
    assert "error M001: 'Haed' is not defined here" in standard(":def Haed")[0]
    assert "did you mean" in standard(":def Haed")[0]
    help_lines = standard(":help")
    assert len(help_lines) == 1 + len(COMMANDS) and all(name.split()[0] in "".join(help_lines) for name in COMMANDS)
    assert "error U002: there is no command :tpye" in standard(":tpye 1")[0]
    assert "did you mean :type?" in standard(":tpye 1")[0]
    assert "error U013: no trace is loaded" in standard(":state")[0]


def test_timing(standard):
    standard.repl.timing = True
    assert re.fullmatch(r"\([\d.]+ (us|ms|s)\)", standard("1")[1])
    assert standard(":time off", "1") == ["1"]
    assert "error U001" in standard(":time maybe")[0]
    assert [_duration(s) for s in (0.0000125, 0.0125, 12.5)] == ["12 us", "12.5 ms", "12.50 s"]


def test_quit():
    typed = Typed()
    typed(":quit")
    assert typed.repl.done


def test_trace_of_a_module(tmp_path):
    path = tmp_path / "Lights.tla"
    path.write_text(
        '---- MODULE Lights ----\nVARIABLES color\nInit == color = "red"\nNext == color\' = "green"\n'
        "Go == color = \"green\"\n====\n"
    )
    trace = tmp_path / "t.itf.json"
    trace.write_text(
        '{"#meta": {"description": "a change"}, "vars": ["color"], "loop": 1, "states": [{"color": "red"},'
        ' {"#meta": {"action": "Next"}, "color": "green"}]}'
    )
    typed = Typed(path)
    assert typed(f":trace {trace}") == [
        "2 states, then back to state 2: a change",
        "State 1 of 2",
        '  /\\ color = "red"',
    ]
    assert typed("Go", "color'") == ["FALSE", '"green"']
    assert typed(":state 2", "Go") == ["State 2 of 2 (Next)", '  /\\ color = "green"', "TRUE"]
    assert "error U013: there is no state 3" in typed(":state 3")[0]
    assert "error U013: 'x' is no number" in typed(":state x")[0]


def test_reload(tmp_path):
    path = tmp_path / "One.tla"
    path.write_text("---- MODULE One ----\nA == 1\n====\n")
    typed = Typed(path)
    assert typed("A", "B == A") == ["1", "defined B"]
    path.write_text("---- MODULE One ----\nA == 2\n====\n")
    assert typed("B", ":reload", "B") == ["1", "read again", "2"]


def test_completion(standard):
    assert standard.repl.completions("Sub") == ["SubBag", "SubSeq"]
    assert standard.repl.completions(":t") == [":type", ":trace", ":time"]
    assert "CHOOSE" in standard.repl.completions("CH")
    assert standard.repl.completions("") == []


def test_piped_input(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "modelcheck", "repl"],
        input="1 + 1\n:time off\nA == 3\nA +\n1\n<<A>>",
        capture_output=True, text=True, timeout=300, check=False, cwd=ROOT,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0 and done.stderr == ""
    lines = done.stdout.splitlines()
    assert [lines[0], *lines[2:]] == ["2", "defined A", "4", "<<3>>"]


def test_history_is_kept_in_the_state_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert history_file() == tmp_path / "tlapair" / "history"
    monkeypatch.delenv("XDG_STATE_HOME")
    assert history_file().parts[-4:] == (".local", "state", "tlapair", "history")


@pytest.mark.parametrize("command", [":type", ":trace"])
def test_commands_that_lack_their_argument(standard, command):
    (message,) = standard(command)
    assert message.startswith(f"error U001: {command} needs ")
    assert f"as in {command} " in message


def test_a_variable_without_a_state(tmp_path):
    (tmp_path / "V.tla").write_text("---- MODULE V ----\nVARIABLE x\n====")
    (message,) = Typed(tmp_path / "V.tla")("x")
    assert message.startswith("(expression):1:1: error E011: the expression speaks of a state")
    assert "what to do: load a trace to take its states from: --trace FILE, or :trace FILE" in message
