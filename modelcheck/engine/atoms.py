"""The truth of atoms in all states and over all steps that tables have found, by tables of their own.

A predicate is taken apart into pieces, an action into instances, as for the search (`formulas.py`, `instances.py`);
what each does is learnt by tracked evaluation, one row for all states that agree on what was read, and looked up
everywhere else. Gives vectors (`explore/truths.py`); None for an atom that cannot be evaluated in some state, that
depends on the run, or that gains nothing by tables: the closures are asked then.
"""

from __future__ import annotations

import ctypes as ct
from array import array
from collections.abc import Callable
from typing import Any

from modelcheck.core.graph import library
from modelcheck.core.learnt import LearntTables
from modelcheck.core.native import ACTION, PLACE_FALSE, PLACE_TRUE, STATE_PREDICATE, STEP_PREDICATE, Core
from modelcheck.engine.fairness import action_tree, on_everything
from modelcheck.engine.filler import REFUSED
from modelcheck.engine.formulas import Splitter, program
from modelcheck.engine.instances import ActionInstances
from modelcheck.engine.places import GiveUp, Places
from modelcheck.engine.rows import Instance, Reads, Row, key_of, outcomes_of, row_words
from modelcheck.engine.runtime import CONTEXT, SINK, STATE, TARGET, UNSET, Frame
from modelcheck.engine.slots import FnNode, Leaf, Regrow, Restart, Unsuitable
from modelcheck.engine.tables import SPLIT_AT, Tables
from modelcheck.engine.tracked_steps import TrackedSteps
from modelcheck.engine.views import NewElement, TrackedState
from modelcheck.errors import EvalError
from modelcheck.ir import flow, ops
from modelcheck.ir.temporal import Atom, FairAction
from modelcheck.values import Bool, Value, equal

Vectors = tuple[bytes, bytes]
MISSES_MIN = 100
MISS_COST = 15  # how many times as long as an evaluation by the closures it takes to learn a row
MISSES_FIRST = 1_500  # while there are fewer, they may yet become rare
SHARE_MAX = 0.25  # … and then there may be at most so many for each evaluation
COMPARED_MAX = 600  # values of one part that are compared with each other


