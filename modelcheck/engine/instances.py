"""The instances of an action: one for each arm of every `\\/` and each element of every `\\E` that can be known.

`\\E` over a constant set is unrolled; one over a set of the state is lifted: an instance for each element of the
universe, for states that have the element. Instances that a constant guard disables are left out. Guards that several
instances share become a gate: where its row is false, they are not looked at.
"""

from __future__ import annotations

from math import prod
from typing import Any

from modelcheck.engine import sets
from modelcheck.engine.places import GiveUp, Lift, Places, Slots, bound, size_of
from modelcheck.engine.rows import Instance
from modelcheck.engine.tracked_steps import SKIP, STOP
from modelcheck.ir import flow, ops

UNROLLED_MAX = 5_000  # elements of one `\E`


class ActionInstances:
    """The instances below the root of an action tree, in `found`; more come when sets get new elements."""

    def __init__(self, places: Places, root: flow.Node) -> None:
        self.places = places
        self.found: list[Instance] = []
        self._walk(root, Instance(()), _Path())

    def _walk(self, node: flow.Node, instance: Instance, path: _Path) -> None:
        """Find the instances below a node: choices made so far are in `instance`."""
        while True:
            match node:
                case flow.Guard():
                    truth = self.places.settled(node.test, instance.slots) if path.is_sure else None
                    if truth is False:
                        return
                    if truth is None:
                        path = _Path(False, (*path.guards, (id(node), SKIP)))
                    node = node.then
                case flow.ClearNode():
                    node = node.then
                case flow.Assign():
                    if not isinstance(node.expr, ops.Var):
                        path = _Path(False, path.guards)
                    node = node.then
                case flow.Branch():
                    if len(node.arms) > 1:
                        instance, path = self._gate(node, instance, path)
                    for i, arm in enumerate(node.arms):
                        made = instance.below((i,))
                        made.pins[id(node)] = i
                        self._walk(arm, made, path)
                    return
                case flow.ForEach():
                    if self._each(node, instance, path):
                        return
                    break
                case flow.IfNode() if _branches(node):
                    for arm, way in ((node.then, True), (node.otherwise, False)):
                        made = instance.below((int(not way),))
                        made.pins[id(node)] = (way, False)
                        self._walk(arm, made, _Path(False, (*path.guards, (id(node), (way, True)))))
                    return
                case _:
                    break
        self.places.counted()
        self.found.append(instance)

    def _gate(self, node: flow.Node, instance: Instance, path: _Path) -> tuple[Instance, _Path]:
        """Make the guards on the way to a node a gate of their own; those below need not evaluate them again."""
        if path.is_sure:
            return instance, path
        gate = instance.below((-1,))
        gate.pins[id(node)] = STOP
        gate.gate = True
        self.places.counted()
        self.found.append(gate)
        beyond = instance.below(())
        beyond.pins.update(path.guards)
        return beyond, _Path()

    def _each(self, node: flow.ForEach, instance: Instance, path: _Path) -> bool:
        """The instances of an `\\E`; False when its domains are not known well enough."""
        sizes = [self._choices(binder, instance.slots) for binder in node.binders]
        if any(size is None for size in sizes):
            return False
        total = prod([size for size in sizes if size is not None])
        if total > UNROLLED_MAX:
            return False
        if total != 1 or None in sizes:
            instance, path = self._gate(node, instance, path)
        self._choose(node, len(node.binders) - 1, instance, path, {})
        return True

    def _choices(self, binder: ops.Binder, slots: Slots) -> int | None:
        """How many elements a binder is tried at; 2 for a set of the state, None for what cannot be known."""
        try:
            base = self.places.base(binder.domain, slots)
        except GiveUp:
            return None
        if base is not None:
            return size_of(base)
        return None if self.places.range(binder.domain, slots, is_loose=True) is None else 2

    def _choose(
        self, node: flow.ForEach, at: int, instance: Instance, path: _Path, chosen: dict[int, tuple[object, bool]]
    ) -> None:
        """Choose an element for binder `at`, then for those before it: the first varies fastest."""
        if at < 0:
            made = instance.below(())
            made.pins[id(node)] = tuple([chosen[i] for i in range(len(node.binders))])
            self._walk(node.then, made, path)
            return
        places, binder = self.places, node.binders[at]
        base = places.base(binder.domain, instance.slots)
        if base is not None:
            asked = not places.known(binder.domain, instance.slots)  # some of the elements are not in the domain
            for k, v in enumerate(sets.in_order(base)):
                made = instance.below((k,))
                made.slots.update(bound(binder, v))
                self._choose(node, at - 1, made, path, {**chosen, at: (v, asked)})
            return
        within = places.range(binder.domain, instance.slots, is_loose=True)
        assert within is not None
        part = within.part

        def grow(i: int) -> None:
            v = part.elements[i]
            if places.excluded(within, v, instance.slots):
                return
            made = instance.below((i,))
            made.slots.update(bound(binder, v))
            made.lift(part, i)
            self._choose(node, at - 1, made, path, {**chosen, at: (v, True)})

        places.lifts.append(Lift(part, 0, grow))


class _Path:
    """The way from the last gate: whether nothing on it can be false or fail, and the nodes that can, each with how to
    pin it once the gate has been passed.
    """

    __slots__ = ("guards", "is_sure")

    def __init__(self, is_sure: bool = True, guards: tuple[tuple[int, Any], ...] = ()) -> None:
        self.is_sure = is_sure
        self.guards = guards


def _branches(node: flow.Node) -> bool:
    """Whether there is something to choose below a node."""
    stack: list[flow.Node] = list(flow.following(node))
    while stack:
        item = stack.pop()
        if isinstance(item, flow.Branch | flow.ForEach):
            return True
        if not isinstance(item, flow.AllOf | flow.Compose):
            stack.extend(flow.following(item))
    return False
