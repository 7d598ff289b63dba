"""Raft: one server, which keeps a copy of the log and applies it to a key-value store.

Takes requests of clients (see `on_request`), and messages of its peers; gives answers, each command carried out once.
Everything that decides it is in here and in `log`; pair it with `specs/raft/Raft.tla`.

What is durable: term, vote, log and snapshot, safe on disk before a message tells of them. All else (who is leader,
what is committed, what others hold, the machine) is found again after a crash.

Time: a server that has heard no leader for a while asks whether the others would vote for it (pre-vote), and stands
only if a majority would; so one that was cut off does not disturb the others when it is back. The waiting differs from
server to server and grows with each attempt. A server that hears a leader tells nobody that it would vote.

Reads (ReadIndex): a leader that has committed an entry of its own term notes how far the log is committed, makes sure
by a round of messages that it is still leader, and then reads from its machine; nothing is written.

Source: D. Ongaro, J. Ousterhout, "In search of an understandable consensus algorithm", USENIX ATC 2014, figure 2;
D. Ongaro, "Consensus: bridging theory and practice", Stanford 2014, chapters 3 to 6, section 9.6.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyimpl.kernel import (
    DISABLED,
    Apply,
    CancelTimer,
    Effects,
    Event,
    Node,
    Persist,
    Reply,
    Request,
    Send,
    SetTimer,
    action,
)
from pyimpl.kernel.machine import Answer, Asker, Forward, Machine, Ticket
from pyimpl.raft.log import Log, Snapshot
from pyimpl.raft.messages import (
    NOOP,
    Append,
    Appended,
    Applied,
    AskPreVote,
    AskVote,
    Entry,
    Install,
    PreVote,
    Refused,
    Vote,
)

HEARTBEAT_MS = 60
ELECTION_MS = 200
ELECTION_MORE_MS = 70
ELECTION_MS_MAX = 700
COMPACT_AFTER = 5


@dataclass(frozen=True, slots=True)
class Read:
    """A read of `key` that waits until a majority has answered round `round`; for `asker`."""

    key: str
    round: int
    asker: Asker


class Server(Node):
    """`everyone` are the names of all servers there may be, in the same order everywhere; `initial` those that make up
    the cluster at first. Roles: follower, candidate, leader."""

    role = "server"
    batch = 8
    """How many entries to send at once."""

    def __init__(
        self, name: str, records: Mapping[str, Any], everyone: tuple[str, ...], initial: tuple[str, ...]
    ) -> None:
        self.everyone = everyone
        self.initial = frozenset(initial)
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        # durable
        term, vote = records["raft"][:2] if "raft" in records else (0, NOOP)
        self.current_term: int = term
        self.voted_for: str = vote
        self.log = Log.of(records, self.initial)
        # volatile
        self.state = "follower"
        self.commit_index = self.log.snapshot.last
        self.image: Any = records.get("image")  # the machine as it was at the snapshot
        self.machine = Machine(self.image)
        self.leader: str | None = None
        self.attempts = 0
        self.pre_votes: set[tuple[int, str]] = set()
        self.votes: set[tuple[int, str]] = set()
        self.last_accepted: Append | None = None
        self.lead()

    def lead(self) -> None:
        """What only a leader keeps, as at the beginning of a term: what it takes others to hold, and who waits."""
        self.match = dict.fromkeys(self.everyone, 0)
        self.next = dict.fromkeys(self.everyone, self.log.last + 1)
        self.told: dict[str, Any] = {}
        self.waiting: dict[int, Asker] = {}
        self.round = 0
        self.answered = dict.fromkeys(self.everyone, 0)
        self.reads: list[Read] = []

    # ---- the actions, in the spec's order: elections ----

    @action("AskPreVote", node="i")
    def ask_pre_vote(self) -> Effects:
        """Ask who would vote for us in the next term."""
        if self.state == "leader":
            return DISABLED
        if self.name not in self.servers:
            return DISABLED
        return self.to_others(AskPreVote(self.current_term + 1, self.name, self.log.last, self.log.last_term))

    @action("GivePreVote", node="i", witness=("m",))
    def give_pre_vote(self, j: str, t: int, m: AskPreVote) -> Effects:
        """We would vote for j in term t."""
        if j == self.name:
            return DISABLED
        if not (t > self.current_term and self.not_behind(m)):
            return DISABLED
        return (Send(j, PreVote(t, self.name, j)),)

    @action("Campaign", node="i")
    def campaign(self) -> Effects:
        """Begin a new term and stand for election, if a majority would vote for us. Our vote must be safe before
        anyone hears of it."""
        if self.state == "leader":
            return DISABLED
        if self.name not in self.servers:
            return DISABLED
        if not self.backed(self.pre_votes, self.current_term + 1):
            return DISABLED
        self.current_term += 1
        self.voted_for = self.name
        self.state = "candidate"
        ask = AskVote(self.current_term, self.name, self.log.last, self.log.last_term)
        return *self.persist(), *self.to_others(ask)

    @action("GrantVote", node="i", witness=("m",))
    def grant_vote(self, j: str, t: int, m: AskVote) -> Effects:
        """Vote for j in term t. The vote must be safe before it is given."""
        if j == self.name:
            return DISABLED
        if not (t > self.current_term or (t == self.current_term and self.voted_for in (NOOP, j))):
            return DISABLED
        if not self.not_behind(m):
            return DISABLED
        self.current_term = t
        self.voted_for = j
        self.state = "follower"
        return *self.persist(), Send(j, Vote(t, self.name, j))

    @action("BecomeLeader", node="i")
    def become_leader(self) -> Effects:
        """A majority has voted for us: lead, and begin with an empty entry."""
        if self.state != "candidate":
            return DISABLED
        if not self.backed(self.votes, self.current_term):
            return DISABLED
        self.lead()
        self.log.entries.append(Entry(self.current_term))
        self.state = "leader"
        self.leader = self.name
        return self.persist(self.log.last)

    @action("StepDown", node="i")
    def step_down(self, t: int) -> Effects:
        """Somebody has begun term t; or we stand in it, and it has a leader."""
        if not (t > self.current_term or (t == self.current_term and self.state == "candidate")):
            return DISABLED
        self.follow(t)
        return self.persist()

    # ---- the log ----

    @action("ClientRequest", node="i")
    def client_request(self, v: Ticket) -> Effects:
        """Take a client's command into the log."""
        if self.state != "leader":
            return DISABLED
        self.log.entries.append(Entry(self.current_term, v))
        return self.persist(self.log.last)

    @action("Reconfigure", node="i")
    def reconfigure(self, new: frozenset[str]) -> Effects:
        """Begin to change the cluster, one server at a time: not before an entry of our own term is committed."""
        if self.state != "leader":
            return DISABLED
        if not self.settled():
            return DISABLED
        if self.servers != self.log.servers_at(self.commit_index):
            return DISABLED
        if not (new and len(new ^ self.servers) == 1):
            return DISABLED
        self.log.entries.append(Entry(self.current_term, servers=new))
        return self.persist(self.log.last)

    @action("SendEntries", node="i", witness=("peer",))
    def send_entries(self, p: int, n: int, peer: str) -> Effects:
        """Send the entries after p, up to n."""
        if self.state != "leader":
            return DISABLED
        if not self.log.snapshot.last <= p <= n <= self.log.last:
            return DISABLED
        return (Send(peer, self.append(p, n)),)

    @action("AcceptEntries", node="i")
    def accept_entries(self, m: Append) -> Effects:
        """Accept a leader's entries, and what is committed. They must be safe before we say that we hold them."""
        if m.sender == self.name:
            return DISABLED
        if m.term < self.current_term:
            return DISABLED
        if not self.log.has(m.prev, m.prev_term):
            return DISABLED
        before = (self.current_term, self.log.entries)
        self.follow(m.term)
        self.log.entries = self.accept_log(m)
        changed = (self.current_term, self.log.entries) != before
        applying = self.commit(max(self.commit_index, min(m.commit, m.last)))
        return (
            *(self.persist(m.prev + 1) if changed else ()),
            *applying,
            Send(m.sender, Appended(m.term, self.name, m.last, m.round)),
        )

    @action("AdvanceCommit", node="i")
    def advance_commit(self, n: int) -> Effects:
        """A majority holds the log up to n, an entry of our own term: it is committed."""
        if self.state != "leader":
            return DISABLED
        if not self.commit_index < n <= self.log.last:
            return DISABLED
        if not self.majority({s for s in self.everyone if s == self.name or self.match[s] >= n}):
            return DISABLED
        if not self.committable(n):
            return DISABLED
        applying = self.commit(n)
        self.state = "leader" if self.name in self.log.servers_at(n) else "follower"
        return applying

    # ---- snapshots ----

    @action("Compact", node="i")
    def compact(self, n: int) -> Effects:
        """Replace the log up to n by a snapshot of the machine."""
        if not self.log.snapshot.last < n <= self.commit_index:
            return DISABLED
        cut = range(self.log.snapshot.last + 1, n + 1)
        rest = list(self.log.between(n + 1, self.log.last))
        self.log = Log(Snapshot(n, self.log.term_at(n), self.log.servers_at(n)), rest)
        self.image = self.machine.image()
        blank = tuple(Persist(f"entry {k}", None, flush=False) for k in cut)
        return *blank, Persist("image", self.image, flush=False), *self.persist()

    @action("SendSnapshot", node="i", witness=("peer",))
    def send_snapshot(self, peer: str) -> Effects:
        """Send the snapshot."""
        if self.state != "leader":
            return DISABLED
        if not self.log.snapshot.last > 0:
            return DISABLED
        return (Send(peer, self.install()),)

    @action("InstallSnapshot", node="i")
    def install_snapshot(self, m: Install) -> Effects:
        """Take over a leader's snapshot. It must be safe before we say that we have it."""
        if m.sender == self.name:
            return DISABLED
        if m.term < self.current_term:
            return DISABLED
        if not m.last > self.commit_index:
            return DISABLED
        self.follow(m.term)
        self.log = Log(Snapshot(m.last, m.last_term, m.servers), self.log.beyond(m.last, m.last_term))
        self.image = json.loads(m.image)
        self.machine = Machine(self.image)
        self.commit_index = m.last
        return (
            Persist("image", self.image, flush=False),
            *self.persist(m.last + 1),
            Send(m.sender, Appended(m.term, self.name, m.last)),
        )

    # ---- events ----

    def step(self, event: Event) -> Effects:
        """One event; who is leader no longer, waits for another."""
        led = self.state == "leader"
        effects = super().step(event)
        if led and self.state != "leader":
            self.leader = None if self.leader == self.name else self.leader
            return (*effects, CancelTimer("heartbeat"), self.watch())
        return effects

    def on_start(self) -> Effects:
        return (self.watch(),)

    def on_request(self, request: Request) -> Effects:
        """A client asks: ("read", key), ("join", server), ("leave", server), or (client, number, command), see
        `pyimpl.kernel.machine`. Who is no leader passes it on to the leader it knows."""
        if self.state == "leader":
            return self.serve(Asker(request.number, self.name), request.command)
        if self.leader is not None and self.leader != self.name:
            return (Send(self.leader, Forward(request.number, request.command)),)
        return ()

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case AskPreVote(t):
                return self.give_pre_vote(sender, t, message) if self.leader is None else ()
            case PreVote(t):
                self.pre_votes.add((t, sender))
                return (*self.campaign(), *self.begin())
            case AskVote(t):
                granted = self.grant_vote(sender, t, message)
                return granted or (self.step_down(t) if t > self.current_term else ())
            case Vote(t):
                self.votes.add((t, sender))
                return self.begin()
            case Append(t):
                return self.on_append(sender, message) if t >= self.current_term else self.refuse(sender)
            case Install(t):
                return self.on_install(sender, message) if t >= self.current_term else self.refuse(sender)
            case Appended(t) if t == self.current_term and self.state == "leader":
                return self.on_appended(sender, message)
            case Refused(t, hint):
                return self.on_refused(sender, t, hint)
            case Forward(request, command) if self.state == "leader":
                return self.serve(Asker(request, sender), command)
            case Answer(request, result):
                return (Reply(request, result),)
        return ()

    def on_append(self, sender: str, m: Append) -> Effects:
        """Entries of the leader of this term, or of a new one."""
        if self.is_old_news(m):
            return (self.hear(sender), Send(sender, Appended(m.term, self.name, m.last, m.round)))
        accepted = self.accept_entries(m)
        if accepted is not DISABLED:
            self.last_accepted = m
            return (*accepted, *self.tidy(), self.hear(sender))
        return (*self.step_down(m.term), self.hear(sender), *self.refuse(sender, m.prev))

    def on_install(self, sender: str, m: Install) -> Effects:
        """A snapshot of the leader of this term, or of a new one."""
        if m.last > self.commit_index:
            return (*self.install_snapshot(m), self.hear(sender))
        return (*self.step_down(m.term), self.hear(sender), *self.refuse(sender))

    def on_appended(self, sender: str, m: Appended) -> Effects:
        """Another server holds the log up to m.match: perhaps that decides; and perhaps a read can be answered."""
        self.match[sender] = max(self.match[sender], m.match)
        self.next[sender] = max(self.next[sender], self.match[sender] + 1)
        self.answered[sender] = max(self.answered[sender], m.round)
        done = (*self.progress(), *self.answer_reads())  # before the next is sent, which tells what is committed
        return (*done, *(self.replicate(sender) if self.next[sender] <= self.log.last else ()))

    def on_refused(self, sender: str, t: int, hint: int) -> Effects:
        """Another server cannot use what we sent."""
        if t > self.current_term:
            return self.step_down(t)
        if self.state == "leader" and t == self.current_term:
            self.next[sender] = max(hint, self.match[sender]) + 1
            return self.replicate(sender)
        return ()

    def on_timer(self, name: str) -> Effects:
        if name == "heartbeat" and self.state == "leader":
            return (*self.to_followers(), SetTimer("heartbeat", HEARTBEAT_MS))
        if name == "election" and self.state != "leader":
            self.leader = None
            self.attempts += 1
            return (*self.ask_pre_vote(), self.watch(), *self.campaign(), *self.begin())
        return ()

    # ---- leading ----

    def begin(self) -> Effects:
        """Lead, if elected."""
        elected = self.become_leader()
        if elected is DISABLED:
            return ()
        timers = (CancelTimer("election"), SetTimer("heartbeat", HEARTBEAT_MS))
        return (*elected, *timers, *self.to_followers(), *self.progress())

    def serve(self, asker: Asker, command: Any) -> Effects:
        """As leader, do what a client asks."""
        match tuple(command):
            case ("read", key):
                if not self.settled():
                    return ()
                self.round += 1
                self.reads.append(Read(key, self.round, asker))
                return self.to_followers()
            case ("join" | "leave" as what, server):
                new = self.servers | {server} if what == "join" else self.servers - {server}
                if new == self.log.servers_at(self.commit_index):
                    return self.answer(asker, "ok")
                return self.took(self.reconfigure(new), asker)
        return self.serve_ticket(asker, Ticket.of(command))

    def serve_ticket(self, asker: Asker, ticket: Ticket) -> Effects:
        """A numbered command: carried out before, under way, or new."""
        if ticket.number <= self.machine.answers.get(ticket.client, (0, None))[0]:
            return self.answer(asker, self.machine.apply(ticket))
        for n in range(self.commit_index + 1, self.log.last + 1):
            if self.log.at(n).ticket == ticket:
                self.waiting[n] = asker
                return ()
        return self.took(self.client_request(ticket), asker)

    def took(self, taken: Effects, asker: Asker) -> Effects:
        """If the log has grown: remember who waits, and send it."""
        if taken is DISABLED:
            return ()
        self.waiting[self.log.last] = asker
        return (*taken, *self.to_followers(), *self.progress())

    def to_followers(self) -> Effects:
        return tuple(e for peer in self.others() for e in self.replicate(peer))

    def replicate(self, peer: str) -> Effects:
        """Send what the peer lacks; what was sent before is sent again, which is no new step of the spec."""
        p = self.next[peer] - 1
        if p < self.log.snapshot.last:
            what: Any = ("snapshot", self.log.snapshot)
            again = self.told.get(peer) == what
            self.told[peer] = what
            return (Send(peer, self.install()),) if again else self.send_snapshot(peer)
        n = min(p + self.batch, self.log.last)
        what = (p, n, self.commit_index)
        again = self.told.get(peer) == what
        self.told[peer] = what
        return (Send(peer, self.append(p, n)),) if again else self.send_entries(p, n, peer)

    def append(self, p: int, n: int) -> Append:
        entries = self.log.between(p + 1, n)
        return Append(self.current_term, self.name, p, self.log.term_at(p), entries, self.commit_index, self.round)

    def install(self) -> Install:
        at = self.log.snapshot
        return Install(self.current_term, self.name, at.last, at.last_term, at.servers, json.dumps(self.image))

    def progress(self) -> Effects:
        """Commit as much as a majority holds."""
        for n in range(self.log.last, self.commit_index, -1):
            done = self.advance_commit(n)
            if done is not DISABLED:
                return (*done, *self.tidy())
        return ()

    def answer_reads(self) -> Effects:
        """Answer the reads whose round a majority has answered: we were leader after they were asked."""
        out: list[Any] = []
        for read in self.reads:
            if self.majority({s for s in self.everyone if s == self.name or self.answered[s] >= read.round}):
                out += self.answer(read.asker, self.machine.read(read.key))
        self.reads = self.reads[len(out) :]
        return tuple(out)

    def answer(self, asker: Asker, result: Any) -> Effects:
        if asker.at == self.name:
            return (Reply(asker.request, result),)
        return (Send(asker.at, Answer(asker.request, result)),)

    # ---- following ----

    def hear(self, sender: str) -> SetTimer:
        """There is a leader; see later whether there still is."""
        self.leader = sender
        self.attempts = 0
        return self.watch()

    def follow(self, t: int) -> None:
        """Be a follower in term t, with no vote if it is new."""
        if t > self.current_term:
            self.voted_for = NOOP
            self.leader = None
        self.current_term = t
        self.state = "follower"

    def is_old_news(self, m: Append) -> bool:
        """Whether to accept m would change nothing: it is answered again, which is no new step of the spec."""
        held = m.term == self.current_term and self.state == "follower" and self.log.has(m.prev, m.prev_term)
        return held and m == self.last_accepted

    def accept_log(self, m: Append) -> list[Entry]:
        """The log with the entries of m."""
        return self.log.merged(m.prev, m.entries)

    def refuse(self, sender: str, prev: int | None = None) -> Effects:
        """Tell our term, and after which position we could use entries."""
        hint = self.commit_index if prev is None else max(self.commit_index, min(self.log.last, prev - 1))
        return (Send(sender, Refused(self.current_term, hint)),)

    def watch(self) -> SetTimer:
        """Wait for a leader: longer with each attempt, and not the same on any two servers."""
        more = ELECTION_MORE_MS * (self.attempts + 1) * (self.everyone.index(self.name) + 1)
        return SetTimer("election", min(ELECTION_MS + more, ELECTION_MS_MAX + more % 97))

    def tidy(self) -> Effects:
        """Cut the log off, if it is long."""
        long = self.commit_index - self.log.snapshot.last >= COMPACT_AFTER
        return self.compact(self.commit_index) if long else ()

    # ---- what several of them need ----

    @property
    def servers(self) -> frozenset[str]:
        """The cluster, by the last entry that changes it, committed or not."""
        return self.log.servers_at(self.log.last)

    def others(self) -> list[str]:
        return [s for s in self.everyone if s in self.servers and s != self.name]

    def to_others(self, message: Any) -> Effects:
        """To the others of the cluster; to ourselves, if there is no other."""
        return tuple(Send(peer, message) for peer in self.others() or [self.name])

    def not_behind(self, m: AskVote | AskPreVote) -> bool:
        """Whether the log of who asks is not behind ours."""
        return (m.last_term, m.last) >= (self.log.last_term, self.log.last)

    def backed(self, votes: set[tuple[int, str]], t: int) -> bool:
        """Whether a majority, with us, is for us in term t."""
        return self.majority({self.name} | {j for term, j in votes if term == t})

    def majority(self, who: set[str]) -> bool:
        return 2 * len(who & self.servers) > len(self.servers)

    def settled(self) -> bool:
        """Whether we have committed an entry of our own term."""
        return self.log.term_at(self.commit_index) == self.current_term

    def committable(self, n: int) -> bool:
        """Only an entry of our own term tells that it is committed."""
        return self.log.term_at(n) == self.current_term

    def commit(self, n: int) -> Effects:
        """Apply the entries up to n, and answer who waits for them."""
        out: list[Any] = []
        for k in range(self.commit_index + 1, n + 1):
            entry = self.log.at(k)
            result = self.machine.apply(entry.ticket) if entry.ticket else "ok"
            out.append(Apply(Applied(k, entry)))
            asker = self.waiting.pop(k, None)
            if asker is not None and self.state == "leader":
                out += self.answer(asker, result)
        self.commit_index = n
        return tuple(out)

    def persist(self, since: int | None = None) -> Effects:
        """Make safe: the entries from `since` on, then term, vote and where the log begins and ends."""
        at, last = self.log.snapshot, self.log.last
        numbers = range(since, last + 1) if since is not None else ()
        entries = tuple(Persist(f"entry {n}", self.log.at(n).record(), flush=False) for n in numbers)
        whole = [self.current_term, self.voted_for, at.last, at.last_term, sorted(at.servers), last]
        return *entries, Persist("raft", whole)
