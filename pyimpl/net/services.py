"""The protocols that can be run as processes: their nodes by name, their messages, and what clients may ask.

A service says what a runner must know beside the `Protocol`: how many nodes there may be, how a node is made, in which
modules its messages stand, the constants of its spec that are known beforehand, and how those are found that depend
on the run (`cover`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from pyimpl.kernel.node import Node
from pyimpl.kernel.protocol import Protocol
from pyimpl.net.speech import KeyValueSpeech, Speech
from pyimpl.net.wire import Codec

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
    """

    protocol: str
    make: Callable[[tuple[str, ...]], Make]
    messages: tuple[str, ...]
    constants: Callable[[tuple[str, ...]], dict[str, Any]]
    numbers: tuple[str, ...]
    values: tuple[str, str, str]
    reads: bool = False
    further: Callable[[tuple[str, ...], int], dict[str, Any]] | None = None

    def load(self) -> Protocol:
        """The protocol."""
        found: Protocol = import_module(f"pyimpl.{self.protocol}").PROTOCOL
        return found

    def codec(self) -> Codec:
        """Of its messages."""
        return Codec(import_module(name) for name in self.messages)

    def names(self, count: int) -> tuple[str, ...]:
        """The names of so many nodes. ValueError when there are not so many."""
        known = tuple(self.load().nodes)
        if not 1 <= count <= len(known):
            raise ValueError(f"{self.protocol} has {len(known)} nodes at most: {', '.join(known)}")
        return known[:count]

    def speech(self, names: tuple[str, ...]) -> Speech:
        """What clients of these nodes may say."""
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

    def cover(self, names: tuple[str, ...], events: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        """The constants that these events need: numbers as far as any occurs, and the commands that occur."""
        constant, action, parameter = self.values
        fixed = self.constants(names).values()
        commands: dict[str, None] = {}
        largest = 0
        for event in events:
            if event["action"] == action and event["args"][parameter] not in fixed:
                commands[event["args"][parameter]] = None
            largest = max(largest, _largest(event["args"]), _largest(event["changes"]))
        numbers = {name: {"#range": [1, largest + 1]} for name in self.numbers}
        further = self.further(names, largest + 1) if self.further is not None else {}
        return numbers | further | {constant: {"#set": list(commands)}}


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
    )
}


@cache
def service(name: str) -> Service:
    """The service of that name; KeyError says which there are."""
    if name not in SERVICES:
        raise KeyError(f"{name!r} cannot be run as processes; {', '.join(SERVICES)} can")
    return SERVICES[name]
