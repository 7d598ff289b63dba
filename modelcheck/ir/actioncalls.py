"""Lowering of calls of RECURSIVE operators whose bodies are actions (or initial predicates).

Such a body becomes a procedure of the action tree (`flow.ActionProc`), one for each set of variables that have a value
at the call: its paths end in `Return`, which goes on with what follows the call. Which variables the call has given
a value is then known only while running. Arguments are passed unevaluated; an argument that is an operator, or speaks
of the state being built, is bound where the procedure is lowered instead, as TLC passes expressions with contexts.

Refuses (E011, when reached): such an argument that depends on the recursive call it stands in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelcheck.ir import flow, ops
from modelcheck.ir.env import (
    EMPTY,
    Arg,
    Binding,
    Env,
    Inline,
    LetBinding,
    Memo,
    Operator,
    OperatorSlot,
    SlotBinding,
    arity_of,
)
from modelcheck.module import tree

if TYPE_CHECKING:
    from modelcheck.ir.actions import ActionLowering, Assigned, Then

PROCS_MAX = 200


class ActionCalls:
    """The procedures of one `ActionLowering`."""

    def __init__(self, actions: ActionLowering) -> None:
        self.actions = actions
        self.low = actions.low
        self.procs: dict[object, flow.ActionProc] = {}
        self.kept: list[object] = []  # what the keys of `procs` name by its id
        self.first_open: list[int] = []  # the first slot of each procedure being lowered

    def callee(self, symbol: tree.Symbol, env: Env) -> tuple[tree.Definition, Env] | None:
        """The recursive definition that a symbol stands for, and the environment of its body."""
        if not isinstance(symbol, tree.Definition):
            return None
        binding = env.get(symbol)
        outer = binding.env if isinstance(binding, LetBinding) else env.module_part()
        if not isinstance(binding, LetBinding):
            symbol = self.low.model.replaced.get(symbol, symbol)
            if self.actions.is_native(symbol, len(symbol.params)):
                return None
        if not symbol.recursive or symbol.kind == "fn" or symbol.complete().body is None:
            return None
        return symbol, outer

    def call(
        self, definition: tree.Definition, outer: Env, args: Sequence[Arg], done: Assigned, then: Then, test: ops.Op
    ) -> flow.Node:
        """The call as a process; `test` is what it is as a formula: enough if it neither assigns nor branches."""
        bound, passed = self.bind(definition, args, done)
        if bound is None:
            message = f"an action passed to {definition.name} depends on the recursive call it stands in"
            return flow.Guard(ops.Fail("E011", message, span=test.span), then(done), span=test.span)
        proc = self.proc(definition, outer, bound, done)
        if not self.first_open and not self.low.facts(test).building and not branches(proc):
            return flow.Guard(test, then(done), span=test.span)
        every = frozenset(range(len(self.low.target_names)))
        return flow.CallNode(proc, passed, then((done[0], every - done[0])), span=test.span)

    def bind(
        self, definition: tree.Definition, args: Sequence[Arg], done: Assigned
    ) -> tuple[list[tuple[tree.Symbol, Binding]] | None, tuple[ops.Op, ...]]:
        """What is bound while lowering (None: it cannot be), and the arguments passed while running."""
        bound: list[tuple[tree.Symbol, Binding]] = []
        passed: list[ops.Op] = []
        for param, (arg, env) in zip(definition.params, args, strict=True):
            if isinstance(arg, tree.OpArg):
                held = self.low.operator_binding(arg, env)
                if isinstance(held, Operator) and held.arg is arg and self._inside_operator(held):
                    return None, ()
                bound.append((param, held))
                continue
            op = self.low.lower(arg, env, False)
            if not self.low.facts(op).building or done[0].issuperset(_unfinished(op)):
                passed.append(op)
                continue
            same = env.get(arg.symbol) if isinstance(arg, tree.Appl) and not arg.args else None
            if isinstance(same, (Memo, Inline)):
                bound.append((param, same))
            elif self._inside(op):
                return None, ()
            else:
                bound.append((param, Inline(arg, env)))
        return bound, tuple(passed)

    def _inside_operator(self, operator: Operator) -> bool:
        """As `_inside`, for an operator that is written here."""
        if not self.first_open:
            return False
        params = tuple(tree.Param(f"_{i}", operator.arg.span, "") for i in range(arity_of(operator.arg)))
        pairs = [(p, SlotBinding(self.low.new_slot(), p.name)) for p in params]
        args = [(tree.Appl(None, p), EMPTY.extend(pairs)) for p in params]
        op = self.low.apply_operator(operator, args, False, None)
        return self._inside(ops.Tuple((op,)), frozenset(binding.slot for _, binding in pairs))

    def _inside(self, op: ops.Op, own: frozenset[int] = frozenset()) -> bool:
        """Whether an op depends on something bound inside a procedure that is being lowered (`own` slots apart)."""
        return bool(self.first_open) and any(slot >= self.first_open[0] for slot in self.low.facts(op).slots - own)

    def proc(
        self, definition: tree.Definition, outer: Env, bound: list[tuple[tree.Symbol, Binding]], done: Assigned
    ) -> flow.ActionProc:
        """The procedure of a definition, made once for what is bound and what has a value."""
        low = self.low
        binds = tuple((id(symbol), _identity(binding)) for symbol, binding in bound)
        key = (definition, outer.key(), binds, done, low.building, low.moving, low.depth, tuple(low.target_names))
        proc = self.procs.get(key)
        if proc is not None:
            return proc
        self.kept += [outer, bound]
        first = low.slots
        fixed = {symbol for symbol, _ in bound}
        params = [p for p in definition.params if p not in fixed]
        slots = tuple(low.new_slot() for _ in params)
        proc = self.procs[key] = flow.ActionProc(definition.name, slots, low.new_slot(), None, definition.span)
        pairs = [(p, SlotBinding(slot, p.name, lazy=True)) for p, slot in zip(params, slots, strict=True)]
        if len(self.procs) > PROCS_MAX:
            message = f"the actions passed to {definition.name} change from call to call"
            proc.body = flow.Guard(ops.Fail("E011", message, span=definition.span), flow.Return(proc))
            return proc
        assert definition.body is not None
        self.first_open.append(first)
        back = flow.Return(proc)
        proc.body = self.actions.act(definition.body, outer.extend([*bound, *pairs]), done, lambda _: back)
        self.first_open.pop()
        return proc


def _unfinished(op: ops.Op) -> set[int]:
    """The variables of the state being built that an op reads; -1: others may be among them."""
    found: set[int] = set()
    seen: set[int] = set()
    stack = [op]
    while stack:
        op = stack.pop()
        if id(op) in seen:
            continue
        seen.add(id(op))
        if isinstance(op, (ops.Var, ops.Next)) and op.checked:
            found.add(op.index)
        elif isinstance(op, (ops.Enabled, ops.Composed, ops.Call)):
            found.add(-1)
        stack += op.children()
    return found


def _identity(binding: Binding) -> tuple[object, ...]:
    match binding:
        case Inline():
            return ("inline", id(binding.expr), binding.env.key())
        case Operator():
            return ("operator", id(binding.arg), binding.env.key())
        case OperatorSlot():
            return ("slot", binding.slot)
        case _:
            return (id(binding),)


def branches(proc: flow.ActionProc) -> bool:
    """Whether a procedure has more than one path that one state could take."""
    seen: set[int] = set()
    stack: list[flow.Node | None] = [proc.body]
    while stack:
        node = stack.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, (flow.Branch, flow.ForEach, flow.Compose)):
            return True
        stack += [node.proc.body] if isinstance(node, flow.CallNode) else []
        stack += flow.following(node)
    return False
