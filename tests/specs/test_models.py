"""Our checker finds of every model of `specs/` what the manifest says, count for count."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from modelcheck.check import check
from modelcheck.module import resolve_file
from modelcheck.verdict import LivenessViolated, Violated

SPECS = Path(__file__).parents[2] / "specs"
MODELS: list[dict[str, Any]] = tomllib.loads((SPECS / "manifest.toml").read_text(encoding="utf-8"))["model"]


def _marked(model: dict[str, Any]) -> Any:
    marks = [pytest.mark.slow] if model.get("slow") else []
    return pytest.param(model, marks=marks, id=model["config"])


@pytest.mark.parametrize("model", [_marked(model) for model in MODELS])
def test_the_model_gives_what_the_manifest_says(model: dict[str, Any]) -> None:
    verdict = check(SPECS / model["module"], SPECS / model["config"])
    assert verdict.name == model["verdict"]
    if isinstance(verdict, Violated | LivenessViolated):
        assert verdict.property_name == model["property"]
        assert len(verdict.behavior.states) == model["length"]
        assert verdict.exit_code == (12 if isinstance(verdict, Violated) else 13)
    else:
        counts = verdict.counts
        assert (counts.generated, counts.distinct, counts.depth) == (
            model["generated"],
            model["distinct"],
            model["depth"],
        )
        assert verdict.exit_code == 0


@pytest.mark.parametrize("path", sorted(SPECS.rglob("*.tla")), ids=lambda path: path.stem)
def test_the_module_reads_and_resolves(path: Path) -> None:
    module = resolve_file(path)
    assert module.name == path.stem
