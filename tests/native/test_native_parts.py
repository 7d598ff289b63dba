"""What the native evaluator remembers by the elements of functions that it reads (`core/_interp_parts.h`).

Each action makes functions place by place from elements of others: of some domain, of another one, of none, by way of
definitions, operators and functions of functions. All states are met several times, in changing order; what is told
must be what the closures find, and an error of the closures must not be told at all.
"""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.native import NativeProgram, Unknown, load
from modelcheck.engine.protocol import State
from modelcheck.errors import EvalError
from modelcheck.module import load as load_model
from modelcheck.values import Value, make_function

pytestmark = pytest.mark.skipif(load() is None, reason="the native interpreter was not built")

HEAD = """---- MODULE T ----
EXTENDS Integers, FiniteSets, Sequences
VARIABLES f, g, x
RECURSIVE Sum(_, _)
Sum(h, S) == IF S = {} THEN 0 ELSE LET i == CHOOSE i \\in S : TRUE IN h[i] + Sum(h, S \\ {i})
near(i) == {j \\in 1..4 : j - i \\in {-1, 0, 1}}
Init == f = <<0, 0, 0, 0>> /\\ g = {} /\\ x = 0
"""
OTHERS: list[Value] = [
    (),
    (5,),
    make_function([(2, 2), (3, 3)]),
    (1, 0, 1),
    make_function([("a", 1), ("b", 0)]),
    ((1, 2), (0, 1)),
    7,
]
STATES: list[State] = list(product(product((0, 1), repeat=4), OTHERS, (0, 1, 2, 5)))

# what is assigned to x, and whether some states have an error
VALUES: dict[str, tuple[str, bool]] = {
    "neighbors": ("[i \\in 1..4 |-> Sum(f, near(i)) % 2]", False),
    "few of many": ("[i \\in 0..5 |-> IF i \\in 2..3 /\\ f[i] = 1 /\\ x < 2 THEN f[i + 1] + f[i - 1] ELSE i]", False),
    "a definition, place by place": (
        "LET near2[i \\in 0..5] == CASE i = 0 \\/ i > 4 -> 0 [] OTHER -> f[i] "
        "IN [i \\in 1..4 |-> near2[i - 1] + 2 * near2[i + 1] + (IF f[i] = x THEN 4 ELSE 0)]",
        False,
    ),
    "a definition that is a set": (
        "LET on == {i \\in 1..4 : f[i] = 1} IN [i \\in 1..4 |-> IF i \\in on /\\ x = 0 THEN Cardinality(on) ELSE f[i]]",
        False,
    ),
    "a definition that is a number": (
        "LET all == Sum(f, 1..4) IN [i \\in 1..4 |-> IF f[i] = 1 /\\ x > 0 THEN all + i ELSE f[5 - i]]",
        False,
    ),
    "all of it": ("[i \\in 1..4 |-> IF f[i] = 0 /\\ x = 0 THEN f ELSE [f EXCEPT ![i] = i]]", False),
    "compared": ("[i \\in 1..4 |-> IF f = <<0, 1, 1, 0>> \\/ f[i] = 1 THEN f[1] ELSE x + f[i]]", False),
    "several names": ("[i, j \\in 1..2 |-> IF f[i] = f[j + 2] THEN f[i] ELSE x]", False),
    "a tuple of names": ("[<<i, j>> \\in (1..2) \\X (3..4) |-> IF f[i] = f[j] /\\ x > 0 THEN i ELSE f[j]]", False),
    "its length": ("[i \\in 1..5 |-> IF i <= Len(f) /\\ i > x THEN f[i] ELSE Len(f) + i]", False),
    "nothing": ("[i \\in {} |-> f[i + 7] + f[i]]", False),
    "an empty domain in some states": ("[i \\in 1..(x - 1) |-> f[i] + f[5 - (i % 5)]]", False),
    "outside of the domain": ("[i \\in 1..4 |-> IF f[i] = 1 THEN f[i + 1] ELSE x + f[i] + 0]", True),
    "outside for one value": ("[i \\in 1..4 |-> IF f[i] = 1 /\\ f[1] = 0 /\\ i > 2 THEN f[i + x] ELSE f[i]]", True),
    "of another kind": ("[i \\in 1..4 |-> IF f[i] = 1 /\\ f[1] = 1 /\\ x = 2 THEN f[i] + {} ELSE f[i]]", True),
    "an error in what nobody asks for": (
        "LET h[i \\in 1..4] == IF f[i] = 1 /\\ x = i THEN f[i + 7] ELSE f[i] "
        "IN [i \\in 1..2 |-> IF h = <<i>> THEN 7 ELSE h[1] + i]",
        True,
    ),
    "of many shapes": ("[i \\in 1..3 |-> IF i \\in DOMAIN g THEN g[i] ELSE <<i, f[i], x>>]", True),
    "of some shapes": ("[i \\in 2..3 |-> IF f[i] = 1 /\\ x # 1 THEN <<g[i], f[1]>> ELSE <<i, f[i]>>]", True),
    "of one field": ("[i \\in 1..2 |-> IF f[i] = x /\\ f[3] = 0 THEN g.a + i + f[4] ELSE g.b]", True),
    "within another": ("[i \\in 1..2 |-> IF f[i] = x /\\ f[3] = 0 THEN g[i][3 - i] + f[4] ELSE g[2][f[2] + 1]]", True),
    "an element that is a function": (
        "[i \\in 1..2 |-> LET row == g[i] IN IF f[i] = x THEN Len(row) + row[1] ELSE row[2]]", True,
    ),
    "by a rule": (
        "[i \\in 1..4 |-> LET r[n \\in 0..4] == IF n = 0 THEN x ELSE r[n - 1] + f[n] "
        "IN IF f[i] = 0 THEN r[i] ELSE r[2]]",
        False,
    ),
    "chosen": (
        "[i \\in 1..4 |-> IF \\E j \\in 1..4 : j > i /\\ f[j] = 1 THEN CHOOSE j \\in 1..4 : j > i /\\ f[j] = 1 ELSE x]",
        False,
    ),
    "as an argument": ("[i \\in 1..4 |-> IF f[i] = 1 THEN Append(f, i) ELSE Tail(f) \\o <<x, i>>]", False),
    "put into others": ("[i \\in 1..4 |-> IF f[i] = x THEN {f, <<i>>} ELSE {[n |-> f, m |-> f[i]]}]", False),
    "a member": ("[i \\in 1..4 |-> f \\in [1..4 -> {0, f[i]}] /\\ f \\in {<<0, 0, 0, 0>>, <<1, 1, 1, 1>>}]", False),
    "enabled": (
        "[i \\in 1..4 |-> ENABLED (x < 2 /\\ f' = [f EXCEPT ![i] = 1 - @] /\\ f'[i] = f[1] /\\ UNCHANGED <<x, g>>)]",
        False,
    ),
}  # fmt: skip


