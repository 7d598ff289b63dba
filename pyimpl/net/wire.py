"""Messages as bytes: a length of four bytes (big endian), then JSON (UTF-8).

A message is a value of the pair's own dataclasses. In JSON

======================  =================================
Python                  JSON
======================  =================================
None, bool, int, str    the same
list                    [value, …]
tuple                   {"()": [value, …]}
set, frozenset          {"{}": [value, …]}, sorted
dict                    {"d": [[key, value], …]}
dataclass               {"is": "Append", field: value, …}
======================  =================================

Only the classes that the codec was made with are ever built: what comes from the network makes no other object.
Refused with WireError: other types, unknown classes, wrong fields, frames longer than FRAME_MAX bytes.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Iterable
from types import ModuleType
from typing import Any

FRAME_MAX = 64 * 1024 * 1024


class WireError(ValueError):
    """Bytes or values that are no message."""


class Codec:
    """Messages of the dataclasses in some modules."""

    def __init__(self, modules: Iterable[ModuleType]) -> None:
        self._classes: dict[str, Any] = {}
        for module in modules:
            for value in vars(module).values():
                if not (isinstance(value, type) and dataclasses.is_dataclass(value)):
                    continue
                if self._classes.setdefault(value.__name__, value) is not value:
                    raise WireError(f"two classes are called {value.__name__}")
        self._names = {cls: name for name, cls in self._classes.items()}
        self._fields = {cls: tuple(f.name for f in dataclasses.fields(cls)) for cls in self._names}

    def to_json(self, value: Any) -> Any:
        """The value as JSON."""
        kind = type(value)
        if value is None or kind is bool or kind is int or kind is str:
            return value
        if kind is tuple:
            return {"()": [self.to_json(v) for v in value]}
        if kind is list:
            return [self.to_json(v) for v in value]
        if kind is frozenset or kind is set:
            return {"{}": sorted((self.to_json(v) for v in value), key=lambda v: json.dumps(v, sort_keys=True))}
        if kind is dict:
            return {"d": [[self.to_json(k), self.to_json(v)] for k, v in value.items()]}
        name = self._names.get(kind)
        if name is None:
            raise WireError(f"no message holds a {kind.__name__}")
        return {"is": name} | {f: self.to_json(getattr(value, f)) for f in self._fields[kind]}

    def from_json(self, data: Any) -> Any:
        """The value that JSON stands for."""
        if isinstance(data, list):
            return [self.from_json(v) for v in data]
        if not isinstance(data, dict):
            if isinstance(data, float):
                raise WireError("no message holds a fraction")
            return data
        if len(data) == 1:
            (tag, body), *_ = data.items()
            if tag in ("()", "{}", "d") and not isinstance(body, list):
                raise WireError(f"{tag} needs a list")
            if tag == "()":
                return tuple([self.from_json(v) for v in body])
            if tag == "{}":
                return frozenset([self.from_json(v) for v in body])
            if tag == "d":
                return {self.from_json(k): self.from_json(v) for k, v in body}
        return self._object(data)

    def _object(self, data: dict[str, Any]) -> Any:
        cls = self._classes.get(str(data.get("is")))
        if cls is None:
            raise WireError(f"no message is called {data.get('is')!r}")
        fields = {name: self.from_json(v) for name, v in data.items() if name != "is"}
        if set(fields) != set(self._fields[cls]):
            raise WireError(f"{cls.__name__} has the fields {', '.join(self._fields[cls])}, not {', '.join(fields)}")
        return cls(**fields)


def frame(data: Any) -> bytes:
    """JSON data as a frame."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    if len(body) > FRAME_MAX:
        raise WireError(f"a message of {len(body)} bytes is longer than {FRAME_MAX}")
    return len(body).to_bytes(4, "big") + body


async def read_frame(reader: asyncio.StreamReader) -> Any:
    """The next frame's data, None at the end of the stream. WireError for what is no frame."""
    try:
        length = int.from_bytes(await reader.readexactly(4), "big")
        if length > FRAME_MAX:
            raise WireError(f"a frame of {length} bytes is longer than {FRAME_MAX}")
        body = await reader.readexactly(length)
    except asyncio.IncompleteReadError:
        return None
    try:
        return json.loads(body)
    except ValueError as error:
        raise WireError(f"a frame is no JSON: {error}") from None
