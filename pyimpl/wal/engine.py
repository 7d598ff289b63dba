"""A store of pages with transactions, by a write-ahead log: undo and redo, steal, no force (ARIES).

Takes requests ("commit" or "abort", ((page, value), …)): a transaction that writes these pages one after the other and
then ends so; answers "committed" or "aborted". Several are under way at once; one that comes upon a page of another is
aborted. Pair it with `specs/wal/Wal.tla`.

Durable are the log, up to what was forced, and the pages. The log is forced every few milliseconds, for all
transactions that want to end (group commit); what recovery will not need of it goes to an archive. A transaction's name
is never given twice: it has the number of the start in it, which is counted on the disk.

Source: C. Mohan and others, "ARIES", ACM TODS 17(1), 1992, sections 3 to 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyimpl.kernel import DISABLED, Apply, Effects, Node, Persist, Reply, Request, SetTimer, action
from pyimpl.wal import records as rec
from pyimpl.wal.log import Log
from pyimpl.wal.pages import DiskPage, Page

OPERATION_MS = 12
FORCE_MS = 20
FLUSH_MS = 25
TRUNCATE_MS = 120
RECOVER_MS = 3


@dataclass
class Session:
    """A transaction that is under way for a client: what it still has to write, and how it then ends."""

    number: int
    ends: str
    writes: list[tuple[str, str]]


class Engine(Node):
    """`names` are the pages."""

    role = "store"

    def __init__(self, name: str, records: Mapping[str, Any], names: tuple[str, ...]) -> None:
        self.names = names
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        self.log = Log.read(records)
        self.archive: list[rec.Entry] = self.log.archive(
            records
        )  # for restores, and those who watch: it is not read here
        self.pages = {p: DiskPage.read(records.get(f"page/{p}")) for p in self.names}
        self.starts: int = records.get("starts", 0)
        self.cache = dict.fromkeys(self.names, Page())
        self.phase = "up"
        self.redone = 0
        self.open: set[str] = set()
        self.sessions: dict[str, Session] = {}
        self.undo_next: dict[str, int] = {}
        self.begun = 0
        self.flushed = 0  # which page was last

    # ---- the actions, in the spec's order ----

    @action("Begin")
    def begin(self, t: str) -> Effects:
        """Begin a transaction, under a name that was never given before."""
        if self.phase != "up":
            return DISABLED
        self.open.add(t)
        return Apply((t, "begun")), SetTimer(f"next {t}", OPERATION_MS)

    @action("Write")
    def write(self, t: str, p: str, v: str) -> Effects:
        """Write v to page p in memory: first the log, then the page."""
        if t not in self.open or rec.committed(self.log.entries, t):
            return DISABLED
        if any(self.holds(u, p) for u in self.undo_next if u != t):
            return DISABLED
        old = self.cache[p].value
        lsn = self.log.append(rec.update(t, self.undo_next.get(t, 0), p, old, v))
        self.cache[p] = Page(lsn, v)
        self.undo_next[t] = lsn
        return (SetTimer(f"next {t}", OPERATION_MS),)

    @action("Commit")
    def commit(self, t: str) -> Effects:
        """The commit goes into the log; it counts when it is on the disk."""
        if t not in self.open or rec.committed(self.log.entries, t):
            return DISABLED
        if t not in self.undo_next:
            return DISABLED
        self.log.append(rec.commit(t, self.undo_next[t]))
        return ()

    @action("Answer")
    def answer(self, t: str) -> Effects:
        """The commit is on the disk: say so, and let others have the pages."""
        if t not in self.open or not rec.committed(self.log.upto(self.log.forced), t):
            return DISABLED
        self.open.remove(t)
        del self.undo_next[t]
        return Apply((t, "committed")), Reply(self.sessions.pop(t).number, "committed")

    @action("Abort")
    def abort(self, t: str) -> Effects:
        """Give up; what it has changed is taken back later."""
        if t not in self.open or rec.committed(self.log.entries, t):
            return DISABLED
        self.open.remove(t)
        return (Reply(self.sessions.pop(t).number, "aborted"),)

    @action("Undo")
    def undo(self, t: str) -> Effects:
        """Take the last change back, and log that: it must not be taken back twice."""
        if self.phase != "up" or t in self.open:
            return DISABLED
        if not self.undo_next.get(t, 0) > self.log.base:
            return DISABLED
        r = self.log.at(self.undo_next[t])
        lsn = self.log.append(rec.undo(t, r["prev"], r["page"], r["old"]))
        self.cache[r["page"]] = Page(lsn, r["old"])
        self.undo_next[t] = r["prev"]
        self.forget_done(t)
        return ()

    @action("Force")
    def force(self) -> Effects:
        """Bring the log to the disk, all of it."""
        if self.phase != "up" or self.log.forced == self.log.last:
            return DISABLED
        return self.log.force()

    @action("Flush")
    def flush(self, p: str) -> Effects:
        """Bring a page to the disk, if the log is there up to its last change."""
        if not self.may_flush(p):
            return DISABLED
        self.pages[p] = DiskPage(self.cache[p].lsn, self.cache[p].value)
        return (Persist(f"page/{p}", self.cache[p].image()),)

    @action("Truncate")
    def truncate(self) -> Effects:
        """What recovery will never need goes to the archive."""
        if self.phase != "up":
            return DISABLED
        if self.log.forced < self.log.last:
            return DISABLED
        if self.first_needed() == self.log.base + 1:
            return DISABLED
        upto = self.first_needed() - 1
        self.archive += self.log.upto(upto)
        return self.log.truncate(upto)

    @action("Restart")
    def restart(self) -> Effects:
        """Back after a crash: cut the log at the first hole, and see who has lost."""
        if not self.down:
            return DISABLED
        self.down = False
        erased = self.log.cut()
        self.cache = {p: Page(d.lsn, d.value) if d.whole else Page() for p, d in self.pages.items()}
        self.phase = "redo"
        self.redone = self.log.base
        self.undo_next = rec.losers(self.log.entries, self.log.base)
        self.starts += 1
        return *erased, Persist("starts", self.starts), SetTimer("recover", RECOVER_MS)

    @action("Redo")
    def redo(self) -> Effects:
        """Repeat the next change, unless its page has it."""
        if self.phase != "redo" or self.redone == self.log.last:
            return DISABLED
        r = self.log.at(self.redone + 1)
        if r is not None and r["type"] in ("update", "undo") and self.cache[r["page"]].lsn <= self.redone:
            self.cache[r["page"]] = Page(self.redone + 1, r["new"])
        self.redone += 1
        return (SetTimer("recover", RECOVER_MS),)

    @action("Open")
    def open_(self) -> Effects:
        """All is repeated: take requests, and take the losers' changes back beside that."""
        if self.phase != "redo" or self.redone < self.log.last:
            return DISABLED
        self.phase = "up"
        self.redone = 0
        return (SetTimer("undo", RECOVER_MS),)

    # ---- events ----

    def on_start(self) -> Effects:
        beat = SetTimer("force", FORCE_MS), SetTimer("flush", FLUSH_MS), SetTimer("truncate", TRUNCATE_MS)
        return (*self.restart(), *beat) if self.down else (*beat, SetTimer("undo", RECOVER_MS))

    def on_request(self, request: Request) -> Effects:
        under_way = any(session.number == request.number for session in self.sessions.values())
        if under_way or self.phase != "up":
            return ()
        ends, writes = request.command
        self.begun += 1
        t = f"t{self.starts}_{self.begun}"
        self.sessions[t] = Session(request.number, ends, list(writes))
        return self.begin(t)

    def on_timer(self, name: str) -> Effects:
        match name.split():
            case ["next", t]:
                return self.go_on(t)
            case ["force"]:
                return (*self.force(), *self.answers(), SetTimer("force", FORCE_MS))
            case ["flush"]:
                return (*self.flush_next(), SetTimer("flush", FLUSH_MS))
            case ["truncate"]:
                return (*self.force(), *self.answers(), *self.truncate(), SetTimer("truncate", TRUNCATE_MS))
            case ["undo"]:
                loser = next((t for t in self.undo_next if t not in self.open), None)
                return (*(() if loser is None else self.undo(loser)), SetTimer("undo", RECOVER_MS))
        return self.redo() or self.open_()

    # ---- what several of them need ----

    def go_on(self, t: str) -> Effects:
        """The next operation of a transaction; a page that another holds ends it."""
        session = self.sessions[t]
        if session.writes:
            return self.write(t, *session.writes.pop(0)) or self.abort(t)
        return self.commit(t) if session.ends == "commit" else self.abort(t)

    def answers(self) -> Effects:
        """To all whose commit has reached the disk."""
        return tuple(effect for t in list(self.sessions) for effect in self.answer(t))

    def flush_next(self) -> Effects:
        """The next page that may go to the disk, in turn."""
        for step in range(1, len(self.names) + 1):
            at = (self.flushed + step) % len(self.names)
            done = self.flush(self.names[at])
            if done is not DISABLED:
                self.flushed = at
                return done
        return ()

    def holds(self, t: str, p: str) -> bool:
        """Whether t has a change of p that it may still take back."""
        return any(
            e is not None and e["type"] == "update" and e["txn"] == t and e["page"] == p
            for e in self.log.upto(self.undo_next[t])
        )

    def first_needed(self) -> int:
        """The first record that recovery may need; or the next one, if it needs none."""
        return next(
            (n for n, e in enumerate(self.log.entries, self.log.base + 1) if self.needed(n, e)), self.log.last + 1
        )

    def needed(self, n: int, e: rec.Entry) -> bool:
        """Whether record n is a change that the disk lacks, or has in a torn page, or that may still be taken back."""
        if e["type"] == "update" and n <= self.undo_next.get(e["txn"], 0):
            return True
        return e["type"] != "commit" and not (self.pages[e["page"]].whole and self.pages[e["page"]].lsn >= n)

    def may_flush(self, p: str) -> bool:
        """The write-ahead rule."""
        page, there = self.cache[p], self.pages[p]
        return page.lsn <= self.log.forced and DiskPage(page.lsn, page.value) != there

    def forget_done(self, t: str) -> None:
        """A transaction with nothing left to take back has ended."""
        if self.undo_next[t] == 0:
            del self.undo_next[t]
