"""Coverage for a person and as JSON data.

The JSON: `initial` (states), `actions` (`name`, `place`, `taken`, `discovered`), `formulas` (`file`, `line`, `column`,
`end_line`, `end_column`, `text`, `true`, `false`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelcheck.explore.coverage import Coverage, FormulaCount

TEXT_MAX = 70


def coverage_lines(coverage: Coverage) -> Iterator[str]:
    """A table of actions, then one of formulas, file by file, those that never came out one way marked."""
    width = max([len("Init"), len("Action"), *(len(action.name) for action in coverage.actions)])
    yield f"{'Action':<{width}}  {'taken':>12} {'new states':>12}"
    yield f"{'Init':<{width}}  {coverage.initial:>12,} {'':>12}".rstrip()
    for action in coverage.actions:
        place = f"   at {action.span}" if action.span is not None else ""
        never = "   never taken" if not action.taken else ""
        yield f"{action.name:<{width}}  {action.taken:>12,} {action.discovered:>12,}{place}{never}"
    file = None
    for formula in coverage.formulas:
        if formula.span.file.name != file:
            file = formula.span.file.name
            yield ""
            yield f"{file}"
            yield f"  {'line':>8}  {'true':>12} {'false':>12}  formula"
        yield _formula_line(formula)


def _formula_line(formula: FormulaCount) -> str:
    begin = formula.span.begin
    mark = remark(formula)
    line = f"  {f'{begin.line}:{begin.column}':>8}  {formula.true:>12,} {formula.false:>12,}  {_text(formula)}"
    return f"{line}   <- {mark}" if mark else line


def remark(formula: FormulaCount) -> str:
    """What is worth looking at: a formula that was never evaluated, never true or never false."""
    if not formula.true and not formula.false:
        return "never evaluated"
    if not formula.true:
        return "never true"
    return "" if formula.false else "never false"


def _text(formula: FormulaCount) -> str:
    text = " ".join(formula.span.text.split())
    return text if len(text) <= TEXT_MAX else text[: TEXT_MAX - 4] + " ..."


def coverage_as_json(coverage: Coverage) -> dict[str, Any]:
    """Coverage as JSON data."""
    return {
        "initial": coverage.initial,
        "actions": [
            {
                "name": action.name,
                "place": None if action.span is None else str(action.span),
                "taken": action.taken,
                "discovered": action.discovered,
            }
            for action in coverage.actions
        ],
        "formulas": [_formula_as_json(formula) for formula in coverage.formulas],
    }


def _formula_as_json(formula: FormulaCount) -> dict[str, Any]:
    begin, last = formula.span.begin, formula.span.last
    return {
        "file": formula.span.file.name,
        "line": begin.line,
        "column": begin.column,
        "end_line": last.line,
        "end_column": last.column,
        "text": " ".join(formula.span.text.split()),
        "true": formula.true,
        "false": formula.false,
    }
