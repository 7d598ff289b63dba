"""Why a formula is false, and what stopped an action."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent
from typing import Any

import pytest
from small_models import model_of, module_of

from modelcheck.engine.protocol import Engine, Explanation
from modelcheck.module import resolve_expression
from modelcheck.values import pretty, reset_order

Make = Callable[[Any], Engine]

SPEC = dedent(r"""
    EXTENDS Integers, Sequences, FiniteSets
    VARIABLES x, f
    Init == x = 0 /\ f = <<0, 0>>
    Low == /\ x >= 0
           /\ \A i \in DOMAIN f : f[i] <= x
    Pairs == \A i, j \in DOMAIN f : i # j => f[i] # f[j]
    Ok == Low /\ Pairs
    Deep == LET top == x + 1 IN \A i \in 1..2 : \/ f[i] < top
                                                \/ \E k \in {0} : f[i] = k
    Chosen == IF x > 5 THEN f[1] = 1 ELSE f[2] = 2
    Never == ~(\E i \in 1..2 : f[i] = x /\ i > 1)
    Known(s) == x \in s
    Up == /\ x < 2
          /\ x' = x + 1
          /\ f' = f
    Put(i) == /\ f[i] = 0
              /\ x > i
              /\ f' = [f EXCEPT ![i] = x]
              /\ x' = x
    Next == Up \/ \E i \in 1..2 : Put(i)
""")

#: formula, state, the false conjunct, bound names, some of the parts shown
WHY = [
    ("Low", "-1, <<>>", "x >= 0", "", ["x=-1"]),
    ("Low", "1, <<0, 2>>", "f[i] <= x", "i=2", ["f[i]=2", "x=1"]),
    ("Ok", "5, <<3, 3>>", "f[i] # f[j]", "i=2 j=1", ["f[i]=3", "f[j]=3"]),
    ("Deep", "1, <<0, 7>>", "\\/ f[i] < top \\/ \\E k \\in {0} : f[i] = k", "i=2", []),
    ("Chosen", "1, <<1, 1>>", "f[2] = 2", "", ["f[2]=1"]),
    ("Chosen", "9, <<0, 2>>", "f[1] = 1", "", ["f[1]=0"]),
    ("x = 1 => f[1] = 4", "1, <<3>>", "f[1] = 4", "", ["f[1]=3"]),
    ("Known({3, 4})", "1, <<>>", "x \\in s", "", ["x=1"]),
    ("~(x = 1)", "1, <<>>", "~(x = 1)", "", ["x=1"]),
    ("Cardinality({x} \\cup {4}) = 2", "4, <<>>", "Cardinality({x} \\cup {4}) = 2", "", ["{x} \\cup {4}={4}"]),
    ("\\E i \\in 1..2 : f[i] = x", "3, <<1, 2>>", "\\E i \\in 1..2 : f[i] = x", "", []),
    ("Never", "3, <<1, 3>>", "~(f[i] = x /\\ i > 1)", "i=2", []),
    ("FALSE", "0, <<>>", "FALSE", "", []),
]


def engine_of(make: Make) -> tuple[Any, Engine]:
    reset_order()
    module = module_of("Why", SPEC)
    return module, make(model_of(module, ("Init",), "Next"))


def told(why: Explanation | None) -> tuple[str, str]:
    assert why is not None
    return why.conjunct.text, " ".join(f"{n}={pretty(v)}" for n, v in why.bound)


@pytest.mark.parametrize(("text", "at", "conjunct", "bound", "parts"), WHY)
def test_the_innermost_false_conjunct(
    text: str, at: str, conjunct: str, bound: str, parts: list[str], engine: Make
) -> None:
    module, made = engine_of(engine)
    state = made.evaluate(resolve_expression(module, f"<<{at}>>"))
    why = made.explain(resolve_expression(module, text), state)
    assert told(why) == (conjunct, bound)
    assert why is not None
    shown = [f"{part.text}={pretty(part.value)}" for part in why.parts]
    assert [part for part in parts if part not in shown] == [], shown


def test_nothing_to_explain_in_a_true_formula(engine: Make) -> None:
    module, made = engine_of(engine)
    state = made.evaluate(resolve_expression(module, "<<3, <<1, 2>>>>"))
    assert made.explain(resolve_expression(module, "Ok"), state) is None


def test_a_step_is_explained(engine: Make) -> None:
    module, made = engine_of(engine)
    state, target = (made.evaluate(resolve_expression(module, t)) for t in ("<<1, <<0>>>>", "<<2, <<1>>>>"))
    assert told(made.explain(resolve_expression(module, "Up"), state, target)) == ("f' = f", "")
    assert made.explain(resolve_expression(module, "[x' > x]_x"), state, target) is None


def test_what_stopped_each_action(engine: Make) -> None:
    """At x = 2, f = <<0, 5>>: Up fails at its first conjunct, Put(1) passes, Put(2) fails at its first."""
    module, made = engine_of(engine)
    state = made.evaluate(resolve_expression(module, "<<2, <<0, 5>>>>"))
    found = [
        (made.actions[b.action].name, " ".join(f"{n}={pretty(v)}" for n, v in b.args), b.passed, b.why.conjunct.text)
        for b in made.blocked(state)
    ]
    assert sorted(found) == [("Put", "i=2", 0, "f[i] = 0"), ("Up", "", 0, "x < 2")]


def test_the_furthest_comes_first(engine: Make) -> None:
    module, made = engine_of(engine)
    state = made.evaluate(resolve_expression(module, "<<1, <<0, 5>>>>"))
    found = [(made.actions[b.action].name, b.passed, told(b.why)[0]) for b in made.blocked(state, "Put")]
    assert found == [("Put", 1, "x > i"), ("Put", 0, "f[i] = 0")]


def test_blocked_by_arguments(engine: Make) -> None:
    module, made = engine_of(engine)
    state = made.evaluate(resolve_expression(module, "<<0, <<0, 0>>>>"))
    found = [(b.args, told(b.why)[0]) for b in made.blocked(state, "Put", {"i": 2})]
    assert found == [((("i", 2),), "x > i")]
    assert made.blocked(state, "Up") == []
