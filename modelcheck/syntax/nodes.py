"""The syntax tree: what a TLA+ text says, before any name is resolved.

One frozen, slotted dataclass per construct of the grammar (*Specifying Systems*, chapter 15; the TLA+ version 2
guide for `LAMBDA`, `RECURSIVE`, labels, `ASSUME … PROVE` and proofs). Every node carries the `Span` of its text;
spans take no part in equality, so that a printed and reread tree equals the first. Parentheses leave no node:
the printer puts them where precedence needs them. Cover forms are already sorted here (`[x \\in S |-> e]` is a
`FnCons`, `[x |-> e]` a `Record`; `{x \\in S : p}` a `SetFilter`, `{e : x \\in S}` a `SetMap`).
"""

from __future__ import annotations

from typing import TypeAlias

from modelcheck.records import dataclass, field
from modelcheck.source import Span


@dataclass(frozen=True, slots=True)
class Node:
    """What every node has: the place of its text."""

    span: Span = field(compare=False, repr=False)


# ---- names ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PathStep(Node):
    """One step of a compound name `A(x)!B!1`: a name or selector (`1 2 … << >> @ :`), with its arguments."""

    name: str
    args: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name as an operand: `x`, `Inst!Op`, `Inst(a)!Op` (prefix steps carry their own arguments).

    `path` are the steps before the last; `name` is the last one. `name` is an identifier, an operator symbol
    (`+` passed as an argument, `Inst!+`), or a selector for subexpressions.
    """

    name: str
    path: tuple[PathStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Apply(Node):
    """`op(args)`, also written infix, prefix or postfix (`fix` tells which, for the printer).

    For symbols `op.name` is canonical: the operator table maps synonyms to one (`\\land` to `/\\`, `#` and `/=` one
    name, `-` with one operand is `-.`).  Prime is the postfix operator `'`.
    """

    op: Name
    args: tuple[Expr, ...]
    fix: str = "call"  # "call" | "infix" | "prefix" | "postfix"


# ---- literals and constructors ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number(Node):
    """An integer literal (`\\b101`, `\\o17`, `\\hFF` too). Decimals are `Decimal`."""

    value: int


@dataclass(frozen=True, slots=True)
class Decimal(Node):
    """A literal with a point, as written."""

    text: str


@dataclass(frozen=True, slots=True)
class String(Node):
    """A string literal; `value` without quotes and escapes."""

    value: str


@dataclass(frozen=True, slots=True)
class Junction(Node):
    """A bulleted list; `op` is `/\\` or `\\/`."""

    op: str
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class TupleExpr(Node):
    """`<<e1, …, en>>`."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class SetEnum(Node):
    """`{e1, …, en}`."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Bound(Node):
    """`x, y \\in S` or `<<x, y>> \\in S` (`is_tuple`) in a binder; `domain` is None where the binder has no set."""

    names: tuple[BoundName, ...]
    domain: Expr | None
    is_tuple: bool = False


@dataclass(frozen=True, slots=True)
class BoundName(Node):
    """One bound identifier."""

    name: str


@dataclass(frozen=True, slots=True)
class SetFilter(Node):
    """`{x \\in S : p}`."""

    bound: Bound
    predicate: Expr


@dataclass(frozen=True, slots=True)
class SetMap(Node):
    """`{e : x \\in S, …}`."""

    body: Expr
    bounds: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`\\A`, `\\E` (bounded or not), and the temporal `\\AA`, `\\EE`."""

    quantifier: str
    bounds: tuple[Bound, ...]
    body: Expr


@dataclass(frozen=True, slots=True)
class Choose(Node):
    """`CHOOSE x \\in S : p` (one name or one tuple; domain may be None)."""

    bound: Bound
    body: Expr


@dataclass(frozen=True, slots=True)
class FnApply(Node):
    """`f[e1, …, en]`."""

    fn: Expr
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class FnCons(Node):
    """`[x \\in S, … |-> e]`."""

    bounds: tuple[Bound, ...]
    body: Expr


