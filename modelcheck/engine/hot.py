"""When closures give way to written code: formulas and action trees that are evaluated often (`engine/pycode.py`).

The written code answers where it can. Where it raises, the closures evaluate the same again and their answer or error
counts; after `FAILURES_MAX` such failures the closures are left to themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from modelcheck.engine.exprs import ExprCompiler
from modelcheck.engine.pyhelp import suits
from modelcheck.engine.runtime import STATE, UNSET, Frame, Run, Test
from modelcheck.errors import EvalError
from modelcheck.ir import flow, ops

HOT = 150  # evaluations by the closures before anything is written
HOT_INITIAL = 1_000  # initial states found by the closures before their search begins anew, written out
FAILURES_MAX = 20
_LOCALS = 4  # slots before this one are not the formula's own


def hot_test(exprs: ExprCompiler, op: ops.Op, after: int | None) -> Test:
    """The truth of an op: by its closure for the first `after` evaluations (None: always)."""
    slow = exprs.test(op)
    if after is None or not _may(exprs, op):
        return slow
    quick: Test | None = None
    left, failures = after, 0

    def test(frame: Frame) -> bool:
        nonlocal quick, left, failures
        if quick is None:
            left -= 1
            if left >= 0:
                return slow(frame)
            from modelcheck.engine.pycode import write_test

            quick = write_test(exprs, op, len(frame)) or slow
        try:
            return quick(frame)
        except (EvalError, RecursionError):
            if quick is slow:
                raise
        failures += 1
        if failures > FAILURES_MAX:
            quick = slow
        frame[_LOCALS:] = [UNSET] * (len(frame) - _LOCALS)
        return slow(frame)

    return test


def hot_steps(exprs: ExprCompiler, root: flow.Node, where: int, slow: Run, after: int | None) -> Callable[[Frame], Any]:
    """A run of an action tree, likewise. It gives back the sink: a new one where the closures begin anew."""
    quick: Run | None = slow if after is None or not _may(exprs, root) else None
    left, failures = after or 0, 0

    def run(frame: Frame) -> Any:
        nonlocal quick, left, failures
        sink = frame[2]
        if quick is None:
            left -= 1
            if left >= 0:
                slow(frame)
                return sink
            from modelcheck.engine.pysteps import write_steps

            quick = write_steps(exprs, root, where, len(frame)) or slow
        try:
            quick(frame)
            return sink
        except (EvalError, RecursionError):
            if quick is slow:
                raise
        failures += 1
        if failures > FAILURES_MAX:
            quick = slow
        frame[where] = [UNSET] * len(frame[where])
        frame[2] = sink = []
        frame[_LOCALS:] = [UNSET] * (len(frame) - _LOCALS)
        slow(frame)
        return sink

    return run


def _may(exprs: ExprCompiler, part: ops.Op | flow.Node) -> bool:
    """Whether code may be written for these closures: not where a compiler makes them its own way."""
    return type(exprs) is ExprCompiler and suits(part)


class _Enough(Exception):
    """So many initial states that it pays to begin anew."""


class _Impatient(list[Any]):
    """A sink that has enough at some number of states."""

    most = HOT_INITIAL

    def append(self, item: Any) -> None:
        """Take a state, or raise `_Enough`."""
        if len(self) >= self.most:
            raise _Enough
        super().append(item)


def initial_states(
    exprs: ExprCompiler, root: flow.Node, slow: Run, frame_of: Callable[[list[Any]], Frame], after: int | None
) -> list[Any] | None:
    """All initial states; None where the closures have to find them one by one (there is an error on the way)."""
    if after is None or not _may(exprs, root):
        return None
    few = _Impatient()
    few.most = HOT_INITIAL if after else 0
    sink: list[Any] = []
    try:
        slow(frame_of(few))
        return few
    except _Enough:
        from modelcheck.engine.pysteps import write_steps

        quick = write_steps(exprs, root, STATE, len(frame_of(few)))
    except (EvalError, RecursionError):
        return None
    if quick is None:
        return None
    try:
        quick(frame_of(sink))
    except (EvalError, RecursionError):
        return None
    return sink
