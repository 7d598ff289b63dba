"""Every example in the texts of the standard modules is true."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import pytest
from stdlib_text import examples, module_for_examples

from modelcheck.engine.closures import ClosureEngine
from modelcheck.module import resolve_expression
from modelcheck.values import TRUE


@cache
def engine_of(name: str) -> ClosureEngine:
    """An engine for a model without variables that extends the module."""
    module = module_for_examples(name)
    return ClosureEngine(SimpleNamespace(module=module, variables=(), constants={}, replaced={}, inits=(), next=None))


@pytest.mark.parametrize(("name", "text"), examples())
def test_example(name, text):
    value = engine_of(name).evaluate(resolve_expression(module_for_examples(name), text, f"example of {name}"))
    assert value is TRUE
