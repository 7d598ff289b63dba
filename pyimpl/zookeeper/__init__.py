"""ZooKeeper over our Zab, paired with `specs/zookeeper/ZooKeeper.tla`.

from pyimpl.sim import run
from pyimpl.zookeeper import PROTOCOL
run(PROTOCOL, seed=7, faults={"loss", "crash"}).events
"""

from __future__ import annotations

from functools import partial
from typing import Any

from pyimpl.kernel import Protocol
from pyimpl.sim.choices import Choices
from pyimpl.sim.faults import FAULTS, Weather
from pyimpl.sim.world import Ask, World
from pyimpl.zookeeper.broken import MUTANTS, SERVER_OF
from pyimpl.zookeeper.client import Client
from pyimpl.zookeeper.mapping import ENVIRONMENT, MAPPING, SESSIONS, SIMULATED
from pyimpl.zookeeper.messages import NONE
from pyimpl.zookeeper.recipes import Wait
from pyimpl.zookeeper.server import Server

SERVERS = ("s1", "s2", "s3")
NUMBERS = 40
BEGIN_MS = 150
COMMANDS: tuple[tuple[Any, ...], ...] = (
    ("lock", "/lock", 40),
    ("lock", "/lock", 60),
    ("add", "/count", 1),
    ("add", "/count", 2),
    ("barrier", "/gate", 2),
    ("elect", "/leader"),
    ("look", "/count"),
    ("leader", "/leader"),
    ("quit",),
)


def build(choices: Choices, faults: frozenset[str], faulty: str | None = None) -> World:
    """Three servers and three clients, each with one or two commands."""
    weather = Weather.choose(choices, faults)
    work = []
    for place, client in enumerate(SESSIONS):
        for n in range(1 + choices.below(2)):
            command = COMMANDS[choices.below(len(COMMANDS))]
            work.append((BEGIN_MS + 100 * n + choices.below(200), Ask(10 * (place + 1) + n, command, (client,), 2000)))
    return staged(choices, weather, work, faulty)


def staged(choices: Choices, weather: Weather, work: list[tuple[int, Ask]], faulty: str | None = None) -> World:
    """The same servers and clients with any commands, each at its time in ms."""
    clients = {}
    for client in SESSIONS:
        first = choices.below(len(SERVERS))
        clients[client] = partial(Client, servers=(*SERVERS[first:], *SERVERS[:first]))
    return World(
        clients | {name: partial(SERVER_OF[faulty], everyone=SERVERS) for name in SERVERS},
        MAPPING,
        choices,
        weather,
        workload=work,
        environment=ENVIRONMENT,
        done=partial(ended, begun_ms=max(at_ms for at_ms, _ in work)),
    )


def clients_of(world: World) -> list[Client]:
    """The clients, as they are."""
    return world.nodes(Client)


def servers_of(world: World) -> list[Server]:
    """The servers, as they are."""
    return world.nodes(Server)


def ended(world: World, begun_ms: int) -> bool:
    """The faults are over, all servers have carried out the same, and no client has anything under way but to wait for
    what another does."""
    if world.now_ms < max(world.weather.calm_ms, begun_ms):
        return False
    servers = servers_of(world)
    if len({s.applied for s in servers}) > 1 or any(s.peer.phase != "broadcast" or s.down for s in servers):
        return False
    return all(settled(c, servers) for c in clients_of(world))


def settled(client: Client, servers: list[Server]) -> bool:
    """The client has left; or its session is open, and it has done all it can or waits, watched by its server."""
    if client.status == "closed":
        return not servers[0].tree.alive(client.name) and not client.commands
    if client.status == "none":
        return False
    if isinstance(client.want, Wait):
        watch, link = (client.name, client.want.target), client.link
        return any(watch in s.watches and s.line(client.name).number == link.number for s in servers)
    return not client.commands


def narrow(world: World) -> dict[str, Any]:
    """Not many more numbers and versions than there were: in tens, so that most runs have the same."""
    trees = [s.tree for s in servers_of(world)]
    numbers = max([0, *(n for tree in trees for n in tree.last.values())])
    versions = max([0, *(node.version for tree in trees for node in tree.nodes.values())])
    return {
        "Number": {"#set": list(range(-(-(numbers + 1) // 10) * 10))},
        "Version": {"#set": list(range(-(-(versions + 1) // 10) * 10))},
    }


PROTOCOL = Protocol(
    name="zookeeper",
    spec="zookeeper/ZooKeeper.tla",
    constants={
        "Server": {"#set": list(SERVERS)},
        "Session": {"#set": list(SESSIONS)},
        "Base": {"#set": list(SIMULATED)},
        "Number": {"#set": list(range(NUMBERS))},
        "Version": {"#set": list(range(NUMBERS))},
        "None": NONE,
    },
    nodes=dict.fromkeys(SESSIONS, Client) | dict.fromkeys(SERVERS, Server),
    mapping=MAPPING,
    environment=ENVIRONMENT,
    faults=tuple(FAULTS),
    mutants=MUTANTS,
    build=build,
    narrow=narrow,
    runs=7,
    further={"c": Client},
)
