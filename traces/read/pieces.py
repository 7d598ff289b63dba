"""Text with marks on it, as lines of HTML: what both columns of a page are made of.

A `Piece` is a stretch of text of one kind (keyword, name, comment …), perhaps a link, perhaps the place that links lead
to. `lines_of` cuts the text at its ends of line, so that each line is an element with its number and its colour.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

KINDS = frozenset("kocsnmdbfhp")
"""Keyword, operator, comment, string, name, number, decorator, builtin, definition, rule, plain."""


@dataclass(frozen=True, slots=True)
class Piece:
    """`text[start:end]` is of `kind`; `href` is where it leads, `anchor` the id of the place, `title` a hint."""

    start: int
    end: int
    kind: str = "p"
    href: str | None = None
    anchor: str | None = None
    title: str = ""


LONG = 64
"""Lines longer than this may be broken on a narrow page; what is broken off is then indented."""


def tag_of(piece: Piece, text: str) -> str:
    """The HTML of a stretch that lies on one line."""
    out = escape(text, quote=False)
    attributes = "" if piece.kind in "p" else f' class="{piece.kind}"'
    if piece.anchor is not None:
        attributes += f' id="{piece.anchor}"'
    if piece.title:
        attributes += f' title="{escape(piece.title)}"'
    if piece.href is not None:
        return f'<a href="#{piece.href}"{attributes}>{out}</a>'
    return f"<span{attributes}>{out}</span>" if attributes else out


class Marked:
    """A text and its pieces, in order and without overlap; what lies between them is plain."""

    def __init__(self, text: str, pieces: Iterable[Piece]) -> None:
        self.text = text
        self.pieces = sorted(pieces, key=lambda p: p.start)
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._lines: list[str] | None = None

    def offset(self, line: int, column: int) -> int:
        """The offset of a line (from 1) and column (from 0)."""
        return self.starts[line - 1] + column

    def line_of(self, offset: int) -> int:
        """The line (from 1) of an offset."""
        return bisect_right(self.starts, offset)

    @property
    def count(self) -> int:
        """How many lines there are; an empty one after the last end of line is none."""
        return len(self.starts) - (1 if self.text.endswith("\n") or not self.text else 0)

    def plain(self, line: int) -> str:
        """The text of a line, without its end."""
        end = self.starts[line] - 1 if line < len(self.starts) else len(self.text)
        return self.text[self.starts[line - 1] : end]

    def html(self, line: int) -> str:
        """The HTML of a line, without its number."""
        if self._lines is None:
            self._lines = self._all()
        return self._lines[line - 1]

    def _all(self) -> list[str]:
        out: list[list[str]] = [[] for _ in self.starts]
        line, at = 0, 0
        for piece in [*self.pieces, Piece(len(self.text), len(self.text))]:
            line = self._put(out, line, Piece(at, piece.start))
            line = self._put(out, line, piece)
            at = piece.end
        return ["".join(parts) for parts in out]

    def _put(self, out: list[list[str]], line: int, piece: Piece) -> int:
        """Put a piece on its lines, from `line` (from 0) on; the line where it ends."""
        anchored = piece
        for number, part in enumerate(self.text[piece.start : piece.end].split("\n")):
            line += 1 if number else 0
            if part:
                out[line].append(tag_of(anchored, part.rstrip("\r")))
                anchored = Piece(piece.start, piece.end, piece.kind, piece.href, None, piece.title)
        return line


def block(
    marked: Marked,
    lines: Sequence[int],
    colour: Callable[[int], str] = lambda line: "",
) -> str:
    """The lines as one `<pre>`, blank ones at both ends left out; empty if nothing is left. `colour` gives the class of
    a line's margin."""
    shown = list(lines)
    while shown and not marked.plain(shown[0]).strip():
        shown.pop(0)
    while shown and not marked.plain(shown[-1]).strip():
        shown.pop()
    if not shown:
        return ""
    rows = []
    for n in shown:
        margin = colour(n)
        text = marked.plain(n)
        hang = f' style="--i:{len(text) - len(text.lstrip()) + 4}"' if len(text) > LONG else ""
        rows.append(f'<span class="l{" " + margin if margin else ""}" data-n="{n}"{hang}>{marked.html(n)}\n</span>')
    return "<pre><code>" + "".join(rows) + "</code></pre>"
