"""Golden tests: source and the IR it is lowered to, as `ir/pprint.py` writes it."""

from __future__ import annotations

from textwrap import dedent

import pytest
from ir_units import action_trees, module_of, values_model

from modelcheck.ir import pprint
from modelcheck.ir.check import check_formula
from modelcheck.ir.lower import Lowering, Shared
from modelcheck.module import resolve_expression

MODULE = r"""
EXTENDS Integers, Sequences, FiniteSets
CONSTANTS N, Node
VARIABLES x, f
vars == <<x, f>>
K == 3
Sq(n) == n * n
Twice(Op(_), a) == Op(Op(a))
RECURSIVE Sum(_)
Sum(n) == IF n = 0 THEN 0 ELSE n + Sum(n - 1)
Big == {n \in 1..9 : n > K}
Set(v, e) == v' = e
"""

EXPRESSIONS = [
    ("1 + x", "(Naturals!+ 1 x)"),
    ("x' = x", "(Eq x' x)"),
    ("K", "3"),
    ("Big", "(Once Big=(Filter [n%4 in (Naturals!.. 1 9)] (Naturals!> n%4 3)))"),
    ("Sq(x)", "(Naturals!* x x)"),
    ("Sq(x + 1)", "(Clear (Naturals!* n?4=(Naturals!+ x 1) n?4))"),
    ("Twice(Sq, x)", "(Clear (Naturals!* n?4=(Naturals!* x x) n?4))"),
    ("LET y == x + 1 IN y * y", "(Clear (Naturals!* y?4=(Naturals!+ x 1) y?4))"),
    (r"\A i \in Node : f[i] > 0", "(ForAll [i%4 in {1, 2}] (Naturals!> (Apply f i%4) 0))"),
    (r"{<<i, j>> : i \in Node, j \in 1..x}", "(MapSet [i%4 in {1, 2}, j%5 in (Naturals!.. 1 x)] (Tuple i%4 j%5))"),
    (r"CHOOSE e \in {1, x} : e > 1", "(Choose [e%4 in (SetEnum 1 x)] (Naturals!> e%4 1))"),
    ("[f EXCEPT ![x] = @ + 1, ![2].a = 3]", '(Except f ![x]=(Naturals!+ @%4 1) ![2]["a"]=3)'),
    ("Sum(x)", "(Call Sum[%4]=(If (Eq n%4 0) 0 (Naturals!+ n%4 (Call Sum (Naturals!- n%4 1)))) x)"),
    (r"[i \in Node |-> i]", "(FnCons [i%4 in {1, 2}] i%4)"),
    (
        r"LET g[n \in Nat] == IF n = 0 THEN 0 ELSE g[n - 1] IN g[x]",
        "(Apply (FnCons self%4 [n%5 in (Naturals!Nat)] (If (Eq n%5 0) 0 (Apply g%4 (Naturals!- n%5 1)))) x)",
    ),
    ("UNCHANGED vars", "(And (Eq x' x) (Eq f' f))"),
    ("[x' > x]_vars", "(Or (Naturals!> x' x) (And (Eq x' x) (Eq f' f)))"),
    ("<<x' > x>>_x", "(And (Naturals!> x' x) (Neq x' x))"),
    ("(x + f[1])'", "(Naturals!+ x' (Apply f' 1))"),
    ("ENABLED (x' = 1)", "(Enabled …)"),
    ("IF x = 1 THEN {} ELSE Node", "(If (Eq x 1) (SetEnum) {1, 2})"),
    ("CASE x = 1 -> 2 [] OTHER -> 3", "(Case (Eq x 1) 2 3)"),
    (r"(x \in Node /\ ~(x = 1)) \/ x > 2", "(Or (And (In x {1, 2}) (Not (Eq x 1))) (Naturals!> x 2))"),
    ("[a |-> x, b |-> 2].a", '(Apply (Record a: x, b: 2) "a")'),
    (r"[a : Node] \cup SUBSET {x}", "(Cup (RecordSet a: {1, 2}) (PowerSet (SetEnum x)))"),
    ("N", "5"),
    ("Len(<<x>>)", "(Sequences!Len (Tuple x))"),
    ("TRUE => x = 1", "(Implies TRUE (Eq x 1))"),
    (r"\E <<a, b>> \in f : a = b", "(Exists [<<a%4,b%5>> in f] (Eq a%4 b%5))"),
    ("LET RECURSIVE G(_) G(n) == n + x IN G(1)", "(Call G[%4]=(Naturals!+ n%4 x) 1)"),
    ("1 = 1.5", "(Eq 1 (Fail E011))"),
    ('x = "a" <=> FALSE', '(Equiv (Eq x "a") FALSE)'),
]

