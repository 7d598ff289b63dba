"""Python's values as words of the native interpreter, and back (`core/_values.h` tells what a word is).

Takes any value that the interpreter can hold: integers of 62 bits, strings, model values, booleans, what is made of
them, and lazy sets. `Unknown` for everything else.
"""

from __future__ import annotations

import ctypes as ct
from typing import Any

from modelcheck.values import (
    FALSE,
    TRUE,
    AnySet,
    Bool,
    BoundedSeqs,
    CrossSet,
    Fn,
    FunctionSet,
    Int,
    Interval,
    KSubsets,
    LazyCap,
    LazyCup,
    LazyDiff,
    LazyUnion,
    ModelValue,
    Named,
    Nat,
    PowerSet,
    Reals,
    RecordSet,
    SeqSet,
    Shape,
    Strings,
    Value,
    domain_in_order,
    intern_order,
    shape_of,
)
from modelcheck.values.order import _RANKS, _give_ranks

KINDS = (
    "set", "seq", "fn", "interval", "named", "power", "ksubsets", "fnset", "recset", "cross", "seqset", "bseq", "lcup",
    "lcap", "ldiff",
)  # fmt: skip
SET, SEQ, FN, INTERVAL, NAMED, POWER, KSUBSETS, FNSET, RECSET, CROSS, SEQSET, BSEQ, LCUP, LCAP, LDIFF = range(15)
INT_LIMIT = 1 << 61
_MASK = (1 << 64) - 1
_FALSE, _TRUE = 3, 7
_NAMES = [s.name for s in (Nat, Int, Reals, Strings, AnySet)]
_KEPT_MAX = 300_000  # values that are remembered with their words, and words with their values


class Unknown(Exception):
    """The native interpreter does not tell: the closures are to be asked."""


class _Unranked(Exception):
    """A name has no place in the order yet."""


