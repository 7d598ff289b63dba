"""The trace format, `tlapair.trace/1`: newline-delimited JSON, a header and then one event a line.

    {"schema": "tlapair.trace/1", "protocol": "paxos", "spec": "paxos/Paxos.tla",
     "constants": {"Acceptor": {"#set": ["a1", "a2", "a3"]}, …}, "version": "0.1.0",
     "seed": 7, "faults": ["crash", "loss"], "faulty": null}
    {"action": "Phase1b", "node": "a1", "args": {"a": "a1", "b": 4}, "vars": {"maxBal": {"a1": 4, …}},
     "clock": 17, "vector": {"a1": 5, "p3": 2}}

Header: `schema`, `spec` and `constants` are needed; `observed`, names of variables, where events have `changes`.
`spec` is the module's file below the folder of bundled specs; for other specs it is a name only, and the file is given
on the command line.

Event: every field may be missing, and what is missing stays open.

* `action`: the spec's action; `"stutter"` says that the step changes nothing. Missing: any action.
* `args`: values of the action's parameters by the spec's names, any subset.
* `vars`: the state after the step: variables by the spec's names, any subset; a value may itself be partial
  (`traces.decode` lists the forms).
* `changes`: the same as a difference to the state before the step (`traces.changes` lists the forms). Variables that
  the header's `observed` lists and `changes` does not name have kept their values.
* `node`: who took the step.
* `clock`: the number of the event in the run (0 or 1 for the first, then one more each); or the node's vector clock.
* `vector`: the node's vector clock, when `clock` is a number.
* `time_ms`, `witness`, `note`: for people; nothing in a spec answers to them, and they are not checked.

Takes text; gives a `Trace`. Refuses, with line and column: no JSON (T003), a wrong or missing field (T004), no header
or another format (T005), no events (T006).
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias, overload

from modelcheck.errors import TlaError
from modelcheck.source import SourceFile, Span
from modelcheck.syntax.files import decode, read_source
from traces.jsontext import Json, line_span, part_span, read_line

SCHEMA = "tlapair.trace/1"
STUTTER = "stutter"
KEPT_MAX = 20_000

Clock: TypeAlias = int | dict[str, int]

HEADER_FIELDS = ("schema", "protocol", "spec", "constants", "version", "seed", "faults", "faulty", "choices", "note",
                 "observed")
EVENT_FIELDS = ("action", "node", "args", "vars", "changes", "clock", "vector", "time_ms", "witness", "note")


@dataclass(frozen=True, slots=True)
class Header:
    """What the trace is a trace of. `constants` are JSON; `data` is the whole line, number `line` of the file."""

    spec: str
    constants: dict[str, Json]
    protocol: str | None = None
    faulty: str | None = None
    seed: int | None = None
    faults: tuple[str, ...] = ()
    version: str | None = None
    observed: tuple[str, ...] | None = None
    data: Mapping[str, Json] = field(default_factory=dict)
    line: int = 1


@dataclass(frozen=True, slots=True)
class Event:
    """One line after the header. `number` counts events from 1; `line` is the line in `file` (from 1)."""

    number: int
    line: int
    action: str | None = None
    node: str | None = None
    args: Mapping[str, Json] = field(default_factory=dict)
    vars: Mapping[str, Json] = field(default_factory=dict)
    changes: Mapping[str, Json] | None = None
    clock: Clock | None = None
    vector: Mapping[str, int] | None = None
    witness: Mapping[str, Json] = field(default_factory=dict)
    file: SourceFile | None = None

    def span(self, *path: str | int, key: bool = False) -> Span | None:
        """The place of the event's line, or of a part of it; with `key`, of the part's name."""
        if self.file is None:
            return None
        if not path:
            return line_span(self.file, self.line)
        return part_span(self.file, self.line, path, key=key)

    @property
    def vector_clock(self) -> Mapping[str, int] | None:
        """The node's vector clock, whichever field it stands in."""
        if self.vector is not None:
            return self.vector
        return self.clock if isinstance(self.clock, dict) else None


@dataclass(frozen=True, slots=True)
class Trace:
    """A header and its events, in order. `name` is what messages call it; `notes` what was left out of it, and why.

    The events of a long file are made anew each time they are asked for.
    """

    name: str
    header: Header
    events: Sequence[Event]
    file: SourceFile | None = None
    notes: tuple[str, ...] = ()

    def header_span(self, *path: str | int, key: bool = False) -> Span | None:
        """The place of a part of the header; with `key`, of the part's name."""
        if self.file is None:
            return None
        return part_span(self.file, self.header.line, path, key=key)


