"""The third-party models that are meant to be simulated give their stated result."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from modelcheck.explore.simulate import Plan
from modelcheck.simulate import simulate

EXAMPLES = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "examples"
EXIT_CODES = {"success": 0, "safety failure": 12, "liveness failure": 13}

pytestmark = pytest.mark.corpus


def models():
    listing = EXAMPLES / "expected.json"
    for entry in json.loads(listing.read_text()) if listing.exists() else []:
        for model in entry["models"]:
            if isinstance(model["mode"], dict) and "simulate" in model["mode"]:
                yield pytest.param(entry["module"], model, id=model["cfg"])


def test_the_models_are_there():
    if not EXAMPLES.exists():
        pytest.skip("no corpus here")
    assert {p.id for p in models()} == {"ewd840/EWD840_anim.cfg", "ewd998/SmokeEWD998.cfg"}


@pytest.mark.parametrize(("module", "model"), list(models()))
def test_stated_result(module, model, monkeypatch):
    monkeypatch.chdir((EXAMPLES / module).parent)
    plan = Plan(behaviors=model["mode"]["simulate"]["traceCount"])
    result = simulate(EXAMPLES / module, EXAMPLES / model["cfg"], plan=plan)
    assert result.verdict.exit_code == EXIT_CODES[model["result"]]
