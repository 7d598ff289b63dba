"""Apalache's type annotations: how they are read, and what contradicts them, with the place of both."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.errors import TlaError
from modelcheck.symbolic.annotations import INT, Sort, parsed, written
from modelcheck.symbolic.fits import compatible
from modelcheck.symbolic.prove import Question, prove


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("Int", "Int"),
        ("Set( Seq(Str) )", "Set(Seq(Str))"),
        ("Int -> Int -> Bool", "Int -> Int -> Bool"),
        ("(Int -> Int) -> NODE", "(Int -> Int) -> NODE"),
        ("<<Int, Set(VAL)>>", "<<Int, Set(VAL)>>"),
        ("{ kind: Str, val: Int }", "{kind: Str, val: Int}"),
        ("{ kind: Str, rest }", "{kind: Str, ...}"),
        ("[ kind: Str ]", "{kind: Str, ...}"),
        ("Some(Int) | None(UNIT)", "Some(Int) | None(UNIT)"),
        ("Some({ a: Int }) | rest", "Some({a: Int}) | ..."),
        ("(Int, a) => Set(a)", "(Int, a) => Set(a)"),
        ("Seq(Int) => Bool", "(Seq(Int)) => Bool"),
        ("Int -> Str => Bool", "(Int -> Str) => Bool"),
        ("() => Int", "() => Int"),
        ("$node -> NODE", "Int -> NODE"),
        ("OLD", "Set(NODE)"),
    ],
)
def test_types_are_read(text: str, again: str) -> None:
    aliases = {"node": INT, "OLD": parsed("Set(NODE)")}
    assert written(parsed(text, aliases)) == again


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Set(Int", "')' is missing"),
        ("Set Int", "'(' is missing before 'Int'"),
        ("Int Int", "'Int' stands after the type"),
        ("$gone", "no @typeAlias defines $gone"),
        ("integer!", "'!' is no part of a type"),
        ("Integer", "'Integer' is no type"),
        ("(Int, Int)", "'=>' is missing after the types of the parameters"),
        ("{ a Int }", "':' is missing before 'Int'"),
        ("", "a type is missing"),
    ],
)
def test_what_is_no_type(text: str, wrong: str) -> None:
    with pytest.raises(ValueError) as raised:
        parsed(text)
    assert str(raised.value) == wrong


@pytest.mark.parametrize(
    ("one", "other", "fits"),
    [
        ("Seq(Int)", "<<Int, Int>>", True),
        ("Seq(Int)", "<<Int, Str>>", False),
        ("Seq(Int)", "Int -> Int", True),
        ("Seq(Int)", "Str -> Int", False),
        ("{a: Int}", "{a: Int, b: Int}", False),
        ("[a: Int]", "{a: Int, b: Int}", True),
        ("{a: Int}", "{a: Str}", False),
        ("{a: Int}", "Str -> Int", True),
        ("{a: Int}", "Seq(Int)", False),
        ("Set(NODE)", "Set(VAL)", False),
        ("NODE", "Str", True),
        ("NODE", "Bool", False),
        ("A(Int) | B(Str)", "B(Str)", True),
        ("A(Int)", "B(Str)", False),
        ("A(Int)", "Int", False),
        ("<<Int>>", "<<Int, Int>>", False),
        ("Set(a)", "Set(Int)", True),
    ],
)
def test_types_that_fit(one: str, other: str, fits: bool) -> None:
    assert compatible(parsed(one), parsed(other)) == fits
    assert compatible(parsed(other), parsed(one)) == fits


SPEC = r"""---- MODULE T ----
EXTENDS Naturals, Sequences, FiniteSets
\* @typeAlias: message = { kind: Str, val: Int };
(* @typeAlias: LOG = Seq($message); *)
CONSTANT
  \* @type: Set(NODE);
  Node,
  \* @type: NODE -> Int;
  Weight
VARIABLES
  \* @type: NODE -> LOG;
  log,
  \* the messages under way
  \* @type: Set($message);
  msgs,
  \* @type: Int;
  now
\* @type: (Int, NODE) => $message;
Note(v, n) == [kind |-> "note", val |-> v + Weight[n]]
\* @type: (Set(a), a) => Set(a);
With(S, e) == S \cup {e}
\* @type: Set(Int);
Hours == 0..23
Init == log = [n \in Node |-> <<>>] /\ msgs = {} /\ now \in Hours
Send(n) == msgs' = With(msgs, Note(now, n)) /\ UNCHANGED <<log, now>>
Take(n) == \E m \in msgs : log' = [log EXCEPT ![n] = Append(@, m)] /\ msgs' = msgs \ {m} /\ now' = now
Next == \E n \in Node : Send(n) \/ Take(n)
Inv == \A n \in Node : Len(log[n]) < 9
====
"""
CFG = """INIT Init
NEXT Next
INVARIANT Inv
CHECK_DEADLOCK FALSE
CONSTANTS
  Node = {n1, n2}
  Weight <- One
"""


def asked(folder: Path, old: str = "", new: str = "", cfg: str = CFG) -> str:
    """The outcome's name, or the error with the text of each place."""
    assert not old or SPEC.count(old) == 1
    text = SPEC.replace(old, new).replace("Init ==", "One == [n \\in Node |-> 1]\nInit ==", 1)
    (folder / "T.tla").write_text(text)
    (folder / "T.cfg").write_text(cfg)
    try:
        return prove(folder / "T.tla", question=Question(length=1)).name
    except TlaError as error:
        places = [f"{note}: {span.text if span else None}" for note, span in error.notes]
        return " | ".join([f"{error.code} {error.message}: {error.span.text if error.span else None}", *places])


