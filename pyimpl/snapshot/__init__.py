"""Recovery by checkpoints: consistent snapshots of running processes and restart from them, paired with
`specs/snapshot/Snapshot.tla`.

from pyimpl.sim import run
from pyimpl.snapshot import PROTOCOL
run(PROTOCOL, seed=7, faults={"loss", "crash"}).events
"""

from __future__ import annotations

from functools import partial

from pyimpl.kernel import Protocol
from pyimpl.sim.choices import Choices
from pyimpl.sim.faults import FAULTS, Weather
from pyimpl.sim.world import Ask, MakeNode, World
from pyimpl.snapshot.broken import MUTANTS, PROCESSES
from pyimpl.snapshot.keeper import SNAPSHOT_MS, Keeper
from pyimpl.snapshot.mapping import ENVIRONMENT, MAPPING
from pyimpl.snapshot.process import Process

KEEPER = "keeper"
PROCS = ("p1", "p2", "p3")
START = 5


def build(choices: Choices, faults: frozenset[str], faulty: str | None = None) -> World:
    """A keeper, and three processes that are asked for two to nine transfers in all."""
    weather = Weather.choose(choices, faults)
    make: dict[str, MakeNode] = {KEEPER: partial(Keeper, procs=PROCS, start=START)}
    for name in PROCS:
        make[name] = partial(PROCESSES[faulty], procs=PROCS, keeper=KEEPER, start=START)
    work = []
    for number in range(2 + choices.below(8)):
        at = choices.below(len(PROCS))
        to = (at + 1 + choices.below(len(PROCS) - 1)) % len(PROCS)
        command = ("send", PROCS[to], 1 + choices.below(START))
        at_ms = SNAPSHOT_MS * (1 + choices.below(2)) + choices.below(25)  # in the midst of a snapshot
        work.append((at_ms, Ask(number, command, (PROCS[at],))))
    return World(
        make,
        MAPPING,
        choices,
        weather,
        workload=work,
        environment=ENVIRONMENT,
        done=partial(settled, requests=frozenset(ask.number for _, ask in work)),
    )


def settled(world: World, requests: frozenset[int]) -> bool:
    """Every request is answered, the faults are over, everybody is there, and a snapshot is complete."""
    keeper = world.node(KEEPER)
    assert isinstance(keeper, Keeper)
    procs = world.nodes(Process)
    return (
        world.now_ms >= world.weather.calm_ms
        and requests <= world.replies.keys()
        and 1 <= keeper.num == keeper.begun
        and all(not p.lost and p.epoch == keeper.current for p in procs)
    )


PROTOCOL = Protocol(
    name="snapshot",
    spec="snapshot/Snapshot.tla",
    constants={"Proc": {"#set": list(PROCS)}, "Start": START},
    nodes={KEEPER: Keeper} | dict.fromkeys(PROCS, Process),
    mapping=MAPPING,
    environment=ENVIRONMENT,
    faults=tuple(FAULTS),
    mutants=MUTANTS,
    build=build,
    runs=15,
)