class Words:
    """The words of values in one program."""

    def __init__(self, lib: Any, handle: Any) -> None:
        self._lib = lib
        self._handle = handle
        self._known: dict[Value, int] = {}
        self._atoms: dict[int, Value] = {}
        self._values: dict[int, Value] = {}
        self._types: dict[str, int] = {}
        self._shapes: dict[int, tuple[Shape, list[int]]] = {}

    # ---- to words ----

    def word(self, v: Value) -> int:
        """The word of a value; what it is made of is interned."""
        t = type(v)
        if t is int:
            if not -INT_LIMIT <= v < INT_LIMIT:
                raise Unknown("an integer of more than 62 bits")
            return int(v << 2 | 1) & _MASK
        if t is Bool:
            return _TRUE if v else _FALSE
        try:
            return self._word(v)
        except _Unranked:
            _give_ranks([v])
            return self._word(v)

    def _word(self, v: Value) -> int:
        t = type(v)
        if t is int or t is Bool:
            return self.word(v)
        if t is str:
            return self._atom(v, v, 2)
        if t is ModelValue:
            return self._atom(v, v.name, 6 | self._type(v.type) << 3)
        if t is Interval:
            return self._make(INTERVAL, [self._word(v.low), self._word(v.high)])
        if t is not tuple and t is not frozenset and t is not Fn:
            return self._lazy(v)
        known = self._known.get(v)
        if known is None:
            if t is tuple:
                known = self._make(SEQ, [self._word(x) for x in v])
            elif t is frozenset:
                known = self._make(SET, [self._word(x) for x in v])
            else:
                keys = domain_in_order(v)
                parts = [self._word(key) for key in keys] + [self._word(v.get(key)) for key in keys]
                known = self._make(FN, parts, count=len(keys))
            if len(self._known) >= _KEPT_MAX:
                self._known.clear()
            self._known[v] = known
        return known

    def _atom(self, v: Value, name: str, tag: int) -> int:
        rank = _RANKS.get(name)
        if rank is None:
            raise _Unranked
        word = tag | intern_order(name) << 19
        self._atoms[word] = v
        return word

    def _type(self, name: str | None) -> int:
        if name is None:
            return 0
        self._lib.native_typed(self._handle)
        return self._types.setdefault(name, len(self._types) + 1)

    def _lazy(self, v: Value) -> int:
        parts: list[Value]
        match v:
            case Named():
                return self._make(NAMED, [], extra=_NAMES.index(v.name))
            case PowerSet():
                return self._make(POWER, [self._word(v.base)])
            case SeqSet():
                return self._make(SEQSET, [self._word(v.base)])
            case KSubsets():
                return self._make(KSUBSETS, [self._word(v.base), self._word(v.size)])
            case BoundedSeqs():
                return self._make(BSEQ, [self._word(v.base), self._word(v.length)])
            case FunctionSet():
                return self._make(FNSET, [self._word(v.source), self._word(v.target)])
            case CrossSet():
                return self._make(CROSS, [self._word(s) for s in v.sets])
            case RecordSet():
                names = domain_in_order(Fn(v.shape, v.sets))
                parts = [v.sets[v.shape.index[name]] for name in names]
                return self._make(RECSET, [self._word(frozenset(names)), *[self._word(s) for s in parts]])
            case LazyCup() | LazyCap() | LazyDiff():
                kind = {LazyCup: LCUP, LazyCap: LCAP, LazyDiff: LDIFF}[type(v)]
                return self._make(kind, [self._word(v.left), self._word(v.right)])
            case LazyUnion():
                word = self._word(v.sets[0])
                for s in v.sets[1:]:
                    word = self._make(LCUP, [word, self._word(s)])
                return word
        raise Unknown(f"a value of Python's class {type(v).__name__}")

    def _make(self, kind: int, parts: list[int], extra: int = 0, count: int | None = None) -> int:
        out = ct.c_uint64()
        given = (ct.c_uint64 * max(1, len(parts)))(*parts)
        n = len(parts) if count is None else count
        how = self._lib.native_make(self._handle, kind, extra, ct.c_uint32(n), given, ct.byref(out))
        check(how)
        return int(out.value)

    # ---- from words ----

    def value(self, word: int) -> Value:
        """The value of a word that is interned."""
        tag = word & 3
        if tag == 1:
            return (word >> 2) - (1 << 62 if word >> 63 else 0)
        if tag == 3:
            return TRUE if word == _TRUE else FALSE
        if tag == 2:
            return self._atoms[word]
        known = self._values.get(word)
        if known is None:
            if len(self._values) >= _KEPT_MAX:
                self._values.clear()
            known = self._values[word] = self._composite(word)
        return known

    def _composite(self, word: int) -> Value:
        n = ct.c_uint32()
        kind = self._lib.native_kind(ct.c_uint64(word), ct.byref(n))
        count = n.value
        out = (ct.c_uint64 * (count + 1))()
        self._lib.native_parts(ct.c_uint64(word), out)
        parts = list(out)
        if kind == SET:
            return frozenset([self.value(w) for w in parts[:count]])
        if kind == SEQ:
            return tuple([self.value(w) for w in parts[:count]])
        shape, places = self._shape(parts[0])
        vals = [self.value(w) for w in parts[1:]]
        return Fn(shape, tuple([vals[i] for i in places]))

    def _shape(self, domain: int) -> tuple[Shape, list[int]]:
        """The shape of functions over a domain, and where the value of each of its keys stands."""
        known = self._shapes.get(domain)
        if known is None:
            n = ct.c_uint32()
            self._lib.native_kind(ct.c_uint64(domain), ct.byref(n))
            out = (ct.c_uint64 * (n.value + 1))()
            self._lib.native_parts(ct.c_uint64(domain), out)
            keys = [self.value(w) for w in out[: n.value]]
            shape = shape_of(frozenset(keys))
            at = {key: i for i, key in enumerate(keys)}
            known = self._shapes[domain] = shape, [at[key] for key in shape.keys]
        return known


def check(how: int) -> int:
    """A result that is no failure; `Unknown` or MemoryError for one."""
    if how == -1:
        raise Unknown
    if how == -2:
        raise MemoryError
    return how
