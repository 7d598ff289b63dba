"""Recovery by retry: calls carried out exactly once, paired with `specs/retry/Retry.tla`.

`backoff.py` (when to call again) and `sessions.py` (what a server remembers) are small libraries of their own.

from pyimpl.sim import run
from pyimpl.retry import PROTOCOL
run(PROTOCOL, seed=7, faults={"loss", "crash"}).events
"""

from __future__ import annotations

from functools import partial
from typing import Any

from pyimpl.kernel import Protocol
from pyimpl.retry.broken import MUTANTS, NODES_OF
from pyimpl.retry.client import Client
from pyimpl.retry.mapping import CLIENTS, MAPPING
from pyimpl.retry.messages import NOTHING
from pyimpl.retry.server import Server
from pyimpl.sim.choices import Choices
from pyimpl.sim.faults import FAULTS, Weather
from pyimpl.sim.world import Ask, MakeNode, World

SERVER = "server"
COMMANDS = ("add", "sub")
CALLS = 300


def build(choices: Choices, faults: frozenset[str], faulty: str | None = None) -> World:
    """A server, and three clients with one to four calls each."""
    weather = Weather.choose(choices, faults)
    client, server = NODES_OF[faulty]
    make: dict[str, MakeNode] = {
        name: partial(client, server=SERVER, place=place, of=len(CLIENTS)) for place, name in enumerate(CLIENTS)
    }
    make[SERVER] = server
    work = []
    for place, name in enumerate(CLIENTS):
        for n in range(1 + choices.below(4)):
            command = COMMANDS[choices.below(len(COMMANDS))]
            work.append((choices.below(400), Ask(10 * place + n, command, (name,))))
    return World(
        make,
        MAPPING,
        choices,
        weather,
        workload=work,
        done=partial(answered, requests=frozenset(ask.number for _, ask in work)),
    )


def answered(world: World, requests: frozenset[int]) -> bool:
    """Every request is answered, and the faults are over."""
    return world.now_ms >= world.weather.calm_ms and requests <= world.replies.keys()


def narrow(world: World) -> dict[str, Any]:
    """No number beyond the last."""
    calls = max([1, *(client.seq for client in world.nodes(Client))])
    return {"Number": {"#set": list(range(1, calls + 2))}}


PROTOCOL = Protocol(
    name="retry",
    spec="retry/Retry.tla",
    constants={
        "Client": {"#set": list(CLIENTS)},
        "Number": {"#set": list(range(1, CALLS))},
        "Command": {"#set": list(COMMANDS)},
        "None": NOTHING,
    },
    nodes=dict.fromkeys(CLIENTS, Client) | {SERVER: Server},
    mapping=MAPPING,
    environment=(),
    faults=tuple(FAULTS),
    mutants=MUTANTS,
    build=build,
    narrow=narrow,
)
