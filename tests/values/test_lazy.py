"""Lazy sets mean what the written-out sets mean, without being written out."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelcheck.errors import EvalError
from modelcheck.values import (
    BOOLEAN,
    EMPTY,
    AnySet,
    BoundedSeqs,
    CrossSet,
    FunctionSet,
    Int,
    Interval,
    KSubsets,
    LazyCap,
    LazyCup,
    LazyDiff,
    LazyUnion,
    ModelValue,
    Nat,
    PowerSet,
    RecordSet,
    SeqSet,
    Strings,
    big_union,
    cap,
    cardinality,
    cup,
    equal,
    force,
    is_finite,
    make_function,
    make_record,
    make_set,
    member,
    minus,
    normalize,
    ordered,
    subseteq,
)

small_ints = st.frozensets(st.integers(-2, 4), max_size=4)
small_names = st.frozensets(st.sampled_from("pqr"), max_size=3)
bases = st.one_of(small_ints, small_names, st.builds(Interval, st.integers(-1, 3), st.integers(-1, 3)))


def functions(source, target):
    keys = list(ordered(source))
    return frozenset(
        make_function(dict(zip(keys, vals, strict=True)))
        for vals in itertools.product(ordered(target), repeat=len(keys))
    )


#: pairs (lazy set, the set it stands for)
finite = st.one_of(
    st.builds(lambda a, b: (Interval(a, b), frozenset(range(a, b + 1))), st.integers(-3, 3), st.integers(-3, 5)),
    bases.map(
        lambda s: (
            PowerSet(s),
            frozenset(frozenset(c) for n in range(cardinality(s) + 1) for c in itertools.combinations(force(s), n)),
        )
    ),
    st.builds(
        lambda s, n: (KSubsets(s, n), frozenset(frozenset(c) for c in itertools.combinations(force(s), n))),
        bases,
        st.integers(0, 4),
    ),
    st.builds(lambda s, t: (FunctionSet(s, t), functions(s, t)), small_ints, small_names),
    st.builds(
        lambda n, t: (FunctionSet(Interval(1, n), t), functions(Interval(1, n), t)),
        st.integers(0, 3),
        small_ints,
    ),
    st.builds(
        lambda s, t: (
            RecordSet({"f": s, "b": t}),
            frozenset(make_record(["f", "b"], [x, y]) for x in force(s) for y in force(t)),
        ),
        bases,
        bases,
    ),
    st.builds(lambda s, t: (CrossSet(s, t), frozenset(itertools.product(force(s), force(t)))), bases, bases),
    st.builds(
        lambda s, n: (
            BoundedSeqs(s, n),
            frozenset(q for k in range(n + 1) for q in itertools.product(force(s), repeat=k)),
        ),
        bases,
        st.integers(0, 3),
    ),
    st.builds(lambda a, b: (LazyCup(a, b), a | b), small_ints, small_ints),
    st.builds(lambda a, b: (LazyCap(a, b), a & b), small_ints, small_ints),
    st.builds(lambda a, b: (LazyDiff(a, b), a - b), small_ints, small_ints),
    st.builds(lambda a, b: (LazyUnion([a, b]), a | b), small_ints, small_ints),
)


@given(finite)
def test_a_lazy_set_equals_the_written_out_one(pair):
    lazy, plain = pair
    assert lazy == plain and plain == lazy and hash(lazy) == hash(plain) and equal(lazy, plain)
    assert frozenset([lazy]) == frozenset([plain]) and (lazy,) == (plain,)
    assert cardinality(lazy) == len(plain) == len(list(lazy))
    assert tuple(lazy) == tuple(ordered(lazy)) == tuple(ordered(plain))
    assert bool(lazy) == bool(plain) and normalize((lazy,)) == (plain,) and type(normalize(lazy)) is frozenset


@given(finite)
def test_membership_in_lazy_and_written_out_sets_agrees(pair):
    lazy, plain = pair
    assert all(member(v, lazy) for v in plain)
    assert subseteq(lazy, plain) and subseteq(plain, lazy)
    assert not member(ModelValue("nobody"), lazy)


@given(
    st.one_of(small_ints, st.just(Interval(1, 3)), st.just(Nat)),
    st.one_of(small_ints, st.just(Nat), st.just(Int)),
)
def test_set_operators_by_their_members(a, b):
    for v in range(-3, 6):
        assert member(v, cup(a, b)) == (member(v, a) or member(v, b))
        assert member(v, cap(a, b)) == (member(v, a) and member(v, b))
        assert member(v, minus(a, b)) == (member(v, a) and not member(v, b))
        assert member(v, big_union(frozenset([a, b]))) == (member(v, a) or member(v, b))


@given(finite, finite)
def test_a_value_of_another_set_is_in_neither_or_both(pair, other):
    lazy, plain = pair
    for v in itertools.islice(other[1], 20):
        try:
            expected = member(v, plain)
        except EvalError as error:
            assert error.code == "E001"
            continue
        try:
            assert member(v, lazy) == expected
        except EvalError as error:  # the written-out set is empty, or never meets the other kind
            assert error.code == "E001" and not expected


def test_membership_needs_no_enumeration():
    assert member((1, 2), FunctionSet(Interval(1, 2), Nat))
    assert not member((1, -2), FunctionSet(Interval(1, 2), Nat))
    assert member(make_record(["a"], [(1, "x")]), RecordSet({"a": CrossSet(Int, Strings)}))
    assert not member(make_record(["b"], [1]), RecordSet({"a": Int}))
    assert member((), SeqSet(EMPTY)) and member((1, 2), SeqSet(Nat)) and not member((1, -1), SeqSet(Nat))
    assert member(make_set([1, 2]), PowerSet(Nat)) and not member(make_set([-1]), PowerSet(Nat))
    assert member(Nat, PowerSet(Int)) and not member(Int, PowerSet(Nat))
    assert member(Interval(0, 10**12), PowerSet(Nat))
    assert member("x", AnySet) and member(10**40, Nat) and not member(-1, Nat)
    assert not member(PowerSet(Interval(1, 40)), make_set([EMPTY]))
    assert member(PowerSet(Interval(1, 40)), PowerSet(PowerSet(Interval(1, 41))))


def test_sizes_are_computed():
    assert cardinality(PowerSet(Interval(1, 100))) == 2**100
    assert cardinality(FunctionSet(Interval(1, 10), Interval(1, 10))) == 10**10
    assert cardinality(KSubsets(Interval(1, 50), 25)) == 126410606437752
    assert cardinality(Interval(3, 1)) == 0 == cardinality(FunctionSet(BOOLEAN, EMPTY))
    assert cardinality(FunctionSet(EMPTY, Nat)) == 1 and is_finite(SeqSet(EMPTY)) and not is_finite(SeqSet(BOOLEAN))
    assert is_finite(CrossSet(Nat, EMPTY)) and is_finite(cap(Nat, Interval(-5, 5)))


def test_huge_sets_are_enumerated_one_by_one():
    assert list(itertools.islice(PowerSet(Interval(1, 60)), 3)) == [EMPTY, frozenset({1}), frozenset({2})]
    first = next(iter(FunctionSet(Interval(1, 50), Interval(0, 9))))
    assert first == (0,) * 50


@pytest.mark.parametrize(
    ("s", "code", "words"),
    [
        (Nat, "E002", "the set Nat is infinite"),
        (SeqSet(Interval(1, 2)), "E002", r"Seq\(1\.\.2\)"),
        (FunctionSet(Interval(1, 2), Nat), "E002", r"\[1\.\.2 -> Nat\]"),
        (PowerSet(Strings), "E002", "SUBSET STRING"),
        (RecordSet({"a": Nat}), "E002", r"\[a: Nat\]"),
        (PowerSet(Interval(1, 30)), "E013", r"SUBSET \(1\.\.30\) of 2\^30 elements"),
        (FunctionSet(Interval(1, 30), Interval(1, 30)), "E013", r"30\^30"),
        (cup(Nat, Interval(-1, 0)), "E002", r"Nat \\cup"),
        (minus(Nat, Interval(0, 3)), "E002", r"Nat \\ \(?"),
    ],
)
def test_refusals_name_the_set(s, code, words):
    with pytest.raises(EvalError, match=words) as caught:
        force(s)
    assert caught.value.code == code


def test_infinite_sets_compare_by_form():
    assert Nat == Nat and Nat != Int and SeqSet(Nat) == SeqSet(Nat) and SeqSet(Nat) != SeqSet(Int)
    assert not equal(Nat, make_set([1])) and PowerSet(Int) != PowerSet(Nat)
    assert FunctionSet(Interval(1, 2), Nat) == FunctionSet(make_set([1, 2]), Nat)
    with pytest.raises(EvalError) as caught:
        equal(cup(Nat, Interval(-1, 0)), FunctionSet(Interval(1, 2), Nat))
    assert caught.value.code == "E011"


@pytest.mark.parametrize(
    ("v", "s"),
    [
        (1, make_set(["a"])),
        ("a", Interval(1, 2)),
        (1, Strings),
        ("a", Nat),
        (1, PowerSet(Nat)),
        (3, SeqSet(Nat)),
        (1, FunctionSet(Interval(1, 2), BOOLEAN)),
        ("r", RecordSet({"a": Nat})),
        (1, CrossSet(Nat, Nat)),
        (("a",), SeqSet(Nat)),
        ((1,), make_set([("a",)])),
        (ModelValue("T_1"), Interval(1, 2)),
        (make_set(["a"]), PowerSet(Interval(1, 2))),
        (make_set(["a"]), make_set([make_set([1])])),
    ],
)
def test_membership_of_another_kind_is_refused(v, s):
    with pytest.raises(EvalError) as caught:
        member(v, s)
    assert caught.value.code == "E001"


@pytest.mark.parametrize("op", [cup, cap, minus])
def test_operators_refuse_sets_of_different_kinds_and_what_is_no_set(op):
    with pytest.raises(EvalError) as caught:
        op(make_set([1]), make_set(["a"]))
    assert caught.value.code == "E001"
    with pytest.raises(EvalError, match="needs a set") as caught:
        op(make_set([1]), 3)
    assert caught.value.code == "E004"


def test_sets_of_mixed_kinds_are_refused_and_model_values_are_not():
    for items in (
        [1, "a"],
        [(1,), make_set([1])],
        [ModelValue("A_1"), 1],
        [ModelValue("A_1"), ModelValue("B_1")],
    ):
        with pytest.raises(EvalError) as caught:
            make_set(items)
        assert caught.value.code == "E001"
    assert cardinality(make_set([1, ModelValue("none"), 2])) == 3
    assert cup(make_set([1]), make_set([ModelValue("none")])) == make_set([1, ModelValue("none")])
    assert member(1, make_set([])) is False and member(1, make_set([ModelValue("none")])) is False
