"""The messages of Chubby. `spec()` is the message as a record of the spec.

In the spec: a command on its way into the log (`InCell` with an `Accept` in it), `Opened`, `Granted`, `Release`,
`Content`, `Invalidate`, `Flushed`, `Operation`. Not in the spec: what clients ask for, which a master may do anyway,
and the messages by which leases are made longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from pyimpl.chubby.database import Command
from pyimpl.kernel.machine import Ticket
from pyimpl.multipaxos.messages import Accept
from pyimpl.multipaxos.messages import Message as LogMessage


@dataclass(frozen=True, slots=True)
class InCell:
    """A message of multi-Paxos, between servers."""

    inner: LogMessage

    def spec(self) -> dict[str, Any]:
        """[type |-> "Command", cmd |-> what a vote is asked for]"""
        if not isinstance(self.inner, Accept):
            raise TypeError(f"not in the spec: {self.inner!r}")
        return {"type": "Command", "cmd": Command.of(self.inner.val)}


@dataclass(frozen=True, slots=True)
class Lend:
    """Leader of ballot `bal` to the others, round `round`: give me a lease."""

    bal: int
    round: int


@dataclass(frozen=True, slots=True)
class Lent:
    """Back: for a while I promise no ballot of another."""

    bal: int
    round: int


@dataclass(frozen=True, slots=True)
class AskOpen:
    """Client to all servers: open a session for my attempt number `attempt`."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Opened:
    """Master to the client: you have session `session`."""

    client: str
    attempt: int
    session: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "Opened", client |-> client, attempt |-> attempt, session |-> session]"""
        return {"type": "Opened", "client": self.client, "attempt": self.attempt, "session": self.session}


@dataclass(frozen=True, slots=True)
class KeepAlive:
    """Client to all servers, round `round`: I am here."""

    session: int
    round: int


@dataclass(frozen=True, slots=True)
class Alive:
    """Master to the client: your session goes on, counted from when you sent that round."""

    session: int
    round: int


@dataclass(frozen=True, slots=True)
class Gone:
    """Master to the client: there is no such session."""

    session: int


@dataclass(frozen=True, slots=True)
class AskRead:
    """Client to all servers: send me the file."""

    session: int


@dataclass(frozen=True, slots=True)
class Content:
    """Master to the client: version `version` of the file, which you may cache."""

    session: int
    version: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "Content", session |-> session, version |-> version]"""
        return {"type": "Content", "session": self.session, "version": self.version}


@dataclass(frozen=True, slots=True)
class AskWrite:
    """Client to all servers: change the file, from `version`, the one I know."""

    session: int
    version: int


@dataclass(frozen=True, slots=True)
class Invalidate:
    """Master of `epoch` to all clients: drop what you have cached below `version`."""

    epoch: int
    version: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "Invalidate", epoch |-> epoch, version |-> version]"""
        return {"type": "Invalidate", "epoch": self.epoch, "version": self.version}


@dataclass(frozen=True, slots=True)
class Flushed:
    """Client to the master: done."""

    session: int
    version: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "Flushed", session |-> session, version |-> version]"""
        return {"type": "Flushed", "session": self.session, "version": self.version}


@dataclass(frozen=True, slots=True)
class Written:
    """Master to clients: the file has version `version` now."""

    version: int


@dataclass(frozen=True, slots=True)
class AskLock:
    """Client to all servers: let me have the lock."""

    session: int
    mode: str


@dataclass(frozen=True, slots=True)
class Granted:
    """Master to the client: you have it, by grant `grant`, and generation `gen`."""

    session: int
    grant: int
    gen: int
    mode: str

    def spec(self) -> dict[str, Any]:
        """[type |-> "Granted", session |-> session, grant |-> grant, gen |-> gen, mode |-> mode]"""
        return {"type": "Granted", "session": self.session, "grant": self.grant, "gen": self.gen, "mode": self.mode}


@dataclass(frozen=True, slots=True)
class Release:
    """Client to all servers: I have done with grant `grant`."""

    grant: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "Release", grant |-> grant]"""
        return {"type": "Release", "grant": self.grant}


@dataclass(frozen=True, slots=True)
class Freed:
    """Master to the client: you do not have it by grant `grant`."""

    grant: int


@dataclass(frozen=True, slots=True)
class Sequencer:
    """By which grant, of which generation, and how the lock is held; not at all, if `mode` is "free"."""

    grant: int = 0
    gen: int = 0
    mode: str = "free"

    def spec(self) -> dict[str, Any]:
        """[grant |-> grant, gen |-> gen, mode |-> mode]"""
        return {"grant": self.grant, "gen": self.gen, "mode": self.mode}


@dataclass(frozen=True, slots=True)
class Operation:
    """Client to the file server: do something under my lock."""

    sequencer: Sequencer

    def spec(self) -> dict[str, Any]:
        """[type |-> "Operation", sequencer |-> sequencer]"""
        return {"type": "Operation", "sequencer": self.sequencer}


@dataclass(frozen=True, slots=True)
class Done:
    """File server to the client: whether it was done; if not, somebody had the lock after you."""

    grant: int
    done: bool


IN_SPEC = (Opened, Content, Invalidate, Flushed, Granted, Release, Operation)


def in_spec(message: Any) -> bool:
    """Whether the spec has the message."""
    if isinstance(message, InCell):
        return isinstance(message.inner, Accept) and isinstance(message.inner.val, Ticket)
    return isinstance(message, IN_SPEC)


FromClient: TypeAlias = AskOpen | KeepAlive | AskRead | AskWrite | AskLock | Flushed | Release