def read_trace(path: Path | str, *, lazily: bool = True) -> Trace:
    """Read a trace file; see `parse_trace`. Raises TlaError T001 to T006."""
    return parse_trace(read_source(path, unreadable="T001", undecodable="T002"), lazily=lazily)


def read_log(path: Path | str) -> Trace:
    """Read the trace file of a node that may have been killed while it wrote: a last line that breaks off is left out,
    with a note. Raises TlaError T001 to T006."""
    try:
        data = Path(path).read_bytes()
    except OSError:
        return read_trace(path, lazily=False)  # which tells why
    whole = data[: data.rfind(b"\n") + 1]
    file = SourceFile(str(path), decode(whole, str(path), "T002"))
    if len(whole) == len(data) or not whole or _is_json(data[len(whole) :]):
        return read_trace(path, lazily=False)
    line = whole.count(b"\n") + 1
    return replace(parse_trace(file, lazily=False), notes=(f"{path}:{line}: the last line is torn, and left out",))


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except ValueError:
        return False
    return True


def parse_trace(file: SourceFile, *, lazily: bool = True) -> Trace:
    """Read a trace from text; with `lazily`, the events of a long one are not kept. Raises TlaError T003 to T006."""
    lines = [n for n in range(1, len(file.line_starts()) + 1) if file.line(n).strip()]
    if not lines:
        raise TlaError("T006", f"{file.name} is empty", _end(file))
    header = _header(file, lines[0])
    events: Sequence[Event] = Lines(file, lines[1:])
    if not events:
        raise TlaError("T006", f"{file.name} holds a header and no event", line_span(file, lines[0]))
    if len(events) <= KEPT_MAX or not lazily:
        events = tuple(events)
    else:
        for _ in events:  # whatever is wrong in a line is told now
            pass
    return Trace(file.name, header, events, file)


class Lines(Sequence[Event]):
    """The events in these lines of a file, each read when it is asked for: 4 kB each would be much for a long trace."""

    def __init__(self, file: SourceFile, lines: Sequence[int]) -> None:
        self._file = file
        self._lines = lines

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> Event: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Event]: ...

    def __getitem__(self, index: int | slice) -> Event | Sequence[Event]:
        if isinstance(index, slice):
            return tuple([self[i] for i in range(*index.indices(len(self)))])
        place = index if index >= 0 else index + len(self)
        return _event(self._file, self._lines[place], place + 1)


def trace_of(header: Mapping[str, Json], events: Iterable[Mapping[str, Json]], name: str = "<run>") -> Trace:
    """The trace of data that never were text, such as a run in this process; the text is made only for an error.

    Line numbers are those that `dumps` would give. Same checks as for a file.
    """
    listed = list(events)
    file = _LazyFile(name, header, listed)
    made = tuple(
        _make_event(dict(event), file, number + 1, number) for number, event in enumerate(listed, 1)
    )
    if not made:
        raise TlaError("T006", f"{name} holds no event")
    return Trace(name, _make_header(dict(header), file, 1), made, file)


def as_data(event: Event) -> dict[str, Json]:
    """The event as the JSON of its line; `time_ms` and `note` are not kept."""
    fields = {name: getattr(event, name) for name in EVENT_FIELDS if name not in ("time_ms", "note")}
    return {
        name: value for name, value in fields.items() if value is not None and (value or name in ("changes", "clock"))
    }


def dumps(header: Mapping[str, Json], events: Iterable[Mapping[str, Json]]) -> str:
    """The trace's text, the same for equal data."""
    return "".join(_line(data) + "\n" for data in (header, *events))


def _line(data: Mapping[str, Json]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(", ", ": "))


class _LazyFile(SourceFile):
    """The text of a trace in memory, written when somebody asks for a place in it."""

    def __init__(self, name: str, header: Mapping[str, Json], events: list[Mapping[str, Json]]) -> None:
        super().__init__(name, "")
        self._data = (header, events)

    def line_starts(self) -> list[int]:
        if not self.text:
            self.text = dumps(*self._data)
        return super().line_starts()


def _end(file: SourceFile) -> Span:
    return Span(file, len(file.text), len(file.text))


