"""A server of ZooKeeper: a copy of the tree, clients' links and watches, over a peer of our Zab.

Takes links, changes and reads of clients; sends them letters, numbered on each link. Pair it with
`specs/zookeeper/ZooKeeper.tla`, section "The servers".

What is durable: what the peer keeps (`pyimpl/zab`), with the tree in its snapshots, and how often the server has begun.
Links and watches are not: the clients know what they watch, and tell it with each new link. A server that has begun
anew, after a crash or with another's state, is to them another one: the number of its `life` is on each letter.

A peer's step may write to its disk. All that it delivers is carried out after that, at the end of the step; and the
tree is saved at another time. So what a saved tree holds has been told before.

Source: P. Hunt, M. Konar, F. Junqueira, B. Reed, "ZooKeeper: wait-free coordination for Internet-scale systems", USENIX
ATC 2010, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyimpl.kernel import DISABLED, Apply, Effects, Node, Persist, Send, SetTimer, action
from pyimpl.kernel.node import Received, Started, TimerFired
from pyimpl.zookeeper.broadcast import Broadcast, untold
from pyimpl.zookeeper.messages import (
    Change,
    ClientPing,
    ClientPong,
    Connect,
    Data,
    Entry,
    News,
    Op,
    Read,
    Target,
    Touch,
)
from pyimpl.zookeeper.tree import Tree

TICK_MS = 100
SESSION_TICKS = 5
"""A session of which the leader has not heard for so many ticks is closed."""


@dataclass(frozen=True, slots=True)
class Line:
    """A client's link at a server, and how many letters were sent on it."""

    number: int = 0
    sent: int = 0

    @property
    def next(self) -> Line:
        """With one letter more."""
        return Line(self.number, self.sent + 1)

    def spec(self) -> dict[str, int]:
        """[number |-> number, sent |-> sent]"""
        return {"number": self.number, "sent": self.sent}


