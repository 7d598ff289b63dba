"""The messages of the failure detector. `spec()` is the message as a record of the spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Alive:
    """Member `member` is alive in incarnation `inc`. Said first by the member itself; others pass it on."""

    member: str
    inc: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "alive", member |-> member, inc |-> inc]"""
        return {"type": "alive", "member": self.member, "inc": self.inc}


@dataclass(frozen=True, slots=True)
class Suspected:
    """Member `member` is suspected in incarnation `inc`. Said by whoever missed it; others pass it on."""

    member: str
    inc: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "suspect", member |-> member, inc |-> inc]"""
        return {"type": "suspect", "member": self.member, "inc": self.inc}


@dataclass(frozen=True, slots=True)
class Checking:
    """`asker` to `member`: are you there?"""

    asker: str
    member: str

    def spec(self) -> dict[str, Any]:
        """[type |-> "check", from |-> asker, member |-> member]"""
        return {"type": "check", "from": self.asker, "member": self.member}


Message = Alive | Suspected | Checking
