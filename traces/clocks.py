"""What the clocks of a log say about its order, and where they contradict it.

A *sequence clock* numbers the events of the whole run: 0 or 1 for the first, one more for each. A *vector clock*
counts, for the node that took the step, the steps of every node that it can know of.

Source: L. Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System", CACM 21(7), 1978, p. 559
(happened before); C. Fidge, "Timestamps in Message-Passing Systems That Preserve the Partial Ordering", 1988.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from traces.event import Event


@dataclass(frozen=True, slots=True)
class ClockBreak:
    """The first event (index from 0) whose clock cannot stand there, the field it stands in, and why."""

    index: int
    field: str
    why: str


def first_break(events: Sequence[Event], hidden: int = 0) -> ClockBreak | None:
    """The first contradiction between the clocks and the order of the events, or None.

    `hidden`: how many events may be missing between two lines.
    """
    last: int | None = None
    vectors: dict[str, Mapping[str, int]] = {}
    for index, event in enumerate(events):
        if isinstance(event.clock, int):
            why = _sequence(event.clock, last, hidden)
            if why:
                return ClockBreak(index, "clock", why)
            last = event.clock
        vector = event.vector_clock
        if vector is not None and event.node is not None:
            why = _vector(event.node, vector, vectors.get(event.node, {}))
            if why:
                return ClockBreak(index, "vector" if event.vector is not None else "clock", why)
            vectors[event.node] = vector
    return None


def _sequence(clock: int, last: int | None, hidden: int) -> str:
    if last is None:
        if clock < 0 or clock > 1 + hidden:
            return f"the first event has number {clock}; the events before it are missing"
    elif clock <= last:
        return f"the event before it has number {last}, and this one has {clock}"
    elif clock > last + 1 + hidden:
        missing = str(last + 1) if clock == last + 2 else f"{last + 1} to {clock - 1}"
        return f"the event before it has number {last}, and this one has {clock}: {missing} missing"
    return ""


def _vector(node: str, vector: Mapping[str, int], before: Mapping[str, int]) -> str:
    for other in sorted({*vector, *before}):
        if vector.get(other, 0) < before.get(other, 0):
            return (f"{node} knew of {before.get(other, 0)} steps of {other} before, "
                    f"and now of {vector.get(other, 0)} only")
    return ""


def happened_before(a: Event, b: Event) -> bool:
    """By their vector clocks: did `a`'s node's step count, as `b` knows it, include `a`?"""
    if a.node is None or a.vector_clock is None or b.vector_clock is None:
        return False
    return a.vector_clock.get(a.node, 0) <= b.vector_clock.get(a.node, 0)
