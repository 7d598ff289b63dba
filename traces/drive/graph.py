"""The state graph of a small model: every reachable state, and the steps out of it by (action, arguments).

Takes an engine and what bounds it; gives a `Graph`. Steps that change nothing are left out: nothing can be seen of
them. Refused: a graph larger than `STATES_MAX` (T033), which is no small model.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container, Iterable, Set
from dataclasses import dataclass, field
from typing import TypeAlias

from modelcheck.engine.protocol import Engine, State, Value
from modelcheck.errors import TlaError
from modelcheck.values import show

STATES_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge class: an action with its arguments (names and values); many steps of the graph may be of it."""

    action: str
    args: tuple[tuple[str, Value], ...]

    def __str__(self) -> str:
        inner = ", ".join(f"{name} = {show(value)}" for name, value in self.args)
        return f"{self.action}({inner})" if inner else self.action


Steps: TypeAlias = tuple[tuple[Edge, State], ...]


@dataclass
class Graph:
    """`steps` of each state inside the bound, `initial` states, all `edges` in the order in which they were found."""

    initial: tuple[State, ...] = ()
    steps: dict[State, Steps] = field(default_factory=dict)
    edges: dict[Edge, int] = field(default_factory=dict)
    """with the number of steps of the graph that are of it"""

    numbers: dict[State, int] = field(default_factory=dict)
    _ways: list[list[tuple[int, int]]] = field(default_factory=list)
    """by the number of a state: the numbers of edge class and target of each step"""
    _listed: list[Edge] = field(default_factory=list)
    _edge_numbers: dict[Edge, int] = field(default_factory=dict)

    def number(self) -> None:
        """Number states and edge classes, for `first_towards`; to be called when the graph is complete."""
        self.numbers = {state: i for i, state in enumerate(self.steps)}
        self._listed = list(self.edges)
        self._edge_numbers = {edge: i for i, edge in enumerate(self._listed)}
        self._ways = [
            [(self._edge_numbers[edge], self.numbers[target]) for edge, target in steps]
            for steps in self.steps.values()
        ]

    def first_towards(
        self, start: State, wanted: Iterable[Edge], blocked: Set[tuple[State, Edge]]
    ) -> tuple[Edge, Edge] | None:
        """The first and the last step of the shortest path from `start` that ends with a wanted step and has none that
        is blocked; None if there is none."""
        if start not in self.numbers:
            return None
        goals = {self._edge_numbers[edge] for edge in wanted}
        closed = {(self.numbers[state], self._edge_numbers[edge]) for state, edge in blocked}
        begin = self.numbers[start]
        first: dict[int, int] = {begin: -1}
        queue = deque([begin])
        while queue:
            state = queue.popleft()
            for edge, target in self._ways[state]:
                if (state, edge) in closed:
                    continue
                way = first[state] if first[state] >= 0 else edge
                if edge in goals:
                    return self._listed[way], self._listed[edge]
                if target not in first:
                    first[target] = way
                    queue.append(target)
        return None


def explore(engine: Engine, inside: Callable[[State], bool], name: str, without: Container[str] = ()) -> Graph:
    """The graph of the states that are `inside`; steps that lead out of it, and those of the actions `without`, are
    left out. Raises EvalError, T033."""
    graph = Graph(tuple(s for s in dict.fromkeys(engine.initial()) if inside(s)))
    queue = deque(graph.initial)
    seen = set(graph.initial)
    while queue:
        state = queue.popleft()
        steps: dict[tuple[Edge, State], None] = {}
        for step in engine.steps(state):
            info = engine.actions[step.action]
            if info.name in without or step.target == state or not (step.target in seen or inside(step.target)):
                continue
            edge = Edge(info.name, tuple(zip(info.params, step.args, strict=True)))
            steps[edge, step.target] = None
            if step.target not in seen:
                seen.add(step.target)
                queue.append(step.target)
        graph.steps[state] = tuple(steps)
        for edge, _ in steps:
            graph.edges[edge] = graph.edges.get(edge, 0) + 1
        if len(seen) > STATES_MAX:
            raise TlaError("T033", f"the model to drive {name} along has more than {STATES_MAX:,} states")
    graph.number()
    return graph
