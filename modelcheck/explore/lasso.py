"""From fair parts of the product to the lasso that is shown: a shortest stem into one of them, then a short cycle.

The cycle is a closed walk that meets every requirement of the goal: from where the stem enters, always on to the
nearest node or edge that meets one more, then back by a shortest way. Of the entries that equally short stems lead to
a few are tried and the shortest cycle is kept.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from heapq import nsmallest
from itertools import islice

from modelcheck.core.graph import HITS_MAX, UNSEEN, chosen
from modelcheck.explore.ltl import Prop
from modelcheck.explore.product import Part, Product
from modelcheck.explore.truths import Truths
from modelcheck.records import dataclass

ENTRIES_MAX = HITS_MAX
Edge = tuple[int, int, int]  # of a part: from a node, to a node, by which step of the graph


@dataclass(frozen=True, slots=True)
class Lasso:
    """A behavior as numbers of states: `stem` up to the first state of the cycle, then `cycle` from there back to it.

    `cycle` begins with the state that `stem` ends with, and does not repeat it at its end; it is that one state if the
    behavior `stutters` (otherwise too, where a view or symmetry makes one state of two).
    """

    stem: tuple[int, ...]
    cycle: tuple[int, ...]
    stutters: bool = False


@dataclass(slots=True)
class Fair:
    """Nodes of a part among which every requirement can be met forever without what is `banned`."""

    part: Part
    nodes: Sequence[int]
    banned: tuple[Prop, ...]


def shortest_lasso(product: Product, parents: Sequence[int], found: Sequence[Fair], stutters: bool) -> Lasso:
    """The lasso into one of the parts found (there is at least one). `stutters`: they have no other steps."""
    best: Lasso | None = None
    cycles: dict[int, _Cycles] = {}
    for stem, fair, node in islice(_stems(product, parents, found), ENTRIES_MAX):
        if stutters:
            return Lasso(tuple(stem), (stem[-1],), True)
        walker = cycles.setdefault(id(fair), _Cycles(product, fair))
        lasso = _rolled(stem, _states(fair.part, walker.from_(node)))
        if best is None or len(lasso.stem) + len(lasso.cycle) < len(best.stem) + len(best.cycle):
            best = lasso
    assert best is not None
    return best


def _states(part: Part, walk: Sequence[int]) -> list[int]:
    """The states of a closed walk; a state that follows itself is shown once (formulas do not count stuttering)."""
    numbers = [part.state(node) for node in walk]
    out = [s for i, s in enumerate(numbers) if i == 0 or s != numbers[i - 1]]
    while len(out) > 1 and out[-1] == out[0]:
        out.pop()
    return out


def _rolled(stem: list[int], cycle: list[int]) -> Lasso:
    """The shortest way to write the same infinite sequence of states."""
    size = next(n for n in range(1, len(cycle) + 1) if len(cycle) % n == 0 and cycle[n:] == cycle[: len(cycle) - n])
    cycle = cycle[:size]
    while len(stem) > 1 and stem[-2] == cycle[-1]:
        stem = stem[:-1]
        cycle = [*cycle[-1:], *cycle[:-1]]
    return Lasso(tuple(stem), tuple(cycle))


# ---- stems --------------------------------------------------------------------------------------------------


def _stems(product: Product, parents: Sequence[int], found: Sequence[Fair]) -> Iterator[tuple[list[int], Fair, int]]:
    """Shortest stems (all of one length) into the parts: states, the part, the node of it where they end."""
    if all(fair.part.tableau is None and fair.part.only in product.anywhere for fair in found):
        yield from _known_stems(parents, found)
        return
    goals = [bytearray(len(product.graph)) for _ in range(product.width)]
    for fair in found:
        for node in fair.nodes:
            goals[fair.part.tableau_node(node)][fair.part.state(node)] = 1
    came = array("q", [UNSEEN]) * (len(product.graph) * product.width)
    first = array("q", [s * product.width + q for s in product.graph.initial for q in product.automaton.initial])
    places = product.places()
    if places is not None:
        marks = bytearray(len(came))
        for q, mark in enumerate(goals):
            marks[q :: product.width] = mark
        hits = chosen().levels(product.graph.offsets, product.graph.targets, places, first, marks, came)
        assert hits, "a fair part is reached by no stem"
    else:
        hits = _levels(product, first, goals, came)
    for hit in hits[:ENTRIES_MAX]:
        stem, at = [hit // product.width], came[hit]
        while at >= 0:
            if at // product.width != stem[-1]:
                stem.append(at // product.width)
            at = came[at]
        yield stem[::-1], *_owner(found, *divmod(hit, product.width))


def _levels(product: Product, first: Sequence[int], goals: Sequence[bytearray], came: array[int]) -> list[int]:
    """What `levels` of the loops gives, where propositions are evaluated when the way comes upon them."""
    level: list[int] = []
    for node in first:
        if came[node] == UNSEEN and product.allowed(*divmod(node, product.width)):
            came[node] = -1
            level.append(node)
    while not (hits := [node for node in level if goals[node % product.width][node // product.width]]):
        level = _next_level(product, level, came)
    return hits


def _next_level(product: Product, level: list[int], came: array[int]) -> list[int]:
    """The product nodes one step further that were not met before."""
    out: list[int] = []
    for node in level:
        s, q = divmod(node, product.width)
        for t in product.out(s, q):
            for after in product.automaton.successors[q]:
                following = t * product.width + after
                if came[following] == UNSEEN and product.allowed(t, after):
                    came[following] = node
                    out.append(following)
    assert out, "a fair part is reached by no stem"
    return out


def _owner(found: Sequence[Fair], s: int, q: int) -> tuple[Fair, int]:
    """The part that a product node belongs to, and its number there."""
    for fair in found:
        for node in fair.nodes:
            if fair.part.state(node) == s and fair.part.tableau_node(node) == q:
                return fair, node
    raise AssertionError("an entry of a fair part belongs to none")


def _known_stems(parents: Sequence[int], found: Sequence[Fair]) -> Iterator[tuple[list[int], Fair, int]]:
    """Stems along the parents of the search, which reached every state the shortest way and in that order."""
    entries = sorted(
        (s, i, node)
        for i, fair in enumerate(found)
        for s, node in nsmallest(ENTRIES_MAX, ((fair.part.state(node), node) for node in fair.nodes))
    )
    length = 0
    for s, i, node in entries:
        stem = [s]
        while parents[stem[-1]] >= 0:
            stem.append(parents[stem[-1]])
        length = length or len(stem)
        if len(stem) > length:
            return
        yield stem[::-1], found[i], node


# ---- cycles -------------------------------------------------------------------------------------------------


class _Cycles:
    """Closed walks in one fair part."""

    def __init__(self, product: Product, fair: Fair) -> None:
        self.part = fair.part
        self.inside = fair.part.mask(fair.nodes)
        self.truths = product.truths
        self.wanted = [_Wanted(self.part, self.truths, prop) for prop in product.goal.often]
        if self.part.tableau is not None:
            self.wanted += [_Wanted(self.part, None, accepting) for accepting in product.automaton.accepting]
        self.pairs = [
            (_Wanted(self.part, self.truths, p), _Wanted(self.part, self.truths, q))
            for p, q in product.goal.pairs
            if p not in fair.banned
        ]

    def from_(self, entry: int) -> list[int]:
        """The nodes of a closed walk from `entry` on; `entry` is not repeated at its end."""
        wanted = list(self.wanted)
        while True:
            walk = self._closed_walk(entry, wanted)
            more = [q for p, q in self.pairs if any(map(p.test, walk)) and not any(map(q.test, walk))]
            if not more:
                return [before for before, _, _ in walk]
            wanted += more  # strong fairness of an action that this walk enables

    def _closed_walk(self, entry: int, wanted: list[_Wanted]) -> list[Edge]:
        walk: list[Edge] = []
        at, left = entry, list(wanted)
        while left:
            walk += self._way_over(at, left)
            at = walk[-1][1]
            left = [one for one in left if not any(map(one.test, walk))]
        if at != entry or not walk:
            walk += self._known_way(at, b"", b"", entry)
        return walk

    def _way_over(self, start: int, wanted: Sequence[_Wanted]) -> list[Edge]:
        """The shortest way over an edge that meets one of some requirements."""
        vectors = self.truths.step_vectors(Prop("or", tuple(w.prop for w in wanted if isinstance(w.prop, Prop))))
        if vectors is not None and all(isinstance(w.prop, Prop) for w in wanted):
            return self._known_way(start, *vectors, -1)
        return self._way(start, lambda edge: any(one.test(edge) for one in wanted))

    def _known_way(self, start: int, on: bytes, own: bytes, goal: int) -> list[Edge]:
        """The shortest way of one edge or more over an edge of two sets, or to a node."""
        part, came = self.part, array("q", [-1]) * len(self.part)
        last = chosen().way(part, self.inside, start, on, own, goal, came)
        assert last != -1, "what is to be met in a fair component cannot be reached in it"
        if last < 0:
            node = -2 - last
            way = [(node, node, part.edges + part.state(node))]
        else:
            way = [self._edge(last)]
        while way[-1][0] != start:
            way.append(self._edge(came[way[-1][0]]))
        return way[::-1]

    def _edge(self, edge: int) -> Edge:
        part = self.part
        return (
            bisect_right(part.offsets, edge) - 1,
            part.targets[edge],
            edge if part.steps is None else part.steps[edge],
        )

    def _way(self, start: int, is_last: Callable[[Edge], bool]) -> list[Edge]:
        """The shortest way of one edge or more from `start` over an edge with a given property."""
        came: dict[int, Edge] = {}
        queue = deque([start])
        while queue:
            node = queue.popleft()
            for target, step in self.part.out(node):
                if not self.inside[target]:
                    continue
                edge = (node, target, step)
                if is_last(edge):
                    way = [edge]
                    while node != start:
                        way.append(came[node])
                        node = came[node][0]
                    return way[::-1]
                if target not in came and target != start:
                    came[target] = edge
                    queue.append(target)
        raise AssertionError("what is to be met in a fair component cannot be reached in it")


class _Wanted:
    """What a cycle must meet: a proposition (of states: at an edge's first node) or a node of the tableau."""

    def __init__(self, part: Part, truths: Truths | None, prop: Prop | frozenset[int]) -> None:
        self.prop = prop
        if isinstance(prop, Prop):
            assert truths is not None
            known = truths.step(prop)
            self.test: Callable[[Edge], bool] = lambda edge: known(part.state(edge[0]), edge[2])
        else:
            accepting = prop
            self.test = lambda edge: part.tableau_node(edge[0]) in accepting
