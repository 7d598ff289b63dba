"""The compiled loops over graphs against those in Python, and against the definitions, on random graphs."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from random import Random

import pytest

from modelcheck.core.graph import DONE, UNSEEN, CompiledLoops, Place, PythonLoops, bit, library
from modelcheck.explore.graph import Graph

PYTHON = PythonLoops()


@pytest.fixture(name="compiled")
def compiled_loops() -> CompiledLoops:
    lib = library()
    if lib is None:
        pytest.skip("no compiled loops here")
    return CompiledLoops(lib)


@dataclass
class Arrays:
    """A part of a random graph."""

    offsets: array[int]
    targets: array[int]
    states: array[int] | None
    steps: array[int] | None
    edges: int
    whole: bool
    mark: bytearray
    cut: bytearray | None
    cut_own: bytearray | None


def random_arrays(rng: Random) -> tuple[array[int], array[int]]:
    size = rng.choice((0, 1, 2, 5, 9, 30))
    offsets, targets = array("q", [0]), array("i")
    for _ in range(size):
        targets.extend(rng.randrange(size) for _ in range(rng.choice((0, 0, 1, 1, 2, 3))))
        offsets.append(len(targets))
    return offsets, targets


def random_bits(rng: Random, count: int) -> bytes:
    return rng.randbytes((count + 7) // 8)


def random_mask(rng: Random, count: int) -> bytes:
    return bytes(rng.randrange(2) for _ in range(count))


def random_part(rng: Random) -> Arrays:
    offsets, targets = random_arrays(rng)
    size, edges = len(offsets) - 1, len(targets)
    whole = rng.random() < 0.5
    states = steps = None
    if not whole:
        states = array("i", [rng.randrange(40) for _ in range(size)])
        steps = array("q", [rng.randrange(100) for _ in range(edges)])
        edges = 60  # step 60 + s is the stuttering step of state s
    cut, cut_own = bytearray(random_bits(rng, len(targets))), bytearray(random_mask(rng, size))
    nothing = rng.random() < 0.3
    return Arrays(offsets, targets, states, steps, edges, whole, bytearray(size),
                  None if nothing else cut, None if nothing else cut_own)  # fmt: skip


def reachable(offsets: array[int], targets: array[int], start: int, inside: set[int], cut: bytes | None) -> set[int]:
    """The nodes at the ends of walks of one edge or more."""
    found: set[int] = set()
    waiting = [start]
    while waiting:
        node = waiting.pop()
        for e in range(offsets[node], offsets[node + 1]):
            if targets[e] in inside and targets[e] not in found and not (cut is not None and bit(cut, e)):
                found.add(targets[e])
                waiting.append(targets[e])
    return found


def test_components(compiled: CompiledLoops) -> None:
    rng = Random(1)
    for _ in range(600):
        offsets, targets = random_arrays(rng)
        size = len(offsets) - 1
        inside = {node for node in range(size) if rng.random() < 0.8}
        cut = None if rng.random() < 0.5 else bytearray(random_bits(rng, len(targets)))
        loops = rng.random() < 0.7
        found = []
        for walker in (PYTHON, compiled):
            lowest = array("i", [0 if node in inside else DONE for node in range(size)])
            found.append([list(c) for c in walker.walk(offsets, targets, None, lowest, cut, loops)])
            assert set(lowest) <= {DONE}
        assert found[0] == found[1]
        reach = {node: reachable(offsets, targets, node, inside, cut) for node in inside}
        wanted = {frozenset({n} | {m for m in reach[n] if n in reach[m]}) for n in inside if loops or n in reach[n]}
        wanted = {c for c in wanted if len(c) > 1 or (loops and c <= reach[min(c)])}
        assert {frozenset(c) for c in found[0]} == wanted and len(found[0]) == len(wanted)
        order = {node: i for i, c in enumerate(found[0]) for node in c}
        assert all(order[m] <= order[n] for n in order for m in reach[n] if m in order)


def test_components_of_a_component(compiled: CompiledLoops) -> None:
    """A component is cut and walked again in the midst of the walk that gave it."""
    rng = Random(2)
    for _ in range(300):
        offsets, targets = random_arrays(rng)
        seed, found = rng.random(), []
        for walker in (PYTHON, compiled):
            again, cut = Random(seed), bytearray((len(targets) + 7) // 8)
            lowest, out = array("i", bytes(4 * (len(offsets) - 1))), []
            for component in walker.walk(offsets, targets, None, lowest, cut):
                for node in component:
                    for e in range(offsets[node], offsets[node + 1]):
                        cut[e >> 3] |= (again.random() < 0.3) << (e & 7)
                kept = array("i", [node for node in component if again.random() < 0.8])
                inner = [list(c) for c in walker.walk(offsets, targets, kept, lowest, cut)]
                reach = {n: reachable(offsets, targets, n, set(kept), cut) for n in kept}
                assert {frozenset(c) for c in inner} == {
                    frozenset(m for m in reach[n] if n in reach[m]) for n in kept if n in reach[n]
                }
                out.append((list(component), inner))
            found.append(out)
        assert found[0] == found[1]


def test_nodes_and_edges_of_a_part(compiled: CompiledLoops) -> None:
    rng = Random(3)
    answers = []
    for _ in range(800):
        part = random_part(rng)
        size = len(part.offsets) - 1
        chosen = array("i", sorted(rng.sample(range(size), rng.randint(0, size))))
        states = 40 if part.states is not None else size
        on, own = random_bits(rng, part.edges), random_mask(rng, states)
        if rng.random() < 0.5:
            on, own = bytes(len(on)), bytes(b & (rng.random() < 0.1) for b in own)
        assert compiled.some_node(part, chosen, own) is PYTHON.some_node(part, chosen, own)
        answers.append(compiled.some_edge(part, chosen, on, own))
        assert answers[-1] is PYTHON.some_edge(part, chosen, on, own)
        assert not any(part.mark)
        if part.cut is None or part.cut_own is None:
            continue
        truth, before = rng.random() < 0.5, (part.cut[:], part.cut_own[:])
        compiled.cut_edges(part, chosen, on, own, truth)
        after, part.cut, part.cut_own = (part.cut, part.cut_own), *before
        PYTHON.cut_edges(part, chosen, on, own, truth)
        assert after == (part.cut, part.cut_own)
    assert 100 < sum(answers) < 700


def test_the_graph_of_raw_arrays(compiled: CompiledLoops) -> None:
    rng = Random(4)
    for _ in range(400):
        offsets, targets = random_arrays(rng)
        loops = rng.random() < 0.3
        plain = Graph(loops)
        for node in range(len(offsets) - 1):
            plain.add(targets[offsets[node] : offsets[node + 1]])
        for walker in (PYTHON, compiled):
            tidied = offsets[:], targets[:]
            walker.tidy(*tidied, loops)
            assert tidied == (plain.offsets, plain.targets)
            part = max(0, len(plain) - 3)  # a search that has not come to its end
            tidied = offsets[: part + 1], targets[: offsets[part]]
            walker.tidy(*tidied, loops)
            assert tidied == (plain.offsets[: part + 1], plain.targets[: plain.offsets[part]])
        nodes = random_mask(rng, len(plain))
        expected = bytearray((plain.edges() + 7) // 8)
        for node in range(len(plain)):
            for e in range(plain.offsets[node], plain.offsets[node + 1]):
                expected[e >> 3] |= nodes[node] << (e & 7)
        for walker in (PYTHON, compiled):
            assert walker.out_of(plain.offsets, nodes) == expected


def test_what_is_reached_with_a_tableau(compiled: CompiledLoops) -> None:
    rng = Random(5)
    for _ in range(400):
        offsets, targets = random_arrays(rng)
        size, width = len(offsets) - 1, rng.randint(1, 3)
        if not size:
            continue
        first = array("q", [rng.randrange(size * width) for _ in range(rng.randint(0, 3))])
        made = [
            (array("i", rng.sample(range(width), rng.randint(0, width))), rng.choice((None, random_mask(rng, size))),
             rng.choice((None, (random_bits(rng, len(targets)), random_mask(rng, size)))))
            for _ in range(width)
        ]  # fmt: skip
        marks = []
        for walker in (PYTHON, compiled):
            places = [Place(bytearray(size), ahead, here, *(steps or (None, None))) for ahead, here, steps in made]
            walker.reach(offsets, targets, places, first)
            marks.append([place.mark for place in places])
        assert marks[0] == marks[1]


def test_shortest_ways_with_a_tableau(compiled: CompiledLoops) -> None:
    rng = Random(6)
    lengths = []
    for _ in range(500):
        offsets, targets = random_arrays(rng)
        size, width = len(offsets) - 1, rng.randint(1, 3)
        if not size:
            continue
        first = array("q", [rng.randrange(size * width) for _ in range(rng.randint(0, 3))])
        made = [
            (array("i", rng.sample(range(width), rng.randint(0, width))), rng.choice((None, random_mask(rng, size))),
             rng.choice((None, (random_bits(rng, len(targets)), random_mask(rng, size)))))
            for _ in range(width)
        ]  # fmt: skip
        goals = bytearray(int(rng.random() < 0.2) for _ in range(size * width))
        found = []
        for walker in (PYTHON, compiled):
            places = [Place(bytearray(), ahead, here, *(steps or (None, None))) for ahead, here, steps in made]
            came = array("q", [UNSEEN]) * (size * width)
            hits = walker.levels(offsets, targets, places, first, goals, came)
            found.append((hits, came))
        assert found[0] == found[1]
        for hit in found[0][0]:
            way = [hit]
            while found[0][1][way[-1]] >= 0:
                way.append(found[0][1][way[-1]])
            lengths.append(len(way))
            assert way[-1] in first and goals[hit] and not any(goals[node] for node in way[1:])
    assert max(lengths) > 3


def test_shortest_ways_in_a_part(compiled: CompiledLoops) -> None:
    rng = Random(7)
    ways = 0
    for _ in range(1500):
        part = random_part(rng)
        size, states = len(part.offsets) - 1, 40 if part.states is not None else len(part.offsets) - 1
        if not size:
            continue
        on, own = (
            bytes(b & rng.choice((0, 0, 16, 255)) for b in random_bits(rng, part.edges)),
            random_mask(rng, states),
        )
        inside, goal = bytearray(random_mask(rng, size)), rng.choice((-1, rng.randrange(size)))
        found = []
        for walker in (PYTHON, compiled):
            came = array("q", [-1]) * size
            found.append((walker.way(part, inside, 0, on, own, goal, came), came))
        assert found[0] == found[1]
        ways += found[0][0] != -1
    assert ways > 200
