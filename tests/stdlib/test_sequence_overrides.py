"""SequencesExt and Apalache's folds: the overrides against their definitions, in Python."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st
from override_calls import call as any_call
from override_calls import refused

from modelcheck.values import TRUE, Interval, boolean, force, make_function, make_set, ordered

M = "SequencesExt"
seqs = st.lists(st.integers(0, 2), max_size=5).map(tuple)
elements = st.integers(0, 2)


def call(name, *args):
    return any_call(M, name, *args)


def holds(name, *args):
    return call(name, *args) is TRUE


def big(x):
    return boolean(x > 0)


@given(seqs, elements, elements)
def test_elements(s, a, b):
    assert call("ToSet", s) == set(s)
    assert call("ToBag", s) == make_function({e: s.count(e) for e in set(s)})
    assert holds("Contains", s, a) == (a in s)
    assert call("Remove", s, a) == tuple(e for e in s if e != a)
    assert call("ReplaceAll", s, a, b) == tuple(b if e == a else e for e in s)
    assert call("Reverse", s) == s[::-1]
    assert call("Cons", a, s) == (a, *s) and call("Snoc", a, s) == (*s, a)
    assert call("Front", s) == s[:-1]
    assert holds("IsSorted", s, lambda x, y: boolean(x <= y)) == (sorted(s) == list(s))
    if s:
        assert call("Last", s) == s[-1]


@given(seqs)
def test_searches(s):
    def first(indices):
        return next((i for i in indices if s[i - 1] > 0), 0)

    everywhere = range(1, len(s) + 1)
    assert call("SelectInSeq", s, big) == first(everywhere)
    assert call("SelectLastInSeq", s, big) == first(everywhere[::-1])
    i = first(everywhere)
    assert call("RemoveFirstMatch", s, big) == (s[: i - 1] + s[i:] if i else s)
    without = list(s)
    if 1 in without:
        without.remove(1)
    assert call("RemoveFirst", s, 1) == tuple(without)


@given(seqs, st.integers(-1, 7), elements)
def test_positions(s, i, e):
    if 1 <= i <= len(s) + 1:
        assert call("InsertAt", s, i, e) == (*s[: i - 1], e, *s[i - 1 :])
    else:
        refused("E003", M, "InsertAt", s, i, e)
    if 1 <= i <= len(s) + 1 or i == 0:  # by the definition, nothing is removed at 0 and behind the end
        assert call("RemoveAt", s, i) == (s[: i - 1] + s[i:] if i else s)
    else:
        refused("E003", M, "RemoveAt", s, i)
    if 1 <= i <= len(s):
        assert call("ReplaceAt", s, i, e) == (*s[: i - 1], e, *s[i:])
    else:
        assert call("ReplaceAt", s, i, e) == s


@given(seqs, seqs)
def test_beginnings_and_ends(s, t):
    begins, ends = t[: len(s)] == s, s == () or t[-len(s) :] == s
    assert holds("IsPrefix", s, t) == begins and holds("IsStrictPrefix", s, t) == (begins and s != t)
    assert holds("IsSuffix", s, t) == ends and holds("IsStrictSuffix", s, t) == (ends and s != t)
    assert call("Prefixes", s) == {s[:n] for n in range(len(s) + 1)}
    assert call("Suffixes", s) == {s[n:] for n in range(len(s) + 1)}
    common = call("Prefixes", s) & call("Prefixes", t)
    assert call("CommonPrefixes", make_set([s, t])) == common
    assert call("LongestCommonPrefix", make_set([s, t])) == max(common, key=len)
    assert call("Zip", s, t) == tuple(zip(s, t, strict=False))
    if len(s) == len(t) > 0:
        assert call("Interleave", s, t) == tuple((e,) for pair in zip(s, t, strict=True) for e in pair)


@given(seqs)
def test_folds(s):
    left, right = 0, 0
    for e in s:
        left = (left, e)
    for e in s[::-1]:
        right = (e, right)
    assert call("FoldLeft", lambda acc, e: (acc, e), 0, s) == left
    assert call("FoldRight", lambda e, acc: (e, acc), s, 0) == right
    assert call("FoldSeq", lambda e, acc: (e, acc), 0, s) == right
    assert call("FoldLeftDomain", lambda acc, i: (*acc, i), (), s) == tuple(range(1, len(s) + 1))
    assert call("FoldRightDomain", lambda i, acc: (*acc, i), s, ()) == tuple(range(len(s), 0, -1))
    assert any_call("Apalache", "ApaFoldSeqLeft", lambda acc, e: (acc, e), 0, s) == left
    assert any_call("Apalache", "ApaFoldSet", lambda acc, e: (*acc, e), (), make_set(s)) == tuple(sorted(set(s)))


@given(st.lists(seqs, max_size=3).map(tuple))
def test_flatten(seqs_):
    assert call("FlattenSeq", seqs_) == tuple(e for s in seqs_ for e in s)


@given(seqs, seqs, seqs)
def test_parts(s, r, t):
    n = len(t)
    assert call("SubSeqs", t) == {t[i:j] for i in range(n + 1) for j in range(i, n + 1)}
    assert call("AllSubSeqs", t) == {c for k in range(n + 1) for c in itertools.combinations(t, k)}
    places = [i for i in range(1, n - len(s) + 2) if t[i - 1 : i - 1 + len(s)] == s]
    if places:
        i = places[0]
        replaced = t[: i - 1] + r + t[i - 1 + len(s) :]
        assert call("IndexFirstSubSeq", s, t) == i
        assert call("ReplaceFirstSubSeq", r, s, t) == call("ReplaceSubSeqAt", i, r, s, t) == replaced
    else:
        refused("E005", M, "IndexFirstSubSeq", s, t)
        assert call("ReplaceFirstSubSeq", r, s, t) == t
    assert call("ReplaceAllSubSeqs", r, s, t) == (r if s == t else replace_all(r, s, t))


def replace_all(r, s, t):
    if not t:
        return ()
    if not s:
        return (*r, t[0], *replace_all(r, s, t[1:]))
    if t[: len(s)] == s:
        return r + replace_all(r, s, t[len(s) :])
    return (t[0], *replace_all(r, s, t[1:]))


@given(st.frozensets(elements), st.integers(-1, 3))
def test_sets_of_sequences(s, n):
    seq = call("SetToSeq", s)
    assert len(seq) == len(s) and set(seq) == s
    assert call("SetToSeqs", s) == set(itertools.permutations(s))
    assert call("SetToSortSeq", s, lambda x, y: boolean(x > y)) == tuple(sorted(s, reverse=True))
    every = {p for k in range(len(s) + 1) for p in itertools.permutations(s, k)}
    assert call("SetToAllKPermutations", s) == every
    assert force(call("TupleOf", s, n)) == set(itertools.product(s, repeat=max(n, 0)))
    bounded = {p for k in range(n + 1) for p in itertools.product(s, repeat=k)}
    assert force(call("SeqOf", s, n)) == bounded == force(call("BoundedSeq", s, n))


def test_refusals_and_the_rest():
    refused("E003", M, "Last", ())
    refused("E005", M, "LongestCommonPrefix", make_set([]))
    refused("E004", M, "ToSet", make_set([1]))
    refused("E013", M, "SetToSeqs", Interval(1, 12))
    refused("E014", M, "SeqMod", 3, 0)
    refused("E001", M, "Contains", (1,), "a")
    refused("E006", M, "Interleave", (1,), ())
    assert [call("SeqMod", n, 3) for n in (1, 2, 3, 4)] == [1, 2, 3, 1]
    assert call("Interleave", (), ()) == ((), ())
    assert call("FlattenSeq", ("ab", "c")) == "abc"
    assert call("ReplaceFirstSubSeq", "x", "%n%", "a %n% %n%") == "a x %n%"
    assert call("ReplaceAllSubSeqs", "x", "%n%", "a %n% %n%") == "a x x"
    assert call("IndexFirstSubSeq", "b", "abb") == 2
    refused("E004", M, "ReplaceFirstSubSeq", "x", (1,), "abc")
    assert list(ordered(call("SeqOf", Interval(0, 1), 1))) == [(), (0,), (1,)]
    assert any_call("Apalache", "MkSeq", 3, lambda i: i * i) == (1, 4, 9)
    assert any_call("Apalache", "Repeat", lambda acc, i: 2 * acc, 3, 1) == 8
