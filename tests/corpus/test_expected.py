"""TLC's answers on third-party specs: exit code, and generated, distinct and depth where the search completes.

Every explicit-state model that TLC finished within a minute of processor time is here, those that take us more than a
few seconds behind the marker `slow`. Liveness is checked under SYMMETRY, VIEW and constraints too, as TLC does
(`--allow-unsound-liveness`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from corpus import EXAMPLES, ExpectedModel, expected_models

ROOT = Path(__file__).resolve().parents[2]
CPU_SECONDS_MAX = 60  # of TLC

#: models that take more than a few seconds: run with `-m slow`
SLOW = frozenset((
    "Bakery-Boulangerie/MCBakery",
    "CheckpointCoordination/MCCheckpointCoordinationFailure",
    "Chameneos/Chameneos",
    "CoffeeCan/CoffeeCan1000Beans",
    "Disruptor/Disruptor_MPMC",
    "Disruptor/Disruptor_MPMC_liveliness",
    "FiniteMonotonic/MCCRDT",
    "GameOfLife/GameOfLife",
    "KeyValueStore/MCKVsnap",
    "LoopInvariance/MCBinarySearch",
    "LoopInvariance/MCQuicksort",
    "MultiPaxos-SMR/MultiPaxos_MC_small",
    "PaxosHowToWinATuringAward/MCPaxosTiny",
    "PaxosHowToWinATuringAward/MCVoting",
    "ReadersWriters/MC",
    "SlidingPuzzles/SlidingPuzzles",
    "SlidingPuzzles/SlidingPuzzles_anim",
    "SpanningTree/SpanTreeRandom",
    "SpecifyingSystems/Liveness/MCLiveWriteThroughCache",
    "TeachingConcurrency/SimpleRegular",
    "YoYo/YoYoAllGraphs",
    "allocator/AllocatorImplementation",
    "allocator/AllocatorRefinement",
    "barriers/Barriers",
    "ewd998/EWD998PCal",
    "lamport_mutex/MCLamportMutex",
    "nbacg_guer01/nbacg_guer01",
))  # fmt: skip

#: models that draw at random: their counts are not TLC's, nor one run's the next one's
RANDOM = frozenset(("SpanningTree/SpanTreeRandom",))


def models() -> list[Any]:
    chosen = []
    for model in expected_models():
        if model.mode == "exhaustive search" and model.exit is not None and (model.cpu_s or 0) <= CPU_SECONDS_MAX:
            marks = [pytest.mark.corpus]
            if model.name in SLOW:
                marks.append(pytest.mark.slow)
            chosen.append(pytest.param(model, id=model.name, marks=marks))
    return chosen


def simulated() -> list[Any]:
    chosen = [model for model in expected_models() if isinstance(model.mode, dict)]
    return [pytest.param(model, id=model.name, marks=pytest.mark.corpus) for model in chosen]


def told(model: ExpectedModel, command: str, *options: str) -> dict[str, Any]:
    """What a command says with --json, run in the module's folder as TLC was."""
    module = EXAMPLES / model.module
    arguments = [command, module.name, "--config", str(EXAMPLES / model.cfg), "--json", "--quiet", *options]
    done = subprocess.run(
        [sys.executable, "-m", "modelcheck", *arguments],
        cwd=module.parent,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "{" in done.stdout, done.stderr
    said = json.loads(done.stdout[done.stdout.index("{\n") :])  # after what the spec prints
    assert said["exit_code"] == done.returncode
    return said


@pytest.mark.corpus
def test_the_corpus_is_whole():
    if not EXAMPLES.exists():
        pytest.skip("no corpus here")
    names = {p.id for p in models()}
    assert len(names) == len(models()) == 90
    assert names >= SLOW >= RANDOM
    assert len(simulated()) == 2


@pytest.mark.parametrize("model", models())
def test_answer_is_tlcs(model):
    said = told(model, "check", "--allow-unsound-liveness")
    found = (said["generated"], said["distinct"], said["depth"])
    assert said["exit_code"] == model.exit, said["error"]
    if model.exit == 0 and model.name not in RANDOM:
        assert found == model.counts
    elif model.exit == 12:
        assert len(said["counterexample"]["states"]) == model.counts[2]


@pytest.mark.parametrize("model", simulated())
def test_random_behaviors_end_as_stated(model):
    said = told(model, "simulate", "--seed", "1", "--num", str(model.mode["simulate"]["traceCount"]))
    expected = {"success": 0, "safety failure": 12}[model.result]
    assert said["exit_code"] == expected, said
