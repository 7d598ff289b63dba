"""Two-phase commit with presumed abort, logs and forgetting, paired with `specs/presumedabort/PresumedAbort.tla`.

from pyimpl.sim import run
from pyimpl.presumedabort import PROTOCOL
run(PROTOCOL, seed=7, faults={"loss", "crash", "torn"}).events
"""

from __future__ import annotations

from functools import partial
from typing import Any

from pyimpl.kernel import Protocol
from pyimpl.presumedabort.broken import MUTANTS, NODES_OF
from pyimpl.presumedabort.coordinator import Coordinator
from pyimpl.presumedabort.mapping import ENVIRONMENT, MAPPING
from pyimpl.presumedabort.participant import Participant
from pyimpl.sim.choices import Choices
from pyimpl.sim.faults import ALL_FAULTS, Weather
from pyimpl.sim.world import Ask, World

TM = "tm"
RMS = ("r1", "r2", "r3")
REQUESTS = 3


def build(choices: Choices, faults: frozenset[str], faulty: str | None = None) -> World:
    """One coordinator, three participants, one to three transactions; sometimes a participant cannot do its part."""
    weather = Weather.choose(choices, faults)
    coordinator, participant = NODES_OF[faulty]
    work = [(choices.below(200), Ask(number, ("commit",), (TM,))) for number in range(1 + choices.below(REQUESTS))]
    for number, rm in enumerate(RMS, start=10):
        if choices.one_in(6):
            work.append((choices.below(200), Ask(number, ("fail",), (rm,))))
    return World(
        {TM: partial(coordinator, rms=RMS)} | {rm: partial(participant, tm=TM) for rm in RMS},
        MAPPING,
        choices,
        weather,
        workload=work,
        environment=ENVIRONMENT,
        done=partial(ended, requests=frozenset(ask.number for _, ask in work)),
    )


def ended(world: World, requests: frozenset[int]) -> bool:
    """Every request is answered, the faults are over, nobody is in doubt, and the coordinator has forgotten all."""
    nodes = [place.node for place in world.places.values()]
    return (
        world.now_ms >= world.weather.calm_ms
        and requests <= world.replies.keys()
        and not any(n.down for n in nodes)
        and not any(n.table for n in nodes if isinstance(n, Coordinator))
        and not any("prepared" in n.table.values() for n in nodes if isinstance(n, Participant))
    )


def names(starts: int) -> list[str]:
    """What transactions may be called in a run with so many starts of the coordinator after the first."""
    return [f"t{start}_{n}" for start in range(starts + 1) for n in range(1, REQUESTS + 1)]


def narrow(world: World) -> dict[str, Any]:
    """No transaction of starts that there were not; by twos, so that most runs have the same spec."""
    coordinator = world.node(TM)
    assert isinstance(coordinator, Coordinator)
    return {"Txn": {"#set": names(-(-coordinator.starts // 2) * 2)}}


PROTOCOL = Protocol(
    name="presumedabort",
    spec="presumedabort/PresumedAbort.tla",
    constants={
        "Txn": {"#set": names(40)},
        "RM": {"#set": list(RMS)},
        "TM": TM,
        "MayCrash": {"#set": [*RMS, TM]},
    },
    nodes={TM: Coordinator} | dict.fromkeys(RMS, Participant),
    mapping=MAPPING,
    environment=ENVIRONMENT,
    faults=tuple(ALL_FAULTS),
    mutants=MUTANTS,
    build=build,
    narrow=narrow,
    runs=40,
)
