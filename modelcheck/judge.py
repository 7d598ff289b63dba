"""From the end of a search to a verdict: the behavior that led there, and why it is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from modelcheck.engine.protocol import Blocked, Engine, Explanation, RunInfo, State, Value
from modelcheck.errors import EXIT_EVAL_LIVENESS, EXIT_EVAL_SAFETY, EXIT_EVAL_SPEC, EvalError
from modelcheck.explore.bfs import Finding, Stop
from modelcheck.explore.memory import peak_rss_mb
from modelcheck.explore.path import Behavior, behavior
from modelcheck.explore.unsound import has_liveness, unsound_reasons
from modelcheck.module.model import Model
from modelcheck.module.tree import Assumption, Expr
from modelcheck.records import dataclass, replace
from modelcheck.source import Span
from modelcheck.values import FALSE, TRUE, Fn, kind_phrase, pairs_in_order, show
from modelcheck.verdict import (
    AssertFailed,
    AssumptionFalse,
    Counts,
    Deadlock,
    EvalFailure,
    Holds,
    LivenessViolated,
    Stopped,
    Subject,
    Verdict,
    Violated,
)

if TYPE_CHECKING:
    from modelcheck.explore.fair import LivenessFinding
    from modelcheck.explore.truths import Failure

ASSERT_FAILED = "E010"
_DOING = {"init": "the initial predicate", "next": "the next-state relation", "constraint": "a constraint"}


class Searched(Protocol):
    """What is asked of a search, or of a simulation, once it has ended."""

    @property
    def engine(self) -> Engine: ...
    @property
    def states(self) -> list[State]: ...
    @property
    def generated(self) -> int: ...
    @property
    def distinct(self) -> int: ...
    @property
    def depth(self) -> int: ...
    @property
    def initial(self) -> int: ...
    @property
    def frontier(self) -> int: ...
    @property
    def seconds(self) -> float: ...
    def path(self, finding: Finding) -> list[State]: ...


def counts_of(search: Searched) -> Counts:
    """The numbers of a search that has ended."""
    return Counts(
        generated=search.generated,
        distinct=search.distinct,
        depth=search.depth,
        initial=search.initial,
        frontier=search.frontier,
        seconds=round(search.seconds, 3),
        peak_rss_mb=peak_rss_mb(),
        engine=search.engine.name,
    )


def judge(
    model: Model,
    search: Searched,
    ended: Finding | Stop | None,
    checked: tuple[str, ...],
    warnings: tuple[str, ...] = (),
) -> Verdict:
    """What the end of the search means."""
    counts, engine = counts_of(search), search.engine
    if ended is None:
        empty = bool(model.variables) and not counts.initial
        if empty:
            warnings = ("there is no initial state: Init has no solution", *warnings)
        return Holds(counts=counts, checked=checked, warnings=(*warnings, *_unsound(model)))
    if isinstance(ended, Stop):
        return Stopped(counts=counts, checked=checked, reason=ended.reason, limit=ended.limit)
    path = search.path(ended)
    shown = with_alias(model, engine, behavior(engine, path))
    if ended.error is not None:
        return _failure(ended, counts, shown)
    if ended.predicate is None:
        nearest = _nearest(engine, path[-1])
        name = "" if nearest is None else engine.actions[nearest.action].name
        return Deadlock(counts=counts, behavior=shown, nearest=nearest, nearest_name=name)
    assert ended.kind in ("invariant", "init_property", "step_property")
    return Violated(
        counts=counts,
        kind=ended.kind,
        property_name=ended.predicate.name,
        behavior=shown,
        explanation=_why(engine, ended, path),
        span=ended.predicate.expr.span,
    )


def judge_liveness(model: Model, search: Searched, found: LivenessFinding) -> Verdict:
    """What a liveness property that is violated, or cannot be evaluated, means."""
    from modelcheck.explore.fair import states_of

    counts, engine, name = counts_of(search), search.engine, found.prop.name
    if found.error is not None:
        return EvalFailure(
            counts=counts,
            error=found.error,
            behavior=_up_to(found.failure, model, search),
            doing=f"property {name}" if found.failure is None or found.failure.atom.action is None else (
                f"property {name}, or the fairness it is checked under,"
            ),
            code=EXIT_EVAL_LIVENESS,
            property_name=name,
        )
    assert found.lasso is not None
    states, loop = states_of(found.lasso, search.states)
    shown = behavior(engine, states)
    back = behavior(engine, [states[-1], states[loop]]).steps[1]
    return LivenessViolated(
        counts=counts,
        property_name=name,
        behavior=with_alias(model, engine, shown),
        loop=loop,
        back=None if found.lasso.stutters else back,
        span=found.prop.span,
        reasons=found.reasons,
        warnings=_unsound(model),
    )


def _up_to(failure: Failure | None, model: Model, search: Searched) -> Behavior:
    """The behavior up to where a liveness property could not be evaluated, as far as that is known."""
    if failure is None:
        return Behavior(search.engine.variables, ())
    target = None if failure.target is None else search.states[failure.target]
    path = search.path(Finding("error", failure.state, target))
    if target is not None and target == path[-2]:
        path.pop()  # a stuttering step
    return with_alias(model, search.engine, behavior(search.engine, path))


def _unsound(model: Model) -> tuple[str, ...]:
    """The mark of a liveness answer that SYMMETRY, VIEW or a constraint makes unreliable."""
    reasons = unsound_reasons(model)
    if not (reasons and has_liveness(model)):
        return ()
    return (f"liveness was checked under {' and '.join(reasons)}, so its answer may be wrong",)


def with_warnings(verdict: Verdict, model: Model, asymmetric: str | None = None) -> Verdict:
    """The verdict with what reading the model warned of, and with what shows that its SYMMETRY is wrong."""
    read = tuple(text if span is None else f"{span}: {text}" for text, span in model.warnings)
    wrong = (f"SYMMETRY is wrong for this spec, states may have been skipped: {asymmetric}",) if asymmetric else ()
    return replace(verdict, warnings=(*read, *verdict.warnings, *wrong))


def _failure(ended: Finding, counts: Counts, shown: Behavior) -> Verdict:
    error, predicate = ended.error, ended.predicate
    assert error is not None
    if predicate is None:
        if error.code == ASSERT_FAILED:
            return AssertFailed(counts=counts, error=error, behavior=shown)
        code = error.exit_code if error.code[0] != "E" else EXIT_EVAL_SPEC
        return EvalFailure(counts=counts, error=error, behavior=shown, doing=_DOING[ended.doing], code=code)
    # An Assert that fails inside an invariant is, for TLC, an invariant that cannot be evaluated.
    return EvalFailure(
        counts=counts,
        error=error,
        behavior=shown,
        doing=f"{'property' if predicate.is_action else 'invariant'} {predicate.name}",
        code=EXIT_EVAL_SAFETY,
        property_name=predicate.name,
    )


def _nearest(engine: Engine, state: State) -> Blocked | None:
    """What came nearest to being enabled in a state without successors."""
    try:
        return next(iter(engine.blocked(state)), None)
    except EvalError:
        return None  # no part of the verdict, and the state is without successors all the same


def _why(engine: Engine, ended: Finding, path: Sequence[State]) -> Explanation | None:
    assert ended.predicate is not None
    try:
        if ended.kind == "step_property":
            return engine.explain(ended.predicate.expr, path[-2], path[-1])
        return engine.explain(ended.predicate.expr, path[-1])
    except EvalError:
        return None  # the formula as a whole was false; a part that cannot be evaluated explains nothing


@dataclass(frozen=True)
class _AtState:
    """The run as an ALIAS sees it at one state of a behavior: `TLCGet("level")` is that state's place."""

    run: RunInfo
    states: tuple[State, ...]

    def stat(self, name: str) -> Value:
        return len(self.states) if name == "level" else self.run.stat(name)

    def trace(self) -> tuple[State, ...]:
        return self.states


