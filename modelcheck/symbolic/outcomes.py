"""What a proof ends with, besides the verdicts that `check` knows too. Exit codes follow the README's table."""

from __future__ import annotations

from typing import ClassVar, Literal

from modelcheck.engine.protocol import Explanation
from modelcheck.errors import EXIT_LIMIT, EXIT_OK, EXIT_SAFETY, TlaError
from modelcheck.explore.path import Behavior
from modelcheck.records import dataclass, field
from modelcheck.source import Span

Reach = Literal["reachable", "not found reachable", "not looked for"]


@dataclass(frozen=True, slots=True)
class Obligation:
    """One question to the solver: `what` in words, for `action` (None: the initial states), and its answer."""

    what: str
    action: str | None
    answer: Literal["proved", "broken", "unknown"]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What all outcomes share. `checked`: the formulas asked about. `questions` to the solver, `seconds` in all."""

    name: ClassVar[str]
    checked: tuple[str, ...]
    questions: int = 0
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    obligations: tuple[Obligation, ...] = field(default=())

    @property
    def exit_code(self) -> int:
        """The process's exit code."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldsUpTo(Outcome):
    """No violation in behaviors of up to `bound` steps; nothing is said beyond. `steps_possible`: longest there are,
    when all end before the bound."""

    name: ClassVar[str] = "holds_up_to"
    bound: int
    ended_at: int | None = None

    @property
    def exit_code(self) -> int:
        return EXIT_OK


@dataclass(frozen=True, slots=True, kw_only=True)
class Inductive(Outcome):
    """Initial states satisfy the invariant, and steps keep it (`k` > 1: after `k` states that do): it always holds.

    `assumed`: what was taken for granted. `core`: when that was asked for, those of the `parts` conjuncts of the
    invariant that suffice for `target`: with it they are inductive too.
    """

    name: ClassVar[str] = "inductive"
    k: int = 1
    assumed: tuple[str, ...] = ()
    target: str | None = None
    core: tuple[str, ...] | None = None
    parts: int = 0

    @property
    def exit_code(self) -> int:
        return EXIT_OK


@dataclass(frozen=True, slots=True, kw_only=True)
class Violated(Outcome):
    """A behavior from an initial state, and what its last state (or step) violates."""

    name: ClassVar[str] = "violated"
    property_name: str
    action: str | None
    behavior: Behavior
    explanation: Explanation | None = None
    span: Span | None = None

    @property
    def exit_code(self) -> int:
        return EXIT_SAFETY


@dataclass(frozen=True, slots=True, kw_only=True)
class NotInductive(Outcome):
    """States that satisfy the invariant and a step of `action` after which it is false.

    `reach`: whether the first of them was found by the explicit engine among `looked_at` states (`reach_complete`:
    these were all there are).
    """

    name: ClassVar[str] = "not_inductive"
    property_name: str
    action: str
    behavior: Behavior
    explanation: Explanation | None = None
    span: Span | None = None
    k: int = 1
    reach: Reach = "not looked for"
    looked_at: int = 0
    reach_complete: bool = False

    @property
    def exit_code(self) -> int:
        return EXIT_SAFETY


@dataclass(frozen=True, slots=True, kw_only=True)
class CannotEvaluate(Outcome):
    """A behavior (or a state of the invariant) in which something cannot be evaluated."""

    name: ClassVar[str] = "error"
    error: TlaError
    doing: str
    behavior: Behavior
    code: int

    @property
    def exit_code(self) -> int:
        return self.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness(Outcome):
    """A behavior whose last state satisfies the predicate that was searched for."""

    name: ClassVar[str] = "witness"
    predicate: str
    behavior: Behavior

    @property
    def exit_code(self) -> int:
        return EXIT_OK


@dataclass(frozen=True, slots=True, kw_only=True)
class NoWitness(Outcome):
    """No state that satisfies the predicate within so many steps; it may be further away."""

    name: ClassVar[str] = "no_witness"
    predicate: str
    bound: int

    @property
    def exit_code(self) -> int:
        return EXIT_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown(Outcome):
    """The solver did not answer within its limits; `what` it was asked then. Nothing was found so far: of a bounded
    question, in behaviors of up to `answered` steps (-1: it is not known of the initial states)."""

    name: ClassVar[str] = "unknown"
    what: str
    answered: int | None = None

    @property
    def exit_code(self) -> int:
        return EXIT_LIMIT


Proof = (
    HoldsUpTo | Inductive | Violated | NotInductive | CannotEvaluate | Witness | NoWitness | Unknown
)  # fmt: skip
