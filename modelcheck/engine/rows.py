"""What tables hold: instances, and rows learnt from one evaluation of an instance.

A row says what an instance does in every state that agrees on what was read. Reads and writes are kept in terms of the
layout's parts and become masks and words anew whenever the layout has grown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelcheck.engine.slots import Field, FnNode, Layout, Leaf, Part, Restart, SetNode
from modelcheck.engine.views import KEEP, FnOverlay, FnView, Selection, SetOverlay, SetView, TrackedState, force
from modelcheck.ir import ops
from modelcheck.records import dataclass, field
from modelcheck.values import Value, normalize

Write = tuple[Any, ...]  # ('leaf', Leaf, number) | ('bit', SetNode, i, 0 or 1) | ('set', SetNode, frozenset of i)
Outcome = tuple[int, int, list[Write]]  # action, how often, writes


@dataclass(eq=False, slots=True)
class Instance:
    """One instance of an action or of a piece of a predicate. Choices made on the way to it: `pins` (what nodes of the
    action tree do), `slots` (bound names), `lifts` (elements of sets of the state that must be there).
    """

    key: tuple[int, ...]  # place in the order of evaluation
    pins: dict[int, Any] = field(default_factory=dict)
    slots: dict[int, Value] = field(default_factory=dict)
    lifts: list[tuple[SetNode, int]] = field(default_factory=list)
    lifted_at: tuple[int, ...] = ()  # for each lift: which item of `key` is its element's number
    test: Any = None  # predicates: closure from frame to bool
    op: ops.Op | None = None  # predicates: what `test` evaluates, where it can be split further
    gate: bool = False  # an action's guards that several instances share; its rows are true or false
    rows: list[Row] = field(default_factory=list)
    misses: int = 0
    seconds: float = 0.0  # spent on its misses
    about: ops.Op | None = None  # predicates: what it is a piece of
    #: predicates: what `test` asks: ("test", op), ("defined", op), ("member", part, side, set), or nothing of these
    asks: tuple[Any, ...] = ()

    def below(self, place: tuple[int, ...]) -> Instance:
        """The same choices, to make more of."""
        return Instance((*self.key, *place), dict(self.pins), dict(self.slots), list(self.lifts), self.lifted_at)

    def lift(self, part: SetNode, i: int) -> None:
        """Be for states only in which a set has its i-th element, whose number is the last item of `key`."""
        self.lifts.append((part, i))
        self.lifted_at = (*self.lifted_at, len(self.key) - 1)


@dataclass(eq=False, slots=True)
class Row:
    """What an instance does wherever these parts have these raw values."""

    reads: tuple[Reads, ...]  # of the state; for a step predicate also of the next state
    outcomes: list[Outcome] | bool

    def speaks_of(self, grown: set[SetNode]) -> bool:
        """Whether new elements of these sets may change its mask or what it writes."""
        if any(part in grown for reads in self.reads for part, _ in reads.wholes):
            return True
        if any(selection.part in grown for reads in self.reads for selection, _ in reads.chosen):
            return True
        if isinstance(self.outcomes, bool):
            return False
        return any(write[0] == "set" and write[1] in grown for _, _, writes in self.outcomes for write in writes)


@dataclass(eq=False, slots=True)
class Reads:
    """What was read of one state, with raw values."""

    leaves: list[tuple[Leaf, int]]
    bits: list[tuple[SetNode, int, int]]
    wholes: list[tuple[SetNode, frozenset[int]]]
    chosen: list[tuple[Selection, frozenset[int]]]

    @staticmethod
    def of(state: TrackedState) -> Reads:
        """What has been read of a state."""
        words, read, present = state.words, state.layout.read, state.present
        return Reads(
            [(leaf, read(leaf.place, words)) for leaf in state.leaves],
            [(part, i, int(present(part, i))) for part, i in state.bits if part not in state.wholes],
            [
                (part, frozenset([i for i in range(len(part.elements)) if present(part, i)]))
                for part in state.wholes
            ],
            [
                (selection, frozenset([i for i in selection.known() if present(selection.part, i)]))
                for selection in state.chosen
                if selection.part not in state.wholes
            ],
        )

    def fields(self) -> Iterator[tuple[Field, int]]:
        """Every field read, with its raw value; elements that were unknown then are absent."""
        for leaf, raw in self.leaves:
            yield leaf.place, raw
        for part, i, raw in self.bits:
            yield part.bits[i], raw
        for part, present in self.wholes:
            for i, bit in enumerate(part.bits):
                yield bit, int(i in present)
        for selection, present in self.chosen:
            bits = selection.part.bits
            for i in selection.known():
                yield bits[i], int(i in present)


def key_of(layout: Layout, row: Row) -> tuple[list[int], list[int]]:
    """The row's mask and the masked words; of a step predicate the state's words, then the next state's."""
    width = layout.width
    mask, words = [0] * (width * len(row.reads)), [0] * (width * len(row.reads))
    for side, reads in enumerate(row.reads):
        base = side * width
        for item, raw in reads.fields():
            mask[base + item.word] |= ((1 << item.width) - 1) << item.shift
            words[base + item.word] |= raw << item.shift
    return mask, words


