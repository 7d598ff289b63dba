"""What a step changed, as a log tells it: the state after the step as a difference to the state before.

`changes` of an event speaks of the variables that the header lists in `observed`; one that is not named has kept its
value. So with all variables in `observed` a log says as much as if each line held the whole state, in a line whose
length does not depend on the state's size.

======================================  ===========================================================================
JSON                                    after the step
======================================  ===========================================================================
{"#at": {"s1": change}}                 the function, record or sequence is what it was, but changed at these arguments
{"#added": [m], "#removed": [k]}        the set is what it was, with the first and without the second; either may be
                                        missing; what is added may have been there, what is removed may not
{"#appended": [x], "#kept": n}          the sequence is the first n elements of what it was (without `#kept`: all), and
                                        then these
anything else                           this very value (see `traces.decode`)
======================================  ===========================================================================

Takes JSON and a decoder; gives a `Change`, a test that pairs of values pass or fail. Refused (BadValue): what is no
value; names that stand beside each other and do not belong together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from modelcheck.values import Fn, LazySet, Value, is_finite, is_function, normalize, show
from traces.decode import BadValue, Decoder, Difference, differences_of, index_text
from traces.growing import GrownSet
from traces.jsontext import Json, Path


class _Unfit(Exception):
    """The value before the step is none that could change so: what would be needed."""


@dataclass(frozen=True, slots=True)
class Same:
    """The value is what it was."""

    def fits(self, before: Value, after: Value) -> bool:
        return after is before or bool(after == before)

    def after(self, before: Value) -> Value:
        return before


@dataclass(frozen=True, slots=True)
class Becomes:
    """The value is this one."""

    value: Value

    def fits(self, before: Value, after: Value) -> bool:
        return bool(self.value == after)

    def after(self, before: Value) -> Value:
        return self.value


@dataclass(frozen=True, slots=True)
class At:
    """A function is what it was, but for the values at these arguments, which are in its domain."""

    pairs: dict[Value, Change]

    def fits(self, before: Value, after: Value) -> bool:
        if type(before) is Fn and type(after) is Fn and before.shape == after.shape:
            index, old, new = before.shape.index, before.vals, after.vals
            for i, value in enumerate(new):
                if value is not old[i] and value != old[i]:
                    break
            else:
                return all(k in index and c.fits(old[index[k]], new[index[k]]) for k, c in self.pairs.items())
            places = {}
            for key, change in self.pairs.items():
                i = index.get(key, -1)
                if i < 0 or not change.fits(old[i], new[i]):
                    return False
                places[i] = True
            return all(i in places or new[i] is old[i] or new[i] == old[i] for i in range(len(new)))
        try:
            return bool(self.after(before) == after)
        except _Unfit:
            return False

    def after(self, before: Value) -> Value:
        if type(before) is Fn:
            vals = list(before.vals)
            for key, change in self.pairs.items():
                i = before.shape.index.get(key)
                if i is None:
                    raise _Unfit(f"a value at {show(key)}")
                vals[i] = change.after(vals[i])
            return Fn(before.shape, tuple(vals))
        if type(before) is not tuple:
            raise _Unfit("a function")
        items = list(before)
        for key, change in self.pairs.items():
            if type(key) is not int or not 0 < key <= len(items):
                raise _Unfit(f"a value at {show(key)}")
            items[key - 1] = change.after(items[key - 1])
        return tuple(items)


@dataclass(frozen=True, slots=True)
class Grows:
    """A set is what it was, with some elements and without others."""

    added: frozenset[Value]
    removed: frozenset[Value]

    def fits(self, before: Value, after: Value) -> bool:
        if isinstance(after, GrownSet) and not self.removed:
            new = after.grew(before)
            if new is not None:
                return new <= self.added and all(map(after.contains, self.added))
        try:
            return bool(self.after(before) == after)
        except _Unfit:
            return False

    def after(self, before: Value) -> Value:
        if isinstance(before, LazySet) and is_finite(before):
            before = before.forced()
        if type(before) is not frozenset:
            raise _Unfit("a finite set")
        return (before | self.added) - self.removed


@dataclass(frozen=True, slots=True)
class Appends:
    """A sequence is the first `kept` elements of what it was (None: all), and then these."""

    kept: int | None
    items: tuple[Value, ...]

    def fits(self, before: Value, after: Value) -> bool:
        try:
            return bool(self.after(before) == after)
        except _Unfit:
            return False

    def after(self, before: Value) -> Value:
        if type(before) is not tuple:
            raise _Unfit("a sequence")
        if self.kept is not None and self.kept > len(before):
            raise _Unfit(f"a sequence of {self.kept} elements or more")
        return before[: self.kept] + self.items


Change: TypeAlias = Same | Becomes | At | Grows | Appends
SAME = Same()


def change_of(decoder: Decoder, json: Json, path: Path) -> Change:
    """The change that `json` tells of. Raises BadValue."""
    if type(json) is dict:
        tags = {name for name in json if name in ("#at", "#added", "#removed", "#appended", "#kept")}
        if tags:
            for allowed in ({"#at"}, {"#added", "#removed"}, {"#appended", "#kept"}):
                if tags & allowed:
                    stray = [name for name in json if name not in allowed]
                    if stray:
                        raise BadValue(f"{sorted(tags & allowed)[0]!r} stands beside {stray[0]!r}", path)
            return _tagged(decoder, json, path)
    return Becomes(decoder.value(json, path))


def _tagged(decoder: Decoder, json: dict[str, Json], path: Path) -> Change:
    if "#at" in json:
        return _at(decoder, json["#at"], (*path, "#at"))
    if "#kept" in json or "#appended" in json:
        kept = json.get("#kept")
        if kept is not None and (type(kept) is not int or kept < 0):
            raise BadValue("how many elements are kept is an integer from 0", (*path, "#kept"))
        items = decoder.value(decoder.list_of(json.get("#appended", []), (*path, "#appended")), (*path, "#appended"))
        return Appends(kept, items)
    added, removed = (decoder.set_of(json.get(tag, []), (*path, tag)) for tag in ("#added", "#removed"))
    return Grows(added, removed)


def _at(decoder: Decoder, json: Json, path: Path) -> At:
    if type(json) is dict:
        return At({decoder.key(k): change_of(decoder, v, (*path, k)) for k, v in json.items()})
    out: dict[Value, Change] = {}
    for i, pair in enumerate(decoder.list_of(json, path)):
        if type(pair) is not list or len(pair) != 2:
            raise BadValue("each entry is a pair [argument, change]", (*path, i))
        out[decoder.value(pair[0], (*path, i, 0))] = change_of(decoder, pair[1], (*path, i, 1))
    return At(out)


def differences(change: Change, before: Value, after: Value, place: str = "") -> Iterator[Difference]:
    """Where the value after a step is not what the change makes of the value before it."""
    if change.fits(before, after):
        return
    if isinstance(change, At) and is_function(before) and is_function(after):
        yield from _at_differences(change, before, after, place)
        return
    try:
        expected = change.after(before)
    except _Unfit as unfit:
        yield Difference(place, str(unfit), f"{show(normalize(before))} before the step")
        return
    yield from differences_of(expected, after, place)


def _at_differences(change: At, before: Value, after: Value, place: str) -> Iterator[Difference]:
    try:
        expected = change.after(before)
    except _Unfit as unfit:
        yield Difference(place, str(unfit), f"{show(normalize(before))} before the step")
        return
    found = False
    for key, inner in change.pairs.items():
        old, new = (f.get(key) if type(f) is Fn else f[key - 1] if key <= len(f) else None for f in (before, after))
        if old is not None and new is not None:
            for difference in differences(inner, old, new, place + index_text(key)):
                found = True
                yield difference
    if not found:
        yield from differences_of(expected, after, place)
