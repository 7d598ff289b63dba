"""A recorded trace as a reader steps through it: what each event changed, and which earlier events it knew of.

The log has the state after each event; what changed is the difference to the one before, for the first event to the
state in which the implementation begins. An arrow leads from one event to another when the second is the first of its
node to know of the first (by the vector clocks), and no other arrow tells it.

Source of the arrows: F. Mattern, "Virtual time and global states of distributed systems", 1989, section 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from modelcheck.values import quote
from pyimpl.kernel.mapping import json_key
from traces import pairs
from traces.event import Event, Trace
from traces.jsontext import Json

TEXT_MAX = 160
"""Longer values are cut: the whole one stands in the trace."""


@dataclass(frozen=True, slots=True)
class Change:
    """`variable` and what became of it: "[s1] = 2, was 1"."""

    variable: str
    text: str


@dataclass(frozen=True, slots=True)
class StepOf:
    """An event: `action` with its arguments (name, value), what changed, the numbers of the events it has news of."""

    number: int
    node: str
    action: str
    arguments: tuple[tuple[str, str], ...]
    time_ms: int | None
    changes: tuple[Change, ...]
    news_of: tuple[int, ...]


def steps_of(trace: Trace) -> tuple[StepOf, ...]:
    """The events of a trace in order."""
    words = _Words(trace)
    before = _initial(trace)
    out, events = [], trace.events
    arrows = _arrows(events)
    for event in events:
        changes = words.changes(before, event.vars)
        before = {**before, **event.vars}
        time = _time(event) if event.file is not None else None
        out.append(
            StepOf(
                event.number,
                event.node or "",
                event.action or "",
                words.arguments(event.args),
                time,
                tuple(changes),
                arrows[event.number],
            )
        )
    return tuple(out)


def _time(event: Event) -> int | None:
    from traces.jsontext import read_line

    assert event.file is not None
    data = read_line(event.file, event.line)
    time = data.get("time_ms") if isinstance(data, dict) else None
    return time if isinstance(time, int) else None


def _initial(trace: Trace) -> dict[str, Json]:
    """The state in which the implementation begins, if it is one of ours."""
    from pyimpl.sim.choices import Choices

    protocol = pairs.known(trace.header.protocol)
    if protocol is None:
        return {}
    state: dict[str, Json] = protocol.build(Choices.replay(()), frozenset(), trace.header.faulty).state()
    return state


# ---- news ----


def _arrows(events: Sequence[Event]) -> dict[int, tuple[int, ...]]:
    """For each event the numbers of those it has news of."""
    place: dict[tuple[str, int], Event] = {}
    last: dict[str, Mapping[str, int]] = {}
    out = {}
    for event in events:
        vector = event.vector_clock or {}
        node = event.node or ""
        known = last.get(node, {})
        new = [
            place[other, n]
            for other, n in vector.items()
            if other != node and n > known.get(other, 0) and (other, n) in place
        ]
        out[event.number] = tuple(
            sorted(
                e.number
                for e in new
                if not any(
                    (o.vector_clock or {}).get(e.node or "", 0) >= vector[e.node or ""] for o in new if o is not e
                )
            )
        )
        if node in vector:
            place[node, vector[node]] = event
        last[node] = vector
    return out


# ---- words ----


class _Words:
    """Values of a trace in the syntax of TLA+."""

    def __init__(self, trace: Trace) -> None:
        self.values: set[str] = set()
        self._gather(trace.header.constants)

    def _gather(self, json: Json) -> None:
        """The strings of the constants are model values."""
        if isinstance(json, str):
            self.values.add(json)
        elif isinstance(json, list):
            for item in json:
                self._gather(item)
        elif isinstance(json, dict) and "#string" not in json:
            for item in json.values():
                self._gather(item)

    def value(self, json: Json) -> str:
        """The value as TLA+."""
        if isinstance(json, bool):
            return "TRUE" if json else "FALSE"
        if isinstance(json, str):
            return json if json in self.values else quote(json)
        if isinstance(json, list):
            return f"<<{', '.join(map(self.value, json))}>>"
        if not isinstance(json, dict):
            return str(json)
        if "#set" in json:
            return "{" + ", ".join(map(self.value, json["#set"])) + "}"
        if "#string" in json:
            return quote(json["#string"])
        if "#map" in json:
            return "(" + " @@ ".join(f"{self.value(k)} :> {self.value(v)}" for k, v in json["#map"]) + ")"
        if json and all(k in self.values for k in json):
            return "(" + " @@ ".join(f"{k} :> {self.value(v)}" for k, v in json.items()) + ")"
        return "[" + ", ".join(f"{k} |-> {self.value(v)}" for k, v in json.items()) + "]"

    def short(self, json: Json) -> str:
        """The same, cut when it is long."""
        text = self.value(json)
        return text if len(text) <= TEXT_MAX else text[: TEXT_MAX - 2] + " …"

    def arguments(self, args: Mapping[str, Json]) -> tuple[tuple[str, str], ...]:
        """Names and values."""
        return tuple((name, self.short(value)) for name, value in args.items())

    def changes(self, before: Mapping[str, Json], after: Mapping[str, Json]) -> list[Change]:
        """What is not as before, variable by variable."""
        out = []
        for name, value in after.items():
            if name not in before:
                out.append(Change(name, f" = {self.short(value)}"))
            elif json_key(before[name]) != json_key(value):
                out += [Change(name, text) for text in self._differences(before[name], value)]
        return out

    def _differences(self, old: Json, new: Json) -> list[str]:
        if isinstance(old, dict) and isinstance(new, dict):
            if "#set" in old and "#set" in new:
                return self._of_sets(old["#set"], new["#set"])
            if old.keys() == new.keys() and not any(k.startswith("#") for k in old):
                index = "[{}]" if all(k in self.values for k in old) else ".{}"
                return [
                    f"{index.format(k)} = {self.short(new[k])}, was {self.short(old[k])}"
                    for k in old
                    if json_key(old[k]) != json_key(new[k])
                ]
        return [f" = {self.short(new)}, was {self.short(old)}"]

    def _of_sets(self, old: list[Json], new: list[Json]) -> list[str]:
        had, has = {json_key(v): v for v in old}, {json_key(v): v for v in new}
        gained = [f" gains {self.short(v)}" for k, v in has.items() if k not in had]
        return gained + [f" loses {self.short(v)}" for k, v in had.items() if k not in has]
