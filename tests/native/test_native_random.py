"""Random models, specs and terms, native beside the closures: the same wherever there is an answer, nothing left."""

from __future__ import annotations

from pathlib import Path

import pytest
from native_random import Tally, compare_spec, compare_terms, explore

from modelcheck.engine.native import load as load_native

pytestmark = pytest.mark.skipif(load_native() is None, reason="the native interpreter was not built")


def test_models(tmp_path: Path) -> None:
    tally = Tally()
    for seed in range(100, 110):
        explore(tmp_path, seed, 0.1, tally, most=80)
    assert not tally.left
    assert tally.told > 1_000 and tally.errors > 0


def test_symmetric_models(tmp_path: Path) -> None:
    tally = Tally()
    for seed in range(8):
        explore(tmp_path, seed, 0.0, tally, symmetric=True, most=40)
    assert not tally.left
    assert tally.told > 500


def test_specs() -> None:
    tally = Tally()
    for seed in range(100, 130):
        compare_spec(seed, 0.1 if seed % 2 else 0.0, tally)
    assert not tally.left
    assert tally.told > 30 and tally.errors > 8


def test_terms() -> None:
    tally = Tally()
    for seed in range(12):
        compare_terms(seed, 12, 0.2 if seed % 2 else 0.0, tally)
    assert not tally.left
    assert tally.told > 50 and tally.errors > 20


@pytest.mark.slow
def test_many(tmp_path: Path) -> None:
    tally = Tally()
    for seed in range(1_000, 1_150):
        explore(tmp_path, seed, 0.15, tally)
        explore(tmp_path, seed, 0.0, tally, symmetric=True, most=60)
        compare_spec(seed, 0.1, tally)
        compare_terms(seed, 15, 0.2, tally)
    assert sum(tally.left.values()) <= 4  # the length of a string; a function without a value elsewhere in its domain
    assert tally.told > 80_000 and tally.errors > 700
