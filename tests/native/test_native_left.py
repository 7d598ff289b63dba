"""What the native interpreter leaves to the closures, of all that the conformance suite evaluates: exactly this."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent.parent / "conformance"))

import expression_rows
from action_cases import CASES
from native_engine import NativeEngine
from small_models import engine_of_case, model_of

from modelcheck.engine.native import load as load_native
from modelcheck.errors import EvalError
from modelcheck.module import resolve_expression, resolve_text
from modelcheck.module.words import words_of
from modelcheck.values import intern_order, reset_order

pytestmark = pytest.mark.skipif(load_native() is None, reason="the native interpreter was not built")

#: Rows with a value that are left: large numbers, parts of strings, random choice, functions by a rule inside others,
#: filters that fail for other elements than that asked for.
LEFT = {
    "2 ^ 64", "123456789012345678901234567890 * 10", "0..2^70 = 0..2^70", r"2^70 \in 0..2^71", "Fact[20]", "Fact[25]",
    "Fib[90]", "Fact[500] > 0", "Factorial(30)", 'Len("abc")', r'"ab" \o "cd"', "RandomElement({4})",
    "Seq({1}) = Seq({1})",
    r"[[n \in Nat |-> n] EXCEPT ![3] = 30][3]", r"[[n \in Nat |-> n] EXCEPT ![3] = 30][4]",
    r"<<[n \in Nat |-> n], 1>>[1][5]",
    r"<<1, [x \in {0, 1} |-> 1 \div x]>>[1]", r"LET tt == <<1, [x \in {0, 1} |-> 1 \div x]>> IN tt[1]",
    r"(IF TRUE THEN [x \in {0, 1} |-> 1 \div x] ELSE <<>>)[1]", r"[y \in {1} |-> [x \in {0, 1} |-> 1 \div x]][1][1]",
    r"[[x \in {0, 1} |-> 1 \div x] EXCEPT ![1] = 5][1]",
    r"[[x \in {0, 1} |-> [z \in {0, 1} |-> z \div x]] EXCEPT ![1][1] = @ + 5][1][1]",
    r"[i \in 1..2 |-> 1] \in Partial", r"[i \in 1..2 |-> 2] \in Partial",
    r"In([i \in 1..2 |-> 2], {g \in [1..2 -> 0..2] : 4 \div g[1] = g[2]})",
    r"<<1, 2>> \in {f \in UNION {[S -> {1, 2, 3}] : S \in SUBSET {1, 2, 3}} : f[2] = 2}",
}  # fmt: skip
TOLD_MIN = 600


def test_rows_with_a_value_are_told() -> None:
    left, told = set(), 0
    for table in expression_rows.tables():
        text = expression_rows.module_text(table)
        reset_order()
        for word in words_of(text).words:
            intern_order(word)
        module = resolve_text(text, table)
        engine = NativeEngine(model_of(module))
        for row in expression_rows.rows(table):
            if row.error is not None:
                continue
            before = len(engine.left)
            engine.evaluate(resolve_expression(module, row.text, "row"))
            if len(engine.left) > before:
                left.add(row.text)
        told += engine.told
    assert left == LEFT
    assert told >= TOLD_MIN


def test_steps_without_an_error_are_told() -> None:
    left, told = [], 0
    for case in CASES:
        module, engine = engine_of_case(NativeEngine, case)
        assert isinstance(engine, NativeEngine)
        for at, expected in case.steps.items():
            if expected and "->" not in expected[-1]:
                continue
            state = tuple(engine.evaluate(resolve_expression(module, f"<<{at}>>")))
            before = len(engine.left)
            engine.successors(state)
            left += [(case.name, why) for _, why in engine.left[before:]]
        told += engine.told
    assert left == []
    assert told > 200


def test_errors_are_left() -> None:
    """A row that is an error is never told, whatever the interpreter makes of it."""
    count = 0
    for table in expression_rows.tables():
        text = expression_rows.module_text(table)
        reset_order()
        for word in words_of(text).words:
            intern_order(word)
        module = resolve_text(text, table)
        engine = NativeEngine(model_of(module))
        for row in expression_rows.rows(table):
            if row.error is None or row.error[0] in ("E012", "E013"):  # too deep, too large: the limits differ
                continue
            try:
                expr = resolve_expression(module, row.text, "row")
            except Exception:  # not read at all
                continue
            told = engine.told
            with pytest.raises(EvalError):
                engine.evaluate(expr)
            assert engine.told == told, row.text
            count += 1
    assert count > 100
