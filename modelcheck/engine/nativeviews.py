"""Lowers IR to nodes of the native interpreter that read states of the table search part by part.

What `engine/tracked.py` and `tracked_steps.py` do with closures (`core/_interp_views.h` has the nodes): ops that can do
with less than a whole value are given views, every other op the whole value. Choices of an action tree may be pinned;
`pins` says which number the pin of a node has.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from modelcheck.engine.nativeops import TARGET, Nodes, Steps, Unsuitable, _binders
from modelcheck.ir import flow, ops
from modelcheck.ir.facts import FactsOf

_LAZY = (
    ops.Var, ops.Next, ops.Local, ops.Lazy, ops.Clear, ops.If, ops.Apply, ops.Except, ops.Cup, ops.Minus,
)  # fmt: skip
_QUANTIFIED = {ops.Exists: "v_exists", ops.ForAll: "v_forall", ops.Choose: "v_choose", ops.Filter: "v_filter"}


class ViewNodes(Nodes):
    """Nodes over views. `op` gives nodes with values, `lazy` nodes that may give a view."""

    def __init__(self, program: Any, facts: FactsOf, root: ops.Op | flow.Node, frame_size: int) -> None:
        super().__init__(program, facts, root, frame_size)
        self._sharing = None  # nothing is remembered by whole variables
        self._lazies: dict[int, tuple[ops.Op, int]] = {}
        self._settled: dict[int, tuple[ops.Op, int | None]] = {}

    def lazy(self, op: ops.Op) -> int:
        """The node of an op; its value may be a view."""
        if not isinstance(op, _LAZY) or self.facts(op).constant:
            return self.op(op)
        known = self._lazies.get(id(op))
        if known is None:
            known = self._lazies[id(op)] = (op, self._viewed(op))
        return known[1]

    def _whole(self, op: ops.Op) -> int:
        if isinstance(op, _LAZY) and not self.facts(op).constant:
            return self.make("v_value", [self.lazy(op)], [], 0)
        return super()._whole(op)

    def _viewed(self, op: ops.Op) -> int:
        match op:
            case ops.Var():
                return self.make("v_var", [], [op.index], 0)
            case ops.Next():
                return self.make("v_next", [], [op.index], 0)
            case ops.Local():
                return self.make("v_local", [], [op.slot], 0)
            case ops.Lazy():
                return self.make("lazy", [self.lazy(op.expr)], [op.slot], 0)
            case ops.Clear():
                return self.make("clear", [self.lazy(op.body)], op.slots, 0)
            case ops.If():
                return self.make("if", [self.op(op.condition), self.lazy(op.then), self.lazy(op.otherwise)], [], 0)
            case ops.Apply():
                return self._apply(op)
            case ops.Except():
                return self._except(op)
            case ops.Cup():
                return self.make("v_cup", [self.lazy(op.left), self.lazy(op.right)], [], 0)
            case ops.Minus():
                return self.make("v_minus", [self.lazy(op.left), self.lazy(op.right)], [], 0)
        raise AssertionError(op)

    def _own(self, op: ops.Op) -> int:
        match op:
            case ops.Eq() if isinstance(op.left, ops.Next) and isinstance(op.right, ops.Var):
                return self.make("v_same", [self.lazy(op.left), self.lazy(op.right)], [], 0)
            case ops.Domain():
                return self.make("v_domain", [self.lazy(op.arg)], [], 0)
            case ops.Exists() | ops.ForAll() | ops.Choose() | ops.Filter() if len(op.binders) == 1:
                domain = op.binders[0].domain
                if isinstance(domain, _LAZY) and not self.facts(domain).constant:
                    return self._over_state(op)
        return super()._own(op)

    # ---- functions ----

    def _apply(self, op: ops.Apply) -> int:
        fn = op.fn
        if isinstance(fn, ops.FnCons) and fn.self_slot is None and not self.facts(fn).constant:
            return super()._apply(op)
        return self.make("v_apply", [self.lazy(fn), self.op(op.arg)], [], 0)

    def _except(self, op: ops.Except) -> int:
        numbers, kids = [len(op.updates)], [self.lazy(op.fn)]
        for update in op.updates:
            numbers += [len(update.path), update.at_slot]
            kids += [*(self.op(step) for step in update.path), self.lazy(update.value)]
        return self.make("v_except", kids, numbers, 0)

    # ---- sets ----

    def _in(self, op: ops.In | ops.NotIn) -> int:
        name = "in" if isinstance(op, ops.In) else "notin"
        right = op.right
        if isinstance(right, ops.Filter) and not self.facts(right).constant:
            return self.make(f"v_{name}_has", [self.op(op.left), self.has(right)], [], 0)
        if isinstance(right, _LAZY):
            return self.make(f"v_{name}", [self.op(op.left), self.lazy(right)], [], 0)
        return super()._in(op)

    _notin = _in

    def has(self, op: ops.Op) -> int:
        """A node that is asked whether a value is in the set that `op` denotes."""
        if isinstance(op, ops.Lazy):
            return self.has(op.expr)
        if isinstance(op, ops.Filter):
            return self.make("v_has", [self.has(op.binders[0].domain), self.op(op.body)], _binders(op.binders), 0)
        return self.make("v_has", [self.lazy(op)], [], 0)

    def _over_state(self, op: ops.BoundOp) -> int:
        """A quantifier, CHOOSE or filter with one name over what may be a set of the state."""
        name, dropped = _QUANTIFIED[type(op)], int(isinstance(op, ops.ForAll))
        bound = frozenset(op.binders[0].slots)
        free = sorted(self.facts(op.body).slots - bound)
        kids = [self.lazy(op.binders[0].domain), self.op(op.body)]
        settled = self.settled(op.body)
        if settled is not None:
            kids.append(settled)
        return self.make(name, kids, [*_binders(op.binders), dropped, *free], 0)

    # ---- what needs no state (`TrackedCompiler.settled`) ----

    def settled(self, op: ops.Op) -> int | None:
        """A node that tells an op's truth as far as no state is needed; None where it always is."""
        known = self._settled.get(id(op))
        if known is None:
            known = self._settled[id(op)] = (op, self._settle(op))
        return known[1]

    def _settle(self, op: ops.Op) -> int | None:
        facts = self.facts(op)
        if not (facts.current or facts.target or facts.impure):
            return self.make("s_plain", [self.op(op)], [], 0)
        match op:
            case ops.And():
                return self._settle_items("s_and", op.items)
            case ops.Or():
                return self._settle_items("s_or", op.items)
            case ops.Implies():
                left, right = self.settled(op.left), self.settled(op.right)
                kids = [kid for kid in (left, right) if kid is not None]
                return None if left is None else self.make("s_implies", kids, [], 0)
            case ops.Not():
                inner = self.settled(op.arg)
                return None if inner is None else self.make("s_not", [inner], [], 0)
            case ops.Clear():
                inner = self.settled(op.body)
                return None if inner is None else self.make("s_clear", [inner], op.slots, 0)
        return None

    def _settle_items(self, name: str, items: Iterable[ops.Op]) -> int | None:
        kids, every = [], list(items)
        for item in every:
            kid = self.settled(item)
            if kid is None:
                break
            kids.append(kid)
        return self.make(name, kids, [int(len(kids) == len(every))], 0) if kids else None

    # ---- operators ----

    def _passed(self, arg: ops.Op) -> tuple[int, int]:
        if isinstance(arg, _LAZY) and not self.facts(arg).constant:
            return self.make("argument", [self.op(arg)], sorted(self.facts(arg).slots), 0), 2
        return super()._passed(arg)

    def _enabled(self, op: ops.Enabled) -> int:
        if op.primed:
            raise Unsuitable("a primed ENABLED")
        node = ViewSteps(self, op.size, None, "found").node(op.action)
        return self.make("enabled", [node], [op.size, 0], 0)

    def _composed(self, op: ops.Composed) -> int:
        raise Unsuitable("a composition of actions")

    def _native(self, op: ops.Native) -> int:
        if op.impure or (op.context and op.name != "Assert"):
            raise Unsuitable(f"{op.name} depends on the run")
        return super()._native(op)

    # ---- asked for by tables ----

    def defined(self, op: ops.Op) -> int:
        """A test that is true where an op can be evaluated."""
        return self.make("v_defined", [self.op(op)], [], 0)

    def member(self, part: int, side: int, word: int) -> int:
        """Whether a part of the state is in a constant set."""
        return self.make("v_member", [], [part, side], word)


