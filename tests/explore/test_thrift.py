"""Little memory: states on disk, then fingerprints; the counts stay, and the verdict says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from modelcheck.check import check
from modelcheck.core import Choice, native
from modelcheck.errors import TlaError
from modelcheck.explore import thrift
from modelcheck.explore.bfs import Limits
from modelcheck.extras import Extras
from modelcheck.verdict import Holds, Stopped, Violated

SPEC = """---- MODULE Two ----
EXTENDS Naturals
VARIABLES x, y
Init == x = 0 /\\ y = 0
Next == \\/ x' = (x + 1) % 400 /\\ y' = y
        \\/ y' = (y + 1) % 250 /\\ x' = x
Low == x + y < 600
====
"""

ENOUGH = Limits(memory_mb=1_000_000)

pytestmark = pytest.mark.skipif(native.load() is None, reason="the compiled core was not built")


def verdict(
    folder: Path, more: str, exact: bool, limits: Limits = ENOUGH, **more_extras: Any
) -> Holds | Violated | Stopped:
    (folder / "Two.tla").write_text(SPEC)
    (folder / "Two.cfg").write_text("INIT Init\nNEXT Next\n" + more)
    extras = Extras(**{"tables": True, "core": Choice("c", 2, exact), **more_extras})
    found = check(folder / "Two.tla", extras=extras, limits=limits)
    assert isinstance(found, Holds | Violated | Stopped)
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
    assert "at most 2.7e-02" in thrift.doubt(10**9)
    assert "at most 1.0e+00" in thrift.doubt(10**12)


@pytest.mark.parametrize("tables", [False, True])
def test_doubt_outlives_a_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tables: bool) -> None:
    """What told states apart by fingerprints before it was saved is no exact search after."""
    saved = tmp_path / "saved.ckpt"
    with monkeypatch.context() as poor:
        poor.setattr(thrift, "NEAR", 0.0)
        verdict(tmp_path, "", False, Limits(50_000, memory_mb=1_000_000), checkpoint=saved)
    found = verdict(tmp_path, "", False, recover=saved, tables=tables)
    assert isinstance(found, Holds)
    assert (found.counts.generated, found.counts.distinct, found.counts.depth) == (200_001, 100_000, 649)
    assert [text for text in found.warnings if "64-bit fingerprints" in text and "at most 2.7e-10" in text]
    with pytest.raises(TlaError, match="its states were told apart by fingerprints, and --exact forbids") as caught:
        verdict(tmp_path, "", True, recover=saved, tables=tables)
    assert caught.value.code == "U014"


def test_a_checkpoint_of_an_exact_search_is_exact(tmp_path: Path) -> None:
    saved = tmp_path / "saved.ckpt"
    verdict(tmp_path, "", True, Limits(50_000, memory_mb=1_000_000), checkpoint=saved)
    assert not verdict(tmp_path, "", True, recover=saved).warnings