# ---- header ----


def _header(file: SourceFile, line: int) -> Header:
    data = read_line(file, line)
    if not isinstance(data, dict) or "schema" not in data:
        raise TlaError("T005", "the first line is no header: it has no \"schema\"", line_span(file, line))
    return _make_header(data, file, line)


def _make_header(data: dict[str, Json], file: SourceFile, line: int) -> Header:
    if data.get("schema") != SCHEMA:
        raise TlaError("T005", f"the header's schema is {_show(data.get('schema'))}, not {SCHEMA!r}",
                       part_span(file, line, ("schema",)))
    check = _Fields(file, line, "header")
    check.known(data, HEADER_FIELDS)
    for needed in ("spec", "constants"):
        if needed not in data:
            raise TlaError("T004", f"the header has no {needed!r}", line_span(file, line))
    faults = check.get(data, "faults", list) or []
    observed = check.get(data, "observed", list)
    return Header(
        spec=check.get(data, "spec", str),
        constants=check.get(data, "constants", dict),
        protocol=check.get(data, "protocol", str),
        faulty=check.get(data, "faulty", str),
        seed=check.get(data, "seed", int),
        faults=tuple(str(fault) for fault in faults),
        version=check.get(data, "version", str),
        observed=None if observed is None else tuple(str(name) for name in observed),
        data=data,
        line=line,
    )


# ---- events ----


def _event(file: SourceFile, line: int, number: int) -> Event:
    data = read_line(file, line)
    if not isinstance(data, dict):
        raise TlaError("T004", f"line {line} is {_kind(data)}; an event is an object", line_span(file, line))
    return _make_event(data, file, line, number)


def _make_event(data: dict[str, Json], file: SourceFile, line: int, number: int) -> Event:
    check = _Fields(file, line, "event")
    check.known(data, EVENT_FIELDS)
    clock = data.get("clock")
    if isinstance(clock, dict):
        check.vector(clock, "clock")
    elif clock is not None:
        clock = check.get(data, "clock", int)
    vector = check.get(data, "vector", dict)
    if vector is not None:
        check.vector(vector, "vector")
    check.get(data, "time_ms", int)
    return Event(
        number=number,
        line=line,
        action=check.get(data, "action", str),
        node=check.get(data, "node", str),
        args=check.get(data, "args", dict) or {},
        vars=check.get(data, "vars", dict) or {},
        changes=check.get(data, "changes", dict),
        clock=clock,
        vector=vector,
        witness=check.get(data, "witness", dict) or {},
        file=file,
    )


_KINDS: dict[type, str] = {dict: "an object", list: "an array", str: "a string", int: "an integer"}


class _Fields:
    """Checks of one line's fields, each error at the field's place."""

    def __init__(self, file: SourceFile, line: int, what: str) -> None:
        self.file, self.line, self.what = file, line, what

    def known(self, data: dict[str, Json], fields: tuple[str, ...]) -> None:
        for name in data:
            if name not in fields:
                raise TlaError("T004", f"a trace's {self.what} has no field {name!r}{did_you_mean(name, fields)}",
                               part_span(self.file, self.line, (name,), key=True))

    def get(self, data: dict[str, Json], name: str, kind: type) -> Any:
        """The field's value if it is of that kind, None when it is missing or null."""
        value = data.get(name)
        if value is None or (isinstance(value, kind) and not (kind is int and isinstance(value, bool))):
            if value is None and name in ("spec", "constants") and name in data:
                raise TlaError("T004", f"{name!r} is null", part_span(self.file, self.line, (name,)))
            return value
        raise TlaError("T004", f"{name!r} is {_kind(value)}; it must be {_KINDS[kind]}",
                       part_span(self.file, self.line, (name,)))

    def vector(self, clock: dict[str, Json], name: str) -> None:
        for node, count in clock.items():
            if not isinstance(count, int) or isinstance(count, bool) or count < 0:
                raise TlaError("T004", f"{name!r} counts {node!r} as {_show(count)}; a vector clock counts from 0",
                               part_span(self.file, self.line, (name, node)))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?`, or nothing when no name is near."""
    listed = list(known)
    same = [other for other in listed if other.lower() == name.lower()]
    near = same or difflib.get_close_matches(name, listed, 1, 0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def _show(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


def _kind(value: Json) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    return _KINDS[type(value)]
