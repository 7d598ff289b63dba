"""A distributed lock with leases and fencing tokens, paired with `specs/lock/Lock.tla`.

from pyimpl.sim import run
from pyimpl.lock import PROTOCOL
run(PROTOCOL, seed=7, faults={"delay", "crash"}).events
"""

from __future__ import annotations

from functools import partial
from typing import Any

from pyimpl.kernel import Protocol
from pyimpl.lock.broken import MUTANTS, NODES_OF
from pyimpl.lock.client import Client
from pyimpl.lock.mapping import ENVIRONMENT, MAPPING
from pyimpl.lock.messages import NOBODY
from pyimpl.lock.service import Service
from pyimpl.lock.store import Store
from pyimpl.sim.choices import Choices
from pyimpl.sim.faults import FAULTS, Weather
from pyimpl.sim.world import Ask, World

SERVICE, STORE = "lock", "store"
CLIENTS = ("c1", "c2", "c3")
TOKENS = 300


def build(choices: Choices, faults: frozenset[str], faulty: str | None = None) -> World:
    """A lock service, a store, and three clients, each of which wants to write one to three times."""
    weather = Weather.choose(choices, faults)
    service, client, store = NODES_OF[faulty]
    work = []
    for place, name in enumerate(CLIENTS):
        for n in range(1 + choices.below(3)):
            work.append((choices.below(300), Ask(10 * (place + 1) + n, "write", (name,))))
    return World(
        {name: partial(client, service=SERVICE, store=STORE) for name in CLIENTS} | {SERVICE: service, STORE: store},
        MAPPING,
        choices,
        weather,
        workload=work,
        environment=ENVIRONMENT,
        done=partial(served, requests=frozenset(ask.number for _, ask in work)),
    )


def served(world: World, requests: frozenset[int]) -> bool:
    """Every request is answered, the lock is free, and the faults are over."""
    return (
        world.now_ms >= world.weather.calm_ms
        and requests <= world.replies.keys()
        and all(service.holder == NOBODY for service in world.nodes(Service))
    )


def narrow(world: World) -> dict[str, Any]:
    """No token above the last that was issued."""
    issued = max([1, *(service.issued for service in world.nodes(Service))])
    return {"Token": {"#set": list(range(1, issued + 2))}}


PROTOCOL = Protocol(
    name="lock",
    spec="lock/Lock.tla",
    constants={"Client": {"#set": list(CLIENTS)}, "Token": {"#set": list(range(1, TOKENS))}, "None": NOBODY},
    nodes={SERVICE: Service} | dict.fromkeys(CLIENTS, Client) | {STORE: Store},
    mapping=MAPPING,
    environment=ENVIRONMENT,
    faults=tuple(FAULTS),
    mutants=MUTANTS,
    build=build,
    narrow=narrow,
)
