"""State predicates, step predicates and expressions over states and steps."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent
from typing import Any

import pytest
from small_models import model_of, module_of

from modelcheck.engine.protocol import Engine
from modelcheck.errors import EvalError
from modelcheck.module import resolve_expression
from modelcheck.values import pretty, reset_order

Make = Callable[[Any], Engine]

SPEC = dedent(r"""
    EXTENDS Integers, Sequences
    ---- MODULE Abstract ----
    EXTENDS Integers
    VARIABLE y
    Init == y = 0
    Grow == y' > y
    Next == Grow
    Even == y % 2 = 0
    CanGrow == ENABLED (y' = y + 1 /\ Grow)
    ====
    CONSTANT Node
    VARIABLES x, f
    vars == <<x, f>>
    sum == x + f[1]
    Init == x = 0 /\ f = <<0, 0>>
    Up(n) == x < 2 /\ x' = x + n /\ UNCHANGED f
    Put == \E i \in 1..2 : f' = [f EXCEPT ![i] = x] /\ f[i] < x /\ UNCHANGED x
    Next == (\E n \in {1, 2} : Up(n)) \/ Put
    Limit == x <= 2 /\ \A i \in DOMAIN f : f[i] <= x
    Swapped(a, b) == a' = b
    Both(v) == v = v'
    Halts == ~ENABLED Next
    RECURSIVE Below(_, _)
    Below(s, n) == s = <<>> \/ (Head(s) < n /\ Below(Tail(s), n))
    A == INSTANCE Abstract WITH y <- x + f[1] + f[2]
    X == INSTANCE Abstract WITH y <- x
""")

#: formula, state, value or code
STATES = [
    ("Init", "0, <<0, 0>>", "TRUE"),
    ("Init", "0, <<0, 1>>", "FALSE"),
    ("Limit", "2, <<2, 0>>", "TRUE"),
    ("Limit", "1, <<2, 0>>", "FALSE"),
    ("x + f[1]", "2, <<3, 0>>", "5"),
    ("sum * 2", "2, <<3, 0>>", "10"),
    ("vars", "1, <<2, 3>>", "<<1, <<2, 3>>>>"),
    ("f[x]", "1, <<7, 8>>", "7"),
    ("f[x]", "3, <<7, 8>>", "E003 1:1"),
    ("ENABLED Up(1)", "1, <<0, 0>>", "TRUE"),
    ("ENABLED Up(1)", "2, <<0, 0>>", "FALSE"),
    ("ENABLED Put", "1, <<0, 1>>", "TRUE"),
    ("ENABLED Put", "1, <<1, 1>>", "FALSE"),
    ("ENABLED Next", "2, <<2, 2>>", "FALSE"),
    ("Halts", "2, <<2, 2>>", "TRUE"),
    ("Halts", "2, <<2, 1>>", "FALSE"),
    ("ENABLED (x' = x + 1)", "0, <<>>", "TRUE"),
    ("ENABLED <<x' = x>>_x", "0, <<>>", "FALSE"),
    ("ENABLED <<x' \\in {x, 5}>>_x", "0, <<>>", "TRUE"),
    ("ENABLED <<x' \\in {x, 5}>>_x", "5, <<>>", "FALSE"),
    ("ENABLED [FALSE]_x", "0, <<>>", "TRUE"),
    ("\\A n \\in {1, 2} : ENABLED Up(n)", "1, <<0, 0>>", "TRUE"),
    ("{n \\in 0..3 : ENABLED (x = n /\\ x' = n)}", "2, <<>>", "{2}"),
    ("ENABLED (\\E n \\in Node : x' = n)", "0, <<>>", "FALSE"),
    ("ENABLED (x' = 1 \\div 0)", "0, <<>>", "E014 1:15"),
    ("ENABLED (f' = f /\\ f'[9] = 1)", "0, <<1>>", "E003"),
    ("ENABLED (ENABLED Up(1) /\\ x' = 0)", "1, <<>>", "TRUE"),
    ("A!Even", "1, <<1, 1>>", "FALSE"),
    ("A!Even", "2, <<1, 1>>", "TRUE"),
    ("A!Init", "0, <<0, 0>>", "TRUE"),
    ("X!CanGrow", "4, <<>>", "TRUE"),
    ("Below(f, 3)", "0, <<1, 2>>", "TRUE"),
    ("Below(f, 2)", "0, <<1, 2>>", "FALSE"),
    ("x' = 1", "0, <<>>", "E011 1:1"),
    ("x \\in Nat /\\ f \\in Seq(Nat)", "3, <<1, 5>>", "TRUE"),
    ("x \\in Nat /\\ f \\in Seq(Nat)", "3, <<1, -5>>", "FALSE"),
    ("LET y == x + 1 IN y * y", "3, <<>>", "16"),
    ("[f EXCEPT ![x] = @ + x]", "2, <<5, 6>>", "<<5, 8>>"),
    ("x", "3, <<>>", "3"),
    ("x + \"a\"", "3, <<>>", "E004 1:1"),
    ("x /\\ TRUE", "3, <<>>", "E009 1:1"),
]

#: formula, state, next state, value or code
STEPS = [
    ("Up(1)", "0, <<0, 0>>", "1, <<0, 0>>", "TRUE"),
    ("Up(1)", "0, <<0, 0>>", "2, <<0, 0>>", "FALSE"),
    ("Up(1)", "0, <<0, 0>>", "1, <<0, 1>>", "FALSE"),
    ("Next", "1, <<0, 0>>", "1, <<0, 1>>", "TRUE"),
    ("Next", "1, <<0, 0>>", "1, <<1, 1>>", "FALSE"),
    ("[Next]_vars", "1, <<0, 0>>", "1, <<0, 0>>", "TRUE"),
    ("[Next]_vars", "1, <<0, 0>>", "0, <<0, 0>>", "FALSE"),
    ("[x' > x]_x", "1, <<0>>", "1, <<5>>", "TRUE"),
    ("[x' > x]_x", "1, <<0>>", "0, <<0>>", "FALSE"),
    ("[x' > x]_<<x, f>>", "1, <<0>>", "1, <<5>>", "FALSE"),
    ("[FALSE]_sum", "1, <<2>>", "2, <<1>>", "TRUE"),
    ("[FALSE]_sum", "1, <<2>>", "2, <<2>>", "FALSE"),
    ("<<x' >= x>>_x", "1, <<0>>", "2, <<0>>", "TRUE"),
    ("<<x' >= x>>_x", "1, <<0>>", "1, <<9>>", "FALSE"),
    ("<<TRUE>>_vars", "1, <<0>>", "1, <<9>>", "TRUE"),
    ("UNCHANGED vars", "1, <<0>>", "1, <<0>>", "TRUE"),
    ("UNCHANGED vars", "1, <<0>>", "1, <<1>>", "FALSE"),
    ("UNCHANGED <<x, <<f>>>>", "1, <<0>>", "1, <<0>>", "TRUE"),
    ("UNCHANGED sum", "1, <<2>>", "2, <<1>>", "TRUE"),
    ("sum' - sum", "1, <<2>>", "5, <<10>>", "12"),
    ("(x + f[1])'", "1, <<2>>", "5, <<10>>", "15"),
    ("f'[x]", "1, <<2, 3>>", "2, <<20, 30>>", "20"),
    ("f[x']", "1, <<2, 3>>", "2, <<20, 30>>", "3"),
    ("f[x]'", "1, <<2, 3>>", "2, <<20, 30>>", "30"),
    ("(\\A i \\in 1..x : f[i] = i)'", "9, <<>>", "2, <<1, 2>>", "TRUE"),
    ("Swapped(x, 7)", "1, <<>>", "7, <<>>", "TRUE"),
    ("Both(x)", "1, <<>>", "1, <<2>>", "TRUE"),
    ("Both(f[1])", "1, <<3>>", "2, <<4>>", "FALSE"),
    ("Limit'", "1, <<9, 9>>", "2, <<1, 2>>", "TRUE"),
    ("Limit => Limit'", "1, <<0, 1>>", "1, <<0, 2>>", "FALSE"),
    ("A!Grow", "1, <<0, 0>>", "1, <<0, 1>>", "TRUE"),
    ("A!Grow", "1, <<0, 0>>", "0, <<0, 1>>", "FALSE"),
    ("[A!Next]_(A!Even)", "1, <<0, 0>>", "0, <<0, 1>>", "TRUE"),
    ("(ENABLED Up(1))'", "0, <<>>", "2, <<>>", "FALSE"),
    ("(ENABLED Up(1))'", "2, <<>>", "0, <<>>", "TRUE"),
    ("ENABLED Up(1) /\\ x' = 2", "1, <<>>", "2, <<>>", "TRUE"),
    ("Below(f, x)'", "9, <<8>>", "2, <<0, 1>>", "TRUE"),
    ("LET d == x' - x IN d * d", "1, <<>>", "4, <<>>", "9"),
    ("IF x' > x THEN \"up\" ELSE \"down\"", "1, <<>>", "0, <<>>", '"down"'),
    ("x' \\in {x, x + 1}", "1, <<>>", "2, <<>>", "TRUE"),
    ("\\E n \\in 1..5 : x' = x + n /\\ n > 3", "1, <<>>", "5, <<>>", "TRUE"),
    ("x' = \"a\"", "1, <<>>", "2, <<>>", "E001 1:1"),
]


def engine_of(make: Make) -> tuple[Any, Engine]:
    """The module and its engine."""
    reset_order()
    module = module_of("Formulas", SPEC)
    empty = make(model_of(module)).evaluate(resolve_expression(module, "{}"))
    return module, make(model_of(module, ("Init",), "Next", {"Node": empty}))


def check(evaluate: Callable[[], str], expected: str) -> None:
    code, _, place = expected.partition(" ")
    if not (code[:1] == "E" and code[1:].isdigit()):
        assert evaluate() == expected
        return
    with pytest.raises(EvalError) as caught:
        evaluate()
    assert caught.value.code == code, caught.value
    if place:
        assert caught.value.span is not None
        assert f"{caught.value.span.begin.line}:{caught.value.span.begin.column}" == place


@pytest.mark.parametrize(("text", "at", "expected"), STATES)
def test_in_a_state(text: str, at: str, expected: str, engine: Make) -> None:
    module, made = engine_of(engine)
    state = made.evaluate(resolve_expression(module, f"<<{at}>>"))
    expr = resolve_expression(module, text)
    check(lambda: pretty(made.evaluate(expr, state)), expected)
    if expected in ("TRUE", "FALSE"):
        assert made.state_predicate("P", expr).holds(state) is (expected == "TRUE")


@pytest.mark.parametrize(("text", "at", "to", "expected"), STEPS)
def test_over_a_step(text: str, at: str, to: str, expected: str, engine: Make) -> None:
    module, made = engine_of(engine)
    state, target = (made.evaluate(resolve_expression(module, f"<<{values}>>")) for values in (at, to))
    expr = resolve_expression(module, text)
    check(lambda: pretty(made.evaluate(expr, state, target)), expected)
    if expected in ("TRUE", "FALSE"):
        predicate = made.step_predicate("P", expr)
        assert predicate.is_action
        assert predicate.holds(state, target) is (expected == "TRUE")


def test_a_predicate_must_be_boolean(engine: Make) -> None:
    module, made = engine_of(engine)
    state = made.evaluate(resolve_expression(module, "<<1, <<>>>>"))
    with pytest.raises(EvalError) as caught:
        made.state_predicate("P", resolve_expression(module, "x + 1")).holds(state)
    assert caught.value.code == "E009"
    assert caught.value.span is not None


def test_a_step_is_a_step_of_next_iff_it_is_among_the_successors(engine: Make) -> None:
    """Next as a process and Next as a formula are the same relation."""
    module, made = engine_of(engine)
    holds = made.step_predicate("Next", resolve_expression(module, "Next")).holds
    every = [
        made.evaluate(resolve_expression(module, f"<<{x}, <<{a}, {b}>>>>"))
        for x in range(4) for a in range(4) for b in range(4)
    ]  # fmt: skip
    for state in every:
        targets = {target for target, _ in made.successors(state)}
        assert {target for target in every if holds(state, target)} == targets
        assert made.state_predicate("E", resolve_expression(module, "ENABLED Next")).holds(state) is bool(targets)
