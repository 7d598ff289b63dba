"""The set-of-states search, on a small engine in Python."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import pytest
from fake_spec import HEADER, A, B, Bank, deposit, search

from modelcheck.errors import TlaError
from modelcheck.values import make_function
from traces.claims import claims_of
from traces.decode import Decoder
from traces.event import trace_of
from traces.search import Options, Search, StepCache

BREADTH = Options(breadth=True)


def balances(*events: dict[str, Any], options: Options = BREADTH) -> set[tuple[int, int]]:
    """The balances of all states that explain the events; fails unless they are explained."""
    outcome = search(list(events), options)
    assert outcome.witness is not None and outcome.reached == len(events)
    return {(node.state[0].get(A), node.state[0].get(B)) for node in outcome.candidates}


def test_what_is_not_logged_stays_open() -> None:
    assert balances(deposit("a", 2)) == {(2, 0)}
    assert balances({"action": "Deposit"}) == {(1, 0), (2, 0), (0, 1), (0, 2)}
    assert balances({"action": "Deposit", "args": {"n": 2}}) == {(2, 0), (0, 2)}
    assert balances({"action": "Deposit", "vars": {"balance": {"#at": {"b": 2}}}}) == {(0, 2)}
    assert balances({"action": "Deposit"}, {"action": "Deposit", "vars": {"balance": {"a": 4, "b": 0}}}) == {(4, 0)}
    assert balances({"args": {"y": "b"}, "action": None}, options=Options(1, breadth=True)) == {(0, 1), (1, 1)}


def test_no_action_named_may_be_any_step_or_none() -> None:
    assert balances({"vars": {"audited": True}}) == {(0, 0)}
    assert balances({}) == {(0, 0), (1, 0), (2, 0), (0, 1), (0, 2)}


def test_stuttering() -> None:
    assert balances({"action": "stutter"}) == {(0, 0)}
    assert search([{"action": "stutter", "vars": {"balance": {"a": 1, "b": 0}}}]).witness is None


def test_initial_states() -> None:
    first = {"action": "Init", "vars": {"balance": {"#at": {"a": 3}}}}
    outcome = search([first, deposit("b", 1)], BREADTH, starts=(0, 3))
    assert {node.state[0] for node in outcome.candidates} == {make_function({A: 3, B: 1})}
    assert search([first | {"vars": {"balance": {"#at": {"a": 1}}}}], starts=(0, 3)).reached == 0
    with pytest.raises(TlaError) as caught:  # only the first event can be the initial state
        search([deposit("a", 1), first])
    assert caught.value.code == "T008"


def test_rejected_at_the_first_event_that_cannot_be() -> None:
    outcome = search([deposit("a", 2), deposit("a", 2), deposit("a", 1), deposit("b", 1)])
    assert (outcome.witness, outcome.reached) == (None, 2)
    assert [node.state[0] for node in outcome.candidates] == [make_function({A: 4, B: 0})]


@pytest.mark.parametrize("breadth", [False, True])
def test_hidden_steps(breadth: bool) -> None:
    seen = {"vars": {"audited": True, "balance": {"a": 2, "b": 0}}, "action": "Move", "args": {"x": "b", "y": "a"}}
    events = [deposit("a", 1), deposit("b", 1), seen]
    assert search(events, Options(0, breadth=breadth)).reached == 2
    found = search(events, Options(1, breadth=breadth)).witness
    assert found is not None
    assert [step.action for node in found.path() for step in node.hidden] == [2]
    assert search(events, Options(1, frozenset({"Move"}), breadth)).witness is None
    assert search(events, Options(1, frozenset({"Audit"}), breadth)).witness is not None
    two = [deposit("a", 1), {"action": "Audit", "vars": {"balance": {"a": 0, "b": 4}}}]
    assert [search(two, Options(n, breadth=breadth)).witness is not None for n in (0, 1, 2, 3)] == [
        False, False, True, True,
    ]  # fmt: skip
    # three hidden steps are needed, and with 2 there is room for two before the first event, too


def test_the_hidden_steps_are_bounded_between_two_events_each() -> None:
    jump = [{"action": "Deposit", "vars": {"balance": {"a": n, "b": 0}}} for n in (3, 4)]
    assert search(jump, Options(1)).witness is not None
    assert search(jump[1:], Options(1)).witness is not None
    too_far = {"action": "Deposit", "args": {"n": 1}, "vars": {"balance": {"a": 4, "b": 0}}}
    assert search([too_far], Options(1)).reached == 0


def test_depth_first_and_breadth_first_agree() -> None:
    """On all logs of four partly observed events: the same answer, and when rejected the same states."""
    choices: list[dict[str, Any]] = [
        {"action": "Deposit"},
        {"action": "Move", "args": {"x": "a"}},
        {"vars": {"balance": {"#at": {"b": 2}}}, "action": "Deposit"},
        {"action": "Audit", "vars": {"balance": {"#at": {"a": 1}}}},
    ]
    accepted = 0
    for events in product(choices, repeat=4):
        deep, broad = search(list(events)), search(list(events), BREADTH)
        assert (deep.witness is None) is (broad.witness is None)
        assert deep.reached == broad.reached
        if deep.witness is None:
            assert {n.state for n in deep.candidates} == {n.state for n in broad.candidates}
        else:
            accepted += 1
            assert deep.seen <= broad.seen
    assert 0 < accepted < len(choices) ** 4


def test_the_witness_is_a_behavior() -> None:
    events = [{"action": "Deposit"}, {"action": "Move"}, {"action": "Deposit", "vars": {"balance": {"a": 1, "b": 3}}}]
    found = search(events).witness
    assert found is not None
    path, engine = found.path(), Bank()
    assert path[0].state in set(engine.initial()) and [node.level for node in path] == [0, 1, 2, 3]
    for before, node in pairwise(path):
        assert node.step in list(engine.steps(before.state))


def test_limit_of_states() -> None:
    with pytest.raises(TlaError) as caught:
        search([{}] * 8, Options(breadth=True, states_max=20))
    assert (caught.value.code, caught.value.exit_code) == ("T021", 152)


def test_steps_are_asked_for_once() -> None:
    engine: Any = Bank()
    cache = StepCache(engine)
    claims = claims_of(trace_of(HEADER, [deposit("a", 1), deposit("a", 1)]), engine, Decoder(["a", "b"]))
    for _ in range(5):
        assert Search(cache, claims, Options()).run().witness is not None
    assert engine.asked == 2


@pytest.mark.parametrize(
    ("event", "column", "says"),
    [
        ({"action": "Deposite"}, 12, "no action 'Deposite'; did you mean 'Deposit'?"),
        ({"action": "Audit", "args": {"x": "a"}}, 30, "Audit has no parameter 'x'"),
        ({"action": "Deposit", "args": {"x": "a", "m": 1}}, 42, "Deposit has no parameter 'm'"),
        ({"args": {"z": 1}}, 11, "no action of the spec has a parameter 'z'"),
        ({"vars": {"balanced": 1}}, 11, "no variable 'balanced'; did you mean 'balance'?"),
        ({"action": "stutter", "args": {"x": "a"}}, 32, "stutter has no parameter 'x'"),
    ],
)
def test_unknown_names(event: dict[str, Any], column: int, says: str) -> None:
    with pytest.raises(TlaError) as caught:
        search([deposit("a", 1), event])
    error = caught.value
    assert (error.code, error.exit_code) == ("T008", 151)
    assert says in error.message
    assert error.span is not None and (error.span.begin.line, error.span.begin.column) == (3, column)


def test_values_without_meaning() -> None:
    with pytest.raises(TlaError) as caught:
        search([deposit("a", 1, vars={"balance": {"#at": {"a": {"#sett": []}}}})])
    error = caught.value
    assert error.code == "T009" and error.span is not None
    assert error.span.text == "[]"
