"""A smaller invariant: the conjuncts of an inductive one that a target needs, and those that these need in turn.

The target is proved from all conjuncts, and then with one less as long as that works; each of those left has to be kept
by every step, which is proved in the same way, until nothing new is needed. Conjuncts that are needed already are not
tried to be left out. What is found is proved again by itself before it is told. It is small, not smallest.
Source: A. Ivrii, A. Gurfinkel, A. Belov, "Small Inductive Safe Invariants", FMCAD 2014, 115-122.
"""

from __future__ import annotations

from collections.abc import Sequence

from modelcheck.errors import TlaError
from modelcheck.module import tree
from modelcheck.module.model import Named
from modelcheck.symbolic.bmc import Unrolling
from modelcheck.symbolic.formulas import F
from modelcheck.symbolic.task import Task


def conjuncts(invariants: Sequence[Named]) -> list[Named]:
    """The invariants taken apart: the items of a definition that is a conjunction, by name where they have one."""
    out: list[Named] = []
    for named in invariants:
        expr = named.expr
        body = None
        if isinstance(expr, tree.Appl) and isinstance(expr.symbol, tree.Definition) and not expr.symbol.params:
            body = expr.symbol.complete().body
        items = [] if body is None else _items(body)
        out += [Named(_name(item), item, item.span) for item in items] if len(items) > 1 else [named]
    return out


def _items(body: tree.Expr) -> list[tree.Expr]:
    """The items of a conjunction, written as a list or with infix signs."""
    if isinstance(body, tree.Junct) and body.op == "/\\":
        return [part for item in body.items for part in _items(item)]
    if isinstance(body, tree.Appl) and isinstance(body.symbol, tree.Builtin) and body.symbol.name == "/\\":
        return [part for item in body.args if not isinstance(item, tree.OpArg) for part in _items(item)]
    return [body]


def _name(item: tree.Expr) -> str:
    """The text of a conjunct, on one line."""
    return "a conjunct" if item.span is None else " ".join(item.span.text.split())


class Core:
    """Which conjuncts a target needs. `task` must be new."""

    def __init__(self, task: Task, parts: Sequence[Named], assumed: Sequence[Named]) -> None:
        self.task = task
        self.parts = parts
        self.assumed = assumed

    def of(self, target: Named) -> list[Named] | None:
        """The conjuncts, in their order; None when the solver has no answer, or one is not kept."""
        from modelcheck.symbolic.induct import any_state

        task, fx = self.task, self.task.ctx.fx
        unrolling = Unrolling(task)
        typed = self._typed()
        any_state(task, unrolling, self.parts[:typed])
        if not unrolling.trail:
            return None
        switches: dict[F, int] = {}
        for number, part in enumerate(self.parts[typed:], typed):
            holds, failures = task.holds(part.expr, unrolling.last.values)
            switch = fx.fresh("use")
            switches[switch] = number
            task.solver.add(fx.implies(switch, fx.all_of([holds, *(F(-f.when) for f in failures)])))
        self._assume(unrolling)
        needed = {i for i, part in enumerate(self.parts) if i < typed or part.name == target.name}
        wrong, failures = task.holds(target.expr, unrolling.last.values)
        waiting = [fx.any_of([F(-wrong), *(f.when for f in failures)])]
        following = unrolling.leave()
        waiting.append(fx.any_of(f.when for f in unrolling.failures))
        for goal in waiting:
            used = task.solver.used(goal, list(switches), [s for s, n in switches.items() if n in needed])
            if used is None:
                return None
            needed |= {switches[switch] for switch in used}
        if unrolling.enter(following):
            self._assume(unrolling)
            if not self._closed(unrolling, needed, switches):
                return None
        return [self.parts[i] for i in sorted(needed)]

    def _closed(self, unrolling: Unrolling, needed: set[int], switches: dict[F, int]) -> bool:
        """Adds what steps need to keep what is needed. False: something is not kept."""
        task, fx = self.task, self.task.ctx.fx
        waiting, done = sorted(needed), set(needed)
        while waiting:
            part = self.parts[waiting.pop(0)]
            holds, failures = task.holds(part.expr, unrolling.last.values)
            bad = fx.any_of([F(-holds), *(f.when for f in failures)])
            used = task.solver.used(bad, list(switches), [s for s, n in switches.items() if n in done])
            if used is None:
                return False
            new = {switches[switch] for switch in used} - done
            done |= new
            waiting += sorted(new)
        needed |= done
        return True

    def _assume(self, unrolling: Unrolling) -> None:
        for named in self.assumed:
            holds, failures = self.task.holds(named.expr, unrolling.last.values)
            self.task.solver.add(self.task.ctx.fx.all_of([holds, *(F(-f.when) for f in failures)]))

    def _typed(self) -> int:
        """How many conjuncts from the first on are needed so that each variable has a value. S009 if all do not do."""
        for size in range(1, len(self.parts) + 1):
            tree_ = self.task.init_tree([part.expr for part in self.parts[:size]], "the invariant")
            paths, failures = self.task.paths(tree_, None)
            if paths and not any(f.code in ("E007", "E008") for f in failures):
                return size
        raise TlaError("S009", "the invariant leaves a variable open")
