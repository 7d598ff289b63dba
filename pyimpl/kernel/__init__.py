"""The vocabulary that every implementation shares.

`action` binds a method to an action of the spec, `effects` is what a step asks the world to do, `node` is the
sans-I/O state machine, `mapping` takes the implementation's state to the spec's state and to JSON,
`protocol` is the one object by which the command line and the trace validator drive an implementation.
"""

from pyimpl.kernel.action import DISABLED, ActionInfo, action, actions_of
from pyimpl.kernel.effects import (
    Apply,
    CancelTimer,
    Effect,
    Effects,
    Persist,
    Reply,
    Send,
    SetTimer,
    Taken,
)
from pyimpl.kernel.mapping import InApplied, InMessages, Mapping, OfNode, PerNode, Variable, to_json
from pyimpl.kernel.node import Event, Node, Received, Request, Started, TimerFired
from pyimpl.kernel.protocol import EnvironmentAction, Mutant, Protocol

__all__ = [
    "DISABLED",
    "ActionInfo",
    "Apply",
    "CancelTimer",
    "Effect",
    "Effects",
    "EnvironmentAction",
    "Event",
    "InApplied",
    "InMessages",
    "Mapping",
    "Mutant",
    "Node",
    "OfNode",
    "PerNode",
    "Persist",
    "Protocol",
    "Received",
    "Reply",
    "Request",
    "Send",
    "SetTimer",
    "Started",
    "Taken",
    "TimerFired",
    "Variable",
    "action",
    "actions_of",
    "to_json",
]
