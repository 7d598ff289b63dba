"""Room for deep recursion, and its end."""

from __future__ import annotations

import pytest

from modelcheck.errors import TlaError
from modelcheck.module.deep import run_deep


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


def test_deep_recursion_and_results():
    assert run_deep(lambda: depth(50_000)) == 50_000


def test_inside_itself_it_just_calls():
    assert run_deep(lambda: run_deep(lambda: depth(20_000))) == 20_000


def test_errors_pass_through():
    with pytest.raises(ZeroDivisionError):
        run_deep(lambda: 1 // 0)


def test_endless_recursion_is_refused():
    with pytest.raises(TlaError) as caught:
        run_deep(lambda: depth(-1))
    assert caught.value.code == "M090"
