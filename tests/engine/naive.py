"""A second evaluator, as plain as can be: random typed expressions, each with its text and its meaning in Python.

Integers are ints, booleans bools, sets of integers frozensets, functions from integers to integers (sequences among
them) dicts. A meaning takes the values of the names in scope; it raises `Undefined` where TLA+ leaves the value open.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from hypothesis import strategies as st

Names: TypeAlias = Mapping[str, Any]
Strategy: TypeAlias = Any


class Undefined(Exception):
    """The expression has no value."""


@dataclass(frozen=True)
class Term:
    """An expression: its text, in parentheses where need be, and its value."""

    text: str
    value: Callable[[Names], Any]


@dataclass(frozen=True)
class Scope:
    """The names bound around an expression, by type, and how deep it may still grow."""

    ints: tuple[str, ...]
    sets: tuple[str, ...]
    fns: tuple[str, ...]
    depth: int

    def inner(self, *ints: str) -> Scope:
        """Below a binder of these integers."""
        return Scope((*self.ints, *ints), self.sets, self.fns, self.depth - 1)

    def below(self) -> Scope:
        """Below an operator."""
        return Scope(self.ints, self.sets, self.fns, self.depth - 1)

    def fresh(self) -> str:
        """A name that is not bound yet."""
        return f"v{len(self.ints)}"


def read(name: str) -> Term:
    return Term(name, lambda names: names[name])


def apply(f: Any, x: int) -> int:
    if x not in f:
        raise Undefined
    return f[x]


def divide(a: int, b: int) -> int:
    if b == 0:
        raise Undefined
    return a // b


def modulo(a: int, b: int) -> int:
    if b <= 0:
        raise Undefined
    return a % b


def first(values: Any) -> Any:
    for value in values:
        return value
    raise Undefined


def is_sequence(f: Any) -> bool:
    return set(f) == set(range(1, len(f) + 1))


def binary(left: Strategy, right: Strategy, sign: str, meaning: Callable[[Any, Any], Any]) -> Strategy:
    def make(a: Term, b: Term) -> Term:
        return Term(f"({a.text} {sign} {b.text})", lambda names: meaning(a.value(names), b.value(names)))

    return st.builds(make, left, right)


def junction(items: Strategy, sign: str, stop: bool) -> Strategy:
    def make(a: Term, b: Term) -> Term:
        def value(names: Names) -> bool:
            return stop if a.value(names) is stop else b.value(names)

        return Term(f"({a.text} {sign} {b.text})", value)

    return st.builds(make, items, items)


def choice(condition: Strategy, branches: Strategy) -> Strategy:
    def make(c: Term, a: Term, b: Term) -> Term:
        return Term(
            f"(IF {c.text} THEN {a.text} ELSE {b.text})",
            lambda names: a.value(names) if c.value(names) else b.value(names),
        )

    return st.builds(make, condition, branches, branches)


def cases(condition: Strategy, branches: Strategy) -> Strategy:
    def make(c: Term, a: Term, d: Term, b: Term) -> Term:
        def value(names: Names) -> Any:
            if c.value(names):
                return a.value(names)
            if d.value(names):
                return b.value(names)
            raise Undefined

        return Term(f"(CASE {c.text} -> {a.text} [] {d.text} -> {b.text})", value)

    return st.builds(make, condition, branches, condition, branches)


def bound(scope: Scope, body: Callable[[Scope], Strategy], make: Callable[[str, Term, Term], Term]) -> Strategy:
    """What binds one integer over a set: `make(name, set, body)`."""
    name = scope.fresh()
    return st.builds(lambda s, b: make(name, s, b), sets(scope.below()), body(scope.inner(name)))


def called(scope: Scope, body: Callable[[Scope], Strategy], result: Callable[[Term, Term], Term]) -> Strategy:
    """A LET-defined operator of one integer, applied twice; its argument is evaluated when used."""
    name, op = scope.fresh(), f"Op{scope.depth}"  # deeper ones have other names

    def make(b: Term, x: Term, y: Term) -> Term:
        def call(arg: Term) -> Term:
            return Term(f"{op}({arg.text})", lambda names: b.value(Late(names, name, arg)))

        both = result(call(x), call(y))
        return Term(f"(LET {op}({name}) == {b.text} IN {both.text})", both.value)

    return st.builds(make, body(scope.inner(name)), ints(scope.below()), ints(scope.below()))


def with_one(names: Names, name: str, value: Any) -> Names:
    """Names with one more; those that were there are not read."""
    return ChainMap({name: value}, names)  # type: ignore[arg-type]


class Late(Mapping[str, Any]):
    """Names with one more, whose value is computed when it is read."""

    def __init__(self, names: Names, name: str, arg: Term) -> None:
        self.names, self.name, self.arg = names, name, arg

    def __getitem__(self, key: str) -> Any:
        return self.arg.value(self.names) if key == self.name else self.names[key]

    def __iter__(self) -> Any:
        return iter((*self.names, self.name))

    def __len__(self) -> int:
        return len(self.names) + 1


@cache
def ints(scope: Scope) -> Strategy:
    """Integers."""
    leaves = [st.integers(-3, 4).map(lambda n: Term(f"({n})" if n < 0 else str(n), lambda names: n))]
    leaves += [st.just(read(name)) for name in scope.ints]
    if scope.depth <= 0:
        return st.one_of(leaves)
    below = scope.below()
    i, f = ints(below), st.deferred(lambda: fns(below))
    return st.one_of(
        *leaves,
        binary(i, i, "+", lambda a, b: a + b),
        binary(i, i, "-", lambda a, b: a - b),
        binary(i, i, "*", lambda a, b: a * b),
        binary(i, i, "\\div", divide),
        binary(i, i, "%", modulo),
        choice(bools(below), i),
        cases(bools(below), i),
        st.builds(lambda g, x: Term(f"{g.text}[{x.text}]", lambda n: apply(g.value(n), x.value(n))), f, i),
        sets(below).map(lambda s: Term(f"Cardinality({s.text})", lambda names: len(s.value(names)))),
        bound(scope, bools, lambda v, s, p: Term(
            f"(CHOOSE {v} \\in {s.text} : {p.text})",
            lambda names: first(x for x in sorted(s.value(names)) if p.value(with_one(names, v, x))),
        )),
        called(scope, ints, lambda x, y: Term(f"({x.text} + {y.text})", lambda n: x.value(n) + y.value(n))),
    )  # fmt: skip


@cache
def bools(scope: Scope) -> Strategy:
    """Booleans."""
    leaves = [st.sampled_from([Term("TRUE", lambda names: True), Term("FALSE", lambda names: False)])]
    if scope.depth <= 0:
        return st.one_of(leaves)
    below = scope.below()
    i, s, f, p = ints(below), sets(below), fns(below), st.deferred(lambda: bools(below))
    return st.one_of(
        *leaves,
        binary(i, i, "=", lambda a, b: a == b),
        binary(i, i, "#", lambda a, b: a != b),
        binary(i, i, "<", lambda a, b: a < b),
        binary(i, i, ">=", lambda a, b: a >= b),
        binary(s, s, "=", lambda a, b: a == b),
        binary(f, f, "=", lambda a, b: a == b),
        binary(i, s, "\\in", lambda a, b: a in b),
        binary(i, s, "\\notin", lambda a, b: a not in b),
        binary(s, s, "\\subseteq", lambda a, b: a <= b),
        p.map(lambda q: Term(f"(~{q.text})", lambda names: not q.value(names))),
        junction(p, "/\\", False),
        junction(p, "\\/", True),
        st.builds(lambda a, b: Term(
            f"({a.text} => {b.text})", lambda names: b.value(names) if a.value(names) else True), p, p),
        binary(p, p, "<=>", lambda a, b: a is b),
        bound(scope, bools, lambda v, d, q: Term(
            f"(\\A {v} \\in {d.text} : {q.text})",
            lambda names: all(q.value(with_one(names, v, x)) for x in sorted(d.value(names))))),
        bound(scope, bools, lambda v, d, q: Term(
            f"(\\E {v} \\in {d.text} : {q.text})",
            lambda names: any(q.value(with_one(names, v, x)) for x in sorted(d.value(names))))),
        choice(bools(below), p),
        called(scope, bools, lambda x, y: Term(
            f"({x.text} \\/ {y.text})", lambda names: x.value(names) or y.value(names))),
    )  # fmt: skip


@cache
def sets(scope: Scope) -> Strategy:
    """Finite sets of integers."""
    leaves = [st.just(Term("{}", lambda names: frozenset()))] + [st.just(read(name)) for name in scope.sets]
    if scope.depth <= 0:
        return st.one_of(leaves)
    below = scope.below()
    i, f, s = ints(below), fns(below), st.deferred(lambda: sets(below))
    return st.one_of(
        *leaves,
        st.lists(i, max_size=3).map(lambda terms: Term(
            "{" + ", ".join(t.text for t in terms) + "}",
            lambda names: frozenset([t.value(names) for t in terms]))),
        binary(i, st.integers(-1, 3).map(lambda n: Term(str(n), lambda names: n)), "..",
               lambda a, b: frozenset(range(a, b + 1)) if b - a < 60 else _too_wide()),
        binary(s, s, "\\cup", lambda a, b: a | b),
        binary(s, s, "\\cap", lambda a, b: a & b),
        binary(s, s, "\\", lambda a, b: a - b),
        f.map(lambda g: Term(f"(DOMAIN {g.text})", lambda names: frozenset(g.value(names)))),
        bound(scope, bools, lambda v, d, p: Term(
            f"{{{v} \\in {d.text} : {p.text}}}",
            lambda names: frozenset([x for x in sorted(d.value(names)) if p.value(with_one(names, v, x))]))),
        bound(scope, ints, lambda v, d, e: Term(
            f"{{{e.text} : {v} \\in {d.text}}}",
            lambda names: frozenset([e.value(with_one(names, v, x)) for x in sorted(d.value(names))]))),
        choice(bools(below), s),
        st.builds(lambda a, b: Term(
            f"(UNION {{{a.text}, {b.text}}})", lambda names: a.value(names) | b.value(names)), s, s),
    )  # fmt: skip


@cache
def fns(scope: Scope) -> Strategy:
    """Functions from integers to integers."""
    leaves = [st.just(Term("<<>>", lambda names: {}))] + [st.just(read(name)) for name in scope.fns]
    if scope.depth <= 0:
        return st.one_of(leaves)
    below = scope.below()
    i, f = ints(below), st.deferred(lambda: fns(below))
    return st.one_of(
        *leaves,
        st.lists(i, max_size=3).map(lambda terms: Term(
            "<<" + ", ".join(t.text for t in terms) + ">>",
            lambda names: {n: t.value(names) for n, t in enumerate(terms, 1)})),
        bound(scope, ints, lambda v, d, e: Term(
            f"[{v} \\in {d.text} |-> {e.text}]",
            lambda names: {x: e.value(with_one(names, v, x)) for x in sorted(d.value(names))})),
        st.builds(_except, f, i, i),
        choice(bools(below), f),
        st.builds(_append, f, i),
    )  # fmt: skip


def _except(f: Term, at: Term, new: Term) -> Term:
    def value(names: Names) -> Any:
        old, x = f.value(names), at.value(names)
        return {**old, x: old[x] + new.value(names)} if x in old else old

    return Term(f"[{f.text} EXCEPT ![{at.text}] = @ + {new.text}]", value)


def _append(f: Term, e: Term) -> Term:
    def value(names: Names) -> Any:
        old, new = f.value(names), e.value(names)
        if not is_sequence(old):
            raise Undefined
        return {**old, len(old) + 1: new}

    return Term(f"Append({f.text}, {e.text})", value)


def _too_wide() -> Any:
    raise Undefined


def terms(depth: int) -> Strategy:
    """Expressions of any type over the variables `x` (an integer), `s` (a set) and `f` (a function)."""
    scope = Scope(("x",), ("s",), ("f",), depth)
    return st.one_of(ints(scope), bools(scope), sets(scope), fns(scope))
