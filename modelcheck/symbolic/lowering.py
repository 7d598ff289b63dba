"""Lowering for the symbolic engine: as `ir/lower.py`, with two exceptions.

Library operators which are done in Python only are read from the library's text where the table of natives has no
translation for them. And a part of an action that branches but assigns nothing (`\\E Q \\in Quorum : Allows(Q)`) is a
`Merged` node: the explicit engine counts a step for each way in which it is true; the solver needs only whether it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from modelcheck.ir import flow, ops
from modelcheck.ir.actions import ActionLowering, Assigned, Then
from modelcheck.ir.env import Arg, Env
from modelcheck.ir.lower import Lowering, Shared
from modelcheck.module import tree
from modelcheck.source import Span
from modelcheck.stdlib import registry
from modelcheck.symbolic import natives

#: read from their text: it says the same, without recursion and without an order left open
FROM_TEXT = frozenset(
    (
        ("SequencesExt", "ToSet"), ("SequencesExt", "Contains"), ("SequencesExt", "Reverse"),
        ("SequencesExt", "Front"), ("SequencesExt", "Cons"), ("SequencesExt", "Snoc"), ("SequencesExt", "ReplaceAt"),
        ("SequencesExt", "RemoveAt"), ("SequencesExt", "InsertAt"), ("SequencesExt", "Remove"),
        ("SequencesExt", "IsStrictPrefix"), ("SequencesExt", "SelectInSeq"), ("SequencesExt", "ReplaceAll"),
        ("SequencesExt", "SelectLastInSeq"), ("SequencesExt", "Prefixes"), ("SequencesExt", "IsSorted"),
        ("SequencesExt", "IsSuffix"), ("Functions", "Range"), ("Functions", "Restrict"),
        ("Functions", "RestrictDomain"), ("Functions", "RestrictValues"), ("Functions", "IsInjective"),
        ("Functions", "IsRestriction"), ("FiniteSetsExt", "FlattenSet"), ("FiniteSetsExt", "SymDiff"),
        ("Bags", "BagToSet"), ("Bags", "SetToBag"), ("Bags", "BagIn"), ("Bags", "CopiesIn"),
        ("Bags", "\\sqsubseteq"),
    )
)  # fmt: skip


class End(flow.Node_):
    """The end of the part below a `Merged`."""


class Merged(flow.Node_):
    """Goes on, once, where one path of `part` comes to its `End`."""

    def __init__(self, part: flow.Node, then: flow.Node, span: Span | None) -> None:
        self.part = part
        self.then = then
        self.span = span


class SymbolicActions(ActionLowering):
    """Lowers actions for the symbolic engine."""

    def act(self, expr: tree.Expr, env: Env, done: Assigned, then: Then) -> flow.Node:
        """The tree of one formula, followed by `then`."""
        if not _may_branch(expr) or self.low.facts(self.low.lower(expr, env, False)).building:
            return super().act(expr, env, done, then)
        part = super().act(expr, env, done, lambda _: cast(flow.Node, End()))
        return cast(flow.Node, Merged(part, then(done), expr.span))


def _may_branch(expr: tree.Expr) -> bool:
    match expr:
        case tree.Junct(op="\\/") | tree.Quant(quantifier="\\E") | tree.IfExpr() | tree.CaseExpr():
            return True
        case tree.Appl(symbol=tree.Builtin(name="\\/" | "=>")):
            return True
    return False


class SymbolicLowering(Lowering):
    """Lowers one unit for the symbolic engine."""

    def __init__(self, shared: Shared, building: str = "") -> None:
        super().__init__(shared, building)
        self.actions = SymbolicActions(self)

    def apply_definition(
        self, definition: tree.Definition, env: Env, args: Sequence[Arg], primed: bool, span: Span | None
    ) -> ops.Op:
        """A defined operator applied."""
        plain = self.model.replaced.get(definition, definition)
        source = plain.origin if plain.origin is not None else plain
        key = (source.module, source.name)
        known = registry.lookup(*key) if key in FROM_TEXT and not natives.has(*key) else None
        if known is not None and env.get(definition) is None and len(args) == known.arity:
            return self.expand(plain, env.module_part(), args, primed, span)
        return super().apply_definition(definition, env, args, primed, span)
