"""Definitions that use themselves by way of the cfg.

`Op <- MyOp` puts `MyOp` wherever `Op` stands, also where `MyOp` itself (or what it uses) mentions `Op`. TLC replaces at
evaluation, so that such a definition is a recursive one that nobody had to declare: it has a value where the recursion
ends. `mark_recursive` finds those and marks them as recursive; nothing else changes. Functions (`f[x \\in S] == e`) are
left as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modelcheck.module.tree import Definition, Symbol
from modelcheck.records import fields, is_dataclass
from modelcheck.source import Span


def mark_recursive(replaced: Mapping[Symbol, Definition]) -> None:
    """Mark each replacement from whose body one comes back to it, where names mean what `replaced` says."""
    for definition in set(replaced.values()):
        if definition.kind == "op" and not definition.recursive and _comes_back(definition, replaced):
            definition.recursive = True


def _comes_back(start: Definition, replaced: Mapping[Symbol, Definition]) -> bool:
    seen: set[Symbol] = set()
    left: list[Any] = [start.complete().body]
    while left:
        for symbol in symbols_of(left.pop()):
            target = replaced.get(symbol, symbol)
            if target is start:
                return True
            if isinstance(target, Definition) and target not in seen and target.pending is None:
                seen.add(target)
                left.append(target.body)
    return False


def symbols_of(node: Any) -> Iterator[Symbol]:
    """All symbols that a tree mentions; of library definitions that nothing has used yet, only they themselves."""
    stack = [node]
    while stack:
        here = stack.pop()
        if isinstance(here, Symbol):
            yield here
        elif isinstance(here, tuple):
            stack += here
        elif is_dataclass(here) and not isinstance(here, Span):
            stack += [getattr(here, field.name) for field in fields(here)]
