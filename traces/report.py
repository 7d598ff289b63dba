"""A verdict on a trace as a person reads it, and as JSON (`tlapair.validate/1`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelcheck.engine.protocol import ActionInfo, Part, State, Step
from modelcheck.errors import CODES, EXIT_OK, EXIT_SAFETY, TlaError
from modelcheck.render.text import explanation_lines
from modelcheck.values import Value, pretty_lines, show, to_json
from traces.coverage import Coverage
from traces.explain import Diagnosis, diagnose
from traces.search import Node
from traces.validate import Accepted, Rejected, Verdict

SCHEMA = "tlapair.validate/1"
WIDTH = 100
STATES_SHOWN = 3
DIFFERENCES_SHOWN = 12


def exit_code(verdict: Verdict) -> int:
    """0, or 12 for a trace that is no behavior of the spec."""
    return EXIT_OK if verdict.accepted else EXIT_SAFETY


def as_text(verdict: Verdict) -> str:
    """The verdict, several lines, without a newline at the end."""
    return "\n".join(_accepted(verdict) if isinstance(verdict, Accepted) else _rejected(verdict))


def coverage_of(verdict: Accepted) -> Coverage:
    """The actions that one trace exercised."""
    coverage = Coverage(verdict.spec.engine.actions)
    coverage.add(verdict.path)
    return coverage


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def _accepted(verdict: Accepted) -> Iterator[str]:
    rate = f" ({verdict.explained / max(verdict.seconds, 0.0001):,.0f} events/s)"
    events = _count(verdict.explained, "event")
    yield (f"{verdict.trace.name}: a behavior of {verdict.spec.module}: {events} explained, "
           f"{_count(verdict.seen, 'state')} tried, {verdict.seconds:.2f} s{rate}.")
    counts = coverage_of(verdict)
    taken = sum(1 for count in counts.by_name().values() if count)
    missed = f"; not: {', '.join(counts.missed())}" if counts.missed() else ""
    yield f"  actions exercised: {taken} of {len(counts.by_name())}{missed}"


# ---- rejected ----


def _rejected(verdict: Rejected) -> Iterator[str]:
    event, name = verdict.event, verdict.trace.name
    yield f"error T020: {name}:{event.line}: {verdict.trace.name} is no behavior of {verdict.spec.module}"
    span = event.span()
    if span is not None:
        yield f"  | {_shortened(span.text)}"
    yield f"  explained before it: {_explained(verdict)}"
    if verdict.contradiction is not None:
        yield ""
        yield f"  The log contradicts itself in {verdict.contradiction.field!r}: {verdict.contradiction.why}."
        yield from _code(diagnose(verdict))
        return
    yield from _states(verdict)
    yield ""
    diagnosis = diagnose(verdict)
    yield from _why(verdict, diagnosis)
    yield from _code(diagnosis)
    yield from _guesses(verdict, diagnosis)
    yield f"  what to do: {CODES['T020'].mend}"


def _explained(verdict: Rejected) -> str:
    if not verdict.explained:
        return "nothing; this is the first event"
    first, last = verdict.trace.events[0].line, verdict.trace.events[verdict.explained - 1].line
    lines = f"line {first}" if first == last else f"lines {first} to {last}"
    return f"{_count(verdict.explained, 'event')} ({lines}) of {len(verdict.trace.events)}"


def _states(verdict: Rejected) -> Iterator[str]:
    nodes, variables = verdict.candidates, verdict.spec.engine.variables
    if not nodes:
        yield "  no initial state of the spec fits"
        return
    shown = nodes[:STATES_SHOWN]
    more = f", of which {len(shown)} are shown" if len(shown) < len(nodes) else ""
    yield f"  the spec is then in {'this state' if len(nodes) == 1 else f'one of {len(nodes)} states'}{more}:"
    for number, node in enumerate(shown):
        if number:
            yield "  or:"
        yield from state_lines(variables, node.state, "    ")


def state_lines(variables: tuple[str, ...], state: State, indent: str) -> Iterator[str]:
    """A state as TLC prints it."""
    for name, value in zip(variables, state, strict=True):
        first, *rest = pretty_lines(value, max(20, WIDTH - len(name) - len(indent) - 6))
        yield f"{indent}/\\ {name} = {first}"
        for line in rest:
            yield indent + " " * (len(name) + 6) + line


def _why(verdict: Rejected, diagnosis: Diagnosis) -> Iterator[str]:
    actions, claim = verdict.spec.engine.actions, verdict.claim
    if diagnosis.error is not None:
        yield "  The spec cannot be evaluated there:"
        yield from ("  " + line for line in diagnosis.error.render().splitlines())
    elif diagnosis.nearest is not None:
        near = diagnosis.nearest
        what = _named(actions, near.step) if near.step is not None else "A stuttering step"
        what = "An initial state" if claim.is_initial else what
        yield f"  {what} is possible, but the log has observed something else:"
        for variable, difference in near.differences[:DIFFERENCES_SHOWN]:
            yield f"    {variable}{difference.place}: the log has {difference.logged}, the spec {difference.actual}"
        if len(near.differences) > DIFFERENCES_SHOWN:
            yield f"    and {len(near.differences) - DIFFERENCES_SHOWN} more"
        yield from _place(actions, near.step.action if near.step is not None else None)
    elif diagnosis.blocked is not None:
        path = diagnosis.blocked[1]
        args = ", ".join(f"{name} = {show(value, 60)}" for name, value in path.args)
        through = f"gets through {_count(path.passed, 'conjunct')}" if path.passed else "gets through no conjunct"
        yield f"  Not enabled: {actions[path.action].name}{f'({args})' if args else ''} {through}, then:"
        yield from ("    " + line for line in explanation_lines(path.why))
        yield from _place(actions, path.action)
    elif diagnosis.impossible is not None:
        found = diagnosis.impossible
        taken = ", ".join(show(value, 40) for value in found.taken[:20]) or "no value"
        yield f"  {claim.action} never has {found.name} = {show(found.value, 80)}; the spec lets it be {taken}"
    else:
        yield f"  No way of the spec leads to {claim.action or 'any step'} from there."


def _place(actions: tuple[ActionInfo, ...], action: int | None) -> Iterator[str]:
    if action is not None and actions[action].span is not None:
        yield f"  in the spec: {actions[action].span}  {actions[action].name}"


def _code(diagnosis: Diagnosis) -> Iterator[str]:
    if diagnosis.code is not None:
        yield f"  in the code: {diagnosis.code}"


def _guesses(verdict: Rejected, diagnosis: Diagnosis) -> Iterator[str]:
    actions = verdict.spec.engine.actions
    if diagnosis.instead:
        yield f"  what was observed would fit: {'; '.join(_named(actions, step) for step in diagnosis.instead)}"
    if diagnosis.missing is not None:
        yield f"  one step more would explain it: {_named(actions, diagnosis.missing)}, just before this line"


def _named(actions: tuple[ActionInfo, ...], step: Step) -> str:
    info = actions[step.action]
    args = ", ".join(f"{name} = {show(value, 60)}" for name, value in zip(info.params, step.args, strict=True))
    return f"{info.name}({args})" if args else info.name


def _shortened(text: str) -> str:
    return text if len(text) <= 150 else text[:147] + "..."


# ---- JSON ----


def as_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict as data."""
    out: dict[str, Any] = {
        "trace": verdict.trace.name,
        "verdict": "accepted" if verdict.accepted else "rejected",
        "exit_code": exit_code(verdict),
        "spec": verdict.spec.module,
        "events": len(verdict.trace.events),
        "explained": verdict.explained,
        "states": verdict.seen,
        "seconds": round(verdict.seconds, 3),
    }
    if isinstance(verdict, Accepted):
        return out | {"coverage": coverage_of(verdict).as_json(), "rejection": None, "error": None}
    return out | {"coverage": None, "rejection": _rejection(verdict), "error": None}


