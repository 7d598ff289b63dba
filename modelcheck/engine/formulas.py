"""Predicates as programs: conjunctions, disjunctions and quantifiers taken apart into pieces that read little.

A formula is a tree whose leaves are instances (a table each), bits (is this element in that set?) and comparisons (are
these fields the same before and after the step?). `program` makes it a list of leaves with jumps, short-circuit from
left to right. A leaf whose table grows large is taken apart further (`split_leaf`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from modelcheck.core.native import LEAF_BIT, LEAF_SAME, LEAF_TABLE
from modelcheck.engine import sets
from modelcheck.engine.footprints import Region, footprint, is_twin
from modelcheck.engine.places import Lift, Places, Slots, bound, size_of
from modelcheck.engine.pointwise import at_key, keys_of
from modelcheck.engine.rows import Instance
from modelcheck.engine.runtime import STATE, TARGET, Frame
from modelcheck.engine.slots import Field, FnNode, Leaf, Part, SetNode
from modelcheck.engine.views import Selection, force
from modelcheck.errors import EvalError
from modelcheck.ir import ops
from modelcheck.records import dataclass, field
from modelcheck.values import FunctionSet, PowerSet, RecordSet, SeqSet, Value, is_set, member, ordered

UNROLLED_MAX = 2_000  # elements of one quantifier

Code = tuple[int, int, int, int, int, int]  # kind, instance or count, word or place in `same`, bits, yes, no


@dataclass(eq=False, slots=True)
class Formula:
    """`kind`: 'and', 'or' (of `items`, in the order of the elements of `part` if there is one), 'not' (of one), 'if'
    (of three), 'true', 'false', 'test' (`instance`, number `number`), 'bit' (`part`, element `number`, `side`), 'same'
    (`regions`).
    """

    kind: str
    items: list[Formula] = field(default_factory=list)
    instance: Instance | None = None
    number: int = 0
    part: SetNode | None = None
    side: int = 0
    regions: list[Region] = field(default_factory=list)
    order: list[int] = field(default_factory=list)  # 'and', 'or' over `part`: the element of each item

    def become(self, other: Formula) -> None:
        """Stand for another formula from now on."""
        self.kind, self.items, self.instance, self.number = other.kind, other.items, other.instance, other.number
        self.part, self.side, self.regions, self.order = other.part, other.side, other.regions, other.order


class Splitter:
    """Takes the predicates of one kind apart; `pieces` are the instances of the leaves, by number."""

    def __init__(self, places: Places, is_step: bool) -> None:
        self.places = places
        self.is_step = is_step
        self.pieces: list[Instance] = []
        self.leaves: list[Formula] = []  # of each piece

    def formula(self, op: ops.Op, is_top: bool) -> Formula:
        """A predicate as a formula. `is_top`: where it is FALSE the closures look again, at errors too, so the order of
        its parts is free.
        """
        if self.is_step and isinstance(op, ops.Or):  # [A]_v: first whether v has changed
            return Formula("or", [self._split(item, {}) for item in op.items])
        return self._split(op, {}, is_top)

    # ---- leaves ---------------------------------------------------------------------------------------------

    def _leaf(self, test: Any, slots: Slots, op: ops.Op | None = None, asks: tuple[Any, ...] = ()) -> Formula:
        self.places.counted()
        number = len(self.pieces)
        asked = asks if op is None else ("test", op)
        self.pieces.append(Instance((number,), slots=dict(slots), test=test, op=op, about=op, asks=asked))
        made = Formula("test", instance=self.pieces[-1], number=number)
        self.leaves.append(made)
        return made

    def _test(self, op: ops.Op, slots: Slots) -> Formula:
        truth = self.places.settled(op, slots)
        if truth is not None:
            return Formula("true" if truth else "false")
        return self._leaf(self.places.exprs.test(op), slots, op)

    def split_leaf(self, number: int) -> bool:
        """Take a leaf further apart; False when that is not possible."""
        leaf, piece = self.leaves[number], self.pieces[number]
        op = piece.op
        if op is None or leaf.instance is not piece:
            return False
        piece.op = None
        made = self._split_more(op, piece.slots)
        if made is None:
            return False
        leaf.become(made)
        if made.kind == "test":
            self.leaves[made.number] = leaf
        piece.rows.clear()
        return True

    # ---- taking apart ---------------------------------------------------------------------------------------

    def _split(self, op: ops.Op, slots: Slots, is_top: bool = False) -> Formula:
        """What is always taken apart: conjunctions, `\\A`, membership in sets of functions and of sets."""
        match op:
            case ops.And():
                return Formula("and", [self._split(item, slots, is_top) for item in op.items])
            case ops.Clear():
                return self._split(op.body, slots, is_top)
            case ops.ForAll():
                made = self._quantified(op, len(op.binders) - 1, slots, is_top)
                if made is not None:
                    return made
            case ops.Eq() if self.is_step and is_twin(op.left, op.right):
                same = Formula("same", regions=footprint(self.places, op.right, slots))
                unchanged = Formula("and", [same, self._has_value(op.right, slots)])
                return Formula("or", [unchanged, self._test(op, slots)])
            case ops.In() if is_top and self.places.known(op.right, slots):
                found = self.places.static(op.left, slots)
                if found is not None:
                    return self._inside(*found, self.places.constant(op.right, slots))
            case ops.SubsetEq() if is_top and self.places.known(op.right, slots):
                found = self.places.static(op.left, slots)
                if found is not None and isinstance(found[0], SetNode):
                    base = self.places.constant(op.right, slots)
                    if is_set(base):
                        return self._inside(*found, PowerSet(base))
        return self._test(op, slots)

    def _has_value(self, op: ops.Op, slots: Slots) -> Formula:
        """TRUE of every state where an expression can be evaluated (in others, evaluating this fails too)."""
        if self.places.static(op, slots) is not None:
            return Formula("true")
        match op:
            case ops.Const():
                return Formula("true")
            case ops.Tuple() | ops.Record():
                return Formula("and", [self._has_value(item, slots) for item in op.items])
            case ops.FnCons() if op.self_slot is None and len(op.binders) == 1:
                domain = op.binders[0].domain
                if self.places.known(domain, slots):
                    values = self.places.constant(domain, slots)
                    if size_of(values) <= UNROLLED_MAX:
                        inner = [{**slots, **bound(op.binders[0], v)} for v in sets.in_order(values)]
                        return Formula("and", [self._has_value(op.body, one) for one in inner])
        value = self.places.exprs.value(op)

        def test(frame: Frame) -> bool:
            value(frame)
            return True

        return self._leaf(test, slots, asks=("defined", op))

    def _split_more(self, op: ops.Op, slots: Slots) -> Formula | None:
        match op:
            case ops.Or():
                return Formula("or", [self._split(item, slots) for item in op.items])
            case ops.Implies():
                return Formula("or", [Formula("not", [self._split(op.left, slots)]), self._split(op.right, slots)])
            case ops.Not():
                inner = self._split_more(op.arg, slots)
                return None if inner is None else Formula("not", [inner])
            case ops.And():
                return Formula("and", [self._split(item, slots) for item in op.items])
            case ops.If():
                return Formula("if", [self._split(o, slots) for o in (op.condition, op.then, op.otherwise)])
            case ops.Clear():
                return self._split_more(op.body, slots)
            case ops.Lazy():
                return self._split_more(op.expr, slots)
            case ops.Exists() | ops.ForAll():
                return self._quantified(op, len(op.binders) - 1, slots, False)
            case ops.Eq():
                return self._key_by_key(op, slots)
        return None

    def _key_by_key(self, op: ops.Eq, slots: Slots) -> Formula | None:
        """Equality of functions with known domains: every key has a value on both sides, and the values are equal."""
        keys = keys_of(self.places, op.left, op.right, slots)
        if keys is None:
            return None
        pairs = [(at_key(op.left, key), at_key(op.right, key)) for key in keys]
        values = [self._has_value(side, slots) for pair in pairs for side in pair]
        return Formula("and", values + [self._test(ops.Eq(*pair, span=op.span), slots) for pair in pairs])

    def _quantified(
        self, op: ops.ForAll | ops.Exists, at: int, slots: Slots, is_top: bool
    ) -> Formula | None:
        """A quantifier over binder `at` and those before it (the first varies fastest); None when a domain is not known
        well enough.
        """
        places, for_all = self.places, isinstance(op, ops.ForAll)
        if at < 0:
            return self._split(op.body, slots, is_top)
        if not all(self._is_plain(b.domain, slots, for_all and is_top) for b in op.binders[: at + 1]):
            return None
        binder = op.binders[at]
        if places.known(binder.domain, slots):
            values = sets.in_order(places.constant(binder.domain, slots))
            items = [self._quantified(op, at - 1, {**slots, **bound(binder, v)}, is_top) for v in values]
            return Formula("and" if for_all else "or", [item for item in items if item is not None])
        within = places.range(binder.domain, slots)
        assert within is not None
        part, made = within.part, Formula("and" if for_all else "or", part=within.part)

        def grow(i: int) -> None:
            v = part.elements[i]
            if places.excluded(within, v, slots):
                return
            inner = {**slots, **bound(binder, v)}
            if at == 0 and places.settled(op.body, inner) is for_all:
                return
            there = Formula("bit", part=part, number=i, side=within.side)
            kept = [there, *(self._split(f.body, {**slots, **bound(f.binders[0], v)}) for f in within.filters)]
            body = self._quantified(op, at - 1, inner, is_top)
            assert body is not None
            if for_all:
                made.items.append(Formula("or", [*(Formula("not", [f]) for f in kept), body]))
            else:
                made.items.append(Formula("and", [*kept, body]))
            made.order.append(i)

        places.lifts.append(Lift(part, 0, grow))
        return made

    def _is_plain(self, domain: ops.Op, slots: Slots, or_filtered: bool) -> bool:
        """Whether a domain's elements can be taken one by one. All filters come before the first body, and may fail."""
        if self.places.known(domain, slots):
            return size_of(self.places.constant(domain, slots)) <= UNROLLED_MAX
        within = self.places.range(domain, slots)
        return within is not None and (or_filtered or not within.filters)

    def _inside(self, part: Part, side: int, s: Value) -> Formula:
        """Membership in a type set, part by part."""
        if isinstance(part, FnNode):
            targets = _targets(part, s)
            if targets is not None:
                pairs = zip(part.parts, targets, strict=True)
                return Formula("and", [self._inside(child, side, target) for child, target in pairs])
        if isinstance(part, SetNode) and isinstance(s, PowerSet):
            node, base, made = part, s.base, Formula("and")

            def grow(i: int) -> None:
                v = node.elements[i]
                there = Formula("not", [Formula("bit", part=node, number=i, side=side)])
                try:
                    if not member(v, base):
                        made.items.append(there)
                except (EvalError, RecursionError):  # said by the closures, where a state has the element
                    made.items.append(Formula("or", [there, self._leaf(lambda frame: member(v, base), {})]))

            self.places.lifts.append(Lift(node, 0, grow))
            return made
        where = TARGET if side else STATE

        def test(frame: Frame) -> bool:
            return member(force(frame[where].view(part)), s)

        return self._leaf(test, {}, asks=("member", part, side, s))


