"""Flat chains of operands and operators to trees, by the precedence ranges of `operators`.

A chain is what the grammar leaves of an expression: operands (nodes, or `Paren` around one) and operators in the
order of the text. `resolve` is the shift/reduce method of *Specifying Systems*, section 15.2.1, iterative, so that
a chain of any length needs no deep stack. Where the ranges of two neighbours overlap it raises P011, naming both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from modelcheck.errors import TlaError
from modelcheck.records import dataclass
from modelcheck.source import Span
from modelcheck.syntax import nodes as n
from modelcheck.syntax.operators import (
    MINUS,
    NEGATION,
    OPERATORS,
    PRODUCT,
    SPELLINGS,
    Operator,
    binds_tighter,
    canonical,
)

INFIX_SYMBOLS = {s: OPERATORS[canonical(s)] for s in SPELLINGS if OPERATORS[canonical(s)].fix == "infix"}
PREFIX_SYMBOLS = {s: OPERATORS[canonical(s)] for s in SPELLINGS if OPERATORS[canonical(s)].fix == "prefix"}
PREFIX_SYMBOLS[MINUS] = OPERATORS[NEGATION]


@dataclass(slots=True)
class Paren:
    """An expression in parentheses, with the place of the parentheses."""

    node: n.Expr
    span: Span


@dataclass(slots=True)
class Product:
    """`A \\X B \\X C` while it grows."""

    op: n.Name
    factors: list[n.Expr]
    span: Span


@dataclass(slots=True)
class Op:
    """An operator of a chain: as written, its entry in the table, its place."""

    operator: Operator
    symbol: str
    span: Span


Operand: TypeAlias = "n.Expr | Paren | Product"
Chain: TypeAlias = "list[Operand | Op]"


def resolve(chain: Sequence[Operand | Op], label_operator: Operator | None = None) -> n.Expr:
    """The tree of `chain`.

    `label_operator`: if the chain ends with a label, the outermost operator of the labelled expression. The label
    must not change how the text would be read without it.
    """
    if len(chain) == 1:
        return bare(chain[0])  # type: ignore[arg-type]
    operands: list[Operand] = []
    pending: list[Op] = []
    for item in chain:
        if not isinstance(item, Op):
            operands.append(item)
            continue
        if item.operator.fix == "infix":
            while pending:
                tighter = binds_tighter(pending[-1].operator, item.operator)
                if tighter is None:
                    raise conflict(pending[-1], item)
                if not tighter:
                    break
                _reduce(operands, pending.pop())
        pending.append(item)
    if label_operator is not None and pending and not pending[-1].operator.high < label_operator.low:
        raise TlaError("P017", f"the label takes away what '{pending[-1].symbol}' would take without it",
                       operands[-1].span)
    while pending:
        _reduce(operands, pending.pop())
    return bare(operands[0])


def bare(operand: Operand) -> n.Expr:
    """The node without its parentheses."""
    if type(operand) is Paren:
        return operand.node
    if type(operand) is Product:
        return n.Apply(operand.span, operand.op, tuple(operand.factors), "infix")
    return operand  # type: ignore[return-value]


def _reduce(operands: list[Operand], op: Op) -> None:
    right = operands.pop()
    name = n.Name(op.span, op.operator.name)
    if op.operator.fix == "prefix":
        span = Span(op.span.file, op.span.start, right.span.end)
        operands.append(n.Apply(span, name, (bare(right),), "prefix"))
        return
    left = operands.pop()
    span = Span(op.span.file, left.span.start, right.span.end)
    if op.operator.name != PRODUCT:
        operands.append(n.Apply(span, name, (bare(left), bare(right)), "infix"))
    elif type(left) is Product:  # A \X B \X C has three factors, (A \X B) \X C two
        left.factors.append(bare(right))
        left.span = span
        operands.append(left)
    else:
        operands.append(Product(name, [bare(left), bare(right)], span))


def apply_postfix(chain: Chain, op: Op) -> None:
    """Apply a postfix operator to the last operand of `chain`, in place."""
    operand = chain[-1]
    assert not isinstance(operand, Op)
    before = chain[-2] if len(chain) > 1 else None
    if isinstance(before, Op) and binds_tighter(before.operator, op.operator) is None:
        raise conflict(before, op)
    span = Span(op.span.file, operand.span.start, op.span.end)
    chain[-1] = n.Apply(span, n.Name(op.span, op.operator.name), (bare(operand),), "postfix")


def conflict(left: Op, right: Op) -> TlaError:
    """The error for two operators of which neither binds tighter."""
    if left.operator is right.operator:
        message = f"'{left.symbol}' twice in a row needs parentheses: it associates neither to the left nor right"
    else:
        message = f"'{left.symbol}' and '{right.symbol}' need parentheses: neither binds tighter than the other"
    mend = None
    if {left.operator.name, right.operator.name} == {"/\\", "\\/"}:
        mend = "put parentheses around one, or write bulleted lists"
    elif right.operator.name == "=" and left.operator.fix == "prefix":
        mend = f"write {left.symbol} (...) or ({left.symbol} ...) = ..."
    return TlaError("P011", message, right.span, mend=mend,
                    notes=((f"the other operator, '{left.symbol}'", left.span),))
