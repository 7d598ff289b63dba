"""A saved counterexample checked again: is it still a behavior of the spec, and is something still wrong in it?

Takes a model, its engine and a trace (`explore/saved.py`); gives a verdict: the violation, met again; `NotABehavior`,
when a state or step is no longer the spec's; or `Replayed`, when the behavior is the spec's and all is well in it.
Nothing outside the trace is looked at. Liveness is checked on the trace's own cycle, so only when it has one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from modelcheck.records import replace

if TYPE_CHECKING:
    from modelcheck.engine.protocol import Engine, State, Step, Value
    from modelcheck.explore.bfs import Checks, Finding, Task
    from modelcheck.explore.saved import SavedTrace
    from modelcheck.extras import Extras
    from modelcheck.module.model import Model
    from modelcheck.stdlib.registry import Access
    from modelcheck.verdict import Verdict


def replay(
    path: str | Path,
    trace: str | Path,
    config: str | Path | None = None,
    *,
    library: Sequence[str | Path] = (),
    check_deadlock: bool | None = None,
    extras: Extras | None = None,
    output: Callable[[str], None] | None = None,
    access: Access | None = None,
) -> Verdict:
    """Check the trace in the file `trace` against the spec at `path`. Arguments as those of `check`. `TlaError`."""
    from modelcheck.engine.closures import ClosureEngine
    from modelcheck.explore.saved import read_trace
    from modelcheck.module import load
    from modelcheck.session import model_values

    model = load(path, config, library)
    if extras is not None:
        extras.apply(model)
    engine = ClosureEngine(model)
    if output is not None:
        engine.context.out = output
    if access is not None:
        access.grant(engine.context)
    saved = read_trace(Path(trace), engine.variables, model_values(model.config))
    return replay_model(model, engine, saved, check_deadlock)


def replay_model(model: Model, engine: Engine, saved: SavedTrace, check_deadlock: bool | None = None) -> Verdict:
    """Check a saved trace against a model that is loaded."""
    from modelcheck.explore.task import in_words, make_task
    from modelcheck.judge import counts_of, false_assumption, judge, with_warnings
    from modelcheck.verdict import Replayed

    wrong = false_assumption(model, engine)
    if wrong is not None:
        return with_warnings(wrong, model)
    task = make_task(model, engine, check_deadlock)
    walk = _Walk(engine, task, saved)
    engine.set_run(walk)
    broken = _broken(model, walk, saved)
    if broken is not None:
        return with_warnings(broken, model)
    finding = walk.first_finding()
    if finding is not None:
        return with_warnings(judge(model, walk, finding, in_words(task, model)), model)
    lively = _liveness(model, walk, saved)
    if lively is not None:
        return with_warnings(lively, model)
    checked = in_words(task, model)
    outside = tuple(_outside(walk, task))
    return with_warnings(
        Replayed(counts=counts_of(walk), checked=checked, warnings=outside, states=len(saved.states)), model
    )


class _Walk:
    """The trace as something that was searched: its states in order."""

    distinct = depth = frontier = 0

    def __init__(self, engine: Engine, task: Task, saved: SavedTrace) -> None:
        self.engine = engine
        self.task = task
        self.all = list(saved.states)
        self.states: list[State] = []  # up to the one at hand
        self.parents: list[int] = []  # of the states, where liveness has numbered them
        self.generated = len(self.all)
        self.initial = 1
        self._began = monotonic()

    @property
    def seconds(self) -> float:
        """Since the walk began."""
        return monotonic() - self._began

    def path(self, finding: Finding) -> list[State]:
        """The states up to the finding."""
        if self.parents and finding.index is not None:  # what liveness found
            numbers = [finding.index]
            while self.parents[numbers[-1]] >= 0:
                numbers.append(self.parents[numbers[-1]])
            path = [self.states[number] for number in reversed(numbers)]
            return path if finding.target is None else [*path, finding.target]
        path = [] if finding.index is None else self.all[: finding.index + 1]
        return path if finding.target is None else [*path, finding.target]

    def stat(self, name: str) -> Value:
        """What TLCGet answers; KeyError for a name it does not know."""
        return {"level": len(self.states), "diameter": len(self.all), "duration": int(self.seconds)}[name]

    def trace(self) -> list[State]:
        """The behavior up to the state at hand."""
        return self.states

    def first_finding(self) -> Finding | None:
        """The first thing wrong along the trace."""
        from modelcheck.errors import EvalError
        from modelcheck.explore.bfs import Finding, _false

        invariants: Checks = tuple(("invariant", p) for p in self.task.invariants)
        initial: Checks = (*invariants, *(("init_property", p) for p in self.task.init_properties))
        steps: Checks = tuple(("step_property", p) for p in self.task.step_properties)
        for at, state in enumerate(self.all):
            self.states = self.all[: at + 1]
            before = at - 1 if at else None
            found = _false(invariants if at else initial, before, state, (state,))
            if found is None and at:
                found = _false(steps, before, state, (self.all[at - 1], state))
            if found is not None:
                return found
        last = len(self.all) - 1
        try:
            stuck = not self.engine.successors(self.all[last])
        except EvalError as error:
            return Finding("error", last, None, None, error, "next")
        return Finding("deadlock", last) if stuck and self.task.check_deadlock else None


def _broken(model: Model, walk: _Walk, saved: SavedTrace) -> Verdict | None:
    """The first state or step of the trace that is not the spec's."""
    from modelcheck.errors import EvalError
    from modelcheck.explore.path import behavior
    from modelcheck.judge import counts_of, with_alias
    from modelcheck.verdict import NotABehavior

    engine, states = walk.engine, saved.states

    def verdict(at: int, what: str) -> Verdict:
        shown = with_alias(model, engine, behavior(engine, states[: at + 1]))
        return NotABehavior(counts=counts_of(walk), behavior=shown, what=what)

    walk.states = [states[0]]
    try:
        for named in model.inits:
            if not engine.state_predicate("Init", named).holds(states[0]):
                return verdict(0, "state 1 is no initial state of the spec")
    except EvalError as error:
        return verdict(0, f"the initial predicate cannot be evaluated in state 1: {error.message}")
    steps = list(pairwise(states))
    if saved.loop is not None and saved.loop != len(states) - 1:
        steps.append((states[-1], states[saved.loop]))
    for at, (before, after) in enumerate(steps):
        if before == after:
            continue  # a stuttering step
        walk.states = list(states[: at + 1])
        try:
            found = any(target == after for target, _ in engine.successors(before))
        except EvalError:
            found = any(step.target == after for step in _steps(engine, before))
        if not found:
            to = f"{at + 2}" if at + 1 < len(states) else f"{(saved.loop or 0) + 1}, back in the cycle,"
            return verdict(min(at + 1, len(states) - 1), f"the step from state {at + 1} to state {to} is none of Next")
    return None


