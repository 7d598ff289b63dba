"""Every field of every event of a good trace, changed in turn: rejected at that very line.

Observed variables: every leaf is changed, which is impossible by construction, because in both specs an action with
its arguments leads to one state. Clocks: impossible by construction. Node: impossible by construction wherever the
action names its node, or is none of that kind of node. Action and arguments: some changes are possible after all (two
ways to stutter); an oracle that knows nothing of the search decides, all steps out of the state that the line before
observed.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from modelcheck.errors import TlaError
from modelcheck.values import Value
from traces import pairs
from traces.event import Trace, read_trace, trace_of
from traces.spec import spec_of
from traces.validate import Rejected, Validator, Verdict

SAMPLES = Path(__file__).parents[2] / "traces" / "samples"
EACH = pytest.mark.parametrize("name", ["paxos-calm", "paxos-storm", "twophase-calm", "twophase-storm"])
Event = dict[str, Any]
NAMES = {"paxos": ("a1", "a2", "a3"), "twophase": ("r1", "r2", "r3")}


@cache
def good(name: str) -> Trace:
    return read_trace(SAMPLES / f"{name}.ndjson")


@cache
def validator(name: str) -> Validator:
    return Validator(spec_of(good(name)))


def events_of(trace: Trace) -> list[Event]:
    out = []
    for event in trace.events:
        data: Event = {"action": event.action, "node": event.node, "args": dict(event.args), "vars": dict(event.vars)}
        out.append(data | {"clock": event.clock, "vector": dict(event.vector or {})})
    return out


def verdict_with(name: str, at: int, changed: Event) -> Verdict:
    """The verdict on the sample with event `at` (from 0) changed."""
    trace = good(name)
    events = events_of(trace)
    events[at] = changed
    return validator(name).validate(trace_of(trace.header.data, events))


def refused_at(name: str, at: int, changed: Event) -> str:
    """How the changed event is refused: the field that contradicts, or "spec"; "" when it is not refused there."""
    try:
        verdict = verdict_with(name, at, changed)
    except TlaError as error:  # the change made a name or value that the spec does not have
        assert error.code in ("T008", "T009") and error.span is not None
        assert error.span.begin.line == good(name).events[at].line
        return error.code
    if isinstance(verdict, Rejected) and verdict.explained == at:
        assert verdict.event.line == good(name).events[at].line
        return verdict.contradiction.field if verdict.contradiction is not None else "spec"
    return ""


def leaves(json: Any, others: tuple[str, ...]) -> Iterator[Any]:
    """The JSON with one leaf changed, in every place: a scalar for another, an element left out, one too many."""
    if isinstance(json, bool):
        yield not json
    elif isinstance(json, int):
        yield json + 1
        yield json - 1
    elif isinstance(json, str):
        yield next(o for o in others if o != json) if json in others else json + "x"
    elif isinstance(json, list):
        for i, item in enumerate(json):
            yield from ([*json[:i], new, *json[i + 1 :]] for new in leaves(item, others))
    elif "#set" in json:
        items = json["#set"]
        for i in range(len(items)):
            yield {"#set": items[:i] + items[i + 1 :]}
        for item in items[:1]:
            yield from ({"#set": [*items, new]} for new in leaves(item, others) if new not in items)
        if not items:
            yield {"#set": [others[0]]}
    else:
        for key, value in json.items():
            yield from (json | {key: new} for new in leaves(value, others))


@EACH
def test_the_sample_itself_is_accepted(name: str) -> None:
    assert validator(name).validate(good(name)).accepted


@EACH
def test_every_leaf_of_every_observed_variable(name: str) -> None:
    others = NAMES[name.split("-")[0]]
    count = 0
    for at, event in enumerate(events_of(good(name))):
        for variable, value in event["vars"].items():
            for new in leaves(value, others):
                assert refused_at(name, at, event | {"vars": event["vars"] | {variable: new}}) == "spec", (at, new)
                count += 1
    assert count > 100


@EACH
def test_every_clock(name: str) -> None:
    for at, event in enumerate(events_of(good(name))):
        for clock in {0, 1, event["clock"] - 1, event["clock"] + 1, event["clock"] + 7} - {event["clock"]}:
            if (at, clock) != (0, 0):  # numbers may begin at 0; then it is the second event that is refused
                assert refused_at(name, at, event | {"clock": clock}) == "clock", (at, clock)


@EACH
def test_vector_clocks_that_go_back(name: str) -> None:
    known: dict[str, dict[str, int]] = {}
    count = 0
    for at, event in enumerate(events_of(good(name))):
        before = known.get(event["node"], {})
        for other, steps in before.items():
            assert refused_at(name, at, event | {"vector": event["vector"] | {other: steps - 1}}) == "vector"
            count += 1
        known[event["node"]] = event["vector"]
    assert count > 5


@EACH
def test_every_node(name: str) -> None:
    implementation = pairs.protocol(name.split("-")[0])
    count = 0
    for at, event in enumerate(events_of(good(name))):
        own = implementation.nodes[event["node"]]
        del event["vector"]  # it would give many of them away
        assert refused_at(name, at, event | {"node": "nobody"}) == "node"
        for node, cls in implementation.nodes.items():
            named = event["node"] in event["args"].values() and event["action"] not in ("CollectVote", "Answer")
            if node != event["node"] and (named or cls is not own):
                assert refused_at(name, at, event | {"node": node}) == "node", (at, node)
                count += 1
    assert count > 10


# ---- action and arguments: decided by an oracle ----


@cache
def state_before(name: str, at: int) -> tuple[Value, ...]:
    """The state that the line before observed in full, or the initial one."""
    spec = validator(name).spec
    if at == 0:
        (state,) = set(spec.engine.initial())
        return state
    observed = good(name).events[at - 1].vars
    return tuple(spec.decoder.value(observed[variable]) for variable in spec.engine.variables)


@cache
def steps_before(name: str, at: int) -> list[tuple[str, set[tuple[str, Value]], tuple[Value, ...]]]:
    """All steps from there: action, arguments, target."""
    engine = validator(name).spec.engine
    return [
        (info.name, set(zip(info.params, step.args, strict=True)), step.target)
        for step in engine.steps(state_before(name, at))
        for info in (engine.actions[step.action],)
    ]


def possible(name: str, at: int, event: Event) -> bool:
    """Whether some step of the spec is what the changed event says."""
    spec = validator(name).spec
    target = tuple(spec.decoder.value(event["vars"][variable]) for variable in spec.engine.variables)
    args = {(key, spec.decoder.value(value)) for key, value in event["args"].items()}
    steps = steps_before(name, at)
    return any(action == event["action"] and args <= given and target == there for action, given, there in steps)


@EACH
def test_the_oracle_agrees_with_the_sample(name: str) -> None:
    assert all(possible(name, at, event) for at, event in enumerate(events_of(good(name))))


@EACH
def test_every_action(name: str) -> None:
    engine = validator(name).spec.engine
    refused = allowed = 0
    for at, event in enumerate(events_of(good(name))):
        for action in sorted({info.name for info in engine.actions} - {event["action"]}):
            changed = event | {"action": action}
            del changed["node"]  # the node would give many of them away
            if possible(name, at, changed):
                assert refused_at(name, at, changed) == "", (at, action)
                allowed += 1
            else:
                assert refused_at(name, at, changed), (at, action)
                refused += 1
    assert refused > 30 and refused > 20 * allowed


@EACH
def test_every_argument(name: str) -> None:
    others = NAMES[name.split("-")[0]]
    values = {"a": others, "r": others, "v": ("v1", "v2", "v3", "None"), "b": tuple(range(8))}
    refused = 0
    for at, event in enumerate(events_of(good(name))):
        for parameter, value in event["args"].items():
            for new in values[parameter]:
                if new == value:
                    continue
                changed = copy.deepcopy(event)
                del changed["node"]
                changed["args"][parameter] = new
                if possible(name, at, changed):
                    assert refused_at(name, at, changed) == "", (at, parameter, new)
                else:
                    assert refused_at(name, at, changed) == "spec", (at, parameter, new)
                    refused += 1
    assert refused > 10


@EACH
def test_every_line_left_out(name: str) -> None:
    """Without clocks the spec alone tells: the next line is refused, unless it is a step from the state before."""
    trace, refused = good(name), 0
    for at in range(len(trace.events) - 1):
        events = [{k: v for k, v in e.items() if k not in ("clock", "vector")} for e in events_of(trace)]
        del events[at]
        verdict = validator(name).validate(trace_of(trace.header.data, events))
        if possible(name, at, events[at]):
            assert verdict.accepted
        else:
            assert isinstance(verdict, Rejected) and verdict.explained == at
            refused += 1
    assert refused > len(trace.events) // 2