def _targets(part: FnNode, s: Value) -> list[Value] | None:
    """The set that each value of a function must be in, if `s` is a set of functions with the part's domain."""
    if isinstance(s, SeqSet):
        return [s.base] * len(part.parts) if isinstance(part.shape, int) else None
    if isinstance(s, RecordSet):
        return None if isinstance(part.shape, int) or part.shape != s.shape else list(s.sets)
    if not isinstance(s, FunctionSet):
        return None
    keys = range(1, part.shape + 1) if isinstance(part.shape, int) else part.shape.keys
    source = s.source if type(s.source) is frozenset else s.source.forced() if s.source.is_finite else None
    return [s.target] * len(part.parts) if source == frozenset(keys) else None


# ---- programs -----------------------------------------------------------------------------------------------


def program(roots: Sequence[tuple[Formula, int]], end: int, width: int) -> tuple[list[Code], list[tuple[int, int]]]:
    """Leaves with jumps for formulas looked at one after the other, each with the value that its being FALSE gives;
    `end`: the value when all are TRUE. And the (word, bits) that comparisons look at.
    """
    back: list[Code] = []  # from the last leaf to the first; places count from the end
    same: list[tuple[int, int]] = []
    place = end
    for formula, otherwise in reversed(roots):
        place = _emit(formula, place, otherwise, width, back, same)
    if place == end:
        return [], same
    if place != len(back) - 1:  # it does not begin at the first leaf: a comparison of nothing leads there
        back.append((LEAF_SAME, 0, 0, 0, place, place))
    n = len(back)
    code = [
        (kind, a, b, bits, yes if yes < 0 else n - 1 - yes, no if no < 0 else n - 1 - no)
        for kind, a, b, bits, yes, no in reversed(back)
    ]
    return code, same


