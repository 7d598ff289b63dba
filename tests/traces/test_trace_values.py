"""JSON to values and observations."""

from __future__ import annotations

from typing import Any

import pytest

from modelcheck.values import FALSE, TRUE, Interval, ModelValue, make_function, make_record
from traces.decode import At, BadValue, Decoder, Exactly, Members

A1, A2 = ModelValue("a1"), ModelValue("a2")
DECODER = Decoder(["a1", "a2"])


@pytest.mark.parametrize(
    ("json", "value"),
    [
        (7, 7),
        (-1, -1),
        (True, TRUE),
        (False, FALSE),
        ("text", "text"),
        ("a1", A1),
        ({"#string": "a1"}, "a1"),
        ([1, ["a1"]], (1, (A1,))),
        ([], ()),
        ({}, ()),
        ({"#set": [1, 1, 2]}, frozenset({1, 2})),
        ({"#set": [{"type": "1a", "acc": "a1"}]}, frozenset({make_record(("type", "acc"), ("1a", A1))})),
        ({"a1": 1, "a2": 2}, make_function({A1: 1, A2: 2})),
        ({"a1": 1, "b": 2}, make_record(("a1", "b"), (1, 2))),
        ({"#map": [[1, "x"], [2, "y"]]}, ("x", "y")),
        ({"#map": [[0, "x"]]}, make_function({0: "x"})),
        ({"#map": []}, ()),
    ],
)
def test_values(json: Any, value: Any) -> None:
    assert DECODER.value(json) == value
    assert DECODER.observation(json) == Exactly(value)


@pytest.mark.parametrize(
    ("json", "path", "says"),
    [
        (None, (), "null"),
        ({"x": [1, None]}, ("x", 1), "null"),
        ({"#set": 1}, ("#set",), "a list is needed"),
        ({"x": {"#set": [1, True]}}, ("x", "#set"), "no elements of one set"),
        ({"#sett": []}, ("#sett",), "no form of value"),
        ({"#set": [], "x": 1}, (), "beside other names"),
        ({"#map": [[1]]}, ("#map", 0), "a pair"),
        ({"#map": [[1, 2], [1, 3]]}, ("#map", 1, 0), "stands twice"),
        ({"#string": 3}, ("#string",), "no form of value"),
        ({"#at": {"a1": 1}, "#size": 2}, (), "stands beside"),
        ({"#has": [1], "x": 1}, (), "stands beside 'x'"),
        ({"#size": -1}, ("#size",), "an integer from 0"),
        ({"#at": [[1, 2, 3]]}, ("#at", 0), "a pair"),
        ({"#set": [{"#has": [1]}]}, ("#set", 0, "#has"), "a whole value is needed"),
    ],
)
def test_refused(json: Any, path: tuple[str | int, ...], says: str) -> None:
    with pytest.raises(BadValue) as caught:
        DECODER.observation(json)
    assert caught.value.path == path
    assert says in caught.value.message


FN = make_function({A1: frozenset({1, 2}), A2: frozenset()})


@pytest.mark.parametrize(
    ("json", "fits"),
    [
        ({"#at": {"a1": {"#set": [1, 2]}}}, True),
        ({"#at": {"a1": {"#set": [1]}}}, False),
        ({"#at": {"a1": {"#has": [2]}, "a2": {"#size": 0}}}, True),
        ({"#at": {"a1": {"#has": [3]}}}, False),
        ({"#at": {"a1": {"#lacks": [3]}}}, True),
        ({"#at": {"a1": {"#lacks": [1]}}}, False),
        ({"#at": {"a1": {"#has": [1], "#lacks": [3], "#size": 2}}}, True),
        ({"#at": {"a1": {"#size": 1}}}, False),
        ({"#at": [["a1", {"#set": [1, 2]}]]}, True),
        ({"#at": {"a3": 1}}, False),
        ({"#at": {}}, True),
        ({"#has": [1]}, False),
    ],
)
def test_partial(json: Any, fits: bool) -> None:
    observed = DECODER.observation(json)
    assert observed.fits(FN) is fits
    assert (next(observed.differences(FN), None) is None) is fits


def test_partial_of_sequences_and_lazy_sets() -> None:
    assert At(((2, Exactly("b")),)).fits(("a", "b"))
    assert not At(((3, Exactly("b")),)).fits(("a", "b"))
    assert not At(((TRUE, Exactly("a")),)).fits(("a", "b"))  # TRUE is no index, though Python's True is 1
    assert Members(frozenset(), frozenset(), 2).fits(("a", "b"))
    assert Members(frozenset({2}), frozenset({4}), 3).fits(Interval(1, 3))


def test_differences_are_told_innermost() -> None:
    logged = DECODER.observation({"a1": {"#set": [1, 3]}, "a2": {"#set": []}})
    told = [(d.place, d.logged, d.actual) for d in logged.differences(FN, "")]
    assert told == [("[a1]", "a set with 3", "a set without it"), ("[a1]", "a set without 2", "a set with it")]
    record = DECODER.observation({"type": "1a", "bal": 3})
    actual = make_record(("type", "bal"), ("1a", 4))
    assert [(d.place, d.logged, d.actual) for d in record.differences(actual)] == [(".bal", "3", "4")]
