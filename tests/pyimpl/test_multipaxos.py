"""Multi-Paxos in the simulator: histories are linearizable, servers agree, each command is carried out once."""

from __future__ import annotations

from collections import Counter
from itertools import count
from typing import Any

import pytest

from pyimpl.kernel.effects import Persist, Reply, Send
from pyimpl.kernel.machine import Forward, Ticket
from pyimpl.kernel.node import Received, Request, TimerFired
from pyimpl.multipaxos import PROTOCOL
from pyimpl.multipaxos.messages import (
    NOOP,
    Accept,
    Accepted,
    Chosen,
    Decision,
    Heartbeat,
    Missing,
    Prepare,
    Promise,
    Snapshot,
    Vote,
)
from pyimpl.multipaxos.node import WINDOW, Server
from pyimpl.sim import FAULTS, Run, run
from pyimpl.sim.choices import Choices
from pyimpl.sim.world import Ask, World

NAMES = ("s1", "s2", "s3")


def history(seed: int, faults: tuple[str, ...]) -> tuple[World, list[tuple[int, int, int, int]]]:
    """A run: the world, and each addition as (asked at, answered at, how much, sum after it); in moves of the world."""
    world = PROTOCOL.build(Choices.seeded(seed), frozenset(faults), None)
    asks = [move for _, _, move in world.queue if isinstance(move, Ask)]
    asked: dict[int, int] = {}
    answered: dict[int, int] = {}
    for move in count():
        if (world.done(world) and world.idle()) or move > 6000:
            break
        coming = world.queue[0][2]
        if isinstance(coming, Ask):
            asked.setdefault(coming.number, move)
        world.step()
        for number in world.replies:
            answered.setdefault(number, move)
    return world, [(asked[a.number], answered[a.number], a.command[2][2], world.replies[a.number][0]) for a in asks]


def linearizable(seen: list[tuple[int, int, int, int]]) -> bool:
    """Whether the additions, put in order of the sums they answered, make these sums and respect the times."""
    total = 0
    latest = 0
    for asked, answered, amount, after in sorted(seen, key=lambda h: h[3]):
        total += amount
        if after != total or answered < latest:
            return False
        latest = max(latest, asked)
    return True


@pytest.mark.parametrize("faults", [(), tuple(FAULTS)], ids=["calm", "storm"])
def test_what_clients_see_is_linearizable(faults: tuple[str, ...]) -> None:
    for seed in range(120):
        world, seen = history(seed, faults)
        assert world.done(world), seed
        assert linearizable(seen), (seed, seen)


def test_the_checker_of_histories_can_say_no() -> None:
    assert linearizable([(0, 1, 1, 1), (2, 3, 2, 3)])
    assert linearizable([(0, 3, 1, 3), (1, 2, 2, 2)])
    assert not linearizable([(0, 1, 1, 3), (2, 3, 2, 2)])  # the later one came first
    assert not linearizable([(0, 1, 1, 1), (2, 3, 2, 4)])  # one was carried out twice


def disagree(result: Run) -> bool:
    """Whether two commands were carried out for a slot, or one for two slots, or machines that are as far differ."""
    decisions = {d for handed in result.world.applied.values() for d in handed}
    assert all(isinstance(d, Decision) for d in decisions)
    slots, values = Counter(d.slot for d in decisions), Counter(d.val for d in decisions)
    servers = result.world.nodes(Server)
    furthest = [s.machine.data for s in servers if s.last == max(t.last for t in servers)]
    return max(slots.values()) > 1 or max(values.values()) > 1 or any(data != furthest[0] for data in furthest)


def test_every_action_is_taken_and_servers_agree() -> None:
    taken: Counter[str] = Counter()
    for seed in range(60):
        result = run(PROTOCOL, seed, FAULTS, observed=["leading"])
        taken.update(event["action"] for event in result.events)
        assert not disagree(result), seed
    assert taken.keys() == {a.name for a in PROTOCOL.actions()} | {"Crash"}


@pytest.mark.parametrize("mutant", PROTOCOL.mutants, ids=lambda m: m.name)
def test_the_mistake_shows_in_the_machine(mutant: Any) -> None:
    assert disagree(run(PROTOCOL, mutant.seed, mutant.faults, faulty=mutant.name, record=False))
    assert not disagree(run(PROTOCOL, mutant.seed, mutant.faults, record=False))


def server(name: str = "s1", **records: Any) -> Server:
    return Server(name, records, NAMES)


def sent(effects: Any, kind: type) -> list[Any]:
    return [(e.to, e.message) for e in effects if isinstance(e, Send) and isinstance(e.message, kind)]


def elected(*votes: Vote, base: int = 0) -> tuple[Server, Any]:
    """Server s1 with a promise of s2 for ballot 1, and what it did then."""
    leader = server()
    leader.step(TimerFired("election"))
    return leader, leader.step(Received("s2", Promise(1, "s2", frozenset(votes), base)))


def ticket(number: int = 1, client: str = "c1") -> Ticket:
    return Ticket(client, number, ("add", "x", 1))


