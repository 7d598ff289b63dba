"""The register: spec variable | Python | JSON, and which moves of the world are actions of the spec."""

from __future__ import annotations

from pyimpl.kernel import InApplied, InMessages, Mapping, PerNode
from pyimpl.kernel.protocol import EnvironmentAction
from pyimpl.register import siblings
from pyimpl.register.client import Client
from pyimpl.register.server import Server

MAPPING = Mapping(
    (
        PerNode(
            "stored",
            Server,
            lambda n: {"stamp": n.stamp, "value": n.value},
            "Server.stamp, Server.value",
            'object: Server -> {"stamp", "value"}',
        ),
        PerNode("turn", Client, lambda n: n.turn, "Client.turn", "object: Client -> integer"),
        PerNode("last", Client, lambda n: n.last, "Client.last", "object: Client -> integer"),
        PerNode("op", Client, lambda n: n.op, "Client.op", 'object: Client -> {"kind", …}'),
        InApplied("finished", "every operation that a Client ended", 'set of {"kind", "level", "stamp", "value"}'),
        InMessages(
            "msgs",
            lambda m: not siblings.is_theirs(m),
            "every message ever sent, but those of siblings",
            'set of {"type", …}',
        ),
    )
)

ENVIRONMENT = (EnvironmentAction("crash", Client, "ClientCrash", "c"),)
