"""Symbolic values: what a TLA+ expression is when the state is not known.

A value that depends on nothing unknown is the TLA+ value itself (`modelcheck.values`); only what is unknown gets a
class of its own here, and falls back to the value as soon as everything in it is known (`make_set`, `make_fun`):

| unknown                        | class    | holds                                                               |
|--------------------------------|----------|---------------------------------------------------------------------|
| boolean                        | `SBool`  | a formula                                                           |
| integer                        | `SInt`   | a z3 term with bounds, where they are known                         |
| one of several                 | `Choice` | atoms (strings, model values, small integers) and parts, each with |
|                                |          | the formula under which it is the value; exactly one is             |
| finite set                     | `SSet`   | candidates, each with the formula under which it is an element      |
| function, record, sequence     | `SFun`   | candidate keys, each with the formula under which it is in the      |
|                                |          | domain, and its value                                               |
| recursive function             | `SRule`  | how to compute it at a key                                          |
| set not written out            | `S…`     | its parts                                                           |

Candidates are found while the spec is translated ("universes on demand"), never given beforehand.
Source: I. Konnov, J. Kukovec, T. H. Tran, "TLA+ Model Checking Made Symbolic", PACMPL 3 (OOPSLA), 2019, 123: the
arena of cells with membership edges; here a membership edge is a formula and an arena is the object itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from modelcheck.records import dataclass, field
from modelcheck.symbolic.formulas import FALSE_F, TRUE_F, F
from modelcheck.values import (
    FALSE,
    TRUE,
    Bool,
    Fn,
    Interval,
    LazySet,
    ModelValue,
    Value,
    make_function,
    pairs_in_order,
    sort_elements,
)


class Symbolic:
    """Any value that is not known."""

    __slots__ = ()


@dataclass(eq=False, slots=True)
class SBool(Symbolic):
    """A boolean."""

    f: F


@dataclass(eq=False, slots=True)
class SInt(Symbolic):
    """An integer between `low` and `high` (None: no bound known)."""

    term: Any
    low: int | None = None
    high: int | None = None


@dataclass(eq=False, slots=True)
class Choice(Symbolic):
    """One of several values: `atoms` by value, and at most one `part` of each structured kind."""

    atoms: dict[Value, F]
    parts: dict[str, tuple[F, Value]] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class SSet(Symbolic):
    """A finite set: candidates that are known values, and others."""

    known: dict[Value, F]
    loose: tuple[tuple[F, Value], ...] = ()


@dataclass(eq=False, slots=True)
class SFun(Symbolic):
    """A function with a finite domain: keys that are known values, and others. Keys that are present differ."""

    known: dict[Value, tuple[F, Value]]
    loose: tuple[tuple[F, Value, Value], ...] = ()


@dataclass(eq=False, slots=True)
class SRule(Symbolic):
    """A recursive function: its value at a known key of its domain, computed when it is asked for; and all of it."""

    domain: Value
    at: Callable[[Value], Value]
    build: Callable[[], Value]


class SLazy(Symbolic):
    """A set that is not written out."""

    __slots__ = ()


@dataclass(eq=False, slots=True)
class SRange(SLazy):
    """`low .. high`."""

    low: Value
    high: Value


@dataclass(eq=False, slots=True)
class SPower(SLazy):
    """`SUBSET base`."""

    base: Value


@dataclass(eq=False, slots=True)
class SFunSet(SLazy):
    """`[source -> target]`."""

    source: Value
    target: Value


@dataclass(eq=False, slots=True)
class SRecSet(SLazy):
    """`[name: set, …]`."""

    names: tuple[str, ...]
    sets: tuple[Value, ...]


@dataclass(eq=False, slots=True)
class SCross(SLazy):
    """`A \\X B …`."""

    sets: tuple[Value, ...]


@dataclass(eq=False, slots=True)
class SSeqs(SLazy):
    """`Seq(base)`."""

    base: Value


@dataclass(eq=False, slots=True)
class SCup(SLazy):
    """The union of sets that cannot all be written out, each with the formula under which it counts."""

    sets: tuple[tuple[F, Value], ...]


@dataclass(eq=False, slots=True)
class SFilter(SLazy):
    """The elements of `base` that pass `test`."""

    base: Value
    test: Callable[[Value], F]


@dataclass(eq=False, slots=True)
class SImage(SLazy):
    """The values of `body` over the combinations of elements of `bases`."""

    bases: tuple[Value, ...]
    body: Callable[[tuple[Value, ...]], Value]


def is_concrete(v: Value) -> bool:
    """Whether the value is known."""
    return not isinstance(v, Symbolic)


def kind_of(v: Value) -> str:
    """'bool', 'int', 'atom' (string, model value), 'set', 'lazy', 'fun' or 'choice'."""
    if isinstance(v, Symbolic):
        if isinstance(v, SLazy):
            return "lazy"
        return _KINDS[type(v)]
    t = type(v)
    if t is Bool:
        return "bool"
    if t is int:
        return "int"
    if t is str or t is ModelValue:
        return "atom"
    if t is frozenset:
        return "set"
    if t is tuple or t is Fn:
        return "fun"
    return "lazy"


_KINDS: dict[type, str] = {SBool: "bool", SInt: "int", Choice: "choice", SSet: "set", SFun: "fun", SRule: "fun"}


def truth_value(f: F) -> Value:
    """The boolean that a formula is."""
    if f == TRUE_F:
        return TRUE
    return FALSE if f == FALSE_F else SBool(f)


def make_set(known: dict[Value, F], loose: Iterable[tuple[F, Value]] = ()) -> Value:
    """The set of these candidates; a frozenset when all of it is known."""
    kept = {v: f for v, f in known.items() if f != FALSE_F}
    rest = tuple((f, v) for f, v in loose if f != FALSE_F)
    if not rest and all(f == TRUE_F for f in kept.values()):
        return frozenset(kept)
    return SSet(kept, rest)


def make_fun(known: dict[Value, tuple[F, Value]], loose: Iterable[tuple[F, Value, Value]] = ()) -> Value:
    """The function of these candidates; the value itself when all of it is known."""
    kept = {k: p for k, p in known.items() if p[0] != FALSE_F}
    rest = tuple(p for p in loose if p[0] != FALSE_F)
    if not rest and all(f == TRUE_F and not isinstance(v, Symbolic) for f, v in kept.values()):
        return make_function([(k, v) for k, (_, v) in kept.items()])
    return SFun(kept, rest)


def make_choice(atoms: dict[Value, F], parts: dict[str, tuple[F, Value]] | None = None) -> Value:
    """The value that is one of these; the value itself when there is only one."""
    kept = {v: f for v, f in atoms.items() if f != FALSE_F}
    more = {k: p for k, p in (parts or {}).items() if p[0] != FALSE_F}
    if len(kept) == 1 and not more:
        return next(iter(kept))
    if not kept and len(more) == 1:
        return next(iter(more.values()))[1]
    return Choice(kept, more)


def fun_pairs(v: Value) -> tuple[dict[Value, tuple[F, Value]], tuple[tuple[F, Value, Value], ...]]:
    """The candidates of a function, known or not."""
    if isinstance(v, SRule):
        v = v.build()
    if isinstance(v, SFun):
        return v.known, v.loose
    return {k: (TRUE_F, x) for k, x in pairs_in_order(v)}, ()


def in_tlc_order(values: Iterable[Value]) -> tuple[Value, ...]:
    """Known values in TLC's order."""
    return sort_elements(values)


def small_interval(v: Value, limit: int) -> bool:
    """Whether a lazy set is finite and has at most so many elements."""
    if isinstance(v, Interval):
        return v.high - v.low < limit
    return isinstance(v, LazySet) and v.known_finite and not v._bigger_than(limit)
