"""The implementation's side of a page: each Python file as marked text, its definitions placed, its names linked.

Takes the folder of a pair; gives a `CodeText` for each file. Tokens come from Pygments (T030 if it is not installed);
what a name means comes from the syntax tree: names defined in the file or imported from the same folder, and
attributes of `self` that a class of the folder defines or sets. A local variable is never linked.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from inspect import CO_NEWLOCALS, CO_OPTIMIZED
from pathlib import Path
from types import CodeType

from modelcheck.errors import TlaError
from traces.read.pieces import Marked, Piece


@dataclass(frozen=True, slots=True)
class Part:
    """A definition: lines `first` to `last`, decorators included. `name` is "Server.grant_vote"; `kind` is class,
    function, constant or attribute; `node` its tree."""

    kind: str
    name: str
    first: int
    last: int
    anchor: str
    node: ast.AST

    @property
    def lines(self) -> range:
        """Its lines."""
        return range(self.first, self.last + 1)

    @property
    def own_name(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]


@dataclass
class CodeText:
    """One file. `parts` are in the order of the text, a class before what is in it."""

    stem: str
    path: str
    marked: Marked
    tree: ast.Module
    parts: tuple[Part, ...]
    bases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    executable: frozenset[int] | None = None
    """What `executable_lines` found, once it was asked."""

    def part(self, name: str) -> Part | None:
        """The part of that name."""
        return next((p for p in self.parts if p.name == name), None)


def code_texts(folder: Path, package: str) -> tuple[CodeText, ...]:
    """The Python files of a folder: `node.py` and what else has actions by name, `__init__.py` last."""
    files = sorted(folder.glob("*.py"), key=lambda p: (p.stem == "__init__", p.stem))
    texts = [_read(path, f"pyimpl/{package}/{path.name}") for path in files]
    by_stem = {text.stem: text for text in texts}
    for text in texts:
        text.imports = dict(_imports(text.tree, f"pyimpl.{package}", by_stem))
    return tuple(_with_pieces(text, by_stem) for text in texts)


def _read(path: Path, shown: str) -> CodeText:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    bases = {
        node.name: tuple(base.id for base in node.bases if isinstance(base, ast.Name))
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }
    parts: dict[str, Part] = {}
    for part in _parts(tree, path.stem):
        parts.setdefault(part.anchor, part)  # of two of a name, the first
    return CodeText(path.stem, shown, Marked(text, ()), tree, tuple(parts.values()), bases)


# ---- definitions ----


def _anchor(stem: str, name: str) -> str:
    return f"py-{stem}-{name}".replace(".", "-")


def _parts(tree: ast.Module, stem: str) -> Iterator[Part]:
    for node in tree.body:
        yield from _part(node, stem, "")


def _part(node: ast.stmt, stem: str, prefix: str) -> Iterator[Part]:
    last = node.end_lineno or node.lineno
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        name = prefix + node.name
        kind = "class" if isinstance(node, ast.ClassDef) else "function"
        yield Part(kind, name, first, last, _anchor(stem, name), node)
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                yield from _part(inner, stem, f"{name}.")
            yield from _attributes(node, stem)
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            if isinstance(target, ast.Name):
                yield Part("constant", prefix + target.id, node.lineno, last, _anchor(stem, prefix + target.id), target)


def _attributes(cls: ast.ClassDef, stem: str) -> Iterator[Part]:
    """What methods set on `self`, where it is set first; `recover` before the others, as it sets the state."""
    methods = [m for m in cls.body if isinstance(m, ast.FunctionDef)]
    seen = {m.name for m in methods} | {
        t.id
        for s in cls.body
        if isinstance(s, ast.Assign | ast.AnnAssign)
        for t in (s.targets if isinstance(s, ast.Assign) else [s.target])
        if isinstance(t, ast.Name)
    }
    for method in sorted(methods, key=lambda m: m.name != "recover"):
        for node in ast.walk(method):
            if not (isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _is_self(node.value)):
                continue
            if node.attr not in seen:
                seen.add(node.attr)
                name = f"{cls.name}.{node.attr}"
                yield Part("attribute", name, node.lineno, node.lineno, _anchor(stem, name), node)


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


# ---- links ----


def _imports(tree: ast.Module, package: str, known: dict[str, CodeText]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Name here -> (file's stem, name there), of what comes from the same folder."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(package + "."):
            stem = node.module[len(package) + 1 :]
            if stem in known:
                for alias in node.names:
                    yield alias.asname or alias.name, (stem, alias.name)


def _member(text: CodeText, cls: str, name: str, known: dict[str, CodeText]) -> str | None:
    """The anchor of a class's member, its own or a base's."""
    part = text.part(f"{cls}.{name}")
    if part is not None:
        return part.anchor
    for base in text.bases.get(cls, ()):
        stem, there = text.imports.get(base, (text.stem, base))
        if there in known[stem].bases:
            found = _member(known[stem], there, name, known)
            if found is not None:
                return found
    return None


class _Uses(ast.NodeVisitor):
    """Offset -> (length, anchor) of names that lead to a definition."""

    def __init__(self, text: CodeText, known: dict[str, CodeText]) -> None:
        self.text, self.known = text, known
        self.cls: str | None = None
        self.locals: list[set[str]] = []
        self.found: dict[int, tuple[int, str]] = {}
        self.lines = text.marked.text.split("\n")

    def offset(self, line: int, byte_column: int) -> int:
        """The offset in the text of a place of the syntax tree, whose columns count bytes."""
        before = self.lines[line - 1].encode("utf-8")[:byte_column].decode("utf-8")
        return self.text.marked.offset(line, len(before))

    def global_anchor(self, name: str) -> str | None:
        if any(name in scope for scope in self.locals):
            return None
        stem, there = self.text.imports.get(name, (self.text.stem, name))
        part = self.known[stem].part(there)
        return part.anchor if part is not None else None

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        outer, self.cls = self.cls, node.name
        self.generic_visit(node)
        self.cls = outer

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        arguments = node.args
        names = {a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
        names |= {x.id for x in ast.walk(node) if isinstance(x, ast.Name) and isinstance(x.ctx, ast.Store)}
        names |= {x.name for x in ast.walk(node) if isinstance(x, ast.MatchAs | ast.MatchStar) and x.name}
        for decorator in node.decorator_list:
            self.visit(decorator)
        for annotation in [node.returns, *(a.annotation for a in (*arguments.posonlyargs, *arguments.args))]:
            if annotation is not None:
                self.visit(annotation)
        self.locals.append(names)
        for statement in node.body:
            self.visit(statement)
        self.locals.pop()

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.locals.append({a.arg for a in node.args.args})
        self.generic_visit(node)
        self.locals.pop()

    def visit_Name(self, node: ast.Name) -> None:
        target = self.global_anchor(node.id)
        if target is not None and isinstance(node.ctx, ast.Load):
            self.found[self.offset(node.lineno, node.col_offset)] = len(node.id), target

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.generic_visit(node)
        target = None
        if _is_self(node.value) and self.cls is not None:
            target = _member(self.text, self.cls, node.attr, self.known)
        elif isinstance(node.value, ast.Name) and node.end_lineno is not None:
            stem, there = self.text.imports.get(node.value.id, (self.text.stem, node.value.id))
            if there in self.known[stem].bases and not any(node.value.id in scope for scope in self.locals):
                target = _member(self.known[stem], there, node.attr, self.known)
        if target is not None and node.end_lineno is not None and node.end_col_offset is not None:
            end = self.offset(node.end_lineno, node.end_col_offset)
            self.found[end - len(node.attr)] = len(node.attr), target

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name in self.text.imports and self.text.imports[alias.name][1] == alias.name:
                target = self.global_anchor(alias.name)
                if target is not None:
                    self.found[self.offset(alias.lineno, alias.col_offset)] = len(alias.name), target


# ---- pieces ----


def _with_pieces(text: CodeText, known: dict[str, CodeText]) -> CodeText:
    uses = _Uses(text, known)
    uses.visit(text.tree)
    places = {uses.offset(*_name_place(part, text)): part.anchor for part in text.parts}
    text.marked = Marked(text.marked.text, _pieces(text.marked.text, places, uses.found))
    return text


def _name_place(part: Part, text: CodeText) -> tuple[int, int]:
    """Line and byte column of the name that a part defines."""
    node = part.node
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        word = "class " if isinstance(node, ast.ClassDef) else "def "
        return node.lineno, node.col_offset + len(word)
    if isinstance(node, ast.Attribute):
        assert node.end_lineno is not None and node.end_col_offset is not None
        return node.end_lineno, node.end_col_offset - len(node.attr.encode("utf-8"))
    assert isinstance(node, ast.Name)
    return node.lineno, node.col_offset


def _pieces(text: str, places: dict[int, str], uses: dict[int, tuple[int, str]]) -> Iterator[Piece]:
    try:
        lexers, tokens = import_module("pygments.lexers.python"), import_module("pygments.token")
    except ImportError:
        raise TlaError("T030", "Pygments is not installed") from None
    Token = tokens.Token
    kinds = (
        (Token.Keyword.Constant, "b"), (Token.Keyword, "k"), (Token.Operator.Word, "k"), (Token.Name.Decorator, "d"),
        (Token.Literal.String.Doc, "c"), (Token.Literal.String, "s"), (Token.Literal.Number, "m"),
        (Token.Comment, "c"), (Token.Name.Builtin, "b"),
    )  # fmt: skip
    for start, token, value in lexers.PythonLexer(stripnl=False, ensurenl=False).get_tokens_unprocessed(text):
        kind = next((css for known, css in kinds if token in known), "p")
        use = uses.get(start)
        if start in places:
            yield Piece(start, start + len(value), "f", anchor=places[start])
        elif use is not None and use[0] == len(value):
            yield Piece(start, start + len(value), "n", href=use[1])
        elif kind != "p":
            yield Piece(start, start + len(value), kind)


def executable_lines(text: CodeText) -> frozenset[int]:
    """The lines inside functions that a run can go through; `def` lines and what runs at import are none."""
    if text.executable is not None:
        return text.executable
    out: set[int] = set()
    stack: list[tuple[CodeType, bool]] = [(compile(text.marked.text, text.path, "exec"), False)]
    while stack:
        code, inside = stack.pop()
        if inside:
            heads = {code.co_firstlineno}
            out |= {line for _, _, line in code.co_lines() if line is not None and line not in heads}
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                function = not constant.co_qualname.endswith("<lambda>") and constant.co_flags & CO_NEWLOCALS
                own = bool(constant.co_flags & CO_OPTIMIZED) and bool(function)
                stack.append((constant, own))
    text.executable = frozenset(out - {line for p in text.parts if p.kind == "function" for line in _head_lines(p)})
    return text.executable


def _head_lines(part: Part) -> range:
    """Decorators, `def` and docstring."""
    node = part.node
    assert isinstance(node, ast.FunctionDef)
    body = node.body[1:] if ast.get_docstring(node) is not None and len(node.body) > 1 else node.body
    return range(part.first, body[0].lineno)
