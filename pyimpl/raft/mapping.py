"""Raft: spec variable | Python | JSON, and which move of the world is an action of the spec."""

from __future__ import annotations

from pyimpl.kernel import InApplied, InMessages, Mapping, PerNode
from pyimpl.kernel.machine import Answer, Forward
from pyimpl.kernel.protocol import EnvironmentAction
from pyimpl.raft.messages import Refused
from pyimpl.raft.node import Server

MAPPING = Mapping(
    (
        PerNode("currentTerm", Server, lambda n: n.current_term, "Server.current_term", "object: Server -> integer"),
        PerNode("votedFor", Server, lambda n: n.voted_for, "Server.voted_for", "object: Server -> Server or Noop"),
        PerNode("snapshot", Server, lambda n: n.log.snapshot, "Server.log.snapshot", "object: Server -> record"),
        PerNode("log", Server, lambda n: n.log.entries, "Server.log.entries", "object: Server -> list of entries"),
        PerNode("role", Server, lambda n: n.state, "Server.state", "object: Server -> string"),
        PerNode("commitIndex", Server, lambda n: n.commit_index, "Server.commit_index", "object: Server -> integer"),
        InApplied("applied", "every entry that any Server applied", 'set of {"index", "entry"}'),
        InMessages(
            "msgs",
            lambda m: not isinstance(m, Refused | Forward | Answer),
            "every message ever sent, except Refused, Forward, Answer",
            'set of {"type", "term", "from", …}',
        ),
    )
)

ENVIRONMENT = (EnvironmentAction("crash", Server, "Crash", "i"),)
