"""The bench runner: counts, ratio and files of a run beside a checker that says what it is told to."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

RUNNER = Path(__file__).with_name("compare.py")
SPEC = """---- MODULE Clock ----
EXTENDS Naturals
VARIABLE h
Init == h \\in 1..12
Next == h' = IF h = 12 THEN 1 ELSE h + 1
====
"""


@pytest.mark.parametrize(("generated", "code"), [(24, 0), (25, 1)])
def test_beside_another_checker(tmp_path: Path, generated: int, code: int) -> None:
    (tmp_path / "Clock.tla").write_text(SPEC)
    (tmp_path / "Clock.cfg").write_text("INIT Init\nNEXT Next\n")
    other = tmp_path / "other.py"
    other.write_text(f'print("{generated} states generated, 12 distinct states found, 0 states left on queue.")\n')
    out = tmp_path / "out"
    command = [sys.executable, str(RUNNER), "--models", str(tmp_path / "Clock.tla"), "--out", str(out)]
    run = subprocess.run([*command, "--tlc", f"{sys.executable} {other}"], capture_output=True, text=True)
    assert run.returncode == code, run.stderr
    (line,) = json.loads((out / "bench.json").read_text())
    assert (line["ours"]["generated"], line["ours"]["distinct"], line["ours"]["depth"]) == (24, 12, 1)
    assert (line["other"]["generated"], line["other"]["distinct"]) == (generated, 12)
    assert ("COUNTS DIFFER" in (out / "bench.md").read_text()) == (code == 1)
    assert "Clock (1)" in (out / "bench.svg").read_text()


def test_a_checker_that_fails_has_no_ratio(tmp_path: Path) -> None:
    (tmp_path / "Clock.tla").write_text(SPEC)
    (tmp_path / "Clock.cfg").write_text("INIT Init\nNEXT Next\n")
    command = [sys.executable, str(RUNNER), "--models", str(tmp_path / "Clock.tla"), "--tlc"]
    run = subprocess.run([*command, f"{sys.executable} -c 'raise SystemExit(150)'"], capture_output=True, text=True)
    assert run.returncode == 1, run.stderr
    (line,) = [text for text in run.stdout.splitlines() if "Clock" in text][:1]
    assert "Clock (EXIT CODES 0 AND 150)" in line
    assert line.split("|")[7].strip() == "–"


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    run = subprocess.run([sys.executable, str(RUNNER), "--models", "NoSuch.tla"], capture_output=True, text=True)
    assert run.returncode == 1
    assert "NoSuch.tla: no such module" in run.stderr