def _engine(folder: Path, body: str) -> ClosureEngine:
    (folder / "T.tla").write_text(f"{HEAD}{body}\n====\n")
    (folder / "T.cfg").write_text("INIT Init\nNEXT Next\n")
    return ClosureEngine(load_model(folder / "T.tla"))


def _compare(engine: ClosureEngine) -> set[bool]:
    """Every state natively, in several orders, beside the closures; whether there were errors."""
    steps: dict[State, list[Any] | None] = {}
    for state in STATES:
        try:
            steps[state] = list(engine.successors(state))
        except EvalError:
            steps[state] = None
    program = NativeProgram(engine)
    tree = program.add_tree(engine.next_tree)
    for seed in range(2):
        for state in random.Random(seed).sample(STATES, len(STATES)):
            expected = steps[state]
            if expected is None:
                with pytest.raises(Unknown):
                    program.run(tree, state)
            else:
                assert program.run(tree, state) == expected, state
    assert not program.missing
    return {expected is None for expected in steps.values()}


@pytest.mark.parametrize("name", VALUES)
def test_assigned(tmp_path: Path, name: str) -> None:
    text, fails = VALUES[name]
    engine = _engine(tmp_path, f"Next == x' = ({text}) /\\ UNCHANGED <<f, g>>")
    assert _compare(engine) == {False, fails}


@pytest.mark.parametrize("name", VALUES)
def test_guards(tmp_path: Path, name: str) -> None:
    """What leaves a part of an action early is remembered by the elements alone."""
    text, fails = VALUES[name]
    head = "Next == \\E k \\in 1..3 : (f[k] = 1 /\\ f[k + 1] = 0 /\\ "
    engine = _engine(tmp_path, f"{head}({text}) # <<k>> /\\ f' = [f EXCEPT ![k] = 0] /\\ x' = f[4] /\\ g' = g)")
    outcomes = _compare(engine)
    assert False in outcomes and (fails or True not in outcomes)
