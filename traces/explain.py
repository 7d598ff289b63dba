"""Why a trace was rejected: what was expected at the line that broke, and what is nearest to it.

Takes a `Rejected`; gives a `Diagnosis`, as data. `traces.report` prints it. It asks, over the states that explain the
log so far, in this order:

1. Does the event's action have steps with its arguments? Then the log differs in what it observed: the step with the
   fewest differences, and each difference.
2. Else the action is blocked: the path that gets furthest, and its first false conjunct with the values in it.
3. Are the arguments no values that the spec lets the action take at all? Then that.

Beside it, two guesses that often tell what went wrong: steps of other actions or with other arguments that would
explain what was observed, and a single unlogged step after which the event would be explained.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from modelcheck.engine.protocol import Blocked, Engine, State, Step
from modelcheck.errors import EvalError
from modelcheck.values import Value, show
from traces import pairs
from traces.claims import Claim
from traces.decode import Difference
from traces.search import Search, StepCache
from traces.validate import Rejected

STATES_LOOKED_AT = 50
GUESSES = 3


@dataclass(frozen=True, slots=True)
class Nearest:
    """The step that comes nearest: from `state`, the action with its arguments, and where the log differs from it."""

    state: State
    step: Step | None
    differences: tuple[tuple[str, Difference], ...]


@dataclass(frozen=True, slots=True)
class Impossible:
    """An argument that the spec never lets the action take, and the values it does."""

    name: str
    value: Value
    taken: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """At most one of `nearest`, `blocked`, `impossible`; none when the action has no way at all or cannot be evaluated.

    `instead`: steps that would fit what was observed. `missing`: one unlogged step that would mend it. `code`: where
    the action is written in Python. `error`: met while looking.
    """

    nearest: Nearest | None = None
    blocked: tuple[State, Blocked] | None = None
    impossible: Impossible | None = None
    instead: tuple[Step, ...] = ()
    missing: Step | None = None
    code: pairs.CodePlace | None = None
    error: EvalError | None = None


def diagnose(rejected: Rejected) -> Diagnosis:
    """Look for the nearest explanation of the event that broke."""
    code = _code(rejected)
    if rejected.contradiction is not None:
        return Diagnosis(code=code)
    looked = _Looked(rejected)
    try:
        nearest = looked.nearest()
        blocked = looked.blocked() if nearest is None else None
        impossible = looked.impossible() if nearest is None and blocked is None else None
        return Diagnosis(nearest, blocked, impossible, looked.instead(), looked.missing(), code)
    except EvalError as error:
        return Diagnosis(code=code, error=error)


def _code(rejected: Rejected) -> pairs.CodePlace | None:
    header, action = rejected.trace.header, rejected.event.action
    implementation = pairs.known(header.protocol)
    if implementation is None or action is None:
        return None
    faulty = header.faulty if header.faulty in {m.name for m in implementation.mutants} else None
    return pairs.code_place(implementation, action, faulty)


class _Looked:
    """The states in question and the questions."""

    def __init__(self, rejected: Rejected) -> None:
        self.claim: Claim = rejected.claim
        self.engine: Engine = rejected.spec.engine
        self.cache = StepCache(self.engine)
        self.hidden = rejected.options.hidden
        search = Search(self.cache, [self.claim], rejected.options)
        found = (state for node in rejected.candidates for state, _ in search.unlogged_from(node.state))
        self.states = list(islice(dict.fromkeys(found), STATES_LOOKED_AT))

    def nearest(self) -> Nearest | None:
        """The step of the event's action and arguments that differs in the fewest places."""
        best: Nearest | None = None
        for state in self.states:
            for near in self._in(state):
                if best is None or len(near.differences) < len(best.differences):
                    best = near
        return best

    def _in(self, state: State) -> Iterator[Nearest]:
        claim, variables = self.claim, self.engine.variables
        if claim.may_stutter() or claim.is_initial:
            before = None if claim.is_initial else state
            yield Nearest(state, None, tuple(claim.differences(state, before, variables)))
        if not (claim.is_stuttering or claim.is_initial):
            for step in self.cache.steps(state, claim.action):
                if claim.fits_args(step):
                    yield Nearest(state, step, tuple(claim.differences(step.target, state, variables)))

    def blocked(self) -> tuple[State, Blocked] | None:
        """The path of the event's action and arguments that gets through the most conjuncts."""
        best: tuple[State, Blocked] | None = None
        for state in self.states:
            for path in self.engine.blocked(state, self.claim.action, dict(self.claim.pinned)):
                if best is None or path.passed > best[1].passed:
                    best = (state, path)
        return best

    def impossible(self) -> Impossible | None:
        """An argument that occurs in no path of the action."""
        for name, value in self.claim.pinned:
            taken: dict[Value, None] = {}
            for state in self.states:
                taken.update((dict(path.args)[name], None) for path in self.engine.blocked(state, self.claim.action)
                             if name in dict(path.args))
                for step in self.cache.steps(state, self.claim.action):
                    params = self.engine.actions[step.action].params
                    if name in params:
                        taken[step.args[params.index(name)]] = None
            if value not in taken:
                return Impossible(name, value, tuple(sorted(taken, key=show)))
        return None

    def instead(self) -> tuple[Step, ...]:
        """Steps of other actions, or with other arguments, that fit what was observed."""
        if not (self.claim.vars or self.claim.changes):
            return ()
        found = (step for state in self.states for step in self.cache.steps(state, None)
                 if self.claim.fits_state(step.target, state) and step.target != state)
        return tuple(islice(found, GUESSES))

    def missing(self) -> Step | None:
        """A step after which the event would be explained: perhaps the log has lost it."""
        if self.hidden or self.claim.is_initial:
            return None
        for state in self.states[:10]:
            for step in self.cache.steps(state, None):
                if step.target != state and self._explains(step.target):
                    return step
        return None

    def _explains(self, state: State) -> bool:
        claim = self.claim
        if claim.may_stutter() and claim.fits_state(state, state):
            return True
        if claim.is_stuttering:
            return False
        return any(claim.fits(step, state) for step in self.cache.steps(state, claim.action, claim.pinned))
