"""The lock service: spec variable | Python | JSON, and which moves of the world are actions of the spec."""

from __future__ import annotations

from pyimpl.kernel import InMessages, Mapping, OfNode, PerNode
from pyimpl.kernel.protocol import EnvironmentAction
from pyimpl.lock.client import Client
from pyimpl.lock.messages import Renew, Renewed, Stale, Written
from pyimpl.lock.service import Service
from pyimpl.lock.store import Store

MAPPING = Mapping(
    (
        OfNode("issued", Service, lambda n: n.issued, "Service.issued", "integer"),
        OfNode("holder", Service, lambda n: n.holder, "Service.holder", "client or None"),
        PerNode("state", Client, lambda n: n.state, "Client.state", "object: Client -> string"),
        PerNode("token", Client, lambda n: n.token, "Client.token", "object: Client -> integer"),
        OfNode("highest", Store, lambda n: n.highest, "Store.highest", "integer"),
        OfNode("journal", Store, lambda n: n.journal, "Store.journal", "sequence of integers"),
        InMessages(
            "msgs",
            lambda m: not isinstance(m, Renew | Renewed | Written | Stale),
            "every message ever sent, except Renew, Renewed, Written and Stale",
            'set of {"type", …}',
        ),
    )
)

ENVIRONMENT = (EnvironmentAction("crash", Client, "ClientCrash", "c"),)
