"""The table *spec variable | Python | JSON*, and with it the refinement mapping.

The implementation's state is all nodes, their disks and everything that was ever sent; the spec's state is
a value for each variable. A `Mapping` is a row for each spec variable:

* `PerNode`: a function from nodes to values, one attribute on each node (`maxBal[a]` is `node.max_bal`);
* `OfNode`: a variable that belongs to one node (`tmState` is `coordinator.state`);
* `InApplied`: the set of the values ever handed to the application, on any node (`decided`);
* `InMessages`: the set of the messages sent so far. A message once sent stays in the set: that it may be
  lost, late, twice or out of order is in the spec's actions, which may take it at any time, or never.

A node's part is read when one of its actions has been carried out, or when it crashed; never in between. So
a write that is still on its way to the disk is not yet part of the spec's state.

**JSON of TLA+ values**, the same in `args` and `vars`:

======================================  =================================================
TLA+                                    JSON
======================================  =================================================
TRUE, 7, "text"                         true, 7, "text"
model value `v1`                        "v1" (the constants say which strings are model values)
sequence, tuple `<<1, 2>>`              [1, 2]
set `{1, 2}`                            {"#set": [1, 2]}
record; function on strings or          {"field": value, …}
model values
function on anything else               {"#map": [[argument, value], …]}
======================================  =================================================

In Python: bool, int, str, tuple or list, frozenset or set, dict; and any object with a method `spec()` that
gives one of these (messages have it). Floats and None have no meaning in the spec and are refused with
TypeError.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from pyimpl.kernel.node import Node

Json: TypeAlias = Any


def to_json(value: Any) -> Json:
    """The JSON of a Python value that stands for a TLA+ value; sets are sorted by their elements' JSON
    text."""
    kind = type(value)
    if kind is str or kind is int or kind is bool:
        return value
    if isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (tuple, list)):
        return [to_json(v) for v in value]
    if isinstance(value, (set, frozenset)):
        made = [to_json(v) for v in value]
        if len(made) > 1:
            made.sort(key=json_key)
        return {"#set": made}
    if isinstance(value, dict):
        for k in value:
            if not isinstance(k, str):
                pairs = [[to_json(k), to_json(v)] for k, v in value.items()]
                return {"#map": sorted(pairs, key=json_key)}
        return {k: to_json(v) for k, v in value.items()}
    spec = getattr(value, "spec", None)
    if callable(spec):
        return to_json(spec())
    raise TypeError(f"no TLA+ value: {value!r}")


_text = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def json_key(value: Json) -> str:
    """A text that is the same for equal values: the JSON with sorted keys."""
    return _text(value)


@dataclass(frozen=True, slots=True)
class PerNode:
    """Spec variable `name` is a function on the nodes of class `role`; at node `n` its value is `read(n)`."""

    name: str
    role: type[Node]
    read: Callable[[Any], Any]
    python: str
    json: str


@dataclass(frozen=True, slots=True)
class OfNode:
    """Spec variable `name` lives on the one node of class `role`; its value is `read(node)`."""

    name: str
    role: type[Node]
    read: Callable[[Any], Any]
    python: str
    json: str


@dataclass(frozen=True, slots=True)
class InMessages:
    """Spec variable `name` is the set of all `message.spec()` ever sent; messages that `of` refuses are
    left out."""

    name: str
    of: Callable[[Any], bool]
    python: str
    json: str


@dataclass(frozen=True, slots=True)
class InApplied:
    """Spec variable `name` is the set of all values that any node ever handed to its application."""

    name: str
    python: str
    json: str


Variable: TypeAlias = PerNode | OfNode | InMessages | InApplied
Local: TypeAlias = dict[str, Json]
"""What one node contributes: its value of each `PerNode` and `OfNode` variable that it has a part in."""


@dataclass(frozen=True)
class Mapping:
    """The rows, in the order of the spec's VARIABLES."""

    variables: tuple[Variable, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The spec's variables that the table covers, in order."""
        return tuple(v.name for v in self.variables)

    def local(self, node: Node) -> Local:
        """The node's own part of the spec's state, as JSON."""
        return {
            v.name: to_json(v.read(node))
            for v in self.variables
            if isinstance(v, (PerNode, OfNode)) and isinstance(node, v.role)
        }

    def state(self, locals_: dict[str, Local], history: History, only: Iterable[str] | None = None) -> dict[str, Json]:
        """The spec's state as JSON, from every node's part (by node name) and what was sent and applied;
        `only` some variables."""
        wanted = set(self.names if only is None else only)
        out: dict[str, Json] = {}
        for v in self.variables:
            if v.name not in wanted:
                continue
            if isinstance(v, (InMessages, InApplied)):
                out[v.name] = history.value(v)
            elif isinstance(v, PerNode):
                out[v.name] = {n: local[v.name] for n, local in locals_.items() if v.name in local}
            else:
                out[v.name] = next(local[v.name] for local in locals_.values() if v.name in local)
        return out

    def table(self) -> list[tuple[str, str, str]]:
        """The rows for people: (spec variable, Python, JSON)."""
        return [(v.name, v.python, v.json) for v in self.variables]


class History:
    """Everything that was ever sent or applied, in order of the first time and without repeats, row by
    row."""

    def __init__(self, mapping: Mapping) -> None:
        self._values: dict[str, dict[str, Json]] = {}
        self._messages: list[InMessages] = []
        self._applied: list[InApplied] = []
        self._seen: set[Any] = set()
        for v in mapping.variables:
            if isinstance(v, InMessages):
                self._messages.append(v)
                self._values[v.name] = {}
            elif isinstance(v, InApplied):
                self._applied.append(v)
                self._values[v.name] = {}

    def sent(self, message: Any) -> None:
        """Note that `message` (hashable) was sent."""
        if message not in self._seen:
            self._seen.add(message)
            for row in self._messages:
                if row.of(message):
                    self._add(row, to_json(message))

    def applied(self, value: Any) -> None:
        """Note that `value` was handed to an application."""
        for row in self._applied:
            self._add(row, to_json(value))

    def _add(self, row: InMessages | InApplied, value: Json) -> None:
        self._values[row.name].setdefault(json_key(value), value)

    def value(self, row: InMessages | InApplied) -> Json:
        """The set as JSON."""
        return {"#set": list(self._values[row.name].values())}
