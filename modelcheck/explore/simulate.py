"""Random behaviors: from a random initial state, random steps, everything checked on the way.

Takes an engine of closures and a `Task`; gives a `Tally`, and a `Finding`, a `LivenessFinding`, a `Stop`, or none of
them when the behaviors asked for are done. That nothing is found proves nothing about the behaviors not seen.

The walk is TLC's (`Simulator`, `SimulationWorker`, `LiveCheck1.checkTrace` of its public sources):

- an initial state is drawn uniformly from those inside the constraints;
- an action instance is drawn (`instances.py`); if it has no successor inside the constraints, the others are tried in
  a random cyclic order; the next state is drawn uniformly from the successors of the first that has one;
- every successor of an instance tried counts as generated; invariants and step properties are checked on each;
- a finished behavior is searched for a fair cycle of its own states (stuttering included) that violates a liveness
  property. Such a cycle is a behavior of the spec, whatever SYMMETRY, VIEW or constraints leave out.

The initial predicates of properties are not checked, as in TLC; one that is false is warned of. Unlike TLC, a state
whose successors all lie outside the constraints ends its behavior and is no deadlock.

Behavior k depends on the seed and k alone: not on the behaviors before it, nor on the number of workers. What a state
leads to is kept for the next visit, unless the spec reads registers, the level, a clock or chance.
"""

from __future__ import annotations

from collections.abc import Callable
from math import gcd
from random import Random
from time import monotonic
from typing import TypeAlias

from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.protocol import State
from modelcheck.errors import EvalError, TlaError
from modelcheck.explore.bfs import Checks, Finding, Stop, Task
from modelcheck.explore.fair import LivenessFinding
from modelcheck.explore.instances import instances, is_pure
from modelcheck.explore.walklive import WalkLiveness
from modelcheck.ir.lower import Lowering
from modelcheck.records import dataclass, field
from modelcheck.values import FALSE, TRUE, Value, boolean, make_record, show

NODES_MAX = 300_000  # states whose successors are kept
_TICK_EVERY_S = 0.25

Wrong: TypeAlias = Finding | LivenessFinding


@dataclass(frozen=True, slots=True)
class Plan:
    """What to simulate. `depth`: steps of a behavior at most; `behaviors` and `seconds`: when to stop (None: never)."""

    seed: int = 0
    depth: int = 100
    behaviors: int | None = 1_000
    seconds: float | None = None


@dataclass(slots=True)
class Tally:
    """What was seen. `taken` and `enabled` are by action: how often it was the step, and how often it had a successor
    when it was tried; `tried` is by instance: how often its successors were looked at. `at_depth`, `no_successor`,
    `outside`: how behaviors ended."""

    behaviors: int = 0
    steps: int = 0
    generated: int = 0
    longest: int = 0
    at_depth: int = 0
    no_successor: int = 0
    outside: int = 0
    taken: list[int] = field(default_factory=list)
    tried: list[int] = field(default_factory=list)
    enabled: list[int] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Add what was seen elsewhere."""
        self.behaviors += other.behaviors
        self.steps += other.steps
        self.generated += other.generated
        self.longest = max(self.longest, other.longest)
        self.at_depth += other.at_depth
        self.no_successor += other.no_successor
        self.outside += other.outside
        for mine, theirs in ((self.taken, other.taken), (self.tried, other.tried), (self.enabled, other.enabled)):
            mine[:] = [a + b for a, b in zip(mine, theirs, strict=True)] if mine else theirs


class _Arm:
    """The successors of one instance in one state: how many, those inside the constraints, the actions they are by."""

    __slots__ = ("actions", "generated", "targets")

    def __init__(self, generated: int, targets: list[tuple[_Node, int]]) -> None:
        self.generated = generated
        self.targets = targets
        self.actions = tuple({action for _, action in targets})


class _Node:
    """A state on a walk, with the arms computed so far."""

    __slots__ = ("arms", "state")

    def __init__(self, state: State) -> None:
        self.state = state
        self.arms: dict[int, _Arm] = {}


class _WrongError(Exception):
    """Something is wrong: ends the walk."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.kind)
        self.finding = finding


