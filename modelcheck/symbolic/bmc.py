"""Bounded questions: is an invariant violated, or a predicate satisfied, within so many steps of an initial state?

The states of a behavior are unrolled one after the other (A. Biere, A. Cimatti, E. Clarke, Y. Zhu, "Symbolic Model
Checking without BDDs", TACAS 1999, LNCS 1579, 193-207): state k+1 is a choice among the paths of Next from state k.
For each step there is one question per action, so the answer names the action. An evaluation error that can be reached
is found like a violation. CONSTRAINT and ACTION_CONSTRAINT cut behaviors off as in `check`: a state outside is looked
at, and not left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from modelcheck.module.model import Named
from modelcheck.symbolic.context import Failure, OutOfTime
from modelcheck.symbolic.formulas import FALSE_F, TRUE_F, F
from modelcheck.symbolic.outcomes import HoldsUpTo, NoWitness, Proof, Unknown, Violated, Witness
from modelcheck.symbolic.steps import Joined, Path
from modelcheck.symbolic.task import Task
from modelcheck.symbolic.tighten import Names


class Unrolling:
    """Behaviors from the initial states, a step longer at each `enter`. `tight`: what a state cannot be is left out."""

    def __init__(self, task: Task, tight: bool = False) -> None:
        self.task = task
        self._names = Names(task.solver) if tight else None
        self.trail: list[Joined] = []
        self.failures: list[Failure] = []  # of what was evaluated last: Init, or Next from the last state
        self._fence: tuple[int, F, list[tuple[Named, list[Failure]]]] | None = None

    @property
    def last(self) -> Joined:
        """The last state."""
        return self.trail[-1]

    def begin(self) -> Joined | None:
        """The initial states (not yet entered); None when there are none."""
        task = self.task
        paths, self.failures = task.paths(task.init_tree(task.model.inits), None)
        return self._joined(paths)

    def fence(self) -> tuple[F, list[tuple[Named, list[Failure]]]]:
        """That the last state is inside the CONSTRAINTs and the step to it inside the ACTION_CONSTRAINTs, evaluated in
        this order as long as they hold, each with its failures."""
        if self._fence is None or self._fence[0] != len(self.trail):
            task, model, fx = self.task, self.task.model, self.task.ctx.fx
            before = self.trail[-2].values if len(self.trail) > 1 else None
            steps = model.action_constraints if before is not None else []
            inside, failing = TRUE_F, []
            for named in [*model.constraints, *steps]:
                state, target = (self.last.values, None) if named not in steps else (before, self.last.values)
                assert state is not None
                holds, failures = task.holds(named.expr, state, target, inside)
                failing.append((named, failures))
                inside = fx.all_of([inside, holds, *(F(-f.when) for f in failures)])
            self._fence = (len(self.trail), inside, failing)
        return self._fence[1:]

    def stay_inside(self) -> None:
        """Only behaviors whose last state and step are inside the constraints go on."""
        self.task.solver.add(self.fence()[0])

    def leave(self) -> Joined | None:
        """The states one step further (not yet entered); None when there are none. Constraints hold from here on."""
        return self._joined(self.ways())

    def ways(self) -> list[Path]:
        """All paths of a step from the last state. Constraints hold from here on."""
        self.stay_inside()
        paths, self.failures = self.task.paths(self.task.next_tree, self.last.values)
        return paths

    def _joined(self, paths: list[Path]) -> Joined | None:
        return self.task.joined(paths if self._names is None else self._names.feasible(paths))

    def enter(self, joined: Joined | None) -> bool:
        """Go on to the states that `begin` or `leave` gave; False when there are none."""
        if joined is None or joined.holds == FALSE_F:
            return False
        self.task.solver.add(joined.holds)
        if self._names is not None:
            if self.task.solver.ask(TRUE_F) == "unsat":
                return False
            joined = self._names.tightened(joined)
        self.trail.append(joined)
        return True

    def by_action(self) -> list[tuple[str | None, F]]:
        """For each action that may have led to the last state: its name, and that it did."""
        if len(self.trail) == 1:
            return [(None, F(1))]
        groups: dict[int, list[F]] = {}
        for path, chosen in zip(self.last.paths, self.last.chosen, strict=True):
            groups.setdefault(path.action, []).append(chosen)
        names = self.task.engine.actions
        return [(names[i].name, self.task.ctx.fx.any_of(fs)) for i, fs in sorted(groups.items())]


def bounded(
    task: Task, invariants: Sequence[Named], length: int, observe: Callable[[Unrolling], None] | None = None
) -> Proof:
    """Whether the invariants hold in all behaviors of up to `length` steps. `observe` is given each state in turn."""
    checked = tuple(named.name for named in invariants)
    unrolling = Unrolling(task, tight=True)
    task.answered = -1
    try:
        return _unrolled(task, unrolling, invariants, length, observe)
    except OutOfTime:
        what = f"the states after {len(unrolling.trail)} steps, which are not translated in time"
        return Unknown(checked=checked, what=what, answered=task.answered, **task.told())


def _unrolled(
    task: Task,
    unrolling: Unrolling,
    invariants: Sequence[Named],
    length: int,
    observe: Callable[[Unrolling], None] | None,
) -> Proof:
    checked = tuple(named.name for named in invariants)
    begun = unrolling.begin()
    found = _failing(task, unrolling, checked)
    if found is not None:
        return found
    if not unrolling.enter(begun):
        warning = ("there is no initial state: Init has no solution",)
        return HoldsUpTo(checked=checked, bound=length, ended_at=0, warnings=warning, **task.told())
    ended: int | None = None
    for number in range(length + 1):
        if observe is not None:
            observe(unrolling)
        found = _violated(task, unrolling, invariants, checked, number)
        if found is not None:
            return found
        if not task.unknown:
            task.answered = number
        if number == length:
            break
        following = unrolling.leave()
        found = _failing(task, unrolling, checked)
        if found is not None:
            return found
        if not unrolling.enter(following):
            ended = number
            break
    if task.unknown:
        return Unknown(checked=checked, what=task.unknown[0], answered=task.answered, **task.told())
    return HoldsUpTo(checked=checked, bound=length, ended_at=ended, **task.told())


def _violated(
    task: Task, unrolling: Unrolling, invariants: Sequence[Named], checked: tuple[str, ...], number: int
) -> Proof | None:
    """A violation in the last state."""
    fx = task.ctx.fx
    wrong, failing = [], []
    for named in invariants:
        holds, failures = task.holds(named.expr, unrolling.last.values)
        wrong.append(F(-holds))
        failing.append((fx.any_of(f.when for f in failures), failures))
    fenced = unrolling.fence()[1]
    outside = fx.any_of(f.when for _, failures in fenced for f in failures)
    bad = fx.any_of([outside, *wrong, *(f for f, _ in failing)])
    what = "an initial state" if number == 0 else f"step {number}"
    if task.never(bad, what, [action for action, _ in unrolling.by_action()]):
        return None
    for action, fired in unrolling.by_action():
        goal = fx.both(fired, bad)
        if goal == FALSE_F or task.ask(goal, what, action) != "sat":
            continue
        decoder = task.decoder()
        shown = task.behavior(decoder, unrolling.trail)
        task.confirm(shown)
        for named, failures in fenced:
            if any(decoder.truth(f.when) for f in failures):
                return task.evaluation_error(shown, named, failures, checked, "constraint")
        for named, formula, (fails, failures) in zip(invariants, wrong, failing, strict=True):
            if decoder.truth(fails):
                return task.evaluation_error(shown, named, failures, checked)
            if decoder.truth(formula):
                why = task.refuted(named, shown)
                return Violated(
                    checked=checked, property_name=named.name, action=action, behavior=shown, explanation=why,
                    span=named.span, **task.told(),
                )  # fmt: skip
        raise AssertionError("nothing is wrong in this model")
    return None


def _failing(task: Task, unrolling: Unrolling, checked: tuple[str, ...]) -> Proof | None:
    """An evaluation error of Init, or of Next in the last state."""
    fails = task.ctx.fx.any_of(f.when for f in unrolling.failures)
    where = f"evaluating Next after {len(unrolling.trail) - 1} steps" if unrolling.trail else "evaluating Init"
    if fails == FALSE_F:
        return None
    answer = task.ask(fails, where)
    if answer == "unsat":
        task.solver.add(F(-fails))
    if answer != "sat":
        return None
    decoder = task.decoder()
    shown = task.behavior(decoder, unrolling.trail)
    if shown.steps:
        task.confirm(shown)
    failures = [f for f in unrolling.failures if decoder.truth(f.when)]
    return task.evaluation_error(shown, None, failures, checked)


def search(task: Task, predicate: Named, length: int) -> Proof:
    """A behavior of at most `length` steps whose last state satisfies the predicate."""
    try:
        return _searched(task, Unrolling(task, tight=True), predicate, length)
    except OutOfTime:
        what = "the states of the next step, which are not translated in time"
        return Unknown(checked=(predicate.name,), what=what, **task.told())


def _searched(task: Task, unrolling: Unrolling, predicate: Named, length: int) -> Proof:
    checked = (predicate.name,)
    entered = unrolling.enter(unrolling.begin())
    number = 0
    while entered:
        holds, failures = task.holds(predicate.expr, unrolling.last.values)
        goal = task.ctx.fx.all_of([holds, *(F(-f.when) for f in failures)])
        if goal != FALSE_F and task.ask(goal, f"a state after {number} steps") == "sat":
            shown = task.behavior(task.decoder(), unrolling.trail)
            task.confirm(shown)
            if not task.engine.state_predicate(predicate.name, predicate.expr).holds(shown.states[-1]):
                raise task._defect(shown, f"{predicate.name} is false in its last state")
            return Witness(checked=checked, predicate=predicate.name, behavior=shown, **task.told())
        if number == length:
            break
        entered = unrolling.enter(unrolling.leave())
        number += 1
    if task.unknown:
        return Unknown(checked=checked, what=task.unknown[0], **task.told())
    return NoWitness(checked=checked, predicate=predicate.name, bound=length, **task.told())
