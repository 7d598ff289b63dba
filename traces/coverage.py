"""Which actions of a spec the traces exercised, and how often; also with which of the spec's ways through an action.

Counts steps of the witness that explained each trace. An action that Next reaches in several ways (two disjuncts of its
own body) has a branch for each. Hidden steps are counted apart: the log does not show them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from modelcheck.engine.protocol import ActionInfo
from traces.search import Node


@dataclass
class Coverage:
    """`steps` by the action's index, over all traces added; `hidden` likewise. `stuttering`: events without a step."""

    actions: tuple[ActionInfo, ...]
    steps: Counter[int] = field(default_factory=Counter)
    hidden: Counter[int] = field(default_factory=Counter)
    stuttering: int = 0

    def add(self, path: Iterable[Node]) -> None:
        """Count the steps of a witness."""
        for node in path:
            if node.step is not None:
                self.steps[node.step.action] += 1
            elif node.level and node.parent is not None and node.parent.level:
                self.stuttering += 1
            for step in node.hidden:
                self.hidden[step.action] += 1

    def by_name(self) -> dict[str, int]:
        """Steps of each action, in the spec's order, those never taken included."""
        out: dict[str, int] = {}
        for i, info in enumerate(self.actions):
            out[info.name] = out.get(info.name, 0) + self.steps[i]
        return out

    def branches(self) -> dict[str, list[int]]:
        """For each action that Next reaches in more than one way: the steps by each way, in the spec's order."""
        ways: dict[str, list[int]] = {}
        for i, info in enumerate(self.actions):
            ways.setdefault(info.name, []).append(self.steps[i])
        return {name: counts for name, counts in ways.items() if len(counts) > 1}

    def missed(self) -> list[str]:
        """The actions that no event was explained by."""
        return [name for name, count in self.by_name().items() if not count]

    def as_json(self) -> dict[str, object]:
        """The counts as data."""
        out: dict[str, object] = {"actions": self.by_name(), "missed": self.missed()}
        if self.branches():
            out["branches"] = self.branches()
        if self.hidden:
            names = Counter({self.actions[i].name: 0 for i in self.hidden})
            for i, count in self.hidden.items():
                names[self.actions[i].name] += count
            out["hidden"] = dict(sorted(names.items()))
        if self.stuttering:
            out["stuttering"] = self.stuttering
        return out

    def lines(self) -> list[str]:
        """For people: one line an action."""
        counts = self.by_name()
        width = max((len(name) for name in counts), default=0)
        out = [f"  {name:<{width}}  {count:>6}" for name, count in counts.items()]
        out += [f"  {name}: by its ways through Next {', '.join(map(str, ways))}"
                for name, ways in self.branches().items()]
        return out
