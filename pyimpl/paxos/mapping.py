"""Paxos: spec variable | Python | JSON. Crashes are stuttering steps: all that the spec knows of is
durable."""

from __future__ import annotations

from pyimpl.kernel import InApplied, InMessages, Mapping, PerNode
from pyimpl.paxos.messages import Refused
from pyimpl.paxos.node import Server

MAPPING = Mapping(
    (
        PerNode("maxBal", Server, lambda n: n.max_bal, "Server.max_bal", "object: Acceptor -> integer"),
        PerNode("maxVBal", Server, lambda n: n.max_vbal, "Server.max_vbal", "object: Acceptor -> integer"),
        PerNode("maxVal", Server, lambda n: n.max_val, "Server.max_val", "object: Acceptor -> value or None"),
        InApplied("decided", "every value that any Server applied", "set of values"),
        InMessages(
            "msgs",
            lambda m: not isinstance(m, Refused),
            "every message ever sent, except Refused",
            'set of {"type", "bal", …}',
        ),
    )
)
