"""The search for a behavior of the spec that explains a log.

The log's events are claims; a *node* is a state in which the spec can be after the first `level` events. From each
node, the next event narrows the spec's steps to those that fit it; up to `hidden` steps of the spec that the log does
not show may come before it. The log is explained when a node of the last level is reached.

Depth first, one witness is enough; breadth first, every level is the whole set of states that explain the log so far.
Both keep for each level the states seen there, so each (level, state) is worked on once, and both end with the same
answer: when the depth-first search fails, it has seen exactly the sets that the breadth-first one builds.

Where a log leaves one state only, with nothing to come back to, what is before it is settled and forgotten; of a log of
more than KEPT_MAX events the witness then keeps the steps' actions, and no states. So memory does not grow with the
length of a log that tells enough.

Source: H. Cirstea, M. Kuppe, B. Loillier, S. Merz, "Validating Traces of Distributed Programs Against TLA+
Specifications", SEFM 2024 (partial observations narrow the steps; depth first for a witness).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.pins import PinnedSteps
from modelcheck.engine.protocol import Engine, State, Step
from modelcheck.errors import EvalError, TlaError
from modelcheck.values import Value
from traces.claims import Claim
from traces.growing import grown

CACHE_MAX = 20_000
KEPT_MAX = 20_000
STATES_MAX = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A state after `level` events; `step` leads there (None: initial, or stuttering), after the `hidden` ones."""

    level: int
    state: State
    parent: Node | None
    step: Step | None
    hidden: tuple[Step, ...] = ()

    def path(self) -> list[Node]:
        """The nodes from the initial state on."""
        out: list[Node] = []
        node: Node | None = self
        while node is not None:
            out.append(node)
            node = node.parent
        return out[::-1]


@dataclass(frozen=True, slots=True)
class Options:
    """How to search.

    `hidden`: steps between two events that the log does not show; `hidden_actions`: of these actions only (None: any).
    `breadth`: keep whole sets. `states_max`: nodes after which the search gives up (T021).
    """

    hidden: int = 0
    hidden_actions: frozenset[str] | None = None
    breadth: bool = False
    states_max: int = STATES_MAX


@dataclass(frozen=True, slots=True)
class Outcome:
    """`witness`: a node of the last level, or None. `reached`: the deepest level with a node in it, and there
    `candidates`, the nodes of that level (all of them, when there is no witness). `seen`: how many nodes there were.
    """

    witness: Node | None
    reached: int
    candidates: tuple[Node, ...]
    seen: int


class StepCache:
    """The steps of an engine, remembered by state and action; shared by the traces of one spec."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._pinned = PinnedSteps(engine) if isinstance(engine, ClosureEngine) else None
        self._known: dict[tuple[State, str | None, tuple[tuple[str, Value], ...]], tuple[Step, ...]] = {}
        self._initial: tuple[State, ...] | None = None

    def initial(self) -> tuple[State, ...]:
        """The initial states, without repeats."""
        if self._initial is None:
            self._initial = tuple(dict.fromkeys(map(grown, self.engine.initial())))
        return self._initial

    def steps(
        self, state: State, action: str | None, args: tuple[tuple[str, Value], ...] = ()
    ) -> tuple[Step, ...]:
        """The steps out of a state: of the named action, or all. `args` may leave out steps with other arguments."""
        key = (state, action, args)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= CACHE_MAX:
                self._known.clear()
            if args and action is not None and self._pinned is not None:
                found = self._pinned.steps(state, action, dict(args))
            else:
                found = self.engine.steps(state, action)
            known = self._known[key] = tuple(map(_grown, found))
        return known


def _grown(step: Step) -> Step:
    target = grown(step.target)
    return step if target is step.target else replace(step, target=target)


class Claims(Protocol):
    """What a search reads."""

    def __len__(self) -> int:
        """How many events there are."""

    def at(self, index: int) -> Claim | None:
        """The claim of an event; None for the one after the last, and for one that contradicts the log itself."""

    def settled(self, index: int) -> None:
        """The events before this one are not asked for again."""


class Listed:
    """Claims that are there already."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        self.claims = claims

    def __len__(self) -> int:
        return len(self.claims)

    def at(self, index: int) -> Claim | None:
        """See `Claims`."""
        return self.claims[index] if index < len(self.claims) else None

    def settled(self, index: int) -> None:
        """See `Claims`."""


_NOTHING: dict[State, Node] = {}


