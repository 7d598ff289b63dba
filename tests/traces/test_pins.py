"""Steps by known arguments are the engine's steps with those arguments, in its order."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest

from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.pins import PinnedSteps, pinnable
from modelcheck.engine.protocol import Step
from modelcheck.module import resolve_text
from modelcheck.module.model import build_model
from modelcheck.syntax.config import parse_config_text
from modelcheck.values import ModelValue, Value
from traces.places import specs_folder

AWKWARD = r"""
---- MODULE Awkward ----
EXTENDS Integers, Sequences
CONSTANT S
VARIABLES x, y
Init == x = 0 /\ y = <<>>
Plain(a) == a > x /\ x' = a /\ y' = y
Twice(a) == (x' = a /\ y' = y) \/ (x' = a + 10 /\ y' = Append(y, a))
Two(a, b) == a # b /\ x' = a * b /\ UNCHANGED y
Shifted(a) == x' = -a /\ UNCHANGED y
Dynamic(a) == x' = a /\ y' = <<a>>
Wide(n) == n < 3 /\ x' = n /\ UNCHANGED y
Next == \/ \E a \in S : Plain(a) \/ Twice(a)
        \/ \E p, q \in S : Two(p, q)
        \/ \E a \in S : Shifted(a) \/ Shifted(a + 1)
        \/ \E a \in {x, x + 1} : Dynamic(a)
        \/ \E a \in S : Two(a, 1)
        \/ \E n \in 0..5 : Wide(n)
        \/ \E <<c, d>> \in S \X S : Two(c, d)
Spec == Init /\ [][Next]_<<x, y>>
====
"""


def engine_of(text: str, cfg: str) -> ClosureEngine:
    return ClosureEngine(build_model(resolve_text(text), parse_config_text(cfg)))


def reachable(engine: ClosureEngine, most: int) -> list[tuple[Value, ...]]:
    found = dict.fromkeys(engine.initial())
    for state in (todo := list(found)):
        for target, _ in engine.successors(state):
            if target not in found and len(found) < most:
                found[target] = None
                todo.append(target)
    return list(found)


def filtered(engine: ClosureEngine, state: tuple[Value, ...], action: str, args: dict[str, Value]) -> list[Step]:
    out = []
    for step in engine.steps(state, action):
        given = dict(zip(engine.actions[step.action].params, step.args, strict=True))
        if all(name in given and given[name] == value for name, value in args.items()):
            out.append(step)
    return out


def agree(engine: ClosureEngine, most: int, foreign: list[Value]) -> int:
    """Compare for every state and step with all its arguments, with each alone, and with foreign values."""
    pinned, compared = PinnedSteps(engine), 0
    for state in reachable(engine, most):
        asked: set[tuple[str, tuple[tuple[str, Value], ...]]] = set()
        for step in engine.steps(state):
            info = engine.actions[step.action]
            pairs = tuple(zip(info.params, step.args, strict=True))
            asked.add((info.name, pairs))
            asked |= {(info.name, (pair,)) for pair in pairs}
        asked |= {(i.name, ((p, v),)) for i in engine.actions for p in i.params for v in foreign}
        for action, pairs in sorted(asked, key=repr):
            assert list(pinned.steps(state, action, dict(pairs))) == filtered(engine, state, action, dict(pairs))
            compared += 1
    return compared


def test_awkward_ways_to_an_action() -> None:
    engine = engine_of(AWKWARD, "CONSTANT S = {1, 2, 3} SPECIFICATION Spec")
    assert agree(engine, 40, [0, 1, 99, "text", ModelValue("m")]) > 1000
    slots = {info.name: set(pinnable(engine, frozenset({i}))) for i, info in enumerate(engine.actions)}
    assert slots["Plain"] == {"a"} and slots["Wide"] == {"n"} and slots["Dynamic"] == {"a"}
    shifted = frozenset(i for i, info in enumerate(engine.actions) if info.name == "Shifted")
    assert pinnable(engine, shifted) == {}  # one way passes a, the other a + 1


@pytest.mark.parametrize(
    ("module", "cfg"),
    [
        ("paxos/Paxos.tla", "Value = {v1, v2} Acceptor = {a1, a2} Quorum = {{a1, a2}} Ballot = {0, 1, 2} None = None"),
        ("twophase/TwoPhase.tla", "RM = {r1, r2} TM = tm MayCrash = {r1, tm}"),
    ],
)
def test_bundled_specs(module: str, cfg: str) -> None:
    text = (specs_folder() / module).read_text(encoding="utf-8")
    model = build_model(
        resolve_text(text, module, [(specs_folder() / module).parent]),
        parse_config_text(f"CONSTANTS {cfg} SPECIFICATION Spec"),
    )
    engine: Any = ClosureEngine(model)
    assert agree(engine, 60, [7, ModelValue("zz"), "text"]) > 500
    for index, info in islice(enumerate(engine.actions), 20):
        assert set(pinnable(engine, frozenset({index}))) == set(info.params)
