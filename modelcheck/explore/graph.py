"""The behavior graph in compressed arrays, and what the liveness check asks of a search.

States are numbers, in order of discovery; the steps out of state s are `targets[offsets[s]:offsets[s + 1]]`, each
target once. Eight bytes a state and four a step. Every state also has its stuttering step, which is not stored; a step
from a state to itself is that step, so it is left out, unless one number stands for several states (`loops`).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence


class Graph:
    """Filled state by state, in order (call `add` for state 0, then 1, and so on), or made of whole arrays by `of`."""

    __slots__ = ("initial", "loops", "offsets", "targets")

    def __init__(self, loops: bool = False) -> None:
        self.loops = loops
        self.initial: Sequence[int] = []
        self.offsets = array("q", [0])
        self.targets = array("i")

    @staticmethod
    def of(initial: Sequence[int], offsets: array[int], targets: array[int], loops: bool = False) -> Graph:
        """A graph of arrays of types 'q' and 'i' that may have repeats and steps from a state to itself.

        The arrays become the graph's own.
        """
        from modelcheck.core.graph import chosen

        graph = Graph(loops)
        graph.initial = initial
        chosen().tidy(offsets, targets, loops)
        graph.offsets, graph.targets = offsets, targets
        return graph

    def add(self, targets: Iterable[int]) -> None:
        """The steps of the next state; repeats are dropped, order is kept."""
        kept = dict.fromkeys(targets)
        if not self.loops:
            kept.pop(len(self.offsets) - 1, None)
        self.targets.extend(kept)
        self.offsets.append(len(self.targets))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def steps(self, state: int) -> Sequence[int]:
        """The targets of a state's steps."""
        return self.targets[self.offsets[state] : self.offsets[state + 1]]

    def edges(self) -> int:
        """How many steps there are."""
        return len(self.targets)


def components(
    offsets: array[int], targets: array[int], inside: bytearray | None = None, loops: bool = True
) -> Iterator[array[int]]:
    """Strongly connected components with a step inside; see `core.graph.PythonLoops.walk`.

    `inside`: the nodes that count (those with a byte that is not 0; None: all).
    """
    from modelcheck.core.graph import chosen

    return chosen().walk(offsets, targets, None, unvisited(len(offsets) - 1, inside), None, loops)


def unvisited(size: int, inside: bytearray | None = None) -> array[int]:
    """What `walk` notes its way in: 0 for the nodes that count, DONE for the others."""
    if inside is None:
        return array("i", bytes(4 * size))
    from modelcheck.core.graph import DONE

    raw = bytearray(4 * size)
    for place, byte in enumerate(array("i", [DONE]).tobytes()):
        raw[place::4] = inside.translate(bytes([byte]) + bytes(255))
    return array("i", bytes(raw))
