"""Raft, paired with `specs/raft/Raft.tla`.

from pyimpl.sim import run
from pyimpl.raft import PROTOCOL
run(PROTOCOL, seed=7, faults={"loss", "crash"}).events
"""

from __future__ import annotations

from functools import partial
from typing import Any

from pyimpl.kernel import Protocol
from pyimpl.raft.broken import MUTANTS, SERVER_OF
from pyimpl.raft.mapping import ENVIRONMENT, MAPPING
from pyimpl.raft.messages import NOOP
from pyimpl.raft.node import Server
from pyimpl.sim.choices import Choices
from pyimpl.sim.faults import FAULTS, Weather
from pyimpl.sim.world import Ask, World

SERVERS = ("s1", "s2", "s3", "s4")
INITIAL = ("s1", "s2", "s3")
CLIENTS = ("c1", "c2", "c3", "c4", "c5", "c6")
TERMS = 200
POSITIONS = 200
SEND_MS = 150


def build(choices: Choices, faults: frozenset[str], faulty: str | None = None) -> World:
    """Three servers and one that may join; two to six clients, each with a command, and a read; sometimes somebody
    changes the cluster."""
    weather = Weather.choose(choices, faults)
    server = SERVER_OF[faulty]
    work: list[tuple[int, Ask]] = []

    def ask(at_ms: int, command: Any) -> None:
        first = choices.below(len(INITIAL))
        to = (*INITIAL[first:], *INITIAL[:first])
        work.append((at_ms, Ask(len(work) + 1, command, to)))

    for group in (CLIENTS[:3], CLIENTS[3:]):
        for number, client in enumerate(group[: 1 + choices.below(3)], start=1):
            ask(SEND_MS * number * 2 + choices.below(200), (client, 1, ("add", "x", number)))
    ask(400 + choices.below(500), ("read", "x"))
    if choices.below(2):
        ask(300 + choices.below(600), ("join", "s4"))
        if choices.below(2):
            ask(900 + choices.below(600), ("leave", INITIAL[choices.below(len(INITIAL))]))
    return World(
        {name: partial(server, everyone=SERVERS, initial=INITIAL) for name in SERVERS},
        MAPPING,
        choices,
        weather,
        workload=work,
        environment=ENVIRONMENT,
        done=lambda w: ended(w, len(work)),
    )


def ended(world: World, asked: int) -> bool:
    """The faults are over, the clients have their answers, and the cluster agrees on what is committed."""
    if world.now_ms < world.weather.calm_ms or len(world.replies) < asked:
        return False
    servers = world.nodes(Server)
    leaders = [s for s in servers if s.state == "leader" and s.commit_index == s.log.last]
    return any(
        all(s.commit_index == leader.commit_index and not s.down for s in servers if s.name in leader.servers)
        for leader in leaders
    )


def narrow(world: World) -> dict[str, Any]:
    """Not many more terms and positions than occurred: in tens, so that most runs have the same."""
    servers = world.nodes(Server)
    terms = max(s.current_term for s in servers) + 1
    positions = max([s.log.last for s in servers] + [a.index for log in world.applied.values() for a in log])
    return {
        "Term": {"#set": list(range(1, -(-terms // 10) * 10 + 1))},
        "Index": {"#set": list(range(1, -(-positions // 10) * 10 + 1))},
    }


PROTOCOL = Protocol(
    name="raft",
    spec="raft/Raft.tla",
    constants={
        "Server": {"#set": list(SERVERS)},
        "Initial": {"#set": list(INITIAL)},
        "Value": {"#set": [f"{client}_1" for client in CLIENTS]},
        "Noop": NOOP,
        "Term": {"#set": list(range(1, TERMS))},
        "Index": {"#set": list(range(1, POSITIONS))},
        "PreVote": True,
    },
    nodes=dict.fromkeys(SERVERS, Server),
    mapping=MAPPING,
    environment=ENVIRONMENT,
    faults=tuple(FAULTS),
    mutants=MUTANTS,
    build=build,
    narrow=narrow,
    runs=54,  # StepDown is rare: the 53rd run takes it
)
