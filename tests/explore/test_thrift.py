"""Little memory: states on disk, then fingerprints; the counts stay, and the verdict says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.check import check
from modelcheck.core import Choice, native
from modelcheck.explore import thrift
from modelcheck.explore.bfs import Limits
from modelcheck.extras import Extras
from modelcheck.verdict import Holds, Violated

SPEC = """---- MODULE Two ----
EXTENDS Naturals
VARIABLES x, y
Init == x = 0 /\\ y = 0
Next == \\/ x' = (x + 1) % 400 /\\ y' = y
        \\/ y' = (y + 1) % 250 /\\ x' = x
Low == x + y < 600
====
"""

pytestmark = pytest.mark.skipif(native.load() is None, reason="the compiled core was not built")


def verdict(folder: Path, more: str, exact: bool) -> Holds | Violated:
    (folder / "Two.tla").write_text(SPEC)
    (folder / "Two.cfg").write_text("INIT Init\nNEXT Next\n" + more)
    extras = Extras(tables=True, core=Choice("c", 2, exact))
    found = check(folder / "Two.tla", extras=extras, limits=Limits(memory_mb=1_000_000))
    assert isinstance(found, Holds | Violated)
    return found


@pytest.fixture
def poor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thrift, "NEAR", 0.0)


@pytest.mark.usefixtures("poor")
@pytest.mark.parametrize("exact", [False, True])
def test_counts_stay(tmp_path: Path, exact: bool) -> None:
    found = verdict(tmp_path, "", exact)
    assert isinstance(found, Holds)
    assert (found.counts.generated, found.counts.distinct, found.counts.depth) == (200_001, 100_000, 649)
    said = [text for text in found.warnings if "64-bit fingerprints" in text]
    assert len(said) == (0 if exact else 1)
    if said:
        assert "at most 2.7e-10" in said[0]


@pytest.mark.usefixtures("poor")
def test_a_counterexample_from_disk(tmp_path: Path) -> None:
    found = verdict(tmp_path, "INVARIANT Low\n", False)
    assert isinstance(found, Violated)
    assert len(found.behavior.steps) == 601


def test_enough_memory(tmp_path: Path) -> None:
    found = verdict(tmp_path, "", False)
    assert not [text for text in found.warnings if "fingerprints" in text]


def test_the_bound_of_the_probability() -> None:
    saving = thrift.Thrift(None, False)
    assert saving.doubt(10**9) == ""
    saving.fingerprints = True
    assert "at most 2.7e-02" in saving.doubt(10**9)
