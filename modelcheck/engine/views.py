"""State variables as lazy views that record what is read of them, and what is assigned as overlays.

`f[x]` of a view reads one part, `m \\in S` one bit; `[f EXCEPT ![a] = v]`, `S \\cup {m}` and `S \\ {m}` are overlays
that read nothing and, when assigned, write only what they change. `force` gives the whole value, all of whose parts
then count as read. Two states that agree on all that was read are evaluated alike, so the outcome can be kept for all
of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from modelcheck.engine.slots import FnNode, Layout, Leaf, Part, SetNode
from modelcheck.errors import EvalError
from modelcheck.values import Fn, Value, equal, make_set, member


class _Keep:
    """What an unchanged variable's next value is."""

    def __repr__(self) -> str:
        return "<unchanged>"


KEEP = _Keep()


class Selection:
    """The elements of a set's universe for which a condition that reads no state may matter: `members`, by number.

    `matters(v)`: False only where the condition settles that `v` plays no part.
    """

    __slots__ = ("_done", "matters", "members", "part")

    def __init__(self, part: SetNode, matters: Callable[[Value], bool]) -> None:
        self.part = part
        self.matters = matters
        self.members: list[int] = []
        self._done = 0

    def known(self) -> list[int]:
        """The members among the elements met so far."""
        elements = self.part.elements
        while self._done < len(elements):
            if self.matters(elements[self._done]):
                self.members.append(self._done)
            self._done += 1
        return self.members


class TrackedState:
    """Packed words seen as a state; `leaves`, `bits`, `wholes` and `chosen` are what has been read."""

    __slots__ = ("bits", "chosen", "layout", "leaves", "wholes", "words")

    def __init__(self, layout: Layout, words: Sequence[int]) -> None:
        self.layout = layout
        self.words = words
        self.leaves: dict[Leaf, None] = {}
        self.bits: dict[tuple[SetNode, int], None] = {}
        self.wholes: dict[SetNode, None] = {}
        self.chosen: dict[Selection, None] = {}

    def __getitem__(self, index: int) -> Value:
        return force(self.view(self.layout.roots[index]))

    def __len__(self) -> int:
        return len(self.layout.roots)

    def view(self, part: Part) -> Any:
        """A part as a view; the value itself of an opaque one, which is read."""
        if isinstance(part, Leaf):
            self.leaves[part] = None
            return part.values[self.layout.read(part.place, self.words)]
        return FnView(self, part) if isinstance(part, FnNode) else SetView(self, part)

    def whole(self, part: Part) -> Value:
        """The value of a part, all of which is read."""
        stack: list[Part] = [part]
        while stack:
            item = stack.pop()
            if isinstance(item, Leaf):
                self.leaves[item] = None
            elif isinstance(item, SetNode):
                self.wholes[item] = None
            else:
                stack.extend(item.parts)
        return self.layout.value(part, self.words)

    def among(self, selection: Selection) -> frozenset[Value]:
        """The elements of a set that are members of a selection."""
        self.chosen[selection] = None
        part = selection.part
        return frozenset([part.elements[i] for i in selection.known() if self.present(part, i)])

    def present(self, part: SetNode, i: int) -> bool:
        """Whether the i-th element is in a set, unrecorded."""
        bit = part.bits[i]
        return bool(self.words[bit.word] >> bit.shift & 1)

    def has(self, part: SetNode, i: int) -> bool:
        """Whether the i-th element is in a set."""
        self.bits[part, i] = None
        return self.present(part, i)


class FnView:
    """A function of fixed domain in the state."""

    __slots__ = ("part", "state")

    def __init__(self, state: TrackedState, part: FnNode) -> None:
        self.state = state
        self.part = part

    def at(self, i: int) -> Any:
        return self.state.view(self.part.parts[i])

    def force(self) -> Value:
        return self.state.whole(self.part)


class FnOverlay:
    """A function view with some values replaced."""

    __slots__ = ("base", "changes", "part")

    def __init__(self, base: FnView, changes: dict[int, Any]) -> None:
        self.base = base
        self.part = base.part
        self.changes = changes

    def at(self, i: int) -> Any:
        return self.changes[i] if i in self.changes else self.base.at(i)

    def force(self) -> Value:
        vals = tuple([force(self.at(i)) for i in range(len(self.part.parts))])
        return vals if isinstance(self.part.shape, int) else Fn(self.part.shape, vals)


class SetView:
    """A set in the state."""

    __slots__ = ("part", "state")

    def __init__(self, state: TrackedState, part: SetNode) -> None:
        self.state = state
        self.part = part

    def contains(self, v: Value) -> bool:
        if not self.part.uniform:
            return member(v, self.force())
        i = self.part.numbers.get(v)
        if i is None:
            if self.part.elements:
                try:
                    member(v, frozenset(self.part.elements))
                except EvalError:
                    return member(v, self.force())
            raise NewElement(self.part, v)
        return self.state.has(self.part, i)

    def force(self) -> Value:
        return self.state.whole(self.part)


class SetOverlay:
    """A set view with elements added and taken away."""

    __slots__ = ("added", "base", "part", "removed")

    def __init__(self, base: SetView, added: frozenset[Value], removed: frozenset[Value]) -> None:
        self.base = base
        self.part = base.part
        self.added = added
        self.removed = removed

    def contains(self, v: Value) -> bool:
        if v in self.added:
            return True
        return v not in self.removed and self.base.contains(v)

    def force(self) -> Value:
        return (self.base.force() - self.removed) | self.added


class NewElement(Exception):
    """A set is asked for an element that no state has had yet: it joins the universe, and the question is put again."""

    def __init__(self, part: SetNode, element: Value) -> None:
        super().__init__()
        self.part = part
        self.element = element


class Pending:
    """`@`: the old value at a place, read only if it is used."""

    __slots__ = ("base", "i")

    def __init__(self, base: FnView | FnOverlay, i: int) -> None:
        self.base = base
        self.i = i

    def get(self) -> Any:
        return self.base.at(self.i)


VIEWS = (FnView, FnOverlay, SetView, SetOverlay)
FNS = (FnView, FnOverlay)
SETS = (SetView, SetOverlay)


def force(v: Any) -> Value:
    """The value of what may be a view."""
    return v.force() if isinstance(v, VIEWS) else v


def of_one_kind(part: SetNode, s: frozenset[Value]) -> bool:
    """Whether elements of the universe and of `s` may stand in one set."""
    if not part.uniform:
        return False
    try:
        if part.elements and s:
            make_set([part.elements[0], *s])
    except EvalError:
        return False
    return True


def same_parts(a: FnView, b: FnView) -> bool:
    """Whether two views of one function have the same values; compared up to the first difference."""
    for i in range(len(a.part.parts)):
        x, y = a.at(i), b.at(i)
        if isinstance(x, FnView) and isinstance(y, FnView):
            if not same_parts(x, y):
                return False
        elif not equal(force(x), force(y)):
            return False
    return True


def added(s: SetView | SetOverlay, more: frozenset[Value]) -> SetOverlay:
    """A set with more elements."""
    if isinstance(s, SetOverlay):
        return SetOverlay(s.base, s.added | more, s.removed - more)
    return SetOverlay(s, more, frozenset())


def removed(s: SetView | SetOverlay, less: frozenset[Value]) -> SetOverlay:
    """A set without some elements."""
    if isinstance(s, SetOverlay):
        return SetOverlay(s.base, s.added - less, s.removed | less)
    return SetOverlay(s, frozenset(), less)
