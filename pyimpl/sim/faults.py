"""The faults by name, and how hard they blow in one run.

The environment's moves are not the protocol's actions. Where a spec has one of them as an action (a crash
that loses volatile state) the protocol says so in `Protocol.environment`; all others are stuttering steps
of the spec, and are counted in `World.happened` but not put in the trace.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyimpl.sim.choices import Choices

FAULTS: dict[str, str] = {
    "loss": "a message is dropped",
    "duplicate": "a message arrives twice",
    "reorder": "a message overtakes one sent before it on the same link",
    "delay": "a message takes longer than the nodes' timeouts",
    "partition": "the nodes are split in two groups that cannot reach each other, for a while",
    "crash": "a node stops, loses its memory and every write not flushed, and starts again later",
}

DISK_FAULTS: dict[str, str] = {
    "torn": "of the writes not flushed when a node crashes, some arrive all the same, and some in part (needs crash)",
}
"""Only for protocols that ask for them: the others' records are taken to be written at once or not at all."""

ALL_FAULTS: dict[str, str] = FAULTS | DISK_FAULTS


@dataclass(frozen=True)
class Weather:
    """The odds of one run: "one in n" for each message or flush, 0 for never; times in ms of simulated time.

    The faults end at `calm_ms`: all nodes are started, partitions healed, messages no longer lost. So a run
    shows both that nothing bad happens in the storm and that the nodes recover from it.
    """

    loss_one_in: int = 0
    duplicate_one_in: int = 0
    reorder: bool = False
    delay_one_in: int = 0
    partition_every_ms: int = 0
    crash_every_ms: int = 0
    crash_in_flush_one_in: int = 0
    torn: bool = False
    calm_ms: int = 0

    @classmethod
    def choose(cls, choices: Choices, faults: frozenset[str]) -> Weather:
        """Odds for the enabled faults: how hard is itself a choice, because mistakes differ in the weather
        they like.

        Raises ValueError for a name that is no fault.
        """
        unknown = sorted(faults - ALL_FAULTS.keys())
        if unknown:
            raise ValueError(f"no fault is called {unknown[0]!r}; there are {', '.join(ALL_FAULTS)}")
        if not faults:
            return cls()
        pick = choices.below
        return cls(
            loss_one_in=(20, 10, 5, 3)[pick(4)] if "loss" in faults else 0,
            duplicate_one_in=(10, 5, 3)[pick(3)] if "duplicate" in faults else 0,
            reorder="reorder" in faults,
            delay_one_in=(20, 8, 4)[pick(3)] if "delay" in faults else 0,
            partition_every_ms=(400, 200)[pick(2)] if "partition" in faults else 0,
            crash_every_ms=(400, 200, 100)[pick(3)] if "crash" in faults else 0,
            crash_in_flush_one_in=(20, 8, 4)[pick(3)] if "crash" in faults else 0,
            torn="torn" in faults,
            calm_ms=(500, 1000, 2000)[pick(3)],
        )
