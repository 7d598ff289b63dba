"""Primary and backup lose nothing that was acknowledged, whoever fails; switch-over is by command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pyimpl.kernel import Mutant
from pyimpl.primarybackup import PROTOCOL, SERVERS
from pyimpl.primarybackup.monitor import Monitor
from pyimpl.primarybackup.replica import Replica
from pyimpl.sim import FAULTS, Ask, Choices, Run, World, run
from pyimpl.sim.run import SCHEMA
from traces.record import as_trace
from traces.validate import Rejected, validate


def replicas(result: Run) -> dict[str, Replica]:
    found = {name: result.world.node(name) for name in SERVERS}
    return {name: node for name, node in found.items() if isinstance(node, Replica)}


def monitor(result: Run) -> Monitor:
    node = result.world.node("mon")
    assert isinstance(node, Monitor)
    return node


def lost(result: Run) -> bool:
    """Whether something that was acknowledged or read is not at the present primary."""
    present = replicas(result)[monitor(result).current.primary].log
    told = [tuple(r.log[: r.commit]) for r in replicas(result).values()]
    told += [log for given in result.world.applied.values() for log in given]
    return any(tuple(present[: len(log)]) != log for log in told)


@pytest.mark.parametrize("faults", [(), tuple(FAULTS)], ids=["calm", "storm"])
def test_every_request_is_answered_and_nothing_is_lost(faults: tuple[str, ...]) -> None:
    primaries = set()
    for seed in range(100):
        result = run(PROTOCOL, seed, faults, record=False)
        assert result.world.done(result.world), seed
        assert not lost(result), seed
        log = replicas(result)[monitor(result).current.primary].log
        assert len(log) == len(set(log)), seed
        primaries.add(monitor(result).current.primary)
    assert primaries == ({"s1", "s2", "s3"} if faults else {"s1", "s2"})


def test_a_switch_over_by_command() -> None:
    done = {True: 0, False: 0}
    for seed in range(100):
        result = run(PROTOCOL, seed, (), record=False)
        for answer in result.world.replies.get(200, []):
            done[answer] += 1
            assert (monitor(result).current.primary == "s2") == answer, seed
    assert done[True] > 20


@pytest.mark.parametrize("mutant", [m for m in PROTOCOL.mutants if m.name != "KeepsOldLog"], ids=lambda m: m.name)
def test_the_mistakes_lose_something(mutant: Mutant) -> None:
    faults = {*mutant.faults, "crash"}
    assert any(lost(run(PROTOCOL, seed, faults, faulty=mutant.name, record=False)) for seed in range(600))
    assert not any(lost(run(PROTOCOL, seed, faults, record=False)) for seed in range(100))


def cut_off_and_back(faulty: str | None) -> Run:
    """The primary s1 is cut off with a write that nobody else has; s2 takes over; s3 goes, and s1, which has missed a
    view, is backup again, and is read."""
    world = PROTOCOL.build(Choices.replay(()), frozenset(), faulty)
    events: list[dict[str, Any]] = []
    world.observe(events.append)
    mon = world.node("mon")
    assert isinstance(mon, Monitor)

    def until(reached: Callable[[], bool]) -> None:
        for _ in range(2000):
            if reached() and world.idle():
                return
            assert world.step()
        raise AssertionError("never reached")

    until(lambda: mon.synced and mon.current.backup == "s2" and 0 in world.replies)
    world.group = {"s1": 1}
    world.perform(Ask(7, ("write", "w5"), ("s1",)))
    until(lambda: mon.current.primary == "s2" and mon.synced)
    world.crash("s3")
    until(lambda: mon.missed["s3"] == 2)
    world.group = {}
    until(lambda: mon.missed["s1"] == 0)
    world.group = {"s1": 1}  # the monitor has heard of s1, and s1 nothing of the view between
    until(lambda: mon.current.backup == "s1")
    world.group = {}
    until(lambda: replica(world, "s1").view == mon.current)
    for name in ("s1", "s2"):  # one of them knows the log
        world.perform(Ask(8, ("read",), (name,)))
    until(world.idle)
    header = {"schema": SCHEMA, "protocol": PROTOCOL.name, "spec": PROTOCOL.spec, "constants": PROTOCOL.constants}
    return Run(header, events, world.choices.made, 0, world)


def replica(world: World, name: str) -> Replica:
    node = world.node(name)
    assert isinstance(node, Replica)
    return node


def test_an_old_log_is_read_and_the_trace_tells() -> None:
    """What KeepsOldLog does when a write was cut off: found without luck."""
    sound, faulty = cut_off_and_back(None), cut_off_and_back("KeepsOldLog")
    assert not lost(sound) and validate(as_trace(sound)).accepted
    assert lost(faulty) and ("w1", "w5") in faulty.world.applied["s1"]
    verdict = validate(as_trace(faulty))
    assert isinstance(verdict, Rejected)
    assert (verdict.event.action, verdict.event.args["s"]) == ("Enter", "s1")


def test_reads_are_spread_over_primary_and_backup() -> None:
    served = dict.fromkeys(SERVERS, 0)
    for seed in range(60):
        for name, logs in run(PROTOCOL, seed, (), record=False).world.applied.items():
            if name in served:
                served[name] += len(logs)
    assert served["s1"] >= 10 and served["s2"] >= 10
