"""The instances of an action: one for each arm of every `\\/` and each element of every `\\E` that can be known.

`\\E` over a constant set is unrolled; one over a set of the state is lifted: an instance for each element of the
universe, for states that have the element. Instances that a constant guard disables are left out. Guards that several
instances share become a gate: where its row is false, they are not looked at.
"""

from __future__ import annotations

from modelcheck.engine import sets
from modelcheck.engine.places import Lift, Places, bound, size_of
from modelcheck.engine.rows import Instance
from modelcheck.engine.tracked_steps import SKIP, STOP
from modelcheck.ir import ops

UNROLLED_MAX = 5_000  # elements of one `\E`


class ActionInstances:
    """The instances below the root of an action tree, in `found`; more come when sets get new elements."""

    def __init__(self, places: Places, root: ops.Node) -> None:
        self.places = places
        self.found: list[Instance] = []
        self._walk(root, Instance(()), _Path())

    def _walk(self, node: ops.Node, instance: Instance, path: _Path) -> None:
        """Find the instances below a node: choices made so far are in `instance`."""
        while True:
            match node:
                case ops.Guard():
                    truth = self.places.settled(node.test, instance.slots) if path.is_sure else None
                    if truth is False:
                        return
                    if truth is None:
                        path = _Path(False, (*path.guards, id(node)))
                    node = node.then
                case ops.ClearNode():
                    node = node.then
                case ops.Assign():
                    if not isinstance(node.expr, ops.Var):
                        path = _Path(False, path.guards)
                    node = node.then
                case ops.Branch():
                    if len(node.arms) > 1:
                        instance, path = self._gate(node, instance, path)
                    for i, arm in enumerate(node.arms):
                        made = instance.below((i,))
                        made.pins[id(node)] = i
                        self._walk(arm, made, path)
                    return
                case ops.ForEach():
                    if self._each(node, instance, path):
                        return
                    break
                case _:
                    break
        self.places.counted()
        self.found.append(instance)

    def _gate(self, node: ops.Node, instance: Instance, path: _Path) -> tuple[Instance, _Path]:
        """Make the guards on the way to a node a gate of their own; those below need not evaluate them again."""
        if path.is_sure:
            return instance, path
        gate = instance.below((-1,))
        gate.pins[id(node)] = STOP
        gate.gate = True
        self.places.counted()
        self.found.append(gate)
        beyond = instance.below(())
        beyond.pins.update((guard, SKIP) for guard in path.guards)
        return beyond, _Path()

    def _each(self, node: ops.ForEach, instance: Instance, path: _Path) -> bool:
        """The instances of an `\\E`; False when its domains are not known well enough."""
        places, slots = self.places, instance.slots
        total = 1
        for binder in node.binders:
            if places.known(binder.domain, slots):
                total *= size_of(places.constant(binder.domain, slots))
            elif places.range(binder.domain, slots) is None:
                return False
        if total > UNROLLED_MAX:
            return False
        if total != 1 or not all(places.known(b.domain, slots) for b in node.binders):
            instance, path = self._gate(node, instance, path)
        self._choose(node, len(node.binders) - 1, instance, path, {})
        return True

    def _choose(
        self, node: ops.ForEach, at: int, instance: Instance, path: _Path, chosen: dict[int, tuple[object, bool]]
    ) -> None:
        """Choose an element for binder `at`, then for those before it: the first varies fastest."""
        if at < 0:
            made = instance.below(())
            made.pins[id(node)] = tuple([chosen[i] for i in range(len(node.binders))])
            self._walk(node.then, made, path)
            return
        places, binder = self.places, node.binders[at]
        if places.known(binder.domain, instance.slots):
            for k, v in enumerate(sets.in_order(places.constant(binder.domain, instance.slots))):
                made = instance.below((k,))
                made.slots.update(bound(binder, v))
                self._choose(node, at - 1, made, path, {**chosen, at: (v, False)})
            return
        within = places.range(binder.domain, instance.slots)
        assert within is not None
        part = within.part

        def grow(i: int) -> None:
            v = part.elements[i]
            if places.excluded(within, v, instance.slots):
                return
            made = instance.below((i,))
            made.slots.update(bound(binder, v))
            made.lifts.append((part, i))
            self._choose(node, at - 1, made, path, {**chosen, at: (v, True)})

        places.lifts.append(Lift(part, 0, grow))


class _Path:
    """The way from the last gate: whether nothing on it can be false or fail, and the guards that can."""

    __slots__ = ("guards", "is_sure")

    def __init__(self, is_sure: bool = True, guards: tuple[int, ...] = ()) -> None:
        self.is_sure = is_sure
        self.guards = guards
