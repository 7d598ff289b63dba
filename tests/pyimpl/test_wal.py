"""After recovery the pages hold exactly what the committed transactions wrote; logs and frames show what is missing."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from pyimpl.kernel.effects import Persist
from pyimpl.sim import Disk, Run, run
from pyimpl.sim.disk import SECTOR
from pyimpl.wal import FAULTS, PAGES, PROTOCOL, STORE, frames
from pyimpl.wal.engine import Engine
from pyimpl.wal.frames import frame, unframe
from pyimpl.wal.log import Log
from pyimpl.wal.pages import INITIAL, DiskPage


def engine_of(result: Run) -> Engine:
    engine = result.world.node(STORE)
    assert isinstance(engine, Engine)
    return engine


def history_of(engine: Engine) -> list[Any]:
    """All of the log, with what only the archive has."""
    return [*engine.archive, *engine.log.entries]


def left_by_the_committed(result: Run) -> dict[str, str]:
    """What the pages should hold: the writes of the trace, of those whose commit is in the log, in its order."""
    writes: dict[str, dict[str, str]] = {}
    for event in result.events:
        if event["action"] == "Write":
            writes.setdefault(event["args"]["t"], {})[event["args"]["p"]] = event["args"]["v"]
    pages = dict.fromkeys(PAGES, INITIAL)
    for entry in history_of(engine_of(result)):
        if entry is not None and entry["type"] == "commit":
            pages |= writes[entry["txn"]]
    return pages


def wrong(result: Run) -> list[str]:
    """What a client has to complain of at the end of a run."""
    engine = engine_of(result)
    kept = {e["txn"] for e in history_of(engine) if e is not None and e["type"] == "commit"}
    lost = [t for t, what in result.world.applied[STORE] if what == "committed" and t not in kept]
    there = {p: page.value for p, page in engine.cache.items()}
    return [f"{t} is lost" for t in lost] + ([] if there == left_by_the_committed(result) else ["a page is wrong"])


@cache
def runs_under(faults: tuple[str, ...]) -> list[Run]:
    return [run(PROTOCOL, seed, faults) for seed in range(50)]


@pytest.mark.parametrize("faults", [(), ("crash",), FAULTS], ids=["calm", "crash", "torn"])
def test_the_pages_hold_what_the_committed_wrote(faults: tuple[str, ...]) -> None:
    committed = crashes = 0
    for seed, result in enumerate(runs_under(faults)):
        assert result.world.done(result.world), seed
        assert wrong(result) == [], seed
        committed += sum(answer == "committed" for given in result.world.replies.values() for answer in given)
        crashes += result.world.happened["crash"]
    assert committed > 50
    assert (crashes > 50) == bool(faults)


def test_recovery_is_interrupted_too() -> None:
    """Crashes strike while history is being repeated and while losers are being taken back, and do no harm."""
    during = {"redo": 0, "undo": 0}
    for result in runs_under(FAULTS):
        for before, event in zip(result.events, result.events[1:], strict=False):
            if event["action"] == "Crash":
                during["redo"] += before["vars"]["phase"] == "redo"
                during["undo"] += before["action"] == "Undo"
    assert min(during.values()) >= 3, during


def test_holes_and_torn_pages_occur() -> None:
    holes = torn = 0
    for result in runs_under(FAULTS):
        for event in result.events:
            if event["action"] == "Crash":
                holes += any(entry["type"] == "torn" for entry in event["vars"]["log"])
                torn += any(not page["whole"] for page in event["vars"]["pages"].values())
    assert holes >= 3 and torn >= 3


def test_the_log_is_truncated_while_work_goes_on() -> None:
    """Also with transactions under way; crashes strike in the midst, and what they leave is done or not."""
    fuzzy = done = undone = shorter = 0
    for result in runs_under(FAULTS):
        archived, engine = 0, engine_of(result)
        for event in result.events:
            state = event["vars"]
            if event["action"] == "Truncate":
                assert archived < state["archived"] <= state["forced"] == len(state["log"])
                fuzzy += bool(state["undoNext"])
            elif event["action"] == "Crash":
                done += state["archived"] > archived
                undone += state["archived"] == archived
            else:
                assert state["archived"] == archived
            archived = state["archived"]
        assert engine.log.base == archived == len(engine.archive) and None not in engine.archive
        shorter += archived > 0
    assert min(fuzzy, done, undone) >= 3 and shorter > 25, (fuzzy, done, undone, shorter)


@pytest.mark.parametrize("mutant", PROTOCOL.mutants, ids=lambda m: m.name)
def test_the_mistakes_do_harm(mutant: Any) -> None:
    runs = (run(PROTOCOL, seed, FAULTS, faulty=mutant.name, steps=1500) for seed in range(400))
    assert any(wrong(result) for result in runs)


def carried_out(disk: Disk, *writes: Persist) -> None:
    for write in writes:
        disk.write(write.record, write.value)
        if write.flush:
            disk.flush()


def test_a_log_comes_back_as_it_was_forced() -> None:
    disk, log = Disk(), Log("decisions")
    assert [log.append({"n": n}) for n in range(5)] == [1, 2, 3, 4, 5]
    writes = log.force()
    assert [w.flush for w in writes] == [False] * 4 + [True]
    carried_out(disk, *writes)
    log.append("never forced")
    again = Log.read(disk.records(), "decisions")
    assert (again.entries, again.forced) == ([{"n": n} for n in range(5)], 5)
    assert again.force() == again.cut() == ()
    assert Log.read(disk.records(), "other").entries == []


def test_what_stands_behind_a_hole_is_erased_for_good() -> None:
    disk, log = Disk(), Log()
    for n in range(5):
        log.append(n)
    carried_out(disk, *log.force())
    disk.write("log/3", frame(3, "2")[:SECTOR])
    disk.flush()
    log = Log.read(disk.records())
    assert (log.entries, log.forced) == ([0, 1, None, 3, 4], 2)
    carried_out(disk, *log.cut(), Persist("other", 0))
    assert log.append("new") == 3
    carried_out(disk, *log.force())
    assert Log.read(disk.records()).entries == [0, 1, "new"]


def test_the_beginning_of_a_log_goes_to_the_archive() -> None:
    disk, log = Disk(), Log()
    for n in range(5):
        log.append(n)
    carried_out(disk, *log.force())
    writes = log.truncate(3)
    assert (log.base, log.entries, log.forced, log.last) == (3, [3, 4], 5, 5)
    assert (log.at(4), log.upto(4), log.append("new")) == (3, [3], 6)
    assert [w.record for w in writes if w.flush] == ["log-archive/3", "log-archived"]
    for made in range(len(writes) + 1):  # wherever a crash cuts it short, nothing is lost, and what is left is erased
        again = Disk()
        again.write("all", 0)
        for record, value in disk.records().items():
            again.write(record, value)
        again.flush()
        carried_out(again, *writes[:made])
        again.flush()
        found = Log.read(again.records())
        base = 3 if made > 3 else 0
        assert (found.base, found.entries, found.forced) == (base, list(range(base, 5)), 5)
        assert found.archive(again.records()) == list(range(base))
        carried_out(again, *found.cut(), Persist("all", 1))
        assert [key for key, value in again.records().items() if key.startswith("log/") and value is not None] == [
            f"log/{n}" for n in range(base + 1, 6)
        ]


def test_a_record_at_another_place_is_none() -> None:
    disk = Disk()
    carried_out(disk, Persist("log/1", frame(1, "1")), Persist("log/2", frame(1, "1")))
    assert Log.read(disk.records()).entries == [1]


def test_every_torn_write_shows() -> None:
    bodies = ["", "v1", "v2", json.dumps(list(range(40))), "x" * 100]
    for old in bodies:
        for new in bodies:
            before, after = frame(1, old), frame(2, new)
            for cut in range(SECTOR, len(after), SECTOR):
                text = after[:cut] + before[cut:]
                assert unframe(text).whole == (text == after), (old, new, cut)
    assert frames.SECTOR == SECTOR
    assert unframe(frame(7, "text")) == frames.Frame(7, "text", whole=True)
    for nothing in ("", "no frame", "x" * 50, "٣".rjust(10, "0")):
        assert not unframe(nothing).whole


def test_a_torn_page_has_the_number_of_the_new_and_the_value_of_the_old() -> None:
    disk = Disk()
    carried_out(disk, Persist("page/a", frame(3, "old")), Persist("page/a", frame(9, "new"), flush=False))
    assert disk.crash(lambda n: 1) == 1
    assert DiskPage.read(disk.records()["page/a"]) == DiskPage(9, "old", whole=False)
    assert DiskPage.read(None) == DiskPage()


def test_what_a_disk_keeps_of_what_was_not_flushed() -> None:
    def fates(answer: int) -> dict[str, Any]:
        disk = Disk()
        carried_out(disk, Persist("small", "a"), Persist("number", 1), Persist("large", "o" * 70))
        for record, value in (("small", "b"), ("number", 2), ("large", "n" * 70)):
            disk.write(record, value)
        disk.crash(lambda n: min(answer, n - 1))
        return disk.records()

    assert fates(0) == {"small": "a", "number": 1, "large": "o" * 70}
    assert fates(1) == {"small": "b", "number": 2, "large": "n" * 32 + "o" * 38}
    assert fates(2) == {"small": "b", "number": 2, "large": "n" * 64 + "o" * 6}
    assert fates(3) == {"small": "b", "number": 2, "large": "n" * 70}