class Server(Node):
    """`everyone` are the names of all servers, in the same order everywhere."""

    role = "server"
    tree_of: type[Tree] = Tree

    def __init__(self, name: str, records: Mapping[str, Any], everyone: tuple[str, ...]) -> None:
        self.everyone = everyone
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        # durable
        self.life: int = records.get("life", 0) + 1
        self.peer = Broadcast(self.name, records, self.everyone)
        self.peer.image_of = self.image
        # volatile, but for what the peer has saved
        self.applied, image = self.peer.jump or (0, None)
        self.peer.jump = None
        self.tree = self.tree_of.of(image)
        self.forget_clients()
        self.silent: dict[str, int] = {}

    def forget_clients(self) -> None:
        self.links: dict[str, Line] = {}
        self.watches: set[tuple[str, Target]] = set()
        self.waiting: list[Read] = []

    # ---- the actions, in the spec's order ----

    @action("Accept", node="s")
    def accept(self, m: Connect) -> Effects:
        """Take a new link, and tell at once what the client has missed of what it watches."""
        if not m.link > self.line(m.session).number:
            return DISABLED
        if not self.up_to_date(m):
            return DISABLED
        c, missed = m.session, self.missed(m)
        self.links[c] = Line(m.link, 1)
        self.watches = {p for p in self.watches if p[0] != c} | {(c, w) for w in m.hopes - missed}
        return (Send(c, self.news(c, missed)),)

    @action("Serve", node="s")
    def serve(self, m: Read) -> Effects:
        """Answer a read."""
        if self.line(m.session).number != m.link:
            return DISABLED
        if not self.tree.alive(m.session):
            return DISABLED
        if not self.in_order(m):
            return DISABLED
        c = m.session
        self.links[c] = to = self.line(c).next
        if m.watch:
            self.watches.add((c, m.target))
        view = self.tree.view(m.target)
        data = Data(c, self.name, self.life, to.number, to.sent, self.applied, m.target, m.watch, m.after, view)
        return (Send(c, data),)

    @action("Execute", node="s")
    def execute(self, x: Change) -> Effects:
        """Carry out the change that the broadcast has next, and tell who must be told, each in one letter."""
        if not self.peer.delivered_here or self.peer.delivered_here[0] != x:
            return DISABLED
        self.peer.delivered_here.popleft()
        n = self.applied + 1
        after = self.tree.after(n, x)
        told = {c: self.fired(c, after) for c in self.told(after)}
        self.applied = n
        self.tree = after
        self.links |= {c: self.line(c).next for c in told}
        self.watches -= {(c, w) for c, fired in told.items() for w in fired}
        return Apply(Entry(n, x)), *(Send(c, self.news(c, fired)) for c, fired in told.items())

    @action("Expire", node="s")
    def expire(self, c: str) -> Effects:
        """Nothing was heard of client c for long: ask to close its session."""
        if not self.tree.alive(c):
            return DISABLED
        self.silent[c] = 0
        return (Send(self.name, Change(c, 0, Op("expire"))),)

    @action("Load", node="s")
    def load(self, n: int) -> Effects:
        """Begin anew with another's state. That it is a new life is written down with the state, before this."""
        if self.peer.jump is None or self.peer.jump[0] != n or not n > self.applied:
            return DISABLED
        self.applied = n
        self.tree = self.tree_of.of(self.peer.jump[1])
        self.life += 1
        self.forget_clients()
        self.peer.jump = None
        return ()

    # ---- events ----

    def on_start(self) -> Effects:
        life = Persist("life", self.life)
        return life, *self.after_peer(self.peer.step(Started())), SetTimer("tick", TICK_MS)

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case Connect():
                return (*self.heard(message.session), *self.accept(message))
            case Change(c, _, op):
                heard = self.heard(c) if op.type != "expire" else ()
                return (*heard, *self.after_peer(self.submit(message)))
            case Read():
                return self.on_read(message)
            case ClientPing(c, link):
                return (*self.heard(c), *self.pong(c, link))
            case Touch(c):
                self.silent[c] = 0
                return ()
        return self.after_peer(self.peer.step(Received(sender, message)))

    def on_timer(self, name: str) -> Effects:
        if name == "tick":
            return (*self.tick(), SetTimer("tick", TICK_MS))
        return self.after_peer(self.peer.step(TimerFired(name)))

    def on_read(self, m: Read) -> Effects:
        """A read waits until what its client asked for before it is done."""
        served = self.serve(m)
        if served is DISABLED and self.line(m.session).number == m.link and m not in self.waiting:
            self.waiting.append(m)
        return served

    def tick(self) -> Effects:
        """As leader, look who was not heard of; and save the tree, if it is time."""
        out: Effects = self.peer.tidy_up()
        if not self.peer.leads:
            self.silent = {}
            return out
        for c in sorted(c for c in self.tree.sessions if self.tree.alive(c)):
            self.silent[c] = self.silent.get(c, 0) + 1
            if self.silent[c] > SESSION_TICKS:
                out = (*out, *self.expire(c))
        return out

    # ---- what several of them need ----

    def after_peer(self, effects: Effects) -> Effects:
        """What the peer has asked for; then what came of it for us."""
        begun = self.peer.jump is not None
        prelude = (Persist("life", self.life + 1, flush=False),) if begun else ()
        return *prelude, *untold(effects), *self.follow()

    def follow(self) -> Effects:
        """Carry out what the broadcast has delivered, and answer the reads that have waited for it."""
        out: list[Any] = []
        if self.peer.jump is not None:
            out += self.load(self.peer.jump[0])
        while self.peer.delivered_here:
            out += self.execute(self.peer.delivered_here[0])
            for m in list(self.waiting):
                served = self.serve(m)
                if served is not DISABLED or self.line(m.session).number != m.link:
                    self.waiting.remove(m)
                out += served
        return tuple(out)

    def submit(self, x: Change) -> Effects:
        """Have a change broadcast, unless it was done before; who is linked has been told so."""
        done = self.tree.session(x.session).status != "none" and not self.tree.due(x)
        return () if done else self.peer.submit(x)

    def heard(self, c: str) -> Effects:
        """The leader is to know that the client is there."""
        self.silent[c] = 0
        leader = self.peer.leader
        return (Send(leader, Touch(c)),) if leader in self.everyone and leader != self.name else ()

    def pong(self, c: str, link: int) -> Effects:
        """Nobody is answered on a link that is not had, or while there is no leader to follow."""
        line = self.line(c)
        if line.number != link or self.peer.phase != "broadcast":
            return ()
        return (Send(c, ClientPong(link, self.life, line.sent)),)

    def line(self, c: str) -> Line:
        return self.links.get(c, Line())

    def news(self, c: str, fired: frozenset[Target]) -> News:
        """The last letter of the link of c."""
        to = self.line(c)
        return News(c, self.name, self.life, to.number, to.sent, self.applied, fired, self.tree.session(c))

    def up_to_date(self, m: Connect) -> bool:
        """Whether we are not behind what the client has seen."""
        return m.seen <= self.applied

    def missed(self, m: Connect) -> frozenset[Target]:
        """What the client watches and may have changed since."""
        return frozenset(w for w in m.hopes if self.tree.changed_at(w) > m.seen)

    def in_order(self, m: Read) -> bool:
        """Whether what was asked for before the read is done here."""
        return self.tree.session(m.session).number >= m.after

    def fired(self, c: str, after: Tree) -> frozenset[Target]:
        """What client c watches, and has become another thing."""
        watched = {w for d, w in self.watches if d == c}
        return frozenset(w for w in watched if self.tree.view(w) != after.view(w))

    def told(self, after: Tree) -> list[str]:
        """Those who are linked here and must be told."""
        return [c for c in self.links if self.fired(c, after) or self.tree.session(c) != after.session(c)]

    def image(self) -> Any:
        return self.tree.image()