class TableAtoms:
    """See `truths.Known`. `offsets`, `targets`: the steps between the states that the tables have found."""

    def __init__(self, tables: Tables, offsets: array[int], targets: array[int]) -> None:
        self.tables = tables
        self.offsets = offsets
        self.targets = targets
        self._trees: dict[FairAction, tuple[flow.Node, int] | None] = {}
        self._compared: dict[int, _Compared] = {}
        self._actions: dict[FairAction, tuple[bytes, bytes] | None] = {}  # steps, enabled

    @property
    def size(self) -> int:
        """How many states there are."""
        return len(self.offsets) - 1

    def states(self, atom: Atom) -> bytes | None:
        """The truth of a state atom, one byte (0 or 1) a state."""
        if atom.action is not None and self._has_tree(atom.action):
            found = self._action(atom.action)
            return None if found is None else found[1]
        out = bytearray(self.size)
        scan = self._tried(lambda: _Predicate(self, atom.formula, False))
        done = scan and self._tried(lambda: scan.run(lambda t, at: t.scan_states(at, self.size, out)))
        return bytes(out) if done else None

    def steps(self, atom: Atom) -> Vectors | None:
        """The truth of a step atom: one bit a step, and one byte a state for its stuttering step."""
        if atom.action is not None and self._has_tree(atom.action):
            found = self._action(atom.action)
            return None if found is None else (found[0], bytes(self.size))  # the action changes something
        on, own = bytearray((len(self.targets) + 7) // 8), bytearray(self.size)
        scan = self._tried(lambda: _Predicate(self, atom.formula, True))
        done = scan and self._tried(
            lambda: scan.run(lambda t, at: t.scan_steps(at, self.size, self.offsets, self.targets, on, own))
        )
        return (bytes(on), bytes(own)) if done else None

    def _has_tree(self, action: FairAction) -> bool:
        """Whether a run of the action gives all its steps."""
        if action not in self._trees:
            self._trees[action] = action_tree(self.tables.engine, action)
        return self._trees[action] is not None

    def _action(self, action: FairAction) -> tuple[bytes, bytes] | None:
        if action not in self._actions:
            self._actions[action] = self._tried(lambda: self._bare(action) or self._whole(action))
        return self._actions[action]

    def _bare(self, action: FairAction) -> tuple[bytes, bytes] | None:
        """By the steps of A that change the state; None where `v' # v` says something else, or may not be evaluated."""
        if not on_everything(self.tables.engine, action) or not self._comparable():
            return None
        tree = action_tree(self.tables.engine, action, bare=True)
        found = None if tree is None else self._scanned(_Action(self, *tree), False)
        return found if self._comparable() else None

    def _whole(self, action: FairAction) -> tuple[bytes, bytes]:
        tree = self._trees[action]
        assert tree is not None
        return self._scanned(_Action(self, *tree), True)

    def _scanned(self, scan: _Action, stutters: bool) -> tuple[bytes, bytes]:
        on, enabled = bytearray((len(self.targets) + 7) // 8), bytearray(self.size)
        scan.run(lambda t, at: t.scan_action(at, self.size, self.offsets, self.targets, on, enabled, stutters))
        return bytes(on), bytes(enabled)

    def _comparable(self) -> bool:
        """Whether any two values that a part of the state has had can be compared."""
        parts = list(self.tables.layout.roots)
        while parts:
            part = parts.pop()
            if isinstance(part, FnNode):
                parts.extend(part.parts)
                continue
            values = part.values if isinstance(part, Leaf) else part.elements
            compared = self._compared.setdefault(id(part), _Compared(values))
            if compared.values is not values:
                compared = self._compared[id(part)] = _Compared(values)
            if not compared.all():
                return False
        return True

    @staticmethod
    def _tried(work: Callable[[], Any]) -> Any:
        """What some work gives; None where tables do not do."""
        try:
            return work()
        except (Unsuitable, GiveUp, Restart, EvalError, RecursionError):
            return None


class _Scan:
    """What a predicate and an action have in common: instances whose rows are learnt when a scan comes upon a miss."""

    def __init__(self, atoms: TableAtoms, frame_size: int) -> None:
        tables = self.tables = atoms.tables
        self.atoms = atoms
        self.frame_size = max(4, frame_size, tables.frame_size)
        self.places = Places(tables.exprs, tables.layout, tables.engine.context, self.frame_size)
        self.misses = 0
        self.is_step = False
        self.filler = tables.filler
        self.tree: int | None = None  # an action's, for the filler
        self._pieces: dict[int, Any] = {}

    def run(self, scan: Callable[[LearntTables, int], int]) -> bool:
        """Scan all states, learning on the way."""
        learnt, at = self.made(), 0
        while (at := scan(learnt, at)) < self.atoms.size:
            self.misses += 1
            self._judge(at)
            number, target = learnt.missed
            instance = self.instance(number)
            instance.misses += 1
            if self.split(instance, learnt.filled(number)):
                learnt = self.made()
                continue
            core = self.tables.core
            try:
                row = self._evaluate(instance, core.state(at), core.state(target) if self.is_step else None)
            except NewElement as missing:
                self.tables.layout.element(missing.part, missing.element)
                self.tables.relayout()
                learnt = self.made()
                continue
            except Regrow:
                self.tables.relayout()
                learnt = self.made()
                continue
            instance.rows.append(row)
            learnt.put(number, *key_of(self.tables.layout, row), row_words(row))
            if self.filler is not None:
                self.filler.sync()
        return True

    def _served(self, learnt: LearntTables, instances: list[Instance]) -> LearntTables:
        """The same tables, whose misses are answered natively where that can be."""
        if self.filler is not None:
            kind = STEP_PREDICATE if self.is_step else ACTION if self.tree is not None else STATE_PREDICATE
            self.filler.serve(learnt, kind)
            for number, instance in enumerate(instances):
                if id(instance) not in self._pieces:
                    self._pieces[id(instance)] = self.filler.piece(kind, instance, self.tree, self.frame_size)
                learnt.set_piece(number, self._pieces[id(instance)])
        return learnt

    def _judge(self, at: int) -> None:
        """Give up when learning has taken longer than the closures need for everything, or is bound to."""
        if self.filler is not None:
            return  # a miss costs no more than an evaluation
        each = 1 + len(self.atoms.targets) // self.atoms.size if self.is_step else 1
        most = MISSES_MIN + self.atoms.size * each // MISS_COST
        if self.misses > most or self.misses > max(SHARE_MAX * at * each, min(MISSES_FIRST, most // 4)):
            raise GiveUp

    def made(self) -> LearntTables:
        """Tables with all that is known, under the layout as it is."""
        raise NotImplementedError

    def instance(self, number: int) -> Instance:
        """The instance that a piece of the tables is."""
        raise NotImplementedError

    def split(self, instance: Instance, filled: int) -> bool:
        """Take an instance with many misses (`filled`: so many answered natively) further apart, or let it be for good;
        True where the tables have to be made anew.
        """
        return False

    def evaluated(self, instance: Instance, frame: Frame) -> Any:
        """The outcome of an instance."""
        raise NotImplementedError

    def _evaluate(self, instance: Instance, words: list[int], target: list[int] | None) -> Row:
        layout = self.tables.layout
        states = [TrackedState(layout, words)]
        frame: Frame = [UNSET] * self.frame_size
        frame[CONTEXT], frame[STATE] = self.tables.engine.context, states[0]
        if target is not None:
            states.append(TrackedState(layout, target))
            frame[TARGET] = states[1]
        for slot, v in instance.slots.items():
            frame[slot] = v
        outcome = self.evaluated(instance, frame)
        return Row(tuple([Reads.of(state) for state in states]), outcome)

    def _tables_of(self, instances: list[Instance]) -> LearntTables:
        core = self.tables.core
        fetch = ct.cast(core._lib.core_state, ct.c_void_p).value
        assert core._core.value is not None and fetch is not None
        width = self.tables.layout.width
        learnt = LearntTables(len(instances), width, core._core.value, fetch)
        for number, instance in enumerate(instances):
            for row in instance.rows:
                learnt.put(number, *key_of(self.tables.layout, row), row_words(row))
        return self._served(learnt, instances)


class _Predicate(_Scan):
    """A state or step formula."""

    def __init__(self, atoms: TableAtoms, formula: ops.Formula, is_step: bool) -> None:
        super().__init__(atoms, formula.frame_size)
        self.is_step = is_step
        self.splitter = Splitter(self.places, is_step)
        self.root = self.splitter.formula(formula.body, False)

    def made(self) -> LearntTables:
        self.places.grow()
        learnt = self._tables_of(self.splitter.pieces)
        learnt.set_program(*program([(self.root, PLACE_FALSE)], PLACE_TRUE, self.tables.layout.width))
        return learnt

    def instance(self, number: int) -> Instance:
        return self.splitter.pieces[number]

    def split(self, instance: Instance, filled: int) -> bool:
        if instance.op is None or instance.misses + filled < SPLIT_AT:
            return False
        self._pieces.pop(id(instance), None)
        return self.splitter.split_leaf(instance.key[0]) or self.filler is not None

    def evaluated(self, instance: Instance, frame: Frame) -> bool:
        state = frame[STATE]
        return not all(state.has(part, i) for part, i in instance.lifts) or bool(instance.test(frame))


class _Action(_Scan):
    """The steps of a fair action."""

    def __init__(self, atoms: TableAtoms, root: flow.Node, frame_size: int) -> None:
        super().__init__(atoms, frame_size)
        self.pins: dict[int, Any] = {}
        self.names = list(self.tables.engine.variables)
        self.run_tree = TrackedSteps(self.tables.exprs, self.names, "plain", self.pins).run(root)
        self.actions = ActionInstances(self.places, root)
        if self.filler is not None:
            try:
                self.tree = self.filler.views.add_tree(root, self.frame_size)
            except REFUSED:
                self.filler = None
        self.order: list[Instance] = []

    def made(self) -> LearntTables:
        self.places.grow()
        self.order = sorted(self.actions.found, key=lambda instance: instance.key)
        learnt = self._tables_of(self.order)
        for place, instance in enumerate(self.order):
            if instance.lifts:
                part, i = instance.lifts[-1]
                learnt.set_guard(place, part.bits[i].word, part.bits[i].shift)
            if instance.gate:
                prefix, end = instance.key[:-1], place + 1
                while end < len(self.order) and self.order[end].key[: len(prefix)] == prefix:
                    end += 1
                learnt.set_gate(place, end)
        return learnt

    def instance(self, number: int) -> Instance:
        return self.order[number]

    def evaluated(self, instance: Instance, frame: Frame) -> Any:
        sink: list[Any] = []
        frame[TARGET], frame[SINK] = [UNSET] * len(self.names), sink
        self.pins.clear()
        self.pins.update(instance.pins)
        self.run_tree(frame)
        if instance.gate:
            return bool(sink)
        outcomes, short = outcomes_of(self.tables.layout, sink)
        if short:
            raise Regrow
        return outcomes


class _Compared:
    """Whether any two of the values of one part can be compared; they may become more. Remembers what was compared."""

    def __init__(self, values: list[Value]) -> None:
        self.values = values
        self._done = 0
        self._are = True

    def all(self) -> bool:
        """False for more than `COMPARED_MAX` values that are not of one plain type: comparing them takes too long."""
        values = self.values
        if not self._are or self._done == len(values) or {type(v) for v in values} in ({int}, {str}, {Bool}):
            return self._are
        if len(values) > COMPARED_MAX:
            return False
        try:
            for i in range(self._done, len(values)):
                for j in range(i):
                    equal(values[j], values[i])
        except EvalError:
            self._are = False
        self._done = len(values)
        return self._are


def available(tables: Tables | None = None) -> bool:
    """Whether the compiled scans are there, and the tables' states are where they can look at them."""
    return library() is not None and (tables is None or isinstance(tables.core, Core))
