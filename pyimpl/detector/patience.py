"""When silence is too long: the timeouts of a failure detector, three kinds with one face.

A `Patience` watches one member. It is told when a sign of life came and when a suspicion proved wrong, and says how
long the next silence may last. Times are milliseconds by the watching node's own clock; there is no clock in here.

* `Fixed`     the same time always: simple, and wrong for ever on a slow link;
* `Growing`   longer after each mistake, so in a system whose delays have some bound, however unknown, mistakes come to
              an end (T. Chandra, S. Toueg, JACM 43(2), 1996, section 9.1);
* `Accrual`   from the intervals seen so far: the silence after which a further sign of life is as unlikely as 10^-phi,
              taking intervals for normally distributed (N. Hayashibara, X. Défago, R. Yared, T. Katayama, "The phi
              accrual failure detector", SRDS 2004, section 4). It also grows after a mistake, since nothing says that
              the distribution is that one.
"""

from __future__ import annotations

from collections import deque
from math import erfc, log10, sqrt
from typing import Protocol


class Patience(Protocol):
    """How long to wait for the next sign of life of one member."""

    def heard(self, after_ms: int) -> None:
        """A sign of life came, `after_ms` after the one before."""

    def mistaken(self) -> None:
        """The member was suspected and is alive."""

    def timeout_ms(self) -> int:
        """How long a silence may last from the last sign of life on."""


class Fixed:
    """Always `ms`."""

    def __init__(self, ms: int) -> None:
        self.ms = ms

    def heard(self, after_ms: int) -> None:
        """Nothing is learnt from it."""

    def mistaken(self) -> None:
        """Nothing is learnt from it."""

    def timeout_ms(self) -> int:
        """`ms`"""
        return self.ms


class Growing(Fixed):
    """`ms` at first; after each mistake the time and a half."""

    def mistaken(self) -> None:
        """Be more patient."""
        self.ms += self.ms // 2


class Accrual:
    """The silence at which the suspicion reaches `phi`; `first_ms` until enough intervals are known.

    `window`: how many intervals to remember; `least_ms`: at least this much for the standard deviation, without which
    a perfectly regular sender would be suspected when one message is late.
    """

    def __init__(self, first_ms: int, phi: float = 8.0, window: int = 100, least_ms: float = 5.0) -> None:
        self.first_ms, self.phi, self.least_ms = first_ms, phi, least_ms
        self.intervals: deque[int] = deque(maxlen=window)
        self.slack = 1.0

    def heard(self, after_ms: int) -> None:
        """One more interval."""
        self.intervals.append(after_ms)

    def mistaken(self) -> None:
        """Be more patient."""
        self.slack *= 1.5

    def level(self, silence_ms: float) -> float:
        """phi: minus the decimal logarithm of the odds that a sign of life comes after a silence as long as this."""
        mean, deviation = self._moments()
        odds = 0.5 * erfc((silence_ms - mean) / (deviation * sqrt(2)))
        return -log10(odds) if odds > 0 else float("inf")

    def timeout_ms(self) -> int:
        """The shortest silence whose level is `phi`, by bisection."""
        if len(self.intervals) < 4:
            return int(self.first_ms * self.slack)
        mean, deviation = self._moments()
        low, high = mean, mean + 40 * deviation
        while high - low > 0.5:
            middle = (low + high) / 2
            low, high = (middle, high) if self.level(middle) < self.phi else (low, middle)
        return int(high * self.slack) + 1

    def _moments(self) -> tuple[float, float]:
        count = max(1, len(self.intervals))
        mean = sum(self.intervals) / count
        variance = sum((x - mean) ** 2 for x in self.intervals) / count
        return mean, max(self.least_ms, sqrt(variance))
