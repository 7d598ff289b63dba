"""Temporal formulas by their definitions, for tests: on one ultimately periodic word, and over all words of a graph.

Nothing here is shared with the checker but the shape of formulas. `Word`: positions of a lasso, the last one followed
by position `loop`. `some_word` decides whether a graph has a word that satisfies a formula: what a formula of the `[]`
`<>` fragment says at a position of the cycle depends only on the set of the cycle's steps, so the cycles are enumerated
as sets of steps, and the stem is built backwards from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from modelcheck.ir import temporal as tl

Truth = Callable[[tl.Atom, Any, Any], bool]  # of an atom, over a step (state, next state)


@dataclass
class Word:
    """States of a lasso; after the last one comes the one at `loop`."""

    states: Sequence[Any]
    loop: int
    truth: Truth

    def after(self, i: int) -> int:
        return self.loop if i == len(self.states) - 1 else i + 1

    def later(self, i: int) -> list[int]:
        """Every position from i on, each once."""
        seen: list[int] = []
        while i not in seen:
            seen.append(i)
            i = self.after(i)
        return seen

    def holds(self, formula: tl.Temporal, i: int = 0) -> bool:
        if isinstance(formula, tl.Atom):
            here = self.states[i]
            return self.truth(formula, here, self.states[self.after(i)] if formula.is_step else here)
        if isinstance(formula, tl.Not):
            return not self.holds(formula.arg, i)
        if isinstance(formula, tl.All):
            return all(self.holds(item, i) for item in formula.items)
        if isinstance(formula, tl.Any_):
            return any(self.holds(item, i) for item in formula.items)
        if isinstance(formula, tl.Always):
            return all(self.holds(formula.arg, j) for j in self.later(i))
        if isinstance(formula, tl.Eventually):
            return any(self.holds(formula.arg, j) for j in self.later(i))
        assert isinstance(formula, tl.Fair)
        cycle = self.later(self.loop)
        enabled = [self.holds(formula.enabled, j) for j in cycle]
        taken = [self.holds(formula.taken, j) for j in cycle]
        return any(taken) or (not all(enabled) if formula.kind == "WF" else not any(enabled))


# ---- all words of a graph -----------------------------------------------------------------------------------


def spelled_out(formula: tl.Temporal) -> tl.Temporal:
    """Fairness replaced by its meaning."""
    if isinstance(formula, tl.Fair):
        never = tl.Always(tl.Not(formula.enabled))
        often = tl.Always(tl.Eventually(formula.taken))
        unless = tl.Always(tl.Eventually(tl.Not(formula.enabled)))
        return tl.Any_((often, unless if formula.kind == "WF" else tl.Eventually(never)))
    if isinstance(formula, tl.Not | tl.Always | tl.Eventually):
        return type(formula)(spelled_out(formula.arg))
    if isinstance(formula, tl.All | tl.Any_):
        return type(formula)(tuple(spelled_out(item) for item in formula.items))
    return formula


class AllWords:
    """The words of a graph in which every state may also stutter."""

    def __init__(self, initial: Sequence[int], edges: Sequence[tuple[int, int]], states: int, truth: Truth) -> None:
        self.initial = set(initial)
        self.edges = [edge for edge in edges if edge[0] != edge[1]]
        self.all_steps = self.edges + [(s, s) for s in range(states)]
        self.truth = truth

    def some(self, formula: tl.Temporal) -> bool:
        """Whether a word from an initial state satisfies the formula (which has no step atom outside `[]` `<>`)."""
        self.formula = spelled_out(formula)
        self.temporal = list(_temporal(self.formula))  # inner ones first
        seen: set[tuple[int, tuple[bool, ...]]] = set()
        queue: list[tuple[int, tuple[bool, ...]]] = []
        for cycle in self.cycles():
            truths = self.on_cycle(cycle)
            queue += [(s, truths) for s, _ in cycle]
        while queue:
            node = queue.pop()
            if node in seen:
                continue
            seen.add(node)
            s, truths = node
            if s in self.initial and self.value(self.formula, s, s, truths):
                return True
            queue += [(r, self.before(r, s, truths)) for r, t in self.all_steps if t == s]
        return False

    def cycles(self) -> Iterator[tuple[tuple[int, int], ...]]:
        """Every set of steps that one closed walk can take (stuttering besides real steps changes nothing)."""
        for s, t in self.all_steps:
            if s == t:
                yield ((s, s),)
        for size in range(1, len(self.edges) + 1):
            for chosen in combinations(self.edges, size):
                if _one_walk(chosen):
                    yield chosen

    def on_cycle(self, cycle: Sequence[tuple[int, int]]) -> tuple[bool, ...]:
        truths: list[bool] = []
        for formula in self.temporal:
            values = [self.value(formula.arg, s, t, truths) for s, t in cycle]
            truths.append(all(values) if isinstance(formula, tl.Always) else any(values))
        return tuple(truths)

    def before(self, s: int, t: int, after: Sequence[bool]) -> tuple[bool, ...]:
        truths: list[bool] = []
        for formula, later in zip(self.temporal, after, strict=True):
            now = self.value(formula.arg, s, t, truths)
            truths.append(now and later if isinstance(formula, tl.Always) else now or later)
        return tuple(truths)

    def value(self, formula: tl.Temporal, s: int, t: int, truths: Sequence[bool]) -> bool:
        if isinstance(formula, tl.Atom):
            return self.truth(formula, s, t if formula.is_step else s)
        if isinstance(formula, tl.Not):
            return not self.value(formula.arg, s, t, truths)
        if isinstance(formula, tl.All):
            return all(self.value(item, s, t, truths) for item in formula.items)
        if isinstance(formula, tl.Any_):
            return any(self.value(item, s, t, truths) for item in formula.items)
        return truths[next(i for i, known in enumerate(self.temporal) if known is formula)]


def _temporal(formula: tl.Temporal) -> Iterator[Any]:
    if isinstance(formula, tl.Not | tl.Always | tl.Eventually):
        yield from _temporal(formula.arg)
    if isinstance(formula, tl.All | tl.Any_):
        for item in formula.items:
            yield from _temporal(item)
    if isinstance(formula, tl.Always | tl.Eventually):
        yield formula


def _one_walk(edges: Sequence[tuple[int, int]]) -> bool:
    """Whether the edges are strongly connected."""
    nodes = {s for edge in edges for s in edge}

    def reached(pairs: Sequence[tuple[int, int]]) -> set[int]:
        seen, queue = set(), [edges[0][0]]
        while queue:
            s = queue.pop()
            if s not in seen:
                seen.add(s)
                queue += [b for a, b in pairs if a == s]
        return seen

    return reached(edges) == nodes and reached([(b, a) for a, b in edges]) == nodes
