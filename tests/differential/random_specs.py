"""Random specs of two variables, and their comparison in every state that is reached.

`x` is an integer in 0..3, `y` of one of the types in `SHAPES`; both are kept small by the form of what is assigned.
Actions are conjunctions of tests and assignments, with `\\/ \\E IF CASE LET UNCHANGED`, memberships and primed
reads; tests are boolean terms of any form.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

from agreement import HEADER, Tally
from plain_eval import Term
from plain_steps import State, initial, satisfying, successors
from plain_values import (
    FnV,
    PlainValue,
    SetV,
    TooBig,
    Undefined,
    function_set,
    make_function,
    power_set,
    sequence,
    text,
)
from random_terms import TermMaker, Type, written

from modelcheck.core import TABLES, Choice
from modelcheck.core.native import load as load_core
from modelcheck.engine.closures import ClosureEngine
from modelcheck.errors import EvalError
from modelcheck.explore import lookup
from modelcheck.explore.bfs import Finding, Search
from modelcheck.explore.task import make_task
from modelcheck.module import resolve_text
from modelcheck.module.model import build_model
from modelcheck.syntax.config import parse_config_text
from modelcheck.values import pretty, reset_order

NAMES = ("x", "y")
STATES_MAX = 150
SMALL = SetV((0, 1, 2))
RECORD = ("R", (("a", "i"), ("b", "b")))
SHAPES: tuple[Type, ...] = ("b", "i", ("S", "i"), ("Q", "i"), ("F", "i", "i"), RECORD)


def universe(t: Type) -> list[PlainValue]:
    """The values that `y` may take."""
    if t == "b":
        return [False, True]
    if t == "i":
        return [0, 1, 2, 3]
    if t == RECORD:
        return [make_function([("a", n), ("b", b)]) for n in SMALL.items for b in (False, True)]
    if t[0] == "S":
        return list(power_set(SMALL).items)
    if t[0] == "Q":
        short = [[], *([n] for n in SMALL.items), *([m, n] for m in SMALL.items for n in SMALL.items)]
        return [sequence(items) for items in short]
    return list(function_set(SetV((1, 2)), SMALL).items)


@dataclass
class Spec:
    """Init and Next, and what they are about."""

    type: Type
    init: Term
    next: Term

    def module(self) -> str:
        body = f"VARIABLES x, y\nInit == {written(self.init)}\nNext == {written(self.next)}\n"
        return f"---- MODULE Plain ----\n{HEADER}{body}====\n"


class SpecMaker:
    """Makes specs with a generator like `random.Random`."""

    def __init__(self, rng: random.Random, ill: float = 0.0) -> None:
        self.rng = rng
        self.terms = TermMaker(rng, ill, partial=0.1 if ill else 0.02)
        self.forgets = 0.05 if ill else 0.0

    def make(self) -> Spec:
        t = self.rng.choice(SHAPES)
        self.types = {"x": "i", "y": t}
        self.primed = False
        init = self.action(2, ("x", "y"), ())
        self.primed = True
        scope = (("x", "i", None), ("y", t, None))
        parts = [self.action(self.rng.randint(1, 3), ("x", "y"), scope) for _ in range(self.rng.randint(1, 3))]
        return Spec(t, init, parts[0] if len(parts) == 1 else ("or", parts))

    def target(self, name: str) -> Term:
        return ("prime", name) if self.primed else ("var", name)

    def bounded(self, name: str, depth: int, scope: Any) -> Term:
        """A value for the variable that stays in its universe."""
        t, make = self.types[name], self.terms.make
        if t == "b":
            return make("b", depth, scope)
        if t == "i":
            return ("op2", "%", make("i", depth, scope), ("lit", 4))
        three = lambda: ("op2", "%", make("i", depth, scope), ("lit", 3))  # noqa: E731
        if t == RECORD:
            if ("y", t, None) in scope and self.rng.random() < 0.5:
                return ("except", ("var", "y"), [([("fld", "a")], ("op2", "%", make("i", depth, scope), ("lit", 3)))])
            return ("rec", [("a", three()), ("b", make("b", depth, scope))])
        if t[0] == "S":
            return ("op2", "\\cap", make(t, depth, scope), ("op2", "..", ("lit", 0), ("lit", 2)))
        if t[0] == "Q":
            kept = self.terms.fresh()
            small = ("in", "\\in", ("var", kept), ("enum", [("lit", 0), ("lit", 1), ("lit", 2)]))
            q = ("select", make(t, depth, scope), ("lambda", (kept,), small))
            return ("if", ("op2", ">", ("op1", "Len", q), ("lit", 2)), ("tuple", []), q)
        if ("y", t, None) in scope and self.rng.random() < 0.6:
            return ("except", ("var", "y"), [([("ix", make("i", 0, scope))], three())])
        name = self.terms.fresh()
        body = ("op2", "%", make("i", depth, (*scope, (name, "i", None))), ("lit", 3))
        return ("fn", [((name,), False, ("op2", "..", ("lit", 1), ("lit", 2)))], body)

    def assign(self, name: str, scope: Any) -> Term:
        way, target = self.rng.randint(0, 9), self.target(name)
        if self.primed and way < 2:
            return ("unchanged", [name])
        if way < 5:
            few = [self.bounded(name, 1, scope) for _ in range(self.rng.randint(0 if way == 4 else 1, 2))]
            return ("in", "\\in", target, ("enum", few))
        return ("op2", "=", target, self.bounded(name, 2, scope))

    def test(self, scope: Any, depth: int = 2) -> Term:
        return self.terms.make("b", depth, scope)

    def action(self, depth: int, need: tuple[str, ...], scope: Any) -> Term:
        """A formula that gives the variables in `need` their values on (nearly) every path."""
        rng = self.rng
        if not need:
            return self.test(scope)
        if self.forgets and rng.random() < self.forgets:
            need = need[1:]
            return self.action(depth, need, scope)
        way = rng.randint(0, 11) if depth > 0 else 11
        again = lambda s=scope: self.action(depth - 1, need, s)  # noqa: E731
        if way < 2:
            return ("or", [again() for _ in range(2)])
        if way < 4:
            binder, inner = self.terms.bound(1, scope, "i" if rng.random() < 0.7 else None)
            return ("some", [binder], again(inner))
        if way == 4:
            return ("if", self.test(scope, 1), again(), again())
        if way == 5:
            arms = [(self.test(scope, 1), again()) for _ in range(2)]
            return ("case", arms, again() if rng.random() < 0.7 else None)
        if way == 6:
            op, p = self.terms.fresh("Act"), self.terms.fresh()
            body = again((*scope, (p, "i", None)))
            calls = [("call", op, [self.terms.make("i", 1, scope)]) for _ in range(rng.randint(1, 2))]
            return ("let", op, (p,), body, calls[0] if len(calls) == 1 else ("or", calls))
        return self.conjunction(depth, need, scope)

    def conjunction(self, depth: int, need: tuple[str, ...], scope: Any) -> Term:
        """Tests and assignments mixed; after an assignment its value may be read."""
        items, left = [], list(need)
        self.rng.shuffle(left)
        while left:
            if self.rng.random() < 0.4:
                items.append(self.test(scope, 1))
            if depth > 0 and len(left) == 1 and self.rng.random() < 0.25:
                part: Term = self.action(depth - 1, tuple(left), scope)
            else:
                part = self.assign(left[0], scope)
            items.append(part)
            name = left.pop(0)
            scope = (*scope, (name, self.types[name], self.target(name)))
        if self.rng.random() < 0.3:
            items.append(self.test(scope, 1))
        return items[0] if len(items) == 1 else ("and", items)


# ---- comparison -------------------------------------------------------------------------------------------


def shown(state: State) -> tuple[str, ...]:
    return tuple(map(text, state))


class Different(Exception):
    """The two do not agree."""


def both(naive: Any, engine: Any) -> tuple[list[State], list[Any]] | str:
    """What each side gives, as states; the kind of the agreement where the naive one fails."""
    try:
        expected = naive()
    except Undefined as undefined:
        try:
            got = f"{len(engine())} states"
        except EvalError as error:
            if error.code in undefined.codes:
                return "error"
            got = error.code
        if undefined.open_:
            return "open"
        raise Different(f"naive: {sorted(undefined.codes)}, found: {got}") from None
    try:
        found = engine()
    except EvalError as error:
        raise Different(f"naive: {[shown(s) for s in expected]}, found: {error.code} {error.message}") from None
    if Counter(map(shown, expected)) != Counter(tuple(map(pretty, s)) for s in found):
        raise Different(f"naive: {[shown(s) for s in expected]}, found: {found}")
    return expected, found


def counts(run: Any) -> tuple[Any, ...]:
    """(generated, distinct, depth) of a search, or its error."""
    try:
        search, ended = run()
    except EvalError as error:
        return ("error", error.code)
    if isinstance(ended, Finding) and ended.error is not None:
        return ("error", ended.error.code)
    return (search.generated, search.distinct, search.depth, ended)


class Comparison:
    """One spec, explored side by side."""

    def __init__(self, spec: Spec, tally: Tally, tables: bool = True) -> None:
        reset_order()
        self.spec, self.tally = spec, tally
        self.model = build_model(resolve_text(spec.module(), "Plain"), parse_config_text("INIT Init\nNEXT Next\n"))
        self.engine = ClosureEngine(self.model)
        self.tables = tables and load_core() is not None
        self.values = [universe("i"), universe(spec.type)]

    def run(self) -> str:
        """'value', 'error', 'open' or 'left out'; raises `Different`."""
        try:
            kind, figures = self.explore()
        except (TooBig, RecursionError):
            return "left out"
        if kind != "open" and figures is not None:
            self.searches(kind, figures)
        return kind

    def explore(self) -> tuple[str, tuple[int, int, int] | None]:
        """Every reachable state, breadth first. The counts are None when they are cut short."""
        started = both(lambda: initial(self.spec.init, NAMES), lambda: list(self.engine.initial()))
        if isinstance(started, str):
            return started, (0, 0, 0)
        seen: dict[tuple[str, ...], int] = {}
        queue: list[tuple[State, Any]] = []
        generated = 0

        def meet(states: tuple[list[State], list[Any]], depth: int) -> None:
            known = {tuple(map(pretty, s)): s for s in states[1]}
            for state in states[0]:
                key = shown(state)
                if key not in seen:
                    seen[key] = depth
                    queue.append((state, known[key]))

        generated += len(started[0])
        meet(started, 1)
        while queue:
            state, ours = queue.pop(0)
            found = self.step(state, ours)
            if isinstance(found, str):
                return found, (0, 0, 0)
            generated += len(found[0])
            meet(found, seen[shown(state)] + 1)
            if len(seen) > STATES_MAX:
                return "value", None
        return "value", (generated, len(seen), max(seen.values(), default=0))

    def step(self, state: State, ours: Any) -> tuple[list[State], list[Any]] | str:
        """The successors of one state: the same multiset; as a set, all that make Next TRUE."""
        self.tally.counts["states"] += 1
        found = both(
            lambda: successors(self.spec.next, NAMES, state), lambda: [s for s, _ in self.engine.successors(ours)]
        )
        if isinstance(found, str):
            return found
        if all(v in self.values[i] for s in found[0] for i, v in enumerate(s)):
            try:
                wanted = satisfying(self.spec.next, NAMES, self.values, state)
            except Undefined:  # a path that ends before a step met a value that no candidate compares with
                self.tally.counts["states not by definition"] += 1
                return found
            if wanted != set(found[0]):
                raise Different(f"in {shown(state)}: as a formula {wanted}, as a process {found[0]}")
            self.tally.counts["states by definition"] += 1
        return found

    def searches(self, kind: str, figures: tuple[int, int, int]) -> None:
        """The search over closures has the naive counts, the search over tables the closures' outcome."""
        task = make_task(self.model, self.engine, False)
        search = Search(self.engine, task)
        plain = counts(lambda: (search, search.run()))
        if kind == "value" and plain != (*figures, None):
            raise Different(f"naive counts {figures}, search {plain}")
        if kind == "error" and plain[0] != "error":
            raise Different(f"the search ends without the error: {plain}")
        if not self.tables:
            return
        engine = ClosureEngine(self.model)
        search = lookup.LookupSearch(engine, make_task(self.model, engine, False), warm_up=0, core=Choice(TABLES))
        other = counts(lambda: (search, search.run()))
        self.tally.counts["tables declined" if search.tables is None else "tables"] += 1
        if other != plain:
            raise Different(f"closures {plain}, tables {other}")


def campaign(rng: random.Random, cases: int, ill: float, tables: bool = True) -> Tally:
    """Compare `cases` specs; every third has ill-typed parts."""
    tally, done = Tally(), 0
    while done < cases:
        spec = SpecMaker(rng, ill if rng.random() < 0.33 else 0.0).make()
        try:
            kind = Comparison(spec, tally, tables).run()
        except Different as different:
            kind = "DIFFERENT"
            tally.differences.append(f"{spec.module()}  {different}")
        tally.counts[f"spec: {kind}"] += 1
        done += kind != "left out"
    return tally


__all__ = ["Comparison", "FnV", "SpecMaker", "campaign"]
