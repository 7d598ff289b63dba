"""Finding modules and reading each of them once.

A module is looked for: in the same file, in the root file's folder, in the library folders in the order given, then
among the modules that come with tlapair (the same order as TLC's, so a spec may bring its own version of a standard
module). Refused: modules that are not found (M020, with near names), files that do not hold the module of their name
(M021), circles of modules (M022).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from modelcheck.errors import TlaError
from modelcheck.module.scope import Scope, near
from modelcheck.module.tree import ResolvedModule
from modelcheck.source import Span
from modelcheck.syntax import nodes

STDLIB = Path(__file__).resolve().parent.parent / "stdlib"


class Loader:
    """Loads the modules of one spec."""

    def __init__(self, folder: Path | None, library: Sequence[Path | str] = ()) -> None:
        self.folders = [folder] if folder is not None else []
        self.folders += [Path(entry) for entry in library]
        self.scopes: dict[str, Scope] = {}
        self.loading: list[tuple[str, Span]] = []  # modules being read, each with the place that asked for it

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
        if name in asking.siblings:
            return self.read(asking.siblings[name], asking.siblings, asking.resolved.standard, span)
        for folder in (*self.folders, STDLIB):
            path = folder / f"{name}.tla"
            if path.is_file():
                return self.read_file(path, name, folder is STDLIB, span)
        raise TlaError("M020", f"there is no module '{name}'", span, mend=self.near_modules(name))

    def near_modules(self, name: str) -> str | None:
        known: set[str] = set()
        for folder in (*self.folders, STDLIB):
            if folder.is_dir():
                known |= {path.stem for path in folder.glob("*.tla")}
        return near(name, known)

    def load_root(self, path: Path) -> Scope:
        """The module of a file that the user named."""
        return self.read_file(path, path.stem, False, None)

    def read_file(self, path: Path, name: str, standard: bool, span: Span | None) -> Scope:
        from modelcheck.syntax import parse_file

        parsed = parse_file(path)
        modules = _by_name(parsed.modules)
        if name not in modules and name in parsed.broken:
            raise parsed.broken[name]
        if name not in modules:
            first = next(iter(modules.values()))
            held = ", ".join(f"'{other}'" for other in modules)
            where = Span(first.span.file, first.span.start, first.span.start + 4)
            raise TlaError("M021", f"the file {path.name} holds no module '{name}', but {held}", where)
        return self.read(modules[name], modules, standard, span)

    def read(self, node: nodes.Module, siblings: dict[str, nodes.Module], standard: bool, span: Span | None) -> Scope:
        """Resolve and check one module that has been parsed."""
        from modelcheck.module.level import check_module
        from modelcheck.module.units import ModuleResolver

        scope = Scope(node.name, node, ResolvedModule(node.name, node.span, standard=standard))
        scope.lenient = standard
        scope.siblings = {name: other for name, other in siblings.items() if name != node.name}
        self.loading.append((node.name, span or node.span))
        ModuleResolver(scope, self).run()
        check_module(scope)
        self.loading.pop()
        self.scopes[node.name] = scope
        return scope


def _by_name(modules: Sequence[nodes.Module]) -> dict[str, nodes.Module]:
    out: dict[str, nodes.Module] = {}
    for module in modules:
        out.setdefault(module.name, module)
    return out
