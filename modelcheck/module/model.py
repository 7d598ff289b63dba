"""A spec and its cfg together: everything a checker has to know, every name resolved.

`build_model` applies a `Config` to a resolved module: values and replacements of constants (`constants.py`), the
initial predicate, the next-state action and the fairness of the specification (`split.py`), and what is to be
checked. Follows TLC, also in what it refuses (codes C020 to C039).
"""

from __future__ import annotations

from collections.abc import Callable

from modelcheck.errors import TlaError
from modelcheck.module import tree
from modelcheck.module.constants import Bindings, bind
from modelcheck.module.scope import near
from modelcheck.module.split import Parts, level_of, split_property, split_spec
from modelcheck.module.tree import (
    Assumption,
    Constant,
    Definition,
    Expr,
    Level,
    ResolvedModule,
    Symbol,
    Variable,
)
from modelcheck.records import dataclass, field
from modelcheck.source import Span
from modelcheck.syntax.config import CfgName, Config
from modelcheck.values import Value


@dataclass(frozen=True, slots=True)
class Named:
    """A formula with the name the cfg gives it; `span` is the definition's place."""

    name: str
    expr: Expr
    span: Span | None


@dataclass(frozen=True, slots=True)
class Property:
    """A PROPERTY: its initial predicates, its parts `[][A]_v` (action, subscript), its liveness parts, and the whole.

    Its parts `[]P` with a state predicate P are invariants of the model, under the property's name.
    """

    name: str
    inits: list[Expr]
    boxes: list[tuple[Expr, Expr]]
    liveness: list[Expr]
    expr: Expr
    span: Span | None


@dataclass(slots=True)
class Model:
    """What is to be checked.

    `constants` and `replaced` say what constants and definitions stand for (compare symbols by identity). Every
    expression stands in the root module. `next` is None if there is no next-state action. `subscript`: the `v` of
    `[][next]_v`, if the specification has one.
    """

    root: ResolvedModule
    config: Config
    variables: tuple[Variable, ...]
    constants: dict[Constant, Value]
    replaced: dict[Symbol, Definition]
    inits: list[Expr] = field(default_factory=list)
    next: Expr | None = None
    subscript: Expr | None = None
    fairness: list[Expr] = field(default_factory=list)
    invariants: list[Named] = field(default_factory=list)
    constraints: list[Named] = field(default_factory=list)
    action_constraints: list[Named] = field(default_factory=list)
    properties: list[Property] = field(default_factory=list)
    view: Expr | None = None
    alias: Expr | None = None
    symmetry: Expr | None = None
    postcondition: Named | None = None
    check_deadlock: bool = True
    assumptions: list[Assumption] = field(default_factory=list)
    warnings: list[tuple[str, Span | None]] = field(default_factory=list)


def build_model(root: ResolvedModule, config: Config) -> Model:
    """The model of a module and a cfg. Raises `TlaError` with a `C` code."""
    from modelcheck.module.deep import run_deep

    return run_deep(lambda: _Builder(root, config).build())


