"""The messages of the lock service. `spec()` is the message as a record of the spec.

`Renew`, `Renewed`, `Written` and `Stale` are the implementation's own: the first two make a lease longer, of which
the spec, where leases end at any time, has no need; the others tell a client what became of its write.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

NOBODY = "None"


@dataclass(frozen=True, slots=True)
class Acquire:
    """Client to the service: lend me the lock."""

    client: str

    def spec(self) -> dict[str, Any]:
        """[type |-> "Acquire", client |-> client]"""
        return {"type": "Acquire", "client": self.client}


@dataclass(frozen=True, slots=True)
class Granted:
    """The service to `client`: the lock is lent to you; put `token` on every write."""

    client: str
    token: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "Granted", client |-> client, token |-> token]"""
        return {"type": "Granted", "client": self.client, "token": self.token}


@dataclass(frozen=True, slots=True)
class Release:
    """Client to the service: I no longer need the lock that came with `token`."""

    token: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "Release", token |-> token]"""
        return {"type": "Release", "token": self.token}


@dataclass(frozen=True, slots=True)
class Write:
    """Client to the store: write, under the grant that came with `token`."""

    token: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "Write", token |-> token]"""
        return {"type": "Write", "token": self.token}


@dataclass(frozen=True, slots=True)
class Written:
    """The store to a client: the write under `token` is carried out. Not in the spec."""

    token: int


@dataclass(frozen=True, slots=True)
class Stale:
    """The store to a client: `token` is lower than one that it has seen. Not in the spec."""

    token: int


@dataclass(frozen=True, slots=True)
class Renew:
    """Client to the service: make the lease of `token` longer, for the `turn`th time. Not in the spec."""

    token: int
    turn: int


@dataclass(frozen=True, slots=True)
class Renewed:
    """The service to a client: the lease of `token` is longer; it counts from your `turn`th asking. Not in the spec."""

    token: int
    turn: int


Message = Acquire | Granted | Release | Write | Written | Stale | Renew | Renewed
