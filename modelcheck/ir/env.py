"""Environments: what each symbol stands for while an expression is lowered.

An environment maps symbols to bindings and is never changed (extending it makes a new one). Names are resolved
already, so there is no shadowing to care about; the same symbol can still stand for different things in different
places (a parameter of an operator that is called twice, a variable under two INSTANCE substitutions).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from modelcheck.ir import ops
from modelcheck.module import tree
from modelcheck.records import dataclass, field
from modelcheck.values import Value


@dataclass(eq=False, slots=True)
class SlotBinding:
    """A local slot that holds a value. `lazy`: it holds the thunk of a recursive operator's argument."""

    slot: int
    name: str
    lazy: bool = False


@dataclass(eq=False, slots=True)
class OperatorSlot:
    """A local slot that holds an operator (a Python callable)."""

    slot: int
    name: str


@dataclass(eq=False, slots=True)
class Fixed:
    """A value known while lowering (a quantifier over a constant set, unrolled)."""

    value: Value


@dataclass(eq=False, slots=True)
class Inline:
    """An expression of another environment, lowered wherever the symbol occurs."""

    expr: tree.Expr
    env: Env


@dataclass(eq=False, slots=True)
class EnabledVar:
    """A substituted variable inside an ENABLED: primed it is a variable of the ENABLED's own next state.

    ENABLED binds the primed variables of its module, so a substitution from outside reaches only unprimed ones
    (*Specifying Systems*, 17.8; TLC cuts its contexts there).
    """

    index: int
    inner: Inline


@dataclass(eq=False, slots=True)
class Memo:
    """As `Inline`, but evaluated at most once per context: `slots` are the lazy slots that the context must clear.

    `lowered` keeps, per way of reading (primed or not, and in which action), the op made for it.
    """

    expr: tree.Expr
    env: Env
    name: str
    slots: list[int] = field(default_factory=list)
    lowered: dict[object, ops.Op] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Operator:
    """An operator argument (symbol or LAMBDA) with the environment it was written in."""

    arg: tree.OpArg
    env: Env


@dataclass(eq=False, slots=True)
class LetBinding:
    """A definition of a LET with the environment of its body (which contains the LET's own definitions)."""

    definition: tree.Definition
    env: Env
    memo: Memo | None = None


@dataclass(eq=False, slots=True)
class SelfBinding:
    """A recursive function inside its own body: the slot that holds it. `used` once it is read."""

    slot: int
    name: str
    used: bool = False


Binding: TypeAlias = (
    EnabledVar | SlotBinding | Fixed | OperatorSlot | Inline | Memo | Operator | LetBinding | SelfBinding
)  # fmt: skip


class Env:
    """An immutable map from symbols to bindings."""

    __slots__ = ("_map", "_module")

    def __init__(self, bindings: Mapping[tree.Symbol, Binding] | None = None) -> None:
        self._map: dict[tree.Symbol, Binding] = dict(bindings or {})
        self._module: Env | None = None

    def get(self, symbol: tree.Symbol) -> Binding | None:
        """The binding of a symbol, or None."""
        return self._map.get(symbol)

    def extend(self, pairs: Iterable[tuple[tree.Symbol, Binding]]) -> Env:
        """This environment with more bindings."""
        new = Env(self._map)
        new._map.update(pairs)
        return new

    def module_part(self) -> Env:
        """Only what definitions of a module can see: the substitutions of its constants and variables."""
        if self._module is None:
            seen = (tree.Constant, tree.Variable)
            kept: dict[tree.Symbol, Binding] = {s: b for s, b in self._map.items() if isinstance(s, seen)}
            if len(kept) == len(self._map):
                self._module = self
            else:
                self._module = Env(kept)
                self._module._module = self._module
        return self._module

    def substituted_variables(self) -> list[tuple[tree.Variable, Inline]]:
        """Variables that stand for expressions."""
        return [(s, b) for s, b in self._map.items() if isinstance(s, tree.Variable) and isinstance(b, Inline)]

    def fixed(self) -> list[tuple[tree.Symbol, Value]]:
        """Names that have a value already (quantifiers unrolled around a temporal formula)."""
        return [(s, b.value) for s, b in self._map.items() if isinstance(b, Fixed)]

    def is_empty(self) -> bool:
        """Whether nothing is bound."""
        return not self._map

    def key(self) -> frozenset[tuple[int, int]]:
        """Equal for environments that bind the same symbols to the same things."""
        return frozenset((id(s), id(b)) for s, b in self._map.items())


EMPTY = Env()

Arg: TypeAlias = tuple[tree.Expr | tree.OpArg, Env]  # an argument, with the environment it was written in


def arity_of(arg: tree.OpArg) -> int:
    """How many arguments an operator argument takes."""
    if arg.symbol is None:
        return len(arg.params)
    match arg.symbol:
        case tree.Definition():
            return len(arg.symbol.params)
        case tree.Constant() | tree.Param() | tree.Builtin():
            return arg.symbol.arity
        case _:
            return 0
