"""A protocol node without input or output: `step(event) -> effects`.

Everything that decides what a node does is in here and in its subclass: no clock, no socket, no disk, no
source of randomness. Whoever runs the node (the simulator, a real server) owes it this:

1. Make it with the records that its disk kept (none the first time), then give it `Started()`, then further
events
   one at a time.
2. Carry out the effects of each step in order, waiting at each `Persist` until the record is safe. Give the
node no
   further event before all effects of the step are carried out.
3. On a crash throw the object away, with the effects not yet carried out, and begin again at 1 under the
same name.

A subclass overrides `recover` and the `on_…` methods; its actions are methods under `@action`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

from pyimpl.kernel.effects import Effects


@dataclass(frozen=True, slots=True)
class Started:
    """The node begins, for the first time or again after a crash; its records are already in place."""


@dataclass(frozen=True, slots=True)
class Received:
    """`message` arrived from the node named `sender`."""

    sender: str
    message: Any


@dataclass(frozen=True, slots=True)
class TimerFired:
    """The timer `name`, set before, is due. A timer does not survive a crash."""

    name: str


@dataclass(frozen=True, slots=True)
class Request:
    """A client asks for `command`; the answer is `Reply(number, …)`. Clients may ask again, with the same
    number."""

    number: int
    command: Any


Event: TypeAlias = Started | Received | TimerFired | Request


class Node:
    """Base of all nodes. `name` is the node's name in the spec; `down` holds from a crash until `Started`
    (whoever runs the node sets it when making the node again after a crash)."""

    role: ClassVar[str] = "node"
    """What kind of node this is, as in "acceptor"; for people."""

    snapshot: Callable[[Node], Any] | None = None
    """Set by a runner that wants to see the node after each action; see `Taken.after`."""

    def __init__(self, name: str, records: Mapping[str, Any]) -> None:
        self.name = name
        self.down = False
        self.recover(records)

    def recover(self, records: Mapping[str, Any]) -> None:
        """Set every attribute of the state: the durable ones from `records` (absent = never written),
        others afresh."""

    def step(self, event: Event) -> Effects:
        """Take one event, change the state, and say what the world has to do."""
        match event:
            case Received(sender, message):
                return self.on_message(sender, message)
            case TimerFired(name):
                return self.on_timer(name)
            case Request():
                return self.on_request(event)
            case Started():
                effects = self.on_start()
                self.down = False
                return effects

    def on_start(self) -> Effects:
        """The node has just started or, if `down` still holds, started again after a crash."""
        return ()

    def on_message(self, sender: str, message: Any) -> Effects:
        """A message arrived."""
        return ()

    def on_timer(self, name: str) -> Effects:
        """A timer is due."""
        return ()

    def on_request(self, request: Request) -> Effects:
        """A client asks for something."""
        return ()
