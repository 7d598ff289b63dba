"""The intermediate representation of expressions: a small closed set of ops. Each op's docstring is its meaning.

Made by `ir/lower.py` from the resolved tree; read by the engines. An op is evaluated in a *frame*: the current state,
the next state (being built, or given), and numbered local slots; it gives a value. Actions are in `ir/flow.py`.
Refuses, while it is evaluated, with the codes that its docstring names (`modelcheck/errors.py`).

Every op carries the place of its text (`span`) for messages; places take no part in meaning.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from modelcheck.records import dataclass
from modelcheck.source import Span

if TYPE_CHECKING:
    from modelcheck.ir.flow import Node

Value: TypeAlias = Any


@dataclass(eq=False, slots=True, kw_only=True)
class Op:
    """Any expression. `sites`: where its operands are written, if known (an op that a name stands for is elsewhere)."""

    span: Span | None = None
    sites: tuple[Span | None, ...] = ()

    def children(self) -> Iterable[Op]:
        """Operand expressions, in order of evaluation."""
        return ()


# ---- leaves -------------------------------------------------------------------------------------------------


@dataclass(eq=False, slots=True)
class Const(Op):
    """The value itself."""

    value: Value


@dataclass(eq=False, slots=True)
class Fail(Op):
    """Evaluating this raises an `EvalError` with this code and message (lowering found it cannot be evaluated)."""

    code: str
    message: str


@dataclass(eq=False, slots=True)
class Var(Op):
    """The value of state variable `index` in the current state.

    `checked`: the state is being built (initial states), so the variable may still be without a value (E007).
    """

    index: int
    name: str
    checked: bool = False


@dataclass(eq=False, slots=True)
class Next(Op):
    """The value of state variable `index` in the next state; `checked` as in `Var`."""

    index: int
    name: str
    checked: bool = False


@dataclass(eq=False, slots=True)
class Local(Op):
    """The value in local slot `slot`."""

    slot: int
    name: str


@dataclass(eq=False, slots=True)
class Lazy(Op):
    """The value of `expr`, computed at the first reading since its slot was cleared, then kept in the slot."""

    slot: int
    name: str
    expr: Op

    def children(self) -> Iterable[Op]:
        return (self.expr,)


@dataclass(eq=False, slots=True)
class Param(Op):
    """The value of a parameter whose argument may come unevaluated: a thunk, forced at the first reading."""

    slot: int
    name: str


@dataclass(eq=False, slots=True)
class Clear(Op):
    """`body`, with the lazy slots cleared first: one evaluation context of a call or a LET."""

    slots: tuple[int, ...]
    body: Op

    def children(self) -> Iterable[Op]:
        return (self.body,)


@dataclass(eq=False, slots=True)
class Once(Op):
    """`expr`, which depends on constants only: evaluated at the first use, in a frame of its own, and never again."""

    expr: Op
    frame_size: int
    name: str = ""

    def children(self) -> Iterable[Op]:
        return (self.expr,)


# ---- logic --------------------------------------------------------------------------------------------------


@dataclass(eq=False, slots=True)
class And(Op):
    """TRUE iff all items are; left to right, stops at the first FALSE. Items must be boolean (E009)."""

    items: tuple[Op, ...]

    def children(self) -> Iterable[Op]:
        return self.items


@dataclass(eq=False, slots=True)
class Or(Op):
    """TRUE iff some item is; left to right, stops at the first TRUE. Items must be boolean (E009)."""

    items: tuple[Op, ...]

    def children(self) -> Iterable[Op]:
        return self.items


@dataclass(eq=False, slots=True)
class Binary(Op):
    """An op of two operands."""

    left: Op
    right: Op

    def children(self) -> Iterable[Op]:
        return (self.left, self.right)


@dataclass(eq=False, slots=True)
class Implies(Binary):
    """`left => right`; `right` is evaluated only when `left` is TRUE."""


@dataclass(eq=False, slots=True)
class Equiv(Binary):
    """`left <=> right`, both boolean."""


@dataclass(eq=False, slots=True)
class Unary(Op):
    """An op of one operand."""

    arg: Op

    def children(self) -> Iterable[Op]:
        return (self.arg,)


@dataclass(eq=False, slots=True)
class Not(Unary):
    """`~arg`."""


@dataclass(eq=False, slots=True)
class Eq(Binary):
    """`left = right`; values of different kinds are an error (E001)."""


@dataclass(eq=False, slots=True)
class Neq(Binary):
    """`left /= right`; errors as `Eq`."""


@dataclass(eq=False, slots=True)
class If(Op):
    """`then` or `otherwise`, as the condition (boolean) says; only that one is evaluated."""

    condition: Op
    then: Op
    otherwise: Op

    def children(self) -> Iterable[Op]:
        return (self.condition, self.then, self.otherwise)


@dataclass(eq=False, slots=True)
class Case(Op):
    """The value of the first arm whose guard is TRUE, else `other`; neither: E006."""

    arms: tuple[tuple[Op, Op], ...]
    other: Op | None

    def children(self) -> Iterable[Op]:
        arms = [part for arm in self.arms for part in arm]
        return (*arms, self.other) if self.other is not None else tuple(arms)


# ---- binders ------------------------------------------------------------------------------------------------


@dataclass(eq=False, slots=True)
class Binder:
    """Slots bound to the elements of `domain`, in TLC's order; `is_tuple`: each element is a tuple of as many parts."""

    slots: tuple[int, ...]
    names: tuple[str, ...]
    domain: Op
    is_tuple: bool
    span: Span | None = None
    site: Span | None = None  # where the domain is written


