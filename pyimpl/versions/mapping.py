"""The register with siblings: spec variable | Python | JSON, and which moves of the world are actions of the spec."""

from __future__ import annotations

from pyimpl.kernel import InApplied, InMessages, Mapping, PerNode
from pyimpl.kernel.protocol import EnvironmentAction
from pyimpl.versions.client import Client
from pyimpl.versions.server import Server

MAPPING = Mapping(
    (
        PerNode("kept", Server, lambda n: frozenset(n.kept), "Server.kept", 'object: Server -> set of {"vector", …}'),
        PerNode("turn", Client, lambda n: n.turn, "Client.turn", "object: Client -> integer"),
        PerNode("seen", Client, lambda n: n.seen, "Client.seen", "object: Client -> Client -> integer"),
        PerNode("op", Client, lambda n: n.op, "Client.op", "object: Client -> string"),
        InApplied("finished", "every read that a Client ended", 'set of {"client", "versions"}'),
        InMessages("msgs", lambda m: True, "every message ever sent", 'set of {"type", …}'),
    )
)

ENVIRONMENT = (EnvironmentAction("crash", Client, "ClientCrash", "c"),)
