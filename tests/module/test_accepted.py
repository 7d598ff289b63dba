"""What SANY accepts is accepted, and means what it should: the symbols that names are bound to."""

from __future__ import annotations

import pytest
from module_texts import module, resolve

from modelcheck.errors import TlaError
from modelcheck.module import resolve_expression, resolve_file, resolve_text
from modelcheck.module import tree as t

ACCEPTED = {
    "diamond": "EXTENDS Naturals, Integers, Sequences",
    "names again in other scopes": "A == \\E x \\in {} : TRUE\nB == \\A x \\in {} : TRUE\nC(x) == x",
    "shadows no local name of another module": "---- MODULE M ----\nLOCAL d == 1\n====\nINSTANCE M\nd == 2",
    "extended and instantiated": "EXTENDS Naturals\nLOCAL INSTANCE Naturals\nI == INSTANCE Naturals\n"
    "A == 1 + I!+(1, 2)",
    "one variable, twice": "VARIABLES x, x",
    "recursion": "RECURSIVE F(_), G(_)\nF(n) == G(n)\nG(n) == F(n)",
    "recursion in a LET": "A == LET RECURSIVE F(_) F(n) == F(n) IN F(1)",
    "recursive function": "f[n \\in {1}] == f[n]",
    "recursive function by another name": "RECURSIVE f\nf[n \\in {1}] == f[n]",
    "operator arguments": "F(G(_, _), x) == G(x, x)\nA == F(LAMBDA a, b : a = b, 1)\nB == F(=, 1)",
    "defined symbols": "a ++ b == {a, b}\n-. a == a\na ^# == a\nA == -(1 ++ 2)^#",
    "symbols as parameters": "F(_ ++ _, x) == x ++ x\nA == F(\\cup, {})",
    "constant symbols": "CONSTANT _ ++ _\nA == 1 ++ 2",
    "nested modules": "VARIABLE x\n---- MODULE M ----\nVARIABLE y\n---- MODULE K ----\nA == x = y\n====\n"
    "INSTANCE K\n====\nI == INSTANCE M WITH y <- x\nB == I!A",
    "instance of an instance": "---- MODULE M ----\nD == 1\n====\n---- MODULE K ----\nI == INSTANCE M\n====\n"
    "J == INSTANCE K\nA == J!I!D",
    "parametrised instances": "---- MODULE M ----\nCONSTANT C\nD(x) == <<C, x>>\n====\n"
    "I(C) == INSTANCE M\nA == I(1)!D(2)",
    "instance in a LET": "---- MODULE M ----\nCONSTANT C\nD == C\n====\nA(p) == LET I == INSTANCE M WITH C <- p IN I!D",
    "operator of an instance as argument": "---- MODULE M ----\nCONSTANT C\nD(x) == C\n====\nI(C) == INSTANCE M\n"
    "F(G(_)) == G(1)\nA == F(I(2)!D)",
    "operator substituted": "---- MODULE M ----\nCONSTANT F(_)\nD == F(1)\n====\n"
    "I == INSTANCE M WITH F <- LAMBDA x : {x}",
    "labels": "A == \\E x \\in {} : l(x) :: \\A y \\in {} : m(y) :: x = y\nB == A!l(1)!m(2)\nC == A!l(1)",
    "positions": "A(p) == p = 1 /\\ p = 2\nB == A(3)!1\nC == A(3)!2!<<\nD == A(3)!:",
    "parts of binders": "A == \\E x \\in {1} : x = 2\nB == A!(5)\nC == A!1",
    "parts as operators": "S(a) == {x \\in {1} : a = x}\nF(G(_, _)) == G(1, 2)\nA == F(S!@)",
    "LET definitions as operators": "U == <<LET p(a) == a IN p(1)>>\nF(G(_)) == G(1)\nA == F(U!1!p)",
    "@ in nested EXCEPT": "A(f) == [f EXCEPT ![1] = [@ EXCEPT !.b = <<@>>], ![2] = @]",
    "theorems as expressions": "THEOREM Th == TRUE\nASSUME As == TRUE\nA == Th /\\ As",
    "proofs are only read": "THEOREM TRUE\n<1>1. nowhere = 1\n  BY nothing DEF none\n<1> QED",
    "ASSUME PROVE": "THEOREM Th == ASSUME NEW CONSTANT S, NEW x \\in S, NEW P(_), P(x), "
    "ASSUME NEW y PROVE P(y) PROVE P(x)",
    "CHOOSE without a set": "A == CHOOSE x : x \\notin {}",
    "UNCHANGED and fairness": "VARIABLES x, y\nA == WF_<<x, y>>(UNCHANGED x) /\\ SF_x(<<x' = y>>_x)",
    "tuples bound": "A == {x = y : <<x, y>> \\in {}}\nf[<<x, y>> \\in {}, z \\in {}] == x",
    "unary minus": "EXTENDS Integers\nA == -1 - -2",
    "HIDE of a theorem": "THEOREM Th == TRUE\nHIDE Th\nUSE DEF Th",
    "several modules in a text": "EXTENDS Other\nA == D\n====\n---- MODULE Other ----\nD == 1",
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name):
    assert resolve(ACCEPTED[name]).name == "T"


