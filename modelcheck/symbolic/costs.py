"""How much work a constant expression is for the closures: what is too much is translated instead.

A set of initial states too many to list is a constant expression too, and must not be listed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.errors import EvalError
from modelcheck.ir import ops
from modelcheck.symbolic.cells import kind_of
from modelcheck.values import LazySet, cardinality

if TYPE_CHECKING:
    from modelcheck.symbolic.encode import Encoder

CHEAP = 200_000
UNKNOWN_SIZE = 30
_BUILT = (ops.Filter, ops.MapSet, ops.FnCons, ops.ForAll, ops.Exists, ops.Choose)


class Costs:
    """Estimates, in evaluations of small ops."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self._costs: dict[int, tuple[ops.Op, float]] = {}

    def is_cheap(self, op: ops.Op) -> bool:
        """Whether the closures evaluate the op in about a second at most."""
        return self.cost(op) <= CHEAP

    def cost(self, op: ops.Op) -> float:
        """The estimate."""
        known = self._costs.get(id(op))
        if known is None:
            known = self._costs[id(op)] = (op, 1.0)  # recursion meets this
            known = self._costs[id(op)] = (op, self._estimate(op))
        return known[1]

    def _estimate(self, op: ops.Op) -> float:
        if isinstance(op, ops.BoundOp):
            size = 1.0
            total = 0.0
            for binder in op.binders:
                total += self.cost(binder.domain)
                size *= self.size(binder.domain)
            return total + size * (1 + self.cost(op.body))
        if isinstance(op, ops.Call):
            return 1000 + sum(self.cost(arg) for arg in op.args)
        if isinstance(op, (ops.BigUnion, ops.Native, ops.Eq, ops.Neq, ops.SubsetEq, ops.Cup, ops.Cap, ops.Minus)):
            return 1 + sum(self.cost(child) + self._elements(child) for child in op.children())
        return 1 + sum(self.cost(child) for child in op.children())

    def _elements(self, op: ops.Op) -> float:
        """The elements that an operator may have to look at."""
        return self.size(op) if isinstance(op, (ops.PowerSet, ops.FnSet, ops.RecordSet, ops.Cross)) else 0.0

    def size(self, op: ops.Op) -> float:
        """The number of elements of a set, as far as that is known without listing it."""
        if not self.encoder.facts(op).constant:
            return UNKNOWN_SIZE
        if self.cost(op) > CHEAP:
            return float("inf")
        try:
            found, value = self.encoder.constant(op)
        except Exception:  # it fails: let the closures tell how
            return 1.0
        if not found:
            return float("inf")
        if kind_of(value) not in ("set", "lazy"):
            return 1.0  # likewise
        try:
            if isinstance(value, LazySet) and not value.known_finite:
                return float("inf")
            return float(cardinality(value))
        except (EvalError, OverflowError, TypeError):
            return float("inf")

    def frame_size(self, op: ops.Op) -> int:
        """A frame that has room for every slot below the op."""
        highest = 8
        seen: set[int] = set()
        stack: list[ops.Op] = [op]
        while stack:
            top = stack.pop()
            if id(top) in seen:
                continue
            seen.add(id(top))
            if isinstance(top, ops.Call) and top.proc.body is not None:
                stack.append(top.proc.body)
                highest = max(highest, *top.proc.slots, 0)
            for slot in _slots(top):
                highest = max(highest, slot)
            stack.extend(top.children())
        return highest


def _slots(op: ops.Op) -> list[int]:
    match op:
        case ops.BoundOp():
            own = [slot for binder in op.binders for slot in binder.slots]
            if isinstance(op, ops.FnCons) and op.self_slot is not None:
                own.append(op.self_slot)
            return own
        case ops.Local() | ops.Param() | ops.Lazy():
            return [op.slot]
        case ops.Clear() | ops.OperatorValue():
            return list(op.slots)
        case ops.Except():
            return [update.at_slot for update in op.updates]
        case _:
            return []
