"""Why a formula is false: the innermost conjunct that decides it, the names bound there, the values in it.

Walks the op, evaluating again; for messages only. A quantifier is followed into the element that decides it, a
conjunction into its first false conjunct, an implication into its right side.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.engine import sets
from modelcheck.engine.exprs import ExprCompiler
from modelcheck.engine.origins import text_of
from modelcheck.engine.protocol import Explanation, Part
from modelcheck.engine.runtime import CONTEXT, UNSET, Frame, RuleFn
from modelcheck.errors import EvalError
from modelcheck.ir import ops
from modelcheck.source import Span
from modelcheck.values import Value, show

PARTS_MAX = 6


def explain(compiler: ExprCompiler, op: ops.Op, frame: Frame) -> Explanation | None:
    """The explanation of a false formula; None when it is true. EvalError when it cannot be evaluated."""
    if compiler.test(op)(frame):
        return None
    bound: list[tuple[str, Value]] = []
    leaf, negation, frame = _descend(compiler, op, frame, bound)
    shown = part(leaf, None)
    if isinstance(negation, ops.Not):
        shown = part(negation, None)
    elif negation:
        shown = Part(f"~({shown.text})", None, shown.span)
    return Explanation(shown, tuple(bound), tuple(_parts(compiler, leaf, frame)))


def part(op: ops.Op, value: Value) -> Part:
    """An op as the spec writes it, with its value."""
    return Part(text_of(op.span), value, op.span)


def _descend(
    compiler: ExprCompiler, op: ops.Op, frame: Frame, bound: list[tuple[str, Value]]
) -> tuple[ops.Op, ops.Op | bool, Frame]:
    """The innermost formula that makes `op` false, and its frame.

    If that one is true, also the negation right around it, or True.
    """
    seen = False
    negation: ops.Op | bool = False
    while True:
        if not isinstance(op, (ops.Clear, ops.Lazy, ops.Once, ops.Not)):
            inside, negation = negation, seen
        match op:
            case ops.Clear():
                for slot in op.slots:
                    frame[slot] = UNSET
                op = op.body
            case ops.Lazy():
                op = op.expr
            case ops.Once():
                frame = [*frame[: CONTEXT + 1], *[UNSET] * op.frame_size]
                op = op.expr
            case ops.And() | ops.Or() if isinstance(op, ops.And) is not seen:
                op = next(item for item in op.items if compiler.test(item)(frame) is seen)
            case ops.Implies() if not seen:
                op = op.right
            case ops.If():
                op = op.then if compiler.test(op.condition)(frame) else op.otherwise
            case ops.Not():
                seen = not seen
                negation = op if seen else False
                op = op.arg
            case ops.ForAll() | ops.Exists() if isinstance(op, ops.ForAll) is not seen:
                for _ in sets.bound_frames(compiler, op.binders)(frame):
                    if compiler.test(op.body)(frame) is seen:
                        break
                for binder in op.binders:
                    bound += [(n, frame[s]) for n, s in zip(binder.names, binder.slots, strict=True)]
                op = op.body
            case _:
                return op, inside if seen else False, frame


def _parts(compiler: ExprCompiler, op: ops.Op, frame: Frame) -> Iterator[Part]:
    """The operands worth showing, with their values."""
    seen: set[str] = set()
    for child, site in _operands(op):
        text = text_of(site)
        if isinstance(child, (ops.Fail, ops.OperatorValue)) or site is None or text in seen or len(seen) == PARTS_MAX:
            continue
        seen.add(text)
        try:
            value = compiler.value(child)(frame)
        except EvalError:
            continue
        if not isinstance(value, RuleFn) and show(value) != text:
            yield Part(text, value, site)


def _operands(op: ops.Op) -> Iterator[tuple[ops.Op, Span | None]]:
    """Operands that can be evaluated in the frame of `op` itself, and what they are applied to; where they stand."""
    for child, site in _sited(op):
        yield child, site
        if isinstance(child, (ops.Apply, ops.Native, ops.Cup, ops.Cap, ops.Minus)):
            yield from _sited(child)


def _sited(op: ops.Op) -> list[tuple[ops.Op, Span | None]]:
    if isinstance(op, ops.BoundOp):
        return [(binder.domain, binder.site or binder.domain.span) for binder in op.binders]
    children = list(op.children())
    sites = op.sites if len(op.sites) == len(children) else tuple(child.span for child in children)
    return [(child, site or child.span) for child, site in zip(children, sites, strict=True)]
