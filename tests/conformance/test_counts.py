"""States generated and distinct are TLC's: by each engine, and by the search with transition tables."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent
from typing import Any

import pytest
from action_cases import CASES
from counted_specs import COUNTED as PLAIN
from recursive_specs import RECURSIVE
from small_models import engine_of_case, model_of, module_of

from modelcheck.core import TABLES, Choice
from modelcheck.core.native import load
from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.protocol import Engine
from modelcheck.errors import EvalError
from modelcheck.explore.bfs import Task
from modelcheck.explore.lookup import LookupSearch
from modelcheck.values import reset_order

Make = Callable[[Any], Engine]
COUNTED = PLAIN | RECURSIVE
COUNTS = {case.name: case.counts for case in CASES if case.counts is not None} | {
    name: counts for name, (counts, _) in COUNTED.items()
}


def engine_named(make: Make, name: str) -> Engine:
    """The engine of a spec of either collection."""
    if name not in COUNTED:
        return engine_of_case(make, next(case for case in CASES if case.name == name))[1]
    reset_order()
    module = module_of("Spec", "EXTENDS Integers, Sequences, FiniteSets, TLC\n" + dedent(COUNTED[name][1]))
    return make(model_of(module, ("Init",), "Next"))


@pytest.mark.parametrize("name", COUNTS)
def test_counts(name: str, engine: Make) -> None:
    made = engine_named(engine, name)
    queue = list(made.initial())
    generated, seen = len(queue), set(queue)
    queue = list(dict.fromkeys(queue))
    for state in queue:
        for target, _ in made.successors(state):
            generated += 1
            if target not in seen:
                seen.add(target)
                queue.append(target)
    assert (generated, len(seen)) == COUNTS[name]


@pytest.mark.skipif(load() is None, reason="the compiled core is not built")
def test_tables_count_the_same() -> None:
    """The tables decline what does not suit them, and agree on all the rest."""
    declined = []
    for name, counts in COUNTS.items():
        made = engine_named(ClosureEngine, name)
        search = LookupSearch(made, Task(check_deadlock=False), warm_up=0, core=Choice(TABLES))
        ended = search.run()
        if search.tables is None:
            declined.append(name)
        assert (name, (search.generated, search.distinct), ended) == (name, counts, None)
    assert len(declined) < len(COUNTS) / 3, declined


def test_an_action_that_grows_from_call_to_call_is_refused(engine: Make) -> None:
    text = """
        VARIABLES x, y
        RECURSIVE Any(_, _)
        Any(a, n) == IF n = 0 THEN a ELSE Any(a \\/ y' = n, n - 1)
        Init == x = 0 /\\ y = 0
        Next == x' = (x + 1) % 3 /\\ Any(y' = 0, 2)
    """
    reset_order()
    made = engine(model_of(module_of("Spec", "EXTENDS Integers\n" + dedent(text)), ("Init",), "Next"))
    with pytest.raises(EvalError) as caught:
        made.successors((0, 0))
    assert caught.value.code == "E011"
    assert caught.value.message == "an action passed to Any depends on the recursive call it stands in"
