"""Every example in the texts of the standard modules is true."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace

import pytest
from stdlib_text import examples, module_for_examples

from modelcheck.engine.closures import ClosureEngine
from modelcheck.module import resolve_expression
from modelcheck.module.tree import ResolvedModule
from modelcheck.values import TRUE, reset_order


@lru_cache(maxsize=1)
def engine_of(name: str) -> tuple[ClosureEngine, ResolvedModule]:
    """An engine for a model without variables that extends the module, and that model's module.

    The order of strings begins anew with each, as in a run: what a module compares must not depend on others.
    """
    reset_order()
    module = module_for_examples(name)
    model = SimpleNamespace(module=module, variables=(), constants={}, replaced={}, inits=(), next=None)
    return ClosureEngine(model), module


@pytest.mark.parametrize(("name", "text"), examples())
def test_example(name, text):
    engine, module = engine_of(name)
    assert engine.evaluate(resolve_expression(module, text, f"example of {name}")) is TRUE
