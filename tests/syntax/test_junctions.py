"""Bulleted lists: where they begin, continue and end (*Specifying Systems*, section 15.2.2)."""

from __future__ import annotations

import pytest

from modelcheck.errors import TlaError
from modelcheck.syntax import nodes as n
from modelcheck.syntax import parse_text


def body(text: str) -> n.Expr:
    """The first definition's body; `text` begins in column 1."""
    unit = parse_text(f"---- MODULE M ----\n{text}\n====")[0].units[0]
    assert isinstance(unit, n.OpDef)
    return unit.body


def shape(node: object) -> str:
    """The lists and infix operators of an expression, fully bracketed."""
    if isinstance(node, n.Junction):
        return node.op + "{" + "; ".join(map(shape, node.items)) + "}"
    if isinstance(node, n.Apply):
        if node.fix == "infix":
            return "(" + f" {node.op.name} ".join(map(shape, node.args)) + ")"
        return node.op.name + "(" + ", ".join(map(shape, node.args)) + ")"
    if isinstance(node, n.Name):
        return node.name
    if isinstance(node, n.Number):
        return str(node.value)
    if isinstance(node, n.If):
        return "if(" + ", ".join(map(shape, (node.condition, node.then, node.otherwise))) + ")"
    if isinstance(node, n.Case):
        return "case(" + "; ".join(f"{shape(a.guard)}: {shape(a.value)}" for a in node.arms) + ")"
    if isinstance(node, n.Quantified):
        return node.quantifier + "(" + shape(node.body) + ")"
    if isinstance(node, n.Let):
        return "let(" + shape(node.body) + ")"
    raise AssertionError(node)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x == /\\ a\n     /\\ b", "/\\{a; b}"),
        ("x ==\n/\\ a\n/\\ b", "/\\{a; b}"),
        ("x == /\\ a /\\ b", "/\\{(a /\\ b)}"),
        ("x == /\\ a\n      /\\ b", "/\\{(a /\\ b)}"),  # right of the bullet: part of the item
        ("x == /\\ a\n    /\\ b", "(/\\{a} /\\ b)"),  # left of it: the list has ended
        ("x == /\\ a\n     \\/ b", "(/\\{a} \\/ b)"),  # another bullet in the same column ends it too
        ("x == /\\ \\/ a\n        \\/ b\n     /\\ c", "/\\{\\/{a; b}; c}"),
        ("x == /\\ a\n     /\\ /\\ b\n        /\\ c", "/\\{a; /\\{b; c}}"),
        ("x == \\/ a\n     \\/ /\\ b\n        /\\ c\n     \\/ d", "\\/{a; /\\{b; c}; d}"),
        ("x == /\\ a\n     /\\ b\n  => c", "(/\\{a; b} => c)"),
        ("x == (/\\ a\n      /\\ b) => c", "(/\\{a; b} => c)"),
        ("x == /\\ f(/\\ a\n          /\\ b, c)\n     /\\ d", "/\\{f(/\\{a; b}, c); d}"),
        ("x == IF /\\ a\n        /\\ b THEN c ELSE /\\ d\n                         /\\ e",
         "if(/\\{a; b}, c, /\\{d; e})"),
        ("x == /\\ \\E y : /\\ a\n               /\\ b\n     /\\ c", "/\\{\\E(/\\{a; b}); c}"),
        ("x == /\\ CASE a -> /\\ b\n                  /\\ c\n          [] d -> e\n     /\\ f",
         "/\\{case(a: /\\{b; c}; d: e); f}"),
        ("x == /\\ LET y == /\\ 1\n                 /\\ 2\n        IN  /\\ y\n            /\\ 3\n     /\\ 4",
         "/\\{let(/\\{y; 3}); 4}"),
        ("x == /\\ a\n     /\\ -1 \\in b", "/\\{a; (-.(1) \\in b)}"),
        ("x == /\\ a = b\n     /\\ ~ c\n     /\\ []d", "/\\{(a = b); ~(c); [](d)}"),
        ("x == /\\ a'\n     /\\ b", "/\\{'(a); b}"),
        ("x == \u2227 a\n     \u2227 b", "/\\{a; b}"),
        ("x == /\\ a (* c\n/\\ *)\n     /\\ b", "/\\{a; b}"),
        ("x ==\n\t/\\ a\n        /\\ b", "/\\{a; b}"),  # a tab is as wide as the eight blanks
        ("x == /\\ a\ny == b", "/\\{a}"),
        ("x == /\\ a\n          y == b", "/\\{a}"),  # a definition ends every list
    ],
)  # fmt: skip
def test_lists(text: str, expected: str) -> None:
    assert shape(body(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x == CASE a -> []b [] c -> d", "case(a: [](b); c: d)"),
        ("x == CASE a -> CASE b -> c [] d -> e", "case(a: case(b: c; d: e))"),
        ("x == a - -b", "(a - -.(b))"),
        ("x == F(-, a)", "F(-, a)"),
        ("x == F(/\\, a)", "F(/\\, a)"),
        ("x == +(1, 2)", "+(1, 2)"),
    ],
)
def test_symbols_of_two_meanings(text: str, expected: str) -> None:
    assert shape(body(text)) == expected


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("x == /\\ f(\n  a)\n     /\\ b", "P010", 3, 3),
        ("x == /\\ (a\n     /\\ b)", "P010", 3, 6),
        ("x == /\\ f(a\n   )\n     /\\ b", "P010", 3, 4),
        ("x == (a\ny == b", "P009", 2, 6),
        ("x == a)", "P009", 2, 7),
        ("x == (a]", "P009", 2, 8),
        ("x == IF a THEN b", "P009", 2, 11),
        ("x == LET y == 1", "P009", 2, 6),
        ("x == \\E y \\in S", "P009", 2, 6),
        ("x == a [] b", "P008", 2, 8),
        ("x == /\\ a\n     /\\", "P019", 3, 6),
    ],
)
def test_refused(text: str, code: str, line: int, column: int) -> None:
    with pytest.raises(TlaError) as caught:
        body(text)
    error = caught.value
    assert error.span is not None
    assert (error.code, error.span.begin.line, error.span.begin.column) == (code, line, column)
