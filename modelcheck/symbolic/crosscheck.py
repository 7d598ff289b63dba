"""Two engines on one model: the explicit search and the solver, each to the same number of steps.

What is compared, and may differ:
- *when* something is wrong: the number of the first state at which an invariant is false or something cannot be
  evaluated. Both engines run their counterexample in the closures before they tell it, so that a claim is never wrong
  by itself; what may be wrong is silence;
- *which* states there are after 0, 1, 2, ... steps, as long as these are at most `STATES_MAX`: the solver is asked for
  any other one (there must be none), and for some of them, one by one (there must be each).

PROPERTY, deadlock, POSTCONDITION, SYMMETRY and VIEW are left out: the solver does not know them. A model that the
solver's engine refuses raises that error (an S code; types are looked at first, S001 and S002). Where one side has no
answer within its limits the comparison is *inconclusive*: no agreement, though it tells up to how many steps (`agreed`)
both have one, and the same.
"""

from __future__ import annotations

from typing import Any, Literal

from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.protocol import State
from modelcheck.errors import EXIT_DISAGREE, EXIT_LIMIT, EXIT_OK, EvalError, TlaError
from modelcheck.explore.bfs import Limits as SearchLimits
from modelcheck.judge import false_assumption
from modelcheck.module.model import Model
from modelcheck.records import dataclass, replace
from modelcheck.symbolic.bmc import Unrolling, bounded
from modelcheck.symbolic.context import OutOfTime, Stuck
from modelcheck.symbolic.formulas import F
from modelcheck.symbolic.merging import equal
from modelcheck.symbolic.outcomes import CannotEvaluate, HoldsUpTo, Proof
from modelcheck.symbolic.outcomes import Violated as SymbolicViolated
from modelcheck.symbolic.task import Limits, Task
from modelcheck.symbolic.types import check_types
from modelcheck.values import Value, show
from modelcheck.verdict import AssertFailed, AssumptionFalse, EvalFailure, Stopped, Verdict, Violated

STEPS = 6
STATES_MAX = 100  # more states after a number of steps are not compared one by one
ASKED_FOR = 5  # of them, whether the solver reaches each


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """What both engines say of behaviors of up to `steps` steps; they agree on those of up to `agreed` (-1: on none).

    `levels`: of each number of steps for which the states were compared, how many there are. `difference`: in words,
    empty if there is none; `inconclusive`: which side has no answer, empty if both have.
    """

    steps: int
    explicit: Verdict
    symbolic: Proof | None
    levels: tuple[int, ...]
    agreed: int
    difference: str = ""
    inconclusive: str = ""

    @property
    def exit_code(self) -> int:
        """That of the verdict both agree on (0: nothing wrong so far); 152 inconclusive, 154 disagreement."""
        if self.difference:
            return EXIT_DISAGREE
        if self.inconclusive:
            return EXIT_LIMIT
        return EXIT_OK if isinstance(self.explicit, Stopped) else self.explicit.exit_code

    @property
    def error(self) -> TlaError | None:
        """The disagreement as an error of the catalogue."""
        return TlaError("S013", self.difference) if self.difference else None


def cross_check(
    model: Model,
    steps: int = STEPS,
    limits: Limits | None = None,
    search_limits: SearchLimits | None = None,
    *,
    types: bool = True,
) -> CrossCheck:
    """Compare the engines on a model. Raises `TlaError`: what the solver's engine refuses from the start (what it
    refuses further on ends the comparison there). `types`: refuse what is
    certainly of the wrong type, too; without it, both engines are asked when they meet it."""
    from modelcheck.check import check_model

    bare = replace(model, properties=[], view=None, symmetry=None, postcondition=None)
    bounds = replace(search_limits or SearchLimits(), depth=steps)
    if types and not false_assumption(bare, ClosureEngine(bare)):
        engine = ClosureEngine(bare)
        check_types(bare, engine, Task(bare, engine, Limits()), bare.invariants)
    explicit = check_model(bare, ClosureEngine(bare), check_deadlock=False, limits=bounds)
    if isinstance(explicit, Stopped) and explicit.reason == "interrupted":
        raise KeyboardInterrupt  # what is asked for is the end of the comparison, not of one side of it
    if isinstance(explicit, AssumptionFalse):
        return CrossCheck(steps, explicit, None, (), steps)
    task = Task(bare, ClosureEngine(bare), limits or Limits())
    levels = Levels(task)
    refused: TlaError | None = None
    symbolic: Proof | None = None
    try:
        symbolic = bounded(task, bare.invariants, steps, levels.compare)
    except TlaError as error:
        if error.code == "S012":
            return CrossCheck(steps, explicit, None, tuple(levels.sizes), -1, error.message)
        if task.answered < 0:
            raise
        refused = error
    first, second = _explicit_says(explicit, steps), _solver_says(symbolic, task.answered, steps)
    difference = levels.difference or _ended(symbolic, explicit, levels) or _difference(first, second)
    agreed = -1 if difference else steps if first == second else min(first.answered, second.answered)
    inconclusive = "" if difference or agreed == steps else _open(first, refused, steps)
    return CrossCheck(steps, explicit, symbolic, tuple(levels.sizes), agreed, difference, inconclusive)


