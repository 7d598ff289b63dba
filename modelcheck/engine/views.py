"""Tracked evaluation: state variables as lazy views that record what is read, assignments as overlays.

The closures of `engine/exprs.py` and `engine/steps.py`, compiled once more with another accessor: `f[x]` of a state
variable reads one part, `m \\in S` one bit, `[f EXCEPT ![a] = v]`, `S \\cup {m}` and `S \\ {m}` read nothing and, when
assigned, write only what they change. Every other op gets the whole value, all of whose parts then count as read. Two
states that agree on all that was read are evaluated alike, so the outcome can be kept for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from modelcheck.engine import sets
from modelcheck.engine.exprs import ExprCompiler
from modelcheck.engine.runtime import STATE, TARGET, UNSET, Eval, Frame, Run, Test
from modelcheck.engine.slots import FnNode, Layout, Leaf, Part, SetNode, Unsuitable
from modelcheck.engine.steps import StepCompiler
from modelcheck.errors import EvalError
from modelcheck.ir import ops
from modelcheck.values import Fn, Interval, Value, apply, cup, domain, equal, make_set, member, minus


class _Keep:
    """What an unchanged variable's next value is."""

    def __repr__(self) -> str:
        return "<unchanged>"


KEEP = _Keep()


class TrackedState:
    """Packed words seen as a state; `leaves`, `bits` and `wholes` are what has been read."""

    __slots__ = ("bits", "layout", "leaves", "wholes", "words")

    def __init__(self, layout: Layout, words: Sequence[int]) -> None:
        self.layout = layout
        self.words = words
        self.leaves: dict[Leaf, None] = {}
        self.bits: dict[tuple[SetNode, int], None] = {}
        self.wholes: dict[SetNode, None] = {}

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

    def has(self, part: SetNode, i: int) -> bool:
        """Whether the i-th element is in a set."""
        self.bits[part, i] = None
        bit = part.bits[i]
        return bool(self.words[bit.word] >> bit.shift & 1)


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


_VIEWS = (FnView, FnOverlay, SetView, SetOverlay)
_FNS = (FnView, FnOverlay)
_SETS = (SetView, SetOverlay)


def force(v: Any) -> Value:
    """The value of what may be a view."""
    return v.force() if isinstance(v, _VIEWS) else v


