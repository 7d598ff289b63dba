"""The product of the behavior graph with the tableau of a goal: what is reached, and the parts that can hold a cycle.

A cycle stays in one strongly connected component of the tableau, nearly always a single node with a step to itself.
Such a part is the graph itself with a mask of the states that count; a larger one is copied into compressed arrays of
its own. What the steps must satisfy is left aside at first, and asked of the components of a part only.

A tableau node that asks for nothing and may be stayed in from the start on is reached together with every state, and is
not explored: that is where the waiting for a violation takes place.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

from modelcheck.core.graph import REACHED, REFUSED, Place, bit, chosen
from modelcheck.explore.graph import components, unvisited
from modelcheck.explore.ltl import TRUE, Goal, Prop, Tableau, tableau
from modelcheck.explore.truths import StepTest, Truths, both
from modelcheck.records import dataclass, field, replace


@dataclass(slots=True)
class Part:
    """Part of the product, in compressed arrays; its nodes and edges are numbered.

    `states[n]`: the state of node n; `tableau[n]`: its tableau node (None: all have the one `only`); `steps[k]`: the
    step of the graph that edge k is (`states` and `steps` None: the same number). `whole`: nodes and edges are those of
    the graph, those outside the mask `inside` do not count, and every node also has its stuttering step. Edges that a
    cycle must not use are taken away one component after the other (`cut`, `cut_own` for stuttering steps).
    """

    offsets: array[int]
    targets: array[int]
    states: array[int] | None
    steps: array[int] | None
    edges: int  # of the graph: the stuttering step of state s has number edges + s
    only: int
    tableau: Sequence[int] | None = None
    inside: bytearray | None = None
    whole: bool = False
    mark: bytearray = field(default_factory=bytearray)
    cut: bytearray | None = None
    cut_own: bytearray | None = None
    _lowest: array[int] = field(default_factory=lambda: array("i"))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def fresh(self) -> Part:
        """The same part with nothing cut."""
        return replace(self, mark=bytearray(), cut=None, cut_own=None, _lowest=array("i"))

    def nodes(self) -> Iterator[int]:
        """The nodes that count."""
        return iter(range(len(self))) if self.inside is None else ones(self.inside)

    def state(self, node: int) -> int:
        """The state of a node."""
        return node if self.states is None else self.states[node]

    def tableau_node(self, node: int) -> int:
        """The node of the tableau."""
        return self.only if self.tableau is None else self.tableau[node]

    def out(self, node: int) -> Iterator[tuple[int, int]]:
        """The edges out of a node: where each leads, and its step."""
        if self.whole and not (self.cut_own is not None and self.cut_own[node]):
            yield node, self.edges + self.state(node)
        for edge in range(self.offsets[node], self.offsets[node + 1]):
            if not (self.cut is not None and bit(self.cut, edge)):
                yield self.targets[edge], edge if self.steps is None else self.steps[edge]

    # ---- components -----------------------------------------------------------------------------------------

    def components(self, loops: bool) -> Iterator[array[int]]:
        """The strongly connected components with an edge inside (a stuttering step of a `whole` part is none).

        `loops`: there may be edges from a node to itself.
        """
        self._lowest = unvisited(len(self), self.inside)
        return chosen().walk(self.offsets, self.targets, None, self._lowest, self.cut, loops)

    def components_of(self, nodes: array[int], loops: bool) -> Iterator[array[int]]:
        """Those among some nodes of one component, without what was cut since."""
        return chosen().walk(self.offsets, self.targets, nodes, self._lowest, self.cut, loops)

    def somewhere(self, truths: Truths, prop: Prop, component: array[int]) -> bool:
        """Whether a proposition holds at some node or on some edge inside a component."""
        in_states, on_steps = _disjuncts(prop)
        if in_states is not None:
            known = truths.state_vector(in_states)
            if known is not None:
                if chosen().some_node(self, component, known):
                    return True
            else:
                test = truths.state(in_states)
                for node in component:
                    if test(self.state(node)):
                        return True
        if on_steps is None:
            return False
        vectors = truths.step_vectors(on_steps)
        self._prepare()
        if vectors is not None:
            return chosen().some_edge(self, component, *vectors)
        for node in component:
            self.mark[node] = 1
        try:
            return self._on_some_edge(truths.step(on_steps), component)
        finally:
            for node in component:
                self.mark[node] = 0

    def _on_some_edge(self, test: StepTest, component: Sequence[int]) -> bool:
        mark = self.mark
        for node in component:
            s, own = self.state(node), None
            for target, step in self.out(node):
                if self.whole and target == node and step >= self.edges:
                    own = step  # last, as it seldom holds
                elif mark[target] and test(s, step):
                    return True
            if own is not None and test(s, own):
                return True
        return False

    def _prepare(self) -> None:
        if not self.mark:
            self.mark = bytearray(len(self))

    def mask(self, component: Sequence[int]) -> bytearray:
        """A byte a node: 1 for those of the component."""
        out = bytearray(len(self))
        for node in component:
            out[node] = 1
        return out

    def without(self, truths: Truths, prop: Prop, component: array[int]) -> array[int]:
        """Take away the nodes or the edges of a component where a proposition holds; the nodes that are left."""
        if prop.is_step:
            self.cut_where(truths, prop, component, True)
            return component
        known = truths.state_vector(prop)
        if known is not None:
            return array("i", [node for node in component if not known[self.state(node)]])
        banned = truths.state(prop)
        return array("i", [node for node in component if not banned(self.state(node))])

    def cut_where(
        self, truths: Truths, prop: Prop, nodes: array[int], truth: bool, component: array[int] | None = None
    ) -> None:
        """Take away the edges out of some nodes of a component (None: all) over which a proposition is `truth`."""
        if self.cut is None:
            self.cut, self.cut_own = bytearray((len(self.targets) + 7) // 8), bytearray(len(self))
        vectors = truths.step_vectors(prop)
        if vectors is not None:
            chosen().cut_edges(self, nodes, *vectors, truth)
            return
        self._prepare()
        inside = nodes if component is None else component
        for node in inside:
            self.mark[node] = 1
        try:
            for node in nodes:
                self._cut_out_of(node, truths.step(prop), truth)
        finally:
            for node in inside:
                self.mark[node] = 0

    def _cut_out_of(self, node: int, test: StepTest, truth: bool) -> None:
        """Take away the edges out of a node, to marked ones, of which a test is `truth`."""
        assert self.cut is not None and self.cut_own is not None
        s = self.state(node)
        if self.whole and not self.cut_own[node] and test(s, self.edges + s) is truth:
            self.cut_own[node] = 1
        for edge in range(self.offsets[node], self.offsets[node + 1]):
            if self.mark[self.targets[edge]] and not bit(self.cut, edge):
                step = edge if self.steps is None else self.steps[edge]
                if test(s, step) is truth:
                    self.cut[edge >> 3] |= 1 << (edge & 7)


def ones(mask: bytes | bytearray) -> Iterator[int]:
    """The places of the bytes that are 1."""
    place = -1
    while (place := mask.find(1, place + 1)) >= 0:
        yield place


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
        self._here = [conjoined(p for p in n.props if not p.is_step) for n in nodes]
        self._steps = [conjoined(p for p in n.props if p.is_step) for n in nodes]
        self._always = [p for p in goal.finally_always if p.is_step]
        self._always_here = conjoined(p for p in goal.finally_always if not p.is_step)
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
        return self.truths.state(self._here[q])(s)

    def out(self, s: int, q: int) -> Iterator[int]:
        """The states that a step from (s, q) may lead to, itself first: the steps satisfy what q asks of them."""
        graph, test = self.graph, self.truths.step(self._steps[q])
        if test(s, graph.edges() + s):
            yield s
        for step in range(graph.offsets[s], graph.offsets[s + 1]):
            if test(s, step):
                yield graph.targets[step]

    @property
    def marks(self) -> list[bytearray]:
        """For each tableau node, a byte a state: REACHED together, REFUSED, or 0."""
        if self._marks is None:
            self._marks = self._reach()
        return self._marks

    def _reach(self) -> list[bytearray]:
        size = len(self.graph)
        marks = [bytearray([REACHED]) * size if q in self.anywhere else bytearray(size) for q in range(self.width)]
        wanted = self._on_the_way()
        ahead = [array("i", [after for after in following if after in wanted])
                 for following in self.automaton.successors]  # fmt: skip
        arrivals: list[tuple[Sequence[int], int]] = [
            (self.graph.initial, q) for q in self.automaton.initial if q in wanted
        ]
        arrivals += [(range(size), after) for q in sorted(self.anywhere) for after in ahead[q]]
        places = self._places(marks, ahead, wanted)
        if places is None:
            self._reach_one_by_one(marks, ahead, arrivals)
            return marks
        steps = (self.graph.offsets, self.graph.targets)
        for count in sorted({states.stop for states, _ in arrivals if isinstance(states, range)}, reverse=True):
            chosen().reach_whole(*steps, places, array("i", [q for s, q in arrivals if s == range(count)]), count)
        for states, q in arrivals:
            if not isinstance(states, range):
                chosen().reach(*steps, places, array("q", [s * self.width + q for s in states]))
        return marks

    def places(self) -> list[Place] | None:
        """The tableau nodes with all ways between them, if it is known everywhere what satisfies them."""
        marks, ahead = [bytearray()] * self.width, [array("i", after) for after in self.automaton.successors]
        return self._places(marks, ahead, set(range(len(ahead)))) if ahead else None

    def _places(self, marks: list[bytearray], ahead: list[array[int]], wanted: set[int]) -> list[Place] | None:
        """The tableau nodes for `reach`, if it is known everywhere what satisfies them."""
        places = []
        for q in range(self.width):
            place = Place(marks[q], ahead[q])
            places.append(place)
            if q not in wanted:
                continue
            if self._here[q] != TRUE:
                here = self.truths.state_vector(self._here[q])
                if here is None:
                    return None
                place.here = here
            if self._steps[q] != TRUE and ahead[q]:
                vectors = self.truths.step_vectors(self._steps[q])
                if vectors is None:
                    return None
                place.on, place.own = vectors
        return places

    def _reach_one_by_one(
        self, marks: list[bytearray], ahead: list[array[int]], arrivals: list[tuple[Sequence[int], int]]
    ) -> None:
        """The same where propositions are evaluated when the way comes upon them."""
        graph, width = self.graph, self.width
        waiting = array("q")  # product nodes (s, q) as s * width + q
        tests = [self.truths.state(prop) for prop in self._here]
        while True:
            for targets, q in arrivals:
                mark, test = marks[q], tests[q]
                for s in targets:
                    if not mark[s]:
                        mark[s] = REFUSED
                        if test(s):
                            mark[s] = REACHED
                            waiting.append(s * width + q)
            if not waiting:
                return
            s, q = divmod(waiting.pop(), width)
            arrivals = []
            if ahead[q]:
                following = list(self.out(s, q)) if self._steps[q] != TRUE else [s, *graph.steps(s)]
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
        for kind in self._cyclic:
            if len(kind) > 1:
                yield self._copied(kind, stuttering)
                continue
            if kind[0] not in self._known:
                self._known[kind[0]] = self._masked(kind[0])
            yield self._known[kind[0]].fresh()

    def demand(self, q: int) -> Prop:
        """What the steps of a cycle must satisfy at a tableau node."""
        return conjoined([*([] if self._steps[q] == TRUE else [self._steps[q]]), *self._always])

    @property
    def demands_something(self) -> bool:
        """Whether the steps of a cycle must satisfy anything."""
        return any(self.demand(q) != TRUE for kind in self._cyclic for q in kind)

    def obey(self, part: Part, component: array[int]) -> None:
        """Take away the edges of a component that a cycle must not use."""
        if part.tableau is None:
            part.cut_where(self.truths, self.demand(part.only), component, False)
            return
        by_node: dict[int, array[int]] = {}
        for node in component:
            by_node.setdefault(part.tableau[node], array("i")).append(node)
        for q, nodes in by_node.items():
            part.cut_where(self.truths, self.demand(q), nodes, False, component)

    def _masked(self, q: int) -> Part:
        graph, inside = self.graph, None
        if q not in self.anywhere or self._always_here != TRUE:
            inside = bytearray(self.marks[q].translate(_IS_REACHED))
            if self._always_here != TRUE:
                known = self.truths.state_vector(self._always_here)
                if known is not None:
                    inside = bytearray(both(inside, known))
                else:
                    test = self.truths.state(self._always_here)
                    for node in ones(inside):
                        if not test(node):
                            inside[node] = 0
        return Part(graph.offsets, graph.targets, None, None, graph.edges(), q, None, inside, True)

    def _copied(self, kind: list[int], stuttering: bool) -> Part:
        graph, marks, edges = self.graph, self.marks, self.graph.edges()
        here = self.truths.state(self._always_here)
        states, kinds = array("i"), array("i")
        numbers = {q: array("i", [-1]) * len(graph) for q in kind}
        for q in kind:
            for s in range(len(graph)):
                if marks[q][s] == REACHED and here(s):
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


def conjoined(props: Iterable[Prop]) -> Prop:
    """`/\\` of propositions."""
    items = tuple(props)
    return items[0] if len(items) == 1 else Prop("and", items)


_IS_REACHED = bytes(1 if byte == REACHED else 0 for byte in range(256))
