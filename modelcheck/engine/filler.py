"""Misses of tables answered natively: what `core/_fill.h` is told of the layout and of the instances.

Takes tables (their layout, instances and core) and a native program of the same model; from then on most misses are
evaluated in C, at some microseconds each. What is unknown there still comes to `Tables._learn`, which makes the layout
grow; `sync` then tells the new values, elements, places and instances. `Filler.of` gives None where the interpreter or
the compiled core was not built, or the model has something that only Python can evaluate.
"""

from __future__ import annotations

import ctypes as ct
from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from modelcheck.core.learnt import LearntTables
from modelcheck.core.native import ACTION, STATE_PREDICATE, STEP_PREDICATE, Core
from modelcheck.core.walk import NO_MEMORY, Walk
from modelcheck.engine.native import NativeProgram
from modelcheck.engine.nativeops import Unsuitable
from modelcheck.engine.nativevalues import Unknown, check
from modelcheck.engine.nativeviews import ViewNodes, ViewSteps
from modelcheck.engine.protocol import State
from modelcheck.engine.rows import Instance
from modelcheck.engine.slots import FnNode, Layout, Leaf, Part, SetNode
from modelcheck.engine.tracked_steps import SKIP, STOP
from modelcheck.errors import EvalError
from modelcheck.ir import flow, ops
from modelcheck.values import Fn, Value, domain_in_order

if TYPE_CHECKING:
    from modelcheck.engine.tables import Tables

GIVEN = 64  # numbers of values that are looked at together
KINDS = (ACTION, STATE_PREDICATE, STEP_PREDICATE)
_LEAF, _FN, _SET = range(3)
_NO_ID = 0xFFFFFFFF
_SKIPPED, _STOPPED, _ARM, _EACH, _WAY = range(1, 6)
REFUSED = (Unsuitable, Unknown, EvalError, RecursionError)


class ViewProgram:
    """A model's action tree and formulas over views; the same for every layout."""

    def __init__(self, program: NativeProgram, tree: flow.ActionTree, frame_size: int) -> None:
        """Raises `Unsuitable`, `Unknown`."""
        self.program = program
        self.pins: dict[int, int] = {}
        self._kept: list[Any] = []
        self._nodes = ViewNodes(program, program.facts, tree.root, frame_size)
        self._formulas: dict[tuple[str, int], tuple[Any, int]] = {}
        self._size = max(frame_size, self._nodes.size)
        self.tree = self.add_tree(tree.root, self._size)

    def add_tree(self, root: flow.Node, frame_size: int) -> int:
        """The number of an action tree; its nodes get pins."""
        self._kept.append(root)
        nodes = ViewNodes(self.program, self.program.facts, root, frame_size)
        node = ViewSteps(nodes, self.program.width, self.pins).node(root)
        size = max(frame_size, nodes.size)
        return check(self.program.lib.native_add_tree(self.program.handle, ct.c_void_p(node), size, 0))

    def formula(self, kind: str, op: ops.Op, frame_size: int = 0) -> int:
        """The number of the formula that tests an op ("test"), or whether it has a value ("defined")."""
        known = self._formulas.get((kind, id(op)))
        if known is None:
            node = self._nodes.op(op) if kind == "test" else self._nodes.defined(op)
            known = self._formulas[kind, id(op)] = (op, self._added(node, frame_size))
        return known[1]

    def member(self, part: int, side: int, s: Value) -> int:
        """The number of the formula that asks whether a part of the state is in a constant set."""
        return self._added(self._nodes.member(part, side, self.program.words.word(s)), 0)

    def _added(self, node: int, frame_size: int) -> int:
        size = max(self._size, frame_size)
        return check(self.program.lib.native_add_formula(self.program.handle, ct.c_void_p(node), size))


