"""A fuzzy backup of a store while it runs, and a store made from it.

`Backup.begin` notes from where on the log is needed, `copy` takes a page from the disk as it is then, `end` takes the
log as far as it is on the disk; the store goes on in between. `restored` gives what the pages hold after redo of that
part of the log over the copies and undo of those who had not ended; later records of the log, if they were saved, can
be given too, and bring the copy up to date. `records` gives the disk of a new store that begins with these pages.

The spec is `specs/wal/Backup.tla`. Source: C. Mohan and others, "ARIES", ACM TODS 17(1), 1992, section 8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyimpl.wal import records as rec
from pyimpl.wal.engine import Engine
from pyimpl.wal.pages import DiskPage, Page


@dataclass
class Backup:
    """`part` are the log's records from number `first` on; `pages` the copies."""

    first: int
    pages: dict[str, DiskPage] = field(default_factory=dict)
    part: tuple[rec.Entry, ...] = ()

    @classmethod
    def begin(cls, engine: Engine) -> Backup | None:
        """None while the store is not open, or some of its log is not on the disk: try again later."""
        if engine.phase != "up" or engine.down or engine.log.forced < engine.log.last:
            return None
        return cls(engine.first_needed())

    def copy(self, engine: Engine, page: str) -> bool:
        """Take a page as it is on the disk now; false if a crash has torn it and it was not written again since: try
        again later. A backup does not outlive a crash of the store: begin another."""
        if not engine.pages[page].whole:
            return False
        self.pages[page] = engine.pages[page]
        return True

    def end(self, engine: Engine) -> None:
        """Take the log as far as it is on the disk now, and from the archive what went there since. Call it after all
        pages were copied."""
        self.part = (*engine.archive, *engine.log.upto(engine.log.forced))[self.first - 1 :]

    def restored(self, later: Sequence[rec.Entry] = ()) -> dict[str, str]:
        """What the pages hold, with the part of the log and the records `later`, which follow on it."""
        entries = [*self.part, *later]
        numbered = dict(enumerate(entries, start=self.first))
        pages = {p: Page(d.lsn, d.value) for p, d in self.pages.items()}
        for n, e in numbered.items():
            if e["type"] in ("update", "undo") and pages[e["page"]].lsn < n:
                pages[e["page"]] = Page(n, e["new"])
        values = {p: page.value for p, page in pages.items()}
        for n in sorted(self._to_take_back(numbered), reverse=True):
            values[numbered[n]["page"]] = numbered[n]["old"]
        return values

    @staticmethod
    def _to_take_back(numbered: Mapping[int, rec.Entry]) -> list[int]:
        """The changes of those who had not ended, but those that were taken back."""
        next_: dict[str, int] = {}
        for n, e in numbered.items():
            next_[e["txn"]] = {"update": n, "undo": e["prev"], "commit": 0}[e["type"]]
        return [n for n, e in numbered.items() if e["type"] == "update" and n <= next_[e["txn"]]]

    def records(self, later: Sequence[rec.Entry] = ()) -> dict[str, Any]:
        """The disk of a new store with these pages and an empty log."""
        return {f"page/{p}": Page(0, value).image() for p, value in self.restored(later).items()}
