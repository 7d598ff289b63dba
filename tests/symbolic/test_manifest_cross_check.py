"""Every model of the manifest in both engines, to a depth of 6 steps (two to less): none disagrees, none goes
unanswered."""

from __future__ import annotations

import pytest
from manifest_crosschecks import compared, main

from modelcheck.symbolic.crosscheck import STEPS, phase
from traces.manifest import ModelEntry, read_manifest

QUICK = {"TransactionCommit", "TwoPhase", "CommitsEarly", "Consensus", "Paxos", "DecidesOnMinority", "Turns", "Counter"}
"""The others together take some minutes."""
DEPTHS = {"ZooKeeperCrash": 5, "ZooKeeperExpiry": 4}
"""Of these the solver has no answer for the next step in four minutes."""


def marked(entry: ModelEntry) -> object:
    marks = [] if entry.name in QUICK else [pytest.mark.slow]
    return pytest.param(entry, marks=marks, id=f"{entry.protocol}-{entry.name}")


@pytest.mark.parametrize("entry", [marked(entry) for entry in read_manifest()])
def test_both_engines_agree(entry: ModelEntry) -> None:
    steps = DEPTHS.get(entry.name, STEPS)
    row = compared(entry, steps)
    found = row.found
    assert found is not None and found.symbolic is not None, row
    assert (found.difference, found.inconclusive, found.agreed) == ("", "", steps)
    assert phase(found.explicit) == phase(found.symbolic)
    wrong = phase(found.explicit)
    if entry.verdict == "holds":
        assert wrong is None
    elif wrong is not None and entry.length is not None:
        assert wrong == entry.length - 1


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["TransactionCommit", "CommitsEarly"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in lines[1:3]] == [
        ["twophase/TransactionCommit", "agree", "-"],
        ["twophase/CommitsEarly", "agree", "5"],
    ]
    assert lines[1].split()[4:] == ["1", "6", "15", "17", "13", "7", "2"]
    assert lines[-1] == "2 agree"
