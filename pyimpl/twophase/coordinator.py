"""The transaction manager of two-phase commit, with presumed abort.

Takes a client's request to commit, votes and inquiries; gives the outcome. Everything that decides it is in
here; pair it with `specs/twophase/TwoPhase.tla`, section "The transaction manager".

What is durable: one record, `tm_log`, and it is written only to commit. A coordinator that finds nothing in
its log can have told nobody to commit, so after a crash it presumes that the transaction was aborted.

Source: J. Gray, "Notes on Data Base Operating Systems", LNCS 60, 1978; C. Mohan, B. Lindsay, R. Obermarck,
"Transaction Management in the R* Distributed Database Management System", ACM TODS 11(4), 1986.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import (
    DISABLED,
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

VOTES_TIMEOUT_MS = 60
VOTES_TRIES = 5
REPEAT_OUTCOME_MS = 80
REPEAT_OUTCOME_TRIES = 8


class Coordinator(Node):
    """`rms` are the participants' names. States: initial, waiting (for votes), committed, aborted."""

    role = "transaction manager"

    def __init__(self, name: str, records: Mapping[str, Any], rms: tuple[str, ...]) -> None:
        self.rms = rms
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        self.tm_log: str = records.get("tm_log", "empty")
        self.tm_state = "initial"
        self.tm_votes: set[str] = set()
        self.client: int | None = None  # whom to answer; a client that hears nothing asks again
        self.tries = 0
        self.unacknowledged: set[str] = set()

    # ---- the actions, in the spec's order ----

    @action("Request")
    def request(self) -> Effects:
        """Ask everyone to prepare."""
        if self.tm_state != "initial":
            return DISABLED
        self.tm_state = "waiting"
        return (*self.to_all(Prepare()), SetTimer("votes", VOTES_TIMEOUT_MS))

    @action("CollectVote")
    def collect_vote(self, r: str) -> Effects:
        """r has voted yes."""
        if self.tm_state != "waiting":
            return DISABLED
        self.tm_votes.add(r)
        return ()

    @action("DecideCommit")
    def decide_commit(self) -> Effects:
        """Everyone has voted yes: commit. The record must be safe before anyone hears of it."""
        if self.tm_state != "waiting":
            return DISABLED
        if self.tm_votes != set(self.rms):
            return DISABLED
        self.tm_log = "committed"
        self.tm_state = "committed"
        return Persist("tm_log", "committed"), *self.announce()

    @action("DecideAbort")
    def decide_abort(self) -> Effects:
        """Somebody voted no, or a vote is too long in coming: abort. Nothing to log, it is what a crash
        presumes."""
        if self.tm_state not in ("initial", "waiting"):
            return DISABLED
        self.tm_state = "aborted"
        return self.announce()

    @action("Answer")
    def answer(self, r: str) -> Effects:
        """r is in doubt and asks; answer if the outcome is known."""
        if self.tm_state not in ("committed", "aborted"):
            return DISABLED
        return (Send(r, self.outcome()),)

    @action("TMRestart")
    def tm_restart(self) -> Effects:
        """Back after a crash: committed if the log says so, else presumed aborted. Wait to be asked."""
        if not self.down:
            return DISABLED
        self.down = False
        self.tm_state = "committed" if self.tm_log == "committed" else "aborted"
        return ()

    # ---- events ----

    def on_start(self) -> Effects:
        return self.tm_restart()

    def on_request(self, request: Request) -> Effects:
        """A client wants the transaction committed; the answer is "committed" or "aborted"."""
        self.client = request.number
        return self.request() or self.reply()

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case Vote(r, True):
                return self.collect_vote(r) + self.decide_commit()
            case Vote(_, False):
                return self.decide_abort()
            case Inquiry(r):
                return self.answer(r)
            case Ack(r):
                self.unacknowledged.discard(r)
                return () if self.unacknowledged else (CancelTimer("outcome"),)
        return ()

    def on_timer(self, name: str) -> Effects:
        self.tries += 1
        if name == "votes" and self.tm_state == "waiting":
            if self.tries >= VOTES_TRIES:
                return self.decide_abort()
            late = [r for r in self.rms if r not in self.tm_votes]
            return (*(Send(r, Prepare()) for r in late), SetTimer("votes", VOTES_TIMEOUT_MS))
        if name == "outcome" and self.unacknowledged and self.tries < REPEAT_OUTCOME_TRIES:
            late = [r for r in self.rms if r in self.unacknowledged]
            return (*(Send(r, self.outcome()) for r in late), SetTimer("outcome", REPEAT_OUTCOME_MS))
        return ()

    # ---- what several of them need ----

    def announce(self) -> Effects:
        """Tell everyone the outcome, the client too, and again until all have acknowledged it."""
        self.tries = 0
        self.unacknowledged = set(self.rms)
        return (*self.to_all(self.outcome()), *self.reply(), SetTimer("outcome", REPEAT_OUTCOME_MS))

    def outcome(self) -> Outcome:
        return Outcome(self.tm_state == "committed")

    def reply(self) -> Effects:
        """Answer the client, once, if there is one waiting and an outcome to tell."""
        if self.client is None or self.tm_state not in ("committed", "aborted"):
            return ()
        client, self.client = self.client, None
        return (Reply(client, self.tm_state),)

    def to_all(self, message: Any) -> Effects:
        return tuple(Send(r, message) for r in self.rms)
