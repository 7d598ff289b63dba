"""Traces that tell what each step changed: as strict as those that tell the whole state."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from modelcheck.errors import TlaError
from modelcheck.source import SourceFile
from modelcheck.values import ModelValue, make_function
from traces import pairs
from traces.changes import At, Difference, change_of, differences
from traces.decode import BadValue, Decoder
from traces.event import dumps, parse_trace, trace_of
from traces.record import as_trace, record
from traces.report import as_text, coverage_of
from traces.validate import Accepted, Rejected, validate

ALL = pytest.mark.parametrize("name", pairs.names())


@ALL
def test_the_same_runs_are_accepted(name: str) -> None:
    made = record(name, 3, changes=True)
    assert made.header["observed"] == list(pairs.protocol(name).mapping.names)
    assert not any("vars" in event for event in made.events)
    verdict = validate(parse_trace(SourceFile("t.ndjson", dumps(made.header, made.events))))
    assert verdict.accepted and verdict.explained == len(made.events) > 0


@ALL
def test_mutants_are_refused_at_the_same_line(name: str) -> None:
    """What the whole states give away, the differences give away, no sooner and no later."""
    mutant = pairs.protocol(name).mutants[0]
    whole, short = (
        validate(as_trace(record(name, mutant.seed, sorted(mutant.faults), mutant=mutant.name, changes=changes)))
        for changes in (False, True)
    )
    assert (short.accepted, short.explained) == (whole.accepted, whole.explained)
    if name in ("twophase", "paxos", "raft", "zab"):
        assert not short.accepted


def other(json: Any) -> Any:
    if isinstance(json, bool):
        return not json
    if isinstance(json, int):
        return json + 1
    if isinstance(json, str):
        return "s2" if json == "s1" else "s1"
    if isinstance(json, list):
        return [other(json[0]), *json[1:]] if json else ["s1"]
    key = next(iter(json))
    return json | {key: other(json[key])}


@pytest.mark.parametrize("name", ["raft", "zab"])
def test_any_change_of_a_change_is_refused_at_its_line(name: str) -> None:
    made = record(name, 2, changes=True)
    count = 0
    for at in range(1, len(made.events), 7):
        for variable in made.header["observed"]:
            events = copy.deepcopy(made.events[: at + 1])
            told = events[at]["changes"]
            if variable in told:
                events[at]["changes"] = told | {variable: other(told[variable])}
                assert refused_at(made.header, events) == at, (at, variable)
                del events[at]["changes"][variable]
                assert refused_at(made.header, events) == at, (at, variable)
                count += 1
            else:
                events[at]["changes"] = told | {variable: 77}
                assert refused_at(made.header, events) == at, (at, variable)
    assert count > 8


def refused_at(header: dict[str, Any], events: list[dict[str, Any]]) -> int | None:
    try:
        verdict = validate(trace_of(header, events))
    except TlaError as error:
        assert error.code in ("T008", "T009") and error.span is not None
        return error.span.begin.line - 2
    return verdict.explained if isinstance(verdict, Rejected) else None


def test_unobserved_variables_stay_open() -> None:
    made = record("raft", 2, variables=["role", "msgs"], changes=True)
    assert made.header["observed"] == ["role", "msgs"]
    assert validate(as_trace(made)).accepted


def test_what_differs_is_said() -> None:
    made = record("raft", 2, changes=True)
    at = next(i for i, e in enumerate(made.events) if e["action"] == "GrantVote")
    events = copy.deepcopy(made.events[: at + 1])
    node = events[at]["node"]
    events[at]["changes"]["currentTerm"] = {"#at": {node: 9}}
    verdict = validate(trace_of(made.header, events))
    assert isinstance(verdict, Rejected)
    assert f"currentTerm[{node}]: the log has 9, the spec 1" in as_text(verdict)


@pytest.mark.parametrize(
    ("change", "before", "after", "fits"),
    [
        ({"#added": [3]}, frozenset([1]), frozenset([1, 3]), True),
        ({"#added": [1]}, frozenset([1]), frozenset([1]), True),
        ({"#added": [3]}, frozenset([1]), frozenset([1]), False),
        ({"#added": [3], "#removed": [1, 9]}, frozenset([1]), frozenset([3]), True),
        ({"#removed": [1]}, frozenset([1]), frozenset([1]), False),
        ({"#added": [3]}, 4, frozenset([3]), False),
        ({"#appended": [3]}, (1, 2), (1, 2, 3), True),
        ({"#appended": [3], "#kept": 1}, (1, 2), (1, 3), True),
        ({"#kept": 0}, (1, 2), (), True),
        ({"#kept": 3}, (1, 2), (1, 2), False),
        ({"#appended": [3]}, (1, 2), (1, 3), False),
        ({"#at": [[2, 5]]}, (1, 2), (1, 5), True),
        ({"#at": [[3, 5]]}, (1, 2), (1, 2, 5), False),
        ({"#at": [[2, {"#appended": [7]}]]}, (1, (2,)), (1, (2, 7)), True),
        ([1], (), (1,), True),
    ],
)
def test_forms(change: Any, before: Any, after: Any, fits: bool) -> None:
    read = change_of(Decoder([]), change, ())
    assert read.fits(before, after) is fits
    assert (list(differences(read, before, after)) == []) is fits


def test_a_function_changes_only_where_told() -> None:
    a, b = ModelValue("a"), ModelValue("b")
    before = make_function({a: 1, b: 1})
    change = change_of(Decoder(["a", "b"]), {"#at": {"a": 2}}, ())
    assert isinstance(change, At)
    assert change.fits(before, make_function({a: 2, b: 1}))
    assert not change.fits(before, make_function({a: 2, b: 2}))
    assert list(differences(change, before, make_function({a: 2, b: 2}))) == [Difference("[b]", "1", "2")]


@pytest.mark.parametrize(
    "change",
    [{"#at": {}, "#added": []}, {"#kept": -1}, {"#added": 3}, {"#appended": [None]}, {"#has": [1]}, {"#range": [1]}],
)
def test_no_changes(change: Any) -> None:
    with pytest.raises(BadValue):
        change_of(Decoder([]), change, ())


BANK = {"schema": "tlapair.trace/1", "spec": "twophase/TwoPhase.tla", "protocol": "twophase"}


@pytest.mark.parametrize(
    ("observed", "event", "code", "says"),
    [
        (None, {"changes": {}}, "T004", "no 'observed'"),
        (["msgs"], {"changes": {"role": 1}}, "T004", "does not list 'role'"),
        (["msgs"], {"changes": {"rolle": 1}}, "T008", "no variable 'rolle'"),
        (["mgs"], {"changes": {}}, "T008", "no variable 'mgs'"),
        (["msgs"], {"changes": {"msgs": {"#added": [None]}}}, "T009", "null"),
        (["msgs"], {"changes": {"msgs": {"#added": [], "#at": {}}}}, "T009", "stands beside"),
        (["msgs"], {"action": "Init", "changes": {}}, "T004", "an initial state changes nothing"),
        (["msgs"], {"changes": 3}, "T004", "'changes' is an integer"),
    ],
)
def test_refused(observed: Any, event: dict[str, Any], code: str, says: str) -> None:
    header = {k: v for k, v in record("raft", 0, (), steps=1).header.items() if k != "seed"}
    if observed is not None:
        header["observed"] = observed
    with pytest.raises(TlaError) as caught:
        validate(parse_trace(SourceFile("t", json.dumps(header) + "\n" + json.dumps(event) + "\n")))
    assert caught.value.code == code and says in caught.value.message and caught.value.span is not None


def test_a_range_is_a_set_of_numbers() -> None:
    made = record("raft", 2, changes=True)
    header = copy.deepcopy(made.header)
    for name in ("Term", "Index"):
        header["constants"][name] = {"#range": [1, len(header["constants"][name]["#set"])]}
    assert validate(trace_of(header, made.events)).accepted


def test_of_a_long_trace_the_witness_keeps_the_actions(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing else; the verdict, the counts and the place of a rejection are the same."""
    made = record("raft", 2, changes=True)
    whole = validate(as_trace(made))
    monkeypatch.setattr("traces.search.KEPT_MAX", 10)
    thin = validate(as_trace(made))
    assert isinstance(whole, Accepted) and isinstance(thin, Accepted) and thin.seen == whole.seen
    assert coverage_of(thin).as_json() == coverage_of(whole).as_json()
    assert [node.level for node in thin.path] == list(range(len(made.events) + 1))
    assert all(node.state == () for node in thin.path[:-5]) and thin.path[-1].state == whole.path[-1].state
    events = copy.deepcopy(made.events)
    events[-3]["changes"]["currentTerm"] = {"#at": {"s1": 77}}
    wrong = validate(trace_of(made.header, events))
    assert isinstance(wrong, Rejected) and wrong.explained == len(events) - 3
    assert len(wrong.candidates) == 1 and "the log has 77" in as_text(wrong)


def test_what_is_wrong_first_is_told_first() -> None:
    made = record("raft", 2, changes=True)
    events = copy.deepcopy(made.events)
    events[9]["changes"]["currentTerm"] = {"#at": {"s1": 77}}
    events[20]["action"] = "NoSuchAction"
    verdict = validate(trace_of(made.header, events))
    assert isinstance(verdict, Rejected) and verdict.explained == 9
    events[9] = made.events[9]
    with pytest.raises(TlaError, match="no action 'NoSuchAction'") as caught:
        validate(trace_of(made.header, events))
    assert caught.value.span is not None and caught.value.span.begin.line == 22
