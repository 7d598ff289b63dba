"""What is known of an op before any state is looked at: constants, parts that it always reads, sets it ranges over.

Shared by the finding of action instances (`instances.py`) and the splitting of predicates (`formulas.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from modelcheck.engine.protocol import Value
from modelcheck.engine.runtime import CONTEXT, UNSET, Frame
from modelcheck.engine.slots import FnNode, Layout, Part, SetNode, Unsuitable
from modelcheck.engine.tracked import TrackedCompiler
from modelcheck.errors import EvalError
from modelcheck.ir import ops
from modelcheck.records import dataclass
from modelcheck.values import cardinality, is_finite, is_set

Slots = Mapping[int, Value]


class GiveUp(Exception):
    """The closures have to settle this: an error of evaluation, or too little to gain."""


@dataclass(slots=True)
class Lift:
    """A place where new elements of a set make new instances. `grow` gets an element's number."""

    node: SetNode
    done: int
    grow: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Range:
    """A binder's domain: a set in the state (`side` 1: in the next state), narrowed by filters."""

    part: SetNode
    side: int
    filters: tuple[ops.Filter, ...]


class Places:
    """Knowledge of ops under a layout."""

    def __init__(self, exprs: TrackedCompiler, layout: Layout, context: Any, frame_size: int) -> None:
        self.exprs = exprs
        self.facts = exprs.facts
        self.layout = layout
        self.context = context
        self.frame_size = frame_size
        self.lifts: list[Lift] = []
        self.count = 0

    def counted(self) -> None:
        """One more instance. `Unsuitable` when there are too many."""
        self.count += 1
        if self.count > INSTANCES_MAX:
            raise Unsuitable("too many instances")

    def frame(self, slots: Slots) -> Frame:
        """A frame without states, with some names bound."""
        frame: Frame = [UNSET] * self.frame_size
        frame[CONTEXT] = self.context
        for slot, v in slots.items():
            frame[slot] = v
        return frame

    def known(self, op: ops.Op, slots: Slots) -> bool:
        """Whether the op depends on constants and bound names only."""
        facts = self.facts(op)
        return not (facts.current or facts.target or facts.impure) and facts.slots <= slots.keys()

    def constant(self, op: ops.Op, slots: Slots) -> Value:
        """The value of a known op."""
        try:
            return self.exprs.value(op)(self.frame(slots))
        except EvalError:
            raise GiveUp from None

    def settled(self, op: ops.Op, slots: Slots) -> bool | None:
        """The op's truth as far as it needs no state (`TrackedCompiler.settled`), where all its names are bound."""
        if not self.facts(op).slots <= slots.keys():
            return None
        test = self.exprs.settled(op)
        return None if test is None else test(self.frame(slots))

    def static(self, op: ops.Op, slots: Slots) -> tuple[Part, int] | None:
        """The part of the state that an op always reads, if it does; and of which state, 1 for the next one."""
        match op:
            case ops.Var():
                return self.layout.roots[op.index], 0
            case ops.Next() if not op.checked:
                return self.layout.roots[op.index], 1
            case ops.Apply():
                found = self.static(op.fn, slots)
                if found is not None and isinstance(found[0], FnNode) and self.known(op.arg, slots):
                    i = found[0].index(self.constant(op.arg, slots))
                    return None if i is None else (found[0].parts[i], found[1])
        return None

    def range(self, op: ops.Op, slots: Slots, is_loose: bool = False) -> Range | None:
        """The set of the state that a domain is, or is taken from by filters; `is_loose`: or in other ways."""
        filters: list[ops.Filter] = []
        while True:
            if isinstance(op, ops.Lazy):
                op = op.expr
            elif isinstance(op, ops.Filter):
                filters.append(op)
                op = op.binders[0].domain
            elif is_loose and isinstance(op, ops.Minus):
                op = op.left
            elif is_loose and isinstance(op, ops.Cap):
                op = op.right if self.range(op.left, slots, True) is None else op.left
            else:
                break
        found = self.static(op, slots)
        if found is None or not isinstance(found[0], SetNode):
            return None
        return Range(found[0], found[1], tuple(reversed(filters)))

    def base(self, op: ops.Op, slots: Slots) -> Value | None:
        """The constant set that a domain is, or is taken from by filters and by taking elements away."""
        while not self.known(op, slots):
            if isinstance(op, ops.Lazy):
                op = op.expr
            elif isinstance(op, ops.Filter):
                op = op.binders[0].domain
            elif isinstance(op, ops.Minus):
                op = op.left
            else:
                return None
        return self.constant(op, slots)

    def excluded(self, within: Range, v: Value, slots: Slots) -> bool:
        """Whether some filter is known to drop an element."""
        return any(self.settled(f.body, {**slots, **bound(f.binders[0], v)}) is False for f in within.filters)

    def grow(self) -> None:
        """New elements of lifted sets make new instances (which may lift further)."""
        i = 0
        while i < len(self.lifts):
            lift = self.lifts[i]
            while lift.done < len(lift.node.elements):
                lift.done += 1
                lift.grow(lift.done - 1)
            i += 1
        if any(lift.done < len(lift.node.elements) for lift in self.lifts):
            self.grow()  # an element was found while another set's instances were made


INSTANCES_MAX = 20_000


def size_of(s: Value) -> int:
    """How many elements a set has; very many for what is no finite set."""
    try:
        return cardinality(s) if is_set(s) and is_finite(s) else ENDLESS
    except EvalError:
        return ENDLESS


ENDLESS = 1 << 60


def bound(binder: ops.Binder, v: Value) -> dict[int, Value]:
    """The slots of a binder when it stands at an element."""
    if binder.is_tuple:
        if type(v) is not tuple or len(v) != len(binder.slots):
            raise GiveUp
        return dict(zip(binder.slots, v, strict=True))
    return {binder.slots[0]: v}
