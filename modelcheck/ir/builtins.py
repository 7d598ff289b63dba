"""Lowering of the language's own operators (those that no module defines) applied to arguments.

Takes the `Lowering` of a unit, an operator's name, its arguments with their environments, and whether primes apply to
them; gives an op. A chain of one infix junction becomes one `And` or `Or`. A prime gives no op: it is pushed down.
Refuses (a `Fail` of E011, an error when it is reached): temporal operators, and a prime under a prime.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelcheck.ir import ops
from modelcheck.ir.env import Arg
from modelcheck.module import tree
from modelcheck.source import Span
from modelcheck.values import BOOLEAN, FALSE, TRUE, Strings

if TYPE_CHECKING:
    from modelcheck.ir.lower import Lowering

_BINARY: dict[str, type[ops.Binary]] = {
    "=": ops.Eq, "/=": ops.Neq, "=>": ops.Implies, "<=>": ops.Equiv, "\\equiv": ops.Equiv, "\\in": ops.In,
    "\\notin": ops.NotIn, "\\cup": ops.Cup, "\\cap": ops.Cap, "\\": ops.Minus, "\\subseteq": ops.SubsetEq,
}  # fmt: skip
_UNARY: dict[str, type[ops.Unary]] = {
    "~": ops.Not, "SUBSET": ops.PowerSet, "UNION": ops.BigUnion, "DOMAIN": ops.Domain,
}  # fmt: skip
_TEMPORAL = {"[]", "<>", "~>", "-+->"}


def lower(low: Lowering, name: str, args: Sequence[Arg], primed: bool, span: Span | None) -> ops.Op:
    """The op of the operator `name` of the language, applied to `args`."""
    if name in ("TRUE", "FALSE"):
        return ops.Const(TRUE if name == "TRUE" else FALSE)
    if name == "BOOLEAN":
        return ops.Const(BOOLEAN)
    if name == "STRING":
        return ops.Const(Strings)
    if name in _TEMPORAL:
        return ops.Fail("E011", f"the temporal operator {name} has no value in a state")
    if name == "'":
        if primed:
            return ops.Fail("E011", "a primed expression is primed again")
        expr, env = args[0]
        assert not isinstance(expr, tree.OpArg)
        return low.lower_fn(expr, env, True)
    if name == "UNCHANGED":
        expr, env = args[0]
        assert not isinstance(expr, tree.OpArg)
        return low.unchanged(expr, env, span)
    if name == "ENABLED":
        expr, env = args[0]
        assert not isinstance(expr, tree.OpArg)
        return low.actions.enabled(expr, env, primed)
    if name == "\\cdot":
        return low.actions.composed(args, primed)
    if name in ("/\\", "\\/"):
        return _junction(low, name, args, primed)
    operands = tuple(low.operand(arg, primed) for arg in args)
    if name in _BINARY:
        return _BINARY[name](*operands, sites=sites(args))
    if name in _UNARY:
        return _UNARY[name](*operands, sites=sites(args))
    if name == "\\X":
        return ops.Cross(operands, sites=sites(args))
    raise AssertionError(f"no lowering for the operator {name}")


def _junction(low: Lowering, name: str, args: Sequence[Arg], primed: bool) -> ops.Op:
    """An infix chain, flattened without recursion on its left operands."""
    items = flatten(name, args)
    cls = ops.And if name == "/\\" else ops.Or
    return cls(tuple(low.operand(item, primed) for item in items), sites=sites(items))


def flatten(name: str, args: Sequence[Arg]) -> list[Arg]:
    """The operands of a chain of one infix junction, left to right."""
    out: list[Arg] = []
    stack = list(reversed(args))
    while stack:
        expr, env = stack.pop()
        if isinstance(expr, tree.Appl) and isinstance(expr.symbol, tree.Builtin) and expr.symbol.name == name:
            stack.extend((arg, env) for arg in reversed(expr.args))
        else:
            out.append((expr, env))
    return out


def sites(args: Sequence[Arg]) -> tuple[Span | None, ...]:
    """Where arguments are written."""
    return tuple(arg.span for arg, _ in args)
