"""A process that sends others tokens, and takes part in snapshots of the whole system and in restarts from them.

Takes requests ("send", to, amount), answered "sent" or "no" (not enough). Pair it with `specs/snapshot/Snapshot.tla`,
section "The processes". What it does besides sending tokens is the same for any process: its balance stands for its
state, an amount for a message. Durable is the number of its epoch, and nothing else: after a crash it is lost until the
keeper has everybody start again.

The channels are its own: messages to each other process are numbered and kept until they are acknowledged, and taken in
order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyimpl.kernel import DISABLED, Effects, Node, Persist, Reply, Request, Send, SetTimer, action
from pyimpl.snapshot.messages import Ack, Begin, Here, Lost, Marker, Part, Report, Restore, Token

AGAIN_MS = 40


@dataclass
class Saved:
    """What was recorded for snapshot `num`; the channels of `open` are still being recorded."""

    num: int
    balance: int
    sent: dict[str, int]
    got: dict[str, int]
    chan: dict[str, tuple[int, ...]]
    open: set[str]

    def spec(self) -> dict[str, Any]:
        """[num |-> num, balance |-> balance, sent |-> sent, got |-> got, chan |-> chan, open |-> open]"""
        return dict(vars(self))


class Process(Node):
    """`procs` are all processes' names, this one's too; it begins with `start` tokens."""

    role = "process"

    def __init__(self, name: str, records: Mapping[str, Any], procs: tuple[str, ...], keeper: str, start: int) -> None:
        self.procs, self.keeper, self.first = procs, keeper, start
        self.others = tuple(q for q in procs if q != name)
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        self.epoch: int = records.get("epoch", 0)
        self.alive = True
        self.balance = self.first
        self.clear()

    def clear(self) -> None:
        """Nothing sent, nothing received, nothing recorded."""
        self.sent = dict.fromkeys(self.procs, 0)
        self.got = dict.fromkeys(self.procs, 0)
        self.saved: Saved | None = None
        self.outbox: dict[str, list[Token | Marker]] = {q: [] for q in self.others}

    @property
    def lost(self) -> bool:
        """It has crashed, and does not know its state."""
        return self.down or not self.alive

    # ---- the actions, in the spec's order ----

    @action("Transfer", node="p")
    def transfer(self, q: str, n: int) -> Effects:
        """Send n tokens to q."""
        if self.lost:
            return DISABLED
        if not n <= self.balance:
            return DISABLED
        self.balance -= n
        self.sent[q] += 1
        return (self.post(Token(self.epoch, self.name, q, self.sent[q], n)),)

    @action("Record", node="p", witness=("m",))
    def record(self, k: int, m: Begin) -> Effects:
        """Record our state because the keeper asks; the markers go before anything else."""
        if self.lost or m.epoch != self.epoch:
            return DISABLED
        if not self.recorded() < k:
            return DISABLED
        self.save(k, ())
        return self.markers(k)

    @action("TakeToken", node="p", witness=("m",))
    def take_token(self, q: str, m: Token) -> Effects:
        """Take tokens from q; note them if that channel is being recorded."""
        if not self.is_next(m):
            return DISABLED
        self.balance += m.amount
        self.got[q] = m.seq
        self.note(q, m.amount)
        return ()

    @action("TakeMarker", node="p", witness=("m",))
    def take_marker(self, q: str, m: Marker) -> Effects:
        """What q had sent before it recorded its state is here; record ours, if that is new to us."""
        if not self.is_next(m):
            return DISABLED
        first = self.recorded() < m.num
        if first:
            self.save(m.num, (q,))
        if not first and self.saved is not None:
            self.saved.open.discard(q)
        self.got[q] = m.seq
        return self.markers(m.num) if first else ()

    @action("Report", node="p")
    def report(self) -> Effects:
        """Everything is recorded: send it to the keeper."""
        if self.lost or self.saved is None:
            return DISABLED
        if self.saved.open:
            return DISABLED
        part = Part(self.saved.balance, tuple(self.saved.chan.items()))
        return (Send(self.keeper, Report(self.epoch, self.saved.num, self.name, part)),)

    @action("Ask", node="p")
    def ask(self) -> Effects:
        """We have lost our state: ask for help."""
        if self.alive:
            return DISABLED
        return (Send(self.keeper, Lost(self.epoch, self.name)),)

    @action("Rejoin", node="p", witness=("m",))
    def rejoin(self, e: int, m: Restore) -> Effects:
        """Start again with our part of the snapshot, and what was on its way to us. The epoch is safe before we act."""
        if not e > self.epoch:
            return DISABLED
        self.balance = dict(m.parts)[self.name].tokens()
        self.epoch = e
        self.alive = True
        self.clear()
        return Persist("epoch", e), Send(self.keeper, Here(e, self.name))

    # ---- events ----

    def on_start(self) -> Effects:
        again = SetTimer("again", AGAIN_MS)
        if not self.down:
            return (again,)
        self.alive = False
        self.balance = 0
        return *self.ask(), again

    def on_request(self, request: Request) -> Effects:
        if self.lost:
            return ()
        _, q, n = request.command
        done = self.transfer(q, n)
        return (*done, Reply(request.number, "no" if done is DISABLED else "sent"))

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case Begin(_, num):
                return (*self.record(num, message), *self.report())
            case Token():
                return (*self.take_token(sender, message), *self.ack(message))
            case Marker():
                taken = self.take_marker(sender, message)
                return (*taken, *self.ack(message), *(() if taken is DISABLED else self.report()))
            case Restore(epoch, _):
                return self.rejoin(epoch, message) or (Send(sender, Here(self.epoch, self.name)),)
            case Ack(self.epoch, _, seq):
                self.outbox[sender] = [m for m in self.outbox[sender] if m.seq > seq]
        return ()

    def on_timer(self, name: str) -> Effects:
        late = () if self.lost else tuple(Send(q, m) for q in self.others for m in self.outbox[q])
        return (*self.ask(), *late, SetTimer("again", AGAIN_MS))

    # ---- the channels ----

    def is_next(self, m: Token | Marker) -> bool:
        """Whether m comes next on its channel."""
        return not self.lost and m.epoch == self.epoch and m.seq == self.got[m.sender] + 1

    def post(self, m: Token | Marker) -> Send:
        """Send, and keep until it is acknowledged."""
        self.outbox[m.to].append(m)
        return Send(m.to, m)

    def ack(self, m: Token | Marker) -> Effects:
        """Say what we have, also when it was nothing new."""
        return (Send(m.sender, Ack(self.epoch, self.name, self.got[m.sender])),) if m.epoch == self.epoch else ()

    # ---- the recording ----

    def recorded(self) -> int:
        return 0 if self.saved is None else self.saved.num

    def save(self, k: int, closed: tuple[str, ...]) -> None:
        """Record our state for snapshot k; the channels in `closed` are empty."""
        chan: dict[str, tuple[int, ...]] = dict.fromkeys(self.procs, ())
        open_ = set(self.others) - set(closed)
        self.saved = Saved(k, self.balance, dict(self.sent), dict(self.got), chan, open_)

    def note(self, q: str, amount: int) -> None:
        """Record what comes from q, if that channel is being recorded."""
        if self.saved is not None and q in self.saved.open:
            self.saved.chan[q] += (amount,)

    def markers(self, k: int) -> Effects:
        """A marker on every channel."""
        out = []
        for q in self.others:
            self.sent[q] += 1
            out.append(self.post(Marker(self.epoch, self.name, q, self.sent[q], k)))
        return tuple(out)
