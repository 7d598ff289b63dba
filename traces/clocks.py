"""What the clocks of a log say about its order, and where they contradict it.

A *sequence clock* numbers the events of the whole run: 0 or 1 for the first, one more for each. A *vector clock*
counts, for the node that took the step, the steps of every node that it can know of.

Source: L. Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System", CACM 21(7), 1978, p. 559
(happened before); C. Fidge, "Timestamps in Message-Passing Systems That Preserve the Partial Ordering", 1988.
"""

from __future__ import annotations

from collections.abc import Mapping

from traces.event import Event


class Clocks:
    """The clocks of a log, event by event."""

    def __init__(self, hidden: int = 0) -> None:
        self.hidden = hidden
        self._last: int | None = None
        self._vectors: dict[str, Mapping[str, int]] = {}

    def broken(self, event: Event) -> tuple[str, str] | None:
        """The field in which the next event contradicts those before it, and why; None if it does not."""
        if isinstance(event.clock, int):
            why = _sequence(event.clock, self._last, self.hidden)
            if why:
                return "clock", why
            self._last = event.clock
        vector = event.vector_clock
        if vector is not None and event.node is not None:
            why = _vector(event.node, vector, self._vectors.get(event.node, {}))
            if why:
                return "vector" if event.vector is not None else "clock", why
            self._vectors[event.node] = vector
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
