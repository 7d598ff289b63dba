"""Logs of single nodes, merged by their clocks."""

from __future__ import annotations

import random
from typing import Any

import pytest

from modelcheck.errors import TlaError
from traces.event import Trace, trace_of
from traces.merge import merge
from traces.record import by_node, record
from traces.validate import validate

HEADER = {"schema": "tlapair.trace/1", "spec": "paxos/Paxos.tla", "constants": {}, "seed": 1}


def log(node: str, *clocks: Any, **header: Any) -> Trace:
    events = [{"action": f"{node}{i}", "node": node, "clock": clock} for i, clock in enumerate(clocks, 1)]
    return trace_of(HEADER | header, events, f"{node}.ndjson")


def order(*logs: Trace, lamport: bool = False) -> list[str | None]:
    return [event.action for event in merge(logs, lamport=lamport).events]


def test_by_number() -> None:
    assert order(log("a", 1, 4, 5), log("b", 2, 3)) == ["a1", "b1", "b2", "a2", "a3"]
    merged = merge([log("a", 1, 4, 5), log("b", 2, 3)])
    assert [(e.number, e.line) for e in merged.events] == [(1, 2), (2, 2), (3, 3), (4, 3), (5, 4)]
    assert [e.clock for e in merged.events] == [1, 2, 3, 4, 5]
    assert str(merged.events[1].span()) == "b.ndjson:2:1"


def test_by_lamport_clock() -> None:
    assert order(log("b", 1, 2), log("a", 1, 5), lamport=True) == ["a1", "b1", "b2", "a2"]
    assert merge([log("b", 1), log("a", 1)], lamport=True).events[0].clock is None


def test_by_vector() -> None:
    a = log("a", {"a": 1}, {"a": 2, "b": 1}, {"a": 3, "b": 1})
    b = log("b", {"b": 1}, {"b": 2, "c": 1})
    c = log("c", {"c": 1, "a": 2, "b": 1})
    assert order(a, b, c) == order(c, b, a) == ["a1", "b1", "a2", "a3", "c1", "b2"]


def test_a_crash_that_is_not_counted_stays_where_it_was() -> None:
    """a's second event has the count of its first: b, who knows of one step of a, need not come after it."""
    a = log("a", {"a": 1}, {"a": 1, "b": 1}, {"a": 2, "b": 1})
    b = log("b", {"b": 1, "a": 1}, {"b": 2, "a": 2})
    assert order(a, b) == ["a1", "b1", "a2", "a3", "b2"]


@pytest.mark.parametrize(
    ("logs", "says"),
    [
        ([], "no logs"),
        ([log("a", 1), log("b", 2, seed=2)], "differ in 'seed'"),
        ([log("a", 1), log("b", 2, constants={"N": 3})], "differ in 'constants'"),
        ([log("a", 1, 2), log("b", 2)], "two events have the number 2"),
        ([log("a", {"a": 1}), log("b", None)], "without a vector clock"),
        ([log("a", {"a": 1}), trace_of(HEADER, [{"vector": {"a": 1}}])], "without a node"),
        ([log("a", {"a": 1, "b": 1}), log("b", {"b": 1, "a": 1})], "each count the other as earlier"),
        ([log("a", {"a": 2}, {"a": 1})], "a counts 1 steps of its own after 2"),
        ([log("a", {"a": 1, "b": 3})], "the log of 'b' is missing"),
    ],
)
def test_refused(logs: list[Trace], says: str) -> None:
    with pytest.raises(TlaError) as caught:
        merge(logs)
    assert (caught.value.code, caught.value.exit_code) == ("T012", 151)
    assert says in caught.value.message


def node_logs(protocol: str, seed: int, drop: tuple[str, ...]) -> list[Trace]:
    made = record(protocol, seed)
    logs = []
    for node, events in by_node(made).items():
        kept = [{k: v for k, v in event.items() if k not in drop} for event in events]
        logs.append(trace_of(made.header, kept, f"{node}.ndjson"))
    random.Random(seed).shuffle(logs)
    return logs


@pytest.mark.parametrize("protocol", ["twophase", "paxos"])
@pytest.mark.parametrize("seed", range(6))
def test_the_logs_of_a_run_make_a_behavior(protocol: str, seed: int) -> None:
    numbered = merge(node_logs(protocol, seed, ("vector",)))
    assert [event.clock for event in numbered.events] == list(range(1, len(numbered.events) + 1))
    assert validate(numbered).accepted
    # by vector clocks alone, other orders of concurrent events may come out: what each saw of the others is left out
    assert validate(merge(node_logs(protocol, seed, ("clock", "vars")))).accepted
