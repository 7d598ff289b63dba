"""Python source for hot action trees: what the closures of `engine/steps.py` do, written out (see `engine/pycode.py`).

Takes the nodes of an action tree; gives a function that leaves the same steps in the frame's sink, in the same order.
Whatever raises is to be done again by the closures, with a new frame and a new sink. Trees with `\\A` over actions or
`\\cdot` are left to the closures altogether.
"""

from __future__ import annotations

from collections import Counter

from modelcheck.engine.exprs import ExprCompiler
from modelcheck.engine.pycode import INDENT_MAX, Writer, bound_slots
from modelcheck.engine.pyexprs import Unit
from modelcheck.engine.pyhelp import suits
from modelcheck.engine.runtime import SINK, STATE, TARGET, UNSET, Frame, Run
from modelcheck.ir import flow, ops

_NODES = (
    flow.Guard, flow.Branch, flow.ForEach, flow.IfNode, flow.CaseNode, flow.ClearNode, flow.Assign, flow.AssignIn,
    flow.AssignOrTest, flow.Emit,
)  # fmt: skip


class StepWriter(Writer):
    """Writes the nodes of one tree. `where`: the state being built, `TARGET` or `STATE`."""

    def __init__(self, exprs: ExprCompiler, root: flow.Node, where: int, frame_size: int) -> None:
        super().__init__(exprs, root, frame_size)
        self.where = where
        self.state = "t" if where == TARGET else "s"
        self.ways = _ways(root)
        self._runs: dict[int, str] = {}

    def run(self, node: flow.Node) -> str:
        """The name of the function for a node and what follows it."""
        known = self._runs.get(id(node))
        if known is None:
            known = self._runs[id(node)] = self.fresh("n")
            outer, self.unit = self.unit, Unit()
            self._node(node, 1)
            self.unit.put(1, "return")
            self.finish(known, self.unit, "f, add")
            self.unit = outer
        return known

    def node(self, node: flow.Node, indent: int) -> None:
        """A node in place; one that is reached on several ways, or lies deep, as a function of its own."""
        if indent > INDENT_MAX or self.ways[id(node)] > 1:
            self.unit.put(indent, f"{self.run(node)}(f, add)")
        else:
            self._node(node, indent)

    def _node(self, node: flow.Node, indent: int) -> None:
        put, state = self.unit.put, self.state
        match node:
            case flow.Guard():
                self._guard(node, indent)
            case flow.Branch():
                for arm in node.arms:
                    self.node(arm, indent)
                if not node.arms:
                    put(indent, "pass")
            case flow.ForEach():
                inner = self.loops(node.binders, indent)
                slots = bound_slots(node.binders)
                for slot in slots:
                    put(inner, f"f[{slot}] = v{slot}")
                    self.unit.bound[slot] = f"v{slot}"
                self.node(node.then, inner)
                for slot in slots:
                    del self.unit.bound[slot]
            case flow.IfNode():
                put(indent, f"if {self.test(node.condition)}:")
                self.node(node.then, indent + 1)
                put(indent, "else:")
                self.node(node.otherwise, indent + 1)
            case flow.CaseNode():
                self._case(node, indent)
            case flow.ClearNode():
                self.clear(node.slots, indent)
                self.node(node.then, indent)
            case flow.Assign():
                if self.where == TARGET and isinstance(node.expr, ops.Var):
                    put(indent, f"t[{node.index}] = s[{node.expr.index}]")
                else:
                    v = self.fresh("w")
                    put(indent, f"{v} = {self.value(node.expr)}")
                    put(indent, f"{state}[{node.index}] = {v} if type({v}) in PLAIN else written({v})")
                self.node(node.then, indent)
                put(indent, f"{state}[{node.index}] = U")
            case flow.AssignIn():
                v = self.fresh("w")
                put(indent, f"for {v} in {self.ordered(node.expr)}:")
                put(indent + 1, f"{state}[{node.index}] = {v} if type({v}) in PLAIN else written({v})")
                self.node(node.then, indent + 1)
                put(indent, f"{state}[{node.index}] = U")
            case flow.AssignOrTest():
                self._assign_or_test(node, indent)
            case flow.Emit():
                self._emit(node, indent)

    def _guard(self, node: flow.Guard, indent: int) -> None:
        """A test; the conjuncts and disjuncts that loop are functions of their own."""
        self.unit.put(indent, f"if {self.test(node.test)}:")
        self.node(node.then, indent + 1)

    def _case(self, node: flow.CaseNode, indent: int) -> None:
        word = "if"
        for guard, then in node.arms:
            self.unit.put(indent, f"{word} {self.test(guard)}:")
            self.node(then, indent + 1)
            word = "elif"
        self.unit.put(indent, "else:")
        if node.other is None:
            self.unit.put(indent + 1, "bad()")
        else:
            self.node(node.other, indent + 1)

    def _assign_or_test(self, node: flow.AssignOrTest, indent: int) -> None:
        put, place = self.unit.put, f"{self.state}[{node.index}]"
        x, choice = self.fresh("w"), self.fresh("w")
        then = f"{self.run(node.then)}(f, add)"
        holds = f"member({place}, {x})" if node.is_in else f"equal({place}, {x})"
        put(indent, f"{x} = {self.value(node.expr)}")
        put(indent, f"if {place} is not U:")
        put(indent + 1, f"if {holds}: {then}")
        put(indent, "else:")
        put(indent + 1, f"for {choice} in " + (f"tuple(in_order({x})):" if node.is_in else f"({x},):"))
        put(indent + 2, f"{place} = normalize({choice})")
        put(indent + 2, then)
        put(indent + 1, f"{place} = U")

    def _emit(self, node: flow.Emit, indent: int) -> None:
        put = self.unit.put
        if node.missing:
            put(indent, "bad()")
            return
        for index in node.maybe:
            put(indent, f"if {self.state}[{index}] is U: bad()")
        put(indent, "add(tuple(s))" if self.where == STATE else f"add((tuple(t), {node.action}))")


def _ways(root: flow.Node) -> Counter[int]:
    """On how many ways each node is reached from others."""
    return Counter(id(after) for node in flow.each_node(root) for after in flow.following(node))


def _left(root: flow.Node) -> bool:
    """Whether something in a tree is not written here."""
    return not all(isinstance(node, _NODES) for node in flow.each_node(root))


def write_steps(exprs: ExprCompiler, root: flow.Node, where: int, frame_size: int) -> Run | None:
    """A function that runs a tree as `StepCompiler` in mode 'plain' does; None when the closures have to."""
    if _left(root) or not suits(root):
        return None
    writer = StepWriter(exprs, root, where, frame_size)
    name = writer.run(root)
    run = writer.load()[name]
    unset = (UNSET,) * writer.sharing.size

    def steps(frame: Frame) -> None:
        frame.extend(unset)
        run(frame, frame[SINK].append)

    return steps
