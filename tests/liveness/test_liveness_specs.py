"""Every row of the table and its twin: verdict, exit code, and, for a violation, that the lasso is genuine."""

from __future__ import annotations

from pathlib import Path

import pytest
from liveness_specs import ROWS, Row
from naive_words import Word

from modelcheck.check import check_model
from modelcheck.engine.closures import ClosureEngine
from modelcheck.module import load
from modelcheck.verdict import Holds, LivenessViolated


def test_the_table_is_long_enough_and_every_twin_differs() -> None:
    assert len(ROWS) >= 60
    assert len({row.name for row in ROWS}) == len(ROWS)
    assert all(row.text(True) != row.text(False) for row in ROWS)
    assert 20 < sum(row.twin[0] == "fair" for row in ROWS) < len(ROWS) - 20


@pytest.mark.parametrize("twin", [False, True], ids=["row", "twin"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row: Row, twin: bool, tmp_path: Path) -> None:
    spec = tmp_path / f"{row.name}.tla"
    spec.write_text(row.text(twin))
    spec.with_suffix(".cfg").write_text(row.config())
    model = load(spec, None, [])
    engine = ClosureEngine(model)
    verdict = check_model(model, engine)
    if row.holds is not twin:
        assert isinstance(verdict, Holds), verdict
        assert verdict.exit_code == 0
        return
    assert isinstance(verdict, LivenessViolated), verdict
    assert (verdict.exit_code, verdict.property_name) == (13, "Prop")
    states, loop = list(verdict.behavior.states), verdict.loop
    word = Word(states, loop, lambda atom, s, t: engine.atom_test(atom)(s, t))
    assert states[0] in list(engine.initial())
    for i, state in enumerate(states):
        target = states[word.after(i)]
        if target == state:  # stuttering, at the end and nowhere else
            assert i == len(states) - 1 == loop and verdict.stutters
        else:
            assert target in [t for t, _ in engine.successors(state)]
    for condition in model.fairness:
        assert word.holds(engine.temporal(condition))
    (prop,) = model.properties
    assert not all(word.holds(engine.temporal(part)) for part in prop.liveness)
