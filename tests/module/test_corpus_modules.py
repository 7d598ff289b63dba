"""Every module of the public collection resolves with all it needs, and every model of it is built."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from modelcheck.module import load, resolve_file

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "examples"
EXPECTED = CORPUS / "expected.json"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not EXPECTED.is_file(), reason="the collection is not there"),
]


def entries():
    return json.loads(EXPECTED.read_text(encoding="utf-8"))


def test_all_modules_resolve():
    modules = [entry["module"] for entry in entries()]
    assert len(modules) == 295
    for name in modules:
        resolved = resolve_file(CORPUS / name)
        assert resolved.name == Path(name).stem


def test_all_models_are_built():
    models = [(entry["module"], model["cfg"]) for entry in entries() for model in entry["models"]]
    assert len(models) == 146
    for module, cfg in models:
        model = load(CORPUS / module, CORPUS / cfg)
        assert model.next is not None or not model.variables


def test_refinement_of_paxos():
    model = load(CORPUS / "Paxos" / "MCPaxos.tla")
    assert [variable.name for variable in model.variables] == ["maxBal", "maxVBal", "maxVal", "msgs"]
    (prop,) = model.properties
    assert (prop.name, len(prop.inits), len(prop.boxes), prop.liveness) == ("VotingSpecBar", 1, 1, [])
