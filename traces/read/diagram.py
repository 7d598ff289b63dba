"""The steps of a trace as a sequence diagram: an SVG, one column a node, one row an event, time downwards.

Lines are lifelines, dots events, arrows news of an earlier event (see `steps`). Colours come from the page's style, so
that the diagram is as dark or light as the page; the list of events below it says the same in words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from traces.read.steps import StepOf

COLUMN, ROW, TOP, LEFT = 168, 24, 34, 40
LABEL_MAX = 27


def diagram(name: str, steps: Sequence[StepOf], nodes: Sequence[str], broken: int | None) -> str:
    """The SVG. `nodes` in order from the left; `broken`: the number of the event that no step explains."""
    width, height = LEFT + COLUMN * len(nodes) + 20, TOP + ROW * len(steps) + 16
    x = {node: LEFT + COLUMN * i + 12 for i, node in enumerate(nodes)}
    y = {step.number: TOP + ROW * i + 14 for i, step in enumerate(steps)}
    at = {step.number: x.get(step.node, LEFT) for step in steps}
    out = [
        f'<svg class="diagram" role="img" aria-labelledby="{name}-t" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">',
        f'<title id="{name}-t">Sequence diagram: {len(steps)} events of {len(nodes)} nodes; the list below says the '
        "same in words.</title>",
        f'<defs><marker id="{name}-head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path d="M0 0 8 4 0 8z" class="arrowhead"/></marker></defs>',
    ]
    for node in nodes:
        out.append(f'<text class="lane" x="{x[node]}" y="18">{escape(node)}</text>')
        out.append(f'<line class="life" x1="{x[node]}" y1="{TOP - 6}" x2="{x[node]}" y2="{height - 6}"/>')
    for step in steps:
        for source in step.news_of:
            out.append(_arrow(at[source], y[source], at[step.number], y[step.number], f"{name}-head", step.number))
    for step in steps:
        out.append(_event(step, at[step.number], y[step.number], step.number == broken))
    out.append("</svg>")
    return "\n".join(out)


def _arrow(x1: int, y1: int, x2: int, y2: int, head: str, number: int) -> str:
    gap = 6 if x2 > x1 else -6
    if x1 == x2:
        gap = 0
    return (
        f'<line class="news" data-to="{number}" x1="{x1}" y1="{y1}" x2="{x2 - gap}" y2="{y2}" '
        f'marker-end="url(#{head})"/>'
    )


def _event(step: StepOf, x: int, y: int, broken: bool) -> str:
    values = ", ".join(_brief(v) for i, (_, v) in enumerate(step.arguments) if not (i == 0 and v == step.node))
    label = step.action + (f"({values})" if values else "")
    shown = label if len(label) <= LABEL_MAX else label[: LABEL_MAX - 1] + "…"
    kind = "event broken" if broken else "event"
    mark = f'<path d="M{x - 5} {y - 5}l10 10m0 -10l-10 10"/>' if broken else f'<circle cx="{x}" cy="{y}" r="5"/>'
    return (
        f'<g class="{kind}" data-step="{step.number}"><text class="number" x="26" y="{y + 4}">{step.number}</text>'
        f'{mark}<text class="label" x="{x + 10}" y="{y + 4}">{escape(shown)}</text></g>'
    )


def _brief(value: str) -> str:
    """Of a message its type."""
    found = re.match(r'\[type \|-> "(\w+)"', value)
    return found[1] if found else value
