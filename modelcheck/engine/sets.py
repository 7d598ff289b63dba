"""Closures for ops that bind names over sets: quantifiers, CHOOSE, filters, maps, function constructors.

Elements are tried in TLC's order wherever the order can be seen: in what CHOOSE picks, and in which error is met first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from modelcheck.engine.origins import enumerated, no_witness
from modelcheck.engine.rulesets import FilterSet, RuleSet, is_large, is_written
from modelcheck.engine.runtime import (
    Eval,
    Frame,
    RuleFn,
    Test,
    captured,
    combinations,
    product_domain,
)
from modelcheck.errors import EvalError
from modelcheck.ir import ops
from modelcheck.values import Fn, Interval, LazySet, Value, elements, make_function, make_set, need_set, ordered, show
from modelcheck.values.functions import Shape, shape_of

if TYPE_CHECKING:
    from modelcheck.engine.exprs import ExprCompiler


def binding(binder: ops.Binder) -> Callable[[Frame, Value], None]:
    """What binds one element of the binder's domain to its slots."""
    slots = binder.slots
    if not binder.is_tuple:
        only = slots[0]

        def bind_one(frame: Frame, v: Value) -> None:
            frame[only] = v

        return bind_one

    def bind_parts(frame: Frame, v: Value) -> None:
        if type(v) is not tuple or len(v) != len(slots):
            raise EvalError("E004", f"{show(v)} is not a tuple of {len(slots)} elements", binder.span)
        for slot, part in zip(slots, v, strict=True):
            frame[slot] = part

    return bind_parts


def in_order(s: Value) -> Iterable[Value]:
    """The elements in TLC's order; E004 when `s` is no set, E002 when it is infinite."""
    if type(s) is frozenset:
        return ordered(s)
    need_set(s, "a bound name")
    return iter(elements(s))  # an infinite set is refused here, not at the first element


def domain_of(compiler: ExprCompiler, binder: ops.Binder) -> Callable[[Frame], Iterable[Value]]:
    """The elements of a binder's domain, in order."""
    fn = compiler.value(binder.domain)

    def read(frame: Frame) -> Iterable[Value]:
        s = fn(frame)
        if type(s) is frozenset and len(s) < 2:
            return s
        try:
            return in_order(s)
        except EvalError as error:
            raise enumerated(error, binder) from None

    return read


def narrowed_domain(compiler: ExprCompiler, op: ops.BoundOp) -> Callable[[Frame], Iterable[Value]]:
    """The elements of the one name's domain, in order, without some of those that its body begins to refuse with
    `m.field = value`: a set that knows its elements by field need not offer them."""
    binder = op.binders[0]
    every, known = domain_of(compiler, binder), _field_asked(op)
    if known is None:
        return every
    fn, (field, value) = compiler.value(binder.domain), known

    def read(frame: Frame) -> Iterable[Value]:
        s = fn(frame)
        part = s.having(field, value) if isinstance(s, LazySet) else None
        return every(frame) if part is None else part

    return read


def _field_asked(op: ops.BoundOp) -> tuple[str, Value] | None:
    """`field` and `value`, when the body's first conjunct is `m.field = "value"` of the bound name."""
    first = op.body
    while isinstance(first, ops.And):
        first = first.items[0]
    if not isinstance(first, ops.Eq):
        return None
    left, right = first.left, first.right
    if not (isinstance(left, ops.Apply) and isinstance(left.arg, ops.Const) and isinstance(right, ops.Const)):
        return None
    if not isinstance(left.fn, ops.Local) or left.fn.slot != op.binders[0].slots[0]:
        return None
    field, value = left.arg.value, right.value
    return (field, value) if type(field) is str and type(value) is str else None


def bound_frames(compiler: ExprCompiler, binders: tuple[ops.Binder, ...]) -> Callable[[Frame], Iterator[None]]:
    """Binds every combination in turn, yielding after each."""
    if len(binders) == 2 and not any(b.is_tuple for b in binders):
        return _two_names(compiler, binders)
    parts = [(compiler.value(b.domain), binding(b), b) for b in binders]

    def walk(frame: Frame) -> Iterator[None]:
        domains = []
        for fn, _, binder in parts:
            s = fn(frame)
            try:
                need_set(s, "a bound name")
                domains.append(list(in_order(s)))
            except EvalError as error:
                raise enumerated(error, binder) from None
        for combo in combinations(domains):
            for (_, bind, _), v in zip(parts, combo, strict=True):
                bind(frame, v)
            yield None

    return walk


