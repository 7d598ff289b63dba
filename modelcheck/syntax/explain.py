"""What to say about a token that the grammar does not allow: message, likely cause, mend."""

from __future__ import annotations

from modelcheck.errors import TlaError
from modelcheck.syntax.build_units import Builder
from modelcheck.syntax.junctions import Bulleted


def explain(bulleted: Bulleted, builder: Builder, j: int, row: dict[str, int]) -> TlaError:
    """The error for token `j`; `row` tells what the grammar would have allowed."""
    kind, text = bulleted.kinds[j], builder.texts[j]
    span = builder.token_span(j)
    if kind == "EOF":
        return TlaError("P012", "the text ends before the module does", span)
    return TlaError("P008", f"unexpected '{text}' ({kind}), expected {' '.join(sorted(k for k in row if k.isupper()))}", span)
