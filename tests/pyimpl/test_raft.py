"""Raft in the simulator: clients' histories are linearizable, servers agree, changes of the cluster take effect."""

from __future__ import annotations

from collections import Counter
from itertools import count
from typing import Any

import pytest

from pyimpl.kernel.machine import Machine, Ticket
from pyimpl.kernel.node import Received, Request, TimerFired
from pyimpl.raft import PROTOCOL
from pyimpl.raft.log import Log, Snapshot
from pyimpl.raft.messages import Append, Appended, Applied, Entry, PreVote, Vote
from pyimpl.raft.node import Server
from pyimpl.sim import FAULTS, Run, run
from pyimpl.sim.choices import Choices
from pyimpl.sim.world import Ask, World


def history(seed: int, faults: tuple[str, ...]) -> tuple[World, list[tuple[int, int, Any, Any]]]:
    """A run: the world, and each request as (asked at, answered at, command, answer); in moves of the world."""
    choices = Choices.seeded(seed)
    world = PROTOCOL.build(choices, frozenset(faults), None)
    asks = [move for _, _, move in world.queue if isinstance(move, Ask)]
    asked: dict[int, int] = {}
    answered: dict[int, int] = {}
    ended = world.done
    for move in count():
        if (ended(world) and world.idle()) or move > 6000:
            break
        coming = world.queue[0][2]
        if isinstance(coming, Ask):
            asked.setdefault(coming.number, move)
        world.step()
        for number in world.replies:
            answered.setdefault(number, move)
    return world, [(asked[a.number], answered[a.number], a.command, world.replies[a.number][0]) for a in asks]


def linearizable(left: list[tuple[int, int, Any, Any]], total: int = 0) -> bool:
    """Whether the additions to x and reads of it can be put in one order that respects the times (J. Wing, C. Gong,
    "Testing and verifying concurrent objects", 1993)."""
    if not left:
        return True
    for n, (asked, _, command, answer) in enumerate(left):
        if any(answered < asked for _, answered, _, _ in left):
            continue
        after = total if command[0] == "read" else total + command[2][2]
        seen = answer or 0
        if seen == after and linearizable(left[:n] + left[n + 1 :], after):
            return True
    return False


@pytest.mark.parametrize("faults", [(), tuple(FAULTS)], ids=["calm", "storm"])
def test_what_clients_see_is_linearizable(faults: tuple[str, ...]) -> None:
    for seed in range(60):
        world, seen = history(seed, faults)
        assert world.done(world), seen
        assert linearizable([h for h in seen if h[2][0] not in ("join", "leave")]), (seed, seen)


def test_the_checker_of_histories_can_say_no() -> None:
    add, read = ("c1", 1, ("add", "x", 1)), ("read", "x")
    assert linearizable([(0, 1, add, 1), (2, 3, read, 1)])
    assert not linearizable([(0, 1, add, 1), (2, 3, read, None)])
    assert linearizable([(0, 3, add, 1), (1, 2, read, None)])


def applied(result: Run) -> dict[int, set[Entry]]:
    out: dict[int, set[Entry]] = {}
    for values in result.world.applied.values():
        for value in values:
            assert isinstance(value, Applied)
            out.setdefault(value.index, set()).add(value.entry)
    return out


def test_every_action_is_taken_and_servers_agree() -> None:
    taken: Counter[str] = Counter()
    for seed in range(60):
        result = run(PROTOCOL, seed, FAULTS, observed=["role"])
        taken.update(event["action"] for event in result.events)
        assert all(len(entries) == 1 for entries in applied(result).values())
    assert taken.keys() == {a.name for a in PROTOCOL.actions()} | {"Crash"}


def test_a_command_asked_for_twice_is_carried_out_once() -> None:
    for seed in range(40):
        result = run(PROTOCOL, seed, FAULTS, record=False)
        tickets = Counter(min(e, key=repr).ticket for e in applied(result).values() if min(e, key=repr).ticket)
        servers = [p.node for p in result.world.places.values()]
        most = max((s for s in servers if isinstance(s, Server)), key=lambda s: s.commit_index)
        assert most.machine.data["x"] == sum(ticket.command[2] for ticket in tickets)


def elected(name: str = "s1", pre: tuple[str, ...] = ("s2",)) -> Server:
    """A leader of term 1 of three servers."""
    server = Server(name, {}, ("s1", "s2", "s3"), ("s1", "s2", "s3"))
    server.step(TimerFired("election"))
    server.step(Received("s2", PreVote(1, "s2", name)))
    server.step(Received("s2", Vote(1, "s2", name)))
    return server


def test_a_read_waits_for_a_round_of_answers() -> None:
    server = elected()
    assert (server.state, server.log.last, server.commit_index) == ("leader", 1, 0)
    assert server.step(Request(1, ("read", "x"))) == ()  # nothing of its own term is committed yet
    server.step(Received("s2", Appended(1, "s2", 1)))
    sent = server.step(Request(2, ("read", "x")))
    rounds = [e.message.round for e in sent if hasattr(e, "message") and isinstance(e.message, Append)]
    assert rounds == [1, 1] and len(server.reads) == 1
    server.step(Received("s3", Appended(1, "s3", 1, 0)))
    assert len(server.reads) == 1  # an answer to an earlier message tells nothing
    server.step(Received("s3", Appended(1, "s3", 1, 1)))
    assert server.reads == []


def test_no_change_of_the_cluster_before_something_is_committed() -> None:
    server = elected()
    assert server.reconfigure(frozenset({"s1", "s2"})) == ()
    server.step(Received("s2", Appended(1, "s2", 1)))
    assert server.reconfigure(frozenset({"s1"})) == ()  # two at once
    assert server.reconfigure(frozenset({"s1", "s2"})) != ()
    assert server.reconfigure(frozenset({"s1"})) == ()  # the last one is not committed


def test_a_cluster_of_one() -> None:
    server = Server("s1", {}, ("s1",), ("s1",))
    server.step(TimerFired("election"))
    assert server.state == "leader" and server.commit_index == 1
    server.step(Request(1, ("c1", 1, ("put", "x", 5))))
    assert server.machine.data == {"x": 5}


def test_the_log_cuts_off_only_what_contradicts() -> None:
    log = Log(Snapshot(2, 1, frozenset()), [Entry(1), Entry(1), Entry(2)])
    assert log.last == 5 and log.term_at(2) == 1 and log.has(5, 2) and not log.has(1, 1)
    assert log.merged(2, (Entry(1),)) is log.entries
    assert log.merged(3, (Entry(3),)) == [Entry(1), Entry(3)]
    assert log.merged(5, (Entry(2),)) == [Entry(1), Entry(1), Entry(2), Entry(2)]
    assert log.beyond(4, 1) == [Entry(2)] and log.beyond(4, 2) == []


def test_a_machine_answers_a_repeated_command_from_memory() -> None:
    machine = Machine()
    assert machine.apply(Ticket("c", 1, ("add", "x", 2))) == 2
    assert machine.apply(Ticket("c", 2, ("cas", "x", 2, 7))) is True
    assert machine.apply(Ticket("c", 2, ("cas", "x", 2, 7))) is True
    assert machine.apply(Ticket("c", 1, ("add", "x", 2))) is None
    assert Machine(machine.image()).image() == machine.image() == {"data": {"x": 7}, "answers": {"c": [2, True]}}
