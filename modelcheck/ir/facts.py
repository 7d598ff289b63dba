"""What an op depends on (local slots, the current state, the next state, the outside world), and what reading it costs.

Takes ops; gives `Facts`, computed once for each op. Asked by lowering (may a value be kept for the whole context, and
is that worth a slot?) and by the engines (is it a constant?). Refuses nothing: what is not known counts as dependent.
"""

from __future__ import annotations

from collections.abc import Iterable

from modelcheck.ir import flow, ops
from modelcheck.records import dataclass

NOTHING: frozenset[int] = frozenset()

#: Operators whose answer follows the run: TLC gives them the level of a variable, so that no definition keeps it.
ASKING = frozenset((
    "TLCGet", "TLCGetOrDefault", "TLCSet", "TLCGetAndSet", "Trace", "CounterExample", "_TETrace",
))  # fmt: skip

#: Ops that depend on something else than their operands do.
_BINDING = (
    ops.BoundOp, ops.Except, ops.OperatorValue, ops.Lazy, ops.Clear, ops.CallOperator, ops.Native, ops.Call,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """Dependencies of an op. `slots`: free local slots. `building`: it reads a state that is still being built.

    `impure`: its value may change from one evaluation to the next; `asking`: because it asks how the run stands.
    """

    slots: frozenset[int]
    current: bool = False
    target: bool = False
    building: bool = False
    impure: bool = False
    asking: bool = False

    @property
    def settled(self) -> bool:
        """What a constant definition must be to be evaluated once for all, even if it draws at random (as in TLC)."""
        return not (self.slots or self.current or self.target or self.asking)

    @property
    def constant(self) -> bool:
        """Depends on nothing: the value is the same in every state and every frame."""
        return not (self.slots or self.current or self.target or self.impure)


CLOSED = Facts(NOTHING)
_CURRENT = Facts(NOTHING, current=True)
_TARGET = Facts(NOTHING, target=True)
EVERYTHING = Facts(NOTHING, current=True, target=True, building=True, impure=True, asking=True)


class FactsOf:
    """Computes facts of ops and remembers them (ops are kept alive as long as this object is)."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[ops.Op, Facts]] = {}
        self._procs: dict[int, tuple[ops.Proc, Facts]] = {}
        self._open: set[int] = set()
        self._incomplete = 0
        self._unwritten = 0  # how often a recursive operator was met whose body is still being lowered

    def __call__(self, op: ops.Op) -> Facts:
        """The facts of `op`."""
        known = self._known.get(id(op))
        if known is not None:
            return known[1]
        before, unwritten = self._incomplete, self._unwritten
        facts = self._compute(op)
        if self._unwritten == unwritten and (self._incomplete == before or not self._open):
            self._known[id(op)] = (op, facts)
        return facts

    def _compute(self, op: ops.Op) -> Facts:
        match op:
            case ops.Var():
                return Facts(NOTHING, current=True, building=True) if op.checked else _CURRENT
            case ops.Next():
                return Facts(NOTHING, target=True, building=True) if op.checked else _TARGET
            case ops.Local() | ops.Param():
                return Facts(frozenset((op.slot,)))
            case ops.Once():
                return CLOSED
            case ops.Fail():
                return CLOSED
            case ops.Enabled():
                inside = self._of_action(op.action)
                primed = op.primed
                return Facts(inside.slots, True, primed, primed, inside.impure, inside.asking)
            case ops.Composed():
                inside = self._joined((self._of_action(op.first), self(op.second)))
                return Facts(inside.slots, True, True, True, inside.impure, inside.asking)
        facts = self._union(op)
        return self._bind(op, facts)

    def _of_action(self, root: flow.Node) -> Facts:
        """The slots that an action reads and does not bind itself, and whether something in it is impure."""
        read, bound = CLOSED, set[int]()
        for node in flow.each_node(root, _with_bodies):
            bound.update(_bound_by(node))
            if isinstance(node, flow.CallNode) and node.proc.body is None:
                self._unwritten += 1
            read = self._joined((read, *map(self, _ops_of(node))))
        return Facts(read.slots - bound, impure=read.impure, asking=read.asking)

    def _union(self, op: ops.Op) -> Facts:
        return self._joined(self(child) for child in op.children())

    def _joined(self, all_facts: Iterable[Facts]) -> Facts:
        found = CLOSED
        for facts in all_facts:
            if facts is found or facts is CLOSED:
                continue
            if found is CLOSED:
                found = facts
                continue
            found = Facts(
                found.slots | facts.slots,
                found.current or facts.current,
                found.target or facts.target,
                found.building or facts.building,
                found.impure or facts.impure,
                found.asking or facts.asking,
            )
        return found

    def _bind(self, op: ops.Op, facts: Facts) -> Facts:
        if not isinstance(op, _BINDING):
            return facts
        add: frozenset[int] = NOTHING
        drop: frozenset[int] = NOTHING
        impure, asking = facts.impure, facts.asking
        match op:
            case ops.BoundOp():
                drop = frozenset([slot for binder in op.binders for slot in binder.slots])
                if isinstance(op, ops.FnCons) and op.self_slot is not None:
                    drop |= {op.self_slot}
            case ops.Except():
                drop = frozenset([update.at_slot for update in op.updates])
            case ops.OperatorValue():
                drop = frozenset(op.slots)
            case ops.Lazy():
                add = frozenset((op.slot,))
            case ops.Clear():
                drop = frozenset(op.slots)
            case ops.CallOperator():
                add = frozenset((op.slot,))
            case ops.Native():
                if not op.impure:
                    return facts
                impure, asking = True, asking or op.name in ASKING
            case ops.Call():
                return self._call(op, facts)
        if not add and drop.isdisjoint(facts.slots) and impure is facts.impure and asking is facts.asking:
            return facts
        return Facts((facts.slots - drop) | add, facts.current, facts.target, facts.building, impure, asking)

    def _call(self, op: ops.Call, args: Facts) -> Facts:
        proc = op.proc
        known = self._procs.get(id(proc))
        if known is not None:
            body = known[1]
        elif id(proc) in self._open:
            self._incomplete += 1
            return args
        elif proc.body is None:
            self._unwritten += 1
            return EVERYTHING
        else:
            self._open.add(id(proc))
            unwritten = self._unwritten
            body = self(proc.body)
            self._open.discard(id(proc))
            if not self._open and self._unwritten == unwritten:
                self._procs[id(proc)] = (proc, body)
        slots = (body.slots - frozenset(proc.slots)) | args.slots
        return Facts(
            slots,
            body.current or args.current,
            body.target or args.target,
            body.building or args.building,
            body.impure or args.impure,
            body.asking or args.asking,
        )


def _with_bodies(node: flow.Node) -> tuple[flow.Node, ...]:
    """What a node goes on with, also inside of what it calls."""
    if isinstance(node, flow.CallNode) and node.proc.body is not None:
        return (*flow.following(node), node.proc.body)
    return flow.following(node)


def _ops_of(node: flow.Node) -> tuple[ops.Op, ...]:
    """What is evaluated at a node itself."""
    match node:
        case flow.Guard():
            return (node.test,)
        case flow.Assign() | flow.AssignIn() | flow.AssignOrTest():
            return (node.expr,)
        case flow.ForEach() | flow.AllOf():
            return tuple(binder.domain for binder in node.binders)
        case flow.IfNode():
            return (node.condition,)
        case flow.CaseNode():
            return tuple(guard for guard, _ in node.arms)
        case flow.CallNode():
            return node.args
    return ()


def _bound_by(node: flow.Node) -> tuple[int, ...]:
    """The slots that a node gives values."""
    match node:
        case flow.ForEach():
            return tuple(slot for binder in node.binders for slot in binder.slots)
        case flow.AllOf():
            return (node.state_slot, *(slot for binder in node.binders for slot in binder.slots))
        case flow.ClearNode():
            return node.slots
        case flow.Compose():
            return (node.slot,)
        case flow.CallNode():
            return (*node.proc.slots, node.proc.back_slot)
    return ()


def trivial(op: ops.Op) -> bool:
    """Reading it again costs no more than reading a slot."""
    return isinstance(op, (ops.Const, ops.Local, ops.Param, ops.Lazy, ops.Once, ops.Var, ops.Next, ops.Fail))


def on_demand(op: ops.Op) -> bool:
    """Whether the value may be a recursive function, computed on demand."""
    match op:
        case ops.Lazy() | ops.Once():
            return on_demand(op.expr)
        case ops.Clear():
            return on_demand(op.body)
        case ops.Except():
            return on_demand(op.fn)
        case ops.If():
            return on_demand(op.then) or on_demand(op.otherwise)
        case ops.Case():
            values = [value for _, value in op.arms] + ([] if op.other is None else [op.other])
            return any(on_demand(value) for value in values)
        case ops.FnCons():
            return op.self_slot is not None
    return False
