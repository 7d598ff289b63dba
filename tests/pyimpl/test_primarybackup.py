"""Primary and backup lose nothing that was acknowledged, whoever fails; switch-over is by command."""

from __future__ import annotations

import pytest

from pyimpl.primarybackup import PROTOCOL, SERVERS
from pyimpl.primarybackup.monitor import Monitor
from pyimpl.primarybackup.replica import Replica
from pyimpl.sim import FAULTS, Run, run


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


@pytest.mark.parametrize("mutant", PROTOCOL.mutants, ids=lambda m: m.name)
def test_the_mistakes_lose_something(mutant: object) -> None:
    name, faults = mutant.name, (*mutant.faults, "crash")  # type: ignore[attr-defined]
    seeds = range(600)
    if name == "KeepsOldLog":  # a backup that has what nobody else has is seldom read before it is told better
        faults, seeds = mutant.faults, range(255, 600)  # type: ignore[attr-defined]
    assert any(lost(run(PROTOCOL, seed, set(faults), faulty=name, record=False)) for seed in seeds)
    assert not any(lost(run(PROTOCOL, seed, set(faults), record=False)) for seed in range(100))


def test_reads_are_spread_over_primary_and_backup() -> None:
    served = dict.fromkeys(SERVERS, 0)
    for seed in range(60):
        for name, logs in run(PROTOCOL, seed, (), record=False).world.applied.items():
            if name in served:
                served[name] += len(logs)
    assert served["s1"] >= 10 and served["s2"] >= 10
