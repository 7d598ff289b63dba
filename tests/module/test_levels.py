"""Levels: what SANY refuses and what it accepts. Each text was given to SANY; the « marks the place of the error."""

from __future__ import annotations

import pytest
from module_texts import place_of, refusal, resolve

from modelcheck.module.tree import Level

REFUSED = {
    "primed action": ("M050", "VARIABLE v\nA == («v')'"),
    "primed definition of action level": ("M050", "VARIABLE v\nA == v'\nB == «A'"),
    "UNCHANGED of an action": ("M050", "VARIABLE v\nA == UNCHANGED («v')"),
    "ENABLED of a temporal formula": ("M050", "VARIABLE v\nA == ENABLED «[]v"),
    "= of temporal formulas": ("M050", "VARIABLE v\nA == («[]v) = TRUE"),
    "set of temporal formulas": ("M050", "VARIABLE v\nA == {«[]v}"),
    "CHOOSE of a temporal formula": ("M050", "VARIABLE v\nA == CHOOSE x : «[]v"),
    "subscript with a prime": ("M050", "VARIABLE v\nA == [][v' = v]_(«v')"),
    "fairness subscript with a prime": ("M050", "VARIABLE v\nA == WF_(«v')(v' = v)"),
    "operator primes its parameter": ("M050", "VARIABLE v\nP(x) == x'\nA == P(«v')"),
    "operator hands it to one that primes": ("M050", "VARIABLE v\nP(x) == x'\nQ(x) == P(x)\nA == Q(«v')"),
    "LET operator primes its parameter": ("M050", "VARIABLE v\nA == LET P(x) == x' IN P(«v')"),
    "assumption about a variable": ("M051", "VARIABLE v\nASSUME «v = 1"),
    "prime passed to what applies it to actions": ("M052", "VARIABLE v\nF(G(_)) == G(v')\nA == F(«')"),
    "prime passed with an action": ("M053", "VARIABLE v\nF(G(_), x) == G(x)\nA == F(', «v')"),
    "LAMBDA that primes, passed with an action": ("M053", "VARIABLE v\nF(G(_), x) == G(x)\nA == F(LAMBDA y : y', «v')"),
    "[] of an action": ("M054", "VARIABLE v\nA == «[](v' = v)"),
    "[] of a name for [A]_v": ("M054", "VARIABLE v\nN == [v' = v]_v\nA == «[]N"),
    "<> of an action": ("M055", "VARIABLE v\nA == «<>(v' = v)"),
    "~> of an action": ("M056", "VARIABLE v\nA == («v' = v) ~> TRUE"),
    "action and temporal, conjunction": ("M057", "VARIABLE v\nA == «v' = v /\\ []v"),
    "action and temporal, list": ("M057", "VARIABLE v\nA ==\n  «/\\ v' = v\n  /\\ []v"),
    "action implies temporal": ("M057", "VARIABLE v\nA == «v' = v => []v"),
    "temporal over an action-level set": ("M058", "VARIABLE v\nA == \\A «x \\in v' : []v"),
    "temporal formula as a set": ("M059", "VARIABLE v\nA == \\A x \\in «[]v : TRUE"),
    "recursive operator primes": ("M044", "RECURSIVE P(_)\n«P(x) == x'"),
    "non-Leibniz substitution": (
        "M034", "---- MODULE M ----\nCONSTANT F(_)\nA == F(1)\n====\nP(x) == x'\nINSTANCE M WITH F <- «P",
    ),
    "non-Leibniz through another": (
        "M034",
        "---- MODULE M ----\nCONSTANT F(_)\nA == F(1)\n====\nP(x) == ENABLED x\nQ(x) == P(x) /\\ x\n"
        "INSTANCE M WITH F <- «Q",
    ),
    "variable for a constant of a module with variables": (
        "M035", "---- MODULE M ----\nCONSTANT C\nVARIABLE w\n====\nVARIABLE v\nI == INSTANCE M WITH C <- «v, w <- v",
    ),
    "action for a variable": (
        "M035", "---- MODULE M ----\nVARIABLE w\n====\nVARIABLE v\nI == INSTANCE M WITH w <- «v'",
    ),
    "temporal formula for an assumed constant": (
        "M035",
        "---- MODULE M ----\nCONSTANT C\nTHEOREM ASSUME C PROVE TRUE\n====\nVARIABLE v\nI == INSTANCE M WITH C <- «[]v",
    ),
    "parameter of an instance that is primed": (
        "M050",
        "---- MODULE M ----\nVARIABLE w\nN == w' = w\n====\nVARIABLE v\nI(w) == INSTANCE M\nA == I(«v')!N",
    ),
}  # fmt: skip

