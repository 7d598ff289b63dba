"""Primary and backup, paired with `specs/primarybackup/PrimaryBackup.tla`.

from pyimpl.sim import run
from pyimpl.primarybackup import PROTOCOL
run(PROTOCOL, seed=7, faults={"delay", "crash"}).events
"""

from __future__ import annotations

from functools import partial
from typing import Any

from pyimpl.kernel import Protocol
from pyimpl.primarybackup.broken import MUTANTS, NODES_OF
from pyimpl.primarybackup.mapping import MAPPING
from pyimpl.primarybackup.messages import NOBODY
from pyimpl.primarybackup.monitor import Monitor
from pyimpl.primarybackup.replica import Replica
from pyimpl.sim.choices import Choices
from pyimpl.sim.faults import FAULTS, Weather
from pyimpl.sim.world import Ask, MakeNode, World

MONITOR = "mon"
SERVERS = ("s1", "s2", "s3")
WRITES = 5
VIEWS = 400


def build(choices: Choices, faults: frozenset[str], faulty: str | None = None) -> World:
    """A monitor, three servers, one to five writes, some reads spread over the servers, perhaps a switch-over."""
    weather = Weather.choose(choices, faults)
    monitor, replica = NODES_OF[faulty]
    work = []
    for number in range(1 + choices.below(WRITES)):
        work.append((choices.below(400), Ask(number, ("write", f"w{number + 1}"), around(choices))))
    for number in range(choices.below(4)):
        work.append((choices.below(600), Ask(100 + number, ("read",), around(choices), patience_ms=40)))
    if choices.below(2):
        work.append((100 + choices.below(400), Ask(200, "switch", (MONITOR,))))
    make: dict[str, MakeNode] = {MONITOR: partial(monitor, servers=SERVERS)}
    for name in SERVERS:
        make[name] = partial(replica, monitor=MONITOR, first=SERVERS[0])
    return World(
        make,
        MAPPING,
        choices,
        weather,
        workload=work,
        done=partial(served, requests=frozenset(ask.number for _, ask in work)),
    )


def around(choices: Choices) -> tuple[str, ...]:
    """All servers, from one of them on."""
    first = choices.below(len(SERVERS))
    return (*SERVERS[first:], *SERVERS[:first])


def served(world: World, requests: frozenset[int]) -> bool:
    """Every request is answered, and the faults are over."""
    return world.now_ms >= world.weather.calm_ms and requests <= world.replies.keys()


def narrow(world: World) -> dict[str, Any]:
    """No view above the last that was appointed."""
    last = max(monitor.current.num for monitor in world.nodes(Monitor))
    return {"Number": {"#set": list(range(last + 2))}}


PROTOCOL = Protocol(
    name="primarybackup",
    spec="primarybackup/PrimaryBackup.tla",
    constants={
        "Server": {"#set": list(SERVERS)},
        "First": SERVERS[0],
        "Number": {"#set": list(range(VIEWS))},
        "Value": {"#set": [f"w{n + 1}" for n in range(WRITES)]},
        "None": NOBODY,
    },
    nodes={MONITOR: Monitor} | dict.fromkeys(SERVERS, Replica),
    mapping=MAPPING,
    environment=(),
    faults=tuple(FAULTS),
    mutants=MUTANTS,
    build=build,
    narrow=narrow,
)
