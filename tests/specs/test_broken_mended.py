"""A broken sibling that replaces one definition of its original holds once the replacement is taken back.

So it is the change that violates the property, not the model; and the model, which says where to look, lets the right
protocol do something there.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from modelcheck.check import check

SPECS = Path(__file__).parents[2] / "specs"
MODELS: list[dict[str, Any]] = tomllib.loads((SPECS / "manifest.toml").read_text(encoding="utf-8"))["model"]
REPLACING = [
    model
    for model in MODELS
    if model["broken"] and "EXTENDS MC" in (SPECS / model["module"]).read_text(encoding="utf-8")
]


def test_there_are_some() -> None:
    assert {model["protocol"] for model in REPLACING} >= {"raft", "zab"}


@pytest.mark.parametrize("model", REPLACING, ids=lambda model: model["module"])
def test_without_the_change_it_holds(model: dict[str, Any], tmp_path: Path) -> None:
    text = (SPECS / model["module"]).read_text(encoding="utf-8")
    changed = re.search(r"^\\\* CHANGED.*\n(\w+)", text, flags=re.MULTILINE)
    assert changed is not None
    lines = (SPECS / model["config"]).read_text(encoding="utf-8").splitlines()
    mended = [line for line in lines if not line.endswith(f"<- {changed[1]}")]
    assert len(mended) == len(lines) - 1
    config = tmp_path / "Mended.cfg"
    config.write_text("\n".join(mended), encoding="utf-8")
    verdict = check(SPECS / model["module"], config)
    assert verdict.name == "holds"
    assert verdict.counts.distinct > 90
