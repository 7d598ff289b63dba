"""The atoms that Python has no fitting type for: TLA+ booleans and model values.

Python's `True == 1` would make `{1, TRUE}` a set of one element, so TLA+ booleans are two objects of their
own, equal only to themselves. A model value (cfg: `C = a`) is an object equal only to itself; one named `A_x`
(a character, an underscore, at least one character more) is *typed* by that character and may be compared
with untyped model values and with those of its own type, but with nothing else.
Source: Specifying Systems 14.5.2 (model values); TLA+ version 2 guide (typed model values).
"""

from __future__ import annotations

from typing import Any, Final

#: A TLA+ value: `Bool | int | str | ModelValue | frozenset | tuple | Fn | LazySet`. See `modelcheck.values`.
Value = Any


class Bool:
    """TRUE or FALSE; exactly two objects exist, so `v is TRUE` decides. Truth testing works: `if v:`."""

    __slots__ = ("_value",)
    _value: bool

    def __new__(cls, value: bool = False) -> Bool:
        return TRUE if value else FALSE

    def __bool__(self) -> bool:
        return self._value

    def __repr__(self) -> str:
        return "TRUE" if self._value else "FALSE"

    def __reduce__(self) -> tuple[Any, ...]:
        return (boolean, (self._value,))

    def __copy__(self) -> Bool:
        return self

    def __deepcopy__(self, memo: Any) -> Bool:
        return self


def _make_bool(value: bool) -> Bool:
    made = object.__new__(Bool)
    made._value = value
    return made


TRUE: Final[Bool] = _make_bool(True)
FALSE: Final[Bool] = _make_bool(False)


def boolean(b: bool) -> Bool:
    """The TLA+ boolean of a Python truth value."""
    return TRUE if b else FALSE


_MODEL_VALUES: dict[str, ModelValue] = {}


class ModelValue:
    """A model value; one object per name. `.name` is its name, `.type` its type's character or None."""

    __slots__ = ("name", "type")  # equality and hash by identity, at the speed of the interpreter itself
    name: str
    type: str | None

    def __new__(cls, name: str) -> ModelValue:
        known = _MODEL_VALUES.get(name)
        if known is None:
            known = object.__new__(cls)
            known.name = name
            known.type = name[0] if len(name) > 2 and name[1] == "_" else None
            _MODEL_VALUES[name] = known
        return known

    def __repr__(self) -> str:
        return self.name

    def __reduce__(self) -> tuple[Any, ...]:
        return (ModelValue, (self.name,))

    def __copy__(self) -> ModelValue:
        return self

    def __deepcopy__(self, memo: Any) -> ModelValue:
        return self
