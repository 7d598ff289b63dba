"""Finding modules and reading each of them once.

A module is looked for: in the same file, in the root file's folder, in the folders that it shares with others (see
`shared_folders`), in the library folders in the order given, then among the modules that come with tlapair (the same
order as TLC's, so a spec may bring its own version of a standard module). Refused: modules that are not found (M020,
with near names), files that do not hold the module of their name (M021), circles of modules (M022).

Files are parsed in SANY's order (all a module extends, then what those extend, then what is instantiated), and
resolved in its order too (a module after all it needs), since the order in which words are first seen ranks strings
and model values.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from modelcheck.errors import TlaError
from modelcheck.module.scope import Scope, near
from modelcheck.module.tree import ResolvedModule
from modelcheck.module.words import words_of
from modelcheck.records import dataclass
from modelcheck.source import Span
from modelcheck.syntax import nodes

if TYPE_CHECKING:
    from modelcheck.syntax import ParsedFile

STDLIB = Path(__file__).resolve().parent.parent / "stdlib"
_library: dict[str, ParsedFile] = {}  # our own modules in outline, read once in a process


@dataclass(frozen=True, slots=True)
class Unit:
    """A module that has been parsed: with the other modules of its file, and the names it instantiates."""

    node: nodes.Module
    siblings: dict[str, nodes.Module]
    standard: bool
    instantiated: tuple[str, ...]


def shared_folders(folder: Path) -> list[Path]:
    """Where a root file in `specs/raft` or `specs/raft/broken` finds what it shares: `specs/raft`, `specs/lib`."""
    name = folder.resolve().name
    home = folder / ".." if name == "broken" else folder
    library = home / ".." / "lib"
    found = [home] if name == "broken" else []
    found += [library] if library.is_dir() else []
    return [Path(os.path.normpath(path)) for path in found]


class Loader:
    """Loads the modules of one spec."""

    def __init__(self, folder: Path | None, library: Sequence[Path | str] = ()) -> None:
        self.folders = [folder, *shared_folders(folder)] if folder is not None else []
        self.folders += [Path(entry) for entry in library]
        self.units: dict[str, Unit | None] = {}  # parsed; None: not found
        self.scopes: dict[str, Scope] = {}
        self.loading: list[tuple[str, Span]] = []  # modules being resolved, each with the place that asked for it

    # ---- resolving ----

    def knows(self, name: str) -> bool:
        """Whether a module of that name has been loaded from a file (or is being loaded)."""
        return name in self.scopes or any(name == other for other, _ in self.loading)

    def load(self, name: str, span: Span, asking: Scope) -> Scope:
        """The module of that name, resolved and checked; `asking` extends or instantiates it at `span`."""
        if name in self.scopes:
            return self.scopes[name]
        names = [other for other, _ in self.loading]
        if name in names:
            circle = " -> ".join([*names[names.index(name) :], name])
            notes = tuple((f"{other} is needed here", at) for other, at in self.loading[names.index(name) + 1 :])
            raise TlaError("M022", f"the modules depend on each other in a circle: {circle}", span, notes=notes)
        unit = self.unit(name, asking.siblings, asking.resolved.standard)
        if unit is None:
            raise TlaError("M020", f"there is no module '{name}'", span, mend=self.near_modules(name))
        return self.resolve(unit, span)

    def near_modules(self, name: str) -> str | None:
        """Advice on a module that is not found."""
        known: set[str] = set()
        for folder in (*self.folders, STDLIB):
            if folder.is_dir():
                known |= {path.stem for path in folder.glob("*.tla")}
        return near(name, known)

    def load_root(self, path: Path) -> Scope:
        """The module of a file that the user named, with everything it needs."""
        return self.load_unit(self.parse(path, path.stem, False))

    def load_unit(self, root: Unit) -> Scope:
        """A parsed module, with everything it needs."""
        self.units[root.node.name] = root
        while (found := next(self.missing(root), None)) is not None:
            name, asking = found
            if self.unit(name, asking.siblings, asking.standard) is None:
                self.units[name] = None  # an error only if it is really needed, and then with its place
        scope = self.resolve(root, root.node.span)
        scope.resolved.context = (scope, self)
        scope.resolved.modules = {name: other.resolved for name, other in self.scopes.items()}
        return scope

    def resolve(self, unit: Unit, span: Span) -> Scope:
        """Resolve and check one module that has been parsed."""
        from modelcheck.module.level import check_module
        from modelcheck.module.units import ModuleResolver

        node = unit.node
        scope = Scope(node.name, node, ResolvedModule(node.name, node.span, standard=unit.standard))
        scope.lenient, scope.siblings = unit.standard, unit.siblings
        self.loading.append((node.name, span))
        for name, place in _needed_first(node):
            self.load(name, place, scope)
        ModuleResolver(scope, self).run()
        check_module(scope)
        self.loading.pop()
        self.scopes[node.name] = scope
        return scope

    # ---- parsing ----

    def unit(self, name: str, siblings: dict[str, nodes.Module], standard: bool) -> Unit | None:
        """The module of that name, parsed; None if there is none."""
        unit = self.units.get(name)
        if unit is not None:
            return unit
        if name in siblings:
            return self.note(siblings[name], siblings, standard)
        for folder in (*self.folders, STDLIB):
            path = folder / f"{name}.tla"
            if os.path.isfile(path):
                return self.parse(path, name, folder is STDLIB)
        return None

    def parse(self, path: Path, name: str, standard: bool) -> Unit:
        """The module of that name in a file."""
        from modelcheck.syntax import parse_file

        parsed = _library.get(name) if standard else None
        if parsed is None:
            parsed = self.parse_standard(path, name) if standard else parse_file(path)
        modules = {module.name: module for module in reversed(parsed.modules)}
        if name not in modules and name in parsed.broken:
            raise parsed.broken[name]
        if name not in modules:
            first = parsed.modules[0]
            held = ", ".join(f"'{module.name}'" for module in parsed.modules)
            where = Span(first.span.file, first.span.start, first.span.start + 4)
            raise TlaError("M021", f"the file {path.name} holds no module '{name}', but {held}", where)
        return self.note(modules[name], modules, standard)

    def parse_standard(self, path: Path, name: str) -> ParsedFile:
        """A module of ours, in outline."""
        from modelcheck.syntax.files import read_source
        from modelcheck.syntax.outline import outline

        parsed = _library[name] = outline(read_source(path))
        return parsed

    def note(self, node: nodes.Module, modules: dict[str, nodes.Module], standard: bool) -> Unit:
        """Remember a parsed module, and rank its words."""
        from modelcheck.values import intern_order

        words = words_of(node.span.text)
        for word in words.words:
            intern_order(word)
        siblings = {name: other for name, other in modules.items() if other is not node}
        unit = Unit(node, siblings, standard, words.instantiated)
        self.units[node.name] = unit
        return unit

    def missing(self, root: Unit) -> Iterator[tuple[str, Unit]]:
        """Modules needed and not parsed, in SANY's order: what is extended first, then what is instantiated."""
        for wanted in ("extended", "instantiated"):
            yield from self.missing_below(root, wanted, set())

    def missing_below(self, unit: Unit, wanted: str, seen: set[str]) -> Iterator[tuple[str, Unit]]:
        if unit.node.name in seen:
            return
        seen.add(unit.node.name)
        extended = tuple(name.name for name in unit.node.extends)
        for name in extended if wanted == "extended" else unit.instantiated:
            if name not in self.units and name not in _nested_names(unit.node):
                yield name, unit
        for name in (*extended, *unit.instantiated):
            below = self.units.get(name)
            if below is not None:
                yield from self.missing_below(below, wanted, seen)


def _nested_names(node: nodes.Module) -> set[str]:
    """The modules nested in a module, at any depth."""
    names = set()
    for unit in node.units:
        if isinstance(unit, nodes.Module):
            names |= {unit.name, *_nested_names(unit)}
    return names


def _needed_first(node: nodes.Module) -> list[tuple[str, Span]]:
    """The modules of other files that a module extends, then those that its units instantiate, with their places."""
    nested = _nested_names(node)
    needed = [(name.name, name.span) for name in node.extends]
    for unit in node.units:
        if isinstance(unit, nodes.InstanceDef):
            unit = unit.instance
        if isinstance(unit, nodes.Instance) and unit.module not in nested:
            needed.append((unit.module, unit.span))
    return needed
