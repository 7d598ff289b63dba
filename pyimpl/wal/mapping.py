"""The store: spec variable | Python | JSON, and which moves of the world are actions of the spec."""

from __future__ import annotations

from pyimpl.kernel import InApplied, Mapping, OfNode
from pyimpl.kernel.protocol import EnvironmentAction
from pyimpl.wal.engine import Engine
from pyimpl.wal.records import TORN

MAPPING = Mapping(
    (
        OfNode(
            "log",
            Engine,
            lambda n: [TORN if e is None else e for e in (*n.archive, *n.log.entries)],
            "Engine.archive, then Engine.log.entries",
            'sequence of {"type", "txn", "prev", …}',
        ),
        OfNode("forced", Engine, lambda n: n.log.forced, "Engine.log.forced", "integer"),
        OfNode("archived", Engine, lambda n: n.log.base, "Engine.log.base", "integer"),
        OfNode("pages", Engine, lambda n: n.pages, "Engine.pages", 'object: Page -> {"lsn", "value", "whole"}'),
        OfNode("cache", Engine, lambda n: n.cache, "Engine.cache", 'object: Page -> {"lsn", "value"}'),
        OfNode(
            "phase",
            Engine,
            lambda n: "down" if n.down else n.phase,
            'Engine.phase, or "down" while it is crashed',
            "string",
        ),
        OfNode("redone", Engine, lambda n: n.redone, "Engine.redone", "integer"),
        OfNode("open", Engine, lambda n: n.open, "Engine.open", "set of Txn"),
        OfNode("undoNext", Engine, lambda n: n.undo_next, "Engine.undo_next", "object: Txn -> integer"),
        InApplied("told", "what the clients were told", 'set of [Txn, "begun" or "committed"]'),
    )
)

ENVIRONMENT = (EnvironmentAction("crash", Engine, "Crash", None),)
