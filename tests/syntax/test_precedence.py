"""Operators: the table against the book's, and what chains of them become."""

from __future__ import annotations

import itertools

import pytest

from modelcheck.errors import TlaError
from modelcheck.syntax import nodes as n
from modelcheck.syntax import parse_expression
from modelcheck.syntax.operators import OPERATORS, SPELLINGS, binds_tighter, canonical

# A sample of *Specifying Systems*, table 6: operator, low, high, whether it associates.
BOOK = [
    ("=>", 1, 1, False), ("<=>", 2, 2, False), ("~>", 2, 2, False), ("/\\", 3, 3, True), ("\\/", 3, 3, True),
    ("=", 5, 5, False), ("#", 5, 5, False), ("\\in", 5, 5, False), ("@@", 6, 6, True), (":>", 7, 7, False),
    ("\\cup", 8, 8, True), ("\\", 8, 8, False), ("..", 9, 9, False), ("!!", 9, 13, False), ("+", 10, 10, True),
    ("%", 10, 11, False), ("-", 11, 11, True), ("\\X", 10, 13, True), ("*", 13, 13, True), ("/", 13, 13, False),
    ("\\o", 13, 13, True), ("\\div", 13, 13, False), ("^", 14, 14, False), ("\\cdot", 5, 14, True),
    ("\\uplus", 9, 13, True), ("\\wr", 9, 14, False), ("'", 15, 15, False), ("-.", 12, 12, False),
    ("~", 4, 4, False), ("[]", 4, 15, False), ("ENABLED", 4, 15, False), ("SUBSET", 10, 13, False),
]  # fmt: skip


@pytest.mark.parametrize(("symbol", "low", "high", "left"), BOOK)
def test_table(symbol: str, low: int, high: int, left: bool) -> None:
    operator = OPERATORS[canonical(symbol)]
    assert (operator.low, operator.high, operator.left_associative) == (10 * low, 10 * high, left)


def test_table_is_complete() -> None:
    assert len(OPERATORS) == 99
    assert len(SPELLINGS) == len(set(SPELLINGS)) == 184


@pytest.mark.parametrize(
    ("spellings", "name"),
    [
        ("/\\ \\land ∧", "/\\"), ("\\/ \\lor ∨", "\\/"), ("~ \\lnot \\neg ¬", "~"), ("# /= ≠", "/="),
        ("<= =< \\leq ≤", "\\leq"), (">= \\geq ≥", "\\geq"), ("\\cup \\union ∪", "\\cup"),
        ("\\cap \\intersect ∩", "\\cap"), ("\\X \\times ×", "\\X"), ("\\o \\circ ∘", "\\o"),
        ("<=> \\equiv ≡ ⇔", "<=>"), ("(+) \\oplus ⊕", "(+)"), ("' ′", "'"),
    ],
)  # fmt: skip
def test_synonyms(spellings: str, name: str) -> None:
    assert {canonical(spelling) for spelling in spellings.split()} == {name}


def bracketed(node: n.Expr) -> str:
    if not isinstance(node, n.Apply):
        assert isinstance(node, n.Name)
        return node.name
    args = [bracketed(arg) for arg in node.args]
    if node.fix == "prefix":
        return f"({node.op.name} {args[0]})"
    return f"({args[0]}{node.op.name})" if node.fix == "postfix" else "(" + f" {node.op.name} ".join(args) + ")"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b + c", "((a + b) + c)"),
        ("a + b - c", "(a + (b - c))"),  # `-` binds tighter than `+` in TLA+
        ("a - b + c", "((a - b) + c)"),
        ("a * b + c ^ d", "((a * b) + (c ^ d))"),
        ("a = b /\\ c = d => e", "(((a = b) /\\ (c = d)) => e)"),
        ("~a /\\ ~b = c", "((~ a) /\\ (~ (b = c)))"),
        ("-a + b", "((-. a) + b)"),
        ("-a * b", "(-. (a * b))"),
        ("a * -b", "(a * (-. b))"),
        ("a ^ -b * c", "(a ^ (-. (b * c)))"),
        ("[]a => <>b", "(([] a) => (<> b))"),
        ("[]<>a /\\ b", "(([] (<> a)) /\\ b)"),
        ("a' = b", "((a') = b)"),
        ("a^+ * b'", "((a^+) * (b'))"),
        ("a \\in SUBSET b \\cup c", "(a \\in ((SUBSET b) \\cup c))"),
        ("a @@ b :> c", "(a @@ (b :> c))"),
        ("a .. b + c", "(a .. (b + c))"),
        ("a \\X b \\X c", "(a \\X b \\X c)"),
        ("(a \\X b) \\X c", "((a \\X b) \\X c)"),
        ("a => l :: b", None),
    ],
)
def test_chains(text: str, expected: str | None) -> None:
    tree = parse_expression(text)
    if expected is None:
        assert isinstance(tree, n.Apply) and isinstance(tree.args[1], n.Label)
    else:
        assert bracketed(tree) == expected


@pytest.mark.parametrize(
    ("text", "left", "right", "column"),
    [
        ("a /\\ b \\/ c", "/\\", "\\/", 8),
        ("a = b = c", "=", "=", 7),
        ("a => b => c", "=>", "=>", 8),
        ("a ^ b ^ c", "^", "^", 7),
        ("UNCHANGED a = b", "UNCHANGED", "=", 13),
        ("[]a'", "[]", "'", 4),
        ("a \\X b * c", "\\X", "*", 8),
        ("a + b \\X c", "+", "\\X", 7),
        ("SUBSET a \\X b", "SUBSET", "\\X", 10),
        ("a \\in b \\notin c", "\\in", "\\notin", 9),
        ("a * b / c", "*", "/", 7),
    ],
)
def test_conflict_names_both_operators(text: str, left: str, right: str, column: int) -> None:
    with pytest.raises(TlaError) as caught:
        parse_expression(text)
    error = caught.value
    assert error.code == "P011"
    assert f"'{left}'" in error.message and f"'{right}'" in error.message
    assert error.span is not None and error.span.begin.column == column
    assert error.notes[0][1] is not None


def test_every_pair_of_infix_operators_is_read_by_the_ranges() -> None:
    infix = [op for op in OPERATORS.values() if op.fix == "infix"]
    for first, second in itertools.product(infix, infix):
        text = f"a {first.name} b {second.name} c"
        tighter = binds_tighter(first, second)
        if tighter is None:
            with pytest.raises(TlaError, match="P011"):
                parse_expression(text)
            continue
        a_b, b_c = f"(a {first.name} b)", f"(b {second.name} c)"
        expected = f"({a_b} {second.name} c)" if tighter else f"(a {first.name} {b_c})"
        if first.name == second.name == "\\X":
            expected = "(a \\X b \\X c)"
        assert bracketed(parse_expression(text)) == expected


def test_label_must_not_change_how_the_rest_is_read() -> None:
    assert parse_expression("a => l :: (b => c)")
    with pytest.raises(TlaError, match="P017"):
        parse_expression("a /\\ l :: b \\/ c")


def test_long_chains_need_no_stack() -> None:
    terms = 5000
    tree = parse_expression(" + ".join(["a"] * terms))
    depth = 0
    while isinstance(tree, n.Apply):
        tree, depth = tree.args[0], depth + 1
    assert depth == terms - 1
    product = parse_expression(" \\X ".join(["a"] * terms))
    assert isinstance(product, n.Apply) and len(product.args) == terms
