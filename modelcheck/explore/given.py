"""What initial states satisfy because they are initial: invariants that are conjuncts of the initial predicate.

An inductive invariant is checked with `Inv` both as the initial predicate and as an invariant (Lamport, *Specifying
Systems*, 5.7): every state found by `Init == TypeOK /\\ Inv` was found because both hold there, so the search need not
ask again. Only definitions without parameters are looked at, by identity, through conjunctions; anything else is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from modelcheck.module import tree
from modelcheck.module.tree import Definition, Expr, Symbol


def given(inits: Sequence[Expr], invariants: Sequence[Expr], replaced: Mapping[Symbol, Definition]) -> list[bool]:
    """For each invariant, whether every state that satisfies all of `inits` satisfies it, as far as can be seen."""
    known: set[Definition] = set()
    for expr in inits:
        _note(expr, replaced, known)
    return [_follows(expr, replaced, known) for expr in invariants]


def _note(expr: Expr, replaced: Mapping[Symbol, Definition], known: set[Definition]) -> None:
    """Note the definitions that hold where a formula does."""
    for part in _conjuncts(expr):
        definition = _definition(part, replaced)
        if definition is not None and definition not in known:
            known.add(definition)
            assert definition.body is not None
            _note(definition.body, replaced, known)


def _follows(expr: Expr, replaced: Mapping[Symbol, Definition], known: set[Definition]) -> bool:
    """Whether a formula holds where all known definitions do."""
    for part in _conjuncts(expr):
        definition = _definition(part, replaced)
        if definition is None:
            return False
        if definition in known:
            continue
        body = definition.body
        if body is None or not _follows(body, replaced, known):
            return False
        known.add(definition)
    return True


def _conjuncts(expr: Expr) -> Iterator[Expr]:
    match expr:
        case tree.Junct(op="/\\"):
            for item in expr.items:
                yield from _conjuncts(item)
        case tree.Appl(symbol=tree.Builtin(name="/\\")):
            for arg in expr.args:
                assert not isinstance(arg, tree.OpArg)
                yield from _conjuncts(arg)
        case _:
            yield expr


def _definition(expr: Expr, replaced: Mapping[Symbol, Definition]) -> Definition | None:
    """The definition without parameters that a formula names."""
    if not isinstance(expr, tree.Appl) or expr.args:
        return None
    symbol = replaced.get(expr.symbol, expr.symbol)
    plain = isinstance(symbol, Definition) and not symbol.params and not symbol.recursive and symbol.kind == "op"
    return symbol.complete() if plain and isinstance(symbol, Definition) else None
