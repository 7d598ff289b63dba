"""Source files and places in them.

Takes the text of one file; gives line and column of any offset, and the line itself for error messages.
Offsets, lines and columns count code points; lines and columns start at 1. A tab advances the column to
the next multiple of 8, as in SANY (*Specifying Systems*, chapter 15: alignment of junction lists).
"""

from __future__ import annotations

from bisect import bisect_right
from pathlib import Path

from modelcheck.records import dataclass, field

TAB_WIDTH = 8


@dataclass(frozen=True, slots=True)
class Position:
    """A place: line and column, both from 1."""

    line: int
    column: int


@dataclass(eq=False, slots=True)
class SourceFile:
    """The text of one file and where its lines begin. `name` is what messages print (as the user gave it)."""

    name: str
    text: str
    path: Path | None = None
    _starts: list[int] = field(default_factory=list, repr=False)

    def line_starts(self) -> list[int]:
        """Offsets at which each line begins; computed once."""
        if not self._starts:
            starts = [0]
            find = self.text.find
            at = find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = find("\n", at + 1)
            self._starts = starts
        return self._starts

    def position(self, offset: int) -> Position:
        """Line and column (tabs expanded) of an offset; an offset past the end is the place after the last."""
        offset = max(0, min(offset, len(self.text)))
        starts = self.line_starts()
        line = bisect_right(starts, offset)
        before = self.text[starts[line - 1] : offset]
        return Position(line, expanded_width(before) + 1)

    def line(self, number: int) -> str:
        """The text of line `number` (from 1) without its end of line; empty when there is no such line."""
        starts = self.line_starts()
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of offsets `[start, end)` in one file."""

    file: SourceFile
    start: int
    end: int

    @property
    def begin(self) -> Position:
        """First place of the range."""
        return self.file.position(self.start)

    @property
    def last(self) -> Position:
        """Last place of the range (inclusive)."""
        return self.file.position(max(self.start, self.end - 1))

    @property
    def text(self) -> str:
        """The text the range covers."""
        return self.file.text[self.start : self.end]

    def to(self, other: Span) -> Span:
        """The range from the start of this one to the end of `other`."""
        return Span(self.file, self.start, other.end)

    def __str__(self) -> str:
        place = self.begin
        return f"{self.file.name}:{place.line}:{place.column}"


def expanded_width(text: str) -> int:
    """Columns that `text` takes when it starts in column 1 and tabs stop at multiples of 8."""
    if "\t" not in text:
        return len(text)
    width = 0
    for char in text:
        width = (width // TAB_WIDTH + 1) * TAB_WIDTH if char == "\t" else width + 1
    return width
