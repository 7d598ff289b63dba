"""The tables of `expressions/`: rows `expression --> printed value`, or `--> code` or `--> code line:column`.

A file is the body of a module, a line `----` alone, and the rows. A row may take several lines; it ends in the line
with `-->`. Empty lines and lines that begin with `\\*` are passed over. Places are counted in the row's own text.
Every declared constant stands for the model value of its name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "expressions"
_CODE = re.compile(r"([A-Z]\d{3})(?: (\d+):(\d+))?\Z")


@dataclass(frozen=True)
class Row:
    """One row: where it stands, its text, and what is expected of it."""

    table: str
    line: int
    text: str
    expected: str

    @property
    def error(self) -> tuple[str, tuple[int, int] | None] | None:
        """The code and place of the error expected, if one is."""
        found = _CODE.match(self.expected)
        if found is None:
            return None
        code, line, column = found.groups()
        return code, (int(line), int(column)) if line else None


@cache
def module_text(table: str) -> str:
    """The module of a table."""
    body, _ = _halves(table)
    return f"---- MODULE {table} ----\n{body}\n====\n"


def _halves(table: str) -> tuple[str, str]:
    text = (FOLDER / f"{table}.txt").read_text(encoding="utf-8")
    body, _, rows = text.partition("\n----\n")
    return body, rows


@cache
def rows(table: str) -> tuple[Row, ...]:
    """The rows of a table."""
    body, text = _halves(table)
    found: list[Row] = []
    open_lines: list[str] = []
    for number, line in enumerate(text.splitlines(), start=body.count("\n") + 3):
        if not open_lines and (not line.strip() or line.startswith("\\*")):
            continue
        head, arrow, expected = line.rpartition(" --> ")
        open_lines.append(head if arrow else line)
        if arrow:
            found.append(Row(table, number, "\n".join(open_lines), expected.strip()))
            open_lines = []
    assert not open_lines, f"{table}: the last row has no -->"
    return tuple(found)


def tables() -> list[str]:
    """The names of all tables."""
    return sorted(path.stem for path in FOLDER.glob("*.txt"))
