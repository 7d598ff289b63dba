"""A client of ZooKeeper: its session, the link to a server at a time, and what it watches.

Takes commands of its application, each the name of a recipe and its arguments (`recipes.RECIPES`), one after the other;
answers with what the recipe returns, or "closed" when the session is. A recipe is a generator that yields what it wants
(`recipes`) and is given what came of it. Pair it with `specs/zookeeper/ZooKeeper.tla`, section "The clients".

What it asks for it sends again until it is answered; what it reads, too. A server that it does not hear of, or of
which it has missed a letter, it leaves for the next. A client that crashes does not come back to its session: all that
it knows of it was in its memory. On disk is only that there was one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pyimpl.kernel import DISABLED, Effects, Node, Persist, Reply, Request, Send, SetTimer, action
from pyimpl.zookeeper.messages import (
    NONE,
    Change,
    ClientPing,
    ClientPong,
    Connect,
    Data,
    Letter,
    News,
    Op,
    Read,
    Target,
)
from pyimpl.zookeeper.recipes import RECIPES, Ask, Get, Result, Seen, Sleep, Wait, Want

PING_MS = 40
MISSED_MAX = 4
"""Pings without an answer, after which another server is tried."""


@dataclass(frozen=True, slots=True)
class Link:
    """The link in use: at which server, its number, in which life of the server, and how many letters it gave."""

    server: str = NONE
    number: int = 0
    life: int = 0
    got: int = 0

    def spec(self) -> dict[str, Any]:
        """[server |-> server, number |-> number, life |-> life, got |-> got]"""
        return {"server": self.server, "number": self.number, "life": self.life, "got": self.got}


class Client(Node):
    """`servers` are those it knows, tried in this order. Its name is that of its session."""

    role = "client"

    def __init__(self, name: str, records: Mapping[str, Any], servers: tuple[str, ...]) -> None:
        self.servers = servers
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        self.status = "closed" if records.get("session") else "none"
        self.link = Link()
        self.seen = 0
        self.hopes: dict[Target, int] = {}
        self.asked = 0
        self.answered = 0
        self.early: dict[tuple[int, int, int], Letter] = {}
        self.missed = 0  # pings that were not answered
        self.asking: Change | None = None
        self.reading: Read | None = None
        self.commands: deque[Request] = deque()
        self.recipe: Generator[Want, Any, Any] | None = None
        self.want: Want | None = None
        self.held = False  # what it wants is held back until what was asked for before is answered

    # ---- the actions, in the spec's order ----

    @action("Connect", node="c")
    def connect(self, s: str) -> Effects:
        """Try to make a new link, to server s."""
        if self.status == "closed":
            return DISABLED
        self.link = Link(s, self.link.number + 1)
        return (Send(s, Connect(self.name, s, self.link.number, self.seen, frozenset(self.hopes))),)

    @action("Ask", node="c")
    def ask(self, o: Op) -> Effects:
        """Ask for a change."""
        if self.status != ("none" if o.type == "open" else "open"):
            return DISABLED
        if self.asked != self.answered:
            return DISABLED
        self.asked += 1
        self.asking = Change(self.name, self.asked, o)
        return (Send(self.link.server, self.asking),)

    @action("Read", node="c")
    def read(self, w: Target, watch: bool) -> Effects:
        """Ask our server for w."""
        if self.status != "open":
            return DISABLED
        self.reading = Read(self.name, self.link.number, w, watch, self.asked)
        return (Send(self.link.server, self.reading),)

    @action("Receive", node="c")
    def receive(self, m: Letter) -> Effects:
        """Take the next letter on our link."""
        if self.status == "closed":
            return DISABLED
        if m.link != self.link.number or m.place != self.link.got + 1:
            return DISABLED
        if self.link.got > 0 and m.life != self.link.life:
            return DISABLED
        self.link = replace(self.link, life=m.life, got=m.place)
        self.seen = m.index
        self.hopes = self.hopes_after(m)
        if isinstance(m, News):
            self.status = m.session.status
            self.answered = m.session.number
        return ()

    # ---- events ----

    def on_start(self) -> Effects:
        if self.status == "closed":
            return ()
        return Persist("session", True), *self.connect(self.servers[0]), *self.ask(Op("open")), self.again()

    def on_request(self, request: Request) -> Effects:
        if all(request.number != known.number for known in self.commands):
            self.commands.append(request)
        return self.go_on()

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case News() | Data():
                return self.on_letter(message)
            case ClientPong(link, life, sent) if link == self.link.number and life == self.link.life:
                self.missed = 0 if sent == self.link.got else self.missed  # else a letter is late, or lost
        return ()

    def on_timer(self, name: str) -> Effects:
        if name == "sleep":
            return self.resume(None) if isinstance(self.want, Sleep) else ()
        if self.status == "closed":
            return ()
        self.missed += 1
        if self.missed > MISSED_MAX:
            return *self.move_on(), self.again()
        return (*self.repeat(), self.again())

    def on_letter(self, m: Letter) -> Effects:
        """A letter: the next, or one that waits for its turn."""
        if m.link == self.link.number and m.place > self.link.got:
            self.early[m.link, m.life, m.place] = m
        out: Effects = ()
        while True:
            lives = [life for link, life, place in self.early if place == self.link.got + 1]
            life = self.link.life if self.link.got else min(lives, default=0)
            following = self.early.pop((self.link.number, life, self.link.got + 1), None)
            if following is None:
                return out
            self.missed = 0
            out = (*out, *self.receive(following), *self.learn(following))

    # ---- links ----

    def again(self) -> SetTimer:
        return SetTimer("ping", PING_MS)

    def move_on(self) -> Effects:
        """Try the next server; what is under way is asked there."""
        at = self.servers.index(self.link.server)
        self.missed, self.early = 0, {}
        moved = self.connect(self.servers[(at + 1) % len(self.servers)])
        return (*moved, *self.read_again(), *self.ask_again())

    def repeat(self) -> Effects:
        """Say once more what was not answered."""
        ping = Send(self.link.server, ClientPing(self.name, self.link.number))
        if self.link.got == 0:
            tell = Connect(self.name, self.link.server, self.link.number, self.seen, frozenset(self.hopes))
            return Send(self.link.server, tell), *self.ask_again()
        reading = (Send(self.link.server, self.reading),) if self.reading is not None else ()
        return ping, *self.ask_again(), *reading

    def ask_again(self) -> Effects:
        return (Send(self.link.server, self.asking),) if self.asking is not None else ()

    def read_again(self) -> Effects:
        """A read belongs to a link: on another one it is another read."""
        return () if self.reading is None else self.read(self.reading.target, self.reading.watch)

    # ---- what our application wants ----

    def hopes_after(self, m: Letter) -> dict[Target, int]:
        """What we watch after the letter m."""
        if isinstance(m, News):
            return {w: at for w, at in self.hopes.items() if w not in m.fired}
        return self.hopes | {m.target: m.index} if m.watch else self.hopes

    def learn(self, m: Letter) -> Effects:
        """Go on with what has waited for this letter."""
        if self.status == "closed":
            return self.close()
        if isinstance(m, News) and self.asking is not None and m.session.number == self.asking.number:
            self.asking = None
            if self.held:
                return self.pursue()
            waits = isinstance(self.want, Ask) and self.want.wait
            return self.resume(Result(m.session.done, m.session.name)) if waits else self.go_on()
        read = self.reading
        if isinstance(m, Data) and read is not None and (m.target, m.after) == (read.target, read.after):
            self.reading = None
            return self.resume(m.view)
        if isinstance(self.want, Wait) and self.want.target not in self.hopes:
            return self.resume(None)
        return ()

    def go_on(self) -> Effects:
        """Begin with the next command, when the session is open and none is under way."""
        if self.status == "closed":
            return self.close()
        if self.status == "none" or self.recipe is not None or not self.commands:
            return ()
        name, *args = self.commands[0].command
        self.recipe = RECIPES[name](self.name, *args)
        return self.resume(None)

    def resume(self, value: Any) -> Effects:
        """Give the recipe what it has waited for, and do what it wants next."""
        if self.recipe is None:
            return ()
        try:
            self.want = self.recipe.send(value)
        except StopIteration as stop:
            self.recipe = self.want = None
            return Reply(self.commands.popleft().number, stop.value), *self.go_on()
        return self.pursue()

    def pursue(self) -> Effects:
        """Do what the recipe wants."""
        self.held = isinstance(self.want, Ask) and self.asking is not None
        match self.want:
            case Ask(op, wait) if not self.held:
                asked = self.ask(op)
                return asked if wait else (*asked, *self.resume(None))
            case Get(target, watch):
                return self.read(target, watch)
            case Wait(target):
                return () if target in self.hopes else self.resume(None)
            case Sleep(time_ms):
                return (SetTimer("sleep", time_ms),)
            case Seen():
                return self.resume(self.seen)
        return ()

    def close(self) -> Effects:
        """The session is closed: nothing of it may be relied on any more, and all commands end."""
        if self.recipe is not None:
            self.recipe.close()
        self.recipe = self.want = self.asking = self.reading = None
        self.held = False
        ended, self.commands = self.commands, deque()
        return tuple(Reply(command.number, "closed") for command in ended)
