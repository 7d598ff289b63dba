"""Files of separated values. Files are reached through the run's context (E015 when it forbids them)."""

from __future__ import annotations

import re

from modelcheck.errors import EvalError
from modelcheck.stdlib.Json import contents, file, write
from modelcheck.stdlib.registry import RunContext, function, override, sequence, string
from modelcheck.values import Bool, Value, make_record, pairs_in_order, pretty, show

_PLACE = re.compile(r"%(?:(\d+)\$)?s|%%")


def plain_text(v: Value) -> str:
    """A value's text; a string's without quotes."""
    return v if type(v) is str else pretty(v)


def filled(template: str, vals: tuple[Value, ...]) -> str:
    """The template with `%1$s`, `%2$s`, ... (or `%s` in turn) replaced by the texts of the values."""
    turn = iter(range(1, len(vals) + 2))

    def place(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        i = int(match[1]) if match[1] else next(turn)
        if not 1 <= i <= len(vals):
            raise EvalError("E003", f"the template {show(template)} asks for value {i} of {len(vals)}")
        return plain_text(vals[i - 1])

    return _PLACE.sub(place, template)


@override("CSV", "CSVWrite", impure=True, needs_context=True)
def csv_write(context: RunContext, template: Value, val: Value, name: Value) -> Bool:
    line = filled(string("CSVWrite", template), sequence("CSVWrite", val))
    return write(context, "CSVWrite", name, line + "\n", append=True)


@override("CSV", "CSVWriteRecord", impure=True, needs_context=True)
def csv_write_record(context: RunContext, record: Value, delim: Value, headers: Value, name: Value) -> Bool:
    string("CSVWriteRecord", delim)
    pairs = pairs_in_order(function("CSVWriteRecord", record))
    lines = delim.join([plain_text(v) for _, v in pairs]) + "\n"
    if headers:
        lines = delim.join([plain_text(key) for key, _ in pairs]) + "\n" + lines
    return write(context, "CSVWriteRecord", name, lines, append=True)


@override("CSV", "CSVRead", impure=True, needs_context=True)
def csv_read(context: RunContext, columns: Value, delimiter: Value, name: Value) -> tuple[Value, ...]:
    names = [string("CSVRead", column) for column in sequence("CSVRead", columns)]
    rows = []
    for i, line in enumerate(contents(context, "CSVRead", name).splitlines(), 1):
        cells = line.split(string("CSVRead", delimiter))
        if len(cells) != len(names):
            text = f"CSVRead: line {i} of {show(name)} has {len(cells)} values, not {len(names)}"
            raise EvalError("E015", text, cause="", mend="see to the file")
        rows.append(make_record(names, cells))
    return tuple(rows)


@override("CSV", "CSVRecords", impure=True, needs_context=True)
def csv_records(context: RunContext, name: Value) -> int:
    if not file(context, "CSVRecords", name).exists():
        return 0
    return len(contents(context, "CSVRecords", name).splitlines())
