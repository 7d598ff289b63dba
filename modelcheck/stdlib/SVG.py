"""The text of a drawing, and the places of nodes on a circle. Layout of arbitrary graphs is refused (E011)."""

from __future__ import annotations

import math
from xml.sax.saxutils import escape, quoteattr

from modelcheck.errors import EvalError
from modelcheck.stdlib.CSV import plain_text
from modelcheck.stdlib.registry import function, integer, override, refuse, sequence, string
from modelcheck.values import Fn, Value, apply, make_record, pairs_in_order


def element_text(elem: Value) -> str:
    """`<name attr="..">text and children</name>`."""
    function("SVGElemToString", elem)
    name = string("SVGElemToString", apply(elem, "name"))
    attrs = pairs_in_order(function("SVGElemToString", apply(elem, "attrs")))
    children = sequence("SVGElemToString", apply(elem, "children"))
    opened = "".join([f" {key}={quoteattr(plain_text(value))}" for key, value in attrs])
    inner = escape(plain_text(apply(elem, "innerText"))) + "".join([element_text(child) for child in children])
    return f"<{name}{opened}>{inner}</{name}>"


@override("SVG", "SVGElemToString")
def svg_elem_to_string(elem: Value) -> str:
    return element_text(elem)


@override("SVG", "NodeOfRingNetwork")
def node_of_ring_network(cx: Value, cy: Value, r: Value, n: Value, m: Value) -> Fn:
    name = "NodeOfRingNetwork"
    if integer(name, m) <= 0:
        raise EvalError("E014", f"{name}: a ring of {m} nodes has no places")
    angle = 2 * math.pi / m * integer(name, n)
    x = integer(name, cx) + integer(name, r) * math.cos(angle)
    y = integer(name, cy) + r * math.sin(angle)
    return make_record(["x", "y"], [int(x), int(y)])


@override("SVG", "NodesOfDirectedMultiGraph")
def nodes_of_directed_multi_graph(nodes: Value, edges: Value, options: Value) -> Value:
    raise refuse("NodesOfDirectedMultiGraph", "is not provided")
