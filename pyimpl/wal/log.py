"""A log: records that are appended, forced to the disk, and read again after a crash up to the first that is not whole.

A library without I/O, for any node that wants its decisions to survive: `append` keeps a record in memory and gives its
number (LSN, from 1 on), `force` gives the writes after which all of them are safe, `Log.read` makes the log again from
a disk's records, `cut` gives the writes that erase what stands behind a hole. After `read`, call `cut` and carry its
writes out before anything is appended: a record that is left behind a hole would seem to belong to the log as soon as
the hole is filled.

Records are JSON-able values. Each is one record of the disk, "<name>/<number>", in a frame that shows whether it
arrived whole. Source: C. Mohan and others, "ARIES", ACM TODS 17(1), 1992, section 4.1 (log records and LSNs).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pyimpl.kernel.effects import Persist
from pyimpl.wal.frames import frame, unframe


class Log:
    """`entries[n - 1]` is record n, None where there is a hole (only between `read` and `cut`); the first `forced`
    records are safe."""

    def __init__(self, name: str = "log") -> None:
        self.name = name
        self.entries: list[Any] = []
        self.forced = 0

    @classmethod
    def read(cls, records: Mapping[str, Any], name: str = "log") -> Log:
        """The log that a disk kept, up to its last whole record, holes and all."""
        log = cls(name)
        numbers = [int(key.removeprefix(f"{name}/")) for key in records if key.startswith(f"{name}/")]
        log.entries = [log._entry(records, number) for number in range(1, max(numbers, default=0) + 1)]
        while log.entries and log.entries[-1] is None:
            log.entries.pop()
        log.forced = log.entries.index(None) if None in log.entries else len(log.entries)
        return log

    def append(self, entry: Any) -> int:
        """Put a record at the end, in memory; its number."""
        self.entries.append(entry)
        return len(self.entries)

    def force(self) -> tuple[Persist, ...]:
        """The writes after which all records are safe; the last one waits for the disk, and for the others with it."""
        numbers = range(self.forced + 1, len(self.entries) + 1)
        self.forced = len(self.entries)
        return tuple(
            Persist(self._key(n), frame(n, json.dumps(self.entries[n - 1])), flush=n == self.forced) for n in numbers
        )

    def cut(self) -> tuple[Persist, ...]:
        """Forget what stands behind the first hole; the writes that erase it (not waited for: the caller does)."""
        behind = range(self.forced + 1, len(self.entries) + 1)
        del self.entries[self.forced :]
        return tuple(Persist(self._key(n), None, flush=False) for n in behind)

    def _key(self, number: int) -> str:
        return f"{self.name}/{number}"

    def _entry(self, records: Mapping[str, Any], number: int) -> Any:
        text = records.get(self._key(number))
        found = unframe(text) if isinstance(text, str) else None
        return json.loads(found.body) if found is not None and found.whole and found.number == number else None
