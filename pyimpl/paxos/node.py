"""Single-decree Paxos: one server that proposes, votes and learns.

Takes requests "propose this value" from clients, and messages of its peers; gives the decided value, the
same on all servers. Everything that decides it is in here; pair it with `specs/paxos/Paxos.tla`.

What is durable: the acceptor's promise and last vote, one record, safe on disk before the answer is sent;
and the number of the last round begun, so that no ballot is used twice, which would let it stand for two
values. A proposer or learner may forget all else: its ballot stays unfinished and another goes on with a
higher one.

Ballots: round * (number of servers) + own place among them; hence no two servers ever begin the same one.
Progress: a server that has heard of a proposal, or made one, and sees no decision in time, begins a higher
ballot; the waiting grows with the rounds and differs from server to server, so that rivals do not outbid
each other for ever.

Source: L. Lamport, "The Part-Time Parliament", ACM TOCS 16(2), 1998, section 2.3; "Paxos Made Simple", SIGACT
News 32(4), 2001, sections 2.2 to 2.5.
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
from pyimpl.paxos.messages import NO_BALLOT, NO_VALUE, Accept, Accepted, Prepare, Promise, Refused

RETRY_MS = 60
RETRY_MORE_MS = 25
RETRY_MS_MAX = 600
CATCH_UP_MS = 300


class Server(Node):
    """`peers` are the names of all servers, this one too, in the same order everywhere."""

    role = "acceptor"

    def __init__(self, name: str, records: Mapping[str, Any], peers: tuple[str, ...]) -> None:
        self.peers = peers
        self.index = peers.index(name)
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        # the acceptor, durable: promised ballot, ballot and value of the last vote
        self.max_bal, self.max_vbal, self.max_val = records.get("acceptor", (NO_BALLOT, NO_BALLOT, NO_VALUE))
        # the proposer, of which only the round is durable
        self.round: int = records.get("round", -1)
        self.bal = NO_BALLOT  # the ballot under way
        self.asked = False  # whether votes were asked for in it
        self.value = NO_VALUE  # what the clients here want
        self.promises: dict[str, Promise] = {}
        # the learner
        self.votes: dict[tuple[int, str], set[str]] = {}
        self.decided: str | None = None
        self.clients: list[int] = []

    # ---- the actions, in the spec's order ----

    @action("Phase1a")
    def phase1a(self, b: int) -> Effects:
        """Begin ballot b. The round must be safe before anyone hears of the ballot."""
        if not b > self.bal:
            return DISABLED
        self.bal = b
        self.asked = False
        self.promises = {}
        return Persist("round", self.round), *self.to_all(Prepare(b))

    @action("Phase1b", node="a")
    def phase1b(self, b: int) -> Effects:
        """Promise to ignore ballots below b, and tell the last vote. The promise must be safe before it is
        given."""
        if not b > self.max_bal:
            return DISABLED
        self.max_bal = b
        return self.persist(), Send(self.owner(b), Promise(self.name, b, self.max_vbal, self.max_val))

    @action("Phase2a")
    def phase2a(self, b: int, v: str) -> Effects:
        """Ask for votes for v, the value of the highest vote told by a quorum or, none being told, our
        own."""
        if not (b == self.bal and not self.asked):
            return DISABLED
        if not (self.quorum(self.promises) and v == self.allowed() and v != NO_VALUE):
            return DISABLED
        self.asked = True
        return self.to_all(Accept(b, v))

    @action("Phase2b", node="a")
    def phase2b(self, b: int, v: str) -> Effects:
        """Vote for v in ballot b, unless a higher one was promised. The vote must be safe before it is
        told."""
        if not b >= self.max_bal:
            return DISABLED
        self.max_bal = b
        self.max_vbal = b
        self.max_val = v
        return self.persist(), *self.to_all(Accepted(self.name, b, v))

    @action("Decide")
    def decide(self, b: int, v: str) -> Effects:
        """A quorum has voted for v in ballot b: that is the decision."""
        if self.decided is not None:
            return DISABLED
        if not self.quorum(self.votes[b, v]):
            return DISABLED
        self.decided = v
        return Apply(v), CancelTimer("retry"), *self.reply()

    # ---- events ----

    def on_start(self) -> Effects:
        """A decision may have been made unheard by us, or heard and forgotten in a crash: find out, in a
        while."""
        return (SetTimer("retry", CATCH_UP_MS),)

    def on_request(self, request: Request) -> Effects:
        """A client proposes a value; the answer is the decided one."""
        if request.number not in self.clients:
            self.clients.append(request.number)
        if self.decided is not None:
            return self.reply()
        if self.value != NO_VALUE:
            return ()
        self.value = str(request.command)
        return self.next_ballot()

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case Prepare(b):
                return self.phase1b(b) + self.keep_watch() if b > self.max_bal else self.repeat_promise(b)
            case Promise(acc, b):
                if b == self.bal:
                    self.promises[acc] = message
                return self.phase2a(b, self.allowed())
            case Accept(b, v):
                return self.phase2b(b, v) + self.keep_watch() or self.refuse(b)
            case Accepted(acc, b, v):
                self.votes.setdefault((b, v), set()).add(acc)
                return self.decide(b, v)
            case Refused(promised):
                self.round = max(self.round, promised // len(self.peers))
        return ()

    def on_timer(self, name: str) -> Effects:
        """No decision in time."""
        return self.next_ballot() if self.decided is None else ()

    # ---- what several of them need ----

    def next_ballot(self) -> Effects:
        """Begin the next ballot of our own, and look again later."""
        self.round += 1
        again = SetTimer("retry", self.patience_ms())
        return (*self.phase1a(self.ballot()), again)

    def ballot(self) -> int:
        """The ballot of this round: greater than in the last round, and of no other server."""
        return self.round * len(self.peers) + self.index

    def patience_ms(self) -> int:
        """How long to wait for a decision: longer with each round, and not the same on any two servers."""
        return min(RETRY_MS + RETRY_MORE_MS * (self.round + 1) * (self.index + 1), RETRY_MS_MAX + 100 * self.index)

    def keep_watch(self) -> Effects:
        """Somebody is at work on a decision; have a look later whether it came."""
        return (SetTimer("retry", 2 * self.patience_ms()),) if self.decided is None else ()

    def allowed(self) -> str:
        """The value that the promises leave to be proposed: that of the highest vote told, else our own."""
        told = [p for p in self.promises.values() if p.mbal > NO_BALLOT]
        return max(told, key=lambda p: p.mbal).mval if told else self.value

    def repeat_promise(self, b: int) -> Effects:
        """A ballot we know: repeat the promise if it still is our last word, refuse if we have promised
        more."""
        if b == self.max_bal and self.max_vbal < b:
            return (Send(self.owner(b), Promise(self.name, b, self.max_vbal, self.max_val)),)
        return self.refuse(b)

    def refuse(self, b: int) -> Effects:
        return (Send(self.owner(b), Refused(self.max_bal)),) if b < self.max_bal else ()

    def reply(self) -> Effects:
        """Answer the clients that wait here."""
        clients, self.clients = self.clients, []
        return tuple(Reply(client, self.decided) for client in clients)

    def owner(self, b: int) -> str:
        """The server whose ballot b is."""
        return self.peers[b % len(self.peers)]

    def quorum(self, who: dict[str, Promise] | set[str]) -> bool:
        """A majority: any two have a server in common."""
        return 2 * len(who) > len(self.peers)

    def persist(self) -> Persist:
        return Persist("acceptor", (self.max_bal, self.max_vbal, self.max_val))

    def to_all(self, message: Any) -> Effects:
        return tuple(Send(peer, message) for peer in self.peers)
