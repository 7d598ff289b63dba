"""What a check ends with: one frozen object that says it all. Rendering is elsewhere.

Every verdict has `counts` (what the search saw), `name` (the word used in `--json`), `exit_code` and
`warnings`. Exit codes are TLC's; see the table in the README.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

from modelcheck.errors import (
    EXIT_ASSERT,
    EXIT_ASSUMPTION,
    EXIT_DEADLOCK,
    EXIT_LIMIT,
    EXIT_LIVENESS,
    EXIT_OK,
    EXIT_PINNED,
    EXIT_SAFETY,
    EXIT_SYSTEM,
    EvalError,
)
from modelcheck.records import dataclass
from modelcheck.source import Span

if TYPE_CHECKING:
    from modelcheck.engine.protocol import Blocked, Explanation
    from modelcheck.explore.bfs import StopReason
    from modelcheck.explore.coverage import Coverage
    from modelcheck.explore.path import Behavior, BehaviorStep
    from modelcheck.explore.reasons import Reasons


@dataclass(frozen=True, slots=True)
class Counts:
    """What the search saw, counted as TLC counts (SEMANTICS: generated, distinct, depth).

    `initial`: initial states found, repeats included. `frontier`: states found but not explored. `seconds`
    of wall time from the first state on; `peak_rss_mb`: megabytes of memory of the whole process; `engine`
    by name.
    """

    generated: int = 0
    distinct: int = 0
    depth: int = 0
    initial: int = 0
    frontier: int = 0
    seconds: float = 0.0
    peak_rss_mb: int = 0
    engine: str = ""


@dataclass(frozen=True, slots=True)
class Pin:
    """An expectation that was pinned (see `expect.py`), as text, beside what was found."""

    figure: str
    expected: str
    found: str
    met: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that a check was to look at: what it is, its name, its place."""

    kind: Literal["assumption", "invariant", "property", "deadlock", "postcondition"]
    name: str
    span: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What all verdicts share. `checked`: what was looked at, in words, for the reader of a success. `coverage`: what
    the search exercised, if that was asked for. `further`: what else was found, `repeated`: how often each was found
    again (its headline and the number), when the search was to go on. `subjects`: what was to be looked at, one by one.
    `pins`: what was expected of it.
    """

    name: ClassVar[str]
    counts: Counts
    warnings: tuple[str, ...] = ()
    checked: tuple[str, ...] = ()
    coverage: Coverage | None = None
    further: tuple[Outcome, ...] = ()
    repeated: tuple[tuple[str, int], ...] = ()
    subjects: tuple[Subject, ...] = ()
    pins: tuple[Pin, ...] = ()

    @property
    def exit_code(self) -> int:
        """The exit code for this verdict, whatever was expected."""
        raise NotImplementedError

    @property
    def as_pinned(self) -> bool:
        """Whether the verdict itself is what was expected, and all else too."""
        return all(pin.met for pin in self.pins) and any(pin.figure in ("verdict", "exit") for pin in self.pins)

    @property
    def process_exit_code(self) -> int:
        """The exit code of the process: 0 when the verdict is as pinned, 155 when something pinned is not met."""
        if not all(pin.met for pin in self.pins):
            return EXIT_PINNED
        return EXIT_OK if self.as_pinned else self.exit_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds(Outcome):
    """The search is complete and found nothing wrong."""

    name: ClassVar[str] = "holds"

    @property
    def exit_code(self) -> int:
        return EXIT_OK


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldsUpTo(Outcome):
    """No violation within the bound that was asked for (symbolic checks); nothing is said beyond it."""

    name: ClassVar[str] = "holds_up_to"
    bound: int

    @property
    def exit_code(self) -> int:
        return EXIT_OK


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated(Outcome):
    """Random behaviors were walked and nothing wrong was met in them; nothing is said of any other behavior.

    `behaviors` of up to `depth` steps. `asked`: the spec itself asked to stop there.
    """

    name: ClassVar[str] = "simulated"
    behaviors: int
    depth: int
    asked: bool = False

    @property
    def exit_code(self) -> int:
        return EXIT_OK


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed(Outcome):
    """A saved trace of that many states is a behavior of the spec, and nothing is wrong in it."""

    name: ClassVar[str] = "replayed"
    states: int

    @property
    def exit_code(self) -> int:
        return EXIT_OK


@dataclass(frozen=True, slots=True, kw_only=True)
class NotABehavior(Outcome):
    """A saved trace is no behavior of the spec: `what` says where it leaves it, `behavior` goes up to there."""

    name: ClassVar[str] = "not_a_behavior"
    behavior: Behavior
    what: str

    @property
    def exit_code(self) -> int:
        return EXIT_SAFETY


@dataclass(frozen=True, slots=True, kw_only=True)
class Violated(Outcome):
    """A safety property is false: of the last state of `behavior`, or of its last step.

    `kind`: an invariant, the initial-state part of a property, or its step part.
    """

    name: ClassVar[str] = "violated"
    kind: Literal["invariant", "init_property", "step_property"]
    property_name: str
    behavior: Behavior
    explanation: Explanation | None = None
    span: Span | None = None

    @property
    def exit_code(self) -> int:
        return EXIT_SAFETY


@dataclass(frozen=True, slots=True, kw_only=True)
class LivenessViolated(Outcome):
    """A fair behavior violates a property: `behavior` up to its last new state, then back to state `loop` (from 0).

    `stutters`: the behavior stays in its last state forever. `reasons`: where the property fails, and why the behavior
    is fair.
    """

    name: ClassVar[str] = "violated"
    property_name: str
    behavior: Behavior
    loop: int
    back: BehaviorStep | None
    span: Span | None = None
    reasons: Reasons | None = None

    @property
    def stutters(self) -> bool:
        """Whether nothing happens any more after the last state."""
        return self.back is None

    @property
    def exit_code(self) -> int:
        return EXIT_LIVENESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlock(Outcome):
    """The last state of `behavior` has no successor.

    `nearest`: the action that came nearest to being enabled there and the conjunct that stopped it, `nearest_name` its
    name; None when no action has a conjunct that stopped it.
    """

    name: ClassVar[str] = "deadlock"
    behavior: Behavior
    nearest: Blocked | None = None
    nearest_name: str = ""

    @property
    def exit_code(self) -> int:
        return EXIT_DEADLOCK


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumptionFalse(Outcome):
    """An ASSUME (before the search) or a POSTCONDITION (after it) is false, or (`error`) cannot be
    evaluated.
    """

    name: ClassVar[str] = "assumption_false"
    kind: Literal["assumption", "postcondition"]
    property_name: str
    explanation: Explanation | None = None
    span: Span | None = None
    error: EvalError | None = None

    @property
    def exit_code(self) -> int:
        return EXIT_ASSUMPTION


@dataclass(frozen=True, slots=True, kw_only=True)
class AssertFailed(Outcome):
    """An `Assert` was false while initial states or steps were computed; `behavior` leads there."""

    name: ClassVar[str] = "assert_failed"
    error: EvalError
    behavior: Behavior
    property_name: str | None = None

    @property
    def exit_code(self) -> int:
        return EXIT_ASSERT


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalFailure(Outcome):
    """Something could not be evaluated; `behavior` leads to the state where it happened (empty: before any
    state).

    `doing`: what was being evaluated, in words. `property_name`: its name, when it is an invariant or a property.
    """

    name: ClassVar[str] = "error"
    error: EvalError
    behavior: Behavior
    doing: str
    code: int
    property_name: str | None = None

    @property
    def exit_code(self) -> int:
        return self.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped(Outcome):
    """The search ended before everything was explored; nothing was found so far."""

    name: ClassVar[str] = "stopped"
    reason: StopReason
    limit: float | None = None

    @property
    def exit_code(self) -> int:
        return EXIT_SYSTEM if self.reason == "interrupted" else EXIT_LIMIT


Verdict: TypeAlias = (
    Holds | HoldsUpTo | Simulated | Replayed | NotABehavior | Violated | LivenessViolated | Deadlock | AssumptionFalse
    | AssertFailed | EvalFailure | Stopped
)  # fmt: skip
