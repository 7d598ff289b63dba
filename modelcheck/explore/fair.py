"""The liveness part of a check: each property against the fairness of the specification, on the finished graph.

Takes a model whose search has ended well, with its graph; gives the first `LivenessFinding`, or None and the warnings
(a property that holds for an empty reason). Properties whose answer could be unsound (SYMMETRY, VIEW and constraints
change which behaviors there are) are refused before the search, U003, unless the caller allows them.
"""

from __future__ import annotations

from dataclasses import dataclass

from modelcheck.engine.protocol import Engine, State
from modelcheck.errors import EvalError, TlaError
from modelcheck.explore.bfs import Search
from modelcheck.explore.liveness import Emptiness, Lasso, Truths
from modelcheck.explore.ltl import Nnf, conjunction, goals, normal
from modelcheck.ir import temporal as tl
from modelcheck.module.model import Model, Property


@dataclass(frozen=True, slots=True)
class LivenessFinding:
    """A property that a fair behavior violates (`lasso`), or that cannot be evaluated (`error`)."""

    prop: Property
    lasso: Lasso | None = None
    error: EvalError | None = None


def has_liveness(model: Model) -> bool:
    """Whether some property speaks of what happens eventually."""
    return any(prop.liveness for prop in model.properties)


def refuse_unsound(model: Model) -> None:
    """Raise U003 if liveness is asked for together with what makes its answer unreliable."""
    reasons = unsound_reasons(model)
    if reasons and has_liveness(model):
        prop = next(p for p in model.properties if p.liveness)
        text = f"liveness property {prop.name} is to be checked under {' and '.join(reasons)}"
        raise TlaError("U003", text, prop.span)


def unsound_reasons(model: Model) -> list[str]:
    """The entries of the cfg under which a liveness answer may be wrong."""
    entries = (
        ("SYMMETRY", model.symmetry),
        ("VIEW", model.view),
        ("CONSTRAINT", model.constraints),
        ("ACTION_CONSTRAINT", model.action_constraints),
    )
    return [name for name, value in entries if value]


class LivenessCheck:
    """Checks the liveness parts of all properties of a model after its search. `parts` lowers them beforehand."""

    def __init__(self, model: Model, engine: Engine) -> None:
        self.model = model
        self.engine = engine
        self.fairness = [engine.temporal(expr) for expr in model.fairness] if has_liveness(model) else []
        self.properties = [
            (prop, tl.All(tuple(engine.temporal(expr) for expr in prop.liveness)))
            for prop in model.properties
            if prop.liveness
        ]
        self.warnings: list[str] = []

    def run(self, search: Search) -> LivenessFinding | None:
        """The first property that is violated or cannot be evaluated."""
        graph = search.graph
        assert graph is not None
        truths = Truths(graph, search.states, self.engine.atom_test)
        for prop, formula in self.properties:
            try:
                lasso = self._violation(formula, truths, search)
            except EvalError as error:
                return LivenessFinding(prop, error=error)
            if lasso is not None:
                return LivenessFinding(prop, lasso)
        self._look_for_emptiness(truths, search)
        return None

    def _violation(self, formula: tl.Temporal, truths: Truths, search: Search) -> Lasso | None:
        negated = normal(formula, positive=False)
        found: Lasso | None = None
        for goal in goals(conjunction([*self._fair(), negated])):
            lasso = Emptiness(truths, goal, search.parents).find()
            if lasso is not None and (found is None or _length(lasso) < _length(found)):
                found = lasso
        return found

    def _fair(self) -> list[Nnf]:
        return [normal(formula) for formula in self.fairness]

    def _look_for_emptiness(self, truths: Truths, search: Search) -> None:
        """Properties hold for an empty reason when no behavior is fair, or what leads to something never happens."""
        if not self.properties:
            return
        try:
            fair = any(
                Emptiness(truths, goal, search.parents).find() is not None for goal in goals(conjunction(self._fair()))
            )
            if not fair:
                self.warnings.append("no behavior satisfies the fairness of the specification, so every property holds")
            for prop, formula in self.properties:
                for text in _never(formula, truths):
                    self.warnings.append(f"property {prop.name} holds because {text} is never true")
        except EvalError:
            return  # what the verdict needed could be evaluated; the rest only serves this warning


def _never(formula: tl.Temporal, truths: Truths) -> list[str]:
    """The texts of antecedents of `P ~> Q` (and `[](P => <>Q)`) that no reachable state satisfies."""
    out: list[str] = []
    stack = [formula]
    while stack:
        item = stack.pop()
        match item:
            case tl.All():
                stack.extend(reversed(item.items))
            case tl.Always(tl.Any_((tl.Not(tl.Atom() as antecedent), tl.Eventually()))) if not antecedent.is_step:
                test = truths.atom(antecedent)
                if not any(test(state, state) for state in truths.states):
                    out.append(antecedent.text)
    return out


def _length(lasso: Lasso) -> tuple[int, int]:
    return len(lasso.stem) + len(lasso.cycle), len(lasso.stem)


def states_of(lasso: Lasso, states: list[State]) -> tuple[list[State], int]:
    """The states of a lasso, in order, and the index of the one its last state goes back to."""
    numbers = [*lasso.stem, *lasso.cycle[1:]]
    return [states[n] for n in numbers], len(lasso.stem) - 1
