"""Chubby, paired with `specs/chubby/Chubby.tla`.

from pyimpl.sim import run
from pyimpl.chubby import PROTOCOL
run(PROTOCOL, seed=7, faults={"loss", "crash"}).events
"""

from __future__ import annotations

from functools import partial
from typing import Any

from pyimpl.chubby.broken import MUTANTS, NODES_OF
from pyimpl.chubby.client import Client
from pyimpl.chubby.database import NOBODY
from pyimpl.chubby.mapping import ENVIRONMENT, MAPPING
from pyimpl.chubby.server import Server
from pyimpl.chubby.store import FileServer
from pyimpl.kernel import Protocol
from pyimpl.sim.choices import Choices
from pyimpl.sim.faults import FAULTS, Weather
from pyimpl.sim.world import Ask, Crash, MakeNode, World

SERVERS = ("s1", "s2", "s3")
CLIENTS = ("c1", "c2")
STORE = "f"
TASKS = (("lock", "exclusive"), ("read",), ("lock", "exclusive"), ("write",), ("lock", "shared"), ("read",))


def build(choices: Choices, faults: frozenset[str], faulty: str | None = None) -> World:
    """Three servers, a file server and two clients, each of which wants the lock, and one to three more things."""
    weather = Weather.choose(choices, faults)
    server, client, store = NODES_OF[faulty]
    work: list[tuple[int, Any]] = []
    for name in CLIENTS:
        at_ms = 300
        for count in range(2 + choices.below(3)):
            task = TASKS[choices.below(len(TASKS)) if count else 0]
            at_ms += choices.below(150)
            work.append((at_ms, Ask(len(work) + 1, task, (name,), patience_ms=200)))
    asked = len(work)
    if "crash" in faults:  # of a client, too, when it may have the lock
        work.append((350 + choices.below(300), Crash(CLIENTS[choices.below(len(CLIENTS))])))
    make: dict[str, MakeNode] = {name: partial(server, servers=SERVERS, clients=CLIENTS) for name in SERVERS}
    make |= {name: partial(client, servers=SERVERS, store=STORE) for name in CLIENTS}
    make[STORE] = store
    return World(
        make,
        MAPPING,
        choices,
        weather,
        workload=work,
        environment=ENVIRONMENT,
        done=lambda w: ended(w, asked),
    )


def ended(world: World, asked: int) -> bool:
    """The faults are over, and the clients have what they wanted."""
    return world.now_ms >= world.weather.calm_ms and len(world.replies) >= asked


PROTOCOL = Protocol(
    name="chubby",
    spec="chubby/Chubby.tla",
    constants={
        "Server": {"#set": list(SERVERS)},
        "Client": {"#set": list(CLIENTS)},
        "None": NOBODY,
        "Checks": True,
    },
    nodes=dict.fromkeys(SERVERS, Server) | dict.fromkeys(CLIENTS, Client) | {STORE: FileServer},
    mapping=MAPPING,
    environment=ENVIRONMENT,
    faults=tuple(FAULTS),
    mutants=MUTANTS,
    build=build,
    runs=12,
)