@dataclass(frozen=True, slots=True)
class Claim:
    """What one engine says: nothing is wrong within `answered` steps, something is after `wrong` (None: not found)."""

    answered: int
    wrong: int | None


def _explicit_says(found: Verdict, steps: int) -> Claim:
    wrong = phase(found)
    if wrong is not None:
        return Claim(wrong - 1, wrong)
    if isinstance(found, Stopped) and found.reason != "depth":
        return Claim(found.counts.depth - 2, None)  # the level of depth - 1 steps may not be whole
    return Claim(steps, None)


def _solver_says(found: Proof | None, answered: int, steps: int) -> Claim:
    if found is None:
        return Claim(answered, None)
    return Claim(steps if isinstance(found, HoldsUpTo) else answered, phase(found))


def _ended(symbolic: Proof | None, explicit: Verdict, levels: Levels) -> str:
    """States of the explicit engine's beyond the last ones of the solver's."""
    if not isinstance(symbolic, HoldsUpTo) or symbolic.ended_at is None:
        return ""
    beyond = symbolic.ended_at + bool(symbolic.warnings == ())
    some = levels.beyond() or explicit.counts.depth > beyond
    return f"after {beyond} steps the explicit engine has states, and the solver has none" if some else ""


NEXT = "the next-state relation"


def phase(found: Verdict | Proof) -> int | None:
    """The number of steps after which something wrong is met, at the latest; None: nothing is.

    A search by levels meets an error of Next in a state together with what is wrong in the states that follow it.
    """
    match found:
        case Violated() | SymbolicViolated():
            return len(found.behavior.steps) - 1
        case EvalFailure() | CannotEvaluate():
            before = found.doing == NEXT or not found.behavior.steps
            return len(found.behavior.steps) - (not before)
        case AssertFailed():
            return len(found.behavior.steps)
    return None


def _open(explicit: Claim, refused: TlaError | None, steps: int) -> str:
    """Which side has no answer."""
    if refused is not None:
        return f"the solver's engine refuses what comes next ({refused.code}: {refused.message})"
    if explicit.wrong is None and explicit.answered < steps:
        return "the explicit engine was stopped by a limit"
    return "the solver has no answer within its limits"


def _difference(explicit: Claim, solver: Claim) -> str:
    """How two claims contradict each other; empty if they do not."""
    for one, other in ((explicit, solver), (solver, explicit)):
        if one.wrong is not None and one.wrong <= other.answered:
            break
    else:
        return ""
    said = []
    for claim, name in ((explicit, "the explicit engine"), (solver, "the solver")):
        what = "nothing wrong" if claim.wrong is None else f"something wrong after {claim.wrong} steps"
        said.append(f"{what} in {name}")
    return ", ".join(said)


