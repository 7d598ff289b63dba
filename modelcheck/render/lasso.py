"""Why a lasso is a counterexample, as a person reads it: where the property fails, and how fairness is satisfied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelcheck.explore.reasons import Reasons

NAMES_MAX = 6


def reason_lines(reasons: Reasons, stutters: bool) -> Iterator[str]:
    """Lines to follow the behavior. Conditions that are satisfied in the same way share a line."""
    if reasons.property:
        yield ""
        yield "Why the property is false:"
        yield from (f"  {text}" for text in reasons.property)
    yield ""
    if not reasons.fairness:
        what = "behavior may stop" if stutters else "step may be left out forever"
        yield f"Fairness: the specification asks for none, so any {what}."
        return
    yield f"Fairness, satisfied {'here' if stutters else 'in the cycle'}:"
    groups: dict[tuple[str, str], list[str]] = {}
    for condition in reasons.fairness:
        groups.setdefault((condition.kind, condition.why), []).append(condition.action)
    for (kind, why), actions in groups.items():
        more = len(actions) - NAMES_MAX
        names = ", ".join(actions[:NAMES_MAX]) + (f" and {more} more" if more > 0 else "")
        yield f"  {kind} of {names}: {why}" if kind else f"  {names}: {why}"
