"""Liveness on one finite behavior: does it go through a fair cycle that violates a property?

Takes the states of a random behavior; gives a `LivenessFinding` with a lasso among these states (each may also stutter
forever), or None, which says nothing about behaviors that leave them. Every lasso found is a behavior of the spec: its
steps were taken. Properties that cannot be taken apart are refused (E011) before the first behavior.
"""

from __future__ import annotations

from collections.abc import Sequence

from modelcheck.engine.protocol import State
from modelcheck.errors import EvalError
from modelcheck.explore.fair import LivenessCheck, LivenessFinding
from modelcheck.explore.graph import Graph
from modelcheck.explore.liveness import Emptiness
from modelcheck.explore.reasons import reasons_for
from modelcheck.explore.truths import Truths


class WalkLiveness(LivenessCheck):
    """The liveness properties of a model, ready to be checked on one behavior after the other.

    After a finding, `states` are the states it speaks of, by number, and `parents` how each was first reached.
    """

    states: list[State]
    parents: list[int]

    def check(self, behavior: Sequence[State]) -> LivenessFinding | None:
        """The first property that a cycle of the behavior's own states violates, or that cannot be evaluated."""
        graph = self._graph(behavior)
        truths = Truths(graph, self.states, self.engine.atom_test)
        for (prop, formula), disjuncts in zip(self.properties, self._violations, strict=True):
            try:
                for goal in disjuncts:
                    lasso = Emptiness(truths, goal, self.parents).find()
                    if lasso is not None:
                        reasons, genuine = reasons_for(
                            lasso, self.states, self.fairness, formula, self.engine.atom_test
                        )
                        assert genuine, f"no counterexample to {prop.name}: {lasso}"
                        return LivenessFinding(prop, lasso, reasons=reasons)
            except EvalError as error:
                return LivenessFinding(prop, error=error, failure=truths.failure)
        return None

    def _graph(self, behavior: Sequence[State]) -> Graph:
        """The behavior as a graph: its states, numbered as they come up, and its steps."""
        numbers: dict[State, int] = {}
        steps: list[dict[int, None]] = []
        self.parents = []
        before = -1
        for state in behavior:
            number = numbers.setdefault(state, len(numbers))
            if number == len(self.parents):
                self.parents.append(before)
                steps.append({})
            if before >= 0:
                steps[before][number] = None
            before = number
        graph = Graph()
        graph.initial = [0]
        for targets in steps:
            graph.add(targets)
        self.states = list(numbers)
        return graph
