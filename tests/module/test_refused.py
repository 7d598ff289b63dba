"""What SANY refuses is refused: each text with its code; the « marks the place. SANY refuses every one of them."""

from __future__ import annotations

import pytest
from module_texts import place_of, refusal

INNER = "---- MODULE M ----\nCONSTANT C\nVARIABLE v\nOp(a) == v = C + a\n"
NAMES = {
    "unknown name": ("M001", "A == «x"),
    "unknown operator": ("M001", "A == «Foo(1)"),
    "unknown infix operator": ("M001", "A == 1 «+ 2"),
    "defined further down": ("M001", "A == «B\nB == 1"),
    "not recursive": ("M001", "A(n) == «A(n)"),
    "bound identifier after its scope": ("M001", "A == (\\E x \\in {} : TRUE) /\\ «x = 1"),
    "bound identifier in its own set": ("M001", "A == \\E x \\in {«x} : TRUE"),
    "second bound identifier in the first's set": ("M001", "A == \\E x \\in {1}, y \\in {«x} : TRUE"),
    "LET definition after the LET": ("M001", "A == (LET b == 1 IN b) = «b"),
    "parameter after the definition": ("M001", "A(p) == p\nB == «p"),
    "function in its own domain": ("M001", "f[x \\in DOMAIN «f] == x"),
    "local definition of an instance": ("M001", "---- MODULE M ----\nLOCAL D == 1\n====\nINSTANCE M\nA == «D"),
    "nothing of that name in an instance": ("M001", "---- MODULE M ----\nD == 1\n====\nI == INSTANCE M\nA == I!«E"),
    "name of a nested module's inside": ("M001", "---- MODULE M ----\nD == 1\n====\nA == «D"),
    "unknown name under USE": ("M001", "USE DEF «Nothing"),
    "NEW symbol after its theorem": ("M001", "THEOREM ASSUME NEW x PROVE x = x\nA == «x"),
    "bound identifier hides a variable": ("M002", "VARIABLE x\nA == \\E «x \\in {} : TRUE"),
    "bound identifier hides a definition": ("M002", "d == 1\nA == {«d \\in {} : TRUE}"),
    "bound identifier hides a bound one": ("M002", "A == \\E x : \\A «x : TRUE"),
    "one binder, twice": ("M002", "A == \\E x, «x \\in {} : TRUE"),
    "tuple, twice": ("M002", "A == \\E <<x, «x>> \\in {} : TRUE"),
    "parameter hides a constant": ("M002", "CONSTANT c\nA(«c) == c"),
    "parameter, twice": ("M002", "A(p, «p) == p"),
    "LAMBDA hides": ("M002", "d == 1\nF(G(_)) == G(1)\nA == F(LAMBDA «d : 1)"),
    "LET hides": ("M002", "d == 1\nA == LET «d == 2 IN d"),
    "defined twice": ("M002", "A == 1\n«A == 2"),
    "defined, then declared": ("M002", "A == 1\nVARIABLE «A"),
    "constant, then variable": ("M002", "CONSTANT a\nVARIABLE «a"),
    "constants of different arity": ("M002", "CONSTANT a, «a(_)"),
    "function, twice": ("M002", "f[x \\in {}] == x\n«f[x \\in {}] == x"),
    "redefines an extended name": ("M002", "EXTENDS Naturals\n«Nat == 1"),
    "instance of that name": ("M002", "---- MODULE M ----\n====\nI == 1\n«I == INSTANCE M"),
    "theorem of that name": ("M002", "A == 1\n«THEOREM A == TRUE"),
    "CHOOSE hides": ("M002", "d == 1\nA == CHOOSE «d : TRUE"),
    "built-in operator defined": ("M003", "«TRUE == 1"),
    "built-in symbol defined": ("M003", "a «\\cup b == a"),
    "built-in operator as parameter": ("M003", "VARIABLE «BOOLEAN"),
    "instance's name alone": ("M004", "---- MODULE M ----\nD == 1\n====\nI == INSTANCE M\nA == «I"),
    "instance's name applied": ("M004", "---- MODULE M ----\nD == 1\n====\nI == INSTANCE M\nA == «I(1)"),
}
ARITY = {
    "too many arguments": ("M005", "A(x) == x\nB == «A(1, 2)"),
    "too few arguments": ("M005", "A(x, y) == x\nB == «A(1)"),
    "no arguments": ("M005", "A(x) == x\nB == «A"),
    "arguments for a constant": ("M005", "CONSTANT c\nB == «c(1)"),
    "arguments for a variable": ("M005", "VARIABLE v\nB == «v(1)"),
    "arguments for a parameter": ("M005", "B(p) == «p(1)"),
    "operator constant, too few": ("M005", "CONSTANT F(_, _)\nB == «F(1)"),
    "instance parameters missing": (
        "M005", "---- MODULE M ----\nCONSTANT C\nD == C\n====\nI(C) == INSTANCE M\nA == «I!D",
    ),
    "expression for an operator": ("M006", "F(G(_)) == G(1)\nA == F(«1 = 1)"),
    "operator of wrong arity": ("M007", "F(G(_)) == G(1)\nH(a, b) == a\nA == F(«H)"),
    "constant for an operator": ("M007", "CONSTANT c\nF(G(_)) == G(1)\nA == F(«c)"),
    "LAMBDA of wrong arity": ("M007", "F(G(_)) == G(1)\nA == F(«LAMBDA a, b : a)"),
    "operator that takes operators": ("M007", "F(G(_)) == G(1)\nA == F(«F)"),
    "LAMBDA as a value": ("M008", "F(x) == x\nA == F(«LAMBDA a : a)"),
    "@ outside EXCEPT": ("M009", "A == «@"),
    "@ in the function of an EXCEPT": ("M009", "A == [«@ EXCEPT !.a = 1]"),
    "field twice": ("M010", "A == [a |-> 1, «a |-> 2]"),
    "field of a set twice": ("M010", "A == [a : {}, «a : {}]"),
    "function of two, applied to three": ("M011", "f[x, y \\in {}] == x\nA == «f[1, 2, 3]"),
    "function of one tuple, applied to two": ("M011", "f[<<x, y>> \\in {}] == x\nA == «f[1, 2]"),
    "no such part": ("M012", "A == 1 = 2\nB == A!«3"),
    "part of a constant": ("M012", "CONSTANT c\nB == «c!1"),
    "no such label": ("M012", "A == l :: TRUE\nB == A!«m"),
    "part of itself": ("M012", "RECURSIVE A(_)\nA(x) == «A(x)!1"),
    "fact that is no formula": ("M013", "THEOREM Th == ASSUME TRUE PROVE TRUE\nA == «Th"),
}
MODULES = {
    "no such module": ("M020", "EXTENDS «Nowhere"),
    "no such module to instantiate": ("M020", "I == «INSTANCE Nowhere"),
    "itself": ("M022", "EXTENDS «T"),
    "nested module of a loaded one's name": ("M023", "EXTENDS Naturals\n«---- MODULE Naturals ----\n===="),
    "two nested modules of one name": ("M023", "---- MODULE M ----\n====\n«---- MODULE M ----\n===="),
    "no substitution": ("M030", INNER.replace("C + a", "C") + "====\nVARIABLE v\nI == «INSTANCE M"),
    "substituted twice": (
        "M031", "---- MODULE M ----\nCONSTANT C\n====\nI == INSTANCE M WITH C <- 1, «C <- 2",
    ),
    "substitution for a definition": (
        "M032", "---- MODULE M ----\nD == 1\n====\nI == INSTANCE M WITH «D <- 2",
    ),
    "substitution for nothing": ("M032", "---- MODULE M ----\n====\nINSTANCE M WITH «E <- 2"),
    "value for an operator": (
        "M033", "---- MODULE M ----\nCONSTANT F(_)\n====\nI == INSTANCE M WITH F <- «{}",
    ),
    "LAMBDA for a value": (
        "M033", "---- MODULE M ----\nCONSTANT C\n====\nI == INSTANCE M WITH C <- «LAMBDA x : x",
    ),
    "implicit substitution of another arity": (
        "M033", "---- MODULE M ----\nCONSTANT F(_)\n====\nF == 1\nI == «INSTANCE M",
    ),
    "recursive, not defined": ("M040", "RECURSIVE «A(_)\nB == 1"),
    "recursive in a LET, not defined": ("M040", "B == LET RECURSIVE «A(_) IN 1"),
    "recursive, other arity": ("M041", "RECURSIVE A(_)\n«A(x, y) == x"),
    "recursive with an operator parameter": ("M041", "RECURSIVE A(_)\n«A(F(_)) == F(1)"),
    "recursive function with parameters": ("M041", "RECURSIVE f(_)\n«f[x \\in {}] == x"),
    "recursive, defined in a LET": ("M042", "RECURSIVE A(_)\nB == LET «A(x) == x IN 1\nA(x) == x"),
    "declaration in a recursive section": ("M043", "RECURSIVE A(_)\n«VARIABLE v\nA(x) == x"),
    "theorem in a recursive section": ("M043", "RECURSIVE A(_)\n«THEOREM TRUE\nA(x) == x"),
    "module in a recursive section": ("M043", "RECURSIVE A(_)\n«---- MODULE M ----\n====\nA(x) == x"),
    "HIDE of a definition": ("M069", "A == 1\nHIDE «A"),
}
LABELS = {
    "label parameter twice": ("M060", "A == \\E x \\in {} : l(x, «x) :: TRUE"),
    "label leaves out": ("M061", "A == \\E x \\in {} : «l :: TRUE"),
    "label names what is not bound": ("M062", "d == 1\nA == l(«d) :: TRUE"),
    "label names the definition's parameter": ("M062", "A(p) == l(«p) :: TRUE"),
    "label outside a definition": ("M063", "ASSUME «l :: TRUE"),
    "label in EXCEPT": ("M065", "A == [[a |-> 1] EXCEPT !.a = «l :: 1]"),
    "label twice": ("M066", "A == (l :: TRUE) /\\ («l :: TRUE)"),
    "label with too many arguments": ("M005", "A == \\E x \\in {} : l(x) :: TRUE\nB == A!«l(1, 2)"),
}
ALL = NAMES | ARITY | MODULES | LABELS


@pytest.mark.parametrize("name", ALL)
def test_refused_at_its_place(name):
    code, marked = ALL[name]
    body, line, column = place_of(marked)
    assert refusal(body) == (code, line, column)
