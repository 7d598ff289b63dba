"""Chubby: one master, no stale read, the lock is lent in turn; the database, the lease and the client by themselves."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from pyimpl.chubby import CLIENTS, PROTOCOL, SERVERS
from pyimpl.chubby.client import Client
from pyimpl.chubby.database import Command, Database, Logged
from pyimpl.chubby.messages import (
    Alive,
    AskLock,
    AskOpen,
    AskRead,
    Content,
    Done,
    Granted,
    InCell,
    Invalidate,
    Lend,
    Lent,
    Opened,
    Operation,
    Release,
    Sequencer,
)
from pyimpl.chubby.server import Server
from pyimpl.chubby.store import FileServer
from pyimpl.kernel.effects import Persist, Reply, Send
from pyimpl.kernel.node import Received, Request, Started, TimerFired
from pyimpl.multipaxos.messages import Prepare
from pyimpl.sim import FAULTS, run
from pyimpl.sim.choices import Choices
from pyimpl.sim.world import World
from traces.record import as_trace, record
from traces.validate import validate


def nodes(world: World, kind: type) -> list[Any]:
    return world.nodes(kind)


def carried_out(world: World) -> Database:
    """The database after all commands that anybody carried out; of each position there is one."""
    log: dict[int, Command] = {}
    for values in world.applied.values():
        for entry in values:
            assert isinstance(entry, Logged)
            assert log.setdefault(entry.pos, entry.command) == entry.command
    db = Database()
    for pos in range(1, len(log) + 1):
        db = db.after(log[pos])
    return db


def wrong(world: World) -> str:
    """What must never be so, and is; empty if nothing."""
    db = carried_out(world)
    if sum(bool(s.acting) for s in nodes(world, Server)) > 1:
        return "two masters"
    if any(c.cache not in (0, db.version) for c in nodes(world, Client)):
        return "a stale cache"
    for c in nodes(world, Client):
        if c.status == "safe" and c.session not in db.live:
            return "a session that has ended"
        if c.status == "safe" and c.held.mode != "free" and (c.session, c.held.grant) not in db.holders:
            return "a lock that is not held"
    gens = [q.gen for store in nodes(world, FileServer) for q in store.journal]
    return "" if gens == sorted(gens) else "an earlier holder after a later one"


@pytest.mark.parametrize("faults", [(), tuple(FAULTS)], ids=["calm", "storm"])
def test_nothing_is_wrong_while_it_runs_and_clients_get_what_they_want(faults: tuple[str, ...]) -> None:
    masters: Counter[int] = Counter()
    for seed in range(10):
        world = PROTOCOL.build(Choices.seeded(seed), frozenset(faults), None)
        moves = 0
        while not (world.done(world) and world.idle()) and world.step() and world.now_ms < 20_000:
            moves += 1
            if world.idle() and moves % 4 == 0:
                assert wrong(world) == "", (seed, world.now_ms)
        assert world.done(world), seed
        masters[carried_out(world).epoch] += 1
    assert masters[1] >= 2 and (not faults or sum(n for epoch, n in masters.items() if epoch > 1) >= 2)


def test_every_action_is_taken() -> None:
    taken: Counter[str] = Counter()
    for seed in range(16):
        taken.update(event["action"] for event in run(PROTOCOL, seed, FAULTS, observed=["acting"]).events)
    assert taken.keys() == {a.name for a in PROTOCOL.actions()} | {e.action for e in PROTOCOL.environment}


def database(*commands: tuple[str, Any]) -> Database:
    """After a takeover by s1 and these commands of its epoch."""
    db = Database().after(Command(1, 0, "takeover", ("s1",)))
    for nr, (op, *args) in enumerate(commands, start=1):
        db = db.after(Command(1, nr, op, tuple(args)))
    return db


OPENED: tuple[tuple[str, Any], ...] = (("open", "c1", 1), ("open", "c2", 1))  # type: ignore[assignment]


def test_the_lock_is_lent_to_one_or_shared() -> None:
    alone = database(*OPENED, ("lock", 1, "exclusive"), ("lock", 2, "exclusive"))  # type: ignore[arg-type]
    assert (alone.mode, alone.gen, alone.holders) == ("exclusive", 1, {(1, 4)})
    both = database(*OPENED, ("lock", 1, "shared"), ("lock", 2, "shared"))  # type: ignore[arg-type]
    assert (both.mode, both.gen, both.holders) == ("shared", 1, {(1, 4), (2, 5)})
    again = both.after(Command(1, 9, "unlock", (4,))).after(Command(1, 10, "unlock", (5,)))
    assert (again.mode, again.gen, again.holders, again.delayed) == ("free", 1, frozenset(), False)
    assert again.after(Command(1, 11, "lock", (2, "exclusive"))).gen == 2


def test_the_lock_of_a_failed_holder_is_held_back() -> None:
    failed = database(*OPENED, ("lock", 1, "exclusive"), ("expire", 1))  # type: ignore[arg-type]
    assert failed.mode == "free" and failed.delayed and failed.live == {2}
    assert failed.after(Command(1, 9, "lock", (2, "exclusive"))).holders == frozenset()
    over = failed.after(Command(1, 9, "undelay"))
    assert over.after(Command(1, 10, "lock", (2, "exclusive"))).holders == {(2, 7)}


def test_an_earlier_epoch_has_no_say() -> None:
    db = database(*OPENED)  # type: ignore[arg-type]
    assert db.after(Command(3, 0, "takeover", ("s2",))).epoch == 1  # it is not the next
    later = db.after(Command(2, 0, "takeover", ("s2",)))
    assert (later.epoch, later.master) == (2, "s2")
    assert later.after(Command(1, 7, "write", (2,))).version == 1
    assert later.after(Command(2, 1, "write", (2,))).version == 2


def sent(effects: Any, kind: type) -> list[Any]:
    return [e.message for e in effects if isinstance(e, Send) and isinstance(e.message, kind)]


def safe_client() -> Client:
    """Client c1 with session 1, safe by round 1."""
    client = Client("c1", {}, SERVERS, "f")
    client.step(Started())
    client.step(Received("s1", Opened("c1", 1, 1)))
    client.step(Received("s1", Alive(1, 1)))
    assert (client.session, client.status) == (1, "safe")
    return client


def test_a_read_is_answered_from_the_cache_until_it_is_invalidated() -> None:
    client = safe_client()
    assert len(sent(client.step(Request(1, ("read",))), AskRead)) == len(SERVERS)
    assert [e.result for e in client.step(Received("s1", Content(1, 1))) if isinstance(e, Reply)] == [1]
    assert [e.result for e in client.step(Request(2, ("read",))) if isinstance(e, Reply)] == [1]
    client.step(Received("s1", Invalidate(1, 2)))
    assert client.cache == 0
    client.step(Received("s1", Content(1, 1)))  # it was under way
    assert client.cache == 0 and sent(client.step(Request(3, ("read",))), AskRead)


def test_jeopardy_and_rescue_and_the_end_of_grace() -> None:
    client = safe_client()
    client.step(Received("s1", Content(1, 1)))
    client.step(Received("s1", Granted(1, 4, 1, "exclusive")))
    client.step(TimerFired("keep"))  # round 2
    client.step(TimerFired("lease 1"))
    assert (client.status, client.cache) == ("jeopardy", 0)
    assert client.operate() == ()
    client.step(Received("s2", Alive(1, 1)))  # its time is over
    assert client.status == "jeopardy"
    client.step(Received("s2", Alive(1, 2)))
    assert client.status == "safe"
    client.step(TimerFired("lease 2"))
    client.step(TimerFired("grace"))
    assert (client.status, client.session, client.attempt, client.held.mode) == ("none", 0, 2, "free")
    client.step(Received("s1", Opened("c1", 1, 1)))  # late
    assert client.candidate == 0


def test_the_lock_is_not_given_back_before_the_file_server_has_answered() -> None:
    client = safe_client()
    assert sent(client.step(Request(1, ("lock", "exclusive"))), AskLock)
    asked = sent(client.step(Received("s1", Granted(1, 4, 1, "exclusive"))), Operation)
    assert asked == [Operation(Sequencer(4, 1, "exclusive"))]
    assert not sent(client.step(TimerFired("hold")), Release)
    done = client.step(Received("f", Done(4, True)))
    assert sent(done, Release) == [Release(4)] * len(SERVERS)
    assert [e.result for e in done if isinstance(e, Reply)] == [True]


def test_a_file_server_refuses_an_earlier_holder() -> None:
    store = FileServer("f", {})
    store.step(Received("c2", Operation(Sequencer(7, 2, "exclusive"))))
    refused = store.step(Received("c1", Operation(Sequencer(4, 1, "exclusive"))))
    assert sent(refused, Done) == [Done(4, False)] and len(store.journal) == 1
    assert sent(store.step(Received("c2", Operation(Sequencer(7, 2, "exclusive")))), Done) == [Done(7, True)]


def test_who_has_given_a_lease_promises_nobody_else() -> None:
    server = Server("s2", {}, SERVERS, CLIENTS)
    server.step(Started())
    assert server.step(Received("s1", InCell(Prepare(1)))) == ()  # it may have given one before a crash
    server.step(TimerFired("lent 1"))
    assert server.step(Received("s1", InCell(Prepare(1)))) != ()
    assert sent(server.step(Received("s1", Lend(1, 1))), Lent) == [Lent(1, 1)]
    assert server.step(Received("s3", InCell(Prepare(3)))) == ()
    assert server.step(Received("s3", Lend(3, 1))) == ()
    server.step(Received("s1", Lend(1, 2)))
    server.step(TimerFired("lent 2"))  # given again meanwhile: the timer that counts now is not set yet
    assert server.step(Received("s3", InCell(Prepare(3)))) == ()
    server.step(TimerFired("lent 3"))
    assert server.step(Received("s3", InCell(Prepare(3)))) != () and server.peer.log.promised == 3


def test_a_session_is_not_ended_by_a_timer_that_counts_no_more() -> None:
    """Found by a search under delays: the disk was being written when the KeepAlive came, and the new timer waited."""
    assert validate(as_trace(record("chubby", seed=63, faults=("delay",)))).accepted


class Cell:
    """Two servers, whose disks and messages the test has in hand."""

    def __init__(self) -> None:
        self.disks: dict[str, dict[str, Any]] = {"s1": {}, "s2": {}}
        self.letters: list[tuple[str, str, Any]] = []
        self.nodes = {name: self.made(name) for name in self.disks}
        for name in self.nodes:
            self.step(name, Started())

    def made(self, name: str) -> Server:
        return Server(name, self.disks[name], ("s1", "s2"), ("c1",))

    def step(self, name: str, event: Any) -> None:
        for effect in self.nodes[name].step(event):
            if isinstance(effect, Persist):
                self.disks[name][effect.record] = json.loads(json.dumps(effect.value))
            elif isinstance(effect, Send):
                self.letters.append((name, effect.to, effect.message))

    def deliver(self, first: tuple[type, ...] = ()) -> Iterator[Server]:
        """Deliver all messages between servers, those of some kinds before others; the second after each."""
        while self.letters:
            sender, to, message = self.letters.pop(
                next((i for i, (_, _, m) in enumerate(self.letters) if isinstance(m, first)), 0)
            )
            if to in self.nodes:
                self.step(to, Received(sender, message))
                yield self.nodes["s2"]

    def lead(self) -> None:
        """Let the second server try to lead."""
        for name, node in self.nodes.items():
            self.step(name, TimerFired(f"lent {node.counts['lent']}"))
        self.step("s2", TimerFired("log election"))


def test_an_old_takeover_makes_nobody_master() -> None:
    """It is found in the log again after a crash; what comes after it in the log would not be known to that master."""
    cell = Cell()
    cell.lead()
    assert [s.acting for s in cell.deliver()][-1] == 1
    cell.step("s2", Received("c1", AskOpen(1)))
    assert [s.db.live for s in cell.deliver()][-1] == {1}
    cell.nodes["s2"] = cell.made("s2")
    cell.step("s2", Started())
    cell.lead()
    seen = [(s.acting, s.db.pos, s.db.live) for s in cell.deliver(first=(Lend, Lent))]
    assert (0, 1, frozenset()) in seen, "it goes through the log once more"
    assert {(acting, live) for acting, _, live in seen if acting} == {(2, frozenset({1}))}
