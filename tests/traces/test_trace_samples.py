"""The sample traces: accepted, or rejected at their line for the stated reason; and as `tlapair record` makes them."""

from __future__ import annotations

import pytest
from make_samples import SAMPLES, samples

from traces import pairs
from traces.explain import diagnose
from traces.report import as_json, as_text
from traces.validate import Rejected, Verdict, validate_file

ACCEPTED = sorted(SAMPLES.glob("*.ndjson"))


def rejected(name: str) -> Rejected:
    verdict: Verdict = validate_file(SAMPLES / "rejected" / f"{name}.ndjson")
    assert isinstance(verdict, Rejected)
    return verdict


def test_they_are_what_is_recorded() -> None:
    made = samples()
    on_disk = {p.relative_to(SAMPLES).as_posix(): p for p in SAMPLES.rglob("*.ndjson")}
    assert set(made) == set(on_disk), "run tests/traces/make_samples.py"
    for name, path in on_disk.items():
        assert path.read_text(encoding="utf-8") == made[name], f"{name}: run tests/traces/make_samples.py"
        assert made[name].count("\n") < 130


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda p: p.stem)
def test_accepted(path: object) -> None:
    verdict = validate_file(str(path))
    assert verdict.accepted and verdict.explained == len(verdict.trace.events)
    assert as_json(verdict)["verdict"] == "accepted"


def test_two_of_each_pair_are_accepted() -> None:
    assert {path.stem for path in ACCEPTED} == {f"{name}-{how}" for name in pairs.names() for how in ("calm", "storm")}


@pytest.mark.parametrize(
    ("name", "conjunct", "values"),
    [
        ("paxos-ForgetsPromise", "b >= maxBal[a]", {"b": "1", "maxBal[a]": "2"}),
        ("paxos-IgnoresVotes", "told = {}", {}),
        ("twophase-CommitsEarly", "tmVotes = RM", {}),
    ],
)
def test_blocked_at_the_mistake(name: str, conjunct: str, values: dict[str, str]) -> None:
    verdict = rejected(name)
    blocked = diagnose(verdict).blocked
    assert blocked is not None
    why = blocked[1].why
    assert why.conjunct.text == conjunct
    assert {part.text: str(part.value) for part in why.parts if part.text in values} == values
    text = as_text(verdict)
    assert f"False: {conjunct}" in text and "in the code: pyimpl/" in text and "in the spec: " in text


def test_the_python_line_is_the_faulty_one() -> None:
    code = diagnose(rejected("paxos-ForgetsPromise")).code
    assert code is not None and code.file == "pyimpl/paxos/broken.py" and code.name == "ForgetsPromise.phase2b"


def test_observed_otherwise() -> None:
    verdict = rejected("twophase-VoteNotLogged")
    assert verdict.event.action == "RMCrash"
    near = diagnose(verdict).nearest
    assert near is not None
    ((variable, difference),) = near.differences
    node = verdict.event.node
    assert (variable, difference.place) == ("rmLog", f"[{node}]")
    assert (difference.logged, difference.actual) == ('"empty"', '"prepared"')


def test_promise_taken_back() -> None:
    verdict = rejected("paxos-promise-taken-back")
    near = diagnose(verdict).nearest
    assert near is not None and near.step is not None
    told = [(name, d.place, d.logged, d.actual) for name, d in near.differences]
    assert told == [("maxBal", f"[{verdict.event.node}]", "-1", str(verdict.event.args["b"]))]


def test_contradictions() -> None:
    lost = rejected("paxos-line-lost")
    assert lost.contradiction is not None and lost.contradiction.field == "clock"
    assert "missing" in as_text(lost)
    moved = rejected("twophase-vote-by-another")
    assert moved.contradiction is not None and moved.contradiction.field == "node"
    assert as_json(moved)["rejection"]["contradiction"]["field"] == "node"
