"""The table engine's search as the rest of the checker sees it: the counts and the finding of `bfs.Search`.

`search` runs a model with tables where they suit it; None where they do not, or where the closures have to settle an
error: the caller then searches with the closures from the beginning.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from modelcheck.core.native import load
from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.protocol import State
from modelcheck.engine.slots import Restart, Unsuitable
from modelcheck.engine.tables import GiveUp, TableSearch
from modelcheck.explore.bfs import Finding, Limits, Progress, Stop, Task
from modelcheck.explore.memory import peak_rss_mb
from modelcheck.module.model import Model

CHUNK = 20_000  # states between looks at the clock
RESTARTS_MAX = 20


class _TableEngine:
    """The closures, under the name of the engine that searched."""

    def __init__(self, closures: ClosureEngine, core: str) -> None:
        self._closures = closures
        self.name = f"tables ({core})"

    def __getattr__(self, name: str) -> Any:
        return getattr(self._closures, name)


class TableReport:
    """What a finished table search says; has what `judge` and the warnings ask of a `Search`."""

    def __init__(
        self,
        engine: ClosureEngine,
        tables: TableSearch,
        task: Task,
        ended: Finding | Stop | None,
        began: float,
        initial: int,
    ) -> None:
        numbers = tables.core.numbers()
        self.engine = _TableEngine(engine, tables.core.name)
        self.tables = tables
        self.task = task
        self.generated = numbers["generated"]
        self.distinct = numbers["distinct"]
        self.depth = numbers["depth"]
        self.initial = initial
        explored = numbers["state"] + (0 if ended is None or isinstance(ended, Stop) else 1)
        if isinstance(ended, Finding) and ended.target is not None:  # the false state counts, as in `bfs.Search`
            inside = all(p.holds(ended.target) for p in task.constraints)
            self.distinct += inside and ended.kind == "invariant"
            self.depth = numbers["depth"] + 1 if inside and ended.index is not None else self.depth
        self.frontier = max(0, numbers["distinct"] - explored)
        self.seconds = monotonic() - began
        self.findings: list[Finding] = []
        self.states: tuple[State, ...] = ()
        self.taken = tables.actions_taken()
        self.discovered: dict[int, int] = {}
        false = tables.false_predicates()
        self.excluding = {p.holds for k, p in enumerate(task.constraints) if k + len(task.invariants) in false}

    def path(self, finding: Finding) -> list[State]:
        """The behavior that leads to a finding."""
        chain = [] if finding.index is None else self.tables.chain(finding.index)
        path = [self.tables.state(i) for i in chain]
        return path if finding.target is None else [*path, finding.target]


def suits(model: Model, task: Task) -> bool:
    """Whether the tables do all that the task asks for."""
    other = task.identity or task.init_properties or task.action_constraints or task.keep_graph
    return not other and model.next is not None and bool(model.variables) and load() is not None


def search(
    model: Model,
    engine: ClosureEngine,
    task: Task,
    limits: Limits | None,
    on_progress: Callable[[Progress], None] | None,
) -> tuple[TableReport, Finding | Stop | None] | None:
    """Search with tables; None when the closures have to do it."""
    if not suits(model, task):
        return None
    began = monotonic()
    limits = limits or Limits()
    opaque: set[tuple[int, ...]] = set()
    for _ in range(RESTARTS_MAX):
        try:
            tables = TableSearch(
                engine,
                task.invariants,
                task.constraints,
                task.step_properties,
                check_deadlock=task.check_deadlock,
                keep_edges=task.keep_graph,
            )
            tables.start(opaque)
            return _run(engine, tables, task, limits, on_progress, began)
        except Restart:
            opaque = set(tables.layout.opaque) if hasattr(tables, "layout") else opaque
        except (Unsuitable, GiveUp):
            return None
    return None


def _run(
    engine: ClosureEngine,
    tables: TableSearch,
    task: Task,
    limits: Limits,
    on_progress: Callable[[Progress], None] | None,
    began: float,
) -> tuple[TableReport, Finding | Stop | None]:
    initial = len(tables._initial_states)
    ended: Finding | Stop | None = None
    try:
        while True:
            how = tables.advance(CHUNK)
            numbers = tables.core.numbers()
            if how == "more":
                stop = _limit(numbers, limits, began)
                if stop is not None:
                    ended = stop
                    break
                if on_progress is not None:
                    seconds, left = monotonic() - began, numbers["distinct"] - numbers["state"]
                    on_progress(Progress(numbers["generated"], numbers["distinct"], left, numbers["depth"], seconds))
                continue
            if how == "memory":
                ended = Stop("out_of_memory")
            elif how == "deadlock":
                ended = Finding("deadlock", numbers["state"])
            elif how == "false":
                ended = _false(tables, task, numbers)
            elif how == "false_step":
                predicate = task.step_properties[numbers["false"]]
                target = tables.layout.decode(tables.core.target())
                ended = Finding("step_property", numbers["state"], target, predicate)
            break
    except KeyboardInterrupt:
        ended = Stop("interrupted")
    return TableReport(engine, tables, task, ended, began, initial), ended


def _false(tables: TableSearch, task: Task, numbers: dict[str, int]) -> Finding:
    """The first invariant that is false of the state at hand, by the closures."""
    target = tables.layout.decode(tables.core.target())
    index = numbers["state"] if tables._next_initial == len(tables._initial_states) else None
    for predicate in task.invariants:
        if not predicate.holds(target):
            return Finding("invariant", index, target, predicate)
    raise GiveUp


def _limit(numbers: dict[str, int], limits: Limits, began: float) -> Stop | None:
    if limits.states is not None and numbers["distinct"] > limits.states:
        return Stop("states", limits.states)
    if limits.depth is not None and numbers["depth"] > limits.depth:
        return Stop("depth", limits.depth)
    if limits.seconds is not None and monotonic() - began >= limits.seconds:
        return Stop("seconds", limits.seconds)
    if limits.memory_mb is not None and peak_rss_mb() >= limits.memory_mb:
        return Stop("memory", limits.memory_mb)
    return None
