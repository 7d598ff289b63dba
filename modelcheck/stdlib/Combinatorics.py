"""Binomial coefficients. `factorial` is a function of the text and needs no override."""

from __future__ import annotations

import math

from modelcheck.errors import EvalError
from modelcheck.stdlib.registry import natural, override
from modelcheck.values import Value


@override("Combinatorics", "choose")
def binomial(n: Value, k: Value) -> int:
    if natural("choose", k) > natural("choose", n):
        raise EvalError("E003", f"choose({n}, {k}): only {n} things are there to take from")
    return math.comb(n, k)
