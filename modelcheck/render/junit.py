"""Results as JUnit XML, the form that CI systems read (the schema `junit-10.xsd` of Jenkins' xUnit plugin).

Takes `Case`s; gives text. `check_cases` makes them of a verdict: one for reading the spec, one for the search, one for
each assumption, invariant, property, for deadlock, the postcondition, and each pinned expectation. What is wrong as it
is pinned to be has passed. What the search did not come to is skipped. No times are written, so that the same run gives
the same file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, cast
from xml.etree import ElementTree

from modelcheck.errors import TlaError
from modelcheck.records import dataclass, replace
from modelcheck.render.json import error_code
from modelcheck.render.text import headline, pin_error, verdict_lines
from modelcheck.verdict import (
    AssertFailed,
    AssumptionFalse,
    Deadlock,
    EvalFailure,
    Holds,
    LivenessViolated,
    NotABehavior,
    Outcome,
    Replayed,
    Simulated,
    Stopped,
    Verdict,
    Violated,
)

Status = Literal["passed", "failed", "error", "skipped"]
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAGS = {"failed": "failure", "error": "error", "skipped": "skipped"}


@dataclass(frozen=True, slots=True)
class Case:
    """One test case. `group`: what it is one of. `kind`: a code for what is wrong. `text`: all there is to say."""

    group: str
    name: str
    status: Status
    message: str = ""
    kind: str = ""
    text: str = ""


def as_junit(suite: str, cases: Sequence[Case]) -> str:
    """The cases as one test suite of that name."""
    counted = {status: sum(case.status == status for case in cases) for status in ("failed", "error", "skipped")}
    numbers = {
        "tests": str(len(cases)),
        "failures": str(counted["failed"]),
        "errors": str(counted["error"]),
    }
    root = ElementTree.Element("testsuites", {"name": "tlapair", **numbers})
    attributes = {"name": _clean(suite), **numbers, "skipped": str(counted["skipped"])}
    element = ElementTree.SubElement(root, "testsuite", attributes)
    for case in cases:
        _add(element, suite, case)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _add(suite: ElementTree.Element, name: str, case: Case) -> None:
    attributes = {"classname": _clean(f"{name}.{case.group}"), "name": _clean(case.name)}
    element = ElementTree.SubElement(suite, "testcase", attributes)
    if case.status == "passed":
        if case.text:
            ElementTree.SubElement(element, "system-out").text = _clean(case.text)
        return
    what = {"message": _clean(case.message)}
    if case.kind:
        what["type"] = case.kind
    inner = ElementTree.SubElement(element, _TAGS[case.status], what)
    if case.text:
        inner.text = _clean(case.text)


def _clean(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


# ---- a check ----


def failure_cases(error: TlaError) -> list[Case]:
    """The cases of a check that could not begin, or broke off."""
    return [Case("run", "reading", "error", error.message, error.code, error.render())]


def check_cases(verdict: Verdict) -> list[Case]:
    """The cases of a check, or of a simulation."""
    kinds = {s.name: s.kind for s in verdict.subjects if s.kind in ("invariant", "property")}
    wrong = {_key(found, kinds): found for found in reversed((verdict, *verdict.further))}
    unnamed = wrong.pop(None, None)
    cases = [Case("run", "reading", "passed"), _search_case(verdict if unnamed is None else unnamed, verdict.as_pinned)]
    complete = isinstance(verdict, Holds | Simulated | Replayed) or bool(verdict.further)
    reached = _reached(verdict)
    for subject in verdict.subjects:
        found = wrong.pop((subject.kind, subject.name), None)
        if found is not None:
            cases.append(_wrong(subject.kind, subject.name, found, verdict.as_pinned))
        elif complete or subject.kind in reached:
            cases.append(Case(subject.kind, subject.name, "passed"))
        else:
            text = "not decided: the run ended before"
            cases.append(Case(subject.kind, subject.name, "skipped", text))
    cases += [_wrong(*key, found, verdict.as_pinned) for key, found in wrong.items() if key is not None]
    return [*cases, *_pinned(verdict)]


def _reached(verdict: Verdict) -> tuple[str, ...]:
    """The kinds of subjects that are decided although something is wrong: those looked at before it."""
    if isinstance(verdict, AssumptionFalse) and verdict.kind == "assumption":
        return ()
    if isinstance(verdict, AssumptionFalse):
        return ("assumption", "invariant", "property", "deadlock")
    if isinstance(verdict, LivenessViolated):
        return ("assumption", "invariant", "deadlock")
    return ("assumption",)


def _key(found: Outcome, kinds: Mapping[str, str]) -> tuple[str, str] | None:
    """Kind and name of what is wrong; None when nothing is, or nothing that has a name. `kinds`: by name."""
    match found:
        case Violated() | LivenessViolated():
            return kinds.get(found.property_name, "property"), found.property_name
        case Deadlock():
            return "deadlock", "deadlock"
        case AssumptionFalse():
            return found.kind, found.property_name
        case EvalFailure() if found.property_name is not None:
            return kinds.get(found.property_name, "invariant"), found.property_name
    return None


def _search_case(ended: Outcome, as_pinned: bool) -> Case:
    """Whether the search came to an end that means something."""
    verdict = cast(Verdict, ended)
    unnamed = isinstance(verdict, EvalFailure) and verdict.property_name is None
    broken = unnamed or isinstance(verdict, Stopped | AssertFailed | NotABehavior)
    if not broken or as_pinned:
        return Case("run", "search", "passed", text=headline(verdict) if broken else "")
    return Case("run", "search", "error", headline(verdict), error_code(verdict) or "", _text(verdict))


def _wrong(kind: str, name: str, found: Outcome, as_pinned: bool) -> Case:
    verdict = cast(Verdict, found)
    if as_pinned:
        return Case(kind, name, "passed", text=f"as pinned: {headline(verdict)}\n\n{_text(verdict)}")
    status: Status = "failed" if getattr(verdict, "error", None) is None else "error"
    return Case(kind, name, status, headline(verdict), error_code(verdict) or "", _text(verdict))


def _text(verdict: Verdict) -> str:
    """The verdict without what else was found, and without times."""
    return "\n".join(verdict_lines(replace(verdict, further=(), repeated=(), coverage=None)))


def _pinned(verdict: Verdict) -> Iterator[Case]:
    error = pin_error(verdict)
    for pin in verdict.pins:
        if pin.met:
            yield Case("expectation", pin.figure, "passed")
        else:
            assert error is not None
            message = f"the {pin.figure} is {pin.found}, but {pin.expected} is pinned"
            yield Case("expectation", pin.figure, "failed", message, error.code, f"{pin.span}: {message}")
