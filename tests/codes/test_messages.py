"""What the errors say that users of model checkers ask about most, word for word."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from modelcheck.cli import main

VARIABLES = "EXTENDS Naturals\nVARIABLES x, y\nInit == x = 0 /\\ y = 0\n"

#: expression, code, message, what to do (None: the catalogue's), notes
EXPRESSIONS: list[tuple[str, str, str, str | None, list[str]]] = [
    (
        "\\E n \\in Nat : n = 3", "E002", "the set Nat is infinite and cannot be enumerated",
        "bound the set (0..3 instead of Nat), or override it in the cfg: Nat <- MyNat", [],
    ),
    (
        "\\A s \\in Seq({1}) : TRUE", "E002", "the set Seq({1}) is infinite and cannot be enumerated",
        "bound the length (UNION {[1..n -> {1}] : n \\in 0..3} instead of Seq({1})), or override Seq in the cfg", [],
    ),
    (
        "{s \\in STRING : TRUE} = {}", "E002", "the set STRING is infinite and cannot be enumerated",
        'name the strings that may occur, {"a", "b"} instead of STRING', [],
    ),
    (
        'LET r == [a |-> 1] IN r.a = "x"', "E001", '1, an integer, is compared with "x", a string', None,
        ["note: (expression):1:23: 1 is the value of r.a"],
    ),
    (
        "LET a == 1 b == {2} IN a + 1 = b", "E001", "2, an integer, is compared with {2}, a set", None,
        ["note: (expression):1:24: 2 is the value of a + 1", "note: (expression):1:32: {2} is the value of b"],
    ),
    (
        "LET S == 1..2 IN CHOOSE x \\in S : x > 2", "E005",
        "CHOOSE finds no element of S, which is 1..2, that satisfies x > 2 (2 tried)", None, [],
    ),
    (
        "CHOOSE x \\in {1, 2} : x > 2", "E005",
        "CHOOSE finds no element of {1, 2} that satisfies x > 2 (2 tried)", None, [],
    ),
    (
        "[a |-> 1, bal |-> 2].ball", "E003",
        'the record [a |-> 1, bal |-> 2] has no field "ball"; its fields are a, bal (nearest: "bal")', None, [],
    ),
    (
        "<<1, 2>>[0]", "E003",
        "the function <<1, 2>> is applied to 0, which is not in its domain 1..2 (nearest: 1, 2)", None, [],
    ),
    (
        "LET f == [n \\in Nat |-> n] IN f[0 - 1]", "E003",
        "the function is applied to -1, not in its domain Nat", None, [],
    ),
    (
        "LET n == 7 IN CASE n = 1 -> 2 [] n > 8 /\\ n < 9 -> 3", "E006",
        "none of the guards of this CASE is true, and it has no OTHER", None,
        ["note: n = 1 is FALSE: n = 7", "note: n > 8 /\\ n < 9 is FALSE: n = 7"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "message", "mend", "notes"), EXPRESSIONS, ids=[e[0] for e in EXPRESSIONS])
def test_expression(
    text: str, code: str, message: str, mend: str | None, notes: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", text]) == 75
    said = [line.strip() for line in capsys.readouterr().err.splitlines()]
    assert said[0].split(": ", 1)[1] == f"error {code}: {message}"
    assert mend is None or f"what to do: {mend}" in said
    assert [line for line in said if line.startswith("note: ")] == notes


def checked(folder: Path, capsys: pytest.CaptureFixture[str], body: str, invariant: str, *options: str) -> str:
    (folder / "T.tla").write_text(f"---- MODULE T ----\n{dedent(body)}\n====\n")
    (folder / "T.cfg").write_text(f"INIT Init NEXT Next {invariant}")
    assert main(["check", str(folder / "T.tla"), "--quiet", *options]) != 0
    return capsys.readouterr().out.replace(f"{folder}/", "")


def test_a_set_that_a_definition_makes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The place of the infinite set, and the quantifier that runs through it."""
    body = VARIABLES + "Msgs == [type : {\"a\"}, bal : Nat]\nNext == \\E m \\in Msgs : x' = m.bal /\\ y' = 0"
    out = checked(tmp_path, capsys, body, "")
    assert 'T.tla:5:9: error E002: the set [type: {"a"}, bal: Nat] is infinite and cannot be enumerated\n' in out
    assert "  note: T.tla:6:12: it is enumerated for m \\in Msgs\n" in out


