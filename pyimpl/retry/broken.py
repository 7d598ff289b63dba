"""Faulty implementations of retry: one mistake each, twins of `specs/retry/broken/`.

They run like the correct one and report their steps as honestly; the trace alone gives them away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import DISABLED, Apply, CancelTimer, Effects, Mutant, Persist, Reply, Send, SetTimer, action
from pyimpl.retry.client import Client
from pyimpl.retry.messages import Answer, Call
from pyimpl.retry.server import Server
from pyimpl.retry.sessions import Sessions


class NoTable(Server):
    """Carries out whatever comes."""

    @action("Execute", witness=("m",))
    def execute(self, c: str, n: int, m: Call) -> Effects:
        """The mistake: it does not look whether it has done that already."""
        self.journal.append((c, n, m.command))
        self.sessions.done(c, n, len(self.journal))
        return self.persist(), Send(c, Answer(c, n, len(self.journal))), Apply((c, m.command))


class TableNotLogged(Server):
    """Keeps the table of sessions in memory only."""

    def recover(self, records: Mapping[str, Any]) -> None:
        """The mistake: the journal comes back, and the table does not."""
        super().recover(records)
        self.sessions = Sessions()


class NumberReused(Client):
    """Sends a call before its number is safe."""

    @action("Call", node="c")
    def call(self, x: str) -> Effects:
        """The mistake: the record is written and not flushed; a crash loses it, and the call is already out."""
        if self.busy:
            return DISABLED
        self.seq += 1
        self.asked = x
        self.busy = True
        self.got = 0
        made = Persist("call", (self.seq, self.asked, self.busy, self.got, self.number), flush=False)
        return made, self.send(), SetTimer("again", self.backoff.wait_ms())


class AnyReply(Client):
    """Takes any answer for its own."""

    @action("Return", node="c", witness=("m",))
    def return_(self, m: Answer) -> Effects:
        """The mistake: it does not compare the numbers."""
        if not self.busy:
            return DISABLED
        self.got = m.result
        self.busy = False
        return self.persist(), CancelTimer("again"), Reply(self.number, m.result)


NODES_OF: dict[str | None, tuple[type[Client], type[Server]]] = {
    None: (Client, Server),
    "NoTable": (Client, NoTable),
    "TableNotLogged": (Client, TableNotLogged),
    "NumberReused": (NumberReused, Server),
    "AnyReply": (AnyReply, Server),
}

MUTANTS = (
    Mutant("NoTable", "a call that comes again is carried out again", frozenset({"duplicate"}), 15),
    Mutant("TableNotLogged", "the server forgets in a crash what it has carried out", frozenset({"crash"}), 131),
    Mutant("NumberReused", "a client uses a number twice", frozenset({"crash"}), 44),
    Mutant("AnyReply", "a client takes the answer to an earlier call", frozenset({"duplicate", "delay"}), 44),
)
