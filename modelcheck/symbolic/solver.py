"""z3, asked one question after the other: incremental, each with a limit of time.

As long as everything is propositional the finite-domain solver is used (a SAT solver: many times faster here); with
the first integer term the assertions move to the solver of linear arithmetic.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Any, Literal

import z3

from modelcheck.symbolic.context import Context
from modelcheck.symbolic.formulas import FALSE_F, TRUE_F, F
from modelcheck.symbolic.interrupt import interruptible

Answer = Literal["sat", "unsat", "unknown"]


class Solver:
    """Assertions on a stack. `seconds` limits each question; `deadline` (monotonic) limits them all."""

    def __init__(self, ctx: Context, seconds: float, deadline: float | None = None) -> None:
        self.ctx = ctx
        self.seconds = seconds
        self.deadline = deadline
        self.asserted: list[F] = []
        self.questions = 0
        self.model: Any = None
        self._arithmetic = False
        self._z3 = self._new()

    def _new(self) -> Any:
        solver = z3.SolverFor("QF_FD") if not self._arithmetic else z3.Solver()
        solver.set("random_seed", 0)
        solver.set("ctrl_c", False)  # it would be taken for a question without an answer
        for formula in self.asserted:
            solver.add(self.ctx.fx.z3_of(formula))
        return solver

    def add(self, formula: F) -> None:
        """Assert a formula from here on."""
        if formula == TRUE_F:
            return
        self.asserted.append(formula)
        self._adapt()
        self._z3.add(self.ctx.fx.z3_of(formula))

    def define(self, name: F, formula: F) -> None:
        """Assert that a boolean is this formula."""
        self.add(self.ctx.fx.iff(name, formula))

    def ask(self, formula: F, seconds: float | None = None) -> Answer:
        """Whether the assertions and this formula can be true together, in so many seconds or fewer; on "sat", `model`
        says how."""
        if formula == FALSE_F:
            return "unsat"
        limit = self.seconds if seconds is None else min(seconds, self.seconds)
        left = limit if self.deadline is None else min(limit, self.deadline - time.monotonic())
        if left <= 0:
            return "unknown"
        self.questions += 1
        term = self.ctx.fx.z3_of(formula)
        self._adapt()
        self._z3.set("timeout", max(1, int(left * 1000)))
        self._z3.push()
        try:
            self._z3.add(term)
            with interruptible(self._z3.interrupt):
                found = self._z3.check()
            if found == z3.sat:
                self.model = self._z3.model()
                return "sat"
            return "unsat" if found == z3.unsat else "unknown"
        finally:
            self._z3.pop()

    def used(self, goal: F, switches: list[F], kept_anyway: Collection[F] = ()) -> list[F] | None:
        """Switches (free booleans) that, all on, keep the goal from being true, none of them in vain; None when all
        together do not, or there is no answer. Those in `kept_anyway` are not tried to be left out."""
        if goal == FALSE_F:
            return []
        term = self.ctx.fx.z3_of(goal)
        self._adapt()
        self._z3.push()
        try:
            self._z3.add(term)
            if not self._excluded(switches):
                return None
            kept = list(switches)
            for switch in reversed(switches):
                rest = [each for each in kept if each != switch]
                if switch not in kept_anyway and self._excluded(rest):
                    kept = rest
            return kept
        finally:
            self._z3.pop()

    def _excluded(self, switches: list[F]) -> bool:
        """Whether what is asserted cannot be when all of these are on."""
        left = self.seconds if self.deadline is None else min(self.seconds, self.deadline - time.monotonic())
        if left <= 0:
            return False
        self.questions += 1
        self._z3.set("timeout", max(1, int(left * 1000)))
        terms = [self.ctx.fx.z3_of(switch) for switch in switches]
        with interruptible(self._z3.interrupt):
            return bool(self._z3.check(*terms) == z3.unsat)

    def _adapt(self) -> None:
        if not self._arithmetic and self.ctx.fx.arithmetic:
            self._arithmetic = True
            self._z3 = self._new()

    def smt_lib(self, formula: F) -> str:
        """The assertions and the negated goal as SMT-LIB text."""
        solver = z3.Solver()
        for each in self.asserted:
            solver.add(self.ctx.fx.z3_of(each))
        solver.add(self.ctx.fx.z3_of(formula))
        return str(solver.to_smt2())
