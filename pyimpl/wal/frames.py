"""What is written to a disk so that it shows whether all of it arrived: a header with number and checksum, then a body.

A disk writes sectors; each is written whole or not at all. The header fills the first sector (32
characters), the body the next ones: of a write that was under way when the power failed, the first sectors may be new
and the others what was there before. The checksum (CRC-32, of number and body) is then wrong.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

SECTOR = 32
"""Characters that a disk writes at once or not at all."""


@dataclass(frozen=True, slots=True)
class Frame:
    """`whole` is whether the checksum is right; `number` and `body` are what stands there, right or not."""

    number: int
    body: str
    whole: bool


def frame(number: int, body: str) -> str:
    """The text to write."""
    return f"{number:010d} {_checksum(number, body):08x}".ljust(SECTOR) + body


def unframe(text: str) -> Frame:
    """What a text that was read says. Takes any text: what is no frame is not whole, and has number 0."""
    header, body = text[:SECTOR], text[SECTOR:]
    digits, _, checksum = header.rstrip().partition(" ")
    if not (digits.isascii() and digits.isdigit()):
        return Frame(0, body, whole=False)
    return Frame(int(digits), body, whole=checksum == f"{_checksum(int(digits), body):08x}")


def _checksum(number: int, body: str) -> int:
    return zlib.crc32(f"{number} {body}".encode())
