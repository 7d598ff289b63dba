"""`--continue`, `--dfs`, `--depth`, `--difftrace`: other ways to search and to print."""

from __future__ import annotations

import json

import pytest

from modelcheck import check
from modelcheck.cli import main
from modelcheck.explore.bfs import Limits
from modelcheck.extras import Extras

GRID = """---- MODULE Grid ----
EXTENDS Naturals
VARIABLES x, y
vars == <<x, y>>
Init == x = 0 /\\ y = 0
Right == x < 3 /\\ x' = x + 1 /\\ UNCHANGED y
Up == y < 2 /\\ y' = y + 1 /\\ UNCHANGED x
Next == Right \\/ Up
Spec == Init /\\ [][Next]_vars /\\ WF_vars(Next)
Inside == x < 3 \\/ y < 2
Low == y < 2
Odd == x < 1 \\/ x = "a"
Flat == [][y' = y]_vars
Arrives == <>(x = 3 /\\ y = 2)
Leaves == <>[](x = 2)
Near == x + y < 4
====
"""


@pytest.fixture
def grid(tmp_path, monkeypatch):
    (tmp_path / "Grid.tla").write_text(GRID)
    monkeypatch.chdir(tmp_path)

    def write(cfg):
        (tmp_path / "Grid.cfg").write_text(f"SPECIFICATION Spec\n{cfg}\n")
        return "Grid.tla"

    return write


def names(verdict):
    return [getattr(v, "property_name", v.name) for v in (verdict, *verdict.further)]


# ---- --continue ----


def test_all_that_is_wrong_is_told(grid):
    path = grid("INVARIANTS Low Inside PROPERTY Flat")
    first = check(path)
    assert (first.exit_code, names(first), first.further, first.repeated) == (12, ["Flat"], (), ())
    verdict = check(path, extras=Extras(keep_going=True))
    assert names(verdict) == ["Flat", "Low", "Inside", "deadlock"] and verdict.exit_code == 12
    assert [len(v.behavior.steps) for v in (verdict, *verdict.further)] == [2, 3, 6, 6]
    assert (verdict.counts.generated, verdict.counts.distinct, verdict.counts.depth) == (18, 12, 6)
    # 8 steps go up; 4 states have y = 2
    assert verdict.repeated == (("property Flat is violated by a step", 7), ("invariant Low is violated", 3))


def test_first_one_decides_the_exit_code(grid):
    verdict = check(grid("INVARIANT Inside"), extras=Extras(keep_going=True))
    assert (names(verdict), verdict.exit_code) == (["Inside", "deadlock"], 12)
    verdict = check(grid("PROPERTY Leaves CHECK_DEADLOCK FALSE INVARIANT Low"), extras=Extras(keep_going=True))
    assert (names(verdict), verdict.exit_code) == (["Low", "Leaves"], 12)


def test_nothing_wrong_is_still_nothing_wrong(grid):
    path = grid("PROPERTY Arrives CHECK_DEADLOCK FALSE")
    assert check(path, extras=Extras(keep_going=True)).name == "holds"


def test_error_of_evaluation_ends_it(grid):
    verdict = check(grid("INVARIANTS Odd Low CHECK_DEADLOCK FALSE"), extras=Extras(keep_going=True))
    assert (names(verdict), verdict.exit_code) == (["Odd"], 76)


def test_limit_is_told_too(grid):
    verdict = check(grid("INVARIANT Low"), limits=Limits(depth=4), extras=Extras(keep_going=True))
    assert (names(verdict), verdict.exit_code) == (["Low", "stopped"], 12)


def test_states_outside_the_constraints_are_not_explored_further(grid):
    verdict = check(grid("CONSTRAINT Low INVARIANT Low CHECK_DEADLOCK FALSE"), extras=Extras(keep_going=True))
    assert (names(verdict), verdict.counts.distinct) == (["Low"], 8)
    assert verdict.repeated == (("invariant Low is violated", 3),)


def test_text_and_json_of_all(grid, capsys):
    path = grid("INVARIANTS Low Inside")
    assert main(["check", path, "--quiet", "--continue"]) == 12
    out = capsys.readouterr().out
    told = ["Invariant Low is violated.", "Invariant Inside is violated.", "A deadlock is reached", "Found again: "]
    places = [out.index(text) for text in told]
    assert places == sorted(places)
    assert "Found again: invariant Low is violated, 3 more times.\n" in out
    assert main(["check", path, "--quiet", "--continue", "--json"]) == 12
    said = json.loads(capsys.readouterr().out)
    assert [more["verdict"] for more in said["further"]] == ["violated", "deadlock"]
    assert said["repeated"] == [{"what": "invariant Low is violated", "times": 3}]


# ---- --dfs ----


@pytest.mark.parametrize(
    "cfg",
    [
        "", "CHECK_DEADLOCK FALSE", "INVARIANT Low", "PROPERTY Flat", "INVARIANT Odd",
        "PROPERTY Arrives CHECK_DEADLOCK FALSE", "PROPERTY Leaves CHECK_DEADLOCK FALSE",
        "CONSTRAINT Near CHECK_DEADLOCK FALSE",
    ],
)  # fmt: skip
def test_depth_first_gives_the_same_verdict(grid, cfg):
    path = grid(cfg)
    breadth, depth = check(path), check(path, extras=Extras(depth_first=True))
    assert (depth.name, depth.exit_code, names(depth)) == (breadth.name, breadth.exit_code, names(breadth))
    if breadth.exit_code == 0:
        same = [(v.counts.generated, v.counts.distinct, v.counts.frontier) for v in (breadth, depth)]
        assert same[0] == same[1]


def test_depth_first_goes_deep(grid):
    verdict = check(grid("INVARIANT Low CHECK_DEADLOCK FALSE"), extras=Extras(depth_first=True))
    assert list(verdict.behavior.states) == [(0, 0), (1, 0), (2, 0), (3, 0), (3, 1), (3, 2)]
    assert (verdict.counts.frontier, verdict.counts.distinct) == (3, 9)


def test_depth_first_with_a_limit_is_not_complete(grid):
    path = grid("CHECK_DEADLOCK FALSE")
    for depth, name in ((3, "stopped"), (5, "stopped"), (6, "holds")):
        verdict = check(path, limits=Limits(depth=depth), extras=Extras(depth_first=True))
        assert (verdict.name, verdict.exit_code) == (name, 152 if name == "stopped" else 0)


def test_depth_first_continues_too(grid):
    verdict = check(grid("INVARIANTS Low Inside PROPERTY Flat"), extras=Extras(depth_first=True, keep_going=True))
    assert sorted(names(verdict)) == ["Flat", "Inside", "Low", "deadlock"]
    assert sum(times for _, times in verdict.repeated) == 10


# ---- --depth, --difftrace ----


def test_depth_is_a_limit_of_levels(grid, capsys):
    assert main(["check", grid(""), "--quiet", "--depth", "3"]) == 152
    assert "Stopped at the limit of depth 3; nothing found so far." in capsys.readouterr().out


def test_only_changes_are_printed(grid, capsys):
    assert main(["check", grid("INVARIANT Low"), "--quiet", "--difftrace"]) == 12
    out = capsys.readouterr().out
    assert out[out.index("State 1") : out.index("\n\nFalse")] == (
        "State 1: initial state\n  /\\ x = 0\n  /\\ y = 0\n"
        "State 2: Up   at Grid.tla:7:1\n* /\\ y = 1\nState 3: Up   at Grid.tla:7:1\n* /\\ y = 2"
    )
