"""Questions to the solver about one spec, from a path to an outcome: `prove` is `tlapair prove` as a function."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from modelcheck.engine.closures import ClosureEngine
from modelcheck.errors import EXIT_ASSUMPTION, EXIT_CONFIG, TlaError
from modelcheck.extras import formula_of
from modelcheck.module import load
from modelcheck.module.model import Model, Named
from modelcheck.module.tree import Level
from modelcheck.records import dataclass, replace
from modelcheck.symbolic.bmc import bounded, search
from modelcheck.symbolic.outcomes import Inductive, Proof
from modelcheck.symbolic.task import Limits, Task
from modelcheck.symbolic.types import check_types

SEARCH_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `length`: bounded by so many steps. `search`: a predicate to satisfy. `k`: of k-induction.
    Neither `length` nor `search`: is the invariant inductive? `invariants`: expressions, instead of the cfg's.
    `assume`: what may be taken for granted of every state. `simplify`: once the invariant is proved, look for a smaller
    one that implies this."""

    length: int | None = None
    search: str | None = None
    k: int = 1
    invariants: tuple[str, ...] = ()
    assume: tuple[str, ...] = ()
    simplify: str | None = None


def prove(
    path: str | Path,
    config: str | Path | None = None,
    question: Question | None = None,
    *,
    library: Sequence[str | Path] = (),
    limits: Limits | None = None,
    smt_out: Path | None = None,
) -> Proof:
    """Ask about the spec at `path`. Raises `TlaError` (also what cannot be translated: S codes)."""
    model = load(path, config, library)
    engine = ClosureEngine(model)
    return prove_model(model, engine, question or Question(), limits=limits, smt_out=smt_out)


def prove_model(
    model: Model,
    engine: ClosureEngine,
    question: Question,
    *,
    limits: Limits | None = None,
    smt_out: Path | None = None,
) -> Proof:
    """As `prove`, for a model that is loaded."""
    from modelcheck.symbolic.induct import inductive

    invariants = _invariants(model, question)
    assumed = [_parsed(model, text, "--assume") for text in question.assume]
    wanted = None if question.search is None else _parsed(model, question.search, "--search")
    target = None if question.simplify is None else _parsed(model, question.simplify, "--simplify")
    _refuse(model, invariants, question)
    _assumptions(model, engine)
    task = Task(model, engine, limits or Limits())
    task.keep_goals = smt_out is not None
    check_types(model, engine, task, [*invariants, *assumed, *(each for each in (wanted, target) if each is not None)])
    try:
        if wanted is not None:
            proof = search(task, wanted, SEARCH_LENGTH if question.length is None else question.length)
        elif question.length is not None:
            proof = bounded(task, invariants, question.length)
        else:
            proof = inductive(task, invariants, assumed, question)
            if target is not None and isinstance(proof, Inductive):
                proof = _simplified(task, proof, invariants, assumed, target)
        return replace(proof, warnings=(*proof.warnings, *unasked(model, question)))
    finally:
        if smt_out is not None:
            smt_out.write_text("\n(reset)\n".join(task.goals) or "; no question needed a solver\n", encoding="utf-8")


def _simplified(
    task: Task, proof: Inductive, invariants: Sequence[Named], assumed: Sequence[Named], target: Named
) -> Inductive:
    """The proof with a smaller invariant that implies the target, proved again by itself."""
    from modelcheck.symbolic.core import Core, conjuncts
    from modelcheck.symbolic.induct import anew, inductive

    parts = conjuncts(invariants)

    def asked(questions: int) -> dict[str, Any]:
        return {**task.told(), "questions": questions}

    search_task = anew(task)
    found = Core(search_task, parts, assumed).of(target)
    last = anew(search_task)
    if found is not None:
        again = inductive(last, [*found, target], assumed, Question())
        if isinstance(again, Inductive):
            names = tuple(part.name for part in found)
            return replace(proof, target=target.name, core=names, parts=len(parts), **asked(again.questions))
    warning = f"no smaller invariant that implies {target.name} was found"
    return replace(proof, warnings=(*proof.warnings, warning), **asked(last.solver.questions))


def unasked(model: Model, question: Question) -> list[str]:
    """What the cfg says that this question leaves out, one warning for each."""
    out = []
    if question.search is None:
        names = [p.name for p in model.properties if p.inits or p.boxes or p.liveness]
        if names:
            out.append(f"PROPERTY {', '.join(names)} is not looked at: prove asks about states, use tlapair check")
        if model.check_deadlock:
            out.append("deadlock is not looked for (CHECK_DEADLOCK FALSE in the cfg says that it need not be)")
        if model.postcondition is not None:
            out.append(f"POSTCONDITION {model.postcondition.name} is not evaluated: it is about a search")
    if model.constraints and (question.length is not None or question.search is not None):
        names = [named.name for named in model.constraints]
        out.append(f"a state outside CONSTRAINT {', '.join(names)} is looked at, and not left, as in check")
    if model.action_constraints and (question.length is not None or question.search is not None):
        names = [named.name for named in model.action_constraints]
        out.append(f"a step outside ACTION_CONSTRAINT {', '.join(names)} ends a behavior, as in check")
    if model.view is not None:
        out.append("VIEW is not used: states are told apart by all their variables")
    return out


def _parsed(model: Model, text: str, option: str) -> Named:
    """An expression of the command line; a name stands for its definition. S006 for a temporal one."""
    try:
        return formula_of(model, text, option, Level.STATE)
    except TlaError as error:
        if error.code == "C032" and "temporal" in error.message:
            raise TlaError("S006", f"{text} is a temporal formula", error.span) from None
        raise


def _invariants(model: Model, question: Question) -> list[Named]:
    if question.invariants:
        return [_parsed(model, text, "--inv") for text in question.invariants]
    return list(model.invariants)


def _refuse(model: Model, invariants: list[Named], question: Question) -> None:
    if model.next is None or not model.inits:
        name = model.config.file.name
        raise TlaError("C035", f"{name} names no next-state action", exit_code=EXIT_CONFIG)
    if not invariants and question.search is None:
        raise TlaError("S011", "there is no invariant to prove")
    asked_otherwise = question.length is not None or question.search is not None or question.k > 1
    if question.simplify is not None and asked_otherwise:
        raise TlaError(
            "U001", "--simplify goes with an inductive proof only, not with --length, --search, --k-induction"
        )


def _assumptions(model: Model, engine: ClosureEngine) -> None:
    """V001 when an ASSUME is false: what is proved then would mean nothing."""
    from modelcheck.judge import false_assumption

    wrong = false_assumption(model, engine)
    if wrong is not None:
        what = "cannot be evaluated" if wrong.error is not None else "is false"
        raise TlaError("V001", f"{wrong.property_name} {what}", wrong.span, exit_code=EXIT_ASSUMPTION)
