"""Zab: one server, which follows a leader or is it, and delivers what leaders broadcast.

Takes requests of clients (a command of `pyimpl.kernel.machine` each), and messages of its peers; gives answers, each
command carried out once. Everything that decides it is in here, in `history` and in `election`; pair it with
`specs/zab/Zab.tla`. To put another application on top, override `serve`, `apply`, `image` and `load`.

What is durable: both epochs, the history and the snapshot, safe on disk before a message tells of them. A follower
writes the history of an epoch and the epoch itself down together (see `specs/zab/broken/AcksUnsynced.tla`).

In the paper channels are FIFO and break visibly. Here a follower takes only what is next for it, and finds out from the
leader's pings what it has missed.

Source: F. Junqueira, B. Reed, M. Serafini, "Zab: high-performance broadcast for primary-backup systems", DSN 2011;
A. Medeiros, "ZooKeeper's atomic broadcast protocol: theory and practice", 2012.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import DISABLED, Apply, Effects, Persist, Reply, Request, Send, SetTimer, action
from pyimpl.kernel.machine import Answer, Asker, Forward, Machine, Ticket
from pyimpl.zab.election import Voter
from pyimpl.zab.history import History, Snapshot
from pyimpl.zab.messages import (
    NONE,
    Ack,
    AckEpoch,
    Commit,
    Delivered,
    FollowerInfo,
    Missing,
    NewEpoch,
    NewLeader,
    Notify,
    Ping,
    Pong,
    Propose,
    Refused,
    Txn,
    Zxid,
)

PING_MS = 60
LEADER_MS = 220
COMPACT_AFTER = 5


class Peer(Voter):
    """`everyone` are the names of all servers, in the same order everywhere."""

    role = "server"

    def recover(self, records: Mapping[str, Any]) -> None:
        # durable
        accepted, current = records["zab"][:2] if "zab" in records else (0, 0)
        self.accepted_epoch: int = accepted
        self.current_epoch: int = current
        self.history = History.of(records)
        # volatile
        self.phase = "election"
        self.leader = NONE
        self.epoch = 0
        self.delivered = self.history.snapshot.last
        self.snapshot_image: Any = records.get("image")
        self.load(self.snapshot_image)
        self.rest()

    def rest(self) -> None:
        """What only lasts as long as one leader: who follows, what each has told, and who waits."""
        self.infos: dict[str, FollowerInfo] = {}
        self.promises: dict[str, AckEpoch] = {}
        self.match: dict[str, int] = {}
        self.alive: set[str] = set()
        self.told: dict[str, Any] = {}
        self.waiting: dict[str, Asker] = {}
        self.last_ack: Ack | None = None
        self.votes = {}

    # ---- the actions, in the spec's order: election and discovery ----

    @action("Elect", node="i")
    def elect(self, l: str) -> Effects:  # noqa: E741 - the spec's name
        """Follow l, or lead."""
        if self.phase != "election":
            return DISABLED
        self.rest()
        self.phase = "discovery"
        self.leader = l
        return (Send(l, self.info()),)

    @action("BeginEpoch", node="l")
    def begin_epoch(self, e: int) -> Effects:
        """As leader begin epoch e. The promise to be in it must be safe before anyone hears of it."""
        if not (self.phase == "discovery" and self.leader == self.name):
            return DISABLED
        if self.epoch != 0:
            return DISABLED
        if not e > self.accepted_epoch:
            return DISABLED
        if not self.majority({j for j, info in self.infos.items() if info.epoch < e}):
            return DISABLED
        self.accepted_epoch = e
        self.epoch = e
        return *self.persist(), *self.to_followers(NewEpoch(self.name, e))

    @action("AcceptEpoch", node="i")
    def accept_epoch(self, e: int) -> Effects:
        """Promise to be in epoch e. The promise must be safe before it is given."""
        if not (self.phase == "discovery" and self.leader != self.name):
            return DISABLED
        if not e >= self.accepted_epoch:
            return DISABLED
        known = e == self.accepted_epoch
        self.accepted_epoch = e
        self.phase = "synchronisation"
        promise = AckEpoch(self.name, self.leader, e, self.current_epoch, self.history.last_zxid)
        return self.want() if known else (*self.persist(), Send(self.leader, promise))

    @action("Prevail", node="l")
    def prevail(self) -> Effects:
        """A quorum has promised to be in our epoch, and is not ahead of us: our history is that of the epoch."""
        if not (self.phase == "discovery" and self.epoch != 0):
            return DISABLED
        if not self.majority({self.name} | {j for j, m in self.promises.items() if self.not_ahead(m)}):
            return DISABLED
        self.current_epoch = self.epoch
        self.phase = "synchronisation"
        return self.persist()

    # ---- synchronisation ----

    @action("SendHistory", node="l", witness=("peer",))
    def send_history(self, p: int, whole: bool, peer: str) -> Effects:
        """Send what comes after p in our history, and with `whole` the snapshot before that."""
        if not (self.leader == self.name and self.phase in ("synchronisation", "broadcast")):
            return DISABLED
        if not self.history.snapshot.last <= p <= self.history.last:
            return DISABLED
        return (Send(peer, self.new_leader(p, whole)),)

    @action("AcceptHistory", node="i")
    def accept_history(self, m: NewLeader) -> Effects:
        """Take over our leader's history. Epoch and history must be safe together before we say that we have them."""
        if not (self.phase == "synchronisation" and self.leader == m.sender != self.name):
            return DISABLED
        if self.accepted_epoch != m.epoch:
            return DISABLED
        if not (self.history.has(m.prev, m.prev_zxid) or (m.whole and m.prev > self.delivered)):
            return DISABLED
        self.history = self.synced(m)
        self.current_epoch = m.epoch
        self.phase = "broadcast"
        image = self.skip(m)
        self.last_ack = Ack(self.name, m.epoch, m.last)
        return *image, *self.persist(self.history.snapshot.last + 1), Send(self.leader, self.last_ack)

    @action("Establish", node="l")
    def establish(self) -> Effects:
        """A quorum has taken over our history: it is committed, and we may broadcast."""
        if not (self.phase == "synchronisation" and self.leader == self.name):
            return DISABLED
        if not self.held(self.history.last):
            return DISABLED
        self.phase = "broadcast"
        applying = self.deliver_up_to(self.history.last)
        return *applying, *self.to_followers(Commit(self.name, self.epoch, self.history.last))

    # ---- broadcast ----

    @action("Propose", node="l", witness=("body",))
    def propose(self, v: str, body: str) -> Effects:
        """As leader broadcast v. It must be in our own history first."""
        if not (self.phase == "broadcast" and self.leader == self.name):
            return DISABLED
        txn = Txn(self.next_zxid(), v, body)
        self.history.txns.append(txn)
        proposal = Propose(self.name, self.epoch, self.history.last, txn)
        return *self.persist(self.history.last), *self.to_followers(proposal)

    @action("AcceptProposal", node="i")
    def accept_proposal(self, m: Propose) -> Effects:
        """Write down our leader's next proposal. It must be safe before we say that we have it."""
        if not (self.phase == "broadcast" and self.leader == m.sender != self.name):
            return DISABLED
        if self.current_epoch != m.epoch:
            return DISABLED
        if m.index != self.history.last + 1:
            return DISABLED
        self.history.txns.append(m.txn)
        self.last_ack = Ack(self.name, m.epoch, m.index)
        return *self.persist(m.index), Send(self.leader, self.last_ack)

    @action("Commit", node="l")
    def commit(self, n: int) -> Effects:
        """A quorum has our history up to n: commit and deliver it."""
        if not (self.phase == "broadcast" and self.leader == self.name):
            return DISABLED
        if not self.delivered < n <= self.history.last:
            return DISABLED
        if not self.held(n):
            return DISABLED
        applying = self.deliver_up_to(n)
        return *applying, *self.to_followers(Commit(self.name, self.epoch, n))

    @action("Deliver", node="i")
    def deliver(self, n: int) -> Effects:
        """Deliver our history up to n, which our leader has committed."""
        if not (self.phase == "broadcast" and self.leader != self.name):
            return DISABLED
        if not self.delivered < n <= self.history.last:
            return DISABLED
        return self.deliver_up_to(n)

    # ---- giving up, snapshots ----

    @action("GiveUp", node="i")
    def give_up(self) -> Effects:
        """Leave our leader, or cease to lead."""
        if self.phase == "election":
            return DISABLED
        self.rest()
        self.phase = "election"
        self.leader = NONE
        self.epoch = 0
        return ()

    @action("Compact", node="i")
    def compact(self, n: int) -> Effects:
        """Replace our history up to n by a snapshot of the application."""
        if not self.history.snapshot.last < n <= self.delivered:
            return DISABLED
        cut = range(self.history.snapshot.last + 1, n + 1)
        rest = self.history.between(n + 1, self.history.last)
        self.history = History(Snapshot(n, self.history.zxid_at(n)), rest)
        self.snapshot_image = self.image()
        blank = tuple(Persist(f"txn {k}", None, flush=False) for k in cut)
        return *blank, Persist("image", self.snapshot_image, flush=False), *self.persist()

    # ---- the application ----

    def serve(self, asker: Asker, command: Any) -> Effects:
        """As leader, do what a client asks: carry out a numbered command, once."""
        ticket = Ticket.of(command)
        if ticket.number <= self.machine.answers.get(ticket.client, (0, None))[0]:
            return self.answer(asker, self.machine.apply(ticket))
        self.waiting[ticket.name] = asker
        if any(txn.value == ticket.name for txn in self.history.txns):
            return ()
        return self.broadcast(ticket.name, json.dumps(ticket.record()))

    def apply(self, txn: Txn) -> Effects:
        """Deliver one transaction to the application."""
        result = self.machine.apply(Ticket.of(json.loads(txn.body)))
        asker = self.waiting.pop(txn.value, None)
        return self.answer(asker, result) if asker is not None else ()

    def image(self) -> Any:
        """The application as JSON."""
        return self.machine.image()

    def load(self, image: Any) -> None:
        """Begin with this image, or with nothing."""
        self.machine = Machine(image)

    # ---- events ----

    def on_start(self) -> Effects:
        return self.look()

    def on_request(self, request: Request) -> Effects:
        if self.phase == "broadcast" and self.leader == self.name:
            return self.serve(Asker(request.number, self.name), request.command)
        if self.leader not in (NONE, self.name):
            return (Send(self.leader, Forward(request.number, request.command)),)
        return ()

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case Notify():
                return self.on_notify(sender, message)
            case FollowerInfo():
                return self.on_info(sender, message)
            case NewEpoch(_, e) if sender == self.leader:
                return (*self.accept_epoch(e), self.wait())
            case AckEpoch(_, _, e) if e == self.epoch:
                return self.on_promise(sender, message)
            case NewLeader() if sender == self.leader:
                return self.on_history(message)
            case Ack(_, e, n) if self.epoch == e:
                self.match[sender] = max(n, self.match.get(sender, 0))
                return self.progress()
            case Propose(_, e) if sender == self.leader and e == self.current_epoch:
                return self.on_proposal(message)
            case Commit(_, e, n) if sender == self.leader and e == self.current_epoch:
                return self.on_commit(n)
            case Forward(request, command) if self.phase == "broadcast" and self.leader == self.name:
                return self.serve(Asker(request, sender), command)
            case Answer(request, result):
                return (Reply(request, result),)
        return self.on_upkeep(sender, message)

    def on_upkeep(self, sender: str, message: Any) -> Effects:
        """The messages that the spec does not know."""
        match message:
            case Ping(e, last, n) if sender == self.leader:
                return self.on_ping(e, last, n)
            case Pong(e) if e == self.epoch and self.leader == self.name:
                self.alive.add(sender)
            case Missing(e, last, history) if e == self.epoch and self.leader == self.name:
                return self.repeat(sender, last, history)
            case Refused() if sender == self.leader:
                return (*self.give_up(), *self.look())
        return ()

    def on_timer(self, name: str) -> Effects:
        if name == "look" and self.phase == "election":
            return self.on_look()
        if name == "leader" and self.phase != "election" and self.leader != self.name:
            return (*self.give_up(), *self.look())
        if name == "ping" and self.leader == self.name:
            ping = Ping(self.epoch, self.history.last, self.delivered if self.phase == "broadcast" else 0)
            return (*(Send(j, ping) for j in self.others()), SetTimer("ping", PING_MS))
        if name == "quorum" and self.leader == self.name:
            alive, self.alive = self.alive | {self.name}, set()
            if self.phase != "broadcast" or not self.majority(alive):  # it takes too long, or too few are there
                return (*self.give_up(), *self.look())
            return (SetTimer("quorum", 2 * LEADER_MS),)
        return ()

    # ---- leading ----

    def chosen(self, who: str) -> Effects:
        """The election is over."""
        elected = self.elect(who)
        if who != self.name:
            return (*elected, self.wait())
        return (*elected, SetTimer("ping", 1), SetTimer("quorum", 2 * LEADER_MS))

    def on_info(self, sender: str, m: FollowerInfo) -> Effects:
        """Somebody would follow us."""
        if self.leader != self.name:
            return (Send(sender, Refused()),) if self.phase != "election" else ()
        if 0 < self.epoch < m.epoch:  # it can never be in ours
            return (*self.give_up(), *self.look())
        self.infos[sender] = m
        self.alive.add(sender)
        if self.epoch != 0:
            return (Send(sender, NewEpoch(self.name, self.epoch)),)
        begun = self.begin_epoch(max(self.accepted_epoch, *(i.epoch for i in self.infos.values())) + 1)
        return begun if begun is DISABLED else (*begun, *self.prevail(), *self.progress())

    def on_promise(self, sender: str, m: AckEpoch) -> Effects:
        """Somebody has promised to be in our epoch; if it is ahead of us, it had better lead."""
        self.promises[sender] = m
        if not self.not_ahead(m) and self.phase == "discovery":
            return (*self.give_up(), *self.look())
        if self.phase != "discovery":
            return self.synchronise(sender)
        prevailed = self.prevail()
        if prevailed is DISABLED:
            return ()
        return (*prevailed, *(e for j in self.others() if j in self.promises for e in self.synchronise(j)))

    def synchronise(self, peer: str, from_delivered: int | None = None) -> Effects:
        """Send our history: what the other lacks, by its last zxid; or if that was of no use, all it has not
        delivered; or the snapshot with the rest."""
        begin = self.history.snapshot.last
        last = self.infos[peer].last if peer in self.infos else (0, 0)
        p = max((n for n in range(begin, self.history.last + 1) if self.history.zxid_at(n) <= last), default=-1)
        if from_delivered is not None:
            p = from_delivered if from_delivered >= begin else -1
        whole = p < begin and begin > 0
        p = max(p, begin)
        what = (p, whole, self.history.last)
        again = self.told.get(peer) == what
        self.told[peer] = what
        return (Send(peer, self.new_leader(p, whole)),) if again else self.send_history(p, whole, peer)

    def repeat(self, peer: str, last: int, history: bool) -> Effects:
        """What a follower has missed, once more."""
        if self.phase == "discovery":
            return ()
        if history:
            return self.synchronise(peer, last)
        if last < self.history.snapshot.last:  # it needs the snapshot, and must follow us anew for that
            return (Send(peer, Refused()),)
        own = [n for n in range(last + 1, self.history.last + 1) if self.history.at(n).zxid[0] == self.epoch]
        return tuple(Send(peer, Propose(self.name, self.epoch, n, self.history.at(n))) for n in own)

    def progress(self) -> Effects:
        """Establish the epoch, or commit as much as a quorum has."""
        if self.phase == "synchronisation":
            return (*self.establish(), *self.tidy())
        for n in range(self.history.last, self.delivered, -1):
            done = self.commit(n)
            if done is not DISABLED:
                return (*done, *self.tidy())
        return ()

    def broadcast(self, value: str, body: str) -> Effects:
        """Propose; and commit at once, where we are the only server."""
        return (*self.propose(value, body), *self.progress())

    def answer(self, asker: Asker, result: Any) -> Effects:
        if asker.at == self.name:
            return (Reply(asker.request, result),)
        return (Send(asker.at, Answer(asker.request, result)),)

    # ---- following ----

    def on_history(self, m: NewLeader) -> Effects:
        """Our leader's history; what cannot be used is asked for otherwise."""
        taken = self.accept_history(m)
        if taken is DISABLED:
            again = self.phase == "synchronisation" and m.epoch == self.accepted_epoch
            return (*(self.want() if again else ()), self.wait())
        return (*taken, self.wait())

    def on_proposal(self, m: Propose) -> Effects:
        """A proposal: the next, one before it is due, or one that we have."""
        taken = self.accept_proposal(m)
        if taken is not DISABLED or self.phase != "broadcast":
            return taken
        if m.index > self.history.last:
            return (Send(self.leader, Missing(m.epoch, self.history.last)),)
        return self.repeat_ack()

    def on_commit(self, n: int) -> Effects:
        """A commit, if we have got as far."""
        if self.phase != "broadcast":
            return ()
        if n > self.history.last:
            return (Send(self.leader, Missing(self.current_epoch, self.history.last)),)
        return (*self.deliver(n), *self.tidy())

    def on_ping(self, e: int, last: int, n: int) -> Effects:
        """Our leader is there; whatever we have missed, we find out now."""
        pong = (Send(self.leader, Pong(e)), self.wait())
        if self.phase == "discovery":
            return (*pong, Send(self.leader, self.info()))
        if e != self.accepted_epoch:
            return (*self.give_up(), *self.look())
        if self.phase == "synchronisation":
            return (*pong, *self.want())
        done = self.on_commit(n) if n > self.delivered else ()
        if last > self.history.last and not done:
            return (*pong, Send(self.leader, Missing(e, self.history.last)))
        return (*pong, *done, *self.repeat_ack())

    def repeat_ack(self) -> Effects:
        return (Send(self.leader, self.last_ack),) if self.last_ack is not None else ()

    def wait(self) -> SetTimer:
        return SetTimer("leader", LEADER_MS)

    def want(self) -> Effects:
        return (Send(self.leader, Missing(self.accepted_epoch, self.delivered, history=True)),)

    # ---- what several of them need ----

    def info(self) -> FollowerInfo:
        return FollowerInfo(self.name, self.leader, self.accepted_epoch, self.history.last_zxid, self.delivered)

    def new_leader(self, p: int, whole: bool) -> NewLeader:
        txns = self.history.between(p + 1, self.history.last)
        image = json.dumps(self.snapshot_image) if whole else ""
        return NewLeader(self.name, self.epoch, whole, p, self.history.zxid_at(p), txns, image)

    def synced(self, m: NewLeader) -> History:
        """Our history after m: what m does not have is cut off, unless we were in that epoch already."""
        if not self.history.has(m.prev, m.prev_zxid):
            return History(Snapshot(m.prev, m.prev_zxid), m.txns)
        kept = self.history.between(self.history.snapshot.last + 1, m.prev)
        if self.current_epoch == m.epoch and m.last < self.history.last:
            return self.history
        return History(self.history.snapshot, (*kept, *m.txns))

    def skip(self, m: NewLeader) -> Effects:
        """With a snapshot that is ahead of us: begin with its image."""
        if self.history.snapshot.last <= self.delivered:
            return ()
        self.delivered = m.prev
        self.snapshot_image = json.loads(m.image)
        self.load(self.snapshot_image)
        return (Persist("image", self.snapshot_image, flush=False),)

    def next_zxid(self) -> Zxid:
        """The zxid that comes next in our epoch."""
        epoch, counter = self.history.last_zxid
        return (self.epoch, counter + 1 if epoch == self.epoch else 1)

    def not_ahead(self, m: AckEpoch) -> bool:
        """Whether who has come as far as m tells is not ahead of us."""
        return (m.current, m.last) <= (self.current_epoch, self.history.last_zxid)

    def held(self, n: int) -> bool:
        """Whether a quorum has our history up to n."""
        return self.majority({self.name} | {j for j, last in self.match.items() if last >= n})

    def deliver_up_to(self, n: int) -> Effects:
        """Hand the transactions up to n to the application."""
        out: list[Any] = []
        for k in range(self.delivered + 1, n + 1):
            txn = self.history.at(k)
            out += [Apply(Delivered(k, txn)), *self.apply(txn)]
        self.delivered = n
        return tuple(out)

    def tidy(self) -> Effects:
        """Cut the history off, if it is long."""
        long = self.delivered - self.history.snapshot.last >= COMPACT_AFTER
        return self.compact(self.delivered) if long else ()

    def to_followers(self, message: Any) -> Effects:
        """To all others; a message that somebody does not expect is none to it."""
        return tuple(Send(j, message) for j in self.others() or [self.name])

    def persist(self, since: int | None = None) -> Effects:
        """Make safe: the transactions from `since` on, then the epochs and where the history begins and ends."""
        at, last = self.history.snapshot, self.history.last
        numbers = range(since, last + 1) if since is not None else ()
        txns = tuple(Persist(f"txn {n}", self.history.at(n).record(), flush=False) for n in numbers)
        return *txns, Persist("zab", [self.accepted_epoch, self.current_epoch, at.last, list(at.zxid), last])
