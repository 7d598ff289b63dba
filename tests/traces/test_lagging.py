"""Reads that may lag: histories that keep each rule, and ones that break it, with the line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from modelcheck.cli import main
from modelcheck.errors import TlaError
from traces.history import history_of
from traces.lagging import InOrder, OutOfOrder, as_text, judge_lagging
from traces.linear import linearize

Line = tuple[str, list[Any], Any, int, int | None]


def lines(*said: Line) -> list[dict[str, Any]]:
    """Each asks and is answered at once: client, operation, answer, at, changed."""
    out: list[dict[str, Any]] = []
    for number, (client, asked, answer, at, changed) in enumerate(said, 1):
        out.append({"client": client, "number": number, "ask": asked})
        told = {"answer": answer, "at": at} | ({} if changed is None else {"changed": changed})
        out.append({"client": client, "number": number} | told)
    return out


def judged(*said: Line) -> InOrder | OutOfOrder:
    return judge_lagging(history_of("znodes", lines(*said)))


MADE: Line = ("c1", ["create", "/a", "one"], True, 3, None)
SET: Line = ("c1", ["set", "/a", "two", 0], True, 5, None)


def test_a_read_may_lag() -> None:
    verdict = judged(
        MADE,
        SET,
        ("c2", ["peek", "/a"], None, 2, None),
        ("c2", ["peek", "/a"], ["one", 0], 4, 3),
        ("c1", ["peek", "/a"], ["two", 1], 5, 5),
        ("c2", ["get", "/a"], ["two", 1], 6, 5),
    )
    assert isinstance(verdict, InOrder)
    assert (verdict.reads, verdict.late, verdict.most) == (3, 2, 3)
    assert "3 reads that may lag, 2 of them behind what others had seen, by 3 changes at most" in as_text(verdict)


@pytest.mark.parametrize(
    ("said", "line", "why"),
    [
        ([MADE, ("c1", ["peek", "/b"], None, 2, None)], 5, "has seen more before: position 3"),
        ([MADE, ("c2", ["peek", "/a"], ["one", 0], 3, 4)], 5, "is not from before it was read"),
        ([MADE, SET, ("c1", ["peek", "/a"], ["one", 0], 5, 3)], 7, "does not see its own change"),
        (
            [MADE, SET, ("c2", ["peek", "/a"], ["two", 1], 5, 5), ("c3", ["peek", "/a"], ["one", 0], 6, 3)],
            9,
            '/a was not ["one", 0] then: another answer says that it was ["two", 1]',
        ),
        (
            [MADE, ("c2", ["peek", "/a"], ["one", 0], 6, 3), ("c3", ["peek", "/a"], None, 4, None)],
            7,
            "/a was not null then",
        ),
        (
            [MADE, ("c2", ["peek", "/a"], ["one", 0], 4, 3), ("c3", ["peek", "/a"], ["two", 0], 4, 3)],
            7,
            "another answer says",
        ),
    ],
)
def test_each_rule(said: list[Line], line: int, why: str) -> None:
    verdict = judged(*said)
    assert isinstance(verdict, OutOfOrder) and verdict.line == line and why in verdict.why
    assert as_text(verdict).startswith("error T023: <run>:")


def test_only_its_own_changes_must_be_seen() -> None:
    assert judged(MADE, SET, ("c2", ["peek", "/a"], ["one", 0], 4, 3)).in_order
    assert judged(("c1", ["set", "/a", "x", 7], False, 5, None), ("c1", ["peek", "/a"], ["one", 0], 5, 3)).in_order


def test_reads_that_lag_are_not_linearizable_and_need_not_be() -> None:
    said = [MADE, SET, ("c2", ["peek", "/a"], ["one", 0], 4, 3)]
    assert linearize(history_of("znodes", lines(*said))).linearizable
    said[2] = ("c2", ["get", "/a"], ["one", 0], 4, 3)
    verdict = linearize(history_of("znodes", lines(*said)))
    assert not verdict.linearizable and verdict.line == 7


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ([MADE, ("c2", ["create", "/a", "x"], True, 4, None)], 5),
        ([MADE, ("c2", ["set", "/a", "x", 1], True, 4, None)], 5),
        ([MADE, ("c2", ["set", "/a", "x", None], False, 4, None)], 5),
        ([MADE, ("c2", ["delete", "/a", None], True, 4, None), ("c1", ["get", "/a"], ["one", 0], 5, 3)], 7),
        ([MADE, SET, ("c1", ["get", "/a"], ["two", True], 5, 5)], 7),
    ],
)
def test_what_nodes_answer(said: list[Line], wrong: int) -> None:
    verdict = linearize(history_of("znodes", lines(*said)))
    assert not verdict.linearizable and verdict.line == wrong


def test_positions_are_needed() -> None:
    bare = lines(MADE)
    del bare[1]["at"]
    with pytest.raises(TlaError, match="tells 'at'"):
        judge_lagging(history_of("znodes", bare))
    with pytest.raises(TlaError, match="'at', an integer"):
        history_of("znodes", [bare[0], {"client": "c1", "number": 1, "answer": True, "at": "x"}])
    with pytest.raises(TlaError, match="'at', an integer"):
        history_of("znodes", [{**bare[0], "at": 1}])


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "history.ndjson"
    head = json.dumps({"schema": "tlapair.history/1", "object": "znodes"})
    said = [MADE, ("c1", ["peek", "/b"], None, 3, None)]
    path.write_text("\n".join([head, *map(json.dumps, lines(*said))]) + "\n")
    assert main(["validate", str(path)]) == 0
    assert "reads in the order of each session: 1 reads that may lag" in capsys.readouterr().out
    said[1] = ("c1", ["peek", "/b"], None, 2, None)
    path.write_text("\n".join([head, *map(json.dumps, lines(*said))]) + "\n")
    assert main(["validate", "--json", str(path)]) == 12
    assert '"code": "T023"' in capsys.readouterr().out