#: specs of tests/conformance/action_cases.py
TREES = {
    "assign_then_test": r"""
        0: x' := (Naturals!+ x 1)
        1: guard (Eq x' 1)
        2: emit Next()
        """,
    "forgotten_on_one_branch_only": r"""
        0: x' := 1
        1: if (Eq x 0)
          2: y' := 1
          3: emit Next()
        else
          4: guard TRUE
          5: emit Next() missing y
        """,
    "disjunction_in_a_guard_counts": r"""
        0: branch
          1: guard (Naturals!\geq x 0)
          2: x' := 1
          3: emit Next()
          4: guard (Eq x 0)
          ^2
          5: guard (Naturals!< x 0)
          ^2
        """,
    "no_witness_counts_after_the_last_assignment": r"""
        0: x' := 1
        1: guard (Exists [i%4 in (Naturals!.. 1 3)] (Naturals!> i%4 1))
        2: guard (Or (Eq x 0) (Eq x' 1))
        3: emit Next()
        """,
    "exists_binds_parameters": r"""
        0: for each a%4 in (Naturals!.. 1 2)
          1: for each b%5 in (SetEnum 5)
            2: x' := a%4
            3: y' := b%5
            4: emit Set(a%4 b%5)
        """,
    "case_in_an_action": r"""
        0: case
        when (Eq x 0)
          1: branch
            2: x' := 1
            3: emit Next()
            4: x' := 2
            ^3
        when (And (Naturals!\geq x 0) (Naturals!< x 2))
          5: x' := 9
          ^3
        other
          6: x' := x
          ^3
        """,
    "let_in_an_action": r"""
        0: clear %4
        1: guard (Naturals!< n?4=(Naturals!+ x 1) 3)
        2: x' := n?4
        3: branch
          4: y' := n?4
          5: emit Next()
          6: clear %5
          7: y' := k?5=(Naturals!* n?4 10)
          ^5
        """,
    "for_all_over_an_action": r"""
        0: for all i%5 in (SetEnum 1 2)
          1: if (Eq i%5 1)
            2: x' :=? 7
            3: if complete
              4: guard (Implies (Eq i%5 2) (In y' (SetEnum 8 9)))
              5: again
            else
              6: if (Eq i%5 2)
                7: y' :in? (SetEnum 8 9)
                ^5
              else
                ^5
          else
            8: if complete
              9: guard (Implies (Eq i%5 2) (In y' (SetEnum 8 9)))
              ^5
            else
              10: if (Eq i%5 2)
                11: y' :in? (SetEnum 8 9)
                ^5
              else
                ^5
          12: if complete
            13: guard (And (Implies (Eq i%5 1) (Eq x' 7)) (Implies (Eq i%5 2) (In y' (SetEnum 8 9))))
            ^5
          else
            ^1
        14: emit Next()
        """,
    "stuttering_forbidden": r"""
        0: x' :in (SetEnum 0 1)
        1: y' := y
        2: guard (Not (And (Eq x' x) (Eq y' y)))
        3: emit Next()
        """,
    "an_operator_that_takes_an_action_operator": r"""
        0: x' := 3
        1: y' := (Naturals!+ x' 1)
        2: emit Next()
        """,
    "init_with_if_let_and_definitions": r"""
        0: x :in (SetEnum 1 2)
        1: if (Eq x 1)
          2: y := 10
          3: emit Init()
        else
          4: y :in (SetEnum (Naturals!+ 10 1) (Naturals!+ 10 2))
          ^3
        """,
    "instance_with_parameters": r"""
        0: for each i%4 in (Naturals!.. 1 2)
          1: guard (Naturals!< (Apply f i%4) 2)
          2: f' := (Except f ![i%4]=(Naturals!+ @%5 i%4))
          3: emit Bump(i%4 i%4)
        """,
}


@pytest.mark.parametrize(("text", "expected"), EXPRESSIONS)
def test_expressions(text: str, expected: str) -> None:
    module = module_of("Golden", MODULE)
    formula = Lowering(Shared(values_model(module))).formula(resolve_expression(module, text))
    check_formula(formula, len(module.variables))
    assert pprint.expression(formula.body) == expected


@pytest.mark.parametrize("name", TREES)
def test_trees(name: str) -> None:
    trees = dict(action_trees(name))
    tree, _ = trees["Init" if name.startswith("init") else "Next"]
    assert pprint.action(tree) == dedent(TREES[name]).strip()
