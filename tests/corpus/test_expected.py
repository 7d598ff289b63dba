"""TLC's answers on third-party specs: exit code, and generated, distinct and depth where the search completes.

Every explicit-state model with at most 100,000 states generated is here. Liveness is checked under SYMMETRY, VIEW and
constraints too, as TLC does (`--allow-unsound-liveness`).
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
GENERATED_MAX = 100_000
SECONDS_MAX = 240

#: models that take longer than half a minute: run with `-m slow`
SLOW = frozenset((
    "KeyValueStore/MCKVsnap",
    "PaxosHowToWinATuringAward/MCPaxosTiny",
    "PaxosHowToWinATuringAward/MCVoting",
    "SlidingPuzzles/SlidingPuzzles",
    "SlidingPuzzles/SlidingPuzzles_anim",
    "YoYo/YoYoAllGraphs",
    "allocator/AllocatorImplementation",
))  # fmt: skip


def models() -> list[Any]:
    chosen = []
    for model in expected_models():
        generated = model.counts[0] or 0
        if model.mode == "exhaustive search" and model.exit is not None and generated <= GENERATED_MAX:
            marks = [pytest.mark.corpus]
            if model.name in SLOW:
                marks.append(pytest.mark.slow)
            chosen.append(pytest.param(model, id=model.name, marks=marks))
    return chosen


def checked(model: ExpectedModel) -> dict[str, Any]:
    """What `tlapair check --json` says, run in the module's folder as TLC was."""
    module = EXAMPLES / model.module
    options = ["--json", "--quiet", "--allow-unsound-liveness"]
    arguments = ["check", module.name, "--config", str(EXAMPLES / model.cfg), *options]
    done = subprocess.run(
        [sys.executable, "-m", "modelcheck", *arguments],
        cwd=module.parent,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )
    assert done.stdout, done.stderr
    said = json.loads(done.stdout)
    assert said["exit_code"] == done.returncode
    return said


@pytest.mark.corpus
def test_the_corpus_is_whole():
    if not EXAMPLES.exists():
        pytest.skip("no corpus here")
    assert len(models()) == 75
    assert {p.id for p in models()} >= SLOW


@pytest.mark.parametrize("model", models())
def test_answer_is_tlcs(model):
    said = checked(model)
    found = (said["generated"], said["distinct"], said["depth"])
    assert said["exit_code"] == model.exit, said["error"]
    if model.exit == 0:
        assert found == model.counts
    elif model.exit == 12:
        assert len(said["counterexample"]["states"]) == model.counts[2]
