"""A run *is* its sequence of choices.

Everything the simulated world decides it asks of one `Choices`, and every answer is a small integer that is
recorded. Replaying the recorded list gives the same run, and a changed list gives another run, never an
error: an answer out of range is taken modulo the range, and after the end of the list every answer is 0.
The world asks so that 0 is always the dullest answer (no fault, shortest delay); hence shorter lists with
smaller numbers are simpler runs, which is what a shrinker needs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence


class Choices:
    """A source of choices; make it with `seeded`, `replay` or `asked`. `made` is the list of the answers so
    far."""

    def __init__(self, source: Callable[[int], int]) -> None:
        self._source = source
        self.made: list[int] = []

    @classmethod
    def seeded(cls, seed: int) -> Choices:
        """Pseudorandom answers; the same for the same seed in every process and on every platform."""
        randrange = random.Random(seed).randrange
        return cls(randrange)

    @classmethod
    def replay(cls, made: Sequence[int]) -> Choices:
        """The answers of `made`, then zeros."""
        rest = iter(made)
        return cls(lambda n: next(rest, 0) % n)

    @classmethod
    def asked(cls, draw: Callable[[int], int]) -> Choices:
        """Answers from `draw(n)`, an integer from 0 to n-1: for Hypothesis, `lambda n:
        data.draw(integers(0, n - 1))`."""
        return cls(draw)

    def below(self, n: int) -> int:
        """One of 0 … n-1; with n = 1 nothing is asked."""
        if n <= 1:
            return 0
        answer = self._source(n)
        self.made.append(answer)
        return answer

    def one_in(self, n: int) -> bool:
        """True once in `n` times; never for the dullest choice."""
        return n > 0 and self.below(n) == n - 1 and n > 1
