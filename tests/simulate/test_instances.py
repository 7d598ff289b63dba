"""Next is taken apart where TLC's simulator takes it apart, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from modelcheck.engine.closures import ClosureEngine
from modelcheck.explore.instances import instances, is_pure
from modelcheck.module import load

SPECS = Path(__file__).resolve().parents[2] / "specs"

MIXED = """---- MODULE Mixed ----
EXTENDS Naturals, TLC
CONSTANT P
VARIABLES x, bag
Init == x = 0 /\\ bag = {}
Add(p, n) == bag' = bag \\cup {<<p, n>>} /\\ x' = x + n
Take(p) == /\\ \\E n \\in 1 .. 2 : <<p, n>> \\in bag
           /\\ bag' = {} /\\ UNCHANGED x
Lose == \\E b \\in bag : bag' = bag \\ {b} /\\ UNCHANGED x
Either == \\/ x > 9 /\\ x' = 0 /\\ UNCHANGED bag
          \\/ x > 8 /\\ x' = 1 /\\ UNCHANGED bag
Never == \\E p \\in {} : Take(p)
Draw == x' = RandomElement(1 .. 9) /\\ UNCHANGED bag
Next == \\/ \\E p \\in P, n \\in 1 .. 3 : Add(p, n)
        \\/ \\E p \\in P : Take(p)
        \\/ Lose
        \\/ Either
        \\/ Never
Chancy == Next \\/ Draw
====
"""


def engine(folder, following="Next"):
    path = folder / "Mixed.tla"
    path.write_text(MIXED)
    path.with_suffix(".cfg").write_text(f"INIT Init NEXT {following} CONSTANT P = {{p1, p2}}\n")
    return ClosureEngine(load(path))


def test_disjuncts_and_constant_sets_are_taken_apart(tmp_path):
    made = engine(tmp_path)
    names = [made.actions[number].name for each in instances(made) for number in each.actions]
    # the sets of Take's own conjunct and of Lose, which depends on the state, stay whole
    assert Counter(names) == {"Add": 6, "Take": 2, "Lose": 1, "Either": 2}


@pytest.mark.parametrize(
    ("module", "count"), [("paxos/MCPaxos.tla", 28), ("twophase/MCTwoPhase.tla", 24)]
)
def test_together_they_are_next(module, count):
    made = ClosureEngine(load(SPECS / module))
    parts = instances(made)
    assert len(parts) == count
    seen, level = set(), set(made.initial())
    while level and len(seen) < 200:
        seen |= level
        following = set()
        for state in level:
            whole, found = made.successors(state), []
            for part in parts:
                part.successors(state, found)
            assert Counter(found) == Counter(whole)
            following.update(target for target, _ in whole)
        level = following - seen


def test_chance_is_noticed(tmp_path):
    assert is_pure(engine(tmp_path).next_tree.root)
    assert not is_pure(engine(tmp_path, "Chancy").next_tree.root)
