"""Zab: spec variable | Python | JSON, and which move of the world is an action of the spec."""

from __future__ import annotations

from pyimpl.kernel import InApplied, InMessages, Mapping, PerNode
from pyimpl.kernel.machine import Answer, Forward
from pyimpl.kernel.protocol import EnvironmentAction
from pyimpl.zab.messages import OWN
from pyimpl.zab.node import Peer

EPOCHS = "object: Server -> integer"

MAPPING = Mapping(
    (
        PerNode("acceptedEpoch", Peer, lambda n: n.accepted_epoch, "Peer.accepted_epoch", EPOCHS),
        PerNode("currentEpoch", Peer, lambda n: n.current_epoch, "Peer.current_epoch", EPOCHS),
        PerNode("snapshot", Peer, lambda n: n.history.snapshot, "Peer.history.snapshot", "object: Server -> record"),
        PerNode("history", Peer, lambda n: n.history.txns, "Peer.history.txns", "object: Server -> list of txns"),
        PerNode("phase", Peer, lambda n: n.phase, "Peer.phase", "object: Server -> string"),
        PerNode("leader", Peer, lambda n: n.leader, "Peer.leader", "object: Server -> Server or None"),
        PerNode("epoch", Peer, lambda n: n.epoch, "Peer.epoch", EPOCHS),
        PerNode("delivered", Peer, lambda n: n.delivered, "Peer.delivered", EPOCHS),
        InApplied("applied", "every transaction that any Peer delivered", 'set of {"index", "txn"}'),
        InMessages(
            "msgs",
            lambda m: not isinstance(m, (*OWN, Forward, Answer)),
            "every message ever sent, except those by which peers find each other and what was missed",
            'set of {"type", "from", "epoch", …}',
        ),
    )
)

ENVIRONMENT = (EnvironmentAction("crash", Peer, "Crash", "i"),)
