"""The IR checker: what every lowered unit must satisfy, whoever made it.

Takes a `Formula` or an `ActionTree`; raises `AssertionError` naming the op when a slot is read that nothing binds on
the way to it, a slot lies outside the frame, a variable index does not exist, or a path assigns a variable twice.
Used by tests and after every pass; a failure is a defect of ours, never the user's.
"""

from __future__ import annotations

from modelcheck.ir import flow, ops
from modelcheck.ir.pprint import expression

_FIRST = 4


def check_formula(formula: ops.Formula, variables: int) -> None:
    """A whole expression."""
    _Checker(variables, formula.frame_size).op(formula.body, frozenset())


def check_action(tree: flow.ActionTree, variables: int) -> None:
    """A whole action or initial predicate."""
    _Checker(variables, tree.frame_size).node(tree.root, frozenset(), frozenset())


class _Checker:
    def __init__(self, variables: int, frame_size: int) -> None:
        self.variables = variables
        self.frame_size = frame_size
        self.procs: set[int] = set()
        self.seen: set[tuple[int, frozenset[int]]] = set()
        self.seen_nodes: set[tuple[int, frozenset[int], frozenset[int]]] = set()

    def bind(self, slots: tuple[int, ...], bound: frozenset[int], what: object) -> frozenset[int]:
        for slot in slots:
            assert _FIRST <= slot < self.frame_size, f"slot {slot} outside the frame of {self.frame_size}: {what}"
        return bound | frozenset(slots)

    def op(self, op: ops.Op, bound: frozenset[int]) -> None:
        key = (id(op), bound)
        if key in self.seen:
            return
        self.seen.add(key)
        match op:
            case ops.Local() | ops.Param() | ops.CallOperator():
                assert op.slot in bound, f"slot {op.slot} ({op.name}) is read but not bound: {expression(op)}"
            case ops.Lazy():
                assert op.slot in bound, f"lazy slot {op.slot} ({op.name}) is never cleared"
            case ops.Var() | ops.Next():
                assert 0 <= op.index < self.variables, f"variable {op.index} of {self.variables}"
            case ops.Once():
                _Checker(self.variables, op.frame_size).op(op.expr, frozenset())
                return
            case ops.Clear():
                bound = self.bind(op.slots, bound, op)
            case ops.OperatorValue():
                bound = self.bind(op.slots, bound, op)
            case ops.BoundOp():
                self.bound_op(op, bound)
                return
            case ops.Except():
                self.op(op.fn, bound)
                for update in op.updates:
                    for step in update.path:
                        self.op(step, bound)
                    self.op(update.value, self.bind((update.at_slot,), bound, op))
                return
            case ops.Call():
                self.proc(op.proc, bound)
            case ops.Composed():
                self.node(op.first, bound, frozenset())
            case ops.Enabled():
                variables, self.variables = self.variables, op.size
                self.node(op.action, bound, frozenset())
                self.variables = variables
                return
        for child in op.children():
            self.op(child, bound)

    def bound_op(self, op: ops.BoundOp, bound: frozenset[int]) -> None:
        inner = self.binders(op.binders, bound, op)
        if isinstance(op, ops.FnCons) and op.self_slot is not None:
            inner = self.bind((op.self_slot,), inner, op)
        self.op(op.body, inner)

    def binders(self, binders: tuple[ops.Binder, ...], bound: frozenset[int], what: object) -> frozenset[int]:
        inner = bound
        for binder in binders:
            self.op(binder.domain, bound)
            assert len(binder.slots) == len(binder.names), what
            inner = self.bind(binder.slots, inner, what)
        return inner

    def proc(self, proc: ops.Proc, bound: frozenset[int]) -> None:
        if id(proc) in self.procs:
            return
        self.procs.add(id(proc))
        assert proc.body is not None, f"the recursive operator {proc.name} has no body"
        self.op(proc.body, self.bind(proc.slots, bound, proc.name))

    def node(self, node: flow.Node, bound: frozenset[int], done: frozenset[int]) -> None:
        key = (id(node), bound, done)
        if key in self.seen_nodes:
            return
        self.seen_nodes.add(key)
        match node:
            case flow.Guard():
                self.op(node.test, bound)
                self.node(node.then, bound, done)
            case flow.Assign() | flow.AssignIn() | flow.AssignOrTest():
                assert 0 <= node.index < self.variables, f"variable {node.index} of {self.variables}"
                assert node.index not in done, f"{node.name} is assigned twice on one path"
                self.op(node.expr, bound)
                again = isinstance(node, flow.AssignOrTest)
                self.node(node.then, bound, done if again else done | {node.index})
            case flow.Branch():
                for arm in node.arms:
                    self.node(arm, bound, done)
            case flow.ForEach():
                self.node(node.then, self.binders(node.binders, bound, node), done)
            case flow.AllOf():
                inner = self.bind((node.state_slot,), self.binders(node.binders, bound, node), node)
                for part in flow.following(node):
                    self.node(part, inner, done)
            case flow.IfComplete():
                every = frozenset(range(self.variables))
                self.node(node.yes, bound, every)
                self.node(node.no, bound, done)
            case flow.CallNode():
                for arg in node.args:
                    self.op(arg, bound)
                assert node.proc.body is not None, f"the recursive action {node.proc.name} has no body"
                self.node(node.proc.body, self.bind((*node.proc.slots, node.proc.back_slot), bound, node), done)
                self.node(node.then, bound, done)
            case flow.IfNode():
                self.op(node.condition, bound)
                self.node(node.then, bound, done)
                self.node(node.otherwise, bound, done)
            case flow.CaseNode():
                for guard, then in node.arms:
                    self.op(guard, bound)
                    self.node(then, bound, done)
                if node.other is not None:
                    self.node(node.other, bound, done)
            case flow.ClearNode():
                self.node(node.then, self.bind(node.slots, bound, node), done)
            case flow.Compose():
                assert node.first is not None and node.second is not None
                inner = self.bind((node.slot,), bound, node)
                self.node(node.first, inner, frozenset())
                self.node(node.second, inner, done)
            case flow.Resume():
                self.node(node.then, bound, done)
            case flow.Emit():
                for arg in node.args:
                    self.op(arg, bound)
