"""What the level check knows about an expression or definition, and how such knowledge combines.

The level of an expression depends on what will stand for the parameters in it, so beside its own level each
expression carries the conditions under which it is well formed (the theory is Lamport's "LevelSpec"; SANY's results
are the same):

- `params`: symbols whose level counts for the level of the expression;
- `caps`: symbol -> the highest level of what may stand for it (`x` is capped at STATE by `x'`);
- `floors`: (operator, i) -> the level that argument i of whatever stands for the operator must at least admit;
- `pairs`: (operator, i, symbol): the symbol's level is applied to argument i of the operator.

Symbols here are formal parameters, and declared constants where a constant module is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from modelcheck.module.tree import Symbol
from modelcheck.records import dataclass, field

Pair: TypeAlias = tuple[Symbol, int, Symbol]

_NONE: frozenset[Symbol] = frozenset()
_NO_PAIRS: frozenset[Pair] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """The knowledge about one expression (levels are 0 to 3)."""

    level: int
    params: frozenset[Symbol] = _NONE
    caps: dict[Symbol, int] = field(default_factory=dict)
    floors: dict[tuple[Symbol, int], int] = field(default_factory=dict)
    pairs: frozenset[Pair] = _NO_PAIRS


PLAIN = tuple([Data(level) for level in range(4)])  # expressions without conditions; shared, compared by identity


def is_plain(data: Data) -> bool:
    """Whether the expression carries no conditions."""
    return data is PLAIN[data.level]


class Builder:
    """Collects conditions; `done` gives the `Data`."""

    __slots__ = ("caps", "floors", "level", "pairs", "params")

    def __init__(self, level: int) -> None:
        self.level = level
        self.params: set[Symbol] = set()
        self.caps: dict[Symbol, int] = {}
        self.floors: dict[tuple[Symbol, int], int] = {}
        self.pairs: set[Pair] = set()

    def cap(self, symbol: Symbol, most: int) -> None:
        """What stands for the symbol may have at most this level."""
        if most < self.caps.get(symbol, 3):
            self.caps[symbol] = most

    def cap_all(self, symbols: Iterable[Symbol], most: int) -> None:
        """The same for several."""
        if most < 3:
            for symbol in symbols:
                self.cap(symbol, most)

    def floor(self, operator: Symbol, position: int, least: int) -> None:
        """Argument `position` of what stands for the operator must admit this level."""
        if least > self.floors.get((operator, position), 0):
            self.floors[operator, position] = least

    def conditions(self, data: Data) -> None:
        """Take over the conditions of a part (not its level)."""
        for symbol, most in data.caps.items():
            self.cap(symbol, most)
        for (operator, position), least in data.floors.items():
            self.floor(operator, position, least)
        self.pairs |= data.pairs

    def done(self) -> Data:
        """The knowledge collected."""
        if not (self.params or self.caps or self.floors or self.pairs):
            return PLAIN[self.level]
        return Data(self.level, frozenset(self.params), self.caps, self.floors, frozenset(self.pairs))


@dataclass(slots=True, eq=False)
class DefLevels:
    """The knowledge about a definition (or LAMBDA, or built-in operator seen as one).

    For its parameters, by position: `most` (highest level of an argument), `carries` (whether the argument's level
    counts), `floors` (per argument of an operator parameter), `conds` (i, j, k): argument j is applied to argument
    k of operator argument i. `rest`: what remains about other symbols; `body`: all that is known of the body.
    """

    params: tuple[Symbol, ...]
    level: int
    most: list[int]
    carries: list[bool]
    floors: list[list[int]]
    conds: list[tuple[int, int, int]]
    rest: Data
    body: Data


def of_definition(params: tuple[Symbol, ...], arities: list[int], body: Data) -> DefLevels:
    """The knowledge about a definition with this body."""
    if not params or (is_plain(body)):
        count = len(params)
        plain = [[0] * arity for arity in arities]
        return DefLevels(params, body.level, [3] * count, [False] * count, plain, [], body, body)
    index = {param: at for at, param in enumerate(params)}
    most = [body.caps.get(param, 3) for param in params]
    carries = [param in body.params for param in params]
    floors = [[body.floors.get((p, k), 0) for k in range(a)] for p, a in zip(params, arities, strict=True)]
    conds = sorted((index[o], index[p], i) for o, i, p in body.pairs if o in index and p in index)
    conds = [(i, j, k) for i, j, k in conds]
    rest = Builder(body.level)
    rest.params = set(body.params) - index.keys()
    rest.caps = {symbol: cap for symbol, cap in body.caps.items() if symbol not in index}
    rest.floors = {key: least for key, least in body.floors.items() if key[0] not in index}
    rest.pairs = {(o, i, p) for o, i, p in body.pairs if o not in index or p not in index}
    return DefLevels(params, body.level, most, carries, floors, conds, rest.done(), body)
