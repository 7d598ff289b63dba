"""Zab in the simulator: servers deliver the same, in the order of epochs; what is behind is brought up to date."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from pyimpl.kernel.effects import Send
from pyimpl.kernel.node import Received, Started
from pyimpl.sim import FAULTS, Run, run
from pyimpl.zab import PROTOCOL
from pyimpl.zab.history import History, Snapshot
from pyimpl.zab.messages import AckEpoch, Delivered, FollowerInfo, Missing, NewEpoch, NewLeader, Propose, Refused, Txn
from pyimpl.zab.node import Peer

SERVERS = ("s1", "s2", "s3")


def delivered(result: Run) -> list[Delivered]:
    """What was delivered, each once, by position."""
    seen = {value for values in result.world.applied.values() for value in values}
    return sorted(seen, key=lambda d: (d.index, d.txn.zxid))


@pytest.mark.parametrize("faults", [(), tuple(FAULTS)], ids=["calm", "storm"])
def test_runs_end_and_servers_deliver_the_same_in_order(faults: tuple[str, ...]) -> None:
    taken: Counter[str] = Counter()
    for seed in range(60):
        result = run(PROTOCOL, seed, faults, observed=["phase"])
        taken.update(event["action"] for event in result.events)
        assert result.world.done(result.world), seed
        order = delivered(result)
        assert [d.index for d in order] == list(range(1, len(order) + 1))
        zxids = [d.txn.zxid for d in order]
        assert zxids == sorted(set(zxids))
        machines = [peer.machine.image() for peer in result.world.nodes(Peer)]
        assert machines[0] == machines[1] == machines[2]
        assert machines[0]["data"]["x"] == sum(int(d.txn.body.split()[-1].rstrip("]")) for d in unique(order))
    if faults:
        assert taken.keys() == {a.name for a in PROTOCOL.actions()} | {"Crash"}


def unique(order: list[Delivered]) -> list[Delivered]:
    """The first delivery of each command: a command broadcast twice is carried out once."""
    return list({d.txn.value: d for d in reversed(order)}.values())


def follower(epoch: int = 1, txns: tuple[Txn, ...] = ()) -> Peer:
    """A server that follows s3, has promised to be in the epoch, and has a history."""
    peer = Peer("s1", {}, SERVERS)
    peer.history = History(Snapshot(0, (0, 0)), txns)
    peer.step(Started())
    peer.elect("s3")
    peer.step(Received("s3", NewEpoch("s3", epoch)))
    return peer


def sent(effects: tuple[Any, ...], kind: type) -> list[Any]:
    return [e.message for e in effects if isinstance(e, Send) and isinstance(e.message, kind)]


def test_a_follower_cuts_off_what_its_leader_does_not_have() -> None:
    mine = (Txn((1, 1), "a"), Txn((1, 2), "b"))
    peer = follower(2, mine)
    peer.step(Received("s3", NewLeader("s3", 2, False, 1, (1, 1), (Txn((2, 1), "c"),))))
    assert [t.value for t in peer.history.txns] == ["a", "c"]
    assert (peer.current_epoch, peer.phase) == (2, "broadcast")


def test_an_old_history_of_the_same_epoch_cuts_off_nothing() -> None:
    peer = follower(1)
    peer.step(Received("s3", NewLeader("s3", 1, False, 0, (0, 0), (Txn((1, 1), "a"), Txn((1, 2), "b")))))
    peer.give_up()
    peer.elect("s3")
    peer.step(Received("s3", NewEpoch("s3", 1)))
    peer.step(Received("s3", NewLeader("s3", 1, False, 0, (0, 0), ())))
    assert [t.value for t in peer.history.txns] == ["a", "b"]


def test_a_promise_is_given_once() -> None:
    peer = follower(1)
    peer.give_up()
    peer.elect("s2")
    assert sent(peer.step(Received("s2", NewEpoch("s2", 1))), AckEpoch) == []
    peer.give_up()
    peer.elect("s2")
    assert sent(peer.step(Received("s2", NewEpoch("s2", 2))), AckEpoch) == [AckEpoch("s1", "s2", 2, 0, (0, 0))]


def test_a_leader_steps_back_for_who_is_ahead() -> None:
    peer = Peer("s1", {}, SERVERS)
    peer.step(Started())
    peer.chosen("s1")
    for name in ("s1", "s2"):
        peer.step(Received(name, FollowerInfo(name, "s1", 0)))
    assert peer.epoch == 1
    peer.step(Received("s2", AckEpoch("s2", "s1", 1, 0, (0, 1))))
    assert peer.phase == "election"


def test_who_has_come_furthest_is_chosen() -> None:
    leaders = Counter(
        next(e["args"]["l"] for e in run(PROTOCOL, seed).events if e["action"] == "BeginEpoch") for seed in range(10)
    )
    assert leaders == {"s3": 10}  # with empty histories, the highest name


def test_a_leader_steps_back_for_who_can_never_be_in_its_epoch() -> None:
    peer = Peer("s1", {}, SERVERS)
    peer.step(Started())
    peer.chosen("s1")
    for name in ("s1", "s2"):
        peer.step(Received(name, FollowerInfo(name, "s1", 0)))
    assert (peer.phase, peer.epoch) == ("discovery", 1)
    peer.step(Received("s3", FollowerInfo("s3", "s1", 2)))
    assert peer.phase == "election"


def test_who_misses_what_is_cut_off_must_follow_anew() -> None:
    """Proposals after the snapshot are of no use to it: it would ask for each of them again, and get all of them."""
    leader = Peer("s3", {}, SERVERS)
    leader.phase, leader.leader, leader.epoch = "broadcast", "s3", 1
    leader.history = History(Snapshot(5, (1, 5)), (Txn((1, 6), "f"),))
    assert sent(leader.step(Received("s1", Missing(1, 2))), Propose) == []
    assert sent(leader.step(Received("s1", Missing(1, 2))), Refused) == [Refused()]
    assert [m.index for m in sent(leader.step(Received("s1", Missing(1, 5))), Propose)] == [6]
    peer = follower(1)
    peer.step(Received("s3", NewLeader("s3", 1, False, 0, (0, 0), ())))
    assert peer.phase == "broadcast"
    peer.step(Received("s3", Refused()))
    assert peer.phase == "election"
