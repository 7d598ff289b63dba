"""From a model of z3 back to TLA+ values."""

from __future__ import annotations

from typing import Any

from modelcheck.symbolic.cells import Choice, SBool, SFun, SInt, SSet, Symbolic
from modelcheck.symbolic.context import Context
from modelcheck.symbolic.formulas import F
from modelcheck.values import LazySet, Value, boolean, make_function, normalize


class Decoder:
    """Reads values off one model."""

    def __init__(self, ctx: Context, model: Any) -> None:
        self.fx = ctx.fx
        self.model = model
        self.known: dict[int, bool] = {}

    def truth(self, formula: F) -> bool:
        """Whether a formula is true in the model."""
        return self.fx.truth(formula, self.model, self.known)

    def value(self, v: Value) -> Value:
        """The TLA+ value that a symbolic value is in the model."""
        if not isinstance(v, Symbolic):
            return normalize(v) if isinstance(v, (LazySet, tuple, frozenset)) else v
        match v:
            case SBool():
                return boolean(self.truth(v.f))
            case SInt():
                return int(self.model.eval(v.term, model_completion=True).as_long())
            case Choice():
                return self._choice(v)
            case SSet():
                known = [e for e, f in v.known.items() if self.truth(f)]
                return frozenset([*known, *(self.value(e) for f, e in v.loose if self.truth(f))])
            case SFun():
                pairs = [(k, self.value(x)) for k, (f, x) in v.known.items() if self.truth(f)]
                pairs += [(self.value(k), self.value(x)) for f, k, x in v.loose if self.truth(f)]
                return make_function(pairs)
        raise AssertionError(f"a state cannot hold {type(v).__name__}")

    def _choice(self, v: Choice) -> Value:
        for atom, f in v.atoms.items():
            if self.truth(f):
                return atom
        for f, part in v.parts.values():
            if self.truth(f):
                return self.value(part)
        raise AssertionError("a choice without a true alternative")
