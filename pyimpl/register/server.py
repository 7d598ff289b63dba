"""A server of the register: keeps the value with the highest stamp that it has seen.

Takes `Get` and `Put` of clients and `Gossip` of other servers, and the messages of the level "siblings", which is a
register by itself (`siblings.py`). Pair it with `specs/register/Register.tla`, section "The servers". Durable is what
it stores, safe before it is confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import DISABLED, Effects, Node, Persist, Received, Send, SetTimer, TimerFired, action
from pyimpl.register import siblings
from pyimpl.register.messages import NO_VALUE, Get, Gossip, Have, Put, Stored
from pyimpl.versions.server import GOSSIP_MS
from pyimpl.versions.server import Server as Siblings

SPREAD_MS = 150


class Server(Node):
    """`peers` are the names of all servers, this one too."""

    role = "server"

    def __init__(self, name: str, records: Mapping[str, Any], peers: tuple[str, ...]) -> None:
        self.peers = tuple(p for p in peers if p != name)
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        self.stamp, self.value = records.get("stored", (0, NO_VALUE))
        self.siblings = Siblings(self.name, records, self.peers)
        self.gossips = False  # from when there is something to tell

    # ---- the actions, in the spec's order ----

    @action("Tell", node="s")
    def tell(self, c: str, k: int) -> Effects:
        """Tell client c what is here."""
        return (Send(c, Have(self.name, c, k, self.stamp, self.value)),)

    @action("Store", node="s", witness=("m",))
    def store(self, c: str, k: int, m: Put) -> Effects:
        """Store what client c has put, unless something later is here."""
        if m.stamp > self.stamp:
            self.stamp, self.value = m.stamp, m.value
        return self.persist(), Send(c, Stored(self.name, c, k))

    @action("Spread", node="s")
    def spread(self) -> Effects:
        """Tell the others what is here."""
        return tuple(Send(peer, Gossip(self.stamp, self.value)) for peer in self.peers)

    @action("Merge", node="s", witness=("m",))
    def merge(self, m: Gossip) -> Effects:
        """Take over what another server has, if it is later."""
        if not m.stamp > self.stamp:
            return DISABLED
        self.stamp, self.value = m.stamp, m.value
        return (self.persist(),)

    # ---- events ----

    def on_start(self) -> Effects:
        return SetTimer("spread", SPREAD_MS), *self.gossip()

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case Get(client, turn):
                return self.tell(client, turn)
            case Put(client, turn, _, _):
                return self.store(client, turn, message)
            case Gossip():
                return self.merge(message)
        if siblings.is_theirs(message):
            return *siblings.hand_over(self.siblings, Received(sender, message)), *self.gossip()
        return ()

    def on_timer(self, name: str) -> Effects:
        if name == "gossip":
            return siblings.hand_over(self.siblings, TimerFired(name))
        return *self.spread(), SetTimer("spread", SPREAD_MS)

    # ---- what several of them need ----

    def gossip(self) -> Effects:
        """Begin to tell the others of siblings, if there are some and we do not yet."""
        if self.gossips or not self.siblings.kept:
            return ()
        self.gossips = True
        return (SetTimer("gossip", GOSSIP_MS),)

    def persist(self) -> Persist:
        return Persist("stored", (self.stamp, self.value))
