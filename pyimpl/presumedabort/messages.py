"""The messages of presumed abort. `spec()` is the message as a record of the spec."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prepare:
    """Coordinator to all: can you commit `txn`?"""

    txn: str

    def spec(self) -> dict[str, str]:
        """[type |-> "Prepare", txn |-> txn]"""
        return {"type": "Prepare", "txn": self.txn}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Coordinator to a participant: `txn` is committed (`commit`), or was aborted."""

    txn: str
    commit: bool

    def spec(self) -> dict[str, str]:
        """[type |-> "Commit" or "Abort", txn |-> txn]"""
        return {"type": "Commit" if self.commit else "Abort", "txn": self.txn}


@dataclass(frozen=True, slots=True)
class Vote:
    """Participant `rm` to the coordinator: I am prepared for `txn` (`yes`), or have no part in it."""

    rm: str
    txn: str
    yes: bool

    def spec(self) -> dict[str, str]:
        """[type |-> "Yes" or "No", rm |-> rm, txn |-> txn]"""
        return {"type": "Yes" if self.yes else "No", "rm": self.rm, "txn": self.txn}


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Participant `rm` to the coordinator: I am in doubt about `txn`."""

    rm: str
    txn: str

    def spec(self) -> dict[str, str]:
        """[type |-> "Ask", rm |-> rm, txn |-> txn]"""
        return {"type": "Ask", "rm": self.rm, "txn": self.txn}


@dataclass(frozen=True, slots=True)
class Ack:
    """Participant `rm` to the coordinator: the commit of `txn` is in my log, I shall never ask."""

    rm: str
    txn: str

    def spec(self) -> dict[str, str]:
        """[type |-> "Ack", rm |-> rm, txn |-> txn]"""
        return {"type": "Ack", "rm": self.rm, "txn": self.txn}


Message = Prepare | Outcome | Vote | Inquiry | Ack
