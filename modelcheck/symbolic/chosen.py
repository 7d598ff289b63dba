"""CHOOSE from a set whose elements are not known.

Which element comes first in TLC's order is told where they are numbers, or where there is but one that passes. That
there is only one is asked of the solver. Where there may be several the order would be needed, and where the predicate
may fail too (TLC looks at no element behind the first that passes): both are refused (S007).
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from modelcheck.errors import TlaError
from modelcheck.ir import ops
from modelcheck.symbolic import merging
from modelcheck.symbolic.cells import Choice, kind_of
from modelcheck.symbolic.context import Stuck
from modelcheck.symbolic.formulas import FALSE_F, F
from modelcheck.symbolic.frames import Frame
from modelcheck.symbolic.numbers import at_most, only_int
from modelcheck.values import Value

if TYPE_CHECKING:
    from modelcheck.symbolic.encode import Encoder

CANDIDATES_MAX = 40  # that are compared with each other
Candidates = list[tuple[F, Value]]


def among_unknown(encoder: Encoder, op: ops.Choose, frame: Frame, found: Candidates) -> Value:
    """The least number that passes, or the only element that does."""
    ctx = encoder.ctx
    before = len(ctx.failures)
    passing = _passing(encoder, op, frame, found)
    if ctx.possible(ctx.fx.any_of(failure.when for failure in ctx.failures[before:])):
        raise _refused(encoder)
    ctx.fail(F(-ctx.fx.any_of(f for f, _ in passing)), "E005", "no element satisfies the predicate of CHOOSE")
    if not passing:
        raise Stuck
    if all(_is_number(e) for _, e in passing):
        return _least(encoder, passing)
    if len(passing) > CANDIDATES_MAX or ctx.possible(ctx.fx.both(ctx.path, _several(encoder, passing))):
        raise _refused(encoder)
    return _first(encoder, passing)


def _refused(encoder: Encoder) -> TlaError:
    return encoder.ctx.refuse(
        "S007",
        "CHOOSE from a set whose elements are not known is not translated",
        "quantify over the set instead: \\E x \\in S : ...",
    )


def _is_number(e: Value) -> bool:
    if isinstance(e, Choice):
        return set(e.parts) <= {"int"} and all(type(atom) is int for atom in e.atoms)
    return kind_of(e) == "int"


def _passing(encoder: Encoder, op: ops.Choose, frame: Frame, found: Candidates) -> Candidates:
    """The candidates that may pass, each with the condition that it does."""
    ctx = encoder.ctx
    (binder,) = op.binders
    out = []
    for f, e in found:
        passed = ctx.under(f, lambda e=e: encoder.test(op.body, encoder.bound(frame, binder, e)))  # type: ignore[misc]
        here = FALSE_F if passed is None else ctx.fx.both(f, passed)
        if here != FALSE_F:
            out.append((here, e))
    return out


def _least(encoder: Encoder, passing: Candidates) -> Value:
    ctx = encoder.ctx
    passing = [(f, only_int(ctx, e, "CHOOSE")) for f, e in passing]
    arms, taken = [], FALSE_F
    for f, e in passing:
        least = ctx.fx.all_of(ctx.fx.implies(g, at_most(ctx, e, x)) for g, x in passing)
        here = ctx.fx.all_of((f, least, F(-taken)))
        arms.append((here, e))
        taken = ctx.fx.either(taken, here)
    return merging.merge(ctx, arms)


def _several(encoder: Encoder, passing: Candidates) -> F:
    """That two candidates pass and differ."""
    ctx = encoder.ctx
    out = []
    for (f, x), (g, y) in combinations(passing, 2):
        both = ctx.fx.both(f, g)
        same = ctx.under(both, lambda x=x, y=y: merging.equal(ctx, x, y))  # type: ignore[misc]
        if same is not None:
            out.append(ctx.fx.both(both, F(-same)))
    return ctx.fx.any_of(out)


def _first(encoder: Encoder, passing: Candidates) -> Value:
    ctx = encoder.ctx
    arms, taken = [], FALSE_F
    for f, e in passing:
        arms.append((ctx.fx.both(f, F(-taken)), e))
        taken = ctx.fx.either(taken, f)
    return merging.merge(ctx, arms)
