"""The pages as text: gather what a page shows, and have it drawn."""

from __future__ import annotations

from html import escape

from pyimpl.kernel.protocol import Protocol
from traces import pairs
from traces.manifest import read_manifest
from traces.places import specs_folder
from traces.read.facts import coverage, known, model_facts, samples
from traces.read.layout import Page, document, draw
from traces.read.pair import pair_of

RUNS = 10
"""How many runs are made for a page."""


def page(name: str, *, runs: int = RUNS, check: bool = False) -> str:
    """The page of a protocol. `runs`: simulated runs that colour the margins; `check`: check the models now.

    Raises TlaError T013 (no such protocol), T030, T031, and those of reading specs and traces.
    """
    known(name)
    pair = pair_of(pairs.protocol(name))
    models = model_facts(name, check=check)
    kept = samples(name)
    covered = coverage(pair.protocol, kept, runs)
    return draw(Page(pair, models, kept, covered, pairs.names()))


def index() -> str:
    """A page that leads to the pages of all protocols, which lie beside it as NAME.html."""
    rows = "\n".join(_row(pairs.protocol(name)) for name in pairs.names())
    body = (
        '<header class="top"><h1>Protocols, twice</h1>\n'
        "<p>Each as a spec in TLA+ and as an implementation in Python, side by side.</p></header>\n<main>\n"
        '<div class="wide" tabindex="0" role="region" aria-label="table"><table>\n'
        '<thead><tr><th scope="col">protocol</th>'
        '<th scope="col">in a sentence</th><th scope="col">actions</th><th scope="col">variables</th>'
        '<th scope="col">models</th><th scope="col">broken siblings</th><th scope="col">nodes</th></tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody></table></div>\n</main>\n<footer><p>Written by tlapair read.</p></footer>"
    )
    return document("tlapair: specs and Python side by side", body, script=False)


def _row(protocol: Protocol) -> str:
    entries = [e for e in read_manifest() if e.protocol == protocol.name]
    roles = ", ".join(dict.fromkeys(cls.role for cls in protocol.nodes.values()))
    broken = sum(e.broken for e in entries)
    path = specs_folder() / protocol.spec
    actions = len(protocol.actions()) + len({e.action for e in protocol.environment})
    cells = [
        escape(sentence(path.read_text(encoding="utf-8"))),
        str(actions),
        str(len(protocol.mapping.variables)),
        str(len(entries) - broken),
        str(broken),
        escape(roles),
    ]
    link = f'<a href="{protocol.name}.html">{escape(path.stem)}</a>'
    rest = "".join(f"<td{' class=number' if text.isdigit() else ''}>{text}</td>" for text in cells)
    return f'<tr><th scope="row">{link}</th>{rest}</tr>'


def sentence(text: str) -> str:
    """The first sentence of the first box of a spec."""
    words: list[str] = []
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith("(*") and stripped.endswith("*)"):
            inner = stripped[2:-2].strip().strip("*").strip()
            if not inner and words:
                break
            words += [inner] if inner else []
    whole = " ".join(words)
    end = whole.find(". ")
    return whole[: end + 1] if end >= 0 else whole
