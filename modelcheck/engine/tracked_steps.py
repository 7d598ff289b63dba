"""Action trees over views, some of whose choices are fixed beforehand."""

from __future__ import annotations

from typing import Any

from modelcheck.engine import sets
from modelcheck.engine.runtime import TARGET, UNSET, Frame, Run
from modelcheck.engine.slots import Unsuitable
from modelcheck.engine.steps import StepCompiler
from modelcheck.engine.tracked import TrackedCompiler
from modelcheck.engine.views import KEEP
from modelcheck.ir import flow, ops

SKIP = "skip"  # pinned: a guard that is known to hold
STOP = "stop"  # pinned: where the path of a gate ends


class TrackedSteps(StepCompiler):
    """Action trees over views. `pins` (set before a run) fixes what a node does: the arm of a Branch, the elements of a
    ForEach, the way of an IfNode, a Guard to pass (`SKIP`), or a Branch or ForEach to end at (`STOP`).
    """

    def __init__(self, exprs: TrackedCompiler, names: list[str], mode: str, pins: dict[int, Any]) -> None:
        super().__init__(exprs, names, TARGET, mode)
        self.pins = pins
        self.tracked = exprs

    def _guard(self, node: flow.Guard) -> Run | None:
        then, pins, me = self._node(node.then), self.pins, id(node)
        if then is None:
            return None
        test, go = self.exprs.test(node.test), then

        def run(frame: Frame) -> None:
            if pins.get(me) is SKIP or test(frame):
                go(frame)

        return run

    def _branch(self, node: flow.Branch) -> Run | None:
        plain, arms, pins, me = super()._branch(node), [self._node(a) for a in node.arms], self.pins, id(node)

        def run(frame: Frame) -> None:
            way = pins.get(me)
            if way is STOP:
                frame[2].append(STOP)
                return
            arm = plain if way is None else arms[way]
            if arm is not None:
                arm(frame)

        return run

    def _for_each(self, node: flow.ForEach) -> Run | None:
        plain, then, pins, me = super()._for_each(node), self._node(node.then), self.pins, id(node)
        if then is None or plain is None:
            return None
        go, every = then, plain
        binds = [sets.binding(binder) for binder in node.binders]
        contains = [self.tracked.contains(binder.domain) for binder in node.binders]

        def run(frame: Frame) -> None:
            pinned = pins.get(me)
            if pinned is None:
                every(frame)
                return
            if pinned is STOP:
                frame[2].append(STOP)
                return
            for (v, lifted), bind, inside in zip(pinned, binds, contains, strict=True):
                if lifted and not inside(frame, v):
                    return
                bind(frame, v)
            go(frame)

        return run

    def _if(self, node: flow.IfNode) -> Run | None:
        plain, pins, me = super()._if(node), self.pins, id(node)
        if plain is None:
            return None
        every, test, arms = plain, self.exprs.test(node.condition), (self._node(node.then), self._node(node.otherwise))

        def run(frame: Frame) -> None:
            pinned = pins.get(me)
            if pinned is None:
                every(frame)
                return
            way, is_known = pinned
            arm = arms[0] if way else arms[1]
            if (is_known or test(frame) is way) and arm is not None:
                arm(frame)

        return run

    def _assign(self, node: flow.Assign) -> Run | None:
        then = self._node(node.then)
        if then is None:
            return None
        keep = isinstance(node.expr, ops.Var) and node.expr.index == node.index
        fn, index, go = self.tracked.lazy(node.expr), node.index, then

        def run(frame: Frame) -> None:
            target = frame[TARGET]
            target[index] = KEEP if keep else fn(frame)
            go(frame)
            target[index] = UNSET

        return run

    def _assign_or_test(self, node: flow.AssignOrTest) -> Run | None:
        raise Unsuitable("an action under \\A")

    def _call_node(self, node: flow.CallNode) -> Run | None:
        raise Unsuitable("a recursive action")

    def _compose(self, node: flow.Compose) -> Run | None:
        raise Unsuitable("a composition of actions")

    def _emit(self, node: flow.Emit) -> Run | None:
        if self.mode == "enabled":
            return super()._emit(node)
        if node.missing or node.maybe:
            raise Unsuitable("a step that may be incomplete")
        action = node.action

        def emit(frame: Frame) -> None:
            frame[2].append((action, tuple(frame[TARGET])))

        return emit
