"""Invariants that initial states satisfy because they are initial: the native search does not ask them there."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.core import NATIVE, Choice
from modelcheck.engine.closures import ClosureEngine
from modelcheck.explore.bfs import Finding, Search
from modelcheck.explore.given import given
from modelcheck.explore.lookup import LookupSearch
from modelcheck.explore.nativesearch import available
from modelcheck.explore.task import make_task
from modelcheck.module import load
from modelcheck.module.model import Model

MODULE = """---- MODULE M ----
EXTENDS Integers
K == TRUE
VARIABLES x, y
TypeOK == x \\in 0..9 /\\ y \\in 0..9
Sum == x + y <= 12
Inv == TypeOK /\\ Sum
Half(n) == x <= n
Low == x <= 5
Both == Sum /\\ TypeOK
More == Sum /\\ Low
Either == Sum \\/ Low
Within == K
Other == x + y <= 12
Init == /\\ Inv
        /\\ Half(5)
Loose == TypeOK /\\ (Sum \\/ Low)
Next == x' = (x + 1) % 10 /\\ y' = (y + x) % 10
====
"""
ALL = ("TypeOK", "Sum", "Inv", "Low", "Both", "More", "Either", "Other", "Within")


def model_of(tmp_path: Path, init: str, *invariants: str, constant: str = "K <- Sum") -> Model:
    (tmp_path / "M.tla").write_text(MODULE)
    names = " ".join(invariants)
    (tmp_path / "M.cfg").write_text(f"INIT {init} NEXT Next INVARIANTS {names} CONSTANTS {constant}\n")
    return load(tmp_path / "M.tla", tmp_path / "M.cfg")


def follows(model: Model) -> set[str]:
    found = given(model.inits, [named.expr for named in model.invariants], model.replaced)
    return {named.name for named, yes in zip(model.invariants, found, strict=True) if yes}


def test_what_follows(tmp_path: Path) -> None:
    assert follows(model_of(tmp_path, "Init", *ALL)) == {"TypeOK", "Sum", "Inv", "Both", "Within"}
    assert follows(model_of(tmp_path, "Inv", *ALL, constant="K <- Low")) == {"TypeOK", "Sum", "Inv", "Both"}
    assert follows(model_of(tmp_path, "Loose", *ALL)) == {"TypeOK"}


@pytest.mark.skipif(not available(), reason="the native evaluator was not built")
@pytest.mark.parametrize("init", ["Inv", "Init", "Loose", "TypeOK"])
@pytest.mark.parametrize("invariant", ALL[:-1])
def test_verdicts(tmp_path: Path, init: str, invariant: str) -> None:
    model = model_of(tmp_path, init, invariant)
    engine = ClosureEngine(model)
    task = make_task(model, engine)
    plain, native = Search(engine, task), LookupSearch(engine, task, core=Choice(NATIVE))
    ended, other = plain.run(), native.run()
    assert (ended is None) == (other is None)
    if isinstance(ended, Finding):
        assert isinstance(other, Finding)
        assert (other.kind, other.index, other.target) == (ended.kind, ended.index, ended.target)
    assert (native.generated, native.distinct, native.depth) == (plain.generated, plain.distinct, plain.depth)
