"""A server of the cell: it carries out the log on its copy of the database, and may be master.

The log is multi-Paxos: `peer` is a whole `pyimpl.multipaxos` server, which this one feeds and whose effects it passes
on. Pair it with `specs/chubby/Chubby.tla`, the parts about the log, the master, and what it does for clients.

What is durable: the log. The copy of the database is made anew after a crash, from the log's beginning.

The master's lease: the leader of a ballot asks the others for it, round after round. Who gives it promises no ballot
of another for `LENT_MS` from then on, nor does one that has just started, which may have given it before. The leader
counts `LEASE_MS` from before it asked. Sessions: a client counts `CLIENT_MS` from before it sent a KeepAlive, the
master `SESSION_MS` from its answer; a new master gives every session as much. Timers here fire late by up to a quarter
and never early, so LENT_MS and SESSION_MS are longer than that by more than it takes to write to the disk.

Source: M. Burrows, "The Chubby lock service for loosely-coupled distributed systems", OSDI 2006, sections 2.4 to 2.9;
T. Chandra, R. Griesemer, J. Redstone, "Paxos made live", PODC 2007, section 5.2 (master leases).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.chubby.database import NOBODY, Asleep, Command, Database, Logged
from pyimpl.chubby.messages import (
    Alive,
    AskLock,
    AskOpen,
    AskRead,
    AskWrite,
    Content,
    Flushed,
    Freed,
    FromClient,
    Gone,
    Granted,
    InCell,
    Invalidate,
    KeepAlive,
    Lend,
    Lent,
    Opened,
    Release,
    Written,
)
from pyimpl.kernel import (
    DISABLED,
    Apply,
    CancelTimer,
    Effects,
    Event,
    Node,
    Persist,
    Received,
    Request,
    Send,
    SetTimer,
    Started,
    TimerFired,
    action,
)
from pyimpl.multipaxos.messages import Prepare
from pyimpl.multipaxos.node import WINDOW
from pyimpl.multipaxos.node import Server as Peer

LEND_MS = 35
LEASE_MS = 120
LENT_MS = 200
SESSION_MS = 110
DELAY_MS = 30
AGAIN_MS = 50


class LogPeer(Peer):
    """A server of multi-Paxos that keeps the whole log."""

    compact_after = 1 << 30
    election_ms = 80


class Server(Node):
    """`servers` are the names of all servers of the cell, `clients` of those who may have sessions."""

    role = "server"
    database: type[Database] = Database
    lends = True
    """Whether a lease that we gave keeps us from following another."""

    def __init__(
        self, name: str, records: Mapping[str, Any], servers: tuple[str, ...], clients: tuple[str, ...]
    ) -> None:
        self.servers, self.clients = servers, clients
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        self.peer = LogPeer(self.name, records, self.servers, Asleep)
        self.db = self.database()
        # the lease: what we gave, and what we have
        self.lent_to: str | None = NOBODY  # perhaps to somebody, before we crashed
        self.counts: dict[str, int] = {}  # the last timer of each kind that counts again from time to time
        self.round = 0
        self.running: set[int] = set()  # rounds whose time is not over
        self.given: dict[int, set[str]] = {}
        self.lease = 0  # the last round in which a majority gave it
        # the master
        self.acting = 0
        self.bidding = False  # since we lead, and had carried out the whole log
        self.nr = 0
        self.pending: dict[Command, int] = {}
        self.cachers: frozenset[int] = frozenset()
        self.writing = 0  # the version that is under way
        self.flushed: set[tuple[int, int]] = set()
        self.told: set[Granted] = set()

    # ---- the actions, in the spec's order: the log, and who is master ----

    @action("Bid", node="s")
    def bid(self) -> Effects:
        """Propose to be the next master."""
        if self.acting:
            return DISABLED
        if not self.can_propose():
            return DISABLED
        self.bidding = True
        return self.enter(Command(self.db.epoch + 1, 0, "takeover", (self.name,)))

    @action("Execute", node="s")
    def execute(self, k: Command) -> Effects:
        """Carry out the next command of the log; with our own takeover we begin to act, if we have the lease."""
        before = self.db
        answers = self.answers(k) if self.acting and self.acting == k.epoch else ()
        self.db = before.after(k)
        self.pending = {c: at for c, at in self.pending.items() if c != k}
        if k.op == "takeover" and k.args == (self.name,):
            bid, self.bidding = self.bidding, False
            # one for which we bid earlier, before a crash or under another ballot, may be long past: the log goes on
            if bid and before.takes_over(k) and self.peer.ready and self.leased():
                self.acting = k.epoch
                self.cachers = self.at_first(before)
        return Apply(Logged(self.db.pos, k)), *answers

    @action("StepDown", node="s")
    def step_down(self) -> Effects:
        """The lease is over, or we do not lead the log."""
        if not self.acting:
            return DISABLED
        self.retire()
        return ()

    # ---- what the master does for its clients ----

    @action("Open", node="s")
    def open(self, c: str, n: int) -> Effects:
        """Propose a session for an attempt of client c."""
        if not self.acting:
            return DISABLED
        if not self.can_propose():
            return DISABLED
        return self.propose("open", c, n)

    @action("Lock", node="s")
    def lock(self, i: int, mode: str) -> Effects:
        """Propose that session i gets the lock."""
        if not self.acting:
            return DISABLED
        if not self.db.can_lock(i, mode):
            return DISABLED
        if not self.can_propose():
            return DISABLED
        return self.propose("lock", i, mode)

    @action("Grant", node="s")
    def grant(self, i: int) -> Effects:
        """Tell session i that it has the lock."""
        if not self.acting:
            return DISABLED
        if i not in self.db.holding:
            return DISABLED
        self.told.add(self.granted(i))
        return (Send(str(self.db.client_of(i)), self.granted(i)),)

    @action("Unlock", node="s")
    def unlock(self, g: int) -> Effects:
        """Propose that grant g of the lock ends."""
        if not self.acting:
            return DISABLED
        if g not in dict(self.db.holders).values():
            return DISABLED
        if not self.can_propose():
            return DISABLED
        return self.propose("unlock", g)

    @action("Expire", node="s")
    def expire(self, i: int) -> Effects:
        """Propose that session i ends: its client's lease is over."""
        if not self.acting:
            return DISABLED
        if i not in self.db.live:
            return DISABLED
        if not self.can_propose():
            return DISABLED
        return self.propose("expire", i)

    @action("EndDelay", node="s")
    def end_delay(self) -> Effects:
        """Propose that the lock may be had again."""
        if not self.acting:
            return DISABLED
        if not self.db.delayed:
            return DISABLED
        if not self.can_propose():
            return DISABLED
        return self.propose("undelay")

    @action("Read", node="s")
    def read(self, i: int) -> Effects:
        """Let session i have the file, unless it is being changed."""
        if not self.acting:
            return DISABLED
        if i not in self.db.live:
            return DISABLED
        if self.writing > self.db.version:
            return DISABLED
        self.cachers |= {i}
        return (Send(str(self.db.client_of(i)), Content(i, self.db.version)),)

    @action("Invalidate", node="s")
    def invalidate(self) -> Effects:
        """Tell all clients to drop the file from their caches."""
        if not self.acting:
            return DISABLED
        self.writing = self.db.version + 1
        return self.to_clients(Invalidate(self.acting, self.writing))

    @action("Write", node="s")
    def write(self) -> Effects:
        """Propose to change the file, when all who may have it cached have dropped it."""
        if not self.acting:
            return DISABLED
        if not self.writing > self.db.version:
            return DISABLED
        if not all(self.dropped(i, self.writing) for i in self.cachers):
            return DISABLED
        if not self.can_propose():
            return DISABLED
        return self.propose("write", self.writing)

    # ---- events ----

    def step(self, event: Event) -> Effects:
        """One event; then, what follows from who leads the log and who has the lease."""
        effects = super().step(event)
        return (*effects, *self.follow_up())

    def on_start(self) -> Effects:
        return *self.count("lent", LENT_MS), *self.log_step(Started())

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case InCell(Prepare()) if self.lends and self.lent_to not in (None, sender):
                return ()
            case InCell(inner):
                return self.log_step(Received(sender, inner))
            case Lend(bal, number):
                return self.on_lend(sender, bal, number)
            case Lent(bal, number) if self.peer.ready and bal == self.peer.log.promised and number in self.running:
                self.given[number].add(sender)
                if self.peer.majority(self.given[number]):
                    self.lease = max(self.lease, number)
                return ()
        return self.on_client(sender, message) if self.acting else ()

    def on_lend(self, sender: str, bal: int, number: int) -> Effects:
        """A leader asks for a lease."""
        if bal < self.peer.log.promised or self.lent_to not in (None, sender):
            return ()
        self.lent_to = sender
        return *self.count("lent", LENT_MS), Send(sender, Lent(bal, number))

    def on_client(self, sender: str, message: FromClient) -> Effects:
        """As master, do what a client asks."""
        match message:
            case AskOpen(attempt):
                return () if self.under_way("open", sender, attempt) else self.open(sender, attempt)
            case KeepAlive(i, number):
                return self.on_keep_alive(sender, i, number)
            case AskRead(i):
                return self.read(i)
            case AskWrite(i, version):
                if version < self.db.version:
                    return (Send(sender, Written(self.db.version)),)
                if i in self.db.live and self.writing <= self.db.version:
                    return *self.invalidate(), SetTimer("again", AGAIN_MS)
            case Flushed(i, version):
                self.flushed.add((i, version))
            case AskLock(i, mode):
                if i in self.db.holding:
                    told = self.granted(i) in self.told  # to tell again is no new step
                    return (Send(sender, self.granted(i)),) if told else self.grant(i)
                return () if self.under_way("lock", i, mode) else self.lock(i, mode)
            case Release(grant):
                if grant not in dict(self.db.holders).values():
                    return (Send(sender, Freed(grant)),)
                return () if self.under_way("unlock", grant) else self.unlock(grant)
        return ()

    def on_keep_alive(self, sender: str, i: int, number: int) -> Effects:
        """A client's session goes on, if it has not ended, or is about to."""
        if i not in self.db.live:
            return (Send(sender, Gone(i)),)
        if self.under_way("expire", i):
            return ()
        return *self.count(f"session {i}", SESSION_MS), Send(sender, Alive(i, number))

    def count(self, what: str, ms: int) -> Effects:
        """Count anew. The timer that counted so far may fire before this one is set, while the disk is written: they
        have numbers, so that only the last one says anything.
        """
        number = self.counts[what] = self.counts.get(what, 0) + 1
        return CancelTimer(f"{what} {number - 1}"), SetTimer(f"{what} {number}", ms)

    def is_last(self, name: str) -> bool:
        """Whether no other timer counts now what this one has counted."""
        what, _, number = name.rpartition(" ")
        return int(number) == self.counts.get(what)

    def on_timer(self, name: str) -> Effects:
        kind, _, rest = name.partition(" ")
        match kind:
            case "log":
                if rest == "election" and self.lends and self.lent_to not in (None, self.name):
                    return (SetTimer("log election", LENT_MS),)
                return self.log_step(TimerFired(rest))
            case "lend" if self.peer.ready:
                return self.ask_lease()
            case "lease":
                self.running.discard(int(rest))
                self.given.pop(int(rest), None)
            case "lent" if self.is_last(name):
                self.lent_to = None
            case "session" if self.acting and self.is_last(name):
                return (*self.expire(int(rest.partition(" ")[0])), SetTimer(name, AGAIN_MS))
            case "delay" if self.acting:
                return (*self.end_delay(), SetTimer(name, AGAIN_MS)) if self.db.delayed else ()
            case "again" if self.acting and self.writing > self.db.version:
                return (*self.to_clients(Invalidate(self.acting, self.writing)), SetTimer("again", AGAIN_MS))
        return ()

    # ---- the log ----

    def log_step(self, event: Event) -> Effects:
        """Let multi-Paxos take an event; carry out what it has decided."""
        done = self.peer.last
        effects = self.peer.step(event)
        self.bidding = self.bidding and self.peer.ready
        out: list[Any] = list(self.step_down()) if not self.peer.ready else []
        for n in range(done + 1, self.peer.last + 1):
            out += self.carry_out(Command.of(self.peer.log.chosen[n]))
        return (*out, *passed_on(effects))

    def carry_out(self, k: Command) -> Effects:
        """One command, and the timers that it brings."""
        was = self.acting
        effects = list(self.execute(k))
        if self.acting and not was:
            effects += [effect for i in sorted(self.db.live) for effect in self.count(f"session {i}", SESSION_MS)]
        if self.acting and k.op == "open":
            effects += self.count(f"session {self.db.opened}", SESSION_MS)
        if self.acting and self.db.delayed:
            effects.append(SetTimer("delay", DELAY_MS))
        if self.acting and k.op == "lock":
            effects += self.grant(k.session)
        if self.acting and k.op == "write":
            effects += self.to_clients(Written(self.db.version))
        return tuple(effects)

    def can_propose(self) -> bool:
        """Whether the log takes a command now."""
        return self.peer.ready and self.peer.next <= self.peer.last + WINDOW

    def propose(self, op: str, *args: Any) -> Effects:
        """The next command of our epoch, into the log."""
        self.nr += 1
        k = Command(self.acting, self.nr, op, args)
        self.pending[k] = self.nr
        return self.enter(k)

    def enter(self, k: Command) -> Effects:
        ticket = k.ticket()
        return self.log_step(Request(0, (ticket.client, ticket.number, ticket.command)))

    def under_way(self, op: str, *args: Any) -> bool:
        """Whether we have proposed that, and it is not carried out yet."""
        return any((k.op, k.args) == (op, args) for k in self.pending)

    # ---- being master ----

    def follow_up(self) -> Effects:
        """Lose the lease, ask for it, bid, write: whatever is due."""
        out: list[Any] = []
        if self.acting and not (self.leased() and self.peer.ready):
            out += self.step_down()
        if self.peer.ready and not self.round_under_way():
            out += self.ask_lease()
        caught_up = self.peer.last == self.peer.next - 1
        if self.peer.ready and self.leased() and not self.acting and not self.bidding and caught_up:
            out += self.bid()
        if self.acting and self.writing > self.db.version and not self.under_way("write", self.writing):
            out += self.write()
        return tuple(out)

    def round_under_way(self) -> bool:
        return self.round in self.running and self.lent_to == self.name

    def ask_lease(self) -> Effects:
        """A new round: the time counts from now. We lend to ourselves, too."""
        if self.lent_to not in (None, self.name):
            return (SetTimer("lend", LEND_MS),)
        self.round += 1
        self.running.add(self.round)
        self.given[self.round] = {self.name}
        self.lent_to = self.name
        timers = SetTimer(f"lease {self.round}", LEASE_MS), *self.count("lent", LENT_MS), SetTimer("lend", LEND_MS)
        return *timers, *(Send(s, Lend(self.peer.log.promised, self.round)) for s in self.peer.others())

    def leased(self) -> bool:
        """Whether we have a lease that is not over."""
        return self.lease in self.running

    def retire(self) -> None:
        """No longer master: all that only a master knows is worth nothing."""
        self.acting = self.nr = self.writing = 0
        self.cachers = frozenset()
        self.pending, self.flushed, self.told = {}, set(), set()

    def at_first(self, db: Database) -> frozenset[int]:
        """Of whom a new master must assume that they cache."""
        return db.live

    def dropped(self, i: int, version: int) -> bool:
        """Session i has dropped all versions below, or has ended."""
        return (i, version) in self.flushed or i not in self.db.live

    def answers(self, k: Command) -> Effects:
        """What the client hears when k is carried out."""
        if k.op == "open":
            return (Send(k.client, Opened(k.client, k.attempt, self.db.opened + 1)),)
        return ()

    def granted(self, i: int) -> Granted:
        """What session i, which has the lock, is told of it."""
        return Granted(i, dict(self.db.holders)[i], self.db.gen, self.db.mode)

    def to_clients(self, message: Any) -> Effects:
        return tuple(Send(client, message) for client in self.clients)


def passed_on(effects: Effects) -> Effects:
    """The effects of multi-Paxos as effects of the server it is part of."""
    out: list[Any] = []
    for effect in effects:
        match effect:
            case Send(to, message):
                out.append(Send(to, InCell(message)))
            case SetTimer(name, delay_ms):
                out.append(SetTimer(f"log {name}", delay_ms))
            case CancelTimer(name):
                out.append(CancelTimer(f"log {name}"))
            case Persist():
                out.append(effect)
    return tuple(out)
