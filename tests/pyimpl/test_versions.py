"""No write is lost: it is there, or overwritten by somebody who had seen it; servers come to agree."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyimpl.sim import FAULTS, Run, run
from pyimpl.versions import CLIENTS, PROTOCOL, SERVERS
from pyimpl.versions.client import Client
from pyimpl.versions.server import Server
from pyimpl.versions.vectors import Version, join, leq, newest, record_of, versions_of


def servers(result: Run) -> list[Server]:
    nodes = [result.world.node(name) for name in SERVERS]
    return [n for n in nodes if isinstance(n, Server)]


def lost(result: Run) -> list[Any]:
    """The confirmed writes that no server has, nor one whose client had read them or written after them.

    By the trace alone: for each write, those that its client had read, or written itself, before.
    """
    known: dict[str, set[tuple[str, int]]] = {c: set() for c in CLIENTS}  # what a client knows of, as (client, turn)
    before: dict[tuple[str, int], set[tuple[str, int]]] = {}
    names: dict[str, tuple[str, int]] = {}  # of a version, as text
    confirmed = []
    for event in result.events:
        c = event["node"]
        match event["action"]:
            case "Write":
                write = (c, event["vars"]["turn"][c])
                before[write] = set(known[c])
                known[c] |= {write}
                names[str(sorted(event["vars"]["seen"][c].items()))] = write
            case "Finish":
                confirmed.append((c, event["vars"]["turn"][c]))
            case "Return":
                for version in event["witness"]["m"]["versions"]["#set"]:
                    write = names[str(sorted(version["vector"].items()))]
                    known[c] |= {write, *before[write]}
    there = {names[str(list(x.vector))] for n in servers(result) for x in n.kept}
    return [w for w in confirmed if w not in there and not any(w in before[t] for t in there)]


@pytest.mark.parametrize("faults", [(), tuple(FAULTS)], ids=["calm", "storm"])
def test_no_confirmed_write_is_lost(faults: tuple[str, ...]) -> None:
    siblings = 0
    for seed in range(100):
        result = run(PROTOCOL, seed, faults)
        assert result.world.done(result.world), seed
        assert lost(result) == [], seed
        assert len({n.kept for n in servers(result)}) == 1, seed
        siblings += len(servers(result)[0].kept) > 1
    assert siblings >= 10


def test_a_client_replaces_what_it_has_read() -> None:
    """Whoever reads all and then writes leaves one value."""
    resolved = 0
    for seed in range(100):
        result = run(PROTOCOL, seed, ())
        writes = [e for e in result.events if e["action"] == "Write"]
        if writes:
            last = writes[-1]
            c, known = last["node"], last["vars"]["seen"][last["node"]]
            others = {w["node"]: w["vars"]["seen"][w["node"]][w["node"]] for w in writes if w["node"] != c}
            if others and all(known[other] >= n for other, n in others.items()):
                assert [x.value for x in servers(result)[0].kept] == [last["args"]["v"]], seed
                resolved += 1
    assert resolved >= 3


@pytest.mark.parametrize("mutant", PROTOCOL.mutants, ids=lambda m: m.name)
def test_the_mistakes_show(mutant: Any) -> None:
    """Writes are lost, two values have one vector, or what was read stands beside what was written over it."""

    def wrong(result: Run) -> bool:
        if mutant.name == "ContextIgnored":
            clients = result.world.nodes(Client)
            read = {c.name: join({}, versions_read(result, c.name)) for c in clients}
            return any(not leq(read[c.name], c.seen) for c in clients)
        kept = [x for n in servers(result) for x in n.kept]
        return len({x.vector for x in kept}) < len(set(kept)) or bool(lost(result))

    faults = {*mutant.faults, "crash", "delay"}
    assert any(wrong(run(PROTOCOL, seed, faults, faulty=mutant.name, steps=1500)) for seed in range(200))
    assert not any(wrong(run(PROTOCOL, seed, faults)) for seed in range(40))


def versions_read(result: Run, c: str) -> list[Version]:
    found = []
    for value in (v for values in result.world.applied.values() for v in values):
        found += [x for x in value["versions"] if value["client"] == c]
    return found


VECTORS = st.dictionaries(st.sampled_from(CLIENTS), st.integers(0, 3))
VERSIONS = st.lists(st.builds(Version.of, VECTORS, st.sampled_from(["a", "b"])), max_size=6)


@given(VERSIONS, VERSIONS)
def test_merging_is_the_same_in_any_order_and_any_number_of_times(some: list[Version], more: list[Version]) -> None:
    merged = newest([*some, *more])
    assert newest([*more, *some]) == newest([*newest(some), *newest(more)]) == newest([*merged, *more]) == merged
    for x in (*some, *more):
        assert any(leq(dict(x.vector), dict(y.vector)) for y in merged)
        assert leq(dict(x.vector), join({}, merged))
    assert versions_of(record_of(merged)) == merged


def test_absent_clients_count_as_none() -> None:
    assert leq({}, {}) and leq({"c1": 0}, {}) and not leq({"c1": 1}, {"c2": 5})
    assert newest([Version.of({}, "a"), Version.of({"c1": 1}, "b")]) == (Version.of({"c1": 1}, "b"),)
    assert len(newest([Version.of({"c2": 1}, "a"), Version.of({"c1": 1}, "b")])) == 2
