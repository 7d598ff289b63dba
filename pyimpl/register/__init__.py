"""A replicated register with a choice of consistency, paired with `specs/register/Register.tla`.

from pyimpl.sim import run
from pyimpl.register import PROTOCOL
run(PROTOCOL, seed=7, faults={"delay", "crash"}).events
"""

from __future__ import annotations

from functools import partial
from itertools import combinations
from typing import Any

from pyimpl.kernel import Protocol
from pyimpl.register.broken import MUTANTS, NODES_OF
from pyimpl.register.client import Client
from pyimpl.register.mapping import ENVIRONMENT, MAPPING
from pyimpl.register.messages import NO_VALUE
from pyimpl.register.server import Server
from pyimpl.sim.choices import Choices
from pyimpl.sim.faults import FAULTS, Weather
from pyimpl.sim.world import Ask, MakeNode, World

SERVERS = ("s1", "s2", "s3")
CLIENTS = ("c1", "c2", "c3")
LEVELS = ("atomic", "regular", "one")
VALUES = ("v1", "v2", "v3", "v4")
STAMPS = 300
QUORUMS = [{"#set": list(q)} for n in (2, 3) for q in combinations(SERVERS, n)]


def build(choices: Choices, faults: frozenset[str], faulty: str | None = None) -> World:
    """Three servers, three clients with one to three operations each; in half of the runs all are atomic."""
    weather = Weather.choose(choices, faults)
    server, client = NODES_OF[faulty]
    make: dict[str, MakeNode] = {name: partial(client, servers=SERVERS, clients=CLIENTS) for name in CLIENTS}
    for name in SERVERS:
        make[name] = partial(server, peers=SERVERS)
    atomic = choices.below(2) == 0
    work = []
    for place, name in enumerate(CLIENTS):
        for n in range(1 + choices.below(3)):
            level = "atomic" if atomic else LEVELS[choices.below(3)]
            writes = choices.below(2) == 0
            command = ("write", level, VALUES[choices.below(len(VALUES))]) if writes else ("read", level)
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
        world.now_ms >= world.weather.calm_ms
        and requests <= world.replies.keys()
        and len({(n.stamp, n.value) for n in nodes}) == 1
    )


def narrow(world: World) -> dict[str, Any]:
    """No stamp and no operation far beyond the last; by fours, so that most runs have the same spec."""
    clients = world.nodes(Client)
    stamps = max([1, *(n.last for n in clients)])
    turns = max([1, *(n.turn for n in clients)])
    return {"Owner": owners(up(stamps)), "Turn": {"#set": list(range(1, up(turns) + 1))}}


def up(count: int) -> int:
    """The next multiple of four."""
    return -(-count // 4) * 4


def owners(stamps: int) -> list[str]:
    """To whom the stamps from 1 on belong."""
    return [CLIENTS[t % len(CLIENTS)] for t in range(stamps)]


PROTOCOL = Protocol(
    name="register",
    spec="register/Register.tla",
    constants={
        "Server": {"#set": list(SERVERS)},
        "Quorum": {"#set": QUORUMS},
        "Client": {"#set": list(CLIENTS)},
        "Owner": owners(STAMPS),
        "Turn": {"#set": list(range(1, STAMPS))},
        "Value": {"#set": list(VALUES)},
        "NoValue": NO_VALUE,
    },
    nodes=dict.fromkeys(CLIENTS, Client) | dict.fromkeys(SERVERS, Server),
    mapping=MAPPING,
    environment=ENVIRONMENT,
    faults=tuple(FAULTS),
    mutants=MUTANTS,
    build=build,
    narrow=narrow,
)
