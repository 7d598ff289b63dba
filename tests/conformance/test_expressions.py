"""Every row of `expressions/`: the value printed, or the error's code and place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import expression_rows
import pytest
from expression_rows import Row
from small_models import model_of

from modelcheck.engine.protocol import Engine
from modelcheck.errors import TlaError
from modelcheck.module import resolve_expression, resolve_text
from modelcheck.module.words import words_of
from modelcheck.values import intern_order, pretty, reset_order

ROWS = [row for table in expression_rows.tables() for row in expression_rows.rows(table)]
_KEPT: dict[object, tuple[Any, Engine]] = {}


def engine_of(make: Callable[[Any], Engine], table: str) -> tuple[Any, Engine]:
    """The resolved module of a table and its engine, made once; words are ranked anew for every row."""
    text = expression_rows.module_text(table)
    reset_order()
    for word in words_of(text).words:
        intern_order(word)
    if (make, table) not in _KEPT:
        module = resolve_text(text, table)
        _KEPT[make, table] = module, make(model_of(module))
    return _KEPT[make, table]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.table}:{row.line}")
def test_row(row: Row, engine: Callable[[Any], Engine]) -> None:
    module, made = engine_of(engine, row.table)
    if row.error is None:
        value = made.evaluate(resolve_expression(module, row.text, "row"))
        assert pretty(value) == row.expected
        return
    code, place = row.error
    with pytest.raises(TlaError) as caught:
        print("value:", pretty(made.evaluate(resolve_expression(module, row.text, "row"))))
    error = caught.value
    assert error.code == code, error
    assert error.message and error.cause and error.mend
    assert error.span is not None, "the error has no place"
    if place is not None:
        assert (error.span.begin.line, error.span.begin.column) == place, error


def test_the_tables_are_read_whole() -> None:
    """A row that is not read is a row that cannot fail."""
    for table in expression_rows.tables():
        text = (expression_rows.FOLDER / f"{table}.txt").read_text(encoding="utf-8").partition("\n----\n")[2]
        assert len(expression_rows.rows(table)) == text.count(" --> ") > 0
    assert len(ROWS) >= 350
