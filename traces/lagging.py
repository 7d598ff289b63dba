"""Reads that may be answered from the past: does each client see one past, and never less of it than before?

    verdict = judge_lagging(read_history("history.ndjson"))
    verdict.in_order

Takes a history whose object has such operations (`Object.lagging`) and whose answers tell how far their client has
seen (`at`), and of what was read when it changed last (`changed`): positions in the one order of all changes, as the
service counts them. Gives `InOrder`, or `OutOfOrder` with the first answer that breaks one of these rules:

1. a client's answers go up: `at` is not less than that of its answer before (and so it sees no older state at another
   server than it has seen at this one, whatever it reads);
2. what it has read had changed by then: `changed` is at most `at`;
3. all answers, of all clients, are of one past: what was read at `at` and changed at `changed` was so at all positions
   between, and no answer says otherwise for one of them;
4. a client sees its own changes: what it reads after a change of it was done is not from before it asked for that.

That the changes themselves, and the reads that may not lag, happen in an order that agrees with real time, is asked of
`traces.linear`. Together the two are what ZooKeeper promises: changes are linearizable, and reads in each session's
order. Who takes the positions for true only errs on the safe side: they are a witness of the order, and a wrong one is
refused.

Source: P. Hunt, M. Konar, F. Junqueira, B. Reed, "ZooKeeper: wait-free coordination for Internet-scale systems", USENIX
ATC 2010, section 2.3 (linearizable writes, FIFO client order).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from modelcheck.errors import TlaError
from traces.history import Asked, Contradicted, History
from traces.objects import typed


@dataclass(frozen=True, slots=True)
class InOrder:
    """`reads`: how many may lag; `late` of them did, by what others had read by then; at most `most` changes."""

    history: History
    reads: int
    late: int
    most: int

    in_order = True


@dataclass(frozen=True, slots=True)
class OutOfOrder(Contradicted):
    """The answer breaks a rule: `why` says it in words; `other` is the answer that it goes against."""

    why: str
    other: Asked | None = None

    in_order = False


def judge_lagging(history: History) -> InOrder | OutOfOrder:
    """The verdict. Raises TlaError T004 when an answer does not tell `at`."""
    answered = sorted((o for o in history.operations if o.answered is not None), key=_line)
    for operation in answered:
        if operation.at is None:
            raise TlaError(
                "T004",
                "an answer of this object tells 'at', how far the client has seen",
                history.span(_line(operation)),
            )
    broken = [found for rule in (_upwards, _one_past, _own) for found in rule(history, answered)]
    if broken:
        return min(broken, key=lambda found: found.line)
    lags = list(_lags(history, answered))
    return InOrder(history, len(lags), sum(lag > 0 for lag in lags), max(lags, default=0))


def _line(operation: Asked) -> int:
    return operation.answered or 0


def _at(operation: Asked) -> int:
    return operation.at or 0


def _reads(operations: list[Asked]) -> dict[str, list[Asked]]:
    """The reads, by what was read."""
    out: dict[str, list[Asked]] = {}
    for operation in operations:
        if operation.operation[0] in ("get", "peek"):
            out.setdefault(str(operation.operation[1]), []).append(operation)
    return out


def _upwards(history: History, answered: list[Asked]) -> Iterator[OutOfOrder]:
    """Rules 1 and 2."""
    last: dict[str, Asked] = {}
    for o in answered:
        before = last.get(o.client)
        if before is not None and _at(o) < _at(before):
            yield OutOfOrder(history, o, _line(o), f"{o.client} has seen more before: position {before.at}", before)
        if o.changed is not None and o.changed > _at(o):
            yield OutOfOrder(history, o, _line(o), "what was read is not from before it was read")
        last[o.client] = o


def _one_past(history: History, answered: list[Asked]) -> Iterator[OutOfOrder]:
    """Rule 3: of each thing read, the stretches of positions in which it was the same do not contradict each other."""
    for part, reads in _reads(answered).items():
        until: Asked | None = None  # that one whose stretch reaches furthest, of those that begin before
        for o in sorted(reads, key=lambda o: (_begin(o), _at(o))):
            if until is not None and _begin(o) <= _at(until) and _what(o) != _what(until):
                later, other = sorted((o, until), key=_line)[::-1]
                why = (
                    f"{part} was not {_json(later.answer)} then: another answer says that it was {_json(other.answer)}"
                )
                yield OutOfOrder(history, later, _line(later), why, other)
            if until is None or _at(o) > _at(until):
                until = o


def _begin(o: Asked) -> int:
    """From where on it was as read: when it changed last; of what is not there, only the moment is known."""
    return _at(o) if o.changed is None else o.changed


def _what(o: Asked) -> Any:
    return typed(o.answer), o.changed


def _own(history: History, answered: list[Asked]) -> Iterator[OutOfOrder]:
    """Rule 4."""
    seen: dict[str, int] = {}
    own: dict[tuple[str, str], tuple[int, Asked]] = {}
    for o in answered:
        what, part = o.operation[0], str(o.operation[1])
        since = own.get((o.client, part))
        if what in ("get", "peek") and since is not None and o.changed is not None and o.changed <= since[0]:
            yield OutOfOrder(history, o, _line(o), f"{o.client} does not see its own change", since[1])
        if what not in ("get", "peek") and o.answer is True:
            own[o.client, part] = (seen.get(o.client, 0), o)
        seen[o.client] = _at(o)


def _lags(history: History, answered: list[Asked]) -> Iterator[int]:
    """How far each lagging read was behind what had been seen by anybody when it was asked."""
    newest, lines = 0, iter(answered)
    done = next(lines, None)
    for o in sorted(answered, key=lambda o: o.asked):
        while done is not None and _line(done) < o.asked:
            newest, done = max(newest, _at(done)), next(lines, None)
        if o.operation[0] in history.object.lagging:
            yield max(0, newest - _at(o))


# ---- as a person reads it ----


def as_text(verdict: InOrder | OutOfOrder) -> str:
    """The verdict, some lines, without a newline at the end."""
    name = verdict.history.name
    if isinstance(verdict, InOrder):
        return (
            f"{name}: reads in the order of each session: {verdict.reads:,} reads that may lag, {verdict.late:,} of "
            f"them behind what others had seen, by {verdict.most:,} changes at most."
        )
    out = [f"error T023: {verdict.place}: {verdict.why}"]
    for operation in (verdict.operation, *((verdict.other,) if verdict.other is not None else ())):
        out.append(
            f"  line {operation.answered}: {operation.client} asked {_json(operation.operation)} and was answered "
            f"{_json(operation.answer)} at position {operation.at}"
            + (f", changed at {operation.changed}" if operation.changed is not None else "")
        )
    return "\n".join(out)


def as_json(verdict: InOrder | OutOfOrder) -> dict[str, Any]:
    """The verdict as data."""
    out: dict[str, Any] = {"history": verdict.history.name, "in_order": verdict.in_order}
    if isinstance(verdict, InOrder):
        return out | {"reads": verdict.reads, "late": verdict.late, "most": verdict.most}
    return out | {"code": "T023", "line": verdict.line, "why": verdict.why}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
