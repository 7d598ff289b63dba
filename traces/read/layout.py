"""A pair and what was found out about it, drawn as a page: sections, rows, tables. No decision is made here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from traces.read.bands import NAMES
from traces.read.codetext import CodeText, executable_lines
from traces.read.facts import Coverage, ModelFact, Sample
from traces.read.pair import ActionRow, Counterpart, Pair
from traces.read.pieces import block
from traces.read.spectext import SpecText, Unit, anchor
from traces.read.tables import models_section, traces_section, twins_section, variables_section

Colour = Callable[[int], str]


@dataclass(frozen=True)
class Page:
    """All that a page shows."""

    pair: Pair
    models: tuple[ModelFact, ...]
    samples: tuple[Sample, ...]
    coverage: Coverage
    names: tuple[str, ...]
    """All pairs, for the way to the others."""


@cache
def asset(name: str) -> str:
    """A file of this folder that goes into each page as it is."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def document(title: str, body: str, *, script: bool = True) -> str:
    """A whole page, in which everything is that it needs."""
    run = f"<script>\n{asset('page.js')}</script>\n" if script else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(title)}</title>\n<link rel="icon" href="data:,">\n<style>\n{asset("page.css")}</style>\n'
        f"</head>\n<body>\n{body}\n{run}</body>\n</html>\n"
    )


def shade(count: int) -> str:
    """The class of a margin: never, less than ten times, less than a hundred, more."""
    return "c0" if count == 0 else "c1" if count < 10 else "c2" if count < 100 else "c3"


def draw(page: Page) -> str:
    """The page's HTML."""
    pair = page.pair
    rest = list(_rest(page))
    used = list(_modules(pair))
    body = [
        '<a class="skip" href="#text">to the spec and the Python</a>',
        _top(page, bool(used)),
        "<main>",
        variables_section(pair),
        _text_section(page),
        models_section(pair, page.models),
        twins_section(pair, page.models, page.samples),
        traces_section(pair, page.samples),
        _section("rest", "The rest of the Python", rest),
        _section("modules", "The modules that the spec uses", used) if used else "",
        "</main>",
        f"<footer><p>{pair.spec.path}, pyimpl/{pair.protocol.name}/. Written by tlapair read.</p></footer>",
    ]
    return document(f"{pair.title}: spec and Python", "\n".join(part for part in body if part))


def _section(name: str, title: str, parts: Sequence[str]) -> str:
    inner = "\n".join(parts)
    return f'<section id="{name}" aria-labelledby="{name}-h">\n<h2 id="{name}-h">{title}</h2>\n{inner}\n</section>'


# ---- the top ----


def _top(page: Page, modules: bool) -> str:
    pair = page.pair
    sections = [("variables", "Variables"), ("text", "Spec and Python"), ("models", "Models and properties"),
                ("twins", "Faulty twins"), ("traces", "Traces"), ("rest", "The rest of the Python")]  # fmt: skip
    sections += [("modules", "Modules used")] if modules else []
    links = "".join(f'<li><a href="#{name}">{title}</a></li>' for name, title in sections)
    actions = "".join(f'<li><a class="mono" href="#action-{name}">{name}</a></li>' for name in pair.actions)
    others = "".join(
        f'<li><a href="{name}.html"{" aria-current=page" if name == pair.protocol.name else ""}>{name}</a></li>'
        for name in page.names
    )
    return (
        f'<header class="top">\n<h1>{pair.title}</h1>\n'
        f"<p>The spec <code>{pair.spec.path}</code> beside its implementation "
        f"<code>pyimpl/{pair.protocol.name}/</code>, action by action.</p>\n"
        f'<nav aria-label="Sections"><ul>{links}</ul></nav>\n'
        f'<nav aria-label="Actions"><ul class="small">{actions}</ul></nav>\n'
        f'<nav aria-label="Other protocols"><ul class="small"><li><a href="index.html">all protocols</a></li>{others}'
        "</ul></nav>\n</header>"
    )


# ---- spec and Python ----


