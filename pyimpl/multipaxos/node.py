"""Multi-Paxos: one server, which votes, may lead, and carries out what is chosen on a replicated machine.

Takes requests of clients (client, number, command), see `pyimpl.kernel.machine`, and messages of its peers; gives
answers, each command carried out once. Everything that decides it is in here and in `log`; pair it with
`specs/multipaxos/MultiPaxos.tla`.

What is durable: promise, votes and snapshot, safe on disk before a message tells of them. All else (who leads, what is
chosen, the machine) is found again after a crash.

Ballots: round * (number of servers) + own place + 1; hence no two servers ever begin the same one, and a server that
has made its promise safe never begins one twice. A leader stays: phase 1 is done once, and while its heartbeats are
heard nobody begins another ballot. It has up to `WINDOW` slots under way at a time. Who lags, or has crashed, sees by
the heartbeat how far the leader is and asks for what it misses: decisions, or the snapshot, if they are cut off.

Source: L. Lamport, "Paxos Made Simple", SIGACT News 32(4), 2001, section 3; T. Chandra, R. Griesemer, J. Redstone,
"Paxos made live", PODC 2007, sections 4.2, 5.1 and 5.5.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from pyimpl.kernel import (
    DISABLED,
    Apply,
    CancelTimer,
    Effects,
    Event,
    Node,
    Reply,
    Request,
    Send,
    SetTimer,
    action,
)
from pyimpl.kernel.machine import Answer, Asker, Forward, Machine, Ticket
from pyimpl.multipaxos.log import Log
from pyimpl.multipaxos.messages import (
    NOOP,
    Accept,
    Accepted,
    Chosen,
    Decision,
    Heartbeat,
    Missing,
    Prepare,
    Promise,
    Refused,
    Snapshot,
    Value,
    Vote,
)

HEARTBEAT_MS = 60
ELECTION_MS = 200
ELECTION_MORE_MS = 70
ELECTION_MS_MAX = 700
COMPACT_AFTER = 4
WINDOW = 8
CATCH_UP = 8


class Server(Node):
    """`servers` are the names of all servers, this one too, in the same order everywhere; `machine` makes the machine
    from its image, None for a new one."""

    role = "server"
    compact_after = COMPACT_AFTER
    """After how many slots to keep a snapshot."""
    election_ms = ELECTION_MS
    """For how long to wait for a leader, at least."""

    def __init__(
        self,
        name: str,
        records: Mapping[str, Any],
        servers: tuple[str, ...],
        machine: Callable[[Any], Machine] = Machine,
    ) -> None:
        self.servers = servers
        self.make_machine = machine
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        # durable
        self.log = Log(records)
        # volatile
        self.leading = False
        self.last: int = self.log.base  # carried out up to here
        self.machine = self.make_machine(self.log.image)
        self.promises: dict[str, Promise] = {}
        self.tally: dict[int, set[str]] = {}
        self.ready = False  # leading, with the promises of a majority
        self.next = self.last + 1  # the first slot in which nothing is under way
        self.waiting: dict[int, Asker] = {}
        self.leader: str | None = None
        self.seen = 0  # the highest ballot heard of
        self.attempts = 0

    # ---- the actions, in the spec's order: phase 1, once for all slots ----

    @action("Phase1a", node="s")
    def phase1a(self, b: int) -> Effects:
        """Begin ballot b. Our own promise must be safe before anyone hears of it."""
        if self.owner(b) != self.name:
            return DISABLED
        if not b > self.log.promised:
            return DISABLED
        self.log.promised = b
        self.leading = True
        self.begin()
        return self.log.persist_promise(), *self.to_others(Prepare(b))

    @action("Phase1b", node="s")
    def phase1b(self, b: int) -> Effects:
        """Promise to ignore ballots below b, and tell our votes. The promise must be safe before it is given."""
        if not b > self.log.promised:
            return DISABLED
        self.log.promised = b
        self.leading = False
        promise = Promise(b, self.name, self.log.all_votes(), self.log.base)
        return self.log.persist_promise(), Send(self.owner(b), promise)

    # ---- phase 2: slot after slot ----

    @action("Phase2a", node="s")
    def phase2a(self, n: int, v: Value) -> Effects:
        """Vote for v in slot n, and ask for votes. Our vote must be safe before it counts."""
        if not self.leading:
            return DISABLED
        if not n > self.last:
            return DISABLED
        if self.asked(n):
            return DISABLED
        if not self.allows(n, v):
            return DISABLED
        self.log.vote(n, self.log.promised, v)
        return *self.log.persist_vote(n), *self.to_others(Accept(self.log.promised, n, v))

    @action("Phase2b", node="s")
    def phase2b(self, b: int, n: int, v: Value) -> Effects:
        """Vote for v in slot n and ballot b. The vote must be safe before it is told."""
        if self.owner(b) == self.name:
            return DISABLED
        if not b >= self.log.promised:
            return DISABLED
        if not n > self.log.base:
            return DISABLED
        self.log.promised = b
        self.log.vote(n, b, v)
        self.leading = False
        return *self.log.persist_vote(n), Send(self.owner(b), Accepted(b, self.name, n, v))

    # ---- what was decided ----

    @action("Decide", node="s")
    def decide(self, n: int, v: Value) -> Effects:
        """A majority has voted for v in slot n and our ballot: it is chosen."""
        if not self.leading:
            return DISABLED
        if self.log.votes.get(n) != Vote(n, self.log.promised, v):
            return DISABLED
        if not self.majority({self.name} | self.tally.get(n, set())):
            return DISABLED
        if not n > self.last:
            return DISABLED
        self.log.chosen[n] = v
        return *self.carry_on(), *self.to_others(Chosen(n, v))

    @action("Learn", node="s")
    def learn(self, n: int, v: Value) -> Effects:
        """Somebody says that v is chosen in slot n."""
        if not n > self.last:
            return DISABLED
        self.log.chosen[n] = v
        return self.carry_on()

    # ---- snapshots ----

    @action("Compact", node="s")
    def compact(self) -> Effects:
        """Keep the machine as it is, and forget the votes up to here."""
        if not self.last > self.log.base:
            return DISABLED
        return self.log.cut(self.last, self.image())

    @action("SendSnapshot", node="s", witness=("peer",))
    def send_snapshot(self, peer: str) -> Effects:
        """Send the snapshot."""
        if not self.log.base > 0:
            return DISABLED
        return (Send(peer, Snapshot(self.log.base, sessions(self.log.image), json.dumps(self.log.image))),)

    @action("Install", node="s")
    def install(self, m: Snapshot) -> Effects:
        """Take over another's snapshot, and go on from there."""
        if not m.last > self.last:
            return DISABLED
        self.last = m.last
        kept = self.log.cut(m.last, json.loads(m.image))
        self.machine = self.make_machine(self.log.image)
        return *kept, *self.carry_on()

    # ---- events ----

    def step(self, event: Event) -> Effects:
        """One event; who leads no longer, waits for another leader."""
        led = self.ready
        effects = super().step(event)
        self.ready = self.ready and self.leading
        if led and not self.ready:
            return (*effects, CancelTimer("heartbeat"), self.watch())
        return effects

    def on_start(self) -> Effects:
        return (self.watch(),)

    def on_request(self, request: Request) -> Effects:
        """A client asks for (client, number, command). Who does not lead passes it on to the leader it knows."""
        if self.ready:
            return self.serve(Asker(request.number, self.name), request.command)
        if self.leader is not None and self.leader != self.name:
            return (Send(self.leader, Forward(request.number, request.command)),)
        return ()

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case Prepare(b):
                self.seen = max(self.seen, b)
                return (*self.phase1b(b), self.watch()) if b > self.log.promised else self.refuse(sender, b)
            case Promise(b) if self.leading and b == self.log.promised and not self.ready:
                self.promises[sender] = message  # later ones could tell of votes where we have begun to ask for others
                return (*self.lead(), *self.fetch())
            case Accept(b, n, v):
                return self.on_accept(sender, b, n, v)
            case Accepted(b, _, n, v) if self.leading and b == self.log.promised:
                self.tally.setdefault(n, set()).add(sender)
                return (*self.decide(n, v), *self.tidy())
            case Chosen(n, v):
                return (*self.learn(n, v), *self.tidy(), *self.lead()) if n not in self.log.chosen else ()
            case Snapshot():
                return (*self.install(message), *self.lead())
            case Heartbeat(b, last):
                return self.on_heartbeat(sender, b, last)
            case Missing(last):
                return self.tell(sender, last)
            case Refused(promised):
                return self.on_refused(promised)
            case Forward(request, command) if self.ready:
                return self.serve(Asker(request, sender), command)
            case Answer(request, result):
                return (Reply(request, result),)
        return ()

    def on_accept(self, sender: str, b: int, n: int, v: Value) -> Effects:
        """A leader asks for our vote. One that asks where we have cut the votes off needs our snapshot."""
        if b < self.log.promised:
            return self.refuse(sender, b)
        if n <= self.log.base:
            return (*self.send_snapshot(sender), self.hear(sender, b))
        if self.log.votes.get(n) == Vote(n, b, v):
            return Send(sender, Accepted(b, self.name, n, v)), self.hear(sender, b)
        return (*self.phase2b(b, n, v), self.hear(sender, b))

    def on_heartbeat(self, sender: str, b: int, last: int) -> Effects:
        """There is a leader. If it is further than we are, we have missed something."""
        if b < self.log.promised:
            return self.refuse(sender, b)
        missing = (Send(sender, Missing(self.last)),) if last > self.last else ()
        return self.hear(sender, b), *missing

    def on_refused(self, promised: int) -> Effects:
        """Our ballot is over: another may lead by now; if none is heard, begin a higher one."""
        self.seen = max(self.seen, promised)
        if not (self.ready and promised > self.log.promised):
            return ()
        self.ready = False
        self.leader = None
        return ()

    def on_timer(self, name: str) -> Effects:
        if name == "heartbeat" and self.ready:
            return (*self.remind(), SetTimer("heartbeat", HEARTBEAT_MS))
        if name == "election" and not self.ready:
            self.leader = None
            self.attempts += 1
            return (*self.phase1a(self.next_ballot()), self.watch(), *self.lead())
        return ()

    # ---- leading ----

    def begin(self) -> None:
        """A ballot of our own: nothing is known of it yet."""
        self.promises, self.tally, self.waiting = {}, {}, {}
        self.ready = False

    def lead(self) -> Effects:
        """With the promises of a majority, lead: finish what was begun, with nothing in the holes."""
        if not self.leading or self.ready or self.seen > self.log.promised or not self.promised_by(self.last + 1):
            return ()
        self.ready = True
        self.leader = self.name
        self.attempts = 0
        told = {vote.slot for vote in self.told()} | self.log.chosen.keys() | {self.last}
        self.next = max(told) + 1
        out: list[Any] = [CancelTimer("election"), SetTimer("heartbeat", HEARTBEAT_MS)]
        for n in range(self.last + 1, self.next):
            if n not in self.log.chosen and n > self.last:
                out += self.propose(n, self.best(n) or NOOP)
        return (*out, *self.beat())

    def propose(self, n: int, v: Value) -> Effects:
        """Ask for votes; if we are alone, that is all."""
        return (*self.phase2a(n, v), *self.decide(n, v))

    def fetch(self) -> Effects:
        """Who has cut off votes that we would need to hear of knows what was chosen."""
        late = [p.sender for p in self.promises.values() if p.base > self.last]
        return tuple(Send(peer, Missing(self.last)) for peer in late)

    def serve(self, asker: Asker, command: Any) -> Effects:
        """As leader: a command carried out before, under way, or new."""
        ticket = Ticket.of(command)
        if ticket.number <= self.machine.answers.get(ticket.client, (0, None))[0]:
            return self.answer(asker, self.machine.apply(ticket))
        for n in range(self.last + 1, self.next):
            if self.under_way(n) == ticket:
                self.waiting[n] = asker
                return ()
        if self.next > self.last + WINDOW:
            return ()
        n = self.next
        self.next += 1
        self.waiting[n] = asker
        return (*self.propose(n, ticket), *self.tidy())

    def remind(self) -> Effects:
        """Heartbeats; and the votes asked for and not given are asked for again, which is no new step."""
        out: list[Any] = list(self.beat())
        for n, vote in sorted(self.log.votes.items()):
            if self.asked(n) and n > self.last and n not in self.log.chosen:
                out += [Send(p, Accept(vote.bal, n, vote.val)) for p in self.others() if p not in self.tally.get(n, ())]
        return tuple(out)

    def beat(self) -> Effects:
        return self.to_others(Heartbeat(self.log.promised, self.last))

    def answer(self, asker: Asker, result: Any) -> Effects:
        if asker.at == self.name:
            return (Reply(asker.request, result),)
        return (Send(asker.at, Answer(asker.request, result)),)

    # ---- following ----

    def hear(self, sender: str, b: int) -> SetTimer:
        """There is a leader; see later whether there still is."""
        self.seen = max(self.seen, b)
        self.ready = False
        self.leader = sender
        self.attempts = 0
        return self.watch()

    def refuse(self, sender: str, b: int) -> Effects:
        return (Send(sender, Refused(self.log.promised)),) if b < self.log.promised else ()

    def watch(self) -> SetTimer:
        """Wait for a leader: longer with each attempt, and not the same on any two servers."""
        more = ELECTION_MORE_MS * (self.attempts + 1) * (self.servers.index(self.name) + 1)
        return SetTimer("election", min(self.election_ms + more, ELECTION_MS_MAX + more % 97))

    def tell(self, peer: str, last: int) -> Effects:
        """Tell what is chosen after slot `last`: again, which is no new step, or by the snapshot."""
        if last < self.log.base:
            return self.send_snapshot(peer)
        known = [n for n in range(last + 1, last + CATCH_UP + 1) if n in self.log.chosen]
        return tuple(Send(peer, Chosen(n, self.log.chosen[n])) for n in known)

    def tidy(self) -> Effects:
        """Keep a snapshot, if the log is long."""
        return self.compact() if self.last - self.log.base >= self.compact_after else ()

    # ---- what several of them need ----

    def carry_on(self) -> Effects:
        """Carry out what is chosen, up to the first hole; each command once; answer who waits for it."""
        out: list[Any] = []
        while self.reachable():
            self.last = self.following()
            value = self.log.chosen[self.last]
            asker = self.waiting.pop(self.last, None)
            if isinstance(value, Ticket):
                if value.number > self.machine.answers.get(value.client, (0, None))[0]:
                    out.append(Apply(Decision(self.last, value)))
                result = self.machine.apply(value)
                out += self.answer(asker, result) if asker is not None else ()
        return tuple(out)

    def following(self) -> int:
        """The slot after the one that was carried out last."""
        return self.last + 1

    def reachable(self) -> bool:
        return self.following() in self.log.chosen

    def image(self) -> Any:
        """The machine as JSON, sessions included."""
        return self.machine.image()

    def told(self) -> list[Vote]:
        """The votes that we know of in this ballot, from ourselves and from promises."""
        return [*self.log.votes.values(), *(vote for p in self.promises.values() for vote in p.votes)]

    def best(self, n: int) -> Value | None:
        """The value of the highest vote told in slot n, None if there is none."""
        told = [vote for vote in self.told() if vote.slot == n]
        return max(told, key=lambda vote: vote.bal).val if told else None

    def kept(self, promise: Promise, n: int) -> bool:
        """Whether who made the promise has kept its vote in slot n, if it had one."""
        return promise.base < n

    def promised_by(self, n: int) -> bool:
        """Whether a majority has promised, and tells of slot n."""
        return self.majority({self.name} | {p.sender for p in self.promises.values() if self.kept(p, n)})

    def allows(self, n: int, v: Value) -> bool:
        """Whether the promises leave v to be proposed in slot n."""
        return self.promised_by(n) and self.best(n) in (None, v)

    def asked(self, n: int) -> bool:
        """Whether we have asked for votes in slot n in this ballot."""
        return n in self.log.votes and self.log.votes[n].bal == self.log.promised

    def under_way(self, n: int) -> Value | None:
        """What is chosen in slot n, or what we have asked for."""
        if n in self.log.chosen:
            return self.log.chosen[n]
        return self.log.votes[n].val if self.asked(n) else None

    def next_ballot(self) -> int:
        """The lowest ballot of our own above all that we have heard of."""
        own = self.servers.index(self.name) + 1
        rounds = max(0, max(self.log.promised, self.seen) - own) // len(self.servers)
        b = rounds * len(self.servers) + own
        return b if b > max(self.log.promised, self.seen) else b + len(self.servers)

    def owner(self, b: int) -> str:
        """The server whose ballot b is."""
        return self.servers[(b - 1) % len(self.servers)]

    def majority(self, who: set[str]) -> bool:
        return 2 * len(who) > len(self.servers)

    def others(self) -> list[str]:
        return [peer for peer in self.servers if peer != self.name]

    def to_others(self, message: Any) -> Effects:
        return tuple(Send(peer, message) for peer in self.others())


def sessions(image: Any) -> frozenset[str]:
    """The commands that a machine has carried out, by name: of each client all up to the last."""
    answers = image["answers"] if image else {}
    return frozenset(f"{client}_{n}" for client, (number, _) in answers.items() for n in range(1, number + 1))
