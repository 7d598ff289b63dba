"""A register that loses no write: version vectors and siblings, paired with `specs/versions/Versions.tla`.

`vectors.py` (which values are older than others) is a small library of its own; the nodes of `pyimpl.register` offer
this register as their level "siblings".

from pyimpl.sim import run
from pyimpl.versions import PROTOCOL
run(PROTOCOL, seed=7, faults={"delay", "crash"}).events
"""

from __future__ import annotations

from functools import partial
from typing import Any

from pyimpl.kernel import Protocol
from pyimpl.sim.choices import Choices
from pyimpl.sim.faults import FAULTS, Weather
from pyimpl.sim.world import Ask, MakeNode, World
from pyimpl.versions.broken import MUTANTS, NODES_OF
from pyimpl.versions.client import Client
from pyimpl.versions.mapping import ENVIRONMENT, MAPPING
from pyimpl.versions.server import Server

SERVERS = ("s1", "s2", "s3")
CLIENTS = ("c1", "c2", "c3")
VALUES = ("v1", "v2", "v3", "v4")
TURNS = 100


def build(choices: Choices, faults: frozenset[str], faulty: str | None = None) -> World:
    """Three servers, three clients with one to three operations each."""
    weather = Weather.choose(choices, faults)
    server, client = NODES_OF[faulty]
    make: dict[str, MakeNode] = {name: partial(client, servers=SERVERS, clients=CLIENTS) for name in CLIENTS}
    for name in SERVERS:
        make[name] = partial(server, peers=SERVERS)
    work = []
    for place, name in enumerate(CLIENTS):
        for n in range(1 + choices.below(3)):
            command = ("write", VALUES[choices.below(len(VALUES))]) if choices.below(2) == 0 else ("read",)
            work.append((choices.below(400), Ask(10 * place + n, command, (name,))))
    return World(
        make,
        MAPPING,
        choices,
        weather,
        workload=work,
        environment=ENVIRONMENT,
        done=partial(settled, requests=frozenset(ask.number for _, ask in work)),
    )


def settled(world: World, requests: frozenset[int]) -> bool:
    """Every request is answered, the faults are over, and all servers have the same."""
    nodes = world.nodes(Server)
    return (
        world.now_ms >= world.weather.calm_ms and requests <= world.replies.keys() and len({n.kept for n in nodes}) == 1
    )


def narrow(world: World) -> dict[str, Any]:
    """No operation beyond the last."""
    turns = max([1, *(client.turn for client in world.nodes(Client))])
    return {"Turn": {"#set": list(range(1, turns + 2))}}


PROTOCOL = Protocol(
    name="versions",
    spec="versions/Versions.tla",
    constants={
        "Server": {"#set": list(SERVERS)},
        "Client": {"#set": list(CLIENTS)},
        "Turn": {"#set": list(range(1, TURNS))},
        "Value": {"#set": list(VALUES)},
    },
    nodes=dict.fromkeys(CLIENTS, Client) | dict.fromkeys(SERVERS, Server),
    mapping=MAPPING,
    environment=ENVIRONMENT,
    faults=tuple(FAULTS),
    mutants=MUTANTS,
    build=build,
    narrow=narrow,
    runs=60,
)