def _text_section(page: Page) -> str:
    pair, coverage = page.pair, page.coverage
    legend = "".join(
        f'<li><span class="l {css}">{words}</span></li>'
        for css, words in (("c3", "100 times or more"), ("c2", "10 to 99"), ("c1", "1 to 9"), ("c0", "never"))
    )
    out = [
        f"<p>Names lead to their definitions; a name where it is defined leads to its counterpart on the other side. "
        f"The colour of the margin says how often {coverage.runs} recorded runs ({coverage.events:,} events) took an "
        f'action, or went through a line of the Python:</p>\n<ul class="legend">{legend}</ul>',
        f'<div class="columns">\n<div class="row heads" aria-hidden="true"><div>{pair.spec.path}</div>'
        f"<div>pyimpl/{pair.protocol.name}/</div></div>",
        *_rows(page),
        "</div>",
    ]
    return _section("text", "Spec and Python", out)


def _rows(page: Page) -> Iterator[str]:
    """The units of the spec in order; those with nothing beside them joined to one row."""
    pair, waiting = page.pair, list[Unit]()

    def flush() -> Iterator[str]:
        lines = [line for unit in waiting for line in unit.lines]
        waiting.clear()
        left = block(pair.spec.marked, lines)
        if left:
            yield f'<div class="row"><div>{left}</div><div></div></div>'

    for unit in pair.spec.units:
        if unit.name in pair.actions:
            yield from flush()
            yield _action(page, pair.actions[unit.name])
            continue
        right = _beside(page, unit)
        if right:
            yield from flush()
            yield f'<div class="row"><div>{block(pair.spec.marked, unit.lines)}</div><div>{right}</div></div>'
        else:
            waiting.append(unit)
    yield from flush()


def _beside(page: Page, unit: Unit) -> str:
    """What stands to the right of a unit that is no action."""
    pair = page.pair
    if unit.kind == "header":
        return _docstring(pair)
    if unit.kind == "constants":
        place = next((c.part("PROTOCOL") for c in pair.codes if c.stem == "__init__"), None)
        to = f'<a href="#{place.anchor}"><code>PROTOCOL</code></a>' if place else "<code>PROTOCOL</code>"
        return f'<p class="note">The values that the implementation runs with: {to}.</p>'
    if unit.kind == "variables":
        return '<p class="note">Where the Python keeps them: <a href="#variables">Variables</a>.</p>'
    if unit.name == "Message":
        classes = sorted({(a, t.stem) for t in pair.codes for a in _message_classes(pair, t)})
        links = ", ".join(f'<a href="#{a}"><code>{a.rpartition("-")[2]}</code></a>' for a, _ in classes)
        return f'<p class="note">As classes: {links}.</p>' if links else ""
    found = pair.beside.get(unit.name)
    return code_block(page, found, found.part.lines) if found is not None else ""


def _message_classes(pair: Pair, text: CodeText) -> Iterator[str]:
    target = anchor(pair.spec.name, "Message")
    for part in text.parts:
        if part.kind == "class" and any(p.anchor == part.anchor and p.href == target for p in text.marked.pieces):
            yield part.anchor


def _docstring(pair: Pair) -> str:
    """Of the file with the first action: what the implementation says of itself."""
    method = next((row.method for row in pair.actions.values() if row.method is not None), None)
    if method is None:
        return ""
    lines = _docstring_lines(method.text)
    return _named(method.text) + block(method.text.marked, lines)


def _docstring_lines(text: CodeText) -> range:
    first = text.tree.body[0] if text.tree.body else None
    return range(1, (first.end_lineno or 1) + 1) if first is not None and first.lineno == 1 else range(0)


def _named(text: CodeText) -> str:
    return f'<p class="note mono">{text.path}</p>'


