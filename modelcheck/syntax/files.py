"""Reading a text file of the user's: bytes to `SourceFile`, or a coded error.

Text is UTF-8, with or without a byte order mark; lines end with LF or CRLF (a CR stays in the text, where it
is white space). Refused: files that cannot be opened, bytes that are not UTF-8, NUL bytes (binary files).
"""

from __future__ import annotations

import os
from pathlib import Path

from modelcheck.errors import TlaError
from modelcheck.source import SourceFile, Span

_MARK = b"\xef\xbb\xbf"  # the byte order mark of UTF-8; to take it off costs less than the codec that does


def read_source(path: Path | str, *, unreadable: str = "P001", undecodable: str = "P002") -> SourceFile:
    """The text of the file at `path`. Raises `TlaError` with one of the two codes given."""
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = "it is a directory" if os.path.isdir(path) else (error.strerror or str(error)).lower()
        mend = f"did you mean {path}.tla?" if unreadable == "P001" and os.path.isfile(f"{path}.tla") else None
        raise TlaError(unreadable, f"cannot read {path}: {reason}", mend=mend) from None
    return SourceFile(str(path), decode(data, str(path), undecodable), path)


def decode(data: bytes, name: str, code: str = "P002") -> str:
    """`data` as text without its byte order mark; an error of `code` tells the line of the first bad byte."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise TlaError(code, f"{name} is UTF-16, not UTF-8")
    bad = data.find(b"\0")
    if bad >= 0:
        raise _bad_byte(data, bad, name, "a NUL byte: this is a binary file", code)
    try:
        return data.removeprefix(_MARK).decode()
    except UnicodeDecodeError as error:
        start = error.start + (len(_MARK) if data.startswith(_MARK) else 0)
        return_byte = data[min(start, len(data) - 1)]
        raise _bad_byte(data, start, name, f"byte 0x{return_byte:02X} is not UTF-8", code) from None


def _bad_byte(data: bytes, at: int, name: str, what: str, code: str) -> TlaError:
    before = data[:at].decode("utf-8", "replace")
    source = SourceFile(name, before)
    return TlaError(code, what, Span(source, len(before), len(before) + 1))
