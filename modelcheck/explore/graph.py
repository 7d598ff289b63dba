"""The behavior graph: reachable states and the steps between them, in compressed arrays.

States are numbers, in order of discovery; the steps out of state s are `targets[offsets[s]:offsets[s + 1]]`, each
target once. Eight bytes a state and four a step. Every state also has its stuttering step, which is not stored.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence


class Graph:
    """Filled state by state, in order: call `add` for state 0, then 1, and so on."""

    __slots__ = ("initial", "offsets", "targets")

    def __init__(self) -> None:
        self.initial: list[int] = []
        self.offsets = array("q", [0])
        self.targets = array("i")

    def add(self, targets: Iterable[int]) -> None:
        """The steps of the next state; repeats are dropped, order is kept."""
        self.targets.extend(dict.fromkeys(targets))
        self.offsets.append(len(self.targets))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def steps(self, state: int) -> Sequence[int]:
        """The targets of a state's steps."""
        return self.targets[self.offsets[state] : self.offsets[state + 1]]

    def edges(self) -> int:
        """How many steps there are."""
        return len(self.targets)
