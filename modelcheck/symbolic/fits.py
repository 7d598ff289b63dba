"""Types against each other, and values against types: what cannot fit for certain."""

from __future__ import annotations

from collections.abc import Iterable

from modelcheck.symbolic.annotations import (
    ANY,
    BOOL,
    INT,
    STR,
    Basic,
    FunT,
    OpT,
    RecordT,
    SeqT,
    SetT,
    Sort,
    TupleT,
    Type,
    TypeVar,
    VariantT,
    written,
)
from modelcheck.symbolic.cells import kind_of
from modelcheck.values import FunctionSet, Interval, ModelValue, Named, PowerSet, SeqSet, Value, pairs_in_order, show

Vars = dict[str, Type]
_FUNCTIONS = (FunT, SeqT, TupleT, RecordT)
_KINDS = {"Int": "int", "Bool": "bool", "Str": "atom"}


def element(t: Type) -> Type:
    """What the elements are of a set of this type; anything, if it is none."""
    return t.of if isinstance(t, SetT) else ANY


def item(t: Type, key: str | int | None) -> Type:
    """What a function, record, tuple or sequence of this type has at a key (None: not known which)."""
    match t:
        case FunT():
            return t.result
        case SeqT():
            return t.of
        case TupleT():
            if isinstance(key, int):
                return t.items[key - 1] if 1 <= key <= len(t.items) else ANY
            return t.items[0] if t.items and all(i == t.items[0] for i in t.items) else ANY
        case RecordT():
            return dict(t.fields).get(key, ANY) if isinstance(key, str) else ANY
    return ANY


def compatible(a: Type, b: Type, strict: bool = False) -> bool:
    """Whether something may be of both types. `strict`: an uninterpreted type holds no numbers and strings."""
    if isinstance(a, (TypeVar, OpT)) or isinstance(b, (TypeVar, OpT)):
        return True
    match a, b:
        case Basic(), Basic():
            return a == b
        case Sort(), Sort():
            return a == b
        case (Sort(), Basic()) | (Basic(), Sort()):
            return not strict and BOOL not in (a, b)
        case SetT(), SetT():
            return compatible(a.of, b.of, strict)
        case VariantT(), VariantT():
            theirs = dict(b.options)
            same = all(compatible(t, theirs[tag], strict) for tag, t in a.options if tag in theirs)
            return same and (a.open or b.open or bool({tag for tag, _ in a.options} & set(theirs)))
        case (VariantT(), RecordT()) | (RecordT(), VariantT()):
            return True
    if isinstance(a, _FUNCTIONS) and isinstance(b, _FUNCTIONS):
        return _functions(a, b, strict)
    return False


def _functions(a: Type, b: Type, strict: bool) -> bool:
    """Of two types of functions."""
    match a, b:
        case FunT(), FunT():
            return compatible(a.arg, b.arg, strict) and compatible(a.result, b.result, strict)
        case SeqT(), SeqT():
            return compatible(a.of, b.of, strict)
        case TupleT(), TupleT():
            return len(a.items) == len(b.items) and all(
                compatible(i, j, strict) for i, j in zip(a.items, b.items, strict=True)
            )
        case RecordT(), RecordT():
            mine, theirs = dict(a.fields), dict(b.fields)
            if not (b.open or set(mine) <= set(theirs)) or not (a.open or set(theirs) <= set(mine)):
                return False
            return all(compatible(t, theirs[n], strict) for n, t in mine.items() if n in theirs)
        case (FunT(), SeqT() | TupleT() | RecordT()):
            return _as_function(b, a, strict)
        case (SeqT() | TupleT() | RecordT(), FunT()):
            return _as_function(a, b, strict)
        case SeqT(), TupleT():
            return all(compatible(a.of, i, strict) for i in b.items)
        case TupleT(), SeqT():
            return all(compatible(b.of, i, strict) for i in a.items)
    return False  # a record is no sequence


def _as_function(t: Type, fn: FunT, strict: bool) -> bool:
    """A sequence, tuple or record as a function of this type."""
    match t:
        case SeqT():
            return compatible(fn.arg, INT, strict) and compatible(t.of, fn.result, strict)
        case TupleT():
            return not t.items or (
                compatible(fn.arg, INT, strict) and all(compatible(i, fn.result, strict) for i in t.items)
            )
        case RecordT():
            return compatible(fn.arg, STR, strict) and all(compatible(f, fn.result, strict) for _, f in t.fields)
    return True


