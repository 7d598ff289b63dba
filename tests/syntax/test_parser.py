"""What each construct is read as. Trees are compared whole; places do not count."""

from __future__ import annotations

from typing import Any

import pytest
from syntax_trees import SPAN

from modelcheck.errors import TlaError
from modelcheck.syntax import nodes as n
from modelcheck.syntax import parse_expression, parse_file, parse_text


def name(text: str, *path: n.PathStep) -> n.Name:
    return n.Name(SPAN, text, tuple(path))


def step(text: str, *args: Any) -> n.PathStep:
    return n.PathStep(SPAN, text, args)


def bound(text: str, domain: Any = None, is_tuple: bool = False) -> n.Bound:
    return n.Bound(SPAN, tuple(n.BoundName(SPAN, t) for t in text.split()), domain, is_tuple)


def call(op: Any, *args: Any, fix: str = "call") -> n.Apply:
    return n.Apply(SPAN, name(op) if isinstance(op, str) else op, args, fix)


def number(value: int) -> n.Number:
    return n.Number(SPAN, value)


A, B, C, S, X = map(name, "abcSx")

EXPRESSIONS = [
    ("x", X),
    ("(x)", X),
    ("\\b101 + \\hfF", call("+", number(5), number(255), fix="infix")),
    ("f[a, b]", n.FnApply(SPAN, name("f"), (A, B))),
    ("f[a]'", call("'", n.FnApply(SPAN, name("f"), (A,)), fix="postfix")),
    ("a.b.IF", n.Dot(SPAN, n.Dot(SPAN, A, "b"), "IF")),
    ("A!B(x)!C", name("C", step("A"), step("B", X))),
    ("A(x)!B(c)", call(name("B", step("A", X)), C)),
    ("A!1!(x)!:", name(":", step("A"), step("1"), step("()", X))),
    ("A!<<!@", name("@", step("A"), step("<<"))),
    ("A!+(a, b)", call(name("+", step("A")), A, B)),
    ("Op(+, LAMBDA x, c : a)", call("Op", name("+"), n.Lambda(SPAN, bound("x c").names, A))),
    ("\\A x, c \\in S, <<a, b>> \\in S : x",
     n.Quantified(SPAN, "\\A", (bound("x c", S), bound("a b", S, True)), X)),
    ("∃ x : a", n.Quantified(SPAN, "\\E", (bound("x"),), A)),
    ("\\AA x, c : a", n.Quantified(SPAN, "\\AA", (bound("x c"),), A)),
    ("CHOOSE <<a, b>> \\in S : x", n.Choose(SPAN, bound("a b", S, True), X)),
    ("CHOOSE x : a", n.Choose(SPAN, bound("x"), A)),
    ("{x \\in S : a}", n.SetFilter(SPAN, bound("x", S), A)),
    ("{<<a, b>> \\in S : a}", n.SetFilter(SPAN, bound("a b", S, True), A)),
    ("{a : x \\in S, b \\in S}", n.SetMap(SPAN, A, (bound("x", S), bound("b", S)))),
    ("{x : x \\in S}", n.SetMap(SPAN, X, (bound("x", S),))),
    ("{(x \\in S) : a \\in S}", n.SetMap(SPAN, call("\\in", X, S, fix="infix"), (bound("a", S),))),
    ("{x \\in S}", n.SetEnum(SPAN, (call("\\in", X, S, fix="infix"),))),
    ("{}", n.SetEnum(SPAN, ())),
    ("<<>>", n.TupleExpr(SPAN, ())),
    ("[x \\in S, a, b \\in C |-> a]",
     n.FnCons(SPAN, (bound("x", S), bound("a b", name("C"))), A)),
    ("[x |-> a]", n.Record(SPAN, (n.Field(SPAN, "x", A),))),
    ("[IF |-> a, THEN |-> b]", n.Record(SPAN, (n.Field(SPAN, "IF", A), n.Field(SPAN, "THEN", B)))),
    ("[x : a, b : c]", n.RecordSet(SPAN, (n.Field(SPAN, "x", A), n.Field(SPAN, "b", C)))),
    ("[S -> a]", n.FnSet(SPAN, S, A)),
    ("[a EXCEPT ![x].b = @, !.c[x, a] = b]",
     n.Except(SPAN, A, (
         n.Update(SPAN, (n.IndexStep(SPAN, (X,)), n.FieldStep(SPAN, "b")), n.At(SPAN)),
         n.Update(SPAN, (n.FieldStep(SPAN, "c"), n.IndexStep(SPAN, (X, A))), B)))),
    ("[A]_<<x>>", n.ActionBox(SPAN, name("A"), n.TupleExpr(SPAN, (X,)))),
    ("<<A>>_A!v", n.ActionAngle(SPAN, name("A"), name("v", step("A")))),
    ("WF_x(a)", n.Fairness(SPAN, "WF", X, A)),
    ("SF_<<x>>(a)", n.Fairness(SPAN, "SF", n.TupleExpr(SPAN, (X,)), A)),
    ("WF_x(b)(a)", n.Fairness(SPAN, "WF", call("x", B), A)),
    ("IF a THEN b ELSE c = x", n.If(SPAN, A, B, call("=", C, X, fix="infix"))),
    ("CASE a -> b [] OTHER -> c", n.Case(SPAN, (n.Arm(SPAN, A, B),), C)),
    ("l1(x) :: a", n.Label(SPAN, "l1", bound("x").names, A)),
    ("LET f[x \\in S] == a g(c) == b IN x",
     n.Let(SPAN, (n.FnDef(SPAN, "f", (bound("x", S),), A),
                  n.OpDef(SPAN, "g", (n.OpDecl(SPAN, "c"),), B)), X)),
    ("LET RECURSIVE f(_, _) f(a, b) == c IN x",
     n.Let(SPAN, (n.Recursive(SPAN, (n.OpDecl(SPAN, "f", 2),)),
                  n.OpDef(SPAN, "f", (n.OpDecl(SPAN, "a"), n.OpDecl(SPAN, "b")), C)), X)),
    ("S \\X (S \\X S) \\X a",
     call("\\X", S, call("\\X", S, S, fix="infix"), A, fix="infix")),
    ("\"a\\\"\\\\\\n\"", n.String(SPAN, "a\"\\\n")),
    ("\"(* \\\\* \"", n.String(SPAN, "(* \\* ")),
    ("0.25", n.Decimal(SPAN, "0.25")),
]  # fmt: skip

