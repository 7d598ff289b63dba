"""The state graph in a file: `.dot` for Graphviz, `.json` for networkx.

Takes a search that has ended (early, perhaps) and a path; writes every state found and every step between them. States
are numbered from 1 in order of discovery; steps to states outside the constraints are left out, and a state that was
not explored has no steps. The steps are computed again, with their actions' arguments, so no search pays for this.

The dot text is laid out as TLC's `-dump dot,actionlabels`: states labelled by their values, initial ones filled, the
states of one depth on one rank. The JSON is networkx's node-link form: `node_link_graph(data, edges="edges")`; nodes
have `label`, `initial`, `depth`, `explored` and `values` (ITF), edges `action`, `args` (ITF) and `label`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator
from pathlib import Path
from typing import Any, TextIO

from modelcheck.engine.protocol import State
from modelcheck.errors import EvalError, TlaError
from modelcheck.explore.bfs import NO_PARENT, Search
from modelcheck.records import dataclass
from modelcheck.values import pretty, show, to_itf

LABEL_MAX = 4_000  # characters of a state's label


@dataclass(frozen=True, slots=True)
class Edge:
    """A step between two states, by number from 0."""

    source: int
    target: int
    action: str
    args: tuple[tuple[str, Any], ...]

    @property
    def label(self) -> str:
        """`Send(n1, 3)`."""
        return f"{self.action}({', '.join(show(v, 60) for _, v in self.args)})" if self.args else self.action


def dump_graph(search: Search, path: Path) -> None:
    """Write the state graph. U005 when the file cannot be written."""
    writer = _writer(path)
    try:
        with path.open("w", encoding="utf-8") as out:
            writer(search, out)
    except OSError as error:
        raise TlaError("U005", f"cannot write {path}: {(error.strerror or str(error)).lower()}") from None


def check_name(path: Path) -> None:
    """Raise U001 unless the file's name says which format is wanted, U005 when there is no such folder."""
    _writer(path)
    if not path.absolute().parent.is_dir():
        raise TlaError("U005", f"cannot write {path}: there is no such folder")


def _writer(path: Path) -> Callable[[Search, TextIO], None]:
    writer = {".dot": _write_dot, ".json": _write_json}.get(path.suffix)
    if writer is None:
        raise TlaError("U001", f"--dump {path}: the name must end in .dot or .json")
    return writer


def edges(search: Search) -> Iterator[Edge]:
    """Every step between states of the search, each (target, action, arguments) of a state once."""
    identity = search.task.identity
    numbers: dict[Hashable, int] = {}
    for number, state in enumerate(search.states):
        numbers[state if identity is None else identity(state)] = number
    constraints = search.task.action_constraints
    for source, state in enumerate(search.states[: len(search.states) - search.frontier]):
        seen: set[tuple[int, int, Any]] = set()
        try:
            for step in search.engine.steps(state):
                target = numbers.get(step.target if identity is None else identity(step.target))
                if target is None or not all(p.holds(state, step.target) for p in constraints):
                    continue
                if (target, step.action, step.args) not in seen:
                    seen.add((target, step.action, step.args))
                    info = search.engine.actions[step.action]
                    yield Edge(source, target, info.name, tuple(zip(info.params, step.args, strict=True)))
        except EvalError:
            continue  # the search has ended with this error, and its verdict tells it


def depths(search: Search) -> list[int]:
    """The depth of each state, 1 for initial ones."""
    found: list[int] = []
    for parent in search.parents:
        found.append(1 if parent == NO_PARENT else found[parent] + 1)
    return found


# ---- dot ----


def _write_dot(search: Search, out: TextIO) -> None:
    out.write("digraph States {\nnode [shape=box,style=rounded]\nnodesep=0.35;\n")
    names = search.engine.variables
    for number, (state, parent) in enumerate(zip(search.states, search.parents, strict=True), 1):
        look = ",style=filled" if parent == NO_PARENT else ""
        out.write(f'{number} [label="{_escaped(state_text(names, state))}"{look}];\n')
    for edge in edges(search):
        out.write(f'{edge.source + 1} -> {edge.target + 1} [label="{_escaped(edge.label)}"];\n')
    ranks: dict[int, list[int]] = {}
    for number, depth in enumerate(depths(search), 1):
        ranks.setdefault(depth, []).append(number)
    for _, numbers in sorted(ranks.items()):
        out.write("{rank = same; " + " ".join(f"{number};" for number in numbers) + "}\n")
    out.write("}\n")


def state_text(names: tuple[str, ...], state: State) -> str:
    """A state as TLA+ text: one conjunct a line, or just `x = 1` when there is one variable."""
    pairs = [f"{name} = {pretty(value)}" for name, value in zip(names, state, strict=True)]
    text = pairs[0] if len(pairs) == 1 else "\n".join(f"/\\ {pair}" for pair in pairs)
    return text if len(text) <= LABEL_MAX else text[: LABEL_MAX - 4] + " ..."


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


# ---- JSON ----


def _write_json(search: Search, out: TextIO) -> None:
    names, explored = search.engine.variables, len(search.states) - search.frontier
    out.write('{"directed": true, "multigraph": true, "graph": {}, "nodes": [')
    for number, (state, depth) in enumerate(zip(search.states, depths(search), strict=True), 1):
        node = {
            "id": number,
            "label": state_text(names, state),
            "initial": search.parents[number - 1] == NO_PARENT,
            "depth": depth,
            "explored": number <= explored,
            "values": {name: _itf(value) for name, value in zip(names, state, strict=True)},
        }
        out.write(("," if number > 1 else "") + "\n" + json.dumps(node))
    out.write('\n], "edges": [')
    keys: dict[tuple[int, int], int] = {}
    for count, edge in enumerate(edges(search)):
        pair = edge.source + 1, edge.target + 1
        keys[pair] = key = keys.get(pair, -1) + 1
        data = {
            "source": pair[0],
            "target": pair[1],
            "key": key,
            "action": edge.action,
            "args": {name: _itf(value) for name, value in edge.args},
            "label": edge.label,
        }
        out.write(("," if count else "") + "\n" + json.dumps(data))
    out.write("\n]}\n")


def _itf(value: Any) -> Any:
    try:
        return to_itf(value)
    except EvalError:
        return {"#unserializable": show(value)}
