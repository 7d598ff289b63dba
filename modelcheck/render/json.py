"""A verdict as one JSON object, schema `tlapair.check/1`.

Keys: `schema`, `verdict` (`holds violated deadlock assumption_false assert_failed error stopped`), `exit_code`,
`property` (the name of what is false, or null), `generated`, `distinct`, `depth`, `initial`, `seconds`,
`peak_rss_mb`, `engine`, `error` (code, message, place, … or null), `counterexample` (ITF, or null), `warnings`;
`nearest` (action, args, held, false, line, column, values) of a deadlock; `coverage` (see `render/coverage.py`) when
that was asked for; `further` (objects like this one) and `repeated` when the search was to go on and found more.
`expectations` when some are pinned: `met`, `error` (V007, or null) and `figures` (figure, expected, found, met); then
`exit_code` is that of the process (0 or 155), and `error` is V007 if there is no other.
"""

from __future__ import annotations

from typing import Any, cast

from modelcheck.engine.protocol import Blocked
from modelcheck.errors import CODES, TlaError
from modelcheck.explore.path import Behavior
from modelcheck.records import asdict
from modelcheck.render.coverage import coverage_as_json
from modelcheck.render.itf import behavior_as_itf
from modelcheck.render.text import headline, pin_error
from modelcheck.source import Span
from modelcheck.values import show
from modelcheck.verdict import (
    AssumptionFalse,
    Counts,
    Deadlock,
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

SCHEMA = "tlapair.check/1"


def verdict_as_json(verdict: Verdict) -> dict[str, Any]:
    """The whole verdict as JSON data."""
    shown: Behavior | None = getattr(verdict, "behavior", None)
    counterexample = behavior_as_itf(shown, headline(verdict)) if shown is not None and shown.steps else None
    if counterexample is not None and isinstance(verdict, LivenessViolated):
        counterexample["loop"] = verdict.loop  # ITF: the state that the last one goes back to
        if verdict.reasons is not None:
            counterexample["#meta"]["reasons"] = list(verdict.reasons.property)
            counterexample["#meta"]["fairness"] = [condition.text for condition in verdict.reasons.fairness]
    said = _object(
        verdict.name,
        verdict.exit_code,
        getattr(verdict, "property_name", None),
        verdict.counts,
        _error(verdict),
        counterexample,
        list(verdict.warnings),
    )
    if isinstance(verdict, Deadlock) and verdict.nearest is not None:
        said["nearest"] = _nearest(verdict.nearest_name, verdict.nearest)
    if verdict.pins:
        said |= _expectations(verdict, said["error"])
    if verdict.coverage is not None:
        said["coverage"] = coverage_as_json(verdict.coverage)
    if verdict.further or verdict.repeated:
        said["further"] = [verdict_as_json(cast(Verdict, more)) for more in verdict.further]
        said["repeated"] = [{"what": text, "times": times} for text, times in verdict.repeated]
    return said


def _expectations(verdict: Verdict, error: dict[str, Any] | None) -> dict[str, Any]:
    unmet = pin_error(verdict)
    wrong = None if unmet is None else unmet.as_json()
    figures = [
        {"figure": pin.figure, "expected": pin.expected, "found": pin.found, "met": pin.met} for pin in verdict.pins
    ]
    return {
        "exit_code": verdict.process_exit_code,
        "error": error or wrong,
        "expectations": {"met": wrong is None, "error": wrong, "figures": figures},
    }


def _nearest(name: str, blocked: Blocked) -> dict[str, Any]:
    """The action of a deadlock that came nearest to being enabled: names with values as TLA+ text."""
    conjunct = blocked.why.conjunct
    values = {part.text: show(part.value) for part in blocked.why.parts}
    return {
        "action": name,
        "args": {arg: show(value) for arg, value in blocked.args},
        "held": blocked.passed,
        "false": conjunct.text,
        "line": None if conjunct.span is None else conjunct.span.begin.line,
        "column": None if conjunct.span is None else conjunct.span.begin.column,
        "values": {**{bound: show(value) for bound, value in blocked.why.bound}, **values},
    }


def failure_as_json(error: TlaError) -> dict[str, Any]:
    """The object for a check that could not begin: wrong text, cfg or command line."""
    return _object("error", error.exit_code, None, Counts(), error.as_json(), None, [])


def _object(
    name: str,
    exit_code: int,
    property_name: str | None,
    counts: Counts,
    error: dict[str, Any] | None,
    counterexample: dict[str, Any] | None,
    warnings: list[str],
) -> dict[str, Any]:
    numbers = asdict(counts)
    order = ("generated", "distinct", "depth", "initial", "seconds", "peak_rss_mb", "engine")
    return {
        "schema": SCHEMA,
        "verdict": name,
        "exit_code": exit_code,
        "property": property_name,
        **{key: numbers[key] for key in order},
        "error": error,
        "counterexample": counterexample,
        "warnings": warnings,
    }


def error_code(verdict: Verdict) -> str | None:
    """The catalogue's code for a verdict that is not `holds` (an evaluation error has its own)."""
    match verdict:
        case Holds() | HoldsUpTo() | Simulated() | Replayed():
            return None
        case NotABehavior():
            return "T020"
        case AssumptionFalse():
            return "V001" if verdict.kind == "assumption" else "V002"
        case Deadlock():
            return "V003"
        case Violated():
            return "V004" if verdict.kind == "invariant" else "V005"
        case LivenessViolated():
            return "V006"
        case Stopped():
            return {"interrupted": "X002", "out_of_memory": "L003"}.get(verdict.reason, "L001")
        case _:
            return verdict.error.code


def _error(verdict: Verdict) -> dict[str, Any] | None:
    known = getattr(verdict, "error", None)
    if isinstance(known, TlaError):
        return known.as_json()
    code = error_code(verdict)
    if code is None:
        return None
    entry = CODES[code]
    span: Span | None = getattr(verdict, "span", None)
    return TlaError(code, headline(verdict), span, cause=entry.cause, mend=entry.mend).as_json()