LEVELS = {
    "constant": ("A == 1 = 2", Level.CONSTANT),
    "declared constant": ("CONSTANT C\nA == C", Level.CONSTANT),
    "state": ("VARIABLE v\nA == v = 1", Level.STATE),
    "ENABLED of an action": ("VARIABLE v\nA == ENABLED (v' = 1)", Level.STATE),
    "action": ("VARIABLE v\nA == v' = 1", Level.ACTION),
    "prime of a constant": ("A == 1'", Level.ACTION),
    "UNCHANGED": ("VARIABLE v\nA == UNCHANGED v", Level.ACTION),
    "box": ("VARIABLE v\nA == [v' = 1]_v", Level.ACTION),
    "always": ("VARIABLE v\nA == []v", Level.TEMPORAL),
    "fairness": ("VARIABLE v\nA == WF_v(v' = 1)", Level.TEMPORAL),
    "specification": ("VARIABLE v\nA == v = 0 /\\ [][v' = v]_v /\\ WF_v(v' = v)", Level.TEMPORAL),
    "argument that counts": ("VARIABLE v\nP(x) == x = 1\nA == P(v)", Level.STATE),
    "argument that does not count": ("VARIABLE v\nP(x) == 1\nA == P(v)", Level.CONSTANT),
    "argument primed": ("VARIABLE v\nP(x) == x'\nA == P(v)", Level.ACTION),
    "operator argument": ("VARIABLE v\nF(G(_)) == G(1)\nA == F(LAMBDA x : v = x)", Level.STATE),
    "recursion": ("VARIABLE v\nRECURSIVE A(_)\nA(n) == IF n = 0 THEN v ELSE A(0)", Level.STATE),
    "mutual recursion": (
        "VARIABLE v\nRECURSIVE B(_)\nA(n) == B(n)\nB(n) == IF n = 0 THEN v ELSE A(0)", Level.STATE,
    ),
    "temporal IF": ("VARIABLE v\nA == IF v THEN []v ELSE TRUE", Level.TEMPORAL),
    "constant module, constant substituted": (
        "---- MODULE M ----\nCONSTANT C\nD == C\n====\nVARIABLE v\nI == INSTANCE M WITH C <- v\nA == I!D", Level.STATE,
    ),
    "constant module, action substituted": (
        "---- MODULE M ----\nCONSTANT C\nD == C\n====\nVARIABLE v\nI == INSTANCE M WITH C <- v'\nA == I!D",
        Level.ACTION,
    ),
    "instance with variables": (
        "---- MODULE M ----\nVARIABLE w\nD == w' = w\n====\nVARIABLE v\nI == INSTANCE M WITH w <- v\nA == I!D",
        Level.ACTION,
    ),
    "bound identifier of a state-level set": ("VARIABLE v\nA == \\E x \\in v : x", Level.STATE),
    "bound identifier primed": ("A == \\E x \\in {1} : x' = 1", Level.ACTION),
    "EXCEPT with @": ("VARIABLE v\nA == [v EXCEPT ![1] = {@}]", Level.STATE),
    "LET": ("VARIABLE v\nA == LET b == v' IN b", Level.ACTION),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused_at_its_place(name):
    code, marked = REFUSED[name]
    body, line, column = place_of(marked)
    assert refusal(body) == (code, line, column)


@pytest.mark.parametrize("name", LEVELS)
def test_level_of_a_definition(name):
    body, level = LEVELS[name]
    assert resolve(body).definitions["A"].level == level
