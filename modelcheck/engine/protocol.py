"""What an engine is: the meaning of one model, asked state by state.

Every engine (closures, later tables) gives the same answers to the same questions; `engine/closures.py` is the
definition, the others are held to it by the conformance suite. A state is the tuple of the values of the
model's variables, in the order of `Engine.variables`; it is hashable and canonical (two states are equal iff
all their values are).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeAlias

from modelcheck.ir.temporal import Atom, FairAction, Temporal
from modelcheck.module.tree import Expr
from modelcheck.records import dataclass
from modelcheck.source import Span

Value: TypeAlias = Any
State: TypeAlias = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class ActionInfo:
    """A subaction of Next: its name, parameters (formal and `\\E`-bound names on the way to it) and place."""

    name: str
    params: tuple[str, ...]
    span: Span | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step out of a known state: where it leads, by which action (index into `Engine.actions`), with what.

    `args` are the values of the action's parameters, in the order of `ActionInfo.params`.
    """

    target: State
    action: int
    args: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A subexpression and its value, for messages: `text` as the spec writes it (one line), `value` printed or None."""

    text: str
    value: Value
    span: Span | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a formula is false (or what it was evaluating when it failed).

    `conjunct` is the innermost conjunct that is false; `bound` the quantified names in force there with their
    values; `parts` its interesting subexpressions with theirs.
    """

    conjunct: Part
    bound: tuple[tuple[str, Value], ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Blocked:
    """An action that did not get through: how many of its conjuncts held, and the first that did not."""

    action: int
    args: tuple[tuple[str, Value], ...]
    passed: int
    why: Explanation


@dataclass(frozen=True, slots=True)
class Predicate:
    """A compiled formula. `holds(state)`, or `holds(state, next_state)` when `is_action`.

    Raises `EvalError` when the formula cannot be evaluated or is not boolean.
    """

    name: str
    expr: Expr
    is_action: bool
    holds: Callable[..., bool]


class Engine(Protocol):
    """The meaning of one model."""

    name: str
    variables: tuple[str, ...]

    @property
    def actions(self) -> tuple[ActionInfo, ...]:
        """The subactions of Next."""

    @property
    def between(self) -> int:
        """How many states `successors` met so far in between, inside `A \\cdot B`; TLC counts them as generated."""

    def initial(self) -> Iterator[State]:
        """Every initial state found, repeats included, left to right. Raises EvalError."""

    def successors(self, state: State) -> list[tuple[State, int]]:
        """Every successor found, repeats included, in order, with the index of its action. Raises EvalError."""

    def steps(self, state: State, action: str | None = None) -> Iterator[Step]:
        """Like `successors`, with the actions' arguments; only those of the named action if one is given. Slower."""

    def state_predicate(self, name: str, expr: Expr) -> Predicate:
        """Compile a state (or constant) formula of the root module."""

    def step_predicate(self, name: str, expr: Expr) -> Predicate:
        """Compile an action formula; `[A]_v` and `<<A>>_v` included."""

    def evaluate(self, expr: Expr, state: State | None = None, target: State | None = None) -> Value:
        """The value of any expression of the root module, in a state or over a step. Raises EvalError."""

    def temporal(self, expr: Expr) -> Temporal:
        """A temporal formula of the root module, over atoms. Raises EvalError (E011) if it cannot be checked."""

    def atom_test(self, atom: Atom) -> Callable[[State, State], bool]:
        """The truth of an atom over a step; for one that speaks of one state, over (state, state)."""

    def fair_targets(self, action: FairAction) -> Callable[[State], list[State]] | None:
        """The next states by an action of a fairness condition; None when a run of the action does not give them."""

    def is_next(self, action: FairAction) -> bool:
        """Whether a fairness condition is on Next itself, with all variables in its subscript."""

    def explain(self, expr: Expr, state: State, target: State | None = None) -> Explanation | None:
        """Why the formula is false there; None when it is true."""

    def blocked(
        self, state: State, action: str | None = None, args: Mapping[str, Value] | None = None
    ) -> list[Blocked]:
        """For each path of the action (or of Next) that ends at a false conjunct: that conjunct. Furthest first."""

    def set_run(self, run: RunInfo | None) -> None:
        """Tell the engine what `TLCGet("level")`, `TLCGet("distinct")`, `TLCExt!Trace` … shall answer."""


class RunInfo(Protocol):
    """What a running search tells the spec that asks (TLCGet, TLCExt)."""

    def stat(self, name: str) -> Value:
        """`generated`, `distinct`, `queue`, `diameter`, `duration`, `level` … KeyError if unknown."""

    def trace(self) -> Iterable[State]:
        """The behavior up to the state being evaluated."""
