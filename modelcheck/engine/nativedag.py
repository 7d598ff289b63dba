"""Values that the native evaluator holds, as nodes (`values/dag.py`), and back: made there, as there may be millions.

Takes rows of ids of a program; turns them into numbers of nodes, and such numbers into ids of another program. Raises
`Unknown` where the evaluator does not know a value, or what it is given is no list of nodes; MemoryError.
"""

from __future__ import annotations

import ctypes as ct
from array import array
from collections.abc import Sequence
from typing import Any

from modelcheck.engine.native import NativeProgram
from modelcheck.engine.nativevalues import check
from modelcheck.values import Value


def _address(of: array[int]) -> Any:
    return ct.c_void_p(of.buffer_info()[0])


class NativeDag:
    """Nodes of the values of rows given to `number`."""

    def __init__(self, program: NativeProgram) -> None:
        self._program, self._lib = program, program.lib
        self._lib.dag_new.restype = self._lib.dag_nodes.restype = self._lib.dag_atoms.restype = ct.c_void_p
        self._dag = ct.c_void_p(self._lib.dag_new(program.handle))
        if not self._dag:
            raise MemoryError

    def number(self, rows: array[int]) -> None:
        """Have ids (type 'I') be the numbers of their nodes."""
        check(self._lib.dag_rows(self._dag, _address(rows), ct.c_int64(len(rows))))

    @property
    def count(self) -> int:
        """How many nodes there are."""
        self._lib.dag_count.restype = ct.c_uint32
        return int(self._lib.dag_count(self._dag))

    @property
    def nodes(self) -> array[int]:
        """All nodes so far."""
        return self._numbers(self._lib.dag_nodes)

    @property
    def atoms(self) -> list[Value]:
        """The values without parts."""
        return [self._program.value_of(number) for number in self._numbers(self._lib.dag_atoms)]

    def _numbers(self, read: Any) -> array[int]:
        count = ct.c_int64()
        at = read(self._dag, ct.byref(count))
        numbers = array("I")
        if count.value:
            numbers.frombytes(ct.string_at(at, 4 * count.value))
        return numbers

    def close(self) -> None:
        """Give the memory back."""
        self._lib.dag_free(self._dag)


def to_ids(program: NativeProgram, nodes: array[int], atoms: Sequence[Value], count: int, rows: array[int]) -> None:
    """Have numbers of nodes, of which there are `count`, be the ids of their values in a program."""
    known, ids = array("I", [program.id_of(atom) for atom in atoms]), array("I", bytes(4 * count))
    sizes = (ct.c_int64(len(nodes)), ct.c_int64(count))
    given = (*sizes, _address(known), ct.c_int64(len(known)), _address(ids))
    check(program.lib.dag_ids(program.handle, _address(nodes), *given))
    check(program.lib.dag_back(_address(ids), ct.c_int64(count), _address(rows), ct.c_int64(len(rows))))
