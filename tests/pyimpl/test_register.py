"""The register keeps the promise of each level: operations in real time, by the stamps that they end with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from pyimpl.register import CLIENTS, PROTOCOL, SERVERS
from pyimpl.register.client import Client
from pyimpl.register.server import Server
from pyimpl.sim import FAULTS, Choices, Run, World, run
from pyimpl.sim.world import Ask
from traces.record import as_trace
from traces.validate import Accepted, validate


@dataclass
class Operation:
    """From the event number `begin` to `end`, with the stamp that it read or wrote."""

    kind: str
    level: str
    begin: int
    end: int
    stamp: int


def operations(result: Run) -> list[Operation]:
    """The operations that ended, read off the trace."""
    under_way: dict[str, dict[str, Any]] = {}
    out = []
    known: list[Any] = []
    for number, event in enumerate(result.events):
        match event["action"]:
            case "Begin":
                under_way[event["node"]] = event["args"] | {"begin": number}
            case "Finish" | "Return":
                begun = under_way[event["node"]]
                before = result.events[number - 1]["vars"]["op"][event["node"]]
                done = [d for d in event["vars"]["finished"]["#set"] if d not in known]
                stamp = before["stamp"] if event["action"] == "Finish" else (done[0]["stamp"] if done else None)
                if stamp is not None:
                    out.append(Operation(begun["kind"], begun["level"], begun["begin"], number, stamp))
                known = event["vars"]["finished"]["#set"]
    return out


def too_old(ops: list[Operation]) -> list[tuple[Operation, Operation]]:
    """Operations that began after another had ended and yet know less: pairs (earlier, later)."""
    strong = [o for o in ops if o.level == "atomic" or (o.level == "regular" and o.kind == "write")]
    later = [o for o in ops if o.level == "atomic"]
    bad = [(o, p) for o in strong for p in later if o.end < p.begin and p.stamp < o.stamp + (p.kind == "write")]
    writes = [o for o in strong if o.kind == "write"]
    regular = [o for o in ops if o.level == "regular"]
    return bad + [(o, p) for o in writes for p in regular if o.end < p.begin and p.stamp < o.stamp]


@pytest.mark.parametrize("faults", [(), tuple(FAULTS)], ids=["calm", "storm"])
def test_no_operation_knows_less_than_one_that_had_ended(faults: tuple[str, ...]) -> None:
    seen = 0
    for seed in range(80):
        result = run(PROTOCOL, seed, faults)
        assert result.world.done(result.world), seed
        ops = operations(result)
        seen += len(ops)
        assert too_old(ops) == [], seed
    assert seen > 250


def forgotten(result: Run) -> bool:
    """Whether some quorum knew less, at some time, than an atomic operation that had ended."""
    for event in result.events:
        ended = [d["stamp"] for d in event["vars"]["finished"]["#set"] if d["level"] == "atomic"]
        have = sorted(pair["stamp"] for pair in event["vars"]["stored"].values())
        if ended and have[1] < max(ended):  # two of three servers
            return True
    return False


def test_without_the_rule_some_do() -> None:
    runs = (run(PROTOCOL, seed, {"delay", "loss"}, faulty="MinorityWrite") for seed in range(400))
    assert any(too_old(operations(result)) for result in runs)


@pytest.mark.parametrize("faulty", [None, "NoWriteBack", "MinorityWrite"])
def test_atomic_operations_are_known_to_every_quorum(faulty: str | None) -> None:
    bad = [seed for seed in range(60) if forgotten(run(PROTOCOL, seed, {"delay"}, faulty=faulty))]
    assert bool(bad) == (faulty is not None)


def test_stamps_belong_to_one_client() -> None:
    clients = [Client(name, {}, SERVERS, ("c1", "c2", "c3")) for name in ("c1", "c2", "c3")]
    taken = {c.name: [c.stamp_after(t) for t in range(7)] for c in clients}
    assert taken == {
        "c1": [1, 4, 4, 4, 7, 7, 7],
        "c2": [2, 2, 5, 5, 5, 8, 8],
        "c3": [3, 3, 3, 6, 6, 6, 9],
    }


def test_servers_come_to_agree() -> None:
    for seed in range(40):
        world = run(PROTOCOL, seed, FAULTS, record=False).world
        nodes = [world.node(name) for name in SERVERS]
        assert len({(n.stamp, n.value) for n in nodes if isinstance(n, Server)}) == 1, seed


def mixed(choices: Choices, faults: frozenset[str], faulty: str | None = None) -> World:
    """The usual run, and besides each client writes and reads at the level "siblings"."""
    world = PROTOCOL.build(choices, faults, faulty)
    for place, name in enumerate(CLIENTS):
        world.schedule(choices.below(300), Ask(100 + place, ("write", "siblings", f"v{place}"), (name,)))
        world.schedule(800 + choices.below(300), Ask(200 + place, ("read", "siblings"), (name,)))
    usual = world.done

    def done(world: World) -> bool:
        kept = {n.siblings.kept for n in (world.node(name) for name in SERVERS) if isinstance(n, Server)}
        return usual(world) and all(100 * k + i in world.replies for k in (1, 2) for i in range(3)) and len(kept) == 1

    world.done = done
    return world


@pytest.mark.parametrize("faults", [(), tuple(FAULTS)], ids=["calm", "storm"])
def test_siblings_are_a_level_of_the_same_nodes(faults: tuple[str, ...]) -> None:
    """They lose no write, and the other levels go on as before: the trace is one of their spec."""
    several = 0
    for seed in range(25):
        result = run(replace(PROTOCOL, build=mixed), seed, faults)
        assert result.world.done(result.world), seed
        assert too_old(operations(result)) == [], seed
        node = result.world.node("s1")
        assert isinstance(node, Server)
        values = {x.value for x in node.siblings.kept}
        assert values, seed
        if not faults:  # nobody has read before all had written
            assert values == {"v0", "v1", "v2"}, seed
        several += len(values) > 1
        if seed < 5:
            assert isinstance(validate(as_trace(result)), Accepted), seed
    assert several >= 10