class Simulation:
    """Random behaviors of one model. `begin` once, then `behavior(k)` for any k, in any order."""

    def __init__(
        self,
        engine: ClosureEngine,
        task: Task,
        plan: Plan,
        liveness: WalkLiveness | None = None,
        on_progress: Callable[[Tally, float], None] | None = None,
    ) -> None:
        self.engine = engine
        self.task = task
        self.plan = plan
        self.liveness = liveness
        self.on_progress = on_progress
        self.instances = instances(engine)
        count = len(self.instances)
        self._strides = [s for s in range(1, count) if gcd(s, count) == 1] or [1]
        self.tally = self.new_tally()
        self.seconds = 0.0
        self.number = 0  # of the behavior at hand
        self.states: list[State] = []  # of the behavior at hand, or of the cycle found in it
        self.parents: list[int] = []
        self.steps_by: list[int] = []  # the action of each step
        self.last_action = -1  # of the step to the successor being checked
        self.exit_asked = False
        self.init_warnings: dict[str, str] = {}  # by property
        self.short: list[State] | None = None  # a shorter behavior to what was found
        self._initial: list[_Node] = []
        self._known: dict[State, _Node] = {}
        self._checking: State | None = None
        self._began = self._next_tick = monotonic()
        self._keep = self._is_pure()
        self._state_checks: Checks = tuple(("invariant", p) for p in task.invariants)
        self._step_checks: Checks = tuple(("step_property", p) for p in task.step_properties)
        self._shared_facts = True  # counts over all behaviors are known here (not in one worker among several)

    def new_tally(self) -> Tally:
        """A tally with nothing in it yet."""
        actions = len(self.engine.actions)
        return Tally(taken=[0] * actions, tried=[0] * len(self.instances), enabled=[0] * actions)

    def tried_by_action(self) -> list[int]:
        """How often each action's successors were looked at."""
        out = [0] * len(self.engine.actions)
        for instance, times in zip(self.instances, self.tally.tried, strict=True):
            for action in instance.actions:
                out[action] += times
        return out

    def _is_pure(self) -> bool:
        task, shared = self.task, self.engine.shared
        predicates = (*task.invariants, *task.step_properties, *task.constraints, *task.action_constraints)
        formulas = [Lowering(shared).formula(p.expr).body for p in predicates]
        return is_pure(self.engine.next_tree.root, *formulas)

    # ---- what is asked from outside ----

    @property
    def generated(self) -> int:
        """States generated so far."""
        return self.tally.generated

    @property
    def initial(self) -> int:
        """Initial states that behaviors begin with."""
        return len(self._initial)

    distinct = depth = frontier = 0  # not counted: see `Tally`

    def path(self, finding: Finding) -> list[State]:
        """The behavior that leads to a finding (the shorter one, if one is known), its offending state last."""
        if self.short is not None:
            return self.short
        if self.parents:  # what liveness found: the states are numbered as they came up first
            numbers = [] if finding.index is None else [finding.index]
            while numbers and self.parents[numbers[-1]] >= 0:
                numbers.append(self.parents[numbers[-1]])
            path = [self.states[number] for number in reversed(numbers)]
        else:
            path = [] if finding.index is None else self.states[: finding.index + 1]
        return path if finding.target is None else [*path, finding.target]

    def stat(self, name: str) -> Value:
        """What TLCGet answers; KeyError for a name it does not know."""
        match name:
            case "level":
                return len(self.states) + (self._checking is not None)
            case "diameter":
                return self.number
            case "duration":
                return int(monotonic() - self._began)
            case "config":
                return self._config()
            case "stats":
                return self._stats()
            case "generated" if self._shared_facts:
                return self.tally.generated
        raise KeyError(name)

    def _config(self) -> Value:
        plan = self.plan
        names = ("mode", "depth", "traces", "deadlock", "seed", "worker")
        traces = -1 if plan.behaviors is None else plan.behaviors
        values = ("simulate", plan.depth, traces, boolean(self.task.check_deadlock), str(plan.seed), 1)
        return make_record(names, values)

    def _stats(self) -> Value:
        taken: dict[str, int] = {}
        for action in self.steps_by:
            name = self.engine.actions[action].name
            taken[name] = taken.get(name, 0) + 1
        actions = make_record(tuple(taken), tuple(taken.values())) if taken else ()
        behavior = make_record(("id", "actions"), (self.number, actions))
        return make_record(("traces", "duration", "behavior"), (self.number, self.stat("duration"), behavior))

    def trace(self) -> list[State]:
        """The behavior up to the state at hand."""
        return self.states if self._checking is None else [*self.states, self._checking]

    def alone(self, alone: bool) -> None:
        """Whether this process does all the behaviors; if not, facts about all of them are unknown in it."""
        self._shared_facts = alone

    # ---- initial states ----

    def begin(self) -> Finding | None:
        """Compute and check the initial states. U010 when there is none inside the constraints."""
        self.engine.set_run(self)
        self.engine.context.rng = Random(f"{self.plan.seed}/init")
        self._began = monotonic()
        seen: dict[State, None] = {}
        try:
            for state in self.engine.initial():
                self.tally.generated += 1
                if state not in seen and self._admitted(None, state, self._state_checks):
                    seen[state] = None
                    self._warn_of(state)
        except _WrongError as wrong:
            return wrong.finding
        except EvalError as error:
            return Finding("error", None, None, None, error, "init")
        if not seen:
            where = "inside the constraints" if self.tally.generated else "at all"
            raise TlaError("U010", f"there is no initial state {where}, so there is no behavior to simulate")
        self._initial = [_Node(state) for state in seen]
        if self._keep:
            self._known = {node.state: node for node in self._initial}
        return None

    def _warn_of(self, state: State) -> None:
        """Properties whose initial predicate is false of this initial state: a warning, see the module's text."""
        for predicate in self.task.init_properties:
            name = predicate.name
            if name not in self.init_warnings and not predicate.holds(state):
                text = ", ".join(f"{v} = {show(x, 60)}" for v, x in zip(self.engine.variables, state, strict=True))
                self.init_warnings[name] = f"the initial predicate of property {name} is false where {text}"

    # ---- one behavior ----

    def run(self) -> Wrong | Stop | None:
        """All behaviors, one after the other, until something is wrong, the spec asks to stop, or the time is over."""
        plan = self.plan
        k = 0
        while not self.exit_asked and (plan.behaviors is None or k < plan.behaviors):
            wrong = self.behavior(k)
            if wrong is not None:
                return wrong
            if self.late():
                break
            k += 1
        return None

    def behavior(self, k: int) -> Wrong | None:
        """Behavior number k (from 0): what is wrong with it, if anything."""
        rng = self.engine.context.rng = Random(f"{self.plan.seed}/{k}")
        self.number = k + 1
        node = self._initial[int(rng.random() * len(self._initial))]
        self.states = [node.state]
        self.steps_by = []
        self._checking = None
        tally = self.tally
        try:
            for _ in range(self.plan.depth):
                arm = self._choose(node, rng)
                if arm is None:
                    break
                targets = arm.targets
                node, action = targets[0] if len(targets) == 1 else targets[int(rng.random() * len(targets))]
                tally.taken[action] += 1
                tally.steps += 1
                self.states.append(node.state)
                self.steps_by.append(action)
                if self._requests() or (monotonic() >= self._next_tick and self._tick()):
                    break
            else:
                tally.at_depth += 1
        except _WrongError as wrong:
            self._done()
            return wrong.finding
        self._done()
        return self._violated_liveness()

    def _done(self) -> None:
        self.tally.behaviors += 1
        self.tally.longest = max(self.tally.longest, len(self.steps_by))

    def _choose(self, node: _Node, rng: Random) -> _Arm | None:
        """The arm to go on with; None at the end of the behavior."""
        tally, count, arms = self.tally, len(self.instances), node.arms
        if not count:
            self._stuck(False)
            return None
        tried = tally.tried
        at = int(rng.random() * count)
        stride = generated = outside = 0
        for _ in range(count):
            arm = arms.get(at)
            if arm is None:
                tally.generated += generated
                generated = 0
                arm = self._arm(node, at)
            generated += arm.generated
            outside += arm.generated
            tried[at] += 1
            if arm.targets:
                for action in arm.actions:
                    tally.enabled[action] += 1
                tally.generated += generated
                return arm
            if not stride:
                stride = self._strides[int(rng.random() * len(self._strides))]
            at = (at + stride) % count
        tally.generated += generated
        self._stuck(outside > 0)
        return None

    def _stuck(self, outside: bool) -> None:
        """The end of a behavior: no successor, or (`outside`) none inside the constraints."""
        if outside:
            self.tally.outside += 1
            return
        self.tally.no_successor += 1
        if self.task.check_deadlock:
            raise _WrongError(Finding("deadlock", len(self.states) - 1))

    def _arm(self, node: _Node, at: int) -> _Arm:
        """Compute and check the successors of an instance."""
        sink: list[tuple[State, int]] = []
        failed: EvalError | None = None
        try:
            self.instances[at].successors(node.state, sink)
        except EvalError as error:
            failed = error
        targets: list[tuple[_Node, int]] = []
        for target, action in sink:
            self.last_action = action
            if self._admitted(node.state, target, self._state_checks):
                targets.append((self._node(target), action))
        if failed is not None:
            raise _WrongError(Finding("error", len(self.states) - 1, None, None, failed, "next"))
        arm = _Arm(len(sink), targets)
        if self._keep:
            node.arms[at] = arm
        return arm

    def _node(self, state: State) -> _Node:
        if not self._keep:
            return _Node(state)
        node = self._known.get(state)
        if node is None:
            if len(self._known) >= NODES_MAX:
                self._known = {}
                for kept in self._initial:
                    kept.arms = {}
            node = self._known[state] = _Node(state)
        return node

    def _admitted(self, before: State | None, state: State, checks: Checks) -> bool:
        """Check a state that was found, and the step to it; whether it is inside the constraints."""
        index = None if before is None else len(self.states) - 1
        self._checking = state
        self._check(checks, index, state, (state,))
        self._checking = None
        if before is not None and self._step_checks:
            self._check(self._step_checks, index, state, (before, state))
        try:
            self._checking = state
            for predicate in self.task.constraints:
                if not predicate.holds(state):
                    return False
            self._checking = None
            if before is not None:
                for predicate in self.task.action_constraints:
                    if not predicate.holds(before, state):
                        return False
        except EvalError as error:
            raise _WrongError(Finding("error", index, state, None, error, "constraint")) from None
        finally:
            self._checking = None
        return True

    def _check(self, checks: Checks, index: int | None, target: State, args: tuple[State, ...]) -> None:
        for kind, predicate in checks:
            try:
                if not predicate.holds(*args):
                    raise _WrongError(Finding(kind, index, target, predicate))
            except EvalError as error:
                raise _WrongError(Finding("error", index, target, predicate, error)) from None

    def _violated_liveness(self) -> LivenessFinding | None:
        if self.liveness is None:
            return None
        found = self.liveness.check(self.states)
        if found is not None:
            self.states, self.parents = self.liveness.states, self.liveness.parents
        return found

    # ---- when to stop ----

    def late(self) -> bool:
        """Whether the time is over."""
        self.seconds = monotonic() - self._began
        return self.plan.seconds is not None and self.seconds >= self.plan.seconds

    def _requests(self) -> bool:
        asked = self.engine.context.requests
        if asked and asked.pop("exit", FALSE) is TRUE:
            self.exit_asked = True
        return self.exit_asked

    def _tick(self) -> bool:
        self._next_tick = monotonic() + _TICK_EVERY_S
        late = self.late()
        if self.on_progress is not None:
            self.on_progress(self.tally, self.seconds)
        return late

    def check_again(self, finding: Finding, path: list[State]) -> bool:
        """Whether the same thing is wrong at the end of another behavior that leads to the same place."""
        found = self.states
        try:
            self.states = path if finding.target is None else path[:-1]
            return self._still_wrong(finding, path)
        finally:
            self.states, self._checking = found, None

    def _still_wrong(self, finding: Finding, path: list[State]) -> bool:
        state, predicate = path[-1], finding.predicate
        try:
            if finding.target is None:
                sink: list[tuple[State, int]] = []
                for instance in self.instances:
                    instance.successors(state, sink)
                return finding.kind == "deadlock" and not sink
            if predicate is not None and predicate.is_action:
                return not predicate.holds(path[-2], state) and finding.error is None
            self._checking = state
            if predicate is not None:
                return not predicate.holds(state) and finding.error is None
            for constraint in self.task.constraints:
                if not constraint.holds(state):
                    return False
            self._checking = None
            for constraint in self.task.action_constraints:
                if not constraint.holds(path[-2], state):
                    return False
        except EvalError as error:
            return finding.error is not None and error.code == finding.error.code
        return False
