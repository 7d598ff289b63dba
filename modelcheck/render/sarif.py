"""Results in SARIF 2.1.0 (OASIS standard, 2020), which code hosts show beside the lines of the spec.

Takes a verdict or an error; gives JSON data: one run, a result for each thing that is wrong, at its place, with the
counterexample as a code flow: one location a step, at the action's place, with the whole state. A rule is a code of
the catalogue (`V004`); the result's rule is that with the property's name (`V004/TypeOK`), as SARIF 3.52.4 allows.
What is wrong as it is pinned to be is a suppressed result. Columns count characters (not tab stops), ends are
exclusive. Files are named relative to the working directory. No times are written.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from modelcheck.errors import CODES, TlaError
from modelcheck.explore.path import Behavior
from modelcheck.render.json import error_code
from modelcheck.render.text import explanation_lines, headline, pin_error, step_heading
from modelcheck.source import Span
from modelcheck.values import pretty, show
from modelcheck.verdict import Deadlock, LivenessViolated, Outcome, Verdict

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
_VALUE_WIDTH = 200


def verdict_as_sarif(verdict: Verdict, spec: Path, version: str) -> dict[str, Any]:
    """A verdict on the spec at that path."""
    found = [one for one in (verdict, *verdict.further) if error_code(cast(Verdict, one)) is not None]
    results = [_result(cast(Verdict, one), spec, verdict.as_pinned) for one in found]
    unmet = pin_error(verdict)
    if unmet is not None:
        results.append(_error_result(unmet, spec))
    return _log(results, verdict.process_exit_code, version, verdict.warnings)


def error_as_sarif(error: TlaError, spec: Path, version: str) -> dict[str, Any]:
    """A check that could not begin, or broke off."""
    return _log([_error_result(error, spec)], error.exit_code, version, ())


def _log(results: list[dict[str, Any]], exit_code: int, version: str, warnings: tuple[str, ...]) -> dict[str, Any]:
    codes = list(dict.fromkeys(result["ruleId"].split("/")[0] for result in results))
    for result in results:
        result["ruleIndex"] = codes.index(result["ruleId"].split("/")[0])
    invocation: dict[str, Any] = {"executionSuccessful": exit_code not in (150, 151, 152, 153), "exitCode": exit_code}
    if warnings:
        invocation["toolExecutionNotifications"] = [
            {"level": "warning", "message": {"text": text}} for text in warnings
        ]
    driver = {"name": "tlapair", "version": version, "rules": [_rule(code) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "the working directory of the run"}}},
        "invocations": [invocation],
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str) -> dict[str, Any]:
    entry = CODES[code]
    return {
        "id": code,
        "shortDescription": {"text": _sentence(entry.meaning)},
        "fullDescription": {"text": _sentence(entry.cause)},
        "help": {"text": _sentence(entry.mend)},
        "defaultConfiguration": {"level": "error"},
    }


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _result(verdict: Verdict, spec: Path, as_pinned: bool) -> dict[str, Any]:
    code = error_code(verdict)
    name = getattr(verdict, "property_name", None)
    result: dict[str, Any] = {
        "ruleId": code if name is None else f"{code}/{name.replace('%', '%25').replace('/', '%2F')}",
        "level": "error",
        "message": {"text": "\n".join(_message(verdict))},
        "locations": [_location(_place(verdict), spec)],
    }
    shown: Behavior | None = getattr(verdict, "behavior", None)
    if shown is not None and shown.steps:
        result["codeFlows"] = [_code_flow(verdict, shown, spec)]
    if as_pinned:
        result["suppressions"] = [{"kind": "inSource", "justification": "pinned as the expected outcome"}]
    return result


def _error_result(error: TlaError, spec: Path) -> dict[str, Any]:
    text = _sentence(error.message) + (f" {_sentence(error.mend)}" if error.mend else "")
    result: dict[str, Any] = {
        "ruleId": error.code,
        "level": "error",
        "message": {"text": text},
        "locations": [_location(error.span, spec)],
    }
    related = [(note, span) for note, span in error.notes if span is not None and span.file.path is not None]
    if related:
        result["relatedLocations"] = [
            {"id": number, "message": {"text": note}, **_location(span, spec)}
            for number, (note, span) in enumerate(related)
        ]
    return result


def _message(verdict: Verdict) -> Iterator[str]:
    yield _sentence(headline(verdict))
    error: TlaError | None = getattr(verdict, "error", None)
    if error is not None:
        yield _sentence(error.message)
        if error.mend:
            yield _sentence(error.mend)
    explanation = getattr(verdict, "explanation", None)
    if explanation is not None:
        yield from explanation_lines(explanation)
    if isinstance(verdict, Deadlock) and verdict.nearest is not None:
        yield f"Nearest to being enabled: {verdict.nearest_name}."
        yield from explanation_lines(verdict.nearest.why)


def _place(verdict: Verdict) -> Span | None:
    """Where it is wrong: the false conjunct, what cannot be evaluated, or the formula as a whole."""
    error: TlaError | None = getattr(verdict, "error", None)
    if error is not None and error.span is not None:
        return error.span
    explanation = getattr(verdict, "explanation", None)
    if isinstance(verdict, Deadlock):
        explanation = None if verdict.nearest is None else verdict.nearest.why
    if explanation is not None and explanation.conjunct.span is not None:
        span: Span | None = explanation.conjunct.span
        return span
    span = getattr(verdict, "span", None)
    if span is None and isinstance(verdict, Deadlock):
        span = next((subject.span for subject in verdict.subjects if subject.kind == "deadlock"), None)
    return span


def _code_flow(verdict: Outcome, shown: Behavior, spec: Path) -> dict[str, Any]:
    """The behavior: a location a state. A lasso has one more, for the step back."""
    steps = []
    for number, step in enumerate(shown.steps, 1):
        text = f"State {number}: {step_heading(step, number)}"
        pairs = list(zip(shown.variables, step.state, strict=True))
        state = {name: {"text": show(value, _VALUE_WIDTH)} for name, value in pairs}
        lines = [text, *(f"/\\ {name} = {pretty(value)}" for name, value in pairs)]
        span = None if step.action is None else step.action.span
        location = {**_location(span, spec), "message": {"text": "\n".join(lines)}}
        steps.append({"location": location, "executionOrder": number, "state": state})
    if isinstance(verdict, LivenessViolated):
        back = verdict.back
        text = "Stuttering: nothing happens any more" if back is None else f"Back to state {verdict.loop + 1}"
        span = None if back is None or back.action is None else back.action.span
        location = {**_location(span, spec), "message": {"text": text}}
        steps.append({"location": location, "executionOrder": len(steps) + 1})
    return {"threadFlows": [{"locations": steps}]}


def _location(span: Span | None, spec: Path) -> dict[str, Any]:
    """A place as SARIF writes it; without one, the spec as a whole."""
    if span is None or span.file.path is None:
        return {"physicalLocation": {"artifactLocation": _artifact(spec)}}
    return {"physicalLocation": {"artifactLocation": _artifact(span.file.path), "region": _region(span)}}


def _artifact(path: Path) -> dict[str, Any]:
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        return {"uri": path.absolute().as_uri()}
    return {"uri": quote(Path(relative).as_posix()), "uriBaseId": ROOT}


def _region(span: Span) -> dict[str, int]:
    """Lines and columns in characters, from 1; the end is the place after the last character."""
    starts = span.file.line_starts()
    begin, last = span.begin.line, span.last.line
    return {
        "startLine": begin,
        "startColumn": span.start - starts[begin - 1] + 1,
        "endLine": last,
        "endColumn": max(span.end, span.start + 1) - starts[last - 1] + 1,
    }
