"""How often each action of a spec is taken under each kind of fault: a table with a column for each.

Columns: no faults, each fault of the protocol alone, all together; each over the same number of seeded runs, and each
run is validated. The last rows count what the world did.

    table = fault_table("raft", 250)
    table.never(), table.rejected

Refused: an unknown protocol (T013), and what validation refuses.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pyimpl.sim.run import Run
from traces import pairs
from traces.record import as_trace, record_of
from traces.validate import Rejected, validate

RUNS = 10
NONE, ALL = "none", "all"


@dataclass(frozen=True, slots=True)
class Unexplained:
    """A run that no behavior of the spec explains, in the column `faults`."""

    faults: str
    run: Run
    verdict: Rejected


@dataclass(frozen=True)
class FaultTable:
    """`counts` by column and action; `taking` by column and action, how many runs took it; `happened` by column and
    kind of move or fault; `runs` in each column; `rejected` the runs without explanation."""

    name: str
    runs: int
    actions: tuple[str, ...]
    counts: dict[str, Counter[str]]
    happened: dict[str, Counter[str]]
    taking: dict[str, Counter[str]] = field(default_factory=dict)
    rejected: tuple[Unexplained, ...] = ()

    @property
    def all_runs(self) -> int:
        """The runs of all columns."""
        return self.runs * len(self.counts)

    @property
    def events(self) -> int:
        """The events of all runs."""
        return sum(column.total() for column in self.counts.values())

    def never(self) -> list[str]:
        """Actions that no run took."""
        return [a for a in self.actions if not any(column[a] for column in self.counts.values())]

    def only(self) -> dict[str, str]:
        """Actions that one kind of fault alone leads to (and all together), with it."""
        found = {}
        for action in self.actions:
            led = [column for column, counts in self.counts.items() if counts[action] and column != ALL]
            if len(led) == 1:
                found[action] = led[0]
        return found

    def as_json(self) -> dict[str, Any]:
        """As data: column -> action -> how often."""
        return {
            "runs": self.runs,
            "events": self.events,
            "actions": {fault: {a: column[a] for a in self.actions} for fault, column in self.counts.items()},
            "taking": {fault: {a: column[a] for a in self.actions} for fault, column in self.taking.items()},
            "happened": {fault: dict(sorted(column.items())) for fault, column in self.happened.items()},
            "never": self.never(),
            "only": self.only(),
            "rejected": [
                {"faults": u.faults, "seed": u.run.header["seed"], "event": u.verdict.event.number,
                 "action": u.verdict.event.action}
                for u in self.rejected
            ],
        }  # fmt: skip

    def lines(self) -> list[str]:
        """For people."""
        columns = list(self.counts)
        width = max(len(a) for a in (*self.actions, *self._kinds()))
        wide = [max(len(c), 7) for c in columns]

        def row(head: str, cells: list[str]) -> str:
            return f"{head:<{width}}  " + "  ".join(f"{c:>{w}}" for c, w in zip(cells, wide, strict=True))

        out = [row(f"{self.name}", columns)]
        out += [row(a, [f"{self.counts[c][a]:,}" for c in columns]) for a in self.actions]
        out += ["", *(row(k, [f"{self.happened[c][k]:,}" for c in columns]) for k in self._kinds()), ""]
        out += [f"no run took {action}" for action in self.never()]
        out += [f"{action}: only under {fault}" for action, fault in self.only().items()]
        for bad in self.rejected:
            event = bad.verdict.event
            out.append(f"NO BEHAVIOR: faults {bad.faults}, seed {bad.run.header['seed']}, event {event.number}, "
                       f"{event.action}")  # fmt: skip
        accepted = self.all_runs - len(self.rejected)
        out.append(f"{accepted:,} of {self.all_runs:,} runs, {self.events:,} events, are behaviors of the spec.")
        return out

    def _kinds(self) -> list[str]:
        return sorted({kind for column in self.happened.values() for kind in column})


def fault_table(name: str, runs: int = RUNS, *, first_seed: int = 0) -> FaultTable:
    """Run the implementation under each kind of fault, validate, and count. Raises TlaError T013."""
    protocol = pairs.protocol(name)
    counts: dict[str, Counter[str]] = {}
    taking: dict[str, Counter[str]] = {}
    happened: dict[str, Counter[str]] = {}
    rejected: list[Unexplained] = []
    kinds = [(NONE, ()), *((fault, (fault,)) for fault in protocol.faults), (ALL, protocol.faults)]
    for column, faults in kinds:
        counts[column], taking[column], happened[column] = Counter(), Counter(), Counter()
        for seed in range(first_seed, first_seed + runs):
            made = record_of(protocol, seed, faults)
            took = Counter(event["action"] for event in made.events)
            counts[column].update(took)
            taking[column].update(took.keys())
            happened[column].update({kind: n for kind, n in made.world.happened.items() if n})
            verdict = validate(as_trace(made)) if made.events else None
            if isinstance(verdict, Rejected):
                rejected.append(Unexplained(column, made, verdict))
    actions = [info.name for info in protocol.actions()] + [move.action for move in protocol.environment]
    return FaultTable(name, runs, tuple(dict.fromkeys(actions)), counts, happened, taking, tuple(rejected))
