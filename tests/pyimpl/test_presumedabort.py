"""All participants of a transaction end alike, though the coordinator logs no abort and forgets what all have."""

from __future__ import annotations

from typing import Any

import pytest

from pyimpl.presumedabort import PROTOCOL, RMS, TM
from pyimpl.presumedabort.coordinator import Coordinator, last_of
from pyimpl.presumedabort.participant import Participant
from pyimpl.sim import ALL_FAULTS, Run, run
from pyimpl.wal.log import Log


def outcomes(result: Run) -> dict[str, set[str]]:
    """What the participants were told of each transaction."""
    told: dict[str, set[str]] = {}
    for rm in RMS:
        for t, outcome in result.world.applied[rm]:
            told.setdefault(t, set()).add(outcome)
    return told


def torn_apart(result: Run) -> list[str]:
    """The transactions that ended here so and there so, or that some have and others lack at the end."""
    logs = [last_of(n.log.entries) for n in participants(result)]
    halves = {t for log in logs for t, is_ in log.items() if is_ == "committed"}
    return sorted(
        {t for t, told in outcomes(result).items() if len(told) > 1}
        | {t for t in halves if any(log.get(t) != "committed" for log in logs)}
    )


def participants(result: Run) -> list[Participant]:
    return result.world.nodes(Participant)


@pytest.mark.parametrize("faults", [(), ("crash", "torn"), tuple(ALL_FAULTS)], ids=["calm", "crash", "storm"])
def test_all_end_alike_and_are_forgotten(faults: tuple[str, ...]) -> None:
    committed = aborted = 0
    for seed in range(80):
        result = run(PROTOCOL, seed, faults, record=False)
        assert result.world.done(result.world), seed
        assert torn_apart(result) == [], seed
        coordinator = result.world.node(TM)
        assert isinstance(coordinator, Coordinator)
        assert set(last_of(coordinator.log.entries).values()) <= {"ended"}, seed
        told = outcomes(result)
        committed += sum(t == {"committed"} for t in told.values())
        aborted += sum(t == {"aborted"} for t in told.values())
    assert committed >= 40 and aborted >= 5


def test_who_was_told_committed_can_rely_on_it() -> None:
    for seed in range(80):
        result = run(PROTOCOL, seed, tuple(ALL_FAULTS), record=False)
        answers = [answer for given in result.world.replies.values() for answer in given]
        logs = [last_of(n.log.entries) for n in participants(result)]
        in_all = sum(all(log.get(t) == "committed" for log in logs) for t in outcomes(result))
        assert in_all >= answers.count("committed"), seed


def test_doubts_outlive_a_crash_and_are_resolved() -> None:
    """A participant that comes back prepared asks; it is told of a commit, and of an abort that nobody has logged."""
    resolved = {"LearnCommit": 0, "LearnAbort": 0}
    for seed in range(60):
        doubts: set[tuple[str, str]] = set()
        for event in run(PROTOCOL, seed, ("crash", "torn", "loss")).events:
            node = event["node"]
            if event["action"] == "RMRestart":
                doubts |= {(node, t) for t, at in event["vars"]["rmTable"][node].items() if at == "prepared"}
            elif event["action"] in resolved:
                resolved[event["action"]] += (node, event["args"]["t"]) in doubts
    assert min(resolved.values()) >= 3, resolved


@pytest.mark.parametrize("mutant", PROTOCOL.mutants, ids=lambda m: m.name)
def test_the_mistakes_tear_transactions_apart(mutant: Any) -> None:
    runs = (run(PROTOCOL, s, ALL_FAULTS, faulty=mutant.name, steps=1500, record=False) for s in range(600))
    assert any(torn_apart(result) for result in runs)


def test_a_coordinator_remembers_commits_only() -> None:
    log = Log()
    for entry in ({"txn": "a", "is": "committed"}, {"txn": "b", "is": "committed"}, {"txn": "a", "is": "ended"}):
        log.append(entry)
    records = {write.record: write.value for write in log.force()}
    coordinator = Coordinator(TM, records, RMS)
    coordinator.down = True
    coordinator.on_start()
    assert {t: coordinator.known(t) for t in ("a", "b", "c")} == {"a": "nothing", "b": "committed", "c": "nothing"}
