"""An engine that asks the native interpreter first, and the closures where it does not tell; it notes what was left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.native import NativeProgram, Unknown, Unsuitable
from modelcheck.engine.protocol import Predicate, State
from modelcheck.ir import flow
from modelcheck.ir.lower import Lowering
from modelcheck.module.tree import Expr
from modelcheck.values import Value, normalize
from modelcheck.values.order import _GENERATION

LEFT: list[tuple[str, str]] = []  # by all engines: what was asked, and why it was left to the closures


class NativeEngine(ClosureEngine):
    """The native interpreter, with the closures behind it. The program is made anew when names are ranked anew."""

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        self.told = 0
        self.left: list[tuple[str, str]] = []
        self._made: tuple[object, NativeProgram] | None = None
        self._trees: dict[int, int] = {}
        self._numbers: dict[int, int] = {}

    @property
    def between(self) -> int:
        """See `ClosureEngine.between`."""
        met = 0 if self._made is None else int(self._made[1].lib.native_between(self._made[1].handle))
        return super().between + met

    @property
    def program(self) -> NativeProgram:
        """The program, under the present order of names."""
        if self._made is None or self._made[0] is not _GENERATION[0]:
            self._made = _GENERATION[0], NativeProgram(self)
            self._trees.clear()
            self._numbers.clear()
        return self._made[1]

    def _tree(self, tree: flow.ActionTree) -> int:
        program = self.program
        if id(tree) not in self._trees:
            self._trees[id(tree)] = program.add_tree(tree)
        return self._trees[id(tree)]

    def _number(self, expr: Expr) -> int:
        formula, program = self._formula(expr), self.program
        if id(formula) not in self._numbers:
            self._numbers[id(formula)] = program.add_formula(formula)
        return self._numbers[id(formula)]

    def _leave(self, what: str, why: Exception) -> None:
        note = (what, str(why) or self.program.why)
        self.left.append(note)
        LEFT.append(note)

    def initial(self) -> Iterator[State]:
        """As the closures."""
        tree = Lowering(self.shared, "init").actions.init_tree(self.model.inits)
        found = self._run(tree, None)
        return super().initial() if found is None else iter([state for state, _ in found])

    def successors(self, state: State) -> list[tuple[State, int]]:
        """As the closures."""
        found = self._run(self.next_tree, state)
        return super().successors(state) if found is None else found

    def _run(self, tree: flow.ActionTree, state: State | None) -> list[tuple[State, int]] | None:
        try:
            found = self.program.run(self._tree(tree), state)
        except (Unknown, Unsuitable) as why:
            self._leave("initial" if state is None else "successors", why)
            return None
        self.told += 1
        return found

    def state_predicate(self, name: str, expr: Expr) -> Predicate:
        """As the closures."""
        return self._predicate(super().state_predicate(name, expr), expr)

    def step_predicate(self, name: str, expr: Expr) -> Predicate:
        """As the closures."""
        return self._predicate(super().step_predicate(name, expr), expr)

    def _predicate(self, slow: Predicate, expr: Expr) -> Predicate:
        def holds(*states: State) -> bool:
            try:
                truth = self.program.test(self._number(expr), *states)
            except (Unknown, Unsuitable) as why:
                self._leave(slow.name, why)
                return slow.holds(*states)
            self.told += 1
            return truth

        return replace(slow, holds=holds)

    def evaluate(self, expr: Expr, state: State | None = None, target: State | None = None) -> Value:
        """As the closures, but sets are written out where they are finite."""
        try:
            value = self.program.value(self._number(expr), state, target)
        except (Unknown, Unsuitable) as why:
            self._leave(expr.span.text if expr.span is not None else "?", why)
            return super().evaluate(expr, state, target)
        self.told += 1
        slow = super().evaluate(expr, state, target)
        assert normalize(slow) == value, "the native interpreter gives another value"
        return slow
