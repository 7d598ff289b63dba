"""Run as a program: liveness on a made graph of 10 million steps; prints what was found, seconds and peak megabytes.

The graph: a ring of STATES states in chunks, each state with steps to the next four and back by a jump, so that it is
one strongly connected component; the last tenth has no way back.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from modelcheck.explore.graph import Graph
from modelcheck.explore.liveness import Emptiness, Truths
from modelcheck.explore.ltl import goals, normal
from modelcheck.ir import temporal as tl

STATES = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
LAST = STATES - STATES // 10


def made_graph() -> Graph:
    graph = Graph()
    graph.initial = [0]
    for s in range(STATES):
        near = [s + i for i in range(1, 5) if s + i < STATES]
        graph.add([*near, s // 2 if s < LAST else min(s + 7, STATES - 1)])
    return graph


def state(test: object) -> tl.Atom:
    return tl.Atom(test, False, "state", None)  # type: ignore[arg-type]


def step(test: object) -> tl.Atom:
    return tl.Atom(test, True, "step", None)  # type: ignore[arg-type]


def main() -> None:
    graph = made_graph()
    graph_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    truths = Truths(graph, range(STATES), lambda atom: atom.formula)  # type: ignore[arg-type, return-value]
    enabled = state(lambda s, _: s != STATES - 1)
    moves = tl.Fair("WF", enabled, step(lambda s, t: s != t), "moves", None)
    jump = step(lambda s, t: t == s // 2 and s % 1000 == 999)
    strong = tl.Fair("SF", state(lambda s, _: s % 1000 == 999 and s < LAST), jump, "jumps", None)
    p, q = state(lambda s, _: s % 3 == 1), state(lambda s, _: s % 3 == 2)
    end = state(lambda s, _: s >= LAST)
    cases = {
        "weak": tl.All((moves, tl.Always(tl.Not(p)))),  # a stem through states that are not p
        "strong": tl.All((moves, strong, tl.Eventually(tl.Always(tl.Not(end))))),
        "leads to": tl.All((moves, strong, tl.Eventually(tl.All((p, tl.Always(tl.Not(q))))))),
    }
    out: dict[str, object] = {"states": STATES, "steps": graph.edges(), "graph_mb": graph_mb}
    parents = ParentOf()
    for name, formula in cases.items():
        began, found = time.monotonic(), None
        for goal in goals(normal(formula)):
            found = found or Emptiness(truths, goal, parents).find()  # type: ignore[arg-type]
        about = None if found is None else [len(found.stem), len(found.cycle)]
        out[name] = [about, round(time.monotonic() - began, 1)]
    out["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(out))


class ParentOf:
    """Where each state was first reached from."""

    def __getitem__(self, s: int) -> int:
        return max(s - 4, 0) if s else -1


if __name__ == "__main__":
    main()
