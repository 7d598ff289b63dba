"""A backup taken while the store runs gives back what the committed had written when it ended, or later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyimpl.sim import Choices
from pyimpl.wal import PAGES, PROTOCOL, STORE
from pyimpl.wal.backup import Backup
from pyimpl.wal.engine import Engine
from pyimpl.wal.pages import INITIAL, DiskPage


def engine_of(world: Any) -> Engine:
    engine = world.node(STORE)
    assert isinstance(engine, Engine)
    return engine


def history_of(engine: Engine) -> list[Any]:
    """All of the log, with what only the archive has."""
    return [*engine.archive, *engine.log.entries]


def committed(entries: Sequence[Any]) -> dict[str, str]:
    """What the transactions whose commit is among the records have left, in the order of their commits."""
    writes: dict[str, dict[str, str]] = {}
    values = dict.fromkeys(PAGES, INITIAL)
    for e in entries:
        if e["type"] == "update":
            writes.setdefault(e["txn"], {})[e["page"]] = e["new"]
        elif e["type"] == "commit":
            values |= writes[e["txn"]]
    return values


def taken(seed: int, step: int) -> tuple[Backup, Engine, int] | None:
    """A backup begun after some moves of a run, one page every three moves, and the engine at the end of the run."""
    world = PROTOCOL.build(Choices.seeded(seed), frozenset(), None)
    world.run(step)
    backup = None
    for _ in range(200):
        backup = Backup.begin(engine_of(world))
        if backup is not None or not world.step():
            break
    if backup is None:
        return None
    for page in PAGES:
        assert backup.copy(engine_of(world), page)
        world.run(3)
    backup.end(engine_of(world))
    end = engine_of(world).log.forced
    world.run(400)
    return backup, engine_of(world), end


def test_a_backup_gives_back_what_was_committed_when_it_ended() -> None:
    fuzzy = short = 0
    for seed in range(60):
        for step in (20, 60, 110):
            found = taken(seed, step)
            if found is None:
                continue
            backup, engine, end = found
            entries = history_of(engine)
            assert backup.restored() == committed(entries[:end]), (seed, step)
            for upto in range(end, len(entries) + 1):
                assert backup.restored(entries[end:upto]) == committed(entries[:upto]), (seed, step, upto)
            fuzzy += len({d.lsn for d in backup.pages.values()}) > 1
            short += backup.first > 1
    assert fuzzy >= 50 and short >= 50, "pages of different times, and logs without their beginning"


def test_a_log_that_begins_with_the_backup_is_not_enough() -> None:
    """What the disk lacked when the backup began, or what was under way, would be missing."""
    wrong = 0
    for seed in range(60):
        found = taken(seed, 60)
        if found is not None:
            backup, engine, end = found
            late = Backup(end + 1, backup.pages, ())
            wrong += late.restored() != committed(history_of(engine)[:end])
    assert wrong >= 10


def test_a_new_store_begins_with_it() -> None:
    found = taken(3, 60)
    assert found is not None
    backup, engine, end = found
    new = Engine(STORE, backup.records(history_of(engine)[end:]), PAGES)
    assert {p: d.value for p, d in new.pages.items()} == committed(history_of(engine))
    assert all(d.whole for d in new.pages.values()) and new.log.entries == []


def test_a_backup_waits_for_the_log() -> None:
    found = taken(3, 60)
    assert found is not None
    engine = found[1]
    engine.log.force()
    assert Backup.begin(engine) is not None
    engine.log.append({"type": "commit", "txn": "t9_9", "prev": 1})
    assert Backup.begin(engine) is None


def test_a_torn_page_is_not_copied() -> None:
    found = taken(3, 60)
    assert found is not None
    backup, engine, _ = found
    engine.pages["a"] = DiskPage(9, "old", whole=False)
    assert not backup.copy(engine, "a") and backup.copy(engine, "b")
