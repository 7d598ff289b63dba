"""Real processes, real sockets, real kills: what comes of `tlapair run`. Nothing here depends on how fast it goes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from modelcheck.cli import main
from pyimpl.net.cluster import Cluster, free_ports
from pyimpl.net.services import SERVICES, service

ROOT = Path(__file__).parents[2]


def run(*arguments: str | Path, code: int = 0) -> list[str]:
    """The lines that `tlapair run` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "modelcheck", "run", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return (done.stdout or done.stderr).splitlines()


def report(*arguments: str | Path) -> dict[str, object]:
    found = json.loads("\n".join(run(*arguments, "--json")))
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(("name", "looks"), [("raft", 8), ("zab", 8), ("zookeeper", 4)])
def test_under_kills_nothing_acknowledged_is_lost(name: str, looks: int, tmp_path: Path) -> None:
    made = report(name, "--dir", tmp_path / "run", "--load", "3", "--commands", "25", "--kill", "2")
    closed = made["closed"]  # sessions; on a slow machine they may be
    assert made["answered"] == 3 * 25 + looks - closed and made["unknown"] == 0 and made["kills"] == 2  # type: ignore[operator]
    assert closed == 0 or name == "zookeeper"
    assert made["history"]["linearizable"] is True  # type: ignore[index]
    trace = made["trace"]
    assert isinstance(trace, dict) and trace["verdict"] == "accepted"
    assert trace["explained"] == trace["events"] > 100
    answers = (tmp_path / "run" / "history.ndjson").read_text().count('"answer"')
    assert answers == made["answered"]
    if name == "zookeeper":
        assert made["reads"]["in_order"] is True and made["reads"]["reads"] > 10  # type: ignore[index]


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SERVICES))
@pytest.mark.parametrize("seed", [1, 2])
def test_ten_kills(name: str, seed: int, tmp_path: Path) -> None:
    made = report(
        name, "--dir", tmp_path / "run", "--load", "6", "--seconds", "25", "--kill", "10", "--seed", str(seed)
    )
    assert made["kills"] == 10 and made["unknown"] == 0 and made["answered"] > 100  # type: ignore[operator]
    assert made["history"]["linearizable"] is True  # type: ignore[index]
    assert made["trace"]["verdict"] == "accepted"  # type: ignore[index]
    if name == "zookeeper":
        assert made["reads"]["in_order"] is True and made["reads"]["reads"] > 50  # type: ignore[index]


def test_a_person_has_a_session(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """ZooKeeper: clients are nodes of the spec; programs ask them, again with the same number if need be."""
    what = service("zookeeper")
    cluster = Cluster(what, what.names(3), tmp_path / "run", clients=2)
    assert cluster.names == ("s1", "s2", "s3") and cluster.clients == ("c1", "c2")
    one, two = (f"{host}:{port}" for host, port in cluster.servers)
    cluster.start()
    try:
        for where, words, answer in (
            (one, "create /k1 5", "true"),
            (two, "create /k1 6", "false"),
            (two, "get /k1", '["5", 0]'),
            (two, "set /k1 7 0", "true"),
            (one, "set /k1 8 0", "false"),
            (one, "delete /k1 none", "true"),
            (one, "peek /k1", "none"),
            (one, "elect /leader", "1"),
            (two, "leader /leader", "c1"),
            (one, "quit", "closed"),
            (two, "leader /leader", "None"),
        ):
            assert main(["run", "--client", where, *words.split()]) == 0
            assert capsys.readouterr().out == f"{answer}\n", words
        assert main(["run", "--client", where, "create", "/elsewhere", "1"]) != 0
        assert "no such command: create PATH DATA" in capsys.readouterr().err
    finally:
        cluster.stop()
    assert cluster.fallen() == []


def test_a_person_talks_to_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By `tlapair run --client`, and by lines of words on a socket."""
    import socket

    what = service("raft")
    cluster = Cluster(what, what.names(3), tmp_path / "run")
    where = ",".join(f"{host}:{port}" for host, port in cluster.servers)
    cluster.start()
    try:
        for words, answer in (("put x 5", "ok"), ("add x 2", "7"), ("cas x 7 none", "true"), ("read x", "none")):
            assert main(["run", "--client", where, *words.split()]) == 0
            assert capsys.readouterr().out == f"{answer}\n"
        assert main(["run", "--client", where, "sing"]) != 0
        assert "no such command: put KEY VALUE" in capsys.readouterr().err
        with socket.create_connection(cluster.servers[0]) as line:
            line.sendall(b"shout\nget x\n")
            heard = line.makefile()
            assert heard.readline().startswith("error: say put KEY VALUE")
            assert heard.readline() == "none\n"
    finally:
        cluster.stop()
    assert cluster.fallen() == []


def test_without_load_until_it_is_interrupted(tmp_path: Path) -> None:
    """Ctrl-C ends the processes, and what they did is judged."""
    folder = tmp_path / "run"
    process = subprocess.Popen(
        [sys.executable, "-m", "modelcheck", "run", "zab", "--nodes", "1", "--dir", str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    guard = threading.Timer(300, process.kill)
    guard.start()
    head = [process.stdout.readline() for _ in range(3)]
    assert head[0].startswith("zab: 1 processes in") and "tlapair run --client 127.0.0.1:" in head[2]
    where = head[2].split("--client ")[1].split()[0]
    assert run("--client", where, "put", "x", "1") == ["ok"]
    os.kill(process.pid, signal.SIGINT)
    rest = process.stdout.read()
    guard.cancel()
    assert process.wait() == 0
    assert "a behavior of Zab" in rest and not (folder / "history.ndjson").read_text().count("ask")


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["run", *arguments]) != 0
    return capsys.readouterr().err


def test_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "error T013: no processes can be made of 'rafd'; did you mean 'raft'?" in refused(capsys, "rafd")
    assert "error T014: zab has 3 nodes at most" in refused(capsys, "zab", "--nodes", "4")
    assert "PROTOCOL is missing" in refused(capsys)
    assert "--client is missing" in refused(capsys, "raft", "put", "x")
    assert "error U001: 'nowhere' is no HOST:PORT" in refused(capsys, "--client", "nowhere", "get", "x")
    (tmp_path / "cluster.json").write_text("{}")
    assert "holds the records of another run" in refused(capsys, "raft", "--dir", str(tmp_path))
    assert main(["run", "--list"]) == 0
    assert capsys.readouterr().out.split() == list(SERVICES)


def test_a_node_that_ends_by_itself_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Here because its record is none."""
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "s1.db").write_text("this is no database, and long enough to be told from one" * 20)
    said = refused(capsys, "raft", "--nodes", "1", "--seconds", "300", "--dir", str(folder))
    assert "error T014: s1 ended without being killed" in said and "s1.log" in said


def test_ports_are_free_and_different() -> None:
    assert len(set(free_ports(8))) == 8
