"""Presumed abort: spec variable | Python | JSON, and which moves of the world are actions of the spec."""

from __future__ import annotations

from pyimpl.kernel import InMessages, Mapping, Node, OfNode, PerNode
from pyimpl.kernel.protocol import EnvironmentAction
from pyimpl.presumedabort.coordinator import Coordinator
from pyimpl.presumedabort.participant import Participant

MAPPING = Mapping(
    (
        OfNode("tmLog", Coordinator, lambda n: n.log.entries, "Coordinator.log", 'sequence of {"txn", "is"}'),
        OfNode("tmTable", Coordinator, lambda n: n.table, "Coordinator.table", 'object: Txn -> {"state", "from"}'),
        PerNode(
            "rmLog", Participant, lambda n: n.log.entries, "Participant.log", 'object: RM -> sequence of {"txn", "is"}'
        ),
        PerNode("rmTable", Participant, lambda n: n.table, "Participant.table", "object: RM -> Txn -> string"),
        PerNode("up", Node, lambda n: not n.down, "not Node.down", "object: RM or TM -> boolean"),
        InMessages("msgs", lambda m: True, "every message ever sent", 'set of {"type", "txn", …}'),
    )
)

ENVIRONMENT = (
    EnvironmentAction("crash", Coordinator, "TMCrash", None),
    EnvironmentAction("crash", Participant, "RMCrash", "r"),
)
