"""Which subexpressions of a formula or action have one value per state and are met more than once (for `pycode.py`).

A definition of a state function is lowered anew wherever it is used, and again for every element of a quantifier around
it. Two ops without free names that are built alike have the same value as long as the states in the frame stay the
same, so that one evaluation serves them all. Ops are compared by structure, bound names by where they are bound.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from modelcheck.engine.pyhelp import parts_of
from modelcheck.ir import flow, ops
from modelcheck.ir.facts import FactsOf
from modelcheck.values import Bool

_LOOPS = (ops.ForAll, ops.Exists, ops.Choose, ops.Filter, ops.MapSet, ops.FnCons, ops.Call)
_REPEATING = (flow.ForEach, flow.AssignIn, *_LOOPS)
_BY_CHILDREN = frozenset((
    ops.And, ops.Or, ops.Not, ops.Implies, ops.Equiv, ops.Eq, ops.Neq, ops.In, ops.NotIn, ops.SubsetEq, ops.If,
    ops.Tuple, ops.SetEnum, ops.Cross, ops.Cup, ops.Cap, ops.Minus, ops.PowerSet, ops.BigUnion, ops.Domain, ops.Force,
    ops.FnSet, ops.Apply,
))  # fmt: skip


class Sharing:
    """What is shared below one root. `number(op)` names a shared op's value; None for all others."""

    def __init__(self, facts: FactsOf, root: Any) -> None:
        self.facts = facts
        self._keys: dict[Any, int] = {}
        self._known: dict[int, int] = {}
        self._loops: dict[int, bool] = {}
        self._closed: dict[int, bool] = {}
        self._met: Counter[int] = Counter()
        self._numbers: dict[int, int] = {}
        self._visit(root)

    @property
    def size(self) -> int:
        """How many shared values have a number so far."""
        return len(self._numbers)

    def number(self, op: ops.Op) -> int | None:
        """The number of the op's value among the shared ones."""
        if not self.is_closed(op):
            return None
        key = self._key(op, {})
        return self._numbers.setdefault(key, len(self._numbers)) if self._met[key] > 1 else None

    def _visit(self, root: Any) -> None:
        """Count the closed ops: those in loops twice."""
        stack: list[tuple[Any, bool]] = [(root, False)]
        seen: set[tuple[int, bool]] = set()
        while stack:
            here, repeated = stack.pop()
            if isinstance(here, ops.Op) and self.is_closed(here):
                self._met[self._key(here, {})] += 2 if repeated else 1
            before = len(seen)
            seen.add((id(here), repeated))
            if len(seen) == before:
                continue
            inside = repeated or isinstance(here, _REPEATING)
            stack += [(part, inside) for part in parts_of(here)]

    def is_closed(self, op: ops.Op) -> bool:
        """Whether an op is a function of the states alone, and worth keeping."""
        known = self._closed.get(id(op))
        if known is None:
            known = self._closed[id(op)] = self._is_closed(op)
        return known

    def _is_closed(self, op: ops.Op) -> bool:
        facts = self.facts(op)
        if facts.slots or facts.building or facts.impure or not (facts.current or facts.target):
            return False
        return not isinstance(op, (ops.Lazy, ops.Clear)) and self._has_loop(op)

    def _has_loop(self, op: ops.Op) -> bool:
        known = self._loops.get(id(op))
        if known is None:
            known = isinstance(op, _LOOPS) or any(self._has_loop(child) for child in op.children())
            self._loops[id(op)] = known
        return known

    # ---- structure ----

    def _key(self, op: ops.Op, bound: dict[int, int]) -> int:
        """A number that ops of the same structure share. `bound`: what the slots bound around it are called."""
        known = self._known.get(id(op))
        if known is not None:
            return known
        closed = not self.facts(op).slots
        shape = self._shape(op, {} if closed else bound)
        key = self._keys.setdefault(shape, len(self._keys))
        if closed:
            self._known[id(op)] = key
        return key

    def _shape(self, op: ops.Op, bound: dict[int, int]) -> Any:
        kind = type(op)
        match op:
            case ops.Lazy():
                return ("same", self._key(op.expr, bound))
            case ops.Clear():
                return ("same", self._key(op.body, bound))
            case ops.Local() | ops.Param() if op.slot in bound:
                return ("slot", bound[op.slot])
            case ops.Const():
                scalar = type(op.value) in (int, str, Bool)
                return (kind, type(op.value), op.value if scalar else id(op.value))
            case ops.Var() | ops.Next():
                return (kind, op.index)
            case ops.BoundOp():
                domains = tuple([self._key(binder.domain, bound) for binder in op.binders])
                slots = [slot for binder in op.binders for slot in binder.slots]
                if isinstance(op, ops.FnCons) and op.self_slot is not None:
                    slots.append(op.self_slot)
                forms = tuple([(binder.is_tuple, len(binder.slots)) for binder in op.binders])
                return (kind, domains, forms, len(slots), self._key(op.body, _with(bound, slots)))
            case ops.Native():
                return (kind, id(op.fn), tuple([self._key(arg, bound) for arg in op.args]))
            case ops.Record() | ops.RecordSet():
                return (kind, op.names, tuple([self._key(item, bound) for item in op.items]))
            case ops.Case():
                arms = tuple([(self._key(guard, bound), self._key(value, bound)) for guard, value in op.arms])
                return (kind, arms, None if op.other is None else self._key(op.other, bound))
            case ops.Except():
                updates = tuple([
                    (
                        tuple([self._key(step, bound) for step in update.path]),
                        self._key(update.value, _with(bound, [update.at_slot])),
                    )
                    for update in op.updates
                ])  # fmt: skip
                return (kind, self._key(op.fn, bound), updates)
            case _ if kind in _BY_CHILDREN:
                return (kind, tuple([self._key(child, bound) for child in op.children()]))
        return ("itself", id(op))


def _with(bound: dict[int, int], slots: list[int]) -> dict[int, int]:
    return {**bound, **{slot: len(bound) + i for i, slot in enumerate(slots)}}
