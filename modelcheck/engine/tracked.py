"""Closures over views: the expressions and actions of a model compiled once more, so that little of a state is read.

The closures of `engine/exprs.py` and `engine/steps.py` with another accessor (`engine/views.py`): ops that can do with
less than a whole value get a view, every other op the whole value. A quantifier or filter over a set of the state first
looks at what its condition says without the state (`m.type = "1a"`), and reads the bits of those elements only for
which that is not settled.

An error here says only that the closures have to settle the matter; its place and text are not cared for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from modelcheck.engine import sets
from modelcheck.engine.exprs import ExprCompiler
from modelcheck.engine.runtime import CONTEXT, STATE, TARGET, UNSET, Eval, Frame, RuleFn, Test, Thunk
from modelcheck.engine.slots import SetNode, Unsuitable
from modelcheck.engine.views import (
    FNS,
    KEEP,
    SETS,
    VIEWS,
    FnOverlay,
    FnView,
    Pending,
    Selection,
    SetView,
    TrackedState,
    added,
    force,
    of_one_kind,
    removed,
    same_parts,
)
from modelcheck.errors import EvalError
from modelcheck.ir import ops
from modelcheck.values import Interval, LazySet, Value, apply, cup, domain, member, minus

Truth = Callable[[Frame], "bool | None"]  # None: not known without the state


class TrackedCompiler(ExprCompiler):
    """Closures whose operands may be views where the op can do without the whole value."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._lazies: dict[int, tuple[ops.Op, Eval]] = {}
        self._settled: dict[int, tuple[ops.Op, Truth | None]] = {}
        self._selections: dict[tuple[Any, ...], Selection] = {}

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
            if isinstance(f, FNS):
                i = f.part.index(x)
                if i is not None:
                    return f.at(i)
                f = f.force()
            try:
                return f.apply(x) if hasattr(f, "apply") else apply(f, x)
            except EvalError as error:
                raise error.at(span) from None

        rule = self._rule(op.fn)
        if rule is None:
            return call
        asked = rule
        return lambda frame: asked(frame).apply(arg(frame))

    def _lazy_except(self, op: ops.Except) -> Eval:
        fn = self.lazy(op.fn)
        updates = [(tuple(self.value(s) for s in u.path), u.at_slot, self.lazy(u.value)) for u in op.updates]
        strict = self._strict_except(op)

        def change(frame: Frame) -> Any:
            f = fn(frame)
            if not isinstance(f, FNS):
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
            if isinstance(f, FNS):
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
                return same_parts(a, b)
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
            if isinstance(s, SETS):
                try:
                    return s.contains(left(frame))
                except EvalError as error:
                    raise error.at(op.span) from None
            return strict(frame)

        return inside

    def _lazy_cup(self, op: ops.Cup) -> Eval:
        return self._set_change(op, cup, added)

    def _lazy_minus(self, op: ops.Minus) -> Eval:
        return self._set_change(op, minus, removed)

    def _set_change(
        self, op: ops.Binary, strict: Callable[[Value, Value], Value], change: Callable[[Any, frozenset[Value]], Any]
    ) -> Eval:
        left, right, span, both = self.lazy(op.left), self.lazy(op.right), op.span, isinstance(op, ops.Cup)

        def run(frame: Frame) -> Any:
            a, b = left(frame), right(frame)
            if both and isinstance(b, SETS) and not isinstance(a, SETS):
                a, b = b, a
            b = force(b)
            if isinstance(a, SETS) and type(b) is frozenset and of_one_kind(a.part, b):
                return change(a, b)
            try:
                return strict(force(a), b)
            except EvalError as error:
                raise error.at(span) from None

        return run


    # ---- quantifiers and filters over sets of the state -----------------------------------------------------

    def settled(self, op: ops.Op) -> Truth | None:
        """What the op's truth is as far as no state is needed for it; None where it always is.

        It never says TRUE or FALSE where the op, evaluated from left to right, would end in an error.
        """
        known = self._settled.get(id(op))
        if known is None:
            known = self._settled[id(op)] = (op, self._settle(op))
        return known[1]

    def _settle(self, op: ops.Op) -> Truth | None:
        facts = self.facts(op)
        if not (facts.current or facts.target or facts.impure):
            return _without_error(self.test(op))
        match op:
            case ops.And():
                return self._settle_items(op.items, False)
            case ops.Or():
                return self._settle_items(op.items, True)
            case ops.Implies():
                left, right = self.settled(op.left), self.settled(op.right)
                return None if left is None else _settled_implies(left, right)
            case ops.Not():
                inner = self.settled(op.arg)
                return None if inner is None else _settled_not(inner)
            case ops.Clear():
                return self.settled(op.body)
        return None

    def _settle_items(self, items: tuple[ops.Op, ...], absorbing: bool) -> Truth | None:
        """A junction: items from the left, as far as they need no state."""
        tests: list[Truth] = []
        for item in items:
            test = self.settled(item)
            if test is None:
                break
            tests.append(test)
        if not tests:
            return None
        all_known = len(tests) == len(items)

        def truth(frame: Frame) -> bool | None:
            for test in tests:
                v = test(frame)
                if v is not (not absorbing):
                    return v
            return (not absorbing) if all_known else None

        return truth

    def selection(self, op: ops.BoundOp, part: SetNode, frame: Frame, dropped: bool) -> Selection:
        """The elements of a set that matter to an op with one binder, whose body drops those where it is `dropped`."""
        test = self.settled(op.body)
        key: tuple[Any, ...] = (id(op), part)
        slots: tuple[int, ...] = ()
        if test is not None:
            bound = frozenset(op.binders[0].slots)
            slots = tuple(sorted(self.facts(op.body).slots - bound))
            vals = tuple([frame[slot] for slot in slots])
            if any(isinstance(v, _UNREADY) or callable(v) for v in vals):
                test, slots = None, ()
            else:
                key = (*key, vals)
        found = self._selections.get(key)
        if found is None:
            found = self._selections[key] = Selection(part, self._matters(op, test, slots, frame, dropped))
        return found

    def _matters(
        self, op: ops.BoundOp, test: Truth | None, slots: tuple[int, ...], frame: Frame, dropped: bool
    ) -> Callable[[Value], bool]:
        if test is None:
            return lambda v: True
        settled, bind, size = test, sets.binding(op.binders[0]), len(frame)
        context, kept = frame[CONTEXT], [(slot, frame[slot]) for slot in slots]

        def matters(v: Value) -> bool:
            own: Frame = [UNSET] * size
            own[CONTEXT] = context
            for slot, value in kept:
                own[slot] = value
            try:
                bind(own, v)
            except EvalError:
                return True
            return settled(own) is not dropped

        return matters

    def _bound_over_state(self, op: ops.BoundOp, dropped: bool) -> Callable[[Frame], Iterable[Value]] | None:
        """The elements of the one binder's domain that matter, in order; None where the plain op serves as well."""
        if len(op.binders) != 1 or type(op.binders[0].domain) not in _LAZY:
            return None
        if self.facts(op.binders[0].domain).constant:
            return None
        source = self.lazy(op.binders[0].domain)

        def elements(frame: Frame) -> Iterable[Value]:
            s = source(frame)
            if isinstance(s, SetView):
                return sets.in_order(s.state.among(self.selection(op, s.part, frame, dropped)))
            return sets.in_order(force(s))

        return elements

    def exists(self, op: ops.Exists) -> Test:
        """`\\E`."""
        found = self._bound_over_state(op, False)
        if found is None:
            return sets.exists(self, op)
        elements, bind, body = found, sets.binding(op.binders[0]), self.test(op.body)

        def some(frame: Frame) -> bool:
            for v in elements(frame):
                bind(frame, v)
                if body(frame):
                    return True
            return False

        return some

    def for_all(self, op: ops.ForAll) -> Test:
        """`\\A`."""
        found = self._bound_over_state(op, True)
        if found is None:
            return sets.for_all(self, op)
        elements, bind, body = found, sets.binding(op.binders[0]), self.test(op.body)

        def every(frame: Frame) -> bool:
            for v in elements(frame):
                bind(frame, v)
                if not body(frame):
                    return False
            return True

        return every

    def choose(self, op: ops.Choose) -> Eval:
        """`CHOOSE`."""
        found = self._bound_over_state(op, False)
        if found is None:
            return sets.choose(self, op)
        elements, bind, body = found, sets.binding(op.binders[0]), self.test(op.body)

        def pick(frame: Frame) -> Value:
            for v in elements(frame):
                bind(frame, v)
                if body(frame):
                    return v
            raise EvalError("E005", "CHOOSE finds nothing", op.span)

        return pick

    def filter_set(self, op: ops.Filter) -> Eval:
        """`{x \\in S : p}`."""
        found = self._bound_over_state(op, False)
        plain = sets.filter_set(self, op)
        if found is None:
            return plain
        elements, bind, body = found, sets.binding(op.binders[0]), self.test(op.body)
        source = self.lazy(op.binders[0].domain)

        def build(frame: Frame) -> Value:
            if not isinstance(source(frame), SETS):
                return plain(frame)
            kept = []
            for v in elements(frame):
                bind(frame, v)
                if body(frame):
                    kept.append(v)
            return frozenset(kept)

        return build

    def _in_filter(self, left: ops.Op, right: ops.Filter) -> Test:
        value, inside = self.value(left), self.contains(right)
        return lambda frame: inside(frame, value(frame))

    def contains(self, op: ops.Op) -> Callable[[Frame, Value], bool]:
        """Whether a value is in the set that an op denotes; the set is not built where that can be told without."""
        if isinstance(op, ops.Lazy):
            return self.contains(op.expr)
        if isinstance(op, ops.Filter):
            base, bind, body = self.contains(op.binders[0].domain), sets.binding(op.binders[0]), self.test(op.body)

            def kept(frame: Frame, v: Value) -> bool:
                if not base(frame, v):
                    return False
                bind(frame, v)
                return body(frame)

            return kept
        source = self.lazy(op)

        def inside(frame: Frame, v: Value) -> bool:
            s = source(frame)
            return s.contains(v) if isinstance(s, SETS) else member(v, s)

        return inside


def _without_error(test: Test) -> Truth:
    def truth(frame: Frame) -> bool | None:
        try:
            return test(frame)
        except EvalError:
            return None

    return truth


def _settled_implies(left: Truth, right: Truth | None) -> Truth:
    def truth(frame: Frame) -> bool | None:
        v = left(frame)
        if v is not True:
            return None if v is None else True
        return None if right is None else right(frame)

    return truth


def _settled_not(inner: Truth) -> Truth:
    def truth(frame: Frame) -> bool | None:
        v = inner(frame)
        return None if v is None else not v

    return truth


class _Given(ops.Op):
    """An operand whose value is put into a cell before."""

    def __init__(self, cell: list[Value]) -> None:
        super().__init__()
        self.cell = cell

    def children(self) -> Iterator[ops.Op]:
        return iter(())


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
        if not isinstance(child, FNS):
            return None
        new = _overlay(frame, child, keys[1:], at, value)
        if new is None:
            return None
    changes = dict(f.changes) if isinstance(f, FnOverlay) else {}
    changes[i] = new
    return FnOverlay(f.base if isinstance(f, FnOverlay) else f, changes)



_UNREADY = (*VIEWS, Pending, Thunk, RuleFn, LazySet)  # no values that can be told apart at little cost

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
