"""The messages of ZooKeeper, what changes ask for, and what reads give. `spec()` is each as a record of the spec.

A name is `(directory, number)`: number 0 for the node that clients name, from 1 on for those that the service numbers.
A target of a read or a watch is a name, or `(directory, "None")`: which nodes there are in the directory.

Not in the spec: `ClientPing` and `ClientPong`, by which client and server know of each other and a client finds out
that it has missed a letter; `Touch`, by which the leader hears of all clients; and the data of a node, of which the
spec has the version.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

NONE = "None"

Name: TypeAlias = tuple[str, int]
Target: TypeAlias = tuple[str, int | str]


def path(name: Target) -> str:
    """As people write it: `/lock/0000000003`, `/config` for number 0, `/lock/` for a directory."""
    directory, number = name
    if number == NONE:
        return f"{directory}/"
    return f"{directory}/{number:010d}" if number else directory


@dataclass(frozen=True, slots=True)
class Op:
    """What a change asks for: open, sequence, create, set, delete, sync, close, expire. A version of None is any."""

    type: str
    base: str = ""
    ephemeral: bool = False
    name: Name | None = None
    version: int | None = None
    data: str = field(default="", compare=False)

    def spec(self) -> dict[str, Any]:
        """[type |-> type, …], with what such an operation has."""
        if self.type in ("create", "sequence"):
            return {"type": self.type, "base": self.base, "ephemeral": self.ephemeral}
        if self.type in ("set", "delete"):
            version = NONE if self.version is None else self.version
            return {"type": self.type, "name": self.name, "version": version}
        return {"type": self.type}

    def record(self) -> list[Any]:
        """As JSON, for a disk."""
        return [self.type, self.base, self.ephemeral, self.name, self.version, self.data]

    @classmethod
    def of(cls, record: Any) -> Op:
        """From JSON."""
        kind, base, ephemeral, name, version, data = record
        return cls(kind, base, ephemeral, (name[0], name[1]) if name else None, version, data)


@dataclass(frozen=True, slots=True)
class Change:
    """Client to a server: what I ask for as my `number`-th. From the leader: close that session."""

    session: str
    number: int
    op: Op

    @property
    def key(self) -> str:
        """What the broadcast calls it."""
        return f"{self.session}_{self.number}"

    def spec(self) -> dict[str, Any]:
        """[type |-> "Request", session |-> session, number |-> number, op |-> op]"""
        return {"type": "Request", "session": self.session, "number": self.number, "op": self.op}

    def record(self) -> list[Any]:
        """As JSON, for the broadcast."""
        return [self.session, self.number, self.op.record()]

    @classmethod
    def of(cls, record: Any) -> Change:
        """From JSON."""
        session, number, op = record
        return cls(session, number, Op.of(op))


@dataclass(frozen=True, slots=True)
class Entry:
    """A change at its position in the order of all."""

    index: int
    change: Change

    def spec(self) -> dict[str, Any]:
        """[index |-> index, change |-> change]"""
        return {"index": self.index, "change": self.change}


@dataclass(frozen=True, slots=True)
class Znode:
    """A node: `made` and `changed` are the positions of those changes, `owner` the session that holds it."""

    name: Name
    owner: str
    version: int
    made: int
    changed: int
    data: str = field(default="", compare=False)

    def spec(self) -> dict[str, Any]:
        """[name |-> name, owner |-> owner, version |-> version, made |-> made, changed |-> changed]"""
        return {"name": self.name, "owner": self.owner, "version": self.version, "made": self.made,
                "changed": self.changed}  # fmt: skip


@dataclass(frozen=True, slots=True)
class State:
    """A session: none, open or closed; and what came of its last change."""

    status: str = "none"
    number: int = 0
    done: bool = False
    name: Name | None = None

    def spec(self) -> dict[str, Any]:
        """[status |-> status, number |-> number, done |-> done, name |-> name]"""
        name = NONE if self.name is None else self.name
        return {"status": self.status, "number": self.number, "done": self.done, "name": name}


@dataclass(frozen=True, slots=True)
class Connect:
    """Client to server `to`: take my link `link`. I have seen the changes up to `seen`, and watch `hopes`."""

    session: str
    to: str
    link: int
    seen: int
    hopes: frozenset[Target]

    def spec(self) -> dict[str, Any]:
        """[type |-> "Connect", session |-> session, to |-> to, link |-> link, seen |-> seen, hopes |-> hopes]"""
        return {"type": "Connect", "session": self.session, "to": self.to, "link": self.link, "seen": self.seen,
                "hopes": self.hopes}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """Client to its server: give me `target`, when my change `after` is done; tell me when it changes, with `watch`."""

    session: str
    link: int
    target: Target
    watch: bool
    after: int

    def spec(self) -> dict[str, Any]:
        """[type |-> "Read", session |-> session, link |-> link, target |-> target, watch |-> watch, after |-> after]"""
        return {"type": "Read", "session": self.session, "link": self.link, "target": self.target,
                "watch": self.watch, "after": self.after}  # fmt: skip


@dataclass(frozen=True, slots=True)
class News:
    """Server to client: at position `index` your session is as it is, and what is in `fired` has changed."""

    to: str
    sender: str
    life: int
    link: int
    place: int
    index: int
    fired: frozenset[Target]
    session: State

    def spec(self) -> dict[str, Any]:
        """[type |-> "News", to |-> to, from |-> sender, life |-> life, link |-> link, place |-> place, …]"""
        return {"type": "News", "to": self.to, "from": self.sender, "life": self.life, "link": self.link,
                "place": self.place, "index": self.index, "fired": self.fired, "session": self.session}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Data:
    """Server to client: what you have asked for, as it is at position `index`."""

    to: str
    sender: str
    life: int
    link: int
    place: int
    index: int
    target: Target
    watch: bool
    after: int
    view: frozenset[Any]

    def spec(self) -> dict[str, Any]:
        """[type |-> "Data", to |-> to, from |-> sender, life |-> life, link |-> link, place |-> place, …]"""
        return {"type": "Data", "to": self.to, "from": self.sender, "life": self.life, "link": self.link,
                "place": self.place, "index": self.index, "target": self.target, "watch": self.watch,
                "after": self.after, "view": self.view}  # fmt: skip


Letter: TypeAlias = News | Data


@dataclass(frozen=True, slots=True)
class ClientPing:
    """Not in the spec: I am there, on this link."""

    session: str
    link: int


@dataclass(frozen=True, slots=True)
class ClientPong:
    """Not in the spec: so am I; I have sent so many letters on it."""

    link: int
    life: int
    sent: int


@dataclass(frozen=True, slots=True)
class Touch:
    """Not in the spec: server to the leader: this client was heard of."""

    session: str


IN_SPEC = (Connect, Change, Read, News, Data)
