"""JSON of a trace to TLA+ values, and to observations: what a log says of a value that it may know only in part.

Values, as `pyimpl.kernel.mapping` and `modelcheck.values.to_json` write them:

=================================  ==============================================================
TLA+                               JSON
=================================  ==============================================================
TRUE, 7, "text"                    true, 7, "text"
model value `a1`                   "a1" (a string is a model value when the header's constants name it)
a string of that very name         {"#string": "a1"}
sequence, tuple                    [1, 2]
set                                {"#set": [1, 2]}
interval                           {"#range": [1, 9]}
record                             {"field": value, …}
function on model values           {"a1": value, …} (every key is a model value of the header)
function on anything               {"#map": [[argument, value], …]}
=================================  ==============================================================

Observations: any of the above (the value is exactly this), and wherever a value stands in `vars` or `args`

* `{"#at": {"a1": 3}}` or `{"#at": [[argument, value], …]}`: the function, record or sequence has at these arguments
  these values; its other arguments stay open;
* `{"#has": [m1, …]}`, `{"#lacks": [m2, …]}`, or both in one object: the set has, or lacks, these elements;
* `{"#size": 3}`: the set has, or the sequence has, that many elements. May stand beside `#has` and `#lacks`.

Observations nest: `{"#at": {"a1": {"#has": [2]}}}`. Refused (T009): every other name that begins with `#`, null, and
names that stand beside a `#` name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from modelcheck.errors import EvalError
from modelcheck.values import (
    FALSE,
    TRUE,
    Fn,
    Interval,
    LazySet,
    ModelValue,
    Value,
    cardinality,
    is_finite,
    is_function,
    is_set,
    make_function,
    make_record,
    make_set,
    normalize,
    show,
)
from traces.jsontext import Json, Path

PARTIAL = ("#at", "#has", "#lacks", "#size")
CACHE_MAX = 20_000


class BadValue(Exception):
    """JSON that is no value: what is wrong, and where in the event."""

    def __init__(self, message: str, path: Path) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


@dataclass(frozen=True, slots=True)
class Difference:
    """Where an observation and a value part: `place` is what to write after the variable's name ("[a1].bal")."""

    place: str
    logged: str
    actual: str


@dataclass(frozen=True, slots=True)
class Exactly:
    """The value is this one."""

    value: Value

    def fits(self, value: Value) -> bool:
        return bool(self.value == value)

    def differences(self, value: Value, place: str = "") -> Iterator[Difference]:
        if not self.fits(value):
            yield from differences_of(self.value, value, place)


@dataclass(frozen=True, slots=True)
class At:
    """A function whose values at some arguments are observed."""

    pairs: tuple[tuple[Value, Observation], ...]

    def fits(self, value: Value) -> bool:
        for key, observed in self.pairs:
            found, there = _get(value, key)
            if not found or not observed.fits(there):
                return False
        return True

    def differences(self, value: Value, place: str = "") -> Iterator[Difference]:
        if not is_function(value):
            yield Difference(place, "a function", show(value))
            return
        for key, observed in self.pairs:
            found, there = _get(value, key)
            if found:
                yield from observed.differences(there, place + index_text(key))
            else:
                yield Difference(place, f"a value at {show(key)}", f"none: its domain lacks {show(key)}")


@dataclass(frozen=True, slots=True)
class Members:
    """A set (or a sequence, for `size` alone) of which some elements, non-elements or the size are observed."""

    has: frozenset[Value]
    lacks: frozenset[Value]
    size: int | None

    def fits(self, value: Value) -> bool:
        return next(self.differences(value), None) is None

    def differences(self, value: Value, place: str = "") -> Iterator[Difference]:
        if isinstance(value, LazySet) and is_finite(value):
            value = normalize(value)
        if not isinstance(value, frozenset):
            if not isinstance(value, tuple) or self.has or self.lacks:
                yield Difference(place, "a finite set", show(value))
                return
        else:
            for item in sorted(self.has - value, key=show):
                yield Difference(place, f"a set with {show(item)}", "a set without it")
            for item in sorted(self.lacks & value, key=show):
                yield Difference(place, f"a set without {show(item)}", "a set with it")
        if self.size is not None and len(value) != self.size:
            yield Difference(place, f"{self.size} element(s)", f"{len(value)} element(s)")


