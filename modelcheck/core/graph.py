"""Loops over graphs in compressed arrays, for the liveness check: compiled (`_graph.c`), and the same in Python.

The edges out of node v are `targets[offsets[v]:offsets[v + 1]]` (arrays of type 'i' and 'q'). A set of edges is one bit
an edge, least bit first; a set of nodes is one byte a node, 0 or 1. `chosen()` gives the compiled loops where they were
built, else those in Python, which say what is meant: both give the same answers in the same order.
"""

from __future__ import annotations

import ctypes as ct
import operator
import threading
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import islice
from typing import Any, Protocol

from modelcheck.core.library import library_of
from modelcheck.records import dataclass

DONE = 2**31 - 1
REFUSED, REACHED = 1, 2
UNSEEN = -2
NO_MEMORY = -(2**63)
HITS_MAX = 16
SHARED_LEAST = 20_000  # nodes of a loop that are for several workers
_COMBINE = {"and": 0, "or": 1, "not": 2}


class PartArrays(Protocol):
    """Nodes and edges that stand for states and steps of a behavior graph.

    `states[v]`: the state of a node; `steps[e]`: the step of an edge (None: they have their numbers); `edges`: how many
    steps the graph has; step `edges + s` is the stuttering step of state s. `whole`: every node also has its stuttering
    step. `mark`: a byte a node, all 0. `cut`: the edges taken away; `cut_own`: the nodes whose stuttering step is (None
    for both: none).
    """

    offsets: array[int]
    targets: array[int]
    states: array[int] | None
    steps: array[int] | None
    edges: int
    whole: bool
    mark: bytearray
    cut: bytearray | None
    cut_own: bytearray | None


@dataclass(slots=True)
class Place:
    """A node of the tableau: the states (`here`: bytes) and steps (`on`: bits, `own`: bytes, the stuttering ones) that
    satisfy it (None: all), where it leads (`ahead`), and what is reached: `mark` has REFUSED or REACHED, or 0, a byte a
    state.
    """

    mark: bytearray
    ahead: array[int]
    here: bytes | None = None
    on: bytes | None = None
    own: bytes | None = None


class _Working(threading.local):
    """The workers of this thread's loops."""

    crew: int | None = None


_WORKING = _Working()


@contextmanager
def working(workers: int) -> Iterator[None]:
    """Let so many threads do the loops that this thread asks for meanwhile, where there is much to do.

    All answers are those of one. Without a compiler there is one.
    """
    lib, before = library(), _WORKING.crew
    crew = lib.graph_crew(workers, SHARED_LEAST) if lib is not None and workers > 1 else None
    _WORKING.crew = crew
    try:
        yield
    finally:
        _WORKING.crew = before
        if crew is not None:
            lib.graph_crew_free(crew)


def crew() -> int | None:
    """The workers of this thread's loops, for C."""
    return _WORKING.crew


def jobs() -> int:
    """How many loops these workers have shared so far."""
    return 0 if _WORKING.crew is None else int(library().graph_crew_jobs(_WORKING.crew))


def bit(bits: bytes | bytearray, i: int) -> int:
    """The i-th bit."""
    return bits[i >> 3] >> (i & 7) & 1


