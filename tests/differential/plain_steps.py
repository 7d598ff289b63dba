"""Initial states and steps, naively, in two ways.

`successors` reads a formula as the process that SEMANTICS section 3 prescribes: a conjunct gives a variable without a
value its value, otherwise it tests; `\\/`, `\\E` and IF branch; each end of a path is one successor, repeats included.
`satisfying` is the definition proper: all pairs of candidate values that make the formula TRUE, each once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import TypeAlias

from plain_eval import Closure, Env, Term, argument, bindings, ev, need_set, reset_steps, truth
from plain_values import PlainValue, Undefined

State: TypeAlias = tuple[PlainValue, ...]
Names: TypeAlias = dict[str, PlainValue | None]
Then: TypeAlias = Callable[[Names], None]


class Process:
    """The paths through one formula. `names`: the variables to be given values (`x`, or `x'` in a step)."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self.found: list[State] = []

    def run(self, term: Term, env: Env) -> list[State]:
        """Every end of a path, in order."""
        reset_steps()
        self.found = []
        self.act(term, env, dict.fromkeys(self.names), self.end)
        return self.found

    def end(self, given: Names) -> None:
        state = tuple(v for v in given.values() if v is not None)
        if len(state) < len(self.names):
            raise Undefined({"E008"})
        self.found.append(state)

    def test(self, term: Term, env: Env, given: Names, then: Then) -> None:
        if truth(term, {**env, **given}):
            then(given)

    def act(self, term: Term, env: Env, given: Names, then: Then) -> None:
        """One formula, then what follows it."""
        way = getattr(self, "_" + term[0], None)
        if way is None:
            self.test(term, env, given, then)
        else:
            way(term, env, given, then)

    def _and(self, term: Term, env: Env, given: Names, then: Then) -> None:
        self.sequence(term[1], env, given, then, True)

    def sequence(self, items: Sequence[Term], env: Env, given: Names, then: Then, first: bool) -> None:
        """Conjuncts from left to right. One met after the first when all variables have values is but a test."""
        if not items:
            then(given)
            return
        step = self.act if first or None in given.values() else self.test
        step(items[0], env, given, lambda g: self.sequence(items[1:], env, g, then, False))

    def _or(self, term: Term, env: Env, given: Names, then: Then) -> None:
        for item in term[1]:
            self.act(item, env, given, then)

    def _imp(self, term: Term, env: Env, given: Names, then: Then) -> None:
        if truth(term[1], {**env, **given}):
            self.act(term[2], env, given, then)
        else:
            then(given)

    def _if(self, term: Term, env: Env, given: Names, then: Then) -> None:
        self.act(term[2] if truth(term[1], {**env, **given}) else term[3], env, given, then)

    def _case(self, term: Term, env: Env, given: Names, then: Then) -> None:
        for guard, body in term[1]:
            if truth(guard, {**env, **given}):
                self.act(body, env, given, then)
                return
        if term[2] is None:
            raise Undefined({"E006"})
        self.act(term[2], env, given, then)

    def _some(self, term: Term, env: Env, given: Names, then: Then) -> None:
        for _, inner in bindings(term[1], {**env, **given}):
            self.act(term[2], self.without(inner), given, then)

    def _all(self, term: Term, env: Env, given: Names, then: Then) -> None:
        rows = [self.without(inner) for _, inner in bindings(term[1], {**env, **given})]

        def go(place: int, g: Names) -> None:
            if place == len(rows):
                then(g)
            else:
                self.act(term[2], rows[place], g, lambda h: go(place + 1, h))

        go(0, given)

    def without(self, env: Env) -> Env:
        return {k: v for k, v in env.items() if k not in self.names}

    def _let(self, term: Term, env: Env, given: Names, then: Then) -> None:
        _, name, params, body, main = term
        names = tuple(p.removesuffix("(_)") for p in params)
        self.act(main, {**env, name: Closure(names, body, env)}, given, then)

    def _call(self, term: Term, env: Env, given: Names, then: Then) -> None:
        """What an operator stands for is followed; recursion is not."""
        operator = env[term[1]]
        if operator.recursive:
            self.test(term, env, given, then)
            return
        args = {n: argument(a, {**env, **given}) for n, a in zip(operator.params, term[2], strict=True)}
        self.act(operator.body, {**operator.env, **args}, given, then)

    def _var(self, term: Term, env: Env, given: Names, then: Then) -> None:
        found = env.get(term[1])
        if isinstance(found, Closure):
            self.act(found.body, found.env, given, then)
        else:
            self.test(term, env, given, then)

    def target(self, term: Term, given: Names) -> str | None:
        name = term[1] + "'" if term[0] == "prime" else term[1] if term[0] == "var" else ""
        return name if name in given and given[name] is None else None

    def _op2(self, term: Term, env: Env, given: Names, then: Then) -> None:
        name = self.target(term[2], given) if term[1] == "=" else None
        if name is None:
            self.test(term, env, given, then)
        else:
            then({**given, name: ev(term[3], {**env, **given})})

    def _in(self, term: Term, env: Env, given: Names, then: Then) -> None:
        name = self.target(term[2], given) if term[1] == "\\in" else None
        if name is None:
            self.test(term, env, given, then)
            return
        for v in need_set(ev(term[3], {**env, **given})).items:
            then({**given, name: v})

    def _unchanged(self, term: Term, env: Env, given: Names, then: Then) -> None:
        kept = [("op2", "=", ("prime", n), ("var", n)) for n in term[1]]
        items = list(kept)

        def go(place: int, g: Names) -> None:
            if place == len(items):
                then(g)
            else:
                self.act(items[place], env, g, lambda h: go(place + 1, h))

        go(0, given)


def initial(term: Term, names: Sequence[str]) -> list[State]:
    """Solutions of Init, repeats included."""
    return Process(names).run(term, {})


def successors(term: Term, names: Sequence[str], state: State) -> list[State]:
    """Successors of a state, repeats included."""
    env: Env = dict(zip(names, state, strict=True))
    return Process([n + "'" for n in names]).run(term, env)


def satisfying(term: Term, names: Sequence[str], universe: Sequence[Sequence[PlainValue]], state: State) -> set[State]:
    """The candidates that make Next TRUE."""
    out = set()
    for row in product(*universe):
        env: Env = dict(zip(names, state, strict=True)) | {n + "'": v for n, v in zip(names, row, strict=True)}
        reset_steps()
        if truth(term, env):
            out.add(row)
    return out


__all__ = ["Closure", "initial", "satisfying", "successors"]
