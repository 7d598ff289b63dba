"""Whether tables gain anything: what evaluating their misses costs, beside what the closures would cost.

Misses come in bursts and the core works some states ahead, so several windows at a time are judged. Tables that are
slower than the closures are kept as long as misses still get fewer, or something new (an element, a piece) explains
them. Where a quicker engine would go on instead, less is needed to give up: all in all more time spent on misses than
it would have taken for everything, and no end in sight.
"""

from __future__ import annotations

from modelcheck.records import dataclass

WINDOW_S, WINDOW = 0.25, 50_000  # a window ends after so many seconds of evaluation, or so many misses
AT_ONCE = 8  # windows judged together
EARLY = 4  # windows after which it may be hopeless already
PATIENCE = 40  # windows after which something new is no excuse
HALVES = 0.5  # of the time for misses a state in the window before
RATE_MAX = 6.0  # misses a state, where it is not known what a state costs the closures


@dataclass(slots=True)
class _Mark:
    """The end of a window: seconds spent, misses, states explored, growth so far."""

    seconds: float
    misses: int
    explored: int
    growth: int


class Pace:
    """`explored`: states explored when it begins. `rival`: seconds that another engine takes for a state that would go
    on instead (None: there is none). `closures`: seconds that the closures take, None if that is not known.
    """

    def __init__(self, explored: int = 0, rival: float | None = None) -> None:
        self.closures: float | None = None
        self.rival = rival
        self.misses = 0
        self.seconds = 0.0
        self._marks = [_Mark(0.0, 0, explored, 0)]

    def gains(self, explored: int, seconds: float, growth: int, misses: int = 1) -> bool:
        """One more miss (or several), which took some seconds; False when it is time to give up. `growth` goes up with
        news."""
        self.misses += misses
        self.seconds += seconds
        last = self._marks[-1]
        if self.seconds - last.seconds < WINDOW_S and self.misses - last.misses < WINDOW:
            return True
        self._marks.append(_Mark(self.seconds, self.misses, max(last.explored, explored), growth))
        if self._loses():
            return False
        if len(self._marks) <= 2 * AT_ONCE:
            return not (len(self._marks) > EARLY and self._is_hopeless())
        now, before, long_before = (self._marks[-1 - k * AT_ONCE] for k in range(3))
        rate, rate_before = _rate(before, now), _rate(long_before, before)
        if not self._is_slow(before, now):
            return True
        has_settled = rate > 0.8 * rate_before and now.growth == before.growth
        return not (has_settled or (len(self._marks) > PATIENCE and rate > 0.6 * rate_before))

    def _loses(self) -> bool:
        """Whether the rival would have been quicker so far, and is quicker now: misses do not halve in a window."""
        now, rival = self._marks[-1], self.rival
        if rival is None or len(self._marks) < 3 or _pace(self._marks[0], now) <= rival:
            return False
        last, before = _pace(self._marks[-2], now), _pace(self._marks[-3], self._marks[-2])
        return last > rival and (last > HALVES * before or len(self._marks) > AT_ONCE)

    def _is_slow(self, begin: _Mark, end: _Mark) -> bool:
        if self.closures is None:
            return _rate(begin, end) > RATE_MAX
        return end.seconds - begin.seconds > self.closures * (end.explored - begin.explored)

    def _is_hopeless(self) -> bool:
        """Much slower than the closures in each of the first windows, and nothing new in the last ones."""
        begin, middle, end = self._marks[0], self._marks[-3], self._marks[-1]
        if not self._is_slow(begin, end) or end.growth != middle.growth or self.closures is None:
            return False
        return end.seconds - begin.seconds > 2 * self.closures * (end.explored - begin.explored)


def _pace(begin: _Mark, end: _Mark) -> float:
    """Seconds a state."""
    return (end.seconds - begin.seconds) / max(1, end.explored - begin.explored)


def _rate(begin: _Mark, end: _Mark) -> float:
    """Misses a state."""
    return (end.misses - begin.misses) / max(1, end.explored - begin.explored)