def body_of(resolved, name):
    return resolved.definitions[name].complete().body


def test_a_diamond_gives_one_symbol():
    resolved = resolve("EXTENDS Integers, Sequences, FiniteSets\nA == Nat")
    assert body_of(resolved, "A").symbol.module == "Naturals"
    assert resolved.warnings == []


def test_the_first_of_two_extended_definitions_counts(tmp_path):
    (tmp_path / "P.tla").write_text("---- MODULE P ----\nD == 1\n====\n")
    (tmp_path / "Q.tla").write_text("---- MODULE Q ----\nD == 2\nE == D\n====\n")
    (tmp_path / "T.tla").write_text(module("EXTENDS P, Q\nA == D"))
    resolved = resolve_file(tmp_path / "T.tla")
    assert body_of(resolved, "A").symbol.module == "P"
    assert body_of(resolved, "E").symbol.module == "Q"
    assert len(resolved.warnings) == 1


def test_a_variable_declared_in_two_extended_modules_is_one(tmp_path):
    (tmp_path / "P.tla").write_text("---- MODULE P ----\nVARIABLE x\nA == x\n====\n")
    (tmp_path / "Q.tla").write_text("---- MODULE Q ----\nVARIABLE x\nB == x\n====\n")
    (tmp_path / "T.tla").write_text(module("EXTENDS P, Q"))
    resolved = resolve_file(tmp_path / "T.tla")
    (variable,) = resolved.variables
    assert body_of(resolved, "A").symbol is variable
    moved = body_of(resolved, "B")
    assert isinstance(moved, t.Subst)
    ((theirs, ours),) = moved.mapping
    assert (theirs.module, ours.symbol) == ("Q", variable)


def test_an_instance_wraps_the_body_and_keeps_the_parameters():
    inner = "---- MODULE M ----\nVARIABLE w\nD(a) == w = a\n====\n"
    resolved = resolve(f"VARIABLE v\n{inner}I(p) == INSTANCE M WITH w <- <<p, v>>")
    definition = resolved.definitions["I!D"]
    assert [param.name for param in definition.params] == ["p", "a"]
    assert isinstance(definition.body, t.Subst)
    ((symbol, value),) = definition.body.mapping
    assert (symbol.name, symbol.module, type(value)) == ("w", "M", t.TupleOf)
    assert definition.origin is not None and definition.body.body is definition.origin.body


def test_substitutions_by_name_and_identities():
    resolved = resolve("VARIABLE x\n---- MODULE M ----\nVARIABLE w\nA == x = w\n====\nI(w) == INSTANCE M")
    ((symbol, value),) = resolved.definitions["I!A"].body.mapping
    assert (symbol.module, type(value.symbol)) == ("M", t.Param)


def test_definitions_of_closed_modules_are_shared_by_unnamed_instances_only():
    resolved = resolve("EXTENDS Naturals\nI == INSTANCE Naturals\nINSTANCE Naturals\nA == I!+(1, 2)\nB == 1 + 2")
    named, unnamed = body_of(resolved, "A").symbol, body_of(resolved, "B").symbol
    assert named is not unnamed
    assert named.origin is unnamed
    assert named.body is unnamed.body
    assert resolved.warnings == []


