"""Apalache's folds and generators; its annotations are what their definitions say. `Gen` is symbolic only: E011."""

from __future__ import annotations

from modelcheck.stdlib.registry import Operator1, Operator2, finite_set, integer, override, refuse, sequence
from modelcheck.values import Value, ordered


@override("Apalache", "Gen")
def gen(size: Value) -> Value:
    raise refuse("Gen", "has a meaning for a symbolic checker only")


@override("Apalache", "MkSeq")
def make_seq(n: Value, f: Operator1) -> tuple[Value, ...]:
    return tuple([f(i) for i in range(1, integer("MkSeq", n) + 1)])


@override("Apalache", "ApaFoldSet")
def fold_set_left(op: Operator2, v: Value, s: Value) -> Value:
    acc = v
    for x in ordered(finite_set("ApaFoldSet", s)):
        acc = op(acc, x)
    return acc


@override("Apalache", "ApaFoldSeqLeft")
def fold_seq_left(op: Operator2, v: Value, s: Value) -> Value:
    acc = v
    for x in sequence("ApaFoldSeqLeft", s):
        acc = op(acc, x)
    return acc


@override("Apalache", "Repeat")
def repeat(f: Operator2, n: Value, x: Value) -> Value:
    acc = x
    for i in range(1, integer("Repeat", n) + 1):
        acc = f(acc, i)
    return acc
