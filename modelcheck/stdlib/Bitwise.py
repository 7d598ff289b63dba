"""Binary digits of natural numbers, of any length. Negative numbers have no end of digits: E004."""

from __future__ import annotations

from modelcheck.stdlib.registry import natural, override
from modelcheck.values import Value


@override("Bitwise", "&")
def both(a: Value, b: Value) -> int:
    return natural("&", a) & natural("&", b)


@override("Bitwise", "|")
def either(a: Value, b: Value) -> int:
    return natural("|", a) | natural("|", b)


@override("Bitwise", "^^")
def just_one(a: Value, b: Value) -> int:
    return natural("^^", a) ^ natural("^^", b)


@override("Bitwise", "Not")
def complement(a: Value) -> int:
    n = natural("Not", a)
    return n ^ ((1 << n.bit_length()) - 1)


@override("Bitwise", "shiftR")
def shift_right(n: Value, pos: Value) -> int:
    return natural("shiftR", n) >> natural("shiftR", pos)
