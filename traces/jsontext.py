"""One line of JSON, read strictly, and the place of any part of it.

Takes text; gives Python data (`dict`, `list`, `str`, `int`, `bool`). Refuses, with line and column: what is no JSON
(RFC 8259), a name given twice in one object, fractions, exponents, `NaN`, `Infinity` and `null` where a value of the
spec is due: none of them has a meaning in TLA+, and guessing one would change what the trace claims.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NoReturn, TypeAlias

from modelcheck.errors import TlaError
from modelcheck.source import SourceFile, Span

Json: TypeAlias = Any
Path: TypeAlias = tuple[str | int, ...]

DEPTH_MAX = 200
"""Arrays and objects inside each other; more is refused (T003)."""


class _Refused(ValueError):
    """Raised inside the decoder's hooks."""


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    out = dict(pairs)
    if len(out) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _Refused(f"the name {name!r} stands twice in one object")
            seen.add(name)
    return out


def _no_float(text: str) -> NoReturn:
    raise _Refused(f"{text} is no whole number: a trace holds the values of a spec, which has no fractions")


def _no_constant(text: str) -> NoReturn:
    raise _Refused(f"{text} is no JSON value")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_no_float, parse_constant=_no_constant)
_PLAIN = json.JSONDecoder()


def line_span(file: SourceFile, number: int) -> Span:
    """The text of line `number` (from 1), without the white space around it."""
    text = file.line(number)
    start = file.line_starts()[number - 1]
    left = len(text) - len(text.lstrip())
    return Span(file, start + left, start + max(left + 1, len(text.rstrip())))


def read_line(file: SourceFile, number: int) -> Json:
    """The JSON of line `number`. Raises TlaError T003 at its line and column."""
    text = file.line(number)
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        at = file.line_starts()[number - 1] + min(error.pos, max(0, len(text) - 1))
        what = error.msg[0].lower() + error.msg[1:]
        raise TlaError("T003", f"line {number} is no JSON: {what} (column {error.pos + 1})",
                       Span(file, at, at + 1)) from None
    except _Refused as error:
        raise TlaError("T003", f"line {number}: {error}", line_span(file, number)) from None
    except (RecursionError, ValueError):  # nested too deeply; an integer of thousands of digits
        raise TlaError("T003", f"line {number} is too deep or holds too long a number",
                       line_span(file, number)) from None
    if _depth(text) > DEPTH_MAX:
        raise TlaError("T003", f"line {number} is nested more than {DEPTH_MAX} deep", line_span(file, number))
    return value


def _depth(text: str) -> int:
    """An upper bound of the nesting; exact enough, because it only has to stop recursion from running out."""
    if text.count("[") + text.count("{") <= DEPTH_MAX:
        return 0
    deepest = depth = 0
    in_string = escaped = False
    for char in text:
        if in_string:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                in_string = False
        elif char == '"':
            in_string = True
        elif char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest


def part_span(file: SourceFile, number: int, path: Sequence[str | int], *, key: bool = False) -> Span:
    """The place of the part at `path` in line `number`; with `key`, that of its name instead.

    Falls back to the whole line when there is no such part.
    """
    text = file.line(number)
    start = file.line_starts()[number - 1]
    try:
        begin, end = _locate(text, path, key)
    except (ValueError, IndexError, LookupError):
        return line_span(file, number)
    return Span(file, start + begin, start + end)


def _skip(text: str, at: int) -> int:
    while text[at] in " \t\r":
        at += 1
    return at


def _locate(text: str, path: Sequence[str | int], key: bool) -> tuple[int, int]:
    """Offsets of the value at `path` (or of the name of its last step) in a text that is known to be JSON."""
    at = _skip(text, 0)
    for depth, step in enumerate(path):
        is_last = depth == len(path) - 1
        at = _skip(text, at + 1)
        count = 0
        while True:
            if isinstance(step, str):
                name, after = _PLAIN.raw_decode(text, at)
                if is_last and key and name == step:
                    return at, after
                at = _skip(text, _skip(text, after) + 1)
                found = name == step
            else:
                found = count == step
            if found:
                break
            at = _skip(text, _PLAIN.raw_decode(text, at)[1])
            if text[at] != ",":
                raise LookupError(step)
            at = _skip(text, at + 1)
            count += 1
    return at, _PLAIN.raw_decode(text, at)[1]
