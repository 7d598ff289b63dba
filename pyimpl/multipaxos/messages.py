"""The messages of multi-Paxos, and what is voted for. `spec()` is the message as a record of the spec.

Not in the spec: `Refused` (a higher ballot was promised), `Heartbeat` (there is a leader, and how far it is), `Missing`
(tell what was chosen), `Forward` and `Answer` (a client's request on its way to the leader and back), and of `Snapshot`
the field `image`, what the machine was, which follows from what was chosen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pyimpl.kernel.machine import Answer, Forward, Ticket

NOOP = "noop"
Value: TypeAlias = Ticket | str
"""A client's command, or `NOOP`."""


def value_record(value: Value) -> Any:
    """A value as JSON, for the disk."""
    return value.record() if isinstance(value, Ticket) else None


def value_of(record: Any) -> Value:
    """A value from the disk."""
    return NOOP if record is None else Ticket.of(record)


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote for `val` in slot `slot` and ballot `bal`."""

    slot: int
    bal: int
    val: Value

    def spec(self) -> dict[str, Any]:
        """[slot |-> slot, bal |-> bal, val |-> val]"""
        return {"slot": self.slot, "bal": self.bal, "val": self.val}


@dataclass(frozen=True, slots=True)
class Decision:
    """`val` is chosen in slot `slot`."""

    slot: int
    val: Value

    def spec(self) -> dict[str, Any]:
        """[slot |-> slot, val |-> val]"""
        return {"slot": self.slot, "val": self.val}


@dataclass(frozen=True, slots=True)
class Prepare:
    """1a, leader to all: ballot `bal` begins; promise to ignore lower ones, and tell your votes."""

    bal: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "1a", bal |-> bal]"""
        return {"type": "1a", "bal": self.bal}


@dataclass(frozen=True, slots=True)
class Promise:
    """1b, to the leader of `bal`: promised. My last votes behind slot `base` are `votes`; what was before I have cut
    off."""

    bal: int
    sender: str
    votes: frozenset[Vote]
    base: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "1b", bal |-> bal, from |-> sender, votes |-> votes, base |-> base]"""
        return {"type": "1b", "bal": self.bal, "from": self.sender, "votes": self.votes, "base": self.base}


@dataclass(frozen=True, slots=True)
class Accept:
    """2a, leader to all: vote for `val` in slot `slot` and ballot `bal`, as I have."""

    bal: int
    slot: int
    val: Value

    def spec(self) -> dict[str, Any]:
        """[type |-> "2a", bal |-> bal, slot |-> slot, val |-> val]"""
        return {"type": "2a", "bal": self.bal, "slot": self.slot, "val": self.val}


@dataclass(frozen=True, slots=True)
class Accepted:
    """2b, to the leader of `bal`: I have voted for `val` in slot `slot`."""

    bal: int
    sender: str
    slot: int
    val: Value

    def spec(self) -> dict[str, Any]:
        """[type |-> "2b", bal |-> bal, from |-> sender, slot |-> slot, val |-> val]"""
        return {"type": "2b", "bal": self.bal, "from": self.sender, "slot": self.slot, "val": self.val}


@dataclass(frozen=True, slots=True)
class Chosen:
    """`val` is chosen in slot `slot`."""

    slot: int
    val: Value

    def spec(self) -> dict[str, Any]:
        """[type |-> "Chosen", slot |-> slot, val |-> val]"""
        return {"type": "Chosen", "slot": self.slot, "val": self.val}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The machine as it was when all up to slot `last` was carried out, for the commands in `sessions`."""

    last: int
    sessions: frozenset[str]
    image: str = field(compare=False)

    def spec(self) -> dict[str, Any]:
        """[type |-> "Snapshot", image |-> [last |-> last, sessions |-> sessions]]"""
        return {"type": "Snapshot", "image": {"last": self.last, "sessions": self.sessions}}


@dataclass(frozen=True, slots=True)
class Refused:
    """Not in the spec: I have promised `promised`, which is higher than your ballot."""

    promised: int


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Not in the spec: I lead ballot `bal`, and have carried out all up to slot `last`."""

    bal: int
    last: int


@dataclass(frozen=True, slots=True)
class Missing:
    """Not in the spec: tell me what is chosen after slot `last`."""

    last: int


Message: TypeAlias = (
    Prepare | Promise | Accept | Accepted | Chosen | Snapshot | Refused | Heartbeat | Missing | Forward | Answer
)
IN_SPEC = (Prepare, Promise, Accept, Accepted, Chosen, Snapshot)
