"""A server of the store: keeps items, its own and those that it stands in for, and hands off what is not its own.

Takes requests of clients: ("put", key, value), answered when enough servers have the item, and ("get", key). Items do
not change: whoever puts two values under one key gets one of them (take a hash of the value for the key). The request
"fail" is not a client's: the disk is lost, and the server is dead. Pair it with `specs/hashing/Hashing.tla`, section
"The nodes".

What is durable: the ring, the items, and what was said in this ring, one record, safe before it is told. What others
have said is not: who is offered an item that it has says so again.

A write goes to the owners. Those who do not answer in time are stood in for by the next servers of the walk around
the ring, one more each time (hinted hand-off: the hint is that the item is not the stand-in's own).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.hashing.messages import Copy, Dead, Done, Fetch, Have, Item, RingIs
from pyimpl.hashing.ring import Ring
from pyimpl.kernel import DISABLED, Apply, Effects, Node, Persist, Reply, Request, Send, SetTimer, action

AGAIN_MS = 40


class Server(Node):
    """`ring` is where all servers stand, `members` who takes part in ring 1."""

    role = "server"

    def __init__(
        self,
        name: str,
        records: Mapping[str, Any],
        registrar: str,
        servers: tuple[str, ...],
        members: tuple[str, ...],
        ring: Ring,
        copies: int,
    ) -> None:
        self.registrar, self.servers, self.first = registrar, servers, members
        self.ring, self.copies = ring, copies
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        self.num, members, items, said, self.alive = records.get("server", (1, self.first, {}, (), True))
        self.members: tuple[str, ...] = tuple(members)
        self.items: dict[str, str] = dict(items)
        self.said: list[str] = list(said)  # the items that we have said, in this ring, that we have
        self.heard: dict[str, set[str]] = {key: {self.name} for key in self.said}  # who has which, in this ring
        self.next = RingIs(self.num, self.members)  # the last ring that we were told of
        self.values: dict[str, str] = {}  # what the items are of which we have been told
        self.offered: set[str] = set()  # the items that we have sent out in this ring
        self.writes: dict[str, list[int]] = {}  # the requests that wait for an item to be stored
        self.tries: dict[str, int] = {}  # how often we have sent each of these out again
        self.reads: dict[str, list[int]] = {}  # the requests that wait for an item to be found
        self.reported = False

    # ---- the actions, in the spec's order ----

    @action("Enter", node="n")
    def enter(self, e: int) -> Effects:
        """Go on to ring e, and say what we have."""
        if not self.alive:
            return DISABLED
        if not e > self.num:
            return DISABLED
        self.num, self.members = e, self.next.members
        self.begin(sorted(self.items))
        return self.persist(), *(effect for key in self.said for effect in self.say(key))

    @action("Put", node="n")
    def put(self, k: str) -> Effects:
        """Send a new item to its owners."""
        if not self.alive:
            return DISABLED
        self.offered.add(k)
        return self.send_out(k, self.owners(k))

    @action("Offer", node="n")
    def offer(self, k: str) -> Effects:
        """Offer an item to those owners of whom we do not know that they have it."""
        if k not in self.items:
            return DISABLED
        self.offered.add(k)
        return self.send_out(k, self.lacking(k))

    @action("Keep", node="n")
    def keep(self, k: str) -> Effects:
        """Keep an item, our own or not, and say so to all."""
        if not self.alive:
            return DISABLED
        if k in self.said:
            return DISABLED
        self.items[k] = self.values[k]
        self.said.append(k)
        self.heard.setdefault(k, set()).add(self.name)
        self.reported = self.reported and not self.lacking(k)
        return self.persist(), *self.say(k)

    @action("Ack", node="n")
    def ack(self, k: str) -> Effects:
        """Enough servers have it in this ring: tell the client."""
        if not self.alive:
            return DISABLED
        if len(self.heard.get(k, ())) < self.copies:
            return DISABLED
        waiting = self.writes.pop(k, [])
        return Apply(k), *(Reply(number, "stored") for number in waiting)

    @action("Drop", node="n")
    def drop(self, k: str) -> Effects:
        """All owners have it, and we are none."""
        if k not in self.items:
            return DISABLED
        if self.name in self.owners(k):
            return DISABLED
        if self.lacking(k):
            return DISABLED
        del self.items[k]
        return (self.persist(),)

    @action("Report", node="n")
    def report(self) -> Effects:
        """All that we have is where it belongs."""
        if not self.alive:
            return DISABLED
        if any(self.lacking(k) for k in self.items):
            return DISABLED
        if not self.num > 1:
            return DISABLED
        self.reported = True
        return (Send(self.registrar, Done(self.name, self.num)),)

    @action("Fail", node="n")
    def fail(self) -> Effects:
        """The disk is lost. (What the record keeps of it is what those remember who have seen it.)"""
        if not self.alive:
            return DISABLED
        self.alive = False
        self.items = {}
        return self.persist(), Send(self.registrar, Dead(self.name))

    # ---- events ----

    def on_start(self) -> Effects:
        return (SetTimer("again", AGAIN_MS),)

    def on_request(self, request: Request) -> Effects:
        match request.command:
            case "fail":
                return *self.fail(), Reply(request.number, "dead")
            case ("put", key, value) if self.alive:
                return self.asked_to_put(request.number, key, value)
            case ("get", key) if self.alive:
                if key in self.items:
                    return (Reply(request.number, self.items[key]),)
                self.reads.setdefault(key, []).append(request.number)
                return tuple(Send(server, Fetch(key)) for server in self.servers if server != self.name)
        return ()

    def on_message(self, sender: str, message: Any) -> Effects:
        if not self.alive:
            return ()
        match message:
            case RingIs(num, _):
                return self.told(message) if num >= self.num else ()
            case Copy(key, value, num) if num == self.num:
                self.values.setdefault(key, value)
                kept = self.keep(key)
                if kept is DISABLED:
                    return (Send(sender, Have(self.name, key, num)),)
                return (*kept, *self.go_on(key))
            case Have(node, key, num) if num == self.num:
                self.heard.setdefault(key, set()).add(node)
                return self.go_on(key)
            case Fetch(key) if key in self.items:
                return (Send(sender, Item(key, self.items[key])),)
            case Item(key, value):
                return tuple(Reply(number, value) for number in self.reads.pop(key, []))
        return ()

    def on_timer(self, name: str) -> Effects:
        again = SetTimer("again", AGAIN_MS)
        if not self.alive:
            return Send(self.registrar, Dead(self.name)), again
        effects: list[Any] = []
        for key in sorted(self.writes):
            self.tries[key] = self.tries.get(key, 0) + 1
            walk = self.ring.walk(key, self.members)[: self.copies + self.tries[key]]
            effects += self.send_out(key, [n for n in walk if n not in self.heard.get(key, ())])
        for key in sorted(self.items):
            if self.lacking(key) and key not in self.writes:
                effects += self.send_out(key, self.lacking(key)) if key in self.offered else self.offer(key)
        return *effects, again

    # ---- what several of them need ----

    def asked_to_put(self, number: int, key: str, value: str) -> Effects:
        """Begin with a write; or let one more request wait for it."""
        waiting = self.writes.setdefault(key, [])
        if number in waiting:
            return ()
        waiting.append(number)
        self.values.setdefault(key, self.items.get(key, value))
        self.tries[key] = 0
        return *self.put(key), *self.go_on(key)

    def told(self, ring: RingIs) -> Effects:
        """Enter a new ring and begin anew in it with what is under way; or say once more that all is done."""
        if ring.num == self.num:
            return (Send(self.registrar, Done(self.name, self.num)),) if self.reported else self.report()
        self.next = ring
        effects = list(self.enter(ring.num))
        for key in sorted(self.writes):
            self.tries[key] = 0
            effects += self.put(key)
        return (*effects, *self.report())

    def go_on(self, key: str) -> Effects:
        """Something is known of `key`: do what is possible now."""
        acked = self.ack(key) if key in self.writes else ()
        return (*acked, *self.drop(key), *(() if self.reported else self.report()))

    def begin(self, said: list[str]) -> None:
        """Nothing has been heard or sent in this ring, and this much said."""
        self.said = said
        self.heard = {key: {self.name} for key in said}
        self.offered = set()
        self.reported = False

    def owners(self, key: str) -> tuple[str, ...]:
        return self.ring.owners(key, self.copies, self.members)

    def lacking(self, key: str) -> list[str]:
        """The owners of whom we do not know that they have it."""
        return [n for n in self.owners(key) if n not in self.heard.get(key, ())]

    def send_out(self, key: str, to: list[str] | tuple[str, ...]) -> Effects:
        value = self.items.get(key, self.values.get(key, ""))
        return tuple(Send(server, Copy(key, value, self.num)) for server in to)

    def say(self, key: str) -> Effects:
        have = Have(self.name, key, self.num)
        return tuple(Send(server, have) for server in self.servers if server != self.name)

    def persist(self) -> Persist:
        return Persist("server", (self.num, self.members, self.items, self.said, self.alive))
