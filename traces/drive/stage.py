"""The implementation, one move at a time: whoever holds the stage decides what happens next, not the clock.

Every message ever sent may arrive at any time, any number of times; every timer that is set may fire; a client may ask;
a node may crash, also in the middle of a write, and start again. After each move the events that the implementation
reports are held against the spec, step by step, and the state that it is in then against the state that they led to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from modelcheck.engine.protocol import State, Step
from pyimpl.kernel.effects import Effects
from pyimpl.sim.world import Ask, Deliver, Fire, Flush, Start, World
from traces.decode import Decoder
from traces.drive.graph import Edge
from traces.search import StepCache


@dataclass(frozen=True, slots=True)
class Hand:
    """`message` arrives."""

    sender: str
    to: str
    message: Any

    @property
    def node(self) -> str:
        return self.to

    @property
    def kind(self) -> str:
        return type(self.message).__name__


@dataclass(frozen=True, slots=True)
class Ring:
    """A timer fires."""

    node: str
    timer: str

    @property
    def kind(self) -> str:
        return f"timer {self.timer.split()[0]}"


@dataclass(frozen=True, slots=True)
class Request:
    """A client asks, the request with that number. `only_if`: an action of the environment, with arguments, that must
    be enabled: the spec assumes that it happens at no other time."""

    node: str
    number: int
    command: Any
    only_if: tuple[str, tuple[tuple[str, Any], ...]] | None = None

    @property
    def kind(self) -> str:
        words = self.command if isinstance(self.command, tuple) else (self.command,)
        return f"ask {words[0] if isinstance(words[0], str) else ''}"


@dataclass(frozen=True, slots=True)
class Stop:
    """The node crashes."""

    node: str
    kind = "crash"


@dataclass(frozen=True, slots=True)
class Begin:
    """The node starts again."""

    node: str
    kind = "start"


@dataclass(frozen=True, slots=True)
class Call:
    """The action's method is called, as if the node had thought of it by itself."""

    node: str
    method: str
    args: tuple[tuple[str, Any], ...]
    kind = "call"


