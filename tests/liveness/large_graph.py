"""Run as a program: liveness on a made graph of 10 million steps; prints what was found, seconds and peak megabytes.

The graph: a ring of STATES states, each with steps to the next four and a jump back to half its number, so that it is
one strongly connected component; the last tenth has no way back. Every state between p (1 modulo 3) and q (2 modulo 3).

`large_graph.py STATES WAY`: with the way `vectors` atoms are known everywhere, with `closures` they are called one by
one; `python-…` runs the loops in Python instead of the compiled ones.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from array import array
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from modelcheck.core import graph as loops
from modelcheck.explore.graph import Graph
from modelcheck.explore.liveness import Emptiness, Truths
from modelcheck.explore.ltl import goals, normal
from modelcheck.ir import temporal as tl

STATES = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
WAY = sys.argv[2] if len(sys.argv) > 2 else "vectors"
LAST = STATES - STATES // 10


def peak_mb() -> int:
    status = Path("/proc/self/status")
    if status.exists():  # of this program alone; `ru_maxrss` may be that of the process it was started from
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if "VmHWM" in line) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def made_graph() -> Graph:
    """As a search with tables hands it over: repeats and steps from a state to itself included."""
    offsets, targets = array("q", [0]), array("i")
    for s in range(STATES):
        last = STATES - 1
        targets.extend((min(s + 1, last), min(s + 2, last), min(s + 3, last), min(s + 4, last)))
        targets.append(s // 2 if s < LAST else min(s + 7, last))
        offsets.append(len(targets))
    return Graph.of([0], offsets, targets)


class Vectors:
    """The truth of all atoms, computed at once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def states(self, atom: tl.Atom) -> bytes:
        test = atom.formula
        return bytes(test(s, s) for s in range(STATES))  # type: ignore[operator]

    def steps(self, atom: tl.Atom) -> tuple[bytes, bytes]:
        test, graph, on = atom.formula, self.graph, bytearray((self.graph.edges() + 7) // 8)
        for s in range(STATES):
            for e in range(graph.offsets[s], graph.offsets[s + 1]):
                if test(s, graph.targets[e]):  # type: ignore[operator]
                    on[e >> 3] |= 1 << (e & 7)
        return bytes(on), self.states(atom)


def state(test: object) -> tl.Atom:
    return tl.Atom(test, False, "state", None)  # type: ignore[arg-type]


def step(test: object) -> tl.Atom:
    return tl.Atom(test, True, "step", None)  # type: ignore[arg-type]


def formulas() -> dict[str, tl.Temporal]:
    """What a behavior shall satisfy: a violated property each, under fairness."""
    enabled = state(lambda s, _: s != STATES - 1)
    moves = tl.Fair("WF", enabled, step(lambda s, t: s != t), "moves", None)
    jump = step(lambda s, t: t == s // 2 and s % 1000 == 999)
    near = state(lambda s, _: s % 1000 == 999 and s < LAST)
    strong = tl.Fair("SF", near, jump, "jumps", None)
    p, q = state(lambda s, _: s % 3 == 1), state(lambda s, _: s % 3 == 2)
    end = state(lambda s, _: s >= LAST)
    never = step(lambda s, t: s % 1000 == 998)
    return {
        "weak": tl.All((moves, tl.Always(tl.Not(p)))),  # a way through states that are not p
        "strong": tl.All((moves, strong, tl.Eventually(tl.Always(tl.Not(end))))),
        "leads to": tl.All((moves, strong, tl.Eventually(tl.All((p, tl.Always(tl.Not(q))))))),
        "nothing": tl.All((strong, tl.Always(tl.Eventually(near)), tl.Eventually(tl.Always(tl.Not(jump))))),
        "over steps": tl.All((moves, strong, tl.Eventually(tl.Always(tl.Not(never))), tl.Always(tl.Eventually(jump)))),
    }


def main() -> None:
    if WAY.startswith("python"):
        loops.library = lambda: None  # type: ignore[assignment]
    began = time.monotonic()
    graph = made_graph()
    out: dict[str, object] = {
        "states": STATES, "steps": graph.edges(), "graph": [peak_mb(), round(time.monotonic() - began, 1)]
    }  # fmt: skip
    for name, formula in formulas().items():
        known = Vectors(graph) if WAY.endswith("vectors") else None
        truths = Truths(graph, range(STATES), lambda atom: atom.formula, None, known)  # type: ignore
        goals_ = goals(normal(formula))
        began = time.monotonic()
        if known is not None:  # the time to make vectors is the caller's
            for goal in goals_:
                for prop in [*goal.often, *goal.finally_always, *(p for pair in goal.pairs for p in pair)]:
                    truths.step_vectors(prop)
        vectors_s, began, found = round(time.monotonic() - began, 1), time.monotonic(), None
        for goal in goals_:
            found = found or Emptiness(truths, goal, ParentOf()).find()  # type: ignore[arg-type]
        about = None if found is None else [len(found.stem), len(found.cycle)]
        out[name] = [about, round(time.monotonic() - began, 1), vectors_s, peak_mb()]
    out["peak_mb"] = peak_mb()
    print(json.dumps(out))


class ParentOf:
    """Where each state was first reached from."""

    def __getitem__(self, s: int) -> int:
        return max(s - 4, 0) if s else -1


if __name__ == "__main__":
    main()
