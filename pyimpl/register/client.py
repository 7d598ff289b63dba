"""A client of the register: reads and writes at the level that its application asks for, one operation at a time.

Takes requests ("read", level) and ("write", level, value); answers (value, stamp). Levels are "atomic" (linearizable),
"regular" (quorums, no read repair) and "one" (any single server; eventually consistent, the last writer wins). A fourth
level, "siblings" (any single server; no write is lost), is a register by itself: see `siblings.py`. Pair this one with
`specs/register/Register.tla`, section "The clients".

What is durable: the number of operations begun and the last stamp taken, one record, safe before either is used. Stamps
belong to the clients in turn, as in a round robin.
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
    Received,
    Reply,
    Request,
    Send,
    SetTimer,
    TimerFired,
    action,
)
from pyimpl.register import siblings
from pyimpl.register.messages import NO_VALUE, Get, Have, Put, Stored
from pyimpl.versions.client import Client as Siblings

AGAIN_MS = 40


class Client(Node):
    """`servers` and `clients` are the names of all of them, in the same order everywhere."""

    role = "client"

    def __init__(
        self, name: str, records: Mapping[str, Any], servers: tuple[str, ...], clients: tuple[str, ...]
    ) -> None:
        self.servers, self.clients = servers, clients
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        self.turn, self.last = records.get("client", (0, 0))
        self.op: dict[str, Any] = {"kind": "none"}
        self.told: dict[str, Have] = {}  # the first answer of each server
        self.stored: set[str] = set()
        self.asked: list[Request] = []  # what the application wants, the first one under way
        self.siblings = Siblings(self.name, records, self.servers, self.clients)

    # ---- the actions, in the spec's order ----

    @action("Begin", node="c")
    def begin(self, kind: str, level: str, v: str) -> Effects:
        """Begin to read, or to write v."""
        if self.op["kind"] != "none":
            return DISABLED
        self.turn += 1
        self.op = {"kind": kind, "level": level, "phase": "get", "stamp": 0, "value": v}
        self.told = {}
        self.stored = set()
        return self.persist(), *self.to_servers(), SetTimer("again", AGAIN_MS)

    @action("Choose", node="c")
    def choose(self, t: int) -> Effects:
        """Take stamp t for the write. It must be safe before anyone sees it, or it could be taken twice."""
        if not self.in_phase("write", "get"):
            return DISABLED
        if not self.enough(self.told):
            return DISABLED
        self.last = t
        self.op = self.op | {"phase": "put", "stamp": t}
        return self.persist(), *self.to_servers()

    @action("WriteBack", node="c")
    def write_back(self) -> Effects:
        """Put the latest of what we were told, so that no later read returns less."""
        if not self.in_phase("read", "get") or self.op["level"] != "atomic":
            return DISABLED
        if not self.enough(self.told):
            return DISABLED
        self.op = self.op | {"phase": "put", "stamp": self.latest().stamp, "value": self.latest().value}
        return self.to_servers()

    @action("Return", node="c")
    def return_(self) -> Effects:
        """Return the latest of what we were told."""
        if not self.in_phase("read", "get") or self.op["level"] == "atomic":
            return DISABLED
        if not self.enough(self.told):
            return DISABLED
        done = self.done(self.latest().stamp, self.latest().value)
        self.op = {"kind": "none"}
        return Apply(done), CancelTimer("again"), self.answer(done)

    @action("Finish", node="c")
    def finish(self) -> Effects:
        """Enough servers have what we put."""
        if self.op["kind"] == "none" or self.op["phase"] != "put":
            return DISABLED
        if not self.enough(self.stored):
            return DISABLED
        done = self.done(self.op["stamp"], self.op["value"])
        self.op = {"kind": "none"}
        return Apply(done), CancelTimer("again"), self.answer(done)

    # ---- events ----

    def on_request(self, request: Request) -> Effects:
        kind, level, *value = request.command
        if level == siblings.LEVEL:
            return siblings.hand_over(self.siblings, Request(request.number, (kind, *value)))
        if any(waiting.number == request.number for waiting in self.asked):
            return ()
        self.asked.append(request)
        return self.next()

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case Have(server, _, turn, _, _) if turn == self.turn:
                self.told.setdefault(server, message)
                return self.go_on()
            case Stored(server, _, turn) if turn == self.turn:
                self.stored.add(server)
                return self.go_on()
        if siblings.is_theirs(message):
            return siblings.hand_over(self.siblings, Received(sender, message))
        return ()

    def on_timer(self, name: str) -> Effects:
        if name == "try":
            return siblings.hand_over(self.siblings, TimerFired(name))
        return *self.to_servers(), SetTimer("again", AGAIN_MS)

    # ---- what several of them need ----

    def go_on(self) -> Effects:
        """Whatever can be done now, and then what the application wants next."""
        if self.in_phase("write", "get") and self.enough(self.told):
            return self.choose(self.stamp_after(max(self.last, self.latest().stamp)))
        done = self.write_back() or self.return_() or self.finish()
        return (*done, *self.next())

    def next(self) -> Effects:
        """Begin what the application wants, if nothing is under way."""
        if not self.asked or self.op["kind"] != "none":
            return ()
        kind, level, *value = self.asked[0].command
        return self.begin(kind, level, value[0] if value else NO_VALUE)

    def in_phase(self, kind: str, phase: str) -> bool:
        return bool(self.op["kind"] == kind and self.op["phase"] == phase)

    def enough(self, servers: Any) -> bool:
        """One server, or a majority."""
        return len(servers) >= (1 if self.op["level"] == "one" else len(self.servers) // 2 + 1)

    def latest(self) -> Have:
        return max(self.told.values(), key=lambda m: m.stamp)

    def stamp_after(self, t: int) -> int:
        """The lowest stamp of ours above t: 1, 2, 3, … belong to the clients in turn."""
        place = self.clients.index(self.name)
        return t + 1 + (place - t) % len(self.clients)

    def to_servers(self) -> Effects:
        """The message of the present phase, to those who have not answered."""
        if self.op["kind"] == "none":
            return ()
        if self.op["phase"] == "get":
            return tuple(Send(s, Get(self.name, self.turn)) for s in self.servers if s not in self.told)
        put = Put(self.name, self.turn, self.op["stamp"], self.op["value"])
        return tuple(Send(s, put) for s in self.servers if s not in self.stored)

    def done(self, stamp: int, value: str) -> dict[str, Any]:
        """The operation that ends, as the spec writes it."""
        return {"kind": self.op["kind"], "level": self.op["level"], "stamp": stamp, "value": value}

    def answer(self, done: dict[str, Any]) -> Reply:
        return Reply(self.asked.pop(0).number, (done["value"], done["stamp"]))

    def persist(self) -> Persist:
        return Persist("client", (self.turn, self.last))
