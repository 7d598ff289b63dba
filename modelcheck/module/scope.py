"""What a module sees and shows: the names in scope, while it is read and after.

TLA+ has no shadowing, so one flat table of names is enough: a binder adds its names and takes them out again.
`Scope` belongs to one module (a nested one starts with a copy of what its surrounding module sees at that point).
Gives the symbol of a name, or the errors M001 (unknown, with near names), M002 (bound twice), M003 (built in).
"""

from __future__ import annotations

from typing import NoReturn

from modelcheck.errors import TlaError
from modelcheck.module.builtins import BUILTINS
from modelcheck.module.tree import (
    BoundVar,
    Builtin,
    Constant,
    Definition,
    Expr,
    InstanceName,
    OpArg,
    Param,
    ResolvedModule,
    Symbol,
    Variable,
)
from modelcheck.records import dataclass, field
from modelcheck.source import Span
from modelcheck.syntax import nodes


@dataclass(eq=False, slots=True)
class InstanceUse:
    """One INSTANCE, kept for the level check: what it substitutes for the symbols of `module`."""

    span: Span
    module: Scope
    mapping: tuple[tuple[Symbol, Expr | OpArg], ...]
    params: tuple[Param, ...]


@dataclass(eq=False, slots=True)
class Fact:
    """A theorem or assumption of this module, kept for the level check. `assumes`: it is an
    ASSUME/PROVE."""

    span: Span
    exprs: list[Expr]
    is_assumption: bool
    assumes: bool


@dataclass(eq=False, slots=True)
class Scope:
    """The names of one module.

    `names`: everything visible at this point of the text (built-ins aside). `exports`: what EXTENDS and INSTANCE of
    this module hand on. `declared`: any constant or variable so far, here or in a surrounding module; definitions
    made before are closed (no substitution changes them).
    """

    name: str
    node: nodes.Module
    resolved: ResolvedModule
    parent: Scope | None = None
    names: dict[str, Symbol] = field(default_factory=dict)
    exports: dict[str, Symbol] = field(default_factory=dict)
    modules: dict[str, Scope] = field(default_factory=dict)
    siblings: dict[str, nodes.Module] = field(default_factory=dict)  # other modules of the same file
    instances: list[InstanceUse] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    own: list[Definition] = field(default_factory=list)
    sections: list[list[Definition]] = field(default_factory=list)  # definitions between RECURSIVE and what it declares
    extended: list[Scope] = field(default_factory=list)
    new_levels: dict[Symbol, int] = field(default_factory=dict)  # NEW STATE, NEW ACTION … of ASSUME/PROVE
    declared: bool = False
    lenient: bool = False  # a library module: bodies are resolved late, so binders may hide later names
    trail: list[tuple[str, Symbol | None]] = field(default_factory=list)
    is_constant: bool | None = None

    def find(self, name: str) -> Symbol | None:
        """The symbol of a name without `!`, or of a joined one like `I!Op`."""
        return self.names.get(name) or BUILTINS.get(name)

    def look(self, name: str, span: Span) -> Symbol:
        """Like `find`; M001 if there is none."""
        symbol = self.names.get(name) or BUILTINS.get(name)
        if symbol is None:
            self.unknown(name, span)
        return symbol

    def unknown(self, name: str, span: Span) -> NoReturn:
        """M001 with the nearest names."""
        raise TlaError("M001", f"unknown name '{name}'", span, mend=home_of(name) or near(name, self.names))

    # ---- names that live for a while: bound identifiers, parameters, LET definitions ----

    def bind(self, name: str, symbol: Symbol, span: Span) -> None:
        """Add a name until `release`."""
        old = self.names.get(name)
        if (old is not None and not self.lenient) or name in BUILTINS:
            self.clash(name, span, old)
        self.trail.append((name, old))
        self.names[name] = symbol

    def mark(self) -> int:
        """A point to which `release` goes back."""
        return len(self.trail)

    def release(self, mark: int) -> None:
        """Take out the names bound since `mark`."""
        trail, names = self.trail, self.names
        while len(trail) > mark:
            name, old = trail.pop()
            if old is None:
                del names[name]
            else:
                names[name] = old

    def clash(self, name: str, span: Span, old: Symbol | None) -> NoReturn:
        """M003 for a built-in name, else M002 with the place of the first."""
        if name in BUILTINS:
            raise TlaError("M003", f"'{name}' is an operator of the language", span)
        notes = (("it is already " + _kind(old), old.span),) if old is not None else ()
        raise TlaError("M002", f"'{name}' is already declared or defined", span, notes=notes)

    # ---- names of the module ----

    def add(self, name: str, symbol: Symbol, local: bool = False) -> None:
        """Make a name of the module visible from here on, and to others unless it is local."""
        self.names[name] = symbol
        if not local:
            self.exports[name] = symbol

    def module_named(self, name: str) -> Scope | None:
        """A nested module visible here."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.modules:
                return scope.modules[name]
            scope = scope.parent
        return None

    def warn(self, text: str, span: Span | None) -> None:
        """Something SANY accepts with a warning."""
        self.resolved.warnings.append((text, span))


def _kind(symbol: Symbol | None) -> str:
    kinds: dict[type, str] = {
        Constant: "a declared constant",
        Variable: "a declared variable",
        BoundVar: "a bound identifier",
        Param: "a parameter",
        InstanceName: "an instance",
        Builtin: "an operator of the language",
    }
    return kinds.get(type(symbol), "defined") + " here"


def arity_of(symbol: Symbol) -> int:
    """How many arguments a symbol takes; -1: any number."""
    if isinstance(symbol, Definition | InstanceName):
        return len(symbol.params)
    if isinstance(symbol, Constant | Param | Builtin):
        return symbol.arity
    return 0


def near(name: str, candidates: object) -> str | None:
    """`did you mean …?`, or None when nothing is near. Deterministic."""
    import difflib

    found = difflib.get_close_matches(name, sorted(candidates), 3, 0.7)  # type: ignore[call-overload]
    return "did you mean " + " or ".join(f"'{one}'" for one in found) + "?" if found else None


def home_of(name: str) -> str | None:
    """The modules of ours that define a name, as advice; None if none does."""
    import re

    from modelcheck.module.loader import STDLIB

    if re.fullmatch(r"\w+", name):
        head = re.compile(rf"^{name}(\([^)]*\))? *==", re.MULTILINE)
    else:
        head = re.compile(rf"^(\w+ )?{re.escape(name)} \w+ *==", re.MULTILINE)
    homes = [path.stem for path in sorted(STDLIB.glob("*.tla")) if head.search(path.read_text(encoding="utf-8"))]
    return f"add {' or '.join(homes[:3])} to EXTENDS" if homes else None
