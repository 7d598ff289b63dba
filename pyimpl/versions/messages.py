"""The messages of the register with siblings. `spec()` is the message as a record of the spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyimpl.versions.vectors import Version, Versions


@dataclass(frozen=True, slots=True)
class GetVersions:
    """Client `client`, in its operation `turn`, to a server: what do you have?"""

    client: str
    turn: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "get", client |-> client, turn |-> turn]"""
        return {"type": "get", "client": self.client, "turn": self.turn}


@dataclass(frozen=True, slots=True)
class HaveVersions:
    """Server `server` to a client: I have these."""

    server: str
    client: str
    turn: int
    versions: Versions

    def spec(self) -> dict[str, Any]:
        """[type |-> "have", server |-> server, client |-> client, turn |-> turn, versions |-> versions]"""
        return {
            "type": "have",
            "server": self.server,
            "client": self.client,
            "turn": self.turn,
            "versions": frozenset_of(self.versions),
        }


@dataclass(frozen=True, slots=True)
class PutVersion:
    """Client to a server: store this, beside what is not older."""

    client: str
    turn: int
    version: Version

    def spec(self) -> dict[str, Any]:
        """[type |-> "put", client |-> client, turn |-> turn, version |-> version]"""
        return {"type": "put", "client": self.client, "turn": self.turn, "version": self.version}


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """Server to a client: I have what you put, or something newer."""

    server: str
    client: str
    turn: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "stored", server |-> server, client |-> client, turn |-> turn]"""
        return {"type": "stored", "server": self.server, "client": self.client, "turn": self.turn}


@dataclass(frozen=True, slots=True)
class SpreadVersions:
    """Server to the others: this is what I have."""

    versions: Versions

    def spec(self) -> dict[str, Any]:
        """[type |-> "spread", versions |-> versions]"""
        return {"type": "spread", "versions": frozenset_of(self.versions)}


def frozenset_of(versions: Versions) -> frozenset[Version]:
    """As a set of the spec."""
    return frozenset(versions)


Message = GetVersions | HaveVersions | PutVersion | StoredVersion | SpreadVersions
