"""From the states of a behavior to the behavior as a person reads it: which action led from each to the next.

The search keeps states and parents only; actions, their parameters and places are asked of the engine
again, for the few states of a counterexample.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from modelcheck.engine.protocol import ActionInfo, Engine, State, Value
from modelcheck.errors import EvalError
from modelcheck.records import dataclass


@dataclass(frozen=True, slots=True)
class BehaviorStep:
    """A state and the action that led to it; `action` is None for an initial state (and for a step that the
    engine does not find again, as with `RandomElement`). `args` are the values of `action.params`."""

    state: State
    action: ActionInfo | None = None
    args: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Behavior:
    """A finite behavior: its variables' names and its states in order, the first one initial.

    `alias`: what ALIAS makes of each state, as (name, value) pairs printed instead of the variables; None
    without one.
    """

    variables: tuple[str, ...]
    steps: tuple[BehaviorStep, ...]
    alias: tuple[tuple[tuple[str, Value], ...], ...] | None = None

    @property
    def states(self) -> tuple[State, ...]:
        """Just the states."""
        return tuple(step.state for step in self.steps)


def behavior(engine: Engine, states: Sequence[State]) -> Behavior:
    """The behavior through `states`, each of which is a successor of the one before."""
    steps = [BehaviorStep(states[0])] if states else []
    steps += [_step(engine, before, after) for before, after in pairwise(states)]
    return Behavior(engine.variables, tuple(steps))


def _step(engine: Engine, before: State, after: State) -> BehaviorStep:
    try:
        for step in engine.steps(before):
            if step.target == after:
                return BehaviorStep(after, engine.actions[step.action], step.args)
    except EvalError:
        pass  # Next fails further on in this state; the step looked for does not come up before that
    return BehaviorStep(after)
