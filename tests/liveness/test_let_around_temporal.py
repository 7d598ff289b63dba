"""A LET around a temporal formula: each part of the formula reads its definitions by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.check import check

MODULE = r"""
---- MODULE Counts ----
EXTENDS Naturals
VARIABLE x
Init == x = 0
Next == x < 3 /\ x' = x + 1
Spec == Init /\ [][Next]_x /\ WF_x(Next)
Stays == \A c \in {1, 2} : LET big == x >= c IN big ~> ~ big
Grows == \A c \in {1, 2} : LET big == x >= c IN ~ big ~> big
Bound == \A c \in {1, 2} : LET big == x * x >= c IN [](\A y \in {7} : big \/ y > x) /\ <>(big /\ \E y \in {3} : y = x)
Never == LET all == {x, x + 1} IN <>(\E y \in {5} : y \in all)
====
"""


@pytest.mark.parametrize(
    ("formula", "verdict"), [("Stays", "violated"), ("Grows", "holds"), ("Bound", "holds"), ("Never", "violated")]
)
def test_verdicts(formula: str, verdict: str, tmp_path: Path) -> None:
    (tmp_path / "Counts.tla").write_text(MODULE, encoding="utf-8")
    (tmp_path / "Counts.cfg").write_text(f"SPECIFICATION Spec PROPERTIES {formula} CHECK_DEADLOCK FALSE\n", "utf-8")
    assert check(tmp_path / "Counts.tla").name.endswith(verdict)
