"""Retry: spec variable | Python | JSON. Crashes are stuttering steps: all that the spec knows of is durable."""

from __future__ import annotations

from typing import Any

from pyimpl.kernel import InMessages, Mapping, OfNode, PerNode
from pyimpl.retry.client import Client
from pyimpl.retry.server import Server

CLIENTS = ("c1", "c2", "c3")


def table(server: Server) -> dict[str, Any]:
    """Last number and answer of each client, 0 where there is none."""
    last = {c: server.sessions.last.get(c, (0, 0)) for c in CLIENTS}
    return {c: {"seq": seq, "result": result} for c, (seq, result) in last.items()}


def journal(server: Server) -> list[dict[str, Any]]:
    """The calls that were carried out."""
    return [{"client": c, "seq": n, "command": x} for c, n, x in server.journal]


MAPPING = Mapping(
    (
        PerNode("seq", Client, lambda n: n.seq, "Client.seq", "object: Client -> integer"),
        PerNode("asked", Client, lambda n: n.asked, "Client.asked", "object: Client -> command or None"),
        PerNode("busy", Client, lambda n: n.busy, "Client.busy", "object: Client -> boolean"),
        PerNode("got", Client, lambda n: n.got, "Client.got", "object: Client -> integer"),
        OfNode("journal", Server, journal, "Server.journal", 'sequence of {"client", "seq", "command"}'),
        OfNode("table", Server, table, "Server.sessions", 'object: Client -> {"seq", "result"}'),
        InMessages("msgs", lambda m: True, "every message ever sent", 'set of {"type", …}'),
    )
)