Observation: TypeAlias = Exactly | At | Members


class Decoder:
    """Reads the JSON of one trace. `model_values`: the strings that are model values."""

    def __init__(self, model_values: Iterable[str]) -> None:
        self.model_values = frozenset(model_values)
        self._elements: dict[str, Value] = {}
        self._observations: dict[str, Observation] = {}

    def observation(self, json: Json, path: Path = ()) -> Observation:
        """What `json` says of a value. Raises BadValue."""
        key = repr(json)
        known = self._observations.get(key)
        if known is None:
            if len(self._observations) > CACHE_MAX:
                self._observations.clear()
            known = self._observations[key] = self._observe(json, path)
        return known

    def _observe(self, json: Json, path: Path) -> Observation:
        if type(json) is dict:
            tags = [name for name in json if name in PARTIAL]
            if tags:
                stray = [name for name in json if name not in PARTIAL]
                if stray or ("#at" in json and len(json) > 1):
                    raise BadValue(f"{tags[0]!r} stands beside {(stray or ['#at'])[0]!r}", path)
                return self._at(json["#at"], (*path, "#at")) if tags == ["#at"] else self._members(json, path)
        return Exactly(self._element(json, path))

    def _at(self, json: Json, path: Path) -> At:
        if type(json) is dict:
            return At(tuple((self.key(k), self._observe(v, (*path, k))) for k, v in json.items()))
        pairs = []
        for i, pair in enumerate(self.list_of(json, path)):
            if type(pair) is not list or len(pair) != 2:
                raise BadValue("each entry is a pair [argument, value]", (*path, i))
            pairs.append((self.value(pair[0], (*path, i, 0)), self._observe(pair[1], (*path, i, 1))))
        return At(tuple(pairs))

    def _members(self, json: dict[str, Json], path: Path) -> Members:
        size = json.get("#size")
        if size is not None and (type(size) is not int or size < 0):
            raise BadValue("a size is an integer from 0", (*path, "#size"))
        has, lacks = (self.set_of(json.get(tag, []), (*path, tag)) for tag in ("#has", "#lacks"))
        return Members(has, lacks, size)

    def value(self, json: Json, path: Path = ()) -> Value:
        """The value that `json` writes. Raises BadValue."""
        kind = type(json)
        if kind is int:
            return json
        if kind is str:
            return ModelValue(json) if json in self.model_values else json
        if kind is bool:
            return TRUE if json else FALSE
        if kind is list:
            return tuple([self.value(v, (*path, i)) for i, v in enumerate(json)])
        if kind is dict:
            return self._object(json, path)
        raise BadValue(f"{'null' if json is None else repr(json)} is no TLA+ value", path)

    def _object(self, json: dict[str, Json], path: Path) -> Value:
        if not json:
            return ()
        for tag in json:
            if tag.startswith("#"):
                if len(json) > 1:
                    raise BadValue(f"{tag!r} stands beside other names", path)
                return self._tagged(tag, json[tag], (*path, tag))
        values = [self.value(v, (*path, k)) for k, v in json.items()]
        if self.model_values.issuperset(json):
            return make_function(zip(map(ModelValue, json), values, strict=True))
        return make_record(list(json), values)

    def _tagged(self, tag: str, body: Json, path: Path) -> Value:
        if tag == "#set":
            return self.set_of(body, path)
        if tag == "#range":
            return self._range(self.list_of(body, path), path)
        if tag == "#map":
            return self._map(self.list_of(body, path), path)
        if tag == "#string" and type(body) is str:
            return body
        if tag in PARTIAL:
            raise BadValue(f"{tag!r} is an observation; a whole value is needed here", path)
        raise BadValue(f"{tag!r} is no form of value: there are #set, #range, #map, #string", path)

    def set_of(self, body: Json, path: Path) -> frozenset[Value]:
        """The set of the values in a list. Raises BadValue."""
        items = [self._element(v, (*path, i)) for i, v in enumerate(self.list_of(body, path))]
        try:
            made: frozenset[Value] = make_set(items)
        except EvalError as error:
            raise BadValue(f"these are no elements of one set: {error.message}", path) from None
        return made

    def _element(self, json: Json, path: Path) -> Value:
        """An element of a set, or an argument: most are messages that stand in many lines, so they are remembered."""
        if type(json) is not dict:
            return self.value(json, path)
        key = repr(json)
        known = self._elements.get(key)
        if known is None:
            if len(self._elements) > CACHE_MAX:
                self._elements.clear()
            known = self._elements[key] = self.value(json, path)
        return known

    @staticmethod
    def _range(body: list[Json], path: Path) -> Value:
        if len(body) != 2 or any(type(end) is not int for end in body):
            raise BadValue("a range is a pair of integers [first, last]", path)
        return Interval(body[0], body[1])

    def _map(self, body: list[Json], path: Path) -> Value:
        pairs: dict[Value, Value] = {}
        for i, pair in enumerate(body):
            if type(pair) is not list or len(pair) != 2:
                raise BadValue("each entry is a pair [argument, value]", (*path, i))
            key = self.value(pair[0], (*path, i, 0))
            if key in pairs:
                raise BadValue(f"the argument {show(key)} stands twice", (*path, i, 0))
            pairs[key] = self.value(pair[1], (*path, i, 1))
        return make_function(pairs)

    def key(self, name: str) -> Value:
        """The argument that a name of a JSON object stands for."""
        return ModelValue(name) if name in self.model_values else name

    @staticmethod
    def list_of(json: Json, path: Path) -> list[Json]:
        """The list that `json` must be. Raises BadValue."""
        if type(json) is not list:
            raise BadValue("a list is needed here", path)
        return json


