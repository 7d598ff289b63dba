"""The messages of the register. `spec()` is the message as a record of the spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

NO_VALUE = "None"


@dataclass(frozen=True, slots=True)
class Get:
    """Client `client`, in its operation `turn`, to a server: what do you have?"""

    client: str
    turn: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "get", client |-> client, turn |-> turn]"""
        return {"type": "get", "client": self.client, "turn": self.turn}


@dataclass(frozen=True, slots=True)
class Have:
    """Server `server` to a client: I have `value`, with `stamp`."""

    server: str
    client: str
    turn: int
    stamp: int
    value: str

    def spec(self) -> dict[str, Any]:
        """[type |-> "have", server |-> server, client |-> …, turn |-> …, stamp |-> …, value |-> …]"""
        return {
            "type": "have",
            "server": self.server,
            "client": self.client,
            "turn": self.turn,
            "stamp": self.stamp,
            "value": self.value,
        }


@dataclass(frozen=True, slots=True)
class Put:
    """Client to a server: store `value` with `stamp`, unless you have something later."""

    client: str
    turn: int
    stamp: int
    value: str

    def spec(self) -> dict[str, Any]:
        """[type |-> "put", client |-> client, turn |-> turn, stamp |-> stamp, value |-> value]"""
        return {
            "type": "put",
            "client": self.client,
            "turn": self.turn,
            "stamp": self.stamp,
            "value": self.value,
        }


@dataclass(frozen=True, slots=True)
class Stored:
    """Server to a client: I have what you put, or something later."""

    server: str
    client: str
    turn: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "stored", server |-> server, client |-> client, turn |-> turn]"""
        return {"type": "stored", "server": self.server, "client": self.client, "turn": self.turn}


@dataclass(frozen=True, slots=True)
class Gossip:
    """Server to the others: this is what I have."""

    stamp: int
    value: str

    def spec(self) -> dict[str, Any]:
        """[type |-> "spread", stamp |-> stamp, value |-> value]"""
        return {"type": "spread", "stamp": self.stamp, "value": self.value}


Message = Get | Have | Put | Stored | Gossip
