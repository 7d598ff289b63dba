"""Scans over all states of a search by tables of what was learnt of an action or a predicate (`_graph_scan.h`)."""

from __future__ import annotations

import ctypes as ct
from array import array
from collections.abc import Sequence
from functools import cache
from typing import Any

from modelcheck.core.graph import address, crew, library


class _Leaf(ct.Structure):
    _fields_ = [
        *((name, ct.c_int32) for name in ("kind", "piece", "word", "yes", "no", "unused")),
        ("bits", ct.c_uint64),
    ]


class LearntTables:
    """Tables of what was learnt of an action or a predicate, and scans by them over all packed states of a search.

    Compiled only: `graph.library()` must not be None. `fetch` is the address of the function that writes the words of
    state number i of `core` (`core_state`).
    """

    def __init__(self, pieces: int, width: int, core: int, fetch: int) -> None:
        self._lib = _declared()
        self._tables = self._lib.graph_tables(pieces)
        if not self._tables:
            raise MemoryError
        self.width = width
        self._core = core
        self._fetch = fetch
        self._words = array("Q", bytes(8 * 3 * max(1, width)))

    def __del__(self) -> None:
        self._lib.graph_tables_free(self._tables)

    def set_guard(self, piece: int, word: int, bit: int) -> None:
        """The piece does nothing in states without this bit."""
        self._lib.graph_guard(self._tables, piece, word, 1 << bit)

    def set_gate(self, piece: int, skip: int) -> None:
        """Where the piece's row is 0, an action goes on at piece `skip`."""
        self._lib.graph_gate(self._tables, piece, skip)

    def set_program(self, code: Sequence[tuple[int, int, int, int, int, int]], same: Sequence[tuple[int, int]]) -> None:
        """The predicate: leaves (kind, piece or count, word or place in `same`, bits, yes, no)."""
        leaves = (_Leaf * max(1, len(code)))(*[_Leaf(k, n, w, yes, no, 0, bits) for k, n, w, bits, yes, no in code])
        pairs = array("Q", [x for pair in same for x in pair])
        if self._lib.graph_program(self._tables, self.width, leaves, len(code), address(pairs), len(same)):
            raise MemoryError

    def put(self, piece: int, mask: Sequence[int], words: Sequence[int], row: Sequence[int]) -> None:
        """A row for all states (or steps: the words of two) that agree with `words` on the mask."""
        used = array("i", [w for w, bits in enumerate(mask) if bits])
        bits, state, values = array("Q", [mask[w] for w in used]), array("Q", words), array("Q", row)
        if self._lib.graph_put(
            self._tables, piece, len(used), address(used), address(bits), address(state), address(values), len(values)
        ):
            raise MemoryError

    def set_fill(self, function: Any, given: Any, kind: int) -> None:
        """Have misses answered by a function in C (`_fill.h`), called with `given`."""
        self._lib.graph_fill(ct.c_void_p(self._tables), function, given, kind)

    def set_piece(self, piece: int, data: Any) -> None:
        """What that function is given for a piece (a ctypes array, which the caller keeps; None: nothing)."""
        self._lib.graph_piece(ct.c_void_p(self._tables), piece, data)

    def filled(self, piece: int) -> int:
        """How many misses of a piece were answered so."""
        return int(self._lib.graph_filled(ct.c_void_p(self._tables), piece))

    @property
    def missed(self) -> tuple[int, int]:
        """Where a scan has stopped short: at which piece, and over the step to which state."""
        return self._lib.graph_missed(self._tables), self._lib.graph_missed_target(self._tables)

    def scan_states(self, at: int, count: int, out: bytearray) -> int:
        """A state predicate in the states from `at` on, one byte each in `out`; how far it came."""
        found: int = self._lib.graph_scan_states(
            crew(), self._tables, self._core, self._fetch, address(self._words), at, count, address(out)
        )
        return found

    def scan_steps(
        self, at: int, count: int, offsets: array[int], targets: array[int], on: bytearray, own: bytearray
    ) -> int:
        """A step predicate over the steps out of the states from `at` on: bits in `on`, stuttering ones in `own`."""
        found: int = self._lib.graph_scan_steps(
            crew(), self._tables, self._core, self._fetch, address(self._words), self.width, at, count,
            address(offsets), address(targets), address(on), address(own),
        )  # fmt: skip
        return found

    def scan_action(
        self, at: int, count: int, offsets: array[int], targets: array[int], on: bytearray, enabled: bytearray,
        stutters: bool,
    ) -> int:  # fmt: skip
        """An action: which of the steps are its steps, and in which states it is enabled. `stutters`: also by a step
        that changes nothing.
        """
        found: int = self._lib.graph_scan_action(
            crew(), self._tables, self._core, self._fetch, address(self._words), self.width, at, count,
            address(offsets), address(targets), address(on), address(enabled), int(stutters),
        )  # fmt: skip
        return found


@cache
def _declared() -> Any:
    """The library, with the types of what is called here."""
    lib: Any = library()
    pointer, count = ct.c_void_p, ct.c_int64
    for name, result, arguments in (
        ("graph_tables", pointer, (ct.c_int32,)),
        ("graph_tables_free", None, (pointer,)),
        ("graph_missed", ct.c_int32, (pointer,)),
        ("graph_missed_target", ct.c_int32, (pointer,)),
        ("graph_guard", None, (pointer, ct.c_int32, ct.c_int32, ct.c_uint64)),
        ("graph_gate", None, (pointer, ct.c_int32, ct.c_int32)),
        ("graph_program", ct.c_int, (pointer, ct.c_int32, pointer, ct.c_int32, pointer, count)),
        ("graph_put", ct.c_int, (pointer, ct.c_int32, ct.c_int32, *[pointer] * 4, count)),
        ("graph_scan_states", count, (*[pointer] * 5, count, count, pointer)),
        ("graph_scan_steps", count, (*[pointer] * 5, ct.c_int32, count, count, *[pointer] * 4)),
        ("graph_scan_action", count, (*[pointer] * 5, ct.c_int32, count, count, *[pointer] * 4, ct.c_int)),
    ):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    return lib
