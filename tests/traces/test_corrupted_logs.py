"""The samples of Raft and Zab with one thing changed: refused at that very line.

`test_corruption` changes everything there is in smaller traces; here one leaf of each observed variable is changed, one
field of each message argument, and each line is left out in turn.
"""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from modelcheck.errors import TlaError
from traces.event import Trace, read_trace, trace_of
from traces.spec import spec_of
from traces.validate import Rejected, Validator

SAMPLES = Path(__file__).parents[2] / "traces" / "samples"
EACH = pytest.mark.parametrize("name", ["raft-calm", "raft-storm", "zab-calm", "zab-storm"])
Event = dict[str, Any]


@cache
def good(name: str) -> Trace:
    return read_trace(SAMPLES / f"{name}.ndjson")


@cache
def validator(name: str) -> Validator:
    return Validator(spec_of(good(name)))


def events_of(trace: Trace) -> list[Event]:
    return [{"action": e.action, "node": e.node, "args": dict(e.args), "vars": dict(e.vars)} for e in trace.events]


def refused_at(name: str, events: list[Event]) -> int | None:
    """The index of the event that is refused, None if none is."""
    trace = good(name)
    try:
        verdict = validator(name).validate(trace_of(trace.header.data, events))
    except TlaError as error:  # the change made a value that the spec does not have
        assert error.code in ("T008", "T009") and error.span is not None
        return error.span.begin.line - 2
    return verdict.explained if isinstance(verdict, Rejected) else None


def other(json: Any) -> Any:
    """The JSON with its first leaf changed."""
    if isinstance(json, bool):
        return not json
    if isinstance(json, int):
        return json + 1
    if isinstance(json, str):
        return "s2" if json == "s1" else "s1"
    if isinstance(json, list):
        return [other(json[0]), *json[1:]] if json else ["s1"]
    if "#set" in json:
        return {"#set": json["#set"][1:]} if json["#set"] else {"#set": ["s1"]}
    key = next(iter(json))
    return json | {key: other(json[key])}


@EACH
def test_a_leaf_of_every_variable(name: str) -> None:
    events = events_of(good(name))
    for at in range(1, len(events), 8):
        for variable, value in events[at]["vars"].items():
            changed = copy.deepcopy(events[: at + 2])
            changed[at]["vars"][variable] = other(value)
            assert refused_at(name, changed) == at, (at, variable)


@EACH
def test_a_field_of_every_message_argument(name: str) -> None:
    events, count = events_of(good(name)), 0
    for at, event in enumerate(events):
        if isinstance(event["args"].get("m"), dict):
            for field in event["args"]["m"]:
                if at % 2:
                    continue
                changed = copy.deepcopy(events[: at + 1])
                changed[at]["args"]["m"][field] = other(event["args"]["m"][field])
                assert refused_at(name, changed) == at, (at, field)
                count += 1
    assert count > 10


@EACH
def test_every_line_left_out(name: str) -> None:
    """The next line is refused, where both change the state, by different actions: a leader that commits up to 3 may
    have done it in one step or in two."""
    events, count = events_of(good(name)), 0
    for at in range(1, len(events) - 1):
        same = events[at]["action"] == events[at + 1]["action"]
        if not same and events[at - 1]["vars"] != events[at]["vars"] != events[at + 1]["vars"]:
            assert refused_at(name, events[:at] + events[at + 1 :]) == at
            count += 1
    assert count > len(events) // 3
