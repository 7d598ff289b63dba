"""A world in which nodes run: one clock, one queue of coming moves, one sequence of choices.

A *move* is a message arriving, a timer firing, a flush completing, a client asking, a node crashing or
starting, a partition beginning or ending. Moves stand in the queue with their time; the world takes the
earliest, lets the clock jump to it and carries it out. Whoever wants another order (a driver that follows a
spec's behavior) takes moves from `queue` himself and hands them to `perform`.

When the steps of a node become visible: the effects of a step are carried out in order up to the first
`Persist`; the node is then busy until the flush, further events wait at its door, and a crash in between
loses the record and all effects behind it. An action of the spec is reported to the observers when its last
effect is carried out.

    {"action": "Phase1b", "node": "a1", "args": {"a": "a1"}, "vars": {"maxBal": {"a1": 4, …}, …},
     "clock": 17, "vector": {"a1": 5, "a3": 2}, "time_ms": 230, "witness": {"m": {…}}}

`args` and `vars` are JSON of TLA+ values (`pyimpl.kernel.mapping`), `vars` the spec's state after the step,
`clock` a number that grows by one with each event of the run, `vector` the vector clock of the node's step
(actions counted).
"""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from pyimpl.kernel.effects import Apply, CancelTimer, Effect, Effects, Persist, Reply, Send, SetTimer, Taken
from pyimpl.kernel.mapping import History, Local, Mapping
from pyimpl.kernel.node import Event, Node, Received, Request, Started, TimerFired
from pyimpl.kernel.protocol import EnvironmentAction
from pyimpl.sim.choices import Choices
from pyimpl.sim.disk import Disk
from pyimpl.sim.faults import Weather

N = TypeVar("N", bound=Node)
MakeNode: TypeAlias = Callable[[str, dict[str, Any]], Node]
"""(name, records of the disk) -> the node."""
Observer: TypeAlias = Callable[[dict[str, Any]], None]
Vector: TypeAlias = dict[str, int]


@dataclass(frozen=True, slots=True)
class Deliver:
    """A message arrives."""

    sender: str
    to: str
    message: Any
    vector: Vector


@dataclass(frozen=True, slots=True)
class Fire:
    """A timer is due, unless it was set again or cancelled since (`turn` tells)."""

    node: str
    timer: str
    turn: int


@dataclass(frozen=True, slots=True)
class Flush:
    """The write that the node waits for is safe."""

    node: str
    life: int


@dataclass(frozen=True, slots=True)
class Ask:
    """A client asks the first node of `to`; with no answer after `patience_ms`, the next one, and so on
    around."""

    number: int
    command: Any
    to: tuple[str, ...]
    patience_ms: int = 300


@dataclass(frozen=True, slots=True)
class Crash:
    """A node stops: `node`, or one chosen when the time comes."""

    node: str | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """The node starts (again)."""

    node: str


@dataclass(frozen=True, slots=True)
class Cut:
    """The network splits in two groups, chosen when the time comes."""


@dataclass(frozen=True, slots=True)
class Heal:
    """The partition ends."""


@dataclass(frozen=True, slots=True)
class Calm:
    """The faults end."""


Move: TypeAlias = Deliver | Fire | Flush | Ask | Crash | Start | Cut | Heal | Calm


@dataclass
class Place:
    """What the world keeps for one node: the node itself, its disk, its timers, and the step it is in."""

    node: Node
    disk: Disk = field(default_factory=Disk)
    up: bool = False
    life: int = 0
    timers: dict[str, int] = field(default_factory=dict)
    todo: deque[Effect] = field(default_factory=deque)
    busy: bool = False
    taken: Taken | None = None
    door: deque[tuple[Event, Vector | None]] = field(default_factory=deque)
    vector: Vector = field(default_factory=dict)


