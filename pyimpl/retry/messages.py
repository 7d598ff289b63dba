"""The messages of retry. `spec()` is the message as a record of the spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

NOTHING = "None"


@dataclass(frozen=True, slots=True)
class Call:
    """Client `client` to the server: call number `seq`, for `command`."""

    client: str
    seq: int
    command: str

    def spec(self) -> dict[str, Any]:
        """[type |-> "call", client |-> client, seq |-> seq, command |-> command]"""
        return {"type": "call", "client": self.client, "seq": self.seq, "command": self.command}


@dataclass(frozen=True, slots=True)
class Answer:
    """The server to `client`: call number `seq` was carried out as the `result`th."""

    client: str
    seq: int
    result: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "reply", client |-> client, seq |-> seq, result |-> result]"""
        return {"type": "reply", "client": self.client, "seq": self.seq, "result": self.result}


Message = Call | Answer
