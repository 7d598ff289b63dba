"""TLCSet("exit", TRUE) ends the search after the state that is being explored; that is no complete search."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.check import check
from modelcheck.extras import Extras
from modelcheck.render.text import headline
from modelcheck.verdict import Stopped

SPEC = """---- MODULE Ends ----
EXTENDS Naturals, TLC
VARIABLE x
Init == x = 0
Next == x' = x + 1
Inv == x < 3 \\/ TLCSet("exit", TRUE)
===="""


@pytest.mark.parametrize("tables", [True, False], ids=["tables", "closures"])
def test_the_spec_ends_the_search(tmp_path: Path, tables: bool) -> None:
    (tmp_path / "Ends.tla").write_text(SPEC, encoding="utf-8")
    (tmp_path / "Ends.cfg").write_text("INIT Init\nNEXT Next\nINVARIANT Inv", encoding="utf-8")
    verdict = check(tmp_path / "Ends.tla", tmp_path / "Ends.cfg", extras=Extras(tables=tables))
    assert isinstance(verdict, Stopped)
    assert (verdict.reason, verdict.exit_code) == ("exit", 152)
    assert (verdict.counts.generated, verdict.counts.distinct) == (4, 4)
    assert 'request, TLCSet("exit", TRUE)' in headline(verdict)
