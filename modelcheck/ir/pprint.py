"""Prints IR as text (`tlapair parse --show ir`): ops as S-expressions, action trees a node a line.

`name%4` is the local slot 4, `name?4` a lazy one; what a lazy slot holds and the body of a recursive operator are
printed where they occur first: `name?4=(...)`, `(Call Op[name%4]=(...) ...)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.ir import flow, ops
from modelcheck.values import show

LINE_MAX = 400


def expression(op: ops.Op) -> str:
    """One op on one line."""
    return _Printer().op(op)


def action(tree: flow.ActionTree) -> str:
    """A whole action tree, a node a line; nodes met again are printed as `^n`."""
    return "\n".join(_TreePrinter(tree).node(tree.root, 0))


class _Printer:
    """Prints ops; knows which lazy slots and recursive operators have been printed."""

    def __init__(self) -> None:
        self.shown: set[int] = set()

    def first(self, what: object) -> bool:
        """Whether this is the first time."""
        if id(what) in self.shown:
            return False
        self.shown.add(id(what))
        return True

    def op(self, op: ops.Op) -> str:
        match op:
            case ops.Const():
                return show(op.value)
            case ops.Var():
                return op.name
            case ops.Next():
                return op.name + "'"
            case ops.Local() | ops.Param():
                return f"{op.name}%{op.slot}"
            case ops.Lazy():
                return f"{op.name}?{op.slot}" + (f"={self.op(op.expr)}" if self.first(op) else "")
            case ops.Once():
                return f"(Once {op.name}={self.op(op.expr)})" if self.first(op) else f"(Once {op.name})"
            case ops.Fail():
                return f"(Fail {op.code})"
            case ops.BoundOp():
                myself = f" self%{op.self_slot}" if isinstance(op, ops.FnCons) and op.self_slot is not None else ""
                return f"({type(op).__name__}{myself} [{self.binders(op.binders)}] {self.op(op.body)})"
            case ops.Record() | ops.RecordSet():
                fields = ", ".join(f"{n}: {self.op(i)}" for n, i in zip(op.names, op.items, strict=True))
                return f"({type(op).__name__} {fields})"
            case ops.Native():
                return self.list(f"{op.module}!{op.name}", op.args)
            case ops.OperatorValue():
                return f"(OperatorValue [{', '.join(f'%{slot}' for slot in op.slots)}] {self.op(op.body)})"
            case ops.Call():
                return self.list(f"Call {self.proc(op.proc)}", op.args)
            case ops.CallOperator():
                return self.list(f"{op.name}%{op.slot}", op.args)
            case ops.Enabled():
                return "(Enabled …)"
            case ops.Except():
                return f"(Except {self.op(op.fn)} {' '.join(map(self.update, op.updates))})"
            case _:
                return self.list(type(op).__name__, tuple(op.children()))

    def list(self, head: str, args: tuple[ops.Op, ...]) -> str:
        return "(" + " ".join([head, *map(self.op, args)]) + ")"

    def proc(self, proc: ops.Proc) -> str:
        if not self.first(proc) or proc.body is None:
            return proc.name
        return f"{proc.name}[{', '.join(f'%{slot}' for slot in proc.slots)}]={self.op(proc.body)}"

    def update(self, update: ops.Update) -> str:
        path = "".join(f"[{self.op(step)}]" for step in update.path)
        return f"!{path}={self.op(update.value)}"

    def binders(self, binders: tuple[ops.Binder, ...]) -> str:
        return ", ".join(map(self.binder, binders))

    def binder(self, binder: ops.Binder) -> str:
        names = ",".join(f"{n}%{s}" for n, s in zip(binder.names, binder.slots, strict=True))
        return f"{f'<<{names}>>' if binder.is_tuple else names} in {self.op(binder.domain)}"


class _TreePrinter(_Printer):
    """Prints the nodes of one action tree."""

    def __init__(self, tree: flow.ActionTree) -> None:
        super().__init__()
        self.tree = tree
        self.prime = "" if tree.is_init else "'"
        self.numbers: dict[int, int] = {}

    def node(self, node: flow.Node, depth: int) -> Iterator[str]:
        pad = "  " * depth
        if id(node) in self.numbers:
            yield f"{pad}^{self.numbers[id(node)]}"
            return
        number = self.numbers[id(node)] = len(self.numbers)
        for i, line in enumerate(self.lines(node, depth)):
            yield f"{pad}{number}: {_clip(line)}" if i == 0 else line

    def lines(self, node: flow.Node, depth: int) -> Iterator[str]:
        """The node's own line without its number, then the lines of what follows."""
        pad = "  " * depth
        match node:
            case flow.Guard():
                yield f"guard {self.op(node.test)}"
                yield from self.node(node.then, depth)
            case flow.Assign() | flow.AssignIn() | flow.AssignOrTest():
                yield f"{node.name}{self.prime} {_sign(node)} {self.op(node.expr)}"
                yield from self.node(node.then, depth)
            case flow.Branch():
                yield "branch"
                for arm in node.arms:
                    yield from self.node(arm, depth + 1)
            case flow.ForEach():
                yield f"for each {self.binders(node.binders)}"
                yield from self.node(node.then, depth + 1)
            case flow.AllOf():
                assert node.body is not None
                yield f"for all {self.binders(node.binders)}"
                yield from self.node(node.body, depth + 1)
                if node.again is not None:
                    yield from self.node(node.again, depth + 1)
                yield from self.node(node.then, depth)
            case flow.AgainFor():
                yield "again"
            case flow.IfComplete():
                yield "if complete"
                yield from self.node(node.yes, depth + 1)
                yield f"{pad}else"
                yield from self.node(node.no, depth + 1)
            case flow.CallNode():
                yield self.list(f"call {node.proc.name}", node.args)
                if self.first(node.proc) and node.proc.body is not None:
                    yield from self.node(node.proc.body, depth + 1)
                yield from self.node(node.then, depth)
            case flow.Return():
                yield f"return from {node.proc.name}"
            case flow.IfNode():
                yield f"if {self.op(node.condition)}"
                yield from self.node(node.then, depth + 1)
                yield f"{pad}else"
                yield from self.node(node.otherwise, depth + 1)
            case flow.CaseNode():
                yield "case"
                for guard, then in node.arms:
                    yield _clip(f"{pad}when {self.op(guard)}")
                    yield from self.node(then, depth + 1)
                if node.other is not None:
                    yield f"{pad}other"
                    yield from self.node(node.other, depth + 1)
            case flow.ClearNode():
                yield f"clear {', '.join(f'%{slot}' for slot in node.slots)}"
                yield from self.node(node.then, depth)
            case flow.Compose():
                assert node.first is not None and node.second is not None
                yield "compose"
                yield from self.node(node.first, depth + 1)
                yield f"{pad}then"
                yield from self.node(node.second, depth + 1)
            case flow.Middle():
                yield "between"
            case flow.Resume():
                yield "resume"
                yield from self.node(node.then, depth)
            case flow.Emit():
                missing = f" missing {', '.join(node.missing)}" if node.missing else ""
                yield f"emit {node.name}({' '.join(map(self.op, node.args))}){missing}"


def _sign(node: flow.Assign | flow.AssignIn | flow.AssignOrTest) -> str:
    if isinstance(node, flow.AssignOrTest):
        return ":in?" if node.is_in else ":=?"
    return ":in" if isinstance(node, flow.AssignIn) else ":="


def _clip(line: str) -> str:
    return line if len(line) <= LINE_MAX else line[: LINE_MAX - 3] + "..."