class World:
    """Nodes by name in `places`; `applied` what each node handed to its application, `replies` the clients'
    answers by request number, `talk` what was first asked and first answered, in order, `happened` how often each
    kind of move and fault occurred, `now_ms` the clock."""

    def __init__(
        self,
        make: dict[str, MakeNode],
        mapping: Mapping,
        choices: Choices,
        weather: Weather,
        *,
        workload: Iterable[tuple[int, Ask]] = (),
        environment: Iterable[EnvironmentAction] = (),
        done: Callable[[World], bool] = lambda world: False,
    ) -> None:
        self.make, self.mapping, self.choices, self.weather = make, mapping, choices, weather
        self.environment, self.done = tuple(environment), done
        self.now_ms = 0
        self.queue: list[tuple[int, int, Move]] = []
        self.history = History(mapping)
        self.observers: list[Observer] = []
        self.observed: tuple[str, ...] = mapping.names
        self.applied: dict[str, list[Any]] = {name: [] for name in make}
        self.replies: dict[int, list[Any]] = {}
        self.talk: list[tuple[str, int, Any]] = []
        self._asked: set[int] = set()
        self.happened: Counter[str] = Counter()
        self.group: dict[str, int] = {}
        self._count = self._events = 0
        self._last_arrival: dict[tuple[str, str], int] = {}
        self._turn = 0
        self.places = {name: Place(make_node(name, {})) for name, make_node in make.items()}
        self._locals: dict[str, Local] = {name: mapping.local(p.node) for name, p in self.places.items()}
        for name in make:
            self.schedule(0, Start(name))
        for at_ms, ask in workload:
            self.schedule(at_ms, ask)
        self._schedule_weather()

    def nodes(self, kind: type[N]) -> list[N]:
        """The nodes of a class, those that are down too."""
        return [place.node for place in self.places.values() if isinstance(place.node, kind)]

    # ---- running ----

    def run(self, steps: int) -> int:
        """Carry out up to `steps` moves, fewer when nothing is left or `done` holds; returns how many."""
        for count in range(steps):
            if (self.done(self) and self.idle()) or not self.step():
                return count
        return steps

    def step(self) -> bool:
        """Carry out the earliest move; false when there is none."""
        if not self.queue:
            return False
        at_ms, _, move = heapq.heappop(self.queue)
        self.now_ms = max(self.now_ms, at_ms)
        self.perform(move)
        return True

    def schedule(self, delay_ms: int, move: Move) -> None:
        """Put a move in the queue; moves of the same time are taken in the order they were put there."""
        self._count += 1
        heapq.heappush(self.queue, (self.now_ms + delay_ms, self._count, move))

    def observe(self, observer: Observer, variables: Iterable[str] | None = None) -> None:
        """Call `observer` with each event; `variables` of the spec to put in `vars` (default: all)."""
        if variables is not None:
            self.observed = tuple(v for v in self.mapping.names if v in set(variables))
        self.observers.append(observer)
        for place in self.places.values():
            place.node.snapshot = self.mapping.local

    def idle(self) -> bool:
        """No node is in the middle of a step."""
        return not any(place.busy for place in self.places.values())

    def state(self) -> dict[str, Any]:
        """The spec's state now, as JSON."""
        return self.mapping.state(self._locals, self.history)

    def node(self, name: str) -> Node:
        """The node of that name; of a crashed one, what its disk will make of it."""
        return self.places[name].node

    # ---- moves ----

    def perform(self, move: Move) -> None:
        """Carry out one move now."""
        match move:
            case Deliver():
                self._deliver(move)
            case Fire():
                place = self.places[move.node]
                if place.up and place.timers.get(move.timer) == move.turn:
                    del place.timers[move.timer]
                    self._event(move.node, TimerFired(move.timer))
            case Flush():
                self._flush(move)
            case Ask():
                self._ask(move)
            case Crash():
                self._storm_crash(move)
            case Start():
                self.start(move.node)
            case Cut():
                self._cut()
            case Heal():
                self.group = {}
            case Calm():
                self._calm()

    def _deliver(self, move: Deliver) -> None:
        if self.group.get(move.sender) != self.group.get(move.to):
            self.happened["cut off"] += 1
        elif self.places[move.to].up:
            self.happened["deliver"] += 1
            self._event(move.to, Received(move.sender, move.message), move.vector)

    def _ask(self, ask: Ask) -> None:
        if ask.number in self.replies:
            return
        if ask.number not in self._asked:
            self._asked.add(ask.number)
            self.talk.append(("ask", ask.number, ask.command))
        if self.places[ask.to[0]].up:
            self._event(ask.to[0], Request(ask.number, ask.command))
        again = Ask(ask.number, ask.command, (*ask.to[1:], ask.to[0]), ask.patience_ms)
        self.schedule(ask.patience_ms, again)

    def start(self, name: str) -> None:
        """Start the node, if it is not running."""
        place = self.places[name]
        if not place.up:
            place.up = True
            self._event(name, Started())

    def crash(self, name: str) -> None:
        """Stop the node: its memory, its timers, the rest of the step it is in and its unflushed writes are
        gone."""
        place = self.places[name]
        if not place.up:
            return
        self.happened["crash"] += 1
        self.happened["write lost"] += place.disk.crash(self.choices.below if self.weather.torn else None)
        place.up = place.busy = False
        place.life += 1
        place.taken = None
        place.todo.clear()
        place.door.clear()
        place.timers.clear()
        place.node = self.make[name](name, place.disk.records())
        place.node.down = True
        if self.observers:
            place.node.snapshot = self.mapping.local
            self._environment("crash", name, place)

    def _environment(self, move: str, name: str, place: Place) -> None:
        """The environment changed the node: report it if the spec has it as an action and it changed the
        state."""
        before, after = self._locals[name], self.mapping.local(place.node)
        self._locals[name] = after
        for known in self.environment:
            if known.move == move and isinstance(place.node, known.role) and after != before:
                place.vector = place.vector | {name: place.vector.get(name, 0) + 1}
                self._report(name, Taken(known.action, {} if known.node is None else {known.node: name}))

    # ---- a node's step ----

    def _event(self, name: str, event: Event, vector: Vector | None = None) -> None:
        place = self.places[name]
        place.door.append((event, vector))
        if not place.busy:
            self._work(name, place)

    def _work(self, name: str, place: Place) -> None:
        """Let the node take the events at its door, one after the other, until it must wait for its disk."""
        while place.door and not place.busy:
            event, vector = place.door.popleft()
            for other, count in (vector or {}).items():
                place.vector[other] = max(count, place.vector.get(other, 0))
            effects: Effects = place.node.step(event)
            place.todo.extend(effects)
            self._carry_out(name, place)

    def _carry_out(self, name: str, place: Place) -> None:
        """Carry out the rest of the step, up to its end or the next write to wait for."""
        while place.todo:
            effect = place.todo.popleft()
            match effect:
                case Taken():
                    self._close(name, place)
                    place.taken = effect
                    place.vector = place.vector | {name: place.vector.get(name, 0) + 1}
                case Send(to, message):
                    self._send(name, to, message, place.vector)
                case Persist(record, value, flush):
                    place.disk.write(record, value)
                    if flush:
                        self._await_flush(name, place)
                        return
                case SetTimer(timer, delay_ms):
                    self._turn += 1
                    place.timers[timer] = self._turn
                    skew = self.choices.below(max(1, delay_ms // 4))
                    self.schedule(delay_ms + skew, Fire(name, timer, self._turn))
                case CancelTimer(timer):
                    place.timers.pop(timer, None)
                case Apply(value):
                    self.applied[name].append(value)
                    self.history.applied(value)
                case Reply(request, result):
                    if request not in self.replies:
                        self.talk.append(("answer", request, result))
                    self.replies.setdefault(request, []).append(result)
        self._close(name, place)
        if self.observers:
            self._locals[name] = self.mapping.local(place.node)

    def _await_flush(self, name: str, place: Place) -> None:
        place.busy = True
        if self._storm() and self.choices.one_in(self.weather.crash_in_flush_one_in):
            self.schedule(0, Crash(name))
        self.schedule(1 + self.choices.below(3), Flush(name, place.life))

    def _flush(self, move: Flush) -> None:
        place = self.places[move.node]
        if place.life == move.life and place.busy:
            self.happened["flush"] += 1
            place.disk.flush()
            place.busy = False
            self._carry_out(move.node, place)
            self._work(move.node, place)

    def _close(self, name: str, place: Place) -> None:
        """The action that was under way is complete: report it."""
        taken, place.taken = place.taken, None
        if taken is not None and self.observers:
            self._locals[name] = taken.after
            self._report(name, taken)

    def _report(self, name: str, taken: Taken) -> None:
        self._events += 1
        event: dict[str, Any] = {
            "action": taken.action,
            "node": name,
            "args": taken.args,
            "vars": self.mapping.state(self._locals, self.history, self.observed),
            "clock": self._events,
            "vector": dict(sorted(self.places[name].vector.items())),
            "time_ms": self.now_ms,
        }
        if taken.witness:
            event["witness"] = taken.witness
        for observer in self.observers:
            observer(event)

    # ---- network ----

    def _send(self, sender: str, to: str, message: Any, vector: Vector) -> None:
        self.history.sent(message)
        weather, choices = self.weather, self.choices
        copies = 1
        if self._storm():
            if choices.one_in(weather.loss_one_in):
                self.happened["loss"] += 1
                return
            if choices.one_in(weather.duplicate_one_in):
                self.happened["duplicate"] += 1
                copies = 2
        for _ in range(copies):
            self.schedule(self._latency_ms(sender, to), Deliver(sender, to, message, vector))

    def _latency_ms(self, sender: str, to: str) -> int:
        """How long a message takes: 1 to 10 ms, and never before an earlier one, unless a fault has it
        otherwise."""
        latency = 1 + self.choices.below(10)
        link, storm = (sender, to), self._storm()
        if storm and self.weather.reorder and self.choices.one_in(4):
            latency += self.choices.below(80)  # not late enough to be missed, but later ones may be there first
        if storm and self.choices.one_in(self.weather.delay_one_in):
            self.happened["delay"] += 1
            latency += 100 + self.choices.below(300)
        arrival, last = self.now_ms + latency, self._last_arrival.get(link, 0)
        if arrival < last:
            if storm and self.weather.reorder:
                self.happened["reorder"] += 1
            else:
                arrival = last
        self._last_arrival[link] = max(arrival, last)
        return arrival - self.now_ms

    # ---- weather ----

    def _storm(self) -> bool:
        return self.now_ms < self.weather.calm_ms

    def _schedule_weather(self) -> None:
        weather = self.weather
        if weather.calm_ms:
            self.schedule(weather.calm_ms, Calm())
        if weather.crash_every_ms:
            self.schedule(1 + self.choices.below(weather.crash_every_ms), Crash())
        if weather.partition_every_ms:
            self.schedule(1 + self.choices.below(weather.partition_every_ms), Cut())

    def _storm_crash(self, move: Crash) -> None:
        """Crash the node, let it start again later, and have the next crash come."""
        if not self._storm():
            return
        names = list(self.places)
        name = names[self.choices.below(len(names))] if move.node is None else move.node
        if self.places[name].up:
            self.crash(name)
            self.schedule(10 + self.choices.below(200), Start(name))
        if move.node is None:
            self.schedule(1 + self.choices.below(2 * self.weather.crash_every_ms), Crash())

    def _cut(self) -> None:
        if not self._storm():
            return
        names = list(self.places)
        side = 1 + self.choices.below(2 ** len(names) - 2)
        self.group = {name: side >> i & 1 for i, name in enumerate(names)}
        self.happened["partition"] += 1
        lasts_ms = 50 + self.choices.below(250)
        self.schedule(lasts_ms, Heal())
        self.schedule(lasts_ms + 1 + self.choices.below(self.weather.partition_every_ms), Cut())

    def _calm(self) -> None:
        self.group = {}
        for name in self.places:
            self.start(name)
