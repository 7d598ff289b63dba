"""The main job, on few seeds; and that it sees what is not as stated."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import traces.verify as verify
from traces import pairs
from traces.manifest import ModelEntry, read_manifest, read_proofs

SMALL = {"MCTransactionCommit", "MCConsensus", "CommitsEarly", "PromiseNotLogged"}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the small models."""
    chosen = tuple(m for m in read_manifest() if m.config.rsplit("/", 1)[-1].removesuffix(".cfg") in SMALL)
    assert len(chosen) == len(SMALL)
    monkeypatch.setattr(verify, "read_manifest", lambda: chosen)
    monkeypatch.setattr(verify, "read_proofs", lambda: ())


def untimed(report: verify.Report) -> list[Any]:
    return [replace(row, seconds=0.0) for row in report.rows]


@pytest.mark.usefixtures("small")
def test_all_as_stated_and_the_same_with_two_processes() -> None:
    lines: list[str] = []
    one = verify.verify(["twophase", "paxos"], seeds=4, jobs=1, on_row=lines.append)
    two = verify.verify(["twophase", "paxos"], seeds=4, jobs=2)
    assert untimed(one) == untimed(two)
    assert one.ok and one.exit_code == 0
    assert len(lines) == 1 + len(one.rows) == 1 + 4 + 2 + 12
    assert one.totals["caught"] == one.totals["twins"] == 12
    assert one.totals["accepted"] == one.totals["traces"] == 8
    assert one.totals["models"] == one.totals["broken"] == 2
    data = one.as_json()
    assert data["ok"] is True and data["schema"] == "tlapair.verify/1" and len(data["rows"]) == len(one.rows)
    assert "All is as stated." in one.summary()


@pytest.mark.usefixtures("small")
def test_seeds_in_pieces_make_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = verify.verify(["twophase"], seeds=5, jobs=1)
    monkeypatch.setattr(verify, "CHUNK", 2)
    assert untimed(verify.verify(["twophase"], seeds=5, jobs=1)) == untimed(whole)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"distinct": 35}, "distinct is 34, stated 35"),
        ({"generated": 1}, "generated is 96, stated 1"),
        ({"depth": 8}, "depth is 7, stated 8"),
        ({"verdict": "violated", "property_name": "TypeOK"}, "verdict is holds, stated violated"),
    ],
)
def test_a_model_that_is_not_as_stated(change: dict[str, Any], says: str) -> None:
    entry = next(m for m in read_manifest() if m.config.endswith("MCTransactionCommit.cfg"))
    assert verify.do(verify.CheckModel(entry)).ok
    row = verify.do(verify.CheckModel(replace(entry, **change)))
    assert says in row.wrong and row.exit_code == 12 and "tlapair check" in row.again
    assert "NOT AS STATED" in verify.line(row)


def test_a_broken_model_that_is_not_as_stated() -> None:
    entry = next(m for m in read_manifest() if m.config.endswith("CommitsEarly.cfg"))
    assert verify.do(verify.CheckModel(entry)).ok
    assert "length is 6, stated 5" in verify.do(verify.CheckModel(replace(entry, length=5))).wrong
    assert "property is Consistent" in verify.do(verify.CheckModel(replace(entry, property_name="TypeOK"))).wrong


def test_a_proof_and_one_that_fails() -> None:
    entry = next(p for p in read_proofs() if p.protocol == "lock")
    row = verify.do(verify.Prove(entry))
    assert row.ok and row.what == "proof LockInductive" and row.verdict == "IndInv inductive"
    assert verify.totals([row])["proofs"] == 1
    missing = replace(entry, module="lock/Lock.tla", config="lock/MCLock.cfg")
    row = verify.do(verify.Prove(missing))
    assert not row.ok and row.verdict == "error S010" and verify.totals([row])["proofs"] == 0
    assert "NOT AS STATED" in verify.line(row)


def test_a_model_that_cannot_be_read() -> None:
    entry = ModelEntry("paxos", "paxos/Nothing.tla", "paxos/Nothing.cfg", "holds", False)
    row = verify.do(verify.CheckModel(entry))
    assert not row.ok and row.verdict.startswith("error ") and row.exit_code in (150, 151)


def test_a_run_that_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    """The runs of a faulty implementation in the place of the correct one."""
    import traces.record as recorder

    correct = recorder.record_of

    def faulty(protocol: Any, seed: int, faults: Any = None, **more: Any) -> Any:
        return correct(protocol, seed, faults, **(more | {"mutant": "CommitsEarly"}))

    monkeypatch.setattr(recorder, "record_of", faulty)
    row = verify.do(verify.RunSeeds("twophase", (0, 1, 2)))
    assert "is rejected at event" in row.wrong and row.exit_code == 12
    assert row.again.startswith("tlapair record twophase --seed ")
    report = verify.Report((row,), 1.0, 3, 1, verify.totals([row]))
    assert report.exit_code == 12 and "see it again: tlapair record" in report.summary()


def test_a_twin_that_is_not_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    import traces.record as recorder

    correct = recorder.record_of
    monkeypatch.setattr(
        recorder, "record_of", lambda protocol, seed, faults=None, **more: correct(protocol, seed, faults)
    )
    row = verify.do(verify.RunTwin("paxos", "ForgetsPromise"))
    assert row.wrong == "the trace of a faulty implementation is accepted" and row.exit_code == 12


def test_every_fault_has_its_turn() -> None:
    known = pairs.protocol("paxos").faults
    alone = {verify.faults_of(known, seed) for seed in range(1, 2 * len(known), 2)}
    assert alone == {(fault,) for fault in known}
    assert verify.faults_of(known, 4) == known


def test_driven_edges_are_a_column() -> None:
    row = verify.do(verify.DriveAlong("twophase"))
    assert row.ok and row.driven == "23/23" and row.states == 1264
    assert verify.line(row).split()[-3] == "23/23" and verify.heading().split()[-2] == "driven"
    assert verify.totals([row])["states"] == 0, "the states of a model are counted where it is checked"
    driven = [w for group in verify.work_of("twophase", range(2), drive=True) for w in group]
    assert [w for w in driven if isinstance(w, verify.DriveAlong)] == [verify.DriveAlong("twophase")]
    assert not any(isinstance(w, verify.DriveAlong) for g in verify.work_of("twophase", range(2)) for w in g)


def test_a_step_that_nobody_explains_is_not_as_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace as changed

    from traces.drive import small

    less = changed(small.small_of("retry"), requests=())
    monkeypatch.setitem(small.SMALL, "retry", lambda: less)
    row = verify.do(verify.DriveAlong("retry"))
    assert not row.ok and row.wrong.startswith("not driven, and no reason is given: Call(c = c1")
