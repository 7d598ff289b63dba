"""Equality of functions as a conjunction over their keys, where both domains are known before any state is looked at.

`votes' = [votes EXCEPT ![a] = …]` with `votes` a function written out over a constant set: taken key by key, it reads
little at each. Both sides are evaluated whole before they are compared, so that each key must have a value first.
"""

from __future__ import annotations

from modelcheck.engine import sets
from modelcheck.engine.places import Places, Slots, size_of
from modelcheck.engine.slots import FnNode
from modelcheck.ir import ops
from modelcheck.values import Value

KEYS_MAX = 40


def keys_of(places: Places, left: ops.Op, right: ops.Op, slots: Slots) -> list[Value] | None:
    """The keys in order; None unless both sides are functions with the same known domain."""
    domain = _domain(places, left, slots)
    if not domain or len(domain) > KEYS_MAX or domain != _domain(places, right, slots):
        return None
    return list(sets.in_order(domain))


def _domain(places: Places, op: ops.Op, slots: Slots) -> frozenset[Value] | None:
    match op:
        case ops.Lazy():
            return _domain(places, op.expr, slots)
        case ops.Clear():
            return _domain(places, op.body, slots)
        case ops.Record():
            return frozenset(op.names)
        case ops.Except():
            return None if isinstance(_bare(op.fn), ops.Record) else _domain(places, op.fn, slots)
        case ops.FnCons() if op.self_slot is None and len(op.binders) == 1 and not op.binders[0].is_tuple:
            domain = op.binders[0].domain
            if not places.known(domain, slots):
                return None
            values = places.constant(domain, slots)
            return frozenset(sets.in_order(values)) if size_of(values) <= KEYS_MAX else None
    found = places.static(op, slots)
    if found is None or not isinstance(found[0], FnNode):
        return None
    shape = found[0].shape
    return frozenset(range(1, shape + 1)) if isinstance(shape, int) else shape.domain


def _bare(op: ops.Op) -> ops.Op:
    while isinstance(op, ops.Lazy | ops.Clear):
        op = op.expr if isinstance(op, ops.Lazy) else op.body
    return op


def at_key(op: ops.Op, key: Value) -> ops.Op:
    """The value at a key of a function whose domain is known; nothing else of a function written out is evaluated."""
    bare = _bare(op)
    if isinstance(bare, ops.Record):
        return bare.items[bare.names.index(key)]
    return ops.Apply(_at_most(bare, key), ops.Const(key), span=op.span)


def _at_most(op: ops.Op, key: Value) -> ops.Op:
    """A function written out, with updates, at one key only."""
    match op:
        case ops.FnCons():
            (binder,) = op.binders
            only = ops.Const(frozenset((key,)))
            narrow = ops.Binder(binder.slots, binder.names, only, binder.is_tuple, binder.span)
            return ops.FnCons((narrow,), op.body, span=op.span)
        case ops.Except() if isinstance(_bare(op.fn), ops.FnCons | ops.Except):
            return ops.Except(_at_most(_bare(op.fn), key), op.updates, span=op.span)
    return op
