"""Depth-first search: the same states and verdicts as breadth first, in another order.

A counterexample that lies deep is often met sooner, and is seldom a shortest one; `depth` is the length of the longest
path walked, so it is not breadth first's. A limit of depth cuts the paths that reach it: the search then ends with a
`Stop`, as what lies beyond may be reachable on a shorter path too.
"""

from __future__ import annotations

from array import array

from modelcheck.engine.protocol import State
from modelcheck.explore.bfs import Finding, Search, Stop
from modelcheck.explore.graph import Graph


class DepthFirstSearch(Search):
    """One depth-first search. `run` it once; afterwards the counts stay readable."""

    def _levels(self) -> Finding | Stop | None:
        """Explore the states found last first; those of one state in the order in which it leads to them."""
        levels = array("q", [1]) * len(self.states)
        stack = list(reversed(range(len(self.states))))
        self._targets: dict[int, list[int]] = {}
        self._count = 0
        deepest, cut = self.depth, False
        limit = self.limits.depth
        while stack:
            index = stack.pop()
            if limit is not None and levels[index] > limit:
                cut = True
                continue
            self.level = levels[index]
            self._count += 1
            known = len(self.states)
            ended = self._explore(index, index + 1)
            if ended is not None:
                return ended
            if len(self.states) > known:
                deepest = max(deepest, self.level + 1)
            self.depth = deepest
            levels.extend([self.level + 1] * (len(self.states) - known))
            stack.extend(range(len(self.states) - 1, known - 1, -1))
        if cut:
            return Stop("depth", limit)
        if self.graph is not None:
            for index in range(len(self.states)):
                self.graph.add(self._targets.pop(index))
        return None

    @property
    def frontier(self) -> int:
        """States found and not explored yet."""
        return len(self.states) - getattr(self, "_count", 0)

    def _keep_steps(self, graph: Graph, targets: list[State]) -> None:
        """Note the steps of the state just explored; the graph wants its states in order, so it is filled last."""
        numbers, identity = self.seen, self.task.identity
        assert isinstance(numbers, dict)
        keys = targets if identity is None else [identity(target) for target in targets]
        self._targets[self._explored - 1] = [numbers[key] for key in keys if key in numbers]
