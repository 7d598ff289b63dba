"""The abstract objects that clients' histories are held to: what one copy, used by one client at a time, would answer.

An object is data and a pure function: `apply(state, client, operation) -> (state, answer)`. Operations on different
parts (`part`) do not touch each other, so each part's history can be judged alone.

======================  ===========================================================================================
key-value (by key)      ["put", k, v] "ok" · ["get", k] or ["read", k] the value or null · ["add", k, n] the sum ·
                        ["cas", k, old, new] true or false
register (by name)      ["write", r, v] "ok" · ["read", r] the value or null
lock (by name)          ["acquire", l] the fencing token, one higher each time, or null when it is held ·
                        ["release", l, token] true, or false when that is not the token of the holder
znodes (by path)        ["create", p, data] true, or false when it is there · ["set", p, data, version] and
                        ["delete", p, version] true, or false when it is not there in that version (null: any) ·
                        ["get", p] [data, version] or null · ["peek", p] the same, or what it was before
======================  ===========================================================================================

States and answers are JSON; what is refused: operations that the object does not have (ValueError).
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeAlias

Operation: TypeAlias = list[Any]


class Object(Protocol):
    """An abstract object. `initial` is the state of each part."""

    name: ClassVar[str]
    initial: ClassVar[Hashable]

    lagging: ClassVar[frozenset[str]]
    """Operations that may be answered from the past: not held to be linearizable, but see `traces.lagging`."""

    def part(self, operation: Operation) -> str:
        """Which part the operation is on. ValueError when it is no operation."""

    def apply(self, state: Any, client: str, operation: Operation) -> tuple[Hashable, Any]:
        """The state after it, and the answer."""

    def shown(self, state: Any) -> Any:
        """A state as JSON, for people."""


def typed(value: Any) -> Hashable:
    """A hashable stand-in of a JSON scalar, or of an array of some: true is not 1."""
    if isinstance(value, list):
        return ("list", tuple(map(typed, value)))
    return (type(value).__name__, value)


@dataclass(frozen=True)
class KeyValue:
    """A map from keys to values, absent at first; the machine of `pyimpl.kernel.machine`."""

    name: ClassVar[str] = "key-value"
    lagging: ClassVar[frozenset[str]] = frozenset()
    initial: ClassVar[Hashable] = typed(None)

    def part(self, operation: Operation) -> str:
        """The key."""
        match operation:
            case ["put", str(key), value] if _scalar(value):
                return key
            case ["add", str(key), number] if type(number) is int:
                return key
            case ["cas", str(key), old, new] if _scalar(old) and _scalar(new):
                return key
            case ["get" | "read", str(key)]:
                return key
        raise ValueError("a key-value store has put, add, cas, get and read")

    def apply(self, state: Any, client: str, operation: Operation) -> tuple[Hashable, Any]:
        """See `Object`."""
        held = state[1]
        match operation:
            case ["put", _, value]:
                return typed(value), "ok"
            case ["add", _, number]:
                if held is not None and type(held) is not int:
                    return state, "not a number"
                return typed((held or 0) + number), (held or 0) + number
            case ["cas", _, old, new]:
                return (typed(new), True) if state == typed(old) else (state, False)
        return state, held

    def shown(self, state: Any) -> Any:
        """The value."""
        return state[1]


@dataclass(frozen=True)
class Register:
    """Registers, without a value at first."""

    name: ClassVar[str] = "register"
    lagging: ClassVar[frozenset[str]] = frozenset()
    initial: ClassVar[Hashable] = typed(None)

    def part(self, operation: Operation) -> str:
        """The register."""
        match operation:
            case ["write", str(name), value] if _scalar(value):
                return name
            case ["read", str(name)]:
                return name
        raise ValueError("a register has write and read")

    def apply(self, state: Any, client: str, operation: Operation) -> tuple[Hashable, Any]:
        """See `Object`."""
        return (typed(operation[2]), "ok") if operation[0] == "write" else (state, state[1])

    def shown(self, state: Any) -> Any:
        """The value."""
        return state[1]


@dataclass(frozen=True)
class Lock:
    """Locks with fencing tokens: (holder, the last token)."""

    name: ClassVar[str] = "lock"
    lagging: ClassVar[frozenset[str]] = frozenset()
    initial: ClassVar[Hashable] = (None, 0)

    def part(self, operation: Operation) -> str:
        """The lock."""
        match operation:
            case ["acquire", str(name)]:
                return name
            case ["release", str(name), token] if type(token) is int:
                return name
        raise ValueError("a lock has acquire and release")

    def apply(self, state: Any, client: str, operation: Operation) -> tuple[Hashable, Any]:
        """See `Object`."""
        holder, last = state
        if operation[0] == "acquire":
            return ((client, last + 1), last + 1) if holder is None else (state, None)
        if holder == client and operation[2] == last:
            return (None, last), True
        return state, False

    def shown(self, state: Any) -> Any:
        """The holder and the last token."""
        return list(state)


@dataclass(frozen=True)
class Znodes:
    """Nodes with data and a version, none at first: those of ZooKeeper that stay. (data, version), or None."""

    name: ClassVar[str] = "znodes"
    lagging: ClassVar[frozenset[str]] = frozenset({"peek"})
    initial: ClassVar[Hashable] = None

    def part(self, operation: Operation) -> str:
        """The path."""
        match operation:
            case ["create", str(path), data] if _scalar(data):
                return path
            case ["set", str(path), data, version] if _scalar(data) and (version is None or type(version) is int):
                return path
            case ["delete", str(path), version] if version is None or type(version) is int:
                return path
            case ["get" | "peek", str(path)]:
                return path
        raise ValueError("znodes have create, set, delete, get and peek")

    def apply(self, state: Any, client: str, operation: Operation) -> tuple[Hashable, Any]:
        """See `Object`."""
        match operation:
            case ["create", _, data]:
                return ((data, 0), True) if state is None else (state, False)
            case ["set", _, data, version] if state is not None and version in (None, state[1]):
                return (data, state[1] + 1), True
            case ["delete", _, version] if state is not None and version in (None, state[1]):
                return None, True
            case ["set" | "delete", *_]:
                return state, False
        return state, self.shown(state)

    def shown(self, state: Any) -> Any:
        """[data, version], or null."""
        return None if state is None else list(state)


OBJECTS: dict[str, Object] = {made.name: made for made in (KeyValue(), Register(), Lock(), Znodes())}


def _scalar(value: Any) -> bool:
    return value is None or type(value) in (bool, int, str)
