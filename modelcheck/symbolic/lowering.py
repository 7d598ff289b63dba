"""Lowering for the symbolic engine: as `ir/lower.py`, except that library operators which are done in Python only are
read from the library's text where the table of natives has no translation for them."""

from __future__ import annotations

from collections.abc import Sequence

from modelcheck.ir import ops
from modelcheck.ir.env import Env
from modelcheck.ir.lower import Arg, Lowering
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


class SymbolicLowering(Lowering):
    """Lowers one unit for the symbolic engine."""

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
