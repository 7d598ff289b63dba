"""The implementations, as the trace tools see them: which there are, who takes which action, and where that is written.

The names come from `specs/manifest.toml`, in its order; the implementation of `paxos` is `pyimpl.paxos.PROTOCOL`.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from modelcheck.errors import TlaError
from pyimpl.kernel.action import ActionInfo, actions_of
from pyimpl.kernel.protocol import Protocol
from traces.event import Event, did_you_mean
from traces.manifest import protocols_of, read_manifest


@dataclass(frozen=True, slots=True)
class CodePlace:
    """Where an action is written in Python: "pyimpl/paxos/node.py", line, "Server.phase1b"."""

    file: str
    line: int
    name: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}  {self.name}"


def names() -> tuple[str, ...]:
    """The protocols that have a spec and an implementation."""
    return protocols_of(read_manifest())


@cache
def protocol(name: str) -> Protocol:
    """The implementation of that name. Raises TlaError T013."""
    if name not in names():
        raise TlaError("T013", f"there is no protocol {name!r}{did_you_mean(name, names())}",
                       mend=f"there are {', '.join(names())}")
    found = import_module(f"pyimpl.{name}").PROTOCOL
    assert isinstance(found, Protocol)
    return found


def known(name: str | None) -> Protocol | None:
    """The implementation of that name, or None when there is no such pair (a trace of somebody's own system)."""
    return protocol(name) if name is not None and name in names() else None


def contradiction(of: Protocol, event: Event) -> str:
    """Why the event's node cannot have taken its action, or an empty text."""
    if event.node is None or event.action is None:
        return ""
    cls = of.class_of(event.node)
    if cls is None:
        return f"{of.name} has no node {event.node!r}; its nodes are {', '.join(of.nodes)}"
    takes = _node_parameters(of, cls)
    if event.action not in takes:
        if any(event.action in _node_parameters(of, other) for other in of.nodes.values()):
            return f"{event.node} is a {cls.role}, which takes no step {event.action}"
        return ""
    parameter = takes[event.action]
    given = event.args.get(parameter) if parameter is not None else None
    if given is not None and given != event.node:
        return f"the node is {event.node}, and the step is taken by {parameter} = {given}"
    return ""


_NODE_PARAMETERS: dict[tuple[str, type[Any]], dict[str, str | None]] = {}


def _node_parameters(of: Protocol, cls: type[Any]) -> Mapping[str, str | None]:
    """The actions of a node class (or of the world upon it), each with the parameter that names the node."""
    known = _NODE_PARAMETERS.get((of.name, cls))
    if known is not None:
        return known
    out = _NODE_PARAMETERS[of.name, cls] = {}
    for info in actions_of(cls):
        signature = inspect.signature(getattr(cls, info.method)).parameters
        out[info.name] = next((p for p in info.parameters if p not in signature), None)
    for move in of.environment:
        if issubclass(cls, move.role):
            out[move.action] = move.node
    return out


def code_place(of: Protocol, action: str, faulty: str | None = None) -> CodePlace | None:
    """Where the action is written; in the faulty twin if one is named and has its own version."""
    classes = dict.fromkeys(of.nodes.values())
    if faulty is not None:
        from pyimpl.sim.choices import Choices

        world = of.build(Choices.replay(()), frozenset(), faulty)
        classes = dict.fromkeys(type(place.node) for place in world.places.values())
    for cls in classes:
        for info in actions_of(cls):
            if info.name == action:
                return CodePlace(_relative(info.file), info.line, f"{_owner(cls, info)}.{info.method}")
    return None


def _owner(cls: type[Any], info: ActionInfo) -> str:
    """The class in whose text the method stands."""
    return next((c.__name__ for c in cls.__mro__ if info.method in vars(c)), cls.__name__)


def _relative(file: str) -> str:
    folder, path = Path(__file__).resolve().parents[1], Path(file).resolve()
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
