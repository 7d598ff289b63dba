"""Choosing the moves: towards the nearest step of the graph that was not taken yet, by what led to such steps before.

    drive(protocol) -> Driven

An episode begins with the implementation as it starts. From where it stands, the shortest way in the graph to an edge
class not yet driven gives the next step; the moves that may bring it about are tried, the likeliest first, until one
has an effect. Whatever the implementation does then is compared with the spec, and the way is looked for anew. A step
that nothing brings about is left alone for the rest of the episode. Between such episodes some are walked at random,
crashes in the middle of writes included: they find what nobody would go and look for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from modelcheck.engine.protocol import State
from modelcheck.errors import TlaError
from pyimpl.kernel.action import ActionInfo, actions_of
from pyimpl.kernel.mapping import InMessages, json_key, to_json
from pyimpl.kernel.protocol import Protocol
from traces import pairs
from traces.drive.graph import Edge, Graph, explore
from traces.drive.small import Small, small_of, world_of
from traces.drive.stage import Begin, Call, Departure, Hand, Move, Request, Ring, Stage, Stop, Taken
from traces.event import Trace, trace_of
from traces.search import StepCache
from traces.spec import Spec, spec_of

TRIES = 10
"""Moves that are tried for one step before it is left alone."""
SETTLED = 40
"""Moves that nodes may make by themselves before a run begins."""
UNDONE = 8
"""Moves that are taken back on the way to one step."""
FLOW = 80
"""Moves towards one step, where much happens that the spec does not see."""
BARREN_MAX = 60
"""Episodes without a new step before the rest is given up."""
AT_RANDOM_MAX = 6
"""Episodes at random when every step was taken."""


@dataclass(frozen=True)
class Departed:
    """Where the implementation left the spec: the run up to there as a trace; `silent` if no event tells of it."""

    trace: Trace
    move: Move | None
    silent: str


@dataclass
class Driven:
    """What came of it. `taken`: how often each edge class of the graph was taken; `missed`: those that never were."""

    name: str
    faulty: str | None
    graph: Graph
    taken: Counter[Edge] = field(default_factory=Counter)
    called: set[Edge] = field(default_factory=set)
    beyond: int = 0
    """Steps that the spec allows and the small model does not have."""
    moves: int = 0
    events: int = 0
    episodes: int = 0
    departed: Departed | None = None

    @property
    def missed(self) -> list[Edge]:
        """Edge classes that were not taken, in the order of the graph."""
        return [edge for edge in self.graph.edges if not self.taken[edge]]

    @property
    def driven(self) -> int:
        """How many edge classes were taken."""
        return len(self.graph.edges) - len(self.missed)


@dataclass(frozen=True)
class Plan:
    """What every walk of a pair needs: the small model, its graph, and the spec that judges."""

    protocol: Protocol
    small: Small
    graph: Graph
    header: dict[str, Any]
    judge: Spec
    cache: StepCache


def plan(name: str) -> Plan:
    """Explore the small model of a pair. Raises TlaError T013, T033."""
    protocol = pairs.protocol(name)
    small = small_of(name)
    bounded = _spec(protocol, {**protocol.constants, **small.constants})
    engine = bounded.engine
    expr = _resolved(bounded, small.inside)
    graph = explore(engine, engine.state_predicate("inside", expr).holds, name, small.without)
    header = _header(protocol, {**protocol.constants, **small.constants, **small.wide})
    judge = spec_of(trace_of(header, [{"action": None}]))
    return Plan(protocol, small, graph, header, judge, StepCache(judge.engine))


def _header(protocol: Protocol, constants: dict[str, Any]) -> dict[str, Any]:
    return {"schema": "tlapair.trace/1", "protocol": protocol.name, "spec": protocol.spec, "constants": constants}


def _spec(protocol: Protocol, constants: dict[str, Any]) -> Spec:
    return spec_of(trace_of(_header(protocol, constants), [{"action": None}]))


def _resolved(spec: Spec, text: str) -> Any:
    from modelcheck.module import resolve_expression

    return resolve_expression(spec.model.root, text, "<the bound of the small model>")


def drive(
    name: str, faulty: str | None = None, *, seed: int = 0, moves: int | None = None, using: Plan | None = None
) -> Driven:
    """Drive a pair, or a faulty twin of it, until every edge class is taken or nothing new is found.

    `moves`: how many at most (default: the small model's). Raises TlaError T013, T033.
    """
    made = using or plan(name)
    if faulty is not None and faulty not in [m.name for m in made.protocol.mutants]:
        raise TlaError(
            "T013",
            f"there is no mutant of {name} {faulty!r}",
            mend=f"there are {', '.join(m.name for m in made.protocol.mutants)}",
        )
    walk = _Walk(made, faulty, Random(seed), made.small.moves if moves is None else moves)
    return walk.run()


class _Walk:
    def __init__(self, plan: Plan, faulty: str | None, random: Random, moves: int) -> None:
        self.plan, self.faulty, self.random, self.left = plan, faulty, random, moves
        self.out = Driven(plan.protocol.name, faulty, plan.graph)
        self.recipes: dict[str, Counter[str]] = {}
        self.failed: Counter[Edge] = Counter()
        self.tired: Counter[Move] = Counter()
        self.late: tuple[str, ...] = ()
        """The way, from one node to another, on which messages are late until a step is taken."""
        self.begun: Counter[tuple[Edge, Request]] = Counter()
        self.methods = _methods(plan.protocol)
        self.in_spec = [row for row in plan.protocol.mapping.variables if isinstance(row, InMessages)]

    def run(self) -> Driven:
        """A faulty twin is driven until it is caught or no move is left; most of the time at random."""
        barren = 0
        every = 2 if self.faulty is not None else 6 if self.plan.small.flows else 3
        while self.left > 0 and (
            self.faulty is not None or barren < (BARREN_MAX if self.out.missed else AT_RANDOM_MAX)
        ):
            before = self.out.driven
            aimed = self.out.episodes % every != every - 1 and bool(self.out.missed)
            try:
                self._episode(aimed)
            except _Left as left:
                self.out.departed = left.departed
                return self.out
            barren = 0 if self.out.driven > before else barren + 1
        return self.out

    def _episode(self, aimed: bool) -> None:
        self.out.episodes += 1
        try:
            self.stage = self._begun([])
        except Departure as departure:
            raise _Left(self._departed([], departure)) from None
        self._count(self.stage.opening)
        try:
            if self.plan.small.flows:
                self._settle(self.random.choice((0, SETTLED)))
            self._aim() if aimed else self._wander(self.stage)
        except Departure as departure:
            raise _Left(self._departed(self.stage.events, departure)) from None
        finally:
            self.out.events += len(self.stage.events)
            self.out.moves += len(self.stage.log)

    def _settle(self, moves: int) -> None:
        """Let the nodes that have started do what they do by themselves, up to the first step."""
        stage = self.stage
        for _ in range(moves):
            hands = [m for m in stage.fresh if stage.can(m) and not self._in_spec(m)]
            rings = sorted(
                (m for m in stage.possible() if isinstance(m, Ring)), key=lambda m: stage.due[m.node, m.timer]
            )
            if not hands + rings or self._make(stage, (hands + rings)[0]):
                return

    def _in_spec(self, move: Hand) -> bool:
        """Whether the spec has the message."""
        return any(row.of(move.message) for row in self.in_spec)

    def _begun(self, moves: list[Move]) -> Stage:
        """A run from the beginning, with these moves."""
        world = world_of(self.plan.protocol, self.plan.small, self.faulty)
        judge = self.plan.judge
        stage = Stage(
            world,
            self.plan.cache,
            judge.decoder,
            judge.engine.variables,
            self.plan.small.clocked,
            self.plan.small.later,
        )
        for move in moves:
            stage.make(move)
        return stage

    def _departed(self, events: list[dict[str, Any]], departure: Departure) -> Departed:
        header = {**self.plan.header, "faulty": self.faulty}
        shown = events or [{"action": None}]
        trace = trace_of(header, shown, f"<{self.plan.protocol.name} driven>")
        return Departed(trace, departure.move, departure.silent)

    # ---- aimed ----

    def _aim(self) -> None:
        """Go for the nearest new step, again and again; often after a request, without which little happens."""
        blocked: set[tuple[State, Edge]] = set()
        if self.random.random() < 0.8 and not self.plan.small.flows:
            self._begin_with_request()
        while len(self.stage.log) < self.plan.small.episode and self.left > 0:
            state = self.stage.state
            way = self._way(blocked)
            if way is None:
                return
            edge, goal = way
            if not self._bring_about(edge, goal) or self.stage.state == state:
                blocked.add((state, edge))
                if not self.out.taken[edge]:
                    self.failed[edge] += 1

    def _way(self, blocked: set[tuple[State, Edge]]) -> tuple[Edge, Edge] | None:
        """The way to the nearest new step, of those that failed least."""
        missed = self.out.missed
        for limit in sorted({self.failed[e] // 3 for e in missed}):
            wanted = {e for e in missed if self.failed[e] // 3 <= limit}
            way = self.plan.graph.first_towards(self.stage.state, wanted, blocked)
            if way is not None:
                return way
        return None

    def _begin_with_request(self) -> None:
        """One that speaks of what the nearest new step speaks of, if there is one."""
        requests = self._requests(self.stage)
        way = self._way(set())
        if not requests or way is None:
            return
        self.random.shuffle(requests)
        values = {repr(to_json_of(v)) for _, v in way[1].args}
        request = max(requests, key=lambda r: (len(values & _words(r)), -self.begun[way[1], r]))
        self.begun[way[1], request] += 1
        before = list(self.stage.log)
        self._make(self.stage, request)
        if self.stage.state not in self.plan.graph.steps:
            self.stage = self._begun(before)

    def _bring_about(self, edge: Edge, goal: Edge) -> bool:
        """Try what may lead to the step, until it or one that is as new is taken; whether that was so.

        A move without effect stays made: the node has learnt something. One that led to known steps only is undone.
        """
        if self.plan.small.flows:
            return self._flow_to(edge, goal)
        moves: list[Move] = 2 * self._ranked(self.stage, edge, goal)[:TRIES]
        if edge.action in self.plan.small.called:
            moves += self._calls(self.stage, edge)
        for move in moves:
            if not self.stage.can(move):
                continue
            before, new = list(self.stage.log), len(self.out.missed)
            taken = self._make(self.stage, move)
            if self._took(edge, move, taken):
                return True
            if len(self.out.missed) < new:
                return True
            if taken:
                self.stage = self._begun(before)
        return False

    def _flow_to(self, edge: Edge, goal: Edge) -> bool:
        """The same, where much has to happen that the spec does not see: the likeliest move, again and again. One that
        leads to another step stays made, if the goal can still be reached."""
        undone: set[Move] = set()
        self.tired.clear()
        nodes = list(self.stage.world.places)
        self.late = tuple(self.random.sample(nodes, 2)) if self.random.random() < 0.5 else ()
        for _ in range(FLOW * min(1 + self.failed[goal], 4)):
            if self.left <= 0:
                break
            ranked: list[Move] = self._ranked(self.stage, edge, goal)
            if edge.action in self.plan.small.called:
                ranked += self._calls(self.stage, edge)
            move = next((m for m in ranked if m not in undone and self.stage.can(m)), None)
            if move is None:
                break
            before, new = list(self.stage.log), len(self.out.missed)
            taken = self._make(self.stage, move)
            if self._took(edge, move, taken):
                return True
            if taken and len(self.out.missed) == new and not self._leads(goal):
                self.stage = self._begun(before)
                undone.add(move)
                if len(undone) > UNDONE:
                    return False
            elif taken:
                return len(self.out.missed) < new
            self.tired[move] += 1
        return False

    def _leads(self, goal: Edge) -> bool:
        """Whether the graph has a way from here to the goal."""
        return self.plan.graph.first_towards(self.stage.state, [goal], set()) is not None

    def _ranked(self, stage: Stage, edge: Edge, goal: Edge) -> list[Move]:
        """The moves that there are, likeliest first: those that led to such a step before, and that speak of what it,
        or the one it is to lead to, speaks of."""
        later = {repr(to_json_of(v)) for _, v in goal.args}
        values = {repr(to_json_of(v)) for _, v in edge.args}
        recipe = self.recipes.get(edge.action, Counter())
        owners = self.methods.get(edge.action)
        environment = {e.action: e.move for e in self.plan.protocol.environment}

        loose = min(1.0 + self.failed[goal], 6.0)  # the more often it failed, the more is left to chance
        turn = {hand: i for i, hand in enumerate(stage.fresh)}
        whole = {json_key(json) for _, v in edge.args if isinstance(json := to_json_of(v), dict)}
        asked = {m for m in stage.log if isinstance(m, Request)}
        first_due = min((at for at, _ in self._set(stage)), default=0)

        def in_flow(move: Move) -> float:
            if isinstance(move, Hand):
                again = -4.0 - 6.0 * self.tired[move]
                if not self._in_spec(move):
                    return (6.0 - 0.1 * turn[move] if move in turn else again) - 20.0 * (
                        (move.sender, move.to) == self.late
                    )
                meant = bool(whole & _records(move.message))
                return (8.0 if move in turn else 12.0 + again) if meant else again
            if isinstance(move, Ring):
                return 2.0 * (stage.due[move.node, move.timer][0] == first_due)
            if isinstance(move, Request):
                return -8.0 if move in asked or not stage.world.places[move.node].up else -1.0
            return 0.0

        def score(move: Move) -> float:
            points = 4.0 * bool(recipe[move.kind])
            points += in_flow(move) if self.plan.small.flows else 0.0
            points += 6.0 * isinstance(move, Stop) + 3.0 * isinstance(move, Begin)
            if (
                owners is not None
                and type(stage.world.node(move.node)).__mro__
                and not isinstance(stage.world.node(move.node), owners[0])
            ):
                points -= 5.0
            words = _words(move)
            points += 2.0 * len(values & words) + 1.0 * len(later & words)
            return -points - loose * self.random.random()

        crash = environment.get(edge.action) == "crash"
        moves = [m for m in stage.possible() if crash or not isinstance(m, Stop)]
        return sorted([*moves, *self._requests(stage)], key=score)

    def _set(self, stage: Stage) -> list[tuple[int, int]]:
        """When the timers that are set are due."""
        return [stage.due[n, t] for n, place in stage.world.places.items() for t in place.timers]

    def _requests(self, stage: Stage) -> list[Request]:
        """What clients may ask now."""
        return [r for r in self.plan.small.requests if r.only_if is None or stage.enabled(*r.only_if)]

    def _calls(self, stage: Stage, edge: Edge) -> Iterator[Call]:
        """Calls of the action's method with these arguments, and with whatever may be its witness."""
        owner = self.methods.get(edge.action)
        if owner is None:
            return
        cls, info = owner
        own = dict(edge.args)
        for name, place in stage.world.places.items():
            if not isinstance(place.node, cls) or not place.up or place.busy:
                continue
            given = {p: self._python(stage, own[p]) for p in info.parameters if p in own}
            node_parameter = next((p for p in info.parameters if p not in _parameters(cls, info)), None)
            if node_parameter is not None and given.pop(node_parameter, None) != name:
                continue
            if info.witness:
                pool = (
                    [n for n in stage.world.places if n != name]
                    if info.witness == ("peer",)
                    else [h.message for h in stage.sent.values()]
                )
                for witness in pool[:TRIES]:
                    yield Call(name, info.method, (*given.items(), (info.witness[0], witness)))
            else:
                yield Call(name, info.method, tuple(given.items()))

    def _python(self, stage: Stage, value: Any) -> Any:
        """The Python value that stands for a value of the spec: a message that was sent, or a plain one."""
        json = to_json_of(value)
        for hand in stage.sent.values():
            try:
                if to_json(hand.message) == json:
                    return hand.message
            except TypeError:
                continue
        if isinstance(json, dict) and "#set" in json:
            return frozenset(json["#set"])
        return json

    # ---- at random ----

    def _wander(self, stage: Stage) -> None:
        """Moves by lot, messages that have not arrived yet before others; crashes are rare, and some in a write."""
        torn = self.random.random() < 0.5
        tear = (lambda: self.random.random() < 0.2) if torn else (lambda: False)
        while len(stage.log) < self.plan.small.episode and self.left > 0:
            moves: list[Move] = [m for m in stage.possible() if not isinstance(m, Stop) or self.random.random() < 0.1]
            moves += [r for r in self._requests(stage) if self.random.random() < 0.3]
            starts: list[Move] = [m for m in moves if isinstance(m, Begin)]
            fresh: list[Move] = [m for m in moves if isinstance(m, Hand) and m not in stage.handed]
            pool = starts if starts and self.random.random() < 0.5 else moves
            pool = fresh if fresh and self.random.random() < 0.5 else pool
            if pool:
                self._make(stage, pool[self.random.randrange(len(pool))], tear)

    def _took(self, edge: Edge, move: Move, taken: list[Taken]) -> bool:
        """Whether a move took a step, and if so, that it does is noted."""
        if all(t.edge != edge for t in taken):
            return False
        self.recipes.setdefault(edge.action, Counter())[move.kind] += 1
        if isinstance(move, Call):
            self.out.called.add(edge)
        return True

    def _make(self, stage: Stage, move: Move, tear: Any = lambda: False) -> list[Taken]:
        self.left -= 1
        return self._count(stage.make(move, tear))

    def _count(self, taken: list[Taken]) -> list[Taken]:
        for step in taken:
            if step.edge in self.plan.graph.edges:
                self.out.taken[step.edge] += 1
            else:
                self.out.beyond += 1
        return taken


class _Left(Exception):
    def __init__(self, departed: Departed) -> None:
        super().__init__()
        self.departed = departed


def _words(move: Move) -> set[str]:
    """What a move speaks of, to be compared with arguments."""
    words = {repr(move.node)}
    if isinstance(move, Hand):
        words.add(repr(move.sender))
        try:
            json = to_json(move.message)
        except TypeError:
            return words
        words.add(repr(json))
        if isinstance(json, dict):
            words |= {repr(v) for v in json.values()}
    elif isinstance(move, Request):
        words |= {repr(w) for w in (move.command if isinstance(move.command, tuple) else (move.command,))}
    elif not isinstance(move, Stop | Begin | Call):
        words |= {repr(w) for w in move.timer.split()}
    return words


def _records(message: Any) -> set[str]:
    """The message, and the records in it, to be compared with arguments."""
    json = to_json(message)
    inner = json.values() if isinstance(json, dict) else ()
    return {json_key(v) for v in (json, *inner) if isinstance(v, dict)}


def to_json_of(value: Any) -> Any:
    """A value of the spec as the traces write it."""
    from modelcheck.values import to_json as written

    return written(value)


def _methods(protocol: Protocol) -> dict[str, tuple[type[Any], ActionInfo]]:
    out: dict[str, tuple[type[Any], ActionInfo]] = {}
    for cls in dict.fromkeys(protocol.nodes.values()):
        for info in actions_of(cls):
            out.setdefault(info.name, (cls, info))
    return out


def _parameters(cls: type[Any], info: ActionInfo) -> set[str]:
    import inspect

    return set(inspect.signature(getattr(cls, info.method)).parameters)