def with_alias(model: Model, engine: Engine, shown: Behavior) -> Behavior:
    """The behavior with what ALIAS makes of each state; as TLC, the last state stands for its own successor.

    An alias that cannot be evaluated, or is no record, leaves the behavior as it is.
    """
    if model.alias is None or not shown.steps:
        return shown
    states = shown.states
    following = (*states[1:], states[-1])
    context = getattr(engine, "context", None)
    run = getattr(context, "run", None)
    records: list[Value] = []
    try:
        for number, after in enumerate(following, 1):
            if run is not None:
                engine.set_run(_AtState(run, states[:number]))
            records.append(engine.evaluate(model.alias, states[number - 1], after))
    except EvalError:
        return shown
    finally:
        engine.set_run(run)
    if not all(isinstance(record, Fn) and record.shape.is_record for record in records):
        return shown
    return replace(shown, alias=tuple(tuple(pairs_in_order(record)) for record in records))


def false_assumption(model: Model, engine: Engine) -> AssumptionFalse | None:
    """The first ASSUME that is false or cannot be evaluated."""
    for assumption in model.assumptions:
        if assumption.expr is not None:
            name = assumption_name(assumption)
            found = _false(engine, "assumption", name, assumption.expr, assumption.span, Counts(engine=engine.name))
            if found is not None:
                return found
    return None


def false_postcondition(model: Model, engine: Engine, counts: Counts) -> AssumptionFalse | None:
    """The POSTCONDITION, if it is false or cannot be evaluated once the search has ended."""
    named = model.postcondition
    if named is None:
        return None
    return _false(engine, "postcondition", named.name, named.expr, named.span, counts)


def _false(
    engine: Engine, kind: str, name: str, expr: Expr, span: Span | None, counts: Counts
) -> AssumptionFalse | None:
    assert kind in ("assumption", "postcondition")
    explanation: Explanation | None = None
    error: EvalError | None = None
    try:
        value = engine.evaluate(expr)
        if value is TRUE:
            return None
        if value is not FALSE:
            raise EvalError("E009", f"the {kind} is {kind_phrase(value)}: {show(value)}", span)
        explanation = engine.explain(expr, ())
    except EvalError as caught:
        error = caught
    return AssumptionFalse(
        counts=counts,
        kind="assumption" if kind == "assumption" else "postcondition",
        property_name=name,
        explanation=explanation,
        span=span,
        error=error,
    )


def subjects(model: Model, check_deadlock: bool | None = None) -> tuple[Subject, ...]:
    """What a check of the model looks at, in the order in which it does. `check_deadlock` overrides the cfg."""
    out = [
        Subject("assumption", assumption_name(a), a.span) for a in model.assumptions if a.expr is not None
    ]
    seen = {prop.name for prop in model.properties}  # the parts []P of a property are invariants under its name
    out += [Subject("invariant", named.name, named.span) for named in model.invariants if named.name not in seen]
    out += [Subject("property", prop.name, prop.span) for prop in model.properties]
    if model.variables and (model.check_deadlock if check_deadlock is None else check_deadlock):
        out.append(Subject("deadlock", "deadlock", None if model.next is None else model.next.span))
    if model.postcondition is not None:
        out.append(Subject("postcondition", model.postcondition.name, model.postcondition.span))
    return tuple(out)


def assumption_name(assumption: Assumption) -> str:
    """The name of an ASSUME; one without a name goes by its place."""
    return assumption.name or f"ASSUME at {assumption.span}"
