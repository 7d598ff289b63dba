"""A constant definition that draws at random is evaluated once, as TLC does; one that asks the run, each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.check import check

SPEC = """---- MODULE Draws ----
EXTENDS Naturals, TLC
VARIABLE x
Drawn == RandomElement(1..10^9)
Table[n \\in 1..2] == RandomElement(1..10^9)
Anew(n) == RandomElement(1..10^9) + n
Asked == TLCGet("level")
Init == x = 0
Next == x' = IF x = 0 THEN {expr} ELSE x
Stays == x = 0 \\/ x = {expr}
====
"""


@pytest.mark.parametrize(
    ("expr", "kept"),
    [
        ("Drawn", True),
        ("Table[1]", True),
        ("Anew(0)", False),
        ("RandomElement(1..10^9)", False),
        ("Asked", False),
    ],
)
def test_what_is_evaluated_once(tmp_path: Path, expr: str, kept: bool) -> None:
    (tmp_path / "Draws.tla").write_text(SPEC.replace("{expr}", expr), encoding="utf-8")
    (tmp_path / "Draws.cfg").write_text("INIT Init\nNEXT Next\nINVARIANT Stays\n", encoding="utf-8")
    verdict = check(tmp_path / "Draws.tla")
    assert verdict.exit_code == (0 if kept else 12)
