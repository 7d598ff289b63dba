"""The liveness part of a check: each property against the fairness of the specification, on the finished graph.

Takes a model whose search has ended well, with its graph; gives the first `LivenessFinding`, or None and the warnings
(a property that holds for an empty reason). Formulas that cannot be checked are refused when a `LivenessCheck` is made,
before the search (E011). Properties whose answer could be unsound (SYMMETRY, VIEW and constraints change which
behaviors there are) are for the caller to refuse (`unsound.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from modelcheck.core.graph import working
from modelcheck.engine.protocol import Engine, State
from modelcheck.errors import EvalError
from modelcheck.explore.bfs import Search
from modelcheck.explore.graph import Graph
from modelcheck.explore.liveness import Emptiness, Lasso
from modelcheck.explore.ltl import Goal, Prop, conjunction, goals, normal, props_of
from modelcheck.explore.reasons import Reasons, reasons_for
from modelcheck.explore.truths import ActionRuns, Failure, Truths, atoms_of
from modelcheck.explore.unsound import has_liveness
from modelcheck.ir import temporal as tl
from modelcheck.module.model import Model, Property
from modelcheck.records import dataclass

REMEMBERED_MAX = 100_000


@dataclass(frozen=True, slots=True)
class LivenessFinding:
    """A property that a fair behavior violates (`lasso`, with the `reasons`), or that cannot be evaluated (`error`).

    `failure`: in which state or over which step the error came up.
    """

    prop: Property
    lasso: Lasso | None = None
    error: EvalError | None = None
    failure: Failure | None = None
    reasons: Reasons | None = None


class Remembered:
    """States that a search keeps packed: those asked for last are kept as they are."""

    def __init__(self, states: Sequence[State]) -> None:
        self._size = len(states)
        self._at = lru_cache(REMEMBERED_MAX)(states.__getitem__)

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, number: int) -> State:
        return self._at(number)


def numbering(search: Search, states: Sequence[State]) -> Callable[[State], int | None]:
    """What gives the number of a state: a dictionary, if the search has none and the states are few enough for one.

    Where a number stands for several states, only the search knows which.
    """
    if states is search.states or len(states) > REMEMBERED_MAX or search.task.identity is not None:
        return search.number
    numbers: dict[State, int] = {}

    def number(state: State) -> int | None:
        if not numbers:
            numbers.update((states[i], i) for i in range(len(states)))
        return numbers.get(state)

    return number


class LivenessCheck:
    """Checks the liveness parts of all properties of a model after its search. Made before it; refuses then (E011)."""

    def __init__(self, model: Model, engine: Engine) -> None:
        self.model = model
        self.engine = engine
        self.fairness = [engine.temporal(expr) for expr in model.fairness] if has_liveness(model) else []
        self.properties = [
            (prop, tl.All(tuple(engine.temporal(expr) for expr in prop.liveness)))
            for prop in model.properties
            if prop.liveness
        ]
        fair = [normal(formula) for formula in self.fairness]
        self._fair = goals(conjunction(fair)) if self.properties else []
        self._violations = [
            goals(conjunction([*fair, normal(formula, positive=False)])) for _, formula in self.properties
        ]
        self.warnings: list[str] = []

    def run(self, search: Search) -> LivenessFinding | None:
        """The first property that is violated or cannot be evaluated."""
        graph = search.graph
        assert graph is not None
        with working(search.workers):
            return self._checked(search, graph)

    def _checked(self, search: Search, graph: Graph) -> LivenessFinding | None:
        exact = not (self.model.constraints or self.model.action_constraints)
        states = search.states if isinstance(search.states, list) else Remembered(search.states)
        runs = ActionRuns(self.engine, numbering(search, states), search.task.identity is not None, exact)
        truths = Truths(graph, states, self.engine.atom_test, runs, search.known_atoms())
        for (prop, formula), disjuncts in zip(self.properties, self._violations, strict=True):
            try:
                lasso = self._violation(disjuncts, truths, search, formula)
                if lasso is not None:
                    reasons, genuine = reasons_for(lasso, search.states, self.fairness, formula, self.engine.atom_test)
                    assert genuine or runs.merged, f"no counterexample to {prop.name}: {lasso}"
                    return LivenessFinding(prop, lasso, reasons=reasons)
                self._look_for_never(prop, formula, truths)
                truths.forget(set(_antecedents(formula)))
            except EvalError as error:
                return LivenessFinding(prop, error=error, failure=truths.failure)
        self._look_for_emptiness(truths, search)
        return None

    def _violation(self, disjuncts: list[Goal], truths: Truths, search: Search, formula: tl.Temporal) -> Lasso | None:
        """The best lasso among those for each disjunct; what is known of an atom is given back after its last use."""
        found: Lasso | None = None
        used = [set(_atoms(goal)) for goal in disjuncts]
        kept = {*(atom for goal in self._fair for atom in _atoms(goal)), *_antecedents(formula)}
        for i, goal in enumerate(disjuncts):
            lasso = Emptiness(truths, goal, search.parents).find()
            if lasso is not None and (found is None or _length(lasso) < _length(found)):
                found = lasso
            truths.forget(used[i].difference(kept, *used[i + 1 :]))
        return found

    def _look_for_emptiness(self, truths: Truths, search: Search) -> None:
        """Properties hold for an empty reason when no behavior is fair."""
        try:
            if self.properties and not any(Emptiness(truths, g, search.parents).exists() for g in self._fair):
                self.warnings.append("no behavior satisfies the fairness of the specification, so every property holds")
        except EvalError:
            return  # what the verdict needed could be evaluated; the rest only serves this warning

    def _look_for_never(self, prop: Property, formula: tl.Temporal, truths: Truths) -> None:
        """A property holds for an empty reason when what is to lead to something never happens."""
        antecedents: dict[object, list[tl.Atom]] = {}
        for atom in _antecedents(formula):
            antecedents.setdefault(atom.span, []).append(atom)
        for atoms in antecedents.values():
            props = [Prop("atom", (), atom) for atom in atoms]
            try:
                if not any(_sometimes(truths, prop) for prop in props):
                    self.warnings.append(f"property {prop.name} holds because {atoms[0].text} is never true")
            except EvalError:
                continue  # the property itself could be evaluated


def _antecedents(formula: tl.Temporal) -> Iterator[tl.Atom]:
    """The P of `P ~> F` (and of `[](P => <>F)`), instances under quantifiers each."""
    stack = [formula]
    while stack:
        match stack.pop():
            case tl.All() as item:
                stack.extend(reversed(item.items))
            case tl.Always(tl.Any_((tl.Not(tl.Atom() as antecedent), tl.Eventually()))) if not antecedent.is_step:
                yield antecedent


def _sometimes(truths: Truths, prop: Prop) -> bool:
    """Whether a state proposition is true of some state."""
    known = truths.state_vector(prop)
    return any(map(truths.state(prop), range(len(truths.graph)))) if known is None else 1 in known


def _atoms(goal: Goal) -> Iterator[tl.Atom]:
    props: list[Prop] = [*goal.often, *goal.finally_always, *(p for pair in goal.pairs for p in pair)]
    for prop in [*props, *(p for item in goal.rest for p in props_of(item))]:
        yield from atoms_of(prop)


def _length(lasso: Lasso) -> tuple[bool, int, int]:
    """Behaviors that stop come first, then short ones."""
    return not lasso.stutters, len(lasso.stem) + len(lasso.cycle), len(lasso.stem)


def states_of(lasso: Lasso, states: list[State]) -> tuple[list[State], int]:
    """The states of a lasso, in order, and the index of the one its last state goes back to."""
    numbers = [*lasso.stem, *lasso.cycle[1:]]
    return [states[n] for n in numbers], len(lasso.stem) - 1
