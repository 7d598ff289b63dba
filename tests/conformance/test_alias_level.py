"""An ALIAS is evaluated in each state of the behavior as it was there: level and trace are that state's."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.cli import main

SPEC = r"""---- MODULE Rising ----
EXTENDS Integers, Sequences, TLC, TLCExt
VARIABLE x
Init == x = 0
Next == x' = x + 1
Low == x < 3
Shown == [lvl |-> TLCGet("level"), len |-> Len(Trace), last |-> Trace[Len(Trace)].x, nxt |-> x']
====
"""


@pytest.mark.parametrize("engine", ["closures", "tables"])
def test_level_and_trace_are_those_of_the_state_shown(
    engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "Rising.tla").write_text(SPEC)
    (tmp_path / "Rising.cfg").write_text("INIT Init\nNEXT Next\nINVARIANT Low\nALIAS Shown\n")
    assert main(["check", str(tmp_path / "Rising.tla"), "--engine", engine, "--quiet"]) == 12
    lines = capsys.readouterr().out.splitlines()
    told = {name: [line.split(" = ")[1] for line in lines if f"/\\ {name} = " in line] for name in ("lvl", "len")}
    assert told == {"lvl": ["1", "2", "3", "4"], "len": ["1", "2", "3", "4"]}
    assert [line.split(" = ")[1] for line in lines if "/\\ last = " in line] == ["0", "1", "2", "3"]
    assert [line.split(" = ")[1] for line in lines if "/\\ nxt = " in line] == ["1", "2", "3", "3"]
