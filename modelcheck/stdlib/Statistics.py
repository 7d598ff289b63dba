"""Tests of hypotheses are not provided: E011."""

from __future__ import annotations

from modelcheck.stdlib.registry import override, refuse
from modelcheck.values import Bool, Value


@override("Statistics", "ChiSquare")
def chi_square(expected: Value, actual: Value, alpha: Value) -> Bool:
    raise refuse("ChiSquare", "is not provided")