def test_phase_1_is_done_once_and_slots_are_under_way_together() -> None:
    leader, _ = elected()
    assert leader.ready
    asked = [leader.step(Request(n, (f"c{n}", 1, ("add", "x", n)))) for n in range(1, WINDOW + 3)]
    assert [m.slot for effects in asked for to, m in sent(effects, Accept) if to == "s2"] == list(range(1, WINDOW + 1))
    assert not any(sent(effects, Prepare) for effects in asked)
    later = leader.step(Received("s2", Accepted(1, "s2", 2, leader.log.votes[2].val)))
    assert sent(later, Chosen) and leader.last == 0 and leader.machine.data == {}  # slot 1 is missing
    now = leader.step(Received("s2", Accepted(1, "s2", 1, leader.log.votes[1].val)))
    assert leader.last == 2 and leader.machine.data == {"x": 3}
    assert [(e.request, e.result) for e in now if isinstance(e, Reply)] == [(1, 1), (2, 3)]


def test_a_new_leader_finishes_what_was_begun_with_nothing_in_the_holes() -> None:
    leader, effects = elected(Vote(3, 0, ticket()), Vote(1, 0, ticket(client="c2")))
    assert [(m.slot, m.val) for to, m in sent(effects, Accept) if to == "s3"] == [
        (1, ticket(client="c2")),
        (2, NOOP),
        (3, ticket()),
    ]
    assert leader.step(Request(7, ("c1", 1, ("add", "x", 1)))) == ()  # it is under way
    assert leader.waiting[3].request == 7


def test_a_promise_that_comes_late_does_not_leave_a_hole() -> None:
    leader, _ = elected()
    leader.step(Received("s3", Promise(1, "s3", frozenset({Vote(1, 0, ticket(client="c9"))}), 0)))
    effects = leader.step(Request(1, ("c1", 1, ("add", "x", 1))))
    assert [m for to, m in sent(effects, Accept) if to == "s2"] == [Accept(1, 1, ticket())]


def test_no_lead_over_votes_that_were_cut_off() -> None:
    leader, effects = elected(base=2)
    assert not leader.ready and sent(effects, Missing) == [("s2", Missing(0))]
    image = '{"data": {"x": 5}, "answers": {"c1": [1, 5]}}'
    effects = leader.step(Received("s2", Snapshot(2, frozenset({"c1_1"}), image)))
    assert leader.ready and leader.next == 3 and leader.machine.data == {"x": 5}
    again = leader.step(Request(4, ("c1", 1, ("add", "x", 5))))
    assert [e.result for e in again if isinstance(e, Reply)] == [5]  # the session came with it


def test_promise_and_votes_survive_a_crash() -> None:
    first = server("s2")
    records: dict[str, Any] = {}
    for effects in (
        first.step(Received("s1", Prepare(4))),
        first.step(Received("s1", Accept(4, 2, ticket()))),
        first.step(Received("s1", Accept(4, 1, NOOP))),
    ):
        records |= {e.record: e.value for e in effects if isinstance(e, Persist)}
    second = server("s2", **records)
    assert second.log.promised == 4
    assert second.log.all_votes() == {Vote(1, 4, NOOP), Vote(2, 4, ticket())}
    assert second.step(Received("s3", Prepare(3))) != () and second.log.promised == 4


def test_who_lags_gets_decisions_or_the_snapshot() -> None:
    leader, _ = elected()
    for n in range(1, 6):
        leader.step(Request(n, (f"c{n}", 1, ("add", "x", n))))
        leader.step(Received("s2", Accepted(1, "s2", n, leader.log.votes[n].val)))
    assert (leader.last, leader.log.base, sorted(leader.log.chosen)) == (5, 4, [5])
    (_, snapshot) = sent(leader.step(Received("s3", Missing(1))), Snapshot)[0]
    late = server("s3")
    late.step(Received("s1", Heartbeat(1, 5)))
    late.step(Received("s1", Chosen(5, Ticket("c5", 1, ("add", "x", 5)))))
    assert late.last == 0
    late.step(Received("s1", snapshot))
    assert (late.last, late.log.base, late.machine.data) == (5, 4, {"x": 15})
    assert [m.slot for _, m in sent(leader.step(Received("s3", Missing(4))), Chosen)] == [5]


def test_a_request_goes_to_the_leader_and_its_answer_back() -> None:
    leader, _ = elected()
    follower = server("s2")
    follower.step(Received("s1", Heartbeat(1, 0)))
    ((to, forward),) = sent(follower.step(Request(9, ("c1", 1, ("add", "x", 2)))), Forward)
    assert to == "s1"
    leader.step(Received("s2", forward))
    done = leader.step(Received("s3", Accepted(1, "s3", 1, leader.log.votes[1].val)))
    answer = next(e.message for e in done if isinstance(e, Send) and e.to == "s2" and not isinstance(e.message, Chosen))
    assert [e.result for e in follower.step(Received("s1", answer)) if isinstance(e, Reply)] == [2]


def test_a_cluster_of_one() -> None:
    alone = Server("s1", {}, ("s1",))
    alone.step(TimerFired("election"))
    effects = alone.step(Request(1, ("c1", 1, ("put", "x", 5))))
    assert alone.machine.data == {"x": 5} and [e.result for e in effects if isinstance(e, Reply)] == ["ok"]


def test_ballots_are_of_one_server_and_above_all_that_was_heard_of() -> None:
    for name in NAMES:
        for heard in range(20):
            node = server(name)
            node.seen = heard
            b = node.next_ballot()
            assert b > heard and node.owner(b) == name and b <= heard + 3