class Levels:
    """The states after 0, 1, 2, ... steps as the explicit engine makes them, held against the solver's."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.sizes: list[int] = []
        self.difference = ""
        self._over = False
        self._inside: list[State] = []  # of the last level: the states from which a behavior goes on
        model, engine = task.model, ClosureEngine(task.model)
        self._engine = engine
        self._constraints = [engine.state_predicate(n.name, n.expr).holds for n in model.constraints]
        self._step_constraints = [engine.step_predicate(n.name, n.expr).holds for n in model.action_constraints]

    def compare(self, unrolling: Unrolling) -> None:
        """The last states of an unrolling, level by level; it stops at a difference, an error, or too many states."""
        if self._over:
            return
        try:
            found = self._next_level()
        except EvalError:
            found = None
        if found is None:
            self._over = True
            return
        try:
            self.difference = self._other(unrolling, found) or self._missing(unrolling, found)
        except OutOfTime:
            self._over = True
            return
        self._over = bool(self.difference)
        self.sizes.append(len(found))

    def beyond(self) -> bool:
        """Whether the explicit engine has states after the last ones that were compared."""
        if self._over:
            return False
        try:
            found = self._next_level()
        except EvalError:
            return False
        self._over = True
        if not found and found is not None:
            self.sizes.append(0)
        return found is None or bool(found)

    def _next_level(self) -> list[State] | None:
        """The states one step further. None: too many."""
        found: dict[State, None] = {}
        inside: dict[State, None] = {}
        begun = bool(self.sizes)
        for before in self._inside if begun else [None]:
            targets = (t for t, _ in self._engine.successors(before)) if before is not None else self._engine.initial()
            for target in targets:
                found[target] = None
                if target not in inside and self._goes_on(before, target):
                    inside[target] = None
                if len(found) > STATES_MAX:
                    return None
        self._inside = list(inside)
        return list(found)

    def _goes_on(self, before: State | None, target: State) -> bool:
        return all(holds(target) for holds in self._constraints) and (
            before is None or all(holds(before, target) for holds in self._step_constraints)
        )

    def _other(self, unrolling: Unrolling, found: list[State]) -> str:
        """A state of the solver's that the explicit engine does not have. Raises `OutOfTime` without an answer."""
        task = self.task
        none_of_them = task.ctx.fx.all_of(F(-self._is(unrolling, state)) for state in found)
        number = len(unrolling.trail) - 1
        if self._ask(none_of_them) == "unsat":
            return ""
        shown = task.behavior(task.decoder(), unrolling.trail)
        state = self._show(shown.states[-1])
        return f"after {number} steps the solver has a state that the explicit engine has not: {state}"

    def _missing(self, unrolling: Unrolling, found: list[State]) -> str:
        """A state of the explicit engine's that the solver does not have. Raises `OutOfTime` without an answer."""
        step = max(1, len(found) // ASKED_FOR)
        for state in found[::step][:ASKED_FOR]:
            if self._ask(self._is(unrolling, state)) == "unsat":
                number = len(unrolling.trail) - 1
                return (
                    f"after {number} steps the explicit engine has a state that the solver has not: {self._show(state)}"
                )
        return ""

    def _ask(self, goal: F) -> Literal["sat", "unsat"]:
        found = self.task.solver.ask(goal)
        if found == "unknown":
            raise OutOfTime
        return found

    def _is(self, unrolling: Unrolling, state: State) -> F:
        """That the last state is this one. Values of different kinds are not equal here."""
        ctx = self.task.ctx
        same = []
        for mine, theirs in zip(unrolling.last.values, state, strict=True):
            same.append(self._same(mine, theirs))
        ctx.failures = []
        return ctx.fx.all_of(same)

    def _same(self, mine: Value, theirs: Value) -> F:
        try:
            return equal(self.task.ctx, mine, theirs)
        except Stuck:
            return F(-1)

    def _show(self, state: State) -> str:
        return " /\\ ".join(f"{n} = {show(v)}" for n, v in zip(self.task.variables, state, strict=True))


# ---- for a reader -----------------------------------------------------------------------------------------------


def as_text(found: CrossCheck) -> str:
    """What both sides say; both counterexamples where they differ."""
    from modelcheck.render.text import headline, verdict_as_text
    from modelcheck.symbolic import report

    first = headline(found.explicit)
    second = "not asked" if not found.inconclusive else f"nothing wrong in behaviors of up to {found.agreed} steps"
    if found.symbolic is not None:
        second = report.headline(found.symbolic)
    if found.difference:
        title = f"The two engines disagree within {found.steps} steps: {found.difference}."
    elif found.inconclusive:
        so_far = "not even on initial states" if found.agreed < 0 else f"on behaviors of up to {found.agreed} steps"
        title = f"Inconclusive: {found.inconclusive}. Both engines agree {so_far}."
    elif isinstance(found.explicit, AssumptionFalse):
        title = f"Nothing to compare: {first}."
    else:
        title = f"Both engines agree on behaviors of up to {found.steps} steps."
    lines = [
        title,
        f"  explicit: {first} ({found.explicit.counts.distinct:,} distinct states)",
        f"  solver:   {second}",
    ]
    if found.levels:
        sizes = ", ".join(f"{n:,}" for n in found.levels)
        lines.append(f"  states after 0, 1, 2, ... steps, compared one by one: {sizes}")
    if found.difference:
        lines += ["", "---- explicit ----", verdict_as_text(found.explicit)]
        lines += ["", "---- solver ----", second if found.symbolic is None else report.as_text(found.symbolic)]
        assert found.error is not None
        lines += ["", found.error.render()]
    elif phase(found.explicit) is not None:
        lines += ["", verdict_as_text(found.explicit)]
    return "\n".join(lines)


def as_json(found: CrossCheck) -> dict[str, Any]:
    """The same as data (`tlapair.crosscheck/1`)."""
    from modelcheck.render.json import verdict_as_json
    from modelcheck.symbolic import report

    said: Literal["agree", "disagree", "inconclusive"] = "agree"
    if found.difference:
        said = "disagree"
    elif found.inconclusive:
        said = "inconclusive"
    return {
        "schema": "tlapair.crosscheck/1",
        "verdict": said,
        "exit_code": found.exit_code,
        "steps": found.steps,
        "agreed": found.agreed,
        "states_compared": list(found.levels),
        "inconclusive": found.inconclusive or None,
        "error": None if found.error is None else found.error.as_json(),
        "explicit": verdict_as_json(found.explicit),
        "symbolic": None if found.symbolic is None else report.as_json(found.symbolic),
    }
