"""The table *spec variable | Python | JSON*, and with it the refinement mapping.

The implementation's state is all nodes, their disks and everything that was ever sent; the spec's state is
a value for each variable. A `Mapping` is a row for each spec variable:

* `PerNode`: a function from nodes to values, one attribute on each node (`maxBal[a]` is `node.max_bal`);
* `OfNode`: a variable that belongs to one node (`tmState` is `coordinator.state`);
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
    if isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (tuple, list)):
        return [to_json(v) for v in value]
    if isinstance(value, (set, frozenset)):
        return {"#set": sorted((to_json(v) for v in value), key=json_key)}
    if isinstance(value, dict):
        if all(isinstance(k, str) for k in value):
            return {k: to_json(v) for k, v in value.items()}
        pairs = [[to_json(k), to_json(v)] for k, v in value.items()]
        return {"#map": sorted(pairs, key=json_key)}
    spec = getattr(value, "spec", None)
    if callable(spec):
        return to_json(spec())
    raise TypeError(f"no TLA+ value: {value!r}")


def json_key(value: Json) -> str:
    """A text that is the same for equal values: the JSON with sorted keys."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


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


Variable: TypeAlias = PerNode | OfNode | InMessages
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
            if not isinstance(v, InMessages) and isinstance(node, v.role)
        }

    def state(
        self, locals_: dict[str, Local], sent: Sent, only: Iterable[str] | None = None
    ) -> dict[str, Json]:
        """The spec's state as JSON, from every node's part (by node name) and what was sent; `only` some
        variables."""
        wanted = set(self.names if only is None else only)
        out: dict[str, Json] = {}
        for v in self.variables:
            if v.name not in wanted:
                continue
            if isinstance(v, InMessages):
                out[v.name] = sent.value(v)
            elif isinstance(v, PerNode):
                out[v.name] = {n: local[v.name] for n, local in locals_.items() if v.name in local}
            else:
                out[v.name] = next(local[v.name] for local in locals_.values() if v.name in local)
        return out

    def table(self) -> list[tuple[str, str, str]]:
        """The rows for people: (spec variable, Python, JSON)."""
        return [(v.name, v.python, v.json) for v in self.variables]


class Sent:
    """Everything that was ever sent, in order of the first sending and without repeats, kept per
    `InMessages` row."""

    def __init__(self, mapping: Mapping) -> None:
        self._rows: list[tuple[InMessages, list[Json], set[str]]] = [
            (v, [], set()) for v in mapping.variables if isinstance(v, InMessages)
        ]
        self._seen: set[Any] = set()

    def add(self, message: Any) -> None:
        """Note that `message` (hashable) was sent."""
        if message in self._seen:
            return
        self._seen.add(message)
        for row, values, keys in self._rows:
            if row.of(message):
                value = to_json(message)
                key = json_key(value)
                if key not in keys:
                    keys.add(key)
                    values.append(value)

    def value(self, row: InMessages) -> Json:
        """The set as JSON."""
        return next({"#set": list(values)} for v, values, _ in self._rows if v is row)
