"""`--inv`, `--post` and `--view`: expressions given on the command line."""

from __future__ import annotations

import pytest

from modelcheck.cli import main

COUNTER = """---- MODULE Counter ----
EXTENDS Naturals, TLC
CONSTANT Top
VARIABLES x, y
Init == x = 0 /\\ y = 0
Next == x < Top /\\ x' = x + 1 /\\ y' \\in {y, y + 1}
Spec == Init /\\ [][Next]_<<x, y>>
Small == x < 9
====
"""


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    (tmp_path / "Counter.tla").write_text(COUNTER)
    (tmp_path / "Counter.cfg").write_text("CONSTANT Top = 3\nSPECIFICATION Spec\nINVARIANT Small\n")
    monkeypatch.chdir(tmp_path)

    def work(*options):
        code = main(["check", "Counter.tla", "--quiet", "--no-deadlock", *options])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return work


def test_invariant(run):
    code, out, _ = run("--inv", "x <= y + 1")
    assert code == 12 and out.startswith("Invariant x <= y + 1 is violated.\n")
    assert "False: x <= y + 1   at --inv:1:1" in out
    code, out, _ = run("--inv", "x <= Top", "--inv", "y <= x")
    assert code == 0 and "Checked: invariants Small, x <= Top, y <= x." in out


def test_postcondition(run):
    assert run("--post", 'TLCGet("distinct") = 10')[0] == 0
    code, out, _ = run("--post", 'TLCGet("distinct") = 11')
    assert code == 10 and 'Postcondition TLCGet("distinct") = 11 is false.' in out


def test_view(run):
    assert "13 states generated, 10 distinct, depth 4" in run()[1]
    assert "7 states generated, 4 distinct, depth 4" in run("--view", "x")[1]


@pytest.mark.parametrize(
    ("option", "text", "code", "exit_code"),
    [
        ("--inv", "x <", "P008", 150),
        ("--inv", "z = 1", "M001", 150),
        ("--inv", "x' = 1", "C032", 151),
        ("--inv", "[](x = 1)", "C032", 151),
        ("--view", "x'", "C032", 151),
        ("--inv", "x + 1", "E009", 76),
    ],
)
def test_wrong_expressions_are_coded(run, option, text, code, exit_code):
    got, out, err = run(option, text)
    assert got == exit_code and f"error {code}" in out + err and f"{option}:1:" in out + err
