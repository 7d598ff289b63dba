"""What the native evaluator remembers of other states (`core/_interp_arms.h`) is what it would find again.

Every reachable state is met several times, in changing order, so that most steps come from what is remembered.
"""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path

import pytest

from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.native import NativeProgram, Unknown, load
from modelcheck.errors import EvalError
from modelcheck.explore.task import make_task
from modelcheck.module import load as load_model

pytestmark = pytest.mark.skipif(load() is None, reason="the native interpreter was not built")

HEAD = """---- MODULE T ----
EXTENDS Naturals, FiniteSets, Sequences
VARIABLES x, y, z, f
vars == <<x, y, z, f>>
Init == x = 0 /\\ y = 0 /\\ z = 0 /\\ f = [i \\in 1..2 |-> 0]
"""
ACTIONS = {
    # a value that happens to be the old one is not kept: elsewhere the old one is another
    "the same by chance": """
  \\/ (x' = 1 /\\ y' = (y + 1) % 3 /\\ z' = y /\\ UNCHANGED f)
  \\/ (x' = 0 /\\ UNCHANGED <<y, z, f>>)
  \\/ (y = 2 /\\ x' = z /\\ f' = [f EXCEPT ![1] = 1 - @] /\\ UNCHANGED <<y, z>>)""",
    # what is kept is read by its next value, or tested again
    "kept and read": """
  \\/ (UNCHANGED <<x, f>> /\\ y' = (x' + y + 1) % 3 /\\ z' = z)
  \\/ (x' = (x + 1) % 3 /\\ UNCHANGED <<y, f>> /\\ z' = IF y' > 1 THEN 0 ELSE z)
  \\/ (x' = x /\\ x' \\in {0, 2} /\\ y' = 2 /\\ z' = 1 /\\ f' = f)""",
    # one is given the other's value
    "exchanged": """
  \\/ (x' = y /\\ y' = x /\\ UNCHANGED <<z, f>>)
  \\/ (y' = (y + 1) % 4 /\\ x' = z /\\ z' = (z + 1) % 2 /\\ f' = f)""",
    # definitions of the state shared by arms, functions by rule, CHOOSE
    "shared": """
  LET sum == LET g[i \\in 0..2] == IF i = 0 THEN 0 ELSE f[i] + g[i - 1] IN g[2]
      least == CHOOSE i \\in 1..2 : \\A j \\in 1..2 : f[i] <= f[j]
  IN \\/ (sum < 3 /\\ f' = [f EXCEPT ![least] = @ + 1] /\\ UNCHANGED <<x, y, z>>)
     \\/ (sum = 3 /\\ f' = [i \\in 1..2 |-> 0] /\\ x' = (x + least) % 3 /\\ UNCHANGED <<y, z>>)
     \\/ (x = 2 /\\ y' = sum /\\ UNCHANGED <<x, z, f>>)""",
    # names bound around the parts, over a set of the state
    "bound": """
  \\E i \\in 1..2 :
     \\/ \\E v \\in 0..(x + 1) : (f' = [f EXCEPT ![i] = v] /\\ UNCHANGED <<x, y, z>>)
     \\/ (f[i] = 1 /\\ x' = (x + 1) % 3 /\\ UNCHANGED <<y, z, f>>)
     \\/ \\E v \\in {f[j] : j \\in 1..2} : (y' = v /\\ UNCHANGED <<x, z, f>>)
     \\/ (x > i /\\ z' = i /\\ UNCHANGED <<x, y, f>>)""",
    # a part within a part is known already, what it read counts for the whole
    "nested": """
  \\E i \\in 1..2 :
     \\/ (x' = (x + i) % 4 /\\ UNCHANGED <<y, z, f>>)
     \\/ (y' = (y + i) % 4 /\\ UNCHANGED <<x, z, f>>)
     \\/ (y > i /\\ z' = (z + y) % 3 /\\ UNCHANGED <<x, y, f>>)""",
    # ENABLED has a next state of its own
    "enabled": """
  \\/ ((ENABLED (x < 2 /\\ x' = x + 1 /\\ x' # y)) /\\ y' = (y + 1) % 3 /\\ UNCHANGED <<x, z, f>>)
  \\/ (x' = (x + 1) % 4 /\\ UNCHANGED <<y, z, f>>)
  \\/ (UNCHANGED <<x, f>> /\\ (ENABLED (y' = x /\\ y' > z)) /\\ z' = (z + 1) % 3 /\\ y' = y)""",
    # the same step twice, a step left early, an error in some states only
    "repeated": """
  \\/ \\E i \\in 1..3 : (x' = (x + 1) % 5 /\\ UNCHANGED <<y, z, f>>)
  \\/ (x = 4 /\\ y < 3 /\\ y' = y + 1 /\\ UNCHANGED <<x, z, f>>)
  \\/ (x = 2 /\\ y = 3 /\\ f[y] = 0 /\\ UNCHANGED vars)""",
}


