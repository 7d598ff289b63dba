"""Directed graphs in the dot language: one line per node, then one per edge, in TLC's order."""

from __future__ import annotations

from modelcheck.stdlib.CSV import plain_text
from modelcheck.stdlib.registry import Operator1, function, override
from modelcheck.values import Value, apply, make_function, ordered


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@override("GraphViz", "DotDiGraph")
def dot_digraph(g: Value, node_label: Operator1, edge_label: Operator1) -> str:
    function("DotDiGraph", g)
    nodes = ordered(apply(g, "node"))
    number = make_function([(node, i) for i, node in enumerate(nodes, 1)])
    lines = [f"  {apply(number, node)} [label={_quoted(plain_text(node_label(node)))}];" for node in nodes]
    for e in ordered(apply(g, "edge")):
        start, end = apply(number, apply(e, 1)), apply(number, apply(e, 2))
        lines.append(f"  {start} -> {end} [label={_quoted(plain_text(edge_label(e)))}];")
    return "\n".join(["digraph {", *lines, "}"])