@dataclass(eq=False, slots=True)
class BoundOp(Op):
    """An op that binds names over sets and evaluates `body` under them (later domains do not see earlier names)."""

    binders: tuple[Binder, ...]
    body: Op

    def children(self) -> Iterable[Op]:
        return (*[binder.domain for binder in self.binders], self.body)


@dataclass(eq=False, slots=True)
class ForAll(BoundOp):
    """TRUE iff `body` is for every combination; stops at the first FALSE."""


@dataclass(eq=False, slots=True)
class Exists(BoundOp):
    """TRUE iff `body` is for some combination; stops at the first TRUE."""


@dataclass(eq=False, slots=True)
class Choose(BoundOp):
    """The first element of the one binder's domain, in TLC's order, for which `body` is TRUE; none: E005."""


@dataclass(eq=False, slots=True)
class Filter(BoundOp):
    """The set of the elements of the one binder's domain for which `body` is TRUE."""


@dataclass(eq=False, slots=True)
class MapSet(BoundOp):
    """The set of the values of `body` over all combinations."""


@dataclass(eq=False, slots=True)
class FnCons(BoundOp):
    """The function from the domain (of one name: its set; of several: the tuples) to the values of `body`.

    `self_slot`: a recursive function; the slot holds the function itself while `body` is evaluated, and values are
    computed on demand, each at most once.
    """

    self_slot: int | None = None


# ---- sets, functions, records -------------------------------------------------------------------------------


@dataclass(eq=False, slots=True)
class Items(Op):
    """An op of any number of operands."""

    items: tuple[Op, ...]

    def children(self) -> Iterable[Op]:
        return self.items


@dataclass(eq=False, slots=True)
class SetEnum(Items):
    """The set of the items' values; elements of different kinds are an error (E001)."""


@dataclass(eq=False, slots=True)
class Tuple(Items):
    """The tuple of the items' values."""


@dataclass(eq=False, slots=True)
class Cross(Items):
    """The Cartesian product of the sets, in order (a set of tuples)."""


@dataclass(eq=False, slots=True)
class Record(Items):
    """The record with `names[i]` mapped to the i-th item's value."""

    names: tuple[str, ...] = ()


@dataclass(eq=False, slots=True)
class RecordSet(Items):
    """The set of all records with each field in its set."""

    names: tuple[str, ...] = ()


@dataclass(eq=False, slots=True)
class In(Binary):
    """`left \\in right`; never builds `right` where its membership can be told without."""


@dataclass(eq=False, slots=True)
class NotIn(Binary):
    """`left \\notin right`."""


