"""TLC's cfg files: what each entry is read as, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.errors import TlaError
from modelcheck.source import SourceFile
from modelcheck.syntax.config import (
    KEYWORDS,
    CfgBool,
    CfgInt,
    CfgModelValue,
    CfgSet,
    CfgString,
    Config,
    embedded_config,
    parse_config,
    parse_config_text,
)

WHOLE = r"""
\* a comment
CONSTANTS
  N = 3   M = -1
  Name = "a \"b\""   Flag = TRUE
  Proc = {p1, p2}  None = None   Deep = {{1, A_x}, {}}
  Data <- DataVal   Ballot <- [Voting] MCBallot  ++ <- Plus
  Q = [Inner] 7     F(1, a) = 2     A!B!c = 4
(* CONSTRAINT (* nested *) Nothing *)
CONSTANT X = x
SPECIFICATION Spec
INIT Init NEXT Next
INVARIANTS TypeOK
  Inv
INVARIANT More
PROPERTY Live PROPERTIES A B
CONSTRAINT C1 CONSTRAINTS C2
ACTION_CONSTRAINT AC ACTION_CONSTRAINTS AC2
SYMMETRY Sym  VIEW vw ALIAS al
POSTCONDITION Post POSTCONDITIONS Post2
_PERIODIC Per _RL_REWARD Rew _POSSIBLE Pos
CHECK_DEADLOCK FALSE"""


def names(entries: object) -> list[str]:
    return [entry.name for entry in entries]  # type: ignore[attr-defined]


def test_every_keyword_and_kind_of_value() -> None:
    config = parse_config_text(WHOLE)
    values = {c.name: c.value for c in config.constants if c.module is None and not c.args}
    span = config.constants[0].span
    assert values == {
        "N": CfgInt(span, 3), "M": CfgInt(span, -1), "Name": CfgString(span, 'a "b"'), "Flag": CfgBool(span, True),
        "Proc": CfgSet(span, (CfgModelValue(span, "p1"), CfgModelValue(span, "p2"))),
        "None": CfgModelValue(span, "None"), "X": CfgModelValue(span, "x"), "A!B!c": CfgInt(span, 4),
        "Deep": CfgSet(span, (CfgSet(span, (CfgInt(span, 1), CfgModelValue(span, "A_x"))), CfgSet(span, ()))),
    }  # fmt: skip
    assert [(c.name, c.module, c.value) for c in config.constants if c.module] == [("Q", "Inner", CfgInt(span, 7))]
    assert [(c.name, c.args) for c in config.constants if c.args] == [
        ("F", (CfgInt(span, 1), CfgModelValue(span, "a")))
    ]
    assert [(r.name, r.module, r.target) for r in config.replacements] == [
        ("Data", None, "DataVal"), ("Ballot", "Voting", "MCBallot"), ("++", None, "Plus")]  # fmt: skip
    single = (config.specification, config.init, config.next, config.symmetry, config.view, config.alias,
              config.periodic, config.rl_reward)  # fmt: skip
    assert names(single) == ["Spec", "Init", "Next", "Sym", "vw", "al", "Per", "Rew"]
    assert names(config.invariants) == ["TypeOK", "Inv", "More"]
    assert names(config.properties) == ["Live", "A", "B"]
    assert names(config.constraints) == ["C1", "C2"]
    assert names(config.action_constraints) == ["AC", "AC2"]
    assert names(config.postconditions) == ["Post", "Post2"] and names(config.possible) == ["Pos"]
    assert config.check_deadlock is False


def test_all_keywords_are_in_the_text_above() -> None:
    assert len(KEYWORDS) == 22
    assert set(WHOLE.split()) >= KEYWORDS


def test_types_of_model_values() -> None:
    config = parse_config_text("CONSTANTS a = A_1 b = AB_1 c = _x")
    types = [c.value.type_letter for c in config.constants if isinstance(c.value, CfgModelValue)]
    assert types == ["A", None, None]


def test_places() -> None:
    config = parse_config_text("CONSTANT\n  Proc = {p1,\n p2}\nINVARIANT Inv", "M.cfg")
    assert str(config.constants[0].span) == "M.cfg:2:3"
    assert config.constants[0].span.text == "Proc = {p1,\n p2}"
    assert str(config.invariants[0].span) == "M.cfg:4:11"


def test_empty_cfg() -> None:
    config = parse_config_text(" \\* nothing")
    assert config == Config(config.file)
    assert config.check_deadlock is None


EMBEDDED = """---- MODULE M ----
====
---- CONFIG Other ----
INIT No
====
---- CONFIG M ----
INIT Init
NEXT Nxt
====
INIT No
"""


def test_cfg_inside_a_module(tmp_path: Path) -> None:
    path = tmp_path / "M.tla"
    path.write_text(EMBEDDED)
    config = parse_config(path)
    assert config.next is not None and config.next.name == "Nxt"
    assert config.next.span.begin.line == 8
    assert embedded_config(SourceFile("M.tla", EMBEDDED), "Unknown") is None


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "says"),
    [
        ("CONSTANT N = 1 + 2", "C008", 1, 18, "'='"),
        ("CONSTANT N = ;", "C003", 1, 14, "';'"),
        ("CONSTANT N 3", "C008", 1, 12, "'=' or '<-'"),
        ("CONSTANT N =", "C009", 1, 13, "the end of the file"),
        ("CONSTANT N = {1, 2", "C008", 1, 19, "'}'"),
        ("CONSTANT N = <<1>>", "C009", 1, 14, "<-"),
        ("CONSTANT N <- 3", "C006", 1, 15, "'<-'"),
        ("CONSTANT N <- [M X", "C008", 1, 18, "']'"),
        ("CONSTANT = 3", "C008", 1, 10, "name"),
        ("CONSTANT N = 3 N = 4", "C010", 1, 16, "two different values"),
        ("INVARIENT Inv", "C005", 1, 1, "did you mean INVARIANT"),
        ("Init Init", "C005", 1, 1, "did you mean INIT"),
        ("INVARIANT A, B", "C006", 1, 12, "spaces"),
        ("INVARIANT x > 3", "C006", 1, 13, "define an operator"),
        ("INIT", "C006", 1, 5, "INIT"),
        ("INIT\nNEXT Next", "C006", 2, 1, "'NEXT'"),
        ("INIT A\nINIT B", "C010", 2, 1, "twice"),
        ("CHECK_DEADLOCK no", "C007", 1, 16, "TRUE or FALSE"),
        ("(* open", "C004", 1, 1, "'*)'"),
        ('CONSTANT N = "a', "C004", 1, 14, "quote"),
    ],
)
def test_refused(text: str, code: str, line: int, column: int, says: str) -> None:
    with pytest.raises(TlaError) as caught:
        parse_config_text(text)
    error = caught.value
    assert error.span is not None
    assert (error.code, error.span.begin.line, error.span.begin.column) == (code, line, column)
    assert says in error.render() and error.exit_code == 151


def test_same_value_twice_is_no_error() -> None:
    assert len(parse_config_text("CONSTANT N = 3 CONSTANT N = 3").constants) == 2


def test_absurd_nesting_is_refused() -> None:
    with pytest.raises(TlaError) as caught:
        parse_config_text("CONSTANT N = " + "{" * 5000)
    assert caught.value.code == "C009"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    binary = tmp_path / "b.cfg"
    binary.write_bytes(b"INIT\0")
    module = tmp_path / "M.tla"
    module.write_text("---- MODULE M ----\n====\n")
    for path, code in ((tmp_path / "no.cfg", "C001"), (tmp_path, "C001"), (binary, "C002"), (module, "C001")):
        with pytest.raises(TlaError) as caught:
            parse_config(path)
        assert (caught.value.code, caught.value.exit_code) == (code, 151)
