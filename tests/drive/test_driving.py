"""Driving: every step of a small graph is taken or it is said why not, and faulty twins leave their spec."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache

import pytest

from modelcheck.cli import main
from modelcheck.errors import TlaError
from traces import pairs
from traces.drive.command import TWIN_SEEDS
from traces.drive.graph import Edge
from traces.drive.report import departure_lines
from traces.drive.small import SMALL, world_of
from traces.drive.stage import Ring, Stage
from traces.drive.walk import Driven, Plan, drive, plan

EACH = pytest.mark.parametrize("name", SMALL)
#: twins that the first walk meets soon
SOON = {
    "twophase": "AbortsAfterYes", "paxos": "IgnoresVotes", "lock": "NoFencing", "detector": "OldNewsTaken",
    "retry": "NoTable", "register": "NoWriteBack", "primarybackup": "AcksAlone", "raft": "VotesForAnyLog",
    "zab": "EpochForgotten", "hashing": "AcksFirstCopy",
    "versions": "MergeReplaces",
    "snapshot": "OldEpochTaken",
    "presumedabort": "ForgetsEarly",
    "wal": "NoCompensation",
    "multipaxos": "OwnValueFirst",
}  # fmt: skip
#: states and steps of the graph, actions with arguments, and how many of these are driven
FIGURES = {
    "versions": (4184, 18024, 22, 22),
    "snapshot": (2126, 4999, 20, 20),
    "presumedabort": (5365, 24924, 31, 31),
    "wal": (3515, 13324, 19, 19),
    "multipaxos": (321, 884, 20, 20),
    "zookeeper": (824, 1855, 42, 41),
    "chubby": (195, 546, 35, 33),
}


#: actions of which no step is driven
NEVER = {"chubby": {"Rescue", "GiveUp"}}


@cache
def planned(name: str) -> Plan:
    return plan(name)


@cache
def driven(name: str) -> Driven:
    return drive(name, using=planned(name))


@EACH
def test_every_step_is_driven_or_it_is_said_why_not(name: str) -> None:
    result = driven(name)
    assert result.departed is None, "\n".join(departure_lines(result.departed))
    assert {edge.action for edge in result.missed} <= set(planned(name).small.unforced)
    assert result.driven >= 0.85 * len(result.graph.edges)
    assert result.events > 50 and result.episodes > 5


@pytest.mark.parametrize(("name", "figures"), FIGURES.items())
def test_figures(name: str, figures: tuple[int, int, int, int]) -> None:
    result = driven(name)
    graph = result.graph
    assert (len(graph.steps), sum(graph.edges.values()), len(graph.edges), result.driven) == figures


@EACH
def test_every_action_of_the_graph_is_driven(name: str) -> None:
    actions = {edge.action for edge in driven(name).graph.edges}
    missed = actions - {edge.action for edge in driven(name).graph.edges if driven(name).taken[edge]}
    assert missed == NEVER.get(name, set())
    known = {info.name for info in planned(name).judge.engine.actions}
    assert actions <= known and len(actions) >= 0.8 * len(known)


@pytest.mark.parametrize(("name", "mutant"), SOON.items())
def test_a_faulty_twin_leaves_its_spec(name: str, mutant: str) -> None:
    result = drive(name, mutant, using=planned(name))
    assert result.departed is not None
    said = "\n".join(departure_lines(result.departed))
    assert "the last move: " in said and re.search(r"in the spec: \S*specs/", said)
    if result.departed.trace.events[-1].action not in {e.action for e in pairs.protocol(name).environment}:
        assert f"in the code: pyimpl/{name}/" in said


@pytest.mark.slow
@pytest.mark.parametrize(("name", "mutant"), [(n, m.name) for n in SMALL for m in pairs.protocol(n).mutants])
def test_every_faulty_twin_leaves_its_spec_or_it_is_said_why_not(name: str, mutant: str) -> None:
    caught = any(drive(name, mutant, seed=seed, using=planned(name)).departed is not None for seed in range(TWIN_SEEDS))
    assert caught or mutant in planned(name).small.unseen


def test_reasons_speak_of_what_there_is() -> None:
    for name in SMALL:
        small = planned(name).small
        actions = {info.name for info in planned(name).judge.engine.actions}
        assert set(small.unforced) <= actions and small.called <= actions and set(small.without) <= actions
        assert set(small.unseen) <= {m.name for m in pairs.protocol(name).mutants}


def test_the_graph_is_that_of_the_checker() -> None:
    """MCTwoPhase: the same constants, so the same 1,264 states."""
    graph = planned("twophase").graph
    assert len(graph.steps) == 1264 and len(graph.initial) == 1
    assert Counter(edge.action for edge in graph.edges)["CollectVote"] == 2
    assert sum(map(len, graph.steps.values())) == sum(graph.edges.values()) == 5084


def test_a_way_goes_around_what_is_blocked() -> None:
    graph = planned("twophase").graph
    (start,) = graph.initial
    request, abort = Edge("Request", ()), Edge("DecideAbort", ())
    votes = [edge for edge in graph.edges if edge.action == "VoteYes"]
    assert graph.first_towards(start, votes, set()) == (request, votes[0])
    (around, _) = graph.first_towards(start, votes, {(start, request)}) or (None, None)
    assert around is not None and around.action in ("VoteNo", "RMCrash"), "another node first, then Request"
    everything = {(start, edge) for edge in graph.edges}
    assert graph.first_towards(start, votes, everything) is None
    assert graph.first_towards(start, [abort], {(start, request)}) == (abort, abort)


def test_the_same_seed_drives_the_same_way() -> None:
    first, again, other = (drive("twophase", using=planned("twophase"), seed=seed) for seed in (1, 1, 2))
    assert first.taken == again.taken and first.moves == again.moves
    assert first.taken != other.taken


def test_a_silent_change_is_noticed() -> None:
    """A promise that is not on the disk is gone after a crash, and no action says so."""
    result = next(r for seed in range(TWIN_SEEDS)
                  if (r := drive("paxos", "PromiseNotLogged", using=planned("paxos"), seed=seed)).departed)  # fmt: skip
    assert result.departed is not None
    assert result.departed.silent == "maxBal changed, and no action tells of it"


def test_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drive", "twophase", "--json"]) == 0
    (data,) = json.loads(capsys.readouterr().out)["pairs"]
    assert (data["driven"], data["edges"], data["states"], data["missed"]) == (23, 23, 1264, {})
    assert main(["drive", "twophase", "--mutant", "CommitsEarly"]) == 12
    out = capsys.readouterr().out
    assert out.startswith("error T032: twophase, twin CommitsEarly:") and "the last move: " in out
    assert main(["drive", "twophase", "--mutant", "CommitsLate"]) == 151
    assert "T013" in capsys.readouterr().err


def test_a_pair_without_a_small_model(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(SMALL) == set(pairs.names()), "all pairs have one"
    monkeypatch.delitem(SMALL, "zab")
    with pytest.raises(TlaError, match="no small model") as error:
        plan("zab")
    assert error.value.code == "T033"


def test_timers_that_are_clocked_fire_in_turn() -> None:
    """Each from its delay on, until a quarter more has passed; a node that is to start later has none."""
    world = world_of(pairs.protocol("chubby"), planned("chubby").small, None)
    judge = planned("chubby").judge
    stage = Stage(world, planned("chubby").cache, judge.decoder, judge.engine.variables, clocked=True, later=("c1",))
    assert {node for node, _ in stage.due} == {"s1", "s2"} and not world.places["c1"].up
    first = min(begin for begin, _ in stage.due.values())
    end = min(end for _, end in stage.due.values())
    assert end == first + first // 4
    rings = [move for move in stage.possible() if isinstance(move, Ring)]
    assert {stage.due[r.node, r.timer][0] <= end for r in rings} == {True}
    assert len(rings) < len(stage.due), "others are not due before that"
    before = stage.due[rings[0].node, rings[0].timer][0]
    stage.make(rings[0])
    assert world.now_ms == before
