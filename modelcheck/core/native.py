"""The compiled core through ctypes; `load()` gives None where it was not built."""

from __future__ import annotations

import ctypes as ct
from array import array
from collections.abc import Sequence
from functools import cache
from typing import Any

from modelcheck.core.library import library_of

DONE, MISS, MISS_PREDICATE, FALSE, DEADLOCK, PAUSE, MEMORY, MISS_STEP, FALSE_STEP, TIRED = range(10)
ACTION, STATE_PREDICATE, STEP_PREDICATE = range(3)  # kinds of instances
_NUMBERS = ("distinct", "generated", "depth", "state", "instance", "predicate", "action", "phase", "rows", "level_end")

Mask = tuple[tuple[int, ...], tuple[int, ...]]  # words, and the bits of each


LEAF_TABLE, LEAF_BIT, LEAF_SAME = range(3)
PLACE_TRUE, PLACE_FALSE, PLACE_OUT = -1, -2, -3


class _Leaf(ct.Structure):
    _fields_ = [
        *((name, ct.c_int32) for name in ("kind", "instance", "word", "yes", "no", "unused")),
        ("bits", ct.c_uint64),
    ]


class _Move(ct.Structure):
    _fields_ = [(name, ct.c_int32) for name in ("from_word", "from_shift", "to_word", "to_shift", "bits")]


@cache
def load() -> Any:
    """The shared library, or None."""
    lib = library_of("_core")
    if lib is None:
        return None
    lib.core_new.restype = ct.c_void_p
    lib.core_parent.restype = ct.c_int64
    lib.core_edges.restype = ct.c_int64
    lib.core_outs.restype = ct.c_uint64
    lib.core_find.restype = ct.c_int64
    for name in ("core_insert", "core_insert_keyed", "core_find_key"):
        getattr(lib, name).restype = ct.c_int64
    lib.core_bytes.restype = ct.c_int64
    return lib


def _words(values: Sequence[int]) -> Any:
    return (ct.c_uint64 * max(1, len(values)))(*values)


def _ints(values: Sequence[int]) -> Any:
    return (ct.c_int32 * max(1, len(values)))(*values)


