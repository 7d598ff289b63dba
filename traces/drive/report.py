"""What came of driving, for people and as JSON (`tlapair.drive/1`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelcheck.errors import EXIT_OK, EXIT_SAFETY
from traces.drive.graph import Edge
from traces.drive.small import Small
from traces.drive.stage import Begin, Call, Hand, Move, Request, Ring, Stop
from traces.drive.walk import Departed, Driven

SCHEMA = "tlapair.drive/1"
NOT_MET = "the moves that were tried did not lead there"


def exit_code(driven: Driven) -> int:
    """0, or 12 if the implementation left the spec."""
    return EXIT_OK if driven.departed is None else EXIT_SAFETY


def why_missed(small: Small, edge: Edge) -> str:
    """Why a step was not taken, as far as is known."""
    return small.unforced.get(edge.action, NOT_MET)


def as_text(driven: Driven, small: Small) -> str:
    """Several lines, without a newline at the end."""
    return "\n".join(_lines(driven, small))


def _lines(driven: Driven, small: Small) -> Iterator[str]:
    graph = driven.graph
    name = driven.name if driven.faulty is None else f"{driven.name}, twin {driven.faulty}"
    effort = f"{driven.moves:,} moves in {driven.episodes} runs, {driven.events:,} events compared"
    if driven.departed is not None:
        yield f"error T032: {name}: the implementation did what the spec does not allow ({effort})"
        yield from ("  " + line for line in departure_lines(driven.departed))
        return
    steps = sum(graph.edges.values())
    yield (
        f"{name}: {driven.driven} of {len(graph.edges)} actions with arguments driven "
        f"({len(graph.steps):,} states, {steps:,} steps in the graph); {effort}."
    )
    for action, why in small.without.items():
        yield f"  left out of the graph: {action}: {why}"
    if driven.called:
        yield "  by calling the method, as no event led there:"
        yield from (f"    {edge}" for edge in graph.edges if edge in driven.called)
    if driven.missed:
        yield "  not driven:"
        for edge in driven.missed:
            yield f"    {edge}"
            yield f"      {why_missed(small, edge)}"


def departure_lines(departed: Departed) -> Iterator[str]:
    """The last move, and the message of the validator on the run up to there: the spec's line and the Python's."""
    from traces.report import as_text as validated
    from traces.validate import validate

    if departed.move is not None:
        yield f"the last move: {move_text(departed.move)}"
    if departed.silent:
        yield departed.silent
        events = [e for e in departed.trace.events if e.action is not None]
        last = f"{events[-1].action} of {events[-1].node}" if events else "the start"
        yield f"after {len(events)} events that the spec allows, the last of them {last}"
        return
    yield from validated(validate(departed.trace)).splitlines()


def move_text(move: Move) -> str:
    """A move in words."""
    match move:
        case Hand(sender, to, message):
            return f"{message!r} of {sender} arrives at {to}"
        case Ring(node, timer):
            return f"the timer {timer!r} of {node} fires"
        case Request(node, _, command):
            return f"a client asks {node} for {command!r}"
        case Stop(node):
            return f"{node} crashes"
        case Begin(node):
            return f"{node} starts"
        case Call(node, method, args):
            return f"{method}({', '.join(f'{n}={v!r}' for n, v in args)}) is called on {node}"


def as_json(driven: Driven, small: Small) -> dict[str, Any]:
    """The same as data."""
    graph = driven.graph
    out: dict[str, Any] = {
        "schema": SCHEMA,
        "protocol": driven.name,
        "mutant": driven.faulty,
        "states": len(graph.steps),
        "steps": sum(graph.edges.values()),
        "edges": len(graph.edges),
        "driven": driven.driven,
        "called": [str(edge) for edge in graph.edges if edge in driven.called],
        "without": dict(small.without),
        "missed": {str(edge): why_missed(small, edge) for edge in driven.missed},
        "moves": driven.moves,
        "runs": driven.episodes,
        "events": driven.events,
    }
    if driven.departed is not None:
        out["departed"] = list(departure_lines(driven.departed))
    return out