def test_variables_of_unlike_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = 'VARIABLES x, y\nInit == x = 0 /\\ y = "none"\nNext == /\\ y = x\n        /\\ UNCHANGED <<x, y>>'
    out = checked(tmp_path, capsys, body, "")
    assert 'T.tla:4:12: error E001: "none", a string, is compared with 0, an integer\n' in out
    assert '  note: T.tla:4:12: "none" is the value of y\n' in out
    assert "  note: T.tla:4:16: 0 is the value of x\n" in out


def test_missing_assignment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The variable, the action, the disjunct, and what the disjunct does give."""
    body = VARIABLES + (
        "Up == \\/ x < 2 /\\ x' = x + 1 /\\ y' = y\n"
        "      \\/ /\\ x = 2\n"
        "         /\\ x' = 7\n"
        "Next == Up"
    )  # fmt: skip
    out = checked(tmp_path, capsys, body, "")
    assert "T.tla:5:1: error E008: a step of Up leaves the variable y without a next value\n" in out
    assert "  note: T.tla:6:13: this disjunct leaves y out\n" in out
    assert "  note: it gives x' = 7\n" in out


PUT = VARIABLES + (
    "Up == x < 2 /\\ x' = x + 1 /\\ y' = y\n"
    "Put(i) == /\\ x >= i\n"
    "          /\\ y > 1\n"
    "          /\\ y' = i /\\ UNCHANGED x\n"
    "Next == Up \\/ \\E i \\in {1, 2} : Put(i)"
)


def test_deadlock(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = checked(tmp_path, capsys, PUT, "")
    assert out.split("\n\n")[2] == (
        "Nearest to being enabled: Put(i = 1), stopped by a condition, after one that held.\n"
        "False: y > 1   at T.tla:7:14\n"
        "  |           /\\ y > 1\n"
        "  |              ^^^^^\n"
        "  y = 0"
    )


def test_deadlock_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said: dict[str, Any] = json.loads(checked(tmp_path, capsys, PUT, "", "--json"))
    assert said["nearest"] == {
        "action": "Put", "args": {"i": "1"}, "held": 1, "false": "y > 1", "line": 7, "column": 14, "values": {"y": "0"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("invariant", "false", "parts"),
    [
        ("~ Sent(2)", "~ Sent(2)", ["m = 2", "msgs = {2}"]),
        ("~(Sent(2) \\/ Sent(3))", "~(m \\in msgs)", ["m = 2", "msgs = {2}"]),
        ("~(\\E m \\in msgs : m > 1)", "~(m > 1)", ["with m = 2", "m = 2"]),
        ("~ ~ Sent(1)", "m \\in msgs", ["m = 1", "msgs = {2}"]),
        ("msgs = {1}", "msgs = {1}", ["msgs = {2}"]),
        ("{} = {1} \\/ Sent(1)", "{} = {1} \\/ Sent(1)", ["{} = {1}   is FALSE", "Sent(1)   is FALSE"]),
        ("{} = {1}", "{} = {1}", []),
    ],
)
def test_negations_and_literals(
    invariant: str, false: str, parts: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A false negation is told as a negation; what is written out already is not told again."""
    body = (
        "EXTENDS Naturals\nVARIABLE msgs\nSent(n) == LET m == n IN m \\in msgs\n"
        f"Init == msgs = {{2}}\nNext == msgs' = msgs\nInv == {invariant}"
    )
    out = checked(tmp_path, capsys, body, "INVARIANT Inv").splitlines()
    at = next(i for i, line in enumerate(out) if line.startswith("False: "))
    assert out[at].split("   at ")[0] == f"False: {false}"
    end = out.index("", at)
    assert [line.strip() for line in out[at + 3 : end]] == parts
