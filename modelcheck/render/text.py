"""A verdict as a person reads it: what is wrong, the behavior that leads there, why, and the counts.

States are printed in TLA+ syntax, one conjunct a variable as TLC prints them; `*` marks what the step changed. Each
step is headed by its number, its action with its parameters, and the place of the action in the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from modelcheck.engine.protocol import Explanation, Part, Value
from modelcheck.errors import CODES, TlaError, excerpt
from modelcheck.explore.bfs import Progress
from modelcheck.explore.path import Behavior, BehaviorStep
from modelcheck.values import Bool, pretty_lines, show
from modelcheck.verdict import (
    AssertFailed,
    AssumptionFalse,
    Counts,
    Deadlock,
    EvalFailure,
    Holds,
    HoldsUpTo,
    LivenessViolated,
    NotABehavior,
    Replayed,
    Simulated,
    Stopped,
    Verdict,
    Violated,
)

WIDTH = 100
_REASONS = {
    "states": "the limit of {:,.0f} distinct states",
    "depth": "the limit of depth {:.0f}",
    "seconds": "the limit of {:g} seconds",
    "memory": "the limit of {:,.0f} MB of memory",
    "out_of_memory": "the end of memory",
    "exit": "the spec's own request, TLCSet(\"exit\", TRUE)",
}


def headline(verdict: Verdict) -> str:
    """The verdict in one sentence, without a full stop."""
    match verdict:
        case Holds():
            return "no error found"
        case HoldsUpTo():
            return f"no error found in behaviors of up to {verdict.bound} steps"
        case Simulated():
            asked = ", where the spec asked to stop" if verdict.asked else ""
            return f"no error found in {_behaviors(verdict.behaviors)} of up to {verdict.depth:,} steps{asked}"
        case Replayed():
            return f"the saved trace of {_states(verdict.states)} is a behavior of the spec, and nothing is wrong in it"
        case NotABehavior():
            return f"the saved trace is no behavior of the spec: {verdict.what}"
        case Violated(kind="invariant"):
            return f"invariant {verdict.property_name} is violated"
        case Violated(kind="init_property"):
            return f"property {verdict.property_name} is violated by an initial state"
        case Violated():
            return f"property {verdict.property_name} is violated by a step"
        case LivenessViolated():
            return f"liveness property {verdict.property_name} is violated by a fair behavior"
        case Deadlock():
            return "a deadlock is reached: the last state has no successor"
        case AssumptionFalse():
            what = "cannot be evaluated" if verdict.error is not None else "is false"
            return f"{verdict.kind} {verdict.property_name} {what}".replace("assumption ASSUME", "the ASSUME")
        case AssertFailed():
            return "an Assert failed"
        case EvalFailure():
            return f"{verdict.doing} cannot be evaluated"
        case Stopped(reason="interrupted"):
            return "interrupted; nothing found so far"
        case Stopped():
            return f"stopped at {_REASONS[verdict.reason].format(verdict.limit or 0)}; nothing found so far"


def verdict_as_text(verdict: Verdict, changes_only: bool = False) -> str:
    """The whole verdict, several lines, without a newline at the end. `changes_only`: of each state after the first
    only the variables that changed."""
    return "\n".join([*verdict_lines(verdict, changes_only), "", counts_line(verdict.counts), *pin_lines(verdict)])


def verdict_lines(verdict: Verdict, changes_only: bool = False) -> Iterator[str]:
    """All but the counts."""
    yield headline(verdict)[0].upper() + headline(verdict)[1:] + "."
    if isinstance(verdict, Holds | Simulated | Replayed | Stopped):
        yield "Checked: " + ("; ".join(verdict.checked) or "nothing, not even deadlock") + "."
    error: TlaError | None = getattr(verdict, "error", None)
    if error is not None:
        yield ""
        yield error.render()
    shown: Behavior | None = getattr(verdict, "behavior", None)
    if shown is not None and shown.steps:
        yield ""
        yield from behavior_lines(shown, changes_only)
    if isinstance(verdict, LivenessViolated):
        yield _back(verdict)
        if verdict.reasons is not None:
            from modelcheck.render.lasso import reason_lines

            yield from reason_lines(verdict.reasons, verdict.stutters)
    explanation: Explanation | None = getattr(verdict, "explanation", None)
    if explanation is not None:
        yield ""
        yield from explanation_lines(explanation)
    if isinstance(verdict, Deadlock):
        yield ""
        yield from _nearest(verdict)
        yield f"  what to do: {CODES['V003'].mend}"
    for more in verdict.further:
        yield ""
        yield from verdict_lines(cast(Verdict, more), changes_only)
    if verdict.repeated:
        yield ""
    for text, times in verdict.repeated:
        yield f"Found again: {text}, {times:,} more " + ("time." if times == 1 else "times.")
    for warning in verdict.warnings:
        yield f"Warning: {warning}."
    if verdict.coverage is not None:
        from modelcheck.render.coverage import coverage_lines

        yield ""
        yield from coverage_lines(verdict.coverage)


def behavior_lines(shown: Behavior, changes_only: bool = False) -> Iterator[str]:
    """Every state of a behavior under its heading; with an ALIAS, what it makes of them."""
    before: dict[str, Value] = {}
    for number, step in enumerate(shown.steps, 1):
        yield f"State {number}: {step_heading(step, number)}"
        pairs = (
            tuple(zip(shown.variables, step.state, strict=True)) if shown.alias is None else shown.alias[number - 1]
        )
        for name, value in pairs:
            changed = number > 1 and (name not in before or before[name] != value)
            if changed or number == 1 or not changes_only:
                yield from _conjunct(name, value, changed)
        before = dict(pairs)


def _back(verdict: LivenessViolated) -> str:
    """How a lasso goes on forever."""
    if verdict.back is None:
        return "Stuttering: nothing happens any more."
    return f"Back to state {verdict.loop + 1}: {step_heading(verdict.back, 0)}"


def step_heading(step: BehaviorStep, number: int) -> str:
    if step.action is None:
        return "initial state" if number == 1 else "(step not found again)"
    params = [f"{name} = {show(v, 60)}" for name, v in zip(step.action.params, step.args, strict=True)]
    args = f"({', '.join(params)})" if params else ""
    place = f"   at {step.action.span}" if step.action.span is not None else ""
    return f"{step.action.name}{args}{place}"


def _conjunct(name: str, value: Value, changed: bool) -> Iterator[str]:
    mark = "*" if changed else " "
    first, *rest = pretty_lines(value, max(20, WIDTH - len(name) - 8))
    yield f"{mark} /\\ {name} = {first}"
    for line in rest:
        yield " " * (len(name) + 8) + line


def explanation_lines(explanation: Explanation) -> Iterator[str]:
    """Which conjunct is false, where it stands, and the values that made it false."""
    conjunct = explanation.conjunct
    yield f"False: {conjunct.text}" + (f"   at {conjunct.span}" if conjunct.span is not None else "")
    if conjunct.span is not None:
        yield from excerpt(conjunct.span)
    for name, value in explanation.bound:
        yield f"  with {name} = {show(value)}"
    for part in explanation.parts:
        yield "  " + _part_line(part)


def _nearest(verdict: Deadlock) -> Iterator[str]:
    """Which action came nearest to being enabled, and what stopped it."""
    if verdict.nearest is None:
        return
    args = ", ".join(f"{name} = {show(value, 60)}" for name, value in verdict.nearest.args)
    held = verdict.nearest.passed
    after = "its first condition" if not held else f"a condition, after {held} that held"
    if held == 1:
        after = "a condition, after one that held"
    yield f"Nearest to being enabled: {verdict.nearest_name}{f'({args})' if args else ''}, stopped by {after}."
    yield from explanation_lines(verdict.nearest.why)
    yield ""


def _part_line(part: Part) -> str:
    if part.value is None:
        return f"{part.text}   is not evaluated"
    if isinstance(part.value, Bool):
        return f"{part.text}   is {part.value}"
    return f"{part.text} = {show(part.value)}"


def counts_line(counts: Counts) -> str:
    """The numbers of the search on one line."""
    rate = f", {counts.generated / counts.seconds:,.0f} states/s" if counts.seconds >= 0.5 else ""
    left = f" ({counts.frontier:,} not explored)" if counts.frontier else ""
    return (
        f"{_states(counts.generated)} generated, {counts.distinct:,} distinct{left}, depth {counts.depth}, "
        f"{counts.seconds:.2f} s{rate}, {counts.peak_rss_mb:,} MB."
    )


def pin_error(verdict: Verdict) -> TlaError | None:
    """The error for the first expectation that is not met (V007), if there is one."""
    for pin in verdict.pins:
        if not pin.met:
            return TlaError("V007", f"the {pin.figure} is {pin.found}, but {pin.expected} is pinned", pin.span)
    return None


def pin_lines(verdict: Verdict) -> Iterator[str]:
    """What was expected: as it is met, or each figure beside what was found."""
    error = pin_error(verdict)
    if error is None:
        if verdict.pins:
            words = (p.expected if p.figure == "verdict" else f"{p.figure} {p.expected}" for p in verdict.pins)
            yield f"As pinned: {', '.join(words)}."
        return
    yield ""
    yield error.render()
    first, second = (max(map(len, column)) for column in zip(
        ("expected", "figure"), *((pin.expected, pin.figure) for pin in verdict.pins), strict=True
    ))  # fmt: skip
    yield f"    {'figure':<{second}}  {'expected':<{first}}  found"
    for pin in verdict.pins:
        yield f"  {' ' if pin.met else '*'} {pin.figure:<{second}}  {pin.expected:<{first}}  {pin.found}"


def progress_line(progress: Progress) -> str:
    """One line for standard error while a search runs."""
    minutes, seconds = divmod(int(progress.seconds), 60)
    rate = progress.generated / progress.seconds if progress.seconds else 0.0
    return (
        f"[{minutes:02d}:{seconds:02d}] {progress.generated:,} generated ({rate:,.0f}/s), "
        f"{progress.distinct:,} distinct, {progress.frontier:,} on the frontier, depth {progress.depth}"
    )


def _states(number: int) -> str:
    return f"{number:,} state" + ("" if number == 1 else "s")


def _behaviors(number: int) -> str:
    return f"{number:,} random behavior" + ("" if number == 1 else "s")
