"""Sequences are tuples. As in TLC, `Len`, `\\o`, `Tail` and `SubSeq` take strings too, the others do not."""

from __future__ import annotations

from modelcheck.errors import EvalError
from modelcheck.stdlib.registry import Operator1, integer, override, sequence, truth, wrong
from modelcheck.values import LazySet, SeqSet, Value, need_set, show


@override("Sequences", "Seq")
def all_sequences(s: Value) -> LazySet:
    need_set(s, "Seq")
    return SeqSet(s)


@override("Sequences", "Len")
def length(s: Value) -> int:
    if type(s) is tuple or type(s) is str:
        return len(s)
    raise wrong("Len", "a sequence", s)


@override("Sequences", "\\o")
def concatenate(s: Value, t: Value) -> Value:
    if type(s) is tuple:
        if type(t) is tuple:
            return s + t
        raise wrong("\\o", "two sequences", t)
    if type(s) is str:
        if type(t) is str:
            return s + t
        raise wrong("\\o after a string", "a string", t)
    raise wrong("\\o", "two sequences", s)


@override("Sequences", "Append")
def append(s: Value, e: Value) -> tuple[Value, ...]:
    if type(s) is tuple:
        return (*s, e)
    raise wrong("Append", "a sequence", s)


@override("Sequences", "Head")
def head(s: Value) -> Value:
    if not sequence("Head", s):
        raise EvalError("E003", "Head is applied to the empty sequence", mend="guard it with s # <<>>")
    return s[0]


@override("Sequences", "Tail")
def tail(s: Value) -> Value:
    if type(s) is not tuple and type(s) is not str:
        raise wrong("Tail", "a sequence", s)
    if not s:
        raise EvalError("E003", "Tail is applied to the empty sequence", mend="guard it with s # <<>>")
    return s[1:]


@override("Sequences", "SubSeq")
def sub_sequence(s: Value, m: Value, n: Value) -> Value:
    if type(s) is not tuple and type(s) is not str:
        raise wrong("SubSeq", "a sequence", s)
    integer("SubSeq", m)
    integer("SubSeq", n)
    if m > n:
        return s[:0]
    for i in (m, n):
        if not 1 <= i <= len(s):
            text = f"SubSeq({show(s)}, {m}, {n}) asks for index {i}, which is not in the domain 1..{len(s)}"
            raise EvalError("E003", text)
    return s[m - 1 : n]


@override("Sequences", "SelectSeq")
def select(s: Value, test: Operator1) -> tuple[Value, ...]:
    return tuple([e for e in sequence("SelectSeq", s) if truth("SelectSeq", test(e))])
