"""One run of a protocol's implementation in the simulated world, as a trace.

run(PROTOCOL, seed=7, faults={"loss", "crash"}) -> Run
    .header   what the trace file begins with
    .events   the steps that correspond to actions of the spec, in the order in which they happened
    .choices  the list of choices; `run(…, choices=run.choices)` gives the same run again
    .world    the world at the end
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pyimpl.kernel.protocol import Protocol
from pyimpl.sim.choices import Choices
from pyimpl.sim.world import World

SCHEMA = "tlapair.trace/1"


@dataclass(frozen=True)
class Run:
    """What happened. `header` and `events` hold nothing but JSON; `moves` counts the moves of the world."""

    header: dict[str, Any]
    events: list[dict[str, Any]]
    choices: list[int]
    moves: int
    world: World


def run(
    protocol: Protocol,
    seed: int = 0,
    faults: Iterable[str] = (),
    *,
    steps: int = 5000,
    until: Callable[[World], bool] | None = None,
    faulty: str | None = None,
    observed: Iterable[str] | None = None,
    record: bool = True,
    choices: Sequence[int] | None = None,
) -> Run:
    """Run until the protocol's task is done (or `until(world)`), at most `steps` moves.

    `faulty` names a mutant; `observed` the spec's variables to record (default all); without `record` there
    are no events and the run is quicker; `choices` replaces the seed by a recorded list. Raises ValueError
    for an unknown fault, KeyError for an unknown mutant.
    """
    source = Choices.seeded(seed) if choices is None else Choices.replay(choices)
    result = execute(
        protocol, source, faults, steps=steps, until=until, faulty=faulty, observed=observed, record=record
    )
    if choices is None:
        result.header["seed"] = seed
    return result


def execute(
    protocol: Protocol,
    choices: Choices,
    faults: Iterable[str] = (),
    *,
    steps: int = 5000,
    until: Callable[[World], bool] | None = None,
    faulty: str | None = None,
    observed: Iterable[str] | None = None,
    record: bool = True,
) -> Run:
    """The same with any source of choices."""
    chosen = frozenset(faults)
    if faulty is not None:
        protocol.mutant(faulty)
    world = protocol.build(choices, chosen, faulty)
    if until is not None:
        world.done = until
    events: list[dict[str, Any]] = []
    if record:
        world.observe(events.append, observed)
    moves = world.run(steps)
    header = {
        "schema": SCHEMA,
        "protocol": protocol.name,
        "spec": protocol.spec,
        "constants": protocol.constants | (protocol.narrow(world) if protocol.narrow else {}),
        "faults": sorted(chosen),
        "faulty": faulty,
    }
    return Run(header, events, choices.made, moves, world)
