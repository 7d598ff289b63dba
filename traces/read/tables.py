"""The parts of a page that are no text of the pair: variables, models and properties, faulty twins, traces."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from traces.read.diagram import diagram
from traces.read.facts import ModelFact, Sample
from traces.read.pair import Pair
from traces.read.spectext import anchor
from traces.read.steps import StepOf, steps_of


def _section(name: str, title: str, inner: str) -> str:
    return f'<section id="{name}" aria-labelledby="{name}-h">\n<h2 id="{name}-h">{title}</h2>\n{inner}\n</section>'


def _table(heads: list[str], rows: list[list[str]], numbers: frozenset[int] = frozenset()) -> str:
    """Cells are HTML; the first of each row is its heading."""

    def cell(tag: str, i: int, text: str, scope: str = "") -> str:
        css = ' class="number"' if i in numbers else ""
        return f"<{tag}{css}{scope}>{text}</{tag}>"

    head = "".join(cell("th", i, text, ' scope="col"') for i, text in enumerate(heads))
    body = "\n".join(
        "<tr>"
        + "".join(cell("th" if i == 0 else "td", i, c, ' scope="row"' if i == 0 else "") for i, c in enumerate(row))
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="table"><table>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


# ---- variables ----


def variables_section(pair: Pair) -> str:
    """Spec variable, meaning, Python, JSON."""
    rows = []
    for v in pair.variables:
        name = f'<a href="#{anchor(pair.spec.name, v.name)}"><code>{v.name}</code></a>'
        python = escape(v.python)
        for text, place in sorted(v.places, key=lambda p: -len(p[0])):
            python = python.replace(text, f'<a href="#{place}"><code>{text}</code></a>', 1)
        rows.append([name, escape(v.meaning), python, escape(v.json)])
    note = ""
    if pair.protocol.environment:
        moves = ", ".join(
            f'<a href="#action-{e.action}"><code>{e.action}</code></a> (a {e.role.__name__}’s {e.move})'
            for e in pair.protocol.environment
        )
        note = f"<p>Moves of the simulator that the spec has as actions: {moves}.</p>"
    return _section(
        "variables", "Variables", _table(["in the spec", "meaning", "in Python", "in a trace"], rows) + note
    )


# ---- models ----


def models_section(pair: Pair, models: tuple[ModelFact, ...]) -> str:
    """Invariants and properties with their verdicts, and the models that gave them."""
    sound = [m for m in models if not m.entry.broken]
    checked = sum(m.checked for m in models)
    source = (
        f"{checked} of {len(models)} models were checked to write this page; the others, which take long, stand as "
        "the manifest states."
        if checked
        else "As <code>specs/manifest.toml</code> states, which <code>tlapair verify</code> holds true."
    )
    rows = [
        [
            f"<code>{m.entry.name}</code>", escape(m.entry.about or ""), _verdict(m),
            f"{m.distinct:,}" if m.distinct is not None else "", f"{m.generated:,}" if m.generated is not None else "",
            str(m.depth) if m.depth is not None else "",
        ]
        for m in sound
    ]  # fmt: skip
    models_table = _table(
        ["model", "what it is", "verdict", "states", "generated", "depth"], rows, frozenset({3, 4, 5})
    )
    return _section("models", "Models and properties", f"<p>{source}</p>\n{_properties(pair, models)}\n{models_table}")


def _verdict(m: ModelFact) -> str:
    stated = m.verdict == m.entry.verdict and (m.entry.property_name in (None, m.property_name))
    words = m.verdict if m.property_name is None else f"{m.property_name} violated"
    if m.entry.slow:
        words += " (takes long)"
    return (
        f'<span class="good">{escape(words)}</span>'
        if stated
        else f'<span class="bad">{escape(words)}, and the manifest states {escape(m.entry.verdict)}</span>'
    )


def _properties(pair: Pair, models: tuple[ModelFact, ...]) -> str:
    """Every invariant and property that some model of the spec has checked, in the spec's order."""
    names = {u.name for u in pair.spec.units if u.name}
    order = [u.name for u in pair.spec.units if u.name]
    asked = sorted({n for m in models for n in m.names if n in names}, key=order.index)
    rows = []
    for name in asked:
        caught = [m.entry.name for m in models if m.entry.broken and m.property_name == name]
        verdict = _of_property(name, [m for m in models if not m.entry.broken])
        rows.append(
            [
                f'<a href="#{anchor(pair.spec.name, name)}"><code>{name}</code></a>',
                escape(comment(pair, name)),
                verdict,
                ", ".join(f"<code>{escape(c)}</code>" for c in caught),
            ]
        )
    return _table(["property", "what the spec says of it", "verdict", "caught by it"], rows)


def _of_property(name: str, sound: list[ModelFact]) -> str:
    """Where it holds, and where it is violated, which is as stated where the manifest states it."""
    holds = sum(name in m.names and m.verdict == "holds" for m in sound)
    violated = [m for m in sound if m.property_name == name]
    parts = []
    if holds:
        parts.append(f'<span class="good">holds</span> in {holds} model{"s" if holds != 1 else ""}')
    for m in violated:
        stated = m.entry.verdict == m.verdict and m.entry.property_name == name
        words = f"violated in {escape(m.entry.name)}"
        parts.append(f"{words}, as stated" if stated else f'<span class="bad">{words}</span>')
    return "; ".join(parts) or '<span class="soft">in broken siblings only</span>'


