"""Breadth-first search by lookup: `bfs.Search` whose states are explored by the tables as far as they suit.

The closures explore the first states (a small model is done then); what they found lays out the packed states. From
there on the tables explore, and whenever something is wrong in a state, the closures explore that one state: findings,
their counts and their order are those of `bfs.Search`, because it makes them. Where tables gain nothing, all that was
found goes back to the closures, which go on from the same state.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from time import monotonic, thread_time
from typing import Any, overload

from modelcheck.core import Choice
from modelcheck.engine.atoms import TableAtoms, available
from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.places import GiveUp
from modelcheck.engine.protocol import State
from modelcheck.engine.slots import Restart, Unsuitable
from modelcheck.engine.tables import Tables
from modelcheck.errors import EvalError
from modelcheck.explore.bfs import Finding, Limits, Progress, Search, Stop, Task
from modelcheck.explore.graph import Graph
from modelcheck.explore.thrift import Thrift
from modelcheck.module.model import Model

CHUNK = 50_000  # states between looks at the clock
WARM_UP = 3_000  # successors found by the closures before the tables begin …
WARM_UP_S = 0.25  # … or so many seconds (the outcome is the same whenever they begin) …
WARM_UP_LEAST = 300  # … and so many successors, so that very small models are the closures' on every machine
PACE_STATES = 20  # explored by the closures, so that it is known how long they take for one
STEP = 10  # states that the closures explore before it is asked again whether it is time for the tables


class LookupSearch(Search):
    """See `bfs.Search`. `warm_up`: so many successors are found by the closures first."""

    def __init__(
        self,
        engine: ClosureEngine,
        task: Task,
        limits: Limits | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        keep_going: bool = False,
        warm_up: int = WARM_UP,
        core: Choice = Choice(),  # noqa: B008
    ) -> None:
        super().__init__(engine, task, limits, on_progress, keep_going)
        self.closures = engine
        self.warm_up = warm_up
        self.core = core
        self.thrift = Thrift(self.limits.memory_mb, core.exact)
        self.tables: Tables | None = None
        self.why = ""  # the tables were not used, or not to the end
        self._closures_only = False
        self._warming = monotonic()  # since then the closures explore …
        self._warm_s = 0.0  # … and have taken so long

    # ---- the search -----------------------------------------------------------------------------------------

    def _explore(self, begin: int, end: int) -> Finding | Stop | None:
        at = begin
        while at < end:
            if self.tables is None and not self._closures_only and self._is_warm():
                self._begin(at, end)
            if self.tables is None:
                to = end if self._closures_only else min(end, at + STEP)
                began = thread_time()
                ended = super()._explore(at, to)
                self._warm_s += thread_time() - began
                at = to
            else:
                ended, at = self._look_up(self.tables, end)
            if ended is not None:
                return ended
        return None

    def _is_warm(self) -> bool:
        if self.generated >= self.warm_up:
            return True
        return self.generated >= WARM_UP_LEAST and monotonic() - self._warming >= WARM_UP_S

    def _begin(self, at: int, end: int) -> None:
        """Hand all that was found to tables."""
        task = self.task
        try:
            tables = Tables(
                self.closures,
                task.invariants,
                task.constraints,
                task.step_properties,
                task.action_constraints,
                task.check_deadlock,
                task.keep_graph,
                self.core,
            )
            edges = [self.graph.steps(i) for i in range(at)] if self.graph is not None else []
            tables.load(self.states, self.parents, edges)
        except (Unsuitable, GiveUp, EvalError) as error:
            self._closures_only, self.why = True, str(error) or type(error).__name__
            return
        if at >= PACE_STATES:
            tables.pace.closures = self._warm_s / at
        tables.core.limit(self.limits.states)
        tables.core.seek(at, self.generated, end, self.level)
        self.tables = tables
        self.engine = NamedEngine(self.closures, f"tables ({tables.core.name})")
        states = PackedStates(tables)
        self.states, self.parents = states, PackedParents(tables, states)  # type: ignore[assignment]
        self.seen = PackedSeen(tables, states)  # type: ignore[assignment]

    def _look_up(self, tables: Tables, end: int) -> tuple[Finding | Stop | None, int]:
        """Explore by lookup for a while; and the next state."""
        if monotonic() >= self._next_tick and (stop := self._tick()):
            return stop, self._explored
        try:
            how = tables.run(min(end, self._at(tables) + CHUNK))
        except (Unsuitable, GiveUp, EvalError, RecursionError) as error:
            tables.core.rollback()
            at = self._counted(tables)
            if not isinstance(error, EvalError | RecursionError):
                self._surrender(tables, str(error) or type(error).__name__)
                return None, at
            how = "error"
        except BaseException:
            tables.core.rollback()
            self._counted(tables)
            raise
        if how in ("pause", "done"):
            at = self._counted(tables)
            self.thrift.look(tables.core)
            if self.limits.states is not None and len(self.seen) > self.limits.states:
                return Stop("states", self.limits.states), at
            return None, at
        if how == "memory":
            raise MemoryError
        tables.core.rollback()
        at = self._counted(tables)
        ended = super()._explore(at, at + 1)
        if ended is None:
            tables.core.seek(at + 1, self.generated, end, self.level)
        return ended, at + 1

    @property
    def doubt(self) -> str:
        """What the verdict has to say about states told apart by fingerprints; '' if all were exactly."""
        return self.thrift.doubt(self.distinct)

    @staticmethod
    def _at(tables: Tables) -> int:
        return tables.core.numbers()["state"]

    def _counted(self, tables: Tables) -> int:
        """Take the counts over from the core; the state it stands at."""
        numbers = tables.core.numbers()
        self.generated = numbers["generated"]
        self._explored = numbers["state"]
        if numbers["distinct"] > self._level_end:
            self.depth = self.level + 1
        return numbers["state"]

    def _keep_steps(self, graph: Graph, targets: list[State]) -> None:
        if self.tables is None:
            super()._keep_steps(graph, targets)
            return
        found = [self.tables.find(target) for target in targets]
        self.tables.core.put_edges(list(dict.fromkeys([i for i in found if i is not None])))

    def _take_graph(self, tables: Tables) -> None:
        """The steps that the tables have kept, of the states explored so far."""
        if self.graph is not None:
            explored = self._at(tables)
            offsets, targets = tables.core.edges(explored)
            self.graph = Graph.of(self.graph.initial, offsets, targets)
            fresh = len(self.graph.initial)
            for state in {fresh, explored // 2, explored - 1}:  # each was reached by a step that is kept
                if fresh <= state < explored:
                    assert state in self.graph.steps(self.parents[state]), "the core has lost steps"

    def _tick(self) -> Stop | None:
        if self.tables is not None and self.on_tick is not None:
            self._take_graph(self.tables)
        return super()._tick()

    def known_atoms(self) -> TableAtoms | None:
        """See `Search.known_atoms`: looked up in tables, if they have found the states."""
        if self.tables is None or self.graph is None or not available(self.tables):
            return None
        return TableAtoms(self.tables, self.graph.offsets, self.graph.targets)

    def _surrender(self, tables: Tables, why: str) -> None:
        """Give everything back to the closures."""
        self._take_graph(tables)
        self.states = list(self.states)
        self.parents = tables.core.parents()
        keep = self.task.keep_graph
        self.seen = {state: i for i, state in enumerate(self.states)} if keep else set(self.states)
        self._take_notes(tables)
        self.tables, self.engine = None, self.closures
        self._closures_only, self.why = True, why
        tables.core.close()

    def _take_notes(self, tables: Tables) -> None:
        """Actions taken, constraints that excluded something."""
        for action, rows in tables.actions_taken().items():
            self.taken[action] += rows
        self.excluding |= tables.excluding()

    def run(self) -> Finding | Stop | None:
        """See `Search.run`."""
        self._warming = monotonic()
        ended = super().run()
        if self.tables is not None:
            self._take_notes(self.tables)
            self._take_graph(self.tables)
        return ended


class NamedEngine:
    """The closures, under the name of the engine that searches."""

    def __init__(self, closures: ClosureEngine, name: str) -> None:
        self._closures = closures
        self.name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(self._closures, name)


class PackedStates:
    """The states found, made when asked for; `append` waits for the parent (`PackedParents.append`)."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.waiting: State | None = None
        self.marked = False  # a state was told to be seen that is not (or not yet) kept

    def __len__(self) -> int:
        return self._tables.core.numbers()["distinct"] + (self.waiting is not None)

    @overload
    def __getitem__(self, index: int) -> State: ...
    @overload
    def __getitem__(self, index: slice) -> list[State]: ...
    def __getitem__(self, index: int | slice) -> State | list[State]:
        if isinstance(index, slice):
            return [self._tables.state(i) for i in range(*index.indices(len(self)))]
        size = len(self)
        if not -size <= index < size:
            raise IndexError(index)
        return self._tables.state(index % size)

    def __iter__(self) -> Iterator[State]:
        for i in range(len(self)):
            yield self._tables.state(i)

    def append(self, state: State) -> None:
        """One more state."""
        self.waiting = state