class Filler:
    """What answers the misses of one core. `close` it before the core or the program goes."""

    def __init__(self, views: ViewProgram, tables: Tables) -> None:
        self.views = views
        self.program = views.program
        self._lib = _declared(self.program.lib)
        self._tables = tables
        self._layout: Layout = tables.layout
        self._parts: list[Part] = list(_parts(self._layout))
        self._numbers = {id(part): i for i, part in enumerate(self._parts)}
        self._actions = len(tables.engine.next_tree.labels)
        self._told = [0] * len(self._parts)  # values or elements
        self._given = 0  # numbers of values that were given out natively, and are known here
        self._instances = [0, 0, 0]
        self._width = 0
        roots = _ints([self._numbers[id(part)] for part in self._layout.roots])
        self._fill = ct.c_void_p(
            self._lib.fill_new(self.program.handle, len(self._parts), roots, len(views.pins), self._actions)
        )
        if not self._fill:
            raise MemoryError
        for number, part in enumerate(self._parts):
            self._describe(number, part)

    @staticmethod
    def of(views: ViewProgram | None, tables: Tables) -> Filler | None:
        """One for tables that have a layout and a core; None where that cannot be."""
        if views is None or not hasattr(tables.core, "set_fill"):
            return None
        try:
            made = Filler(views, tables)
            made.sync(True)
        except REFUSED:
            return None
        tables.core.set_fill(made.address, made._fill)
        return made

    def close(self) -> None:
        """Give the memory back."""
        if self._fill:
            self._lib.fill_free(self._fill)
            self._fill = ct.c_void_p(None)

    def __del__(self) -> None:
        if getattr(self, "_fill", None):
            self.close()

    @property
    def address(self) -> Any:
        """Of the function that the core calls."""
        return ct.cast(self._lib.fill_row, ct.c_void_p)

    # ---- the layout -----------------------------------------------------------------------------------------

    def _describe(self, number: int, part: Part) -> None:
        if not isinstance(part, FnNode):
            check(self._lib.fill_part(self._fill, number, _LEAF if isinstance(part, Leaf) else _SET, 0, None, 0))
            return
        parts, domain = list(part.parts), 0
        if not isinstance(part.shape, int):
            keys = domain_in_order(Fn(part.shape, (0,) * len(part.parts)))
            parts = [part.parts[part.shape.index[key]] for key in keys]
            domain = self.program.words.word(frozenset(keys))
        numbers = _ints([self._numbers[id(child)] for child in parts])
        check(self._lib.fill_part(self._fill, number, _FN, len(parts), numbers, ct.c_uint64(domain)))

    def sync(self, moved: bool = False) -> None:
        """Tell what is new; `moved`: every field has another place (and the core has no rows any more)."""
        if moved:
            self._tell_places()
        for number, part in enumerate(self._parts):
            if isinstance(part, Leaf):
                if len(part.values) > self._told[number]:
                    self._tell_values(number, part.values)
            elif isinstance(part, SetNode) and (moved or len(part.elements) > self._told[number]):
                at = _ints([bit.word * 64 + bit.shift for bit in part.bits])
                self._tell_values(number, part.elements, at, part.uniform)
        self._tell_instances()

    def learn_values(self) -> None:
        """Let the layout know of the values that have got their numbers natively."""
        out = (ct.c_uint32 * (2 * GIVEN))()
        while found := self._lib.fill_given(self._fill, self._given, GIVEN, out):
            for part, number in zip(out[0 : 2 * found : 2], out[1 : 2 * found : 2], strict=True):
                leaf = self._parts[part]
                assert isinstance(leaf, Leaf)
                if leaf.number(self.program.value_of(number)) != self._told[part]:
                    raise AssertionError("a value has two numbers")
                self._told[part] += 1
                self._given += 1

    def _tell_places(self) -> None:
        places: list[int] = []
        for number, part in enumerate(self._parts):
            if isinstance(part, Leaf):
                places += (number, part.place.word, part.place.shift, part.place.width)
        check(self._lib.fill_places(self._fill, self._layout.width, len(places) // 4, _ints(places)))

    def _tell_values(self, number: int, values: Sequence[Value], at: Any = None, uniform: bool = True) -> None:
        words = [self._word(v) for v in values[self._told[number] :]]
        given = (ct.c_uint64 * max(1, len(words)))(*words)
        check(self._lib.fill_values(self._fill, number, len(words), given, at, int(uniform)))
        self._told[number] = len(values)

    def _word(self, v: Value) -> int:
        try:
            return self.program.words.word(v)
        except Unknown:
            return 0

    # ---- instances ------------------------------------------------------------------------------------------

    def _tell_instances(self) -> None:
        for kind in KINDS:
            found = self._tables.instances(kind)
            for number in range(self._instances[kind], len(found)):
                self._tell(kind, number, self._data(kind, found[number]))
            self._instances[kind] = len(found)

    def _tell(self, kind: int, number: int, data: list[int]) -> None:
        given = (ct.c_int64 * max(1, len(data)))(*[_signed(x) for x in data])
        check(self._lib.fill_instance(self._fill, kind, number, given, len(data)))

    def tell(self, kind: int, number: int) -> None:
        """Tell what an instance is once more."""
        self._tell(kind, number, self._data(kind, self._tables.instances(kind)[number]))

    def _data(self, kind: int, instance: Instance, tree: int | None = None, frame_size: int = 0) -> list[int]:
        """See `fill_instance`; nothing for what Python has to evaluate."""
        try:
            root = self._formula(instance, frame_size) if kind != ACTION else self.views.tree if tree is None else tree
            if root is None:
                return []
            word = self.program.words.word
            data = [root, int(instance.gate), self._split_at(kind, instance), len(instance.slots)]
            for slot, v in instance.slots.items():
                data += (slot, word(v))
            data.append(len(instance.pins))
            for node, pin in instance.pins.items():
                data += (self.views.pins[node], *self._pin(pin))
            return data
        except (*REFUSED, KeyError):
            return []

    def _split_at(self, kind: int, instance: Instance) -> int:
        return 0 if kind == ACTION or instance.op is None else self._tables.split_at(kind)

    def _formula(self, instance: Instance, frame_size: int) -> int | None:
        match instance.asks:
            case ("test" | "defined" as kind, op):
                return self.views.formula(kind, op, frame_size)
            case ("member", part, side, s):
                return self.views.member(self._numbers[id(part)], side, s)
        return None

    def _pin(self, pin: Any) -> list[int]:
        if pin is SKIP:
            return [_SKIPPED, 0, 0]
        if pin is STOP:
            return [_STOPPED, 0, 0]
        if isinstance(pin, int):
            return [_ARM, pin, 0]
        if pin and isinstance(pin[0], bool):
            way, is_known = pin
            return [_WAY, int(way) + 2 * int(is_known), 0]
        values = [x for v, asked in pin for x in (self.program.words.word(v), int(asked))]
        return [_EACH, 0, len(pin), *values]

    # ---- pieces of other tables over the same states --------------------------------------------------------

    def serve(self, learnt: LearntTables, kind: int) -> None:
        """Answer the misses of other tables, whose pieces are all of one kind, as far as `set_piece` was called."""
        learnt.set_fill(ct.cast(self._lib.fill_piece, ct.c_void_p), self._fill, kind)

    def piece(self, kind: int, instance: Instance, tree: int | None, frame_size: int) -> Any:
        """What `LearntTables.set_piece` is given for an instance (of action tree number `tree`); None where Python has
        to evaluate it.
        """
        check(self._lib.fill_pins(self._fill, len(self.views.pins)))
        data = self._data(kind, instance, tree, frame_size)
        return (ct.c_int64 * len(data))(*[_signed(x) for x in data]) if data else None

    # ---- many states ----------------------------------------------------------------------------------------

    def states(self, rows: array[int], parents: array[int], first: int) -> int:
        """Put states, given as rows of ids of the program, into the core, where they have the numbers from `first` on:
        how many, up to one that does not fit the layout as it is. Raises `Unsuitable` where one has another number.
        """
        core = self._tables.core
        given = (_address(rows), _address(parents), ct.c_int64(len(parents)), ct.c_int64(first))
        done = int(self._lib.fill_states(self._fill, *given, *core.inserting()))
        if done == NO_MEMORY:
            raise MemoryError
        if done < 0:
            raise Unsuitable("states are told apart in another way")
        return done

    def misfits(self, rows: array[int], most: int) -> tuple[list[tuple[Part, int | None]], int]:
        """What states to come (rows of ids of the program) have and the layout has not: parts with the ids of values or
        elements, None where a part has another shape; each told once, `most` at most. And how many rows were looked at.
        """
        at, out = ct.c_int64(0), (ct.c_uint32 * (2 * most))()
        given = (_address(rows), ct.c_int64(len(rows) // max(1, self.program.width)))
        found = int(self._lib.fill_misfits(self._fill, *given, ct.byref(at), ct.c_int64(most), out))
        if found < 0:
            raise MemoryError
        pairs = zip(out[0 : 2 * found : 2], out[1 : 2 * found : 2], strict=True)
        return [(self._parts[part], None if number == _NO_ID else number) for part, number in pairs], at.value

    def rows(self) -> array[int]:
        """The ids of the values of all states in the core, a row each, one after the other. Raises `Unknown`."""
        count = self._tables.core.numbers()["distinct"]
        return next(self.some_rows(max(1, count)), array("I"))

    def some_rows(self, most: int) -> Iterator[array[int]]:
        """The same, of so many states at a time."""
        core, lib, width = self._tables.core, self._lib, self.program.width
        count = core.numbers()["distinct"]
        lib.keyer_new.restype = ct.c_void_p
        keyer = ct.c_void_p(lib.keyer_new(self._fill, None))
        if not keyer:
            raise MemoryError
        words = (ct.c_uint64 * self._layout.width)()
        try:
            for at in range(0, count, most):
                some = min(most, count - at)
                out = array("I", bytes(4 * some * width))
                given = (*core.fetching(), words, ct.c_int64(at), ct.c_int64(some))
                check(lib.keyer_rows(keyer, *given, _address(out)))
                yield out
        finally:
            lib.keyer_free(keyer)

    # ---- rows dropped ---------------------------------------------------------------------------------------

    def speaks_of(self, kind: int, number: int, grown: set[SetNode]) -> bool:
        """Whether rows put here mean something else now that sets have grown."""
        return any(self._lib.fill_speaks(self._fill, kind, number, self._numbers[id(part)]) for part in grown)

    def answers(self, kind: int, number: int) -> bool:
        """Whether the misses of an instance are answered here, as far as they can be."""
        return bool(self._lib.fill_answers(self._fill, kind, number))

    def dropped(self, kind: int, number: int) -> None:
        """The rows of an instance have been dropped."""
        self._lib.fill_dropped(self._fill, kind, number)

    # ---- what is asked afterwards ---------------------------------------------------------------------------

    def totals(self) -> tuple[int, float, list[int]]:
        """Misses answered, seconds that took (by sampling), and in how many rows each action was taken."""
        out = (ct.c_uint64 * (2 + self._actions))()
        self._lib.fill_totals(self._fill, out)
        return int(out[0]), out[1] * 1e-9, list(out[2:])

    def misses(self, kind: int, number: int) -> int:
        """Of one instance, answered here."""
        return self.statistics(kind, number)[0]

    def statistics(self, kind: int, number: int) -> tuple[int, float, int, int | None]:
        """Of one instance: misses answered here, seconds, the bits of its widest key, the action it took last."""
        out = (ct.c_uint64 * 4)()
        self._lib.fill_statistics(self._fill, kind, number, out)
        return int(out[0]), out[1] * 1e-9, int(out[2]), int(out[3]) - 1 if out[3] else None


class Keys:
    """What tells states of tables apart where their words do not: SYMMETRY, VIEW. `key(state)` in Python; in C `walk`
    makes the keys of rows of ids (it has no states).
    """

    def __init__(self, walk: Walk, key: Callable[[State], tuple[int, ...]]) -> None:
        self.walk = walk
        self.key = key
        self._lib: Any = None
        self._keyer: Any = None

    def serve(self, filler: Filler, core: Core) -> None:
        """Have a core that has no states yet tell them apart so."""
        self.close()
        self._lib = filler.program.lib
        self._lib.keyer_new.restype = ct.c_void_p
        self._keyer = ct.c_void_p(self._lib.keyer_new(filler._fill, self.walk.handle))
        if not self._keyer:
            raise MemoryError
        lib = self._lib
        key, meet, part = (ct.cast(f, ct.c_void_p) for f in (lib.keyer_key, lib.keyer_meet, lib.keyer_part))
        core.set_key(key, self._keyer, self.walk.key_words, meet, part)

    def close(self) -> None:
        """Give the memory back; the core must not search any more."""
        if self._keyer:
            self._lib.keyer_free(self._keyer)
            self._keyer = None

    def __del__(self) -> None:
        self.close()


def _declared(lib: Any) -> Any:
    lib.fill_new.restype = ct.c_void_p
    lib.fill_states.restype = lib.fill_misfits.restype = ct.c_int64
    return lib


def _parts(layout: Layout) -> Iterator[Part]:
    for root in layout.roots:
        stack = [root]
        while stack:
            part = stack.pop()
            yield part
            if isinstance(part, FnNode):
                stack.extend(part.parts)


def _address(of: array[int]) -> Any:
    return ct.c_void_p(of.buffer_info()[0])


def _ints(values: Sequence[int]) -> Any:
    return (ct.c_int32 * max(1, len(values)))(*values)


def _signed(x: int) -> int:
    return x - (1 << 64) if x >> 63 else x
