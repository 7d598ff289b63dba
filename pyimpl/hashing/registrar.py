"""The registrar: numbers the rings, and knows when one is settled.

Takes the requests ("join", n) and ("leave", n), answered with the number of the new ring or False; `Dead` and `Done`
of servers; gives `RingIs` to all servers, again and again until they have reported. Pair it with
`specs/hashing/Hashing.tla`, section "The registrar".

What is durable: all rings and the last that was settled, one record, safe before a server hears of it. Who has
reported is not: those who are told of the ring once more report once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.hashing.messages import Dead, Done, RingIs
from pyimpl.kernel import DISABLED, Effects, Node, Persist, Reply, Request, Send, SetTimer, action

TELL_MS = 40


class Registrar(Node):
    """`servers` are the names of all servers, `members` those of ring 1, `copies` how many of an item there are."""

    role = "registrar"

    def __init__(
        self, name: str, records: Mapping[str, Any], servers: tuple[str, ...], members: tuple[str, ...], copies: int
    ) -> None:
        self.servers, self.members, self.copies = servers, members, copies
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        rings, self.settled = records.get("rings", ([(self.members, ())], 1))
        self.rings: list[tuple[tuple[str, ...], tuple[str, ...]]] = [(tuple(ms), tuple(gs)) for ms, gs in rings]
        self.done: set[str] = set()  # who has reported for the last ring

    # ---- the actions, in the spec's order ----

    @action("Join")
    def join(self, n: str) -> Effects:
        """A server joins."""
        if n in self.present:
            return DISABLED
        if n in self.gone:
            return DISABLED
        self.rings.append(((*self.present, n), self.gone))
        self.done = set()
        return self.persist(), *self.tell()

    @action("Leave")
    def leave(self, n: str) -> Effects:
        """A server leaves; it works on until it has handed off what it has."""
        if n not in self.present:
            return DISABLED
        if not len(self.present) > self.copies:
            return DISABLED
        self.rings.append((without(self.present, n), self.gone))
        self.done = set()
        return self.persist(), *self.tell()

    @action("Remove")
    def remove(self, n: str) -> Effects:
        """A server is dead: nobody waits for it any more."""
        if n in self.gone:
            return DISABLED
        if len(without(self.present, n)) < self.copies:
            return DISABLED
        self.rings.append((without(self.present, n), (*self.gone, n)))
        self.done = set()
        return self.persist(), *self.tell()

    @action("Settle")
    def settle(self) -> Effects:
        """All have reported, those who have left too: what they have may be needed."""
        if self.settled == len(self.rings):
            return DISABLED
        if not self.done >= self.expected():
            return DISABLED
        self.settled = len(self.rings)
        return (self.persist(),)

    # ---- events ----

    def on_start(self) -> Effects:
        return (SetTimer("tell", TELL_MS),)

    def on_request(self, request: Request) -> Effects:
        wanted, n = request.command
        effects = self.join(n) if wanted == "join" else self.leave(n)
        return (*effects, Reply(request.number, len(self.rings) if effects is not DISABLED else False))

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case Dead(n):
                return self.remove(n)
            case Done(n, num) if num == len(self.rings):
                self.done.add(n)
                return self.settle()
        return ()

    def on_timer(self, name: str) -> Effects:
        told = self.tell() if self.settled < len(self.rings) else ()
        return *told, SetTimer("tell", TELL_MS)

    # ---- what they need ----

    @property
    def present(self) -> tuple[str, ...]:
        """The members of the last ring."""
        return self.rings[-1][0]

    @property
    def gone(self) -> tuple[str, ...]:
        """Those who are known to be dead."""
        return self.rings[-1][1]

    def expected(self) -> set[str]:
        """Those who have to report."""
        return set(self.servers) - set(self.gone)

    def tell(self) -> Effects:
        """Hand the last ring out."""
        ring = RingIs(len(self.rings), self.present)
        return tuple(Send(server, ring) for server in self.servers if server not in self.gone)

    def persist(self) -> Persist:
        return Persist("rings", (self.rings, self.settled))


def without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The names but for one."""
    return tuple(n for n in names if n != name)
