"""Chubby: spec variable | Python | JSON, and which moves of the world are actions of the spec."""

from __future__ import annotations

from pyimpl.chubby.client import Client
from pyimpl.chubby.messages import in_spec
from pyimpl.chubby.server import Server
from pyimpl.chubby.store import FileServer
from pyimpl.kernel import InApplied, InMessages, Mapping, OfNode, PerNode
from pyimpl.kernel.protocol import EnvironmentAction

MAPPING = Mapping(
    (
        InApplied("log", "every command that any Server carried out", 'set of {"pos", "cmd"}'),
        PerNode("db", Server, lambda n: n.db, "Server.db", "object: Server -> record"),
        PerNode("acting", Server, lambda n: n.acting, "Server.acting", "object: Server -> integer"),
        PerNode("cachers", Server, lambda n: n.cachers, "Server.cachers", "object: Server -> set of integers"),
        PerNode("attempt", Client, lambda n: n.attempt, "Client.attempt", "object: Client -> integer"),
        PerNode("status", Client, lambda n: n.status, "Client.status", "object: Client -> string"),
        PerNode("session", Client, lambda n: n.session, "Client.session", "object: Client -> integer"),
        PerNode("cache", Client, lambda n: n.cache, "Client.cache", "object: Client -> integer"),
        PerNode("floor", Client, lambda n: n.floor, "Client.floor", "object: Client -> integer"),
        PerNode("held", Client, lambda n: n.held, "Client.held", "object: Client -> record"),
        OfNode("journal", FileServer, lambda n: n.journal, "FileServer.journal", "list of records"),
        InMessages(
            "msgs",
            in_spec,
            "every message ever sent that asks for a vote for a command, or is Opened, Granted, Release, Content, "
            "Invalidate, Flushed, Operation",
            'set of {"type", …}',
        ),
    )
)

ENVIRONMENT = (EnvironmentAction("crash", Server, "Crash", "s"), EnvironmentAction("crash", Client, "ClientCrash", "c"))
