"""ENABLED of an action with names bound around it: the names are among what it depends on, for every engine.

What depends on no name is evaluated once for each state by written code, by the native evaluator and by tables.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck import check
from modelcheck.core import Choice
from modelcheck.core.native import load as core_load
from modelcheck.engine.native import load as native_load
from modelcheck.extras import Extras

SPEC = """---- MODULE T ----
EXTENDS Integers
VARIABLE x
Init == x \\in 0..600
Next == x' = (x + 1) % 601 /\\ (\\A i \\in 1..3 : (\\E j \\in 1..2 : ENABLED (x' = i /\\ i = 3 /\\ j = 2)) <=> i = 3)
Named == \\A i \\in 1..3 : (\\E j \\in 1..2 : ENABLED (x' = x + i /\\ i = 3 /\\ j = 2)) <=> i = 3
Only == \\A i \\in 1..3 : (ENABLED (\\E j \\in 1..i : x' = x + j /\\ x' = x + 3)) <=> i = 3
====
"""


ENGINES = {
    "closures": Extras(tables=False),
    "C tables": Extras(core=Choice("c")),
    "NumPy tables": Extras(core=Choice("numpy")),
    "native": Extras(core=Choice("native")),
    "as it comes": Extras(),
}


@pytest.mark.parametrize("engine", ENGINES)
def test_names_around_enabled(tmp_path: Path, engine: str) -> None:
    if engine in ("native", "C tables") and (native_load() is None or core_load() is None):
        pytest.skip("not built")
    (tmp_path / "T.tla").write_text(SPEC)
    (tmp_path / "T.cfg").write_text("INIT Init\nNEXT Next\nINVARIANTS Named Only\n")
    verdict = check(tmp_path / "T.tla", extras=ENGINES[engine])
    assert (verdict.exit_code, verdict.counts.generated, verdict.counts.distinct) == (0, 1202, 601)
