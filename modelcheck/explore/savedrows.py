"""The states of a search as rows of numbers, each of which stands for a value: what a checkpoint has of them.

`PlainRows` takes them from Python's states; `NativeRows` from the native evaluator, which numbers what it holds without
making Python's values of it (`Unknown` where it cannot). Both give some rows at a time, and when all are given, the
nodes that the numbers stand for (`values/dag.py`). `SavedRows` is what was saved.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from modelcheck.engine.native import NativeProgram
from modelcheck.engine.nativedag import NativeDag, to_ids
from modelcheck.engine.protocol import State
from modelcheck.records import dataclass
from modelcheck.values import Value
from modelcheck.values.dag import Dag, values_of

SOME = 50_000  # states at a time


class PlainRows:
    """The rows of Python's states: `some` gives them, of type 'I'; `dag` is whole then."""

    def __init__(self, states: Iterable[State]) -> None:
        self._states = states
        self.dag = Dag()

    def some(self) -> Iterator[array[int]]:
        """So many rows at a time."""
        number, rows, left = self.dag.number, array("I"), SOME
        for state in self._states:
            rows.extend([number(value) for value in state])
            left -= 1
            if not left:
                yield rows
                rows, left = array("I"), SOME
        yield rows

    def close(self) -> None:
        """There is nothing to give back."""


class NativeRows:
    """The same where `rows` gives ids of a program. Raises `Unknown`."""

    def __init__(self, program: NativeProgram, rows: Iterable[array[int]]) -> None:
        self._rows = rows
        self.dag = NativeDag(program)

    def some(self) -> Iterator[array[int]]:
        """So many rows at a time, as `rows` gives them."""
        for rows in self._rows:
            self.dag.number(rows)
            yield rows

    def close(self) -> None:
        """Give the memory back."""
        self.dag.close()


Rows: TypeAlias = PlainRows | NativeRows


@dataclass(frozen=True, slots=True)
class SavedRows:
    """`numbers` reads the rows anew whenever it is called; `count` nodes; `width` numbers a row."""

    nodes: array[int]
    atoms: Sequence[Value]
    count: int
    numbers: Callable[[], array[int]]
    width: int

    def ids(self, program: NativeProgram) -> array[int]:
        """The rows as ids of a program. Raises `Unknown`."""
        rows = self.numbers()
        to_ids(program, self.nodes, self.atoms, self.count, rows)
        return rows

    def states(self) -> list[State]:
        """The states. ValueError or IndexError where these are no rows of such nodes."""
        values, rows, width = values_of(self.nodes, self.atoms), self.numbers(), self.width
        if len(values) != self.count:
            raise ValueError(f"there are {len(values)} nodes, not {self.count}")
        return [tuple([values[i] for i in rows[at : at + width]]) for at in range(0, len(rows), width)]