class PackedParents:
    """The parents of the states found."""

    def __init__(self, tables: Tables, states: PackedStates) -> None:
        self._tables = tables
        self._states = states

    def __len__(self) -> int:
        return len(self._states)

    def __getitem__(self, index: int) -> int:
        return self._tables.core.parent(index)

    def __iter__(self) -> Iterator[int]:
        return iter(self._tables.core.parents())

    def tobytes(self) -> bytes:
        """All of them, eight bytes each."""
        return self._tables.core.parents().tobytes()

    def append(self, parent: int) -> None:
        """The parent of the state appended last; both are put into the core."""
        self._states.marked = False
        state, self._states.waiting = self._states.waiting, None
        assert state is not None
        while True:
            try:
                words = self._tables.packed(state)
                break
            except Restart:
                self._tables.rebuild()
        self._tables.core.insert(words, parent)


class PackedSeen:
    """The states found, as a mapping to their numbers."""

    def __init__(self, tables: Tables, states: PackedStates) -> None:
        self._tables = tables
        self._states = states

    def __len__(self) -> int:
        return self._tables.core.numbers()["distinct"] + self._states.marked

    def __contains__(self, state: Hashable) -> bool:
        return self._tables.find(state) is not None  # type: ignore[arg-type]

    def __getitem__(self, state: Hashable) -> int:
        number = self.get(state)
        if number is None:
            raise KeyError(state)
        return number

    def get(self, state: Hashable) -> int | None:
        """The number of a state, or None."""
        return self._tables.find(state)  # type: ignore[arg-type]

    def __setitem__(self, state: Hashable, number: int) -> None:
        """Counts at once; `PackedParents.append` puts the state into the core, if it is to be explored."""
        self._states.marked = True


def suits(model: Model, task: Task, core: Choice = Choice()) -> bool:  # noqa: B008
    """Whether the tables do all that the task asks for."""
    return task.identity is None and model.next is not None and bool(model.variables) and core.module() is not None
