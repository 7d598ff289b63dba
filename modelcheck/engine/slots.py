"""The layout of packed states: which bits of which words hold which part of which variable.

A function or record variable of fixed domain is taken apart into its values, recursively; a set is one bit per
element, its universe discovered while running; what cannot be taken apart is one opaque field. A field of the first and
last kind holds the number of its value in the field's own dictionary of values met so far. Fields never straddle words.

`Layout.of(states)` starts from some states; `encode` gives the raw value of every field of a state, noting what does
not fit yet (`Regrow`): a value that needs more bits, a new element, a function of another domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TypeAlias

from modelcheck.engine.protocol import State
from modelcheck.errors import EvalError
from modelcheck.records import dataclass, field
from modelcheck.values import Fn, ModelValue, Value, make_set, normalize, ordered
from modelcheck.values.functions import Shape

WORD = 64
ROOM = 12  # bits left free for new elements of sets
SET_MAX = 4096  # elements of one set variable's universe; beyond, the set is opaque


class Regrow(Exception):
    """The layout has no room for what was met; it has been extended, and packed states must be moved."""


class Restart(Exception):
    """A part of the state is not of fixed shape after all: the search begins again with it opaque."""


class Unsuitable(Exception):
    """The layout cannot hold this model."""


@dataclass(eq=False, slots=True)
class Field:
    """Some bits of a word. `width` is the room it has; `number` its place among the layout's fields."""

    number: int
    width: int
    word: int = 0
    shift: int = 0


@dataclass(eq=False, slots=True)
class Leaf:
    """One value, by its number in `values`; `place` holds the number."""

    place: Field
    values: list[Value] = field(default_factory=list)
    numbers: dict[Value, int] = field(default_factory=dict)

    def number(self, v: Value) -> int:
        """The number of a value, given out now if it is new."""
        known = self.numbers.get(v)
        if known is None:
            known = self.numbers[v] = len(self.values)
            self.values.append(v)
        return known

    def needs_room(self, number: int) -> bool:
        """Whether a number does not fit; if so, the place gets wider."""
        if not number >> self.place.width:
            return False
        while number >> self.place.width:
            self.place.width += 2 if self.place.width < 8 else 4
        return True


@dataclass(eq=False, slots=True)
class FnNode:
    """A function of fixed domain: `shape`, or n for 1..n; a part for each key, in the order of the value's `vals`."""

    shape: Shape | int
    parts: list[Part]

    def index(self, key: Value) -> int | None:
        """The place of a key; None outside the domain."""
        if isinstance(self.shape, int):
            return key - 1 if type(key) is int and 0 < key <= self.shape else None
        return self.shape.index.get(key)


@dataclass(eq=False, slots=True)
class SetNode:
    """A set: `bits[i]` tells whether `elements[i]` is in it. `uniform`: all elements may stand in one set."""

    elements: list[Value] = field(default_factory=list)
    numbers: dict[Value, int] = field(default_factory=dict)
    bits: list[Field] = field(default_factory=list)
    uniform: bool = True


Part: TypeAlias = Leaf | FnNode | SetNode


def _of_one_kind(elements: Sequence[Value]) -> bool:
    try:
        make_set(elements)
    except EvalError:
        return False
    return True


