"""How evenly a ring divides the keys, against the number of virtual nodes: figures, and a picture of them.

The load of a node is how many keys it has as their first owner, in shares: 1 is what it should have. With one position
a node the largest load of n nodes is about ln n; with many it comes close to 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pyimpl.hashing.loads import BoundedLoads
from pyimpl.hashing.ring import Ring

POINTS = (1, 2, 4, 8, 16, 32, 64, 128)
WIDTH, HEIGHT, EDGE = 480, 300, 44


def loads(points: int, nodes: int = 10, keys: int = 2000) -> tuple[float, float]:
    """The smallest and the largest load, in shares, of `nodes` nodes with `points` positions each."""
    names = [f"node-{i}" for i in range(nodes)]
    ring, members = Ring(names, points), frozenset(names)
    counts = Counter(ring.owners(f"key-{i}", 1, members)[0] for i in range(keys))
    return min(counts[n] for n in names) * nodes / keys, max(counts[n] for n in names) * nodes / keys


def bounded_load(points: int, excess: float, nodes: int = 10, keys: int = 2000) -> float:
    """The largest load, in shares, with bounded loads."""
    names = [f"node-{i}" for i in range(nodes)]
    placed = BoundedLoads(Ring(names, points), names, excess)
    placed.add(*(f"key-{i}" for i in range(keys)))
    return max(Counter(placed.where.values()).values()) * nodes / keys


def balance(points: Sequence[int] = POINTS, nodes: int = 10, keys: int = 2000) -> str:
    """An SVG picture: smallest and largest load for each number of positions in `points` (rising)."""
    figures = [loads(p, nodes, keys) for p in points]
    top = max(2.0, *(high for _, high in figures))

    def x(i: int) -> float:
        return EDGE + i * (WIDTH - 2 * EDGE) / max(1, len(points) - 1)

    def y(load: float) -> float:
        return HEIGHT - EDGE - load * (HEIGHT - 2 * EDGE) / top

    def line(values: Sequence[float], colour: str) -> str:
        at = " ".join(f"{x(i):.1f},{y(v):.1f}" for i, v in enumerate(values))
        return f'<polyline points="{at}" fill="none" stroke="{colour}" stroke-width="2"/>'

    def text(left: float, low: float, words: str) -> str:
        return f'<text x="{left:.1f}" y="{low:.1f}" text-anchor="middle">{words}</text>'

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        'font-size="12">',
        f"<title>Smallest and largest load of {nodes} nodes, in shares of {keys} keys</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<line x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{y(1):.1f}" y2="{y(1):.1f}" stroke="gray" stroke-dasharray="4"/>',
        line([high for _, high in figures], "#b22"),
        line([low for low, _ in figures], "#26b"),
        *(text(x(i), HEIGHT - EDGE + 18, str(p)) for i, p in enumerate(points)),
        text(WIDTH / 2, HEIGHT - 8, "virtual nodes of each node"),
        *(text(EDGE / 2, y(load) + 4, str(load)) for load in range(int(top) + 1)),
        text(WIDTH / 2, EDGE / 2, "largest (red) and smallest (blue) load; 1 is a fair share"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"
