"""What kind of value a value is, as a type in Apalache's notation: `Int`, `Set(Str)`, `Seq(Int)`, `{a: Int, b: Bool}`.

A set or function whose parts have several types shows them joined by `|`. Of an infinite set the name is shown.
"""

from __future__ import annotations

from collections.abc import Iterable

from modelcheck.errors import EvalError
from modelcheck.values import Bool, Fn, LazyFn, LazySet, ModelValue, Value, elements, pairs_in_order

SAMPLE_MAX = 10_000  # elements looked at


def type_text(v: Value) -> str:
    """The type of a value."""
    t = type(v)
    if t is int:
        return "Int"
    if t is str:
        return "Str"
    if t is Bool:
        return "Bool"
    if t is ModelValue:
        return v.type if v.type is not None else "model value"
    if t is tuple:
        return _sequence(v)
    if t is Fn:
        if v.shape.is_record:
            return "{" + ", ".join(f"{key}: {type_text(x)}" for key, x in pairs_in_order(v)) + "}"
        pairs = pairs_in_order(v)
        return f"{_joined(key for key, _ in pairs)} -> {_joined(x for _, x in pairs)}"
    if isinstance(v, LazyFn):
        return "function"
    if isinstance(v, LazySet) and not v.known_finite:
        return f"infinite set {v.text()}"
    return _set(v)


def _sequence(v: tuple[Value, ...]) -> str:
    types = list(dict.fromkeys(map(type_text, v)))
    if len(types) <= 1:
        return f"Seq({types[0] if types else '?'})"
    return "<<" + ", ".join(map(type_text, v)) + ">>"


def _set(v: Value) -> str:
    found = []
    try:
        for x in elements(v):
            found.append(x)
            if len(found) == SAMPLE_MAX:
                break
    except EvalError:
        return "set"
    return f"Set({_joined(found)})"


def _joined(values: Iterable[Value]) -> str:
    types = list(dict.fromkeys(map(type_text, values)))
    return " | ".join(types) if types else "?"
