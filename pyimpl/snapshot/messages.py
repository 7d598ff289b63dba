"""The messages of snapshots. `spec()` is the message as a record of the spec.

`Ack` and `Here` are the implementation's own: they let a sender stop repeating what has arrived.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """What one process contributes to a snapshot: its tokens, and what was on its way to it, by sender."""

    balance: int
    chan: tuple[tuple[str, tuple[int, ...]], ...]

    def spec(self) -> dict[str, Any]:
        """[balance |-> balance, chan |-> [process |-> amounts]]"""
        return {"balance": self.balance, "chan": dict(self.chan)}

    def record(self) -> list[Any]:
        """For the disk."""
        return [self.balance, [[q, list(amounts)] for q, amounts in self.chan]]

    @classmethod
    def of(cls, record: Any) -> Part:
        """From the disk."""
        balance, chan = record
        return cls(balance, tuple((q, tuple(amounts)) for q, amounts in chan))

    def tokens(self) -> int:
        """All tokens of it."""
        return self.balance + sum(sum(amounts) for _, amounts in self.chan)


Parts = tuple[tuple[str, Part], ...]
"""The parts of a snapshot, by process."""


@dataclass(frozen=True, slots=True)
class Begin:
    """Keeper to all: record your state for snapshot `num`."""

    epoch: int
    num: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "begin", epoch |-> epoch, num |-> num]"""
        return {"type": "begin", "epoch": self.epoch, "num": self.num}


@dataclass(frozen=True, slots=True)
class Token:
    """Message number `seq` on the channel: `amount` tokens."""

    epoch: int
    sender: str
    to: str
    seq: int
    amount: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "token", epoch |-> epoch, from |-> sender, to |-> to, seq |-> seq, amount |-> amount]"""
        return {
            "type": "token",
            "epoch": self.epoch,
            "from": self.sender,
            "to": self.to,
            "seq": self.seq,
            "amount": self.amount,
        }


@dataclass(frozen=True, slots=True)
class Marker:
    """Message number `seq` on the channel: what comes after it is not in snapshot `num`."""

    epoch: int
    sender: str
    to: str
    seq: int
    num: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "marker", epoch |-> epoch, from |-> sender, to |-> to, seq |-> seq, num |-> num]"""
        return {
            "type": "marker",
            "epoch": self.epoch,
            "from": self.sender,
            "to": self.to,
            "seq": self.seq,
            "num": self.num,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """Process `proc` to the keeper: my part of snapshot `num`."""

    epoch: int
    num: int
    proc: str
    part: Part

    def spec(self) -> dict[str, Any]:
        """[type |-> "part", epoch |-> epoch, num |-> num, proc |-> proc, part |-> part]"""
        return {"type": "part", "epoch": self.epoch, "num": self.num, "proc": self.proc, "part": self.part}


@dataclass(frozen=True, slots=True)
class Lost:
    """Process `proc` to the keeper: I was in `epoch` and have lost my state."""

    epoch: int
    proc: str

    def spec(self) -> dict[str, Any]:
        """[type |-> "lost", epoch |-> epoch, proc |-> proc]"""
        return {"type": "lost", "epoch": self.epoch, "proc": self.proc}


@dataclass(frozen=True, slots=True)
class Restore:
    """Keeper to all: start again in `epoch`, from these parts."""

    epoch: int
    parts: Parts

    def spec(self) -> dict[str, Any]:
        """[type |-> "restore", epoch |-> epoch, parts |-> parts]"""
        return {"type": "restore", "epoch": self.epoch, "parts": dict(self.parts)}


@dataclass(frozen=True, slots=True)
class Ack:
    """I have all of your messages of `epoch` up to number `seq`. Not in the spec."""

    epoch: int
    sender: str
    seq: int


@dataclass(frozen=True, slots=True)
class Here:
    """Process `proc` to the keeper: I am in `epoch`. Not in the spec."""

    epoch: int
    proc: str


Message = Begin | Token | Marker | Report | Lost | Restore | Ack | Here
