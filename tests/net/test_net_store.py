"""Durable records: what a crash leaves of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pyimpl.net.store import ForgetfulStore, SqliteStore


def test_records_outlive_the_process(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    assert (store.records(), store.told(), store.life) == ({}, [], 1)
    store.write("a", {"x": [1, None, "ü"]})
    store.write("b", 2)
    store.flush(["line"])
    store.write("b", 3)
    store.close()
    again = SqliteStore(tmp_path / "s.db")
    assert (again.records(), again.told(), again.life) == ({"a": {"x": [1, None, "ü"]}, "b": 2}, ["line"], 2)
    again.write("a", None)
    again.flush()
    again.close()
    assert SqliteStore(tmp_path / "s.db").records() == {"b": 2}


def test_it_waits_for_the_disk(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    assert store._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert store._db.execute("PRAGMA synchronous").fetchone() == (2,), "FULL"


def test_a_torn_log_leaves_a_beginning_of_the_flushes(tmp_path: Path) -> None:
    """However much of the write-ahead log reached the disk: the records are those after some flush, never half of one,
    and the trace lines are those of the same flush."""
    store = SqliteStore(tmp_path / "s.db")
    for n in range(1, 6):
        store.write("x", n)
        store.write("y", n)
        store.flush([f"line {n}"])
    log = (tmp_path / "s.db-wal").read_bytes()
    found = []
    for cut in (*range(0, len(log), 1021), len(log)):
        torn = tmp_path / "torn.db"
        shutil.copy(tmp_path / "s.db", torn)
        (tmp_path / "torn.db-wal").write_bytes(log[:cut])
        reopened = SqliteStore(torn)
        records = reopened.records()
        n = records.get("x", 0)
        assert records == ({"x": n, "y": n} if n else {}) and reopened.told() == ([f"line {n}"] if n else [])
        found.append(n)
        reopened.close()
        for left in tmp_path.glob("torn*"):
            left.unlink()
    assert found == sorted(found) and set(found) == set(range(6))


@pytest.mark.parametrize(
    ("lose", "tear", "left"),
    [(0, None, {"a": 3, "b": 3}), (1, None, {"a": 2, "b": 2}), (2, None, {"a": 1, "b": 1}), (0, 1, {"a": 3, "b": 2})],
)
def test_a_disk_that_lies(lose: int, tear: int | None, left: dict[str, int]) -> None:
    store = ForgetfulStore(lose, tear)
    for n in (1, 2, 3):
        store.write("a", n)
        store.write("b", n)
        store.flush()
    store.write("a", 4)
    assert store.records() == {"a": 3, "b": 3}
    store.crash()
    assert store.records() == left and store.life == 2
