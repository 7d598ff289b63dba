"""ZooKeeper: spec variable | Python | JSON, and which moves of the world are actions of the spec."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyimpl.kernel import InApplied, InMessages, Mapping, PerNode
from pyimpl.kernel.protocol import EnvironmentAction
from pyimpl.zookeeper.client import Client
from pyimpl.zookeeper.messages import IN_SPEC
from pyimpl.zookeeper.server import Server
from pyimpl.zookeeper.tree import Tree

SESSIONS = ("c1", "c2", "c3")
BASES = ("/lock", "/leader", "/gate", "/count", "/k1", "/k2", "/k3", "/k4")
"""The directories. Those from /k1 on are used when it runs as processes (`library`)."""
SIMULATED = BASES[:4]
INTEGERS = "object: Session -> integer"


def whole(tree: Tree, sessions: Sequence[str], bases: Sequence[str]) -> dict[str, Any]:
    """The tree as a record of the spec: its functions are of all sessions and directories."""
    return {
        "nodes": frozenset(tree.nodes.values()),
        "sessions": {c: tree.session(c) for c in sessions},
        "last": {b: tree.last.get(b, 0) for b in bases},
        "changed": {b: tree.changed.get(b, 0) for b in bases},
    }


def mapping_of(sessions: Sequence[str], bases: Sequence[str] = BASES) -> Mapping:
    """The mapping, for clients of these names and these directories."""
    return Mapping(
        (
            PerNode("status", Client, lambda n: n.status, "Client.status", "object: Session -> string"),
            PerNode("link", Client, lambda n: n.link, "Client.link", "object: Session -> record"),
            PerNode("seen", Client, lambda n: n.seen, "Client.seen", INTEGERS),
            PerNode("hopes", Client, lambda n: set(n.hopes.items()), "Client.hopes", "object: Session -> set of pairs"),
            PerNode("asked", Client, lambda n: n.asked, "Client.asked", INTEGERS),
            PerNode("answered", Client, lambda n: n.answered, "Client.answered", INTEGERS),
            InApplied("log", "every change that any Server carried out", 'set of {"index", "change"}'),
            PerNode("applied", Server, lambda n: n.applied, "Server.applied", "object: Server -> integer"),
            PerNode(
                "tree", Server, lambda n: whole(n.tree, sessions, bases), "Server.tree", "object: Server -> record"
            ),
            PerNode("life", Server, lambda n: n.life, "Server.life", "object: Server -> integer"),
            PerNode(
                "links", Server, lambda n: {c: n.line(c) for c in sessions}, "Server.links", "object: Server -> records"
            ),
            PerNode("watches", Server, lambda n: n.watches, "Server.watches", "object: Server -> set of pairs"),
            InMessages(
                "msgs",
                lambda m: isinstance(m, IN_SPEC),
                "every message between clients and servers, but ClientPing, ClientPong and Touch",
                'set of {"type", …}',
            ),
        )
    )


MAPPING = mapping_of(SESSIONS, SIMULATED)

ENVIRONMENT = (EnvironmentAction("crash", Client, "Leave", "c"), EnvironmentAction("crash", Server, "Crash", "s"))