UNITS = [
    ("CONSTANTS a, F(_, _), _ + _, -. _, _ ^+",
     n.ConstantDecl(SPAN, (n.OpDecl(SPAN, "a"), n.OpDecl(SPAN, "F", 2), n.OpDecl(SPAN, "+", 2, "infix"),
                           n.OpDecl(SPAN, "-.", 1, "prefix"), n.OpDecl(SPAN, "^+", 1, "postfix")))),
    ("VARIABLE x, y", n.VariableDecl(SPAN, bound("x y").names)),
    ("LOCAL a \\oplus b == c",
     n.OpDef(SPAN, "(+)", (n.OpDecl(SPAN, "a"), n.OpDecl(SPAN, "b")), C, True, "infix")),
    ("a ^# == b", n.OpDef(SPAN, "^#", (n.OpDecl(SPAN, "a"),), B, fix="postfix")),
    ("-. a == b", n.OpDef(SPAN, "-.", (n.OpDecl(SPAN, "a"),), B, fix="prefix")),
    ("F(_+_, G(_), a) ≜ b",
     n.OpDef(SPAN, "F", (n.OpDecl(SPAN, "+", 2, "infix"), n.OpDecl(SPAN, "G", 1), n.OpDecl(SPAN, "a")), B)),
    ("LOCAL INSTANCE M", n.Instance(SPAN, "M", (), True)),
    ("I(a) == INSTANCE M WITH x <- b, + <- c, y <- \\cup",
     n.InstanceDef(SPAN, "I", (n.OpDecl(SPAN, "a"),), n.Instance(SPAN, "M", (
         n.Substitution(SPAN, "x", B), n.Substitution(SPAN, "+", C), n.Substitution(SPAN, "y", name("\\cup")))))),
    ("ASSUMPTION a", n.Assume(SPAN, "ASSUMPTION", None, A)),
    ("AXIOM Ax == a", n.Assume(SPAN, "AXIOM", "Ax", A)),
    ("LEMMA L == ASSUME NEW x \\in S, NEW P(_), CONSTANT c, ASSUME a PROVE b PROVE c OMITTED",
     n.Theorem(SPAN, "LEMMA", "L", n.AssumeProve(SPAN, (
         n.NewDecl(SPAN, "CONSTANT", n.OpDecl(SPAN, "x"), S), n.NewDecl(SPAN, "CONSTANT", n.OpDecl(SPAN, "P", 1)),
         n.NewDecl(SPAN, "CONSTANT", n.OpDecl(SPAN, "c")), n.AssumeProve(SPAN, (A,), B)), C),
         n.ProofLeaf(SPAN, "OMITTED"))),
    ("USE a, MODULE M DEFS b", n.UseHide(SPAN, "USE", (A, n.ModuleFact(SPAN, "M")), (B,))),
]  # fmt: skip


@pytest.mark.parametrize(("text", "tree"), EXPRESSIONS, ids=[text for text, _ in EXPRESSIONS])
def test_expression(text: str, tree: Any) -> None:
    assert parse_expression(text) == tree


