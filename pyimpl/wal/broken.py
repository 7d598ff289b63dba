"""Faulty implementations of the store: one mistake each, twins of `specs/wal/broken/`.

They run like the correct one and report their steps as honestly; the trace alone gives them away.
"""

from __future__ import annotations

from pyimpl.kernel import DISABLED, Apply, Effects, Mutant, Persist, Reply, SetTimer, action
from pyimpl.wal import records as rec
from pyimpl.wal.engine import RECOVER_MS, Engine
from pyimpl.wal.pages import DiskPage, Page


class PageBeforeLog(Engine):
    """Writes pages whenever there is time."""

    def may_flush(self, p: str) -> bool:
        """The mistake: it does not ask how far the log is on the disk."""
        return DiskPage(self.cache[p].lsn, self.cache[p].value) != self.pages[p]


class NoCompensation(Engine):
    """Takes changes back in memory only."""

    @action("Undo")
    def undo(self, t: str) -> Effects:
        """The mistake: nothing in the log says that the change was taken back."""
        if self.phase != "up" or t in self.open:
            return DISABLED
        if not self.undo_next.get(t, 0) > self.log.base:
            return DISABLED
        r = self.log.at(self.undo_next[t])
        self.cache[r["page"]] = Page(self.cache[r["page"]].lsn, r["old"])
        self.undo_next[t] = r["prev"]
        self.forget_done(t)
        return ()


class AnswersEarly(Engine):
    """Answers as soon as the commit is in the log."""

    @action("Answer")
    def answer(self, t: str) -> Effects:
        """The mistake: the log is still in memory."""
        if t not in self.open or not rec.committed(self.log.entries, t):
            return DISABLED
        self.open.remove(t)
        del self.undo_next[t]
        return Apply((t, "committed")), Reply(self.sessions.pop(t).number, "committed")

    def go_on(self, t: str) -> Effects:
        """It does not wait for the next force."""
        done = super().go_on(t)
        return done + self.answer(t)


class HolesSkipped(Engine):
    """Reads the whole log, whatever it has of it."""

    @action("Restart")
    def restart(self) -> Effects:
        """The mistake: it does not stop at a record that is missing."""
        if not self.down:
            return DISABLED
        self.down = False
        self.cache = {p: Page(d.lsn, d.value) if d.whole else Page() for p, d in self.pages.items()}
        self.phase = "redo"
        self.redone = self.log.base
        self.undo_next = rec.losers(self.log.entries, self.log.base)
        self.starts += 1
        return Persist("starts", self.starts), SetTimer("recover", RECOVER_MS)

    @action("Undo")
    def undo(self, t: str) -> Effects:
        """As far as there is anything to be read."""
        if self.undo_next[t] > self.log.base and self.log.at(self.undo_next[t]) is None:
            return DISABLED
        return super().undo(t)[1:]

    def needed(self, n: int, e: rec.Entry | None) -> bool:
        """As far as there is anything to be read."""
        return e is not None and super().needed(n, e)


class TornPageRead(Engine):
    """Takes any page for what it says it is."""

    @action("Restart")
    def restart(self) -> Effects:
        """The mistake: it does not look at the checksum."""
        if not self.down:
            return DISABLED
        self.down = False
        erased = self.log.cut()
        self.cache = {p: Page(d.lsn, d.value) for p, d in self.pages.items()}
        self.phase = "redo"
        self.redone = self.log.base
        self.undo_next = rec.losers(self.log.entries, self.log.base)
        self.starts += 1
        return *erased, Persist("starts", self.starts), SetTimer("recover", RECOVER_MS)


class TruncatesUnwritten(Engine):
    """Keeps of the log what is to be taken back, and no more."""

    def needed(self, n: int, e: rec.Entry) -> bool:
        """The mistake: it does not ask which changes the pages on the disk lack."""
        return e["type"] == "update" and n <= self.undo_next.get(e["txn"], 0)


ENGINES: dict[str | None, type[Engine]] = {
    None: Engine,
    "PageBeforeLog": PageBeforeLog,
    "NoCompensation": NoCompensation,
    "AnswersEarly": AnswersEarly,
    "HolesSkipped": HolesSkipped,
    "TornPageRead": TornPageRead,
    "TruncatesUnwritten": TruncatesUnwritten,
}

MUTANTS = (
    Mutant("PageBeforeLog", "a page goes to the disk before its log records", frozenset(), 10),
    Mutant("NoCompensation", "what is taken back is not logged", frozenset(), 6),
    Mutant("AnswersEarly", "a client is answered before its commit is on the disk", frozenset(), 86),
    Mutant("HolesSkipped", "recovery reads on behind a hole in the log", frozenset({"crash", "torn"}), 28),
    Mutant("TornPageRead", "recovery takes a torn page for a whole one", frozenset({"crash", "torn"}), 50),
    Mutant("TruncatesUnwritten", "the log is truncated before its pages are on the disk", frozenset({"crash"}), 79),
)
