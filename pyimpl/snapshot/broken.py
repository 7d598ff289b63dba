"""Faulty implementations of snapshots: one mistake each, twins of `specs/snapshot/broken/`.

They run like the correct one and report their steps as honestly; the trace alone gives them away.
"""

from __future__ import annotations

from pyimpl.kernel import DISABLED, Effects, Mutant, SetTimer, action
from pyimpl.snapshot.messages import Begin, Marker, Token
from pyimpl.snapshot.process import Process

LATER_MS = 30


class MarkerLate(Process):
    """Sends its markers when it has time."""

    @action("Record", node="p", witness=("m",))
    def record(self, k: int, m: Begin) -> Effects:
        """The mistake: what is sent before the markers is not in what was recorded."""
        if self.lost or m.epoch != self.epoch:
            return DISABLED
        if not self.recorded() < k:
            return DISABLED
        self.save(k, ())
        return (SetTimer(f"markers {self.epoch} {k}", LATER_MS),)

    def on_timer(self, name: str) -> Effects:
        match name.split():
            case ["markers", epoch, k]:
                due = not self.lost and (self.epoch, self.recorded()) == (int(epoch), int(k))
                return self.markers(self.recorded()) if due else ()
        return super().on_timer(name)


class GapSkipped(Process):
    """Takes what comes, if it is later than what it has."""

    def is_next(self, m: Token | Marker) -> bool:
        """The mistake: something may be missing in between."""
        return not self.lost and m.epoch == self.epoch and m.seq > self.got[m.sender]


class ChannelForgotten(Process):
    """Records its own state, and no channels."""

    def note(self, q: str, amount: int) -> None:
        """The mistake: what is on its way is nowhere."""


class OldEpochTaken(Process):
    """Takes messages of any epoch."""

    def is_next(self, m: Token | Marker) -> bool:
        """The mistake: who sent it may have started again since."""
        return not self.lost and m.seq == self.got[m.sender] + 1


PROCESSES: dict[str | None, type[Process]] = {
    None: Process,
    "MarkerLate": MarkerLate,
    "GapSkipped": GapSkipped,
    "ChannelForgotten": ChannelForgotten,
    "OldEpochTaken": OldEpochTaken,
}

MUTANTS = (
    Mutant("MarkerLate", "a process sends tokens before its markers", frozenset(), 33),
    Mutant("GapSkipped", "a message overtakes another on a channel", frozenset({"reorder"}), 40),
    Mutant("ChannelForgotten", "what is on its way is not recorded", frozenset(), 37),
    Mutant("OldEpochTaken", "a message from before the restart is received", frozenset({"crash", "delay"}), 88),
)