class Layout:
    """The parts of every variable and the places of their fields."""

    def __init__(self, variables: int) -> None:
        self.fields: list[Field] = []
        self.roots: list[Part] = []
        self.width = 0
        self.can_take = False  # whether new elements may get bits that no packed state has set
        self.fresh: list[SetNode] = []  # sets with elements that got such bits, not yet told to the tables
        self._next = 0  # the first free bit of the last word
        self.opaque: set[tuple[int, ...]] = set()  # paths of parts that have turned out not to be of fixed shape
        self._variables = variables

    @staticmethod
    def of(states: Sequence[State], opaque: set[tuple[int, ...]] | None = None) -> Layout:
        """A layout for these states; paths in `opaque` are not taken apart."""
        layout = Layout(len(states[0]))
        layout.opaque = opaque if opaque is not None else set()
        while True:
            layout.fields.clear()
            layout.roots = [layout._part(states[0][v], (v,)) for v in range(len(states[0]))]
            layout._place()
            try:
                for state in states:
                    with suppress(Regrow):
                        layout.encode(state)
            except Restart:
                continue
            layout._place()
            return layout

    def _field(self, width: int) -> Field:
        made = Field(len(self.fields), width)
        self.fields.append(made)
        return made

    def _part(self, v: Value, path: tuple[int, ...]) -> Part:
        if path not in self.opaque:
            if type(v) is Fn:
                return FnNode(v.shape, [self._part(x, (*path, i)) for i, x in enumerate(v.vals)])
            if type(v) is tuple and v:
                return FnNode(len(v), [self._part(x, (*path, i)) for i, x in enumerate(v)])
            if type(v) is frozenset:
                return SetNode()
        return Leaf(self._field(2))

    def _place(self) -> None:
        """Give every field its word and shift: wide ones first within each variable would save little, so in order."""
        word, shift = 0, 0
        for item in self.fields:
            if item.width > WORD:
                raise Unsuitable("a field is wider than a word")
            if shift + item.width > WORD:
                word, shift = word + 1, 0
            item.word, item.shift = word, shift
            shift += item.width
        self.width = word + 1
        self._next = shift

    def _take(self, item: Field) -> bool:
        """Place a new field of one bit where there is room left; False when there is none."""
        if not self.can_take or self._next >= WORD:
            return False
        item.word, item.shift = self.width - 1, self._next
        self._next += 1
        return True

    # ---- values to fields -----------------------------------------------------------------------------------

    def encode(self, state: State) -> list[int]:
        """The raw value of every field. Raises `Regrow` after extending the layout."""
        raw = [0] * len(self.fields)
        short = False
        for v, (part, value) in enumerate(zip(self.roots, state, strict=True)):
            short |= self.put(part, value, (v,), raw)
        if short:
            raise Regrow
        return raw

    def put(self, part: Part, value: Value, path: tuple[int, ...], raw: list[int]) -> bool:
        """Write a value's fields into `raw`; True when it does not fit (the layout then has been extended)."""
        if isinstance(part, Leaf):
            number = part.number(value)
            if part.needs_room(number):
                return True
            if part.place.number < len(raw):
                raw[part.place.number] = number
            return False
        if isinstance(part, SetNode):
            return self._put_set(part, value, path, raw)
        vals = self.values_of(part, value)
        if vals is None:
            self.opaque.add(path)
            raise Restart
        short = False
        for i, (child, item) in enumerate(zip(part.parts, vals, strict=True)):
            short |= self.put(child, item, (*path, i), raw)
        return short

    def _put_set(self, part: SetNode, value: Value, path: tuple[int, ...], raw: list[int]) -> bool:
        value = normalize(value)
        if type(value) is not frozenset:
            self.opaque.add(path)
            raise Restart
        short = False
        for element in self.in_order(value):
            i, new = self.element(part, element)
            short |= new
            if not new:
                raw.extend([0] * (len(self.fields) - len(raw)))
                raw[part.bits[i].number] = 1
        if len(part.elements) > SET_MAX:
            self.opaque.add(path)
            raise Restart
        return short

    @staticmethod
    def in_order(elements: frozenset[Value]) -> Iterable[Value]:
        """Elements in an order that does not depend on the run."""
        return elements if len(elements) < 2 else ordered(elements)

    @staticmethod
    def ranks(part: SetNode) -> list[int]:
        """For each element of a universe, its place among them in the values' own order."""
        if not part.uniform:
            return list(range(len(part.elements)))
        rank = {v: i for i, v in enumerate(ordered(frozenset(part.elements)))}
        return [rank[v] for v in part.elements]

    def element(self, part: SetNode, element: Value) -> tuple[int, bool]:
        """The number of an element of a set's universe, and whether it is new and without a place."""
        i = part.numbers.get(element)
        if i is not None:
            return i, False
        i = part.numbers[element] = len(part.elements)
        part.elements.append(element)
        part.bits.append(self._field(1))
        if part.uniform and (type(element) is not type(part.elements[0]) or isinstance(element, ModelValue)):
            part.uniform = _of_one_kind(part.elements)
        if self._take(part.bits[i]):
            self.fresh.append(part)
            return i, False
        return i, True

    @staticmethod
    def values_of(part: FnNode, value: Value) -> tuple[Value, ...] | None:
        """The values of a function of the part's domain; None when its domain is another."""
        if isinstance(part.shape, int):
            return value if type(value) is tuple and len(value) == part.shape else None
        if type(value) is Fn and (value.shape is part.shape or value.shape == part.shape):
            return value.vals
        return None

    def join(self, part: Part) -> None:
        """Do not take a part of the state apart, in the next layout."""
        stack: list[tuple[Part, tuple[int, ...]]] = [(root, (v,)) for v, root in enumerate(self.roots)]
        while stack:
            item, path = stack.pop()
            if item is part:
                self.opaque.add(path)
            elif isinstance(item, FnNode):
                stack.extend([(child, (*path, i)) for i, child in enumerate(item.parts)])

    # ---- fields to values -----------------------------------------------------------------------------------

    def decode(self, words: Sequence[int]) -> State:
        """The state in some packed words."""
        return tuple([self.value(part, words) for part in self.roots])

    def value(self, part: Part, words: Sequence[int]) -> Value:
        """The value of one part in packed words."""
        if isinstance(part, Leaf):
            return part.values[self.read(part.place, words)]
        if isinstance(part, SetNode):
            return frozenset(
                [e for e, bit in zip(part.elements, part.bits, strict=True) if words[bit.word] >> bit.shift & 1]
            )
        vals = tuple([self.value(child, words) for child in part.parts])
        return vals if isinstance(part.shape, int) else Fn(part.shape, vals)

    @staticmethod
    def read(item: Field, words: Sequence[int]) -> int:
        """The raw value of a field."""
        return (words[item.word] >> item.shift) & ((1 << item.width) - 1)

    def pack(self, raw: Sequence[int]) -> list[int]:
        """Words of raw field values."""
        words = [0] * self.width
        for item, v in zip(self.fields, raw, strict=True):
            words[item.word] |= v << item.shift
        return words

    def pack_known(self, state: State) -> list[int] | None:
        """The words of a state; None, and no growth, if it cannot have been packed before."""
        words = [0] * self.width
        stack: list[tuple[Part, Value]] = list(zip(self.roots, state, strict=True))
        while stack:
            part, value = stack.pop()
            if isinstance(part, Leaf):
                number = part.numbers.get(value)
                if number is None or number >> part.place.width:
                    return None
                words[part.place.word] |= number << part.place.shift
            elif isinstance(part, SetNode):
                value = normalize(value)
                if type(value) is not frozenset:
                    return None
                for element in value:
                    i = part.numbers.get(element)
                    if i is None:
                        return None
                    bit = part.bits[i]
                    words[bit.word] |= 1 << bit.shift
            else:
                vals = self.values_of(part, value)
                if vals is None:
                    return None
                stack.extend(zip(part.parts, vals, strict=True))
        return words

    # ---- growth ---------------------------------------------------------------------------------------------

    def places(self) -> list[tuple[int, int, int]]:
        """(word, shift, width) of every field as it stands."""
        return [(f.word, f.shift, f.width) for f in self.fields]

    def replace(self) -> None:
        """Place all fields anew, with some room: a dictionary that is more than half full gets a bit more."""
        for part in self.leaves():
            if len(part.values) * 2 > (1 << part.place.width):
                part.place.width += 1
        self._place()
        if self.may_grow() and WORD - self._next < ROOM:
            self.width, self._next = self.width + 1, 0
        self.can_take = True

    def may_grow(self) -> bool:
        """Whether some set may still get elements."""
        return any(isinstance(part, SetNode) for part in self._parts())

    def leaves(self) -> Iterator[Leaf]:
        """Every opaque part."""
        return (part for part in self._parts() if isinstance(part, Leaf))

    def _parts(self) -> Iterator[Part]:
        stack = list(self.roots)
        while stack:
            part = stack.pop()
            yield part
            if isinstance(part, FnNode):
                stack.extend(part.parts)
