"""Where the translation of an expression finds its names: local slots, the current state, the next state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from modelcheck.ir import ops
from modelcheck.records import dataclass, field
from modelcheck.symbolic.context import Failure
from modelcheck.values import Value

State = Sequence[Any]  # the value of each variable; None: it has none yet


class Frame:
    """Slots and states; never changed, except that a kept value fills its `Kept`."""

    __slots__ = ("slots", "state", "target")

    def __init__(self, slots: dict[int, Any], state: State | None, target: State | None) -> None:
        self.slots = slots
        self.state = state
        self.target = target

    def bind(self, pairs: dict[int, Any]) -> Frame:
        """This frame with more slots bound."""
        return Frame({**self.slots, **pairs}, self.state, self.target)

    def clear(self, slots: Sequence[int]) -> Frame:
        """This frame in a context of its own: these lazy slots have no value yet."""
        return self.bind({slot: Kept() for slot in slots})

    def with_target(self, target: State) -> Frame:
        """This frame with another next state."""
        return Frame(self.slots, self.state, target)

    def with_state(self, state: State) -> Frame:
        """This frame with another current state."""
        return Frame(self.slots, state, self.target)


@dataclass(slots=True)
class Kept:
    """A value that is computed at the first reading, on no particular path, with the failures that this may meet."""

    done: bool = False
    stuck: bool = False
    value: Value = None
    failures: list[Failure] = field(default_factory=list)


@dataclass(slots=True)
class Delayed:
    """An argument that has not been evaluated."""

    expr: ops.Op
    frame: Frame
    kept: Kept


@dataclass(slots=True)
class OperatorAt:
    """An operator passed as argument, with the frame it was written in."""

    slots: tuple[int, ...]
    body: ops.Op
    frame: Frame
