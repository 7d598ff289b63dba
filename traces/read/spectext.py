"""The spec's side of a page: each module as marked text, cut in units, its names linked.

Takes the file of a spec; gives a `SpecText` for it and for each of our modules that it extends or instantiates. Tokens
come from the scanner; what a name means comes from the resolved modules, so a bound name is never taken for a
definition of the same spelling.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

from modelcheck.module import resolve_file
from modelcheck.module.tree import (
    Appl,
    Constant,
    Definition,
    InstanceName,
    LetExpr,
    OpArg,
    ResolvedModule,
    Subst,
    Symbol,
    Variable,
)
from modelcheck.source import SourceFile
from modelcheck.syntax import nodes as n
from modelcheck.syntax import parse_source
from modelcheck.syntax.scanner import KEYWORDS, scan
from traces.read.pieces import Marked, Piece

_WORD_KINDS = frozenset(KEYWORDS.values()) | {"HEADER"}


@dataclass(frozen=True, slots=True)
class Unit:
    """Lines `first` to `last` of a module. `kind` is header, constants, variables, definition, instance, other or end;
    `name` is that of a definition, and `node` its tree; `head` is the line on which its own text begins, after the
    comments."""

    kind: str
    first: int
    last: int
    head: int
    name: str = ""
    node: n.Node | None = None

    @property
    def lines(self) -> range:
        """Its lines."""
        return range(self.first, self.last + 1)


@dataclass(frozen=True)
class SpecText:
    """One module: its text with marks, its units in order, and `main`: whether it is the spec itself."""

    name: str
    path: str
    file: SourceFile
    marked: Marked
    units: tuple[Unit, ...]
    resolved: ResolvedModule

    def definition(self, name: str) -> Unit | None:
        """The unit that defines the name."""
        return next((u for u in self.units if u.name == name), None)


def anchor(module: str, name: str) -> str:
    """The id of the place where `module` declares or defines `name`."""
    return f"tla-{module}-{name}"


def spec_texts(path: Path, folder: Path) -> tuple[SpecText, ...]:
    """The module at `path`, then those of ours that it needs, in the order in which they are first needed from it."""
    root = resolve_file(path)
    ours = [m for m in root.modules.values() if not m.standard]
    ordered = [root, *(m for m in reversed(ours) if m.name != root.name)]
    known = {m.name for m in ordered}
    links = _Links(known)
    for module in ordered:
        links.read(module)
    return tuple(_text(module, links, folder) for module in ordered)


def _text(module: ResolvedModule, links: _Links, folder: Path) -> SpecText:
    assert module.span is not None
    file = module.span.file
    parsed = next(m for m in parse_source(file).modules if m.name == module.name)
    units = tuple(_units(parsed, file))
    places = links.of.get(file.name, {})
    loose = [u for u in units if u.kind in ("other", "instance")]
    pieces = list(_pieces(file, module, places, loose, links))
    path = Path(file.name)
    shown = path.resolve().relative_to(folder.resolve()) if path.resolve().is_relative_to(folder.resolve()) else path
    return SpecText(module.name, f"specs/{shown.as_posix()}", file, Marked(file.text, pieces), units, module)


# ---- what names mean ----


class _Links:
    """For each file: offset of a name -> (length, symbol's module, symbol's name)."""

    def __init__(self, known: set[str]) -> None:
        self.known = known
        self.at_module_level: set[int] = set()
        self.of: dict[str, dict[int, tuple[int, str, str]]] = {}

    def read(self, module: ResolvedModule) -> None:
        """Note the names that the module's own definitions mention."""
        self.at_module_level |= {id(symbol) for symbol in module.names.values()}
        for definition in list(module.definitions.values()):
            if definition.origin is not None:
                self._substitution(definition)
            elif definition.module == module.name:
                self._expression(definition.complete().body)
        for assumption in module.assumptions:
            self._expression(assumption.expr)
        for expr in module.theorems.values():
            self._expression(expr)

    def _substitution(self, definition: Definition) -> None:
        body = definition.complete().body
        if isinstance(body, Subst):
            for _, value in body.mapping:
                self._expression(value)

    def _expression(self, root: object) -> None:
        stack = [root]
        while stack:
            node = stack.pop()
            if isinstance(node, Appl | OpArg) and node.symbol is not None:
                self._note(node, node.symbol)
            if isinstance(node, LetExpr):
                stack += [d.body for d in node.defs]
                stack.append(node.body)
            elif isinstance(node, Subst):
                continue
            elif isinstance(node, tuple):
                stack.extend(node)
            elif is_dataclass(node) and not isinstance(node, Symbol):
                stack.extend(getattr(node, f.name) for f in fields(node) if f.name not in ("span", "symbol"))

    def _note(self, node: Appl | OpArg, symbol: Symbol) -> None:
        if node.span is None or not isinstance(symbol, Constant | Variable | Definition):
            return
        if id(symbol) not in self.at_module_level and not (isinstance(symbol, Definition) and symbol.origin):
            return  # of a LET
        file, at = node.span.file, node.span.start
        places = self.of.setdefault(file.name, {})
        name = symbol.name
        if isinstance(symbol, Definition) and symbol.origin is not None:
            instance, _, own = name.rpartition("!")
            if instance and file.text.startswith(name, at) and symbol.origin.module in self.known:
                places[at + len(instance) + 1] = (len(own), symbol.origin.module, own)
        elif file.text.startswith(name, at) and symbol.module in self.known:
            places[at] = (len(name), symbol.module, name)

    def loose(self, module: ResolvedModule, name: str) -> tuple[int, str, str] | None:
        """The same for a name of a theorem or INSTANCE, which is looked up in the module alone."""
        symbol = module.names.get(name)
        if (
            symbol is None
            or symbol.module not in self.known
            or not isinstance(symbol, Constant | Variable | Definition)
        ):
            return None
        return len(name), symbol.module, name


