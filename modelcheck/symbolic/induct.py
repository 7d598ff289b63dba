"""Is an invariant inductive? And if not: which action breaks it, and does the state it starts from matter?

`I` is inductive when every initial state satisfies it and every step from a state that does leads to a state that
does. The states that satisfy `I` are made by reading `I` as an initial predicate: `x \\in S` gives x an unknown value,
everything else is a test (so `I` must bound every variable: S009). k-induction (M. Sheeran, S. Singh, G. Stalmarck,
"Checking Safety Properties Using Induction and a SAT-Solver", FMCAD 2000, LNCS 1954, 108-125) lets k states in a row
satisfy `I` before the one in question. There is one question per action.

A state of `I` in which `I` cannot be evaluated is none of its states; a step that cannot be evaluated breaks it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from modelcheck.engine.protocol import State
from modelcheck.errors import EvalError, TlaError
from modelcheck.module.model import Named
from modelcheck.module.tree import Expr
from modelcheck.symbolic.bmc import Unrolling, bounded
from modelcheck.symbolic.context import OutOfTime
from modelcheck.symbolic.formulas import FALSE_F, F
from modelcheck.symbolic.outcomes import HoldsUpTo, Inductive, NotInductive, Proof, Reach, Unknown
from modelcheck.symbolic.steps import Joined, Path
from modelcheck.symbolic.task import Limits, Task

if TYPE_CHECKING:
    from modelcheck.symbolic.prove import Question

LOOKED_AT_MAX = 20_000  # states that the explicit engine looks at to label a counterexample to induction


def inductive(task: Task, invariants: Sequence[Named], assumed: Sequence[Named], question: Question) -> Proof:
    """Whether the conjunction of the invariants is (k-)inductive, given what is assumed."""
    checked = tuple(named.name for named in invariants)
    started = bounded(task, invariants, question.k - 1)
    if not isinstance(started, HoldsUpTo):
        return started
    task = anew(task)
    try:
        return _inductive(task, invariants, assumed, question, started.warnings)
    except OutOfTime:
        return Unknown(checked=checked, what="the step, which is not translated in time", **task.told())


def _inductive(
    task: Task, invariants: Sequence[Named], assumed: Sequence[Named], question: Question, told: tuple[str, ...]
) -> Proof:
    checked = tuple(named.name for named in invariants)
    unrolling = Unrolling(task)
    any_state(task, unrolling, [*invariants, *assumed])
    for _ in range(question.k - 1):
        if not unrolling.enter(unrolling.leave()):
            break
        unrolling.stay_inside()
        _assert_all(task, unrolling, [*invariants, *assumed])
    found = _step(task, unrolling, invariants, assumed, question)
    if found is not None:
        return found
    if task.unknown:
        return Unknown(checked=checked, what=task.unknown[0], **task.told())
    warnings = list(told)
    if task.ctx.bounded_by_length:
        warnings.append(f"only for sequences of at most {task.ctx.seq_bound} elements in the state before the step")
    if task.model.constraints or task.model.action_constraints:
        warnings.append("steps from states outside the CONSTRAINT are left out, as in check")
    return Inductive(
        checked=checked, k=question.k, assumed=tuple(n.name for n in assumed), warnings=tuple(warnings), **task.told()
    )


def anew(task: Task) -> Task:
    """A task with an empty solver, within the same limits."""
    fresh = Task(task.model, task.engine, Limits(task.solver.seconds, None, task.ctx.seq_bound))
    fresh.began, fresh.solver.deadline, fresh.solver.questions = task.began, task.solver.deadline, task.solver.questions
    fresh.ctx.deadline = task.ctx.deadline
    fresh.obligations, fresh.unknown = task.obligations, task.unknown
    fresh.keep_goals, fresh.goals = task.keep_goals, task.goals
    return fresh


def any_state(task: Task, unrolling: Unrolling, formulas: Sequence[Named]) -> None:
    """Any state that satisfies the formulas, as the first of the unrolling. S009 when they leave a variable open."""
    exprs: list[Expr] = [named.expr for named in formulas]
    paths, failures = task.paths(task.init_tree(exprs, "the invariant"), None)
    for failure in failures:
        if failure.code in ("E007", "E008"):
            raise TlaError("S009", f"the invariant leaves a variable open: {failure.message}", failure.span)
        task.solver.add(F(-failure.when))
    joined = task.joined(paths)
    if joined is not None:
        task.solver.add(joined.holds)
        unrolling.trail.append(joined)


def _assert_all(task: Task, unrolling: Unrolling, formulas: Sequence[Named]) -> None:
    for named in formulas:
        holds, failures = task.holds(named.expr, unrolling.last.values)
        task.solver.add(task.ctx.fx.all_of([holds, *(F(-f.when) for f in failures)]))


def _step(
    task: Task, unrolling: Unrolling, invariants: Sequence[Named], assumed: Sequence[Named], question: Question
) -> Proof | None:
    """A step that breaks an invariant."""
    if not unrolling.trail:
        return None
    checked = tuple(named.name for named in invariants)
    paths = unrolling.ways()
    fails = task.ctx.fx.any_of(f.when for f in unrolling.failures)
    if fails != FALSE_F and task.ask(fails, "evaluating Next in a state of the invariant") == "sat":
        decoder = task.decoder()
        shown = task.behavior(decoder, unrolling.trail)
        task.confirm(shown, from_init=False)
        return task.evaluation_error(shown, None, [f for f in unrolling.failures if decoder.truth(f.when)], checked)
    broken: Proof | None = None
    for action, joined in _by_action(task, paths):
        unrolling.trail.append(joined)
        for named, goal in zip(invariants, _breaking(task, joined, invariants, assumed), strict=True):
            if task.ask(goal, named.name, action) == "sat" and broken is None:
                broken = _counterexample(task, unrolling, named, action, checked, question)
        unrolling.trail.pop()
    if broken is None:
        return None
    assert isinstance(broken, NotInductive)
    from modelcheck.records import replace

    return replace(broken, **task.told())


def _by_action(task: Task, paths: Sequence[Path]) -> Iterator[tuple[str, Joined]]:
    """For each action the states that it leads to. By itself it says more than as one of many: what it leaves as it is
    has the same formulas before and after, and these are known to hold."""
    groups: dict[int, list[Path]] = {}
    for path in paths:
        groups.setdefault(path.action, []).append(path)
    for number, group in sorted(groups.items()):
        joined = task.joined(group)
        if joined is not None and joined.holds != FALSE_F:
            yield task.engine.actions[number].name, joined


def _breaking(task: Task, joined: Joined, invariants: Sequence[Named], assumed: Sequence[Named]) -> list[F]:
    """For each invariant the formula that it is broken in these states, which satisfy what is assumed."""
    fx = task.ctx.fx
    given = fx.all_of([joined.holds, *(task.holds(named.expr, joined.values)[0] for named in assumed)])
    out = []
    for named in invariants:
        holds, failures = task.holds(named.expr, joined.values)
        out.append(fx.both(given, fx.any_of([F(-holds), *(f.when for f in failures)])))
    return out


def _counterexample(
    task: Task, unrolling: Unrolling, named: Named, action: str, checked: tuple[str, ...], question: Question
) -> NotInductive:
    shown = task.behavior(task.decoder(), unrolling.trail)
    task.confirm(shown, from_init=False)
    why = task.refuted(named, shown)
    reach, looked_at, complete = reachable(task, shown.states[0])
    return NotInductive(
        checked=checked, property_name=named.name, action=action, behavior=shown, explanation=why, span=named.span,
        k=question.k, reach=reach, looked_at=looked_at, reach_complete=complete,
    )  # fmt: skip


def reachable(task: Task, wanted: State) -> tuple[Reach, int, bool]:
    """Whether the explicit engine meets a state, breadth first; how many it looked at; whether these were all."""
    engine = task.engine
    seen: set[State] = set()
    try:
        level = list(dict.fromkeys(islice(engine.initial(), LOOKED_AT_MAX)))
        seen.update(level)
        while level and wanted not in seen and len(seen) < LOOKED_AT_MAX:
            found: dict[State, None] = {}
            for state in level:
                for target, _ in engine.successors(state):
                    if target not in seen:
                        seen.add(target)
                        found[target] = None
                if wanted in seen or len(seen) >= LOOKED_AT_MAX:
                    break
            level = list(found)
    except EvalError:
        return ("reachable" if wanted in seen else "not found reachable"), len(seen), False
    if wanted in seen:
        return "reachable", len(seen), False
    return "not found reachable", len(seen), len(seen) < LOOKED_AT_MAX
