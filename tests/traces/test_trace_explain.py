"""What a rejection says beside the nearest step: guesses, arguments that cannot be, states, hidden steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from modelcheck.values import ModelValue
from traces.event import trace_of
from traces.explain import Diagnosis, diagnose
from traces.record import record
from traces.report import as_text
from traces.search import Options
from traces.validate import Rejected, validate

Event = dict[str, Any]


def events_of(protocol: str, seed: int) -> tuple[dict[str, Any], list[Event]]:
    made = record(protocol, seed, ())
    return made.header, [{k: v for k, v in e.items() if k in ("action", "args", "vars", "node")} for e in made.events]


def rejected(change: Callable[[list[Event]], None], protocol: str = "twophase", **options: Any) -> Rejected:
    header, events = events_of(protocol, 0)
    change(events)
    verdict = validate(trace_of(header, events, "run.ndjson"), Options(**options))
    assert isinstance(verdict, Rejected)
    return verdict


def first(events: list[Event], action: str) -> int:
    return next(i for i, event in enumerate(events) if event["action"] == action)


def names(verdict: Rejected, diagnosis: Diagnosis) -> list[str]:
    return [verdict.spec.engine.actions[step.action].name for step in diagnosis.instead]


def test_a_lost_line_is_guessed() -> None:
    lost: list[Event] = []

    def lose(events: list[Event]) -> None:
        lost.append(events.pop(first(events, "VoteYes")))

    verdict = rejected(lose)
    missing = diagnose(verdict).missing
    assert missing is not None
    assert verdict.spec.engine.actions[missing.action].name == "VoteYes"
    assert missing.args == (ModelValue(lost[0]["args"]["r"]),)
    assert "one step more would explain it: VoteYes(r = " in as_text(verdict)


def test_another_action_that_would_fit_is_named() -> None:
    def rename(events: list[Event]) -> None:
        event = events[first(events, "VoteYes")]
        event["action"] = "VoteNo"

    verdict = rejected(rename)
    diagnosis = diagnose(verdict)
    assert names(verdict, diagnosis) == ["VoteYes"]
    assert diagnosis.nearest is not None  # VoteNo is possible, with another effect
    assert {name for name, _ in diagnosis.nearest.differences} == {"rmLog", "rmState", "msgs"}


def test_an_argument_that_cannot_be() -> None:
    def change(events: list[Event]) -> None:
        event = events[first(events, "Phase1a")]
        event["args"]["b"] = 1000
        del event["vars"]

    verdict = rejected(change, "paxos")
    impossible = diagnose(verdict).impossible
    assert impossible is not None and (impossible.name, impossible.value) == ("b", 1000)
    assert 0 in impossible.taken and 1000 not in impossible.taken
    assert "Phase1a never has b = 1000" in as_text(verdict)


def test_nothing_fits_the_first_event() -> None:
    def change(events: list[Event]) -> None:
        events.insert(0, {"action": "Init", "vars": {"tmLog": "committed"}})

    verdict = rejected(change)
    assert verdict.explained == 0
    text = as_text(verdict)
    assert "nothing; this is the first event" in text
    assert 'tmLog: the log has "committed", the spec "empty"' in text


def test_several_states_explain_the_log() -> None:
    """Votes collected from somebody, not said from whom: all the ways are kept, and shown."""

    def open_up(events: list[Event]) -> None:
        collected = [i for i, event in enumerate(events) if event["action"] == "CollectVote"]
        for i, event in enumerate(events):
            event.pop("vars")
            if i in collected:
                event.pop("args")
        events[collected[-1] :] = [events[collected[-1]], {"action": "DecideCommit"}, {"action": "DecideCommit"}]

    verdict = rejected(open_up)
    assert verdict.event.action == "DecideCommit" and verdict.explained == len(verdict.trace.events) - 1
    assert len(verdict.candidates) == 1  # only with all votes could the first DecideCommit be

    def no_decision(events: list[Event]) -> None:
        open_up(events)
        del events[-2:]
        del events[max(i for i, event in enumerate(events) if event["action"] == "CollectVote")]
        events.append({"action": "DecideCommit"})

    verdict = rejected(no_decision)
    assert len(verdict.candidates) > 1
    assert f"one of {len(verdict.candidates)} states" in as_text(verdict)
    blocked = diagnose(verdict).blocked
    assert blocked is not None and blocked[1].why.conjunct.text == "tmVotes = RM"


def test_hidden_steps_are_looked_through() -> None:
    def lose_two(events: list[Event]) -> None:
        at = first(events, "VoteYes")
        del events[at : at + 2]

    verdict = rejected(lose_two, hidden=1)
    assert diagnose(verdict).nearest is not None or diagnose(verdict).blocked is not None
    assert diagnose(verdict).missing is None  # one step more is what the options allow already
