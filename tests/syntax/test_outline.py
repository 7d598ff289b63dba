"""The outline of every module of our library, its bodies given back, is what reading the whole module gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from modelcheck.errors import TlaError
from modelcheck.records import fields
from modelcheck.source import SourceFile, Span
from modelcheck.syntax import nodes as n
from modelcheck.syntax import parse_file, parse_source
from modelcheck.syntax.files import read_source
from modelcheck.syntax.outline import completed, outline, says_assume

LIBRARY = sorted((Path(__file__).resolve().parents[2] / "modelcheck" / "stdlib").glob("*.tla"))


def _said(node: Any) -> Any:
    """A tree as data, places included."""
    if isinstance(node, Span):
        return node.start, node.end
    if isinstance(node, tuple):
        return [_said(part) for part in node]
    if isinstance(node, n.Node):
        return type(node).__name__, [_said(getattr(node, f.name)) for f in fields(node)]
    return node


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_library(path: Path) -> None:
    (whole,), (drawn,) = parse_file(path).modules, outline(read_source(path)).modules
    assert (whole.name, whole.extends, _said(whole.span)) == (drawn.name, drawn.extends, _said(drawn.span))
    assert len(whole.units) == len(drawn.units)
    left = 0
    for unit, head in zip(whole.units, drawn.units, strict=True):
        if isinstance(head, n.Theorem):
            assert isinstance(unit, n.Theorem) and unit.proof is None
            assert says_assume(head.body) == says_assume(unit.body) == isinstance(unit.body, n.AssumeProve)
            assert (head.keyword, head.name, _said(head.span)) == (unit.keyword, unit.name, _said(unit.span))
            if head.name is not None and not says_assume(head.body):
                assert isinstance(unit.body, n.Node) and not isinstance(unit.body, n.AssumeProve)
                body = completed(n.OpDef(head.span, head.name, (), head.body)).body  # type: ignore[arg-type]
                assert _said(body) == _said(unit.body)
        elif isinstance(head, n.OpDef | n.FnDef):
            assert isinstance(head.body, n.At)
            assert _said(completed(head)) == _said(unit)
            left += 1
        else:
            assert _said(head) == _said(unit)
    assert left == sum(isinstance(unit, n.OpDef | n.FnDef) for unit in whole.units)


def test_there_is_a_library() -> None:
    assert len(LIBRARY) > 40


def test_two_modules_in_a_text_are_read_whole() -> None:
    source = SourceFile("A.tla", "---- MODULE A ----\nx == 1\n====\n---- MODULE B ----\n====\n")
    assert outline(source) == parse_source(source)


def test_bodies_are_left() -> None:
    """Even one that is wrong, until it is used."""
    (module,) = outline(SourceFile("A.tla", "---- MODULE A ----\nx == (1\n====\n")).modules
    (unit,) = module.units
    assert isinstance(unit, n.OpDef) and isinstance(unit.body, n.At) and unit.body.span.text == "(1"
    with pytest.raises(TlaError, match="'\\('"):
        completed(unit)
