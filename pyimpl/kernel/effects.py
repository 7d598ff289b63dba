"""What a step of a node asks the world to do. Plain data; whoever runs the node carries it out.

The effects of a step are carried out **in the order given**, and `Persist` is a barrier: what stands after
it happens only when the record is safe on the disk. So a promise that must survive a crash is written

    return Persist("promised", ballot), Send(sender, Promise(ballot))

and the other order would be a mistake that the simulator makes visible: a crash between the two loses the
record but not the message. While a barrier is pending the node takes no further event (a real node would be
inside `fsync`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Send:
    """Send `message` to the node named `to` (possibly this node itself). It may never arrive, or arrive
    twice."""

    to: str
    message: Any


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer the client's request number `request` with `result` (JSON-able)."""

    request: int
    result: Any


@dataclass(frozen=True, slots=True)
class Persist:
    """Write the named record durably and wait until it is safe; `value` must be JSON-able (tuples return as
    lists).

    With `flush=False` the write only reaches the disk's cache: nothing waits for it, a later flush of the
    same disk takes it along, a crash before that loses it. For records that may be lost, and for faulty
    nodes.

    What is written is what `value` was when the effect was made: a later action of the same step may go on
    changing the node's own dictionaries and lists.
    """

    record: str
    value: Any
    flush: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", _as_it_is(self.value))


def _as_it_is(value: Any) -> Any:
    """The value, with containers of its own."""
    if isinstance(value, dict):
        return {k: _as_it_is(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_as_it_is(v) for v in value]
    return tuple(_as_it_is(v) for v in value) if type(value) is tuple else value


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Fire the timer `name` once, `delay_ms` from now by this node's clock; setting it again replaces it."""

    name: str
    delay_ms: int


@dataclass(frozen=True, slots=True)
class CancelTimer:
    """Forget the timer `name`; harmless when it is not set."""

    name: str


@dataclass(frozen=True, slots=True)
class Apply:
    """Hand a decided `value` to the application on this node (the state machine above the protocol)."""

    value: Any


@dataclass(frozen=True, slots=True)
class Taken:
    """Not a request: marks that the effects after it, up to the next `Taken`, are those of one action of
    the spec.

    Put there by `@action`. `args` are the action's arguments by the spec's parameter names and `witness`
    the values that the spec binds inside the action (`\\E m \\in msgs`), both as JSON. `after` is what the
    runner's `snapshot` hook saw of the node when the action's method returned (None without a hook).
    """

    action: str
    args: dict[str, Any]
    witness: dict[str, Any] = field(default_factory=dict)
    after: Any = None


Effect: TypeAlias = Send | Reply | Persist | SetTimer | CancelTimer | Apply | Taken
Effects: TypeAlias = tuple[Effect, ...]
