"""Random expressions have the value that a naive evaluator gives them, and none where it gives none."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from naive import Term, Undefined, terms

sys.path.append(str(Path(__file__).parent.parent / "conformance"))

from small_models import model_of, module_of

from modelcheck.engine.closures import ClosureEngine
from modelcheck.errors import EvalError
from modelcheck.module import resolve_expression
from modelcheck.values import FALSE, TRUE, Value, make_function

MODULE = module_of("Random", "EXTENDS Integers, Sequences, FiniteSets\nVARIABLES x, s, f")
ENGINE = ClosureEngine(model_of(MODULE))
UNDEFINED = {"E003", "E004", "E005", "E006", "E014"}

states = st.fixed_dictionaries({
    "x": st.integers(-2, 3),
    "s": st.frozensets(st.integers(-2, 3), max_size=3),
    "f": st.one_of(
        st.dictionaries(st.integers(-1, 3), st.integers(-2, 3), max_size=3),
        st.lists(st.integers(-2, 3), max_size=3).map(lambda items: dict(enumerate(items, 1))),
    ),
})  # fmt: skip


def as_value(v: Any) -> Value:
    """A value of the naive evaluator as one of ours."""
    if isinstance(v, bool):
        return TRUE if v else FALSE
    return make_function(v.items()) if isinstance(v, dict) else v


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(terms(3), states)
def test_values_are_those_of_the_naive_evaluator(term: Term, names: dict[str, Any]) -> None:
    state = tuple(as_value(names[name]) for name in ("x", "s", "f"))
    expr = resolve_expression(MODULE, term.text)
    try:
        expected = as_value(term.value(names))
    except Undefined:
        try:
            found = ENGINE.evaluate(expr, state)
        except EvalError as error:
            assert error.code in UNDEFINED, error
            assert error.span is not None, error
            return
        assert ".." in term.text, f"{term.text} has the value {found}"  # wide intervals are left to the engine
        return
    assert ENGINE.evaluate(expr, state) == expected, term.text