def _action(page: Page, row: ActionRow) -> str:
    pair = page.pair
    count = page.coverage.actions[row.name]
    css = shade(count)
    times = "never taken" if count == 0 else "taken once" if count == 1 else f"taken {count:,} times"
    out = [
        f'<section class="action" id="action-{row.name}" aria-labelledby="action-{row.name}-h">',
        f'<div class="title"><h3 id="action-{row.name}-h">{row.name}</h3>{_taker(pair, row)}'
        f'<span class="count"><b class="{css}">{times}</b></span></div>',
    ]
    for band, lines in enumerate(row.spec):
        code = row.code[band] if row.code else range(0)
        left = block(pair.spec.marked, lines, lambda n, first=row.unit.head: css if n >= first else "")  # type: ignore[misc]
        right = code_block(page, row.method, code) if row.method is not None else ""
        if row.environment is not None and band == 0:
            right = _environment(page, row)
        if left or right:
            what = f'<div class="what">{NAMES[band]}</div>' if NAMES[band] else ""
            out.append(f'<div class="band">{what}<div>{left}</div><div>{right}</div></div>')
    out.append("</section>")
    return "\n".join(out)


def _taker(pair: Pair, row: ActionRow) -> str:
    links = f'<a href="#{anchor(pair.spec.name, row.name)}">spec</a>'
    if row.method is not None and row.environment is None:
        part = row.method.part
        links += (
            f' <a href="#{part.anchor}"><code>{part.name}</code></a> <span class="soft">{row.method.text.path}</span>'
        )
    return f"<span>{links}</span>"


def _environment(page: Page, row: ActionRow) -> str:
    """A move of the world: what does it, and what a node then is."""
    assert row.environment is not None
    role = row.environment.role.__name__
    note = (
        f'<p class="note">No method: the simulator does it to a <code>{role}</code> (move '
        f"<code>{row.environment.move}</code>)."
    )
    if row.method is not None:
        note += f' What it is afterwards: <a href="#{row.method.part.anchor}"><code>{row.method.part.name}</code></a>.'
    return note + "</p>"


def code_block(page: Page, where: Counterpart | None, lines: range) -> str:
    """Lines of Python with their margins."""
    if where is None:
        return ""
    return block(where.text.marked, lines, _margin(page, where.text))


def _margin(page: Page, text: CodeText) -> Colour:
    counts = page.coverage.lines.get(Path(text.path).name)
    executable = executable_lines(text) if text.stem not in ("broken", "plot") else frozenset[int]()

    def colour(line: int) -> str:
        if line not in executable:
            return ""
        return shade(counts[line]) if counts is not None else "c0"

    return colour


# ---- what is left ----


def shown_lines(pair: Pair) -> dict[str, set[int]]:
    """By file: the lines of Python that stand beside the spec."""
    out: dict[str, set[int]] = {text.path: set() for text in pair.codes}
    for row in pair.actions.values():
        if row.method is not None and row.environment is None:
            out[row.method.text.path].update(row.method.part.lines)
    for found in pair.beside.values():
        out[found.text.path].update(found.part.lines)
    method = next((row.method for row in pair.actions.values() if row.method is not None), None)
    if method is not None:
        out[method.text.path].update(_docstring_lines(method.text))
    return out


def _rest(page: Page) -> Iterator[str]:
    """Every file, without what stands beside the spec: each line of the Python is on the page once."""
    shown = shown_lines(page.pair)
    yield (
        "<p>What decides which action is taken, and what several of them need. Lines that stand beside the spec are "
        "left out here.</p>"
    )
    for text in page.pair.codes:
        lines = [n for n in range(1, text.marked.count + 1) if n not in shown[text.path]]
        inner = "".join(block(text.marked, run, _margin(page, text)) for run in _runs(lines))
        if inner:
            yield f'<h3 class="mono">{text.path}</h3>\n{inner}'


def _runs(lines: list[int]) -> Iterator[list[int]]:
    """Lines that follow one another, together."""
    run: list[int] = []
    for line in lines:
        if run and line != run[-1] + 1:
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _modules(pair: Pair) -> Iterator[str]:
    for text in pair.specs[1:]:
        yield f'<h3 class="mono" id="module-{text.name}">{text.path}</h3>\n{_whole(text)}'


def _whole(text: SpecText) -> str:
    return block(text.marked, range(1, text.marked.count + 1))
