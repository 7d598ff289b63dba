"""A client of Chubby, as a library in its program: session, cache, lock.

Takes requests of the program it is part of: ("read",), answered with the version of the file, from the cache if it
is there; ("write",), answered with a later version; ("lock", mode), answered when something was done at the file server
under the lock: whether the file server took it. Pair it with `specs/chubby/Chubby.tla`, section "The clients".

What is durable: how often it has tried to have a session, so that what was opened for it before a crash is not taken
for its own.

A lease counts from before the KeepAlive was sent that it comes with: timer "lease n" is set then, for round n. When the
timer of the last round that was answered fires, the session is in jeopardy: nothing is read from the cache and nothing
is done under the lock. After the grace period it is given up.

Source: M. Burrows, "The Chubby lock service for loosely-coupled distributed systems", OSDI 2006, sections 2.4, 2.7 and
2.8.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.chubby.messages import (
    Alive,
    AskLock,
    AskOpen,
    AskRead,
    AskWrite,
    Content,
    Done,
    Flushed,
    Freed,
    Gone,
    Granted,
    Invalidate,
    KeepAlive,
    Opened,
    Operation,
    Release,
    Sequencer,
    Written,
)
from pyimpl.kernel import (
    DISABLED,
    CancelTimer,
    Effects,
    Node,
    Persist,
    Reply,
    Request,
    Send,
    SetTimer,
    action,
)

KEEP_MS = 25
CLIENT_MS = 70
GRACE_MS = 150
HOLD_MS = 150


class Client(Node):
    """`servers` are the names of the cell's servers, `store` of the file server."""

    role = "client"

    def __init__(self, name: str, records: Mapping[str, Any], servers: tuple[str, ...], store: str) -> None:
        self.servers, self.store = servers, store
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        self.attempt: int = records.get("attempt", 0) + 1
        self.status = "none"
        self.session = 0
        self.cache = 0
        self.floor = 0
        self.held = Sequencer()
        self.candidate = 0  # a session that was opened for this attempt
        self.round = 0
        self.running: set[int] = set()  # rounds whose time is not over
        self.lease = 0  # the last round that was answered
        self.known = 1  # the last version heard of
        self.tasks: dict[int, Any] = {}
        self.done: dict[int, bool] = {}  # what the file server said, by grant
        self.asked = 0  # the last grant under which it has asked the file server for something
        self.worked = 0  # the last grant under which it has worked long enough
        self.returning = 0  # a grant that was given back, until the master has heard of it

    # ---- the actions, in the spec's order ----

    @action("Begin", node="c")
    def begin(self, i: int) -> Effects:
        """Session i was opened for this attempt, and has a lease."""
        if self.session:
            return DISABLED
        self.session = i
        self.status = "safe"
        return ()

    @action("Endanger", node="c")
    def endanger(self) -> Effects:
        """The lease is over: forget the cache."""
        if self.status != "safe":
            return DISABLED
        self.status = "jeopardy"
        self.cache = 0
        return (SetTimer("grace", GRACE_MS),)

    @action("Rescue", node="c")
    def rescue(self) -> Effects:
        """There is a lease again."""
        if self.status != "jeopardy":
            return DISABLED
        self.status = "safe"
        return (CancelTimer("grace"),)

    @action("GiveUp", node="c")
    def give_up(self) -> Effects:
        """Give the session up, with all that belongs to it. The next attempt must have another number."""
        if self.status != "jeopardy":
            return DISABLED
        self.attempt += 1
        self.status = "none"
        self.session = self.candidate = self.returning = 0
        self.held = Sequencer()
        self.floor = 0
        return CancelTimer("grace"), Persist("attempt", self.attempt)

    @action("Fill", node="c")
    def fill(self, v: int) -> Effects:
        """Keep version v of the file."""
        if self.status != "safe":
            return DISABLED
        if not v >= self.floor:
            return DISABLED
        self.cache = v
        return ()

    @action("Flush", node="c")
    def flush(self, v: int) -> Effects:
        """Drop all versions below v, and say so."""
        if not self.session:
            return DISABLED
        if not v >= self.floor:
            return DISABLED
        self.cache = self.cache if self.cache >= v else 0
        self.floor = v
        return self.to_servers(Flushed(self.session, v))

    @action("Hold", node="c", witness=("m",))
    def hold(self, g: int, m: Granted) -> Effects:
        """Take the lock, by a grant that is later than the last one."""
        if self.status != "safe":
            return DISABLED
        if not g > self.held.grant:
            return DISABLED
        self.held = Sequencer(g, m.gen, m.mode)
        return (SetTimer("hold", HOLD_MS),)

    @action("Release", node="c")
    def release(self) -> Effects:
        """Give the lock back."""
        if self.held.mode == "free":
            return DISABLED
        self.held = Sequencer(self.held.grant, self.held.gen)
        self.returning = self.held.grant
        return self.to_servers(Release(self.held.grant))

    @action("Operate", node="c")
    def operate(self) -> Effects:
        """Have the file server do something, under the lock."""
        if self.status != "safe":
            return DISABLED
        if self.held.mode == "free":
            return DISABLED
        return (Send(self.store, Operation(self.held)),)

    # ---- events ----

    def on_start(self) -> Effects:
        return Persist("attempt", self.attempt), SetTimer("keep", KEEP_MS)

    def on_request(self, request: Request) -> Effects:
        self.tasks.setdefault(request.number, tuple(request.command))
        return (*self.work(), *self.ask())

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case Opened(_, attempt, i) if attempt == self.attempt and not self.session:
                self.candidate = i
                return self.keep_alive(i)
            case Alive(i, number) if number in self.running:
                return self.on_alive(i, number)
            case Gone(i) if i == self.session:
                return self.give_up()
            case Gone(i) if i == self.candidate:
                self.candidate = 0
            case Content(i, version) if i == self.session:
                return (*self.fill(version), *self.work())
            case Invalidate(_, version):
                return self.flush(version)
            case Written(version):
                self.known = max(self.known, version)
                return self.work()
            case Granted(i, grant) if i == self.session:
                return (*self.hold(grant, message), *self.work())
            case Freed(grant) if grant == self.returning:
                self.returning = 0
            case Done(grant, done):
                self.done[grant] = done
                return self.work()
        return ()

    def on_alive(self, i: int, number: int) -> Effects:
        """A master has answered a KeepAlive whose time is not over."""
        if i == self.session:
            self.lease = max(self.lease, number)
            return (*self.rescue(), *self.work())
        if i == self.candidate and not self.session:
            self.lease = number
            return (*self.begin(i), *self.work())
        return ()

    def on_timer(self, name: str) -> Effects:
        kind, _, number = name.partition(" ")
        match kind:
            case "keep":
                return (*self.keep(), *self.work(), *self.ask(), SetTimer("keep", KEEP_MS))
            case "lease":
                self.running.discard(int(number))
                return self.endanger() if int(number) == self.lease else ()
            case "grace":
                return self.give_up()
            case "hold":
                self.worked = self.held.grant
                return self.work()
        return ()

    # ---- the session ----

    def keep(self) -> Effects:
        """Keep the session alive, or try to have one."""
        if self.session or self.candidate:
            return self.keep_alive(self.session or self.candidate)
        return self.to_servers(AskOpen(self.attempt))

    def keep_alive(self, i: int) -> Effects:
        """A new round: the time counts from now."""
        self.round += 1
        self.running.add(self.round)
        return SetTimer(f"lease {self.round}", CLIENT_MS), *self.to_servers(KeepAlive(i, self.round))

    # ---- what the program wants ----

    def work(self) -> Effects:
        """Do what can be done here; nothing in jeopardy."""
        out: list[Any] = []
        for number, task in self.startable():
            match task:
                case ("read",) if self.cache:
                    out += self.finish(number, self.cache)
                case ("write", since) if self.known > since:
                    out += self.finish(number, self.known)
                case ("lock", mode) if self.held.mode != "free":
                    out += self.work_under_lock(number, mode)
        if self.held.mode != "free" and not any(task[0] == "lock" for task in self.tasks.values()):
            out += self.release()
        return tuple(out)

    def ask(self) -> Effects:
        """Ask the master for what cannot."""
        out: list[Any] = list(self.to_servers(Release(self.returning))) if self.returning else []
        for number, task in self.startable():
            match task:
                case ("read",):
                    out += self.to_servers(AskRead(self.session))
                case ("write", *since):
                    self.tasks[number] = ("write", *(since or [self.known]))
                    out += self.to_servers(AskWrite(self.session, self.tasks[number][1]))
                case ("lock", mode) if self.held.mode == "free" and not self.returning:
                    out += self.to_servers(AskLock(self.session, mode))
                case ("lock", mode) if self.held.mode == mode and self.asked not in self.done:
                    out.append(Send(self.store, Operation(self.held)))  # again: it was perhaps lost
        return tuple(out)

    def startable(self) -> list[tuple[int, tuple[Any, ...]]]:
        """What may be worked on now: of the tasks that need the lock, the first."""
        if self.status != "safe":
            return []
        locking = [number for number, task in self.tasks.items() if task[0] == "lock"][1:]
        return [(number, task) for number, task in self.tasks.items() if number not in locking]

    def work_under_lock(self, number: int, mode: str) -> Effects:
        """Use the lock and give it back; at once, if it was asked for before and is not what is wanted now."""
        if self.held.mode != mode:
            return self.release()
        if self.asked != self.held.grant:
            self.asked = self.held.grant
            return self.operate()
        if self.held.grant not in self.done:
            return ()
        if self.held.grant != self.worked:
            return ()
        return (*self.finish(number, self.done[self.held.grant]), *self.release())

    def finish(self, number: int, result: Any) -> Effects:
        del self.tasks[number]
        return (Reply(number, result),)

    def to_servers(self, message: Any) -> Effects:
        return tuple(Send(server, message) for server in self.servers)