# ---- type variables -----------------------------------------------------------------------------------------------


def bind_vars(pairs: Iterable[tuple[Type, Type]]) -> Vars:
    """What the type variables of parameters stand for, given the arguments' types; the first argument decides."""
    found: Vars = {}
    for param, arg in pairs:
        _bind(param, arg, found)
    return found


def _bind(param: Type, arg: Type, found: Vars) -> None:
    match param, arg:
        case TypeVar(), _ if not isinstance(arg, TypeVar):
            found.setdefault(param.name, arg)
        case SetT(), SetT():
            _bind(param.of, arg.of, found)
        case SeqT(), SeqT():
            _bind(param.of, arg.of, found)
        case FunT(), FunT():
            _bind(param.arg, arg.arg, found)
            _bind(param.result, arg.result, found)
        case TupleT(), TupleT():
            for mine, theirs in zip(param.items, arg.items, strict=False):
                _bind(mine, theirs, found)


def filled(t: Type, known: Vars) -> Type:
    """The type with its variables replaced."""
    match t:
        case TypeVar():
            return known.get(t.name, t)
        case SetT():
            return SetT(filled(t.of, known))
        case SeqT():
            return SeqT(filled(t.of, known))
        case FunT():
            return FunT(filled(t.arg, known), filled(t.result, known))
        case TupleT():
            return TupleT(tuple(filled(i, known) for i in t.items))
    return t


# ---- values -------------------------------------------------------------------------------------------------------


def misfit(value: Value, t: Type) -> str | None:
    """In words, the part of a known value that is not of a type; None if it fits, or nothing can be said."""
    kind = kind_of(value)
    match t:
        case Basic():
            fits = kind == _KINDS[t.name]
            return None if fits or isinstance(value, ModelValue) else f"{show(value)}, which is not of type {t.name}"
        case Sort():
            return None if kind in ("atom", "int") else f"{show(value)}, which is not of type {t.name}"
        case SetT():
            return _set_misfit(value, t)
        case FunT() | SeqT() | TupleT() | RecordT():
            return _function_misfit(value, t)
    return None


def _set_misfit(value: Value, t: SetT) -> str | None:
    match value:
        case Interval():
            return None if compatible(t.of, INT) else f"{show(value)}, which is not of type {written(t)}"
        case Named():
            basic = {"Nat": INT, "Int": INT, "STRING": STR}.get(value.name)
            fits = basic is None or compatible(t.of, basic)
            return None if fits else f"{show(value)}, which is not of type {written(t)}"
        case PowerSet():
            return misfit(value.base, t.of)
        case FunctionSet():
            return misfit(value.target, SetT(item(t.of, None)))
        case SeqSet():
            return misfit(value.base, SetT(item(t.of, None)))
    if type(value) is frozenset:
        return next((wrong for e in sorted(value, key=show) if (wrong := misfit(e, t.of)) is not None), None)
    if kind_of(value) == "lazy" or isinstance(value, ModelValue):
        return None
    return f"{show(value)}, which is not of type {written(t)}"


def _function_misfit(value: Value, t: Type) -> str | None:
    if isinstance(value, ModelValue):
        return None
    wrong = f"{show(value)}, which is not of type {written(t)}"
    if kind_of(value) != "fun":
        return wrong
    pairs = list(pairs_in_order(value))
    if isinstance(t, (SeqT, TupleT)) and not isinstance(value, tuple) and pairs:
        return wrong
    if isinstance(t, TupleT) and len(pairs) != len(t.items):
        return wrong
    if isinstance(t, RecordT):
        names = {n for n, _ in t.fields}
        keys = {k for k, _ in pairs}
        if (not keys <= names and not t.open) or (not names <= keys and not t.open):
            return wrong
    for k, v in pairs:
        inner = misfit(k, t.arg) if isinstance(t, FunT) else None
        inner = inner or misfit(v, item(t, k if isinstance(k, (str, int)) else None))
        if inner is not None:
            return inner
    return None
