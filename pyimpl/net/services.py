"""The protocols that can be run as processes: their nodes by name, their messages, and what clients may ask.

A service says what a runner must know beside the `Protocol`: how many nodes there may be, how a node is made, in which
modules its messages stand, the constants of its spec that are known beforehand, and how those are found that depend
on the run (`cover`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from pyimpl.kernel.mapping import Mapping
from pyimpl.kernel.node import Node
from pyimpl.kernel.protocol import Protocol
from pyimpl.net.speech import KeyValueSpeech, Speech, ZnodeSpeech
from pyimpl.net.wire import Codec
from pyimpl.net.work import KeyValueWork, Work, ZnodeWork

Make = Callable[[str, dict[str, Any]], Node]


@dataclass(frozen=True)
class Service:
    """One protocol, as processes.

    protocol   its name.
    make       the function that makes a node, for a cluster of these nodes.
    messages   modules of its messages.
    constants  those of the spec that the cluster's nodes decide, as JSON.
    numbers    the constants that are sets of numbers, from 1 on: of terms, positions, ….
    values     the constant that is the set of commands, with the action and the parameter that first names one.
    further    constants that follow from the nodes and the largest number.
    reads      whether it takes ("read", key), which is in no log.
    sessions   for so many clients: their names, and those in reserve, where clients are nodes of the spec.
    work       what clients do under load.
    example    something that a person may say.
    """

    protocol: str
    make: Callable[[tuple[str, ...]], Make]
    messages: tuple[str, ...]
    constants: Callable[[tuple[str, ...]], dict[str, Any]]
    numbers: tuple[str, ...]
    values: tuple[str, str, str] | None
    reads: bool = False
    further: Callable[[tuple[str, ...], int], dict[str, Any]] | None = None
    sessions: Callable[[int], tuple[tuple[str, ...], tuple[str, ...]]] | None = None
    work: type[Work] = KeyValueWork
    example: str = "put x 1"

    def load(self) -> Protocol:
        """The protocol."""
        found: Protocol = import_module(f"pyimpl.{self.protocol}").PROTOCOL
        return found

    def codec(self) -> Codec:
        """Of its messages."""
        return Codec(import_module(name) for name in self.messages)

    def names(self, count: int) -> tuple[str, ...]:
        """The names of so many nodes. ValueError when there are not so many."""
        known = self.servers(self.load().nodes)
        if not 1 <= count <= len(known):
            raise ValueError(f"{self.protocol} has {len(known)} nodes at most: {', '.join(known)}")
        return known[:count]

    def clients(self, count: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The names of so many clients that are nodes of the spec, and of those in reserve; none, if they are not."""
        return ((), ()) if self.sessions is None else self.sessions(count)

    def servers(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of the names that are servers'."""
        return tuple(n for n in names if self.sessions is None or not n.startswith(CLIENT))

    def mapping(self, names: tuple[str, ...]) -> Mapping:
        """The mapping, for these nodes."""
        if self.sessions is None:
            return self.load().mapping
        found: Mapping = import_module(f"pyimpl.{self.protocol}.mapping").mapping_of(clients_of(names))
        return found

    def speech(self, names: tuple[str, ...]) -> Speech:
        """What clients of these nodes may say."""
        if self.sessions is not None:
            return ZnodeSpeech()
        return KeyValueSpeech(names if self.reads else None)

    def header(self, names: tuple[str, ...]) -> dict[str, Any]:
        """The header of each node's trace; `cover` says what it lacks."""
        protocol = self.load()
        return {
            "schema": "tlapair.trace/1",
            "protocol": protocol.name,
            "spec": protocol.spec,
            "constants": self.constants(names),
        }

    def cover(self, names: tuple[str, ...], events: Iterable[dict[str, Any]]) -> dict[str, Any]:
        """The constants that these events need: numbers as far as any occurs, and the commands that occur."""
        constant, action, parameter = self.values or ("", "", "")
        fixed = self.constants(names).values()
        commands: dict[str, None] = {}
        largest = 0
        for event in events:
            if event["action"] == action and event["args"][parameter] not in fixed:
                commands[event["args"][parameter]] = None
            largest = max(largest, _largest(event["args"]), _largest(event["changes"]))
        numbers = {name: {"#range": [1, largest + 1]} for name in self.numbers}
        further = self.further(names, largest + 1) if self.further is not None else {}
        return numbers | further | ({constant: {"#set": list(commands)}} if constant else {})


CLIENT = "c"
"""How the names of clients begin that are nodes."""


def clients_of(names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that are clients'."""
    return tuple(n for n in names if n.startswith(CLIENT))


def _largest(data: Any) -> int:
    """The largest number anywhere in it."""
    if isinstance(data, dict):
        data = data.values()
    elif not isinstance(data, list):
        return data if type(data) is int else 0
    return max(map(_largest, data), default=0)


def _raft(names: tuple[str, ...]) -> Make:
    from functools import partial

    from pyimpl.raft.node import Server

    return partial(Server, everyone=names, initial=names)


def _zab(names: tuple[str, ...]) -> Make:
    from functools import partial

    from pyimpl.zab.node import Peer

    return partial(Peer, everyone=names)


def _multipaxos(names: tuple[str, ...]) -> Make:
    from functools import partial

    from pyimpl.multipaxos.node import Server

    return partial(Server, servers=names)


def _zookeeper(names: tuple[str, ...]) -> Make:
    from pyimpl.zookeeper.library import Library
    from pyimpl.zookeeper.server import Server

    servers, clients = (tuple(n for n in names if n.startswith(CLIENT) == c) for c in (False, True))

    def make(name: str, records: dict[str, Any]) -> Node:
        if name in servers:
            return Server(name, records, everyone=servers)
        first = clients.index(name) % len(servers)
        return Library(name, records, servers=(*servers[first:], *servers[:first]))

    return make


def _sessions(count: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A session that is closed is not opened again: there are others for that, and one to look at all at last."""
    names = tuple(f"{CLIENT}{n}" for n in range(1, 2 * count + 5))
    return names[:count], names[count:]


def _tree(names: tuple[str, ...]) -> dict[str, Any]:
    from pyimpl.zookeeper.mapping import BASES
    from pyimpl.zookeeper.messages import NONE

    servers = tuple(n for n in names if not n.startswith(CLIENT))
    return {"Server": _set(servers), "Session": _set(clients_of(names)), "Base": _set(BASES), "None": NONE}


def _from_zero(names: tuple[str, ...], largest: int) -> dict[str, Any]:
    """The numbers and versions of nodes."""
    return {name: {"#range": [0, largest]} for name in ("Number", "Version")}


def _owners(names: tuple[str, ...], largest: int) -> dict[str, Any]:
    """Whose each of the ballots is: the nodes' in turn."""
    return {"Owner": [names[b % len(names)] for b in range(largest)]}


def _set(names: tuple[str, ...]) -> dict[str, Any]:
    return {"#set": list(names)}


SERVICES: dict[str, Service] = {
    service.protocol: service
    for service in (
        Service(
            "raft",
            _raft,
            ("pyimpl.raft.messages", "pyimpl.kernel.machine"),
            lambda names: {"Server": _set(names), "Initial": _set(names), "Noop": "noop", "PreVote": True},
            ("Term", "Index"),
            ("Value", "ClientRequest", "v"),
            reads=True,
        ),
        Service(
            "zab",
            _zab,
            ("pyimpl.zab.messages", "pyimpl.kernel.machine"),
            lambda names: {"Server": _set(names), "None": "none"},
            ("Epoch", "Index"),
            ("Value", "Propose", "v"),
        ),
        Service(
            "multipaxos",
            _multipaxos,
            ("pyimpl.multipaxos.messages", "pyimpl.kernel.machine"),
            lambda names: {"Server": _set(names), "Noop": "noop"},
            ("Ballot", "Slot"),
            ("Command", "Phase2a", "v"),
            further=_owners,
        ),
        Service(
            "zookeeper",
            _zookeeper,
            ("pyimpl.zookeeper.messages", "pyimpl.zab.messages", "pyimpl.kernel.machine"),
            _tree,
            (),
            None,
            further=_from_zero,
            sessions=_sessions,
            work=ZnodeWork,
            example="create /k1 5",
        ),
    )
}


@cache
def service(name: str) -> Service:
    """The service of that name; KeyError says which there are."""
    if name not in SERVICES:
        raise KeyError(f"{name!r} cannot be run as processes; {', '.join(SERVICES)} can")
    return SERVICES[name]
