"""A resource manager of two-phase commit with presumed abort.

Does its part of a transaction when asked to prepare, and votes; ends as the coordinator says. Requests ("fail",) make
it vote no the next time. Pair it with `specs/presumedabort/PresumedAbort.tla`, section "The resource managers".

Durable is the log (`pyimpl.wal.log`), with a record when it is prepared, before it votes yes, and one when it has
committed, before it acknowledges. A participant that comes back prepared is in doubt, and asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import DISABLED, Apply, Effects, Node, Reply, Request, Send, SetTimer, action
from pyimpl.presumedabort.coordinator import last_of
from pyimpl.presumedabort.messages import Ack, Inquiry, Outcome, Prepare, Vote
from pyimpl.wal.log import Log

DOUBT_MS = 120


class Participant(Node):
    """`tm` is the coordinator's name."""

    role = "resource manager"

    def __init__(self, name: str, records: Mapping[str, Any], tm: str) -> None:
        self.tm = tm
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        self.log = Log.read(records)
        self.table: dict[str, str] = {}
        self.failing = False

    # ---- the actions, in the spec's order ----

    @action("Prepare", node="r")
    def prepare(self, t: str) -> Effects:
        """The coordinator asks, and our part can be done: from now on only its word decides."""
        if self.at(t) != "nothing":
            return DISABLED
        self.log.append({"txn": t, "is": "prepared"})
        self.table[t] = "prepared"
        return self.log.force()

    @action("VoteYes", node="r")
    def vote_yes(self, t: str) -> Effects:
        """Say that we are prepared."""
        if self.at(t) != "prepared":
            return DISABLED
        return (Send(self.tm, Vote(self.name, t, True)),)

    @action("VoteNo", node="r")
    def vote_no(self, t: str) -> Effects:
        """Our part cannot be done."""
        if self.at(t) != "nothing":
            return DISABLED
        self.table[t] = "aborted"
        return (Send(self.tm, Vote(self.name, t, False)),)

    @action("LearnCommit", node="r")
    def learn_commit(self, t: str) -> Effects:
        """The coordinator says commit."""
        if self.at(t) != "prepared":
            return DISABLED
        self.log.append({"txn": t, "is": "committed"})
        self.table[t] = "committed"
        return *self.log.force(), Apply((t, "committed"))

    @action("LearnAbort", node="r")
    def learn_abort(self, t: str) -> Effects:
        """The coordinator says abort. Nothing to log: in doubt once more, we would hear the same."""
        if self.at(t) != "prepared":
            return DISABLED
        self.table[t] = "aborted"
        return (Apply((t, "aborted")),)

    @action("Acknowledge", node="r")
    def acknowledge(self, t: str) -> Effects:
        """The commit is in our log: the coordinator may forget it."""
        if self.at(t) != "committed":
            return DISABLED
        return (Send(self.tm, Ack(self.name, t)),)

    @action("Ask", node="r")
    def ask(self, t: str) -> Effects:
        """In doubt: ask the coordinator, and again until it answers."""
        if self.at(t) != "prepared":
            return DISABLED
        return (Send(self.tm, Inquiry(self.name, t)),)

    @action("RMRestart", node="r")
    def rm_restart(self) -> Effects:
        """Back after a crash: go on from the log."""
        if not self.down:
            return DISABLED
        self.down = False
        torn = self.log.cut()
        self.table = last_of(self.log.entries)
        return torn

    # ---- events ----

    def on_start(self) -> Effects:
        return *self.rm_restart(), *self.ask_all()

    def on_request(self, request: Request) -> Effects:
        self.failing = True
        return (Reply(request.number, "ok"),)

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case Prepare(t) if self.failing and self.at(t) == "nothing":
                self.failing = False
                return self.vote_no(t)
            case Prepare(t):
                return self.on_prepare(t)
            case Outcome(t, True):
                return self.on_commit(t)
            case Outcome(t, False):
                return self.learn_abort(t)
        return ()

    def on_timer(self, name: str) -> Effects:
        return self.ask_all()

    # ---- what several of them need ----

    def on_prepare(self, t: str) -> Effects:
        """Get ready, and then say so."""
        return (*self.prepare(t), *self.vote_yes(t))

    def on_commit(self, t: str) -> Effects:
        """Commit, and then say so."""
        return (*self.learn_commit(t), *self.acknowledge(t))

    def ask_all(self) -> Effects:
        """Whatever is in doubt."""
        doubts = (effect for t in self.table for effect in self.ask(t))
        return *doubts, SetTimer("doubt", DOUBT_MS)

    def at(self, t: str) -> str:
        """Where we are with t."""
        return self.table.get(t, "nothing")
