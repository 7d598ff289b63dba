"""The state machine above a replicated log: a key-value store, and the client sessions that make commands happen once.

A command is a tuple: ("put", key, value), ("add", key, number), ("cas", key, old, new), ("get", key). A client numbers
its commands; a `Ticket` is a client's name, the number, and the command. A client has one command under way at a time
and asks again until it is answered, so the last answer of each client is all that must be remembered: a ticket seen
before is answered from there and not carried out again.

Source: B. Liskov, J. Cowling, "Viewstamped Replication Revisited", 2012, section 4 (the client table); D. Ongaro,
"Consensus: bridging theory and practice", 2014, section 6.3 (sessions must be part of the replicated state).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

Command: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Ticket:
    """Command number `number` of the client `client`. `name` is what the spec calls it."""

    client: str
    number: int
    command: Command

    @property
    def name(self) -> str:
        """The command as a value of the spec: `c1_3` is the third of client c1."""
        return f"{self.client}_{self.number}"

    def spec(self) -> str:
        """Its name."""
        return self.name

    def record(self) -> list[Any]:
        """As JSON, for a disk."""
        return [self.client, self.number, list(self.command)]

    @classmethod
    def of(cls, record: Any) -> Ticket:
        """From JSON, or from what a client sends: (client, number, command)."""
        client, number, command = record
        return cls(str(client), int(number), tuple(command))


@dataclass(frozen=True, slots=True)
class Forward:
    """A client's request number `request`, on its way from the server that was asked to the one that decides."""

    request: int
    command: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to it, on its way back."""

    request: int
    result: Any


@dataclass(frozen=True, slots=True)
class Asker:
    """A client's request number `request`, which came in at the server `at`."""

    request: int
    at: str


class Machine:
    """`data` by key, and `answers`: for each client the number of its last command and what came of it."""

    def __init__(self, image: Any = None) -> None:
        self.data: dict[str, Any] = dict(image["data"]) if image else {}
        self.answers: dict[str, tuple[int, Any]] = (
            {client: (number, answer) for client, (number, answer) in image["answers"].items()} if image else {}
        )

    def image(self) -> dict[str, Any]:
        """All of it as JSON; `Machine(image)` is equal to this one."""
        return {"data": dict(self.data), "answers": {c: list(a) for c, a in self.answers.items()}}

    def apply(self, ticket: Ticket) -> Any:
        """Carry out a command, unless it was carried out before; the answer (None for an older one, long answered)."""
        last, answer = self.answers.get(ticket.client, (0, None))
        if ticket.number > last:
            answer = self._carry_out(ticket.command)
            self.answers[ticket.client] = (ticket.number, answer)
        return answer if ticket.number >= last else None

    def read(self, key: str) -> Any:
        """The value now, None if there is none."""
        return self.data.get(key)

    def _carry_out(self, command: Command) -> Any:
        match command:
            case ("put", key, value):
                self.data[key] = value
                return "ok"
            case ("add", key, number):
                if type(self.data.get(key, 0)) is not int:
                    return "not a number"
                self.data[key] = self.data.get(key, 0) + number
                return self.data[key]
            case ("cas", key, old, new):
                if self.data.get(key) != old:
                    return False
                self.data[key] = new
                return True
            case ("get", key):
                return self.data.get(key)
        return "no such command"
