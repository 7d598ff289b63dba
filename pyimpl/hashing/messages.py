"""The messages of the store on a ring. `spec()` is the message as a record of the spec.

`RingIs`, `Fetch` and `Item` are the implementation's own: the first hands a ring out, which in the spec is known as
soon as it is made; the others are for reads, which the spec leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Copy:
    """A server to another, in ring `num`: keep `value` under `key`. What the value is the spec leaves out."""

    key: str
    value: str
    num: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "Copy", key |-> key, num |-> num]"""
        return {"type": "Copy", "key": self.key, "num": self.num}


@dataclass(frozen=True, slots=True)
class Have:
    """Server `node` to all: in ring `num`, I have `key`."""

    node: str
    key: str
    num: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "Have", node |-> node, key |-> key, num |-> num]"""
        return {"type": "Have", "node": self.node, "key": self.key, "num": self.num}


@dataclass(frozen=True, slots=True)
class Done:
    """Server `node` to the registrar: by ring `num`, all that I have is at its owners."""

    node: str
    num: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "Done", node |-> node, num |-> num]"""
        return {"type": "Done", "node": self.node, "num": self.num}


@dataclass(frozen=True, slots=True)
class Dead:
    """Whoever sees it to the registrar: the disk of `node` is lost."""

    node: str

    def spec(self) -> dict[str, Any]:
        """[type |-> "Dead", node |-> node]"""
        return {"type": "Dead", "node": self.node}


@dataclass(frozen=True, slots=True)
class RingIs:
    """The registrar to all servers: ring `num` has these members. Not in the spec."""

    num: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fetch:
    """A server to another: send me the item `key`, if you have it. Not in the spec."""

    key: str


@dataclass(frozen=True, slots=True)
class Item:
    """The answer to `Fetch`. Not in the spec."""

    key: str
    value: str


Message = Copy | Have | Done | Dead | RingIs | Fetch | Item
