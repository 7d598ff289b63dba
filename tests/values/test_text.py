"""Printing in TLA+ syntax and as JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from value_strategies import values

from modelcheck.values import (
    FALSE,
    TRUE,
    Interval,
    ModelValue,
    Nat,
    PowerSet,
    from_itf,
    from_json,
    intern_order,
    make_function,
    make_record,
    make_set,
    pretty,
    pretty_lines,
    reset_order,
    show,
    to_itf,
    to_json,
)

MODEL_VALUES = {"m1", "m2", "m3"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (TRUE, "TRUE"),
        (-5, "-5"),
        ('say "hi"\n\\', r'"say \"hi\"\n\\"'),
        (ModelValue("p1"), "p1"),
        (make_set([3, 1, 2]), "{1, 2, 3}"),
        ((), "<<>>"),
        ((1, (2, "x")), '<<1, <<2, "x">>>>'),
        (make_record(["a", "b"], [1, make_set([FALSE])]), "[a |-> 1, b |-> {FALSE}]"),
        (make_function({0: 1, 1: 2}), "(0 :> 1 @@ 1 :> 2)"),
        (make_function({"not a name": 1}), '("not a name" :> 1)'),
        (make_function({(1, 2): "x"}), '(<<1, 2>> :> "x")'),
        (Interval(1, 3), "{1, 2, 3}"),
        (PowerSet(Interval(1, 2)), "{{}, {1}, {2}, {1, 2}}"),
        (PowerSet(Interval(1, 50)), "SUBSET (1..50)"),
        (Nat, "Nat"),
    ],
)
def test_pretty(value, text):
    assert pretty(value) == text


def test_records_are_printed_in_order_of_appearance():
    reset_order()
    for name in ("type", "ballot"):
        intern_order(name)
    assert pretty(make_record(["ballot", "type"], [1, "a"])) == '[type |-> "a", ballot |-> 1]'
    reset_order()


def test_wide_values_are_broken():
    reset_order()
    value = make_record(["log", "name"], [tuple(range(12)), make_set(["x" * 12, "y" * 12])])
    assert pretty_lines(value, 40) == [
        "[ log |->",
        "    << 0,",
        *[f"       {i}," for i in range(1, 11)],
        "       11 >>,",
        "  name |->",
        '    {"xxxxxxxxxxxx", "yyyyyyyyyyyy"} ]',
    ]
    assert pretty_lines((1, 2)) == ["<<1, 2>>"]


@given(values)
def test_broken_text_is_the_flat_text_with_other_blanks(v):
    def squeeze(text: str) -> str:
        return "".join(text.split())

    assert squeeze("".join(pretty_lines(v, 10))) == squeeze(pretty(v))


def test_show_shortens():
    text = show(tuple(range(1000)), 60)
    assert len(text) <= 60 and text.startswith("<<0, 1") and text.endswith("999>>")


@given(values)
def test_itf_round_trip(v):
    assert from_itf(json.loads(json.dumps(to_itf(v))), MODEL_VALUES) == v


@given(values)
def test_json_round_trip(v):
    assert from_json(json.loads(json.dumps(to_json(v))), MODEL_VALUES) == v


def test_values_nested_too_deeply_are_refused():
    data: list = []
    for _ in range(200_000):
        data = [data]
    with pytest.raises(ValueError, match="nested too deeply"):
        from_itf(data)
    while data:  # taken apart by hand: Python's own clean-up recurses
        data = data.pop()


def test_integers_of_any_length():
    big = 3**20_000
    assert from_itf({"#bigint": "9" * 4000}) == 10**4000 - 1
    digits = pretty(big)
    assert len(digits) == 9543 and digits.startswith("2661") and digits.endswith("0001")
    assert pretty(-big) == "-" + digits


def test_forms():
    v = make_record(["s", "q", "f"], [make_set([2, 1]), (1, TRUE), make_function({5: "x"})])
    assert to_itf(v) == {
        "s": {"#set": [{"#bigint": "1"}, {"#bigint": "2"}]},
        "q": {"#tup": [{"#bigint": "1"}, True]},
        "f": {"#map": [[{"#bigint": "5"}, "x"]]},
    }
    assert to_json(v) == {"s": {"#set": [1, 2]}, "q": [1, True], "f": {"#map": [[5, "x"]]}}
    assert to_itf(Nat) == {"#unserializable": "Nat"} and from_itf({"#unserializable": "Nat"}) is Nat
    assert to_itf(Interval(1, 2)) == {"#set": [{"#bigint": "1"}, {"#bigint": "2"}]}
    assert to_json(make_function({"#set": 1})) == {"#map": [["#set", 1]]}
    assert from_itf(2**70) == 2**70 and from_itf([1, 2]) == (1, 2)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, r"\$: None"),
        ({"a": 1.5}, r"\$\.a: 1\.5"),
        ({"#bigint": "1x"}, "not a decimal integer"),
        ({"#bigint": "--1"}, "not a decimal integer"),
        ({"#set": 3}, "a list is needed"),
        ({"#map": [[1]]}, r"\$\.#map\[0\]: a pair"),
        ({"#map": [[1, 2], [1, 3]]}, "twice"),
        ({"#set": [], "x": 1}, "beside other keys"),
        ({"#odd": 1}, "no known form"),
        ({"a": {"#set": [1, "x"]}}, r"\$\.a\.#set: .* is compared with"),
        ({"#map": [[1, 2], ["x", 3]]}, r"\$\.#map: .* is compared with"),
        ({"#unserializable": {}}, "no known form"),
    ],
)
def test_what_is_no_value_is_refused_with_its_place(data, words):
    with pytest.raises(ValueError, match=words):
        from_itf(data)
