"""TLC's answers on the smaller third-party specs, with tables in the NumPy core from the first state on.

What tables are none for (symmetry, views, compositions, …) goes back to the closures.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parent.parent / "corpus"))

from corpus import EXAMPLES, ExpectedModel, expected_models
from test_expected import RANDOM, ROOT, SLOW

from modelcheck.core import numpy_core

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.slow,
    pytest.mark.skipif(not numpy_core.available(), reason="numpy is not installed"),
]

STATES_MAX = 20_000
RUN = """
import sys
from modelcheck.cli import main
from modelcheck.explore import lookup
lookup.WARM_UP = 0  # tables begin at the first state
sys.exit(main())
"""


def small_models() -> list[Any]:
    chosen = []
    for model in expected_models():
        if model.mode != "exhaustive search" or model.exit is None or model.name in SLOW | RANDOM:
            continue
        if (model.counts[1] or 0) <= STATES_MAX and (model.cpu_s or 0) <= 20:
            chosen.append(pytest.param(model, id=model.name))
    return chosen


def told(model: ExpectedModel) -> dict[str, Any]:
    """What the command says, run in the module's folder."""
    module = EXAMPLES / model.module
    arguments = ["check", module.name, "--config", str(EXAMPLES / model.cfg), "--json", "--quiet"]
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments, "--allow-unsound-liveness", "--core", "numpy"],
        cwd=module.parent,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "{" in done.stdout, done.stderr
    said: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{\n") :])
    assert said["exit_code"] == done.returncode
    return said


@pytest.mark.parametrize("model", small_models())
def test_answer_is_tlcs(model: ExpectedModel) -> None:
    said = told(model)
    assert said["exit_code"] == model.exit, said["error"]
    if model.exit == 0:
        assert (said["generated"], said["distinct"], said["depth"]) == model.counts
    elif model.exit == 12:
        assert len(said["counterexample"]["states"]) == model.counts[2]
    print(model.name, said["engine"])