class PythonLoops:
    """The definition, and what runs without a C compiler."""

    name = "Python"

    def walk(
        self,
        offsets: Sequence[int],
        targets: Sequence[int],
        nodes: Iterable[int] | None,
        lowest: array[int],
        cut: bytearray | None = None,
        loops: bool = True,
    ) -> Iterator[array[int]]:
        """Strongly connected components with an edge inside: of two nodes or more, or of one with an edge to itself.

        `nodes`: where to look (None: everywhere); the edges out of them lead to each other or to nodes that do not
        count. `lowest`: 0 for a node that counts, DONE for others; those of `nodes` are set to 0 first, and all are
        DONE in the end. `cut`: edges that do not count. `loops`: there may be edges from a node to itself. Each
        component comes after those it can reach. Tarjan (1972) in the form of Pearce, "A space-efficient algorithm for
        finding strongly connected components" (IPL 116, 2016), without recursion; 4 bytes a node and 16 a node on the
        path.
        """
        path, cursors, births, waiting = array("i"), array("q"), array("i"), array("i")
        count = 1
        roots = range(len(offsets) - 1) if nodes is None else nodes
        if nodes is not None:
            for node in nodes:
                lowest[node] = 0
        for root in roots:
            if lowest[root]:
                continue
            node, at, born = root, offsets[root], count
            lowest[root] = count
            count += 1
            while True:
                low = lowest[node]
                for edge in range(at, offsets[node + 1]):
                    if cut is not None and bit(cut, edge):
                        continue
                    reached = lowest[targets[edge]]
                    if not reached:
                        lowest[node] = low
                        path.append(node)
                        cursors.append(edge)
                        births.append(born)
                        node, born = targets[edge], count
                        at = offsets[node]
                        lowest[node] = count
                        count += 1
                        break
                    if reached < low:
                        low = reached
                else:
                    lowest[node] = low
                    if low < born:
                        waiting.append(node)
                    else:
                        members = array("i", [node])
                        while waiting and lowest[waiting[-1]] >= born:
                            members.append(waiting.pop())
                        for member in members:
                            lowest[member] = DONE
                        if len(members) > 1 or (loops and self._has_loop(offsets, targets, cut, node)):
                            yield members
                    if not path:
                        break
                    node, at, born = path.pop(), cursors.pop(), births.pop()

    @staticmethod
    def _has_loop(offsets: Sequence[int], targets: Sequence[int], cut: bytearray | None, node: int) -> bool:
        edges = range(offsets[node], offsets[node + 1])
        return any(targets[e] == node and not (cut is not None and bit(cut, e)) for e in edges)

    def some_node(self, part: PartArrays, nodes: Sequence[int], truth: bytes | bytearray) -> bool:
        """Whether something is true of the state of one of the nodes."""
        states = part.states
        return any(truth[node if states is None else states[node]] for node in nodes)

    def some_edge(self, part: PartArrays, nodes: Sequence[int], on: bytes, own: bytes) -> bool:
        """Whether something is true of an edge between the nodes (`on`: of steps, `own`: of stuttering ones)."""
        for node in nodes:
            part.mark[node] = 1
        try:
            return any(self._edge_of(part, node, on, own) for node in nodes)
        finally:
            for node in nodes:
                part.mark[node] = 0

    @staticmethod
    def _edge_of(part: PartArrays, node: int, on: bytes, own: bytes) -> bool:
        state = node if part.states is None else part.states[node]
        if part.whole and own[state] and not (part.cut_own is not None and part.cut_own[node]):
            return True
        for e in range(part.offsets[node], part.offsets[node + 1]):
            inside = part.mark[part.targets[e]] and not (part.cut is not None and bit(part.cut, e))
            if inside and PythonLoops._is_true(part, e, on, own):
                return True
        return False

    @staticmethod
    def _is_true(part: PartArrays, edge: int, on: bytes, own: bytes) -> bool:
        step = edge if part.steps is None else part.steps[edge]
        return bool(bit(on, step) if step < part.edges else own[step - part.edges])

    def cut_edges(self, part: PartArrays, nodes: Sequence[int], on: bytes, own: bytes, truth: bool) -> None:
        """Take away the edges out of the nodes of which something is `truth`."""
        assert part.cut is not None and part.cut_own is not None
        for node in nodes:
            if part.whole and bool(own[node if part.states is None else part.states[node]]) is truth:
                part.cut_own[node] = 1
            for e in range(part.offsets[node], part.offsets[node + 1]):
                if self._is_true(part, e, on, own) is truth:
                    part.cut[e >> 3] |= 1 << (e & 7)

    def tidy(self, offsets: array[int], targets: array[int], loops: bool) -> None:
        """Drop repeated targets, keeping order, and edges from a node to itself unless `loops`. Works in place."""
        kept = begin = 0
        for node in range(len(offsets) - 1):
            end = offsets[node + 1]
            for target in dict.fromkeys(targets[begin:end]):
                if target != node or loops:
                    targets[kept] = target
                    kept += 1
            begin = end
            offsets[node + 1] = kept
        del targets[kept:]

    def leaving(self, offsets: array[int]) -> bytes:
        """The nodes that have an edge."""
        return bytes(map(operator.lt, offsets, islice(offsets, 1, None)))

    def out_of(self, offsets: array[int], nodes: bytes | bytearray) -> bytes:
        """The edges whose first node is in a set."""
        out = bytearray((offsets[-1] + 7) // 8)
        for node in range(len(offsets) - 1):
            if nodes[node]:
                for e in range(offsets[node], offsets[node + 1]):
                    out[e >> 3] |= 1 << (e & 7)
        return bytes(out)

    def combined(self, op: str, parts: Sequence[bytes], size: int, unit: int) -> bytes:
        """`not`, `and` or `or` of vectors of `size` bytes; a byte that is true is `unit`."""
        full = int.from_bytes(bytes([unit]) * size, "little")
        value = 0 if op == "or" else full
        for part in parts:
            other = int.from_bytes(part, "little")
            value = value | other if op == "or" else value & other if op == "and" else value ^ other
        return value.to_bytes(size, "little")

    def reach(self, offsets: array[int], targets: array[int], places: Sequence[Place], first: array[int]) -> None:
        """What is reached from some pairs (state * places + place) on; writes the places' marks."""
        width = len(places)
        waiting = array("q")

        def arrive(s: int, q: int) -> None:
            place = places[q]
            if not place.mark[s]:
                refused = place.here is not None and not place.here[s]
                place.mark[s] = REFUSED if refused else REACHED
                if not refused:
                    waiting.append(s * width + q)

        for node in first:
            arrive(*divmod(node, width))
            while waiting:
                s, q = divmod(waiting.pop(), width)
                place = places[q]
                if not place.ahead:
                    continue
                if place.own is None or place.own[s]:
                    for after in place.ahead:
                        arrive(s, after)
                for e in range(offsets[s], offsets[s + 1]):
                    if place.on is None or bit(place.on, e):
                        for after in place.ahead:
                            arrive(targets[e], after)

    def reach_whole(
        self, offsets: array[int], targets: array[int], places: Sequence[Place], at: array[int], states: int
    ) -> None:
        """`reach` from each of the first `states` states at each of some places on."""
        self.reach(offsets, targets, places, array("q", [s * len(places) + q for s in range(states) for q in at]))

    def levels(
        self, offsets: array[int], targets: array[int], places: Sequence[Place], first: array[int],
        goals: bytearray, came: array[int],
    ) -> list[int]:  # fmt: skip
        """Level by level from pairs (state * places + place) on, until a level has pairs whose byte in `goals` is 1.

        These, HITS_MAX at most, in the order they were reached; none if there are none. `came` (UNSEEN for each pair)
        gets the pair that each was first reached from, -1 for those to start from. Marks do not matter.
        """
        width = len(places)
        level: list[int] = []
        for node in first:
            if came[node] == UNSEEN and _here(places[node % width], node // width):
                came[node] = -1
                level.append(node)
        while level:
            hits = [node for node in level if goals[node]]
            if hits:
                return hits[:HITS_MAX]
            following: list[int] = []
            for node in level:
                s, place = node // width, places[node % width]
                steps = [e for e in range(offsets[s], offsets[s + 1]) if place.on is None or bit(place.on, e)]
                own = [s] if place.own is None or place.own[s] else []
                for t in (*own, *(targets[e] for e in steps)):
                    for after in place.ahead:
                        to = t * width + after
                        if came[to] == UNSEEN and _here(places[after], t):
                            came[to] = node
                            following.append(to)
            level = following
        return []

    def way(
        self, part: PartArrays, inside: bytearray, start: int, on: bytes, own: bytes, goal: int, came: array[int]
    ) -> int:
        """The last edge of a shortest way of one edge or more inside some nodes, of which something is true.

        If `goal` is a node, instead: that leads to it. -2 - v for the stuttering step of node v; -1: no way.
        `came` (-1 for each node) gets the edge over which each was first reached.
        """
        queue = [start]
        for node in queue:
            if part.whole and not (part.cut_own is not None and part.cut_own[node]):
                state = node if part.states is None else part.states[node]
                if node == goal if goal >= 0 else own[state]:
                    return -2 - node
            for e in range(part.offsets[node], part.offsets[node + 1]):
                target = part.targets[e]
                if not inside[target] or (part.cut is not None and bit(part.cut, e)):
                    continue
                if target == goal if goal >= 0 else self._is_true(part, e, on, own):
                    return e
                if came[target] < 0 and target != start:
                    came[target] = e
                    queue.append(target)
        return -1


def _here(place: Place, state: int) -> bool:
    return place.here is None or bool(place.here[state])


class _Part(ct.Structure):
    _fields_ = [
        ("offsets", ct.c_void_p), ("targets", ct.c_void_p), ("states", ct.c_void_p), ("steps", ct.c_void_p),
        ("edges", ct.c_int64), ("stutters", ct.c_int32),
        ("mark", ct.c_void_p), ("cut", ct.c_void_p), ("cut_own", ct.c_void_p),
    ]  # fmt: skip


class _Place(ct.Structure):
    _fields_ = [
        ("here", ct.c_void_p), ("on", ct.c_void_p), ("own", ct.c_void_p), ("mark", ct.c_void_p),
        ("ahead", ct.c_void_p), ("n", ct.c_int32), ("unused", ct.c_int32),
    ]  # fmt: skip


def address(buffer: array[int] | bytearray | bytes | None) -> int | None:
    """Where a buffer begins; it must stay alive, and not grow, while this is used."""
    if buffer is None or not len(buffer):
        return None
    if isinstance(buffer, array):
        return buffer.buffer_info()[0]
    if isinstance(buffer, bytes):
        return ct.cast(ct.c_char_p(buffer), ct.c_void_p).value
    return ct.addressof(ct.c_char.from_buffer(buffer))


class CompiledLoops:
    """The loops of `_graph.c`; the docstrings are in `PythonLoops`."""

    name = "C"

    def __init__(self, lib: Any) -> None:
        self.lib = lib

    def walk(
        self,
        offsets: array[int],
        targets: array[int],
        nodes: array[int] | None,
        lowest: array[int],
        cut: bytearray | None = None,
        loops: bool = True,
    ) -> Iterator[array[int]]:
        if nodes is not None and not len(nodes):
            return
        count = len(offsets) - 1 if nodes is None else len(nodes)
        walk = self.lib.graph_walk(
            address(offsets), address(targets), address(nodes), count, address(lowest), address(cut), int(loops)
        )
        if not walk:
            raise MemoryError
        try:
            while (size := self.lib.graph_walk_next(walk)) > 0:
                yield array("i", ct.string_at(self.lib.graph_walk_members(walk), 4 * size))
            if size < 0:
                raise MemoryError
        finally:
            self.lib.graph_walk_free(walk)

    @staticmethod
    def _part(part: PartArrays) -> Any:
        return ct.byref(_Part(
            address(part.offsets), address(part.targets), address(part.states), address(part.steps), part.edges,
            int(part.whole), address(part.mark), address(part.cut), address(part.cut_own),
        ))  # fmt: skip

    def some_node(self, part: PartArrays, nodes: array[int], truth: bytes | bytearray) -> bool:
        return bool(self.lib.graph_some_node(self._part(part), address(nodes), len(nodes), address(truth)))

    def some_edge(self, part: PartArrays, nodes: array[int], on: bytes, own: bytes) -> bool:
        return bool(self.lib.graph_some_edge(self._part(part), address(nodes), len(nodes), address(on), address(own)))

    def cut_edges(self, part: PartArrays, nodes: array[int], on: bytes, own: bytes, truth: bool) -> None:
        assert part.cut is not None and part.cut_own is not None
        self.lib.graph_cut(self._part(part), address(nodes), len(nodes), address(on), address(own), int(truth))

    def tidy(self, offsets: array[int], targets: array[int], loops: bool) -> None:
        kept = self.lib.graph_tidy(crew(), address(offsets), address(targets), len(offsets) - 1, int(loops))
        if kept < 0:
            raise MemoryError
        del targets[kept:]

    def leaving(self, offsets: array[int]) -> bytes:
        out = bytearray(len(offsets) - 1)
        self.lib.graph_leaving(address(offsets), len(out), address(out))
        return bytes(out)

    def out_of(self, offsets: array[int], nodes: bytes | bytearray) -> bytes:
        out = bytearray((offsets[-1] + 7) // 8)
        self.lib.graph_out_of(address(offsets), len(offsets) - 1, address(nodes), address(out))
        return bytes(out)

    def combined(self, op: str, parts: Sequence[bytes], size: int, unit: int) -> bytes:
        into = bytearray(size) if op == "or" else bytearray(bytes([unit])) * size
        for part in parts:
            self.lib.graph_combine(address(into), address(part), size, _COMBINE[op])
        return bytes(into)

    def reach(self, offsets: array[int], targets: array[int], places: Sequence[Place], first: array[int]) -> None:
        made = self._places(places)
        graph = (crew(), address(offsets), address(targets), made, len(places))
        if self.lib.graph_reach(*graph, address(first), len(first)):
            raise MemoryError

    def reach_whole(
        self, offsets: array[int], targets: array[int], places: Sequence[Place], at: array[int], states: int
    ) -> None:
        graph = (crew(), address(offsets), address(targets), self._places(places), len(places))
        whole = int(states == len(offsets) - 1)
        if self.lib.graph_reach_whole(*graph, address(at), len(at), states, whole):
            raise MemoryError

    @staticmethod
    def _places(places: Sequence[Place]) -> Any:
        return (_Place * max(1, len(places)))(*[
            _Place(address(p.here), address(p.on), address(p.own), address(p.mark), address(p.ahead), len(p.ahead), 0)
            for p in places
        ])  # fmt: skip

    def levels(
        self, offsets: array[int], targets: array[int], places: Sequence[Place], first: array[int],
        goals: bytearray, came: array[int],
    ) -> list[int]:  # fmt: skip
        hits = array("q", bytes(8 * HITS_MAX))
        count = self.lib.graph_levels(
            address(offsets), address(targets), self._places(places), len(places), address(first), len(first),
            address(goals), address(came), address(hits), HITS_MAX,
        )  # fmt: skip
        if count < 0:
            raise MemoryError
        return list(hits[:count])

    def way(
        self, part: PartArrays, inside: bytearray, start: int, on: bytes, own: bytes, goal: int, came: array[int]
    ) -> int:
        last: int = self.lib.graph_way(
            self._part(part), address(inside), start, address(on), address(own), goal, address(came)
        )
        if last == NO_MEMORY:
            raise MemoryError
        return last


Loops = PythonLoops | CompiledLoops


@cache
def library() -> Any:
    """The shared library, or None where it was not built."""
    lib = library_of("_graph")
    if lib is None:
        return None
    pointer, count = ct.c_void_p, ct.c_int64
    for name, result, arguments in (
        ("graph_walk", pointer, (pointer, pointer, pointer, count, pointer, pointer, ct.c_int)),
        ("graph_walk_next", count, (pointer,)),
        ("graph_walk_members", pointer, (pointer,)),
        ("graph_walk_free", None, (pointer,)),
        ("graph_some_node", ct.c_int, (pointer, pointer, count, pointer)),
        ("graph_some_edge", ct.c_int, (pointer, pointer, count, pointer, pointer)),
        ("graph_cut", None, (pointer, pointer, count, pointer, pointer, ct.c_int)),
        ("graph_combine", None, (pointer, pointer, count, ct.c_int)),
        ("graph_tidy", count, (pointer, pointer, pointer, count, ct.c_int)),
        ("graph_leaving", None, (pointer, count, pointer)),
        ("graph_out_of", None, (pointer, count, pointer, pointer)),
        ("graph_levels", count, (*[pointer] * 3, count, pointer, count, *[pointer] * 3, count)),
        ("graph_way", count, (pointer, pointer, ct.c_int32, pointer, pointer, ct.c_int32, pointer)),
        ("graph_reach", ct.c_int, (*[pointer] * 4, count, pointer, count)),
        ("graph_reach_whole", ct.c_int, (*[pointer] * 4, count, pointer, ct.c_int32, count, ct.c_int)),
        ("graph_crew", pointer, (ct.c_int32, count)),
        ("graph_crew_jobs", count, (pointer,)),
        ("graph_crew_free", None, (pointer,)),
    ):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    return lib


def chosen() -> Loops:
    """The compiled loops if there are any."""
    lib = library()
    return PythonLoops() if lib is None else CompiledLoops(lib)
