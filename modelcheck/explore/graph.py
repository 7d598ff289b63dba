"""The behavior graph in compressed arrays, and the strongly connected components of such arrays.

States are numbers, in order of discovery; the steps out of state s are `targets[offsets[s]:offsets[s + 1]]`, each
target once. Eight bytes a state and four a step. Every state also has its stuttering step, which is not stored; a step
from a state to itself is that step, so it is left out, unless one number stands for several states (`loops`).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

DONE = 2**31 - 1


class Graph:
    """Filled state by state, in order: call `add` for state 0, then 1, and so on."""

    __slots__ = ("initial", "loops", "offsets", "targets")

    def __init__(self, loops: bool = False) -> None:
        self.loops = loops
        self.initial: list[int] = []
        self.offsets = array("q", [0])
        self.targets = array("i")

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
    offsets: Sequence[int], targets: Sequence[int], inside: bytearray | None = None, loops: bool = True
) -> Iterator[array[int]]:
    """Strongly connected components with a step inside: of two nodes or more, or of one with a step to itself.

    `inside`: the nodes that count (those with a byte that is not 0; None: all). `loops`: there may be edges from a node
    to itself. Each component comes after those it can reach. Tarjan (1972) in the form of Pearce, "A space-efficient
    algorithm for finding strongly connected components" (IPL 116, 2016), without recursion; 4 bytes a node and 16 a
    node on the path.
    """
    size = len(offsets) - 1
    lowest = array("i", bytes(4 * size))  # 0: not visited; then the lowest index known to be reached; DONE
    if inside is not None:
        for node in range(size):
            if not inside[node]:
                lowest[node] = DONE
    path, cursors, births, waiting = array("i"), array("q"), array("i"), array("i")
    count = 1
    for root in range(size):
        if lowest[root]:
            continue
        node, at, born = root, offsets[root], count
        lowest[root] = count
        count += 1
        while True:
            low = lowest[node]
            for edge in range(at, offsets[node + 1]):
                reached = lowest[targets[edge]]
                if not reached:
                    lowest[node] = low
                    path.append(node)
                    cursors.append(edge)
                    births.append(born)
                    node, born = targets[edge], count
                    at = offsets[node]
                    lowest[node] = count
                    count += 1
                    break
                if reached < low:
                    low = reached
            else:
                if low < born:
                    lowest[node] = low
                    waiting.append(node)
                else:
                    members = array("i", [node])
                    while waiting and lowest[waiting[-1]] >= born:
                        members.append(waiting.pop())
                    for member in members:
                        lowest[member] = DONE
                    if len(members) > 1 or (loops and node in targets[offsets[node] : offsets[node + 1]]):
                        yield members
                if not path:
                    break
                node, at, born = path.pop(), cursors.pop(), births.pop()
