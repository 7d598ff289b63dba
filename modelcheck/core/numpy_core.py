"""The search core with numpy's arrays: `native.Core`'s API and numbers, where there is no compiled core.

Takes and gives what `native.Core` does, miss by miss; see there. Many states of a level are explored at once. A batch
goes as far as its first state with trouble (a miss, something false, a deadlock); its misses, and those of the states
behind it, are then handed out one at a time. One thread only. States are always told apart exactly, and stay in memory.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from modelcheck.core.native import (
    ACTION,
    DEADLOCK,
    DONE,
    FALSE,
    FALSE_STEP,
    LEAF_BIT,
    LEAF_TABLE,
    MISS,
    MISS_PREDICATE,
    MISS_STEP,
    PAUSE,
    PLACE_FALSE,
    PLACE_OUT,
    STATE_PREDICATE,
    STEP_PREDICATE,
    Mask,
)

if TYPE_CHECKING:
    from modelcheck.core.numpy_tables import Array, Instance

BATCH_MIN, BATCH_MAX = 64, 1 << 14
MISSES_MAX = 256  # of one instance, handed out before the batch is tried again
_STUCK = -1000  # place of a candidate whose program met a miss

Miss = tuple[int, int, int, list[int]]  # code, instance, state, target's words


def available() -> bool:
    """Whether numpy is there."""
    return find_spec("numpy") is not None


class Core:
    """One search: states of `width` words. `workers` is taken for the API's sake: one thread explores."""

    name = "NumPy"

    def __init__(self, width: int, check_deadlock: bool, workers: int = 1) -> None:
        import numpy as np

        from modelcheck.core.numpy_tables import Rows

        self.np: Any = np
        self.width = width
        self.workers = workers
        self._check_deadlock = check_deadlock
        self._instances: list[list[Instance]] = [[], [], []]
        self._programs: dict[int, tuple[list[tuple[int, ...]], list[tuple[int, int]]]] = {}
        self._rows = Rows()
        self._order: list[int] = []
        self._states: Array = np.zeros((1024, width), np.uint64)
        self._parents: Array = np.zeros(1024, np.int64)
        self._n = 0
        self._slots: Array = np.zeros(4096, np.int64)
        self._keep_edges = False
        self._edges, self._offsets = array("I"), array("q")
        self._outs = [0, 0, 0]
        self._state = self._generated = self._level_end = self._depth = 0
        self._n_max = 2**62
        self._target: list[int] = [0] * width
        self._queue: list[Miss] = []
        self._asked: Miss | None = None
        self._span = BATCH_MIN * 4
        self._cap = -1  # a batch does not go beyond this state until it has been reached
        self._salts()

    def close(self) -> None:
        """Give the memory back."""
        self._states = self._parents = self._slots = self.np.zeros(0, self.np.uint64)

    def numbers(self) -> dict[str, int]:
        """Counts and the cursor."""
        asked = self._asked
        return {
            "distinct": self._n,
            "generated": self._generated,
            "depth": self._depth,
            "state": self._state if asked is None else asked[2],
            "instance": asked[1] if asked is not None and asked[0] == MISS else self._order[0] if self._order else -1,
            "predicate": asked[1] if asked is not None and asked[0] != MISS else -1,
            "action": 0,
            "phase": 0,
            "rows": len(self._rows),
            "level_end": self._level_end,
        }

    # ---- what is learnt -------------------------------------------------------------------------------------

    def add_instances(self, kind: int, count: int) -> None:
        """More instances of a kind, without tables yet."""
        from modelcheck.core.numpy_tables import Instance

        self._instances[kind] += [Instance() for _ in range(count)]

    def set_guard(self, instance: int, word: int, bit: int) -> None:
        """The instance does nothing in states without this bit."""
        self._instances[ACTION][instance].guard = (word, bit)

    def set_order(self, order: Sequence[int], at: int) -> None:
        """Which instances are probed, in which order. A batch begins at a state's beginning: `at` is not needed."""
        self._order = list(order)

    def set_skip(self, instance: int, place: int) -> None:
        """Make an instance a gate: where its row is [0], the search goes on at this place in the order. 0: no gate."""
        self._instances[ACTION][instance].skip = place

    def set_program(
        self, kind: int, code: Sequence[tuple[int, int, int, int, int, int]], same: Sequence[tuple[int, int]]
    ) -> None:
        """The formula to evaluate: leaves (kind, instance or count, word or place in `same`, bits, yes, no)."""
        self._programs[kind] = (list(code), list(same))
        self._queue.clear()

    def put(self, kind: int, instance: int, mask: Mask, state: Sequence[int], row: Sequence[int]) -> None:
        """A row for all states that agree with `state` on the mask."""
        from modelcheck.core.numpy_tables import NO, ROW

        found = self._instances[kind][instance]
        value = NO
        if row[0]:
            value = ROW if kind != ACTION or found.skip else ROW + self._rows.add(row)
        found.put(mask[0], mask[1], state, value)

    def clear(self, kind: int, instance: int) -> None:
        """Drop the rows of an instance: they are put again, with other masks."""
        self._instances[kind][instance].tables.clear()

    def statistics(self, kind: int, instance: int) -> tuple[int, int, int, int]:
        """Lookups, misses, tables and rows of an instance."""
        found = self._instances[kind][instance]
        return found.lookups, found.misses, len(found.tables), sum(len(t.values) for t in found.tables)

    # ---- states ---------------------------------------------------------------------------------------------

    def state(self, index: int) -> list[int]:
        """The words of a state."""
        return [int(word) for word in self._states[index]]

    def target(self) -> list[int]:
        """The words of the successor being looked at."""
        return list(self._target)

    def parent(self, index: int) -> int:
        """The number of the state a state was first reached from; -1 for an initial one."""
        return int(self._parents[index])

    def parents(self) -> array[int]:
        """`parent` of every state."""
        out = array("q")
        out.frombytes(self._parents[: self._n].tobytes())
        return out

    def find(self, state: Sequence[int]) -> int:
        """The number of a state; -1: not seen."""
        one = self.np.array([state], self.np.uint64)
        return int(self._find(one, self._hash(one))[0])

    def insert(self, state: Sequence[int], parent: int) -> int:
        """Put a state that others have looked at into the seen set; its number."""
        number = self.find(state)
        if number >= 0:
            return number
        one = self.np.array([state], self.np.uint64)
        self._claim(one, self._hash(one), self.np.array([parent]))
        return self._n - 1

    def bytes_used(self) -> int:
        """Memory held for states, their parents, the seen set and edges."""
        arrays = (self._states, self._parents, self._slots)
        edges = self._edges.itemsize * len(self._edges) + self._offsets.itemsize * len(self._offsets)
        return sum(int(a.nbytes) for a in arrays) + edges

    def spill(self, file: int) -> None:
        """States stay in memory here."""
        raise OSError("this core keeps all states in memory")

    def fingerprint(self) -> None:
        """States are always told apart exactly here."""
        raise MemoryError

    # ---- edges ----------------------------------------------------------------------------------------------

    def keep_edges(self) -> None:
        """Remember the steps between the states."""
        self._keep_edges = True

    def put_edges(self, targets: Sequence[int]) -> None:
        """The edges of the next state in order, explored by others."""
        self._offsets.append(len(self._edges))
        self._edges.extend(list(targets))  # of arrays it takes none with numbers of another kind

    def edges(self, explored: int) -> tuple[array[int], array[int]]:
        """The steps kept: where each explored state's begin (one more at the end), and the states they lead to."""
        offsets = self._offsets[:explored]
        offsets.extend([len(self._edges)] * (explored + 1 - len(offsets)))
        return offsets, array("i", self._edges.tobytes())

    # ---- the cursor -----------------------------------------------------------------------------------------

    def limit(self, states: int | None) -> None:
        """Pause between two states when there are more than this."""
        self._n_max = 2**62 if states is None else states

    def outs(self, kind: int) -> int:
        """Bit k: the program has had the value `PLACE_OUT - k` (63: or one below)."""
        return self._outs[kind]

    def rollback(self) -> None:
        """Back to the beginning of the state being explored. The culprit of a miss may stand behind it."""
        if self._asked is not None:
            self._cap = max(self._asked[2], self._state + 1)
        self._asked = None
        self._queue.clear()
        if self._keep_edges and len(self._offsets) > self._state:
            del self._edges[self._offsets[self._state] :]
            del self._offsets[self._state :]

    def seek(self, state: int, generated: int, level_end: int, depth: int) -> None:
        """Stand at the beginning of a state, with counts as given."""
        self._state = state  # before the rollback: the edges of the states before it stay
        self.rollback()
        self._state, self._generated, self._level_end, self._depth = state, generated, level_end, depth

    def run(self, pause_at: int) -> int:
        """Search on, until done, stuck, or the cursor reaches state `pause_at`."""
        self._asked = None
        while True:
            if (code := self._next_miss()) is not None:
                return code
            if self._state >= self._n:
                return DONE
            if self._state >= pause_at or self._n > self._n_max:
                return PAUSE
            if self._state == self._level_end:
                self._depth, self._level_end = self._depth + 1, self._n
            last = min(self._level_end, pause_at, self._state + self._span)
            if self._cap > self._state:
                last = min(last, self._cap)
            code = self._explore(max(last, self._state + 1))
            if code != DONE:
                return code

    def _next_miss(self) -> int | None:
        """The next miss that is still one."""
        while self._queue:
            miss = self._queue.pop()
            code, number, state, target = miss
            kind = {MISS: ACTION, MISS_PREDICATE: STATE_PREDICATE, MISS_STEP: STEP_PREDICATE}[code]
            words = target
            if code != MISS_PREDICATE:
                words = self.state(state) + (target if code == MISS_STEP else [])
            instance = self._instances[kind][number]
            if not instance.one(words):
                instance.misses += 1
                self._asked, self._target = miss, target or self._target
                return code
        return None

    # ---- a batch --------------------------------------------------------------------------------------------

    def _explore(self, last: int) -> int:
        """States from the cursor up to `last`. DONE: some were explored, or there are misses in the queue."""
        np, first = self.np, self._state
        states = self._states[first:last]
        self._trouble: tuple[int, int, list[int]] | None = None  # the first: state, code, target
        origin, times, targets = self._successors(states)
        made = np.zeros(len(states), np.int64)
        np.add.at(made, origin, times)
        if self._check_deadlock and (dead := np.flatnonzero((made == 0) & ~self._missed)).size:
            self._note(int(dead[0]), DEADLOCK, [])
        steps = places = np.zeros(len(origin), np.int64)
        if self._programs.get(STEP_PREDICATE, ([], []))[0]:
            steps = self._judge(STEP_PREDICATE, np.hstack((states[origin], targets)), origin, targets)
        hashes = self._hash(targets)
        number = self._find(targets, hashes)
        if self._programs.get(STATE_PREDICATE, ([], []))[0]:
            new = np.flatnonzero(number < 0)
            places = np.zeros(len(origin), np.int64)
            places[new] = self._judge(STATE_PREDICATE, targets[new], origin[new], targets[new])
        outside = (steps < 0) | (places < 0)
        whole = len(states) if self._trouble is None else self._trouble[0]
        self._note_outs(STATE_PREDICATE, places[origin < whole])
        self._note_outs(STEP_PREDICATE, steps[(origin < whole) & (places == 0)])  # states are asked before steps
        inside = (number < 0) & ~outside & (origin < whole)
        self._reserve(int(inside.sum()))
        before = self._n
        number[inside] = self._claim(targets[inside], hashes[inside], origin[inside] + first)
        if self._n > self._n_max:
            whole = self._shorten(before, whole)
        kept = origin < whole
        self._generated += int(made[:whole].sum())
        if self._keep_edges:
            taken = kept & ~outside
            self._take_edges(origin[taken], number[taken], whole)
        self._state = first + whole
        if self._trouble is None or whole < self._trouble[0]:
            self._span = min(BATCH_MAX, self._span * 2)
            return DONE
        self._span = max(BATCH_MIN, 2 * whole)
        if self._queue:
            self._queue.sort(key=lambda miss: -miss[2])
            return DONE
        self._target = self._trouble[2] or self._target
        return self._trouble[1]

    def _note(self, state: int, code: int, target: list[int]) -> None:
        """Trouble in a state of the batch."""
        if self._trouble is None or state < self._trouble[0]:
            self._trouble = (state, code, target)

    def _successors(self, states: Array) -> tuple[Array, Array, Array]:
        """Of a batch, in the order of exploration: source (within the batch), times, words."""
        from modelcheck.core.numpy_tables import NO, ROW

        np = self.np
        self._missed = np.zeros(len(states), bool)
        until = np.zeros(len(states), np.int64)  # gates: the place each state goes on at
        sources, rows = [], []
        for place, number in enumerate(self._order):
            instance = self._instances[ACTION][number]
            active = until <= place
            if instance.guard is not None:
                word, bit = instance.guard
                on = (states[:, word] >> np.uint64(bit)) & np.uint64(1) != 0
                if instance.skip:
                    until[active & ~on] = instance.skip
                active &= on
            at = np.flatnonzero(active)
            if not len(at):
                continue
            found = instance.many(states[at])
            unknown = at[found == 0]
            for i in unknown[:MISSES_MAX]:
                self._queue.append((MISS, number, self._state + int(i), []))
            if len(unknown):
                self._missed[unknown] = True
                self._note(int(unknown[0]), MISS, [])
            if instance.skip:
                until[at[found <= NO]] = instance.skip  # behind an unknown gate nothing is asked
                continue
            some = found >= ROW
            sources.append(at[some])
            rows.append(found[some] - ROW)
        if not sources:
            return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, self.width), np.uint64)
        source, row = np.concatenate(sources), np.concatenate(rows)
        order = np.argsort(source, kind="stable")
        if not len(self._rows):
            return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, self.width), np.uint64)
        return self._rows.expand(states, source[order], row[order])

    def _judge(self, kind: int, words: Array, origin: Array, targets: Array) -> Array:
        """Run a program for all candidates: 0, or the value that says outside which constraint one is. Misses and what
        is false are noted.
        """
        np = self.np
        code, same = self._programs[kind]
        at = np.zeros(len(words), np.int64)
        while (at >= 0).any():
            for place, (leaf, number, word, bits, yes, no) in enumerate(code):
                here = np.flatnonzero(at == place)
                if not len(here):
                    continue
                if leaf == LEAF_TABLE:
                    found = self._instances[kind][number].many(words[here])
                    truth = found > 1
                    for i in here[found == 0][:MISSES_MAX]:
                        miss = MISS_STEP if kind == STEP_PREDICATE else MISS_PREDICATE
                        self._queue.append((miss, number, self._state + int(origin[i]), [int(w) for w in targets[i]]))
                        self._note(int(origin[i]), miss, [])
                    at[here[found == 0]] = _STUCK
                    here, truth = here[found != 0], truth[found != 0]
                elif leaf == LEAF_BIT:
                    truth = words[here, word] & np.uint64(bits) != 0
                else:
                    truth = np.ones(len(here), bool)
                    for w, mask in same[word : word + number]:
                        truth &= (words[here, w] ^ words[here, w + self.width]) & np.uint64(mask) == 0
                at[here] = np.where(truth, yes, no)
        wrong = np.flatnonzero(at == PLACE_FALSE)
        if len(wrong):
            i = int(wrong[0])
            self._note(int(origin[i]), FALSE_STEP if kind == STEP_PREDICATE else FALSE, [int(w) for w in targets[i]])
        return np.where((at <= PLACE_OUT) & (at != _STUCK), at, 0)

    def _note_outs(self, kind: int, values: Array) -> None:
        for value in self.np.unique(values[values < 0]):
            self._outs[kind] |= 1 << min(63, PLACE_OUT - int(value))

    def _shorten(self, before: int, whole: int) -> int:
        """There are more states than the limit: drop those found behind the state that went beyond it."""
        last = int(self._parents[self._n_max]) if self._n_max >= before else self._state
        kept = int(self.np.searchsorted(self._parents[before : self._n], last, side="right"))
        self._n = before + kept
        self._index(len(self._slots))
        return min(whole, last - self._state + 1)

    def _take_edges(self, origin: Array, number: Array, whole: int) -> None:
        begin = len(self._edges)
        self._edges.frombytes(number.astype(self.np.uint32).tobytes())
        starts = self.np.searchsorted(origin, self.np.arange(whole)) + begin
        self._offsets.frombytes(starts.astype(self.np.int64).tobytes())

    # ---- the seen set ---------------------------------------------------------------------------------------

    def _salts(self) -> None:
        np = self.np
        with np.errstate(over="ignore"):
            self._salt = np.arange(1, self.width + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)

    def _hash(self, words: Array) -> Array:
        np = self.np
        total = np.zeros(len(words), np.uint64)
        with np.errstate(over="ignore"):
            for i in range(self.width):
                mixed = (words[:, i] ^ self._salt[i]) * np.uint64(0xD6E8FEB86659FD93)
                mixed ^= mixed >> np.uint64(32)
                total += mixed * np.uint64(0xBF58476D1CE4E5B9)
            total ^= total >> np.uint64(29)
            return total * np.uint64(0x9E3779B97F4A7C15)

    def _slot(self, hashes: Array) -> Array:
        return (hashes >> self.np.uint64(65 - len(self._slots).bit_length())).astype(self.np.int64)

    def _find(self, words: Array, hashes: Array) -> Array:
        """The numbers of states; -1 for those not seen."""
        np = self.np
        number = np.full(len(words), -1, np.int64)
        left, at = np.arange(len(words)), self._slot(hashes)
        while len(left):
            there = self._slots[at]
            some = there > 0
            left, at, there = left[some], at[some], there[some] - 1
            equal = (self._states[there] == words[left]).all(axis=1)
            number[left[equal]] = there[equal]
            left, at = left[~equal], (at[~equal] + 1) & (len(self._slots) - 1)
        return number

    def _claim(self, words: Array, hashes: Array, parents: Array) -> Array:
        """Put states that were not seen before, equal ones once: the numbers of all, in order of first appearance."""
        np = self.np
        self._reserve(len(words))
        numbers = np.zeros(len(words), np.int64)
        first = np.zeros(len(words), np.int64)  # the earliest equal one
        left, at = np.arange(len(words)), self._slot(hashes)
        base = self._n + 1
        mask = len(self._slots) - 1
        mine = []
        while len(left):
            empty = self._slots[at] == 0
            self._slots[at[empty][::-1]] = base + left[empty][::-1]  # of several the earliest stays
            holder = self._slots[at] - base
            fresh = holder >= 0
            equal = np.zeros(len(left), bool)
            equal[fresh] = (words[holder[fresh]] == words[left[fresh]]).all(axis=1)
            first[left[equal]] = holder[equal]
            own = equal & (holder == left)
            mine.append((left[own], at[own]))
            left, at = left[~equal], (at[~equal] + 1) & mask
        winners = first == np.arange(len(words))
        numbers[winners] = self._n + np.arange(int(winners.sum()))
        numbers = numbers[first]
        for index, slot in mine:
            self._slots[slot] = numbers[index] + 1
        count = int(winners.sum())
        self._states[self._n : self._n + count] = words[winners]
        self._parents[self._n : self._n + count] = parents[winners]
        self._n += count
        return numbers

    def _reserve(self, more: int) -> None:
        """Room for more states and for them in the seen set."""
        np, wanted = self.np, self._n + more
        if wanted > len(self._states):
            size = max(wanted, len(self._states) * 2)
            for name in ("_states", "_parents"):
                old = getattr(self, name)
                new = np.zeros((size, *old.shape[1:]), old.dtype)
                new[: self._n] = old[: self._n]
                setattr(self, name, new)
        size = len(self._slots)
        while wanted * 2 > size:
            size *= 2
        if size != len(self._slots):
            self._index(size)

    def _index(self, size: int) -> None:
        """Make the seen set from the states."""
        np = self.np
        self._slots = np.zeros(size, np.int64)
        left = np.arange(self._n)
        at = self._slot(self._hash(self._states[: self._n]))
        while len(left):
            empty = self._slots[at] == 0
            self._slots[at[empty]] = left[empty] + 1
            missing = self._slots[at] != left + 1
            left, at = left[missing], (at[missing] + 1) & (size - 1)

    def relayout(self, width: int, moves: Sequence[tuple[int, int, int, int, int]]) -> None:
        """Move all states to a new layout; tables and rows are dropped."""
        np = self.np
        old = self._states
        new = np.zeros((len(old), width), np.uint64)
        target = [0] * width
        for from_word, from_shift, to_word, to_shift, bits in moves:
            mask = (1 << bits) - 1
            part = (old[: self._n, from_word] >> np.uint64(from_shift)) & np.uint64(mask)
            new[: self._n, to_word] |= part << np.uint64(to_shift)
            target[to_word] |= (self._target[from_word] >> from_shift & mask) << to_shift
        self._states, self._target, self.width = new, target, width
        self._queue.clear()
        self._rows.clear()
        for kind in self._instances:
            for instance in kind:
                instance.tables.clear()
        self._salts()
        self._index(len(self._slots))