@pytest.mark.parametrize("name", ACTIONS)
def test_steps(tmp_path: Path, name: str) -> None:
    (tmp_path / "T.tla").write_text(f"{HEAD}Next =={ACTIONS[name]}\n====\n")
    (tmp_path / "T.cfg").write_text("INIT Init\nNEXT Next\n")
    engine = ClosureEngine(load_model(tmp_path / "T.tla"))
    states = list(engine.initial())
    steps = {}
    unknown = set()
    for state in states:
        try:
            steps[state] = list(engine.successors(state))
        except EvalError:
            unknown.add(state)
            continue
        states.extend(s for s in dict.fromkeys(s for s, _ in steps[state]) if s not in states)
    assert len(states) > 8 and bool(unknown) == (name == "repeated")
    program = NativeProgram(engine)
    tree = program.add_tree(engine.next_tree)
    for seed in range(6):
        for state in random.Random(seed).sample(states, len(states)):
            if state in unknown:
                with pytest.raises(Unknown):
                    program.run(tree, state)
            else:
                assert program.run(tree, state) == steps[state], state
    assert not program.missing


def test_tests(tmp_path: Path) -> None:
    formulas = [
        "\\A i \\in 1..2 : (f[i] = 1 => x > 0) /\\ (x = 2 => f[i] # y)",
        "(x = 0 /\\ y = 0) \\/ (\\E i \\in 1..2 : f[i] > z /\\ \\A j \\in 1..i : f[j] >= x)",
        "x = 0 => (\\A i \\in 1..2 : f[i] = y => z = 0)",
        "\\A i \\in 1..4 : (i = 1 /\\ x < 2) \\/ (i = 2 /\\ y < 2) \\/ (i = 3 /\\ z < 2) \\/ (i = 4 /\\ f[1] < 2)",
    ]
    named = "".join(f"F{k} == {text}\n" for k, text in enumerate(formulas))
    (tmp_path / "T.tla").write_text(f"{HEAD}Next == UNCHANGED vars\n{named}====\n")
    (tmp_path / "T.cfg").write_text("INIT Init\nNEXT Next\nINVARIANTS F0 F1 F2 F3\n")
    model = load_model(tmp_path / "T.tla")
    engine = ClosureEngine(model)
    program = NativeProgram(engine)
    predicates = make_task(model, engine).invariants
    numbers = [program.add_formula(engine.formula(p.expr)) for p in predicates]
    states = [(x, y, z, (a, b)) for x, y, z, a, b in product(range(3), repeat=5)]
    truths = set()
    for seed in range(4):
        for state in random.Random(seed).sample(states, len(states)):
            for predicate, number in zip(predicates, numbers, strict=True):
                truth = program.test(number, state)
                assert truth == predicate.holds(state), (predicate.name, state)
                truths.add((predicate.name, truth))
    assert len(truths) == 8