Move: TypeAlias = Hand | Ring | Request | Stop | Begin | Call


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that the implementation took and the spec allows."""

    edge: Edge
    event: dict[str, Any]
    step: Step


class Departure(Exception):
    """The implementation did what the spec does not allow. `silent`: its state changed, and no event tells of it."""

    def __init__(self, move: Move | None, event: dict[str, Any] | None, silent: str = "") -> None:
        super().__init__(silent or (event or {}).get("action"))
        self.move, self.event, self.silent = move, event, silent


class Stage:
    """One run. `state` is the spec's; `events` are all events so far, as in a trace; `log` the moves that were made,
    which made again give the same run; `opening` the steps that the nodes took when they started;
    `fresh` the messages that have not arrived since they were sent, the oldest first.

    `clocked`: a timer may fire from its delay on until a quarter more has passed, and not before another that must
    have fired by then. `due` has those times of the timers that are set, in ms.
    """

    def __init__(
        self,
        world: World,
        cache: StepCache,
        decoder: Decoder,
        variables: tuple[str, ...],
        clocked: bool = False,
        later: tuple[str, ...] = (),
    ) -> None:
        self.world, self.cache, self.decoder, self.variables = world, cache, decoder, variables
        self.events: list[dict[str, Any]] = []
        self.sent: dict[str, Hand] = {}
        self.log: list[Move] = []
        self.handed: set[Move] = set()
        self.fresh: dict[Hand, None] = {}
        self.clocked, self.later = clocked, later
        self.due: dict[tuple[str, str], tuple[int, int]] = {}
        self._new: list[dict[str, Any]] = []
        self._fire: dict[tuple[str, str], Fire] = {}
        world.observe(self._new.append)
        self._json: dict[str, Any] = {}
        self.state = self._now()
        if self.state not in cache.initial():
            raise Departure(None, None, "the implementation begins in a state in which the spec does not")
        self.opening = self._move(None, lambda: None)

    # ---- what can happen ----

    def possible(self) -> list[Move]:
        """Every move there is now, but requests, which the driver has, and calls."""
        places = self.world.places
        out: list[Move] = [hand for hand in self.sent.values() if places[hand.to].up]
        out += [r for n, place in places.items() for t in place.timers if self.can(r := Ring(n, t))]
        out += [Stop(n) if place.up else Begin(n) for n, place in places.items()]
        return out

    def can(self, move: Move) -> bool:
        """Whether the move can still be made: the node is up, the timer set."""
        place = self.world.places[move.node]
        if isinstance(move, Ring):
            return place.up and move.timer in place.timers and self._in_turn(move)
        return place.up != isinstance(move, Begin)

    def _in_turn(self, move: Ring) -> bool:
        """Whether the timer may be the next to fire."""
        return not self.clocked or self.due[move.node, move.timer][0] <= min(
            self.due[n, t][1] for n, place in self.world.places.items() for t in place.timers
        )

    def enabled(self, action: str, args: tuple[tuple[str, Any], ...]) -> bool:
        """Whether the spec allows the action now, with these arguments (JSON)."""
        given = tuple((name, self.decoder.value(json, ("args", name))) for name, json in args)
        return bool(self.cache.steps(self.state, action, given))

    # ---- making it happen ----

    def make(self, move: Move, tear: Callable[[], bool] = lambda: False) -> list[Taken]:
        """Make the move; the steps taken. `tear` is asked at each write whether to crash in it. Raises Departure."""
        self.log.append(move)
        if isinstance(move, Hand):
            self.handed.add(move)
            self.fresh.pop(move, None)
        return self._move(move, lambda: self._perform(move), tear)

    def _perform(self, move: Move) -> None:
        match move:
            case Hand():
                self.world.perform(Deliver(move.sender, move.to, move.message, {}))
            case Ring():
                turn = self.world.places[move.node].timers[move.timer]
                if self.clocked:
                    self.world.now_ms = max(self.world.now_ms, self.due[move.node, move.timer][0])
                self.world.perform(Fire(move.node, move.timer, turn))
            case Request():
                self.world.perform(Ask(move.number, move.command, (move.node,)))
            case Stop():
                self.world.crash(move.node)
            case Begin():
                self.world.perform(Start(move.node))
            case Call():
                self._call(move)

    def _call(self, move: Call) -> None:
        """Let the node take its next event by the method; an event of its own is only the occasion."""
        node: Any = self.world.node(move.node)
        method: Callable[..., Effects] = getattr(node, move.method)
        node.step = lambda event: method(**dict(move.args))
        try:
            self.world.perform(Deliver(move.node, move.node, None, {}))
        finally:
            del node.step

    def _move(
        self, move: Move | None, act: Callable[[], None], tear: Callable[[], bool] = lambda: False
    ) -> list[Taken]:
        act()
        out: list[Taken] = []
        while True:
            waiting = self._take_queue()
            out += self._judged(move)
            if not waiting:
                break
            for flush in waiting:
                if tear():
                    self.world.crash(flush.node)
                else:
                    self.world.perform(flush)
        now = self._now()
        if now != self.state:
            names = [n for n, a, b in zip(self.variables, self.state, now, strict=True) if a != b]
            raise Departure(move, None, f"{', '.join(names)} changed, and no action tells of it")
        return out

    def _take_queue(self) -> list[Flush | Start]:
        """What the world has put in its queue: messages and timers wait for the driver, writes are to be ended now."""
        queue, self.world.queue = sorted(self.world.queue, key=lambda entry: entry[:2]), []
        now: list[Flush | Start] = []
        for at_ms, _, move in queue:
            match move:
                case Fire(node, timer, turn) if self.world.places[node].timers.get(timer) == turn:
                    self.due[node, timer] = (at_ms, at_ms + (at_ms - self.world.now_ms) // 4)
                case Deliver(sender, to, message):
                    key = f"{sender} {to} {type(message).__name__} {message!r}"
                    hand = self.sent.setdefault(key, Hand(sender, to, message))
                    self.fresh.pop(hand, None)
                    self.fresh[hand] = None
                case Flush():
                    now.append(move)
                case Start(node) if not self.log and node not in self.later:
                    now.append(move)
        return now

    def _judged(self, move: Move | None) -> list[Taken]:
        out = []
        for event in self._new:
            self.events.append(event)
            out.append(self._step(move, event))
        self._new.clear()
        return out

    def _step(self, move: Move | None, event: dict[str, Any]) -> Taken:
        """The step of the spec that the event is."""
        target = self._decoded(event["vars"])
        self._json = event["vars"]
        args = {name: self.decoder.value(json, ("args", name)) for name, json in event["args"].items()}
        engine = self.cache.engine
        for step in self.cache.steps(self.state, event["action"], tuple(args.items())):
            info = engine.actions[step.action]
            bound = dict(zip(info.params, step.args, strict=True))
            if step.target == target and all(name in bound and bound[name] == v for name, v in args.items()):
                self.state = target
                return Taken(Edge(info.name, tuple(bound.items())), event, step)
        raise Departure(move, event)

    def _now(self) -> State:
        json = self.world.state()
        if json == self._json:
            return self.state
        self._json = json
        return self._decoded(json)

    def _decoded(self, values: Mapping[str, Any]) -> State:
        return tuple(self.decoder.value(values[name], ("vars", name)) for name in self.variables)
