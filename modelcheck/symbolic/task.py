"""One model made ready for the solver: its trees and formulas lowered, a context, and counterexamples checked.

`Task` is what the three questions share. A counterexample is decoded and run through the engine of closures before
anybody sees it; one that does not come out the same is an error of ours (S012, exit code 153).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.protocol import Explanation, State
from modelcheck.errors import EXIT_EVAL_SAFETY, EXIT_EVAL_SPEC, EvalError, TlaError
from modelcheck.explore.path import Behavior, BehaviorStep
from modelcheck.ir import flow, ops
from modelcheck.module.model import Model, Named
from modelcheck.module.tree import Expr
from modelcheck.records import dataclass
from modelcheck.symbolic.context import Context, Failure
from modelcheck.symbolic.decode import Decoder
from modelcheck.symbolic.encode import Encoder
from modelcheck.symbolic.formulas import FALSE_F, TRUE_F, F
from modelcheck.symbolic.frames import Frame
from modelcheck.symbolic.lowering import SymbolicLowering
from modelcheck.symbolic.outcomes import CannotEvaluate, Obligation
from modelcheck.symbolic.solver import Answer, Solver
from modelcheck.symbolic.steps import Joined, Path, StepEncoder, join
from modelcheck.values import Value, show

QUERY_SECONDS = 60.0
POSSIBLE_SECONDS = 5.0  # for a question whose answer only saves work


@dataclass(slots=True)
class Limits:
    """Seconds for each question and for all of them (None: no limit); the longest sequence of an arbitrary state."""

    query_seconds: float = QUERY_SECONDS
    total_seconds: float | None = None
    seq_bound: int | None = None


class Task:
    """One run over one model."""

    def __init__(self, model: Model, engine: ClosureEngine, limits: Limits) -> None:
        self.model = model
        self.engine = engine
        self.began = time.monotonic()
        self.ctx = Context(limits.seq_bound)
        self.encoder = Encoder(self.ctx, engine)
        deadline = None if limits.total_seconds is None else self.began + limits.total_seconds
        self.ctx.deadline = deadline
        self.solver = Solver(self.ctx, limits.query_seconds, deadline)
        self.ctx.possible = lambda formula: self.solver.ask(formula, POSSIBLE_SECONDS) != "unsat"
        self.variables = engine.variables
        self.obligations: list[Obligation] = []
        self.unknown: list[str] = []
        self.answered = -1  # of a bounded question: the steps up to which every one was answered
        self.goals: list[str] = []  # SMT-LIB texts, when they are wanted
        self.keep_goals = False
        self._next: flow.ActionTree | None = None
        self._formulas: dict[int, tuple[Expr, ops.Formula]] = {}

    # ---- lowering -------------------------------------------------------------------------------------------

    def lowering(self, building: str = "") -> SymbolicLowering:
        """A unit."""
        return SymbolicLowering(self.engine.shared, building)

    @property
    def next_tree(self) -> flow.ActionTree:
        """The tree of the next-state relation."""
        if self._next is None:
            assert self.model.next is not None
            self._next = self.lowering("next").actions.next_tree(self.model.next)
        return self._next

    def init_tree(self, exprs: Sequence[Expr], name: str = "Init") -> flow.ActionTree:
        """Predicates read as one that gives the variables their values."""
        return self.lowering("init").actions.init_tree(exprs, name)

    def formula(self, expr: Expr) -> ops.Formula:
        """A formula of one state or one step."""
        known = self._formulas.get(id(expr))
        if known is None:
            known = self._formulas[id(expr)] = (expr, self.lowering().formula(expr))
        return known[1]

    # ---- translating ----------------------------------------------------------------------------------------

    def paths(self, tree: flow.ActionTree, state: tuple[Value, ...] | None) -> tuple[list[Path], list[Failure]]:
        """The paths of a tree, and the failures on the way."""
        steps = StepEncoder(self.encoder, self.variables)
        found = steps.run(tree, state)
        return found, self.drain()

    def joined(self, paths: list[Path]) -> Joined | None:
        """One state out of many."""
        return join(self.ctx, paths, len(self.variables))

    def holds(
        self, expr: Expr, state: Sequence[Value], target: Sequence[Value] | None = None, when: F = TRUE_F
    ) -> tuple[F, list[Failure]]:
        """The formula that a formula is in a state or over a step, and the failures of its evaluation, `when` it is
        evaluated."""
        body = self.formula(expr).body
        found = self.ctx.under(when, lambda: self.encoder.test(body, Frame({}, state, target)))
        return (FALSE_F if found is None else found), self.drain()

    def drain(self) -> list[Failure]:
        """The failures recorded since the last time."""
        found, self.ctx.failures = self.ctx.failures, []
        return found

    # ---- asking ---------------------------------------------------------------------------------------------

    def ask(self, goal: F, what: str, action: str | None = None) -> Answer:
        """Ask whether something bad can be; keeps the answer as an obligation."""
        began = time.monotonic()
        if self.keep_goals and goal != FALSE_F:
            self.goals.append(f"; {what}{'' if action is None else ', action ' + action}\n{self.solver.smt_lib(goal)}")
        answer = self.solver.ask(goal)
        said = {"sat": "broken", "unsat": "proved", "unknown": "unknown"}[answer]
        self.obligations.append(Obligation(what, action, said, time.monotonic() - began))  # type: ignore[arg-type]
        if answer == "unknown":
            self.unknown.append(what if action is None else f"{what}, by {action}")
        return answer

    def never(self, goal: F, what: str, actions: Sequence[str | None]) -> bool:
        """Whether something bad cannot be, whichever of the actions leads to it: one question for all of them. That it
        cannot is kept as an assertion: it follows, and helps with the steps from here."""
        began = time.monotonic()
        if self.solver.ask(goal) != "unsat":
            return False
        self.solver.add(F(-goal))
        seconds = time.monotonic() - began
        self.obligations += [Obligation(what, action, "proved", seconds) for action in actions]
        return True

    def told(self) -> dict[str, Any]:
        """What every outcome says of the run."""
        return {
            "questions": self.solver.questions,
            "seconds": round(time.monotonic() - self.began, 3),
            "obligations": tuple(self.obligations),
        }

    # ---- counterexamples ------------------------------------------------------------------------------------

    def decoder(self) -> Decoder:
        """Reads the last model."""
        return Decoder(self.ctx, self.solver.model)

    def behavior(self, decoder: Decoder, trail: Sequence[Joined]) -> Behavior:
        """The states that a model chose, with the actions."""
        out = []
        for number, joined in enumerate(trail):
            state = tuple(decoder.value(v) for v in joined.values)
            if number == 0:
                out.append(BehaviorStep(state))
                continue
            path = taken(decoder, joined)
            info = self.engine.actions[path.action]
            out.append(BehaviorStep(state, info, tuple(decoder.value(a) for a in path.args)))
        return Behavior(self.variables, tuple(out))

    def confirm(self, shown: Behavior, from_init: bool = True) -> None:
        """Run a behavior through the closures. S012 when they disagree."""
        states = shown.states
        try:
            if from_init:
                for init in self.model.inits:
                    if not self.engine.state_predicate("Init", init).holds(states[0]):
                        raise self._defect(shown, "its first state is no initial state")
            assert self.model.next is not None
            step = self.engine.step_predicate("Next", self.model.next)
            for number, (before, after) in enumerate(pairwise(states), 1):
                if not step.holds(before, after):
                    raise self._defect(shown, f"the step from its state {number} is none of Next")
        except EvalError as error:
            raise self._defect(shown, f"it cannot be evaluated: {error.message}") from None

    def _defect(self, shown: Behavior, why: str) -> TlaError:
        last = " /\\ ".join(f"{n} = {show(v)}" for n, v in zip(shown.variables, shown.states[-1], strict=True))
        return TlaError("S012", f"the solver's behavior of {len(shown.steps)} states is wrong: {why}; last: {last}")

    def refuted(self, named: Named, shown: Behavior) -> Explanation | None:
        """Why a formula is false at the end of a behavior. S012 when it is true."""
        state = shown.states[-1]
        try:
            if self.engine.state_predicate(named.name, named.expr).holds(state):
                raise self._defect(shown, f"{named.name} is true in its last state")
            return self.engine.explain(named.expr, state)
        except EvalError:
            return None

    def evaluation_error(
        self,
        shown: Behavior,
        named: Named | None,
        failures: list[Failure],
        checked: tuple[str, ...],
        kind: str = "invariant",
    ) -> CannotEvaluate:
        """What fails at the end of a behavior: a formula of that `kind` ("invariant", "constraint"), or Next. S012 when
        nothing does."""
        state: State | None = shown.states[-1] if shown.steps else None
        try:
            if named is not None and named in self.model.action_constraints:
                self.engine.step_predicate(named.name, named.expr).holds(*shown.states[-2:])
            elif named is not None:
                self.engine.state_predicate(named.name, named.expr).holds(state)
            elif state is None:
                list(self.engine.initial())
            else:
                self.engine.successors(state)
        except EvalError as error:
            of_spec = named is None or kind == "constraint"
            code = error.exit_code if error.code == "E010" else EXIT_EVAL_SPEC if of_spec else EXIT_EVAL_SAFETY
            doing = (
                f"{kind} {named.name}"
                if named is not None
                else ("the initial predicate" if state is None else "the next-state relation")
            )
            return CannotEvaluate(checked=checked, error=error, doing=doing, behavior=shown, code=code, **self.told())
        what = failures[0].message if failures else "?"
        place = f" at {failures[0].span}" if failures and failures[0].span is not None else ""
        if state is None:
            raise TlaError("S012", f"the solver finds that Init cannot be evaluated ({what}{place}); the engine can")
        raise self._defect(shown, f"the solver finds that evaluation fails there ({what}{place}), and it does not")


def taken(decoder: Decoder, joined: Joined) -> Path:
    """The path that a model chose."""
    for path, chosen in zip(joined.paths, joined.chosen, strict=True):
        if decoder.truth(chosen):
            return path
    raise AssertionError("no path is taken")
