"""Making, searching, cutting and combining sequences. Strings may stand for sequences
in `FlattenSeq` and where parts of a sequence are found and replaced.

Sets of sequences of bounded length are lazy (`TupleOf`, `SeqOf`, `BoundedSeq`); other sets of results are written out.
Folds follow the definitions' order.
"""

from __future__ import annotations

import itertools
import math

from modelcheck.errors import EvalError
from modelcheck.stdlib.Functions import fold_values
from modelcheck.stdlib.registry import (
    Operator1,
    Operator2,
    finite_set,
    integer,
    override,
    sequence,
    truth,
    wrong,
)
from modelcheck.stdlib.Sequences import concatenate
from modelcheck.stdlib.TLC import sort_sequence
from modelcheck.values import (
    EMPTY,
    FORCE_MAX,
    Bool,
    BoundedSeqs,
    FunctionSet,
    Interval,
    Value,
    boolean,
    equal,
    except_,
    make_function,
    make_set,
    ordered,
    show,
)

M = "SequencesExt"


@override(M, "ToSet")
def to_set(s: Value) -> frozenset[Value]:
    return make_set(sequence("ToSet", s))


@override(M, "ToBag")
def to_bag(s: Value) -> Value:
    table: dict[Value, int] = {}
    for e in sequence("ToBag", s):
        table[e] = table.get(e, 0) + 1
    make_set(table)
    return make_function(table)


@override(M, "SetToSeq")
def set_to_seq(s: Value) -> tuple[Value, ...]:
    return tuple(ordered(finite_set("SetToSeq", s)))


def _count(n: int, what: str, s: Value) -> None:
    if n > FORCE_MAX:
        raise EvalError("E013", f"the {n} {what} of {show(s)} are too many to build")


@override(M, "SetToSeqs")
def set_to_seqs(s: Value) -> frozenset[Value]:
    items = ordered(finite_set("SetToSeqs", s))
    _count(math.factorial(len(items)) if len(items) < 30 else FORCE_MAX + 1, "orders", s)
    return frozenset(itertools.permutations(items))


@override(M, "SetToSortSeq")
def set_to_sort_seq(s: Value, op: Operator2) -> tuple[Value, ...]:
    return tuple(sort_sequence(set_to_seq(s), op))


@override(M, "SetToAllKPermutations")
def set_to_all_k_permutations(s: Value) -> frozenset[Value]:
    items = ordered(finite_set("SetToAllKPermutations", s))
    n = len(items)
    _count(sum(math.perm(n, k) for k in range(n + 1)) if n < 30 else FORCE_MAX + 1, "arrangements", s)
    return frozenset(p for k in range(n + 1) for p in itertools.permutations(items, k))


@override(M, "TupleOf")
def tuple_of(s: Value, n: Value) -> Value:
    return FunctionSet(Interval(1, integer("TupleOf", n)), finite_set("TupleOf", s))


@override(M, "SeqOf", "BoundedSeq")
def seq_of(s: Value, n: Value) -> Value:
    return BoundedSeqs(finite_set("SeqOf", s), n) if integer("SeqOf", n) >= 0 else EMPTY


@override(M, "Contains")
def contains(s: Value, e: Value) -> Bool:
    return boolean(any(equal(x, e) for x in sequence("Contains", s)))


@override(M, "IsSorted")
def is_sorted(s: Value, op: Operator2) -> Bool:
    items = sequence("IsSorted", s)
    pairs = ((items[i], items[j]) for j in range(len(items)) for i in range(j))
    return boolean(all(truth("IsSorted", op(a, b)) for a, b in pairs))


def _first(name: str, s: Value, test: Operator1, indices: range) -> int:
    """The first of the indices whose element passes, or 0."""
    items = sequence(name, s)
    for i in indices:
        if truth(name, test(items[i - 1])):
            return i
    return 0


@override(M, "SelectInSeq")
def select_in_seq(s: Value, test: Operator1) -> int:
    return _first("SelectInSeq", s, test, range(1, len(sequence("SelectInSeq", s)) + 1))


@override(M, "SelectLastInSeq")
def select_last_in_seq(s: Value, test: Operator1) -> int:
    return _first("SelectLastInSeq", s, test, range(len(sequence("SelectLastInSeq", s)), 0, -1))


@override(M, "Reverse")
def reverse(s: Value) -> tuple[Value, ...]:
    return sequence("Reverse", s)[::-1]


@override(M, "Remove")
def remove(s: Value, e: Value) -> tuple[Value, ...]:
    return tuple([x for x in sequence("Remove", s) if not equal(x, e)])


@override(M, "ReplaceAll")
def replace_all(s: Value, old: Value, new: Value) -> tuple[Value, ...]:
    return tuple([new if equal(x, old) else x for x in sequence("ReplaceAll", s)])


