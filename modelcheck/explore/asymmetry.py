"""Is a spec as symmetric as its cfg says? A wrong SYMMETRY makes a search skip states and call a false spec true.

SYMMETRY is sound when permuting a state permutes its successors and leaves every invariant as it is. An order among
the permuted values, a CHOOSE over them, or one of them named in the spec breaks that. The check looks at a sample of
the states found: each is compared with its image under some permutations. What it finds is a fact; finding nothing is
no proof (*Specifying Systems*, section 14.3.4).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from time import monotonic

from modelcheck.engine.protocol import Engine, Predicate, State
from modelcheck.errors import EvalError
from modelcheck.explore.bfs import Task
from modelcheck.explore.symmetry import Permutation, orbit_key, permuted

SAMPLE_MAX = 40
PERMUTATIONS_MAX = 4
SECONDS_MAX = 1.0


def asymmetry(engine: Engine, task: Task, states: Sequence[State]) -> str | None:
    """What shows that the spec is not symmetric, in words; None when the sample of `states` shows nothing."""
    if not task.symmetry:
        return None
    key = orbit_key(task.symmetry)
    last = monotonic() + SECONDS_MAX
    every = max(1, len(states) // SAMPLE_MAX)
    moves = _spread([p for p in task.symmetry if any(a is not b for a, b in p.items())])
    for state in states[::every]:
        for permutation in moves:
            if monotonic() > last:
                return None
            image = tuple([permuted(value, permutation) for value in state])
            if image == state:
                continue
            swapped = ", ".join(f"{a} to {b}" for a, b in permutation.items() if a is not b)
            for predicate in (*task.invariants, *task.constraints):
                if _truth(predicate, state) != _truth(predicate, image):
                    return f"{predicate.name} changes when a state is permuted ({swapped})"
            if _successors(engine, key, state) != _successors(engine, key, image):
                return f"the steps out of a state change when it is permuted ({swapped})"
    return None


def _spread(group: Sequence[Permutation]) -> Sequence[Permutation]:
    """Some permutations, from all over the group."""
    return group[:: max(1, len(group) // PERMUTATIONS_MAX)]


def _truth(predicate: Predicate, state: State) -> bool | str:
    try:
        return bool(predicate.holds(state))
    except EvalError as error:
        return error.code


def _successors(engine: Engine, key: Callable[[State], Hashable], state: State) -> Counter[Hashable] | str:
    try:
        return Counter(key(target) for target, _ in engine.successors(state))
    except EvalError as error:
        return error.code