def test_library_definitions_wait_for_their_first_use():
    resolved = resolve("EXTENDS Sequences\nA == Head(<<1>>)")
    assert resolved.definitions["Head"].body is not None
    late = resolved.definitions["SelectSeq"]
    assert late.body is None
    assert late.complete().body is not None


def test_selectors_pick_parts_with_the_arguments():
    resolved = resolve("A(p) == \\E x \\in {p} : l(x) :: x = p\nB == A(1)!l(2)\nC == A(1)!1")
    picked = body_of(resolved, "B")
    assert isinstance(picked, t.Subst)
    assert sorted((key.name, value.value) for key, value in picked.mapping) == [("p", 1), ("x", 2)]
    assert picked.body.symbol.name == "="
    assert isinstance(body_of(resolved, "C").body, t.SetOf)


def test_selected_parts_take_their_let_definitions_along():
    resolved = resolve("A == \\E x \\in {1} : l(x) :: LET d == <<x>> IN d = x\nB == A!l(2)")
    picked = body_of(resolved, "B")
    ((stand_in, value),) = picked.mapping
    (copy,) = picked.body.defs
    assert (value.value, copy.body.items[0].symbol) == (2, stand_in)
    assert picked.body.body.args[0].symbol is copy
    assert body_of(resolved, "A").body.body.defs[0] is not copy


def test_a_label_inside_a_let_keeps_the_let():
    resolved = resolve("A(p) == LET d == p IN <<l :: d>>\nB == A(2)!l")
    picked = body_of(resolved, "B")
    assert isinstance(picked, t.Subst) and isinstance(picked.body, t.LetExpr)
    assert picked.body.body.symbol is picked.body.defs[0]


def test_expressions_in_the_scope_of_a_module():
    resolved = resolve("EXTENDS Naturals\nCONSTANT N\nVARIABLE x\nInv == x < N")
    expr = resolve_expression(resolved, "Inv /\\ x + 1 <= N")
    assert isinstance(expr, t.Appl) and expr.symbol.name == "/\\"
    assert expr.args[0].symbol is resolved.definitions["Inv"]
    assert expr.args[1].args[1].symbol is resolved.constants[0]


DEEP = {
    "sum": " + ".join(["1"] * 5000),
    "implications": "TRUE => (" * 3000 + "TRUE" + ")" * 3000,
    "tuples": "<<" * 3000 + "1" + ">>" * 3000,
    "conditions": "IF TRUE THEN 1 ELSE " * 5000 + "2",
    "definitions": "".join(f"LET b{n} == 1 IN " for n in range(1000)) + "1",
}


@pytest.mark.parametrize("name", DEEP)
def test_deep_nesting_does_not_overflow(name):
    resolved = resolve("EXTENDS Naturals\nA == " + DEEP[name])
    assert resolved.definitions["A"].level == t.Level.CONSTANT


def test_several_modules_in_one_text_and_declarations_in_order():
    other = "---- MODULE Other ----\nVARIABLE x\nCONSTANT C\n====\n"
    resolved = resolve_text(module("EXTENDS Other\nVARIABLE y\nCONSTANT D") + other)
    assert [variable.name for variable in resolved.variables] == ["x", "y"]
    assert [constant.name for constant in resolved.constants] == ["C", "D"]
    assert sorted(resolved.modules) == ["Other", "T"]


def test_an_expression_instantiates_a_nested_module():
    resolved = resolve_text(
        "---- MODULE M ----\nVARIABLE x\n---- MODULE In ----\nVARIABLE a\nOk == a = 1\n====\nInit == x = 1\n====\n", "M"
    )
    expr = resolve_expression(resolved, "LET Q == INSTANCE In WITH a <- x IN Q!Ok /\\ Init")
    assert isinstance(expr, t.LetExpr)
    for _ in range(2):  # a failure leaves nothing behind
        with pytest.raises(TlaError) as caught:
            resolve_expression(resolved, "LET Q == INSTANCE Nowhere IN TRUE")
        assert caught.value.code == "M020"