def _cut(name: str, s: Value, m: int, n: int) -> Value:
    """`SubSeq(s, m, n)`, with the operator's name in the error E003."""
    if m > n:
        return s[:0]
    if m < 1 or n > len(s):
        raise EvalError("E003", f"{name} asks for the elements {m} to {n} of {show(s)}, which has {len(s)}")
    return s[m - 1 : n]


@override(M, "InsertAt")
def insert_at(s: Value, i: Value, e: Value) -> tuple[Value, ...]:
    n = len(sequence("InsertAt", s))
    before, after = _cut("InsertAt", s, 1, integer("InsertAt", i) - 1), _cut("InsertAt", s, i, n)
    return (*before, e, *after)


@override(M, "ReplaceAt")
def replace_at(s: Value, i: Value, e: Value) -> Value:
    return except_(sequence("ReplaceAt", s), i, e)


@override(M, "RemoveAt")
def remove_at(s: Value, i: Value) -> tuple[Value, ...]:
    n = len(sequence("RemoveAt", s))
    return (*_cut("RemoveAt", s, 1, integer("RemoveAt", i) - 1), *_cut("RemoveAt", s, i + 1, n))


@override(M, "RemoveFirstMatch")
def remove_first_match(s: Value, test: Operator1) -> tuple[Value, ...]:
    items = sequence("RemoveFirstMatch", s)
    i = _first("RemoveFirstMatch", s, test, range(1, len(items) + 1))
    return items if i == 0 else items[: i - 1] + items[i:]


@override(M, "RemoveFirst")
def remove_first(s: Value, e: Value) -> tuple[Value, ...]:
    items = sequence("RemoveFirst", s)
    i = _first("RemoveFirst", s, lambda x: boolean(equal(x, e)), range(1, len(items) + 1))
    return items if i == 0 else items[: i - 1] + items[i:]


@override(M, "Cons")
def cons(e: Value, s: Value) -> tuple[Value, ...]:
    return (e, *sequence("Cons", s))


@override(M, "Snoc")
def snoc(e: Value, s: Value) -> tuple[Value, ...]:
    return (*sequence("Snoc", s), e)


@override(M, "Front")
def front(s: Value) -> tuple[Value, ...]:
    return sequence("Front", s)[:-1]


@override(M, "Last")
def last(s: Value) -> Value:
    items = sequence("Last", s)
    if not items:
        raise EvalError("E003", "Last is applied to the empty sequence", mend="guard it with s # <<>>")
    return items[-1]


def _begins(s: tuple[Value, ...], t: tuple[Value, ...]) -> bool:
    return len(s) <= len(t) and all(equal(a, b) for a, b in zip(s, t, strict=False))


@override(M, "IsPrefix")
def is_prefix(s: Value, t: Value) -> Bool:
    return boolean(_begins(sequence("IsPrefix", s), sequence("IsPrefix", t)))


@override(M, "IsStrictPrefix")
def is_strict_prefix(s: Value, t: Value) -> Bool:
    return boolean(_begins(sequence("IsStrictPrefix", s), sequence("IsStrictPrefix", t)) and len(s) < len(t))


def _ends(s: tuple[Value, ...], t: tuple[Value, ...]) -> bool:
    return len(s) <= len(t) and all(equal(a, b) for a, b in zip(s, t[len(t) - len(s) :], strict=True))


@override(M, "IsSuffix")
def is_suffix(s: Value, t: Value) -> Bool:
    return boolean(_ends(sequence("IsSuffix", s), sequence("IsSuffix", t)))


@override(M, "IsStrictSuffix")
def is_strict_suffix(s: Value, t: Value) -> Bool:
    return boolean(_ends(sequence("IsStrictSuffix", s), sequence("IsStrictSuffix", t)) and len(s) < len(t))


@override(M, "Prefixes")
def prefixes(s: Value) -> frozenset[Value]:
    items = sequence("Prefixes", s)
    return frozenset([items[:n] for n in range(len(items) + 1)])


def _common(name: str, s: Value) -> tuple[Value, ...] | None:
    """The longest common prefix of the sequences in a set; None when the set is empty."""
    common: tuple[Value, ...] | None = None
    for t in ordered(finite_set(name, s)):
        sequence(name, t)
        if common is None:
            common = t
        n = 0
        while n < min(len(common), len(t)) and equal(common[n], t[n]):
            n += 1
        common = common[:n]
    return common


@override(M, "CommonPrefixes")
def common_prefixes(s: Value) -> frozenset[Value]:
    common = _common("CommonPrefixes", s)
    return EMPTY if common is None else frozenset([common[:n] for n in range(len(common) + 1)])


@override(M, "LongestCommonPrefix")
def longest_common_prefix(s: Value) -> tuple[Value, ...]:
    common = _common("LongestCommonPrefix", s)
    if common is None:
        raise EvalError("E005", "LongestCommonPrefix of the empty set", mend="guard it with S # {}")
    return common


@override(M, "Suffixes")
def suffixes(s: Value) -> frozenset[Value]:
    items = sequence("Suffixes", s)
    return frozenset([items[n:] for n in range(len(items) + 1)])


