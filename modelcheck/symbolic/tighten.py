"""What a state cannot be is left out of it: the conditions in a joined state that are always or never true.

Each state of an unrolling is one out of many, and most of what its translation allows cannot be: an action that is
never open after so many steps, an element that no set holds yet. Left in, such candidates multiply with every further
step. So the solver is asked, first which paths can be taken at all, then which conditions of the state they lead to
are open: a few models show almost all of them at once, and one question settles the rest (the backbone of M. Janota,
I. Lynce, J. Marques-Silva, "Algorithms for computing backbones of propositional formulae", AI Communications 28,
2015, 161-177, algorithm 3). Whatever it does not answer in `SECONDS` stays as it is, which is only slower.

Every open condition is named: it becomes a boolean of its own, so that what follows is written over few of them.
Source: I. Konnov, J. Kukovec, T. H. Tran, PACMPL 3 (OOPSLA), 2019, 123, section 6 (disabled transitions are left out).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import z3

from modelcheck.records import replace
from modelcheck.symbolic.cells import Choice, SBool, SFun, SInt, SSet, make_choice, make_fun, make_set, truth_value
from modelcheck.symbolic.formulas import FALSE_F, TRUE_F, F
from modelcheck.symbolic.solver import Solver
from modelcheck.symbolic.steps import Joined, Path
from modelcheck.values import Value

SECONDS = 5.0  # for each question


class Names:
    """The booleans that stand for conditions, in one solver."""

    def __init__(self, solver: Solver) -> None:
        self.solver = solver
        self.fx = solver.ctx.fx
        self._named: dict[int, F] = {}
        self._numbers: dict[int, tuple[Any, SInt]] = {}  # by the term's id, which the term keeps alive

    def of(self, formula: F) -> F:
        """The boolean (or its negation) that is this formula; asserted when it is new."""
        under = abs(formula)
        if under == TRUE_F or self.fx.is_atom(F(under)):
            return formula
        known = self._named.get(under)
        if known is None:
            known = self._named[under] = self.fx.fresh("is")
            self.solver.define(known, F(under))
        return known if formula > 0 else F(-known)

    def feasible(self, paths: Sequence[Path]) -> list[Path]:
        """The paths that some behavior can take."""
        if all(path.guard == TRUE_F for path in paths):
            return list(paths)
        named = [self.of(path.guard) for path in paths]
        never = self._never(named)
        return [path for path, name in zip(paths, named, strict=True) if name not in never]

    def tightened(self, joined: Joined) -> Joined:
        """The state with every open condition named and the others decided."""
        found: dict[int, None] = {}
        for value in joined.values:
            _conditions(value, found)
        named = {condition: self.of(F(condition)) for condition in found}
        never = self._never([F(sign * name) for name in named.values() for sign in (1, -1)])
        means: dict[int, F] = {}
        for condition, name in named.items():
            decided = FALSE_F if name in never else TRUE_F if F(-name) in never else name
            means[condition], means[-condition] = decided, F(-decided)
        return replace(joined, values=tuple(self._with(value, means) for value in joined.values))

    def _never(self, literals: Iterable[F]) -> set[F]:
        """Those that cannot be true, as far as the solver says so in time."""
        never = {f for f in literals if f == FALSE_F}
        waiting = list(dict.fromkeys(f for f in literals if f not in (TRUE_F, FALSE_F)))
        while waiting:
            answer = self.solver.ask(self.fx.any_of(waiting), SECONDS)
            if answer == "unknown":
                break
            if answer == "unsat":
                never.update(waiting)
                break
            known: dict[int, bool] = {}
            waiting = [f for f in waiting if not self.fx.truth(f, self.solver.model, known)]
        for f in never:
            self.solver.add(F(-f))
        return never

    def _with(self, value: Value, means: dict[int, F]) -> Value:
        """The value with each condition as it was found."""
        match value:
            case SInt():
                return self._named_number(value)
            case SBool():
                return truth_value(means[value.f])
            case Choice():
                parts = {kind: (means[f], part) for kind, (f, part) in value.parts.items() if means[f] != FALSE_F}
                return make_choice(
                    {v: means[f] for v, f in value.atoms.items()},
                    {kind: (f, self._with(part, means)) for kind, (f, part) in parts.items()},
                )
            case SSet():
                return make_set(
                    {e: means[f] for e, f in value.known.items()},
                    [(means[f], self._with(e, means)) for f, e in value.loose if means[f] != FALSE_F],
                )
            case SFun():
                known = {k: (means[f], x) for k, (f, x) in value.known.items() if means[f] != FALSE_F}
                loose = [(means[f], k, x) for f, k, x in value.loose if means[f] != FALSE_F]
                return make_fun(
                    {k: (f, self._with(x, means)) for k, (f, x) in known.items()},
                    [(f, self._with(k, means), self._with(x, means)) for f, k, x in loose],
                )
        return value

    def _named_number(self, value: SInt) -> Value:
        """The number as an unknown of its own."""
        if z3.is_const(value.term):
            return value
        key = value.term.get_id()
        if key not in self._numbers:
            _, named = self.solver.ctx.fresh_int(value.low, value.high)
            self.solver.add(self.fx.atom(named.term == value.term))
            self._numbers[key] = (value.term, named)
        return self._numbers[key][1]


def _conditions(value: Value, found: dict[int, None]) -> None:
    """Every formula in a value, without its sign."""
    match value:
        case SBool():
            found[abs(value.f)] = None
        case Choice():
            for f in value.atoms.values():
                found[abs(f)] = None
            for f, part in value.parts.values():
                found[abs(f)] = None
                _conditions(part, found)
        case SSet():
            for f in value.known.values():
                found[abs(f)] = None
            for f, e in value.loose:
                found[abs(f)] = None
                _conditions(e, found)
        case SFun():
            for f, x in value.known.values():
                found[abs(f)] = None
                _conditions(x, found)
            for f, k, x in value.loose:
                found[abs(f)] = None
                _conditions(k, found)
                _conditions(x, found)
