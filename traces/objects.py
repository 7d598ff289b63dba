"""The abstract objects that clients' histories are held to: what one copy, used by one client at a time, would answer.

An object is data and a pure function: `apply(state, client, operation) -> (state, answer)`. Operations on different
parts (`part`) do not touch each other, so each part's history can be judged alone.

======================  ===========================================================================================
key-value (by key)      ["put", k, v] "ok" · ["get", k] or ["read", k] the value or null · ["add", k, n] the sum ·
                        ["cas", k, old, new] true or false
register (by name)      ["write", r, v] "ok" · ["read", r] the value or null
lock (by name)          ["acquire", l] the fencing token, one higher each time, or null when it is held ·
                        ["release", l, token] true, or false when that is not the token of the holder
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

    def part(self, operation: Operation) -> str:
        """Which part the operation is on. ValueError when it is no operation."""

    def apply(self, state: Any, client: str, operation: Operation) -> tuple[Hashable, Any]:
        """The state after it, and the answer."""

    def shown(self, state: Any) -> Any:
        """A state as JSON, for people."""


def typed(value: Any) -> Hashable:
    """A hashable stand-in of a JSON scalar: true is not 1."""
    return (type(value).__name__, value)


@dataclass(frozen=True)
class KeyValue:
    """A map from keys to values, absent at first; the machine of `pyimpl.kernel.machine`."""

    name: ClassVar[str] = "key-value"
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


OBJECTS: dict[str, Object] = {made.name: made for made in (KeyValue(), Register(), Lock())}


def _scalar(value: Any) -> bool:
    return value is None or type(value) in (bool, int, str)
