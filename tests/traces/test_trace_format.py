"""The trace format: what is read, and every malformed line at its line and column."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from modelcheck.errors import TlaError
from modelcheck.source import SourceFile
from traces.event import Trace, dumps, parse_trace, read_trace, trace_of

HEADER = {"schema": "tlapair.trace/1", "spec": "paxos/Paxos.tla", "constants": {"None": "None"}}


def parse(*lines: Any) -> Trace:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    return parse_trace(SourceFile("run.ndjson", text))


def refused(*lines: Any) -> tuple[str, str, int, int]:
    """Code, message, line and column of the error."""
    with pytest.raises(TlaError) as caught:
        parse(*lines)
    error = caught.value
    assert error.span is not None and error.exit_code == 151
    return error.code, error.message, error.span.begin.line, error.span.begin.column


def test_header_and_events() -> None:
    trace = parse(
        HEADER | {"protocol": "paxos", "seed": 7, "faults": ["loss"], "faulty": None},
        {"action": "Phase1a", "node": "a1", "args": {"b": 0}, "vars": {}, "clock": 1, "vector": {"a1": 1}},
        "",
        {"clock": {"a1": 2}},
    )
    assert (trace.header.protocol, trace.header.seed, trace.header.faults) == ("paxos", 7, ("loss",))
    first, second = trace.events
    assert (first.number, first.line, first.action, first.args) == (1, 2, "Phase1a", {"b": 0})
    assert (second.number, second.line, second.action, second.vector_clock) == (2, 4, None, {"a1": 2})


def test_windows_line_ends_and_byte_order_mark(tmp_path: Path) -> None:
    text = "\ufeff" + json.dumps(HEADER) + "\r\n" + '{"action": "A"}\r\n'
    path = tmp_path / "run.ndjson"
    path.write_bytes(text.encode())
    assert [event.action for event in read_trace(path).events] == ["A"]


def test_data_and_text_give_the_same_trace() -> None:
    events = [{"action": "A", "args": {"x": 1}}, {"action": "B", "vars": {"y": {"#set": []}}}]
    made, read = trace_of(HEADER, events, "run.ndjson"), parse_trace(SourceFile("run.ndjson", dumps(HEADER, events)))
    assert [(e.number, e.line, e.action, e.args, e.vars) for e in made.events] == [
        (e.number, e.line, e.action, e.args, e.vars) for e in read.events
    ]
    for left, right in zip(made.events, read.events, strict=True):
        assert str(left.span("vars")) == str(right.span("vars"))


OK = {"action": "A"}


@pytest.mark.parametrize(
    ("lines", "code", "line", "column", "says"),
    [
        ((HEADER, OK, '{"action": "B",}'), "T003", 3, 16, "no JSON"),
        ((HEADER, OK, '{"action": "B"'), "T003", 3, 14, "no JSON"),
        ((HEADER, '  {"action" "B"}'), "T003", 2, 13, "delimiter"),
        ((HEADER, '{"action": "A", "action": "B"}'), "T003", 2, 1, "'action' stands twice"),
        ((HEADER, '{"args": {"b": 1.5}}'), "T003", 2, 1, "1.5 is no whole number"),
        ((HEADER, '{"args": {"b": 1e3}}'), "T003", 2, 1, "1e3 is no whole number"),
        ((HEADER, '{"args": {"b": NaN}}'), "T003", 2, 1, "NaN"),
        ((HEADER, OK, "", '{"args": {"b": ' + "9" * 5000 + "}}"), "T003", 4, 1, "too long a number"),
        ((HEADER, '{"args": {"b": ' + "[" * 300 + "]" * 300 + "}}"), "T003", 2, 1, "nested"),
        ((HEADER, '{"args": {"b": ' + "[" * 100_000 + "]" * 100_000 + "}}"), "T003", 2, 1, "too deep"),
        ((HEADER, "[1]"), "T004", 2, 1, "an array; an event is an object"),
        ((HEADER, '{"acton": "A"}'), "T004", 2, 2, "did you mean 'action'?"),
        ((HEADER, OK, '{"action": 3}'), "T004", 3, 12, "'action' is an integer; it must be a string"),
        ((HEADER, '{"action": "A", "args": ["b"]}'), "T004", 2, 25, "'args' is an array; it must be an object"),
        ((HEADER, '{"vars": "x"}'), "T004", 2, 10, "'vars' is a string"),
        ((HEADER, '{"clock": true}'), "T004", 2, 11, "'clock' is a boolean"),
        ((HEADER, '{"clock": "5"}'), "T004", 2, 11, "'clock' is a string"),
        ((HEADER, '{"vector": {"a1": 1, "a2": -1}}'), "T004", 2, 28, "'a2' as -1"),
        ((HEADER, '{"clock": {"a1": "1"}}'), "T004", 2, 18, "counts 'a1'"),
        (('{"action": "A"}', OK), "T005", 1, 1, "no header"),
        (("3", OK), "T005", 1, 1, "no header"),
        ((HEADER | {"schema": "tlapair.trace/2"}, OK), "T005", 1, 12, "tlapair.trace/2"),
        (({"schema": "tlapair.trace/1", "constants": {}}, OK), "T004", 1, 1, "no 'spec'"),
        (({"schema": "tlapair.trace/1", "spec": "x.tla"}, OK), "T004", 1, 1, "no 'constants'"),
        ((HEADER | {"spec": None}, OK), "T004", 1, 39, "'spec' is null"),
        ((HEADER | {"sed": 3}, OK), "T004", 1, 89, "did you mean 'seed'?"),
        ((HEADER,), "T006", 1, 1, "no event"),
        (("", "   "), "T006", 3, 1, "empty"),
    ],
)
def test_malformed(lines: tuple[Any, ...], code: str, line: int, column: int, says: str) -> None:
    got = refused(*lines)
    assert got[0] == code
    assert says in got[1]
    assert got[2:] == (line, column)


def test_unreadable_files(tmp_path: Path) -> None:
    binary = tmp_path / "binary.ndjson"
    binary.write_bytes(b'{"schema": "tlapair.trace/1"}\n\x00\x01')
    latin = tmp_path / "latin.ndjson"
    latin.write_bytes(b'{"schema": "tlapair.trace/1"}\n{"node": "\xe9"}\n')
    for path, code in ((tmp_path / "none", "T001"), (tmp_path, "T001"), (binary, "T002"), (latin, "T002")):
        with pytest.raises(TlaError) as caught:
            read_trace(path)
        assert (caught.value.code, caught.value.exit_code) == (code, 151)


def test_the_events_of_a_long_file_are_read_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are the same; and whatever is wrong in a line is told at once."""
    text = dumps(HEADER, [{"action": "Next", "clock": n, "vars": {"x": n}} for n in range(9)])
    whole = parse_trace(SourceFile("t", text))
    monkeypatch.setattr("traces.event.KEPT_MAX", 5)
    lazily = parse_trace(SourceFile("t", text))
    assert not isinstance(lazily.events, tuple) and len(lazily.events) == 9
    for a, b in zip(whole.events, lazily.events, strict=True):
        assert (a.number, a.line, a.clock, a.vars) == (b.number, b.line, b.clock, b.vars)
    assert lazily.events[-1].number == 9 and [e.number for e in lazily.events[2:4]] == [3, 4]
    assert isinstance(parse_trace(SourceFile("t", text), lazily=False).events, tuple)
    with pytest.raises(TlaError) as caught:
        parse_trace(SourceFile("t", text + "{"))
    assert caught.value.code == "T003" and caught.value.span is not None and caught.value.span.begin.line == 11
