"""Prints IR as indented text (`tlapair parse --show ir`): ops as S-expressions, action trees a node a line."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.ir import ops
from modelcheck.values import show

WIDTH = 100


def expression(op: ops.Op) -> str:
    """One op on one line."""
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
            return f"{op.name}?{op.slot}"
        case ops.Once():
            return f"(Once {op.name})" if op.name else f"(Once {expression(op.expr)})"
        case ops.Fail():
            return f"(Fail {op.code})"
        case ops.BoundOp():
            binders = ", ".join(_binder(b) for b in op.binders)
            return f"({type(op).__name__} [{binders}] {expression(op.body)})"
        case ops.Record() | ops.RecordSet():
            fields = ", ".join(f"{n}: {expression(i)}" for n, i in zip(op.names, op.items, strict=True))
            return f"({type(op).__name__} {fields})"
        case ops.Native():
            return _list(f"{op.module}!{op.name}", op.args)
        case ops.Call():
            return _list(f"Call {op.proc.name}", op.args)
        case ops.CallOperator():
            return _list(f"{op.name}%{op.slot}", op.args)
        case ops.Enabled():
            return "(Enabled …)"
        case ops.Except():
            updates = " ".join(
                f"!{''.join(f'[{expression(s)}]' for s in u.path)}={expression(u.value)}" for u in op.updates
            )
            return f"(Except {expression(op.fn)} {updates})"
        case _:
            return _list(type(op).__name__, tuple(op.children()))


def _list(head: str, args: tuple[ops.Op, ...]) -> str:
    return "(" + " ".join([head, *(expression(arg) for arg in args)]) + ")"


def _binder(binder: ops.Binder) -> str:
    names = ",".join(f"{n}%{s}" for n, s in zip(binder.names, binder.slots, strict=True))
    return f"{f'<<{names}>>' if binder.is_tuple else names} in {expression(binder.domain)}"


def action(tree: ops.ActionTree) -> str:
    """A whole action tree, a node a line; nodes met again are printed as `^n`."""
    return "\n".join(_nodes(tree.root, 0, tree, {}))


def _nodes(node: ops.Node, depth: int, tree: ops.ActionTree, seen: dict[int, int]) -> Iterator[str]:
    pad = "  " * depth
    if id(node) in seen:
        yield f"{pad}^{seen[id(node)]}"
        return
    seen[id(node)] = len(seen)
    number = f"{pad}{seen[id(node)]}: "
    match node:
        case ops.Guard():
            yield _clip(f"{number}guard {expression(node.test)}")
            yield from _nodes(node.then, depth, tree, seen)
        case ops.Assign():
            yield _clip(f"{number}{node.name}' := {expression(node.expr)}")
            yield from _nodes(node.then, depth, tree, seen)
        case ops.AssignIn():
            yield _clip(f"{number}{node.name}' :in {expression(node.expr)}")
            yield from _nodes(node.then, depth, tree, seen)
        case ops.AssignOrTest():
            yield _clip(f"{number}{node.name}' {':in' if node.is_in else ':='}? {expression(node.expr)}")
            yield from _nodes(node.then, depth, tree, seen)
        case ops.Branch():
            yield f"{number}branch"
            for arm in node.arms:
                yield from _nodes(arm, depth + 1, tree, seen)
        case ops.ForEach():
            yield _clip(f"{number}for each {', '.join(_binder(b) for b in node.binders)}")
            yield from _nodes(node.then, depth + 1, tree, seen)
        case ops.AllOf():
            yield _clip(f"{number}for all {', '.join(_binder(b) for b in node.binders)}")
            assert node.body is not None
            yield from _nodes(node.body, depth + 1, tree, seen)
            yield from _nodes(node.then, depth, tree, seen)
        case ops.AgainFor():
            yield f"{number}again"
        case ops.IfNode():
            yield _clip(f"{number}if {expression(node.condition)}")
            yield from _nodes(node.then, depth + 1, tree, seen)
            yield f"{pad}else"
            yield from _nodes(node.otherwise, depth + 1, tree, seen)
        case ops.CaseNode():
            for guard, then in node.arms:
                yield _clip(f"{number}case {expression(guard)}")
                yield from _nodes(then, depth + 1, tree, seen)
            if node.other is not None:
                yield f"{pad}other"
                yield from _nodes(node.other, depth + 1, tree, seen)
        case ops.ClearNode():
            yield f"{number}clear {', '.join(map(str, node.slots))}"
            yield from _nodes(node.then, depth, tree, seen)
        case ops.Compose():
            assert node.first is not None and node.second is not None
            yield f"{number}compose"
            yield from _nodes(node.first, depth + 1, tree, seen)
            yield f"{pad}then"
            yield from _nodes(node.second, depth + 1, tree, seen)
        case ops.Middle():
            yield f"{number}between"
        case ops.Resume():
            yield f"{number}resume"
            yield from _nodes(node.then, depth, tree, seen)
        case ops.Emit():
            label = tree.labels[node.action][0] if 0 <= node.action < len(tree.labels) else "ENABLED"
            missing = f" missing {', '.join(node.missing)}" if node.missing else ""
            args = " ".join(expression(arg) for arg in node.args)
            yield f"{number}emit {label}({args}){missing}"


def _clip(line: str) -> str:
    return line if len(line) <= 400 else line[:397] + "..."
