"""Multi-Paxos, paired with `specs/multipaxos/MultiPaxos.tla`.

from pyimpl.sim import run
from pyimpl.multipaxos import PROTOCOL
run(PROTOCOL, seed=7, faults={"loss", "crash"}).events
"""

from __future__ import annotations

from functools import partial
from typing import Any

from pyimpl.kernel import Protocol
from pyimpl.multipaxos.broken import MUTANTS, SERVER_OF
from pyimpl.multipaxos.mapping import ENVIRONMENT, MAPPING
from pyimpl.multipaxos.messages import NOOP
from pyimpl.multipaxos.node import Server
from pyimpl.sim.choices import Choices
from pyimpl.sim.faults import FAULTS, Weather
from pyimpl.sim.world import Ask, World

SERVERS = ("s1", "s2", "s3")
CLIENTS = ("c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8")
BALLOTS = 200
SLOTS = 200
SEND_MS = 80


def build(choices: Choices, faults: frozenset[str], faulty: str | None = None) -> World:
    """Three servers, and two to eight clients, each with a command."""
    weather = Weather.choose(choices, faults)
    server = SERVER_OF[faulty]
    work: list[tuple[int, Ask]] = []
    for number, client in enumerate(CLIENTS[: 2 + choices.below(len(CLIENTS) - 1)], start=1):
        first = choices.below(len(SERVERS))
        to = (*SERVERS[first:], *SERVERS[:first])
        at_ms = 250 + SEND_MS * number + choices.below(200)
        work.append((at_ms, Ask(number, (client, 1, ("add", "x", number)), to)))
    return World(
        {name: partial(server, servers=SERVERS) for name in SERVERS},
        MAPPING,
        choices,
        weather,
        workload=work,
        environment=ENVIRONMENT,
        done=lambda w: ended(w, len(work)),
    )


def ended(world: World, asked: int) -> bool:
    """The faults are over, the clients have their answers, there is a leader, and all have carried out the same."""
    if world.now_ms < world.weather.calm_ms or len(world.replies) < asked:
        return False
    servers = world.nodes(Server)
    return any(s.ready for s in servers) and len({s.last for s in servers}) == 1 and not any(s.down for s in servers)


def numbers(count: int) -> dict[str, Any]:
    """The numbers 1 to `count`, in tens, so that most runs have the same."""
    return {"#set": list(range(1, -(-count // 10) * 10 + 1))}


def owners(ballots: dict[str, Any]) -> dict[str, Any]:
    """Whose each of the ballots is."""
    return {"#map": [[b, SERVERS[(b - 1) % len(SERVERS)]] for b in ballots["#set"]]}


def narrow(world: World) -> dict[str, Any]:
    """Not many more ballots and slots than occurred."""
    servers = world.nodes(Server)
    ballots = numbers(max(1, *(max(s.log.promised, s.seen) for s in servers)))
    slots = numbers(max(1, *(max([s.last, s.next, *s.log.votes]) for s in servers)))
    return {"Ballot": ballots, "Owner": owners(ballots), "Slot": slots}


PROTOCOL = Protocol(
    name="multipaxos",
    spec="multipaxos/MultiPaxos.tla",
    constants={
        "Server": {"#set": list(SERVERS)},
        "Command": {"#set": [f"{client}_1" for client in CLIENTS]},
        "Noop": NOOP,
        "Ballot": numbers(BALLOTS),
        "Owner": owners(numbers(BALLOTS)),
        "Slot": numbers(SLOTS),
    },
    nodes=dict.fromkeys(SERVERS, Server),
    mapping=MAPPING,
    environment=ENVIRONMENT,
    faults=tuple(FAULTS),
    mutants=MUTANTS,
    build=build,
    narrow=narrow,
    runs=36,
)
