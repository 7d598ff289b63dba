"""The resolved tree: expressions whose every name is bound to a symbol.

Made by `module/` from the syntax tree; read by `ir/lower.py` alone. Symbols are compared by identity. An `INSTANCE`
leaves one `Definition` per definition of the instantiated module (`I!Op`), whose body is a `Subst` around the
original body; `Subst` is an environment: inside its body (and inside the definitions of that module that the body
calls) each mapped symbol stands for its expression, which is read in the environment *outside* the `Subst`.

Sources: *Specifying Systems*, chapters 16 and 17 (the meaning of operators, modules and substitution); the names
`Subst`, `Definition` follow SANY's semantic nodes `SubstInNode`, `OpDefNode`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any, TypeAlias

from modelcheck.records import dataclass, field
from modelcheck.source import Span


class Level(IntEnum):
    """How much of a behavior an expression speaks about."""

    CONSTANT = 0
    STATE = 1
    ACTION = 2
    TEMPORAL = 3


# ---- symbols ------------------------------------------------------------------------------------------------


@dataclass(eq=False, slots=True, repr=False)
class Symbol:
    """Something a name can be bound to. `module` is the name of the module whose text declares it."""

    name: str
    span: Span | None
    module: str


@dataclass(eq=False, slots=True, repr=False)
class Constant(Symbol):
    """A declared CONSTANT (also `NEW CONSTANT` of an ASSUME/PROVE)."""

    arity: int = 0


@dataclass(eq=False, slots=True, repr=False)
class Variable(Symbol):
    """A declared VARIABLE."""


@dataclass(eq=False, slots=True, repr=False)
class BoundVar(Symbol):
    """An identifier bound by a quantifier, CHOOSE, set or function constructor."""


@dataclass(eq=False, slots=True, repr=False)
class Param(Symbol):
    """A formal parameter of a definition or LAMBDA; `arity` > 0 for an operator parameter."""

    arity: int = 0


@dataclass(eq=False, slots=True, repr=False)
class Definition(Symbol):
    """A defined operator (module level, LET, instance).

    `kind`: `op` (an operator), `fn` (`f[x \\in S] == e`: no parameters, body is a `FnCons` in which the definition
    itself may occur) or `fact` (a named THEOREM or ASSUME; `body` is None if it is an `ASSUME … PROVE`).
    `recursive`: declared RECURSIVE. `origin`: for `I!Op`, the definition of the instantiated module (overrides of
    standard modules are looked up by `origin`'s module and name). `body` is None only while the definition is
    being resolved, and for library definitions that nothing uses yet (see `complete`).
    """

    params: tuple[Param, ...] = ()
    body: Expr | None = None
    level: Level = Level.CONSTANT
    kind: str = "op"
    recursive: bool = False
    local: bool = False
    origin: Definition | None = None
    closed: bool = False  # mentions no declared constant or variable, so no substitution changes it
    pending: Callable[[Definition], None] | None = None  # set while a library definition waits for its first use
    info: object = None  # what the level check knows about it (module/level.py)

    def complete(self) -> Definition:
        """Itself, with `body` and `level` there (library definitions are resolved at their first use)."""
        if self.pending is not None:
            self.pending(self)
        return self


@dataclass(eq=False, slots=True, repr=False)
class InstanceName(Symbol):
    """The `I` of `I(params) == INSTANCE M`; stands only before `!`. `own`: how many of `params` are `I`'s own."""

    params: tuple[Param, ...] = ()
    own: int = 0
    local: bool = False


@dataclass(eq=False, slots=True, repr=False)
class Builtin(Symbol):
    """An operator of the language itself (not of a module), by its canonical name; arity -1: any number.

    `= /= ~ /\\ \\/ => <=> \\in \\notin \\cup \\cap \\ \\subseteq SUBSET UNION DOMAIN \\X TRUE FALSE BOOLEAN STRING`
    `' UNCHANGED ENABLED \\cdot [] <> ~> -+->`. (`\\X` is n-ary: `A \\X B \\X C` has three operands.)
    """

    arity: int = 0


# ---- expressions --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Expr_:
    """What every expression has: the place of its text."""

    span: Span | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Num(Expr_):
    value: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Str(Expr_):
    value: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Dec(Expr_):
    """A literal with a point, as written (refused when evaluated unless it is a whole number)."""

    text: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Appl(Expr_):
    """A symbol applied to arguments (none for a nullary one). Operator arguments are `OpArg`."""

    symbol: Symbol
    args: tuple[Expr | OpArg, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OpArg(Expr_):
    """An operator passed as an argument: a symbol of arity > 0, or a LAMBDA (`params`, `body`)."""

    symbol: Symbol | None
    params: tuple[Param, ...] = ()
    body: Expr | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Junct(Expr_):
    """`/\\` or `\\/` of any number of operands (bulleted lists; infix chains may come as `Appl` of the builtin)."""

    op: str
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Binding:
    """`x, y \\in S` (several names over one domain) or `<<x, y>> \\in S` (`is_tuple`). `domain` None: unbounded."""

    names: tuple[BoundVar, ...]
    domain: Expr | None
    is_tuple: bool
    span: Span | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Quant(Expr_):
    """`\\A \\E \\AA \\EE`."""

    quantifier: str
    bindings: tuple[Binding, ...]
    body: Expr


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ChooseExpr(Expr_):
    binding: Binding
    body: Expr


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SetOf(Expr_):
    """`{e1, …, en}`."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Filter(Expr_):
    """`{x \\in S : p}`."""

    binding: Binding
    predicate: Expr


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MapSet(Expr_):
    """`{e : x \\in S, …}`."""

    body: Expr
    bindings: tuple[Binding, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TupleOf(Expr_):
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FnConsExpr(Expr_):
    """`[x \\in S, … |-> e]`; more than one bound name: the domain is a set of tuples."""

    bindings: tuple[Binding, ...]
    body: Expr


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FnSetExpr(Expr_):
    domain: Expr
    codomain: Expr


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FnAppl(Expr_):
    """`f[e1, …, en]`; n > 1 applies to the tuple."""

    fn: Expr
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RecordExpr(Expr_):
    fields: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RecordSetExpr(Expr_):
    fields: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DotExpr(Expr_):
    record: Expr
    field_name: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ExceptExpr(Expr_):
    """`[f EXCEPT !p1 = e1, …]`; a path is a tuple of index expressions (`.name` is a `Str`, `[a, b]` a `TupleOf`)."""

    fn: Expr
    updates: tuple[tuple[tuple[Expr, ...], Expr], ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AtExpr(Expr_):
    """`@`: the value being replaced by the innermost EXCEPT update around it."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class IfExpr(Expr_):
    condition: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CaseExpr(Expr_):
    arms: tuple[tuple[Expr, Expr], ...]
    other: Expr | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LetExpr(Expr_):
    """`LET defs IN body`; instance definitions of the LET are already unfolded into `defs`."""

    defs: tuple[Definition, ...]
    body: Expr


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Subst(Expr_):
    """`body` in the environment extended by `mapping` (see the module's docstring). Keys: Constant, Variable, Param."""

    mapping: tuple[tuple[Symbol, Expr | OpArg], ...]
    body: Expr


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Box(Expr_):
    """`[A]_v`."""

    action: Expr
    subscript: Expr


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Angle(Expr_):
    """`<<A>>_v`."""

    action: Expr
    subscript: Expr


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Fair(Expr_):
    """`WF_v(A)`, `SF_v(A)`."""

    kind: str
    subscript: Expr
    action: Expr


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LabelExpr(Expr_):
    """`name(params) :: e`; means `e`. `params` are the bound identifiers it names (for `Op!name(args)`)."""

    name: str
    body: Expr
    params: tuple[Symbol, ...] = ()


Expr: TypeAlias = (
    Num | Str | Dec | Appl | Junct | Quant | ChooseExpr | SetOf | Filter | MapSet | TupleOf | FnConsExpr | FnSetExpr
    | FnAppl | RecordExpr | RecordSetExpr | DotExpr | ExceptExpr | AtExpr | IfExpr | CaseExpr | LetExpr | Subst
    | Box | Angle | Fair | LabelExpr
)  # fmt: skip


# ---- modules ------------------------------------------------------------------------------------------------


@dataclass(eq=False, slots=True, repr=False)
class Assumption:
    """An ASSUME: `name` if it has one; `expr` is None for an `ASSUME … PROVE` (nothing to evaluate)."""

    name: str | None
    expr: Expr | None
    span: Span | None
    module: str


@dataclass(eq=False, slots=True, repr=False)
class ResolvedModule:
    """A module with everything it sees.

    `constants` and `variables` are in order of declaration, inherited ones (EXTENDS) first. `definitions` holds every
    name visible in it (its own, inherited, `I!Op` of named and `Op` of unnamed instances); those of libraries may
    still be `pending` (call `complete()` before reading one that no resolved expression mentions). `assumptions`
    include those of the modules it extends (not those of instances), and no axioms. `standard`: our text of a library
    module.
    """

    name: str
    span: Span | None
    extends: tuple[ResolvedModule, ...] = ()
    constants: list[Constant] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    definitions: dict[str, Definition] = field(default_factory=dict)
    assumptions: list[Assumption] = field(default_factory=list)
    theorems: dict[str, Expr | None] = field(default_factory=dict)
    standard: bool = False
    names: dict[str, Symbol] = field(default_factory=dict)  # everything visible at its end, declarations too
    modules: dict[str, ResolvedModule] = field(default_factory=dict)  # of a root: every module of a file it needs
    warnings: list[tuple[str, Span | None]] = field(default_factory=list)
    context: Any = None  # of a root: its Scope and Loader, for expressions resolved in it later
