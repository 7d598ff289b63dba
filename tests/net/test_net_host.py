"""One node with its disk and its trace: whenever it is killed, disk and trace agree at its next start."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from inprocess import Net

from pyimpl.net.store import ForgetfulStore
from pyimpl.net.tracelog import TraceLog
from traces.report import as_text
from traces.validate import Rejected, validate


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()[1:]]


def accepted(net: Net) -> tuple[str, ...]:
    trace = net.merged()
    verdict = validate(trace)
    assert verdict.accepted, as_text(verdict)
    return trace.notes


def test_a_cluster_by_hand(tmp_path: Path) -> None:
    net = Net("raft", tmp_path)
    net.elect("s1")
    assert net.ask("s1", 1, "put", "x", 5) == "ok"
    assert net.ask("s2", 2, "add", "x", 2) == 7, "passed on to the leader"
    assert net.ask("s1", 2, "add", "x", 2) == 7, "asked again, and carried out once"
    assert net.ask("s3", 0, "read", "x") == 7
    for name in net.names:
        net.stop(name)
        net.start(name)
    net.elect("s2")
    assert net.ask("s2", 3, "get", "x") == 7
    actions = [event["action"] for event in lines(tmp_path / "s1.ndjson")]
    assert actions.count("Crash") == 1 and actions[0] == "AskPreVote"
    assert accepted(net) == ()


def test_killed_after_the_flush_and_before_the_line(tmp_path: Path) -> None:
    """What is durable and not yet told is told at the next start, with what it was told with."""
    net = Net("raft", tmp_path)
    net.elect("s1")
    log = net.nodes["s2"].trace
    whole = (tmp_path / "s2.ndjson").read_text()

    def killed(text: object) -> None:
        raise KeyboardInterrupt

    log.append = killed  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        net.ask("s1", 1, "put", "x", 5)
    net.letters.clear()
    net.stop("s2")
    assert (tmp_path / "s2.ndjson").read_text() == whole
    net.start("s2")
    told = lines(tmp_path / "s2.ndjson")[len(whole.splitlines()) - 1 :]
    assert [event["action"] for event in told] == ["AcceptEntries", "Crash"]
    net.fire("s1", "heartbeat")
    net.deliver()
    assert net.ask("s1", 1, "put", "x", 5) == "ok"
    assert accepted(net) == ()


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_a_torn_line_is_left_out_and_then_cut_off(tmp_path: Path, cut: int) -> None:
    net = Net("raft", tmp_path)
    net.elect("s1")
    net.ask("s1", 1, "put", "x", 5)
    net.stop("s3")
    path = tmp_path / "s3.ndjson"
    whole = path.read_bytes()
    line = json.dumps({"action": "Deliver", "node": "s3", "args": {"pad": "x" * 300}}).encode()
    path.write_bytes(whole + line[:cut])
    number = whole.count(b"\n") + 1
    assert accepted(net) == (f"{path}:{number}: the last line is torn, and left out",)
    net.start("s3")
    assert path.read_bytes().startswith(whole) and path.read_bytes().endswith(b"}\n")
    assert accepted(net) == ()


def test_a_kill_while_the_header_is_written(tmp_path: Path) -> None:
    (tmp_path / "s1.ndjson").write_bytes(b'{"schema": "tlap')
    net = Net("raft", tmp_path)
    net.elect("s1")
    assert accepted(net) == ()


def test_the_vector_goes_on_after_a_crash(tmp_path: Path) -> None:
    net = Net("raft", tmp_path)
    net.elect("s1")
    before = lines(tmp_path / "s1.ndjson")[-1]["vector"]
    net.stop("s1")
    net.start("s1")
    after = lines(tmp_path / "s1.ndjson")[-1]
    assert after["action"] == "Crash" and after["vector"] == before | {"s1": before["s1"] + 1}
    assert after["changes"] == {"role": {"#at": {"s1": "follower"}}, "commitIndex": {"#at": {"s1": 0}}}


def test_a_lost_flush_is_given_away_by_the_trace(tmp_path: Path) -> None:
    """The disk of s2 says that the vote is safe and loses it."""
    disk = ForgetfulStore(lose=1)
    net = Net("raft", tmp_path, {"s2": disk})
    net.elect("s1")
    disk.lose = len(disk._flushed)
    net.stop("s2")
    disk.crash()
    net.start("s2")
    verdict = validate(net.merged())
    assert isinstance(verdict, Rejected) and verdict.event.action == "Crash" and verdict.event.node == "s2"
    assert "currentTerm[s2]: the log has 0, the spec 1" in as_text(verdict)


def test_a_torn_flush_is_given_away_by_the_trace(tmp_path: Path) -> None:
    """Of an entry and the record that tells of it, the disk keeps the first: the entry is forgotten."""
    disk = ForgetfulStore(tear=1)
    net = Net("raft", tmp_path, {"s2": disk})
    net.elect("s1")
    assert net.ask("s1", 1, "put", "x", 5) == "ok"
    net.stop("s2")
    disk.crash()
    net.start("s2")
    verdict = validate(net.merged())
    assert isinstance(verdict, Rejected) and verdict.event.action == "Crash"
    assert "log[s2]" in as_text(verdict)


def test_a_disk_that_keeps_its_word(tmp_path: Path) -> None:
    net = Net("raft", tmp_path, {name: ForgetfulStore() for name in ("s1", "s2", "s3")})
    net.elect("s1")
    net.ask("s1", 1, "put", "x", 5)
    for name in net.names:
        disk = net.stores[name]
        assert isinstance(disk, ForgetfulStore)
        net.stop(name)
        disk.crash()
        net.start(name)
    net.elect("s3")
    assert net.ask("s3", 2, "get", "x") == 5
    assert accepted(net) == ()


def test_zab_by_hand(tmp_path: Path) -> None:
    net = Net("zab", tmp_path)
    for _ in range(6):
        net.deliver()
        for name in net.names:
            for timer in list(net.timers[name]):
                if timer in ("look", "ping"):
                    net.fire(name, timer)
                    net.deliver()
    assert net.ask("s1", 1, "put", "x", 5) == "ok"
    net.stop("s3")
    net.start("s3")
    assert accepted(net) == ()
    assert any(event["action"] == "Crash" for event in lines(tmp_path / "s3.ndjson"))


def test_what_a_line_holds(tmp_path: Path) -> None:
    """Own values as differences, messages and applied values as additions; nothing that others did."""
    net = Net("raft", tmp_path)
    net.elect("s1")
    grant = next(event for event in lines(tmp_path / "s2.ndjson") if event["action"] == "GrantVote")
    assert grant == {
        "action": "GrantVote",
        "node": "s2",
        "args": {"i": "s2", "j": "s1", "t": 1},
        "changes": {
            "currentTerm": {"#at": {"s2": 1}},
            "votedFor": {"#at": {"s2": "s1"}},
            "msgs": {"#added": [{"type": "Vote", "term": 1, "from": "s2", "to": "s1"}]},
        },
        "vector": {"s1": 2, "s2": 2},
        "time_ms": 0,
    }
    assert isinstance(net.nodes["s1"].trace, TraceLog)
