"""A log: records that are appended, forced to the disk, and read again after a crash up to the first that is not whole.

A library without I/O, for any node that wants its decisions to survive: `append` keeps a record in memory and gives its
number (LSN, from 1 on), `force` gives the writes after which all of them are safe, `Log.read` makes the log again from
a disk's records, `cut` gives the writes that erase what stands behind a hole. After `read`, call `cut` and carry its
writes out before anything is appended: a record that is left behind a hole would seem to belong to the log as soon as
the hole is filled. `truncate` gives the writes that take the log's beginning away, to an archive ("<name>-archive").

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
    """`entries` are the records after the first `base`, which only the archive has; None where there is a hole (only
    between `read` and `cut`). The records up to number `forced` are safe."""

    def __init__(self, name: str = "log") -> None:
        self.name = name
        self.base = 0
        self.entries: list[Any] = []
        self.forced = 0
        self.stale: list[int] = []  # numbers that a disk still has though the archive has them, too

    @classmethod
    def read(cls, records: Mapping[str, Any], name: str = "log") -> Log:
        """The log that a disk kept, up to its last whole record, holes and all, and without what is archived."""
        log = cls(name)
        log.base = records.get(f"{name}-archived", 0)
        there = {key: records[key] for key in records if key.startswith(f"{name}/") and records[key] is not None}
        numbers = [int(key.removeprefix(f"{name}/")) for key in there]
        log.stale = sorted(n for n in numbers if n <= log.base)
        log.entries = [log._entry(records, n) for n in range(log.base + 1, max(numbers, default=0) + 1)]
        while log.entries and log.entries[-1] is None:
            log.entries.pop()
        log.forced = log.base + (log.entries.index(None) if None in log.entries else len(log.entries))
        return log

    @property
    def last(self) -> int:
        """The number of the last record."""
        return self.base + len(self.entries)

    def at(self, number: int) -> Any:
        """The record of that number; IndexError if there is none, or only the archive has it."""
        if number <= self.base:
            raise IndexError(f"record {number} is in the archive, which has {self.base}")
        return self.entries[number - self.base - 1]

    def upto(self, number: int) -> list[Any]:
        """The records up to that number that are not archived."""
        return self.entries[: number - self.base]

    def append(self, entry: Any) -> int:
        """Put a record at the end, in memory; its number."""
        self.entries.append(entry)
        return self.last

    def force(self) -> tuple[Persist, ...]:
        """The writes after which all records are safe; the last one waits for the disk, and for the others with it."""
        numbers = range(self.forced + 1, self.last + 1)
        self.forced = self.last
        return tuple(Persist(self._key(n), self._frame(n), flush=n == self.forced) for n in numbers)

    def cut(self) -> tuple[Persist, ...]:
        """Forget what stands behind the first hole; the writes that erase it, and what a truncation that was cut short
        has left (not waited for: the caller does)."""
        erased = [*self.stale, *range(self.forced + 1, self.last + 1)]
        self.stale = []
        del self.entries[self.forced - self.base :]
        return tuple(Persist(self._key(n), None, flush=False) for n in erased)

    def truncate(self, number: int) -> tuple[Persist, ...]:
        """Take the records up to that number, all of them safe, to the archive. The writes: first the archive has them,
        then the log begins behind them, then they are erased (which a crash may undo: it does no harm)."""
        numbers = range(self.base + 1, number + 1)
        kept = [Persist(f"{self.name}-archive/{n}", self._frame(n), flush=n == number) for n in numbers]
        erased = [Persist(self._key(n), None, flush=False) for n in numbers]
        writes = (*kept, Persist(f"{self.name}-archived", number), *erased)
        del self.entries[: number - self.base]
        self.base = number
        return writes

    def archive(self, records: Mapping[str, Any]) -> list[Any]:
        """What the archive has, for a restore: the records before those of the log."""
        return [self._entry(records, n, "-archive") for n in range(1, self.base + 1)]

    def _key(self, number: int) -> str:
        return f"{self.name}/{number}"

    def _frame(self, number: int) -> str:
        return frame(number, json.dumps(self.at(number)))

    def _entry(self, records: Mapping[str, Any], number: int, where: str = "") -> Any:
        text = records.get(f"{self.name}{where}/{number}")
        found = unframe(text) if isinstance(text, str) else None
        return json.loads(found.body) if found is not None and found.whole and found.number == number else None
