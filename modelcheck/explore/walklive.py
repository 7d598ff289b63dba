"""Liveness on one finite behavior: does it go through a fair cycle that violates a property?

Takes the states of a random behavior; gives a `LivenessFinding` with a lasso among these states (each may also stutter
forever), or None, which says nothing about behaviors that leave them. Every lasso found is a behavior of the spec: its
steps were taken. Properties that cannot be taken apart are refused (E011) before the first behavior.
"""

from __future__ import annotations

from collections.abc import Sequence

from modelcheck.engine.protocol import Engine, State
from modelcheck.errors import EvalError
from modelcheck.explore.fair import LivenessFinding
from modelcheck.explore.graph import Graph
from modelcheck.explore.liveness import Emptiness, Truths
from modelcheck.explore.ltl import Goal, conjunction, goals, normal
from modelcheck.ir import temporal as tl
from modelcheck.module.model import Model, Property


class WalkLiveness:
    """The liveness properties of a model, ready to be checked on one behavior after the other."""

    def __init__(self, model: Model, engine: Engine) -> None:
        self.engine = engine
        self.states: list[State] = []  # of the lasso found last, by number
        fair = [normal(engine.temporal(expr)) for expr in model.fairness]
        self._goals: list[tuple[Property, list[Goal]]] = []
        for prop in model.properties:
            if prop.liveness:
                formula = tl.All(tuple(engine.temporal(expr) for expr in prop.liveness))
                negated = normal(formula, positive=False)
                self._goals.append((prop, list(goals(conjunction([*fair, negated])))))

    def check(self, behavior: Sequence[State]) -> LivenessFinding | None:
        """The first property that a cycle of the behavior's own states violates, or that cannot be evaluated."""
        numbers: dict[State, int] = {}
        parents: list[int] = []
        steps: list[dict[int, None]] = []
        before = -1
        for state in behavior:
            number = numbers.setdefault(state, len(numbers))
            if number == len(parents):
                parents.append(before)
                steps.append({})
            if before >= 0:
                steps[before][number] = None
            before = number
        graph = Graph()
        graph.initial = [0]
        for targets in steps:
            graph.add(targets)
        self.states = list(numbers)
        truths = Truths(graph, self.states, self.engine.atom_test)
        for prop, disjuncts in self._goals:
            try:
                for goal in disjuncts:
                    lasso = Emptiness(truths, goal, parents).find()
                    if lasso is not None:
                        return LivenessFinding(prop, lasso)
            except EvalError as error:
                return LivenessFinding(prop, error=error)
        return None
