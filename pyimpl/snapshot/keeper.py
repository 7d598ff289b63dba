"""The keeper of snapshots: asks for them, stores the parts, and has everybody start again from the last complete one.

Takes `Report`, `Lost` and `Here` of processes. Pair it with `specs/snapshot/Snapshot.tla`, section "The keeper".
Durable are the epoch, the number of the last snapshot asked for, and the last complete one, with the parts from which
the present epoch has begun.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import DISABLED, Effects, Node, Persist, Send, SetTimer, action
from pyimpl.snapshot.messages import Begin, Here, Lost, Part, Parts, Report, Restore

SNAPSHOT_MS = 150
AGAIN_MS = 60


class Keeper(Node):
    """`procs` are the processes' names; each begins with `start` tokens."""

    role = "keeper"

    def __init__(self, name: str, records: Mapping[str, Any], procs: tuple[str, ...], start: int) -> None:
        self.procs, self.first = procs, start
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        nothing = tuple((q, ()) for q in self.procs)
        parts = tuple((p, Part(self.first, nothing)) for p in self.procs)
        self.current, self.begun, self.num = records.get("numbers", (0, 0, 0))
        self.parts = parts_of(records["stable"]) if "stable" in records else parts
        self.origin = parts_of(records["origin"]) if "origin" in records else parts
        self.reports: dict[str, Part] = {}
        self.here: set[str] = set()

    # ---- the actions, in the spec's order ----

    @action("Begin")
    def begin(self) -> Effects:
        """Ask for a snapshot."""
        if self.num != self.begun:
            return DISABLED
        self.begun += 1
        self.reports = {}
        return self.persist(), *self.to_all(Begin(self.current, self.begun))

    @action("Complete")
    def complete(self) -> Effects:
        """All parts are there."""
        if not self.num < self.begun:
            return DISABLED
        if self.reports.keys() != set(self.procs):
            return DISABLED
        self.num = self.begun
        self.parts = tuple((p, self.reports[p]) for p in self.procs)
        return Persist("stable", record_of(self.parts), flush=False), self.persist()

    @action("Restore")
    def restore(self) -> Effects:
        """Somebody has lost its state: a new epoch begins, from the last complete snapshot."""
        self.current += 1
        self.begun = self.num
        self.origin = self.parts
        self.reports = {}
        self.here = set()
        return (
            Persist("origin", record_of(self.origin), flush=False),
            self.persist(),
            *self.to_all(Restore(self.current, self.origin)),
        )

    # ---- events ----

    def on_start(self) -> Effects:
        return SetTimer("snapshot", SNAPSHOT_MS), SetTimer("again", AGAIN_MS)

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case Report(self.current, self.begun, proc, part) if self.num < self.begun:
                self.reports[proc] = part
                return self.complete()
            case Lost(self.current, _):
                return self.restore()
            case Here(self.current, proc):
                self.here.add(proc)
        return ()

    def on_timer(self, name: str) -> Effects:
        if name == "snapshot":
            return *self.begin(), SetTimer("snapshot", SNAPSHOT_MS)
        return *self.again(), SetTimer("again", AGAIN_MS)

    # ---- what several of them need ----

    def again(self) -> Effects:
        """What some have not answered, once more."""
        late = [p for p in self.procs if p not in self.here] if self.current else []
        missing = [p for p in self.procs if p not in self.reports] if self.num < self.begun else []
        return (
            *(Send(p, Restore(self.current, self.origin)) for p in late),
            *(Send(p, Begin(self.current, self.begun)) for p in missing),
        )

    def to_all(self, message: Any) -> Effects:
        return tuple(Send(p, message) for p in self.procs)

    def persist(self) -> Persist:
        return Persist("numbers", (self.current, self.begun, self.num))


def record_of(parts: Parts) -> list[Any]:
    """For the disk."""
    return [[p, part.record()] for p, part in parts]


def parts_of(record: Any) -> Parts:
    """From the disk."""
    return tuple((p, Part.of(part)) for p, part in record)
