"""The implementations against their specs: every run of the correct ones is a behavior, every faulty twin is caught
by its trace alone, and makes the very mistake of the broken spec whose twin it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.errors import TlaError
from traces import pairs
from traces.event import trace_of
from traces.manifest import read_manifest
from traces.places import specs_folder
from traces.record import as_trace, record
from traces.search import Options
from traces.validate import Accepted, Rejected, validate

TWINS = [(name, mutant.name) for name in pairs.names() for mutant in pairs.protocol(name).mutants]
# Their specs show the mistake by a means that the implementation does not have: a variable or an action of its own.
OTHERWISE = {"CountsVotesTwice", "VoteNotLogged", "DecisionNotLogged", "PromiseNotLogged",
             "FenceForgotten", "TokenNotLogged", "TableNotLogged", "NumberReused", "MarkerLate"}

# With neither arguments nor variables observed, there are too many explanations to try.
LARGE = {"chubby", "multipaxos", "presumedabort", "raft", "register", "wal", "zab", "zookeeper"}


def run_of(name: str, twin: str) -> Rejected | Accepted:
    mutant = pairs.protocol(name).mutant(twin)
    return validate(as_trace(record(name, mutant.seed, sorted(mutant.faults), mutant=twin)))


def test_each_broken_spec_has_a_twin() -> None:
    broken = {(m.protocol, m.module.rsplit("/", 1)[-1].removesuffix(".tla")) for m in read_manifest() if m.broken}
    assert broken == set(TWINS) and len(TWINS) >= 6


@pytest.mark.parametrize(("name", "twin"), TWINS)
def test_twins_are_caught(name: str, twin: str) -> None:
    verdict = run_of(name, twin)
    assert isinstance(verdict, Rejected)
    assert verdict.contradiction is None, "the spec rejects it, not the log's own clocks"
    assert 0 < verdict.explained < len(verdict.trace.events)


@pytest.mark.parametrize(("name", "twin"), [t for t in TWINS if t[1] not in OTHERWISE])
def test_twins_behave_as_the_broken_spec(name: str, twin: str, tmp_path: Path) -> None:
    trace = run_of(name, twin).trace
    broken = specs_folder() / name / "broken" / f"{twin}.tla"
    if "EXTENDS MC" in broken.read_text(encoding="utf-8"):  # it is the right one with a definition replaced
        whole = tmp_path / "Whole.cfg"
        small = broken.with_suffix(".cfg").read_text(encoding="utf-8")
        whole.write_text(small.replace("SmallSpec", "Spec").replace("UpTo <- OneByOne", ""), encoding="utf-8")
        assert validate(trace, spec=broken, config=whole, any_module=True).accepted
        return
    assert validate(trace, spec=broken, any_module=True).accepted
    with pytest.raises(TlaError) as caught:
        validate(trace, spec=broken)
    assert caught.value.code == "T007"


@pytest.mark.parametrize("name", pairs.names())
@pytest.mark.parametrize("seed", range(12))
def test_runs_are_behaviors(name: str, seed: int) -> None:
    verdict = validate(as_trace(record(name, seed)))
    assert isinstance(verdict, Accepted)
    assert len(verdict.path) == len(verdict.trace.events) + 1


@pytest.mark.parametrize("name", pairs.names())
def test_less_observed(name: str) -> None:
    """Without variables, without arguments, or with one variable only, there are more explanations, never fewer."""
    made = record(name, 3)
    for keep in ((), ("args",), ("vars",))[name in LARGE :]:
        events = [{k: v for k, v in event.items() if k in ("action", "node", "clock", *keep)} for event in made.events]
        assert validate(trace_of(made.header, events)).accepted, keep
    for variable in pairs.protocol(name).mapping.names:
        assert validate(as_trace(record(name, 3, variables=[variable]))).accepted, variable


def test_lines_lost_are_hidden_steps() -> None:
    made = record("twophase", 0, ())
    events = [{k: v for k, v in event.items() if k not in ("vector", "time_ms")} for event in made.events]
    at = next(i for i, event in enumerate(events) if event["action"] == "VoteYes")
    del events[at]
    trace = trace_of(made.header, events)
    verdict = validate(trace)
    assert isinstance(verdict, Rejected) and verdict.contradiction is not None
    for options in (Options(1), Options(1, frozenset({"VoteYes"})), Options(1, breadth=True)):
        found = validate(trace, options)
        assert isinstance(found, Accepted)
        hidden = [found.spec.engine.actions[step.action].name for node in found.path for step in node.hidden]
        assert hidden == ["VoteYes"]
    assert not validate(trace, Options(1, frozenset({"VoteNo"}))).accepted


def test_the_same_seed_gives_the_same_run() -> None:
    first, second = record("paxos", 5), record("paxos", 5)
    assert (first.header, first.events) == (second.header, second.events)
    assert record("paxos", 6).events != first.events


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        ({"protocol": "twophase"}, "T007", "whose spec is twophase/TwoPhase.tla"),
        ({"protocol": "paxo"}, "T007", "did you mean 'paxos'?"),
        ({"spec": "paxos/Paxo.tla"}, "T010", "did you mean 'paxos/Paxos.tla'?"),
        ({"spec": "../paxos/Paxos.tla"}, "T010", "no path below"),
        ({"spec": "/etc/passwd"}, "T010", "no path below"),
        ({"spec": "twophase/TwoPhase.tla", "protocol": None}, "T011", "no constant 'Value'"),
        ({"constants+": {"Balot": 3}}, "T011", "did you mean 'Ballot'?"),
        ({"constants-": "Quorum"}, "C020", "no value for 'Quorum'"),
        ({"constants+": {"Quorum": {"#set": [{"#set": ["a1"]}, {"#set": ["a2"]}]}}}, "T011", "the ASSUME at"),
        ({"constants+": {"Value": None}}, "T009", "null"),
    ],
)
def test_headers_of_another_spec(change: dict[str, object], code: str, says: str) -> None:
    made = record("paxos", 3, ())
    header = dict(made.header)
    for key, value in change.items():
        if key == "constants+":
            assert isinstance(value, dict)
            header["constants"] = header["constants"] | value
        elif key == "constants-":
            header["constants"] = {k: v for k, v in header["constants"].items() if k != value}
        else:
            header[key] = value
    with pytest.raises(TlaError) as caught:
        validate(trace_of(header, made.events))
    assert (caught.value.code, caught.value.exit_code) == (code, 151)
    assert says in caught.value.message


def test_constants_are_those_of_the_run() -> None:
    """A run in a smaller world is no behavior: an acceptor, a ballot or a value is missing."""
    made = record("paxos", 3, ())
    for constant, less in (("Ballot", [0, 1]), ("Value", ["v3"])):
        header = made.header | {"constants": made.header["constants"] | {constant: {"#set": less}}}
        verdict = validate(trace_of(header, made.events))
        assert isinstance(verdict, Rejected) and verdict.explained < 6
