"""The messages of Raft, and the entries of its log. `spec()` is the message as a record of the spec.

Not in the spec: `Refused` (an answer that only makes a leader guess again what to send, or shows it a newer term),
`Forward` and `Answer` (a client's request on its way to the leader and back), and of the others the fields `round`,
which tells a leader whether an answer is younger than a read that waits, and `image`, what the machine was when the
snapshot was taken, which follows from the entries.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pyimpl.kernel.machine import Answer, Forward, Ticket

NOOP = "noop"


@dataclass(frozen=True, slots=True)
class Entry:
    """One position of the log: a command of a client, or the servers that make up the cluster from here on, or
    nothing."""

    term: int
    ticket: Ticket | None = None
    servers: frozenset[str] | None = None

    def spec(self) -> dict[str, Any]:
        """[term |-> term, value |-> command, set of servers, or Noop]"""
        value = self.servers if self.servers is not None else self.ticket or NOOP
        return {"term": self.term, "value": value}

    def record(self) -> list[Any]:
        """As JSON, for the disk."""
        ticket = self.ticket.record() if self.ticket else None
        return [self.term, ticket, sorted(self.servers) if self.servers is not None else None]

    @classmethod
    def of(cls, record: Any) -> Entry:
        """From the disk."""
        term, ticket, servers = record
        return cls(term, Ticket.of(ticket) if ticket else None, frozenset(servers) if servers is not None else None)


@dataclass(frozen=True, slots=True)
class Applied:
    """An entry handed to the application, with its position."""

    index: int
    entry: Entry

    def spec(self) -> dict[str, Any]:
        """[index |-> index, entry |-> entry]"""
        return {"index": self.index, "entry": self.entry}


@dataclass(frozen=True, slots=True)
class AskPreVote:
    """Would you vote for me in `term`? My log ends at `last`, with an entry of `last_term`."""

    term: int
    sender: str
    last: int
    last_term: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "AskPreVote", term |-> term, from |-> sender, last |-> last, lastTerm |-> last_term]"""
        return {"type": "AskPreVote", "term": self.term, "from": self.sender, "last": self.last,
                "lastTerm": self.last_term}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PreVote:
    """I would vote for you in `term`."""

    term: int
    sender: str
    to: str

    def spec(self) -> dict[str, Any]:
        """[type |-> "PreVote", term |-> term, from |-> sender, to |-> to]"""
        return {"type": "PreVote", "term": self.term, "from": self.sender, "to": self.to}


@dataclass(frozen=True, slots=True)
class AskVote:
    """Vote for me in `term`. My log ends at `last`, with an entry of `last_term`."""

    term: int
    sender: str
    last: int
    last_term: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "AskVote", term |-> term, from |-> sender, last |-> last, lastTerm |-> last_term]"""
        return {"type": "AskVote", "term": self.term, "from": self.sender, "last": self.last,
                "lastTerm": self.last_term}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Vote:
    """I vote for you in `term`."""

    term: int
    sender: str
    to: str

    def spec(self) -> dict[str, Any]:
        """[type |-> "Vote", term |-> term, from |-> sender, to |-> to]"""
        return {"type": "Vote", "term": self.term, "from": self.sender, "to": self.to}


@dataclass(frozen=True, slots=True)
class Append:
    """The leader of `term` has `entries` after the one at `prev`, of `prev_term`; committed up to `commit`."""

    term: int
    sender: str
    prev: int
    prev_term: int
    entries: tuple[Entry, ...]
    commit: int
    round: int = field(default=0, compare=False)

    @property
    def last(self) -> int:
        """The position of the last entry."""
        return self.prev + len(self.entries)

    def spec(self) -> dict[str, Any]:
        """[type |-> "Append", term |-> term, from |-> sender, prev |-> prev, …]"""
        return {"type": "Append", "term": self.term, "from": self.sender, "prev": self.prev,
                "prevTerm": self.prev_term, "entries": self.entries, "commit": self.commit}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Appended:
    """My log is that of the leader of `term`, up to `match`."""

    term: int
    sender: str
    match: int
    round: int = field(default=0, compare=False)

    def spec(self) -> dict[str, Any]:
        """[type |-> "Appended", term |-> term, from |-> sender, match |-> match]"""
        return {"type": "Appended", "term": self.term, "from": self.sender, "match": self.match}


@dataclass(frozen=True, slots=True)
class Install:
    """The snapshot of the leader of `term`: all up to `last`, of `last_term`, with the cluster as it was there."""

    term: int
    sender: str
    last: int
    last_term: int
    servers: frozenset[str]
    image: str = field(compare=False)

    def spec(self) -> dict[str, Any]:
        """[type |-> "Install", term |-> term, from |-> sender, last |-> last, lastTerm |-> last_term, …]"""
        return {"type": "Install", "term": self.term, "from": self.sender, "last": self.last,
                "lastTerm": self.last_term, "servers": self.servers}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refused:
    """Not in the spec: I am in `term`, and could use what comes after `hint`."""

    term: int
    hint: int


Message = AskPreVote | PreVote | AskVote | Vote | Append | Appended | Install | Refused | Forward | Answer
