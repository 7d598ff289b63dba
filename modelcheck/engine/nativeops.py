"""Lowers IR to nodes of the native interpreter: what `engine/exprs.py`, `sets.py` and `steps.py` do with closures.

Takes ops and nodes; gives addresses of nodes (`core/_interp.h`, where each kind says how its numbers and kids are laid
out). An op without native code becomes a node that tells nothing when it is reached, and is listed in `missing`; a tree
that cannot be run natively at all is `Unsuitable`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from modelcheck.engine.nativevalues import Unknown
from modelcheck.engine.pyhelp import parts_of
from modelcheck.engine.pyshare import Sharing
from modelcheck.errors import EvalError
from modelcheck.ir import flow, ops
from modelcheck.ir.facts import Facts, FactsOf
from modelcheck.values import intern_order

MakeNode = Callable[[str, Sequence[int], Sequence[int], int], int]

STATE, TARGET, NAMES = 0, 1, 2
_PASS_VALUE, _PASS_SLOT, _PASS_THUNK = range(3)
_KEPT_READS_MAX = 3
_REMEMBERED_WIDTH_MAX = 64  # variables
_UNTRACED = (ops.Composed, flow.Compose, ops.Lazy, ops.Param, ops.CallOperator)
_PART_LEAST = 8  # ops in a part of a function that is worth remembering
_UNREMEMBERED = (ops.Composed, flow.Compose)
_NUMBERS = ("Naturals", "Integers", "Reals")
_ARITHMETIC = frozenset(("+", "-", "*", "\\div", "%", "^", "<", "\\leq", ">", "\\geq", "..", "-."))
_TRIVIAL = (ops.Const, ops.Var, ops.Next, ops.Local, ops.Param, ops.Fail, ops.Once, ops.OperatorValue)
_TESTED = frozenset((
    ops.And, ops.Or, ops.Not, ops.Implies, ops.Equiv, ops.Eq, ops.Neq, ops.In, ops.NotIn, ops.SubsetEq, ops.Enabled,
    ops.Composed, ops.ForAll, ops.Exists,
))  # fmt: skip
_PLAIN = {
    ops.And: "and", ops.Or: "or", ops.Not: "not", ops.Implies: "implies", ops.Equiv: "equiv", ops.Eq: "eq",
    ops.Neq: "neq", ops.If: "if", ops.SetEnum: "setenum", ops.SubsetEq: "subseteq", ops.Cup: "cup",
    ops.Cap: "cap", ops.Minus: "minus",
    ops.PowerSet: "powerset", ops.FnSet: "fnset", ops.Cross: "cross", ops.Tuple: "tuple",
    ops.Domain: "domain", ops.Force: "force",
}  # fmt: skip
_BOUND: dict[type, str] = {
    ops.Exists: "exists", ops.ForAll: "forall", ops.Choose: "choose", ops.Filter: "filter", ops.MapSet: "mapset",
}  # fmt: skip


class Unsuitable(Exception):
    """This cannot be run natively; the reason in words."""


class Nodes:
    """The nodes below one root. `size` is the size of its frame, once everything is lowered."""

    def __init__(self, program: Any, facts: FactsOf, root: ops.Op | flow.Node, frame_size: int) -> None:
        self.make: MakeNode = program.node
        self.program = program
        self.facts = facts
        self.frame_size = max(4, frame_size)
        self.missing: list[str] = program.missing
        self.remembered = False  # parts of the tree are: each has a frame of its own
        self.traced = False  # tests are remembered by what they read
        # A \cdot B changes the state on the way: nothing has one value then
        self._sharing: Sharing | None = None if has_part(root, (flow.Compose, ops.Composed)) else Sharing(facts, root)
        self._shared: dict[int, int] = {}
        self._known: dict[tuple[int, bool], tuple[ops.Op, int]] = {}
        self._procs: dict[tuple[int, bool], tuple[ops.Proc, int]] = {}

    @property
    def size(self) -> int:
        """How large the frame must be."""
        return self.frame_size + len(self._shared)

    # ---- expressions ----

    def op(self, op: ops.Op) -> int:
        """The node of an op; shared ops have one."""
        key = (id(op), self._sharing is not None)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = (op, self._whole(op))
        return known[1]

    def _whole(self, op: ops.Op) -> int:
        number = None if self._sharing is None else self._sharing.number(op)
        if number is not None:
            known = self._shared.get(number)
            if known is None:
                slot = self.frame_size + len(self._shared)
                shared = self.remembered and not self.facts(op).target
                known = self.make("shared", [0], [slot, 0], 0) if shared else self.make("lazy", [0], [slot], 0)
                self._shared[number] = known
                self.program.set_kid(known, 0, self._kept(op))
            return known
        if not isinstance(op, _TRIVIAL) and self.facts(op).constant:
            return self._constant(op)
        return self._kept(op)

    def _kept(self, op: ops.Op) -> int:
        """A closed op that reads few variables of one state: its values are remembered by theirs."""
        if self._sharing is None:
            return self._own(op)
        facts = self.facts(op)
        if self._is_of_names(op, facts):
            numbers = [NAMES, len(facts.slots), *sorted(facts.slots)]
            return self.make("kept_test" if type(op) in _TESTED else "kept", [self._own(op)], numbers, 0)
        if not self._sharing.is_closed(op):
            return self._own(op)
        reads = _reads(op)
        if (facts.current and facts.target) or reads is None or not 0 < len(reads) <= _KEPT_READS_MAX:
            return self._own(op)
        numbers = [STATE if facts.current else TARGET, len(reads), *reads]
        return self.make("kept_test" if type(op) in _TESTED else "kept", [self._own(op)], numbers, 0)

    def _is_of_names(self, op: ops.Op, facts: Facts) -> bool:
        """Whether an op is a function of few bound names alone, and worth keeping."""
        if facts.current or facts.target or facts.impure or not 0 < len(facts.slots) <= _KEPT_READS_MAX:
            return False
        return isinstance(op, (ops.Filter, ops.MapSet, ops.Choose, ops.ForAll, ops.Exists)) and not any(
            isinstance(here, (ops.Lazy, ops.Param, ops.Call, ops.CallOperator)) for here in _all_parts(op)
        )

    def _constant(self, op: ops.Op) -> int:
        """An op that depends on nothing: evaluated once; by the closures, now, where there is no native code."""
        before = len(self.missing)
        node = self._own(op)
        if len(self.missing) > before:
            value = self.program.settled(op)
            if value is not None:
                del self.missing[before:]
                return self.make("const", [], [], value)
        return self.make("once_test" if type(op) in _TESTED else "once", [node], [0], 0)

    def test(self, op: ops.Op) -> int:
        """The node of a test of a state that may be met again with the same values of what it reads."""
        before, self.traced = self.traced, self.program.width <= _REMEMBERED_WIDTH_MAX
        try:
            return self._traced(op)
        finally:
            self.traced = before

    def _traced(self, op: ops.Op) -> int:
        """The node of a test; it is remembered if that can be."""
        facts = self.facts(op)
        node = self.op(op)
        if type(op.body if isinstance(op, ops.Clear) else op) not in _TESTED:
            return node
        if not self.traced or facts.target or facts.impure or not facts.current:
            return node
        if not self._is_wide(op) or any(isinstance(here, _UNTRACED) for here in _all_parts(op)):
            return node
        names = sorted(facts.slots)
        return self.make("traced", [node], [len(names), *names], 0)

    def _is_wide(self, op: ops.Op) -> bool:
        """Whether a test is worth it: more than a comparison or two."""
        return any(isinstance(here, (ops.ForAll, ops.Exists, ops.And, ops.Implies, ops.Or)) for here in _all_parts(op))

    def _own(self, op: ops.Op) -> int:
        plain = _PLAIN.get(type(op))
        if plain is not None:
            return self._all(plain, list(op.children()))
        bound = _BOUND.get(type(op))
        if bound is not None:
            assert isinstance(op, ops.BoundOp)
            captured = sorted(self.facts(op).slots) if isinstance(op, ops.Filter) else []
            numbers = [*_binders(op.binders), *captured]
            is_test = isinstance(op, (ops.ForAll, ops.Exists))
            body = self._traced(op.body) if is_test and self.traced else self.op(op.body)
            return self.make(bound, [*self._domains(op.binders), body], numbers, 0)
        if isinstance(op, ops.Fail):
            return int(self.program.failing(f"error {op.code}"))
        special: Callable[[Any], int] | None = getattr(self, f"_{type(op).__name__.lower()}", None)
        return self._fail(type(op).__name__) if special is None else special(op)

    def _all(self, name: str, items: Sequence[ops.Op], numbers: Sequence[int] = (), constant: int = 0) -> int:
        return self.make(name, [self.op(item) for item in items], numbers, constant)

    def _fail(self, why: str) -> int:
        self.missing.append(why)
        return int(self.program.failing(why))

    def _domains(self, binders: Sequence[ops.Binder]) -> list[int]:
        return [self.op(binder.domain) for binder in binders]

    def _const(self, op: ops.Const) -> int:
        try:
            return self.make("const", [], [], self.program.words.word(op.value))
        except (Unknown, EvalError) as why:
            return self._fail(f"constant: {why}")

    def _var(self, op: ops.Var) -> int:
        return self.make("var", [], [op.index], 0)

    def _next(self, op: ops.Next) -> int:
        return self.make("next", [], [op.index], 0)

    def _local(self, op: ops.Local) -> int:
        return self.make("local", [], [op.slot], 0)

    def _param(self, op: ops.Param) -> int:
        return self.make("param", [], [op.slot], 0)

    def _lazy(self, op: ops.Lazy) -> int:
        return self._all("lazy", [op.expr], [op.slot])

    def _clear(self, op: ops.Clear) -> int:
        return self._all("clear", [op.body], op.slots)

    def _once(self, op: ops.Once) -> int:
        before = len(self.missing)
        sharing, self._sharing = self._sharing, None
        try:
            node = self.op(op.expr)
        finally:
            self._sharing = sharing
        if len(self.missing) > before:
            value = self.program.settled(op)
            if value is not None:
                del self.missing[before:]
                return self.make("const", [], [], value)
        return self.make("once", [node], [max(4, op.frame_size)], 0)

    def _case(self, op: ops.Case) -> int:
        return self._all("case", list(op.children()))

    def _in(self, op: ops.In | ops.NotIn) -> int:
        name = "in" if isinstance(op, ops.In) else "notin"
        right = op.right
        if isinstance(right, ops.Filter) and not self.facts(right).constant:
            kids = [op.left, right.binders[0].domain, right.body]
            return self._all(f"{name}_filter", kids, _binders(right.binders))
        return self._all(name, [op.left, right])

    _notin = _in

    def _bigunion(self, op: ops.BigUnion) -> int:
        if isinstance(op.arg, ops.SetEnum) and op.arg.items:
            return self._all("union_of", op.arg.items)
        return self._all("union", [op.arg])

    # ---- functions ----

    def _record(self, op: ops.Record | ops.RecordSet) -> int:
        order = sorted(range(len(op.names)), key=lambda i: intern_order(op.names[i]))
        names = self.program.words.word(frozenset(op.names))
        name = "record" if isinstance(op, ops.Record) else "recordset"
        return self._all(name, [op.items[i] for i in order], constant=names)

    _recordset = _record

    def _fncons(self, op: ops.FnCons) -> int:
        if op.self_slot is not None and has_part(op, (ops.Enabled, ops.Composed)):
            return self._fail("ENABLED in a recursive function")
        numbers = [-1 if op.self_slot is None else op.self_slot, *_binders(op.binders), *sorted(self.facts(op).slots)]
        body = self.op(op.body) if op.self_slot is not None else self._part(op.body)
        kids = [*self._domains(op.binders), body]
        return self.make("fncons" if op.self_slot is None else "rule", kids, numbers, 0)

    def _part(self, op: ops.Op) -> int:
        """A value that one place of a function has: remembered by what it reads, if that can be, and may pay."""
        node, facts = self.op(op), self.facts(op)
        if not self.remembered or self._sharing is None or self.program.width > _REMEMBERED_WIDTH_MAX:
            return node
        if facts.target or facts.building or facts.impure or not facts.current or isinstance(op, _TRIVIAL):
            return node
        parts = list(_all_parts(op))
        if len(parts) < _PART_LEAST or any(isinstance(here, _UNREMEMBERED) for here in parts):
            return node
        if any(isinstance(here, (ops.Lazy, ops.Param)) and here.slot in facts.slots for here in parts):
            return node
        names = sorted(facts.slots)
        return self.make("part", [node], [len(names), *names], 0)

    def _apply(self, op: ops.Apply) -> int:
        fn, arg = op.fn, op.arg
        if isinstance(fn, ops.FnCons) and fn.self_slot is None and not self.facts(fn).constant:
            return self.make("applied_rule", [self._fncons(fn), self.op(arg)], [], 0)
        if isinstance(arg, ops.Const) and type(arg.value) is str:
            return self._all("field", [fn], constant=self.program.words.word(arg.value))
        return self._all("apply", [fn, arg])

    def _except(self, op: ops.Except) -> int:
        numbers, kids = [len(op.updates)], [op.fn]
        for update in op.updates:
            numbers += [len(update.path), update.at_slot]
            kids += [*update.path, update.value]
        return self._all("except", kids, numbers)

    # ---- operators ----

    def _native(self, op: ops.Native) -> int:
        if op.context or op.impure:
            return self._fail(f"{op.module}.{op.name}")
        if not op.args:
            try:
                return self._const(ops.Const(op.fn()))
            except EvalError as why:
                return self._fail(str(why.code))
        name = op.name if op.module in _NUMBERS and op.name in _ARITHMETIC else f"{op.module}.{op.name}"
        if not self.program.has(name, len(op.args)):
            return self._fail(name)
        return self._all(name, op.args)

    def _operatorvalue(self, op: ops.OperatorValue) -> int:
        return self._all("operator", [op.body], op.slots)

    def _passed(self, arg: ops.Op) -> tuple[int, int]:
        """The node of an argument, and how it is passed."""
        if isinstance(arg, (ops.Const, ops.Local, ops.OperatorValue)):
            return self.op(arg), _PASS_VALUE
        if isinstance(arg, ops.Var) and not arg.checked:
            return self.op(arg), _PASS_VALUE
        if isinstance(arg, ops.Param):
            return self.op(arg), _PASS_SLOT
        return self.make("argument", [self.op(arg)], sorted(self.facts(arg).slots), 0), _PASS_THUNK

    def _calloperator(self, op: ops.CallOperator) -> int:
        args = [self._passed(arg) for arg in op.args]
        return self.make("call_operator", [node for node, _ in args], [op.slot, *[how for _, how in args]], 0)

    def _call(self, op: ops.Call) -> int:
        proc, args = op.proc, [self._passed(arg) for arg in op.args]
        key = (id(proc), self._sharing is not None)
        known = self._procs.get(key)
        if known is None:
            known = self._procs[key] = (proc, self.make("proc", [0], [], 0))
            assert proc.body is not None
            self.program.set_kid(known[1], 0, self.op(proc.body))
        numbers = [n for slot, (_, how) in zip(proc.slots, args, strict=True) for n in (slot, how)]
        return self.make("call", [known[1], *[node for node, _ in args]], numbers, 0)

    def _enabled(self, op: ops.Enabled) -> int:
        sharing, self._sharing = self._sharing, None  # the next state is another one inside
        node = Steps(self, TARGET, op.size, "found").node(op.action)
        self._sharing = sharing
        return self.make("enabled", [node], [op.size, int(op.primed)], 0)

    def _composed(self, op: ops.Composed) -> int:
        width = self.program.width
        first = Steps(self, TARGET, width, "collect").node(op.first)
        return self.make("composed", [first, self.op(op.second)], [width], 0)


class Steps:
    """The nodes of an action tree. `where`: the state being built, of `width` variables.

    `end`: what is at the end of a path. "emit": a step; "found": any will do; "collect": a state in between.
    """

    def __init__(self, nodes: Nodes, where: int, width: int, end: str = "emit") -> None:
        self.nodes = nodes
        self.make = nodes.make
        self.where = where
        self.width = width
        self.end = end
        self._known: dict[int, tuple[flow.Node, int]] = {}
        self._procs: dict[int, tuple[flow.ActionProc, int]] = {}

    def node(self, node: flow.Node) -> int:
        """The native node of a node and all that follows it."""
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = (node, self._made(node))
        return known[1]

    # ---- outcomes remembered (_interp_arms.h) ----

    def remembers(self, root: flow.Node) -> bool:
        """Whether outcomes of parts of this tree depend on the variables that they read and on nothing else."""
        if self.width > _REMEMBERED_WIDTH_MAX:
            return False
        return not any(
            isinstance(here, (flow.Compose, ops.Composed)) or (isinstance(here, ops.Enabled) and here.primed)
            for here in _all_parts(root)
        )

    def arms(self, node: flow.Node, names: tuple[int, ...] = ()) -> int:
        """A node before anything is assigned: the ways that part below it are remembered, each on its own.

        `names`: slots bound around it.
        """
        op = self.nodes.op
        match node:
            case flow.Branch():
                return self.make("branch", [self._arm(arm, names) for arm in node.arms], [], 0)
            case flow.ForEach():
                bound = (*names, *[slot for binder in node.binders for slot in binder.slots])
                kids = [*[op(binder.domain) for binder in node.binders], self._arm(node.then, bound)]
                return self.make("foreach", kids, _binders(node.binders), 0)
            case flow.ClearNode():
                return self.make("clear", [self.arms(node.then, names)], node.slots, 0)
            case flow.Guard():
                return self.make("guard", [op(node.test), self.arms(node.then, names)], [], 0)
        return self.node(node)

    def _arm(self, node: flow.Node, names: tuple[int, ...]) -> int:
        return self.make("arm", [self.arms(node, names)], [len(names), *names], 0)

    def _made(self, node: flow.Node) -> int:
        op = self.nodes.op
        match node:
            case flow.Guard():
                test = op(node.test) if self.where == TARGET else self.nodes.test(node.test)
                return self.make("guard", [test, self.node(node.then)], [], 0)
            case flow.Branch():
                return self.make("branch", [self.node(arm) for arm in node.arms], [], 0)
            case flow.IfNode():
                kids = [op(node.condition), self.node(node.then), self.node(node.otherwise)]
                return self.make("if", kids, [], 0)
            case flow.CaseNode():
                kids = [kid for guard, then in node.arms for kid in (op(guard), self.node(then))]
                return self.make("case", kids if node.other is None else [*kids, self.node(node.other)], [], 0)
            case flow.ClearNode():
                return self.make("clear", [self.node(node.then)], node.slots, 0)
            case flow.ForEach():
                kids = [*[op(binder.domain) for binder in node.binders], self.node(node.then)]
                return self.make("foreach", kids, _binders(node.binders), 0)
            case flow.Assign():
                return self._assign(node)
            case flow.AssignIn():
                return self.make("assignin", [op(node.expr), self.node(node.then)], [self.where, node.index], 0)
            case flow.AssignOrTest():
                numbers = [self.where, node.index, int(node.is_in)]
                return self.make("assignortest", [op(node.expr), self.node(node.then)], numbers, 0)
            case flow.IfComplete():
                kids = [self.node(node.yes), self.node(node.no)]
                return self.make("ifcomplete", kids, [self.where, self.width], 0)
            case flow.Emit():
                return self._emit(node)
            case flow.AllOf():
                return self._all_of(node)
            case flow.AgainFor():
                return self.make("againfor", [self._known[id(node.loop)][1]], [], 0)
            case flow.CallNode():
                return self._call(node)
            case flow.Return():
                return self.make("return", [], [node.proc.back_slot], 0)
            case flow.Compose():
                return self._compose(node)
            case flow.Middle():
                if node.missing:
                    return int(self.nodes.program.failing("variables without a value"))
                return self.make("middle", [self._known[id(node.compose)][1]], [int(self.end == "emit")], 0)
            case flow.Resume():
                return self.make("resume", [self.node(node.then)], [node.compose.slot], 0)
        raise Unsuitable(f"the action has a {type(node).__name__}")

    def _assign(self, node: flow.Assign) -> int:
        pairs: list[int] = []
        end: flow.Node = node
        while self.where == TARGET and isinstance(end, flow.Assign) and isinstance(end.expr, ops.Var):
            pairs += (end.index, end.expr.index)
            end = end.then
        if pairs:
            return self.make("keep", [self.node(end)], pairs, 0)
        return self.make("assign", [self.nodes.op(node.expr), self.node(node.then)], [self.where, node.index], 0)

    def _emit(self, node: flow.Emit) -> int:
        if self.end == "found":
            return self.make("found", [], [], 0)
        if node.missing:
            return int(self.nodes.program.failing("variables without a value"))
        if self.end == "collect":
            return self.make("collect", [], [self.width], 0)
        return self.make("emit", [], [self.where, node.action, *node.maybe], 0)

    def _all_of(self, node: flow.AllOf) -> int:
        assert node.body is not None
        count = len(node.binders)
        loop = self.make("allof", [0] * (count + 3), [node.state_slot, *_binders(node.binders)], 0)
        self._known[id(node)] = (node, loop)
        body = self.node(node.body)
        again = body if node.again is None else self.node(node.again)
        kids = [*[self.nodes.op(binder.domain) for binder in node.binders], body, self.node(node.then), again]
        for i, kid in enumerate(kids):
            self.nodes.program.set_kid(loop, i, kid)
        return loop

    def _compose(self, node: flow.Compose) -> int:
        assert node.first is not None and node.second is not None
        whole = self.make("compose", [0, 0], [node.slot, self.width], 0)
        self._known[id(node)] = (node, whole)
        self.nodes.program.set_kid(whole, 1, self.node(node.second))
        self.nodes.program.set_kid(whole, 0, self.node(node.first))
        return whole

    def _call(self, node: flow.CallNode) -> int:
        proc, args = node.proc, [self.nodes._passed(arg) for arg in node.args]
        known = self._procs.get(id(proc))
        if known is None:
            known = self._procs[id(proc)] = (proc, self.make("proc", [0], [], 0))
            assert proc.body is not None
            self.nodes.program.set_kid(known[1], 0, self.node(proc.body))
        numbers = [proc.back_slot]
        for slot, (_, how) in zip(proc.slots, args, strict=True):
            numbers += (slot, how)
        return self.make("call", [known[1], self.node(node.then), *[kid for kid, _ in args]], numbers, 0)


def _binders(binders: Sequence[ops.Binder]) -> list[int]:
    numbers = [len(binders)]
    for binder in binders:
        numbers += (int(binder.is_tuple), len(binder.slots), *binder.slots)
    return numbers


def has_part(part: Any, kinds: tuple[type, ...]) -> bool:
    """Whether an op or node of these kinds is somewhere in `part`."""
    return any(isinstance(here, kinds) for here in _all_parts(part))


def _reads(op: ops.Op) -> list[int] | None:
    """The variables that an op reads; None where that is not plain to see."""
    found: set[int] = set()
    for here in _all_parts(op):
        match here:
            case ops.Enabled() | ops.Composed() | ops.Call():
                return None
            case ops.Var() | ops.Next():
                found.add(here.index)
    return sorted(found)


def recurs(part: Any) -> bool:
    """Whether a recursive operator or function is somewhere in `part`."""
    return any(
        isinstance(here, ops.Call) or (isinstance(here, ops.FnCons) and here.self_slot is not None)
        for here in _all_parts(part)
    )


def _all_parts(part: Any) -> Iterator[Any]:
    seen: set[int] = set()
    stack = [part]
    while stack:
        here = stack.pop()
        if id(here) not in seen:
            seen.add(id(here))
            yield here
            stack.extend(parts_of(here))
