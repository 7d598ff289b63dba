"""What the tables cost: for each action instance and piece of a predicate its lookups, misses, key bits and time.

Takes a search that has ended; gives lines of text, the most expensive first. Time is that of evaluating misses; looking
rows up costs some nanoseconds each and is not measured apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.core.native import ACTION, STATE_PREDICATE, STEP_PREDICATE
from modelcheck.engine.rows import Instance
from modelcheck.engine.tables import Tables
from modelcheck.explore.bfs import Search
from modelcheck.explore.lookup import LookupSearch
from modelcheck.explore.nativesearch import NativeTables
from modelcheck.records import dataclass
from modelcheck.values import show

LINES_MAX = 40
TEXT_MAX = 70


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one instance. `bits`: of the widest key."""

    what: str
    lookups: int
    misses: int
    rows: int
    bits: int
    seconds: float


def costs(tables: Tables) -> list[Cost]:
    """Of every instance that was looked up, those that took longest first."""
    found = []
    for kind in (ACTION, STATE_PREDICATE, STEP_PREDICATE):
        for number, instance in enumerate(tables.instances(kind)):
            lookups, _, _, rows = tables.core.statistics(kind, number)
            misses, seconds, bits, action = tables.cost(kind, number)
            if lookups or misses:
                what = _named(tables, kind, instance, action)
                found.append(Cost(what, lookups, misses, rows, bits, seconds))
    return sorted(found, key=lambda cost: (-cost.seconds, -cost.lookups, cost.what))


def _named(tables: Tables, kind: int, instance: Instance, action: int | None) -> str:
    """An action by its name, a predicate by its text; with the values bound on the way."""
    values = ", ".join(show(v, 24) for v in instance.slots.values())
    bound = f" [{values}]" if values else ""
    if kind != ACTION:
        span = None if instance.about is None else instance.about.span
        text = "membership" if span is None else " ".join(span.text.split())
        return f"{'step: ' if kind == STEP_PREDICATE else 'state: '}{text[:TEXT_MAX]}{bound}"
    if instance.gate:
        return f"guards{bound}"
    name = "(never enabled)" if action is None else tables.engine.actions[action].name
    return f"{name}{bound}"


def profile_lines(search: Search) -> Iterator[str]:
    """The table that `--profile` prints."""
    tables = search.tables if isinstance(search, LookupSearch) else None
    if isinstance(tables, NativeTables):
        yield from _native_lines(tables, search.why if isinstance(search, LookupSearch) else "")
        return
    if tables is None:
        why = search.why if isinstance(search, LookupSearch) else ""
        yield f"the closures explored everything{': ' + why if why else ''}"
        return
    found = costs(tables)
    yield f"{'lookups':>13} {'misses':>9} {'rate':>8} {'rows':>8} {'bits':>5} {'seconds':>8}  instance"
    for cost in found[:LINES_MAX]:
        rate = cost.misses / max(1, cost.lookups)
        yield (
            f"{cost.lookups:>13,} {cost.misses:>9,} {rate:>8.2%} {cost.rows:>8,} {cost.bits:>5} {cost.seconds:>8.3f}"
            f"  {cost.what}"
        )
    if len(found) > LINES_MAX:
        yield f"… and {len(found) - LINES_MAX} more"
    words, misses, seconds = tables.layout.width, sum(c.misses for c in found), sum(c.seconds for c in found)
    yield f"{words} words a state, {misses:,} misses, {seconds:.3f} s of evaluation"


def _native_lines(tables: NativeTables, why: str) -> Iterator[str]:
    """What the native evaluator has done."""
    numbers, asked = tables.core.numbers(), tables.asked
    yield f"the native evaluator explored {numbers['explored']:,} states{f' (tables: {why})' if why else ''}"
    yield f"{asked:,} were left to the closures, {numbers['unknown']:,} of them because it does not know them"
    yield f"{tables.core.bytes_used() >> 20:,} MB of states and values, {tables.seconds:.3f} s"