# ---- units ----


def _declared(unit: n.Node) -> Iterator[tuple[str, int]]:
    """The names that a unit declares or defines, with their offsets."""
    match unit:
        case n.ConstantDecl():
            for decl in unit.decls:
                yield decl.name, decl.span.start
        case n.VariableDecl():
            for bound in unit.names:
                yield bound.name, bound.span.start
        case n.OpDef() | n.FnDef() | n.InstanceDef():
            yield unit.name, (unit.name_span or unit.span).start


def _kind(unit: n.Node) -> str:
    match unit:
        case n.ConstantDecl():
            return "constants"
        case n.VariableDecl():
            return "variables"
        case n.OpDef() | n.FnDef():
            return "definition"
        case n.InstanceDef() | n.Instance():
            return "instance"
    return "other"


def _units(module: n.Module, file: SourceFile) -> Iterator[Unit]:
    end_of_header = _end_of_header(module, file)
    yield Unit("header", 1, end_of_header, 1)
    first = end_of_header + 1
    for node in module.units:
        head, last = node.span.begin.line, _last_line(node, file)
        name = node.name if isinstance(node, n.OpDef | n.FnDef | n.InstanceDef) else ""
        if last >= first:
            yield Unit(_kind(node), first, last, max(first, head), name, node)
            first = last + 1
    last = len(file.line_starts()) - (1 if file.text.endswith("\n") else 0)
    if first <= last:
        yield Unit("end", first, last, last)


def _last_line(node: n.Node, file: SourceFile) -> int:
    """The last line of a unit, with the comments to the right of declarations that go on below them."""
    last = node.span.last.line
    if isinstance(node, n.ConstantDecl | n.VariableDecl):
        while file.line(last + 1).lstrip().startswith("\\*") and file.line(last + 1)[:1].isspace():
            last += 1
    return last


def _end_of_header(module: n.Module, file: SourceFile) -> int:
    line = module.span.begin.line
    if module.extends:
        line = module.extends[-1].span.last.line
    first_unit = module.units[0].span.begin.line if module.units else len(file.line_starts())
    while line + 1 < first_unit and file.line(line + 1).strip():
        line += 1
    return line


# ---- pieces ----


def _pieces(
    file: SourceFile,
    module: ResolvedModule,
    places: dict[int, tuple[int, str, str]],
    loose: list[Unit],
    links: _Links,
) -> Iterator[Piece]:
    assert module.span is not None
    tokens = scan(file, module.span.start)
    own = {at: name for unit in _syntax_units(file, module) for name, at in _declared(unit)}
    loose_lines = {line for unit in loose for line in unit.lines}
    before = 0
    for kind, text, start in zip(tokens.kinds, tokens.texts, tokens.starts, strict=True):
        yield from _comments(file.text, before, start)
        before = max(before, start + len(text))
        if start in own:
            yield Piece(start, start + len(text), "f", anchor=anchor(module.name, own[start]))
            continue
        place = places.get(start)
        if place is None and kind == "ID" and file.position(start).line in loose_lines:
            place = links.loose(module, text)
        if place is not None and place[0] == len(text):
            yield Piece(start, start + len(text), "n", href=anchor(place[1], place[2]))
        elif kind == "ID":
            symbol = module.names.get(text)
            if isinstance(symbol, InstanceName) and symbol.module == module.name:
                yield Piece(start, start + len(text), "n", href=anchor(module.name, text))
            elif text in links.known and text != module.name:
                yield Piece(start, start + len(text), "n", href=f"module-{text}")
        else:
            yield Piece(start, start + len(text), _css(kind))
    yield from _comments(file.text, before, len(file.text))


def _syntax_units(file: SourceFile, module: ResolvedModule) -> tuple[n.Node, ...]:
    return next(m for m in parse_source(file).modules if m.name == module.name).units


def _css(kind: str) -> str:
    if kind in ("SEPARATOR", "ENDMODULE"):
        return "h"
    if kind in _WORD_KINDS:
        return "k"
    if kind == "STRING":
        return "s"
    if kind in ("NUMBER", "DECIMAL"):
        return "m"
    return "o" if kind in ("AND", "OR", "INFIX", "PREFIX", "POSTFIX", "QUANT", "EQDEF", "MINUS", "BOX") else "p"


def _comments(text: str, start: int, end: int) -> Iterator[Piece]:
    """What lies between two tokens and is not white space is a comment."""
    inner = text[start:end]
    if inner.strip():
        lead = len(inner) - len(inner.lstrip())
        yield Piece(start + lead, start + len(inner.rstrip()), "c")
