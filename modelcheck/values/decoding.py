"""Values read back from their canonical bytes: the inverse of `encoding.encode`.

Takes bytes that hold encodings one after the other; gives the values. ValueError for anything `encode` does not write.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.values.functions import make_function
from modelcheck.values.scalars import FALSE, TRUE, ModelValue, Value


def decode_all(data: bytes) -> Iterator[Value]:
    """The values whose encodings stand in `data`, one after the other."""
    at = 0
    while at < len(data):
        value, at = _decode(data, at)
        yield value


def _size(data: bytes, at: int) -> tuple[int, int]:
    """A length, and where it ends."""
    if at >= len(data):
        raise ValueError("the encoding is cut off")
    if data[at] < 255:
        return data[at], at + 1
    return int.from_bytes(data[at + 1 : at + 9], "big"), at + 9


def _raw(data: bytes, at: int) -> tuple[bytes, int]:
    size, at = _size(data, at)
    if at + size > len(data):
        raise ValueError("the encoding is cut off")
    return data[at : at + size], at + size


def _decode(data: bytes, at: int) -> tuple[Value, int]:
    tag = data[at : at + 1]
    at += 1
    if tag == b"T":
        return TRUE, at
    if tag == b"F":
        return FALSE, at
    if tag == b"i":
        raw, at = _raw(data, at)
        return int.from_bytes(raw, "big", signed=True), at
    if tag in (b"s", b"m", b"~"):
        raw, at = _raw(data, at)
        text = raw.decode("utf-8", "surrogatepass")
        return (text if tag == b"s" else ModelValue(text) if tag == b"m" else _infinite(text)), at
    if tag in (b"<", b"{", b"("):
        return _composed(tag, data, at)
    raise ValueError(f"{tag!r} begins no encoding")


def _composed(tag: bytes, data: bytes, at: int) -> tuple[Value, int]:
    size, at = _size(data, at)
    items = []
    for _ in range(2 * size if tag == b"(" else size):
        item, at = _decode(data, at)
        items.append(item)
    if tag == b"<":
        return tuple(items), at
    if tag == b"{":
        return frozenset(items), at
    return make_function(list(zip(items[::2], items[1::2], strict=True))), at


def _infinite(text: str) -> Value:
    from modelcheck.values.lazy import _NAMED

    if text not in _NAMED:
        raise ValueError(f"the infinite set {text} cannot be read back")
    return _NAMED[text]
