"""Random small graphs, atoms and formulas of the `[]` `<>` fragment, by seed.

Step atoms are false of stuttering, and stand where TLA+ lets `<<A>>_v` and `[A]_v` stand: `<<A>>_v` under `<>` and
`~<<A>>_v` (which is `[~A]_v`) under `[]`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from modelcheck.explore.graph import Graph
from modelcheck.ir import temporal as tl


@dataclass
class Case:
    """A graph with the truth of its atoms, and a formula."""

    states: int
    initial: list[int]
    edges: list[tuple[int, int]]
    formula: tl.Temporal
    in_states: dict[tl.Atom, set[int]] = field(default_factory=dict)
    on_steps: dict[tl.Atom, set[tuple[int, int]]] = field(default_factory=dict)

    def truth(self, atom: tl.Atom, s: int, t: int) -> bool:
        return (s, t) in self.on_steps[atom] if atom.is_step else s in self.in_states[atom]

    def graph(self) -> Graph:
        graph = Graph()
        graph.initial = list(self.initial)
        for s in range(self.states):
            graph.add(t for a, t in self.edges if a == s)
        return graph

    def parents(self) -> list[int]:
        return [
            -1 if s in self.initial else min(a for a, t in self.edges if t == s and a < s) for s in range(self.states)
        ]


def shown(formula: tl.Temporal) -> str:
    """A formula for a failure message."""
    match formula:
        case tl.Atom():
            return formula.text
        case tl.Not():
            return f"~{shown(formula.arg)}"
        case tl.All():
            return "(" + " /\\ ".join(map(shown, formula.items)) + ")"
        case tl.Any_():
            return "(" + " \\/ ".join(map(shown, formula.items)) + ")"
        case tl.Always():
            return f"[]{shown(formula.arg)}"
        case tl.Eventually():
            return f"<>{shown(formula.arg)}"
        case tl.Fair():
            return f"{formula.kind}({shown(formula.taken)}, {shown(formula.enabled)})"


def random_case(seed: int, states_max: int = 5, edges_max: int = 7) -> Case:
    """States are numbered in the order of a breadth-first search."""
    rng = Random(seed)
    while True:
        count = rng.randint(1, states_max)
        pairs = [(s, t) for s in range(count) for t in range(count) if s != t]
        edges = rng.sample(pairs, min(len(pairs), rng.randint(0, edges_max)))
        roots = rng.sample(range(count), min(count, rng.choice((1, 1, 1, 2))))
        order = list(roots)
        for s in order:
            order += [t for a, t in sorted(edges) if a == s and t not in order]
        number = {s: i for i, s in enumerate(order)}
        kept = sorted((number[a], number[b]) for a, b in edges if a in number)
        return _with_formula(rng, Case(len(order), list(range(len(roots))), kept, tl.All(())))


def _with_formula(rng: Random, case: Case) -> Case:
    atoms = []
    for name in ("p", "q", "r"):
        atom = tl.Atom(None, False, name, None)  # type: ignore[arg-type]
        case.in_states[atom] = {s for s in range(case.states) if rng.random() < 0.5}
        atoms.append(atom)
    steps = []
    for name in ("A", "B"):
        atom = tl.Atom(None, True, name, None)  # type: ignore[arg-type]
        case.on_steps[atom] = {edge for edge in case.edges if rng.random() < 0.5}
        enabled = tl.Atom(None, False, f"ENABLED {name}", None)  # type: ignore[arg-type]
        case.in_states[enabled] = {s for s, _ in case.on_steps[atom]}
        if rng.random() < 0.1:  # an action that the search has no steps for (a constraint)
            case.in_states[enabled] |= {s for s in range(case.states) if rng.random() < 0.5}
        steps.append((atom, enabled))
    maker = _Formulas(rng, atoms, steps)
    parts = [maker.fair() for _ in range(rng.choice((0, 0, 1, 1, 2)))]
    case.formula = tl.All((*parts, maker.formula(rng.randint(1, 4))))
    return case


class _Formulas:
    def __init__(self, rng: Random, atoms: list[tl.Atom], steps: list[tuple[tl.Atom, tl.Atom]]) -> None:
        self.rng = rng
        self.atoms = atoms
        self.steps = steps

    def fair(self) -> tl.Fair:
        taken, enabled = self.rng.choice(self.steps)
        return tl.Fair(self.rng.choice(("WF", "SF")), enabled, taken, taken.text, None)

    def formula(self, depth: int) -> tl.Temporal:
        kind = self.rng.randrange(9) if depth else 0
        if kind == 0:
            return self.rng.choice(self.atoms)
        if kind == 1:
            return tl.Not(self.formula(depth - 1))
        if kind in (2, 3):
            return (tl.All, tl.Any_)[kind - 2](tuple(self.formula(depth - 1) for _ in range(2)))
        if kind in (4, 5):
            return tl.Always(self.boxed(depth - 1))
        if kind in (6, 7):
            return tl.Eventually(self.angled(depth - 1))
        return self.fair()

    def boxed(self, depth: int) -> tl.Temporal:
        kind = self.rng.randrange(6)
        if kind == 0:
            return tl.Not(self.rng.choice(self.steps)[0])
        if kind == 1 and depth:
            return tl.Any_((self.boxed(depth - 1), self.formula(depth - 1)))
        if kind == 2 and depth:
            return tl.All((self.boxed(depth - 1), self.boxed(depth - 1)))
        return self.formula(depth)

    def angled(self, depth: int) -> tl.Temporal:
        kind = self.rng.randrange(6)
        if kind == 0:
            return self.rng.choice(self.steps)[0]
        if kind == 1 and depth:
            return tl.All((self.angled(depth - 1), self.formula(depth - 1)))
        if kind == 2 and depth:
            return tl.Any_((self.angled(depth - 1), self.angled(depth - 1)))
        return self.formula(depth)
