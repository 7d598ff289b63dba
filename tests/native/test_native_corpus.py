"""Third-party specs: the steps of their first states, native beside the closures; nothing is left to the closures."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent.parent / "corpus"))

from corpus import EXAMPLES, expected_models
from native_random import Tally, compare_model

from modelcheck.engine.native import load as load_native
from modelcheck.module import load

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(load_native() is None, reason="the native interpreter was not built"),
    pytest.mark.skipif(not EXAMPLES.exists(), reason="no corpus here"),
]

STATES = 25
MODELS = (
    "allocator/AllocatorImplementation", "allocator/SchedulingAllocator", "barriers/Barriers",
    "bcastFolklore/bcastFolklore",
    "Chameneos/Chameneos", "CheckpointCoordination/MCCheckpointCoordination", "chang_roberts/MCChangRoberts",
    "Disruptor/Disruptor_MPMC", "Disruptor/Disruptor_SPMC", "echo/MCEcho", "ewd840/EWD840", "ewd998/EWD998Chan",
    "ewd998/EWD998PCal", "FiniteMonotonic/MCCRDT", "FiniteMonotonic/MCReplicatedLog", "KeyValueStore/MCKVsnap",
    "lamport_mutex/MCLamportMutex", "MultiPaxos-SMR/MultiPaxos_MC_small", "Paxos/MCPaxos",
    "PaxosHowToWinATuringAward/MCPaxosTiny", "PaxosHowToWinATuringAward/MCVoting", "ReadersWriters/MC",
    "SlidingPuzzles/SlidingPuzzles", "SpecifyingSystems/FIFO/MCInnerFIFO", "tcp/MCtcp", "transaction_commit/2PCwithBTM",
    "transaction_commit/PaxosCommit", "YoYo/YoYoAllGraphs",
)  # fmt: skip
PRINTS = {"echo/MCEcho": {"TLC.PrintT"}}  # what has effects is always the closures'


@pytest.mark.parametrize("name", MODELS)
def test_first_states(name: str) -> None:
    (found,) = [m for m in expected_models() if m.name == name]
    tally = Tally()
    compare_model(load(EXAMPLES / found.module, EXAMPLES / found.cfg), tally, STATES)
    assert set(tally.left) == PRINTS.get(name, set())
    assert tally.told >= STATES
    assert not tally.errors
