"""Inductive invariants of our own specs, and broken siblings for which the proof fails at the right action."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.symbolic.outcomes import Inductive, NotInductive
from modelcheck.symbolic.prove import Question, prove

SPECS = Path(__file__).resolve().parents[2] / "specs"
TWO_PHASE = SPECS / "twophase" / "TwoPhaseInductive.tla"
BROKEN = {
    "AbortsAfterYes": "VoteNo",
    "CommitsEarly": "DecideCommit",
    "DecisionNotLogged": "DecideCommit",
    "VoteNotLogged": "VoteYes",
}


def test_two_phase_commit():
    proof = prove(TWO_PHASE)
    assert isinstance(proof, Inductive)
    assert proof.checked == ("IndInv",)
    assert {o.answer for o in proof.obligations} == {"proved"}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_two_phase_commit(name, tmp_path, monkeypatch):
    monkeypatch.setattr("modelcheck.symbolic.induct.LOOKED_AT_MAX", 50)
    text = TWO_PHASE.read_text(encoding="utf-8")
    text = text.replace("EXTENDS TwoPhase", f"EXTENDS {name}").replace("MODULE TwoPhaseInductive", "MODULE Sibling")
    (tmp_path / "Sibling.tla").write_text(text, encoding="utf-8")
    folders = (TWO_PHASE.parent / "broken", TWO_PHASE.parent)
    proof = prove(tmp_path / "Sibling.tla", TWO_PHASE.with_suffix(".cfg"), library=folders)
    assert isinstance(proof, NotInductive)
    assert proof.action == BROKEN[name]
    assert proof.behavior.steps[1].action is not None
    assert proof.behavior.steps[1].action.name == proof.action


@pytest.mark.slow
def test_voting():
    proof = prove(SPECS / "paxos" / "MCVoting.tla")
    assert isinstance(proof, Inductive)


def test_the_problem_of_commit():
    proof = prove(SPECS / "twophase" / "MCTransactionCommit.tla", question=Question())
    assert isinstance(proof, Inductive)
