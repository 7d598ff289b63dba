"""What a translation keeps at hand: the formulas, the path it is on, and the errors that evaluation could meet.

TLA+ evaluation stops early and may fail; so every operand is translated under the condition that it is evaluated at
all (`path`), and an evaluation error is recorded with the condition under which it happens. A recorded error that some
reachable state satisfies is as much a finding as a violated invariant.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import z3

from modelcheck.errors import EvalError, TlaError
from modelcheck.records import dataclass
from modelcheck.source import Span
from modelcheck.symbolic.cells import SInt
from modelcheck.symbolic.formulas import FALSE_F, TRUE_F, F, Formulas

T = TypeVar("T")


class Stuck(Exception):
    """Evaluation certainly fails on this path (it has been recorded)."""


class OutOfTime(Exception):
    """The time that was given is over before the translation is done."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An evaluation error and the condition under which it happens."""

    when: F
    code: str
    message: str
    span: Span | None


class Context:
    """One translation. `seq_bound`: the length of sequences of which nothing else is known (None: refused)."""

    def __init__(self, seq_bound: int | None = None) -> None:
        self.fx = Formulas()
        self.path: F = TRUE_F
        self.failures: list[Failure] = []
        self.span: Span | None = None
        self.seq_bound = seq_bound
        self.bounded_by_length = False  # whether seq_bound was used
        self.ints_made = 0
        self.possible: Callable[[F], bool] = lambda _: True  # whether a formula can be, as far as the solver knows
        self.deadline: float | None = None  # of the translation, as `time.monotonic` counts

    # ---- errors ---------------------------------------------------------------------------------------------

    def fail(self, when: F, code: str, message: str) -> None:
        """Evaluation fails on this path when `when` holds."""
        condition = self.fx.both(self.path, when)
        if condition != FALSE_F:
            self.failures.append(Failure(condition, code, message, self.span))

    def together(self, failures: list[Failure]) -> list[Failure]:
        """The same failures, each error at each place once."""
        if len(failures) < 2:
            return failures
        found: dict[tuple[str, str, Span | None], list[F]] = {}
        for failure in failures:
            found.setdefault((failure.code, failure.message, failure.span), []).append(failure.when)
        return [Failure(self.fx.any_of(whens), *key) for key, whens in found.items()]

    def stuck(self, code: str, message: str) -> Stuck:
        """Evaluation fails on this path; to be raised."""
        self.fail(TRUE_F, code, message)
        return Stuck()

    def call(self, fn: Callable[..., T], *args: Any) -> T:
        """A function of known values; its EvalError is a failure on this path."""
        try:
            return fn(*args)
        except EvalError as error:
            raise self.stuck(error.code, error.message) from None

    def refuse(self, code: str, message: str, mend: str | None = None) -> TlaError:
        """What cannot be translated, at the place at hand; to be raised."""
        return TlaError(code, message, self.span, mend=mend)

    # ---- paths ----------------------------------------------------------------------------------------------

    def under(self, condition: F, make: Callable[[], T]) -> T | None:
        """`make()` on the path where `condition` holds too; None where that is no path, or fails certainly. Raises
        `OutOfTime`."""
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise OutOfTime
        path = self.fx.both(self.path, condition)
        if path == FALSE_F:
            return None
        before, self.path = self.path, path
        try:
            return make()
        except Stuck:
            return None
        finally:
            self.path = before

    # ---- unknowns -------------------------------------------------------------------------------------------

    def fresh_int(self, low: int | None = None, high: int | None = None) -> tuple[F, SInt]:
        """An unknown integer and the formula that keeps it within its bounds."""
        self.ints_made += 1
        term = z3.Int(f"i!{self.ints_made}")
        fx = self.fx
        lower = TRUE_F if low is None else fx.atom(term >= low)
        upper = TRUE_F if high is None else fx.atom(term <= high)
        return fx.both(lower, upper), SInt(term, low, high)