def row_words(row: Row) -> list[int]:
    """The row as the core reads it: 0 or 1, or a number of outcomes, each: action, how often, number of words
    written, and for each its number, the bits to clear and the bits to set.
    """
    if isinstance(row.outcomes, bool):
        return [int(row.outcomes)]
    out = [len(row.outcomes)]
    for action, times, writes in row.outcomes:
        clear: dict[int, int] = {}
        put: dict[int, int] = {}
        for item, raw in _written(writes):
            bits = ((1 << item.width) - 1) << item.shift
            clear[item.word] = clear.get(item.word, 0) | bits
            put[item.word] = (put.get(item.word, 0) & ~bits) | raw << item.shift
        out += [action, times, len(clear)]
        for word in sorted(clear):
            out += [word, clear[word], put[word]]
    return out


def _written(writes: list[Write]) -> Iterator[tuple[Field, int]]:
    for write in writes:
        if write[0] == "leaf":
            yield write[1].place, write[2]
        elif write[0] == "bit":
            yield write[1].bits[write[2]], write[3]
        else:
            for i, bit in enumerate(write[1].bits):
                yield bit, int(i in write[2])


# ---- from next values to writes -------------------------------------------------------------------------------


def outcomes_of(layout: Layout, sink: list[tuple[int, tuple[Any, ...]]]) -> tuple[list[Outcome], bool]:
    """What the steps found write; and whether the layout had to grow for it."""
    out: list[Outcome] = []
    short = False
    for action, targets in sink:
        writes: list[Write] = []
        for v, target in enumerate(targets):
            if target is not KEEP:
                short |= _write(layout, layout.roots[v], target, (v,), writes)
        if out and out[-1][0] == action and out[-1][2] == writes:
            out[-1] = (action, out[-1][1] + 1, writes)
        else:
            out.append((action, 1, writes))
    return out, short


def _write(layout: Layout, part: Part, v: Any, path: tuple[int, ...], writes: list[Write]) -> bool:
    """The writes that give a part a value; True when the layout had to grow."""
    if isinstance(v, FnView | SetView) and v.part is part:
        return False
    if isinstance(v, FnOverlay) and v.part is part:
        assert isinstance(part, FnNode)
        grown = False
        for i, new in v.changes.items():
            grown |= _write(layout, part.parts[i], new, (*path, i), writes)
        return grown
    if isinstance(v, SetOverlay) and v.part is part:
        assert isinstance(part, SetNode)
        grown = False
        for present, changed in ((1, v.added), (0, v.removed)):
            for element in layout.in_order(changed):
                i, new = layout.element(part, element)
                grown |= new
                writes.append(("bit", part, i, present))
        return grown
    value = force(v)
    if isinstance(part, Leaf):
        number = part.number(normalize(value))
        writes.append(("leaf", part, number))
        return part.needs_room(number)
    if isinstance(part, SetNode):
        return _write_set(layout, part, normalize(value), path, writes)
    vals = Layout.values_of(part, value)
    if vals is None:
        layout.opaque.add(path)
        raise Restart
    grown = False
    for i, (child, item) in enumerate(zip(part.parts, vals, strict=True)):
        grown |= _write(layout, child, item, (*path, i), writes)
    return grown


def _write_set(layout: Layout, part: SetNode, value: Value, path: tuple[int, ...], writes: list[Write]) -> bool:
    if type(value) is not frozenset:
        layout.opaque.add(path)
        raise Restart
    found = [layout.element(part, element) for element in layout.in_order(value)]
    writes.append(("set", part, frozenset([i for i, _ in found])))
    return any(new for _, new in found)
