"""The store on a ring: spec variable | Python | JSON. Crashes are stuttering steps: all that the spec knows of is
durable."""

from __future__ import annotations

from pyimpl.hashing.messages import Fetch, Item, RingIs
from pyimpl.hashing.registrar import Registrar
from pyimpl.hashing.server import Server
from pyimpl.kernel import InApplied, InMessages, Mapping, OfNode, PerNode

MAPPING = Mapping(
    (
        OfNode(
            "rings",
            Registrar,
            lambda n: [{"members": frozenset(ms), "gone": frozenset(gs)} for ms, gs in n.rings],
            "Registrar.rings",
            'sequence of {"members", "gone"}',
        ),
        OfNode("settled", Registrar, lambda n: n.settled, "Registrar.settled", "integer"),
        PerNode("alive", Server, lambda n: n.alive, "Server.alive", "object: Node -> boolean"),
        PerNode("view", Server, lambda n: n.num, "Server.num", "object: Node -> integer"),
        PerNode("data", Server, lambda n: frozenset(n.items), "keys of Server.items", "object: Node -> set of keys"),
        InApplied("acked", "every key of which a Server told a client that it is stored", "set of keys"),
        InMessages(
            "msgs",
            lambda m: not isinstance(m, RingIs | Fetch | Item),
            "every message ever sent, except RingIs, Fetch and Item",
            'set of {"type", …}',
        ),
    )
)
