"""The breadth-first search by the native evaluator (`_walk.h`) through ctypes: states as rows of value ids.

It has the part of `core.native.Core`'s interface that a search by lookup needs. `program`: the library and the handle
of a native program; trees and formulas are named by the numbers that the program has given them.
"""

from __future__ import annotations

import ctypes as ct
import sys
from array import array
from collections.abc import Callable, Sequence
from typing import Any

DONE, PAUSE, ASK, MEMORY, STOPPED = range(5)
INVARIANTS, CONSTRAINTS, INITIAL_PROPERTIES, STEP_PROPERTIES, STEP_CONSTRAINTS = range(5)
UNKNOWN, NO_MEMORY = -1, -2
_GO_ON = ct.CFUNCTYPE(None)
_NUMBERS = (
    "distinct", "generated", "depth", "state", "level_end", "initial", "unknown", "explored", "shared", "scanned",
)  # fmt: skip


def _declare(lib: Any) -> Any:
    lib.walk_new.restype = ct.c_void_p
    for name in ("find", "insert", "load", "parent", "edges", "bytes"):
        getattr(lib, f"walk_{name}").restype = ct.c_int64
    lib.walk_taken.restype = ct.c_uint64
    return lib


def _bytes(of: bytearray) -> Any:
    return (ct.c_uint8 * len(of)).from_buffer(of) if of else None


def _address(of: array[int]) -> Any:
    return ct.c_void_p(of.buffer_info()[0])


