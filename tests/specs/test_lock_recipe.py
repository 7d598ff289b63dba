"""The lock recipe over ZooKeeper's nodes, and what becomes of it with one thing changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.check import check
from modelcheck.verdict import LivenessViolated, Violated

FOLDER = Path(__file__).parents[2] / "specs" / "zookeeper"
CHANGED = r"""
------------------------------ MODULE Changed -------------------------------
EXTENDS LockRecipe
AtOnce(c) == "holding"
Any(t) == TRUE
First(c, line) == CHOOSE k \in Before(c, line) : \A j \in Before(c, line) : k =< j
=============================================================================
"""


@pytest.mark.parametrize(
    ("change", "clients", "invariant", "length"),
    [
        ("Woken <- AtOnce", 3, "OneHolder", 8),  # who is woken takes the lock: the one before never had it
        ("Fresh <- Any", 2, "InTurn", 8),  # the store takes what a holder writes whose session has expired
        ("ToWatch <- First", 3, "NoHerd", 6),  # all who wait watch the holder
    ],
)
def test_each_part_of_the_recipe_is_needed(
    change: str, clients: int, invariant: str, length: int, tmp_path: Path
) -> None:
    (tmp_path / "Changed.tla").write_text(CHANGED, encoding="utf-8")
    names = ", ".join(f"c{n}" for n in range(1, clients + 1))
    config = tmp_path / "Changed.cfg"
    config.write_text(
        f"CONSTANTS Client = {{{names}}} Number = {{1, 2, 3}} {change}\n"
        f"SPECIFICATION Spec INVARIANTS OneHolder InTurn NoHerd CHECK_DEADLOCK FALSE\n",
        encoding="utf-8",
    )
    verdict = check(tmp_path / "Changed.tla", config, library=[FOLDER])
    assert isinstance(verdict, Violated)
    assert (verdict.property_name, len(verdict.behavior.states)) == (invariant, length)


def test_a_client_that_never_reads_again_would_wait_for_ever(tmp_path: Path) -> None:
    """The liveness needs that who is woken looks: `Served` is violated where waiting is all there is."""
    (tmp_path / "Changed.tla").write_text(CHANGED.replace('"holding"', '"waiting"'), encoding="utf-8")
    config = tmp_path / "Changed.cfg"
    config.write_text(
        "CONSTANTS Client = {c1, c2} Number = {1, 2} Woken <- AtOnce\n"
        "SPECIFICATION FairSpec PROPERTIES Served CHECK_DEADLOCK FALSE\n",
        encoding="utf-8",
    )
    verdict = check(tmp_path / "Changed.tla", config, library=[FOLDER])
    assert isinstance(verdict, LivenessViolated)
    assert verdict.property_name == "Served"