class TrackedCompiler(ExprCompiler):
    """Closures whose operands may be views where the op can do without the whole value."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._lazies: dict[int, tuple[ops.Op, Eval]] = {}

    def lazy(self, op: ops.Op) -> Eval:
        """The closure of an op; its value may be a view."""
        compile_lazy = _LAZY.get(type(op))
        if compile_lazy is None or self.facts(op).constant:
            return super().value(op)
        known = self._lazies.get(id(op))
        if known is None:
            known = self._lazies[id(op)] = (op, compile_lazy(self, op))
        return known[1]

    def value(self, op: ops.Op) -> Eval:
        """The closure of an op; views are read whole."""
        if type(op) not in _LAZY or self.facts(op).constant:
            return super().value(op)
        known = self._values.get(id(op))
        if known is None:
            fn = self.lazy(op)
            known = self._values[id(op)] = (op, lambda frame: force(fn(frame)))
        return known[1]

    # ---- leaves ---------------------------------------------------------------------------------------------

    def _lazy_var(self, op: ops.Var) -> Eval:
        index = op.index

        def read(frame: Frame) -> Any:
            state = frame[STATE]
            return state.view(state.layout.roots[index])

        return read

    def _lazy_next(self, op: ops.Next) -> Eval:
        index, span, name = op.index, op.span, op.name

        def read(frame: Frame) -> Any:
            target = frame[TARGET]
            if type(target) is TrackedState:
                return target.view(target.layout.roots[index])
            v = target[index]
            if v is KEEP:
                state = frame[STATE]
                return state.view(state.layout.roots[index])
            if v is UNSET:
                raise EvalError("E007", f"{name}' is read, but has no value yet", span)
            return v

        return read

    def _lazy_local(self, op: ops.Local) -> Eval:
        slot = op.slot

        def read(frame: Frame) -> Any:
            v = frame[slot]
            return v.get() if type(v) is Pending else v

        return read

    def _lazy_memo(self, op: ops.Lazy) -> Eval:
        slot, fn = op.slot, self.lazy(op.expr)

        def read(frame: Frame) -> Any:
            v = frame[slot]
            if v is UNSET:
                v = frame[slot] = fn(frame)
            return v

        return read

    def _lazy_clear(self, op: ops.Clear) -> Eval:
        slots, body = op.slots, self.lazy(op.body)

        def clear(frame: Frame) -> Any:
            for slot in slots:
                frame[slot] = UNSET
            return body(frame)

        return clear

    def _lazy_if(self, op: ops.If) -> Eval:
        test, then, otherwise = self.test(op.condition), self.lazy(op.then), self.lazy(op.otherwise)
        return lambda frame: then(frame) if test(frame) else otherwise(frame)

    def _enabled(self, op: ops.Enabled) -> Test:
        if op.primed:
            raise Unsuitable("a primed ENABLED")
        return super()._enabled(op)

    def _native(self, op: ops.Native) -> Eval:
        if op.impure or (op.context and op.name != "Assert"):
            raise Unsuitable(f"{op.name} depends on the run")
        return super()._native(op)

    # ---- functions ------------------------------------------------------------------------------------------

    def _lazy_apply(self, op: ops.Apply) -> Eval:
        fn, arg, span = self.lazy(op.fn), self.value(op.arg), op.span

        def call(frame: Frame) -> Any:
            f, x = fn(frame), arg(frame)
            if isinstance(f, _FNS):
                i = f.part.index(x)
                if i is not None:
                    return f.at(i)
                f = f.force()
            try:
                return f.apply(x) if hasattr(f, "apply") else apply(f, x)
            except EvalError as error:
                raise error.at(span) from None

        if self._rule(op.fn) is None:
            return call
        strict = self._apply(op)

        def call_or_ask(frame: Frame) -> Any:
            try:
                return call(frame)
            except EvalError:
                return strict(frame)

        return call_or_ask

    def _lazy_except(self, op: ops.Except) -> Eval:
        fn = self.lazy(op.fn)
        updates = [(tuple(self.value(s) for s in u.path), u.at_slot, self.lazy(u.value)) for u in op.updates]
        strict = self._strict_except(op)

        def change(frame: Frame) -> Any:
            f = fn(frame)
            if not isinstance(f, _FNS):
                return strict(frame, f)
            for path, at, value in updates:
                keys = [step(frame) for step in path]
                new = _overlay(frame, f, keys, at, value)
                if new is None:
                    return strict(frame, force(fn(frame)))
                f = new
            return f

        return change

    def _strict_except(self, op: ops.Except) -> Callable[[Frame, Value], Value]:
        """The update of a plain value: the definition's own closure, given the function in a slot of its own."""
        cell: list[Value] = [None]
        given = _Given(cell)
        self._lazies[id(given)] = (given, lambda frame: cell[0])
        self._values[id(given)] = (given, lambda frame: cell[0])
        closure = ExprCompiler._except(self, ops.Except(given, op.updates, span=op.span))

        def run(frame: Frame, f: Value) -> Value:
            cell[0] = f
            return closure(frame)

        return run

    def _domain(self, op: ops.Domain) -> Eval:
        fn, span = self.lazy(op.arg), op.span

        def read(frame: Frame) -> Value:
            f = fn(frame)
            if isinstance(f, _FNS):
                shape = f.part.shape
                return Interval(1, shape) if isinstance(shape, int) else shape.domain
            try:
                return f.domain if hasattr(f, "apply") else domain(f)
            except EvalError as error:
                raise error.at(span) from None

        return read

    def _eq(self, op: ops.Eq) -> Test:
        """Two views of one variable (`v' = v`) are compared part by part, up to the first difference."""
        strict = super()._eq(op)
        if not (isinstance(op.left, ops.Next) and isinstance(op.right, ops.Var)):
            return strict
        left, right = self.lazy(op.left), self.lazy(op.right)

        def same(frame: Frame) -> bool:
            a, b = left(frame), right(frame)
            if isinstance(a, FnView) and isinstance(b, FnView) and a.part is b.part:
                return _same_parts(a, b)
            return strict(frame)

        return same

    # ---- sets -----------------------------------------------------------------------------------------------

    def _in(self, op: ops.In) -> Test:
        strict = super()._in(op)
        if type(op.right) not in _LAZY:
            return strict
        left, right = self.value(op.left), self.lazy(op.right)

        def inside(frame: Frame) -> bool:
            s = right(frame)
            if isinstance(s, _SETS):
                try:
                    return s.contains(left(frame))
                except EvalError as error:
                    raise error.at(op.span) from None
            return strict(frame)

        return inside

    def _lazy_cup(self, op: ops.Cup) -> Eval:
        return self._set_change(op, cup, _added)

    def _lazy_minus(self, op: ops.Minus) -> Eval:
        return self._set_change(op, minus, _removed)

    def _set_change(
        self, op: ops.Binary, strict: Callable[[Value, Value], Value], change: Callable[[Any, frozenset[Value]], Any]
    ) -> Eval:
        left, right, span, both = self.lazy(op.left), self.lazy(op.right), op.span, isinstance(op, ops.Cup)

        def run(frame: Frame) -> Any:
            a, b = left(frame), right(frame)
            if both and isinstance(b, _SETS) and not isinstance(a, _SETS):
                a, b = b, a
            b = force(b)
            if isinstance(a, _SETS) and type(b) is frozenset and _of_one_kind(a.part, b):
                return change(a, b)
            try:
                return strict(force(a), b)
            except EvalError as error:
                raise error.at(span) from None

        return run


class _Given(ops.Op):
    """An operand whose value is put into a cell before."""

    def __init__(self, cell: list[Value]) -> None:
        super().__init__()
        self.cell = cell

    def children(self) -> Iterator[ops.Op]:
        return iter(())


