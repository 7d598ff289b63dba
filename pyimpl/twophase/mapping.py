"""Two-phase commit: spec variable | Python | JSON, and which moves of the world are actions of the spec."""

from __future__ import annotations

from pyimpl.kernel import InMessages, Mapping, OfNode, PerNode
from pyimpl.kernel.protocol import EnvironmentAction
from pyimpl.twophase.coordinator import Coordinator
from pyimpl.twophase.messages import Ack
from pyimpl.twophase.participant import Participant

MAPPING = Mapping(
    (
        PerNode("rmLog", Participant, lambda n: n.rm_log, "Participant.rm_log", "object: RM -> string"),
        OfNode("tmLog", Coordinator, lambda n: n.tm_log, "Coordinator.tm_log", "string"),
        PerNode(
            "rmState",
            Participant,
            lambda n: "down" if n.down else n.rm_state,
            'Participant.rm_state, or "down" while it is crashed',
            "object: RM -> string",
        ),
        OfNode(
            "tmState",
            Coordinator,
            lambda n: "down" if n.down else n.tm_state,
            'Coordinator.tm_state, or "down" while it is crashed',
            "string",
        ),
        OfNode("tmVotes", Coordinator, lambda n: n.tm_votes, "Coordinator.tm_votes", "set of RM"),
        InMessages(
            "msgs",
            lambda m: not isinstance(m, Ack),
            "every message ever sent, except Ack",
            'set of {"type", "rm"}',
        ),
    )
)

ENVIRONMENT = (
    EnvironmentAction("crash", Coordinator, "TMCrash", None),
    EnvironmentAction("crash", Participant, "RMCrash", "r"),
)
