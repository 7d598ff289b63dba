"""A store on a ring of servers, paired with `specs/hashing/Hashing.tla`.

from pyimpl.sim import run
from pyimpl.hashing import PROTOCOL, balance
run(PROTOCOL, seed=7, faults={"delay", "crash"}).events
balance()  # a picture: how evenly the ring divides the keys

`Ring` and `BoundedLoads` are the placement alone, for use elsewhere.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from pyimpl.hashing.broken import MUTANTS, NODES_OF
from pyimpl.hashing.loads import BoundedLoads
from pyimpl.hashing.mapping import MAPPING
from pyimpl.hashing.plot import balance
from pyimpl.hashing.registrar import Registrar
from pyimpl.hashing.ring import Ring
from pyimpl.hashing.server import Server
from pyimpl.kernel import Protocol
from pyimpl.sim.choices import Choices
from pyimpl.sim.faults import FAULTS, Weather
from pyimpl.sim.world import Ask, MakeNode, World

__all__ = ["PROTOCOL", "BoundedLoads", "Ring", "balance"]

REGISTRAR = "reg"
SERVERS = ("s1", "s2", "s3", "s4", "s5")
MEMBERS = SERVERS[:4]
COPIES = 2
KEYS = ("k1", "k2", "k3")
NUMBERS = 100
RING = Ring(SERVERS)


def build(choices: Choices, faults: frozenset[str], faulty: str | None = None) -> World:
    """A registrar, five servers of which four take part at first, one to three writes; perhaps one
    server joins, one leaves, and one loses its disk, which is as many as may."""
    weather = Weather.choose(choices, faults)
    registrar, server = NODES_OF[faulty]
    work = []
    for number in range(1 + choices.below(len(KEYS))):
        key = KEYS[number]
        work.append((choices.below(300), Ask(number, ("put", key, f"text of {key}"), around(choices))))
    for number, (command, least_ms) in enumerate(churn(choices)):
        to = (REGISTRAR,) if command != "fail" else (SERVERS[choices.below(len(SERVERS))],)
        work.append((least_ms + choices.below(300), Ask(100 + number, command, to)))
    make: dict[str, MakeNode] = {
        REGISTRAR: partial(registrar, servers=SERVERS, members=MEMBERS, copies=COPIES)
    } | dict.fromkeys(
        SERVERS,
        partial(server, registrar=REGISTRAR, servers=SERVERS, members=MEMBERS, ring=RING, copies=COPIES),
    )
    return World(
        make,
        MAPPING,
        choices,
        weather,
        workload=work,
        done=partial(at_home, requests=frozenset(ask.number for _, ask in work)),
    )


def churn(choices: Choices) -> list[tuple[Any, int]]:
    """What happens to the ring, each perhaps, and when at the earliest."""
    leaver = MEMBERS[choices.below(len(MEMBERS))]
    events = (("join", SERVERS[-1]), 0), (("leave", leaver), 50), ("fail", 100)
    return [event for event in events if choices.below(2)]


def around(choices: Choices) -> tuple[str, ...]:
    """All servers, from one of them on."""
    first = choices.below(len(SERVERS))
    return (*SERVERS[first:], *SERVERS[:first])


def at_home(world: World, requests: frozenset[int]) -> bool:
    """Every request is answered, the ring is settled, every item is at all its owners and nowhere else."""
    if world.now_ms < world.weather.calm_ms or not requests <= world.replies.keys():
        return False
    registrar = world.node(REGISTRAR)
    assert isinstance(registrar, Registrar)
    members, gone = registrar.rings[-1]
    servers = world.nodes(Server)
    if registrar.settled < len(registrar.rings) or any(not s.alive and s.name not in gone for s in servers):
        return False
    holders = {key: {s.name for s in servers if key in s.items} for key in KEYS}
    return all(not held or held == set(RING.owners(key, COPIES, members)) for key, held in holders.items())


def narrow(world: World) -> dict[str, Any]:
    """No ring above the last that was made."""
    last = max(len(registrar.rings) for registrar in world.nodes(Registrar))
    return {"Number": {"#set": list(range(1, last + 2))}}


PROTOCOL = Protocol(
    name="hashing",
    spec="hashing/Hashing.tla",
    constants={
        "Node": {"#set": list(SERVERS)},
        "Key": {"#set": list(KEYS)},
        "Number": {"#set": list(range(1, NUMBERS))},
        "Places": list(RING.places),
        "Home": {key: RING.home(key) + 1 for key in KEYS},
        "Copies": COPIES,
        "Members": {"#set": list(MEMBERS)},
    },
    nodes={REGISTRAR: Registrar} | dict.fromkeys(SERVERS, Server),
    mapping=MAPPING,
    environment=(),
    faults=tuple(FAULTS),
    mutants=MUTANTS,
    build=build,
    narrow=narrow,
)
