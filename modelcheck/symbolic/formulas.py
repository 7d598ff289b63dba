"""Propositional formulas over atoms of z3, as numbers: an and-inverter graph that simplifies while it is built.

A formula `F` is a number; its negation is the negative number. `TRUE_F` and `FALSE_F` are 1 and -1. Nodes are shared:
two conjunctions of the same parts are one number. Everything the encoder says about a state is such a formula, and
most of it vanishes here, before any solver sees it. An atom is a fresh boolean, or a comparison of z3 integers.

Source: A. Biere, "The AIGER And-Inverter Graph (AIG) format", FMV report 07/1, 2007 (sharing and the two-level rules).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NewType

import z3

F = NewType("F", int)
TRUE_F = F(1)
FALSE_F = F(-1)


def _joined(make: Any, parts: list[Any]) -> Any:
    """`z3.And` or `z3.Or`, without looking at the sort of each part again."""
    array = (z3.Ast * len(parts))(*[part.as_ast() for part in parts])
    context = z3.main_ctx()
    return z3.BoolRef(make(context.ref(), len(parts), array), context)


class Formulas:
    """The graph. `z3_of` gives what a solver takes; `truth` evaluates under a model."""

    def __init__(self) -> None:
        self._parts: list[tuple[int, ...] | None] = [None, ()]  # by node; None: an atom
        self._atoms: dict[int, Any] = {}
        self._known: dict[tuple[int, ...], int] = {}
        self._by_term: dict[int, F] = {}
        self._z3: dict[int, Any] = {1: z3.BoolVal(True), -1: z3.BoolVal(False)}
        self.fresh_made = 0
        self.arithmetic = False  # whether an atom is more than a boolean

    def __len__(self) -> int:
        return len(self._parts)

    # ---- building -------------------------------------------------------------------------------------------

    def fresh(self, name: str = "b") -> F:
        """A new boolean, free."""
        self.fresh_made += 1
        return self.atom(z3.Bool(f"{name}!{self.fresh_made}"))

    def atom(self, term: Any) -> F:
        """A boolean term of z3 (the same term gives the same formula)."""
        if z3.is_true(term):
            return TRUE_F
        if z3.is_false(term):
            return FALSE_F
        key = term.get_id()
        known = self._by_term.get(key)
        if known is None:
            self.arithmetic = self.arithmetic or not (z3.is_const(term) and z3.is_bool(term))
            self._parts.append(None)
            number = len(self._parts) - 1
            self._atoms[number] = term  # keeps the term, and so its id, alive
            known = self._by_term[key] = F(number)
        return known

    def is_atom(self, formula: F) -> bool:
        """Whether a formula is an atom or the negation of one."""
        return self._parts[abs(formula)] is None

    def all_of(self, items: Iterable[F]) -> F:
        """Conjunction."""
        found: set[int] = set()
        for item in items:
            if item == 1:
                continue
            if item == -1:
                return FALSE_F
            found.add(item)
        if not found:
            return TRUE_F
        if len(found) == 1:
            return F(found.pop())
        for literal in found:
            if -literal in found:
                return FALSE_F
        if len(found) <= 4:
            simpler = self._absorb(found)
            if simpler is not None:
                return simpler
        key = tuple(sorted(found))
        known = self._known.get(key)
        if known is None:
            self._parts.append(key)
            known = self._known[key] = len(self._parts) - 1
        return F(known)

    def _absorb(self, found: set[int]) -> F | None:
        """Small conjunctions: parts of parts that contradict, repeat or are satisfied already."""
        for item in found:
            if item > 0:
                parts = self._parts[item]
                if parts is None:
                    continue
                for part in parts:
                    if -part in found:
                        return FALSE_F
                    if part in found:
                        return self.all_of(F(i) for i in found if i != part)
            else:
                parts = self._parts[-item]
                if parts is None:
                    continue
                for part in parts:
                    if -part in found:  # ~(a /\ b) /\ ~a
                        return self.all_of(F(i) for i in found if i != item)
                    if part in found:  # ~(a /\ b) /\ a  =  a /\ ~b
                        rest = self.all_of(F(p) for p in parts if p not in found)
                        return self.all_of([*(F(i) for i in found if i != item), F(-rest)])
        return None

    def both(self, a: F, b: F) -> F:
        """`a /\\ b`."""
        if a == 1 or a == b:
            return b
        if b == 1:
            return a
        if a == -1 or b == -1 or a == -b:
            return FALSE_F
        return self.all_of((a, b))

    def any_of(self, items: Iterable[F]) -> F:
        """Disjunction."""
        return F(-self.all_of(F(-item) for item in items))

    def either(self, a: F, b: F) -> F:
        """`a \\/ b`."""
        return F(-self.both(F(-a), F(-b)))

    def implies(self, a: F, b: F) -> F:
        """`a => b`."""
        return F(-self.both(a, F(-b)))

    def iff(self, a: F, b: F) -> F:
        """`a <=> b`."""
        if a == b:
            return TRUE_F
        if a == -b:
            return FALSE_F
        if abs(a) == 1:
            return b if a == 1 else F(-b)
        if abs(b) == 1:
            return a if b == 1 else F(-a)
        return self.both(self.implies(a, b), self.implies(b, a))

    def ite(self, c: F, a: F, b: F) -> F:
        """`IF c THEN a ELSE b`."""
        if c == 1 or a == b:
            return a
        if c == -1:
            return b
        return self.either(self.both(c, a), self.both(F(-c), b))

    # ---- reading --------------------------------------------------------------------------------------------

    def z3_of(self, formula: F) -> Any:
        """The formula as a term of z3."""
        made = self._z3
        known = made.get(formula)
        if known is not None:
            return known
        stack: list[int] = [formula]
        while stack:
            top = stack[-1]
            if top in made:
                stack.pop()
                continue
            if top < 0:
                under = self._parts[-top]
                if under is None:
                    if -top in made:
                        made[top] = z3.Not(made[-top])
                    else:
                        stack.append(-top)
                    continue
                waiting = [-p for p in under if -p not in made]
                if waiting:
                    stack.extend(waiting)
                else:
                    made[top] = _joined(z3.Z3_mk_or, [made[-p] for p in under])
                continue
            parts = self._parts[top]
            if parts is None:
                made[top] = self._atoms[top]
                continue
            waiting = [p for p in parts if p not in made]
            if waiting:
                stack.extend(waiting)
            else:
                made[top] = _joined(z3.Z3_mk_and, [made[p] for p in parts])
        return made[formula]

    def truth(self, formula: F, model: Any, known: dict[int, bool]) -> bool:
        """Whether the formula is true under a model of z3. `known` keeps what was found for this model."""
        stack: list[int] = [abs(formula)]
        known[1] = True
        while stack:
            top = stack[-1]
            if top in known:
                stack.pop()
                continue
            parts = self._parts[top]
            if parts is None:
                known[top] = z3.is_true(model.eval(self._atoms[top], model_completion=True))
                continue
            waiting = [abs(p) for p in parts if abs(p) not in known]
            if waiting:
                stack.extend(waiting)
            else:
                known[top] = all(known[abs(p)] == (p > 0) for p in parts)
        return known[abs(formula)] == (formula > 0)
