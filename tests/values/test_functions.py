"""Functions have one form each; application, EXCEPT and DOMAIN."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from value_strategies import integers, names, values

from modelcheck.errors import EvalError
from modelcheck.values import (
    FALSE,
    TRUE,
    Bool,
    Fn,
    Interval,
    ModelValue,
    Nat,
    PowerSet,
    apply,
    domain,
    encode,
    except_,
    fingerprint,
    function_from,
    make_function,
    make_record,
    ordered,
    pretty,
    record_shape,
)


@given(st.dictionaries(st.integers(-1, 5), values, max_size=6))
def test_a_function_on_1_to_n_is_a_tuple_and_every_other_is_not(table):
    f = make_function(table)
    assert (type(f) is tuple) == (set(table) == set(range(1, len(table) + 1)))
    assert all(apply(f, key) == value for key, value in table.items())
    assert domain(f) == frozenset(table)
    assert function_from(frozenset(table), table.__getitem__) == f


@given(st.dictionaries(names, integers, min_size=1))
def test_equal_records_are_equal_however_made(table):
    forward = make_record(list(table), list(table.values()))
    backward = make_record(list(table)[::-1], list(table.values())[::-1])
    assert forward == backward == make_function(table) and hash(forward) == hash(backward)
    assert encode(forward) == encode(backward)


@given(values, values)
def test_encoding_is_equality(a, b):
    assert (encode(a) == encode(b)) == (a == b)


@given(values)
def test_pickle_and_copy_keep_the_value(v):
    for twin in (pickle.loads(pickle.dumps(v)), copy.deepcopy(v)):
        assert twin == v and hash(twin) == hash(v) and type(twin) is type(v) and fingerprint(twin) == fingerprint(v)


def test_pickle_keeps_identity_of_atoms_and_lazy_sets():
    for v in (TRUE, FALSE, ModelValue("m"), Nat):
        assert pickle.loads(pickle.dumps(v)) is v
    assert pickle.loads(pickle.dumps(PowerSet(Nat))) == PowerSet(Nat)
    assert Bool(True) is TRUE and Bool(False) is FALSE


def test_fingerprints_are_those_of_yesterday():
    v = make_record(["a", "b"], [frozenset({1, 2}), (TRUE, "x", ModelValue("m"))])
    assert fingerprint(v) == 0xE05ECAEC6A477ECD


def test_record_shape_is_a_fast_path_to_the_same_record():
    shape, permutation = record_shape(["z", "a"])
    given_values = [1, 2]
    assert Fn(shape, tuple(given_values[i] for i in permutation)) == make_record(["a", "z"], [2, 1])


def test_except():
    r = make_record(["a", "b"], [1, 2])
    assert except_(r, "b", 5) == make_record(["a", "b"], [1, 5])
    assert except_((1, 2, 3), 2, "x") == (1, "x", 3)
    assert except_((1, 2, 3), 4, "x") == (1, 2, 3)  # as the language defines it
    assert except_(r, "c", 5) == r
    with pytest.raises(EvalError) as caught:
        except_((1, 2), "a", 0)
    assert caught.value.code == "E001"


@pytest.mark.parametrize(
    ("f", "x", "code", "words"),
    [
        (make_record(["ballot", "value"], [1, 2]), "balot", "E003", r'nearest: "ballot"'),
        ((4, 5), 3, "E003", r"not in its domain 1\.\.2 \(nearest: 2, 1\)"),
        ((4, 5), 0, "E003", "domain"),
        ((), 1, "E003", "empty"),
        (make_function({2: 0, 9: 0}), 8, "E003", "nearest: 9, 2"),
        (7, 1, "E004", "7 is applied to 1, but it is an integer"),
        (frozenset({1}), 1, "E004", "a set"),
    ],
)
def test_application_outside_the_domain(f, x, code, words):
    with pytest.raises(EvalError, match=words) as caught:
        apply(f, x)
    assert caught.value.code == code


def test_domain_of_a_sequence_is_an_interval():
    assert isinstance(domain((5, 6)), Interval) and tuple(ordered(domain((5, 6)))) == (1, 2)
    assert pretty(domain(make_record(["x"], [0]))) == '{"x"}'
    with pytest.raises(EvalError) as caught:
        domain(3)
    assert caught.value.code == "E004"
