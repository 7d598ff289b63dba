"""Chubby refines a lock service; and two mistakes that the simulator meets too seldom to have a faulty twin."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.check import check
from modelcheck.verdict import Violated

FOLDER = Path(__file__).parents[2] / "specs" / "chubby"
CHANGED = r"""
------------------------------ MODULE Changed -------------------------------
EXTENDS MCChubby
AnyIsFresh(q) == TRUE
AnyEpoch(d, k) == TRUE
=============================================================================
"""


@pytest.mark.parametrize(
    ("model", "change", "broken", "length"),
    [
        # the file server takes every sequencer: it works for an earlier generation after a later one
        ("MCChubbyLocks", "Fresh <- AnyIsFresh", "IsLockService", 26),
        # what a master has proposed before it lost its place has its effect: it ends a session that is kept alive
        ("MCChubbyFailover", "MayFail = {c1}\n  Reads = FALSE\n  Current <- AnyEpoch", "SafeIsLive", 13),
    ],
)
def test_what_keeps_it_a_lock_service(model: str, change: str, broken: str, length: int, tmp_path: Path) -> None:
    for name in ("Chubby", "LockService", "MCChubby"):
        (tmp_path / f"{name}.tla").write_text((FOLDER / f"{name}.tla").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "Changed.tla").write_text(CHANGED, encoding="utf-8")
    replaced = {line.split()[0] for line in change.splitlines()}
    kept = [line for line in (FOLDER / f"{model}.cfg").read_text(encoding="utf-8").splitlines()
            if not line.startswith(("INVARIANTS", "PROPERTIES")) and line.split()[0] not in replaced]  # fmt: skip
    begin = kept.index("SPECIFICATION SmallSpec")
    kept[begin:begin] = ["  " + line for line in change.splitlines()]
    wanted = "PROPERTIES" if broken == "IsLockService" else "INVARIANTS"
    config = tmp_path / "Changed.cfg"
    config.write_text("\n".join([*kept, f"{wanted} {broken}"]) + "\n", encoding="utf-8")
    verdict = check(tmp_path / "Changed.tla", config)
    assert isinstance(verdict, Violated) and verdict.property_name == broken
    assert len(verdict.behavior.states) == length