def _steps(engine: Engine, state: State) -> list[Step]:
    """The steps found before Next fails in a state."""
    from modelcheck.errors import EvalError

    out = []
    try:
        for step in engine.steps(state):
            out.append(step)
    except EvalError:
        return out
    return out


def _liveness(model: Model, walk: _Walk, saved: SavedTrace) -> Verdict | None:
    from modelcheck.explore.unsound import has_liveness
    from modelcheck.explore.walklive import WalkLiveness
    from modelcheck.judge import judge_liveness

    if saved.loop is None or not has_liveness(model):
        return None
    liveness = WalkLiveness(model, walk.engine)
    found = liveness.check([*saved.states, saved.states[saved.loop]])
    if found is None:
        return None
    walk.states, walk.parents = liveness.states, liveness.parents
    return replace(judge_liveness(model, walk, found), warnings=())


def _outside(walk: _Walk, task: Task) -> list[str]:
    """States and steps that the constraints leave out of a search."""
    out = []
    for number, state in enumerate(walk.all, 1):
        out += [f"state {number} is outside CONSTRAINT {p.name}" for p in task.constraints if not p.holds(state)]
    for number, (before, after) in enumerate(pairwise(walk.all), 2):
        out += [
            f"the step to state {number} is outside ACTION_CONSTRAINT {p.name}"
            for p in task.action_constraints
            if not p.holds(before, after)
        ]
    return out
