"""Which parts of the state an expression may read, whatever the state is; and whether one is another's primed twin.

`v' = v` needs no evaluation where a step changes nothing of v's footprint, provided that v has a value at all.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from modelcheck.engine import sets
from modelcheck.engine.places import Places, Slots, bound, size_of
from modelcheck.engine.slots import Part, SetNode
from modelcheck.engine.views import Selection
from modelcheck.ir import ops
from modelcheck.records import fields, is_dataclass

Region: TypeAlias = Part | Selection

UNROLLED_MAX = 200
_TRANSPARENT = (
    ops.And, ops.Or, ops.Binary, ops.Unary, ops.If, ops.Case, ops.BoundOp, ops.Items, ops.Apply, ops.Except, ops.Native,
    ops.Lazy, ops.Clear, ops.OperatorValue, ops.CallOperator, ops.Const, ops.Local, ops.Param, ops.Once, ops.Fail,
)  # fmt: skip


def footprint(places: Places, op: ops.Op, slots: Slots) -> list[Region]:
    """The regions that evaluating `op` in a state may read."""
    found: dict[int, Region] = {}
    _collect(places, op, slots, found)
    return list(found.values())


def _collect(places: Places, op: ops.Op, slots: Slots, found: dict[int, Region]) -> None:
    facts = places.facts(op)
    if not facts.current:
        return
    static = places.static(op, slots)
    if static is not None:
        found[id(static[0])] = static[0]
        return
    if not isinstance(op, _TRANSPARENT):
        for root in places.layout.roots:
            found[id(root)] = root
        return
    if isinstance(op, ops.Filter) and _collect_filter(places, op, slots, found):
        return
    if isinstance(op, ops.FnCons | ops.MapSet | ops.ForAll | ops.Exists) and len(op.binders) == 1:
        domain = op.binders[0].domain
        if places.known(domain, slots):
            values = places.constant(domain, slots)
            if size_of(values) <= UNROLLED_MAX:
                for v in sets.in_order(values):
                    _collect(places, op.body, {**slots, **bound(op.binders[0], v)}, found)
                return
    for child in op.children():
        _collect(places, child, slots, found)


def _collect_filter(places: Places, op: ops.Filter, slots: Slots, found: dict[int, Region]) -> bool:
    """`{x \\in S : p}` over a set of the state: those elements only that `p` does not drop by itself."""
    source = places.static(op.binders[0].domain, slots)
    free = places.facts(op.body).slots - frozenset(op.binders[0].slots)
    if source is None or not isinstance(source[0], SetNode) or not free <= slots.keys():
        return False
    selection = places.exprs.selection(op, source[0], places.frame(slots), False)
    found[id(selection)] = selection
    _collect(places, op.body, slots, found)
    return True


def is_twin(primed: ops.Op, plain: ops.Op) -> bool:
    """Whether `primed` is `plain` with every variable of the state replaced by that of the next state."""
    return _twins(primed, plain, {})


def _twins(a: Any, b: Any, names: dict[int, int]) -> bool:
    if isinstance(a, ops.Next) and isinstance(b, ops.Var):
        return a.index == b.index
    if type(a) is not type(b) or isinstance(a, ops.Next | ops.Var | ops.Enabled | ops.Composed | ops.Call):
        return False
    if isinstance(a, tuple):
        return len(a) == len(b) and all(_twins(x, y, names) for x, y in zip(a, b, strict=True))
    if not (is_dataclass(a) and isinstance(a, ops.Op | ops.Binder | ops.Update)):
        return bool(a is b or (isinstance(a, str | int | bool | None) and a == b))
    if isinstance(a, ops.Const):
        return bool(a.value is b.value or (type(a.value) in (int, str) and a.value == b.value))
    for item in fields(a):
        x, y = getattr(a, item.name), getattr(b, item.name)
        if item.name in ("slot", "at_slot", "self_slot"):
            if names.setdefault(x, y) != y:
                return False
        elif item.name == "slots":
            if len(x) != len(y) or any(names.setdefault(p, q) != q for p, q in zip(x, y, strict=True)):
                return False
        elif item.name in ("name", "names") and not isinstance(a, ops.Record | ops.RecordSet | ops.Native):
            continue
        elif item.name not in _NO_MEANING and not _twins(x, y, names):
            return False
    return True


_NO_MEANING = frozenset(("span", "site", "sites", "frame_size"))
