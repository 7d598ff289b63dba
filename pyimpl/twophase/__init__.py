"""Two-phase commit, paired with `specs/twophase/TwoPhase.tla`.

from pyimpl.sim import run
from pyimpl.twophase import PROTOCOL
run(PROTOCOL, seed=7, faults={"loss", "crash"}).events
"""

from __future__ import annotations

from functools import partial

from pyimpl.kernel import Protocol
from pyimpl.kernel.node import Node
from pyimpl.sim.choices import Choices
from pyimpl.sim.faults import FAULTS, Weather
from pyimpl.sim.world import Ask, World
from pyimpl.twophase.broken import MUTANTS, NODES_OF
from pyimpl.twophase.coordinator import Coordinator
from pyimpl.twophase.mapping import ENVIRONMENT, MAPPING
from pyimpl.twophase.participant import Participant

TM = "tm"
RMS = ("r1", "r2", "r3")


def build(choices: Choices, faults: frozenset[str], faulty: str | None = None) -> World:
    """One coordinator, three participants, a client that wants to commit; sometimes a participant's work
    fails."""
    weather = Weather.choose(choices, faults)
    coordinator, participant = NODES_OF[faulty]
    work = [(choices.below(50), Ask(1, "commit", (TM,)))]
    for number, rm in enumerate(RMS, start=2):
        if choices.one_in(8):
            work.append((choices.below(100), Ask(number, "fail", (rm,))))
    return World(
        {TM: partial(coordinator, rms=RMS)} | {rm: partial(participant, tm=TM) for rm in RMS},
        MAPPING,
        choices,
        weather,
        workload=work,
        environment=ENVIRONMENT,
        done=ended,
    )


def ended(world: World) -> bool:
    """Every participant has ended, the client has its answer, and the faults are over."""
    nodes: list[Node] = [place.node for place in world.places.values()]
    return (
        world.now_ms >= world.weather.calm_ms
        and 1 in world.replies
        and not any(n.down for n in nodes)
        and all(n.rm_state in ("committed", "aborted") for n in nodes if isinstance(n, Participant))
    )


PROTOCOL = Protocol(
    name="twophase",
    spec="twophase/TwoPhase.tla",
    constants={"RM": {"#set": list(RMS)}, "TM": TM, "MayCrash": {"#set": [*RMS, TM]}},
    nodes={TM: Coordinator} | dict.fromkeys(RMS, Participant),
    mapping=MAPPING,
    environment=ENVIRONMENT,
    faults=tuple(FAULTS),
    mutants=MUTANTS,
    build=build,
)
