"""A small engine in Python, with what the validator asks of one: a bank with two accounts and a hidden auditor.

Variables: `balance`, a function of the accounts a and b; `audited`. Actions: Deposit(x, n) adds 1 or 2 up to 4;
Move(x, y) moves 1; Audit sets `audited` once the sum is even, which an ordinary log does not show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from modelcheck.engine.protocol import ActionInfo, Blocked, Explanation, Part, RunInfo, State, Step
from modelcheck.values import FALSE, TRUE, ModelValue, Value, make_function
from traces.claims import claims_of
from traces.decode import Decoder
from traces.event import trace_of
from traces.search import Options, Outcome, Search, StepCache

A, B = ModelValue("a"), ModelValue("b")
HEADER = {"schema": "tlapair.trace/1", "spec": "bank/Bank.tla", "constants": {"Account": {"#set": ["a", "b"]}}}


class Bank:
    """The engine. `asked` counts the calls of `steps`."""

    name = "fake"

    def __init__(self, starts: Sequence[int] = (0,)) -> None:
        self.variables: tuple[str, ...] = ("balance", "audited")
        self.actions: tuple[ActionInfo, ...] = (
            ActionInfo("Deposit", ("x", "n"), None),
            ActionInfo("Move", ("x", "y"), None),
            ActionInfo("Audit", (), None),
        )
        self.starts = starts
        self.asked = 0

    def initial(self) -> Iterator[State]:
        for start in self.starts:
            yield make_function({A: start, B: 0}), FALSE

    def steps(self, state: State, action: str | None = None) -> Iterator[Step]:
        self.asked += 1
        for step in self._steps(state):
            if action is None or self.actions[step.action].name == action:
                yield step

    def _steps(self, state: State) -> Iterator[Step]:
        balance, audited = state
        held = {A: balance.get(A), B: balance.get(B)}
        for x in (A, B):
            for n in (1, 2):
                if held[x] + n <= 4:
                    yield Step((make_function(held | {x: held[x] + n}), FALSE), 0, (x, n))
        for x, y in ((A, B), (B, A)):
            if held[x]:
                yield Step((make_function(held | {x: held[x] - 1, y: held[y] + 1}), audited), 1, (x, y))
        if audited is FALSE and sum(held.values()) % 2 == 0:
            yield Step((balance, TRUE), 2, ())

    def successors(self, state: State) -> list[tuple[State, int]]:
        return [(step.target, step.action) for step in self._steps(state)]

    def blocked(
        self, state: State, action: str | None = None, args: Mapping[str, Value] | None = None
    ) -> list[Blocked]:
        why = Explanation(Part("balance[x] > 0", FALSE, None), (), ())
        return [Blocked(1, (("x", A), ("y", B)), 0, why)] if action in (None, "Move") else []

    def set_run(self, run: RunInfo | None) -> None:
        pass

    def __getattr__(self, name: str) -> Any:  # nothing else of an engine is asked for
        raise AssertionError(name)


def search(events: list[dict[str, Any]], options: Options | None = None, starts: Sequence[int] = (0,)) -> Outcome:
    """Search for an explanation of these events."""
    engine: Any = Bank(starts)
    claims = claims_of(trace_of(HEADER, events), engine, Decoder(["a", "b"]))
    return Search(StepCache(engine), claims, options or Options()).run()


def deposit(x: str, n: int, **more: Any) -> dict[str, Any]:
    return {"action": "Deposit", "args": {"x": x, "n": n}, **more}
