"""A value as bytes, the same in every process and for every order of registration; and its 64-bit
fingerprint.

Two values have the same encoding exactly when they are equal. Finite lazy sets are encoded as the sets they
are (E013 when too large to write out); infinite ones by their form.
"""

from __future__ import annotations

from modelcheck.values.functions import Fn, LazyFn
from modelcheck.values.lazybase import LazySet
from modelcheck.values.scalars import Bool, ModelValue, Value


def encode(v: Value) -> bytes:
    """The canonical bytes of `v`; no encoding is a proper prefix of another."""
    out: list[bytes] = []
    _encode(v, out)
    return b"".join(out)


def _number(n: int) -> bytes:
    """A length: one byte below 255, else 255 and eight bytes."""
    return bytes((n,)) if n < 255 else b"\xff" + n.to_bytes(8, "big")


def _encode(v: Value, out: list[bytes]) -> None:
    t = type(v)
    if t is int:
        raw = v.to_bytes(v.bit_length() // 8 + 1, "big", signed=True)
        out.append(b"i" + _number(len(raw)) + raw)
    elif t is str:
        raw = v.encode("utf-8", "surrogatepass")
        out.append(b"s" + _number(len(raw)) + raw)
    elif t is Bool:
        out.append(b"T" if v else b"F")
    elif t is ModelValue:
        raw = v.name.encode("utf-8", "surrogatepass")
        out.append(b"m" + _number(len(raw)) + raw)
    elif t is tuple:
        out.append(b"<" + _number(len(v)))
        for x in v:
            _encode(x, out)
    elif t is Fn:
        out.append(b"(" + _number(len(v.vals)))
        for key, x in zip(v.shape.keys, v.vals, strict=True):
            _encode(key, out)
            _encode(x, out)
    elif t is frozenset:
        out.append(b"{" + _number(len(v)))
        out.extend(sorted([encode(x) for x in v]))
    elif isinstance(v, LazySet):
        if v.known_finite:
            _encode(v.forced(), out)
        else:
            raw = v.text().encode("utf-8", "surrogatepass")
            out.append(b"~" + _number(len(raw)) + raw)
    elif isinstance(v, LazyFn):
        _encode(v.build(), out)
    else:
        raise TypeError(f"not a TLA+ value: {v!r}")


def fingerprint(v: Value) -> int:
    """A 64-bit fingerprint of `v`, the same in every process: BLAKE2b of `encode(v)`."""
    from hashlib import blake2b

    return int.from_bytes(blake2b(encode(v), digest_size=8).digest(), "big")
