"""TLC's order is total, agrees with equality, and stands as TLC's sources say."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from value_strategies import comparable_lists, comparable_pairs, comparable_triples, values

from modelcheck.errors import EvalError
from modelcheck.values import (
    BOOLEAN,
    FALSE,
    TRUE,
    Interval,
    ModelValue,
    PowerSet,
    compare,
    equal,
    intern_order,
    make_function,
    make_record,
    make_set,
    ordered,
    reset_order,
    sort_elements,
)


def sign(n: int) -> int:
    return (n > 0) - (n < 0)


@given(comparable_pairs)
def test_order_agrees_with_equality_and_is_antisymmetric(pair):
    a, b = pair
    assert (compare(a, b) == 0) == (a == b) == equal(a, b)
    assert sign(compare(a, b)) == -sign(compare(b, a))


@given(comparable_triples)
def test_order_is_transitive(triple):
    a, b, c = sort_elements(triple)
    assert compare(a, b) <= 0 and compare(b, c) <= 0 and compare(a, c) <= 0


@given(comparable_lists, st.randoms())
def test_sorting_does_not_depend_on_the_given_order(items, rng):
    shuffled = list(items)
    rng.shuffle(shuffled)
    assert sort_elements(shuffled) == sort_elements(items)
    assert tuple(ordered(frozenset(items))) == tuple(dict.fromkeys(sort_elements(items)))


@given(values)
def test_every_value_equals_itself(v):
    assert equal(v, v) and compare(v, v) == 0


def test_strings_and_model_values_stand_in_order_of_appearance():
    reset_order()
    for name in ("zeta", "n2", "alpha", "n1"):
        intern_order(name)
    assert ordered(make_set(["alpha", "zeta"])) == ("zeta", "alpha")
    assert ordered(make_set([ModelValue("n1"), ModelValue("n2")])) == (ModelValue("n2"), ModelValue("n1"))
    assert ordered(make_set(["yak", "bee", "alpha"])) == (
        "alpha",
        "bee",
        "yak",
    )  # unseen ones: alphabetically, at the end
    reset_order()
    assert ordered(make_set(["alpha", "zeta"])) == ("alpha", "zeta")


def test_values_survive_a_reset_of_the_order():
    reset_order()
    intern_order("b")
    before = make_record(["a", "b"], [1, 2])
    other = make_record(["a", "b"], [0, 5])
    assert compare(before, other) < 0  # b stands first: 2 < 5
    reset_order()
    after = make_record(["b", "a"], [2, 1])
    assert before == after and hash(before) == hash(after)
    assert compare(before, other) > 0  # now a stands first: 1 > 0


def test_sets_by_size_then_elements():
    sets = [make_set(s) for n in range(4) for s in itertools.combinations([1, 2, 3], n)]
    shuffled = random.Random(1).sample(sets, len(sets))
    assert list(sort_elements(shuffled)) == sets == list(PowerSet(Interval(1, 3)))


def test_functions_by_size_then_domain_then_values():
    expected = [
        (),
        (9,),
        make_function({2: 0}),
        (0, 0),
        (0, 1),
        (1, 0),
        make_function({1: 5, 3: 0}),
        make_function({2: 0, 3: 0}),
    ]
    assert list(sort_elements(reversed(expected))) == expected


def test_booleans_and_model_values():
    m = ModelValue("none")
    assert sort_elements([TRUE, m, FALSE]) == (m, FALSE, TRUE)
    assert sort_elements([3, m, -1]) == (m, -1, 3)
    assert tuple(ordered(BOOLEAN)) == (FALSE, TRUE)
    assert sort_elements([(1, 2), (1, m)]) == ((1, m), (1, 2))
    assert not equal(m, 1) and not equal("none", m)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, "1"),
        (1, TRUE),
        ("a", FALSE),
        (make_set([1]), 1),
        (make_set([1]), make_set(["a"])),
        ((1,), ("a",)),
        ((1,), make_set([1])),
        (make_record(["a"], [1]), make_record(["a"], ["x"])),
        ((1,), make_record(["a"], [1])),
        (ModelValue("A_1"), 1),
        (ModelValue("A_1"), ModelValue("B_1")),
        ((), "x"),
        (Interval(1, 2), make_set(["a", "b"])),
        (make_set([make_set([1])]), make_set([make_set(["a"])])),
    ],
)
def test_incomparable_values_are_refused_both_ways(a, b):
    for x, y in ((a, b), (b, a)):
        for operation in (equal, compare):
            with pytest.raises(EvalError) as caught:
                operation(x, y)
            assert caught.value.code == "E001"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (make_set([1]), make_set([])),
        (make_set([1]), make_set(["a", "b"])),
        ((1,), ("a", "b")),
        ((1, "a"), (2, 3)),
        (ModelValue("A_1"), ModelValue("A_2")),
        (ModelValue("A_1"), ModelValue("any")),
        (ModelValue("any"), make_set([1])),
        (make_record(["a"], [1]), make_record(["b"], ["x"])),
    ],
)
def test_unequal_values_that_tlc_compares(a, b):
    assert not equal(a, b) and not equal(b, a)


def test_error_names_the_values_inside():
    with pytest.raises(EvalError, match=r'inside them 1, an integer, meets "x", a string'):
        equal(make_record(["f"], [1]), make_record(["f"], ["x"]))


def test_one_and_true_never_collide():
    assert len({1, TRUE}) == 2 and len({0, FALSE}) == 2
    assert TRUE != 1 and FALSE != 0 and TRUE != True  # noqa: E712


def test_order_and_errors_do_not_depend_on_hash_randomisation():
    program = (
        "from modelcheck.values import *\n"
        "s = make_set(['w%d' % i for i in range(20)]); print(pretty(s))\n"
        "rs = [make_record(['p', 'q'], [a, b]) for a in 'xyz' for b in (s, make_set(['k']))]\n"
        "print(pretty(make_set(rs)))\n"
        "try: ordered(make_set([(a, b) for a in ('r', 's') for b in (1, 'u', (2,))]))\n"
        "except Exception as e: print(e)\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1
    assert b"E001" in outputs.pop()
