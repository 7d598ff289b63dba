"""The messages of single-decree Paxos. `spec()` is the message as a record of the spec.

`Refused` is the implementation's own: it tells a proposer at once that its ballot is too low, which the
proposer would otherwise find out by waiting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

NO_BALLOT = -1
NO_VALUE = "None"


@dataclass(frozen=True, slots=True)
class Prepare:
    """1a, proposer to all: ballot `bal` begins; promise to ignore lower ones, and tell your last vote."""

    bal: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "1a", bal |-> bal]"""
        return {"type": "1a", "bal": self.bal}


@dataclass(frozen=True, slots=True)
class Promise:
    """1b, acceptor `acc` to the proposer of `bal`: promised; my last vote was for `mval` in ballot `mbal`."""

    acc: str
    bal: int
    mbal: int
    mval: str

    def spec(self) -> dict[str, Any]:
        """[type |-> "1b", acc |-> acc, bal |-> bal, mbal |-> mbal, mval |-> mval]"""
        return {"type": "1b", "acc": self.acc, "bal": self.bal, "mbal": self.mbal, "mval": self.mval}


@dataclass(frozen=True, slots=True)
class Accept:
    """2a, proposer to all: vote for `val` in ballot `bal`."""

    bal: int
    val: str

    def spec(self) -> dict[str, Any]:
        """[type |-> "2a", bal |-> bal, val |-> val]"""
        return {"type": "2a", "bal": self.bal, "val": self.val}


@dataclass(frozen=True, slots=True)
class Accepted:
    """2b, acceptor `acc` to all: I have voted for `val` in ballot `bal`."""

    acc: str
    bal: int
    val: str

    def spec(self) -> dict[str, Any]:
        """[type |-> "2b", acc |-> acc, bal |-> bal, val |-> val]"""
        return {"type": "2b", "acc": self.acc, "bal": self.bal, "val": self.val}


@dataclass(frozen=True, slots=True)
class Refused:
    """Acceptor to a proposer: I have promised ballot `promised`, which is higher than yours. Not in the
    spec."""

    promised: int


Message = Prepare | Promise | Accept | Accepted | Refused
