"""`tlapair prove`: verdicts, the action that is named, and counterexamples that the engine of closures confirms."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from modelcheck.cli import main

ROOT = Path(__file__).resolve().parents[2]
COUNT = r"""---- MODULE Count ----
EXTENDS Naturals, Sequences, FiniteSets
VARIABLES x, q, s
Init == x = 0 /\ q = <<>> /\ s = {}
Up == x < 10 /\ x' = x + 2 /\ q' = Append(q, x) /\ s' = s \cup {x}
Jump == x > 20 /\ x' = x + 1 /\ UNCHANGED <<q, s>>
Next == Up \/ Jump
TypeOK == x \in Nat /\ q \in Seq(0..10) /\ s \in SUBSET (0..10)
Even == x % 2 = 0
Weak == TypeOK /\ Even
Strong == TypeOK /\ Even /\ x <= 10
Short == Len(q) < 3
Few == Cardinality(s) < 4
Bad == q[x + 1] = 0
Far == x < 21
====
"""

LOW = r"""---- MODULE Low ----
EXTENDS Naturals
VARIABLE x
Init == x = 0
Next == x < 3 /\ x' = x + 1
small == x \in 0..3
====
"""


@pytest.fixture
def prove(tmp_path, capsys):
    (tmp_path / "Count.tla").write_text(COUNT)
    (tmp_path / "Count.cfg").write_text("INIT Init NEXT Next CHECK_DEADLOCK FALSE")

    def run(*options: str):
        code = main(["prove", str(tmp_path / "Count.tla"), "--json", *options])
        return code, json.loads(capsys.readouterr().out)

    return run


def test_bounded_and_shortest(prove):
    code, out = prove("--inv", "Short", "--length", "2")
    assert (code, out["verdict"], out["bound"]) == (0, "holds_up_to", 2)
    code, out = prove("--inv", "Short", "--length", "9")
    assert (code, out["verdict"], out["action"], len(out["behavior"]["states"])) == (12, "violated", "Up", 4)
    code, out = prove("--inv", "Few", "--length", "9")
    assert (code, out["action"], len(out["behavior"]["states"])) == (12, "Up", 5)


def test_behaviors_that_end(prove):
    assert prove("--inv", "Far", "--length", "50")[1]["text"].endswith("(none is longer than 5)")


def test_inductive(prove):
    code, out = prove("--inv", "Strong", "--max-length", "3")
    assert (code, out["verdict"]) == (0, "inductive")
    assert out["warnings"] == ["only for sequences of at most 3 elements in the state before the step"]
    assert {o["action"] for o in out["obligations"]} >= {"Up", "Jump"}


def test_not_inductive_names_the_action(prove):
    code, out = prove("--inv", "Weak", "--max-length", "2")
    assert (code, out["verdict"], out["action"]) == (12, "not_inductive", "Jump")
    assert out["reach"] == "not found reachable"
    first, second = out["behavior"]["states"]
    assert second["x"] == {"#bigint": str(int(first["x"]["#bigint"]) + 1)}
    answers = {o["action"]: o["answer"] for o in out["obligations"] if o["action"]}
    assert answers == {"Up": "proved", "Jump": "broken"}


def test_assumption_mends_it(prove):
    code, out = prove("--inv", "Weak", "--assume", "x <= 10", "--max-length", "2")
    assert (code, out["verdict"]) == (0, "inductive")
    given = "Weak is inductive relative to x <= 10: it holds in every reachable state, given that x <= 10 does"
    assert out["text"] == given


PARTS = """---- MODULE Parts ----
EXTENDS Naturals
VARIABLES x, y, z
Init == x = 0 /\\ y = 0 /\\ z = 0
Next == x < 4 /\\ x' = x + 1 /\\ y' = x' /\\ z' \\in 0..3
Typed == x \\in 0..5 /\\ y \\in 0..5 /\\ z \\in 0..5
Equal == x = y
Idle == z < 4
Low == y < 5
Low2 == x < 5
Ind == Typed /\\ Idle /\\ Equal /\\ (z # 5) /\\ Low2 /\\ Low
====
"""


@pytest.mark.parametrize(
    ("target", "core"),
    [
        ("Low", ["Typed", "Low"]),
        ("z < 5", ["Typed", "Idle"]),
        ("x + y < 9", ["Typed", "Equal", "Low2"]),
        ("TRUE", ["Typed"]),
    ],
)
def test_smaller_invariants(target, core, tmp_path, capsys):
    (tmp_path / "Parts.tla").write_text(PARTS)
    (tmp_path / "Parts.cfg").write_text("INIT Init NEXT Next INVARIANT Ind CHECK_DEADLOCK FALSE")
    assert main(["prove", str(tmp_path / "Parts.tla"), "--json", "--simplify", target]) == 0
    out = json.loads(capsys.readouterr().out)
    assert (out["target"], out["core"], out["warnings"]) == (target, core, [])


def test_no_smaller_invariant_for_what_does_not_follow(tmp_path, capsys):
    (tmp_path / "Parts.tla").write_text(PARTS)
    (tmp_path / "Parts.cfg").write_text("INIT Init NEXT Next INVARIANT Ind CHECK_DEADLOCK FALSE")
    assert main(["prove", str(tmp_path / "Parts.tla"), "--simplify", "z < 3"]) == 0
    assert "no smaller invariant that implies z < 3 was found" in capsys.readouterr().out
    assert main(["prove", str(tmp_path / "Parts.tla"), "--simplify", "z < 3", "--length", "3"]) == 151


LEFT_OUT = """---- MODULE LeftOut ----
EXTENDS Naturals
VARIABLE x
Init == x = 0
Next == x' = (x + 1) % 4
Inv == x \\in 0..3
Box == [][x' # 2]_x
Live == <>(x = 7)
Always == [](x < 9)
Small == x < 2
Up == x' > x
Post == FALSE
Seen == x
====
"""
CFG = "INIT Init NEXT Next INVARIANT Inv PROPERTY Box Live Always"
LEFT = "PROPERTY Box, Live is not looked at: prove asks about states, use tlapair check"
DEADLOCK = "deadlock is not looked for (CHECK_DEADLOCK FALSE in the cfg says that it need not be)"


@pytest.mark.parametrize(
    ("more", "options", "warnings"),
    [
        ("", (), [LEFT, DEADLOCK]),
        (" CHECK_DEADLOCK FALSE", (), [LEFT]),
        (" CHECK_DEADLOCK FALSE", ("--search", "x = 3"), []),
        (" VIEW Seen", (), [LEFT, DEADLOCK, "VIEW is not used: states are told apart by all their variables"]),
        (" POSTCONDITION Post", (), [LEFT, DEADLOCK, "POSTCONDITION Post is not evaluated: it is about a search"]),
        (
            " CONSTRAINT Small",
            ("--length", "6"),
            [LEFT, DEADLOCK, "a state outside CONSTRAINT Small is looked at, and not left, as in check"],
        ),
        (
            " CONSTRAINT Small",
            (),
            ["steps from states outside the CONSTRAINT are left out, as in check", LEFT, DEADLOCK],
        ),
        (
            " ACTION_CONSTRAINT Up",
            ("--length", "6"),
            [LEFT, DEADLOCK, "a step outside ACTION_CONSTRAINT Up ends a behavior, as in check"],
        ),
    ],
)
def test_what_is_left_out_is_said(more, options, warnings, tmp_path, capsys):
    (tmp_path / "LeftOut.tla").write_text(LEFT_OUT)
    (tmp_path / "LeftOut.cfg").write_text(CFG + more)
    assert main(["prove", str(tmp_path / "LeftOut.tla"), "--json", *options]) == 0
    out = json.loads(capsys.readouterr().out)
    assert out["warnings"] == warnings
    assert out["checked"] == (["x = 3"] if options[:1] == ("--search",) else ["Inv", "Always"])


def test_evaluation_errors_are_found(prove):
    code, out = prove("--inv", "Bad", "--length", "3")
    assert (code, out["verdict"], out["error"]["code"]) == (76, "error", "E003")


def test_witness(prove):
    code, out = prove("--search", "x = 8")
    assert (code, out["verdict"], len(out["behavior"]["states"])) == (0, "witness", 5)
    code, out = prove("--search", "x = 7")
    assert (code, out["verdict"]) == (152, "no_witness")


@pytest.mark.parametrize("option", ["--inv", "--search", "--assume", "--simplify"])
def test_places_name_the_option(option, tmp_path, capsys):
    (tmp_path / "Low.tla").write_text(LOW)
    (tmp_path / "Low.cfg").write_text("INIT Init\nNEXT Next\nINVARIANT small\n")
    assert main(["prove", str(tmp_path / "Low.tla"), option, "x < y"]) == 150
    assert capsys.readouterr().err.startswith(f"{option}:1:5: error M001: unknown name 'y'")
    assert main(["prove", str(tmp_path / "Low.tla"), option, "[](x < 3)"]) == 151
    assert capsys.readouterr().err.startswith(f"{option}:1:1: error S006: [](x < 3) is a temporal formula")


@pytest.mark.parametrize(
    ("options", "first"),
    [
        (["--search", "x = 2"], "x = 2 is satisfied after 2 steps."),
        (["--search", "x = 7", "--length", "2"], "x = 7 is satisfied by no behavior of up to 2 steps."),
        ([], "small is inductive: it holds in every reachable state."),
        (["--inv", "x \\in 0..2"], "x \\in 0..2 is not inductive: Next breaks x \\in 0..2."),
        (["--inv", "x < 2", "--length", "3"], "Invariant x < 2 is violated by Next."),
    ],
)
def test_names_of_the_spec_keep_their_letters(options, first, tmp_path, capsys):
    (tmp_path / "Low.tla").write_text(LOW)
    (tmp_path / "Low.cfg").write_text("INIT Init\nNEXT Next\nINVARIANT small\n")
    main(["prove", str(tmp_path / "Low.tla"), *options])
    assert capsys.readouterr().out.splitlines()[0] == first


def test_unknown_is_no_success(prove):
    code, out = prove("--inv", "Few", "--length", "9", "--max-seconds", "0.0001")
    assert (code, out["verdict"]) == (152, "unknown")


def test_smt_out(prove, tmp_path):
    prove("--inv", "Strong", "--max-length", "2", "--smt-out", str(tmp_path / "out.smt2"))
    assert (tmp_path / "out.smt2").read_text().count("(check-sat)") >= 2


def test_check_does_not_import_z3():
    program = "import sys; from modelcheck.cli import main; main(sys.argv[1:]); sys.exit('z3' in sys.modules)"
    model = [str(ROOT / "specs/twophase/MCTransactionCommit.tla"), "--quiet"]
    assert subprocess.run([sys.executable, "-c", program, "check", *model], cwd=ROOT, check=False).returncode == 0


def test_values_of_different_kinds_are_not_unequal(prove):
    code, out = prove("--inv", 'IF x > 3 THEN x # IF x = 4 THEN "no" ELSE 5 ELSE TRUE', "--length", "3")
    assert (code, out["error"]["code"]) == (76, "E001")
    code, out = prove("--inv", 'IF x > 3 THEN x # "no" ELSE TRUE', "--length", "3")
    assert (code, out["error"]["code"]) == (75, "S001")
