"""The result of a simulation: for a person, and as one JSON object of the schema `tlapair.simulate/1`.

Keys of the object: those of `tlapair.check/1` (see `render/json.py`) without `distinct` and `depth`, and `simulation`:
`seed`, `depth` (steps of a behavior at most), `behaviors`, `steps`, `longest`, `ended` (how behaviors ended), `actions`
(name, place, taken, tried, enabled), and, when something is wrong, `behavior` (its number, from 1) and `found_after`
(its steps; the counterexample may be shorter). A simulation that could not begin has null there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelcheck.engine.protocol import ActionInfo
from modelcheck.errors import TlaError
from modelcheck.explore.path import Behavior
from modelcheck.explore.simulate import Tally
from modelcheck.render.json import failure_as_json as check_failure_as_json
from modelcheck.render.json import verdict_as_json
from modelcheck.render.text import verdict_lines
from modelcheck.simulate import SimulationResult

SCHEMA = "tlapair.simulate/1"


def result_as_text(result: SimulationResult) -> str:
    """The verdict, how often each action was taken, and the counts; without a newline at the end."""
    lines = [*verdict_lines(result.verdict)]
    if result.number:
        lines += ["", _found(result)]
    if result.tally.steps:
        lines += ["", *action_table(result)]
    return "\n".join([*lines, "", tally_line(result)])


def _found(result: SimulationResult) -> str:
    behavior: Behavior | None = getattr(result.verdict, "behavior", None)
    shown = 0 if behavior is None else len(behavior.steps)
    text = f"Found in behavior {result.number:,} of seed {result.plan.seed}, after {_many(result.found_after, 'step')}"
    if 0 < shown <= result.found_after:
        text += f"; a shorter one of {_many(shown - 1, 'step')} is shown"
    return text + "."


def action_table(result: SimulationResult) -> Iterator[str]:
    """How often each action was taken, had its successors computed, and had any."""
    width = max([len("Action"), *(len(info.name) for info in result.actions)])
    yield f"{'Action':<{width}}  {'taken':>12} {'tried':>12} {'enabled':>12}"
    for info, taken, tried, enabled in _by_action(result):
        place = f"   at {info.span}" if info.span is not None else ""
        yield f"{info.name:<{width}}  {taken:>12,} {tried:>12,} {enabled:>12,}{place}"


def _by_action(result: SimulationResult) -> Iterator[tuple[ActionInfo, int, int, int]]:
    tally = result.tally
    return zip(result.actions, tally.taken, result.tried, tally.enabled, strict=True)


def tally_line(result: SimulationResult) -> str:
    """The numbers of the simulation on one line."""
    tally, counts, seconds = result.tally, result.verdict.counts, result.verdict.counts.seconds
    rate = ""
    if seconds >= 0.5:
        rate = f", {tally.steps / seconds:,.0f} steps/s, {tally.behaviors / seconds:,.0f} behaviors/s"
    ends = _ends(tally)
    return (
        f"{_many(tally.steps, 'step')} in {_many(tally.behaviors, 'behavior')} (seed {result.plan.seed}), longest "
        f"{tally.longest:,}{ends}, {_many(tally.generated, 'state')} generated, {seconds:.2f} s{rate}, "
        f"{counts.peak_rss_mb:,} MB."
    )


def _ends(tally: Tally) -> str:
    parts = [
        f"{number:,} {text}"
        for number, text in (
            (tally.at_depth, "cut at the depth"),
            (tally.no_successor, "ended without a successor"),
            (tally.outside, "ended at the constraints"),
        )
        if number
    ]
    return f" ({', '.join(parts)})" if parts else ""


def _many(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("" if number == 1 else "s")


def failure_as_json(error: TlaError) -> dict[str, Any]:
    """The object for a simulation that could not begin: wrong text, cfg or command line."""
    known = check_failure_as_json(error)
    known["schema"] = SCHEMA
    for key in ("distinct", "depth"):
        del known[key]
    return {**known, "simulation": None}


def result_as_json(result: SimulationResult) -> dict[str, Any]:
    """The whole result as JSON data."""
    tally, plan = result.tally, result.plan
    known = verdict_as_json(result.verdict)
    simulation: dict[str, Any] = {
        "seed": plan.seed,
        "depth": plan.depth,
        "behaviors": tally.behaviors,
        "steps": tally.steps,
        "longest": tally.longest,
        "ended": {"depth": tally.at_depth, "no_successor": tally.no_successor, "constraints": tally.outside},
        "actions": [
            {
                "name": info.name,
                "place": None if info.span is None else str(info.span),
                "taken": taken,
                "tried": tried,
                "enabled": enabled,
            }
            for info, taken, tried, enabled in _by_action(result)
        ],
    }
    if result.number:
        simulation |= {"behavior": result.number, "found_after": result.found_after}
    known["schema"] = SCHEMA
    for key in ("distinct", "depth"):
        del known[key]
    known["simulation"] = simulation
    return known


def progress_line(tally: Tally, seconds: float) -> str:
    """One line for standard error while behaviors are walked."""
    minutes, rest = divmod(int(seconds), 60)
    rate = tally.steps / seconds if seconds else 0.0
    return (
        f"[{minutes:02d}:{rest:02d}] {_many(tally.behaviors, 'behavior')}, {_many(tally.steps, 'step')} "
        f"({rate:,.0f}/s), longest {tally.longest:,}"
    )


__all__ = [
    "SCHEMA", "action_table", "failure_as_json", "progress_line", "result_as_json", "result_as_text", "tally_line",
]  # fmt: skip
