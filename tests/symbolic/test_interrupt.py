"""Ctrl-C and SIGTERM end a question to the solver at once, however long z3 would take."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from modelcheck.explore.bfs import Search
from modelcheck.module import load
from modelcheck.symbolic.crosscheck import cross_check

ROOT = Path(__file__).resolve().parents[2]

#: 15 pigeons in 14 holes: no answer in hours. The signal comes while z3 looks for one.
PIGEONS = """
import os, signal, sys, threading
from modelcheck.symbolic.context import Context
from modelcheck.symbolic.formulas import TRUE_F
from modelcheck.symbolic.solver import Solver

signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
ctx = Context()
fx, solver = ctx.fx, Solver(ctx, 3600)
at = [[fx.fresh() for _ in range(14)] for _ in range(15)]
for row in at:
    solver.add(fx.any_of(row))
for first in range(15):
    for second in range(first):
        for one, other in zip(at[first], at[second]):
            solver.add(-fx.both(one, other))
try:
    threading.Timer(0.3, os.kill, (os.getpid(), int(sys.argv[1]))).start()
    print(solver.ask(TRUE_F) if sys.argv[2] == "ask" else solver.used(TRUE_F, [at[0][0]]))
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("how", ["ask", "used"])
def test_a_question_is_given_up(number: signal.Signals, how: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PIGEONS, str(int(number)), how],
        capture_output=True, text=True, timeout=280, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (done.stdout, done.stderr, done.returncode) == ("interrupted\n", "", 0)


def test_an_interrupted_side_ends_the_comparison(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "T.tla").write_text(
        "---- MODULE T ----\nEXTENDS Naturals\nVARIABLE x\nInit == x = 0\nNext == x < 3 /\\ x' = x + 1\n"
        "Inv == x < 5\n====\n"
    )
    (tmp_path / "T.cfg").write_text("INIT Init\nNEXT Next\nINVARIANT Inv\n")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Search, "_levels", interrupted)
    with pytest.raises(KeyboardInterrupt):
        cross_check(load(tmp_path / "T.tla"), 3)
