"""The fault search: twins are found and made small, sound implementations not accused; tables count what happened."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from modelcheck.cli import main
from modelcheck.errors import TlaError
from pyimpl.sim import run
from pyimpl.sim.choices import Choices
from traces import pairs
from traces.event import read_trace
from traces.faults import fault_table, search
from traces.faults.search import BLOCK, from_blocks, without_zeros
from traces.validate import validate_file

FOUND = [
    ("twophase", "CountsVotesTwice", "DecideCommit"), ("paxos", "DecidesOnMinority", "Decide"),
    ("retry", "NoTable", "Execute"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "mutant", "action"), FOUND)
def test_a_twin_is_found_and_made_small(name: str, mutant: str, action: str) -> None:
    result = search(name, mutant, shrink_runs=120)
    found = result.found
    assert found is not None and result.runs <= 60 and result.shrinking <= 125
    assert found.verdict.event.action == action
    assert found.that_matter <= 10 and found.that_matter < found.first
    assert found.choices == without_zeros(found.run.choices) and (not found.choices or found.choices[-1] != 0)


def test_the_choices_are_the_run() -> None:
    """Replayed from the header alone, the same run."""
    found = search("twophase", "AbortsAfterYes", shrink_runs=40).found
    assert found is not None
    header = found.run.header
    again = run(pairs.protocol("twophase"), faults=header["faults"], faulty=header["faulty"], choices=header["choices"])
    assert again.events == found.run.events


def test_sound_implementations_are_not_accused() -> None:
    for name in ("twophase", "paxos"):
        result = search(name, runs=25)
        assert result.found is None and result.runs == 25 and result.shrinking == 0 and result.events > 100


def test_the_same_seed_finds_the_same() -> None:
    first, again, other = (search("paxos", "IgnoresVotes", seed=s, shrink_runs=20) for s in (3, 3, 4))
    assert first.found is not None and again.found is not None and other.found is not None
    assert first.found.run.events == again.found.run.events and first.runs == again.runs
    assert (first.runs, first.found.run.choices) != (other.runs, other.found.run.choices)


def test_bytes_as_choices() -> None:
    choices = from_blocks([bytes([7, 1, 2]), bytes([255])])
    assert [choices.below(n) for n in (5, 1000, 10, 4)] == [2, 258, 5, 0]
    assert choices.made == [2, 258, 5, 0] and BLOCK == 64
    assert without_zeros([0, 3, 0, 0]) == (0, 3)
    assert Choices.replay((0, 3)).below(4) == 0


def test_unknown_names_are_refused() -> None:
    for arguments in (("twofase", None, None), ("twophase", "CommitsLate", None), ("twophase", None, ["rain"])):
        with pytest.raises(TlaError) as error:
            search(*arguments)
        assert error.value.code == "T013"


def test_table() -> None:
    table = fault_table("twophase", runs=4)
    assert list(table.counts) == ["none", *pairs.protocol("twophase").faults, "all"]
    assert table.counts["none"]["Request"] == 4 and table.counts["none"]["RMCrash"] == 0
    assert table.counts["crash"]["RMCrash"] == table.counts["crash"]["RMRestart"] > 0
    assert table.happened["loss"]["loss"] > 0 and table.happened["none"]["loss"] == 0
    assert set(table.actions) == {a.name for a in pairs.protocol("twophase").actions()} | {"TMCrash", "RMCrash"}
    lines = table.lines()
    assert lines[0].split() == ["twophase", *table.counts] and lines[1].split()[:2] == ["Request", "4"]
    assert table.as_json()["actions"]["none"]["Request"] == 4 and "Request" not in table.never()


def test_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["search", "twophase", "--mutant", "CommitsEarly", "--shrink-runs", "10"]) == 12
    out = capsys.readouterr().out
    assert "error T020" in out and "twophase-CommitsEarly-failing.ndjson: the trace" in out
    path = tmp_path / "twophase-CommitsEarly-failing.ndjson"
    assert not validate_file(path).accepted and read_trace(path).header.faulty == "CommitsEarly"
    assert main(["search", "twophase", "--runs", "3", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["found"], data["runs"]) == (False, 3)
    assert main(["search", "twophase", "--table", "2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"] == 2
