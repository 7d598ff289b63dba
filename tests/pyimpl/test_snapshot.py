"""Snapshots of running processes lose no token and invent none, and neither do restarts from them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from pyimpl.sim import FAULTS, Run, run
from pyimpl.snapshot import KEEPER, PROCS, PROTOCOL, START
from pyimpl.snapshot.keeper import Keeper, parts_of, record_of
from pyimpl.snapshot.messages import Part
from pyimpl.snapshot.process import Process

TOTAL = START * len(PROCS)


def keeper_of(result: Run) -> Keeper:
    keeper = result.world.node(KEEPER)
    assert isinstance(keeper, Keeper)
    return keeper


def processes(result: Run) -> list[Process]:
    return result.world.nodes(Process)


def totals(result: Run) -> set[int]:
    """The tokens of each snapshot that was complete at some time."""
    found = set()
    for event in result.events:
        parts = event["vars"]["stable"]["parts"].values()
        found.add(sum(part["balance"] + sum(map(sum, part["chan"].values())) for part in parts))
    return found


def at_the_end(result: Run) -> int:
    """The tokens of all processes and channels."""
    procs = {p.name: p for p in processes(result)}
    under_way = sum(
        m.amount
        for p in procs.values()
        for q, outbox in p.outbox.items()
        for m in outbox
        if m.seq > procs[q].got[p.name] and hasattr(m, "amount")
    )
    return sum(p.balance for p in procs.values()) + under_way


@pytest.mark.parametrize("faults", [(), ("crash",), tuple(FAULTS)], ids=["calm", "crash", "storm"])
def test_no_token_is_lost_or_invented(faults: tuple[str, ...]) -> None:
    snapshots = restarts = recorded = 0
    for seed in range(60):
        result = run(PROTOCOL, seed, faults)
        assert result.world.done(result.world), seed
        assert totals(result) == {TOTAL}, seed
        assert at_the_end(result) == TOTAL, seed
        keeper = keeper_of(result)
        snapshots += keeper.num
        restarts += keeper.current
        done = [e["vars"]["stable"]["parts"] for e in result.events if e["action"] == "Complete"]
        recorded += sum(any(any(chan) for chan in part["chan"].values()) for parts in done for part in parts.values())
    assert snapshots >= 60
    assert recorded >= 3, "something was on its way in some snapshot"
    assert (restarts >= 20) == bool(faults)


def test_the_present_is_not_the_past() -> None:
    """After a crash even those who did not crash start from the snapshot."""
    taken_back = 0
    for seed in range(40):
        result = run(PROTOCOL, seed, ("crash",))
        for before, event in zip(result.events, result.events[1:], strict=False):
            p = event["node"]
            if event["action"] == "Rejoin" and before["vars"]["alive"][p]:
                taken_back += before["vars"]["balance"][p] != event["vars"]["balance"][p]
    assert taken_back >= 3


@pytest.mark.parametrize("mutant", PROTOCOL.mutants, ids=lambda m: m.name)
def test_the_mistakes_do_harm(mutant: Any) -> None:
    runs = (run(PROTOCOL, seed, FAULTS, faulty=mutant.name, steps=1500) for seed in range(200))
    assert any(totals(result) != {TOTAL} or at_the_end(result) != TOTAL for result in runs)


def test_faults_of_every_kind_occur() -> None:
    happened: Counter[str] = Counter()
    for seed in range(20):
        happened.update(run(PROTOCOL, seed, FAULTS, record=False).world.happened)
    assert min(happened[fault] for fault in FAULTS) >= 5


def test_parts_come_back_from_the_disk() -> None:
    parts = (("p1", Part(3, (("p1", ()), ("p2", (1, 2))))), ("p2", Part(0, (("p1", (4,)), ("p2", ())))))
    assert parts_of(record_of(parts)) == parts
    assert [part.tokens() for _, part in parts] == [6, 4]