def error_as_json(name: str, error: TlaError) -> dict[str, Any]:
    """A trace that could not be judged."""
    return {
        "trace": name, "verdict": "error", "exit_code": error.exit_code, "spec": None, "events": None,
        "explained": None, "states": None, "seconds": None, "coverage": None, "rejection": None,
        "error": error.as_json(),
    }  # fmt: skip


def _rejection(verdict: Rejected) -> dict[str, Any]:
    diagnosis, event, variables = diagnose(verdict), verdict.event, verdict.spec.engine.variables
    actions = verdict.spec.engine.actions
    out: dict[str, Any] = {
        "code": "T020",
        "line": event.line,
        "event": event.number,
        "action": event.action,
        "node": event.node,
        "states": [_state(variables, node) for node in verdict.candidates[:STATES_SHOWN]],
        "states_in_all": len(verdict.candidates),
        "contradiction": None,
        "nearest": None,
        "blocked": None,
        "impossible": None,
        "instead": [_named(actions, step) for step in diagnosis.instead],
        "missing": _named(actions, diagnosis.missing) if diagnosis.missing is not None else None,
        "code_place": str(diagnosis.code) if diagnosis.code is not None else None,
    }
    if verdict.contradiction is not None:
        out["contradiction"] = {"field": verdict.contradiction.field, "why": verdict.contradiction.why}
    if diagnosis.nearest is not None:
        near = diagnosis.nearest
        out["nearest"] = {
            "step": _named(actions, near.step) if near.step is not None else None,
            "differences": [
                {"variable": name, "place": d.place, "logged": d.logged, "spec": d.actual}
                for name, d in near.differences
            ],
        }
    if diagnosis.blocked is not None:
        path = diagnosis.blocked[1]
        out["blocked"] = {
            "action": actions[path.action].name,
            "args": {name: _json(value) for name, value in path.args},
            "passed": path.passed,
            "conjunct": _part(path.why.conjunct),
            "bound": {name: _json(value) for name, value in path.why.bound},
            "parts": [_part(part) for part in path.why.parts],
        }
    if diagnosis.impossible is not None:
        out["impossible"] = {"argument": diagnosis.impossible.name, "value": _json(diagnosis.impossible.value)}
    if diagnosis.error is not None:
        out["error"] = diagnosis.error.as_json()
    return out


def _part(part: Part) -> dict[str, Any]:
    return {"text": part.text, "value": None if part.value is None else show(part.value),
            "place": str(part.span) if part.span is not None else None}


def _state(variables: tuple[str, ...], node: Node) -> dict[str, Any]:
    return {name: _json(value) for name, value in zip(variables, node.state, strict=True)}


def _json(value: Value) -> Any:
    return to_json(value)
