"""Rows for many states at once, with numpy's arrays: the tables of `numpy_core.py`.

A table has a mask: some words, some bits of each. Its keys are the masked words, exactly: where they fit into 63 bits,
pressed together into one number; else numbered word by word. A lookup is a binary search for all states at once.
A value is 0: not known, 1: nothing or false, else 2 more than the number of the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = Any  # of numpy; its types say little about what is in it
NO, ROW = 1, 2


def runs(mask: int) -> list[tuple[int, int]]:
    """(shift, bits) of each run of ones, lowest first."""
    found, shift = [], 0
    while mask >> shift:
        shift += ((mask >> shift) & -(mask >> shift)).bit_length() - 1
        bits = (~(mask >> shift) & ((mask >> shift) + 1)).bit_length() - 1
        found.append((shift, bits))
        shift += bits
    return found


class Table:
    """What an instance does in the states that agree on a mask."""

    def __init__(self, words: tuple[int, ...], masks: tuple[int, ...]) -> None:
        self.words, self.masks = words, masks
        self.values: dict[tuple[int, ...], int] = {}
        self.narrow = sum(mask.bit_count() for mask in masks) <= 63
        self._runs = [runs(mask) for mask in masks]
        self._levels: Array = None  # sorted keys of each step of the search; None: to be made
        self._sorted: Array = None

    def key(self, state: Sequence[int]) -> tuple[int, ...]:
        """The masked words of one state."""
        return tuple([state[word] & mask for word, mask in zip(self.words, self.masks, strict=True)])

    def put(self, state: Sequence[int], value: int) -> None:
        """The value for all states like this one."""
        self.values[self.key(state)] = value
        self._levels = None

    def lookup(self, states: Array) -> Array:
        """The values for the rows of an array of states."""
        if self._levels is None:
            self._make()
        if self.narrow:
            return self._found(self._levels[0], self._pressed(states), self._sorted)
        numbers: Array = np.zeros(len(states), np.int64)
        for (word, mask), (values, pairs) in zip(
            zip(self.words, self.masks, strict=True),
            self._levels,
            strict=True,
        ):
            number = self._found(values, states[:, word] & np.uint64(mask), np.arange(1, len(values) + 1))
            numbers = self._found(pairs, numbers << 32 | number, np.arange(1, len(pairs) + 1))
        return np.where(numbers > 0, self._sorted[numbers - 1], 0)

    @staticmethod
    def _found(keys: Array, wanted: Array, values: Array) -> Array:
        """For each wanted key the value beside it; 0 where it is not there."""
        at: Array = np.searchsorted(keys, wanted)
        at[at == len(keys)] = 0
        return np.where(keys[at] == wanted, values[at], 0)

    def _pressed(self, states: Array) -> Array:
        key, at = np.zeros(len(states), np.uint64), 0
        for word, found in zip(self.words, self._runs, strict=True):
            for shift, bits in found:
                part = (states[:, word] >> np.uint64(shift)) & np.uint64((1 << bits) - 1)
                key |= part << np.uint64(at)
                at += bits
        return key

    def _make(self) -> None:
        width = max(self.words, default=-1) + 1
        rows = np.zeros((len(self.values), max(1, width)), np.uint64)
        for i, key in enumerate(self.values):
            for word, v in zip(self.words, key, strict=True):
                rows[i, word] = v
        values = np.fromiter(self.values.values(), np.int64, len(self.values))
        if self.narrow:
            keys = self._pressed(rows)
            order = np.argsort(keys)
            self._levels, self._sorted = [keys[order]], values[order]
            return
        numbers: Array = np.zeros(len(rows), np.int64)
        levels = []
        for word in self.words:
            known, number = np.unique(rows[:, word], return_inverse=True)
            pairs, numbers = np.unique(numbers << 32 | (number.reshape(-1) + 1), return_inverse=True)
            numbers = numbers.reshape(-1) + 1
            levels.append((known, pairs))
        self._levels = levels
        placed: Array = np.zeros(len(values), np.int64)
        placed[numbers - 1] = values
        self._sorted = placed


class Instance:
    """The tables of one instance. `guard`: (word, bit number) without which it does nothing. `skip`: of a gate."""

    def __init__(self) -> None:
        self.guard: tuple[int, int] | None = None
        self.skip = 0
        self.tables: list[Table] = []
        self.lookups = self.misses = 0

    def put(self, words: tuple[int, ...], masks: tuple[int, ...], state: Sequence[int], value: int) -> None:
        """A value for all states that agree with this one on the mask."""
        for table in self.tables:
            if table.words == words and table.masks == masks:
                break
        else:
            table = Table(words, masks)
            self.tables.append(table)
        table.put(state, value)

    def one(self, state: Sequence[int]) -> int:
        """The value for one state; 0: not known."""
        for table in self.tables:
            value = table.values.get(table.key(state))
            if value is not None:
                return value
        return 0

    def many(self, states: Array) -> Array:
        """The values for many states."""
        self.lookups += len(states)
        out: Array = np.zeros(len(states), np.int64)
        left = np.arange(len(states))
        for table in self.tables:
            if not len(left):
                break
            found = table.lookup(states[left] if len(left) < len(states) else states)
            out[left] = found
            left = left[found == 0]
        return out


class Rows:
    """The outcomes of all rows, one after the other: times, and up to `wide` writes (word, bits cleared, bits set)."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget all rows."""
        self._begin: list[int] = []
        self._count: list[int] = []
        self._outcomes: list[tuple[int, list[int]]] = []
        self._wide = 1
        self._made = -1

    def __len__(self) -> int:
        return len(self._begin)

    def add(self, row: Sequence[int]) -> int:
        """A row as words: how many outcomes, then for each [action, times, writes, (word, clear, set)*]."""
        self._begin.append(len(self._outcomes))
        self._count.append(row[0])
        at = 1
        for _ in range(row[0]):
            times, writes = row[at + 1], row[at + 2]
            self._outcomes.append((times, list(row[at + 3 : at + 3 + 3 * writes])))
            self._wide = max(self._wide, writes)
            at += 3 + 3 * writes
        return len(self._begin) - 1

    def _make(self) -> None:
        if self._made == len(self._begin):
            return
        self._made = len(self._begin)
        self.begin, self.count = np.array(self._begin, np.int64), np.array(self._count, np.int64)
        n, wide = len(self._outcomes), self._wide
        self.times = np.fromiter((times for times, _ in self._outcomes), np.int64, n)
        flat = np.zeros((n, wide, 3), np.uint64)
        for i, (_, writes) in enumerate(self._outcomes):
            if writes:
                flat[i, : len(writes) // 3] = np.array(writes, np.uint64).reshape(-1, 3)
        self.word, self.keep, self.put = flat[:, :, 0].astype(np.int64), ~flat[:, :, 1], flat[:, :, 2]

    def expand(self, states: Array, source: Array, rows: Array) -> tuple[Array, Array, Array]:
        """The outcomes of rows in states: (source of each, its times, its words)."""
        self._make()
        count = self.count[rows]
        total = int(count.sum())
        ends = np.cumsum(count)
        within = np.arange(total) - np.repeat(ends - count, count)
        outcome = np.repeat(self.begin[rows], count) + within
        origin = np.repeat(source, count)
        targets = states[origin]
        at = np.arange(total)
        for k in range(self._wide):
            word = self.word[outcome, k]
            targets[at, word] = (targets[at, word] & self.keep[outcome, k]) | self.put[outcome, k]
        return origin, self.times[outcome], targets
