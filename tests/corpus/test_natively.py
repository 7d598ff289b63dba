"""TLC's counts on third-party specs, every state of them explored by the native evaluator."""

from __future__ import annotations

import pytest
from corpus import EXAMPLES, ExpectedModel, expected_models
from test_expected import told

from modelcheck.explore.nativesearch import available

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not available(), reason="the native evaluator was not built"),
]

#: integers over wide ranges, big sequences, stacks, bags, symmetry, views, refinement, `A \cdot B`, many initial states
QUICK = ("Chameneos/Chameneos", "ReadersWriters/MC", "nbacg_guer01/nbacg_guer01", "allocator/AllocatorRefinement")
LONGER = (
    "Bakery-Boulangerie/MCBakery", "CheckpointCoordination/MCCheckpointCoordinationFailure",
    "CoffeeCan/CoffeeCan1000Beans", "Disruptor/Disruptor_MPMC", "FiniteMonotonic/MCCRDT", "GameOfLife/GameOfLife",
    "KeyValueStore/MCKVsnap", "LoopInvariance/MCBinarySearch", "LoopInvariance/MCQuicksort",
    "MultiPaxos-SMR/MultiPaxos_MC_small", "PaxosHowToWinATuringAward/MCPaxosTiny", "PaxosHowToWinATuringAward/MCVoting",
    "SlidingPuzzles/SlidingPuzzles", "TeachingConcurrency/SimpleRegular", "YoYo/YoYoAllGraphs",
    "allocator/AllocatorImplementation", "barriers/Barriers", "ewd998/EWD998PCal",
)  # fmt: skip


@pytest.mark.parametrize("name", [*QUICK, *(pytest.param(name, marks=pytest.mark.slow) for name in LONGER)])
def test_counts_are_tlcs(name: str) -> None:
    if not EXAMPLES.exists():
        pytest.skip("no corpus here")
    model: ExpectedModel = next(model for model in expected_models() if model.name == name)
    said = told(model, "check", "--allow-unsound-liveness", "--core", "native")
    assert said["engine"] == "native (C)"
    assert said["exit_code"] == model.exit
    if model.exit == 0:
        assert (said["generated"], said["distinct"], said["depth"]) == model.counts
    else:
        assert len(said["counterexample"]["states"]) == model.counts[2]
