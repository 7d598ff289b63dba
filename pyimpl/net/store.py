"""Durable records of one node: what `Persist` writes and a restart finds.

`SqliteStore` keeps them in a SQLite database (write-ahead log, `synchronous=FULL`): `flush` returns when the operating
system says that the log is on the disk (fsync), and a crash in between leaves all of a flush or nothing of it. Beside
the records it keeps how often the node was started (`life`) and the trace lines that belong to the last flush (`told`):
they are safe in the same instant as what they tell of (see `tracelog`).

`ForgetfulStore` is one in memory for tests, whose disk lies: it may lose whole flushes, or tear one. No protocol here
is made for that; it shows that their traces give it away.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol


class Store(Protocol):
    """What a host needs of a disk."""

    life: int

    def records(self) -> dict[str, Any]:
        """The safe records, by name; one that was last written as None is as good as never written."""

    def write(self, record: str, value: Any) -> None:
        """Write, without making it safe."""

    def flush(self, lines: Sequence[str] = ()) -> None:
        """Make safe what was written, and with it these trace lines."""

    def told(self) -> list[str]:
        """The trace lines of the last flush that had some."""

    def close(self) -> None:
        """Close it. What was not flushed is lost."""


class SqliteStore:
    """Records in a file. `life` counts the openings, this one included."""

    def __init__(self, path: Path | str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("PRAGMA wal_autocheckpoint=4000")
        self._db.execute("CREATE TABLE IF NOT EXISTS record (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
        self._db.execute("CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
        self.life = int(self._about("life") or 0) + 1
        self._put("life", str(self.life))

    def _about(self, name: str) -> str | None:
        row = self._db.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def _put(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))

    def records(self) -> dict[str, Any]:
        return {name: json.loads(value) for name, value in self._db.execute("SELECT name, value FROM record")}

    def write(self, record: str, value: Any) -> None:
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")
        if value is None:
            self._db.execute("DELETE FROM record WHERE name = ?", (record,))
        else:
            self._db.execute("INSERT OR REPLACE INTO record VALUES (?, ?)", (record, json.dumps(value)))

    def flush(self, lines: Sequence[str] = ()) -> None:
        if lines:
            if not self._db.in_transaction:
                self._db.execute("BEGIN IMMEDIATE")
            self._put("told", json.dumps(list(lines)))
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    def told(self) -> list[str]:
        lines: list[str] = json.loads(self._about("told") or "[]")
        return lines

    def close(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
        self._db.close()


class ForgetfulStore:
    """Records in memory, on a disk that lies. `crash()` is a power failure.

    `lose`: the last so many flushes were only promised, and a crash loses them. `tear`: of the last flush that is not
    lost, a crash keeps only so many writes (None: all).
    """

    def __init__(self, lose: int = 0, tear: int | None = None) -> None:
        self.lose, self.tear = lose, tear
        self.life = 1
        self._flushed: list[list[tuple[str, str]]] = []
        self._written: list[tuple[str, str]] = []
        self._told: list[str] = []

    def records(self) -> dict[str, Any]:
        found = {name: json.loads(value) for flush in self._flushed for name, value in flush}
        return {name: value for name, value in found.items() if value is not None}

    def write(self, record: str, value: Any) -> None:
        self._written.append((record, json.dumps(value)))

    def flush(self, lines: Sequence[str] = ()) -> None:
        self._flushed.append(self._written)
        self._written = []
        if lines:
            self._told = list(lines)

    def told(self) -> list[str]:
        return self._told

    def crash(self) -> None:
        """Lose what was not flushed, and what the disk lied about."""
        self._written = []
        self._flushed = self._flushed[: len(self._flushed) - self.lose]
        if self.tear is not None and self._flushed:
            self._flushed[-1] = self._flushed[-1][: self.tear]
        self.life += 1

    def close(self) -> None:
        self._written = []
