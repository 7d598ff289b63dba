"""Tables on trial: the search once more by lookup, in slices of time, from where the native evaluator began.

Tables are far quicker than the native evaluator where actions read little, and far slower where they keep meeting what
they have not learnt; which of both a model is cannot be told beforehand. So the native evaluator goes ahead, and tables
follow from the same first states, in slices between its own, as long as they learn: judged by their misses before all,
as these do not depend on the machine, and also where they keep step for the time being. Before each slice, all that the
native evaluator has met meanwhile gets its place in their layout at once. Where they catch up, both must have counted
the same, and the tables go on alone. Where misses get no fewer, they rest, and try again when the native evaluator has
taken some times as long as they had, so that a trial never costs more than a share of the whole.
Of many initial states that were found natively, tables take the rows over instead of exploring.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

from modelcheck.engine.pace import Pace
from modelcheck.engine.places import GiveUp
from modelcheck.engine.protocol import State
from modelcheck.engine.slots import Unsuitable
from modelcheck.engine.tables import Tables
from modelcheck.errors import EvalError
from modelcheck.records import dataclass

FIRST_S = 0.06  # what the native evaluator takes before tables are tried
SLICE_S = 0.1  # a slice of tables
CHUNK = 50_000  # states between looks at the clock
AHEAD = 200_000  # states, at most, that are looked at before a slice, for values that tables do not know yet …
FORESEEN = 1_000  # … and such values
FEW = 0.3  # misses a state, with which tables go on that have caught up, although they were slower so far
FALLS = 0.7  # there is something to hope for where a state takes so much of what it took before, in misses or seconds
STEADY = 0.95  # … and nothing where it has so much of the misses
FAR = 2.0  # times as slow as the native evaluator is far from it …
PATIENCE_S = 2.0  # … and any slower is too slow, when tables have had so long
STRIKES = 2  # slices in a row that are too slow, with little hope
REST, LONG_REST = 2, 6  # times as long as tables have had, until they are tried again: at first, and without hope …
SHORT_RESTS = 1  # … after so many rests


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the native evaluator began: what was known then, the next state to explore, and the counts."""

    states: list[State] | NativeStates
    parents: array[int]
    edges: list[Sequence[int]]
    at: int
    generated: int
    level_end: int
    level: int
    sure: bool = False  # tables have been there before


@dataclass(frozen=True, slots=True)
class NativeStates:
    """The first states that the native evaluator has found or been given: see `Tables.load_rows`."""

    rows: Callable[[int, int], array[int]]
    state: Callable[[int], State]