@pytest.mark.parametrize(("text", "unit"), UNITS, ids=[text for text, _ in UNITS])
def test_unit(text: str, unit: Any) -> None:
    (module,) = parse_text(f"---- MODULE M ----\nEXTENDS A, B\n{text}\n----\n====")
    assert [e.name for e in module.extends] == ["A", "B"]
    assert module.units == (unit, n.Separator(SPAN))


def test_structured_proof() -> None:
    text = """---- MODULE M ----
THEOREM a
<1> USE DEF b
<1>1. ASSUME NEW x PROVE c
  <2>1. CASE a BY <1>1, x DEF S
  <2>. DEFINE f == a
  <2> QED OBVIOUS
<1>2. PICK x \\in S : c
  PROOF
  <*> TAKE x, a \\in S
  <*>a. QED BY ONLY c
<1> SUFFICES b
<1> HAVE c
<1> WITNESS a, b
<1>q. QED
x == a
===="""
    theorem, after = parse_text(text)[0].units
    assert isinstance(theorem, n.Theorem) and isinstance(after, n.OpDef)
    assert isinstance(theorem.proof, n.ProofSteps)
    steps = theorem.proof.steps
    assert [(s.level, s.label, s.keyword) for s in steps] == [
        ("1", None, "USE"), ("1", "1", "ASSERT"), ("1", "2", "PICK"), ("1", None, "SUFFICES"), ("1", None, "HAVE"),
        ("1", None, "WITNESS"), ("1", "q", "QED"),
    ]  # fmt: skip
    inner = steps[1].proof
    assert isinstance(inner, n.ProofSteps)
    assert [(s.level, s.label, s.keyword) for s in inner.steps] == [
        ("2", "1", "CASE"), ("2", None, "DEFINE"), ("2", None, "QED")]  # fmt: skip
    assert inner.steps[0].proof == n.ProofLeaf(SPAN, "BY", (name("<1>1"), X), (S,))
    picked = steps[2].proof
    assert isinstance(picked, n.ProofSteps)
    assert [s.keyword for s in picked.steps] == ["TAKE", "QED"]
    assert picked.steps[1].proof == n.ProofLeaf(SPAN, "BY", (C,), (), True)


def test_places_cover_the_text_with_its_parentheses() -> None:
    text = "---- MODULE M ----\nF(x) == (a + b) * f[(c)]\n===="
    (definition,) = parse_text(text)[0].units
    assert isinstance(definition, n.OpDef) and isinstance(definition.body, n.Apply)
    assert definition.span.text == "F(x) == (a + b) * f[(c)]"
    assert definition.name_span is not None and definition.name_span.text == "F"
    assert definition.body.span.text == "(a + b) * f[(c)]"
    left, right = definition.body.args
    assert (left.span.text, right.span.text, definition.body.op.span.text) == ("a + b", "f[(c)]", "*")


def test_list_ends_where_its_last_item_ends() -> None:
    text = "---- MODULE M ----\nx == /\\ a\n     /\\ f(b)\n\ny == c\n===="
    first, _ = parse_text(text)[0].units
    assert isinstance(first, n.OpDef)
    assert first.body.span.text == "/\\ a\n     /\\ f(b)"


def test_files(tmp_path: Any) -> None:
    path = tmp_path / "M.tla"
    path.write_bytes("\ufeff---- MODULE M ----\r\nx == /\\ a\r\n     /\\ b\r\n====\r\n".encode())
    parsed = parse_file(path)
    assert parsed.modules[0].units == parse_text("---- MODULE M ----\nx == /\\ a\n     /\\ b\n====")[0].units


def test_later_module_that_does_not_parse_is_kept_apart(tmp_path: Any) -> None:
    path = tmp_path / "M.tla"
    path.write_text("---- MODULE M ----\n====\n---- MODULE N ----\nx == (\n====\n---- MODULE O ----\n====\n")
    parsed = parse_file(path)
    assert [m.name for m in parsed.modules] == ["M", "O"]
    assert {k: e.code for k, e in parsed.broken.items()} == {"N": "P009"}


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"---- MODULE M ----\nx == \"\xff\"\n====", "P002", 2),
        (b"---- MODULE M ----\n\0\n====", "P002", 2),
        ("---- MODULE M ----\n====".encode("utf-16"), "P002", None),
        (b"", "P006", 1),
    ],
)
def test_files_that_are_no_text(tmp_path: Any, data: bytes, code: str, line: int | None) -> None:
    path = tmp_path / "M.tla"
    path.write_bytes(data)
    with pytest.raises(TlaError) as caught:
        parse_file(path)
    error = caught.value
    assert (error.code, error.span.begin.line if error.span else None) == (code, line)


def test_missing_file_and_directory(tmp_path: Any) -> None:
    for path, reason in ((tmp_path / "no.tla", "no such file"), (tmp_path, "directory")):
        with pytest.raises(TlaError, match=reason) as caught:
            parse_file(path)
        assert caught.value.code == "P001"
