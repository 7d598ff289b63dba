"""Breadth-first search over an engine, level by level: every reachable state, or the first thing wrong.

Takes an `Engine` and a `Task` (what is to be checked); gives counts, and a `Finding`, a `Stop`, or neither
when the search is complete and everything holds. Refuses nothing: errors of evaluation are findings.

What is counted and checked is TLC's, so that the numbers agree (*Specifying Systems*, chapter 14; the public
sources of TLC: `Worker.addElement`, `ModelChecker.DoInitFunctor`):

- every initial state and every successor found counts as generated, repeats included;
- a state outside a constraint, or reached by a step outside an action constraint, is neither distinct nor
  explored; its invariants and the step's properties are checked all the same, each time it is found;
- invariants are checked on each new state, step properties on every step found;
- a deadlock is an explored state without any successor, whether inside the constraints or not;
- depth is the number of levels that have a state; 1 when no state is inside the constraints, 0 when there is
  no initial state at all.
"""

from __future__ import annotations

import gc
from array import array
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from modelcheck.engine.protocol import Engine, Predicate, State, Value
from modelcheck.errors import EvalError
from modelcheck.explore.graph import Graph
from modelcheck.explore.memory import peak_rss_mb
from modelcheck.records import dataclass
from modelcheck.values import TRUE

if TYPE_CHECKING:
    from modelcheck.explore.savedrows import Rows, SavedRows

#: What a finding is about. `init_property` and `step_property` come from PROPERTY.
FindingKind = Literal["invariant", "init_property", "step_property", "deadlock", "error"]
#: Where an evaluation failed when no predicate is to blame.
Doing = Literal["init", "next", "constraint", "check"]
StopReason = Literal["states", "depth", "seconds", "memory", "out_of_memory", "interrupted", "exit"]

Checks: TypeAlias = tuple[tuple[FindingKind, Predicate], ...]

NO_PARENT = -1
_TICK_EVERY_S = 0.25  # how often limits of time and memory are looked at


@dataclass(frozen=True, slots=True)
class Task:
    """What to check. `identity` gives what tells two states apart (VIEW, SYMMETRY); None: the state
    itself. `symmetry`: the permutations of SYMMETRY. `keep_graph`: liveness will ask for the steps between the states.
    """

    invariants: tuple[Predicate, ...] = ()
    init_properties: tuple[Predicate, ...] = ()
    step_properties: tuple[Predicate, ...] = ()
    constraints: tuple[Predicate, ...] = ()
    action_constraints: tuple[Predicate, ...] = ()
    check_deadlock: bool = True
    identity: Callable[[State], Hashable] | None = None
    symmetry: tuple[Mapping[Value, Value], ...] = ()
    keep_graph: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """Where to stop: distinct states, levels, seconds, megabytes of resident memory. None: no limit."""

    states: int | None = None
    depth: int | None = None
    seconds: float | None = None
    memory_mb: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """The first thing that is wrong.

    It concerns the state number `index` (None: no state yet) and, when there is one, its successor
    `target`; for an initial state `index` is None and `target` the state. `predicate` is what is false, or
    what was being evaluated when `error` came up.
    """

    kind: FindingKind
    index: int | None
    target: State | None = None
    predicate: Predicate | None = None
    error: EvalError | None = None
    doing: Doing = "check"


