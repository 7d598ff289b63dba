"""Snapshots: spec variable | Python | JSON, and which moves of the world are actions of the spec."""

from __future__ import annotations

from typing import Any

from pyimpl.kernel import InMessages, Mapping, OfNode, PerNode
from pyimpl.kernel.protocol import EnvironmentAction
from pyimpl.snapshot.keeper import Keeper
from pyimpl.snapshot.messages import Ack, Here
from pyimpl.snapshot.process import Process


def stable(n: Keeper) -> dict[str, Any]:
    """The last complete snapshot."""
    return {"num": n.num, "parts": dict(n.parts)}


def counts(n: Process, which: dict[str, int]) -> dict[str, int]:
    """A process that is lost knows of none."""
    return dict.fromkeys(n.procs, 0) if n.lost else which


def saved(n: Process) -> Any:
    """What a process has recorded."""
    return {"num": 0} if n.lost or n.saved is None else n.saved


MAPPING = Mapping(
    (
        OfNode("current", Keeper, lambda n: n.current, "Keeper.current", "integer"),
        OfNode("begun", Keeper, lambda n: n.begun, "Keeper.begun", "integer"),
        OfNode("stable", Keeper, stable, "Keeper.num, Keeper.parts", '{"num", "parts"}'),
        PerNode("epoch", Process, lambda n: n.epoch, "Process.epoch", "object: Proc -> integer"),
        PerNode("alive", Process, lambda n: not n.lost, "not Process.lost", "object: Proc -> boolean"),
        PerNode("balance", Process, lambda n: 0 if n.lost else n.balance, "Process.balance", "object: Proc -> integer"),
        PerNode("sent", Process, lambda n: counts(n, n.sent), "Process.sent", "object: Proc -> Proc -> integer"),
        PerNode("got", Process, lambda n: counts(n, n.got), "Process.got", "object: Proc -> Proc -> integer"),
        PerNode("saved", Process, saved, "Process.saved", 'object: Proc -> {"num", …}'),
        InMessages(
            "msgs",
            lambda m: not isinstance(m, Ack | Here),
            "every message ever sent, except Ack and Here",
            'set of {"type", …}',
        ),
    )
)

ENVIRONMENT = (EnvironmentAction("crash", Process, "Crash", "p"),)
