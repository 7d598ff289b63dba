"""Is a history linearizable: could each operation have happened at one moment between its question and its answer?

    verdict = linearize(read_history("history.ndjson"))
    verdict.linearizable

Takes a history; gives `Linearizable`, or `NotLinearizable` with the first line up to which no order of the operations
explains the answers: the operation answered there cannot be placed.

How: the lines are taken in order, with the set of all *configurations* that explain them: a state of the object, and
those operations that have taken effect though they are not answered yet. When an operation is answered which has not
taken effect, others that are under way may come before it, in any order; nothing takes effect before it is needed
(just-in-time). Configurations are a set, so that orders which lead to the same are followed once. An operation of
unknown outcome stays under way for ever. Each part of the object (each key) is judged alone: a history is linearizable
if those of its parts are.

Operations under way are first allowed only the answers that they will get, which keeps the set small; where that fails,
the part is judged again without looking ahead, for the line.

Source: J. Wing, C. Gong, "Testing and verifying concurrent objects", J. Parallel Distrib. Comput. 17, 1993; G. Lowe,
"Testing for linearizability", Concurrency Computat. Pract. Exper. 29(4), 2017 (just-in-time linearization); A. Horn,
D. Kroening, "Faster linearizability checking via P-compositionality", FORTE 2015; M. Herlihy, J. Wing,
"Linearizability: a correctness condition for concurrent objects", TOPLAS 12(3), 1990, theorem 1 (locality).
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any, TypeAlias

from modelcheck.errors import TlaError
from traces.history import Asked, Contradicted, History
from traces.objects import Object, typed

CONFIGURATIONS_MAX = 2_000_000

Effects: TypeAlias = frozenset[tuple[int, Hashable]]
"""Operations (by index) that have taken effect, with the answers that they must get."""
Configuration: TypeAlias = tuple[Hashable, Effects]


@dataclass(frozen=True, slots=True)
class Linearizable:
    """All operations can be placed. `configurations`: how many were looked at."""

    history: History
    configurations: int
    seconds: float

    linearizable = True


@dataclass(frozen=True, slots=True)
class NotLinearizable(Contradicted):
    """The answer fits no order. `part`: of the object.

    `could`: pairs of a state that the part may have been in before, and what the answer would have been there (the
    first of them); `under_way`: the other operations that were not answered by then.
    """

    part: str
    could: tuple[tuple[Any, Any], ...]
    under_way: tuple[Asked, ...]
    configurations: int
    seconds: float

    linearizable = False


Verdict: TypeAlias = Linearizable | NotLinearizable


def linearize(history: History, *, configurations_max: int = CONFIGURATIONS_MAX) -> Verdict:
    """The verdict. Raises TlaError T021 when more configurations would have to be looked at."""
    begin = perf_counter()
    parts: dict[str, list[Asked]] = {}
    for operation in history.operations:
        if operation.operation[0] not in history.object.lagging:
            parts.setdefault(history.object.part(operation.operation), []).append(operation)
    looked, worst = 0, None
    for part, operations in parts.items():
        search = _Part(history, part, operations, configurations_max - looked, ahead=True)
        failed = search.run()
        if failed is not None:
            looked += search.looked
            search = _Part(history, part, operations, configurations_max - looked, ahead=False)
            failed = search.run()
            assert failed is not None
        looked += search.looked
        if failed is not None and (worst is None or failed.line < worst.line):
            worst = failed
    seconds = perf_counter() - begin
    if worst is None:
        return Linearizable(history, looked, seconds)
    return NotLinearizable(
        history, worst.operation, worst.line, worst.part, worst.could, worst.under_way, looked, seconds
    )


@dataclass(frozen=True, slots=True)
class _Failed:
    operation: Asked
    line: int
    part: str
    could: tuple[tuple[Any, Any], ...]
    under_way: tuple[Asked, ...]


class _Part:
    """The search through the operations on one part. `ahead`: use the answers that will come."""

    def __init__(self, history: History, part: str, operations: list[Asked], limit: int, *, ahead: bool) -> None:
        self.history, self.part, self.operations, self.limit, self.ahead = history, part, operations, limit, ahead
        self.object: Object = history.object
        self.looked = 0
        self.under_way: dict[int, None] = {}

    def run(self) -> _Failed | None:
        """The first answer that cannot be explained, None when all can."""
        now: dict[Configuration, None] = {(self.object.initial, frozenset()): None}
        for line, at in self._lines():
            if self.operations[at].asked == line:
                self.under_way[at] = None
                continue
            following: dict[Configuration, None] = {}
            for configuration in now:
                for found in self._answered(configuration, at):
                    following[found] = None
            del self.under_way[at]
            if not following:
                return self._failed(now, at, line)
            now = following
        return None

    def _lines(self) -> Iterator[tuple[int, int]]:
        """(line, operation) for each question and answer, in order."""
        lines = []
        for at, operation in enumerate(self.operations):
            lines.append((operation.asked, at))
            if operation.answered is not None:
                lines.append((operation.answered, at))
        return iter(sorted(lines))

    def _answered(self, configuration: Configuration, at: int) -> Iterator[Configuration]:
        """The configurations after the operation is answered: it has taken effect, now at the latest."""
        answer = typed(self.operations[at].answer)
        state, effects = configuration
        for index, promised in effects:
            if index == at:
                if promised == answer:
                    yield state, effects - {(index, promised)}
                return
        seen: set[Configuration] = {configuration}
        stack = [configuration]
        while stack:
            state, effects = stack.pop()
            self.looked += 1
            if self.looked > self.limit:
                raise TlaError(
                    "T021",
                    f"{self.looked - 1:,} configurations of {self.part!r} were tried",
                    self.history.span(self.operations[at].answered or 0),
                )
            done = {index for index, _ in effects}
            for index in self.under_way:
                if index in done:
                    continue
                after, promised = self._effect(state, index)
                if index == at:
                    if promised == answer:
                        yield after, effects
                elif promised is not None:
                    further = (after, effects | {(index, promised)})
                    if further not in seen:
                        seen.add(further)
                        stack.append(further)

    def _effect(self, state: Any, index: int) -> tuple[Hashable, Hashable]:
        """The state after an operation, and what its answer must then be; None when it will be another."""
        operation = self.operations[index]
        after, answer = self.object.apply(state, operation.client, operation.operation)
        if operation.answered is None:
            return after, ("any", None)
        promised = typed(answer)
        if self.ahead and promised != typed(operation.answer):
            return after, None
        return after, promised

    def _failed(self, before: dict[Configuration, None], at: int, line: int) -> _Failed:
        operation = self.operations[at]
        could: dict[Hashable, tuple[Any, Any]] = {}
        for state, _ in before:
            if len(could) < 5:
                answer = self.object.apply(state, operation.client, operation.operation)[1]
                could[state] = (self.object.shown(state), answer)
        others = tuple(self.operations[index] for index in self.under_way)
        return _Failed(operation, line, self.part, tuple(could.values()), others)


# ---- as a person reads it ----


def as_text(verdict: Verdict) -> str:
    """The verdict, several lines, without a newline at the end."""
    name, count = verdict.history.name, len(verdict.history.operations)
    if isinstance(verdict, Linearizable):
        return (
            f"{name}: linearizable: {count:,} operations of a {verdict.history.object.name} object, "
            f"{verdict.configurations:,} configurations looked at, {verdict.seconds:.2f} s."
        )
    return "\n".join(_refused(verdict))


def _refused(verdict: NotLinearizable) -> Iterator[str]:
    operation = verdict.operation
    yield f"error T022: {verdict.place}: {verdict.history.name} is not linearizable"
    span = verdict.history.span(verdict.line)
    if span is not None:
        yield f"  | {span.text}"
    yield (
        f"  {operation.client} asked {_json(operation.operation)} in line {operation.asked} and was answered "
        f"{_json(operation.answer)}; no order of the operations so far gives that answer"
    )
    for state, answer in verdict.could:
        yield f"  {verdict.part} may have been {_json(state)}, where the answer is {_json(answer)}"
    if verdict.under_way:
        yield "  under way were also:"
    for other in verdict.under_way[:10]:
        later = f"answered in line {other.answered}" if other.answered is not None else "of unknown outcome"
        yield f"    line {other.asked}: {other.client} {_json(other.operation)}, {later}"


def as_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict as data."""
    out: dict[str, Any] = {
        "history": verdict.history.name,
        "linearizable": verdict.linearizable,
        "object": verdict.history.object.name,
        "operations": len(verdict.history.operations),
        "configurations": verdict.configurations,
        "seconds": round(verdict.seconds, 3),
    }
    if isinstance(verdict, NotLinearizable):
        out |= {
            "code": "T022",
            "line": verdict.line,
            "client": verdict.operation.client,
            "operation": verdict.operation.operation,
            "answer": verdict.operation.answer,
            "could": [{"state": state, "answer": answer} for state, answer in verdict.could],
        }
    return out


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
