"""A small engine written in Python by hand, to test the search without an evaluator."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from modelcheck.engine.protocol import ActionInfo, Predicate, RunInfo, State, Step

Action = Callable[[State], Iterable[tuple[State, tuple[Any, ...]]]]


class FakeEngine:
    """Initial states and actions given as Python: an action maps a state to (successor, arguments) pairs."""

    between = 0
    name = "fake"

    def __init__(self, variables: tuple[str, ...], initial: Iterable[State], **actions: Action) -> None:
        self.variables = variables
        self.actions = tuple(ActionInfo(name, ("n",), None) for name in actions)
        self._initial = initial
        self._next = tuple(actions.values())
        self.run: RunInfo | None = None

    def initial(self) -> Iterator[State]:
        return iter(self._initial)

    def steps(self, state: State, action: str | None = None) -> Iterator[Step]:
        for number, successors in enumerate(self._next):
            if action is None or self.actions[number].name == action:
                for target, args in successors(state):
                    yield Step(target, number, args)

    def successors(self, state: State) -> list[tuple[State, int]]:
        return [(step.target, step.action) for step in self.steps(state)]

    def set_run(self, run: RunInfo | None) -> None:
        self.run = run


def predicate(name: str, holds: Callable[..., bool], is_action: bool = False) -> Predicate:
    """A formula given as Python."""
    return Predicate(name, None, is_action, holds)  # type: ignore[arg-type]


def jugs() -> FakeEngine:
    """The two jugs of 3 and 5 litres (*Die Hard*): 16 distinct states, 97 generated, depth 8."""

    def one(compute: Callable[[int, int], tuple[int, int]]) -> Action:
        return lambda s: [(compute(*s), (0,))]

    return FakeEngine(
        ("small", "big"),
        [(0, 0)],
        FillSmall=one(lambda s, b: (3, b)),
        FillBig=one(lambda s, b: (s, 5)),
        EmptySmall=one(lambda s, b: (0, b)),
        EmptyBig=one(lambda s, b: (s, 0)),
        SmallToBig=one(lambda s, b: (s - min(s, 5 - b), b + min(s, 5 - b))),
        BigToSmall=one(lambda s, b: (s + min(b, 3 - s), b - min(b, 3 - s))),
    )


def counters(top: int) -> FakeEngine:
    """Two counters from 0, each stepping by one up to `top`: (top + 1)² states, depth 2 * top + 1."""

    def step(position: int) -> Action:
        def successors(s: State) -> Iterator[tuple[State, tuple[int, ...]]]:
            if s[position] < top:
                yield tuple(v + (i == position) for i, v in enumerate(s)), (s[position],)

        return successors

    return FakeEngine(("x", "y"), [(0, 0)], IncX=step(0), IncY=step(1))
