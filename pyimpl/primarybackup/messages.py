"""The messages of primary and backup. `spec()` is the message as a record of the spec.

`Ping` is the implementation's own: a sign of life, with the view of which the server knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

NOBODY = "None"


@dataclass(frozen=True, slots=True)
class View:
    """Who is what: monitor to the servers, and what each of them remembers."""

    num: int
    primary: str
    backup: str

    def value(self) -> dict[str, Any]:
        """[num |-> num, primary |-> primary, backup |-> backup]"""
        return {"num": self.num, "primary": self.primary, "backup": self.backup}

    def spec(self) -> dict[str, Any]:
        """[type |-> "View", view |-> …]"""
        return {"type": "View", "view": self.value()}


@dataclass(frozen=True, slots=True)
class State:
    """Primary of view `num` to its backup: this is the log."""

    num: int
    log: tuple[str, ...]

    def spec(self) -> dict[str, Any]:
        """[type |-> "State", num |-> num, log |-> log]"""
        return {"type": "State", "num": self.num, "log": self.log}


@dataclass(frozen=True, slots=True)
class Replicate:
    """Primary of view `num` to its backup: the entry `index` of the log (from 1 on) is `value`."""

    num: int
    index: int
    value: str

    def spec(self) -> dict[str, Any]:
        """[type |-> "Replicate", num |-> num, index |-> index, value |-> value]"""
        return {"type": "Replicate", "num": self.num, "index": self.index, "value": self.value}


@dataclass(frozen=True, slots=True)
class Stored:
    """Backup of view `num` to its primary and the monitor: I have the log up to `upto`."""

    num: int
    upto: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "Stored", num |-> num, upto |-> upto]"""
        return {"type": "Stored", "num": self.num, "upto": self.upto}


@dataclass(frozen=True, slots=True)
class Ping:
    """Server to the monitor: I am here, in view `num`. Not in the spec."""

    num: int


Message = View | State | Replicate | Stored | Ping