def test_what_fits_is_accepted(tmp_path: Path) -> None:
    assert asked(tmp_path) == "holds_up_to"


MESSAGE = "{kind: Str, val: Int}"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (  # a field of a record that an operator gives
            "val |-> v + Weight[n]]",
            'val |-> "v"]',
            f"S002 the result of Note is of type {MESSAGE} by its annotation, and this is of type Str: "
            '"v" | the annotation: (Int, NODE) => $message',
        ),
        (  # a field too many
            'kind |-> "note",',
            'kind |-> "note", at |-> now,',
            f"S002 the result of Note is of type {MESSAGE} by its annotation, and this is of type "
            "{kind: Str, at: Int, val: Int}: "
            '[kind |-> "note", at |-> now, val |-> v + Weight[n]] | the annotation: (Int, NODE) => $message',
        ),
        (  # an argument
            "Note(now, n)",
            "Note(n, n)",
            "S002 parameter 1 of Note is of type Int by its annotation, and this is of type NODE: n | "
            "the annotation: (Int, NODE) => $message | the annotation Set(NODE): Set(NODE)",
        ),
        (  # a type variable
            "With(msgs, Note(now, n))",
            "With(msgs, now)",
            "S002 parameter 2 of With is of type a by its annotation, and this is of type Int: now | "
            "the annotation: (Set(a), a) => Set(a) | the annotation Int: Int",
        ),
        (  # the elements of what a variable is given
            "msgs = {}",
            "msgs = {<<1>>}",
            f"S002 msgs is of type Set({MESSAGE}), and this is of type <<Int>>: <<1>> | the annotation: Set($message)",
        ),
        (  # what a function is updated with
            "![n] = Append(@, m)",
            "![n] = m",
            f"S002 log' is of type NODE -> Seq({MESSAGE}), and this is of type {MESSAGE}: m | "
            "the annotation: NODE -> LOG | the annotation Set($message): Set($message)",
        ),
        (  # what a constant operator stands for
            "Hours == 0..23",
            'Hours == {"noon"}',
            'S002 Hours is of type Set(Int) by its annotation, and this is of type Str: "noon" | '
            "the annotation: Set(Int)",
        ),
        (  # a use
            "Len(log[n]) < 9",
            "log[n] < 9",
            f"S002 a number is needed, and this is of type Seq({MESSAGE}): log[n] | "
            "the annotation NODE -> LOG: NODE -> LOG",
        ),
        (  # two annotations
            "Len(log[n]) < 9",
            "n # now",
            "S002 n is of type NODE, and this is of type Int: now | the annotation: Set(NODE) | "
            "the annotation Int: Int",
        ),
        (  # the number of parameters
            "(Int, NODE) => $message",
            "Int => $message",
            "S002 Note has 2 parameters, and its annotation is for 1: Note | the annotation: Int => $message",
        ),
        (
            "Seq($message); *)",
            "Seq($massage); *)",
            "S015 the type alias LOG: no @typeAlias defines $massage: Seq($massage)",
        ),
        ("Set(NODE);", "Set(NODE", "S015 the type of Node: ';' is missing at its end: Set(NODE"),
    ],
)
def test_what_does_not_fit(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert asked(tmp_path, old, new) == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('Variant("Some", 1)', "holds_up_to"),
        ('Variant("Some", "a")', "x is of type Some(Int) | None(UNIT), and this is of type Some(Str)"),
        ('Variant("All", 1)', "x is of type Some(Int) | None(UNIT), and this is of type All(Int)"),
        ("1", "x is of type Some(Int) | None(UNIT), and this is of type Int"),
    ],
)
def test_variants(given: str, said: str, tmp_path: Path) -> None:
    declared = "VARIABLE\n  \\* @type: Some(Int) | None(UNIT);\n  x\n"
    body = f"Init == x = {given}\nNext == x' = x\nInv == TRUE\n"
    (tmp_path / "T.tla").write_text(f"---- MODULE T ----\nEXTENDS Variants\n{declared}{body}====\n")
    (tmp_path / "T.cfg").write_text("INIT Init\nNEXT Next\nINVARIANT Inv\n")
    try:
        found = prove(tmp_path / "T.tla", question=Question(length=1)).name
    except TlaError as error:
        assert (error.code, error.span and error.span.text) == ("S002", given)
        found = error.message
    assert found == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("{1, TRUE}", None),
        ("{TRUE}", "S002 Node is of type Set(NODE) by its annotation, and is given TRUE, which is not of type NODE"),
        ("3", "S002 Node is of type Set(NODE) by its annotation, and is given 3, which is not of type Set(NODE)"),
        ('{"a", "b"}', "holds_up_to"),
        ("{1, 2}", "holds_up_to"),
    ],
)
def test_the_value_of_a_constant(value: str, said: str | None, tmp_path: Path) -> None:
    found = asked(tmp_path, cfg=CFG.replace("{n1, n2}", value))
    if said is not None:
        assert found.split(": Node =")[0] == said
    if value == "3":
        assert found.endswith(": Node = 3 | the annotation: Set(NODE)")


def test_sorts_are_apart_where_annotations_say_so() -> None:
    assert compatible(parsed("Set(NODE)"), parsed("Set(Int)"))
    assert not compatible(parsed("Set(NODE)"), parsed("Set(Int)"), strict=True)
    assert not compatible(parsed("NODE -> VAL"), parsed("Seq(VAL)"), strict=True)


def test_a_sort_is_an_alias_where_one_has_its_name() -> None:
    assert parsed("LOG", {}) == Sort("LOG")
    assert parsed("LOG", {"LOG": INT}) == INT