@dataclass(frozen=True, slots=True)
class Stop:
    """The search ended early and has found nothing so far; `limit` is the number that was reached, if one
    was.
    """

    reason: StopReason
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the search has come. `frontier`: states found and not explored yet; `seconds` since it
    began.
    """

    generated: int
    distinct: int
    frontier: int
    depth: int
    seconds: float


class Search:
    """One breadth-first search. `run` it once; afterwards the counts stay readable."""

    def __init__(
        self,
        engine: Engine,
        task: Task,
        limits: Limits | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        keep_going: bool = False,
    ) -> None:
        """`keep_going`: note what is wrong in `findings` and search on; errors of evaluation end it all the same."""
        self.engine = engine
        #: What the spec asks of the run by TLCSet, by name.
        self._requests: Mapping[str, Value] = getattr(getattr(engine, "context", None), "requests", {})
        self.task = task
        self.limits = limits or Limits()
        self.on_progress = on_progress
        self.keep_going = keep_going
        self.findings: list[Finding] = []  # the first of each kind and name
        self.repeated: defaultdict[tuple[str, str], int] = defaultdict(int)  # further ones
        self.generated = 0
        self.initial = 0
        self.depth = 0
        self.level = 0  # of the states being explored; 0 while initial states are made
        self.states: list[State] = []  # explored ones and the frontier, in order of discovery
        self.parents = array("q")  # number of the state each was first reached from
        self.seen: set[Hashable] | dict[Hashable, int] = {} if task.keep_graph else set()
        self.graph = Graph(loops=task.identity is not None) if task.keep_graph else None
        self.taken: defaultdict[int, int] = defaultdict(int)  # successors by action
        self.discovered: defaultdict[int, int] = defaultdict(int)  # states first reached, by action
        self.excluding: set[Callable[..., bool]] = set()  # `holds` of the constraints that were false somewhere
        self.on_tick: Callable[[Search], None] | None = None  # called between two states, a few times a second
        self._explored = 0  # states explored, the one at work included; it is number `_explored - 1`
        self._level_end = 0  # the states of the level being explored end before this number
        self._stop_asked = False
        self._fingerprints = False  # the search that this one goes on with told states apart by fingerprints
        self._between = 0
        self._checking: State | None = None  # the successor (or initial state) being checked
        self._began = monotonic()
        self._next_tick = self._began + _TICK_EVERY_S
        self._state_checks: Checks = tuple(("invariant", p) for p in task.invariants)
        self._initial_checks: Checks = (
            *self._state_checks,
            *(("init_property", p) for p in task.init_properties),
        )
        self._step_checks: Checks = tuple(("step_property", p) for p in task.step_properties)

    # ---- what is asked from outside ----

    @property
    def distinct(self) -> int:
        """Distinct states inside the constraints, so far."""
        return len(self.seen)

    @property
    def frontier(self) -> int:
        """States found and not explored yet."""
        return len(self.states) - self._explored

    @property
    def fingerprints(self) -> bool:
        """Whether states were told apart by fingerprints, now or before the search was saved, and not exactly."""
        return self._fingerprints

    @property
    def doubt(self) -> str:
        """What the verdict has to say of that; '' where states were told apart exactly."""
        if not self.fingerprints:
            return ""
        from modelcheck.explore.thrift import doubt

        return doubt(self.distinct)

    @property
    def seconds(self) -> float:
        """Since the search was made."""
        return monotonic() - self._began

    def run(self) -> Finding | Stop | None:
        """Search until something is wrong, a limit is reached, Ctrl-C, or everything is explored (None)."""
        self.engine.set_run(self)
        between = self._between = self.engine.between
        try:
            with _patient_collector():
                return (None if self._level_end else self._initial_states()) or self._levels()
        except KeyboardInterrupt:
            return Stop("interrupted")
        except MemoryError:
            return Stop("out_of_memory")
        finally:
            self._checking = None
            self.generated += self.engine.between - between
            self._between = self.engine.between

    def stat(self, name: str) -> Any:
        """What TLCGet answers; KeyError for a name it does not know."""
        return {
            "generated": self.generated,
            "distinct": self.distinct,
            "queue": self.frontier,
            "diameter": max(1, self.depth),
            "duration": int(self.seconds),
            "level": self.level + (self._checking is not None),
        }[name]

    def trace(self) -> list[State]:
        """The states from an initial one to the one being explored or checked."""
        path = [self.states[i] for i in self.chain(self._explored - 1)] if self._explored else []
        return path if self._checking is None else [*path, self._checking]

    def chain(self, index: int) -> list[int]:
        """The numbers of the states on the way from an initial state to number `index`."""
        numbers = [index]
        while (parent := self.parents[numbers[-1]]) != NO_PARENT:
            numbers.append(parent)
        return numbers[::-1]

    def path(self, finding: Finding) -> list[State]:
        """The behavior that leads to a finding, its offending state last (none: an error before any
        state).
        """
        path = [] if finding.index is None else [self.states[i] for i in self.chain(finding.index)]
        return path if finding.target is None else [*path, finding.target]

    # ---- what liveness asks ----

    def number(self, state: State) -> int | None:
        """The number of a state, if the search has kept it (it must have kept the graph)."""
        seen: Any = self.seen
        number: int | None = seen.get(state if self.task.identity is None else self.task.identity(state))
        return number

    @property
    def workers(self) -> int:
        """How many threads may work on what this search has found."""
        return 1

    def known_atoms(self) -> Any:
        """Atoms whose truth is known everywhere at little cost (`truths.Known`)."""
        return None

    # ---- saving and going on (checkpoint.py) ----

    def stop_soon(self) -> None:
        """End the search between two states, as interrupted."""
        self._stop_asked, self._next_tick = True, 0.0

    @property
    def can_be_saved(self) -> bool:
        """Whether the initial states are all there."""
        return self._level_end > 0

    def resumable(self) -> dict[str, Any]:
        """The counts, as data, between two states."""
        return {
            "generated": self.generated + self.engine.between - self._between,
            "initial": self.initial,
            "depth": self.depth,
            "level": self.level,
            "explored": self._explored,
            "level_end": self._level_end,
            "taken": sorted(self.taken.items()),
            "discovered": sorted(self.discovered.items()),
            "fingerprints": self.fingerprints,
            "tables": False,  # whether tables had found the states
        }

    def saved_rows(self) -> Rows:
        """The states, to be saved."""
        from modelcheck.explore.savedrows import PlainRows

        return PlainRows(self.states)

    def resume_rows(self, rows: SavedRows, parents: array[int], counts: dict[str, Any]) -> bool:
        """Stand where another search of the same model stood, without making its states; False: that cannot be."""
        return False

    def resume(self, states: list[State], parents: array[int], counts: dict[str, Any]) -> None:
        """The same with the states, where the graph is already as it was."""
        identity = self.task.identity
        self.states, self.parents = states, parents
        keys: Iterable[Hashable] = states if identity is None else map(identity, states)
        self.seen = {key: i for i, key in enumerate(keys)} if self.task.keep_graph else set(keys)
        self._resume_counts(counts)

    def _resume_counts(self, counts: dict[str, Any]) -> None:
        self.generated, self.initial, self.depth = counts["generated"], counts["initial"], counts["depth"]
        self.level, self._explored, self._level_end = counts["level"], counts["explored"], counts["level_end"]
        self.taken.update((int(action), times) for action, times in counts["taken"])
        self.discovered.update((int(action), times) for action, times in counts["discovered"])
        self._fingerprints = counts["fingerprints"]

    # ---- the search ----

    def _initial_states(self) -> Finding | Stop | None:
        visit = self._visitor()
        try:
            for state in self.engine.initial():
                self.initial += 1
                self.generated += 1
                self.depth = 1
                finding = visit(NO_PARENT, state, self._initial_checks, ())
                if finding is not None:
                    return finding
                if monotonic() >= self._next_tick and (stop := self._tick()):
                    return stop
        except EvalError as error:
            return Finding("error", None, None, None, error, "init")
        if self.graph is not None:
            self.graph.initial = range(len(self.states))
        return None

    def _levels(self) -> Finding | Stop | None:
        begin, end = self._explored, self._level_end
        if begin < end:  # a search that goes on in the middle of a level
            ended = self._explore(begin, end)
            if ended is not None:
                return ended
            begin = end
        while begin < (end := len(self.states)):
            if self.level == self.limits.depth:
                return Stop("depth", self.limits.depth)
            self.level += 1
            self._level_end = end
            ended = self._explore(begin, end)
            if ended is not None:
                return ended
            begin = end
        return None

    def _explore(self, begin: int, end: int) -> Finding | Stop | None:
        """Explore the states `begin` to `end` (exclusive), all of one level."""
        task, states, seen = self.task, self.states, self.seen
        taken, discovered = self.taken, self.discovered
        successors_of, visit = self.engine.successors, self._visitor()
        invariants, step_checks = self._state_checks, self._step_checks
        # A seen state needs no visit unless there is something to check on each step.
        plain = not (step_checks or task.constraints or task.action_constraints or task.identity)
        check_deadlock = task.check_deadlock
        states_max = self.limits.states
        asked = self._requests
        for index in range(begin, end):
            if monotonic() >= self._next_tick and (stop := self._tick()):
                return stop
            if asked and asked.get("exit") is TRUE:
                return Stop("exit")
            if states_max is not None and len(seen) > states_max:
                return Stop("states", states_max)
            state = states[index]
            self._explored = index + 1
            try:
                successors = successors_of(state)
            except EvalError as error:
                return self._failed(index, state, error)
            if not successors and check_deadlock and not self._noted(Finding("deadlock", index)):
                return Finding("deadlock", index)
            generated = self.generated
            for count, (target, action) in enumerate(successors, 1):
                taken[action] += 1
                if plain and target in seen:
                    continue
                self.generated = generated + count
                known = len(states)
                finding = visit(index, target, invariants, step_checks)
                if finding is not None:
                    return finding
                if len(states) != known:
                    discovered[action] += 1
            self.generated = generated + len(successors)
            if self.graph is not None:
                self._keep_steps(self.graph, self._allowed(state, [target for target, _ in successors]))
        return None

    def _allowed(self, state: State, targets: list[State]) -> list[State]:
        """The targets found whose step from a state is inside the action constraints."""
        constraints, identity = [p.holds for p in self.task.action_constraints], self.task.identity
        if not constraints:
            return targets
        seen = [t for t in targets if (t if identity is None else identity(t)) in self.seen]
        return [t for t in seen if all(within(state, t) for within in constraints)]

    def _keep_steps(self, graph: Graph, targets: list[State]) -> None:
        """Add the steps of the state just explored to the graph; those out of the constraints are none."""
        numbers, identity = self.seen, self.task.identity
        assert isinstance(numbers, dict)
        keys = targets if identity is None else [identity(target) for target in targets]
        graph.add([numbers[key] for key in keys if key in numbers])

    def _failed(self, index: int, state: State, error: EvalError) -> Finding:
        """Next cannot be evaluated here: look at the successors found before that, one of which may be
        wrong.
        """
        visit = self._visitor()
        try:
            for step in self.engine.steps(state):
                self.generated += 1
                finding = visit(index, step.target, self._state_checks, self._step_checks)
                if finding is not None:
                    return finding
        except EvalError as again:
            error = again
        return Finding("error", index, None, None, error, "next")

    def _visitor(self) -> Callable[[int, State, Checks, Checks], Finding | None]:
        """What to do with one state that was found: tell whether it is new, check it, keep it."""
        task = self.task
        constraints = tuple(p.holds for p in task.constraints)
        action_constraints = tuple(p.holds for p in task.action_constraints)
        identity = task.identity
        states, seen, excluding = self.states, self.seen, self.excluding
        keep, link = states.append, self.parents.append
        look = self._false_and_noted if self.keep_going else _false
        mark = seen.add if isinstance(seen, set) else (lambda key: seen.__setitem__(key, len(states)))

        def visit(index: int, target: State, checks: Checks, step_checks: Checks) -> Finding | None:
            inside = fresh = True
            self._checking = target
            parent = None if index == NO_PARENT else index
            try:
                for within in constraints:
                    if not within(target):
                        inside = False
                        excluding.add(within)
                        break
                self._checking = None
                if inside and parent is not None:
                    for within in action_constraints:
                        if not within(states[index], target):
                            inside = False
                            excluding.add(within)
                            break
                if inside:
                    key = target if identity is None else identity(target)
                    if key in seen:
                        fresh = False
                    else:
                        mark(key)
                        self.depth = self.level + 1
            except EvalError as error:
                self._checking = None
                return Finding("error", parent, target, None, error, "constraint")
            if fresh:
                self._checking = target
                found = look(checks, parent, target, (target,))
                self._checking = None
                if found is not None:
                    return found
            if step_checks:
                found = look(step_checks, parent, target, (states[index], target))
                if found is not None:
                    return found
            if inside and fresh:
                keep(target)
                link(index)
            return None

        return visit

    def _noted(self, finding: Finding) -> bool:
        """Whether a finding is kept for later, so that the search can go on."""
        if not self.keep_going or finding.error is not None:
            return False
        name = "" if finding.predicate is None else finding.predicate.name
        known = any(f.kind == finding.kind and f.predicate is finding.predicate for f in self.findings)
        if known:
            self.repeated[finding.kind, name] += 1
        else:
            self.findings.append(finding)
        return True

    def _false_and_noted(
        self, checks: Checks, index: int | None, target: State, args: tuple[State, ...]
    ) -> Finding | None:
        """Note every one of `checks` that is false of `args`; an error of evaluation is given back."""
        for check in checks:
            finding = _false((check,), index, target, args)
            if finding is not None and not self._noted(finding):
                return finding
        return None

    def _tick(self) -> Stop | None:
        """Look at the clock and the memory; report progress."""
        self._next_tick = monotonic() + _TICK_EVERY_S
        seconds, limits = self.seconds, self.limits
        if limits.seconds is not None and seconds >= limits.seconds:
            return Stop("seconds", limits.seconds)
        if limits.memory_mb is not None and peak_rss_mb() >= limits.memory_mb:
            return Stop("memory", limits.memory_mb)
        if self._stop_asked:
            return Stop("interrupted")
        if self.on_tick is not None and self.can_be_saved:
            self.on_tick(self)
        if self.on_progress is not None:
            self.on_progress(Progress(self.generated, self.distinct, self.frontier, self.depth, seconds))
        return None


def _false(checks: Checks, index: int | None, target: State, args: tuple[State, ...]) -> Finding | None:
    """The first of `checks` that is false of `args`, or that cannot be evaluated."""
    for kind, predicate in checks:
        try:
            if not predicate.holds(*args):
                return Finding(kind, index, target, predicate)
        except EvalError as error:
            return Finding("error", index, target, predicate, error)
    return None


@contextmanager
def _patient_collector() -> Iterator[None]:
    """Let the cyclic collector run seldom: a search makes millions of tuples that stay, and hardly any
    cycle.
    """
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 1_000)
    try:
        yield
    finally:
        gc.set_threshold(*before)
