"""Mistakes people make: the code, the place, and words that help."""

from __future__ import annotations

import pytest

from modelcheck.errors import TlaError
from modelcheck.syntax import parse_expression, parse_text

HEADER = "---- MODULE M ----\n"

# text after the header line, code, line, column, what the rendered error must say
MISTAKES = [
    ("x == 1\n", "P012", 3, 1, "===="),
    ("x == 1\n---- MODULE N ----\ny == 1\n====", "P012", 5, 5, "a module begins here"),
    ("x = 1\n====", "P007", 2, 3, "x == ..."),
    ("x == 1\nF(a, b) = a\n====", "P007", 3, 9, "F == ..."),
    ("x == IF a == 1 THEN 2 ELSE 3\n====", "P007", 2, 11, "write '=' for equality"),
    ("x == a == 1\n====", "P007", 2, 8, "'==' inside an expression"),
    ("x == a /\\ b == 1\n====", "P007", 2, 13, "'==' inside an expression"),
    ("x == (a\ny == b\n====", "P009", 2, 6, "'(' has no ')' before 'y'"),
    ("x == {1, 2)\n====", "P009", 2, 11, "'}' is needed for '{'"),
    ("x == IF a THEN b\n====", "P009", 2, 11, "has no ELSE"),
    ("x == IF a ELSE b\n====", "P009", 2, 11, "THEN is needed for 'IF'"),
    ("x == LET y == 1\nz == 2\n====", "P009", 2, 6, "has no IN"),
    ("x == LET y == 1 y + 1\n====", "P020", 2, 17, "IN"),
    ("x == \\E y \\in S x > 1\n====", "P020", 2, 17, "':'"),
    ("x == \\E y \\in S, 3 : y\n====", "P013", 2, 18, "'3' is not a bound name"),
    ("x == \\E y \\in S, z : y\n====", "P013", 2, 18, "'z' is bound without a set"),
    ("x == [y |-> 1, z \\in S |-> 2]\n====", "P008", 2, 18, "'|->'"),
    ("x == \\EE y \\in S : y\n====", "P013", 2, 10, "binds names only"),
    ("x == {a \\in S : b, c}\n====", "P014", 2, 20, "one condition"),
    ("x == {a.b \\in S : c \\in T}\n====", "P014", 2, 7, "parentheses"),
    ("x == [a = 1]\n====", "P014", 2, 12, "[a |-> e]"),
    ("x == a != 1\n====", "P005", 2, 8, "# or /="),
    ("x == if a then b else c\n====", "P008", 2, 9, "write IF for 'if'"),
    ("x == a and b\n====", "P008", 2, 8, "write /\\ for 'and'"),
    ("x == a b\n====", "P020", 2, 8, "without an operator"),
    ("x == a * * b\n====", "P019", 2, 10, "no operand on its left"),
    ("x == a +\ny == b\n====", "P019", 2, 8, "no operand on its right"),
    ("x ==\ny == b\n====", "P008", 2, 3, "has no body"),
    ("x == a /\\ b \\/ c\n====", "P011", 2, 13, "'/\\' and '\\/' need parentheses"),
    ("VARIABLES x y\n====", "P008", 2, 13, "separate names by commas"),
    ("VARIABLES x, IN\n====", "P018", 2, 14, "reserved word"),
    ("VARIABLES x, STATE\n====", "P018", 2, 14, "reserved word"),
    ("x == 1\nEXTENDS N\n====", "P008", 3, 1, "right after the module's header"),
    ("x == CASE a -> b [] c\n====", "P008", 3, 1, "'->'"),
    ("x == [f EXCEPT [1] = 2]\n====", "P008", 2, 16, "'!'"),
    ("x == [f EXCEPT ![1] < 2]\n====", "P008", 2, 21, "expected '='"),
    ("x == INSTANCE N WITH a = 3\n====", "P008", 2, 24, "'<-'"),
    ("a + b == INSTANCE N\n====", "P014", 2, 3, "cannot name an instance"),
    ("x == WF_vars\n====", "P014", 2, 6, "WF_vars(Action)"),
    ("x == a + 1 :: b\n====", "P017", 2, 12, "no label"),
    ("THEOREM x\n<1>1. a\n<1>2. b\n====", "P015", 4, 1, "no QED"),
    ("THEOREM x\n<1>1. a\n  <2>1. c\n<1>2. QED\n====", "P015", 5, 1, "level 2"),
    ("THEOREM x\n<1>1. HAVE a OBVIOUS\n<1> QED\n====", "P015", 3, 14, "takes no proof"),
    ("THEOREM x\n<1>1. QED\n<1>2. QED\n====", "P015", 4, 1, "after the end of the proof"),
    ("THEOREM x\n<1> DEFINE LOCAL y == 1\n<1> QED\n====", "P008", 3, 12, "LOCAL"),
    ("THEOREM []ASSUME a PROVE b\n====", "P014", 2, 20, "do not pair"),
    ("THEOREM ASSUME NEW F(_) \\in S PROVE b\n====", "P008", 2, 25, "NEW x \\in S"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "line", "column", "says"), MISTAKES, ids=[m[0] for m in MISTAKES])
def test_mistake(text: str, code: str, line: int, column: int, says: str) -> None:
    with pytest.raises(TlaError) as caught:
        parse_text(HEADER + text, "M.tla")
    error = caught.value
    assert error.span is not None
    assert (error.code, error.span.begin.line, error.span.begin.column) == (code, line, column)
    shown = error.render()
    assert shown.startswith(f"M.tla:{line}:{column}: error {code}: ")
    assert says in shown
    assert error.cause and error.mend and error.exit_code == 150


def test_caret_stands_under_the_place() -> None:
    with pytest.raises(TlaError) as caught:
        parse_text(HEADER + "\tx == a b\n====", "M.tla")
    lines = caught.value.render().splitlines()
    assert lines[0].startswith("M.tla:2:16: error P020")
    assert lines[1:3] == ["  |         x == a b", "  |                ^"]


@pytest.mark.parametrize(
    ("text", "header"),
    [("no module", ""), ("---- MODUL M ----\n====", ""), ("---- MODULE A-B ----\n====", "P008")],
)
def test_headers(text: str, header: str) -> None:
    with pytest.raises(TlaError) as caught:
        parse_text(text)
    assert caught.value.code == (header or "P006")


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [("", "P008", 1), ("1 +", "P008", 4), ("x y", "P020", 3), ("f[1", "P009", 2), ("x == 1", "P008", 1),
     (")", "P009", 1)],
)
def test_expressions(text: str, code: str, column: int) -> None:
    with pytest.raises(TlaError) as caught:
        parse_expression(text)
    error = caught.value
    assert error.span is not None
    assert (error.code, error.span.begin.column) == (code, column)
