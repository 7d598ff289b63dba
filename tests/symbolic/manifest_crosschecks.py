"""The cross-check of every model of `specs/manifest.toml`, as a table: one line for each, in the manifest's order.

    python tests/symbolic/manifest_crosschecks.py [--depth N] [--max-seconds S] [NAME ...]

A line has the verdict (`agree`, `agree up to K` where a side has no answer further on, `DISAGREE`, or the code of what
is refused), the number of steps after which both find something wrong, the numbers of states that were compared one by
one, and seconds. Names select models by a part of their cfg. Exit code 1 when one disagrees.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2]))

from modelcheck.errors import TlaError
from modelcheck.explore.bfs import Limits as SearchLimits
from modelcheck.module import load
from modelcheck.symbolic.crosscheck import STEPS, CrossCheck, cross_check, phase
from modelcheck.symbolic.task import Limits
from traces.manifest import ModelEntry, read_manifest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120.0


@dataclass(frozen=True)
class Row:
    """How one comparison ended; `found` is None for a model that is refused."""

    entry: ModelEntry
    verdict: str
    found: CrossCheck | None
    seconds: float

    def __str__(self) -> str:
        name = f"{self.entry.protocol}/{self.entry.name}"
        wrong = None if self.found is None else phase(self.found.explicit)
        sizes = "" if self.found is None else " ".join(str(n) for n in self.found.levels)
        return f"{name:<42} {self.verdict:<16} {'-' if wrong is None else wrong!s:>5} {self.seconds:>6.1f}  {sizes}"


def compared(entry: ModelEntry, steps: int = STEPS, seconds: float | None = None) -> Row:
    """Both engines on one model of the manifest."""
    began = time.monotonic()
    specs = ROOT / "specs"
    try:
        model = load(specs / entry.module, specs / entry.config)
        found = cross_check(model, steps, Limits(total_seconds=seconds), SearchLimits(seconds=seconds))
    except TlaError as error:
        return Row(entry, f"refused {error.code}", None, time.monotonic() - began)
    verdict = "DISAGREE" if found.difference else "agree" if found.agreed == steps else f"agree up to {found.agreed}"
    return Row(entry, verdict, found, time.monotonic() - began)


def main(argv: list[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--depth", type=int, default=STEPS)
    parser.add_argument("--max-seconds", type=float, default=SECONDS)
    options = parser.parse_args(argv)
    tally: dict[str, int] = {}
    print(f"{'model':<42} {'verdict':<16} {'wrong':>5} {'s':>6}  states after 0, 1, 2, ... steps")
    for entry in read_manifest():
        if options.names and not any(name in entry.config for name in options.names):
            continue
        row = compared(entry, options.depth, options.max_seconds)
        tally[row.verdict] = tally.get(row.verdict, 0) + 1
        print(row, flush=True)
        if row.found is not None and row.found.difference:
            print(f"    {row.found.difference}")
    print(", ".join(f"{n} {verdict}" for verdict, n in sorted(tally.items())))
    return int("DISAGREE" in tally)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
