"""Arguments and LET definitions are evaluated when used, at most once per context, in the context they belong to.

Each chain doubles sixty times: evaluated twice at each link it would never end.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent.parent / "conformance"))

from small_models import model_of, module_of

from modelcheck.engine.closures import ClosureEngine
from modelcheck.module import resolve_expression
from modelcheck.values import pretty

MODULE = module_of(
    "Lazy",
    r"""
EXTENDS Integers, Sequences, FiniteSetsExt
VARIABLE x
Double(n) == n + n
Four(n) == Double(Double(n))
RECURSIVE Doubled(_, _), Iter(_, _, _), Adder(_, _), Count(_, _)
Doubled(n, v) == IF n = 0 THEN v ELSE Doubled(n - 1, v + v)
Iter(Op(_), n, v) == IF n = 0 THEN v ELSE Op(Iter(Op, n - 1, v))
Adder(n, v) == IF n = 0 THEN [k \in Nat |-> k + v] ELSE Adder(n - 1, v + 1)
Count(n, v) == IF n = 0 THEN 0 ELSE v + Count(n - 1, v)
Powers[n \in Nat] == IF n = 0 THEN x ELSE Powers[n - 1] + Powers[n - 1]
""",
)
ENGINE = ClosureEngine(model_of(MODULE))
LINKS = 60


def value(text: str, x: int = 1) -> str:
    return pretty(ENGINE.evaluate(resolve_expression(MODULE, text), (x,)))


def lets(first: str) -> str:
    """A chain of definitions, each the double of the one before."""
    names = [f"a{i}" for i in range(LINKS + 1)]
    rest = [f"{b} == {a} + {a}" for a, b in pairwise(names)]
    return f"LET {names[0]} == {first} {' '.join(rest)} IN {names[-1]}"


@pytest.mark.parametrize(
    "text",
    [
        lets("x"),
        f"CHOOSE v \\in {{{lets('x')}}} : TRUE",
        "Double(" * LINKS + "x" + ")" * LINKS,
        "Four(" * (LINKS // 2) + "x" + ")" * (LINKS // 2),
        f"Doubled({LINKS}, x)",
        f"Iter(Double, {LINKS}, x)",
        f"Iter(LAMBDA v : v + v, {LINKS}, x)",
        f"LET Add(v) == v + v IN Iter(Add, {LINKS}, x)",
        f"FoldSet(LAMBDA e, v : v + v, x, 1..{LINKS})",
        f"Powers[{LINKS}]",
        f"LET f[n \\in 0..{LINKS}] == IF n = 0 THEN x ELSE f[n - 1] + f[n - 1] IN f[{LINKS}]",
        f"Count({LINKS}, Doubled({LINKS}, x)) \\div {LINKS}",
    ],
    ids=range(12),
)
def test_evaluated_once(text: str) -> None:
    assert value(text) == str(2**LINKS)
    assert value(text, 3) == str(3 * 2**LINKS)


def test_once_in_each_context_not_once_for_all() -> None:
    assert value("[i \\in 1..3 |-> LET d == i + x IN d * d]", 10) == "<<121, 144, 169>>"
    assert value("{Double(i * x) : i \\in 1..3}", 10) == "{20, 40, 60}"
    assert value("[i \\in 1..3 |-> Doubled(2, i)]") == "<<4, 8, 12>>"


def test_a_function_kept_for_later_keeps_its_arguments() -> None:
    """The functions are applied after the loop that made them has gone on."""
    assert value("[i \\in 1..3 |-> Adder(2, i + 1)][2][5]") == "10"
    assert value("LET fs == [i \\in 1..3 |-> Adder(0, i * 10)] IN <<fs[1][1], fs[2][1], fs[3][1]>>") == "<<11, 21, 31>>"
    above = "[i \\in 1..3 |-> {n \\in Nat : n > i * 10}]"
    assert value(f"LET S == {above} IN <<15 \\in S[1], 15 \\in S[2]>>") == "<<TRUE, FALSE>>"


def test_an_operator_that_comes_back_to_itself() -> None:
    """The argument of an operator's call is evaluated inside another call of the same operator."""
    assert value("Iter(LAMBDA v : 10 * v + v + 1, 3, x)") == "1464"
    assert value("Iter(LAMBDA v : LET w == v + 1 IN w * w + w, 2, x)") == "56"
    assert value("Iter(LAMBDA v : Iter(LAMBDA u : u + v, 2, v), 2, x)") == "9"
