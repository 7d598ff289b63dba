"""Arithmetic, sequences, finite sets, functions and bags: the overrides against their definitions, in Python."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from override_calls import call, holds, refused

from modelcheck.values import (
    FALSE,
    TRUE,
    Int,
    Interval,
    KSubsets,
    ModelValue,
    Nat,
    PowerSet,
    Reals,
    SeqSet,
    apply,
    boolean,
    cardinality,
    domain,
    force,
    make_function,
    make_record,
    make_set,
    member,
    ordered,
)

ints = st.integers(-6, 6)
seqs = st.lists(st.integers(0, 2), max_size=5).map(tuple)
sets = st.frozensets(st.integers(0, 4), max_size=4)
bags = st.dictionaries(st.sampled_from([1, 2, 3]), st.integers(1, 3)).map(make_function)


# ---- arithmetic ----


@given(ints, ints)
def test_order_and_interval(a, b):
    assert holds("Naturals", "<", a, b) == any(a + d == b for d in range(1, 20))
    assert holds("Naturals", "\\leq", a, b) == any(a + d == b for d in range(20))
    assert holds("Naturals", ">", a, b) == holds("Naturals", "<", b, a)
    assert holds("Naturals", "\\geq", a, b) == holds("Naturals", "\\leq", b, a)
    assert force(call("Naturals", "..", a, b)) == {n for n in range(-9, 9) if a <= n <= b}


@given(st.integers(), st.integers(1, 50))
def test_division_rounds_down(a, b):
    q, r = call("Naturals", "\\div", a, b), call("Naturals", "%", a, b)
    assert b * q <= a < b * (q + 1) and r == a - b * q and 0 <= r < b


@given(st.integers(-5, 5), st.integers(0, 6))
def test_power(a, n):
    if (a, n) == (0, 0):
        assert "0 ^ 0" in refused("E014", "Naturals", "^", a, n)
    else:
        product = 1
        for _ in range(n):
            product *= a
        assert call("Naturals", "^", a, n) == product


def test_integers_have_any_size():
    big = 10**30
    assert call("Naturals", "*", big, big) == 10**60 and call("Naturals", "+", big, -1) == big - 1
    assert call("Naturals", "-", 0, big) == -big == call("Integers", "-.", big)
    assert call("Naturals", "\\div", -7, 2) == -4 and call("Naturals", "\\div", 7, -2) == -4
    assert call("Naturals", "Nat") is Nat and call("Integers", "Int") is Int and call("Reals", "Real") is Reals
    assert call("Reals", "/", 6, -3) == -2


@pytest.mark.parametrize(
    ("code", "name", "args", "words"),
    [
        ("E014", "\\div", (7, 0), "7 \\div 0"), ("E014", "%", (7, 0), "7 % 0"), ("E014", "%", (7, -2), "positive"),
        ("E014", "^", (2, -1), "2 ^ -1"), ("E014", "^", (3, 10**9), "too many digits"),
        ("E004", "+", (1, "a"), '"a" is a string'), ("E004", "-", (TRUE, 1), "TRUE is a boolean"),
        ("E004", "<", (make_set([1]), 1), "{1} is a set"), ("E004", "..", (1, ModelValue("m")), "m is a model value"),
        ("E004", "*", ((), 2), "<<>> is a sequence"),
    ],
)  # fmt: skip
def test_arithmetic_refuses(code, name, args, words):
    assert words in refused(code, "Naturals", name, *args)


def test_reals_are_integers_here():
    assert "7 / 2" in refused("E011", "Reals", "/", 7, 2)
    refused("E014", "Reals", "/", 7, 0)
    refused("E011", "Reals", "Infinity")


# ---- sequences ----


@given(seqs, seqs, ints)
def test_sequences(s, t, e):
    assert call("Sequences", "Len", s) == len(s) and call("Sequences", "Len", "abc") == 3
    assert call("Sequences", "\\o", s, t) == tuple(list(s) + list(t))
    assert call("Sequences", "Append", s, e) == (*s, e)
    odd = call("Sequences", "SelectSeq", s, lambda x: boolean(x % 2 == 1))
    assert odd == tuple(x for x in s if x % 2 == 1)
    if s:
        assert (call("Sequences", "Head", s), *call("Sequences", "Tail", s)) == s
    assert member(s, call("Sequences", "Seq", Interval(0, 2)))


@given(seqs, st.integers(-1, 6), st.integers(-1, 6))
def test_sub_seq(s, m, n):
    if m > n:
        assert call("Sequences", "SubSeq", s, m, n) == ()
    elif m >= 1 and n <= len(s):
        assert call("Sequences", "SubSeq", s, m, n) == tuple(apply(s, i) for i in range(m, n + 1))
    else:
        refused("E003", "Sequences", "SubSeq", s, m, n)


def test_strings_as_sequences():
    assert call("Sequences", "\\o", "ab", "c") == "abc" and call("Sequences", "Tail", "abc") == "bc"
    assert call("Sequences", "SubSeq", "abcd", 2, 3) == "bc" and call("Sequences", "SubSeq", "abcd", 3, 2) == ""
    refused("E004", "Sequences", "Head", "abc")
    refused("E004", "Sequences", "Append", "abc", "d")
    refused("E004", "Sequences", "\\o", "abc", ("d",))


def test_sequences_refuse():
    assert "empty sequence" in refused("E003", "Sequences", "Head", ())
    assert "empty sequence" in refused("E003", "Sequences", "Tail", ())
    assert "[a |-> 1] is a record" in refused("E004", "Sequences", "Len", make_record(["a"], [1]))
    assert "no" not in refused("E009", "Sequences", "SelectSeq", (1,), lambda x: x)
    assert call("Sequences", "Seq", Nat) == SeqSet(Nat)
    refused("E004", "Sequences", "Seq", 3)


# ---- finite sets ----


@given(sets)
def test_finite_sets(s):
    assert call("FiniteSets", "Cardinality", s) == len(s) and holds("FiniteSets", "IsFiniteSet", s)
    assert call("FiniteSetsExt", "SumSet", s) == sum(s)
    assert call("FiniteSetsExt", "FoldSet", lambda x, acc: (x, acc), (), s) == nested(sorted(s))
    assert call("FiniteSetsExt", "ReduceSet", lambda x, acc: x + acc, s, 10) == sum(s) + 10
    assert call("FiniteSetsExt", "MapThenSumSet", lambda x: x * x, s) == sum(x * x for x in s)
    assert call("FiniteSetsExt", "Quantify", s, lambda x: boolean(x > 1)) == len([x for x in s if x > 1])
    for k in range(-1, 6):
        expected = [t for t in PowerSet(s) if len(t) == k]
        assert list(ordered(call("FiniteSetsExt", "kSubset", k, s))) == expected
    if s:
        assert call("FiniteSetsExt", "Max", s) == max(s) and call("FiniteSetsExt", "Min", s) == min(s)
        product = call("FiniteSetsExt", "ProductSet", s)
        assert product == call("FiniteSetsExt", "FoldSet", lambda x, y: x * y, 1, s)


def nested(items):
    acc = ()
    for x in reversed(items):
        acc = (x, acc)
    return acc


@given(sets, sets)
def test_symmetric_difference(a, b):
    assert call("FiniteSetsExt", "SymDiff", a, b) == {x for x in a | b if (x in a) != (x in b)}


@given(st.frozensets(sets, max_size=3))
def test_unions_and_choices(s):
    assert call("FiniteSetsExt", "FlattenSet", s) == {x for t in s for x in t}
    expected = {frozenset(pick) for pick in itertools.product(*s)}
    assert call("FiniteSetsExt", "Choices", s) == expected


def test_folds_take_the_chosen_element_first():
    def take_max(t):
        return max(t)

    got = call("Folds", "MapThenFoldSet", lambda x, y: (x, y), (), lambda x: 10 * x, take_max, Interval(1, 3))
    assert got == (30, (20, (10, ())))
    assert "never ends" in refused(
        "E012", "Folds", "MapThenFoldSet", lambda x, y: x, 0, lambda x: x, lambda t: 99, make_set([1])
    )


def test_finite_sets_refuse():
    assert holds("FiniteSets", "IsFiniteSet", Nat) is False
    assert "Nat" in refused("E002", "FiniteSets", "Cardinality", Nat)
    refused("E004", "FiniteSets", "Cardinality", 3)
    refused("E005", "FiniteSetsExt", "Max", make_set([]))
    refused("E004", "FiniteSetsExt", "Max", make_set(["a"]))
    refused("E005", "FiniteSetsExt", "ChooseUnique", make_set([1, 2]), lambda x: TRUE)
    assert call("FiniteSetsExt", "ChooseUnique", Interval(2, 5), lambda x: boolean(x % 3 == 1)) == 4
    assert (
        cardinality(call("FiniteSetsExt", "kSubset", 20, Interval(1, 40)))
        == KSubsets(Interval(1, 40), 20).cardinality()
    )


# ---- functions ----

functions = st.dictionaries(st.sampled_from([0, 1, 2, 3]), st.integers(0, 2), max_size=4).map(make_function)


@given(functions, sets)
def test_functions(f, s):
    keys = force(domain(f))
    assert call("Functions", "Range", f) == {apply(f, x) for x in keys}
    small = call("Functions", "RestrictDomain", f, lambda x: boolean(x in s))
    assert force(domain(small)) == keys & s and all(apply(small, x) == apply(f, x) for x in keys & s)
    assert holds("Functions", "IsRestriction", small, f)
    assert call("Functions", "Restrict", f, keys & s) == small
    values = call("Functions", "RestrictValues", f, lambda v: boolean(v == 1))
    assert force(domain(values)) == {x for x in keys if apply(f, x) == 1}
    injective = all(apply(f, x) != apply(f, y) for x in keys for y in keys if x != y)
    assert holds("Functions", "IsInjective", f) == injective
    assert call("Functions", "SumFunction", f) == sum(apply(f, x) for x in keys)
    assert call("Functions", "SumFunctionOnSet", f, keys & s) == sum(apply(f, x) for x in keys & s)
    assert call("Functions", "FoldFunction", lambda v, acc: (v, acc), (), f) == nested(
        [apply(f, x) for x in sorted(keys)]
    )
    on_set = call("Functions", "FoldFunctionOnSet", lambda v, acc: (v, acc), (), f, keys & s)
    assert on_set == nested([apply(f, x) for x in sorted(keys & s)])


@given(st.integers(0, 3), st.integers(0, 3))
def test_injections_and_surjections(m, n):
    s, t = Interval(1, m), Interval(5, n + 4)
    every = list(itertools.product(range(5, n + 5), repeat=m))
    onto = {f for f in every if set(f) == set(range(5, n + 5))}
    one_to_one = {f for f in every if len(set(f)) == m}
    assert call("Functions", "Injection", s, t) == one_to_one
    assert call("Functions", "Surjection", s, t) == onto
    assert call("Functions", "Bijection", s, t) == one_to_one & onto
    assert holds("Functions", "ExistsInjection", s, t) == bool(one_to_one)
    assert holds("Functions", "ExistsSurjection", s, t) == bool(onto)
    assert holds("Functions", "ExistsBijection", s, t) == bool(one_to_one & onto)


def test_functions_refuse():
    assert "not in its domain" in refused("E003", "Functions", "Restrict", (1, 2), make_set([3]))
    refused("E004", "Functions", "Range", 3)
    refused("E009", "Functions", "RestrictDomain", (1,), lambda x: x)


# ---- bags ----


def count(e, b):
    return apply(b, e) if member(e, domain(b)) else 0


@given(bags, bags)
def test_bags(a, b):
    plus, minus = call("Bags", "(+)", a, b), call("Bags", "(-)", a, b)
    for e in (1, 2, 3):
        assert call("Bags", "CopiesIn", e, a) == count(e, a)
        assert holds("Bags", "BagIn", e, a) == (count(e, a) > 0)
        assert count(e, plus) == count(e, a) + count(e, b)
        assert count(e, minus) == max(0, count(e, a) - count(e, b))
    assert holds("Bags", "IsABag", plus) and holds("Bags", "IsABag", minus)
    assert holds("Bags", "\\sqsubseteq", a, b) == all(count(e, a) <= count(e, b) for e in (1, 2, 3))
    assert call("Bags", "BagUnion", make_set([a, b])) == (a if a == b else plus)
    assert call("Bags", "BagCardinality", a) == sum(count(e, a) for e in (1, 2, 3))
    assert force(call("Bags", "BagToSet", a)) == {e for e in (1, 2, 3) if count(e, a)}
    halves = call("Bags", "BagOfAll", lambda e: e % 2, a)
    assert [count(r, halves) for r in (0, 1)] == [sum(count(e, a) for e in (1, 2, 3) if e % 2 == r) for r in (0, 1)]


@given(bags)
def test_sub_bags_and_single_elements(b):
    subs = call("Bags", "SubBag", b)
    every = itertools.product(*[range(count(e, b) + 1) for e in (1, 2, 3)])
    assert subs == {make_function({e: n for e, n in zip((1, 2, 3), ns, strict=True) if n}) for ns in every}
    for e in (1, 2, 3):
        assert call("BagsExt", "BagAdd", b, e) == call("Bags", "(+)", b, call("Bags", "SetToBag", make_set([e])))
        assert call("BagsExt", "BagRemove", b, e) == call("Bags", "(-)", b, call("Bags", "SetToBag", make_set([e])))
        assert count(e, call("BagsExt", "BagRemoveAll", b, e)) == 0
    assert call("BagsExt", "SumBag", b) == sum(e * count(e, b) for e in (1, 2, 3))
    assert call("BagsExt", "ProductBag", b) == call("BagsExt", "FoldBag", lambda x, y: x * y, 1, b)
    tens = call("BagsExt", "MapThenFoldBag", lambda x, y: x + y, 0, lambda e: 10 * e, min, b)
    assert tens == 10 * call("BagsExt", "SumBag", b)


def test_bags_refuse():
    assert not holds("Bags", "IsABag", make_record(["a"], [0])) and not holds("Bags", "IsABag", 3)
    assert call("Bags", "EmptyBag") == () and holds("Bags", "IsABag", ())
    assert "subbags" in refused("E013", "Bags", "SubBag", tuple([9] * 7))
    refused("E001", "Bags", "(+)", (1,), make_record(["a"], [1]))
    refused("E004", "Bags", "BagCardinality", ("x",))
    refused("E001", "Bags", "CopiesIn", "a", (1,))


# ---- binary digits, combinations ----


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 9))
def test_digits(a, b, n):
    def digits(f):
        return sum(2**i * f(a >> i & 1, b >> i & 1) for i in range(12))

    assert call("Bitwise", "&", a, b) == digits(min)
    assert call("Bitwise", "|", a, b) == digits(max)
    assert call("Bitwise", "^^", a, b) == digits(lambda p, q: (p + q) % 2)
    assert call("Bitwise", "Not", a) == sum(2**i for i in range(len(f"{a:b}") if a else 0) if not a >> i & 1)
    assert call("Bitwise", "shiftR", a, n) == a // 2**n


def test_digits_and_combinations_refuse():
    assert "natural number, not -1" in refused("E004", "Bitwise", "&", -1, 3)
    assert call("Combinatorics", "choose", 5, 2) == 10
    refused("E003", "Combinatorics", "choose", 2, 5)
    assert holds("Bags", "BagIn", ModelValue("m"), ()) is False
    assert call("TLC", "@@", make_record(["a"], [FALSE]), ()) == make_record(["a"], [FALSE])
