"""Values as a list of nodes, each after the parts it is made of: what many values have in common is there once.

A node is 32-bit numbers: its kind, a count, and its parts as numbers of nodes. SET, SEQ: the count of parts, and
these; FN: the count of values, the node of the domain, and the values in the order of the parts of that node; ATOM: the
place in a list of values without parts, which is kept apart (`core/_dag.h` reads and writes the same). Lazy sets and
functions that are finite are the ones that they are, written out; infinite ones are atoms.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence

from modelcheck.values.functions import Fn, LazyFn, make_function
from modelcheck.values.lazybase import LazySet
from modelcheck.values.scalars import Value

SET, SEQ, FN, ATOM = range(4)


class Dag:
    """Nodes of the values given to `number`, one after the other; `atoms`: those without parts."""

    def __init__(self) -> None:
        self.nodes = array("I")
        self.atoms: list[Value] = []
        self._numbers: dict[Value, int] = {}
        self._begins = array("q")

    @property
    def count(self) -> int:
        """How many nodes there are."""
        return len(self._begins)

    def number(self, v: Value) -> int:
        """The node of a value; it is made if it is new."""
        known = self._numbers.get(v)
        if known is None:
            node = self._node(_plain(v))
            known = self._numbers[v] = len(self._begins)
            self._begins.append(len(self.nodes))
            self.nodes.extend(node)
        return known

    def _node(self, v: Value) -> list[int]:
        if type(v) is tuple:
            return [SEQ, len(v), *map(self.number, v)]
        if type(v) is frozenset:
            return [SET, len(v), *map(self.number, v)]
        if type(v) is Fn:
            domain = self.number(v.shape.domain)
            at = {self.number(key): i for i, key in enumerate(v.shape.keys)}
            begin = self._begins[domain] + 2
            places = [at[key] for key in self.nodes[begin : begin + len(at)]]
            return [FN, len(at), domain, *[self.number(v.vals[i]) for i in places]]
        self.atoms.append(v)
        return [ATOM, len(self.atoms) - 1]


def _plain(v: Value) -> Value:
    if isinstance(v, LazyFn):
        return v.build()
    return v.forced() if isinstance(v, LazySet) and v.known_finite else v


def values_of(nodes: array[int], atoms: Sequence[Value]) -> list[Value]:
    """The value of each node. ValueError or IndexError where this is no list of nodes."""
    values: list[Value] = []
    keys: dict[int, tuple[Value, ...]] = {}  # of a set, in the order of its node
    for kind, parts in _split(nodes):
        if kind == ATOM:
            values.append(atoms[parts[0]])
            continue
        if any(part >= len(values) for part in parts):
            raise ValueError("a value is made of one that comes later")
        made = tuple([values[part] for part in parts])
        if kind == SEQ:
            values.append(made)
        elif kind == SET:
            keys[len(values)] = made
            values.append(frozenset(made))
        else:
            domain = keys[parts[0]]
            values.append(make_function(zip(domain, made[1:], strict=True)))
    return values


def _split(nodes: array[int]) -> Iterator[tuple[int, array[int]]]:
    """The kind of each node, and its parts; of an atom its place, of a function the domain before the values."""
    at = 0
    while at + 2 <= len(nodes):
        kind, count = nodes[at], nodes[at + 1]
        if kind > ATOM:
            raise ValueError(f"{kind} is no kind of node")
        begin, size = (at + 1, 1) if kind == ATOM else (at + 2, count + (kind == FN))
        at = begin + size
        if at > len(nodes):
            break
        yield kind, nodes[begin:at]
    if at != len(nodes):
        raise ValueError("the last node is cut off")
