"""Recovery by rollback: a write-ahead log with undo and redo, paired with `specs/wal/Wal.tla`.

`frames.py` (texts that show whether they arrived whole) and `log.py` (a log to append to, force, and read again) are
small libraries of their own; two-phase commit keeps its decisions with them.

from pyimpl.sim import run
from pyimpl.wal import PROTOCOL
run(PROTOCOL, seed=7, faults={"crash", "torn"}).events
"""

from __future__ import annotations

from functools import partial
from typing import Any

from pyimpl.kernel import Protocol
from pyimpl.sim.choices import Choices
from pyimpl.sim.faults import Weather
from pyimpl.sim.world import Ask, World
from pyimpl.wal.broken import ENGINES, MUTANTS
from pyimpl.wal.engine import Engine
from pyimpl.wal.mapping import ENVIRONMENT, MAPPING
from pyimpl.wal.pages import INITIAL

STORE = "store"
PAGES = ("a", "b", "c")
VALUES = ("v1", "v2", "v3", "v4")
FAULTS = ("crash", "torn")
REQUESTS = 5


def build(choices: Choices, faults: frozenset[str], faulty: str | None = None) -> World:
    """A store of three pages, and two to five transactions with one to three writes, one in three of which aborts."""
    weather = Weather.choose(choices, faults)
    work = []
    for number in range(2 + choices.below(REQUESTS - 1)):
        writes = tuple((PAGES[choices.below(3)], VALUES[choices.below(4)]) for _ in range(1 + choices.below(3)))
        ends = "abort" if choices.one_in(3) else "commit"
        work.append((choices.below(300), Ask(number, (ends, writes), (STORE,), patience_ms=120)))
    return World(
        {STORE: partial(ENGINES[faulty], names=PAGES)},
        MAPPING,
        choices,
        weather,
        workload=work,
        environment=ENVIRONMENT,
        done=partial(settled, requests=frozenset(ask.number for _, ask in work)),
    )


def settled(world: World, requests: frozenset[int]) -> bool:
    """Every request is answered, the faults are over, and nothing is left to recover or to take back."""
    engine = world.node(STORE)
    assert isinstance(engine, Engine)
    return (
        world.now_ms >= world.weather.calm_ms
        and requests <= world.replies.keys()
        and engine.phase == "up"
        and not engine.undo_next
    )


def names(starts: int) -> list[str]:
    """What transactions may be called in a run with so many starts after the first."""
    return [f"t{start}_{n}" for start in range(starts + 1) for n in range(1, REQUESTS + 1)]


def narrow(world: World) -> dict[str, Any]:
    """No transaction of starts that there were not; by fours, so that most runs have the same spec."""
    engine = world.node(STORE)
    assert isinstance(engine, Engine)
    return {"Txn": {"#set": names(-(-engine.starts // 4) * 4)}}


PROTOCOL = Protocol(
    name="wal",
    spec="wal/Wal.tla",
    constants={
        "Txn": {"#set": names(40)},
        "Page": {"#set": list(PAGES)},
        "Value": {"#set": list(VALUES)},
        "Initial": INITIAL,
    },
    nodes={STORE: Engine},
    mapping=MAPPING,
    environment=ENVIRONMENT,
    faults=FAULTS,
    mutants=MUTANTS,
    build=build,
    narrow=narrow,
    runs=12,
)
