"""What a quicker engine has found, with the faces that `bfs.Search` knows: a list of states, their parents, a seen set.

Values are made when asked for. `bfs.Search` puts a state by three calls, in this order: into the seen set, to the end
of the list, its parent to the end of the parents; the last of them puts it into the engine.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterator
from typing import Any, Protocol, overload

from modelcheck.engine.protocol import State


class Found(Protocol):
    """Tables, or the native evaluator: the part that is needed here."""

    core: Any

    def state(self, index: int) -> State:
        """A state by its number."""

    def find(self, state: State) -> int | None:
        """The number of a state, if it has been found."""

    def insert(self, state: State, parent: int) -> None:
        """Put a state that the closures have looked at."""


class PackedStates:
    """The states found, made when asked for; `append` waits for the parent (`PackedParents.append`)."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self.waiting: State | None = None
        self.marked = False  # a state was told to be seen that is not (or not yet) kept

    def __len__(self) -> int:
        distinct: int = self._found.core.numbers()["distinct"]
        return distinct + (self.waiting is not None)

    @overload
    def __getitem__(self, index: int) -> State: ...
    @overload
    def __getitem__(self, index: slice) -> list[State]: ...
    def __getitem__(self, index: int | slice) -> State | list[State]:
        if isinstance(index, slice):
            return [self._found.state(i) for i in range(*index.indices(len(self)))]
        size = len(self)
        if not -size <= index < size:
            raise IndexError(index)
        return self._found.state(index % size)

    def __iter__(self) -> Iterator[State]:
        for i in range(len(self)):
            yield self._found.state(i)

    def append(self, state: State) -> None:
        """One more state."""
        self.waiting = state


class PackedParents:
    """The parents of the states found."""

    def __init__(self, found: Found, states: PackedStates) -> None:
        self._found = found
        self._states = states

    def __len__(self) -> int:
        return len(self._states)

    def __getitem__(self, index: int) -> int:
        parent: int = self._found.core.parent(index)
        return parent

    def __iter__(self) -> Iterator[int]:
        return iter(self._all())

    def _all(self) -> array[int]:
        parents: array[int] = self._found.core.parents()
        return parents

    def tobytes(self) -> bytes:
        """All of them, eight bytes each."""
        return self._all().tobytes()

    def append(self, parent: int) -> None:
        """The parent of the state appended last; both are put into the core."""
        self._states.marked = False
        state, self._states.waiting = self._states.waiting, None
        assert state is not None
        self._found.insert(state, parent)


class PackedSeen:
    """The states found, as a mapping from what tells them apart to their numbers. `find`: the number of such a key."""

    def __init__(self, found: Found, states: PackedStates, find: Callable[[Any], int | None]) -> None:
        self._found = found
        self._states = states
        self._find = find

    def __len__(self) -> int:
        distinct: int = self._found.core.numbers()["distinct"]
        return distinct + self._states.marked

    def __contains__(self, key: Hashable) -> bool:
        return self._find(key) is not None

    def __getitem__(self, key: Hashable) -> int:
        number = self._find(key)
        if number is None:
            raise KeyError(key)
        return number

    def get(self, key: Hashable) -> int | None:
        """The number of a state, or None."""
        return self._find(key)

    def __setitem__(self, key: Hashable, number: int) -> None:
        """Counts at once; `PackedParents.append` puts the state into the core, if it is to be explored."""
        self._states.marked = True
