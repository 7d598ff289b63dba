"""A client of the register with siblings: reads and writes at any single server, and loses no write.

Takes requests ("write", value), answered "stored", and ("read",), answered with the values, sorted: more than one if
they were written by clients that did not know of each other. What it writes replaces what it has read. Pair it with
`specs/versions/Versions.tla`, section "The clients".

Durable is the number of operations begun and what it has seen, one record, safe before a write is sent: a vector must
not be used twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import DISABLED, Apply, CancelTimer, Effects, Node, Persist, Reply, Request, Send, SetTimer, action
from pyimpl.versions.messages import GetVersions, HaveVersions, PutVersion, StoredVersion
from pyimpl.versions.vectors import Version, join

AGAIN_MS = 40


class Client(Node):
    """`servers` and `clients` are the names of all of them; the first try goes to the server of the client's place."""

    role = "client"

    def __init__(
        self, name: str, records: Mapping[str, Any], servers: tuple[str, ...], clients: tuple[str, ...]
    ) -> None:
        self.servers, self.clients = servers, clients
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        self.turn, seen = records.get("seen", (0, {}))
        self.seen: dict[str, int] = dict.fromkeys(self.clients, 0) | seen
        self.op = "none"
        self.version: Version | None = None  # what is being written
        self.tries = 0
        self.asked: list[Request] = []  # what the application wants, the first one under way

    # ---- the actions, in the spec's order ----

    @action("Write", node="c")
    def write(self, v: str) -> Effects:
        """Write v over all that we have seen. That must be safe before anyone sees it, or it could be used twice."""
        if self.op != "none":
            return DISABLED
        self.turn += 1
        self.seen[self.name] += 1
        self.op = "write"
        self.version = Version.of(self.seen, v)
        return self.persist(), *self.send()

    @action("Finish", node="c")
    def finish(self) -> Effects:
        """A server has stored it."""
        if self.op != "write":
            return DISABLED
        self.op = "none"
        return CancelTimer("try"), Reply(self.asked.pop(0).number, "stored")

    @action("Read", node="c")
    def read(self) -> Effects:
        """Ask for what there is."""
        if self.op != "none":
            return DISABLED
        self.turn += 1
        self.op = "read"
        return self.persist(), *self.send()

    @action("Return", node="c", witness=("m",))
    def return_(self, m: HaveVersions) -> Effects:
        """Return what a server has, all of it; what we write from now on replaces it."""
        if self.op != "read":
            return DISABLED
        self.note(m)
        self.op = "none"
        done = Apply({"client": self.name, "versions": frozenset(m.versions)}), CancelTimer("try")
        return self.persist(), *done, Reply(self.asked.pop(0).number, sorted({x.value for x in m.versions}))

    # ---- events ----

    def on_request(self, request: Request) -> Effects:
        if any(waiting.number == request.number for waiting in self.asked):
            return ()
        self.asked.append(request)
        return self.next()

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case StoredVersion(_, _, turn) if turn == self.turn:
                return (*self.finish(), *self.next())
            case HaveVersions(_, _, turn, _) if turn == self.turn:
                return (*self.return_(message), *self.next())
        return ()

    def on_timer(self, name: str) -> Effects:
        self.tries += 1
        return self.send()

    # ---- what several of them need ----

    def next(self) -> Effects:
        """Begin what the application wants, if nothing is under way."""
        if not self.asked or self.op != "none":
            return ()
        match self.asked[0].command:
            case ("write", value):
                return self.write(value)
        return self.read()

    def note(self, m: HaveVersions) -> None:
        """We have seen what it says."""
        self.seen = join(self.seen, m.versions)

    def send(self) -> Effects:
        """The message of the operation under way, to the next server in turn."""
        if self.op == "none":
            return ()
        server = self.servers[(self.clients.index(self.name) + self.tries) % len(self.servers)]
        ask = GetVersions(self.name, self.turn)
        message = PutVersion(self.name, self.turn, self.version) if self.op == "write" and self.version else ask
        return Send(server, message), SetTimer("try", AGAIN_MS)

    def persist(self) -> Persist:
        return Persist("seen", (self.turn, dict(self.seen)))
