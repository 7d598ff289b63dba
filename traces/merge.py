"""Logs of single nodes, merged into one trace by their clocks.

Takes traces of one run (the same spec, constants, seed); gives one trace whose events stand in an order that agrees
with every log and every clock:

* when all events have a *number* (`clock`), by that number; the same number twice is refused, but for Lamport's
  clocks, where nodes may share one (`lamport=True`; ties go by the node's name);
* else all need a *vector clock*: an event comes after all events that its vector counts. Among events that are
  concurrent the order is by node name, and the same for the same logs.

Concurrent events can be told in any order, and the merged trace tells one; what the logs observed of other nodes'
variables may fit another order only. Log what a node knows itself, `{"#at": {"a1": …}}`, and every order fits.

Each event keeps the file and line that it came from, so a rejection names them. Refused (T012): logs of different
runs, events without a clock or node, clocks that contradict each other.

Source: L. Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System", CACM 21(7), 1978.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import inf

from modelcheck.errors import TlaError
from traces.event import Event, Trace, did_you_mean


def merge(logs: Sequence[Trace], *, lamport: bool = False) -> Trace:
    """One trace of all events. Raises TlaError T012."""
    if not logs:
        raise TlaError("T012", "there are no logs to merge")
    _same_run(logs)
    events = [event for log in logs for event in log.events]
    name = " + ".join(log.name for log in logs)
    numbered = all(isinstance(event.clock, int) for event in events)
    ordered = _by_number(events, lamport) if numbered else _by_vector(logs)
    first = logs[0]
    made = tuple(
        replace(event, number=number, clock=None if isinstance(event.clock, int) and lamport else event.clock)
        for number, event in enumerate(ordered, 1)
    )
    return Trace(name, first.header, made, first.file, tuple(note for log in logs for note in log.notes))


def _same_run(logs: Sequence[Trace]) -> None:
    first = logs[0].header
    for log in logs[1:]:
        for field in ("spec", "protocol", "constants", "seed", "faulty"):
            if getattr(log.header, field) != getattr(first, field):
                raise TlaError("T012", f"{log.name} and {logs[0].name} differ in {field!r}",
                               log.header_span(field) or log.header_span())


def _by_number(events: list[Event], lamport: bool) -> list[Event]:
    def key(event: Event) -> tuple[int, str]:
        assert isinstance(event.clock, int)
        return event.clock, event.node or ""

    ordered = sorted(events, key=key)
    for before, event in pairwise(ordered):
        if before.clock == event.clock and (not lamport or before.node == event.node):
            raise TlaError("T012", f"two events have the number {event.clock}", event.span("clock"),
                           notes=(("the other one", before.span("clock")),))
    return ordered


def _by_vector(logs: Sequence[Trace]) -> list[Event]:
    """A topological order of happened-before: repeatedly the first ready event, nodes in order of name."""
    queues = _queues(logs)
    taken = dict.fromkeys(sorted(queues), 0)  # events of each node in the order so far
    out: list[Event] = []
    total = sum(len(queue) for queue in queues.values())
    while len(out) < total:
        for node, count in taken.items():
            if count < len(queues[node]) and _waits_for(queues[node][count], node, queues, taken) is None:
                out.append(queues[node][count])
                taken[node] += 1
                break
        else:
            break
    left = [node for node in sorted(queues) if taken[node] < len(queues[node])]
    if left:
        event = queues[left[0]][taken[left[0]]]
        other = _waits_for(event, left[0], queues, taken)
        raise TlaError("T012", f"this event of {left[0]} and one of {other} each count the other as earlier",
                       event.span("vector"))
    return out


def _queues(logs: Sequence[Trace]) -> dict[str, list[Event]]:
    queues: dict[str, list[Event]] = {}
    for log in logs:
        for event in log.events:
            if event.node is None or event.vector_clock is None:
                what = "node" if event.node is None else "vector clock"
                raise TlaError("T012", f"an event without a {what} cannot be merged with others", event.span())
            queue = queues.setdefault(event.node, [])
            if queue and _own(event, event.node) < _own(queue[-1], event.node):
                raise TlaError("T012", f"{event.node} counts {_own(event, event.node)} steps of its own after "
                               f"{_own(queue[-1], event.node)}", event.span("vector"))
            queue.append(event)
    for log in logs:
        for event in log.events:
            for other in event.vector_clock or {}:
                if other not in queues and (event.vector_clock or {})[other]:
                    raise TlaError("T012", f"the log of {other!r} is missing{did_you_mean(other, queues)}",
                                   event.span("vector", other, key=True))
    return queues


def _own(event: Event, node: str) -> int:
    return (event.vector_clock or {}).get(node, 0)


def _waits_for(event: Event, node: str, queues: dict[str, list[Event]], taken: dict[str, int]) -> str | None:
    """A node of which the event counts a step that has not been told yet."""
    for other, count in sorted((event.vector_clock or {}).items()):
        if other != node and other in taken and _next_count(queues[other], taken[other], other) <= count:
            return other
    return None


def _next_count(queue: list[Event], at: int, node: str) -> float:
    """What others count when they know of the event at `at`. A crash is no step that its node counts: it is known only
    to those who know of the step after it.
    """
    if at == len(queue):
        return inf
    own = _own(queue[at], node)
    return own + 1 if at and own == _own(queue[at - 1], node) else own
