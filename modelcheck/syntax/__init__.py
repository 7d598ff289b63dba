"""TLA+ text to syntax trees: the package's face. Importing it is cheap; the work is imported when first asked for.

text ─► tokens (`scanner`) ─► bulleted tokens (`junctions`) ─► nodes (`parser`, `build`, `precedence`, `nodes`).
`printer` goes back to text; `config` reads TLC's cfg files.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from modelcheck.records import dataclass, field

if TYPE_CHECKING:
    from modelcheck.errors import TlaError
    from modelcheck.source import SourceFile
    from modelcheck.syntax.nodes import Expr, Module
    from modelcheck.syntax.scanner import Tokens


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A file and its modules, in order.

    The first module is what the file is for; text after it may hold more. One of those that does not parse is no
    error of the file, as SANY does not look at it; its error is kept in `broken`, by name.
    """

    source: SourceFile
    modules: tuple[Module, ...]
    broken: dict[str, TlaError] = field(default_factory=dict)


def parse_file(path: Path | str) -> ParsedFile:
    """Read a `.tla` file. Raises `TlaError` (P001 …) if it cannot be read or its first module does not parse."""
    from modelcheck.syntax.files import read_source

    return parse_source(read_source(path))


def parse_text(text: str, name: str = "<text>") -> list[Module]:
    """The modules in `text`; `name` is what messages call it. Raises `TlaError`."""
    from modelcheck.source import SourceFile

    return list(parse_source(SourceFile(name, text)).modules)


def parse_source(source: SourceFile) -> ParsedFile:
    """The modules in a source file. Raises `TlaError`."""
    import re

    from modelcheck.errors import TlaError
    from modelcheck.source import Span
    from modelcheck.syntax.parser import parse_module
    from modelcheck.syntax.scanner import find_module

    start = find_module(source)
    if start < 0:
        raise TlaError("P006", f"there is no '---- MODULE' in {source.name}", Span(source, 0, 1))
    module, end = parse_module(source, start)
    modules, broken = [module], {}
    while (start := find_module(source, end)) >= 0:
        try:
            module, end = parse_module(source, start)
            modules.append(module)
        except TlaError as error:
            header = re.compile(r"-+\s*MODULE\s+(\w+).*").match(source.text, start)
            assert header is not None
            broken[header.group(1)] = error
            end = header.end()
    return ParsedFile(source, tuple(modules), broken)


def parse_expression(text: str, name: str = "<expression>") -> Expr:
    """The expression that is all of `text`. Raises `TlaError`."""
    from modelcheck.source import SourceFile
    from modelcheck.syntax import parser

    return parser.parse_expression(SourceFile(name, text))


def tokens(text: str, name: str = "<text>") -> list[Tokens]:
    """The tokens of each module in `text`, as the scanner gives them (of the whole text if it has no module)."""
    from modelcheck.source import SourceFile
    from modelcheck.syntax.scanner import find_module, scan

    source = SourceFile(name, text)
    start = find_module(source)
    if start < 0:
        return [scan(source, expression=True)]
    out = []
    while start >= 0:
        out.append(scan(source, start))
        start = find_module(source, max(out[-1].end, start + 4))
    return out