def _two_names(compiler: ExprCompiler, binders: tuple[ops.Binder, ...]) -> Callable[[Frame], Iterator[None]]:
    """Two names: the common case. The first varies fastest."""
    first, second = (domain_of(compiler, b) for b in binders)
    (slot1,), (slot2,) = (b.slots for b in binders)

    def walk(frame: Frame) -> Iterator[None]:
        fast, slow = list(first(frame)), second(frame)
        for b in slow:
            for a in fast:
                frame[slot1] = a
                frame[slot2] = b
                yield None

    return walk


def for_all(compiler: ExprCompiler, op: ops.ForAll) -> Test:
    """`\\A`."""
    body = compiler.test(op.body)
    if len(op.binders) == 1 and not op.binders[0].is_tuple:
        slot, domain = op.binders[0].slots[0], domain_of(compiler, op.binders[0])

        def all_of_one(frame: Frame) -> bool:
            for v in domain(frame):
                frame[slot] = v
                if not body(frame):
                    return False
            return True

        return all_of_one
    walk = bound_frames(compiler, op.binders)

    def all_of(frame: Frame) -> bool:
        for _ in walk(frame):
            if not body(frame):
                return False
        return True

    return all_of


def exists(compiler: ExprCompiler, op: ops.Exists) -> Test:
    """`\\E`."""
    body = compiler.test(op.body)
    if len(op.binders) == 1 and not op.binders[0].is_tuple:
        slot, domain = op.binders[0].slots[0], narrowed_domain(compiler, op)

        def some_of_one(frame: Frame) -> bool:
            for v in domain(frame):
                frame[slot] = v
                if body(frame):
                    return True
            return False

        return some_of_one
    walk = bound_frames(compiler, op.binders)

    def some_of(frame: Frame) -> bool:
        for _ in walk(frame):
            if body(frame):
                return True
        return False

    return some_of


def choose(compiler: ExprCompiler, op: ops.Choose) -> Eval:
    """`CHOOSE x \\in S : p`."""
    (binder,), body = op.binders, compiler.test(op.body)
    domain, bind = domain_of(compiler, binder), binding(binder)

    def pick(frame: Frame) -> Value:
        tried = 0
        for v in domain(frame):
            bind(frame, v)
            tried += 1
            if body(frame):
                return v
        raise no_witness(op, tried, compiler.value(binder.domain)(frame))

    return pick


def filter_set(compiler: ExprCompiler, op: ops.Filter) -> Eval:
    """`{x \\in S : p}`; not built over an infinite set, nor over a large one that is not written out (`rulesets`)."""
    (binder,), body, span = op.binders, compiler.test(op.body), op.span
    base, bind = compiler.value(binder.domain), binding(binder)
    known = None if binder.is_tuple else _field_asked(op)

    def build(frame: Frame) -> Value:
        s = base(frame)
        try:
            part = s.having(*known) if known is not None and isinstance(s, LazySet) else None
            if part is None and by_rule(s):
                return _by_rule(s, captured(frame), bind, body, op, False)
            kept = []
            for v in in_order(s) if part is None else part:
                bind(frame, v)
                if body(frame):
                    kept.append(v)
        except EvalError as error:
            if _built_at_once(compiler, op, s, frame):
                raise error.at(span) from None
            return _by_rule(s, captured(frame), bind, body, op, True)
        return frozenset(kept)

    return build


def by_rule(s: Value) -> bool:
    """Whether a filter of a set is not built."""
    return isinstance(s, LazySet) and (not s.known_finite or is_large(s))


def _built_at_once(compiler: ExprCompiler, op: ops.Filter, s: Value, frame: Frame) -> bool:
    """Whether TLC builds a filter over `s` at once, and meets all errors. A union of sets that are not written out it
    leaves as it is."""
    domain = op.binders[0].domain
    if isinstance(domain, ops.BigUnion) and isinstance(s, frozenset):
        return all(type(part) is frozenset for part in elements(compiler.value(domain.arg)(frame)))
    return is_written(s)


def _by_rule(
    base: Value, frame: Frame, bind: Callable[[Frame, Value], None], body: Test, op: ops.Filter, fails: bool
) -> RuleSet | FilterSet:
    def satisfies(v: Value) -> bool:
        bind(frame, v)
        try:
            return body(frame)
        except EvalError as error:
            raise error.at(op.span) from None

    text = " ".join(op.span.text.split()) if op.span is not None else "{… : …}"
    if not isinstance(base, LazySet) or base.known_finite:
        return FilterSet(base, satisfies, text, fails)
    return RuleSet(base, satisfies, text, op.binders[0].site)