class Core:
    """One search: states of `width` words. `workers` threads explore; the answers are the same for any number."""

    name = "C"

    def __init__(self, width: int, check_deadlock: bool, workers: int = 1) -> None:
        self._lib = load()
        self.width = width
        self._core = ct.c_void_p(self._lib.core_new(width, int(check_deadlock), workers))
        if not self._core:
            raise MemoryError
        self._numbers = (ct.c_int64 * len(_NUMBERS))()

    def close(self) -> None:
        """Give the memory back."""
        if self._core:
            self._lib.core_free(self._core)
            self._core = ct.c_void_p(None)

    def __del__(self) -> None:
        self.close()

    def numbers(self) -> dict[str, int]:
        """Counts and the cursor."""
        self._lib.core_numbers(self._core, self._numbers)
        return dict(zip(_NUMBERS, self._numbers, strict=True))

    def set_fill(self, function: Any, given: Any) -> None:
        """Have misses answered by a function in C (`_fill.h`), called with `given`. `run` may say TIRED then: look at
        the time, and go on.
        """
        self._lib.core_set_fill(self._core, function, given)

    def add_instances(self, kind: int, count: int) -> None:
        """More instances of a kind, without tables yet."""
        self._lib.core_add_instances(self._core, kind, count)

    def keep_edges(self) -> None:
        """Remember the steps between the states."""
        self._lib.core_keep_edges(self._core)

    def set_guard(self, instance: int, word: int, bit: int) -> None:
        """The instance does nothing in states without this bit."""
        self._lib.core_set_guard(self._core, instance, word, ct.c_uint64(1 << bit))

    def set_order(self, order: Sequence[int], at: int) -> None:
        """Which instances are probed, in which order; the cursor's place in it."""
        self._lib.core_set_order(self._core, _ints(order), len(order), at)

    def set_skip(self, instance: int, place: int) -> None:
        """Make an instance a gate: where its row is [0], the search goes on at this place in the order. 0: no gate."""
        self._lib.core_set_skip(self._core, instance, place + 1 if place else 0)

    def set_program(
        self, kind: int, code: Sequence[tuple[int, int, int, int, int, int]], same: Sequence[tuple[int, int]]
    ) -> None:
        """The formula to evaluate: leaves (kind, instance or count, word or place in `same`, bits, yes, no)."""
        leaves = (_Leaf * max(1, len(code)))(*[_Leaf(k, n, w, yes, no, 0, bits) for k, n, w, bits, yes, no in code])
        pairs = _words([x for pair in same for x in pair])
        if self._lib.core_set_program(self._core, kind, leaves, len(code), pairs, ct.c_int64(len(same))):
            raise MemoryError

    def find(self, state: Sequence[int]) -> int:
        """The number of a state; -1: not seen."""
        return int(self._lib.core_find(self._core, _words(state)))

    def insert(self, state: Sequence[int], parent: int) -> int:
        """Put a state that others have looked at into the seen set; its number."""
        number = int(self._lib.core_insert(self._core, _words(state), ct.c_int64(parent)))
        if number < 0:
            raise MemoryError
        return number

    def set_key(self, function: Any, given: Any, words: int, meet: Any, part: Any) -> None:
        """Tell states apart by keys of so many words, made by a function in C (`_keyer.h`) called with `given`; between
        `meet` and `part` by several workers. Before there is any state. Where edges are kept, one worker explores then.
        """
        if self._lib.core_set_key(self._core, function, given, words, meet, part):
            raise MemoryError

    def find_key(self, key: Sequence[int]) -> int:
        """The number of the state with a key; -1: not seen."""
        return int(self._lib.core_find_key(self._core, _words(key)))

    def insert_keyed(self, state: Sequence[int], key: Sequence[int], parent: int) -> int:
        """`insert` of a state with a key."""
        number = int(self._lib.core_insert_keyed(self._core, _words(state), _words(key), ct.c_int64(parent)))
        if number < 0:
            raise MemoryError
        return number

    def fetching(self) -> tuple[Any, Any]:
        """For C: this core, and the address of what gives the words of one of its states."""
        return self._core, ct.cast(self._lib.core_state, ct.c_void_p)

    def inserting(self) -> tuple[Any, Any]:
        """For C: the address of what `insert` calls, and this core."""
        return ct.cast(self._lib.core_insert, ct.c_void_p), self._core

    def seek(self, state: int, generated: int, level_end: int, depth: int) -> None:
        """Stand at the beginning of a state, with counts as given."""
        arguments = (state, generated, level_end, depth)
        self._lib.core_seek(self._core, *[ct.c_int64(x) for x in arguments])

    def rollback(self) -> None:
        """Back to the beginning of the state being explored."""
        self._lib.core_rollback(self._core)

    def put_edges(self, targets: Sequence[int]) -> None:
        """The edges of the next state in order, explored by others."""
        table = (ct.c_uint32 * max(1, len(targets)))(*targets)
        if self._lib.core_put_edges(self._core, table, ct.c_int64(len(targets))):
            raise MemoryError

    def outs(self, kind: int) -> int:
        """Bit k: the program has had the value `PLACE_OUT - k` (63: or one below)."""
        return int(self._lib.core_outs(self._core, kind))

    def limit(self, states: int | None) -> None:
        """Pause between two states when there are more than this."""
        self._lib.core_limit(self._core, ct.c_int64(2**62 if states is None else states))

    def tune(self, warm: int, least: int, rest: int = 0) -> None:
        """Let several workers explore from state `warm` on where `least` states wait. Where they get in each other's
        way, one goes on alone for at most `rest` states at a time.
        """
        self._lib.core_tune(self._core, ct.c_int64(warm), ct.c_int64(least), ct.c_int64(rest))

    def bytes_used(self) -> int:
        """Memory held for states, their parents, the seen set and edges."""
        return int(self._lib.core_bytes(self._core))

    def spill(self, file: int) -> None:
        """Move full chunks of states to a file (its descriptor, open for reading and writing; keep it open)."""
        if self._lib.core_spill(self._core, file):
            raise OSError("the states could not be written to disk")

    def fingerprint(self) -> None:
        """Tell states apart by 64-bit fingerprints from now on."""
        if self._lib.core_fingerprint(self._core):
            raise MemoryError

    def put(self, kind: int, instance: int, mask: Mask, state: Sequence[int], row: Sequence[int]) -> None:
        """A row for all states that agree with `state` on the mask."""
        words, bits = mask
        given = (len(words), _ints(words), _words(bits), _words(state), _words(row), ct.c_int64(len(row)))
        if self._lib.core_put(self._core, kind, instance, *given):
            raise MemoryError

    def run(self, pause_at: int) -> int:
        """Search on, until done, stuck, or the cursor reaches state `pause_at`."""
        self._lib.core_pause_at(self._core, ct.c_int64(pause_at))
        return int(self._lib.core_run(self._core))

    def state(self, index: int) -> list[int]:
        """The words of a state."""
        out = (ct.c_uint64 * self.width)()
        self._lib.core_state(self._core, ct.c_int64(index), out)
        return list(out)

    def target(self) -> list[int]:
        """The words of the successor being looked at."""
        out = (ct.c_uint64 * self.width)()
        self._lib.core_target(self._core, out)
        return list(out)

    def parent(self, index: int) -> int:
        """The number of the state a state was first reached from; -1 for an initial one."""
        return int(self._lib.core_parent(self._core, ct.c_int64(index)))

    def relayout(self, width: int, moves: Sequence[tuple[int, int, int, int, int]]) -> None:
        """Move all states to a new layout; tables and rows are dropped."""
        table = (_Move * max(1, len(moves)))(*[_Move(*m) for m in moves])
        if self._lib.core_relayout(self._core, width, table, len(moves)):
            raise MemoryError
        self.width = width

    def edges(self, explored: int) -> tuple[array[int], array[int]]:
        """The steps kept: where each explored state's begin (one more at the end), and the states they lead to."""
        count = int(self._lib.core_edges(self._core))
        targets, offsets = array("i", bytes(4 * count)), array("q", bytes(8 * (explored + 1)))
        to = (ct.c_uint32 * max(1, count)).from_buffer(targets) if count else (ct.c_uint32 * 1)()
        at = (ct.c_int64 * (explored + 1)).from_buffer(offsets)
        self._lib.core_copy_edges(self._core, to, at, ct.c_int64(explored))
        return offsets, targets

    def parents(self) -> array[int]:
        """`parent` of every state."""
        count = self.numbers()["distinct"]
        out = array("q", bytes(8 * count))
        if count:
            self._lib.core_copy_parents(self._core, (ct.c_int64 * count).from_buffer(out))
        return out

    def clear(self, kind: int, instance: int) -> None:
        """Drop the rows of an instance: they are put again, with other masks."""
        self._lib.core_clear(self._core, kind, instance)

    def statistics(self, kind: int, instance: int) -> tuple[int, int, int, int]:
        """Lookups, misses, tables and rows of an instance."""
        out = array("Q", [0] * 4)
        buffer = (ct.c_uint64 * 4).from_buffer(out)
        self._lib.core_instance(self._core, kind, instance, buffer)
        return out[0], out[1], out[2], out[3]
