"""Values as JSON: ITF, Apalache's trace format (`to_itf`, `from_itf`), and a plainer form for traces
(`to_json`, ...).

| value            | ITF                        | plain                    |
|------------------|----------------------------|--------------------------|
| boolean          | true, false                | true, false              |
| integer          | {"#bigint": "12"}          | 12                       |
| string           | "text"                     | "text"                   |
| model value      | "name"                     | "name"                   |
| set              | {"#set": [...]}            | {"#set": [...]}          |
| tuple, sequence  | {"#tup": [...]}            | [...]                    |
| record           | {"field": ...}             | {"field": ...}           |
| other function   | {"#map": [[key, value]..]} | {"#map": [[key, value]..]} |
| infinite set     | {"#unserializable": "Nat"} | the same                 |

Both readers take both forms; strings named in `model_values` are read as model values. A record with a field
name that begins with `#` is written as a `#map`. What is neither form is a ValueError that names the JSON
path.
Source: Apalache ADR-015, Informal Trace Format.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from modelcheck.errors import EvalError
from modelcheck.values.functions import Fn, make_function, make_record, pairs_in_order
from modelcheck.values.lazybase import LazySet
from modelcheck.values.order import ordered
from modelcheck.values.printing import decimal
from modelcheck.values.scalars import FALSE, TRUE, Bool, ModelValue, Value
from modelcheck.values.sets import make_set


def to_itf(v: Value) -> Any:
    """`v` as ITF (JSON data; elements in TLC's order). EvalError E013 for a finite set too large to write
    out.
    """
    return _to(v, True)


def to_json(v: Value) -> Any:
    """`v` as plain JSON data: lists for sequences, numbers for integers."""
    return _to(v, False)


def _to(v: Value, itf: bool) -> Any:
    t = type(v)
    if t is int:
        return {"#bigint": decimal(v)} if itf else v
    if t is str:
        return v
    if t is Bool:
        return bool(v)
    if t is ModelValue:
        return v.name
    if t is tuple:
        items = [_to(x, itf) for x in v]
        return {"#tup": items} if itf else items
    if t is frozenset:
        return {"#set": [_to(x, itf) for x in ordered(v)]}
    if t is Fn:
        if v.shape.is_record and not any(key.startswith("#") for key in v.shape.keys):
            return {key: _to(x, itf) for key, x in pairs_in_order(v)}
        return {"#map": [[_to(key, itf), _to(x, itf)] for key, x in pairs_in_order(v)]}
    if isinstance(v, LazySet):
        return _to(v.forced(), itf) if v.known_finite else {"#unserializable": v.text()}
    raise TypeError(f"not a TLA+ value: {v!r}")


def from_itf(j: Any, model_values: Collection[str] = ()) -> Value:
    """The value written as `j` (ITF or the plain form). ValueError when it is neither."""
    try:
        return _from(j, model_values, "$")
    except RecursionError:
        raise ValueError("$: the value is nested too deeply") from None


from_json = from_itf


def _from(j: Any, names: Collection[str], path: str) -> Value:
    if j is True or j is False:
        return TRUE if j else FALSE
    if isinstance(j, int):
        return j
    if isinstance(j, str):
        return ModelValue(j) if j in names else j
    if isinstance(j, list):
        return tuple([_from(x, names, f"{path}[{i}]") for i, x in enumerate(j)])
    if not isinstance(j, dict):
        raise ValueError(f"{path}: {j!r} is no TLA+ value (null and fractions have none)")
    special = [key for key in j if key.startswith("#")]
    if not special:
        return make_record(list(j), [_from(x, names, f"{path}.{key}") for key, x in j.items()]) if j else ()
    if len(j) != 1:
        raise ValueError(f"{path}: {special[0]!r} stands beside other keys")
    return _from_special(special[0], j[special[0]], names, path)


def _one_kind(items: Iterable[Value], path: str) -> frozenset[Value]:
    """The set of these values; ValueError when they are of different kinds."""
    try:
        return make_set(items)
    except EvalError as error:
        raise ValueError(f"{path}: {error.message}") from None


def _from_special(tag: str, body: Any, names: Collection[str], path: str) -> Value:
    path = f"{path}.{tag}"
    if tag == "#bigint":
        if isinstance(body, str) and body.isascii() and body.removeprefix("-").isdecimal():
            return int(body)
        raise ValueError(f"{path}: {body!r} is not a decimal integer in quotes")
    if tag in ("#set", "#tup", "#map") and not isinstance(body, list):
        raise ValueError(f"{path}: a list is needed, not {body!r}")
    if tag == "#set":
        return _one_kind([_from(x, names, f"{path}[{i}]") for i, x in enumerate(body)], path)
    if tag == "#tup":
        return tuple([_from(x, names, f"{path}[{i}]") for i, x in enumerate(body)])
    if tag == "#map":
        pairs: dict[Value, Value] = {}
        for i, pair in enumerate(body):
            if not isinstance(pair, list) or len(pair) != 2:
                raise ValueError(f"{path}[{i}]: a pair [key, value] is needed, not {pair!r}")
            key = _from(pair[0], names, f"{path}[{i}][0]")
            if key in pairs:
                raise ValueError(f"{path}[{i}]: the key occurs twice")
            pairs[key] = _from(pair[1], names, f"{path}[{i}][1]")
        _one_kind(pairs, path)
        return make_function(pairs)
    if tag == "#unserializable":
        from modelcheck.values.lazy import _NAMED

        if isinstance(body, str) and body in _NAMED:
            return _NAMED[body]
    raise ValueError(f"{path}: {tag!r} is no known form of value")
