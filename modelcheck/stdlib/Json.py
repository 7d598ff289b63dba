"""Values as JSON texts and files, in the forms of the community module: records and other functions are objects,
sequences and sets arrays, model values strings. Reading gives records, sequences, strings, integers, booleans;
null and fractions are refused (E011). Files are reached through the run's context (E015 when it forbids them).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from modelcheck.errors import EvalError
from modelcheck.stdlib.registry import RunContext, function, override, refuse, sequence, string, wrong
from modelcheck.values import TRUE, Bool, LazySet, Value, from_json, ordered, pairs_in_order, pretty, show
from modelcheck.values import to_json as plain

SEE = "see to the file"


def _data(v: Value) -> Any:
    if type(v) is tuple:
        return [_data(x) for x in v]
    if type(v) is frozenset or isinstance(v, LazySet):
        return [_data(x) for x in ordered(v)]
    if hasattr(v, "shape"):
        return _object(v)
    return plain(v)


def _object(v: Value) -> dict[str, Any]:
    return {key if type(key) is str else pretty(key): _data(x) for key, x in pairs_in_order(v)}


def text(data: Any) -> str:
    """Compact JSON."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def read(content: str, where: str) -> Value:
    """The value of a JSON text. EvalError E011 when it is none or holds what is no value."""
    try:
        return from_json(json.loads(content))
    except ValueError as error:
        raise refuse("the JSON text", f"in {where} cannot be read: {error}") from None


def file(context: RunContext, operator: str, name: Value) -> Path:
    """The file that an operator may reach under that name; EvalError E015 when the run forbids it."""
    try:
        path = context.path(string(operator, name))
    except (OSError, ValueError):
        raise EvalError("E015", f"{operator}: {show(name)} is no name of a file", cause="", mend=SEE) from None
    if path is None:
        raise EvalError(
            "E015",
            f"{operator} would reach the file {show(name)}, which is not below the working directory",
            cause="files elsewhere are closed to a spec, also by way of links",
            mend="use a file below the working directory, or allow it with --allow-io if you trust the spec",
        )
    return path


def failed(operator: str, error: OSError) -> EvalError:
    """EvalError E015 for a file that could not be read or written."""
    return EvalError("E015", f"{operator}: {error.strerror}: {error.filename}", cause="", mend=SEE)


def write(context: RunContext, operator: str, name: Value, content: str, *, append: bool = False) -> Bool:
    """Writes a text file, making its folder. TRUE."""
    path = file(context, operator, name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a" if append else "w", encoding="utf-8", newline="") as out:
            out.write(content)
    except OSError as error:
        raise failed(operator, error) from None
    return TRUE


def contents(context: RunContext, operator: str, name: Value) -> str:
    """The text of a file."""
    try:
        return file(context, operator, name).read_text(encoding="utf-8")
    except OSError as error:
        raise failed(operator, error) from None
    except UnicodeDecodeError:
        raise EvalError(
            "E015", f"{operator}: the file {show(name)} is not text in UTF-8", cause="", mend="save it as UTF-8"
        ) from None


@override("Json", "ToJson")
def to_json(v: Value) -> str:
    return text(_data(v))


@override("Json", "ToJsonArray")
def to_json_array(v: Value) -> str:
    if type(v) is not tuple and type(v) is not frozenset and not isinstance(v, LazySet):
        raise wrong("ToJsonArray", "a sequence or a set", v)
    return text(_data(v))


@override("Json", "ToJsonObject")
def to_json_object(v: Value) -> str:
    return text(_object(function("ToJsonObject", v)))


@override("Json", "JsonSerialize", impure=True, needs_context=True)
def json_serialize(context: RunContext, name: Value, v: Value) -> Bool:
    return write(context, "JsonSerialize", name, text(_data(function("JsonSerialize", v))))


@override("Json", "JsonDeserialize", impure=True, needs_context=True)
def json_deserialize(context: RunContext, name: Value) -> Value:
    return read(contents(context, "JsonDeserialize", name), show(name))


@override("Json", "ndJsonSerialize", impure=True, needs_context=True)
def ndjson_serialize(context: RunContext, name: Value, v: Value) -> Bool:
    lines = [text(_data(x)) + "\n" for x in sequence("ndJsonSerialize", v)]
    return write(context, "ndJsonSerialize", name, "".join(lines))


@override("Json", "ndJsonDeserialize", impure=True, needs_context=True)
def ndjson_deserialize(context: RunContext, name: Value) -> tuple[Value, ...]:
    lines = contents(context, "ndJsonDeserialize", name).splitlines()
    return tuple([read(line, f"line {i} of {show(name)}") for i, line in enumerate(lines, 1) if line.strip()])
