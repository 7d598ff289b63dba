"""Printing and reading are inverse: on generated trees, and on chosen ones whose text is known."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from syntax_trees import SPAN, expressions, modules

from modelcheck.syntax import nodes as n
from modelcheck.syntax import parse_expression, parse_text
from modelcheck.syntax.printer import to_text

# No shrinking: a failing tree is small enough to read, and shrinking modules takes minutes.
RELAXED = settings(
    max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.reuse, Phase.generate)
)


@RELAXED
@given(expressions())
def test_expression_survives_printing(tree: Any) -> None:
    assert parse_expression(to_text(tree)) == tree


@settings(RELAXED, max_examples=60)
@given(modules())
def test_module_survives_printing(tree: n.Module) -> None:
    assert parse_text(to_text(tree)) == [tree]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("a+b*c", "a + b * c"),
        ("(a+b)*c", "(a + b) * c"),
        ("a-(b-c)", "a - (b - c)"),
        ("-a*b", "-(a * b)"),
        ("(-a)*b", "(-a) * b"),
        ("~a\\land b", "~a /\\ b"),
        ("A \\times (B \\X C) \\X D", "A \\X (B \\X C) \\X D"),
        ("a#b", "a /= b"),
        ("[](a=>b)", "[](a => b)"),
        ("(x')[1].b'", "x'[1].b'"),
        ("F( *,\\oplus)", "F( *, (+) )"),
        ("\\E x\\in S:/\\ a\n          /\\ b", "\\E x \\in S : /\\ a\n             /\\ b"),
        ("IF a THEN b ELSE c", "IF a THEN b ELSE c"),
        ('"a\\"b\\n"', '"a\\"b\\n"'),
        ("A!B(1)!<<!2", "A!B(1)!<<!2"),
        ("WF_<<x, y>>(A /\\ B)", "WF_<<x, y>>(A /\\ B)"),
        ("[](x'.a)", "[](x'.a)"),
        ("<<A!: >>", "<<A!: >>"),
        ("A! !!(a, b)", "A! !! (a, b)"),
        ("- *(a, b)", "- *(a, b)"),
    ],
)
def test_known_text(text: str, printed: str) -> None:
    assert to_text(parse_expression(text)) == printed


def test_deep_tree_is_printed_without_recursion() -> None:
    tree: Any = n.Name(SPAN, "x")
    for _ in range(2_000):
        tree = n.SetEnum(SPAN, (tree,))
    assert to_text(tree) == "{" * 2_000 + "x" + "}" * 2_000
