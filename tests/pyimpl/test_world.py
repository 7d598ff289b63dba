"""The simulated world: disks that lose what was not flushed, barriers, timers, faults, and choices that
replay."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping as Map
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyimpl.kernel import (
    Apply,
    CancelTimer,
    Effects,
    Mapping,
    Node,
    PerNode,
    Persist,
    Protocol,
    Request,
    Send,
    SetTimer,
    action,
)
from pyimpl.paxos import PROTOCOL as PAXOS
from pyimpl.sim import FAULTS, Choices, Disk, Weather, World, run
from pyimpl.sim.world import Ask, Flush
from pyimpl.twophase import PROTOCOL as TWOPHASE

ROOT = Path(__file__).parents[2]
BOTH = pytest.mark.parametrize("protocol", [PAXOS, TWOPHASE], ids=lambda p: p.name)


class Writer(Node):
    """Writes what it is asked to, then tells n2; a command "cached …" it does not flush."""

    def recover(self, records: Map[str, Any]) -> None:
        self.value = records.get("value", "none")
        self.fired: list[str] = []

    @action("Write", node="n")
    def write(self, v: str) -> Effects:
        self.value = v
        return Persist("value", v, flush=not v.startswith("cached")), Send("n2", v), Apply(v)

    def on_request(self, request: Request) -> Effects:
        return self.write(request.command)

    def on_message(self, sender: str, message: Any) -> Effects:
        return SetTimer("t", 100), SetTimer("t", 10), SetTimer("u", 10), CancelTimer("u")

    def on_timer(self, name: str) -> Effects:
        self.fired.append(name)
        return ()


MAPPING = Mapping((PerNode("value", Writer, lambda n: n.value, "", ""),))


def world(*asks: Ask, choices: list[int] | None = None) -> World:
    make = {"n1": lambda n, r: Writer(n, r), "n2": lambda n, r: Writer(n, r)}
    return World(make, MAPPING, Choices.replay(choices or []), Weather(), workload=[(5, ask) for ask in asks])


def until_busy(w: World) -> None:
    while not w.places["n1"].busy:
        assert w.step()


def test_disk_keeps_what_was_flushed_and_nothing_else() -> None:
    disk = Disk()
    disk.write("a", (1, 2))
    disk.write("b", 1)
    disk.flush()
    disk.write("b", 2)
    disk.write("c", 3)
    assert disk.crash() == 2
    disk.flush()
    assert disk.records() == {"a": [1, 2], "b": 1}


def test_disk_holds_copies_and_json_only() -> None:
    disk = Disk()
    value = [1]
    disk.write("a", value)
    value.append(2)
    disk.flush()
    assert disk.records() == {"a": [1]}
    with pytest.raises(TypeError):
        disk.write("b", {1, 2})


def test_nothing_behind_a_write_happens_before_it_is_flushed() -> None:
    w = world(Ask(1, "x", ("n1",)))
    events: list[dict[str, Any]] = []
    w.observe(events.append)
    until_busy(w)
    assert w.node("n1").value == "x"  # type: ignore[attr-defined]
    assert w.state() == {"value": {"n1": "none", "n2": "none"}}
    assert (w.applied["n1"], events) == ([], [])
    assert any(isinstance(move, Flush) for _, _, move in w.queue)
    while w.places["n1"].busy:
        w.step()
    assert w.state() == {"value": {"n1": "x", "n2": "none"}}
    assert w.applied["n1"] == ["x"]
    assert [(e["action"], e["args"], e["vars"]["value"]["n1"]) for e in events] == [
        ("Write", {"n": "n1", "v": "x"}, "x")
    ]


def test_a_crash_before_the_flush_loses_the_write_and_all_behind_it() -> None:
    w = world(Ask(1, "x", ("n1",)))
    events: list[dict[str, Any]] = []
    w.observe(events.append)
    until_busy(w)
    w.crash("n1")
    assert (w.happened["crash"], w.happened["write lost"]) == (1, 1)
    assert w.node("n1").down
    w.start("n1")
    assert not w.node("n1").down
    w.replies[1] = []  # the client gives up
    w.run(1000)
    assert w.state() == {"value": {"n1": "none", "n2": "none"}}
    assert (w.applied["n1"], events, w.happened["deliver"]) == ([], [], 0)


def test_a_crash_after_the_flush_keeps_the_write() -> None:
    w = world(Ask(1, "x", ("n1",)))
    until_busy(w)
    while w.places["n1"].busy:
        w.step()
    w.crash("n1")
    assert w.node("n1").value == "x"  # type: ignore[attr-defined]


def test_a_write_without_flush_does_not_wait_and_may_be_lost() -> None:
    w = world(Ask(1, "cached", ("n1",)))
    while not w.applied["n1"]:
        assert w.step()
    assert w.happened["flush"] == 0
    w.crash("n1")
    assert w.node("n1").value == "none"  # type: ignore[attr-defined]


def test_timers_fire_once_and_last_setting_counts() -> None:
    w = world(Ask(1, "x", ("n1",)))
    w.replies[2] = []
    while not w.node("n2").fired:  # type: ignore[attr-defined]
        assert w.step()
    assert w.now_ms < 50
    w.replies[1] = []
    w.run(1000)
    assert w.node("n2").fired == ["t"]  # type: ignore[attr-defined]


def test_events_wait_at_the_door_of_a_busy_node() -> None:
    w = world(Ask(1, "x", ("n1",)), Ask(2, "y", ("n1",)))
    until_busy(w)
    w.step()
    assert len(w.places["n1"].door) == 1
    while len(w.applied["n1"]) < 2:
        assert w.step()
    assert w.applied["n1"] == ["x", "y"]


# ---- choices ----


def essence(result: Any) -> str:
    return json.dumps([result.events, result.world.replies, result.world.now_ms], sort_keys=True)


@BOTH
def test_same_seed_same_run_and_other_seeds_other_runs(protocol: Protocol) -> None:
    runs = [run(protocol, seed, FAULTS) for seed in range(20)]
    assert [essence(r) for r in runs] == [essence(run(protocol, seed, FAULTS)) for seed in range(20)]
    assert len({essence(r) for r in runs}) == 20


@BOTH
def test_choices_replay_the_run(protocol: Protocol) -> None:
    for seed in range(20):
        first = run(protocol, seed, FAULTS)
        again = run(protocol, faults=FAULTS, choices=first.choices)
        assert essence(again) == essence(first)
        assert again.choices == first.choices
        assert len(first.choices) > 20
        assert all(isinstance(c, int) and 0 <= c < 2000 for c in first.choices)


@BOTH
def test_recording_does_not_change_the_run(protocol: Protocol) -> None:
    for seed in range(10):
        silent = run(protocol, seed, FAULTS, record=False)
        assert silent.events == []
        assert silent.choices == run(protocol, seed, FAULTS, observed=["msgs"]).choices


def test_choices_out_of_range_and_after_the_end() -> None:
    choices = Choices.replay([7, 2])
    assert [choices.below(5), choices.below(5), choices.below(5), choices.below(1)] == [2, 2, 0, 0]
    assert choices.made == [2, 2, 0]
    dull = Choices.replay([])
    assert not any(dull.one_in(n) for n in (0, 1, 2, 3))
    eager = Choices.replay([1, 2])
    assert (eager.one_in(2), eager.one_in(3), eager.one_in(1)) == (True, True, False)


PROGRAM = """
import hashlib, json
from pyimpl.paxos import PROTOCOL as P
from pyimpl.twophase import PROTOCOL as T
from pyimpl.sim import run
text = json.dumps([[r.header, r.events] for p in (P, T) for s in range(10) for r in [run(p, s, p.faults)]])
print(hashlib.sha256(text.encode()).hexdigest())
"""


def test_runs_do_not_depend_on_hash_randomisation() -> None:
    """To the byte, headers and order of fields and sets included."""
    outputs = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(outputs) == 1


@given(st.lists(st.integers(0, 400), max_size=200), st.sets(st.sampled_from(sorted(FAULTS))))
@settings(max_examples=60, deadline=None)
def test_any_list_of_choices_is_a_run_in_which_agreement_holds(choices: list[int], faults: set[str]) -> None:
    for protocol in (PAXOS, TWOPHASE):
        result = run(protocol, faults=faults, choices=choices)
        assert len({v for values in result.world.applied.values() for v in values}) <= 1


# ---- faults ----


@BOTH
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_occurs_when_enabled_and_no_other_does(protocol: Protocol, fault: str) -> None:
    happened: Counter[str] = Counter()
    for seed in range(50):
        happened += run(protocol, seed, {fault}, record=False).world.happened
    assert {f for f in FAULTS if happened[f]} == {fault}
    assert happened[fault] >= 15


@BOTH
def test_without_faults_none_occurs(protocol: Protocol) -> None:
    for seed in range(30):
        happened = run(protocol, seed, record=False).world.happened
        assert happened.keys() <= {"deliver", "flush"}


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ValueError, match="no fault is called 'flood'"):
        run(PAXOS, 1, {"flood"})
    with pytest.raises(KeyError, match="no mutant 'Nobody'"):
        run(PAXOS, 1, faulty="Nobody")


@BOTH
def test_clocks(protocol: Protocol) -> None:
    """`clock` counts the events; a node's own entry in `vector` counts its events; the past is never
    greater."""
    for seed in range(10):
        last: dict[str, dict[str, int]] = {}
        for number, event in enumerate(run(protocol, seed, FAULTS).events, start=1):
            node, vector = event["node"], event["vector"]
            before = last.get(node, {})
            assert event["clock"] == number
            assert vector[node] > before.get(node, 0)
            assert all(vector.get(n, 0) >= count for n, count in before.items())
            last[node] = vector


def test_observed_variables_only() -> None:
    result = run(PAXOS, 1, observed=["maxBal", "decided"])
    assert {tuple(e["vars"]) for e in result.events} == {("maxBal", "decided")}
