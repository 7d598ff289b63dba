"""Liveness: is there a fair behavior that violates a property?

Takes the behavior graph, the truth of atoms in it and a goal (fairness and the negated property, `ltl.py`); gives a
`Lasso`, a reachable cycle that satisfies the goal, or None when there is none. The goal's `rest` becomes a tableau; the
accepting components of the tableau tell which parts of the product with the graph can hold a cycle (`product.py`), and
`finally_always` narrows them. A state in which the behavior may stop is looked for first, then cycles, in the strongly
connected components of each part; strong fairness is settled by taking away what a pair forbids and looking again
(emptiness of Streett automata: Emerson and Lei, "Modalities for model checking", SCP 8, 1987; Lichtenstein and Pnueli,
POPL 1985).

The stuttering step of each state belongs to the graph. Errors of evaluation come out as `EvalError`.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence

from modelcheck.explore.lasso import Fair, Lasso, shortest_lasso
from modelcheck.explore.ltl import Goal, Prop, negation
from modelcheck.explore.product import Part, Product, conjoined, ones
from modelcheck.explore.truths import Truths, both

__all__ = ["Emptiness", "Lasso", "Truths"]


class Emptiness:
    """Looks for a behavior that satisfies one goal."""

    def __init__(self, truths: Truths, goal: Goal, parents: Sequence[int]) -> None:
        """`parents[s]`: a state from which s was reached, the first one if stems are to be short; -1: s is initial."""
        self.truths = truths
        self.goal = goal
        self.parents = parents
        self.product = Product(truths, goal)

    def find(self) -> Lasso | None:
        """A lasso that satisfies the goal; None: no behavior does.

        One that ends in stuttering if there is any. The stem is as short as can be, the cycle short.
        """
        for stuttering in (True, False):
            found = [*self._fair_parts(stuttering)]
            if found:
                return shortest_lasso(self.product, self.parents, found, stuttering)
        return None

    def exists(self) -> bool:
        """Whether some behavior satisfies the goal."""
        return any(True for stuttering in (True, False) for _ in self._fair_parts(stuttering))

    def _fair_parts(self, stuttering: bool) -> Iterator[Fair]:
        for part in self.product.parts(stuttering):
            if stuttering and part.whole:
                yield from self._where_it_may_stop(part)
                continue
            loops = not part.whole or self.truths.graph.loops
            for component in part.components(loops):
                yield from self._fair(part, component, (), loops)

    # ---- stuttering -----------------------------------------------------------------------------------------

    def _where_it_may_stop(self, part: Part) -> Iterator[Fair]:
        """The nodes of a part with one tableau node at which stuttering forever satisfies the goal."""
        goal, graph = self.goal, self.truths.graph
        pairs = [Prop("or", (q, negation(p))) for p, q in goal.pairs]
        first = part.only in self.product.anywhere  # the search has reached no other in fewer steps
        every = conjoined([*goal.often, self.product.demand(part.only), *pairs])
        vectors = self.truths.step_vectors(every)
        if vectors is not None:
            own = vectors[1] if part.inside is None else both(vectors[1], part.inside)
            nodes = array("i", [own.find(1)] if first and 1 in own else [] if first else ones(own))
        else:
            self.truths.eager = False
            test, edges, nodes = self.truths.step(every), graph.edges(), array("i")
            for s in part.nodes():
                if test(s, edges + s):
                    nodes.append(s)
                    if first:
                        break
        if nodes:
            yield Fair(part, nodes, ())

    # ---- components -----------------------------------------------------------------------------------------

    def _fair(
        self, part: Part, component: array[int], banned: tuple[Prop, ...], loops: bool, obeys: bool = False
    ) -> Iterator[Fair]:
        """The parts of a component in which every requirement can be met again and again."""
        self.truths.eager = True
        if not obeys and self.product.demands_something:
            self.product.obey(part, component)
            for inner in part.components_of(component, loops):
                yield from self._fair(part, inner, banned, loops, True)
            return
        if part.tableau is not None:
            present = {part.tableau[node] for node in component}
            if any(present.isdisjoint(accepting) for accepting in self.product.automaton.accepting):
                return
        for prop in self.goal.often:
            if not part.somewhere(self.truths, prop, component):
                return
        for p, q in self.goal.pairs:
            if p in banned or part.somewhere(self.truths, q, component):
                continue
            if part.somewhere(self.truths, p, component):
                left = part.without(self.truths, p, component)
                for inner in part.components_of(left, loops):
                    yield from self._fair(part, inner, (*banned, p), loops, True)
                return
        yield Fair(part, component, banned)
