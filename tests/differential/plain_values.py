"""Values as the book has them, in plain Python, for a second evaluator that shares nothing with the first.

Booleans, integers and strings are Python's. A set is a `SetV`: its elements in a list, sorted, none twice. A function
is an `FnV`: pairs (argument, value), sorted by argument; records, tuples and sequences are functions (*Specifying
Systems*, 16.1.7 to 16.1.10). The order is the one SEMANTICS section 2 prescribes, because CHOOSE shows it.

`Undefined` is what TLA+ leaves open. It carries every code that some order of evaluation of strict operands can meet,
and `open_`: the places where an evaluator that builds less may legitimately find a value (see `agreement.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

SIZE_MAX = 300
STRINGS = ("q", "b", "z", "a")  # in order of first appearance in the module, which is not the alphabet's


class Undefined(Exception):
    """No value: the codes that may tell why, and whether a lazier evaluation may have one."""

    def __init__(self, codes: Iterable[str], open_: bool = False) -> None:
        super().__init__()
        self.codes = frozenset(codes)
        self.open_ = open_


class TooBig(Exception):
    """More than the naive evaluator can do; the case is left out."""


@dataclass(frozen=True)
class SetV:
    """A set: sorted elements. `formal`: empty, and written as a product of sets some of which are not."""

    items: tuple[PlainValue, ...]
    formal: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class FnV:
    """A function: pairs sorted by argument."""

    pairs: tuple[tuple[PlainValue, PlainValue], ...]

    def keys(self) -> tuple[PlainValue, ...]:
        return tuple(k for k, _ in self.pairs)


PlainValue: TypeAlias = bool | int | str | SetV | FnV


def kind(v: PlainValue) -> str:
    """The five kinds of values."""
    return {bool: "boolean", int: "integer", str: "string", SetV: "set", FnV: "function"}[type(v)]


def order(a: PlainValue, b: PlainValue) -> int:
    """-1, 0, 1; E001 for values of different kinds, wherever the first difference between the two lies."""
    if kind(a) != kind(b):
        raise Undefined({"E001"})
    if isinstance(a, SetV) and isinstance(b, SetV):
        return rows(a.items, b.items)
    if isinstance(a, FnV) and isinstance(b, FnV):
        return rows(a.keys(), b.keys()) or rows([v for _, v in a.pairs], [v for _, v in b.pairs])
    if isinstance(a, str) and isinstance(b, str):
        x, y = (STRINGS.index(s) if s in STRINGS else len(STRINGS) for s in (a, b))
        if a != b and x == y:
            raise TooBig  # strings that the generators do not write
        return (x > y) - (x < y)
    return (a > b) - (a < b)  # type: ignore[operator]


def rows(a: Sequence[PlainValue], b: Sequence[PlainValue]) -> int:
    """The shorter first; else the first difference decides."""
    if len(a) != len(b):
        return -1 if len(a) < len(b) else 1
    for x, y in zip(a, b, strict=True):
        decided = order(x, y)
        if decided:
            return decided
    return 0


def equal(a: PlainValue, b: PlainValue) -> bool:
    return order(a, b) == 0


def make_set(items: Iterable[PlainValue]) -> SetV:
    """Insertion sort. Elements of two kinds: E001; of one kind that differ in kind further in: E001, open."""
    out: list[PlainValue] = []
    given = list(items)
    if len({kind(v) for v in given}) > 1:
        raise Undefined({"E001"})
    for v in given:
        place = 0
        try:
            while place < len(out) and order(out[place], v) < 0:
                place += 1
            if place == len(out) or order(out[place], v) != 0:
                out.insert(place, v)
        except Undefined as error:
            raise Undefined(error.codes, True) from None
    if len(out) > SIZE_MAX:
        raise TooBig
    return SetV(tuple(out))


def make_function(pairs: Iterable[tuple[PlainValue, PlainValue]]) -> FnV:
    """The function with these pairs; no argument comes twice."""
    given = list(pairs)
    keys = make_set(k for k, _ in given)
    return FnV(tuple((k, next(v for j, v in given if equal_or_not(k, j))) for k in keys.items))


def equal_or_not(a: PlainValue, b: PlainValue) -> bool:
    """Equality among the elements of one set."""
    try:
        return equal(a, b)
    except Undefined:
        return False


def sequence(items: Iterable[PlainValue]) -> FnV:
    return FnV(tuple(enumerate(items, 1)))


def is_sequence(v: PlainValue) -> bool:
    return isinstance(v, FnV) and v.keys() == tuple(range(1, len(v.pairs) + 1)) and True not in map(_is_bool, v.keys())


def _is_bool(v: PlainValue) -> bool:
    return isinstance(v, bool)


def member(v: PlainValue, s: SetV) -> bool:
    """Equal to some element. Comparable with none: E001; with some only: E001, open (a search may miss the others)."""
    if s.formal:
        raise Undefined({"E001"}, True)
    failed = 0
    for e in s.items:
        try:
            if equal(v, e):
                return True
        except Undefined:
            failed += 1
    if failed:
        raise Undefined({"E001"}, failed < len(s.items) or kind(v) == kind(s.items[0]))
    return False


def text(v: PlainValue) -> str:
    """As TLC prints it."""
    if isinstance(v, bool):
        return "TRUE" if v else "FALSE"
    if isinstance(v, int):
        return str(v)
    if isinstance(v, str):
        return f'"{v}"'
    if isinstance(v, SetV):
        return "{" + ", ".join(map(text, v.items)) + "}"
    if is_sequence(v):
        return "<<" + ", ".join(text(x) for _, x in v.pairs) + ">>"
    if all(isinstance(k, str) for k, _ in v.pairs):
        return "[" + ", ".join(f"{k} |-> {text(x)}" for k, x in v.pairs) + "]"
    return "(" + " @@ ".join(f"{text(k)} :> {text(x)}" for k, x in v.pairs) + ")"


def power_set(s: SetV) -> SetV:
    if len(s.items) > 8:
        raise TooBig
    out: list[PlainValue] = []
    for bits in range(2 ** len(s.items)):
        out.append(SetV(tuple(x for i, x in enumerate(s.items) if bits >> i & 1)))
    return make_set(out)


def products(sets: Sequence[SetV]) -> list[tuple[PlainValue, ...]]:
    """All combinations, the last component fastest."""
    out: list[tuple[PlainValue, ...]] = [()]
    for s in sets:
        out = [(*row, v) for row in out for v in s.items]
        if len(out) > SIZE_MAX:
            raise TooBig
    return out


def function_set(domain: SetV, codomain: SetV) -> SetV:
    combos = products([codomain] * len(domain.items))
    return formal_set(FnV(tuple(zip(domain.items, row, strict=True))) for row in combos)


def formal_set(items: Iterable[PlainValue]) -> SetV:
    """`S \\X T`, `[S -> T]`, `[f : S]`: asked for an element, an evaluator may look at its form first."""
    made = make_set(items)
    return made if made.items else SetV((), True)


def all_of(thunks: Sequence[Callable[[], Any]]) -> list[Any]:
    """The values of strict operands. Which of several errors is met first is nobody's business: all are kept."""
    out, codes, is_open, failed = [], set[str](), True, False
    for thunk in thunks:
        try:
            out.append(thunk())
        except Undefined as error:
            codes |= error.codes
            is_open, failed = is_open and error.open_, True
    if failed:
        raise Undefined(codes, is_open)
    return out
