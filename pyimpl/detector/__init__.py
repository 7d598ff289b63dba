"""A failure detector, paired with `specs/detector/Detector.tla`.

from pyimpl.sim import run
from pyimpl.detector import PROTOCOL
run(PROTOCOL, seed=7, faults={"delay", "crash"}).events
"""

from __future__ import annotations

from functools import partial
from typing import Any

from pyimpl.detector.broken import MEMBER_OF, MUTANTS
from pyimpl.detector.mapping import ENVIRONMENT, MAPPING
from pyimpl.detector.member import FIRST_TIMEOUT_MS, Member
from pyimpl.detector.patience import Accrual, Fixed, Growing
from pyimpl.kernel import Protocol
from pyimpl.sim.choices import Choices
from pyimpl.sim.faults import FAULTS, Weather
from pyimpl.sim.world import Ask, World

MEMBERS = ("m1", "m2", "m3")
LIVES = 500
QUIET_MS = 300
PATIENCE = (
    lambda: Fixed(FIRST_TIMEOUT_MS),
    lambda: Growing(FIRST_TIMEOUT_MS),
    lambda: Accrual(FIRST_TIMEOUT_MS),
)


def build(choices: Choices, faults: frozenset[str], faulty: str | None = None) -> World:
    """Three members with one kind of timeout, chosen by lot, and some checks."""
    weather = Weather.choose(choices, faults)
    member, patience = MEMBER_OF[faulty], PATIENCE[choices.below(len(PATIENCE))]
    work = []
    for number in range(choices.below(3)):
        asker, asked = choices.below(3), 1 + choices.below(2)
        q = MEMBERS[(asker + asked) % 3]
        work.append((choices.below(400), Ask(number, q, (MEMBERS[asker],))))
    return World(
        {name: partial(member, peers=MEMBERS, patience=patience) for name in MEMBERS},
        MAPPING,
        choices,
        weather,
        workload=work,
        environment=ENVIRONMENT,
        done=quiet,
    )


def quiet(world: World) -> bool:
    """The faults are over for a while, all run, and nobody is suspected."""
    nodes = [p.node for p in world.places.values()]
    return (
        world.now_ms >= world.weather.calm_ms + QUIET_MS
        and not any(n.down for n in nodes)
        and not any(bad for n in nodes if isinstance(n, Member) for _, bad in n.view.values())
    )


def narrow(world: World) -> dict[str, Any]:
    """No incarnation above the highest that was begun."""
    lives = max([1, *(member.inc for member in world.nodes(Member))])
    return {"Incarnation": {"#set": list(range(lives + 3))}}


PROTOCOL = Protocol(
    name="detector",
    spec="detector/Detector.tla",
    constants={"Member": {"#set": list(MEMBERS)}, "Incarnation": {"#set": list(range(LIVES))}, "Stable": LIVES},
    nodes=dict.fromkeys(MEMBERS, Member),
    mapping=MAPPING,
    environment=ENVIRONMENT,
    faults=tuple(FAULTS),
    mutants=MUTANTS,
    build=build,
    narrow=narrow,
)
