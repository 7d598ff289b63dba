"""Closures of relations on finite sets, by Warshall's algorithm (Journal of the ACM 9(1), 1962)."""

from __future__ import annotations

from modelcheck.stdlib.registry import finite_set, function, override, truth
from modelcheck.values import Bool, Value, apply, boolean, make_function, ordered


def _matrix(name: str, r: Value, s: Value) -> tuple[list[Value], list[list[bool]]]:
    """The elements, and who is related to whom."""
    function(name, r)
    items = list(ordered(finite_set(name, s)))
    return items, [[truth(name, apply(r, (x, y))) for y in items] for x in items]


def _close(rows: list[list[bool]]) -> None:
    n = len(rows)
    for k in range(n):
        through = rows[k]
        for row in rows:
            if row[k]:
                for j in range(n):
                    if through[j]:
                        row[j] = True


def _relation(items: list[Value], rows: list[list[bool]]) -> Value:
    return make_function({(x, y): boolean(rows[i][j]) for i, x in enumerate(items) for j, y in enumerate(items)})


@override("Relation", "TransitiveClosure")
def transitive_closure(r: Value, s: Value) -> Value:
    items, rows = _matrix("TransitiveClosure", r, s)
    _close(rows)
    return _relation(items, rows)


@override("Relation", "ReflexiveTransitiveClosure")
def reflexive_transitive_closure(r: Value, s: Value) -> Value:
    items, rows = _matrix("ReflexiveTransitiveClosure", r, s)
    for i, row in enumerate(rows):
        row[i] = True
    _close(rows)
    return _relation(items, rows)


@override("Relation", "IsConnected")
def is_connected(r: Value, s: Value) -> Bool:
    items, rows = _matrix("IsConnected", r, s)
    _close(rows)
    return boolean(all(rows[i][j] or i == j for i in range(len(items)) for j in range(len(items))))