def comment(pair: Pair, name: str) -> str:
    """The comment above a definition, as one line."""
    unit = pair.spec.definition(name)
    if unit is None:
        return ""
    words: list[str] = []
    for line in range(unit.head - 1, unit.first - 1, -1):
        text = pair.spec.marked.plain(line).strip()
        if text.startswith("\\*"):
            words.insert(0, text[2:].strip())
        elif text.startswith("(*") and text.endswith("*)"):
            if text.strip("(*)"):
                words.insert(0, text[2:-2].strip())
        else:
            break
    return " ".join(words)


# ---- twins ----


def twins_section(pair: Pair, models: tuple[ModelFact, ...], samples: tuple[Sample, ...]) -> str:
    """One mistake each, in the spec and in the Python."""
    rows = []
    for mutant in pair.protocol.mutants:
        model = next((m for m in models if m.entry.broken and m.entry.name == mutant.name), None)
        place = next(
            (p.anchor for c in pair.codes if c.stem == "broken" for p in c.parts if p.name == mutant.name), None
        )
        name = f"<code>{mutant.name}</code>"
        sample = next((s for s in samples if s.name.endswith(f"-{mutant.name}")), None)
        in_spec = ""
        if model is not None and model.property_name is not None:
            length = f" in {model.entry.length} states" if model.entry.length else ""
            in_spec = f"violates <code>{escape(model.property_name)}</code>{length}"
        trace = f'<a href="#trace-{sample.name}">event {sample.rejected_at}</a>' if sample is not None else ""
        rows.append([f'<a href="#{place}">{name}</a>' if place else name, escape(mutant.what), in_spec, trace])
    inner = (
        "<p>Implementations with one mistake each, twins of broken specs: the checker finds the one, the traces give "
        "the other away.</p>\n"
    )
    return _section(
        "twins", "Faulty twins", inner + _table(["twin", "mistake", "its spec", "sample trace breaks at"], rows)
    )


# ---- traces ----


def traces_section(pair: Pair, samples: tuple[Sample, ...]) -> str:
    """Each sample trace: verdict, sequence diagram, events in words."""
    inner = "\n".join(_trace(pair, sample) for sample in samples)
    head = (
        "<p>Recorded in the simulator. Time runs downwards; a dot is an event, an arrow the news of an earlier one.</p>"
    )
    return _section("traces", "Traces", f"{head}\n{inner}")


def _trace(pair: Pair, sample: Sample) -> str:
    steps = steps_of(sample.trace)
    nodes = [n for n in pair.protocol.nodes if any(s.node == n for s in steps)]
    header = sample.trace.header
    about = [f"seed {header.seed}" if header.seed is not None else "",
             f"faults: {', '.join(header.faults)}" if header.faults else "no faults",
             f"faulty twin {header.faulty}" if header.faulty else "", str(header.data.get("note") or "")]  # fmt: skip
    verdict = (
        '<span class="good">a behavior of the spec</span>'
        if sample.accepted
        else f'<span class="bad">no behavior of the spec: event {sample.rejected_at} has no explanation</span>'
    )
    why = (
        ""
        if sample.accepted
        else (
            f"<details><summary>Why: the message of <code>tlapair validate</code></summary>\n"
            f'<pre class="why" tabindex="0">{escape(sample.why, quote=False)}</pre></details>'
        )
    )
    return "\n".join(
        part for part in (
            f'<article class="trace" id="trace-{sample.name}" aria-labelledby="trace-{sample.name}-h">',
            f'<h3 id="trace-{sample.name}-h">{sample.name}</h3>',
            f'<p class="verdict">{len(steps)} events, {verdict}. '
            f'<span class="soft">{escape("; ".join(a for a in about if a))}.</span></p>',
            why,
            f'<div class="picture" tabindex="0" role="region" aria-label="Sequence diagram of {sample.name}">',
            diagram(f"d-{sample.name}", steps, nodes, sample.rejected_at),
            "</div>",
            "<details><summary>The events in words</summary>",
            f'<ol class="steps">\n{"".join(_events(pair, steps))}</ol>',
            "</details>",
            "</article>",
        ) if part
    )  # fmt: skip


def _events(pair: Pair, steps: tuple[StepOf, ...]) -> Iterator[str]:
    for step in steps:
        arguments = ", ".join(f"{name} = {value}" for name, value in step.arguments)
        known = step.action in pair.actions
        name = f'<a href="#action-{step.action}">{escape(step.action)}</a>' if known else escape(step.action)
        call = f"<code>{name}{escape(f'({arguments})') if arguments else ''}</code>"
        when = f", {step.time_ms} ms" if step.time_ms is not None else ""
        changes = (
            "".join(
                f'<li><a href="#{anchor(pair.spec.name, c.variable)}">{escape(c.variable)}</a>{escape(c.text)}</li>'
                for c in step.changes
            )
            or "<li>nothing changes</li>"
        )
        yield (
            f'<li data-action="{escape(step.action)}">{call} <span class="soft">by {escape(step.node)}{when}</span>'
            f"<ul>{changes}</ul></li>\n"
        )
