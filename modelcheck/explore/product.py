"""The product of the behavior graph with the tableau of a goal: what is reached, and the parts that can hold a cycle.

A cycle stays in one strongly connected component of the tableau, nearly always a single node with a step to itself.
Such a part is the graph itself with a mask of the states that count; a larger one is copied into compressed arrays of
its own. What the steps must satisfy is left aside at first, and asked of the components of a part only.

A tableau node that asks for nothing and may be stayed in from the start on is reached together with every state, and is
not explored: that is where the waiting for a violation takes place.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from modelcheck.explore.graph import components
from modelcheck.explore.ltl import Goal, Prop, Tableau, tableau
from modelcheck.explore.truths import StateTest, StepTest, Truths

REACHED, REFUSED = 2, 1


@dataclass(slots=True)
class Part:
    """Part of the product, in compressed arrays; its nodes and edges are numbered.

    `states[n]`: the state of node n; `tableau[n]`: its tableau node (None: all have the one `only`); `steps[k]`: the
    step of the graph that edge k is. `whole`: nodes and edges are those of the graph, those outside the mask `inside`
    do not count, and every node also has its stuttering step.
    """

    offsets: Sequence[int]
    targets: Sequence[int]
    states: Sequence[int]
    steps: Sequence[int]
    edges: int  # of the graph: the stuttering step of state s has number edges + s
    only: int
    tableau: Sequence[int] | None = None
    inside: bytearray | None = None
    whole: bool = False
    obeys: bool = False  # its edges satisfy what steps must satisfy
    _members: bytearray | None = None

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def nodes(self) -> Iterator[int]:
        """The nodes that count."""
        if self.inside is None:
            yield from range(len(self))
        else:
            node = -1
            while (node := self.inside.find(1, node + 1)) >= 0:
                yield node

    def tableau_node(self, node: int) -> int:
        """The node of the tableau."""
        return self.only if self.tableau is None else self.tableau[node]

    def out(self, node: int) -> Iterator[tuple[int, int]]:
        """The edges out of a node: where each leads, and its step."""
        if self.whole:
            yield node, self.edges + self.states[node]
        for edge in range(self.offsets[node], self.offsets[node + 1]):
            yield self.targets[edge], self.steps[edge]

    def somewhere(self, truths: Truths, prop: Prop, component: Sequence[int]) -> bool:
        """Whether a proposition holds at some node or on some edge inside a component."""
        in_states, on_steps = _disjuncts(prop)
        if in_states is not None:
            test, states = truths.state(in_states), self.states
            for node in component:
                if test(states[node]):
                    return True
        if on_steps is None:
            return False
        inside = self._mark(component)
        try:
            return self._on_some_edge(truths.step(on_steps), component, inside)
        finally:
            for node in component:
                inside[node] = 0

    def _on_some_edge(self, test: StepTest, component: Sequence[int], inside: bytearray) -> bool:
        offsets, targets, states, steps = self.offsets, self.targets, self.states, self.steps
        for node in component:
            s = states[node]
            for edge in range(offsets[node], offsets[node + 1]):
                if inside[targets[edge]] and test(s, steps[edge]):
                    return True
            if self.whole and test(s, self.edges + s):
                return True
        return False

    def _mark(self, component: Sequence[int]) -> bytearray:
        if self._members is None:
            self._members = bytearray(len(self))
        for node in component:
            self._members[node] = 1
        return self._members

    def mask(self, component: Sequence[int]) -> bytearray:
        """A byte a node: 1 for those of the component."""
        out = bytearray(len(self))
        for node in component:
            out[node] = 1
        return out

    def without(self, truths: Truths, prop: Prop, component: Sequence[int]) -> Part:
        """The part of a component where a proposition is false."""
        if prop.is_step:
            test = truths.step(prop)
            return self.narrowed(component, lambda node, step: not test(self.states[node], step))
        banned = truths.state(prop)
        return self.narrowed([node for node in component if not banned(self.states[node])], None)

    def narrowed(self, kept: Sequence[int], keeps: Callable[[int, int], bool] | None) -> Part:
        """A copy of some nodes with the edges between them that `keeps(node, step)` is true of (None: all)."""
        number_of = self._numbering(kept)
        offsets, targets, steps = array("q", [0]), array("i"), array("q")
        for node in kept:
            for target, step in self.out(node):
                number = number_of(target)
                if number >= 0 and (keeps is None or keeps(node, step)):
                    targets.append(number)
                    steps.append(step)
            offsets.append(len(targets))
        kinds = None if self.tableau is None else array("i", [self.tableau[node] for node in kept])
        states = array("i", [self.states[node] for node in kept])
        obeys = self.obeys or keeps is not None
        return Part(offsets, targets, states, steps, self.edges, self.only, kinds, obeys=obeys)

    def _numbering(self, kept: Sequence[int]) -> Callable[[int], int]:
        """The place of a node among some, -1 if it is not there: a table for many nodes, a dictionary for few."""
        if len(kept) * 32 < len(self):
            few = {node: i for i, node in enumerate(kept)}
            return lambda node: few.get(node, -1)
        table = array("i", [-1]) * len(self)
        for i, node in enumerate(kept):
            table[node] = i
        return table.__getitem__


def _disjuncts(prop: Prop) -> tuple[Prop | None, Prop | None]:
    """A proposition as a disjunction of one on states and one on steps; None for one that is absent."""
    if not prop.is_step:
        return prop, None
    if prop.op != "or":
        return None, prop
    kinds: tuple[list[Prop], list[Prop]] = ([], [])
    for arg in _flat(prop):
        kinds[arg.is_step].append(arg)
    in_states, on_steps = (Prop("or", tuple(args)) if args else None for args in kinds)
    return in_states, on_steps


def _flat(prop: Prop) -> Iterator[Prop]:
    for arg in prop.args:
        if arg.op == "or":
            yield from _flat(arg)
        else:
            yield arg


class Product:
    """The product for one goal. It is explored when its parts are first asked for."""

    def __init__(self, truths: Truths, goal: Goal) -> None:
        self.truths = truths
        self.graph = truths.graph
        self.goal = goal
        self.automaton: Tableau = tableau(goal.rest)
        nodes = self.automaton.nodes
        self.width = max(1, len(nodes))
        self._here = [[truths.state(p) for p in n.props if not p.is_step] for n in nodes]
        self._steps = [[truths.step(p) for p in n.props if p.is_step] for n in nodes]
        self._always = [truths.step(p) for p in goal.finally_always if p.is_step]
        self.anywhere = frozenset(q for q in self.automaton.initial if self._asks_nothing(q))
        self._cyclic = [kind for kind in self._tableau_components() if self._accepts(kind)]
        self._marks: list[bytearray] | None = None
        self._known: dict[int, Part] = {}

    def _asks_nothing(self, q: int) -> bool:
        return not self.automaton.nodes[q].props and q in self.automaton.successors[q]

    def _tableau_components(self) -> list[list[int]]:
        offsets, targets = array("q", [0]), array("i")
        for following in self.automaton.successors:
            targets.extend(following)
            offsets.append(len(targets))
        return [sorted(component) for component in components(offsets, targets)]

    def _accepts(self, kind: list[int]) -> bool:
        return all(not accepting.isdisjoint(kind) for accepting in self.automaton.accepting)

    # ---- what is reached ------------------------------------------------------------------------------------

    def allowed(self, s: int, q: int) -> bool:
        """Whether the tableau node's propositions hold in the state."""
        for test in self._here[q]:
            if not test(s):
                return False
        return True

    def out(self, s: int, q: int) -> Iterator[int]:
        """The states that a step from (s, q) may lead to, itself first: the steps satisfy what q asks of them."""
        graph, tests = self.graph, self._steps[q]
        if all(test(s, graph.edges() + s) for test in tests):
            yield s
        for step in range(graph.offsets[s], graph.offsets[s + 1]):
            if all(test(s, step) for test in tests):
                yield graph.targets[step]

    @property
    def marks(self) -> list[bytearray]:
        """For each tableau node, a byte a state: REACHED together, REFUSED, or 0."""
        if self._marks is None:
            self._marks = self._reach()
        return self._marks

    def _reach(self) -> list[bytearray]:
        graph, successors, width = self.graph, self.automaton.successors, self.width
        size = len(graph)
        marks = [bytearray([REACHED]) * size if q in self.anywhere else bytearray(size) for q in range(width)]
        wanted = self._on_the_way()
        ahead = [[after for after in following if after in wanted] for following in successors]
        waiting = array("q")  # product nodes (s, q) as s * width + q
        arrivals: list[tuple[Sequence[int], int]] = [(graph.initial, q) for q in self.automaton.initial if q in wanted]
        arrivals += [(range(size), after) for q in sorted(self.anywhere) for after in ahead[q]]
        while True:
            for targets, q in arrivals:
                mark = marks[q]
                for s in targets:
                    if not mark[s]:
                        mark[s] = REFUSED
                        if self.allowed(s, q):
                            mark[s] = REACHED
                            waiting.append(s * width + q)
            if not waiting:
                return marks
            s, q = divmod(waiting.pop(), width)
            arrivals = []
            if ahead[q]:
                following = list(self.out(s, q)) if self._steps[q] else [s, *graph.steps(s)]
                arrivals = [(following, after) for after in ahead[q]]

    def _on_the_way(self) -> set[int]:
        """The tableau nodes from which an accepting component can be reached, but for those reached anywhere."""
        found = {q for kind in self._cyclic for q in kind}
        grown = True
        while grown:
            more = {q for q, after in enumerate(self.automaton.successors) if not found.isdisjoint(after)}
            grown = not more <= found
            found |= more
        return found - self.anywhere

    # ---- its parts ------------------------------------------------------------------------------------------

    def parts(self, stuttering: bool) -> Iterator[Part]:
        """The parts of the product that a cycle which satisfies the goal can be in.

        `stuttering`: only with stuttering steps (parts that are the whole graph are the same in both cases).
        """
        here = [self.truths.state(p) for p in self.goal.finally_always if not p.is_step]
        for kind in self._cyclic:
            if len(kind) > 1:
                yield self._copied(kind, here, stuttering)
                continue
            if kind[0] not in self._known:
                self._known[kind[0]] = self._masked(kind[0], here)
            yield self._known[kind[0]]

    def demands(self, q: int) -> list[StepTest]:
        """What the steps of a cycle must satisfy at a tableau node."""
        return [*self._steps[q], *self._always]

    def obeying(self, part: Part, component: Sequence[int]) -> Part | None:
        """A component without the edges that a cycle must not use; None: it may use all of them."""
        if part.obeys or not any(self.demands(q) for kind in self._cyclic for q in kind):
            return None
        demands = [self.demands(q) for q in range(self.width)]

        def keeps(node: int, step: int) -> bool:
            s = part.states[node]
            return all(test(s, step) for test in demands[part.tableau_node(node)])

        return part.narrowed(component, keeps)

    def _masked(self, q: int, here: list[StateTest]) -> Part:
        graph = self.graph
        size = len(graph)
        inside: bytearray | None = None
        if q not in self.anywhere or here:
            mark = self.marks[q]
            inside = bytearray(mark.translate(_IS_REACHED))
            if here:
                node = -1
                while (node := inside.find(1, node + 1)) >= 0:
                    if not all(test(node) for test in here):
                        inside[node] = 0
        return Part(
            graph.offsets, graph.targets, range(size), range(graph.edges()), graph.edges(), q, None, inside, True
        )

    def _copied(self, kind: list[int], here: list[StateTest], stuttering: bool) -> Part:
        graph, marks, edges = self.graph, self.marks, self.graph.edges()
        states, kinds = array("i"), array("i")
        numbers = {q: array("i", [-1]) * len(graph) for q in kind}
        for q in kind:
            for s in range(len(graph)):
                if marks[q][s] == REACHED and all(test(s) for test in here):
                    numbers[q][s] = len(states)
                    states.append(s)
                    kinds.append(q)
        offsets, targets, steps = array("q", [0]), array("i"), array("q")
        for s, q in zip(states, kinds, strict=True):
            following = [numbers[after] for after in self.automaton.successors[q] if after in numbers]
            own = () if stuttering else range(graph.offsets[s], graph.offsets[s + 1])
            for step in (edges + s, *own):
                t = s if step >= edges else graph.targets[step]
                for number in following:
                    if number[t] >= 0:
                        targets.append(number[t])
                        steps.append(step)
            offsets.append(len(targets))
        return Part(offsets, targets, states, steps, edges, kind[0], kinds)


_IS_REACHED = bytes(1 if byte == REACHED else 0 for byte in range(256))