@override(M, "SeqMod")
def seq_mod(a: Value, b: Value) -> int:
    if integer("SeqMod", b) <= 0:
        raise EvalError("E014", f"SeqMod({show(a)}, {b}): the divisor must be positive")
    return (integer("SeqMod", a) - 1) % int(b) + 1


@override(M, "FoldSeq")
def fold_seq(op: Operator2, base: Value, s: Value) -> Value:
    return fold_values(op, base, list(sequence("FoldSeq", s)))


@override(M, "FoldLeft")
def fold_left(op: Operator2, base: Value, s: Value) -> Value:
    acc = base
    for e in sequence("FoldLeft", s):
        acc = op(acc, e)
    return acc


@override(M, "FoldRight")
def fold_right(op: Operator2, s: Value, base: Value) -> Value:
    return fold_values(op, base, list(sequence("FoldRight", s)))


@override(M, "FoldLeftDomain")
def fold_left_domain(op: Operator2, base: Value, s: Value) -> Value:
    acc = base
    for i in range(1, len(sequence("FoldLeftDomain", s)) + 1):
        acc = op(acc, i)
    return acc


@override(M, "FoldRightDomain")
def fold_right_domain(op: Operator2, s: Value, base: Value) -> Value:
    return fold_values(op, base, list(range(1, len(sequence("FoldRightDomain", s)) + 1)))


@override(M, "FlattenSeq")
def flatten_seq(s: Value) -> Value:
    items = sequence("FlattenSeq", s)
    if not items:
        return ()
    joined = items[0]
    if type(joined) is not tuple and type(joined) is not str:
        raise wrong("FlattenSeq", "sequences", joined)
    for t in items[1:]:
        joined = concatenate(joined, t)
    return joined


@override(M, "Zip")
def zip_sequences(s: Value, t: Value) -> tuple[Value, ...]:
    return tuple(zip(sequence("Zip", s), sequence("Zip", t), strict=False))


@override(M, "Interleave")
def interleave(s: Value, t: Value) -> tuple[Value, ...]:
    if len(sequence("Interleave", s)) != len(sequence("Interleave", t)):
        raise EvalError("E006", f"Interleave needs sequences of one length, not {show(s)} and {show(t)}")
    return tuple([(e,) for pair in zip(s, t, strict=True) for e in pair]) if s else (s, t)


@override(M, "SubSeqs")
def sub_seqs(s: Value) -> frozenset[Value]:
    items = sequence("SubSeqs", s)
    n = len(items)
    return frozenset([(), *[items[i:j] for i in range(n) for j in range(i + 1, n + 1)]])


@override(M, "AllSubSeqs")
def all_sub_seqs(s: Value) -> frozenset[Value]:
    items = sequence("AllSubSeqs", s)
    _count(1 << min(len(items), 40), "choices of elements", s)
    return frozenset(c for k in range(len(items) + 1) for c in itertools.combinations(items, k))


def _text_or_sequence(name: str, *given: Value) -> None:
    """E004 unless all are sequences, or all strings."""
    kind = str if type(given[0]) is str else tuple
    for v in given:
        if type(v) is not kind:
            raise wrong(name, "strings only" if kind is str else "sequences", v)


def _find(s: Value, t: Value) -> int | None:
    """Where `s` first stands in `t`, from 0."""
    n = len(s)
    return next((i for i in range(len(t) - n + 1) if equal(t[i : i + n], s)), None)


@override(M, "IndexFirstSubSeq")
def index_first_sub_seq(s: Value, t: Value) -> int:
    _text_or_sequence("IndexFirstSubSeq", s, t)
    found = _find(s, t)
    if found is None:
        raise EvalError("E005", f"IndexFirstSubSeq: {show(s)} is no part of {show(t)}")
    return found + 1


@override(M, "ReplaceSubSeqAt")
def replace_sub_seq_at(i: Value, r: Value, s: Value, t: Value) -> Value:
    name = "ReplaceSubSeqAt"
    _text_or_sequence(name, r, s, t)
    n, m = len(t), len(s)
    return _cut(name, t, 1, integer(name, i) - 1) + r + _cut(name, t, i + m, n)


@override(M, "ReplaceFirstSubSeq")
def replace_first_sub_seq(r: Value, s: Value, t: Value) -> Value:
    _text_or_sequence("ReplaceFirstSubSeq", r, s, t)
    found = _find(s, t)
    return t if found is None else t[:found] + r + t[found + len(s) :]


@override(M, "ReplaceAllSubSeqs")
def replace_all_sub_seqs(r: Value, s: Value, t: Value) -> Value:
    _text_or_sequence("ReplaceAllSubSeqs", r, s, t)
    if equal(s, t):
        return r
    out, n, i = t[:0], len(s), 0
    while i < len(t):
        if n == 0:
            out += r + t[i : i + 1]
            i += 1
        elif i + n <= len(t) and equal(t[i : i + n], s):
            out += r
            i += n
        else:
            out += t[i : i + 1]
            i += 1
    return out