def _of_one_kind(part: SetNode, s: frozenset[Value]) -> bool:
    """Whether elements of the universe and of `s` may stand in one set."""
    try:
        if part.elements and s:
            make_set([part.elements[0], *s])
    except EvalError:
        return False
    return True


def _same_parts(a: FnView, b: FnView) -> bool:
    for i in range(len(a.part.parts)):
        x, y = a.at(i), b.at(i)
        if isinstance(x, FnView) and isinstance(y, FnView):
            if not _same_parts(x, y):
                return False
        elif not equal(force(x), force(y)):
            return False
    return True


def _added(s: SetView | SetOverlay, more: frozenset[Value]) -> SetOverlay:
    if isinstance(s, SetOverlay):
        return SetOverlay(s.base, s.added | more, s.removed - more)
    return SetOverlay(s, more, frozenset())


def _removed(s: SetView | SetOverlay, less: frozenset[Value]) -> SetOverlay:
    if isinstance(s, SetOverlay):
        return SetOverlay(s.base, s.added - less, s.removed | less)
    return SetOverlay(s, frozenset(), less)


def _overlay(frame: Frame, f: FnView | FnOverlay, keys: list[Value], at: int, value: Eval) -> FnOverlay | None:
    """`f` with the value at a path replaced; None where the path leaves what is known to be a function in the state."""
    i = f.part.index(keys[0])
    if i is None:
        return None
    if len(keys) == 1:
        frame[at] = Pending(f, i)
        new = value(frame)
    else:
        child = f.at(i)
        if not isinstance(child, _FNS):
            return None
        new = _overlay(frame, child, keys[1:], at, value)
        if new is None:
            return None
    changes = dict(f.changes) if isinstance(f, FnOverlay) else {}
    changes[i] = new
    return FnOverlay(f.base if isinstance(f, FnOverlay) else f, changes)


_LAZY: dict[type, Callable[[TrackedCompiler, Any], Eval]] = {
    ops.Var: TrackedCompiler._lazy_var,
    ops.Next: TrackedCompiler._lazy_next,
    ops.Local: TrackedCompiler._lazy_local,
    ops.Lazy: TrackedCompiler._lazy_memo,
    ops.Clear: TrackedCompiler._lazy_clear,
    ops.If: TrackedCompiler._lazy_if,
    ops.Apply: TrackedCompiler._lazy_apply,
    ops.Except: TrackedCompiler._lazy_except,
    ops.Cup: TrackedCompiler._lazy_cup,
    ops.Minus: TrackedCompiler._lazy_minus,
}


class TrackedSteps(StepCompiler):
    """Action trees over views. `pins` (set before a run) fixes the arm of a Branch or the elements of a ForEach."""

    def __init__(self, exprs: TrackedCompiler, names: list[str], mode: str, pins: dict[int, Any]) -> None:
        super().__init__(exprs, names, TARGET, mode)
        self.pins = pins
        self.tracked = exprs

    def _branch(self, node: ops.Branch) -> Run | None:
        plain, arms, pins, me = super()._branch(node), [self._node(a) for a in node.arms], self.pins, id(node)

        def run(frame: Frame) -> None:
            way = pins.get(me)
            arm = plain if way is None else arms[way]
            if arm is not None:
                arm(frame)

        return run

    def _for_each(self, node: ops.ForEach) -> Run | None:
        plain, then, pins, me = super()._for_each(node), self._node(node.then), self.pins, id(node)
        if then is None or plain is None:
            return None
        go, every = then, plain
        binds = [sets.binding(binder) for binder in node.binders]
        domains = [self.tracked.lazy(binder.domain) for binder in node.binders]

        def run(frame: Frame) -> None:
            pinned = pins.get(me)
            if pinned is None:
                every(frame)
                return
            for v, bind, domain_of in zip(pinned[0], binds, domains, strict=True):
                if pinned[1] and not domain_of(frame).contains(v):
                    return
                bind(frame, v)
            go(frame)

        return run

    def _assign(self, node: ops.Assign) -> Run | None:
        then = self._node(node.then)
        if then is None:
            return None
        keep = isinstance(node.expr, ops.Var) and node.expr.index == node.index
        fn, index, go = self.tracked.lazy(node.expr), node.index, then

        def run(frame: Frame) -> None:
            target = frame[TARGET]
            target[index] = KEEP if keep else fn(frame)
            go(frame)
            target[index] = UNSET

        return run

    def _assign_or_test(self, node: ops.AssignOrTest) -> Run | None:
        raise Unsuitable("an action under \\A")

    def _compose(self, node: ops.Compose) -> Run | None:
        raise Unsuitable("a composition of actions")

    def _emit(self, node: ops.Emit) -> Run | None:
        if self.mode == "enabled":
            return super()._emit(node)
        if node.missing or node.maybe:
            raise Unsuitable("a step that may be incomplete")
        action = node.action

        def emit(frame: Frame) -> None:
            frame[2].append((action, tuple(frame[TARGET])))

        return emit