def map_set(compiler: ExprCompiler, op: ops.MapSet) -> Eval:
    """`{e : x \\in S, …}`."""
    body, span = compiler.value(op.body), op.span
    if len(op.binders) == 1 and not op.binders[0].is_tuple:
        slot, domain = op.binders[0].slots[0], domain_of(compiler, op.binders[0])

        def image(frame: Frame) -> Value:
            out = []
            for v in domain(frame):
                frame[slot] = v
                out.append(body(frame))
            try:
                return make_set(out)
            except EvalError as error:
                raise error.at(span) from None

        return image
    walk = bound_frames(compiler, op.binders)

    def image_of_all(frame: Frame) -> Value:
        out = [body(frame) for _ in walk(frame)]
        try:
            return make_set(out)
        except EvalError as error:
            raise error.at(span) from None

    return image_of_all


def fn_cons(compiler: ExprCompiler, op: ops.FnCons) -> Eval:
    """`[x \\in S, … |-> e]`; recursive ones and those over infinite sets are computed on demand."""
    if op.self_slot is None and len(op.binders) == 1 and not op.binders[0].is_tuple:
        return _plain_function(compiler, op)
    slots = tuple(slot for binder in op.binders for slot in binder.slots)
    domains = [compiler.value(binder.domain) for binder in op.binders]
    body, span = compiler.value(op.body), op.span
    spread = len(op.binders) > 1 or op.binders[0].is_tuple
    walk = bound_frames(compiler, op.binders)

    def build(frame: Frame) -> Value:
        sets = [fn(frame) for fn in domains]
        try:
            for s in sets:
                need_set(s, "the domain of a function")
            if op.self_slot is None and all(_writable(s) for s in sets):
                return make_function([(_key(frame, op, slots), body(frame)) for _ in walk(frame)])
        except EvalError as error:
            raise error.at(span) from None
        domain = product_domain(sets) if len(sets) > 1 else sets[0]
        rule = RuleFn(domain, frame, _grouped(op), spread, body, span)
        if op.self_slot is not None:
            rule.bind_self(op.self_slot)
        return rule

    return build


def _writable(s: Value) -> bool:
    """Whether a set is known to be finite."""
    return type(s) is frozenset or bool(s.known_finite)


def _grouped(op: ops.FnCons) -> tuple[int | tuple[int, ...], ...]:
    """The slots of an argument's components; of an only argument that is a tuple of names, those of its components."""
    if len(op.binders) == 1:
        return op.binders[0].slots
    return tuple(b.slots if b.is_tuple else b.slots[0] for b in op.binders)


def rule_of(compiler: ExprCompiler, op: ops.FnCons, body: Eval) -> Callable[[Frame], RuleFn]:
    """`[x \\in S, … |-> e]`, not recursive, computed on demand though its domain may be finite."""
    slots = _grouped(op)
    domains = [compiler.value(binder.domain) for binder in op.binders]
    span = op.span
    spread = len(op.binders) > 1 or op.binders[0].is_tuple

    def build(frame: Frame) -> RuleFn:
        parts = [fn(frame) for fn in domains]
        for s in parts:
            need_set(s, "the domain of a function")
        return RuleFn(product_domain(parts) if len(parts) > 1 else parts[0], frame, slots, spread, body, span)

    return build


def _key(frame: Frame, op: ops.FnCons, slots: tuple[int, ...]) -> Value:
    """The argument under which the value of the body is filed."""
    if len(op.binders) == 1:
        return tuple([frame[slot] for slot in slots])
    return tuple(
        [
            tuple([frame[slot] for slot in b.slots]) if b.is_tuple else frame[b.slots[0]]
            for b in op.binders
        ]
    )


def _plain_function(compiler: ExprCompiler, op: ops.FnCons) -> Eval:
    """One name over one set: the common case. The shape of the last domain is kept."""
    (slot,), span = op.binders[0].slots, op.span
    domain, body = compiler.value(op.binders[0].domain), compiler.value(op.body)
    last: list[tuple[Value, Shape | int]] = []

    def build(frame: Frame) -> Value:
        s = domain(frame)
        if last and last[0][0] is s:
            shape = last[0][1]
        else:
            try:
                need_set(s, "the domain of a function")
                if not _writable(s):
                    return RuleFn(s, frame, (slot,), False, body, span)
                shape = _shape(s)
            except EvalError as error:
                raise error.at(span) from None
            last[:] = [(s, shape)]
        out = []
        if type(shape) is int:
            for i in range(1, shape + 1):
                frame[slot] = i
                out.append(body(frame))
            return tuple(out)
        assert isinstance(shape, Shape)
        for key in shape.keys:
            frame[slot] = key
            out.append(body(frame))
        return Fn(shape, tuple(out))

    return build


def _shape(s: Value) -> Shape | int:
    """The shape of functions over a finite set; n for 1..n."""
    if type(s) is Interval and s.low == 1:
        return max(0, s.high)
    domain = s if type(s) is frozenset else s.forced()
    n = len(domain)
    if all(type(v) is int for v in domain) and all(i in domain for i in range(1, n + 1)):
        return n
    return shape_of(domain)