class ViewSteps(Steps):
    """The nodes of an action tree. `pins`: filled with the number of each node's pin; None: nothing is pinned."""

    def __init__(self, nodes: ViewNodes, width: int, pins: dict[int, int] | None, end: str = "emit") -> None:
        super().__init__(nodes, TARGET, width, end)
        self.views = nodes
        self.pins = pins

    def _pin(self, node: flow.Node) -> int:
        assert self.pins is not None
        return self.pins.setdefault(id(node), len(self.pins))

    def _made(self, node: flow.Node) -> int:
        match node:
            case flow.AssignOrTest() | flow.CallNode() | flow.Compose():
                raise Unsuitable(f"tables do not suit a {type(node).__name__}")
            case flow.Emit() if self.end == "emit" and (node.missing or node.maybe):
                raise Unsuitable("a step that may be incomplete")
            case flow.Emit() if self.end == "emit":
                return self.make("v_emit", [], [TARGET, node.action], 0)
        if self.pins is None:
            return super()._made(node)
        op = self.nodes.op
        match node:
            case flow.Guard():
                return self.make("v_guard", [op(node.test), self.node(node.then)], [self._pin(node)], 0)
            case flow.Branch():
                return self.make("v_branch", [self.node(arm) for arm in node.arms], [self._pin(node)], 0)
            case flow.IfNode():
                kids = [op(node.condition), self.node(node.then), self.node(node.otherwise)]
                return self.make("v_if", kids, [self._pin(node)], 0)
            case flow.ForEach():
                then = self.node(node.then)
                every = [*[op(binder.domain) for binder in node.binders], then]
                plain = self.make("foreach", every, _binders(node.binders), 0)
                asked = [self.views.has(binder.domain) for binder in node.binders]
                return self.make("v_foreach", [plain, then, *asked], [self._pin(node), *_binders(node.binders)], 0)
        return super()._made(node)

    def _assign(self, node: flow.Assign) -> int:
        keeps = isinstance(node.expr, ops.Var) and node.expr.index == node.index
        kids = [self.views.lazy(node.expr), self.node(node.then)]
        return self.make("v_assign", kids, [node.index, int(keeps)], 0)
