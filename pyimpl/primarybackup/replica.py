"""A server: primary, backup or neither, as the monitor says.

Takes requests of clients: ("write", x), answered when x is safe on primary and backup, and ("read",), answered by any
server that knows the log. A write carries a text of its own, so that one asked for twice is written once. Pair it with
`specs/primarybackup/PrimaryBackup.tla`, section "The servers".

What is durable: everything that the spec knows of, one record, safe before it is told. What is not: how far the
backup has come, and who waits for an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import DISABLED, Apply, Effects, Node, Persist, Reply, Request, Send, SetTimer, action
from pyimpl.primarybackup.messages import NOBODY, Ping, Replicate, State, Stored, View

PING_MS = 30
AGAIN_MS = 50


class Replica(Node):
    """`monitor` is the monitor's name, `first` the primary of view 0."""

    role = "server"

    def __init__(self, name: str, records: Mapping[str, Any], monitor: str, first: str) -> None:
        self.monitor, self.first = monitor, first
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        zero = (0, self.first, NOBODY), self.name == self.first, (), 0
        view, self.ready, log, self.commit = records.get("replica", zero)
        self.view = View(*view)
        self.log: list[str] = list(log)
        self.stored: int | None = None  # how much the backup of our view has, as far as we know
        self.clients: dict[str, list[int]] = {}  # who waits for which write

    # ---- the actions, in the spec's order ----

    @action("Enter", node="s", witness=("m",))
    def enter(self, n: int, m: View) -> Effects:
        """Take part in view n. Only its primary knows the log: it was primary before, or had caught up."""
        if not n > self.view.num:
            return DISABLED
        self.view = m
        self.ready = m.primary == self.name
        self.stored = None
        return (self.persist(),)

    @action("Transfer", node="p")
    def transfer(self) -> Effects:
        """Send the log to the backup."""
        if not self.is_primary():
            return DISABLED
        if self.view.backup == NOBODY:
            return DISABLED
        return (Send(self.view.backup, State(self.view.num, tuple(self.log))),)

    @action("CatchUp", node="b", witness=("m",))
    def catch_up(self, m: State) -> Effects:
        """Take over the primary's log, and forget our own."""
        if self.view.backup != self.name:
            return DISABLED
        if self.ready or m.num != self.view.num:
            return DISABLED
        self.log = list(m.log)
        self.ready = True
        return self.persist(), *self.say_stored()

    @action("Write", node="p")
    def write(self, x: str) -> Effects:
        """Take a write, and pass it on to the backup, if there is one."""
        if not self.is_primary():
            return DISABLED
        if x in self.log:
            return DISABLED
        self.log.append(x)
        return self.persist(), *self.replicate(len(self.log))

    @action("Store", node="b")
    def store(self, x: str) -> Effects:
        """Store the next write."""
        if self.view.backup != self.name:
            return DISABLED
        if not self.ready:
            return DISABLED
        self.log.append(x)
        return self.persist(), *self.say_stored()

    @action("Acknowledge", node="p")
    def acknowledge(self, i: int) -> Effects:
        """All writes up to the ith are safe."""
        if not self.is_primary():
            return DISABLED
        if not i > self.commit:
            return DISABLED
        self.commit = i
        return self.persist(), *self.answers()

    @action("Read", node="s")
    def read(self) -> Effects:
        """Give out the log: a backup all of it, the primary what is acknowledged."""
        if self.name not in (self.view.primary, self.view.backup):
            return DISABLED
        if not self.ready:
            return DISABLED
        return (Apply(tuple(self.log[: self.commit] if self.is_primary() else self.log)),)

    # ---- events ----

    def on_start(self) -> Effects:
        return SetTimer("ping", PING_MS), SetTimer("again", AGAIN_MS)

    def on_request(self, request: Request) -> Effects:
        match request.command:
            case ("write", x) if self.is_primary():
                if x in self.log[: self.commit]:
                    return (Reply(request.number, "done"),)
                waiting = self.clients.setdefault(x, [])
                if request.number not in waiting:
                    waiting.append(request.number)
                return *self.write(x), *self.settle()
            case ("read",):
                given = self.read()
                return given if given is DISABLED else (*given, Reply(request.number, "read"))
        return ()

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case View(num, _, _):
                entered = self.enter(num, message)
                return entered if entered is DISABLED else (*entered, *self.transfer(), *self.settle())
            case State(num, _) if num == self.view.num:
                return self.catch_up(message) or self.say_stored()
            case Replicate(num, index, value) if num == self.view.num and self.ready:
                return self.store(value) if index == len(self.log) + 1 else self.say_stored()
            case Stored(num, upto) if num == self.view.num:
                self.stored = max(upto, self.stored or 0)
                return self.acknowledge(upto)
        return ()

    def on_timer(self, name: str) -> Effects:
        if name == "ping":
            return Send(self.monitor, Ping(self.view.num)), SetTimer("ping", PING_MS)
        return *self.again(), SetTimer("again", AGAIN_MS)

    # ---- what several of them need ----

    def is_primary(self) -> bool:
        return self.view.primary == self.name

    def settle(self) -> Effects:
        """A primary without a backup has nobody to wait for."""
        return self.acknowledge(len(self.log)) if self.view.backup == NOBODY else ()

    def replicate(self, index: int) -> Effects:
        """The entry to the backup, if there is one."""
        if self.view.backup == NOBODY:
            return ()
        return (Send(self.view.backup, Replicate(self.view.num, index, self.log[index - 1])),)

    def say_stored(self) -> Effects:
        """Tell the primary, and the monitor, how much of the log is here."""
        if self.view.backup != self.name or not self.ready:
            return ()
        stored = Stored(self.view.num, len(self.log))
        return Send(self.view.primary, stored), Send(self.monitor, stored)

    def again(self) -> Effects:
        """What the backup has not confirmed was perhaps lost."""
        if not self.is_primary():
            return ()
        if self.stored is None:
            return self.transfer()
        missing = range(self.stored + 1, len(self.log) + 1)
        return tuple(effect for index in missing for effect in self.replicate(index))

    def answers(self) -> Effects:
        """To those whose writes are acknowledged."""
        done = [x for x in self.log[: self.commit] if x in self.clients]
        return tuple(Reply(number, "done") for x in done for number in self.clients.pop(x, ()))

    def persist(self) -> Persist:
        v = self.view
        return Persist("replica", ((v.num, v.primary, v.backup), self.ready, tuple(self.log), self.commit))