def _emit(
    formula: Formula, yes: int, no: int, width: int, back: list[Code], same: list[tuple[int, int]]
) -> int:
    """Append a formula's leaves, last first; where to begin. Places count from the end of the program."""
    match formula.kind:
        case "true":
            return yes
        case "false":
            return no
        case "not":
            return _emit(formula.items[0], no, yes, width, back, same)
        case "and":
            for item in reversed(_in_order(formula)):
                yes = _emit(item, yes, no, width, back, same)
            return yes
        case "or":
            for item in reversed(_in_order(formula)):
                no = _emit(item, yes, no, width, back, same)
            return no
        case "if":
            condition, then, otherwise = formula.items
            other = _emit(otherwise, yes, no, width, back, same)
            first = _emit(then, yes, no, width, back, same)
            return _emit(condition, first, other, width, back, same)
        case "bit":
            assert formula.part is not None
            bit = formula.part.bits[formula.number]
            back.append((LEAF_BIT, 0, bit.word + formula.side * width, 1 << bit.shift, yes, no))
        case "same":
            pairs = _pairs(formula.regions)
            back.append((LEAF_SAME, len(pairs), len(same), 0, yes, no))
            same += pairs
        case _:
            back.append((LEAF_TABLE, formula.number, 0, 0, yes, no))
    return len(back) - 1


def _in_order(formula: Formula) -> list[Formula]:
    """The items, those over the elements of a set in the order of the elements."""
    if formula.part is None or len(formula.items) < 2:
        return formula.items
    elements = formula.part.elements
    rank = {v: i for i, v in enumerate(ordered(frozenset([elements[i] for i in formula.order])))}
    order = sorted(range(len(formula.items)), key=lambda k: rank[elements[formula.order[k]]])
    return [formula.items[k] for k in order]


def _pairs(regions: list[Region]) -> list[tuple[int, int]]:
    """The words and bits of some regions."""
    bits: dict[int, int] = {}

    def cover(item: Field) -> None:
        bits[item.word] = bits.get(item.word, 0) | ((1 << item.width) - 1) << item.shift

    for region in regions:
        if isinstance(region, Selection):
            for i in region.known():
                cover(region.part.bits[i])
            continue
        stack: list[Part] = [region]
        while stack:
            part = stack.pop()
            if isinstance(part, Leaf):
                cover(part.place)
            elif isinstance(part, SetNode):
                for bit in part.bits:
                    cover(bit)
            else:
                stack.extend(part.parts)
    return sorted(bits.items())
