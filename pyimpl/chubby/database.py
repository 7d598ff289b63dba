"""The database that every server of the cell has a copy of, and the commands that change it.

A `Command` says in which epoch its master proposed it, and its number in that epoch. A `Database` is a value:
`after(command)` is the next one. What was proposed in an earlier epoch changes nothing but the position.

Source: M. Burrows, "The Chubby lock service for loosely-coupled distributed systems", OSDI 2006, sections 2.4 and 2.10;
T. Chandra, R. Griesemer, J. Redstone, "Paxos made live", PODC 2007, section 5.3 (epoch numbers).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from pyimpl.kernel.machine import Machine, Ticket

NOBODY = "nobody"
FREE = "free"

FIELDS: dict[str, tuple[str, ...]] = {
    "noop": (),
    "takeover": ("server",),
    "open": ("client", "attempt"),
    "lock": ("session", "mode"),
    "unlock": ("grant",),
    "expire": ("session",),
    "undelay": (),
    "write": ("version",),
}
"""What each command says, by name."""


@dataclass(frozen=True, slots=True)
class Command:
    """Command number `nr` of epoch `epoch`; `args` in the order of `FIELDS[op]`."""

    epoch: int
    nr: int
    op: str
    args: tuple[Any, ...] = ()

    def __getattr__(self, name: str) -> Any:
        fields = FIELDS[self.op]
        if name not in fields:
            raise AttributeError(name)
        return self.args[fields.index(name)]

    def spec(self) -> dict[str, Any]:
        """[epoch |-> epoch, nr |-> nr, op |-> op, …]"""
        return {"epoch": self.epoch, "nr": self.nr, "op": self.op} | dict(zip(FIELDS[self.op], self.args, strict=True))

    def ticket(self) -> Ticket:
        """As multi-Paxos carries it: a client of its own, for it is asked for once."""
        by = f"{self.args[0]}." if self.op == "takeover" else ""
        return Ticket(f"{by}{self.epoch}.{self.nr}", 1, (self.epoch, self.nr, self.op, *self.args))

    @classmethod
    def of(cls, value: Any) -> Command:
        """From a ticket, or from multi-Paxos's own command that does nothing."""
        if not isinstance(value, Ticket):
            return cls(0, 0, "noop")
        epoch, nr, op, *args = value.command
        return cls(epoch, nr, op, tuple(args))


@dataclass(frozen=True, slots=True)
class Logged:
    """A command that a server has carried out, with its position."""

    pos: int
    command: Command

    def spec(self) -> dict[str, Any]:
        """[pos |-> pos, cmd |-> command]"""
        return {"pos": self.pos, "cmd": self.command}


@dataclass(frozen=True, slots=True)
class Database:
    """`sessions`: (number, client); `holders` of the lock: (session, grant), a grant being the position of its
    command."""

    pos: int = 0
    epoch: int = 0
    master: str = NOBODY
    opened: int = 0
    sessions: frozenset[tuple[int, str]] = frozenset()
    version: int = 1
    gen: int = 0
    mode: str = FREE
    holders: frozenset[tuple[int, int]] = frozenset()
    delayed: bool = False
    passed: int = 0

    delays: ClassVar[bool] = True

    def spec(self) -> dict[str, Any]:
        """[pos |-> pos, epoch |-> epoch, …]"""
        return {
            "pos": self.pos,
            "epoch": self.epoch,
            "master": self.master,
            "opened": self.opened,
            "sessions": {_Record({"id": i, "client": c}) for i, c in self.sessions},
            "version": self.version,
            "gen": self.gen,
            "mode": self.mode,
            "holders": {_Record({"session": i, "grant": g}) for i, g in self.holders},
            "delayed": self.delayed,
            "passed": self.passed,
        }

    @property
    def live(self) -> frozenset[int]:
        """The sessions that have not ended."""
        return frozenset(i for i, _ in self.sessions)

    @property
    def holding(self) -> frozenset[int]:
        """The sessions that have the lock."""
        return frozenset(i for i, _ in self.holders)

    def client_of(self, session: int) -> str | None:
        """Whose session it is, None if it has ended."""
        return dict(self.sessions).get(session)

    def current(self, k: Command) -> bool:
        """Only a master of the present epoch has a say."""
        return k.epoch == self.epoch

    def can_lock(self, session: int, mode: str) -> bool:
        """Whether the session may have the lock."""
        if session not in self.live or session in self.holding or self.delayed:
            return False
        return self.mode == FREE or self.mode == mode == "shared"

    def takes_over(self, k: Command) -> bool:
        """Whether k makes its server master."""
        return k.op == "takeover" and k.epoch == self.epoch + 1

    def after(self, k: Command) -> Database:
        """The database when k is carried out."""
        return replace(self._changed(k), pos=self.pos + 1)

    def _changed(self, k: Command) -> Database:
        if k.op == "takeover":
            return replace(self, epoch=k.epoch, master=k.server) if self.takes_over(k) else self
        if k.op == "noop" or not self.current(k):
            return self
        match k.op:
            case "open":
                number = self.opened + 1
                return replace(self, opened=number, sessions=self.sessions | {(number, k.client)})
            case "lock" if self.can_lock(k.session, k.mode):
                gen = self.gen + 1 if self.mode == FREE else self.gen
                return replace(self, gen=gen, mode=k.mode, holders=self.holders | {(k.session, self.pos + 1)})
            case "unlock":
                return self._without({h for h in self.holders if h[1] == k.grant})
            case "expire":
                delayed = self.delayed or (self.delays and self.holding == {k.session})
                rest = self._without({h for h in self.holders if h[0] == k.session})
                return replace(rest, delayed=delayed, sessions=frozenset(s for s in self.sessions if s[0] != k.session))
            case "undelay":
                return replace(self, delayed=False, passed=self.gen)
            case "write":
                return replace(self, version=k.version)
        return self

    def _without(self, holders: set[tuple[int, int]]) -> Database:
        rest = self.holders - holders
        return replace(self, holders=rest, mode=self.mode if rest else FREE)


class _Record(dict[str, Any]):
    """A record that can be an element of a set."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items())))


class Asleep(Machine):
    """The machine that multi-Paxos sees: the database is kept by the server beside it, command by command."""

    def apply(self, ticket: Ticket) -> Any:
        return None
