"""Breadth-first search by quicker engines: `bfs.Search` whose states are explored by tables or the native evaluator.

The closures explore the first states (a small model is done then). From there on the native evaluator explores
(`nativesearch.py`), tables follow on trial (`trial.py`), and where they catch up they go on alone; under a view or
symmetry they tell states apart by the keys of the native evaluator (not where steps are kept for liveness: there are
no tables then). Whenever something is wrong in a state, or not known, the closures explore that one state: findings,
their counts and their order are those of `bfs.Search`, because it makes them. Where tables come to gain nothing, all
that was found goes back to the native evaluator; where that does not know most states, to the closures and from there
to tables, and where these do not suit the model, the closures go on alone.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from time import monotonic, thread_time
from typing import Any

from modelcheck.core import NATIVE, TABLES, Choice, processors
from modelcheck.core.graph import working
from modelcheck.engine.atoms import TableAtoms, available
from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.native import Unknown
from modelcheck.engine.pace import Pace
from modelcheck.engine.places import GiveUp
from modelcheck.engine.protocol import State
from modelcheck.engine.slots import Unsuitable
from modelcheck.engine.tables import Tables
from modelcheck.errors import EvalError, TlaError
from modelcheck.explore.bfs import Finding, Limits, Progress, Search, Stop, Task
from modelcheck.explore.graph import Graph
from modelcheck.explore.nativeatoms import NativeAtoms
from modelcheck.explore.nativesearch import REFUSED, NativeModel, NativeTables, few_initial, rows_of
from modelcheck.explore.nativesearch import available as native_available
from modelcheck.explore.packed import PackedParents, PackedSeen, PackedStates
from modelcheck.explore.savedrows import SOME, NativeRows, Rows, SavedRows
from modelcheck.explore.thrift import Thrift
from modelcheck.explore.trial import FIRST_S, Begun, NativeStates, Trial
from modelcheck.module.model import Model
from modelcheck.records import replace

CHUNK = 50_000  # states between looks at the clock
WARM_UP = 1_000  # successors found by the closures before a quicker engine begins …
WARM_UP_S = 0.05  # … or so many seconds (the outcome is the same whenever it begins) …
WARM_UP_LEAST = 100  # … and so many successors, so that very small models are the closures' on every machine …
WARM_UP_MOST_S = 0.5  # … or so many seconds, however few
PACE_STATES = 20  # explored by the closures, so that it is known how long they take for one
INITIAL_FEW, INITIAL_FEW_S = 1_000, 0.01  # so many initial states, natively found in so many seconds, are for closures
INITIAL_BACK, INITIAL_BACK_S = 20_000, 0.1  # so many, found in so many seconds, are given to closures and tables
SAMPLE = 50  # states that tables are laid out for, before they are tried
TAKING_OVER_S = 5e-6  # … and so many seconds for each initial state that they would take over: thrice what that takes
KEY_SAMPLE = 50  # rows by which is judged what tells permutations apart best
EDGES_MOST = 2_000_000  # states explored whose steps are given to tables when a saved search goes on
STEP = 10  # states that the closures explore before it is asked again whether it is time for the tables


class LookupSearch(Search):
    """See `bfs.Search`. `warm_up`: so many successors are found by the closures first (default: `WARM_UP`; none where
    the native evaluator is asked for by name)."""

    def __init__(
        self,
        engine: ClosureEngine,
        task: Task,
        limits: Limits | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        keep_going: bool = False,
        warm_up: int | None = None,
        core: Choice = Choice(),  # noqa: B008
    ) -> None:
        super().__init__(engine, task, limits, on_progress, keep_going)
        self.closures = engine
        self.warm_up = warm_up if warm_up is not None else 0 if core.name == NATIVE else WARM_UP
        self.core = core
        self.thrift = Thrift(self.limits.memory_mb, core.exact)
        self.tables: Tables | NativeTables | None = None
        self.why = ""  # the tables were not used, or not to the end
        self._begun: Begun | None = None  # where tables would begin, while they may be tried
        self._trial: Trial | None = None
        self._native: NativeModel | None = None
        self._not_native = ""  # why the native evaluator is not used
        self._own_task = task
        self._closures_only = False
        self._known_taken: dict[int, int] = {}  # of the actions taken: how often, when it was last asked of the tables
        self._warming = monotonic()  # since then the closures explore …
        self._warm_s = 0.0  # … and have taken so long

    # ---- the search -----------------------------------------------------------------------------------------

    def _explore(self, begin: int, end: int) -> Finding | Stop | None:
        at = begin
        while at < end:
            if self.tables is None and not self._closures_only and self._is_warm():
                self._begin(at, end)
            if self.tables is None:
                to = end if self._closures_only else min(end, at + (STEP if self._warm_s < WARM_UP_S else 1))
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
        took = monotonic() - self._warming
        return took >= (WARM_UP_S if self.generated >= WARM_UP_LEAST else WARM_UP_MOST_S)

    def _begin(self, at: int, end: int) -> None:
        """Hand all that was found to tables, or to the native evaluator."""
        if self.core.name in (None, NATIVE) and self._begin_natively(at, end):
            return
        if self.core.name == NATIVE:
            self._closures_only = True
            return
        try:
            tables = self._new_tables(self._keyed())
            tables.load(self.states, self.parents, self._edges(at))
        except (Unsuitable, GiveUp, EvalError) as error:
            self.why = str(error) or type(error).__name__
            self._closures_only = True
            return
        if at >= PACE_STATES:
            tables.pace.closures = self._warm_s / at
        self._use(tables, at, end)

    def _keyed(self) -> NativeModel | None:
        """What tables alone tell states apart by, where they themselves do not. Raises Unsuitable."""
        if self._own_task.identity is None:
            return None
        if self.core.name != TABLES or self._own_task.keep_graph:
            raise Unsuitable("states are told apart by SYMMETRY or VIEW")
        try:
            return NativeModel(self.closures, self._own_task)
        except REFUSED as error:
            raise Unsuitable(str(error) or type(error).__name__) from None

    def _new_tables(self, native: NativeModel | None, sample: Sequence[Sequence[int]] = ()) -> Tables:
        """Tables without states. `native`: the model's program, if there is one; `sample`: rows like those to come."""
        task = self._own_task
        return Tables(
            self.closures,
            task.invariants,
            task.constraints,
            task.step_properties,
            task.action_constraints,
            task.check_deadlock,
            task.keep_graph,
            self.core,
            None if native is None else native.program,
            None if native is None else native.keys(sample),
        )

    def _edges(self, explored: int) -> list[Sequence[int]]:
        """The steps kept of the first states."""
        return [self.graph.steps(i) for i in range(explored)] if self.graph is not None else []

    def _use(self, tables: Tables | NativeTables, at: int, end: int) -> None:
        """Go on with what has been given all that was found."""
        tables.core.limit(self.limits.states)
        tables.core.seek(at, self.generated, end, self.level)
        self.tables, self._known_taken = tables, {}
        self.engine = NamedEngine(self.closures, tables.name)
        find: Callable[[Any], int | None] = tables.find
        if isinstance(tables, NativeTables) and tables.identity is not None:
            self.task = replace(self._own_task, identity=tables.identity)
            find = tables.find_key
        elif isinstance(tables, Tables) and tables.keys is not None:
            self.task = replace(self._own_task, identity=tables.keys.key)
            find = tables.find_key
        states = PackedStates(tables)
        self.states, self.parents = states, PackedParents(tables, states)  # type: ignore[assignment]
        self.seen = PackedSeen(tables, states, find)  # type: ignore[assignment]

    # ---- the native evaluator -------------------------------------------------------------------------------

    def _native_model(self) -> NativeModel | None:
        """The model lowered for the native evaluator; None if it cannot be, or a table core was asked for by name."""
        if self.core.name not in (None, NATIVE):
            return None
        if self._native is None and not self._not_native:
            try:
                self._native = NativeModel(self.closures, self._own_task)
            except REFUSED as error:
                self._no_native(str(error) or type(error).__name__)
        return self._native

    def _no_native(self, why: str) -> None:
        self._native, self._not_native = None, why
        if self.core.name == NATIVE:
            raise TlaError("U001", f"--core {NATIVE} cannot be used: {why}")
        self.why = self.why or why

    def _begin_natively(self, at: int, end: int) -> bool:
        """Hand what the closures have found to the native evaluator; whether that was possible."""
        native = self._native_model()
        if native is None:
            return False
        try:
            tables = NativeTables(native, self.keep_going, self.workers)
            tables.load(self.states, self.parents, self.graph)
        except REFUSED as error:
            self._no_native(str(error) or type(error).__name__)
            return False
        if self._may_try_tables():
            counts = (at, self.generated, end, self.level)
            self._begun = Begun(self.states, self.parents, self._edges(at), *counts)
        self._use(tables, at, end)
        return True

    # ---- tables on trial ------------------------------------------------------------------------------------

    def _may_try_tables(self) -> bool:
        task = self._own_task
        return self.core.name is None and not self.keep_going and (task.identity is None or not task.keep_graph)

    def _try_tables(self, native: NativeTables, end: int) -> Stop | None:
        """Have tables follow the native evaluator for a while, if it is time to; use them where they have caught up."""
        if self._begun is None or native.seconds < FIRST_S:
            return None
        taking_over = TAKING_OVER_S * self._begun.level_end
        if isinstance(self._begun.states, NativeStates) and not self._begun.sure and native.seconds < taking_over:
            return None  # to take the states over may cost too much of what is left
        if self.thrift.saves:  # two searches at once are too much
            self._end_trial("")
            return None
        try:
            if self._trial is None:
                self._trial = self._new_trial(native, self._begun)
            at = self._at(native)
            pace = "quicker" if self._trial.is_due(native.seconds) else ""
            while pace == "quicker":
                pace = self._trial.follow(at, native.seconds, native.core.numbers()["distinct"])
                if monotonic() >= self._next_tick and (stop := self._tick()):
                    return stop
        except (Unsuitable, GiveUp, EvalError) as error:
            self._end_trial(str(error) or type(error).__name__)
            return None
        if pace == "there":
            self._change_to(self._trial.tables, native, end)
        return None

    def _new_trial(self, native: NativeTables, begun: Begun) -> Trial:
        found = native.core.numbers()["distinct"]
        like = [native.state(i) for i in range(0, found, max(1, found // SAMPLE))]
        sample = [native.core.state(i) for i in range(0, found, max(1, found // KEY_SAMPLE))]
        return Trial(begun, lambda: self._new_tables(native.model, sample), like, native.clock, native.core.rows)

    def _change_to(self, tables: Tables, native: NativeTables, end: int) -> None:
        """Go on with tables that have caught up."""
        ours, theirs = tables.core.numbers(), native.core.numbers()
        for name in ("state", "generated", "distinct"):
            if ours[name] != theirs[name]:
                raise AssertionError(f"{name}: {ours[name]} by tables, {theirs[name]} natively")
        tables.pace = Pace(ours["state"], native.seconds / max(1, theirs["explored"]))
        self._trial = None
        self._end_trial("")
        self._use(tables, ours["state"], end)
        native.core.close()

    def _end_trial(self, why: str) -> None:
        if self._trial is not None:
            self._trial.tables.core.close()
        self._begun = self._trial = None
        self.why = self.why or why

    def _go_on_natively(self, tables: Tables, at: int, end: int) -> bool:
        """Hand what the tables have found to the native evaluator; whether that was possible."""
        native = self._native_model()
        if native is None:
            return False
        try:
            other = NativeTables(native, self.keep_going, self.workers)
            other.load_rows(rows_of(tables, native), tables.core.parents(), self.graph)
        except REFUSED as error:
            self._no_native(str(error) or type(error).__name__)
            return False
        tables.core.close()
        self._use(other, at, end)
        return True

    def _initial_states(self) -> Finding | Stop | None:
        """Those of many that the closures would find are found natively, if they are all as they should be."""
        if self.core.name is None and native_available():
            natively = not few_initial(self.closures, INITIAL_FEW, INITIAL_FEW_S)
        else:
            natively = self.core.name == NATIVE
        native = self._native_model() if natively else None
        found = native is not None and self._found_natively(native)
        if isinstance(found, Stop):
            return found
        return None if found else super()._initial_states()

    def _found_natively(self, native: NativeModel) -> Stop | bool:
        """Find the initial states natively; False where something is wrong with one: nothing has happened then."""
        stops: list[Stop] = []

        def go_on() -> bool:
            numbers = tables.core.numbers()
            self.generated, self.initial = numbers["generated"], numbers["initial"]
            stop = self._tick()
            self.generated = self.initial = 0
            stops.extend([] if stop is None else [stop])
            return stop is None

        try:
            tables = NativeTables(native, self.keep_going, self.workers)
            tables.go_on = go_on
            if tables.begin() is False:
                return False
        except KeyboardInterrupt:
            stops.append(Stop("interrupted"))
        except REFUSED as error:
            self._no_native(str(error) or type(error).__name__)
            return False
        numbers = tables.core.numbers()
        self.initial, self.generated, self.depth = numbers["initial"], numbers["generated"], min(1, numbers["initial"])
        distinct = numbers["distinct"]
        if self.graph is not None:
            self.graph.initial = range(distinct)
        if stops:
            self._use(tables, 0, distinct)
            return stops[0]
        if self.core.name == NATIVE or distinct > INITIAL_BACK or tables.seconds > INITIAL_BACK_S:
            if self._may_try_tables():
                found = NativeStates(tables.core.rows, tables.state)
                counts = (0, self.generated, distinct, self.level)
                self._begun = Begun(found, tables.core.parents(), [], *counts)
            tables.seconds = 0.0  # from now on: of the search
            self._use(tables, 0, distinct)
            return True
        states = [tables.state(i) for i in range(distinct)]
        self.resume(states, tables.core.parents(), self.resumable())
        self.excluding |= tables.excluding()
        tables.core.close()
        return True

    def _look_up(self, tables: Tables | NativeTables, end: int) -> tuple[Finding | Stop | None, int]:
        """Explore by lookup for a while; and the next state."""
        if monotonic() >= self._next_tick and (stop := self._tick()):
            return stop, self._explored
        try:
            how = tables.run(min(end, self._at(tables) + CHUNK))
        except (Unsuitable, GiveUp, EvalError, RecursionError) as error:
            tables.core.rollback()
            at = self._counted(tables)
            if not isinstance(error, EvalError | RecursionError):
                self._surrender(tables, at, end, str(error) or type(error).__name__)
                return None, at
            how = "error"
        except BaseException:
            tables.core.rollback()
            self._counted(tables)
            raise
        if how in ("pause", "done"):
            at = self._counted(tables)
            self.thrift.look(tables.core)
            if isinstance(tables, NativeTables) and (stop := self._try_tables(tables, end)):
                return stop, at
            if self.limits.states is not None and len(self.seen) > self.limits.states:
                return Stop("states", self.limits.states), at
            return None, at
        if how == "memory":
            raise MemoryError
        tables.core.rollback()
        return self._by_closures(tables, self._counted(tables), end)

    def _by_closures(self, tables: Tables | NativeTables, at: int, end: int) -> tuple[Finding | Stop | None, int]:
        """Have the closures explore one state; and the next one."""
        self._end_trial("")
        generated, findings = self.generated, list(self.findings)
        repeated, taken = self.repeated.copy(), self.taken.copy()
        try:
            ended = super()._explore(at, at + 1)
        except Unknown:  # a value that the native evaluator cannot hold
            self.generated, self.findings, self.repeated, self.taken = generated, findings, repeated, taken
            self._surrender(tables, at, end, "values that the native evaluator cannot hold")
            return None, at
        if ended is None:
            tables.core.seek(at + 1, self.generated, end, self.level)
        return ended, at + 1

    @property
    def fingerprints(self) -> bool:
        """See `Search.fingerprints`."""
        return self.thrift.fingerprints or super().fingerprints

    @staticmethod
    def _at(tables: Tables | NativeTables) -> int:
        return tables.core.numbers()["state"]

    def _counted(self, tables: Tables | NativeTables) -> int:
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

    def _take_graph(self, tables: Tables | NativeTables) -> None:
        """The steps that the tables have kept, of the states explored so far."""
        if self.graph is not None:
            explored = self._at(tables)
            offsets, targets = tables.core.edges(explored)
            with working(self.workers):
                self.graph = Graph.of(self.graph.initial, offsets, targets, self.graph.loops)
            fresh = len(self.graph.initial)
            for state in {fresh, explored // 2, explored - 1}:  # each was reached by a step that is kept
                if fresh <= state < explored:
                    assert state in self.graph.steps(self.parents[state]), "the core has lost steps"

    def _tick(self) -> Stop | None:
        if self.tables is not None and self.on_tick is not None:
            self._take_graph(self.tables)
        return super()._tick()

    @property
    def workers(self) -> int:
        """See `Search.workers`."""
        return self.core.workers or processors()

    def known_atoms(self) -> TableAtoms | NativeAtoms | None:
        """See `Search.known_atoms`: of what tables or the native evaluator have found."""
        if self.tables is None or self.graph is None:
            return None
        if isinstance(self.tables, NativeTables):
            return NativeAtoms(self.tables, self.graph.offsets, self.graph.targets)
        return TableAtoms(self.tables, self.graph.offsets, self.graph.targets) if available(self.tables) else None

    def _surrender(self, tables: Tables | NativeTables, at: int, end: int, why: str) -> None:
        """Give everything to the native evaluator, or back to the closures; from these, tables may take over once more
        what the native evaluator could not do.
        """
        self._take_graph(tables)
        self._take_notes(tables)
        self.why = why
        if isinstance(tables, Tables) and self._go_on_natively(tables, at, end):
            return
        self.task, identity = self._own_task, self._own_task.identity
        self.states = list(self.states)
        self.parents = tables.core.parents()
        keys = self.states if identity is None else [identity(state) for state in self.states]
        self.seen = {key: i for i, key in enumerate(keys)} if self.task.keep_graph else set(keys)
        self.tables, self.engine = None, self.closures
        self._end_trial("")
        if isinstance(tables, NativeTables) and self.core.name is None:
            self._no_native(why)
        else:
            self._closures_only = True
        tables.core.close()

    def _take_notes(self, tables: Tables | NativeTables) -> None:
        """Actions taken, constraints that excluded something: what has come since the last time."""
        before, self._known_taken = self._known_taken, tables.actions_taken()
        for action, rows in self._known_taken.items():
            self.taken[action] += max(0, rows - before.get(action, 0))
        self.excluding |= tables.excluding()

    def resumable(self) -> dict[str, Any]:
        """See `Search.resumable`."""
        if self.tables is not None:
            self._take_notes(self.tables)
        return {**super().resumable(), "tables": isinstance(self.tables, Tables)}

    def saved_rows(self) -> Rows:
        """See `Search.saved_rows`."""
        tables = self.tables
        if isinstance(tables, NativeTables):
            return NativeRows(tables.model.program, tables.some_rows(SOME))
        if isinstance(tables, Tables) and tables.filler is not None:
            return NativeRows(tables.filler.program, tables.filler.some_rows(SOME))
        return super().saved_rows()

    def resume_rows(self, rows: SavedRows, parents: array[int], counts: dict[str, Any]) -> bool:
        """See `Search.resume_rows`: the native evaluator goes on, unless there are so few that the closures might."""
        native = self._native_model() if len(parents) >= self.warm_up else None
        if native is None:
            return False
        try:
            tables = NativeTables(native, self.keep_going, self.workers)
            tables.load_rows(rows.ids(native.program), parents, self.graph)
        except REFUSED as error:
            self._no_native(str(error) or type(error).__name__)
            return False
        self._resume_counts(counts)
        at, end = self._explored, self._level_end
        self._use(tables, at, end)
        if self._may_try_tables() and (self.graph is None or at <= EDGES_MOST):
            found = NativeStates(tables.core.rows, tables.state)
            begun = (at, self.generated, end, self.level, counts["tables"])
            self._begun = Begun(found, parents, self._edges(at), *begun)
        return True

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


def suits(model: Model, task: Task, core: Choice = Choice()) -> bool:  # noqa: B008
    """Whether a quicker engine may do all that the task asks for."""
    if model.next is None or not model.variables:
        return False
    if core.name == NATIVE or task.identity is not None:
        return core.name in (None, NATIVE, TABLES) and native_available()
    return core.module() is not None
