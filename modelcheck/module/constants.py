"""The CONSTANTS of a cfg applied to a module: values of constants, and definitions that stand for others.

Takes the root module and its `Config`; gives `Bindings`. As in TLC `Name = value` also replaces a definition,
`Name <- Definition` replaces constants and definitions by symbol, `[M]` restricts either to a definition of module M.
Refused: constants without a value (C020), names that are nowhere (C021, C022, C025), wrong numbers of arguments
(C023, C026), replacements of replacements (C024), constants that would change from state to state (C027).
"""

from __future__ import annotations

from modelcheck.errors import TlaError
from modelcheck.module import tree
from modelcheck.module.builtins import BUILTINS
from modelcheck.module.cycles import mark_recursive
from modelcheck.module.scope import arity_of, near
from modelcheck.module.tree import Constant, Definition, Level, Param, ResolvedModule, Symbol
from modelcheck.records import dataclass, field
from modelcheck.source import Span
from modelcheck.syntax.config import (
    CfgBool,
    CfgInt,
    CfgModelValue,
    CfgSet,
    CfgString,
    CfgValue,
    Config,
    ConstAssign,
    ConstReplace,
)
from modelcheck.syntax.operators import canonical
from modelcheck.values import ModelValue, Value, boolean, intern_order, make_set


@dataclass(slots=True)
class Bindings:
    """`constants`: the values of constants (also of some made up here). `replaced`: what stands for a constant
    operator or for a definition."""

    constants: dict[Constant, Value] = field(default_factory=dict)
    replaced: dict[Symbol, Definition] = field(default_factory=dict)
    warnings: list[tuple[str, Span]] = field(default_factory=list)


def rank_values(config: Config) -> None:
    """Rank the strings and model values of a cfg in order; TLC reads the cfg before the modules."""
    entries: list[ConstAssign | ConstReplace] = sorted(
        (*config.constants, *config.replacements), key=lambda entry: entry.span.start
    )
    for entry in entries:
        if isinstance(entry, ConstAssign):
            for value in (*entry.args, entry.value):
                to_value(value)


def to_value(value: CfgValue) -> Value:
    """The value a cfg writes; its strings and model values are ranked if new."""
    match value:
        case CfgInt():
            return value.value
        case CfgBool():
            return boolean(value.value)
        case CfgString():
            intern_order(value.value)
            return value.value
        case CfgModelValue():
            intern_order(value.name)
            return ModelValue(value.name)
        case CfgSet():
            return make_set([to_value(item) for item in value.items])


def bind(root: ResolvedModule, config: Config) -> Bindings:
    """Apply the CONSTANTS of the cfg."""
    return _Binder(root, config).bind()