@dataclass(frozen=True, slots=True)
class FnSet(Node):
    """`[S -> T]`."""

    domain: Expr
    codomain: Expr


@dataclass(frozen=True, slots=True)
class Field(Node):
    """`name |-> e` in a record, `name : S` in a set of records."""

    name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Record(Node):
    """`[a |-> e, …]`."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class RecordSet(Node):
    """`[a : S, …]`."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Dot(Node):
    """`e.name`."""

    record: Expr
    name: str


@dataclass(frozen=True, slots=True)
class IndexStep(Node):
    """`[e1, …]` in an EXCEPT path."""

    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class FieldStep(Node):
    """`.name` in an EXCEPT path."""

    name: str


@dataclass(frozen=True, slots=True)
class Update(Node):
    """`!path = e` in an EXCEPT."""

    path: tuple[IndexStep | FieldStep, ...]
    value: Expr


@dataclass(frozen=True, slots=True)
class Except(Node):
    """`[f EXCEPT !… = e, …]`."""

    fn: Expr
    updates: tuple[Update, ...]


@dataclass(frozen=True, slots=True)
class At(Node):
    """`@` inside an EXCEPT."""


# ---- control, definitions inside expressions ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class If(Node):
    """`IF c THEN a ELSE b`."""

    condition: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True, slots=True)
class Arm(Node):
    """`guard -> value` of a CASE."""

    guard: Expr
    value: Expr


@dataclass(frozen=True, slots=True)
class Case(Node):
    """`CASE g1 -> e1 [] … [] OTHER -> e`."""

    arms: tuple[Arm, ...]
    other: Expr | None


@dataclass(frozen=True, slots=True)
class Let(Node):
    """`LET defs IN body`; the definitions are `OpDef`, `FnDef`, `InstanceDef` or `Recursive` units."""

    defs: tuple[Unit, ...]
    body: Expr


@dataclass(frozen=True, slots=True)
class Lambda(Node):
    """`LAMBDA x, y : e`, only as an argument or in a substitution."""

    params: tuple[BoundName, ...]
    body: Expr


@dataclass(frozen=True, slots=True)
class Label(Node):
    """`name(params) :: e`."""

    name: str
    params: tuple[BoundName, ...]
    body: Expr


# ---- action and temporal forms ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ActionBox(Node):
    """`[A]_v`."""

    action: Expr
    subscript: Expr


@dataclass(frozen=True, slots=True)
class ActionAngle(Node):
    """`<<A>>_v`."""

    action: Expr
    subscript: Expr


@dataclass(frozen=True, slots=True)
class Fairness(Node):
    """`WF_v(A)` or `SF_v(A)`; `kind` is `WF` or `SF`."""

    kind: str
    subscript: Expr
    action: Expr


# ---- units of a module --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpDecl(Node):
    """A declared or formal operator: `x`, `Op(_, _)`, `_ + _`, `-. _`, `_ ^#`. `fix` as in `Apply`."""

    name: str
    arity: int = 0
    fix: str = "call"


@dataclass(frozen=True, slots=True)
class ConstantDecl(Node):
    """`CONSTANT`/`CONSTANTS`."""

    decls: tuple[OpDecl, ...]


@dataclass(frozen=True, slots=True)
class VariableDecl(Node):
    """`VARIABLE`/`VARIABLES`."""

    names: tuple[BoundName, ...]


@dataclass(frozen=True, slots=True)
class Recursive(Node):
    """`RECURSIVE`."""

    decls: tuple[OpDecl, ...]


@dataclass(frozen=True, slots=True)
class OpDef(Node):
    """`Op(params) == body`, also infix/prefix/postfix definitions (`fix`). `name_span` is the name alone."""

    name: str
    params: tuple[OpDecl, ...]
    body: Expr
    local: bool = False
    fix: str = "call"
    name_span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class FnDef(Node):
    """`f[x \\in S] == e`."""

    name: str
    bounds: tuple[Bound, ...]
    body: Expr
    local: bool = False
    name_span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Substitution(Node):
    """`name <- e` in `WITH`; `value` may be a `Name` of an operator or a `Lambda`."""

    name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Instance(Node):
    """`INSTANCE M WITH …` as a unit."""

    module: str
    substitutions: tuple[Substitution, ...]
    local: bool = False


