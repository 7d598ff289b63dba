"""The truth of atoms in all states and over all steps that the native evaluator has found (see `truths.Known`).

Under SYMMETRY and VIEW a step stands for all those to states that are taken for its target: an atom is true of it if it
is of one of them.

Where the evaluator does not know an answer, the closures are asked; None for an atom that they cannot evaluate
everywhere, or that the evaluator mostly does not know.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

from modelcheck.engine.fairness import action_tree
from modelcheck.engine.protocol import State
from modelcheck.errors import EvalError
from modelcheck.explore.nativesearch import REFUSED, NativeTables, Reads
from modelcheck.ir import flow
from modelcheck.ir.temporal import Atom, FairAction

Vectors = tuple[bytes, bytes]
UNKNOWN_MAX = 100  # states without an answer …
UNKNOWN_SHARE = 0.5  # … and the share of them among those looked at, beyond which nothing is gained


class NativeAtoms:
    """See `truths.Known`. `offsets`, `targets`: the steps between the states found."""

    def __init__(self, tables: NativeTables, offsets: array[int], targets: array[int]) -> None:
        self.tables = tables
        self.engine = tables.model.engine
        self.offsets = offsets
        self.targets = targets
        self._trees: dict[FairAction, int | None] = {}
        self._actions: dict[FairAction, Vectors | None] = {}  # steps, enabled

    @property
    def size(self) -> int:
        """How many states there are."""
        return len(self.offsets) - 1

    def states(self, atom: Atom) -> bytes | None:
        """The truth of a state atom, one byte (0 or 1) a state."""
        if atom.action is not None and self._tree(atom.action) is not None:
            found = self._action(atom.action)
            return None if found is None else found[1]
        if not self._begin(atom):
            return None
        out, test, state = bytearray(self.size), self.engine.atom_test(atom), self.tables.state

        def ask(s: int) -> None:
            out[s] = test(state(s), state(s))

        done = self._scanned(lambda at: self.tables.core.scan_states(at, self.size, out), ask)
        return bytes(out) if done else None

    def steps(self, atom: Atom) -> Vectors | None:
        """The truth of a step atom: one bit a step, and one byte a state for its stuttering step."""
        if atom.action is not None and self._tree(atom.action) is not None:
            found = self._action(atom.action)
            return None if found is None else (found[0], bytes(self.size))  # the action changes something
        if not self._begin(atom):
            return None
        on, own = bytearray((len(self.targets) + 7) // 8), bytearray(self.size)
        test, state = self.engine.atom_test(atom), self.tables.state

        def ask(s: int) -> None:
            here = state(s)
            own[s] = test(here, here)
            for step, targets in self._actual(s, here).items():
                _put(on, step, any(test(here, target) for target in targets))

        core = self.tables.core
        scan = core.scan_steps if self.tables.identity is None else core.scan_merged
        done = self._scanned(lambda at: scan(at, self.size, self.offsets, self.targets, on, own), ask)
        return (bytes(on), bytes(own)) if done else None

    def _actual(self, s: int, here: State) -> dict[int, list[State]]:
        """The states that the steps out of a state really lead to."""
        if self.tables.identity is None:
            return {step: [self.tables.state(self.targets[step])] for step in self._steps_of(s)}
        steps = {self.targets[step]: step for step in self._steps_of(s)}
        found: dict[int, list[State]] = {step: [] for step in self._steps_of(s)}
        for target, _ in self.engine.successors(here):
            step = steps.get(-1 if (number := self.tables.find(target)) is None else number)
            if step is not None:
                found[step].append(target)
        return found

    def _steps_of(self, s: int) -> Sequence[int]:
        return range(self.offsets[s], self.offsets[s + 1])

    def _begin(self, atom: Atom) -> bool:
        """Lower an atom; False where that cannot be."""
        formula, program = atom.formula, self.tables.model.program
        if self.engine.shared.facts(formula.body).impure:
            return False
        try:
            number = program.add_formula(formula)
        except REFUSED:
            return False
        self.tables.core.atom(number, *Reads(len(self.engine.variables)).of(formula.body))
        return True

    def _tree(self, action: FairAction) -> int | None:
        """The tree of an action a run of which gives all its steps."""
        if action not in self._trees:
            self._trees[action] = None
            found = action_tree(self.engine, action)
            if found is not None:
                try:
                    tree = flow.ActionTree(found[0], [("", (), action.angle.span)], found[1])
                    self._trees[action] = self.tables.model.program.add_tree(tree)
                except REFUSED:
                    pass
        return self._trees[action]

    def _action(self, action: FairAction) -> Vectors | None:
        if action in self._actions:
            return self._actions[action]
        tree, run = self._tree(action), self.engine.fair_targets(action)
        assert tree is not None and run is not None
        on, enabled = bytearray((len(self.targets) + 7) // 8), bytearray(self.size)

        def ask(s: int) -> None:
            found = run(self.tables.state(s))
            enabled[s] = bool(found)
            numbers = {self.tables.find(target) for target in found}
            for step in self._steps_of(s):
                _put(on, step, self.targets[step] in numbers)

        done = self._scanned(
            lambda at: self.tables.core.scan_action(tree, at, self.size, self.offsets, self.targets, on, enabled), ask
        )
        self._actions[action] = (bytes(on), bytes(enabled)) if done else None
        return self._actions[action]

    def _scanned(self, scan: Callable[[int], int], ask: Callable[[int], None]) -> bool:
        """Scan all states, asking the closures where that stops; whether it came to the end."""
        at = asked = 0
        while (at := scan(at)) < self.size:
            try:
                ask(at)
            except (EvalError, RecursionError):
                return False
            at, asked = at + 1, asked + 1
            if asked > max(UNKNOWN_MAX, UNKNOWN_SHARE * at):
                return False
        return True


def _put(bits: bytearray, i: int, value: bool) -> None:
    if value:
        bits[i >> 3] |= 1 << (i & 7)
    else:
        bits[i >> 3] &= ~(1 << (i & 7))