class Walk:
    """One search over states of `width` variables. `trusted`: every state put in satisfies all invariants.

    `program` must outlive it.
    """

    name = "native"

    def __init__(
        self, program: Any, width: int, tree: int, actions: int, check_deadlock: bool, keep_edges: bool, trusted: bool
    ) -> None:
        self._program = program
        self._lib = _declare(program.lib)
        self.width = width
        self.actions = actions
        flags = (int(check_deadlock), int(keep_edges), int(trusted))
        self._walk = ct.c_void_p(self._lib.walk_new(program.handle, width, tree, actions, *flags))
        if not self._walk:
            raise MemoryError
        self._numbers = (ct.c_int64 * len(_NUMBERS))()
        self._row: Any = (ct.c_uint32 * max(1, width))()
        self._key: Any = (ct.c_uint64 * ((width + 1) // 2))()

    def close(self) -> None:
        """Give the memory back."""
        if self._walk:
            self._lib.walk_free(self._walk)
            self._walk = ct.c_void_p(None)

    def __del__(self) -> None:
        self.close()

    # ---- what is checked ------------------------------------------------------------------------------------

    def add(self, kind: int, predicate: int, formula: int, current: Sequence[int], target: Sequence[int]) -> None:
        """One conjunct of predicate number `predicate` of a kind, and the variables it reads."""
        at = (ct.c_int32 * max(1, len(current) + len(target)))(*current, *target)
        if self._lib.walk_add(self._walk, kind, predicate, formula, len(current), len(target), at):
            raise MemoryError

    def given(self, predicate: int) -> None:
        """Invariant number `predicate` follows from the initial predicate: it is not asked of states found by that."""
        self._lib.walk_given(self._walk, predicate)

    def by_view(self, formula: int) -> None:
        """Tell states apart by the value of a formula."""
        if self._lib.walk_by_view(self._walk, formula):
            raise MemoryError
        self._key = (ct.c_uint64 * 1)()

    def by_orbit(self, permutations: int, sample: Sequence[Sequence[int]]) -> None:
        """Take states for one that the first so many permutations of the program make of each other.

        `sample`: some rows; the variables that leave the fewest permutations to try there are looked at first.
        """
        if self._lib.walk_by_orbit(self._walk, permutations):
            raise MemoryError
        orbit = self._lib.walk_orbit
        sizes = [sum(orbit(self._walk, ct.c_uint32(row[v])) for row in sample) for v in range(self.width)]
        rank = sorted(range(self.width), key=sizes.__getitem__)
        self._lib.walk_rank(self._walk, (ct.c_int32 * max(1, self.width))(*rank))

    def workers(self, count: int, states: int = 0) -> None:
        """Let so many threads explore, once that takes long enough; the outcome is that of one. All else is set.

        `states`: for tests, from the beginning on, and so many states at a time.
        """
        self._lib.walk_workers(self._walk, count, ct.c_int64(states))

    @property
    def handle(self) -> Any:
        """The walk, for C."""
        return self._walk

    @property
    def key_words(self) -> int:
        """How many words a key has."""
        return int(self._lib.walk_key_words(self._walk))

    # ---- the search -----------------------------------------------------------------------------------------

    def initial(self, tree: int, go_on: Callable[[], bool] | None = None, seconds: float = 0.0) -> int:
        """Find and visit all initial states: DONE; anything else: it has to be done by others, from the beginning.

        `go_on` is asked every so many seconds; where it says no, the answer is STOPPED, and what was found stays.
        """
        yes, raised = ct.c_int(), []

        def asked() -> None:
            yes.value = int(go_on is None or go_on())

        def noted(unraisable: Any) -> None:  # C has no exceptions; Ctrl-C may come before the first line of `asked`
            if unraisable.object is asked:
                raised.append(unraisable.exc_value)
            else:
                before(unraisable)

        look = None if go_on is None else _GO_ON(asked)
        before, sys.unraisablehook = sys.unraisablehook, noted
        try:
            code = int(self._lib.walk_initial(self._walk, tree, look, ct.byref(yes), ct.c_double(seconds)))
        finally:
            sys.unraisablehook = before
        if raised:
            raise raised[0]
        return code

    def few(self, tree: int, most: int, seconds: float) -> int:
        """DONE where there are at most so many initial states, found in so many seconds; PAUSE: there are more."""
        return int(self._lib.walk_few(self._walk, tree, ct.c_int64(most), ct.c_double(seconds)))

    def run(self, until: int, seconds: float) -> int:
        """Explore up to state `until`, for some seconds at most."""
        return int(self._lib.walk_run(self._walk, ct.c_int64(until), ct.c_double(seconds)))

    def numbers(self) -> dict[str, int]:
        """Counts and the cursor. `unknown`: how often the program had no answer; `explored`: states explored here;
        `shared`: states looked at by several workers; `scanned`: states in which they have evaluated atoms.
        """
        self._lib.walk_numbers(self._walk, self._numbers)
        return dict(zip(_NUMBERS, self._numbers, strict=True))

    def rollback(self) -> None:
        """Back to the beginning of the state being explored."""
        self._lib.walk_rollback(self._walk)

    def seek(self, state: int, generated: int, level_end: int, depth: int) -> None:
        """Stand at the beginning of a state, with counts as given."""
        self._lib.walk_seek(self._walk, *[ct.c_int64(x) for x in (state, generated, level_end, depth)])

    def limit(self, states: int | None) -> None:
        """Pause between two states when there are more than this."""
        self._lib.walk_limit(self._walk, ct.c_int64(2**62 if states is None else states))

    # ---- states ---------------------------------------------------------------------------------------------

    def key(self, row: Sequence[int]) -> tuple[int, ...] | None:
        """What tells a state from others; None where the program does not know."""
        self._row[:] = row
        code = self._lib.walk_key(self._walk, self._row, self._key)
        if code == NO_MEMORY:
            raise MemoryError
        return tuple(self._key) if code == 0 else None

    def find(self, key: Sequence[int]) -> int:
        """The number of the state with a key; -1: not seen."""
        self._key[:] = key
        return int(self._lib.walk_find(self._walk, self._key))

    def insert(self, row: Sequence[int], key: Sequence[int], parent: int) -> int:
        """Put a state that others have looked at into the seen set; its number."""
        self._row[:], self._key[:] = row, key
        number = int(self._lib.walk_insert(self._walk, self._row, self._key, ct.c_int64(parent)))
        if number < 0:
            raise MemoryError
        return number

    def load(self, rows: array[int], parents: array[int]) -> int:
        """Put many such states (ids, `width` a state, of type 'I'; parents of type 'q').

        How many were put before the first whose key was known already, or cannot be told by the program.
        """
        count = len(parents)
        ids = (ct.c_uint32 * len(rows)).from_buffer(rows) if rows else None
        of = (ct.c_int64 * count).from_buffer(parents) if count else None
        done = int(self._lib.walk_load(self._walk, ids, of, ct.c_int64(count)))
        if done < 0:
            raise MemoryError
        return done

    def state(self, index: int) -> list[int]:
        """The ids of a state's values."""
        self._lib.walk_state(self._walk, ct.c_int64(index), self._row)
        return list(self._row)

    def rows(self, at: int, count: int) -> array[int]:
        """The ids of some states' values, a state after the other, of type 'I'."""
        out = array("I", bytes(4 * count * self.width))
        if out:
            self._lib.walk_copy_states(self._walk, ct.c_int64(at), ct.c_int64(count), _address(out))
        return out

    def parent(self, index: int) -> int:
        """The number of the state a state was first reached from; -1 for an initial one."""
        return int(self._lib.walk_parent(self._walk, ct.c_int64(index)))

    def parents(self) -> array[int]:
        """`parent` of every state."""
        count = self.numbers()["distinct"]
        out = array("q", bytes(8 * count))
        if count:
            self._lib.walk_copy_parents(self._walk, (ct.c_int64 * count).from_buffer(out))
        return out

    # ---- edges ----------------------------------------------------------------------------------------------

    def put_edges(self, targets: Sequence[int]) -> None:
        """The edges of the next state in order, explored by others."""
        table = (ct.c_uint32 * max(1, len(targets)))(*targets)
        if self._lib.walk_put_edges(self._walk, table, ct.c_int64(len(targets))):
            raise MemoryError

    def load_edges(self, offsets: array[int], targets: array[int]) -> None:
        """The edges of the first states, as `edges` gives them."""
        count = len(offsets) - 1
        to = (ct.c_uint32 * len(targets)).from_buffer(targets) if targets else None
        at = (ct.c_int64 * len(offsets)).from_buffer(offsets)
        if self._lib.walk_load_edges(self._walk, to, at, ct.c_int64(count)):
            raise MemoryError

    def edges(self, explored: int) -> tuple[array[int], array[int]]:
        """The steps kept: where each explored state's begin (one more at the end), and the states they lead to."""
        count = int(self._lib.walk_edges(self._walk))
        targets, offsets = array("i", bytes(4 * count)), array("q", bytes(8 * (explored + 1)))
        to = (ct.c_uint32 * max(1, count)).from_buffer(targets) if count else (ct.c_uint32 * 1)()
        at = (ct.c_int64 * (explored + 1)).from_buffer(offsets)
        self._lib.walk_copy_edges(self._walk, to, at, ct.c_int64(explored))
        return offsets, targets

    # ---- atoms of liveness properties -----------------------------------------------------------------------

    def atom(self, formula: int, current: Sequence[int], target: Sequence[int]) -> None:
        """Begin scanning a formula, which reads these variables."""
        at = (ct.c_int32 * max(1, len(current) + len(target)))(*current, *target)
        self._lib.walk_atom(self._walk, formula, len(current), len(target), at)

    def scan_states(self, at: int, size: int, out: bytearray) -> int:
        """Its truth in the states from `at` to `size`, a byte each; the first where it is not known, or `size`."""
        return int(self._lib.walk_scan_states(self._walk, ct.c_int64(at), ct.c_int64(size), _bytes(out)))

    def scan_steps(
        self, at: int, size: int, offsets: array[int], targets: array[int], on: bytearray, own: bytearray
    ) -> int:
        """The same over the steps out of these states (a bit each), and their stuttering steps (a byte each)."""
        graph = (_address(offsets), _address(targets), _bytes(on), _bytes(own))
        return int(self._lib.walk_scan_steps(self._walk, ct.c_int64(at), ct.c_int64(size), *graph))

    def scan_merged(
        self, at: int, size: int, offsets: array[int], targets: array[int], on: bytearray, own: bytearray
    ) -> int:
        """`scan_steps` where a step stands for all those to states that are taken for its target: is one of them so?"""
        graph = (_address(offsets), _address(targets), _bytes(on), _bytes(own))
        return int(self._lib.walk_scan_merged(self._walk, ct.c_int64(at), ct.c_int64(size), *graph))

    def scan_action(
        self, tree: int, at: int, size: int, offsets: array[int], targets: array[int], on: bytearray, own: bytearray
    ) -> int:
        """Which steps out of these states an action tree makes, and where it makes any (`own`)."""
        graph = (_address(offsets), _address(targets), _bytes(on), _bytes(own))
        return int(self._lib.walk_scan_action(self._walk, tree, ct.c_int64(at), ct.c_int64(size), *graph))

    # ---- what is asked afterwards, and memory ---------------------------------------------------------------

    def taken(self) -> dict[int, int]:
        """How many successors each action has made."""
        found = {a: int(self._lib.walk_taken(self._walk, a)) for a in range(self.actions)}
        return {a: times for a, times in found.items() if times}

    def excluding(self, kind: int, predicate: int) -> bool:
        """Whether this constraint was the first false one somewhere."""
        return bool(self._lib.walk_excluding(self._walk, kind, predicate))

    def bytes_used(self) -> int:
        """Memory held for states, the seen set, edges, and values."""
        return int(self._lib.walk_bytes(self._walk))

    def spill(self, file: int) -> None:
        """Move full chunks of states to a file (its descriptor, open for reading and writing; keep it open)."""
        if self._lib.walk_spill(self._walk, file):
            raise OSError("the states could not be written to disk")

    def fingerprint(self) -> None:
        """Tell states apart by 64-bit fingerprints from now on."""
        if self._lib.walk_fingerprint(self._walk):
            raise MemoryError
