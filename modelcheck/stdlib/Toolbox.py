"""The counterexample at hand, where the run knows one; else E011."""

from __future__ import annotations

from modelcheck.stdlib.registry import RunContext, override, refuse
from modelcheck.values import Value


@override("Toolbox", "_TETrace", impure=True, needs_context=True)
def te_trace(context: RunContext) -> tuple[Value, ...]:
    known = context.trace()
    if known is None:
        raise refuse("_TETrace", "is not known: no counterexample is at hand")
    return known