@dataclass(frozen=True, slots=True)
class InstanceDef(Node):
    """`I(params) == INSTANCE M WITH …`."""

    name: str
    params: tuple[OpDecl, ...]
    instance: Instance
    local: bool = False
    name_span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Assume(Node):
    """`ASSUME`/`ASSUMPTION`/`AXIOM`, perhaps named; `keyword` as written."""

    keyword: str
    name: str | None
    body: Expr | AssumeProve


@dataclass(frozen=True, slots=True)
class NewDecl(Node):
    """`NEW CONSTANT x \\in S` and its kin in `ASSUME … PROVE`; `kind`: CONSTANT VARIABLE STATE ACTION TEMPORAL."""

    kind: str
    decl: OpDecl
    domain: Expr | None = None


@dataclass(frozen=True, slots=True)
class AssumeProve(Node):
    """`ASSUME a1, … PROVE goal`; `label` for a labelled nested one; `boxed` for `[]ASSUME … []PROVE`."""

    assumptions: tuple[Expr | NewDecl | AssumeProve, ...]
    goal: Expr
    boxed: bool = False
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Theorem(Node):
    """`THEOREM`/`LEMMA`/`PROPOSITION`/`COROLLARY`, perhaps named, with its proof (structure only)."""

    keyword: str
    name: str | None
    body: Expr | AssumeProve
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class UseHide(Node):
    """`USE`/`HIDE [ONLY] facts DEFS defs` as a unit or proof step. `defs` names may be `MODULE M` as `Name`."""

    keyword: str
    facts: tuple[Expr, ...]
    defs: tuple[Expr, ...]
    only: bool = False


@dataclass(frozen=True, slots=True)
class Separator(Node):
    """`----`."""


@dataclass(frozen=True, slots=True)
class Module(Node):
    """A module; nested modules are units of it."""

    name: str
    extends: tuple[BoundName, ...]
    units: tuple[Unit, ...]


# ---- proofs (read as structure, never evaluated) --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ModuleFact(Node):
    """`MODULE M` in the facts or definitions of a `BY`, `USE` or `HIDE`."""

    name: str


@dataclass(frozen=True, slots=True)
class ProofLeaf(Node):
    """`OBVIOUS`, `OMITTED` or `BY [ONLY] facts DEF defs`; facts and defs are expressions or `ModuleFact`."""

    keyword: str
    facts: tuple[Expr, ...] = ()
    defs: tuple[Expr, ...] = ()
    only: bool = False


@dataclass(frozen=True, slots=True)
class ProofStep(Node):
    """One step: `level` and `label` of `<1>a.`; `keyword` tells which body:

    ``ASSERT`` (expression or AssumeProve) · ``SUFFICES`` · ``CASE`` · ``PICK`` · ``HAVE`` · ``TAKE`` · ``WITNESS`` ·
    ``DEFINE`` (units) · ``USE``/``HIDE`` (UseHide) · ``INSTANCE`` (Instance) · ``QED``.
    """

    level: str
    label: str | None
    keyword: str
    body: tuple[Expr | AssumeProve | Unit | Bound, ...]
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class ProofSteps(Node):
    """A structured proof."""

    steps: tuple[ProofStep, ...]


Proof: TypeAlias = ProofLeaf | ProofSteps

Expr: TypeAlias = (
    Name | Apply | Number | Decimal | String | Junction | TupleExpr | SetEnum | SetFilter | SetMap | Quantified
    | Choose | FnApply | FnCons | FnSet | Record | RecordSet | Dot | Except | At | If | Case | Let | Lambda | Label
    | ActionBox | ActionAngle | Fairness | ModuleFact
)  # fmt: skip

Unit: TypeAlias = (
    ConstantDecl | VariableDecl | Recursive | OpDef | FnDef | Instance | InstanceDef | Assume | Theorem | UseHide
    | Separator | Module
)  # fmt: skip
