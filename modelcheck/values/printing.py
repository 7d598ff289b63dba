"""Values as TLA+ text, as TLC prints them: `{1, 2}`, `<<1, 2>>`, `[a |-> 1]`, `(k :> v @@ ...)`; elements in
TLC's order.

`pretty` gives one line, `pretty_lines` breaks what is wider than the page, `show` shortens long values for
messages. What is printed can be read back as TLA+, except that a lazy set too large to write out is printed
as its expression and model values need their declaration.
"""

from __future__ import annotations

import re

from modelcheck.values.functions import Fn, LazyFn, pairs_in_order
from modelcheck.values.lazybase import LazySet
from modelcheck.values.order import ordered
from modelcheck.values.scalars import Bool, ModelValue, Value

#: Lazy sets up to this many elements are printed written out.
EXPAND_MAX = 2_000
_IDENTIFIER = re.compile(r"[A-Za-z0-9_]*[A-Za-z][A-Za-z0-9_]*\Z")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def quote(text: str) -> str:
    """A TLA+ string literal."""
    return '"' + "".join([_ESCAPES.get(c, c) for c in text]) + '"'


def decimal(n: int) -> str:
    """`n` in decimal digits, however many (Python's `str` refuses above 4300)."""
    if n.bit_length() < 14_000:
        return str(n)
    if n < 0:
        return "-" + decimal(-n)
    half = n.bit_length() * 3 // 20
    high, low = divmod(n, 10**half)
    return decimal(high) + decimal(low).rjust(half, "0")


def pretty(v: Value) -> str:
    """`v` as one line of TLA+."""
    t = type(v)
    if t is int:
        return decimal(v)
    if t is str:
        return quote(v)
    if t is tuple:
        return "<<" + ", ".join([pretty(x) for x in v]) + ">>"
    if t is frozenset:
        return "{" + ", ".join([pretty(x) for x in ordered(v)]) + "}"
    if t is Fn:
        if is_record_text(v):
            return "[" + ", ".join([f"{key} |-> {pretty(x)}" for key, x in pairs_in_order(v)]) + "]"
        return "(" + " @@ ".join([f"{pretty(key)} :> {pretty(x)}" for key, x in pairs_in_order(v)]) + ")"
    if isinstance(v, LazySet):
        return pretty(v.forced()) if _is_short(v) else v.text()
    return repr(v)


def is_record_text(f: Fn) -> bool:
    """Can the function be printed as a record: are all its keys strings that are TLA+ identifiers?"""
    return f.shape.is_record and all(_IDENTIFIER.match(key) for key in f.shape.keys)


def _is_short(s: LazySet) -> bool:
    from modelcheck.errors import EvalError

    try:
        return s.is_short(EXPAND_MAX)
    except EvalError:
        return False


def show(v: Value, width: int = 200) -> str:
    """`v` for a message: one line, cut in the middle when longer than `width` characters; never raises
    EvalError.
    """
    from modelcheck.errors import EvalError

    try:
        text = v.text() if isinstance(v, LazySet) else pretty(v)
    except EvalError:
        text = _unsorted(v)
    if len(text) <= width:
        return text
    half = (width - 5) // 2
    return f"{text[:half]} ... {text[-half:]}"


def _unsorted(v: Value) -> str:
    """The value printed without TLC's order, for values whose elements cannot be compared."""
    from modelcheck.values.encoding import encode

    t = type(v)
    if t is tuple:
        return "<<" + ", ".join([_unsorted(x) for x in v]) + ">>"
    if t is frozenset:
        return "{" + ", ".join([_unsorted(x) for x in sorted(v, key=encode)]) + "}"
    if t is Fn:
        return "(" + " @@ ".join([f"{_unsorted(k)} :> {_unsorted(x)}" for k, x in v.items()]) + ")"
    return v.text() if isinstance(v, LazySet) else pretty(v)


def kind_phrase(v: Value) -> str:
    """What `v` is, with its article: 'an integer', 'a record', 'a sequence', 'a function', 'a set', ..."""
    t = type(v)
    if t is int:
        return "an integer"
    if t is str:
        return "a string"
    if t is Bool:
        return "a boolean"
    if t is ModelValue:
        return "a model value" if v.type is None else f"a model value of type {v.type}"
    if t is tuple:
        return "a sequence"
    if t is Fn:
        return "a record" if v.shape.is_record else "a function"
    if isinstance(v, LazyFn):
        return "a function"
    return "a set"


def pretty_lines(v: Value, width: int = 80, indent: int = 0) -> list[str]:
    """`v` as lines of at most `width` characters where it can be broken; later lines carry `indent` spaces
    more.
    """
    return ("\n" + " " * indent).join(_broken(v, width - indent)).split("\n")


def _broken(v: Value, width: int) -> list[str]:
    """Lines without outer indentation."""
    flat = pretty(v)
    if len(flat) <= width:
        return [flat]
    t = type(v)
    if isinstance(v, LazySet) and _is_short(v):
        v, t = v.forced(), frozenset
    if t is tuple and v:
        return _block("<<", [_broken(x, width - 3) for x in v], ",", ">>")
    if t is frozenset and v:
        return _block("{", [_broken(x, width - 2) for x in ordered(v)], ",", "}")
    if t is Fn and is_record_text(v):
        return _block("[", [_labelled(f"{key} |->", x, width - 2) for key, x in pairs_in_order(v)], ",", "]")
    if t is Fn:
        pairs = pairs_in_order(v)
        return _block("(", [_labelled(f"{pretty(key)} :>", x, width - 4) for key, x in pairs], " @@", ")")
    return [flat]


def _labelled(label: str, v: Value, width: int) -> list[str]:
    """`label value` on one line when it fits, else the value on the lines below."""
    flat = pretty(v)
    if len(label) + 1 + len(flat) <= width:
        return [f"{label} {flat}"]
    return [label, *["  " + line for line in _broken(v, width - 2)]]


def _block(opener: str, parts: list[list[str]], separator: str, closer: str) -> list[str]:
    """Parts one under the other between opener and closer."""
    lines: list[str] = []
    pad = " " * (len(opener) + 1)
    for i, part in enumerate(parts):
        last = i == len(parts) - 1
        for j, line in enumerate(part):
            tail = (f" {closer}" if last else separator) if j == len(part) - 1 else ""
            lines.append((f"{opener} " if not lines else pad) + line + tail)
    return lines
