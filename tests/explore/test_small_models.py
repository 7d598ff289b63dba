"""Small specs, each with the exit code and counts that TLC (one worker) gives for them.

Three rows differ from TLC on purpose, and say so: a violated action property is a safety violation here (12, TLC: 13),
an error in a property or in an invariant of an initial state is 76 (TLC: 75), a false postcondition is 10 (TLC: 255).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck import check
from modelcheck.errors import TlaError

COUNT = "x < 3 /\\ x' = x + 1"
#: name: (Init, Next, cfg lines, definitions, exit code, (generated, distinct, depth) or None)
MODELS = {
    "Plain": ("x = 0", COUNT, "", "", 0, (4, 4, 4)),
    "Stutter": ("x = 0", "x' = x", "", "", 0, (2, 1, 1)),
    "InvErr": ("x = 0", COUNT, "INVARIANT I", 'I == x < 2 \\/ x = "a"', 76, (3, 3, 3)),
    "NextErr": ("x = 0", COUNT + ' /\\ (x < 2 \\/ x = "a")', "", "", 75, (3, 3, 3)),
    "InitErr": ('x = 0 /\\ x = "a"', "x' = x", "", "", 75, (0, 0, 0)),
    "AssertNext": ("x = 0", "x' = x + 1 /\\ Assert(x < 2, \"boo\")", "", "", 14, (3, 3, 3)),
    "AssertInv": ("x = 0", "x' = x + 1", "INVARIANT I", 'I == Assert(x < 2, "boo")', 76, (3, 3, 3)),
    "AssumeErr": ("x = 0", "x' = x", "", 'ASSUME 1 = "a"', 10, None),
    "AssumeFalse": ("x = 0", "x' = x", "", "ASSUME 1 = 2", 10, None),
    "Axiom": ("x = 0", "x' = x", "", "AXIOM \\A f : f[0] = 1\nAXIOM No == 1 = 2", 0, (2, 1, 1)),
    "Assumption": ("x = 0", "x' = x", "", "ASSUMPTION No == 1 = 2", 10, None),
    "AssertAssume": ("x = 0", "x' = x", "", 'ASSUME Assert(FALSE, "hi")', 10, None),
    "PostFalse": ("x = 0", "x' = x", "POSTCONDITION P", "P == FALSE", 10, (2, 1, 1)),  # TLC: 255
    "PostErr": ("x = 0", "x' = x", "POSTCONDITION P", 'P == 1 = "a"', 10, (2, 1, 1)),
    "PostViolated": ("x = 0", "x' = x + 1", "INVARIANT I POSTCONDITION P", "P == FALSE\nI == x < 3", 12, (4, 4, 4)),
    "ActionProperty": ("x = 0", COUNT, "PROPERTY P", "P == [][x < 1]_x", 12, (3, 3, 3)),  # TLC: 13
    "ActionPropertyErr": ("x = 0", COUNT, "PROPERTY P", 'P == [][x < 1 \\/ x = "a"]_x', 76, (3, 3, 3)),  # TLC: 75
    "InitProperty": ("x = 0", COUNT, "PROPERTY P", "P == x = 1", 12, (1, 1, 1)),  # TLC: 13
    "AlwaysProperty": ("x = 0", COUNT, "PROPERTY P", "P == [](x < 2)", 12, (3, 3, 3)),
    "InitInvErr": ("x = 0", COUNT, "INVARIANT I", 'I == x = "a"', 76, (1, 1, 1)),  # TLC: 75
    "ConstraintErr": ("x = 0", COUNT, "CONSTRAINT C", 'C == x < 1 \\/ x = "a"', 75, (2, 1, 1)),
    "ConstraintInv": (
        "x = 0", "x < 9 /\\ x' = x + 1", "CONSTRAINT C INVARIANT C", "C == x < 3", 12, (4, 3, 3),
    ),
    "ConstraintProperty": (
        "x = 0", "x < 9 /\\ x' = x + 1", "CONSTRAINT C PROPERTY P", "C == x < 3\nP == [][x' < 3]_x", 12, (4, 3, 3),
    ),  # TLC: 13
    "ConstraintInit": ("x \\in 0..5", "x < 9 /\\ x' = x + 1", "CONSTRAINT C", "C == x < 3", 0, (9, 3, 1)),
    "ConstraintNone": ("x \\in 0..5", "x < 9 /\\ x' = x + 1", "CONSTRAINT C", "C == x > 9", 0, (6, 0, 1)),
    "ConstraintInitInv": (
        "x \\in 0..5", COUNT, "CONSTRAINT C INVARIANT I", "C == x < 3\nI == x < 4", 12, (5, 3, 1),
    ),
    "NoInit": ("x \\in 0..5 /\\ x > 6", "x' = x + 1", "", "", 0, (0, 0, 0)),
    "Missing": ("x = 0 /\\ y = 0", "x' = x + 1", "", "", 75, None),
    "Deadlock": ("x = 0", COUNT, "CHECK_DEADLOCK TRUE", "", 11, (4, 4, 4)),
    "DeadlockOutside": ("x = 0", COUNT, "CHECK_DEADLOCK TRUE CONSTRAINT C", "C == x < 2", 0, (3, 2, 2)),
    "Symmetry": (
        "x = {}", "\\E a \\in {A1, A2, A3} : x' = x \\cup {a}",
        "SYMMETRY S CONSTANTS A1 = A1 A2 = A2 A3 = A3",
        "S == Permutations({A1, A2, A3})", 0, (13, 4, 4),
    ),
    "LevelOfNext": (
        "x = 0", "x < 3 /\\ TLCGet(\"level\") = x + 1 /\\ x' = TLCGet(\"level\")' - 1",
        "INVARIANT I PROPERTY P", "I == x = TLCGet(\"level\") - 1\nP == [][x' + 1 = TLCGet(\"level\")']_x",
        0, (4, 4, 4),
    ),
    "LevelOfNextBad": (
        "x = 0", COUNT, "PROPERTY P", "P == [][TLCGet(\"level\")' < 4]_x", 12, (4, 4, 4),
    ),  # TLC: 13
    "NextNamedInALet": ("x = 0", "x' = x", "INVARIANT I", "I == ENABLED ((LET y == x' IN y) = 5)", 0, (2, 1, 1)),
    "NextNamedInLets": (
        "x = 0", "x < 3 /\\ (LET y == x' IN LET z == y IN z) = x + 1", "", "", 0, (4, 4, 4),
    ),
    "PassedToAnOperator": (
        "x = 0", COUNT, "PROPERTY P", "Same(F) == F\nApply(Op(_)) == Op([][x' < 3]_x)\nP == Apply(Same)", 12, (4, 4, 4),
    ),  # TLC: 13
    "PassedToALambda": (
        "x = 0", COUNT, "PROPERTY P", "Apply(Op(_)) == Op([][x' < 4]_x)\nP == Apply(LAMBDA F : F /\\ [](x < 4))",
        0, (4, 4, 4),
    ),
    "FunctionOfActions": (
        "x \\in {1, 2}", "\\E i \\in {1, 2, 3} : N[i]", "", "N[n \\in {1, 2, 3}] == x' = n", 0, (11, 3, 2),
    ),
    "FunctionOfUnchanged": (
        "x \\in {1, 2}", "\\E i \\in {1, 2, 3} : N[i]", "", "N[n \\in {1, 2, 3}] == n > 1 /\\ UNCHANGED <<x>>",
        0, (6, 2, 1),
    ),
    "FunctionOfActionsOutside": (
        "x = 1", "\\E i \\in 1..4 : N[i]", "", "N[n \\in {1, 2, 3}] == x' = n", 75, None,
    ),
    "ReplacedByWhatUsesIt": (
        "x = 0", "x < 7 /\\ (Step(1 + Op(x)) \\/ Step(0))", "CONSTANTS Op <- MyOp Step <- MyStep",
        "Op(n) == n\nMyOp(n) == IF n = 0 THEN 0 ELSE 2 + Op(n - 1)\n"
        "Step(n) == x' = n\nMyStep(n) == (n < 4 /\\ Step(n + 1)) \\/ x' = n",
        0, (41, 9, 4),
    ),
    "ReplacedWithoutEnd": (
        "x = 0", COUNT, "CONSTANT Op <- MyOp INVARIANT I", "Op(n) == n\nMyOp(n) == Op(n)\nI == Op(x) = 0",
        76, (1, 1, 1),
    ),  # TLC: 255
    "View": ("x = 0", "x < 9 /\\ x' = x + 1", "VIEW V", "V == x % 3", 0, (4, 3, 3)),
}  # fmt: skip


def write(folder: Path, name: str) -> Path:
    init, following, cfg, definitions, _, _ = MODELS[name]
    variables = "x, y" if name == "Missing" else "x"
    constants = "CONSTANTS A1, A2, A3\n" if name == "Symmetry" else ""
    path = folder / f"{name}.tla"
    path.write_text(
        f"---- MODULE {name} ----\nEXTENDS Integers, TLC\n{constants}VARIABLES {variables}\n{definitions}\n"
        f"Init == {init}\nNext == {following}\nSpec == Init /\\ [][Next]_<<{variables}>>\n====\n"
    )
    deadlock = "" if "CHECK_DEADLOCK" in cfg else "CHECK_DEADLOCK FALSE\n"
    path.with_suffix(".cfg").write_text(f"SPECIFICATION Spec\n{deadlock}{cfg}\n")
    return path


@pytest.mark.parametrize("name", MODELS)
def test_exit_code_and_counts_are_tlcs(name, tmp_path):
    *_, exit_code, counts = MODELS[name]
    verdict = check(write(tmp_path, name))
    assert verdict.exit_code == exit_code
    if counts is not None:
        found = verdict.counts
        assert (found.generated, found.distinct, found.depth) == counts


def test_liveness_that_could_be_answered_wrongly_is_refused_by_name(tmp_path):
    path = write(tmp_path, "ConstraintInv")
    path.write_text(path.read_text().replace("====\n", "Live == <>(x = 3)\n====\n"))
    path.with_suffix(".cfg").write_text("SPECIFICATION Spec\nCONSTRAINT C\nPROPERTY Live\n")
    with pytest.raises(TlaError) as caught:
        check(path)
    assert (caught.value.code, caught.value.exit_code) == ("U003", 151)
    assert "Live" in caught.value.message


def test_module_without_variables_checks_assumptions(tmp_path):
    path = tmp_path / "Sums.tla"
    path.write_text("---- MODULE Sums ----\nEXTENDS Naturals\nASSUME 1 + 1 = 2\n====\n")
    path.with_suffix(".cfg").write_text("")
    verdict = check(path)
    assert (verdict.exit_code, verdict.counts.generated, verdict.counts.depth) == (0, 0, 0)
    assert verdict.warnings == ()
