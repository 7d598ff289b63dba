"""A resource manager of two-phase commit.

Works on its part of a transaction; votes when asked; ends as the coordinator says. Pair it with
`specs/twophase/TwoPhase.tla`, section "The resource managers".

What is durable: one record, `rm_log`: empty, prepared, committed or aborted. A yes is logged before it is
said, for after it only the coordinator's word decides: a participant that comes back prepared is in doubt,
and asks. One that comes back with an empty log has lost its work, and aborts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import (
    DISABLED,
    Apply,
    CancelTimer,
    Effects,
    Node,
    Persist,
    Reply,
    Request,
    Send,
    SetTimer,
    action,
)
from pyimpl.twophase.messages import Ack, Inquiry, Outcome, Prepare, Vote

WORK_TIMEOUT_MS = 900
DOUBT_TIMEOUT_MS = 120


class Participant(Node):
    """`tm` is the coordinator's name. States: working, prepared, committed, aborted."""

    role = "resource manager"

    def __init__(self, name: str, records: Mapping[str, Any], tm: str) -> None:
        self.tm = tm
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        self.rm_log: str = records.get("rm_log", "empty")
        self.rm_state = "working"
        self.said: Vote | None = None  # the vote to repeat when asked again

    # ---- the actions, in the spec's order ----

    @action("VoteYes", node="r")
    def vote_yes(self) -> Effects:
        """The coordinator asks, and the work is done: promise to commit if told to. Safe on disk before it
        is said."""
        if self.rm_state != "working":
            return DISABLED
        self.rm_log = "prepared"
        self.rm_state = "prepared"
        return (
            Persist("rm_log", "prepared"),
            self.say(yes=True),
            CancelTimer("work"),
            SetTimer("doubt", DOUBT_TIMEOUT_MS),
        )

    @action("VoteNo", node="r")
    def vote_no(self) -> Effects:
        """The work has failed, or nobody asks: abort, which one may alone until one has voted yes."""
        if self.rm_state != "working":
            return DISABLED
        return self.give_up()

    @action("LearnCommit", node="r")
    def learn_commit(self) -> Effects:
        """The coordinator says commit."""
        if self.rm_state != "prepared":
            return DISABLED
        self.rm_log = "committed"
        self.rm_state = "committed"
        return self.end()

    @action("LearnAbort", node="r")
    def learn_abort(self) -> Effects:
        """The coordinator says abort."""
        if self.rm_state not in ("working", "prepared"):
            return DISABLED
        self.rm_log = "aborted"
        self.rm_state = "aborted"
        return self.end()

    @action("Ask", node="r")
    def ask(self) -> Effects:
        """In doubt: ask the coordinator, and again until it answers."""
        if self.rm_state != "prepared":
            return DISABLED
        return Send(self.tm, Inquiry(self.name)), SetTimer("doubt", DOUBT_TIMEOUT_MS)

    @action("RMRestart", node="r")
    def rm_restart(self) -> Effects:
        """Back after a crash: abort if the log is empty, else go on from the log."""
        if not self.down:
            return DISABLED
        self.down = False
        if self.rm_log == "empty":
            return self.give_up()
        self.rm_state = self.rm_log
        return ()

    # ---- events ----

    def on_start(self) -> Effects:
        if not self.down:
            return (SetTimer("work", WORK_TIMEOUT_MS),)
        return self.rm_restart() + self.ask() + self.redo()

    def on_request(self, request: Request) -> Effects:
        """The application says that its work has failed; the answer is the state that follows."""
        return (*self.vote_no(), Reply(request.number, self.rm_state))

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case Prepare():
                return self.vote_yes() or self.repeat_vote()
            case Outcome(commit):
                learnt = self.learn_commit() if commit else self.learn_abort()
                ended = self.rm_state in ("committed", "aborted")
                return (*learnt, Send(self.tm, Ack(self.name))) if ended else learnt
        return ()

    def on_timer(self, name: str) -> Effects:
        return self.vote_no() if name == "work" else self.ask()

    # ---- what several of them need ----

    def give_up(self) -> Effects:
        """Abort on our own account, and say so."""
        self.rm_log = "aborted"
        self.rm_state = "aborted"
        return Persist("rm_log", "aborted"), self.say(yes=False), CancelTimer("work"), Apply("aborted")

    def end(self) -> Effects:
        """Make the outcome safe, then real."""
        return (
            Persist("rm_log", self.rm_log),
            Apply(self.rm_log),
            CancelTimer("work"),
            CancelTimer("doubt"),
        )

    def redo(self) -> Effects:
        """After a crash the application needs to be told again what had been decided."""
        return (Apply(self.rm_log),) if self.rm_log in ("committed", "aborted") else ()

    def say(self, *, yes: bool) -> Send:
        self.said = Vote(self.name, yes)
        return Send(self.tm, self.said)

    def repeat_vote(self) -> Effects:
        return (Send(self.tm, self.said),) if self.said is not None else ()
