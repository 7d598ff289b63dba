"""Calling overrides by module and name, as an engine does."""

from __future__ import annotations

from typing import Any

import pytest

from modelcheck.errors import EvalError
from modelcheck.stdlib.registry import PlainContext, lookup
from modelcheck.values import TRUE


def call(module: str, name: str, *args: Any, context: PlainContext | None = None) -> Any:
    found = lookup(module, name)
    assert found is not None, (module, name)
    assert found.arity == len(args)
    return found.fn(context, *args) if found.needs_context else found.fn(*args)


def holds(module: str, name: str, *args: Any) -> bool:
    return call(module, name, *args) is TRUE


def refused(code: str, module: str, name: str, *args: Any, context: PlainContext | None = None) -> str:
    """The message with which a call is refused."""
    with pytest.raises(EvalError) as caught:
        call(module, name, *args, context=context)
    assert caught.value.code == code, caught.value
    assert caught.value.span is None
    return caught.value.message
