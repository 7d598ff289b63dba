"""Types before the solver is asked: both uses are shown, annotations count, what may be right is not refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.errors import TlaError
from modelcheck.symbolic.annotations import INT, parsed
from modelcheck.symbolic.prove import Question, prove
from modelcheck.symbolic.types import kinds_of_type


def asked(folder: Path, body: str, declared: str = "VARIABLES x, y") -> str:
    """The outcome's name, or the error with its notes, each with the text of its place."""
    text = f"---- MODULE T ----\nEXTENDS Naturals, Sequences, FiniteSets\n{declared}\n{body}\n====\n"
    (folder / "T.tla").write_text(text)
    (folder / "T.cfg").write_text("INIT Init\nNEXT Next\nINVARIANT Inv\nCHECK_DEADLOCK FALSE\n")
    try:
        return prove(folder / "T.tla", question=Question(length=2)).name
    except TlaError as error:
        places = [f"{note}: {span.text if span else None}" for note, span in error.notes]
        return " | ".join([f"{error.code} {error.message}: {error.span.text if error.span else None}", *places])


MOVE = "Next == x' = x /\\ y' = y"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            f"Init == x = 0 /\\ y = {{}}\n{MOVE}\nInv == x + y = 0",
            "S001 a number is needed, and this is a set: y | y is given a set here: y = {}",
        ),
        (
            "Init == x = 0 /\\ y = 0\nNext == x' = \"a\" /\\ y' = y\nInv == x \\in y",
            "S001 a set is needed, and this is a number: y | y is given a number here: y = 0",
        ),
        (
            f'Init == x = 0 /\\ y = "a"\n{MOVE}\nInv == x = y',
            "S001 a number is compared with a string: x = y | x is given a number here: x = 0 | "
            'y is given a string here: y = "a"',
        ),
        (
            f"Init == x \\in SUBSET {{1}} /\\ y \\in 0..3\n{MOVE}\nInv == y[x] = 1",
            "S001 a function, record or sequence is needed, and this is a number: y | "
            "y is given a number here: y \\in 0..3",
        ),
        (
            f"Init == x = 0 /\\ y = 0\n{MOVE}\nInv == x => TRUE",
            "S001 a boolean is needed, and this is a number: x | x is given a number here: x = 0",
        ),
        (
            "Init == x = 0 /\\ y = 0\nNext == (x = 1 \\/ (x = 0 /\\ UNION x = {})) /\\ x' = x /\\ y' = y\nInv == TRUE",
            "S001 a set is needed, and this is a number: x | x is given a number here: x = 0",
        ),
    ],
)
def test_both_uses_are_shown(body: str, said: str, tmp_path: Path) -> None:
    assert asked(tmp_path, body) == said


@pytest.mark.parametrize(
    "body",
    [
        "Init == x = \"none\" /\\ y = 0\nNext == x' = 1 /\\ y' = y\nInv == IF y = 0 THEN TRUE ELSE x + 1 = 2",
        "Init == x = 0 /\\ y = <<>>\nNext == x' = x /\\ y' = Append(y, [a |-> x])\n"
        "Inv == Len(y) < 3 /\\ DOMAIN y # {5}",
        "Init == x \\in {{1}, {2}} /\\ y = [i \\in {1} |-> 0]\nNext == x' = x /\\ y' = [y EXCEPT ![1] = 1]\n"
        "Inv == y[1] \\in 0..1 /\\ x \\cup {3} # {}",
        "Init == x = (CHOOSE z \\in {1, 2} : TRUE) /\\ y = x\nNext == x' = y /\\ y' = x\nInv == x + y < 9",
    ],
)
def test_what_may_be_right_is_not_refused(body: str, tmp_path: Path) -> None:
    assert asked(tmp_path, body) == "holds_up_to"


def test_annotations(tmp_path: Path) -> None:
    declared = "VARIABLES\n  \\* @type: Int;\n  x,\n  \\* the second\n  \\* @type: Set(Int);\n  y"
    body = f"Init == x = 0 /\\ y = {{}}\n{MOVE}\nInv == TRUE"
    assert asked(tmp_path, body, declared) == "holds_up_to"
    assert asked(tmp_path, body.replace("y = {}", "y = <<1>>"), declared) == (
        "S002 y is of type Set(Int) by its annotation, and is given a function, record or sequence: y = <<1>> | "
        "the annotation: Set(Int)"
    )
    said = asked(tmp_path, body.replace("Inv == TRUE", "Inv == y + 1 = 2"), declared)
    assert said == "S001 a number is needed, and this is a set: y | y is of type Set(Int): Set(Int)"


@pytest.mark.parametrize(
    ("written", "kinds"),
    [
        ("Int", {"int"}),
        ("NODE -> Seq(VAL)", {"fun"}),
        ("Set(NODE -> Int)", {"set"}),
        ("NODE", {"model", "str", "int"}),
        ("<<Int, Str>>", {"fun"}),
        ("{a: Int}", {"fun"}),
        ("$message", {"int"}),
        ("a", None),
        ("Tag(Int) | Other(Bool)", None),
    ],
)
def test_the_head_of_a_type(written: str, kinds: set[str] | None) -> None:
    found = kinds_of_type(parsed(written, {"message": INT}))
    assert (None if found is None else set(found)) == kinds
