"""Primary and backup: spec variable | Python | JSON. Crashes are stuttering steps: all that the spec knows of is
durable."""

from __future__ import annotations

from pyimpl.kernel import InApplied, InMessages, Mapping, OfNode, PerNode
from pyimpl.primarybackup.messages import Ping
from pyimpl.primarybackup.monitor import Monitor
from pyimpl.primarybackup.replica import Replica

MAPPING = Mapping(
    (
        OfNode("current", Monitor, lambda n: n.current.value(), "Monitor.current", '{"num", "primary", "backup"}'),
        OfNode("synced", Monitor, lambda n: n.synced, "Monitor.synced", "boolean"),
        PerNode("view", Replica, lambda n: n.view.value(), "Replica.view", "object: Server -> view"),
        PerNode("ready", Replica, lambda n: n.ready, "Replica.ready", "object: Server -> boolean"),
        PerNode("log", Replica, lambda n: n.log, "Replica.log", "object: Server -> sequence of values"),
        PerNode("commit", Replica, lambda n: n.commit, "Replica.commit", "object: Server -> integer"),
        InApplied("served", "every log that a Replica gave out", "set of sequences of values"),
        InMessages(
            "msgs",
            lambda m: not isinstance(m, Ping),
            "every message ever sent, except Ping",
            'set of {"type", …}',
        ),
    )
)
