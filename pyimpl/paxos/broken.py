"""Faulty implementations of Paxos: one mistake each, twins of `specs/paxos/broken/`.

They run like the correct one and report their steps as honestly; the trace alone gives them away.
"""

from __future__ import annotations

from typing import Any

from pyimpl.kernel import DISABLED, Apply, CancelTimer, Effects, Mutant, Persist, Send, action
from pyimpl.paxos.messages import NO_VALUE, Accepted, Prepare, Promise
from pyimpl.paxos.node import Server


class ForgetsPromise(Server):
    """Votes in any ballot."""

    @action("Phase2b", node="a")
    def phase2b(self, b: int, v: str) -> Effects:
        """The mistake: it does not look at what it has promised."""
        self.max_bal = b
        self.max_vbal = b
        self.max_val = v
        return self.persist(), *self.to_all(Accepted(self.name, b, v))


class DecidesOnMinority(Server):
    """Takes one vote for a decision."""

    @action("Decide")
    def decide(self, b: int, v: str) -> Effects:
        """The mistake: one vote is no quorum."""
        if self.decided is not None:
            return DISABLED
        if not self.votes[b, v]:
            return DISABLED
        self.decided = v
        return Apply(v), CancelTimer("retry"), *self.reply()


class IgnoresVotes(Server):
    """Proposes its own value whatever the promises tell."""

    def allowed(self) -> str:
        """The mistake: a value may have been decided already, and the promises would tell."""
        return self.value if self.value != NO_VALUE else super().allowed()


class SharesBallot(Server):
    """Numbers its ballots without regard to the other servers'."""

    caller = ""

    def on_message(self, sender: str, message: Any) -> Effects:
        if isinstance(message, Prepare):
            self.caller = sender
        return super().on_message(sender, message)

    def ballot(self) -> int:
        """The mistake: the ballot is the round alone, so two servers can begin the same one."""
        return self.round

    def owner(self, b: int) -> str:
        return self.caller or super().owner(b)


class PromiseNotLogged(Server):
    """Gives promises without waiting for the disk."""

    @action("Phase1b", node="a")
    def phase1b(self, b: int) -> Effects:
        """The mistake: the record is written and not flushed; a crash loses it, and the promise is already
        out."""
        if not b > self.max_bal:
            return DISABLED
        self.max_bal = b
        promised = Persist("acceptor", (self.max_bal, self.max_vbal, self.max_val), flush=False)
        return promised, Send(self.owner(b), Promise(self.name, b, self.max_vbal, self.max_val))


class VoteIsNoPromise(Server):
    """Having voted, still answers lower ballots."""

    @action("Phase2b", node="a")
    def phase2b(self, b: int, v: str) -> Effects:
        """The mistake: it leaves max_bal as it was."""
        if not b >= self.max_bal:
            return DISABLED
        self.max_vbal = b
        self.max_val = v
        return self.persist(), *self.to_all(Accepted(self.name, b, v))


SERVER_OF: dict[str | None, type[Server]] = {
    None: Server,
    "ForgetsPromise": ForgetsPromise,
    "DecidesOnMinority": DecidesOnMinority,
    "IgnoresVotes": IgnoresVotes,
    "SharesBallot": SharesBallot,
    "PromiseNotLogged": PromiseNotLogged,
    "VoteIsNoPromise": VoteIsNoPromise,
}

MUTANTS = (
    Mutant("ForgetsPromise", "votes below its promise", frozenset({"reorder", "delay"}), 2173),
    Mutant("DecidesOnMinority", "takes one vote for a decision", frozenset(), 109),
    Mutant("IgnoresVotes", "proposes its own value whatever the votes", frozenset({"delay"}), 1433),
    Mutant("SharesBallot", "two proposers begin the same ballot", frozenset(), 437),
    Mutant("PromiseNotLogged", "a promise is given before it is safe on disk", frozenset({"crash", "delay"}), 3992),
    Mutant("VoteIsNoPromise", "a vote does not bind against lower ballots", frozenset({"delay", "partition"}), 747),
)
