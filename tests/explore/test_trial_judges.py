"""The judgement of a trial, simulated: tables and the native evaluator with the costs of models, on any machine.

Whether tables take over must not depend on the machine, and what they take where they do not must be a small share.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from modelcheck.explore import trial
from modelcheck.explore.trial import Trial


class Simulated(Trial):
    """Tables that stand at a state and have cost so much; `rate(state)`: misses there, each of `miss_s` seconds."""

    def __init__(self, rate: Callable[[int], float], miss_s: float, state_s: float, speed: float) -> None:
        self.rate, self.miss_s, self.state_s, self.speed = rate, miss_s, state_s, speed
        self.tables = SimpleNamespace()  # type: ignore[assignment]
        self.at, self.missed = 0, 0.0
        self.seconds, self._began, self._last, self._rests_until = 0.0, 0, None, 0.0
        self._strikes = self._rests = 0

    def _at(self) -> int:
        return self.at

    def _misses(self) -> int:
        return int(self.missed)

    def _go_on(self, until: int, found: int) -> tuple[int, float]:
        seconds = 0.0
        while self.at < until and seconds < trial.SLICE_S:
            rate = self.rate(self.at)
            seconds += (self.state_s + rate * self.miss_s) / self.speed
            self.missed += rate
            self.at += 1
        return self.at, seconds


def followed(one: Simulated, native_s: float, total: int) -> tuple[int, float]:
    """Where tables take over (or `total`), and the share of all seconds up to there that tables had."""
    seconds, at = 0.0, 0
    while at < total:
        more = max(1, int(0.05 * one.speed / native_s))
        at += more
        seconds += more * native_s / one.speed
        how = "quicker" if seconds >= trial.FIRST_S and one.is_due(seconds) else ""
        while how == "quicker":
            how = one.follow(at, seconds, 2 * at)
        if how == "there":
            return at, one.seconds / (one.seconds + seconds)
    return total, one.seconds / (one.seconds + seconds)


SPEEDS = [0.5, 0.7, 1.0, 1.4, 2.0]


@pytest.mark.parametrize(("speed", "size"), [*[(speed, 1.0) for speed in SPEEDS], (1.0, 0.5), (1.0, 2.0)])
@pytest.mark.parametrize(
    ("rate", "miss_s", "native_s"),
    [
        pytest.param(lambda at: 40.0 if at < 60 else 5.0 if at < 700 else 0.05, 30e-6, 150e-6, id="much at first"),
        pytest.param(lambda at: 3.0 * 0.999**at + 0.01, 10e-6, 35e-6, id="less and less"),
        pytest.param(lambda at: 0.1, 10e-6, 12e-6, id="little to learn"),
        pytest.param(lambda at: 6.0 if at % 5000 < 900 and at < 12_000 else 0.1, 15e-6, 60e-6, id="in bursts"),
    ],
)
def test_tables_that_learn_take_over(
    rate: Callable[[int], float], miss_s: float, native_s: float, speed: float, size: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(trial, "SLICE_S", trial.SLICE_S * size)
    one = Simulated(rate, miss_s, 2e-6, speed)
    at, _ = followed(one, native_s, int(3.0 / native_s))
    assert at * native_s <= 1.2, "seconds of the native evaluator, on a machine of speed 1"


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize(
    ("rate", "miss_s", "native_s"),
    [
        pytest.param(lambda at: 1.0, 190e-6, 40e-6, id="each state is new"),
        pytest.param(lambda at: 6.0, 1.3e-6, 3e-6, id="many small misses"),
        pytest.param(lambda at: 1.0 + at / 5000, 12e-6, 37e-6, id="more and more"),
    ],
)
def test_tables_that_do_not_learn_cost_little(
    rate: Callable[[int], float], miss_s: float, native_s: float, speed: float
) -> None:
    one = Simulated(rate, miss_s, 1e-6, speed)
    total = int(4.0 / native_s)
    at, share = followed(one, native_s, total)
    assert at == total, "they must not take over"
    assert share <= 0.2


@pytest.mark.parametrize("rises", [True, False])
def test_tables_that_keep_step_rest_where_misses_get_no_fewer(rises: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "SLICE_S", 0.07)  # long enough to catch up each time
    one = Simulated(lambda at: 1.0 + at / 1000 if rises else 3.0 - at / 1500, 10e-6, 1e-6, 1.0)
    assert [one.follow(at, at * 15e-6, 4000) for at in (1000, 3000)] == ["even", "even"]
    assert one.is_due(0.15) == (not rises) and one.is_due(0.25)