@dataclass(eq=False, slots=True)
class Cup(Binary):
    """Union of two sets."""


@dataclass(eq=False, slots=True)
class Cap(Binary):
    """Intersection."""


@dataclass(eq=False, slots=True)
class Minus(Binary):
    """Set difference."""


@dataclass(eq=False, slots=True)
class SubsetEq(Binary):
    """`left \\subseteq right`."""


@dataclass(eq=False, slots=True)
class PowerSet(Unary):
    """`SUBSET arg`."""


@dataclass(eq=False, slots=True)
class BigUnion(Unary):
    """`UNION arg`."""


@dataclass(eq=False, slots=True)
class Domain(Unary):
    """`DOMAIN arg`."""


@dataclass(eq=False, slots=True)
class Force(Unary):
    """`arg`; a function computed on demand is built whole (its domain must be finite: E002)."""


@dataclass(eq=False, slots=True)
class FnSet(Binary):
    """`[left -> right]`."""


@dataclass(eq=False, slots=True)
class Apply(Op):
    """`fn[arg]`; outside the domain: E003, not a function: E004."""

    fn: Op
    arg: Op

    def children(self) -> Iterable[Op]:
        return (self.fn, self.arg)


@dataclass(eq=False, slots=True)
class Update:
    """One `!path = value` of an EXCEPT: `at_slot` holds the old value while `value` is evaluated (`@`)."""

    path: tuple[Op, ...]
    at_slot: int
    value: Op


@dataclass(eq=False, slots=True)
class Except(Op):
    """`fn` with its updates made one after the other; a path outside the domain leaves it unchanged, as in TLC."""

    fn: Op
    updates: tuple[Update, ...]

    def children(self) -> Iterable[Op]:
        return (self.fn, *[part for update in self.updates for part in (*update.path, update.value)])


# ---- operators ----------------------------------------------------------------------------------------------


@dataclass(eq=False, slots=True)
class Native(Op):
    """`fn(*args)`: an operator of a standard module, done in Python. `context`: `fn` also gets the run's context.

    `impure`: its value may change from one evaluation to the next (never evaluated only once).
    """

    module: str
    name: str
    fn: Any
    args: tuple[Op, ...]
    context: bool = False
    impure: bool = False

    def children(self) -> Iterable[Op]:
        return self.args


@dataclass(eq=False, slots=True)
class OperatorValue(Op):
    """An operator passed to a `Native` or a `Call`: a Python callable that evaluates `body` with its slots set."""

    slots: tuple[int, ...]
    body: Op

    def children(self) -> Iterable[Op]:
        return (self.body,)


@dataclass(eq=False, slots=True)
class CallOperator(Op):
    """The operator held in a local slot, applied: arguments are passed unevaluated."""

    slot: int
    name: str
    args: tuple[Op, ...]

    def children(self) -> Iterable[Op]:
        return self.args


@dataclass(eq=False, slots=True)
class Proc:
    """A recursive operator: a body over parameter slots. Each call gets a frame of its own."""

    name: str
    slots: tuple[int, ...]
    is_operator: tuple[bool, ...]
    body: Op | None = None
    span: Span | None = None


@dataclass(eq=False, slots=True)
class Call(Op):
    """A recursive operator applied: arguments are passed unevaluated (`OperatorValue`s as operators)."""

    proc: Proc
    args: tuple[Op, ...]

    def children(self) -> Iterable[Op]:
        return self.args


# ---- actions as formulas ------------------------------------------------------------------------------------


@dataclass(eq=False, slots=True)
class Enabled(Op):
    """TRUE iff the action has a step from the current state (from the next one if `primed`).

    `size`: how many variables its next state has: the model's, then those it binds itself.
    """

    action: Node
    size: int
    primed: bool = False


@dataclass(eq=False, slots=True)
class Composed(Op):
    """`A \\cdot B` as a formula over a step: TRUE iff `second` is, from some state that `first` leads to."""

    first: Node
    second: Op

    def children(self) -> Iterable[Op]:
        return (self.second,)


@dataclass(eq=False, slots=True)
class Formula:
    """A whole expression: its op and the size of its frame."""

    body: Op
    frame_size: int
