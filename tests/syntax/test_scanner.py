"""Tokens: longest match, comments, columns, and what is not a token."""

from __future__ import annotations

import pytest

from modelcheck.errors import TlaError
from modelcheck.source import SourceFile
from modelcheck.syntax import parse_text, tokens
from modelcheck.syntax.scanner import Tokens, scan


def scanned(text: str) -> Tokens:
    return scan(SourceFile("t", text), expression=True)


def texts(text: str) -> list[str]:
    return scanned(text).texts[:-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1..N", ["1", "..", "N"]),
        ("1.5..x", ["1.5", "..", "x"]),
        ("a<=>b=>c=<d", ["a", "<=>", "b", "=>", "c", "=<", "d"]),
        ("[][A]_<<x>>", ["[]", "[", "A", "]_", "<<", "x", ">>"]),
        ("<<A>>_v", ["<<", "A", ">>_", "v"]),
        ("WF_vars(A)", ["WF_", "vars", "(", "A", ")"]),
        ("WFx SF_ _W 1a 2b_", ["WFx", "SF_", "_W", "1a", "2b_"]),
        (r"\b101 \hFf \o17 \o x", [r"\b101", r"\hFf", r"\o17", r"\o", "x"]),
        (r"\AA \A \approx", [r"\AA", r"\A", r"\approx"]),
        (r"\in\notin\inx", [r"\in", r"\notin", r"\in", "x"]),
        ("<1>2a. <*> <+>x <1>*", ["<1>2a.", "<*>", "<+>x", "<1>*"]),
        ("x' ^+ ^# |-> -+->", ["x", "'", "^+", "^#", "|->", "-+->"]),
        ('"a \\" (* b" c', ['"a \\" (* b"', "c"]),
        ("a (* b (* c *) d *) e \\* f\ng", ["a", "e", "g"]),
        ("∀x∈S:x′", ["∀", "x", "∈", "S", ":", "x"]),
        ("---- ---- ==== --", ["----", "----", "====", "--"]),
    ],
)
def test_longest_match(text: str, expected: list[str]) -> None:
    assert texts(text)[: len(expected)] == expected


def test_kinds_of_words() -> None:
    assert scanned("x 1 _ LET LEMMA STATE ENABLED 1.5").kinds == (
        "ID NUMBER US LET THEOREM LEVEL PREFIX DECIMAL EOF".split()  # noqa: SIM905
    )


@pytest.mark.parametrize(
    "text",
    ["a\tb\t\tc", " \ta", "(* \t *) a\tb", "(* \n\t\n *)\ta\n\tb", "x ∧ y\tz", "a\r\n\tb"],
)
def test_columns_expand_tabs_and_count_code_points(text: str) -> None:
    found = scanned(text)
    assert found.columns == [found.source.position(start).column for start in found.starts]


def test_tab_goes_to_the_next_multiple_of_eight() -> None:
    assert scanned("\ta\t\tb").columns[:2] == [9, 25]


def test_only_the_module_is_read() -> None:
    text = "(* ( [ \" text ---- MODULE A ----\nx == 1\n====\n\" ( [ ; more"
    (found,) = tokens(text)
    assert found.texts[1:-1] == ["A", "----", "x", "==", "1", "===="]
    assert found.source.text[found.end :] == '\n" ( [ ; more'


def test_modules_of_one_file_and_nested_ones() -> None:
    text = """---- MODULE A ----
---- MODULE Inner ----
====
x == 1
====
prose that speaks of ---- MODULE B ---- in a line
---- MODULE C ----
====
"""
    assert [module.name for module in parse_text(text)] == ["A", "C"]


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("x == 1 (* (* *)", "P003", 2, 8),
        ('x == "abc', "P004", 2, 6),
        ("x == 1;", "P005", 2, 7),
        ("x == 1_000", "P005", 2, 6),
        ("x == a ? b", "P005", 2, 8),
        ("x == “a”", "P005", 2, 6),
        ('x == "\\q"', "P005", 2, 6),
    ],
)
def test_what_is_no_token(text: str, code: str, line: int, column: int) -> None:
    with pytest.raises(TlaError) as caught:
        parse_text(f"---- MODULE A ----\n{text}\n====")
    error = caught.value
    assert error.span is not None
    assert (error.code, error.span.begin.line, error.span.begin.column) == (code, line, column)


def test_earlier_grammar_error_comes_before_a_later_lexical_one() -> None:
    with pytest.raises(TlaError) as caught:
        parse_text("---- MODULE A ----\nx == a b\ny == ;\n====")
    assert caught.value.code == "P020"
