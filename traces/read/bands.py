"""An action cut in four bands on both sides, so that guards stand beside guards, updates beside updates, sends beside
sends.

The bands: the head (comment, name; decorator, docstring), what must hold, what changes, what is sent and what stays.
On both sides the order is that of the text: whatever stands after an update is not shown as a guard.

Spec: a conjunct without prime is a guard; one that primes the set of messages, or calls an operator that does, is a
send, and so is the UNCHANGED that ends an action; any other is an update. Bounded quantifiers and LETs around the
conjuncts belong to the first of them. Python: `if …: return DISABLED` is a guard, the last statement is the sends.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set
from dataclasses import dataclass, fields, is_dataclass

from modelcheck.syntax import nodes as n
from traces.read.codetext import Part
from traces.read.spectext import SpecText, Unit

HEAD, GUARDS, UPDATES, SENDS = range(4)
NAMES = ("", "guards", "updates", "sends")


@dataclass(frozen=True, slots=True)
class Primes:
    """Which definitions of a module change the state, and which of them by sending."""

    changing: frozenset[str]
    sending: frozenset[str]


def primes_of(text: SpecText, messages: Set[str]) -> Primes:
    """By the definitions of the module, those that call one another included. `messages`: variables that are sets of
    messages."""
    bodies = {u.name: u.node for u in text.units if isinstance(u.node, n.OpDef | n.FnDef)}
    changing, sending = set[str](), set[str]()
    while True:
        known = Primes(frozenset(changing), frozenset(sending))
        for name, node in bodies.items():
            body = node.body if isinstance(node, n.OpDef | n.FnDef) else None
            if body is not None and _changes(body, known):
                changing.add(name)
            if body is not None and _sends(body, messages, known):
                sending.add(name)
        if known == Primes(frozenset(changing), frozenset(sending)):
            return known


def spec_bands(text: SpecText, unit: Unit, messages: Set[str], primes: Primes) -> list[range]:
    """The lines of each band."""
    assert isinstance(unit.node, n.OpDef)
    leaves = list(_leaves(unit.node.body, unit.node.body.span.start))
    starts = {HEAD: unit.first}
    band = HEAD
    for i, (offset, leaf) in enumerate(leaves):
        last = i == len(leaves) - 1
        kind = _kind(leaf, messages, primes, last)
        line = text.file.position(offset).line
        if kind > band and line not in starts.values():
            band = kind
            starts[band] = line
    return _ranges(starts, unit.last)


def code_bands(part: Part) -> list[range]:
    """The lines of each band of a method."""
    node = part.node
    assert isinstance(node, ast.FunctionDef)
    starts = {HEAD: part.first}
    band = HEAD
    for i, statement in enumerate(node.body):
        if i == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        kind = GUARDS if _is_guard(statement) else SENDS if i == len(node.body) - 1 else UPDATES
        if kind > band:
            band = kind
            starts[band] = statement.lineno
    return _ranges(starts, part.last)


def _ranges(starts: dict[int, int], last: int) -> list[range]:
    """Band by band: from its first line to the line before the next band's."""
    out, end = [range(0)] * 4, last + 1
    for band in sorted(starts, reverse=True):
        out[band] = range(starts[band], end)
        end = starts[band]
    return out


def _is_guard(statement: ast.stmt) -> bool:
    match statement:
        case ast.If(_, [ast.Return(ast.Name("DISABLED"))], []):
            return True
    return False


# ---- conjuncts ----


def _leaves(expr: n.Node, start: int) -> Iterator[tuple[int, n.Node]]:
    """The conjuncts in order, each with the offset where its text begins (of the first: with what stands before)."""
    match expr:
        case n.Junction(op="/\\"):
            for i, item in enumerate(expr.items):
                yield from _leaves(item, start if i == 0 else item.span.start)
        case n.Apply(op=n.Name(name="/\\")):
            for i, item in enumerate(expr.args):
                yield from _leaves(item, start if i == 0 else item.span.start)
        case n.Quantified() | n.Let() if _is_conjunction(expr.body):
            yield from _leaves(expr.body, start)
        case _:
            yield start, expr


def _is_conjunction(expr: n.Node) -> bool:
    match expr:
        case n.Junction(op="/\\"):
            return True
        case n.Quantified() | n.Let():
            return _is_conjunction(expr.body)
    return False


def _kind(leaf: n.Node, messages: Set[str], primes: Primes, last: bool) -> int:
    if _sends(leaf, messages, primes):
        return SENDS
    if last and isinstance(leaf, n.Apply) and leaf.op.name == "UNCHANGED":
        return SENDS
    return UPDATES if _changes(leaf, primes) else GUARDS


def _nodes(root: object) -> Iterator[n.Node]:
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            stack.extend(node)
        elif isinstance(node, n.Node) and is_dataclass(node):
            yield node
            stack.extend(getattr(node, f.name) for f in fields(node) if f.name not in ("span", "name_span"))


def _changes(root: n.Node, primes: Primes) -> bool:
    return any(
        (isinstance(node, n.Apply) and node.op.name in ("'", "UNCHANGED"))
        or (isinstance(node, n.Name) and node.name in primes.changing)
        for node in _nodes(root)
    )


def _sends(root: n.Node, messages: Set[str], primes: Primes) -> bool:
    for node in _nodes(root):
        if isinstance(node, n.Name) and node.name in primes.sending:
            return True
        if isinstance(node, n.Apply) and node.op.name == "'":
            primed = node.args[0]
            if isinstance(primed, n.Name) and primed.name in messages:
                return True
    return False
