"""Multi-Paxos: spec variable | Python | JSON, and which move of the world is an action of the spec."""

from __future__ import annotations

from typing import Any

from pyimpl.kernel import InApplied, InMessages, Mapping, PerNode
from pyimpl.kernel.protocol import EnvironmentAction
from pyimpl.multipaxos.messages import IN_SPEC
from pyimpl.multipaxos.node import Server, sessions


def snapshot(n: Server) -> dict[str, Any]:
    """[last |-> base, sessions |-> …] of the image on disk."""
    return {"last": n.log.base, "sessions": sessions(n.log.image)}


def machine(n: Server) -> dict[str, Any]:
    """[last |-> last, sessions |-> …] of the machine."""
    return {"last": n.last, "sessions": sessions(n.machine.image())}


MAPPING = Mapping(
    (
        PerNode("promised", Server, lambda n: n.log.promised, "Server.log.promised", "object: Server -> integer"),
        PerNode("accepted", Server, lambda n: n.log.all_votes(), "Server.log.votes", "object: Server -> set of votes"),
        PerNode("snapshot", Server, snapshot, "Server.log.base and .image", "object: Server -> record"),
        PerNode("leading", Server, lambda n: n.leading, "Server.leading", "object: Server -> boolean"),
        PerNode("learned", Server, lambda n: n.log.waiting(n.last), "Server.log.chosen", "object: Server -> set"),
        PerNode("machine", Server, machine, "Server.last and .machine.answers", "object: Server -> record"),
        InApplied("executed", "every command that any Server carried out", 'set of {"slot", "val"}'),
        InMessages(
            "msgs",
            lambda m: isinstance(m, IN_SPEC),
            "every message ever sent, except Refused, Heartbeat, Missing, Forward, Answer",
            'set of {"type", "bal", …}',
        ),
    )
)

ENVIRONMENT = (EnvironmentAction("crash", Server, "Crash", "s"),)
