"""`check --core`, `--workers`: the same counts on every core, and a clear word where a core is not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from modelcheck.cli import main
from modelcheck.commands.check import run
from modelcheck.core import Choice, native, numpy_core
from modelcheck.errors import TlaError

SPEC = """---- MODULE Grid ----
EXTENDS Naturals
VARIABLES x, y
Init == x = 0 /\\ y = 0
Next == \\/ x < 60 /\\ x' = x + 1 /\\ y' = y
        \\/ y < 60 /\\ y' = y + 1 /\\ x' = x
====
"""


@pytest.fixture
def spec(tmp_path: Path) -> str:
    (tmp_path / "Grid.tla").write_text(SPEC)
    (tmp_path / "Grid.cfg").write_text("INIT Init\nNEXT Next\nCHECK_DEADLOCK FALSE\n")
    return str(tmp_path / "Grid.tla")


@pytest.mark.parametrize("name", ["c", "numpy"])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_same_counts(spec: str, name: str, workers: str, capsys: pytest.CaptureFixture[str]) -> None:
    if Choice(name).module() is None:
        pytest.skip(f"no {name} core here")
    options = ["--engine", "tables", "--core", name, "--workers", workers, "--exact", "--json", "--quiet"]
    assert main(["check", spec, *options]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["generated"], said["distinct"], said["depth"]) == (1 + 2 * 61 * 60, 61 * 61, 121)
    assert said["engine"] == {"c": "tables (C)", "numpy": "tables (NumPy)"}[name]


def test_a_core_that_is_not_there(spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numpy_core, "available", lambda: False)
    with pytest.raises(TlaError) as wrong:
        run([spec, "--core", "numpy"])
    assert wrong.value.code == "U001"
    assert "numpy is not installed" in str(wrong.value)


def test_the_first_core_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "load", lambda: None)
    monkeypatch.setattr(numpy_core, "available", lambda: True)
    assert Choice().module() is numpy_core
    monkeypatch.setattr(numpy_core, "available", lambda: False)
    assert Choice().module() is None
