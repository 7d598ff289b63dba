"""Is a spec as symmetric as its cfg says? A wrong SYMMETRY makes a search skip states and call a false spec true.

SYMMETRY is sound when permuting a state permutes its successors and leaves every invariant as it is. An order among
the permuted values, a CHOOSE over them, or one of them named in the spec breaks that. The check looks at a sample of
the states found: each is compared with its images under two permutations, all of which get their turn. What it finds
is a fact; finding nothing is no proof (*Specifying Systems*, section 14.3.4).
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
PERMUTATIONS_MAX = 4  # in all …
A_STATE = 2  # … and of each state, in turn
SECONDS_MAX = 1.0


def asymmetry(engine: Engine, task: Task, states: Sequence[State]) -> str | None:
    """What shows that the spec is not symmetric, in words; None when the sample of `states` shows nothing."""
    if not task.symmetry:
        return None
    key = orbit_key(task.symmetry)
    last = monotonic() + SECONDS_MAX
    every = max(1, -(-len(states) // SAMPLE_MAX))
    moves = _spread([p for p in task.symmetry if any(a is not b for a, b in p.items())])
    predicates = (*task.invariants, *task.constraints)
    for number, state in enumerate(states[::every]):
        truths: list[bool | str] = []
        successors: Counter[Hashable] | str | None = None
        compared = 0
        for turn in range(len(moves)):
            if compared == A_STATE:
                break
            if monotonic() > last:
                return None
            permutation = moves[(A_STATE * number + turn) % len(moves)]
            image = tuple([permuted(value, permutation) for value in state])
            if image == state:
                continue
            compared += 1
            swapped = ", ".join(f"{a} to {b}" for a, b in permutation.items() if a is not b)
            if successors is None:
                truths = [_truth(predicate, state) for predicate in predicates]
                successors = _successors(engine, key, state)
            for predicate, truth in zip(predicates, truths, strict=True):
                if truth != _truth(predicate, image):
                    return f"{predicate.name} changes when a state is permuted ({swapped})"
            if successors != _successors(engine, key, image):
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