class _Builder:
    def __init__(self, root: ResolvedModule, config: Config) -> None:
        self.root = root
        self.config = config
        self.bindings: Bindings = bind(root, config)

    def build(self) -> Model:
        root, config = self.root, self.config
        self.refuse_unsupported()
        model = Model(root, config, tuple(root.variables), self.bindings.constants, self.bindings.replaced)
        model.warnings += [*root.warnings, *self.bindings.warnings]
        model.assumptions = list(root.assumptions)
        model.invariants = [self.named(name, "INVARIANT", Level.STATE) for name in config.invariants]
        self.specification(model)
        for name in config.properties:
            self.property(name, model)
        self.check_complete(model)
        model.constraints = [self.named(name, "CONSTRAINT", Level.STATE) for name in config.constraints]
        model.action_constraints = [
            self.named(name, "ACTION_CONSTRAINT", Level.ACTION) for name in config.action_constraints
        ]
        model.view = self.optional(config.view, "VIEW", Level.STATE)
        model.alias = self.optional(config.alias, "ALIAS", Level.ACTION)
        model.symmetry = self.optional(config.symmetry, "SYMMETRY", Level.CONSTANT)
        if config.postcondition is not None:
            model.postcondition = self.named(config.postcondition, "POSTCONDITION", Level.ACTION)
        model.check_deadlock = config.check_deadlock is not False
        return model

    def refuse_unsupported(self) -> None:
        config = self.config
        entries = (("_PERIODIC", config.periodic), ("_RL_REWARD", config.rl_reward))
        for keyword, name in (*entries, *[("_POSSIBLE", name) for name in config.possible]):
            if name is not None:
                raise TlaError("C039", f"{keyword} is not supported", name.span)
        for name in config.postconditions[1:]:
            raise TlaError("C039", "only one POSTCONDITION is supported", name.span)

    # ---- names of the cfg ----

    def formula(self, name: CfgName, keyword: str) -> Expr:
        """The formula that a name of the cfg stands for."""
        symbol = self.root.names.get(name.name)
        if not isinstance(symbol, Definition | Constant):
            what = f"'{name.name}', named under {keyword},"
            definitions = [n for n, s in self.root.names.items() if isinstance(s, Definition)]
            text = f"{what} is not defined in module {self.root.name}"
            raise TlaError("C030", text, name.span, mend=near(name.name, definitions))
        if (symbol.params if isinstance(symbol, Definition) else symbol.arity):
            notes = (("it is defined here", symbol.span),)
            raise TlaError("C031", f"'{name.name}', named under {keyword}, takes arguments", name.span, notes=notes)
        if isinstance(symbol, Definition):
            symbol.complete()
        return tree.Appl(symbol.span, symbol)

    def named(self, name: CfgName, keyword: str, highest: Level) -> Named:
        """A formula of at most that level."""
        expr = self.formula(name, keyword)
        level = Level(level_of(expr))
        if level > highest:
            text = f"'{name.name}', named under {keyword}, is of {level.name.lower()} level"
            if keyword == "INVARIANT" and level == Level.TEMPORAL:
                raise TlaError("C032", text, name.span, mend=f"write PROPERTY {name.name}")
            raise TlaError("C032", text, name.span)
        return Named(name.name, expr, expr.span)

    def optional(self, name: CfgName | None, keyword: str, highest: Level) -> Expr | None:
        return None if name is None else self.named(name, keyword, highest).expr

    # ---- the specification ----

    def specification(self, model: Model) -> None:
        config = self.config
        if config.specification is not None:
            for other in (config.init, config.next):
                if other is not None:
                    raise TlaError("C033", "the cfg gives both SPECIFICATION and INIT or NEXT", other.span)
            whole = self.formula(config.specification, "SPECIFICATION")
            parts = self.split(split_spec, whole, config.specification)
            model.inits, model.fairness = parts.inits, parts.temporal
            if parts.boxes:
                ((model.next, model.subscript),) = parts.boxes
            return
        if config.init is not None:
            model.inits = [self.named(config.init, "INIT", Level.STATE).expr]
        if config.next is not None:
            model.next = self.named(config.next, "NEXT", Level.ACTION).expr

    def split(self, work: Callable[..., Parts], whole: Expr, name: CfgName) -> Parts:
        """Take a formula apart; an error also tells which entry of the cfg led to it."""
        try:
            return work(whole, self.root, self.bindings.replaced)
        except TlaError as error:
            error.notes = (*error.notes, (f"'{name.name}' is named here", name.span))
            raise

    def property(self, name: CfgName, model: Model) -> None:
        whole = self.formula(name, "PROPERTY")
        parts = self.split(split_property, whole, name)
        model.properties.append(Property(name.name, parts.inits, parts.boxes, parts.temporal, whole, whole.span))
        model.invariants += [Named(name.name, always, always.span) for always in parts.always]

    def check_complete(self, model: Model) -> None:
        """What TLC asks for before it starts."""
        begin = Span(self.config.file, 0, 0)
        checked = bool(model.invariants) or any(p.boxes or p.liveness for p in model.properties)
        initial = any(p.inits for p in model.properties)
        if not model.inits and (model.variables or checked or initial):
            raise TlaError("C034", f"{self.config.file.name} names no initial predicate", begin)
        if model.next is None and checked:
            raise TlaError("C035", f"{self.config.file.name} names no next-state action", begin)
