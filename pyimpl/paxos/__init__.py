"""Single-decree Paxos, paired with `specs/paxos/Paxos.tla`.

from pyimpl.sim import run
from pyimpl.paxos import PROTOCOL
run(PROTOCOL, seed=7, faults={"loss", "crash"}).events
"""

from __future__ import annotations

from functools import partial
from itertools import combinations
from typing import Any

from pyimpl.kernel import Protocol
from pyimpl.paxos.broken import MUTANTS, SERVER_OF
from pyimpl.paxos.mapping import MAPPING
from pyimpl.paxos.messages import NO_VALUE
from pyimpl.paxos.node import Server
from pyimpl.sim.choices import Choices
from pyimpl.sim.faults import FAULTS, Weather
from pyimpl.sim.world import Ask, World

SERVERS = ("a1", "a2", "a3")
VALUES = ("v1", "v2", "v3")
BALLOTS = 300
QUORUMS = [{"#set": list(q)} for n in (2, 3) for q in combinations(SERVERS, n)]


def build(choices: Choices, faults: frozenset[str], faulty: str | None = None) -> World:
    """Three servers and one to three clients, each with a value of its own."""
    weather = Weather.choose(choices, faults)
    server = SERVER_OF[faulty]
    clients = []
    for number, value in enumerate(VALUES[: 1 + choices.below(3)]):
        first = choices.below(len(SERVERS))
        ask = Ask(number, value, (*SERVERS[first:], *SERVERS[:first]))
        clients.append((choices.below(200), ask))
    return World(
        {name: partial(server, peers=SERVERS) for name in SERVERS},
        MAPPING,
        choices,
        weather,
        workload=clients,
        done=decided,
    )


def decided(world: World) -> bool:
    """Every server knows the decision, and the faults are over."""
    return world.now_ms >= world.weather.calm_ms and all(
        isinstance(p.node, Server) and p.node.decided is not None for p in world.places.values()
    )


def narrow(world: World) -> dict[str, Any]:
    """No ballot above the highest that was begun."""
    begun = max((server.round for server in world.nodes(Server)), default=0)
    return {"Ballot": {"#set": list(range(len(SERVERS) * (max(begun, 0) + 1)))}}


PROTOCOL = Protocol(
    name="paxos",
    spec="paxos/Paxos.tla",
    constants={
        "Value": {"#set": list(VALUES)},
        "Acceptor": {"#set": list(SERVERS)},
        "Quorum": {"#set": QUORUMS},
        "Ballot": {"#set": list(range(BALLOTS))},
        "None": NO_VALUE,
    },
    nodes=dict.fromkeys(SERVERS, Server),
    mapping=MAPPING,
    environment=(),
    faults=tuple(FAULTS),
    mutants=MUTANTS,
    build=build,
    narrow=narrow,
)
