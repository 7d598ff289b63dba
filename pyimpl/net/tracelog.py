"""The trace file of one node (`tlapair.trace/1`), which a kill at any moment leaves usable.

A line is written, in one call, before anybody can know of its step: before its first message, answer or application.
If the step has a `Persist`, its line is first made safe together with the record (`Store.flush`), then written. So

* what others may know of is in the file;
* what is durable is in the file, or is put there at the next start, from the store;
* of a line that was being written at the kill a part may stand there, without an end of line. The next start cuts it
  off; who reads the file before that leaves it out.

The lines hold `changes`, differences to the node's own part of the state, and the vector clock; `traces.merge` joins
the files of all nodes. The first line of a node that starts again tells of the crash, when the spec has that as an
action. `locals_` is the node's part of the state by its last line.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pyimpl.kernel.effects import Apply, Effect, Send, Taken
from pyimpl.kernel.mapping import InApplied, InMessages, Local, Mapping, OfNode, PerNode, to_json
from pyimpl.net.differences import difference, patched

Vector = dict[str, int]


class TraceLog:
    """Appends to the file at `path`, which begins with `header`. `vector` is the node's clock; `fresh` its part of the
    state before its first step."""

    def __init__(self, path: Path | str, header: dict[str, Any], name: str, mapping: Mapping, fresh: Local) -> None:
        self.name, self.mapping = name, mapping
        self.vector: Vector = {}
        self.locals_: Local = dict(fresh)
        self._messages = [v for v in mapping.variables if isinstance(v, InMessages)]
        self._applied = [v for v in mapping.variables if isinstance(v, InApplied)]
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        self._recover(header)

    def _recover(self, header: dict[str, Any]) -> None:
        """Cut a torn line off, and read what the others say; or begin the file."""
        whole = 0
        with open(os.dup(self._file), "rb") as file:
            for number, line in enumerate(file):
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
                if number:
                    self._note(json.loads(line))
        os.ftruncate(self._file, whole)
        if not whole:
            self.append([_text(header | {"observed": list(self.mapping.names)})])

    def _note(self, event: dict[str, Any]) -> None:
        self.vector = event["vector"]
        for row in self.mapping.variables:
            if row.name in event["changes"]:
                change = event["changes"][row.name]
                if isinstance(row, PerNode):
                    change = change["#at"][self.name]
                if isinstance(row, PerNode | OfNode):
                    self.locals_[row.name] = patched(self.locals_[row.name], change)

    def complete(self, told: Sequence[str]) -> None:
        """Append those lines of the last flush that the kill came before."""
        known = self.vector.get(self.name, 0)
        missing = [line for line in told if json.loads(line)["vector"][self.name] > known]
        for line in missing:
            self._note(json.loads(line))
        self.append(missing)

    def append(self, lines: Iterable[str]) -> None:
        """Write lines, all in one call."""
        text = "".join(line + "\n" for line in lines).encode()
        while text:
            text = text[os.write(self._file, text) :]

    def line(self, taken: Taken, effects: Sequence[Effect], after: Local, time_ms: int) -> str:
        """The line of an action with these effects, after which the node's part of the state is `after`."""
        self.vector = self.vector | {self.name: self.vector.get(self.name, 0) + 1}
        changes: dict[str, Any] = {}
        for row in self.mapping.variables:
            if row.name in after and after[row.name] != self.locals_[row.name]:
                value = difference(self.locals_[row.name], after[row.name])
                changes[row.name] = {"#at": {self.name: value}} if isinstance(row, PerNode) else value
        for name, values in self._added(effects):
            if values:
                changes[name] = {"#added": values}
        self.locals_ = after
        return _text(
            {
                "action": taken.action,
                "node": self.name,
                "args": taken.args,
                "changes": changes,
                "vector": dict(sorted(self.vector.items())),
                "time_ms": time_ms,
            }
        )

    def _added(self, effects: Sequence[Effect]) -> Iterable[tuple[str, list[Any]]]:
        for row in self._messages:
            sent = dict.fromkeys(e.message for e in effects if isinstance(e, Send) and row.of(e.message))
            yield row.name, [to_json(message) for message in sent]
        for applied in self._applied:
            yield applied.name, [to_json(e.value) for e in effects if isinstance(e, Apply)]

    def seen(self, vector: Vector) -> None:
        """A message of somebody with this clock was taken."""
        mine = self.vector
        for node, count in vector.items():
            if count > mine.get(node, 0):
                if mine is self.vector:
                    mine = dict(mine)
                mine[node] = count
        self.vector = mine

    def close(self) -> None:
        os.close(self._file)


def _text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(", ", ": "))
