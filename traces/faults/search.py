"""Hypothesis draws the choices of runs, each run is validated, and one that fails is shrunk.

    search("raft", "VoteForgotten").found.run

The choices are drawn as blocks of bytes: a byte is one choice (two, where there are more than 256 answers), and after
the last block every answer is the dullest. So a shorter list of smaller numbers is a simpler run, which is what
Hypothesis shrinks to: first it leaves out blocks, then it makes bytes zero or smaller. The same seed draws the same.

Refused: an unknown protocol, mutant or fault (T013).
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable
from dataclasses import dataclass

from pyimpl.kernel.protocol import Protocol
from pyimpl.sim.choices import Choices
from pyimpl.sim.run import Run, execute
from traces import pairs
from traces.event import Trace
from traces.record import VERSION, as_trace, record_of
from traces.validate import Rejected, validate

BLOCK = 64
BLOCKS_MAX = 40
RUNS = 200
SHRINK_RUNS = 300
STEPS = 5000


@dataclass(frozen=True, slots=True)
class Found:
    """A run that no behavior of the spec explains, made small. `first` are the choices of the run that failed first, as
    many as were not 0; `choices` those of this one without the zeros at the end."""

    run: Run
    verdict: Rejected
    choices: tuple[int, ...]
    first: int

    @property
    def that_matter(self) -> int:
        """How many choices are not the dullest one."""
        return sum(1 for choice in self.choices if choice)


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search found, if anything; `runs` it made until the first failure, `shrinking` after it."""

    found: Found | None
    runs: int
    events: int
    shrinking: int


class _Failed(Exception):
    """The run has no explanation."""


def search(
    name: str,
    mutant: str | None = None,
    faults: Iterable[str] | None = None,
    *,
    runs: int = RUNS,
    seed: int = 0,
    shrink_runs: int = SHRINK_RUNS,
) -> Searched:
    """Look for a failing run. `faults`: by default all, of a mutant those that show it; `runs`: at most, until one
    fails; `shrink_runs`: at most, to make it small.

    Raises TlaError T013, and what validation raises.
    """
    protocol = pairs.protocol(name)
    twin = next((m for m in protocol.mutants if m.name == mutant), None)
    chosen = tuple(faults) if faults is not None else tuple(sorted(twin.faults)) if twin else protocol.faults
    record_of(protocol, 0, chosen, steps=1, mutant=mutant)  # refuses names that there are not
    hunt = _Hunt(protocol, mutant, frozenset(chosen), shrink_runs)
    _hypothesis(hunt, runs, seed)
    return Searched(hunt.found(), hunt.runs, hunt.events, hunt.shrinking)


def run_of(protocol: Protocol, mutant: str | None, faults: frozenset[str], choices: Choices) -> Run:
    """One run by these choices, with the choices made in its header."""
    made = execute(protocol, choices, faults, faulty=mutant, steps=STEPS)
    made.header["version"] = VERSION
    made.header["choices"] = list(without_zeros(made.choices))
    return made


def without_zeros(choices: Iterable[int]) -> tuple[int, ...]:
    """The choices without the zeros at the end, which come by themselves."""
    out = list(choices)
    while out and not out[-1]:
        out.pop()
    return tuple(out)


def from_blocks(blocks: list[bytes]) -> Choices:
    """Answers from bytes; zeros after the last."""
    data = iter(b"".join(blocks))

    def below(n: int) -> int:
        value = next(data, 0)
        if n > 256:
            value = value * 256 + next(data, 0)
        return value % n

    return Choices.asked(below)


class _Hunt:
    """What Hypothesis calls with blocks; raises `_Failed` for a run without explanation."""

    def __init__(self, protocol: Protocol, mutant: str | None, faults: frozenset[str], shrink_runs: int) -> None:
        self.protocol, self.mutant, self.faults, self.left = protocol, mutant, faults, shrink_runs
        self.runs = self.shrinking = self.events = 0
        self.first: int | None = None
        self.best: tuple[list[bytes], Run, Rejected] | None = None

    def __call__(self, blocks: list[bytes]) -> None:
        if self.best is None:
            self.runs += 1
        elif self.left > 0 or blocks == self.best[0]:
            self.left -= 1
            self.shrinking += 1
        else:
            return  # enough of shrinking: nothing else fails any more
        made = run_of(self.protocol, self.mutant, self.faults, from_blocks(blocks))
        self.events += len(made.events)
        verdict = validate(self._trace(made)) if made.events else None
        if isinstance(verdict, Rejected):
            if self.first is None:
                self.first = sum(1 for choice in made.choices if choice)
            self.best = (blocks, made, verdict)
            raise _Failed

    def _trace(self, made: Run) -> Trace:
        return as_trace(made)

    def found(self) -> Found | None:
        """The last run that failed, which is the smallest."""
        if self.best is None:
            return None
        _, made, verdict = self.best
        return Found(made, verdict, without_zeros(made.choices), self.first or 0)


def _hypothesis(hunt: _Hunt, runs: int, chosen_seed: int) -> None:
    from hypothesis import HealthCheck, Phase, given, seed, settings
    from hypothesis import strategies as st

    def test(blocks: list[bytes]) -> None:
        hunt(blocks)

    drawn = given(st.lists(st.binary(min_size=BLOCK, max_size=BLOCK), max_size=BLOCKS_MAX))(test)
    limited = settings(
        max_examples=runs,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
    )(drawn)
    deep = sys.getrecursionlimit()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the depth of recursion was changed in between, as it is for large specs
        try:
            seed(chosen_seed)(limited)()
        except _Failed:
            pass
        finally:
            sys.setrecursionlimit(max(deep, sys.getrecursionlimit()))