class Trial:
    """`make` gives tables without states. Raises Unsuitable, GiveUp, EvalError where there can be none.

    `like`: some states as they will come. `clock`: that by which the native evaluator's seconds are taken. `rows`: of
    the states that the native evaluator has found, so many from a number on, as ids.
    """

    def __init__(
        self,
        begun: Begun,
        make: Callable[[], Tables],
        like: Sequence[State],
        clock: Callable[[], float],
        rows: Callable[[int, int], array[int]],
    ) -> None:
        made = clock()
        self.tables = make()
        self._take_over(begun, like, rows)
        self.tables.core.seek(begun.at, begun.generated, begun.level_end, begun.level)
        self.tables.pace = self._slice = _Slice()
        self.seconds = clock() - made
        self._clock = clock
        self._rows = rows
        self._foreseen = 0
        self._began = begun.at
        self._last: tuple[float, float] | None = None  # seconds and misses a state, in the last slice
        self._strikes = self._rests = 0
        self._rests_until = 0.0

    def _take_over(self, begun: Begun, like: Sequence[State], rows: Callable[[int, int], array[int]]) -> None:
        """Begin with the states that the native evaluator began with."""
        states, parents = begun.states, begun.parents
        if isinstance(states, NativeStates):
            self.tables.load_rows(states.rows, parents, states.state, like, begun.edges)
            return
        try:
            self.tables.load_rows(rows, array("q", parents), states.__getitem__, like, begun.edges)
        except Unsuitable:  # not natively
            self.tables.load(states, parents, begun.edges, like)

    def is_due(self, native_seconds: float) -> bool:
        """Whether it is time for a slice."""
        return native_seconds >= self._rests_until

    def follow(self, until: int, native_seconds: float, found: int) -> str:
        """A slice. 'there': state `until` has been reached, to which the native evaluator has come in so many seconds;
        'even': so it has, but it is too soon to go on alone; 'quicker', 'slower': not yet, at that pace. `found`: so
        many states are known natively. Raises `Unsuitable` where tables are none for the model.
        """
        before, misses = self._at(), self._misses()
        self._rests_until = native_seconds + SLICE_S
        at, seconds = self._go_on(until, found)
        self.seconds += seconds
        pace, rate = seconds / max(1, at - before), (self._misses() - misses) / max(1, at - before)
        native, last = native_seconds / max(1, until - self._began), self._last
        self._last = (pace, rate)
        if at >= until:
            if rate <= FEW or (pace <= native and last is not None and rate <= FALLS * last[1]):
                return "there"
            if pace > native and self._is_hopeless(rate, last):
                self._rest(native_seconds, self._long())
            return "even"
        if pace <= native:
            self._strikes = 0
            return "quicker"
        rest = self._strike(pace, rate, native, last)
        if rest:
            self._rest(native_seconds, rest)
        return "slower"

    def _rest(self, native_seconds: float, times: int) -> None:
        """Rest for so many times as long as tables have had, with what making them took."""
        self._strikes, self._last = 0, None
        self._rests += 1
        self._rests_until = native_seconds + times * self.seconds

    @staticmethod
    def _is_hopeless(rate: float, last: tuple[float, float] | None) -> bool:
        """Whether misses get no fewer."""
        return last is not None and rate > FEW and rate >= STEADY * last[1]

    def _long(self) -> int:
        """How long to rest without hope."""
        return LONG_REST if self._rests >= SHORT_RESTS else REST

    def _strike(self, pace: float, rate: float, native: float, last: tuple[float, float] | None) -> int:
        """Judge a slice that was slower than the native evaluator, by its misses before all: they do not depend on the
        machine. `rate`: misses a state. How many times as long as they have had tables have to rest; 0: not at all.
        """
        if last is None:
            self._strikes = 0
        elif self._is_hopeless(rate, last):
            return self._long()
        elif rate <= FALLS * last[1] or pace <= FALLS * last[0]:
            self._strikes = 0
        elif pace > FAR * native or self.seconds > PATIENCE_S:
            self._strikes += 1
        return REST if self._strikes >= STRIKES else 0

    def _misses(self) -> int:
        filler = self.tables.filler
        return self._slice.misses if filler is None else filler.totals()[0]

    def _at(self) -> int:
        return self.tables.core.numbers()["state"]

    def _foresee(self, found: int) -> None:
        """Make room for what is in states that the native evaluator has found since the last slice."""
        count = min(found - self._foreseen, AHEAD)
        if count > 0:
            self._foreseen += self.tables.foresee(self._rows(self._foreseen, count), FORESEEN)

    def _go_on(self, until: int, found: int) -> tuple[int, float]:
        """Where the tables stand after a slice, and how long it took."""
        began = self._clock()
        self._foresee(found)
        self._slice.left = SLICE_S
        while (at := self._at()) < until:
            try:
                how = self.tables.run(min(until, at + CHUNK))
            except GiveUp:
                self.tables.core.rollback()
                break
            except (EvalError, RecursionError) as error:
                raise Unsuitable(str(error) or type(error).__name__) from None
            if how not in ("pause", "done"):
                raise Unsuitable("tables find something wrong where the native evaluator does not")
            if self._clock() - began >= SLICE_S:
                break
        return self._at(), self._clock() - began


class _Slice(Pace):
    """Gives up, for now, when the misses have taken what was `left`."""

    def __init__(self) -> None:
        super().__init__()
        self.left = 0.0

    def gains(self, explored: int, seconds: float, growth: int, misses: int = 1) -> bool:
        """See `Pace.gains`."""
        self.misses += misses
        self.seconds += seconds
        self.left -= seconds
        return self.left > 0