class _Binder:
    def __init__(self, root: ResolvedModule, config: Config) -> None:
        self.root = root
        self.config = config
        self.out = Bindings()
        self.points: dict[Symbol, list[ConstAssign]] = {}  # F(1) = 2

    def bind(self) -> Bindings:
        for entry in self.config.constants:
            self.assign(entry)
        for symbol, points in self.points.items():
            self.out.replaced[symbol] = self.by_points(symbol, points)
        left = {entry.name for entry in self.config.replacements if entry.module is None}
        for replacement in self.config.replacements:
            if replacement.target in left:
                raise TlaError("C024", f"'{replacement.target}' is itself replaced", replacement.span)
            self.replace(replacement)
        mark_recursive(self.out.replaced)
        missing = [c for c in self.root.constants if c not in self.out.constants and c not in self.out.replaced]
        if missing:
            names = ", ".join(f"'{constant.name}'" for constant in missing)
            notes = tuple((f"'{c.name}' is declared here", c.span) for c in missing)
            where = self.config.file
            raise TlaError("C020", f"no value for {names} in {where.name}", Span(where, 0, 0), notes=notes)
        return self.out

    # ---- Name = value ----

    def assign(self, entry: ConstAssign) -> None:
        symbol = self.left_side(entry)
        if symbol is None:
            return
        if entry.args:
            if arity_of(symbol) != len(entry.args):
                self.wrong_count(entry, symbol, len(entry.args))
            self.points.setdefault(symbol, []).append(entry)
            return
        value = to_value(entry.value)
        if isinstance(symbol, Constant) and not symbol.arity:
            self.out.constants[symbol] = value
        elif arity_of(symbol):
            raise TlaError("C026", f"'{entry.name}' takes {arity_of(symbol)} arguments", entry.span)
        else:
            body = self.literal(value, entry.span)
            self.out.replaced[symbol] = Definition(symbol.name, entry.span, symbol.module, body=body)

    def left_side(self, entry: ConstAssign | ConstReplace) -> Symbol | None:
        """The constant or definition that an entry speaks of; None (with a warning) if there is none."""
        name = canonical(entry.name)
        if entry.module is not None:
            return self.in_module(entry, name)
        symbol = self.root.names.get(name)
        if isinstance(symbol, Constant | Definition):
            return symbol
        if isinstance(entry, ConstAssign):  # TLC takes no notice of such an entry
            self.out.warnings.append((f"'{entry.name}' is not in module {self.root.name}; the entry has no effect",
                                      entry.span))
            return None
        text = f"'{entry.name}' is neither declared nor defined in module {self.root.name}"
        raise TlaError("C021", text, entry.span, mend=near(entry.name, self.root.names))

    def in_module(self, entry: ConstAssign | ConstReplace, name: str) -> Symbol:
        assert entry.module is not None
        module = self.root.modules.get(entry.module)
        if module is None:
            mend = near(entry.module, self.root.modules)
            raise TlaError("C025", f"the spec has no module '{entry.module}'", entry.span, mend=mend)
        symbol = module.names.get(name)
        if not isinstance(symbol, Definition):
            text = f"module {entry.module} defines no '{entry.name}'"
            raise TlaError("C021", text, entry.span, mend=near(entry.name, module.definitions))
        return symbol

    def literal(self, value: Value, span: Span) -> tree.Expr:
        """An expression that has this value: a constant of our own."""
        constant = Constant(f"value {len(self.out.constants)}", span, self.root.name)
        self.out.constants[constant] = value
        return tree.Appl(span, constant)

    def by_points(self, symbol: Symbol, points: list[ConstAssign]) -> Definition:
        """An operator given by its values: `F(1) = 2 F(2) = 3`."""
        span = points[0].span
        params = tuple([Param(f"a{at}", span, self.root.name) for at in range(len(points[0].args))])
        arms = []
        for point in points:
            equal = [
                tree.Appl(point.span, BUILTINS["="], (tree.Appl(span, param), self.literal(to_value(arg), point.span)))
                for param, arg in zip(params, point.args, strict=True)
            ]
            arms.append((tree.Junct(point.span, "/\\", tuple(equal)), self.literal(to_value(point.value), point.span)))
        return Definition(symbol.name, span, self.root.name, params, tree.CaseExpr(span, tuple(arms), None))

    # ---- Name <- Definition ----

    def replace(self, entry: ConstReplace) -> None:
        symbol = self.left_side(entry)
        assert symbol is not None
        target = self.right_side(entry)
        if isinstance(target, Constant) and not target.arity and isinstance(symbol, Constant):
            if target not in self.out.constants:
                raise TlaError("C022", f"the constant '{entry.target}' has no value here", entry.span)
            self.out.constants[symbol] = self.out.constants[target]
            return
        if arity_of(target) != arity_of(symbol):
            self.wrong_count(entry, symbol, arity_of(target))
        definition = self.as_definition(target, entry)
        if isinstance(symbol, Constant) and not symbol.arity and definition.level > Level.CONSTANT:
            text = f"the constant '{entry.name}' is to be '{entry.target}', which depends on variables"
            raise TlaError("C027", text, entry.span, notes=((f"'{entry.target}' is defined here", target.span),))
        self.out.replaced[symbol] = definition

    def right_side(self, entry: ConstReplace) -> Symbol:
        name = canonical(entry.target)
        target = self.root.names.get(name) or BUILTINS.get(name)
        if target is None or isinstance(target, tree.Variable | tree.InstanceName):
            text = f"'{entry.target}' is not defined in module {self.root.name}"
            raise TlaError("C022", text, entry.span, mend=near(entry.target, self.root.names))
        return target

    def as_definition(self, target: Symbol, entry: ConstReplace) -> Definition:
        if isinstance(target, Definition):
            return target.complete()
        count = 2 if arity_of(target) < 0 else arity_of(target)
        params = tuple([Param(f"a{at}", entry.span, self.root.name) for at in range(count)])
        body = tree.Appl(entry.span, target, tuple([tree.Appl(entry.span, param) for param in params]))
        return Definition(entry.target, entry.span, self.root.name, params, body)

    def wrong_count(self, entry: ConstAssign | ConstReplace, symbol: Symbol, given: int) -> None:
        text = f"'{entry.name}' takes {arity_of(symbol)} arguments, and what is given for it takes {given}"
        raise TlaError("C023", text, entry.span, notes=(("it is declared here", symbol.span),))
