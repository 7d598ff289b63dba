"""Values that states get late: numbers in a leaf are given out natively (`core/_given.h`), and Python learns of them.

What is found must be what the closures find, in the same order, whoever gave the numbers, for any number of workers.
"""

from __future__ import annotations

import ctypes as ct
from pathlib import Path

import pytest
from test_filling import KINDS, searched

from modelcheck.core import TABLES, Choice
from modelcheck.core.native import load as load_core
from modelcheck.engine.filler import Filler
from modelcheck.engine.native import load as load_native
from modelcheck.engine.tables import Tables
from modelcheck.explore import lookup

pytestmark = pytest.mark.skipif(
    load_core() is None or load_native() is None, reason="the compiled cores were not built"
)

CFG = "INIT Init\nNEXT Next\nINVARIANT Inv\n"

COUNTING = r"""---- MODULE T ----
EXTENDS Integers, Sequences
VARIABLES n, log, b
Init == n = 0 /\ log = [first |-> <<>>, last |-> "none"] /\ b = FALSE
Up == n < 90 /\ n' = n + 3 /\ log' = [log EXCEPT !.last = IF b THEN "up" ELSE "down"] /\ UNCHANGED b
Down == n > 0 /\ n' = n - 1 /\ log' = [log EXCEPT !.first = <<n>>] /\ b' = ~b
Next == Up \/ Down
Inv == n < 200
====
"""


def by_python(tables: Tables) -> int:
    """Misses that Python has answered."""
    return sum(instance.misses for kind in KINDS for instance in tables.instances(kind))


def by_closures(folder: Path, text: str) -> lookup.LookupSearch:
    """The same search by the closures alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookup.LookupSearch, "_is_warm", lambda self: False)
        return searched(folder, text, CFG, Choice(TABLES, 1))


@pytest.mark.parametrize("workers", [1, 3])
def test_new_values_do_not_ask_python(tmp_path: Path, workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Choice.make

    def tuned(self: Choice, width: int, check_deadlock: bool) -> object:
        core = made(self, width, check_deadlock)
        core.tune(0, 1, 0)
        return core

    monkeypatch.setattr(Choice, "make", tuned)
    search, wanted = searched(tmp_path, COUNTING, CFG, Choice(TABLES, workers)), by_closures(tmp_path, COUNTING)
    tables = search.tables
    assert isinstance(tables, Tables)
    assert wanted.tables is None
    assert list(search.states) == list(wanted.states)
    assert search.generated == wanted.generated
    assert len({state[0] for state in search.states}) == 93
    # Python is asked where the layout has no room, and where a piece is taken apart
    assert by_python(tables) < 40 < sum(len(leaf.values) for leaf in tables.layout.leaves())


def test_what_an_interruption_leaves_untold_is_known_when_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn = Filler.learn_values
    untold: list[Filler] = []

    def interrupted(self: Filler) -> None:
        if not untold and self._lib.fill_given(self._fill, self._given, 64, (ct.c_uint32 * 128)()):
            untold.append(self)
            raise KeyboardInterrupt
        learn(self)

    monkeypatch.setattr(Filler, "learn_values", interrupted)
    search = searched(tmp_path, COUNTING, CFG, Choice(TABLES, 1))
    found = list(search.states)
    assert untold and isinstance(search.tables, Tables)
    monkeypatch.undo()
    assert found == list(by_closures(tmp_path, COUNTING).states)[: len(found)]
    assert len(found) > 1


HUGE = r"""---- MODULE T ----
EXTENDS Integers
VARIABLES n, m
Huge == 2^40 * 2^40
Init == n = 0 /\ m = 0
Next == \/ n < 60 /\ n' = n + 1 /\ m' = IF n = 7 THEN Huge ELSE (n * n) % 23
        \/ n > 4 /\ n' = n - 3 /\ m' = n % 2
Inv == m # -1
====
"""


def test_a_leaf_with_values_that_have_no_word_is_pythons(tmp_path: Path) -> None:
    search, wanted = searched(tmp_path, HUGE, CFG, Choice(TABLES, 1)), by_closures(tmp_path, HUGE)
    assert isinstance(search.tables, Tables)
    assert list(search.states) == list(wanted.states)
    assert any(state[1] == 2**80 for state in search.states)
