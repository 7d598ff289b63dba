"""How often each action of a spec is taken under each kind of fault: a table with a column for each.

Columns: no faults, each fault of the protocol alone, all together; each over the same number of seeded runs. The last
rows count what the world did.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from traces import pairs
from traces.record import record_of

RUNS = 10
NONE, ALL = "none", "all"


@dataclass(frozen=True)
class FaultTable:
    """`counts` by column and action; `happened` by column and kind of move or fault; `runs` in each column."""

    name: str
    runs: int
    actions: tuple[str, ...]
    counts: dict[str, Counter[str]]
    happened: dict[str, Counter[str]]

    def never(self) -> list[str]:
        """Actions that no run took."""
        return [a for a in self.actions if not any(column[a] for column in self.counts.values())]

    def as_json(self) -> dict[str, Any]:
        """As data: column -> action -> how often."""
        return {
            "runs": self.runs,
            "actions": {fault: {a: column[a] for a in self.actions} for fault, column in self.counts.items()},
            "happened": {fault: dict(sorted(column.items())) for fault, column in self.happened.items()},
            "never": self.never(),
        }

    def lines(self) -> list[str]:
        """For people."""
        columns = list(self.counts)
        width = max(len(a) for a in (*self.actions, *self._kinds()))
        wide = [max(len(c), 7) for c in columns]

        def row(head: str, cells: list[str]) -> str:
            return f"{head:<{width}}  " + "  ".join(f"{c:>{w}}" for c, w in zip(cells, wide, strict=True))

        out = [row(f"{self.name}", columns)]
        out += [row(a, [f"{self.counts[c][a]:,}" for c in columns]) for a in self.actions]
        out += ["", *(row(k, [f"{self.happened[c][k]:,}" for c in columns]) for k in self._kinds())]
        return out

    def _kinds(self) -> list[str]:
        return sorted({kind for column in self.happened.values() for kind in column})


def fault_table(name: str, runs: int = RUNS) -> FaultTable:
    """Run the implementation under each kind of fault, and count. Raises TlaError T013."""
    protocol = pairs.protocol(name)
    counts: dict[str, Counter[str]] = {}
    happened: dict[str, Counter[str]] = {}
    kinds = [(NONE, ()), *((fault, (fault,)) for fault in protocol.faults), (ALL, protocol.faults)]
    for column, faults in kinds:
        counts[column], happened[column] = Counter(), Counter()
        for seed in range(runs):
            made = record_of(protocol, seed, faults)
            counts[column].update(event["action"] for event in made.events)
            happened[column].update({kind: n for kind, n in made.world.happened.items() if n})
    actions = [info.name for info in protocol.actions()] + [move.action for move in protocol.environment]
    return FaultTable(name, runs, tuple(dict.fromkeys(actions)), counts, happened)
