"""An outcome of `prove` as a person reads it, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelcheck.render.text import behavior_lines, explanation_lines
from modelcheck.symbolic.outcomes import (
    CannotEvaluate,
    HoldsUpTo,
    Inductive,
    NotInductive,
    NoWitness,
    Proof,
    Unknown,
    Violated,
    Witness,
)


def headline(proof: Proof) -> str:
    """The outcome in one sentence, without a full stop."""
    match proof:
        case HoldsUpTo():
            ended = "" if proof.ended_at is None else f" (none is longer than {proof.ended_at})"
            return f"no violation in behaviors of up to {proof.bound} steps{ended}"
        case Inductive():
            how = "inductive" if proof.k == 1 else f"{proof.k}-inductive"
            if proof.assumed:
                given = " /\\ ".join(proof.assumed)
                always = f"it holds in every reachable state, given that {given} does"
                return f"{_names(proof)} is {how} relative to {given}: {always}"
            return f"{_names(proof)} is {how}: it holds in every reachable state"
        case Violated():
            by = "an initial state" if proof.action is None else proof.action
            return f"invariant {proof.property_name} is violated by {by}"
        case NotInductive():
            return f"{_names(proof)} is not inductive: {proof.action} breaks {proof.property_name}"
        case CannotEvaluate():
            return f"{proof.doing} cannot be evaluated"
        case Witness():
            return f"{proof.predicate} is satisfied after {len(proof.behavior.steps) - 1} steps"
        case NoWitness():
            return f"{proof.predicate} is satisfied by no behavior of up to {proof.bound} steps"
        case Unknown():
            so_far = "so far" if proof.answered in (None, -1) else f"in behaviors of up to {proof.answered} steps"
            return f"the solver has no answer within its limits: {proof.what}; nothing found {so_far}"


def _names(proof: Proof) -> str:
    return " /\\ ".join(proof.checked)


def _sentence(text: str, *of_the_spec: str) -> str:
    """A headline that begins with a capital letter, but where it begins with what the spec's text says."""
    begins_so = any(part and text.startswith(part) for part in of_the_spec)
    return text if begins_so else text[0].upper() + text[1:]


def as_text(proof: Proof) -> str:
    """Everything, several lines."""
    return "\n".join(_lines(proof))


def _lines(proof: Proof) -> Iterator[str]:
    yield _sentence(headline(proof), _names(proof), getattr(proof, "predicate", "")) + "."
    if isinstance(proof, Inductive) and proof.assumed:
        yield f"Assumed, not proved: {', '.join(proof.assumed)}."
    if isinstance(proof, Inductive) and proof.core is not None:
        yield f"For {proof.target}, {len(proof.core)} of its {proof.parts} conjuncts suffice: {', '.join(proof.core)}."
    if isinstance(proof, CannotEvaluate):
        yield ""
        yield proof.error.render()
    shown = getattr(proof, "behavior", None)
    if shown is not None and shown.steps:
        yield ""
        for line in behavior_lines(shown):
            first = isinstance(proof, NotInductive) and line.startswith("State 1:")
            yield "State 1: some state of the invariant" if first else line
    explanation = getattr(proof, "explanation", None)
    if explanation is not None:
        yield ""
        yield from explanation_lines(explanation)
    if isinstance(proof, NotInductive):
        yield ""
        yield _reach(proof)
        yield "Action by action: " + "; ".join(_obligations(proof)) + "."
    for warning in proof.warnings:
        yield f"Warning: {warning}."
    yield ""
    yield f"{proof.questions} questions to the solver, {proof.seconds:.2f} s."


def _reach(proof: NotInductive) -> str:
    if proof.reach == "reachable":
        return "State 1 is reachable: this is a real bug."
    every = "the spec has no others" if proof.reach_complete else "there may be others"
    found = f"State 1 is not found reachable among {proof.looked_at:,} states ({every})"
    return f"{found}: strengthen the invariant so that it excludes it."


def _obligations(proof: Proof) -> Iterator[str]:
    for each in proof.obligations:
        if each.action is not None:
            yield f"{each.action} {each.what} {each.answer}"


def as_json(proof: Proof) -> dict[str, Any]:
    """The same as data."""
    from modelcheck.render.itf import behavior_as_itf

    out: dict[str, Any] = {
        "verdict": proof.name,
        "exit_code": proof.exit_code,
        "text": headline(proof),
        "checked": list(proof.checked),
        "questions": proof.questions,
        "seconds": proof.seconds,
        "warnings": list(proof.warnings),
        "obligations": [
            {"what": o.what, "action": o.action, "answer": o.answer, "seconds": round(o.seconds, 3)}
            for o in proof.obligations
        ],
    }
    for name in (
        "bound",
        "k",
        "action",
        "property_name",
        "reach",
        "looked_at",
        "predicate",
        "what",
        "target",
        "core",
        "answered",
    ):
        if hasattr(proof, name):
            out[name] = getattr(proof, name)
    if isinstance(proof, CannotEvaluate):
        out["error"] = proof.error.as_json()
    shown = getattr(proof, "behavior", None)
    out["behavior"] = None if shown is None or not shown.steps else behavior_as_itf(shown)
    return out