class Search:
    """One search through one log."""

    def __init__(self, cache: StepCache, claims: Sequence[Claim] | Claims, options: Options) -> None:
        self.cache = cache
        self.claims: Claims = Listed(claims) if isinstance(claims, Sequence) else claims
        self.options = options
        self._levels: list[dict[State, Node]] = [_NOTHING] * (len(claims) + 1)
        self._seen = self._reached = self._settled = 0
        self._thin: Node | None = None
        self._thin_steps: dict[int, Step] = {}

    def run(self) -> Outcome:
        """Search. Raises EvalError, and TlaError T021 at the limit."""
        witness = self._breadth_first() if self.options.breadth else self._depth_first()
        return Outcome(witness, self._reached, tuple(self._levels[self._reached].values()), self._seen)

    def _initial(self) -> Iterator[Node]:
        first = self.claims.at(0)
        for state in self.cache.initial():
            if first is None or not first.is_initial:
                yield Node(0, state, None, None)
            elif first.fits_state(state, None):
                self._note(Node(0, state, None, None))
                yield Node(1, state, Node(0, state, None, None), None)
            else:
                self._note(Node(0, state, None, None))

    def _note(self, node: Node) -> bool:
        """Remember a node; False when its state is known on its level."""
        level = self._levels[node.level]
        if level is _NOTHING:
            level = self._levels[node.level] = {}
            self._reached = max(self._reached, node.level)
        elif node.state in level:
            return False
        level[node.state] = node
        self._seen += 1
        if self._seen > self.options.states_max:
            claim = self.claims.at(node.level - 1) if node.level else None
            raise TlaError("T021", f"{self._seen - 1:,} states were tried for {len(self.claims)} events",
                           claim.event.span() if claim is not None else None)
        return True

    def _depth_first(self) -> Node | None:
        return self._one_by_one() if self.options.hidden else self._all_at_once()

    def _one_by_one(self) -> Node | None:
        """With hidden steps: what follows a node is looked for when it is needed."""
        stack: list[Iterator[Node]] = [self._initial()]
        while stack:
            node = next(stack[-1], None)
            if node is None:
                stack.pop()
            elif self._note(node):
                claim = self.claims.at(node.level)
                if claim is None:
                    return node
                stack.append(self.following(node, claim))
        return None

    def _all_at_once(self) -> Node | None:
        """What follows a node is there at once; where nothing else is open, all before the node is settled."""
        stack = [list(self._initial())[::-1]]
        while stack:
            if not stack[-1]:
                stack.pop()
                continue
            node = stack[-1].pop()
            if not stack[-1]:
                stack.pop()
            if not self._note(node):
                continue
            claim = self.claims.at(node.level)
            if claim is None:
                return node
            if not stack:
                node = self._settle(node)
            further: dict[State, Node] = {}
            for following in self.following(node, claim):
                further.setdefault(following.state, following)
            stack.append(list(further.values())[::-1])
        return None

    def _settle(self, node: Node) -> Node:
        """Forget what is before the node; the node, with less behind it."""
        for index in range(self._settled, node.level):
            self._levels[index] = _NOTHING
        self._settled = node.level
        self.claims.settled(node.level)
        if len(self.claims) <= KEPT_MAX:
            return node
        before, behind = node.parent, []
        while before is not None and before is not self._thin:
            behind.append(before)
            before = before.parent
        for each in reversed(behind):
            step = None if each.step is None else self._without_state(each.step)
            self._thin = Node(each.level, (), self._thin, step, tuple(map(self._without_state, each.hidden)))
        node = self._levels[node.level][node.state] = replace(node, parent=self._thin)
        return node

    def _without_state(self, step: Step) -> Step:
        return self._thin_steps.setdefault(step.action, Step((), step.action, ()))

    def _breadth_first(self) -> Node | None:
        for node in self._initial():
            self._note(node)
        for index in range(len(self.claims)):
            claim = self.claims.at(index)
            if claim is None:
                break
            for node in list(self._levels[index].values()):
                for target in self.following(node, claim):
                    self._note(target)
        else:
            index = len(self.claims)
        return next(iter(self._levels[index].values()), None)

    def following(self, node: Node, claim: Claim) -> Iterator[Node]:
        """The nodes of the next level that the next event, `claim`, leads to."""
        level = node.level + 1
        for state, hidden in self.unlogged_from(node.state):
            if claim.may_stutter() and claim.fits_state(state, state):
                yield Node(level, state, node, None, hidden)
            if claim.is_stuttering or claim.is_initial:
                continue
            for step in self.steps(claim, state):
                if claim.fits(step, state):
                    yield Node(level, step.target, node, step, hidden)

    def steps(self, claim: Claim, state: State) -> tuple[Step, ...]:
        """The steps of the claim's action; an error in the spec also tells the event that led to it."""
        try:
            return self.cache.steps(state, claim.action, claim.pinned)
        except EvalError as error:
            error.notes = (*error.notes, ("met while explaining this event", claim.event.span()))
            raise

    def unlogged_from(self, state: State) -> Iterator[tuple[State, tuple[Step, ...]]]:
        """The state itself, then the states that up to `hidden` unlogged steps lead to, nearest first."""
        yield state, ()
        seen = {state}
        layer: list[tuple[State, tuple[Step, ...]]] = [(state, ())]
        for _ in range(self.options.hidden):
            further: list[tuple[State, tuple[Step, ...]]] = []
            for at, path in layer:
                for step in self._unlogged(at):
                    if step.target not in seen:
                        seen.add(step.target)
                        further.append((step.target, (*path, step)))
                        yield further[-1]
            layer = further

    def _unlogged(self, state: State) -> Iterator[Step]:
        if self.options.hidden_actions is None:
            yield from self.cache.steps(state, None)
        else:
            for name in sorted(self.options.hidden_actions):
                yield from self.cache.steps(state, name)
