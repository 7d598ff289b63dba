"""Zab, paired with `specs/zab/Zab.tla`.

from pyimpl.sim import run
from pyimpl.zab import PROTOCOL
run(PROTOCOL, seed=7, faults={"loss", "crash"}).events
"""

from __future__ import annotations

from functools import partial
from typing import Any

from pyimpl.kernel import Protocol
from pyimpl.sim.choices import Choices
from pyimpl.sim.faults import FAULTS, Weather
from pyimpl.sim.world import Ask, World
from pyimpl.zab.broken import MUTANTS, PEER_OF
from pyimpl.zab.mapping import ENVIRONMENT, MAPPING
from pyimpl.zab.messages import NONE
from pyimpl.zab.node import Peer

SERVERS = ("s1", "s2", "s3")
CLIENTS = ("c1", "c2", "c3", "c4", "c5", "c6")
EPOCHS = 200
POSITIONS = 200
EVERY_MS = 150


def build(choices: Choices, faults: frozenset[str], faulty: str | None = None) -> World:
    """Three servers, and two to six clients, each with a command."""
    weather = Weather.choose(choices, faults)
    work = []
    for number, client in enumerate(CLIENTS[: 2 + choices.below(5)], start=1):
        first = choices.below(len(SERVERS))
        ask = Ask(number, (client, 1, ("add", "x", number)), (*SERVERS[first:], *SERVERS[:first]))
        work.append((EVERY_MS * number + choices.below(200), ask))
    return World(
        {name: partial(PEER_OF[faulty], everyone=SERVERS) for name in SERVERS},
        MAPPING,
        choices,
        weather,
        workload=work,
        environment=ENVIRONMENT,
        done=lambda world: ended(world, len(work)),
    )


def ended(world: World, asked: int) -> bool:
    """The faults are over, the clients have their answers, and all servers have delivered the same."""
    if world.now_ms < world.weather.calm_ms or len(world.replies) < asked:
        return False
    peers = world.nodes(Peer)
    return all(p.phase == "broadcast" and not p.down and p.delivered == p.history.last for p in peers) and (
        len({p.delivered for p in peers}) == 1
    )


def narrow(world: World) -> dict[str, Any]:
    """Not many more epochs and positions than occurred: in tens, so that most runs have the same."""
    peers = world.nodes(Peer)
    epochs = max(p.accepted_epoch for p in peers) + 1
    positions = max([p.history.last for p in peers] + [d.index for log in world.applied.values() for d in log]) + 1
    return {
        "Epoch": {"#set": list(range(1, -(-epochs // 10) * 10 + 1))},
        "Index": {"#set": list(range(1, -(-positions // 10) * 10 + 1))},
    }


PROTOCOL = Protocol(
    name="zab",
    spec="zab/Zab.tla",
    constants={
        "Server": {"#set": list(SERVERS)},
        "Value": {"#set": [f"{client}_1" for client in CLIENTS]},
        "Epoch": {"#set": list(range(1, EPOCHS))},
        "Index": {"#set": list(range(1, POSITIONS))},
        "None": NONE,
    },
    nodes=dict.fromkeys(SERVERS, Peer),
    mapping=MAPPING,
    environment=ENVIRONMENT,
    faults=tuple(FAULTS),
    mutants=MUTANTS,
    build=build,
    narrow=narrow,
    runs=30,
)
