"""Operators of the standard modules, and lazy sets, in the native interpreter: as in the closures, none left."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent.parent / "conformance"))

from native_engine import NativeEngine
from small_models import model_of

from modelcheck.engine.native import load as load_native
from modelcheck.module import resolve_expression, resolve_text
from modelcheck.values import reset_order

pytestmark = pytest.mark.skipif(load_native() is None, reason="the native interpreter was not built")

MODULE = r"""---- MODULE T ----
EXTENDS Integers, Sequences, FiniteSets, TLC, Bags, BagsExt, SequencesExt, FiniteSetsExt, Functions, Folds, Relation,
        Bitwise
VARIABLE unused
====
"""
ROWS = (
    r"TransitiveClosure([p \in (1..3) \X (1..3) |-> p[2] = p[1] + 1], 1..3)",
    r"""ReflexiveTransitiveClosure([p \in {"a","b"} \X {"a","b"} |-> p[1] = "a"], {"a","b"})""",
    r"IsConnected([p \in (1..3) \X (1..3) |-> TRUE], 1..3)",
    r"SetToBag({1,2}) (+) SetToBag({2,3})",
    r"""SetToBag({"a","b"}) (+) SetToBag({"c","b"})""",
    r"(SetToBag({1,2}) (+) SetToBag({2,3})) (-) SetToBag({2})",
    r"SetToBag({1,2}) (-) SetToBag({1,2})",
    r"""BagAdd(BagAdd(EmptyBag, "a"), "b")""",
    r"""BagRemove(BagAdd(BagAdd(EmptyBag, "a"), "a"), "a")""",
    r"""BagRemove(SetToBag({"a","b"}), "a")""",
    r"BagRemoveAll(SetToBag({3,4}), 4)",
    r"BagCardinality(SetToBag({1,5,7}))",
    r"CopiesIn(5, SetToBag({1,5,7}))",
    r"BagIn(5, SetToBag({1,5,7}))",
    r"BagToSet(SetToBag({1,5,7}))",
    r"SetToBag({1}) \sqsubseteq SetToBag({1, 2})",
    r"BagUnion({SetToBag({1}), SetToBag({1,2})})",
    r"IsABag(SetToBag({1})) /\ ~IsABag(<<0>>)",
    r"(1 :> 2) @@ (2 :> 3) @@ (5 :> 1)",
    r"""("a" :> 2) @@ [b |-> 3]""",
    r"[a |-> 1, b |-> 2] @@ [b |-> 4, c |-> 5]",
    r"<<1,2>> @@ <<7,8,9>>",
    r"<<>> @@ [a |-> 1]",
    r"FoldSet(LAMBDA a, b : a - b, 10, {1, 2, 3})",
    r"ReduceSet(LAMBDA a, b : a - b, {1, 2, 3}, 10)",
    r"FoldFunction(LAMBDA a, b : a - b, 10, [a |-> 1, b |-> 5])",
    r"FoldFunctionOnSet(LAMBDA a, b : a - b, 10, <<4,5,6>>, {1, 3})",
    r"FoldLeft(LAMBDA a, b : a - b, 10, <<4,5,6>>)",
    r"FoldRight(LAMBDA a, b : a - b, <<4,5,6>>, 10)",
    r"FoldSeq(LAMBDA a, b : a - b, 10, <<4,5,6>>)",
    r"MapThenFoldSet(LAMBDA a, b : a - b, 0, LAMBDA a : a * a, LAMBDA S : Max(S), {2, 3, 4})",
    r"MapThenSumSet(LAMBDA a : a * a, {2, 3, 4})",
    r"SumSet({1,2,3}) + ProductSet({2,3,4})",
    r"Max({3,1,2}) - Min({3,1,2})",
    r"SymDiff({1,2},{2,3})",
    r"Quantify({1,2,3}, LAMBDA a : a > 1)",
    r"kSubset(2, {1,2,3})",
    r"ChooseUnique({1,2,3}, LAMBDA a : a > 2)",
    r"Range([a |-> 1, b |-> 1, c |-> 0])",
    r"""Restrict([a |-> 1, b |-> 1, c |-> 0], {"a", "c"})""",
    r"RestrictDomain(<<5,6,7>>, LAMBDA i : i # 2)",
    r"RestrictValues(<<5,6,7>>, LAMBDA i : i # 7)",
    r"IsInjective(<<1,2>>) /\ ~IsInjective(<<1,1>>)",
    r"SumFunction(<<1,2,3>>) + SumFunctionOnSet(<<1,2,3>>, {1,3})",
    r"ToSet(<<3,1,3>>)",
    r"SetToSeq({3,1,2})",
    r"SetToSortSeq({3,1,2}, LAMBDA a, b : a > b)",
    r"SortSeq(<<3,1,2>>, LAMBDA a, b : a < b)",
    r"SelectSeq(<<3,1,2>>, LAMBDA a : a > 1)",
    r"Contains(<<1,2>>, 2)",
    r"IsSorted(<<1,2,2>>, LAMBDA a, b : a <= b)",
    r"SelectInSeq(<<4,5,5>>, LAMBDA a : a = 5) + SelectLastInSeq(<<4,5,5>>, LAMBDA a : a = 5)",
    r"Reverse(<<1,2,3>>)",
    r"Remove(<<1,2,1>>, 1)",
    r"ReplaceAll(<<1,2,1>>, 1, 9)",
    r"InsertAt(<<1,2>>, 3, 9) \o InsertAt(<<1,2>>, 1, 9)",
    r"ReplaceAt(<<1,2>>, 2, 9)",
    r"RemoveAt(<<1,2>>, 2)",
    r"RemoveFirst(<<1,2,1>>, 1)",
    r"RemoveFirstMatch(<<1,2,1>>, LAMBDA a : a > 1)",
    r"Cons(1, <<2>>) \o Snoc(3, <<2>>) \o Front(<<1,2>>) \o <<Last(<<1,2>>)>>",
    r"IsPrefix(<<1>>, <<1,2>>) /\ IsStrictPrefix(<<1>>, <<1,2>>) /\ IsSuffix(<<2>>, <<1,2>>)",
    r"Prefixes(<<1,2>>) \cup Suffixes(<<1,2>>)",
    r"SeqMod(0, 3) + SeqMod(-4, 3)",
    r"FlattenSeq(<<<<1>>, <<>>, <<2,3>>>>)",
    r"""Zip(<<1,2>>, <<"a","b">>)""",
    r"SeqOf({1,2}, 2)",
    r"BoundedSeq({1}, 3)",
    r"TupleOf({1,2}, 2)",
    r"FoldLeftDomain(LAMBDA a, b : a - b, 0, <<7,7>>) + FoldRightDomain(LAMBDA a, b : a - b, <<7,7>>, 0)",
    r"(12 & 10) + (12 | 10) + (12 ^^ 10) + shiftR(12, 2)",
    r"ExistsInjection({1}, {2,3}) /\ ~ExistsBijection({1}, {2,3})",
    r"FoldBag(LAMBDA a, b : a + b, 0, SetToBag({1,2}) (+) SetToBag({2}))",
    r"FlattenSet({{1},{2}})",
    r"SubSeq(<<1,2,3>>, 2, 3) \o Tail(<<1,2>>) \o Append(<<>>, 4)",
    r"(-7 \div 2) + ((-7) % 3) + 2^10",
    r"Snoc(<<1>>, <<2>>)",
    r"Cons(<<1>>, <<2>>)",
    r"Append(<<2>>, <<1>>)",
    r"UNION {SUBSET {1}, {{2}}}",
    r"""{1, 2} \X {"a"} \X BOOLEAN""",
    r"[a : {1}, b : {2, 3}] \ {[a |-> 1, b |-> 2]}",
    r"""CHOOSE f \in [{"b", "a"} -> 0..1] : f["a"] # f["b"]""",
    r"{S \in SUBSET (1..4) : Cardinality(S) = 2}",
    r"[<<a, b>> \in (1..2) \X (1..2), c \in {5} |-> a + b + c]",
    r"[[i \in 0..2 |-> <<i, [k |-> i]>>] EXCEPT ![1][2].k = @ + 7, ![0] = <<>>]",
    r"\E f \in [1..3 -> 1..3] : \A i \in 1..3 : f[i] = 4 - i",
    r"LET F[S \in SUBSET (1..4)] == IF S = {} THEN 0 ELSE LET x == CHOOSE x \in S : TRUE IN x + F[S \ {x}] IN F[1..4]",
    r"{<<x, y>> \in (1..3) \X (1..3) : x < y}",
    r"(Nat \cup {-1}) \cap {-1, -2, 3}",
    r"(-3..3) \ Nat",
    r"{-1, 5} \ (Int \ Nat)",
    r"""<<1, "a">> \in Int \X STRING""",
    r"[x |-> 1] \in [x : Nat]",
    r"IF [i \in 1..2 |-> i] = <<1, 2>> THEN DOMAIN [a |-> 1] ELSE {}",
    r"""CASE 1 > 2 -> "a" [] OTHER -> "b" """,
    r"SetToSeq({{2}, {1}, {}, {1, 2}})",
    r"""SetToSeq({"b", "a"})""",
)
LEFT = (r"""Head(<<>>)""", r"""Max({})""", r"""SetToBag({"a"}) (+) SetToBag({1})""", r"""[a |-> 1] @@ <<1>>""",
        r"""SumSet({"a"})""", r"""Last(<<>>)""", r"""InsertAt(<<1>>, 4, 2)""", r"""Restrict(<<1>>, {2})""",
        r"""ChooseUnique({1, 2}, LAMBDA a : TRUE)""", r"""SubSeq(<<1>>, 0, 1)""", r"""shiftR(-1, 1)""")  # fmt: skip


def test_rows() -> None:
    """`NativeEngine` compares each value with that of the closures."""
    reset_order()
    module = resolve_text(MODULE, "T")
    made = NativeEngine(model_of(module))
    for row in ROWS:
        made.evaluate(resolve_expression(module, row))
    assert made.left == []
    assert made.told == len(ROWS)


def test_what_is_an_error_is_left() -> None:
    reset_order()
    module = resolve_text(MODULE, "T")
    made = NativeEngine(model_of(module))
    for row in LEFT:
        with pytest.raises(Exception, match=r"E0\d\d|error"):
            made.evaluate(resolve_expression(module, row))
    assert made.told == 0
    assert len(made.left) == len(LEFT)
