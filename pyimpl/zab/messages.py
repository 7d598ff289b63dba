"""The messages of Zab, and its transactions. `spec()` is the message as a record of the spec.

Not in the spec: `Notify`, by which servers choose whom to follow; `Ping` and `Pong`, by which leader and follower
know of each other, and a follower that has missed something finds out; `Missing`, which asks for it; `Refused`, which
tells a follower to choose again; `image`, what the application was at the snapshot, which follows from the history;
and in `FollowerInfo` what tells the leader from where on to send.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Zxid = tuple[int, int]
NONE = "none"


@dataclass(frozen=True, slots=True)
class Txn:
    """A change with its zxid; `body` is what the application makes of it."""

    zxid: Zxid
    value: str
    body: str = field(default="", compare=False)

    def spec(self) -> dict[str, Any]:
        """[zxid |-> zxid, value |-> value]"""
        return {"zxid": self.zxid, "value": self.value}

    def record(self) -> list[Any]:
        """As JSON, for the disk."""
        return [list(self.zxid), self.value, self.body]

    @classmethod
    def of(cls, record: Any) -> Txn:
        """From the disk."""
        (epoch, counter), value, body = record
        return cls((epoch, counter), value, body)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A transaction handed to the application, with its position."""

    index: int
    txn: Txn

    def spec(self) -> dict[str, Any]:
        """[index |-> index, txn |-> txn]"""
        return {"index": self.index, "txn": self.txn}


@dataclass(frozen=True, slots=True)
class FollowerInfo:
    """I follow you; the last epoch that I have promised to be in is `epoch`."""

    sender: str
    to: str
    epoch: int
    last: Zxid = field(default=(0, 0), compare=False)
    delivered: int = field(default=0, compare=False)

    def spec(self) -> dict[str, Any]:
        """[type |-> "FollowerInfo", from |-> sender, to |-> to, epoch |-> epoch]"""
        return {"type": "FollowerInfo", "from": self.sender, "to": self.to, "epoch": self.epoch}


@dataclass(frozen=True, slots=True)
class NewEpoch:
    """I lead, and begin `epoch`."""

    sender: str
    epoch: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "NewEpoch", from |-> sender, epoch |-> epoch]"""
        return {"type": "NewEpoch", "from": self.sender, "epoch": self.epoch}


@dataclass(frozen=True, slots=True)
class AckEpoch:
    """I promise to be in `epoch`; I have come to `last`, in the epoch `current`."""

    sender: str
    to: str
    epoch: int
    current: int
    last: Zxid

    def spec(self) -> dict[str, Any]:
        """[type |-> "AckEpoch", from |-> sender, to |-> to, epoch |-> epoch, current |-> …, last |-> …]"""
        return {"type": "AckEpoch", "from": self.sender, "to": self.to, "epoch": self.epoch,
                "current": self.current, "last": self.last}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewLeader:
    """The history of my epoch: what comes after position `prev`, and with `whole` the snapshot before that."""

    sender: str
    epoch: int
    whole: bool
    prev: int
    prev_zxid: Zxid
    txns: tuple[Txn, ...]
    image: str = field(default="", compare=False)

    @property
    def last(self) -> int:
        """The position of the last transaction."""
        return self.prev + len(self.txns)

    def spec(self) -> dict[str, Any]:
        """[type |-> "NewLeader", from |-> sender, epoch |-> epoch, whole |-> whole, prev |-> prev, …]"""
        return {"type": "NewLeader", "from": self.sender, "epoch": self.epoch, "whole": self.whole,
                "prev": self.prev, "prevZxid": self.prev_zxid, "txns": self.txns}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Propose:
    """Write down `txn` at position `index`."""

    sender: str
    epoch: int
    index: int
    txn: Txn

    def spec(self) -> dict[str, Any]:
        """[type |-> "Propose", from |-> sender, epoch |-> epoch, index |-> index, txn |-> txn]"""
        return {"type": "Propose", "from": self.sender, "epoch": self.epoch, "index": self.index, "txn": self.txn}


@dataclass(frozen=True, slots=True)
class Ack:
    """I have the history of `epoch` up to `last`."""

    sender: str
    epoch: int
    last: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "Ack", from |-> sender, epoch |-> epoch, last |-> last]"""
        return {"type": "Ack", "from": self.sender, "epoch": self.epoch, "last": self.last}


@dataclass(frozen=True, slots=True)
class Commit:
    """The history of `epoch` is committed up to `last`."""

    sender: str
    epoch: int
    last: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "Commit", from |-> sender, epoch |-> epoch, last |-> last]"""
        return {"type": "Commit", "from": self.sender, "epoch": self.epoch, "last": self.last}


Vote = tuple[int, Zxid, str]
"""How far a server has come (epoch, zxid), and its name: the highest is to lead."""


@dataclass(frozen=True, slots=True)
class Notify:
    """Not in the spec: I would have `vote` lead, or have a `leader` already."""

    vote: Vote
    leader: str | None


@dataclass(frozen=True, slots=True)
class Ping:
    """Not in the spec: I lead `epoch`, with a history up to `last`, committed up to `commit`."""

    epoch: int
    last: int
    commit: int


@dataclass(frozen=True, slots=True)
class Pong:
    """Not in the spec: I follow you in `epoch`."""

    epoch: int


@dataclass(frozen=True, slots=True)
class Missing:
    """Not in the spec: of `epoch` I have got no more than up to `last`; or, with `history`, nothing that I can use, and
    have delivered up to `last`."""

    epoch: int
    last: int
    history: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Not in the spec: I do not lead, or what you miss is only in my snapshot; choose again."""


OWN = (Notify, Ping, Pong, Missing, Refused)
