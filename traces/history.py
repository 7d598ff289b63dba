"""What clients asked and heard, and when: histories (`tlapair.history/1`), newline-delimited JSON.

    {"schema": "tlapair.history/1", "object": "key-value"}
    {"client": "c1", "number": 1, "ask": ["put", "x", 3]}
    {"client": "c1", "number": 1, "answer": "ok"}
    {"client": "c2", "number": 4, "unknown": "no answer within 30 s"}

The order of the lines is the order in time. A client asks one thing at a time; `number` tells its operations apart.
An answer may tell two numbers: `at`, the position in the order of all changes up to which the client has seen them, and
`changed`, the position at which what it has read was changed last (`traces.lagging`).

`unknown` says that the outcome is not known: the operation may happen at any later time, or never. One that is asked
and neither answered nor given up is as unknown.

Takes text; gives a `History`. Refused, with line and column: no JSON (T003), a wrong or missing field or an order that
cannot be (T004), another format (T005), no operations (T006).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from modelcheck.errors import TlaError
from modelcheck.source import SourceFile, Span
from modelcheck.syntax.files import read_source
from traces.event import did_you_mean
from traces.jsontext import Json, line_span, part_span, read_line
from traces.objects import OBJECTS, Object, Operation

if TYPE_CHECKING:
    from pyimpl.sim.world import World

SCHEMA = "tlapair.history/1"
FIELDS = ("client", "number", "ask", "answer", "at", "changed", "unknown", "note")


@dataclass(frozen=True, slots=True)
class Asked:
    """An operation. `asked` and `answered` are lines (from 1); `answered` None: the outcome is unknown."""

    client: str
    number: int
    operation: Operation
    asked: int
    answered: int | None = None
    answer: Json = None
    at: int | None = None
    changed: int | None = None


@dataclass(frozen=True, slots=True)
class History:
    """Operations in the order in which they were asked, on an abstract object."""

    name: str
    object: Object
    operations: tuple[Asked, ...]
    file: SourceFile | None = None

    def span(self, line: int) -> Span | None:
        """The place of a line."""
        return None if self.file is None else line_span(self.file, line)


@dataclass(frozen=True, slots=True)
class Contradicted:
    """A history with an answer, to `operation` in line `line`, that cannot be."""

    history: History
    operation: Asked
    line: int

    @property
    def place(self) -> str:
        """Where the answer stands: file and line."""
        return f"{self.history.name}:{self.line}"


def read_history(path: Path | str) -> History:
    """Read a history file. Raises TlaError T001 to T006."""
    return parse_history(read_source(path, unreadable="T001", undecodable="T002"))


def parse_history(file: SourceFile) -> History:
    """Read a history from text. Raises TlaError T003 to T006."""
    lines = [n for n in range(1, len(file.line_starts()) + 1) if file.line(n).strip()]
    if not lines:
        raise TlaError("T006", f"{file.name} is empty", Span(file, len(file.text), len(file.text)))
    made = _Reader(file, _object(file, lines[0]))
    for line in lines[1:]:
        made.read(line)
    if not made.operations:
        raise TlaError("T006", f"{file.name} holds a header and no operation", line_span(file, lines[0]))
    return History(file.name, made.object, tuple(made.operations), file)


def history_of(kind: str, lines: Iterable[Mapping[str, Json]], name: str = "<run>") -> History:
    """The history of data that never were text. Same checks as for a file."""
    import json

    header = {"schema": SCHEMA, "object": kind}
    return parse_history(SourceFile(name, "".join(json.dumps(line) + "\n" for line in (header, *lines))))


def history_of_world(world: World, kind: str = "key-value") -> History:
    """What the clients of a simulated world asked and heard; each request is a client of its own. Requests that are no
    operations of the object (changes of the cluster) are left out. Raises TlaError T006 when none is left."""
    lines: list[dict[str, Json]] = []
    known: set[int] = set()
    for what, number, said in world.talk:
        if what == "answer":
            if number in known:
                lines.append({"client": f"r{number}", "number": number, "answer": said})
            continue
        operation = _operation(said)
        try:
            OBJECTS[kind].part(operation)
        except ValueError:
            continue
        known.add(number)
        lines.append({"client": f"r{number}", "number": number, "ask": operation})
    return history_of(kind, lines)


def _operation(command: Json) -> Operation:
    """A command of a client, or what a numbered one (client, number, command) carries."""
    match command:
        case (str(), int(), (str(), *_) as inner):
            return list(inner)
    return list(command)


def is_history(first_line: str) -> bool:
    """Whether a file that begins so is a history."""
    return SCHEMA in first_line


def _object(file: SourceFile, line: int) -> Object:
    header = read_line(file, line)
    if not isinstance(header, dict) or header.get("schema") != SCHEMA:
        raise TlaError("T005", f"the header's schema is not {SCHEMA!r}", line_span(file, line))
    found = OBJECTS.get(str(header.get("object")))
    if found is None:
        near = did_you_mean(str(header.get("object")), OBJECTS)
        raise TlaError(
            "T004",
            f"there is no object {header.get('object')!r}{near}",
            part_span(file, line, ("object",)),
            mend=f"there are {', '.join(OBJECTS)}",
        )
    return found


class _Reader:
    """Pairs what was asked with what was heard."""

    def __init__(self, file: SourceFile, of: Object) -> None:
        self.file, self.object = file, of
        self.operations: list[Asked] = []
        self._open: dict[str, int] = {}
        self._given_up: set[str] = set()

    def read(self, line: int) -> None:
        """One line."""
        data = read_line(self.file, line)
        if not isinstance(data, dict):
            raise self._wrong(line, "a line is an object")
        for name in data:
            if name not in FIELDS:
                raise TlaError(
                    "T004",
                    f"a line of a history has no field {name!r}{did_you_mean(name, FIELDS)}",
                    part_span(self.file, line, (name,), key=True),
                )
        client, number = data.get("client"), data.get("number")
        if not isinstance(client, str) or type(number) is not int:
            raise self._wrong(line, "a line has a 'client' (a string) and a 'number' (an integer)")
        what = [name for name in ("ask", "answer", "unknown") if name in data]
        if len(what) != 1:
            raise self._wrong(line, "a line has one of 'ask', 'answer' and 'unknown'")
        for name in ("at", "changed"):
            if name in data and (type(data[name]) is not int or what[0] != "answer"):
                raise TlaError(
                    "T004", f"an answer may have {name!r}, an integer", part_span(self.file, line, (name,), key=True)
                )
        if what[0] == "ask":
            self._ask(line, client, number, data["ask"])
        else:
            self._hear(line, client, number, what[0], data)

    def _ask(self, line: int, client: str, number: int, operation: Json) -> None:
        if client in self._open:
            raise self._wrong(line, f"{client} asks before it was answered")
        try:
            if not isinstance(operation, list):
                raise ValueError("an operation is an array")
            self.object.part(operation)
        except ValueError as error:
            raise TlaError("T004", str(error), part_span(self.file, line, ("ask",))) from None
        self._open[client] = len(self.operations)
        self.operations.append(Asked(client, number, operation, line))

    def _hear(self, line: int, client: str, number: int, what: str, data: dict[str, Json]) -> None:
        at = self._open.pop(client, None)
        if at is None or self.operations[at].number != number:
            raise self._wrong(line, f"{client} has asked no operation {number} that is open")
        if what == "answer":
            old = self.operations[at]
            self.operations[at] = replace(
                old, answered=line, answer=data["answer"], at=data.get("at"), changed=data.get("changed")
            )

    def _wrong(self, line: int, message: str) -> TlaError:
        return TlaError("T004", message, line_span(self.file, line))
