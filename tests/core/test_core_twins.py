"""Random models through every core and through a naive search: the same states, numbers and counts.

A random model is made of fields of a few bits; an instance tests some and writes others, a predicate tests some.
The naive search evaluates it directly; a core learns it by rows, as the table engine would teach it.

Under sanitizers: build `_core`, `_graph` and `_native` into a copy of the tree, each with
`gcc -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -DWITH_PYTHON -I<headers> -shared -fPIC
-o modelcheck/core/_core.<tag>.so modelcheck/core/_core.c -pthread`, then run there, with `PYTHONMALLOC=malloc`,
`ASAN_OPTIONS=detect_leaks=0 LD_PRELOAD=$(gcc -print-file-name=libasan.so) python -m pytest -s tests/core tests/tables
tests/native tests/liveness` (without `-s` their report is lost); for threads `-fsanitize=thread`,
`LD_PRELOAD=$(gcc -print-file-name=libtsan.so) setarch -R python -m pytest -s tests/core tests/tables/test_soak.py`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest

from modelcheck.core import native, numpy_core
from modelcheck.core.native import (
    ACTION,
    DEADLOCK,
    DONE,
    FALSE,
    FALSE_STEP,
    LEAF_TABLE,
    MISS,
    MISS_PREDICATE,
    MISS_STEP,
    PAUSE,
    PLACE_FALSE,
    PLACE_OUT,
    PLACE_TRUE,
    STATE_PREDICATE,
    STEP_PREDICATE,
)

MASK = 2**64 - 1
CORES = [
    pytest.param("c", 1, id="c"),
    pytest.param("c", 2, id="c-2-workers"),
    pytest.param("c", 3, id="c-3-workers"),
    pytest.param("numpy", 1, id="numpy"),
]


def new_core(name: str, width: int, deadlock: bool, workers: int) -> Any:
    if name == "c":
        if native.load() is None:
            pytest.skip("the compiled core was not built")
        core = native.Core(width, deadlock, workers)
        core.tune(0, 8)
        return core
    if not numpy_core.available():
        pytest.skip("numpy is not installed")
    return numpy_core.Core(width, deadlock, workers)


@dataclass(eq=False)
class Model:
    """`bits[f]`: width of a field; its place is (word, shift). Values of fields are raw numbers."""

    seed: int
    bits: list[int]
    instances: int
    invariants: int = 0
    constraints: int = 0
    steps: int = 0
    deadlock: bool = False
    false_in: int = 10**9  # one in so many keys of an invariant is false
    room: int = 0  # bits that each field has beyond what it needs: they make states and keys wide
    places: list[tuple[int, int]] = field(default_factory=list)
    width: int = 0

    def __post_init__(self) -> None:
        self.lay_out(0)

    @property
    def widths(self) -> list[int]:
        return [width + self.room for width in self.bits]

    def lay_out(self, gap: int) -> None:
        """Place the fields, with `gap` unused bits after each."""
        word = shift = 0
        self.places = []
        for width in self.widths:
            if shift + width > 64:
                word, shift = word + 1, 0
            self.places.append((word, shift))
            shift += width + gap
            if shift >= 64:
                word, shift = word + 1, 0
        self.width = word + 1

    def pack(self, values: tuple[int, ...]) -> list[int]:
        words = [0] * self.width
        for v, (word, shift) in zip(values, self.places, strict=True):
            words[word] |= v << shift
        return words

    def unpack(self, words: list[int]) -> tuple[int, ...]:
        return tuple((words[w] >> s) & ((1 << b) - 1) for b, (w, s) in zip(self.widths, self.places, strict=True))

    def noise(self, *key: object) -> random.Random:
        return random.Random(repr((self.seed, *key)))

    @cache  # noqa: B019
    def action(self, instance: int, state: tuple[int, ...]) -> tuple[list[int], list[tuple[int, int, dict[int, int]]]]:
        """(fields read, outcomes as (action, multiplicity, {field: value}))."""
        shape = self.noise("action", instance)
        first = shape.randrange(len(self.bits)) if instance % 3 else 0  # many share the first test
        read = [first]
        wanted = shape.randrange(1 << self.bits[first])
        if (state[first] ^ wanted) & (3 if self.bits[first] > 1 else 1):
            return read, []
        for _ in range(shape.randrange(0, 3)):
            read.append(shape.randrange(len(self.bits)))
        rng = self.noise("outcome", instance, [state[f] for f in read])
        outcomes = []
        for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
            writes = {}
            for _ in range(rng.randrange(0, 3)):
                f = rng.randrange(len(self.bits))
                writes[f] = rng.randrange(1 << self.bits[f])
            outcomes.append((instance, rng.choice((1, 1, 1, 2)), writes))
        return read, outcomes

    @cache  # noqa: B019
    def predicate(self, kind: str, number: int, state: tuple[int, ...]) -> tuple[list[int], bool]:
        shape = self.noise(kind, number)
        read = [shape.randrange(len(state)) for _ in range(shape.randrange(1, 4))]
        odds = 6 if kind == "constraint" else self.false_in
        return read, self.noise(kind, number, [state[f] for f in read]).randrange(odds) != 0

    def initial(self) -> list[tuple[int, ...]]:
        rng = self.noise("initial")
        found = [tuple(rng.randrange(1 << b) for b in self.bits) for _ in range(3)]
        return list(dict.fromkeys(found))


@dataclass
class Result:
    """What a search found. `order`: the states by number, raw values."""

    how: str
    generated: int
    depth: int
    order: list[tuple[int, ...]]
    parents: list[int]
    at: int
    edges: list[list[int]]


def naive(model: Model, states_max: int = 10**9) -> Result:
    seen: dict[tuple[int, ...], int] = {}
    order: list[tuple[int, ...]] = []
    parents: list[int] = []
    edges: list[list[int]] = []

    def add(state: tuple[int, ...], parent: int) -> None:
        seen[state] = len(order)
        order.append(state)
        parents.append(parent)

    for state in model.initial():
        add(state, -1)
    generated, depth, at, end = len(order), 1, 0, len(order)
    while at < len(order):
        if len(order) > states_max:
            return Result("pause", generated, depth, order, parents, at, edges)
        if at == end:
            depth, end = depth + 1, len(order)
        state = order[at]
        targets: list[int] = []
        before, total = (generated, len(order)), 0

        def stop(how: str, before: tuple[int, int] = before, depth: int = depth, at: int = at) -> Result:
            return Result(how, before[0], depth, order[: before[1]], parents[: before[1]], at, edges)

        for instance in range(model.instances):
            for _, times, writes in model.action(instance, state)[1]:
                generated += times
                total += times
                target = tuple(writes.get(f, v) for f, v in enumerate(state))
                for number in range(model.steps):
                    if not model.predicate("step", number, (*state, *target))[1]:
                        return stop("false_step")
                if target in seen:
                    targets.append(seen[target])
                    continue
                if any(not model.predicate("invariant", n, target)[1] for n in range(model.invariants)):
                    return stop("false")
                if all(model.predicate("constraint", n, target)[1] for n in range(model.constraints)):
                    add(target, at)
                    targets.append(seen[target])
        if not total and model.deadlock:
            return stop("deadlock")
        edges.append(targets)
        at += 1
    return Result("done", generated, depth, order, parents, at, edges)


class Teacher:
    """Runs a core on a model: answers its misses, grows the layout now and then."""

    def __init__(self, model: Model, core: str, workers: int, growing: bool = False, edges: bool = False) -> None:
        self.model, self.growing = model, growing
        model.lay_out(0)
        self.core = new_core(core, model.width, model.deadlock, workers)
        self.rows: dict[tuple[int, int], list[tuple[tuple[int, ...], list[int], Any]]] = {}
        self.misses = 0
        self.gap = 0
        if edges:
            self.core.keep_edges()
        self.core.add_instances(ACTION, model.instances)
        self.core.add_instances(STATE_PREDICATE, model.invariants + model.constraints)
        self.core.add_instances(STEP_PREDICATE, model.steps)
        self.core.set_order(range(model.instances), 0)
        code = []
        for n in range(model.invariants + model.constraints):
            last = n + 1 == model.invariants + model.constraints
            no = PLACE_FALSE if n < model.invariants else PLACE_OUT - (n - model.invariants)
            code.append((LEAF_TABLE, n, 0, 0, PLACE_TRUE if last else n + 1, no))
        self.core.set_program(STATE_PREDICATE, code, [])
        code = [
            (LEAF_TABLE, n, 0, 0, PLACE_TRUE if n + 1 == model.steps else n + 1, PLACE_FALSE)
            for n in range(model.steps)
        ]
        self.core.set_program(STEP_PREDICATE, code, [])
        initial = model.initial()
        for state in initial:
            self.core.insert(model.pack(state), -1)
        self.core.seek(0, len(initial), len(initial), 1)

    def run(self, pause_at: int = 2**62) -> str:
        while True:
            code = self.core.run(pause_at)
            if code not in (MISS, MISS_PREDICATE, MISS_STEP):
                return {DONE: "done", FALSE: "false", FALSE_STEP: "false_step", DEADLOCK: "deadlock", PAUSE: "pause"}[
                    code
                ]
            self.answer(code)

    def answer(self, code: int) -> None:
        model, core = self.model, self.core
        self.misses += 1
        numbers = core.numbers()
        if self.growing and self.misses % 7 == 0:
            before = [(w, s, b) for b, (w, s) in zip(model.widths, model.places, strict=True)]
            self.gap = (self.gap + 1) % 3
            model.lay_out(self.gap)
            moves = [(w, s, *new, b) for (w, s, b), new in zip(before, model.places, strict=True)]
            core.relayout(model.width, moves)
            for (kind, number), rows in self.rows.items():
                for values, read, row in rows:
                    self.put(kind, number, values, read, row)
        state = model.unpack(core.state(numbers["state"]))
        if code == MISS:
            read, row = model.action(numbers["instance"], state)
            self.teach(ACTION, numbers["instance"], state, read, row)
            return
        target = model.unpack(core.target())
        number = numbers["predicate"]
        if code == MISS_STEP:
            pair = (*state, *target)
            self.teach(STEP_PREDICATE, number, pair, *model.predicate("step", number, pair))
        elif number < model.invariants:
            self.teach(STATE_PREDICATE, number, target, *model.predicate("invariant", number, target))
        else:
            found = model.predicate("constraint", number - model.invariants, target)
            self.teach(STATE_PREDICATE, number, target, *found)

    def teach(self, kind: int, number: int, values: tuple[int, ...], read: list[int], row: Any) -> None:
        self.rows.setdefault((kind, number), []).append((values, read, row))
        self.put(kind, number, values, read, row)

    def put(self, kind: int, number: int, values: tuple[int, ...], read: list[int], row: Any) -> None:
        model, n = self.model, len(self.model.bits)
        mask: dict[int, int] = {}
        for f in read:
            (word, shift), width = model.places[f % n], model.widths[f % n]
            word += model.width * (f // n)
            mask[word] = mask.get(word, 0) | ((1 << width) - 1) << shift
        words = model.pack(values[:n]) + (model.pack(values[n:]) if len(values) > n else [])
        used = tuple(sorted(mask))
        self.core.put(kind, number, (used, tuple(mask[w] for w in used)), words, self.words_of(row))

    def words_of(self, row: Any) -> list[int]:
        if isinstance(row, bool):
            return [int(row)]
        out = [len(row)]
        for action, times, writes in row:
            clear: dict[int, int] = {}
            put: dict[int, int] = {}
            for f, v in writes.items():
                (word, shift), width = self.model.places[f], self.model.widths[f]
                clear[word] = clear.get(word, 0) | ((1 << width) - 1) << shift
                put[word] = put.get(word, 0) | v << shift
            out += [action, times, len(clear)]
            for word in sorted(clear):
                out += [word, clear[word], put[word]]
        return out

    def result(self, how: str) -> Result:
        if how not in ("done", "pause"):
            self.core.rollback()
        numbers = self.core.numbers()
        order = [self.model.unpack(self.core.state(i)) for i in range(numbers["distinct"])]
        return Result(
            how, numbers["generated"], numbers["depth"], order, list(self.core.parents()), numbers["state"], []
        )

    def edges(self, explored: int) -> list[list[int]]:
        offsets, targets = self.core.edges(explored)
        return [list(targets[offsets[i] : offsets[i + 1]]) for i in range(explored)]


@cache
def models() -> list[tuple[Model, Result]]:
    """Small models, and what a naive search finds."""
    return [(model, naive(model)) for model in _models()]


def _models() -> Iterator[Model]:
    rng = random.Random(4)
    for seed in range(18):
        bits = [rng.choice((1, 1, 2, 2, 3, 4)) for _ in range(rng.randrange(4, 9))]
        while sum(bits) > 9:
            bits.pop()
        bits += [0] if seed % 5 == 0 else []
        yield Model(
            seed,
            [b or 1 for b in bits],
            rng.randrange(3, 30),
            invariants=seed % 3,
            constraints=seed % 4 // 2,
            steps=seed % 2,
            deadlock=seed % 6 == 5,
            false_in=10**9 if seed % 4 == 2 else 40,
            room=(0, 0, 11, 37)[seed % 4],
        )


def same(found: Result, expected: Result) -> None:
    assert (found.how, found.generated, found.depth, found.at) == (
        expected.how, expected.generated, expected.depth, expected.at,
    )  # fmt: skip
    if found.how in ("done", "pause"):
        assert found.order == expected.order
        assert found.parents == expected.parents
    else:  # states found while exploring the last one stay
        assert found.order[: len(expected.order)] == expected.order


@pytest.mark.parametrize(("core", "workers"), CORES)
@pytest.mark.parametrize("growing", [False, True], ids=["", "growing"])
def test_random_models(core: str, workers: int, growing: bool) -> None:
    ends = set()
    for model, expected in models():
        teacher = Teacher(model, core, workers, growing)
        how = teacher.run()
        same(teacher.result(how), expected)
        ends.add(how)
    assert ends >= {"done", "false"}


def learnt(core: str, workers: int, model: Model, edges: bool = False, growing: bool = False) -> tuple[Teacher, str]:
    teacher = Teacher(model, core, workers, growing, edges)
    return teacher, teacher.run()


PLAIN = Model(100, [3, 3, 2, 2, 1], 25, room=9)


@pytest.mark.parametrize(("core", "workers"), CORES)
def test_edges_are_those_of_the_steps(core: str, workers: int) -> None:
    for model in (PLAIN, Model(101, [3, 3, 3, 1], 20, constraints=1)):
        expected = naive(model)
        teacher, how = learnt(core, workers, model, edges=True)
        assert how == "done"
        assert len(expected.order) > 300
        assert teacher.edges(len(expected.order)) == expected.edges


@pytest.mark.parametrize(("core", "workers"), CORES)
def test_the_limit_of_states_is_kept_between_two_states(core: str, workers: int) -> None:
    for most in (50, 117, 300):
        teacher = Teacher(PLAIN, core, workers)
        teacher.core.limit(most)
        same(teacher.result(teacher.run()), naive(PLAIN, most))


@pytest.mark.parametrize(("core", "workers"), CORES)
def test_pauses_change_nothing(core: str, workers: int) -> None:
    expected = naive(PLAIN)
    teacher = Teacher(PLAIN, core, workers)
    stops = 0
    while teacher.run(teacher.core.numbers()["state"] + 37) == "pause":
        stops += 1
    assert stops >= len(expected.order) // 37
    same(teacher.result("done"), expected)


@pytest.mark.parametrize(("core", "workers"), CORES)
def test_a_state_explored_by_others(core: str, workers: int) -> None:
    """As the closures do when something is special in a state: back to its beginning, its successors put in, go on."""
    expected = naive(PLAIN)
    teacher = Teacher(PLAIN, core, workers)
    core_, model = teacher.core, PLAIN
    for _ in range(12):
        while (code := core_.run(2**62)) in (MISS, MISS_PREDICATE, MISS_STEP):
            if teacher.misses % 5 == 0:
                break
            teacher.answer(code)
        if code == DONE:
            break
        teacher.misses += 1
        core_.rollback()
        numbers = core_.numbers()
        generated = numbers["generated"]
        state = model.unpack(core_.state(numbers["state"]))
        for instance in range(model.instances):
            for _, times, writes in model.action(instance, state)[1]:
                generated += times
                core_.insert(model.pack(tuple(writes.get(f, v) for f, v in enumerate(state))), numbers["state"])
        depth, end = numbers["depth"], numbers["level_end"]
        if numbers["state"] == end:
            depth, end = depth + 1, numbers["distinct"]
        core_.seek(numbers["state"] + 1, generated, end, depth)
    teacher.run()
    found = teacher.result("done")
    assert (found.order, found.parents, found.generated) == (expected.order, expected.parents, expected.generated)


@pytest.mark.parametrize("workers", [1, 2])
def test_states_on_disk_and_by_fingerprint(workers: int) -> None:
    """With several chunks: moved to a file, then told apart by fingerprints, the answers stay."""
    import tempfile

    model = Model(7, [8, 9, 1], 3)
    model.action = lambda i, s: counters(i, s)  # type: ignore[method-assign, assignment]
    core = Teacher(model, "c", workers)
    with tempfile.TemporaryFile() as file:
        assert core.run(20_000) == "pause"
        core.core.spill(file.fileno())
        assert core.run(50_000) == "pause"
        before = core.core.bytes_used()
        core.core.spill(file.fileno())
        assert core.core.bytes_used() < before
        core.core.fingerprint()
        core.growing, core.misses = True, 6  # the next miss moves all states, those in the file too
        core.core.clear(ACTION, 0)
        assert core.run(60_000) == "pause"
        assert core.core.state(0) == model.pack(model.initial()[0])
        core.core.spill(file.fileno())
        assert core.run() == "done"
        numbers = core.core.numbers()
        assert (numbers["distinct"], numbers["generated"]) == (2**18, 3 + 3 * 2**18)
        last = model.unpack(core.core.state(2**18 - 1))
        assert core.core.find(model.pack(last)) == 2**18 - 1


def counters(instance: int, state: tuple[int, ...]) -> tuple[list[int], list[tuple[int, int, dict[int, int]]]]:
    """Instance i counts field i up, round and round."""
    size = (256, 512, 2)[instance]
    return [instance], [(instance, 1, {instance: (state[instance] + 1) % size})]


def test_portable_bit_extraction() -> None:
    """The loop that stands in where the processor has no instruction for it."""
    if native.load() is None:
        pytest.skip("the compiled core was not built")
    expected = naive(PLAIN)
    teacher = Teacher(PLAIN, "c", 1)
    teacher.core._lib.core_use_pext(0)
    try:
        same(teacher.result(teacher.run()), expected)
    finally:
        native.Core(1, False).close()  # making a core asks the processor again
