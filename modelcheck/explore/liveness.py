"""Liveness: is there a fair behavior that violates a property?

Takes the behavior graph, the states and a goal (fairness and the negated property, `ltl.py`); gives a `Lasso`, a
reachable cycle that satisfies the goal, or None when there is none. The goal's `rest` becomes a tableau whose product
with the graph is explored; `finally_always` restricts it; cycles are looked for in its strongly connected components
(Tarjan 1972), and strong fairness is settled by taking away what a pair forbids and looking again (emptiness of
Streett automata: Emerson and Lei, "Modalities for model checking", SCP 8, 1987; Lichtenstein and Pnueli, POPL 1985).

Propositions are evaluated when a component asks for them and remembered, one byte a state or step. The stuttering step
of each state is part of the graph. Errors of evaluation come out as `EvalError`.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from modelcheck.engine.protocol import State
from modelcheck.explore.graph import Graph
from modelcheck.explore.ltl import Goal, Prop, Tableau, tableau
from modelcheck.ir.temporal import Atom

AtomTest: TypeAlias = Callable[[State, State], bool]
Step: TypeAlias = tuple[int, int]  # an edge (its number, or -1 - s for the stuttering step of s) and where it leads


@dataclass(frozen=True, slots=True)
class Lasso:
    """A behavior as numbers of states: `stem` up to the first state of the cycle, then `cycle` from there back to it.

    `cycle` begins with the state that `stem` ends with, and does not repeat it at its end; one state: it stutters, or
    has a step to itself.
    """

    stem: tuple[int, ...]
    cycle: tuple[int, ...]


class Truths:
    """The truth of propositions in states and over steps, evaluated once."""

    def __init__(self, graph: Graph, states: Sequence[State], test_of: Callable[[Atom], AtomTest]) -> None:
        self.graph = graph
        self.states = states
        self._test_of = test_of
        self._tests: dict[Prop, AtomTest] = {}
        self._in_state: dict[Prop, bytearray] = {}
        self._on_step: dict[Prop, bytearray] = {}

    def atom(self, atom: Atom) -> AtomTest:
        """The test of one atom."""
        return self._test(Prop("atom", (), atom))

    def in_state(self, prop: Prop, s: int) -> bool:
        """A state proposition in state s."""
        known = self._in_state.get(prop)
        if known is None:
            known = self._in_state[prop] = bytearray(len(self.graph))
        if not known[s]:
            state = self.states[s]
            known[s] = 2 if self._test(prop)(state, state) else 1
        return known[s] == 2

    def on_step(self, prop: Prop, s: int, step: Step) -> bool:
        """A proposition over a step out of s (a state proposition: in s)."""
        if not prop.is_step:
            return self.in_state(prop, s)
        known = self._on_step.get(prop)
        if known is None:
            known = self._on_step[prop] = bytearray(self.graph.edges() + len(self.graph))
        edge, _ = step
        at = edge if edge >= 0 else self.graph.edges() - 1 - edge
        if not known[at]:
            target = s if edge < 0 else self.graph.targets[edge]
            known[at] = 2 if self._test(prop)(self.states[s], self.states[target]) else 1
        return known[at] == 2

    def _test(self, prop: Prop) -> AtomTest:
        test = self._tests.get(prop)
        if test is None:
            test = self._tests[prop] = self._compile(prop)
        return test

    def _compile(self, prop: Prop) -> AtomTest:
        if prop.atom is not None:
            return self._test_of(prop.atom)
        parts = [self._test(arg) for arg in prop.args]
        if prop.op == "not":
            (only,) = parts
            return lambda s, t: not only(s, t)
        if prop.op == "and":
            return lambda s, t: all(part(s, t) for part in parts)
        return lambda s, t: any(part(s, t) for part in parts)


@dataclass(slots=True)
class _Region:
    """Part of the product in which a cycle is looked for: its nodes, and what its steps and nodes must not satisfy."""

    nodes: set[int] | None  # None: all reachable ones
    banned: tuple[Prop, ...]


class Emptiness:
    """Looks for a behavior that satisfies one goal."""

    def __init__(self, truths: Truths, goal: Goal, parents: Sequence[int]) -> None:
        """`parents[s]`: the state from which s was first reached; -1 for an initial one."""
        self.truths = truths
        self.graph = truths.graph
        self.goal = goal
        self.search_parents = parents
        self.automaton: Tableau = tableau(goal.rest)
        self.width = max(1, len(self.automaton.nodes))
        self._plain = self.width == 1 and not self.automaton.nodes[0].props if self.automaton.nodes else False
        self._here = [[p for p in n.props if not p.is_step] for n in self.automaton.nodes]
        self._steps = [[p for p in n.props if p.is_step] for n in self.automaton.nodes]
        self._always_here = [p for p in goal.finally_always if not p.is_step]
        self._always_steps = [p for p in goal.finally_always if p.is_step]
        self.parents: array[int] | None = None
        self.order: Sequence[int] = ()

    def find(self) -> Lasso | None:
        """A lasso that satisfies the goal, with a stem as short as there is; None: no behavior satisfies it."""
        if not self.automaton.nodes:
            return None
        self._reach()
        place = {node: i for i, node in enumerate(self.order)} if not self._plain else None
        components = list(self._components(self.order, _Region(None, ())))
        first = (lambda c: min(c)) if place is None else (lambda c: min(place[node] for node in c))
        for component in sorted(components, key=first):
            found = self._fair(component, ())
            if found is not None:
                return self._lasso(*found, place)
        return None

    # ---- the product ----------------------------------------------------------------------------------------

    def _allowed(self, s: int, q: int) -> bool:
        return all(self.truths.in_state(p, s) for p in self._here[q])

    def _reach(self) -> None:
        """Breadth first over the product; the plain case has been searched already."""
        if self._plain:
            self.order = range(len(self.graph))
            return
        width = self.width
        parents = array("q", [-2]) * (len(self.graph) * width)
        order = array("q")
        for s in self.graph.initial:
            for q in self.automaton.initial:
                node = s * width + q
                if parents[node] == -2 and self._allowed(s, q):
                    parents[node] = -1
                    order.append(node)
        at = 0
        while at < len(order):
            node = order[at]
            at += 1
            for _, target in self._product_steps(node):
                if parents[target] == -2:
                    parents[target] = node
                    order.append(target)
        self.parents, self.order = parents, order

    def _product_steps(self, node: int) -> Iterator[Step]:
        """The steps out of a node of the product, with the node each leads to."""
        s, q = divmod(node, self.width)
        needed, following = self._steps[q], self.automaton.successors[q]
        for edge, t in self._graph_steps(s):
            if needed and not all(self.truths.on_step(p, s, (edge, t)) for p in needed):
                continue
            for q2 in following:
                if self._allowed(t, q2):
                    yield edge, t * self.width + q2

    def _graph_steps(self, s: int) -> Iterator[Step]:
        yield -1 - s, s
        targets, begin, end = self.graph.targets, self.graph.offsets[s], self.graph.offsets[s + 1]
        for edge in range(begin, end):
            if targets[edge] != s:
                yield edge, targets[edge]

    # ---- components -----------------------------------------------------------------------------------------

    def _inside(self, node: int, region: _Region) -> bool:
        if region.nodes is not None and node not in region.nodes:
            return False
        s = node // self.width
        if not all(self.truths.in_state(p, s) for p in self._always_here):
            return False
        return not any(self.truths.in_state(p, s) for p in region.banned if not p.is_step)

    def _region_steps(self, node: int, region: _Region) -> Iterator[Step]:
        """Steps within a region (its nodes are known to be inside)."""
        s = node // self.width
        for step in self._product_steps(node):
            if not self._inside(step[1], region):
                continue
            if not all(self.truths.on_step(p, s, step) for p in self._always_steps):
                continue
            if any(p.is_step and self.truths.on_step(p, s, step) for p in region.banned):
                continue
            yield step

    def _components(self, nodes: Sequence[int], region: _Region) -> Iterator[list[int]]:
        """Strongly connected components that have a step inside (Tarjan's algorithm, without recursion)."""
        index: dict[int, int] = {}
        low: dict[int, int] = {}
        on_stack: set[int] = set()
        stack: list[int] = []
        for root in nodes:
            if root in index or not self._inside(root, region):
                continue
            index[root] = low[root] = len(index)
            stack.append(root)
            on_stack.add(root)
            work = [(root, self._region_steps(root, region))]
            while work:
                node, steps = work[-1]
                for _, target in steps:
                    if target not in index:
                        index[target] = low[target] = len(index)
                        stack.append(target)
                        on_stack.add(target)
                        work.append((target, self._region_steps(target, region)))
                        break
                    if target in on_stack and index[target] < low[node]:
                        low[node] = index[target]
                else:
                    work.pop()
                    if work and low[node] < low[work[-1][0]]:
                        low[work[-1][0]] = low[node]
                    if low[node] == index[node]:
                        component = []
                        while True:
                            member = stack.pop()
                            on_stack.discard(member)
                            component.append(member)
                            if member == node:
                                break
                        if len(component) > 1 or any(t == node for _, t in self._region_steps(node, region)):
                            yield component

    # ---- fairness -------------------------------------------------------------------------------------------

    def _fair(self, component: list[int], banned: tuple[Prop, ...]) -> tuple[list[int], _Region] | None:
        """A part of the component in which every requirement can be met again and again."""
        region = _Region(set(component), banned)
        automaton = self.automaton
        for accepting in automaton.accepting:
            if not any(node % self.width in accepting for node in component):
                return None
        for prop in self.goal.often:
            if not self._somewhere(prop, component, region):
                return None
        for p, q in self.goal.pairs:
            if p in banned or self._somewhere(q, component, region) or not self._somewhere(p, component, region):
                continue
            smaller = _Region(region.nodes, (*banned, p))
            for part in self._components(component, smaller):
                found = self._fair(part, smaller.banned)
                if found is not None:
                    return found
            return None
        return component, region

    def _somewhere(self, prop: Prop, component: Sequence[int], region: _Region) -> bool:
        if not prop.is_step:
            return any(self.truths.in_state(prop, node // self.width) for node in component)
        on_step = self.truths.on_step
        return any(
            on_step(prop, node // self.width, step)
            for node in component
            for step in self._region_steps(node, region)
        )

    # ---- the lasso ------------------------------------------------------------------------------------------

    def _lasso(self, component: list[int], region: _Region, place: dict[int, int] | None) -> Lasso:
        entry = min(component) if place is None else min(component, key=lambda node: place[node])
        cycle = self._cycle(entry, region)
        stem = [entry]
        while True:
            parent = (self.search_parents if self.parents is None else self.parents)[stem[-1]]
            if parent < 0:
                break
            stem.append(parent)
        width = self.width
        return Lasso(tuple(n // width for n in reversed(stem)), tuple(n // width for n in cycle))

    def _cycle(self, entry: int, region: _Region) -> list[int]:
        """A closed walk from `entry` that meets every requirement; short, not always the shortest."""
        wanted = self._requirements(region)
        walk = [entry]
        edges: list[Step] = []
        while wanted:
            path = self._nearest(walk[-1], region, wanted, edges)
            walk += [node for _, node in path]
            edges += path
            wanted = [w for w in wanted if not self._met(w, walk, edges)]
        if walk[-1] != entry or not edges:
            walk += [node for _, node in self._shortest(walk[-1], entry, region)]
        walk.pop()
        return walk

    def _requirements(self, region: _Region) -> list[Prop | frozenset[int]]:
        wanted: list[Prop | frozenset[int]] = [*self.automaton.accepting, *self.goal.often]
        assert region.nodes is not None
        nodes = sorted(region.nodes)
        wanted += [q for p, q in self.goal.pairs if p not in region.banned and self._somewhere(p, nodes, region)]
        return wanted

    def _met(self, want: Prop | frozenset[int], walk: list[int], edges: list[Step]) -> bool:
        if isinstance(want, frozenset):
            return any(node % self.width in want for node in walk)
        if not want.is_step:
            return any(self.truths.in_state(want, node // self.width) for node in walk)
        pairs = zip(walk, edges, strict=False)
        return any(self.truths.on_step(want, node // self.width, step) for node, step in pairs)

    def _nearest(
        self, start: int, region: _Region, wanted: list[Prop | frozenset[int]], edges: list[Step]
    ) -> list[Step]:
        """The shortest walk from `start` that meets one more requirement."""
        if any(self._met(w, [start], []) for w in wanted):
            return []
        came: dict[int, tuple[int, Step]] = {}
        queue = deque([start])
        seen = {start}
        while queue:
            node = queue.popleft()
            for step in self._region_steps(node, region):
                target = step[1]
                hit = any(self._met(w, [target], []) for w in wanted) or any(
                    isinstance(w, Prop) and w.is_step and self.truths.on_step(w, node // self.width, step)
                    for w in wanted
                )
                if hit:
                    return [*self._back(came, node, start), step]
                if target not in seen:
                    seen.add(target)
                    came[target] = (node, step)
                    queue.append(target)
        raise AssertionError("a requirement of a fair component cannot be reached inside it")

    def _shortest(self, start: int, goal: int, region: _Region) -> list[Step]:
        """The shortest walk of at least one step from `start` to `goal`."""
        came: dict[int, tuple[int, Step]] = {}
        queue = deque([start])
        seen: set[int] = set()
        while queue:
            node = queue.popleft()
            for step in self._region_steps(node, region):
                if step[1] == goal:
                    return [*self._back(came, node, start), step]
                if step[1] not in seen and step[1] != start:
                    seen.add(step[1])
                    came[step[1]] = (node, step)
                    queue.append(step[1])
        raise AssertionError("a component is not strongly connected")

    def _back(self, came: dict[int, tuple[int, Step]], node: int, start: int) -> list[Step]:
        path: list[Step] = []
        while node != start:
            node, step = came[node]
            path.append(step)
        return path[::-1]
