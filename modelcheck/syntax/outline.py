"""The outline of a module of ours: what it declares and defines, its definitions' bodies left for when they are used.

A spec that extends a library module uses a few of its definitions; to parse all others was half of the time that
reading a spec takes. `outline` gives the modules of a text as `parse_source` does, except that the body of a
definition or theorem is an `At` over the body's text; `completed` gives such a unit its body. For texts that are
known to be right only: an error in a body shows when the body is used, if ever. Every unit begins in column 1, and
nothing else does (a test holds our library to that).
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TypeVar

from modelcheck.records import replace
from modelcheck.source import SourceFile
from modelcheck.syntax import ParsedFile, parse_source
from modelcheck.syntax import nodes as n
from modelcheck.syntax.parser import parse
from modelcheck.syntax.scanner import Tokens, find_module, scan

U = TypeVar("U", bound=n.OpDef | n.FnDef)

_THEOREM, _UNIT_COLUMN = "THEOREM", 1
_tokens: dict[SourceFile, Tokens] = {}  # of the texts that were outlined


def outline(source: SourceFile) -> ParsedFile:
    """The module of a source file, without the bodies of what it defines. Raises `TlaError`."""
    start = find_module(source)
    tokens = scan(source, start) if start >= 0 else None
    if tokens is None or tokens.error is not None or find_module(source, tokens.end) >= 0:
        return parse_source(source)
    module: n.Module = parse(_without_bodies(tokens), "text")
    _tokens[source] = tokens
    return ParsedFile(source, (module,))


def says_assume(body: n.Node) -> bool:
    """Whether what stands for a theorem's body is an `ASSUME … PROVE`."""
    return isinstance(body, n.AssumeProve) or (isinstance(body, n.At) and body.span.text.lstrip("[]")[:6] == "ASSUME")


def completed(unit: U) -> U:
    """The unit with its body."""
    tokens = _tokens.get(unit.span.file)
    if tokens is None or not isinstance(unit.body, n.At):
        return unit
    first = bisect_left(tokens.starts, unit.body.span.start)
    last = bisect_left(tokens.starts, unit.body.span.end)
    part = Tokens(
        tokens.source,
        [*tokens.kinds[first:last], "EOF"],
        [*tokens.texts[first:last], ""],
        [*tokens.starts[first:last], unit.body.span.end],
        [*tokens.columns[first:last], 0],
        unit.body.span.end,
    )
    return replace(unit, body=parse(part, "expression"))


def _without_bodies(tokens: Tokens) -> Tokens:
    """The tokens with one `@` for each body."""
    kinds, starts, texts = tokens.kinds, tokens.starts, tokens.texts
    out = Tokens(tokens.source, end=tokens.end)
    begins = [i for i, column in enumerate(tokens.columns) if column == _UNIT_COLUMN]
    for begin, end in zip(begins, [*begins[1:], len(kinds)], strict=True):
        body = _body(kinds, begin, end)
        for mine, given in (
            (out.kinds, kinds),
            (out.texts, texts),
            (out.starts, starts),
            (out.columns, tokens.columns),
        ):
            mine.extend(given[begin:body])  # type: ignore[arg-type]
        if body < end:
            start, last = starts[body], starts[end - 1] + len(texts[end - 1])
            out.kinds.append("AT")
            out.texts.append(tokens.source.text[start:last])
            out.starts.append(start)
            out.columns.append(tokens.columns[body])
    return out


def _body(kinds: list[str], begin: int, end: int) -> int:
    """Where the body of the unit `begin` to `end` begins; `end` if the unit has none, or is read as it is."""
    try:
        mark = kinds.index("EQDEF", begin, end)
    except ValueError:
        return end
    if kinds[begin] == "ASSUME" or (kinds[begin] == _THEOREM and mark != begin + 2):
        return end
    return end if kinds[mark + 1] == "INSTANCE" else mark + 1