def _get(value: Value, key: Value) -> tuple[bool, Value]:
    if type(value) is Fn:
        i = value.shape.index.get(key)
        return (False, None) if i is None else (True, value.vals[i])
    if type(value) is tuple and type(key) is int and 0 < key <= len(value):
        return True, value[key - 1]
    return False, None


def index_text(key: Value) -> str:
    """How to write the value at `key`: `.field` or `[argument]`."""
    return f".{key}" if type(key) is str and key.isidentifier() else f"[{show(key)}]"


def differences_of(logged: Value, actual: Value, place: str) -> Iterator[Difference]:
    """The innermost places where two different values part."""
    if type(logged) is Fn and type(actual) is Fn and logged.shape.domain == actual.shape.domain:
        for key, value in logged.items():
            if value != actual.get(key):
                yield from differences_of(value, actual.get(key), place + index_text(key))
    elif type(logged) is tuple and type(actual) is tuple and len(logged) == len(actual):
        for i, (a, b) in enumerate(zip(logged, actual, strict=True), 1):
            if a != b:
                yield from differences_of(a, b, f"{place}[{i}]")
    elif is_set(logged) and is_set(actual) and _both_finite(logged, actual):
        a, b = normalize(logged), normalize(actual)
        yield from Members(a - b, frozenset(), None).differences(b, place)
        for item in sorted(b - a, key=show):
            yield Difference(place, f"a set without {show(item)}", "a set with it")
    else:
        yield Difference(place, show(logged), show(actual))


def _both_finite(a: Value, b: Value) -> bool:
    return is_finite(a) and is_finite(b) and cardinality(a) < 100_000 and cardinality(b) < 100_000
