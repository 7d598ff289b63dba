"""What the implementations promise, held over many seeded runs; and that each faulty twin breaks it."""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import find, settings
from hypothesis import strategies as st

from pyimpl.kernel import Mutant, Protocol
from pyimpl.paxos import PROTOCOL as PAXOS
from pyimpl.sim import FAULTS, Run, run
from pyimpl.twophase import PROTOCOL as TWOPHASE

sys.path.insert(0, str(Path(__file__).parent))
from spec_steps import check

BOTH = pytest.mark.parametrize("protocol", [PAXOS, TWOPHASE], ids=lambda p: p.name)
MUTANTS = pytest.mark.parametrize(
    ("protocol", "mutant"), [(p, m) for p in (PAXOS, TWOPHASE) for m in p.mutants], ids=lambda x: x.name
)


def outcomes(result: Run) -> set[Any]:
    """What the applications on all nodes were told, and the clients too."""
    asked = {
        v
        for number in ((0, 1, 2) if result.header["protocol"] == "paxos" else (1,))
        for v in result.world.replies.get(number, [])
    }
    return applied(result) | asked


def applied(result: Run) -> set[Any]:
    """What the applications on all nodes were told."""
    return {v for values in result.world.applied.values() for v in values}


@BOTH
@pytest.mark.parametrize("faults", [(), tuple(FAULTS)], ids=["calm", "storm"])
def test_every_run_agrees_ends_and_is_a_behavior_of_the_spec(protocol: Protocol, faults: tuple[str, ...]) -> None:
    actions: Counter[str] = Counter()
    for seed in range(300):
        result = run(protocol, seed, faults)
        assert check(result) is None, seed
        assert result.world.done(result.world), seed
        assert len(outcomes(result)) == 1, seed
        actions.update(e["action"] for e in result.events)
    spec = {a.name for a in protocol.actions()} | {e.action for e in protocol.environment}
    if faults:
        assert actions.keys() == spec
    else:
        assert actions.keys() <= spec


@BOTH
@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_alone(protocol: Protocol, fault: str) -> None:
    for seed in range(30):
        result = run(protocol, seed, {fault})
        assert check(result) is None, seed
        assert len(outcomes(result)) == 1, seed


def test_both_outcomes_of_a_commit_occur() -> None:
    found = Counter(v for seed in range(100) for v in outcomes(run(TWOPHASE, seed, record=False)))
    assert min(found["committed"], found["aborted"]) >= 5


def test_every_value_wins_sometimes() -> None:
    found = Counter(v for seed in range(100) for v in outcomes(run(PAXOS, seed, record=False)))
    assert found.keys() == {"v1", "v2", "v3"}


def test_a_transaction_commits_only_if_all_voted_yes() -> None:
    for seed in range(100):
        result = run(TWOPHASE, seed, FAULTS)
        said = {e["args"]["r"] for e in result.events if e["action"] == "VoteYes"}
        if outcomes(result) == {"committed"}:
            assert said == {"r1", "r2", "r3"}


@BOTH
def test_header_and_events_are_json(protocol: Protocol) -> None:
    result = run(protocol, 7, {"loss", "crash"})
    assert json.loads(json.dumps([result.header, result.events])) == [result.header, result.events]
    assert result.header["seed"] == 7
    assert result.header["faults"] == ["crash", "loss"]
    assert set(result.header["constants"]) == set(protocol.constants)


def test_ballots_of_a_trace_are_within_its_constants() -> None:
    for seed in range(100):
        result = run(PAXOS, seed, FAULTS)
        ballots = result.header["constants"]["Ballot"]["#set"]
        assert all(e["args"]["b"] in ballots for e in result.events)
        assert len(ballots) <= len(PAXOS.constants["Ballot"]["#set"])


@MUTANTS
def test_the_mistake_shows(protocol: Protocol, mutant: Mutant) -> None:
    """In its run the nodes disagree, and the trace is no behavior of the spec; without the mistake, all is
    well."""
    result = run(protocol, mutant.seed, mutant.faults, faulty=mutant.name)
    assert len(applied(result)) == 2
    assert check(result) is not None
    assert result.header["faulty"] == mutant.name
    sound = run(protocol, mutant.seed, mutant.faults)
    assert check(sound) is None
    assert len(outcomes(sound)) == 1


@MUTANTS
def test_the_mistake_shows_in_other_runs_too(protocol: Protocol, mutant: Mutant) -> None:
    runs = (run(protocol, seed, mutant.faults, faulty=mutant.name, steps=1000) for seed in range(200))
    assert len(list(islice((r for r in runs if check(r) is not None), 4))) == 4


@MUTANTS
def test_disagreement_never_escapes_the_trace(protocol: Protocol, mutant: Mutant) -> None:
    for seed in range(100):
        silent = run(protocol, seed, FAULTS, faulty=mutant.name, steps=1000, record=False)
        if len(applied(silent)) > 1:
            assert check(run(protocol, seed, FAULTS, faulty=mutant.name, steps=1000)) is not None, seed


def test_a_shrinker_finds_a_short_run_in_which_a_mistake_shows() -> None:
    """Choices are a list of small integers, so Hypothesis can shrink a failure to the few that matter."""

    def disagree(choices: list[int]) -> bool:
        return len(applied(run(TWOPHASE, faulty="AbortsAfterYes", faults=["loss"], choices=choices, record=False))) > 1

    chosen = find(
        st.lists(st.integers(0, 20), min_size=10, max_size=60),
        disagree,
        settings=settings(max_examples=2000, database=None),
        random=random.Random(1),
    )
    assert sum(c != 0 for c in chosen) <= 6
