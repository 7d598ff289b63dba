"""From the IR to symbolic values: what each op means when the state is not known.

`Encoder.value(op, frame)` gives a symbolic value (`cells.py`), `Encoder.test(op, frame)` the formula of a boolean one.
What depends on nothing unknown is computed by the engine of closures, whose meaning is the definition; the rest is
translated: quantifiers over finite sets are expanded over the candidates, functions are tuples of their values, sets
are vectors of conditions. Quantifiers over `Nat` and `Int` are left to z3.

Refused, each with its code: recursion that does not end within `DEPTH_MAX` calls (S003), enumeration of a set that is
not finite (S004), ENABLED and action composition (S005), operators without a translation (S007), and what would grow
beyond bounds (S008). Source: Konnov, Kukovec, Tran, PACMPL 3 (OOPSLA), 2019, 123; the rules of section 5.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import z3

from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.runtime import CONTEXT, UNSET, RuleFn
from modelcheck.errors import EvalError, TlaError
from modelcheck.ir import ops
from modelcheck.symbolic import chosen, functions, merging, natives, rules, sets
from modelcheck.symbolic.cells import (
    Choice,
    SCross,
    SFilter,
    SFunSet,
    SImage,
    SPower,
    SRange,
    SRecSet,
    SRule,
    is_concrete,
    kind_of,
    make_choice,
    make_fun,
    small_interval,
    truth_value,
)
from modelcheck.symbolic.context import Context, Failure, Stuck
from modelcheck.symbolic.costs import Costs
from modelcheck.symbolic.formulas import FALSE_F, TRUE_F, F
from modelcheck.symbolic.frames import Delayed, Frame, Kept, OperatorAt
from modelcheck.values import LazySet, Named, Value, kind_phrase, show

DEPTH_MAX = 40  # calls of recursive operators inside each other
DEPTH_ASKED = 2  # of them: from here on the solver is asked whether there is a next one
ENUMERATED_MAX = 1_000  # larger sets are kept as they are until something needs their elements


class Encoder:
    """Translates ops. `engine` computes what is known; `ctx` collects failures."""

    def __init__(self, ctx: Context, engine: ClosureEngine) -> None:
        self.ctx = ctx
        self.engine = engine
        self.facts = engine.shared.facts
        self.costs = Costs(self)
        self.depth = 0
        self._constants: dict[int, tuple[ops.Op, Any]] = {}

    # ---- entry points ---------------------------------------------------------------------------------------

    def value(self, op: ops.Op, frame: Frame) -> Value:
        """The op's value. Raises `Stuck` where it certainly fails, `TlaError` S… where it cannot be translated."""
        ctx = self.ctx
        before = ctx.span
        if op.span is not None:
            ctx.span = op.span
        try:
            kind = type(op)
            if kind is not ops.Const and kind not in _PLAIN and self.facts(op).constant:
                found, value = self.constant(op)
                if found:
                    return value
            translate = _VALUES.get(kind)
            if translate is not None:
                return translate(self, op, frame)
            return truth_value(_TESTS[kind](self, op, frame))
        finally:
            ctx.span = before

    def test(self, op: ops.Op, frame: Frame) -> F:
        """The formula of a boolean op; what is no boolean is a failure (E009)."""
        translate = _TESTS.get(type(op))
        if translate is None or self.facts(op).constant:
            return self.as_test(self.value(op, frame), op)
        ctx = self.ctx
        before = ctx.span
        if op.span is not None:
            ctx.span = op.span
        try:
            return translate(self, op, frame)
        finally:
            ctx.span = before

    def as_test(self, v: Value, op: ops.Op | None = None) -> F:
        """The formula that a value is."""
        ctx = self.ctx
        if isinstance(v, Choice):
            out = []
            for f, x in merging.alternatives(ctx, v):
                if kind_of(x) == "bool":
                    out.append(ctx.fx.both(f, merging.formula(x)))
                else:
                    ctx.fail(f, "E009", "another kind of value stands where a boolean is needed")
            return ctx.fx.any_of(out)
        if kind_of(v) != "bool":
            text = f"{show(v)} is {kind_phrase(v)}" if is_concrete(v) else "another kind of value"
            raise ctx.stuck("E009", f"a boolean is needed: {text}")
        return merging.formula(v)

    # ---- what is known --------------------------------------------------------------------------------------

    def constant(self, op: ops.Op) -> tuple[bool, Value]:
        """The value of an op that depends on nothing, where the closures can compute it in reasonable time."""
        known = self._constants.get(id(op))
        if known is None:
            known = self._constants[id(op)] = (op, self._compute(op))
        outcome = known[1]
        if isinstance(outcome, EvalError):
            raise self.ctx.stuck(outcome.code, outcome.message)
        if outcome is None:
            return False, None
        return True, outcome

    def _compute(self, op: ops.Op) -> Any:
        if not self.costs.is_cheap(op):
            return None
        frame = [UNSET] * (self.costs.frame_size(op) + 8)
        frame[CONTEXT] = self.engine.context
        try:
            value = self.engine.exprs.value(op)(frame)
            if isinstance(value, RuleFn):
                whole = isinstance(value.domain, frozenset) or small_interval(value.domain, sets.CELLS_MAX)
                value = value.build() if whole else value
        except EvalError as error:
            return error
        return value

    # ---- leaves ---------------------------------------------------------------------------------------------

    def _const(self, op: ops.Const, frame: Frame) -> Value:
        return op.value

    def _fail(self, op: ops.Fail, frame: Frame) -> Value:
        raise self.ctx.stuck(op.code, op.message)

    def _var(self, op: ops.Var, frame: Frame) -> Value:
        return self._variable(None if frame.state is None else frame.state[op.index], op.name)

    def _next(self, op: ops.Next, frame: Frame) -> Value:
        return self._variable(None if frame.target is None else frame.target[op.index], op.name + "'")

    def _variable(self, value: Value, name: str) -> Value:
        if value is None:
            raise self.ctx.stuck("E007", f"{name} is read, but has no value yet")
        return value

    def _local(self, op: ops.Local | ops.Param, frame: Frame) -> Value:
        value = frame.slots[op.slot]
        if isinstance(value, Delayed):
            return self.kept(value.kept, value.expr, value.frame)
        return value

    def _lazy(self, op: ops.Lazy, frame: Frame) -> Value:
        kept = frame.slots.get(op.slot)
        if not isinstance(kept, Kept):
            return self.value(op.expr, frame)
        return self.kept(kept, op.expr, frame)

    def kept(self, kept: Kept, expr: ops.Op, frame: Frame) -> Value:
        """A value computed once, on no particular path; its failures count on the paths where it is read."""
        ctx = self.ctx
        if not kept.done:
            path, failures = ctx.path, ctx.failures
            ctx.path, ctx.failures = TRUE_F, []
            try:
                kept.value = self.value(expr, frame)
            except Stuck:
                kept.stuck = True
            except TlaError:
                ctx.path, ctx.failures = path, failures
                return self.value(expr, frame)  # perhaps it can be translated on this path
            finally:
                kept.failures = ctx.together(ctx.failures)
                ctx.path, ctx.failures = path, failures
            kept.done = True
        for failure in kept.failures:
            when = ctx.fx.both(ctx.path, failure.when)
            if when != FALSE_F:
                ctx.failures.append(Failure(when, failure.code, failure.message, failure.span))
        if kept.stuck:
            raise Stuck
        return kept.value

    def _clear(self, op: ops.Clear, frame: Frame) -> Value:
        return self.value(op.body, frame.clear(op.slots))

    def _clear_test(self, op: ops.Clear, frame: Frame) -> F:
        return self.test(op.body, frame.clear(op.slots))

    def _once(self, op: ops.Once, frame: Frame) -> Value:
        return self.value(op.expr, Frame({}, None, None))

    def _force(self, op: ops.Force, frame: Frame) -> Value:
        value = self.value(op.arg, frame)
        return value.build() if isinstance(value, SRule) else value

    # ---- logic ----------------------------------------------------------------------------------------------

    def _and(self, op: ops.And, frame: Frame) -> F:
        return self.conjunction([lambda item=item: self.test(item, frame) for item in op.items])  # type: ignore[misc]

    def _or(self, op: ops.Or, frame: Frame) -> F:
        return F(-self.conjunction([lambda item=item: F(-self.test(item, frame)) for item in op.items]))  # type: ignore[misc]

    def conjunction(self, makers: list[Callable[[], F]]) -> F:
        """A conjunction whose items are evaluated only where those before them hold; a failing item counts as FALSE."""
        ctx = self.ctx
        so_far = TRUE_F
        for make in makers:
            found = ctx.under(so_far, make)
            if found is None:
                return FALSE_F
            so_far = ctx.fx.both(so_far, found)
            if so_far == FALSE_F:
                break
        return so_far

    def _implies(self, op: ops.Implies, frame: Frame) -> F:
        left = self.test(op.left, frame)
        right = self.ctx.under(left, lambda: self.test(op.right, frame))
        return self.ctx.fx.implies(left, FALSE_F if right is None else right)

    def _equiv(self, op: ops.Equiv, frame: Frame) -> F:
        return self.ctx.fx.iff(self.test(op.left, frame), self.test(op.right, frame))

    def _not(self, op: ops.Not, frame: Frame) -> F:
        return F(-self.test(op.arg, frame))

    def _eq(self, op: ops.Binary, frame: Frame) -> F:
        return merging.equal(self.ctx, self.value(op.left, frame), self.value(op.right, frame))

    def _neq(self, op: ops.Neq, frame: Frame) -> F:
        return F(-self._eq(op, frame))

    def branches(self, arms: list[tuple[F, Callable[[], Value]]]) -> Value:
        """The value of the arm whose condition holds (they exclude each other)."""
        found = []
        for f, make in arms:
            value = self.ctx.under(f, lambda make=make: (make(),))  # type: ignore[misc]
            if value is not None:
                found.append((f, value[0]))
        if not found:
            raise Stuck
        return merging.merge(self.ctx, found)

    def _if(self, op: ops.If, frame: Frame) -> Value:
        c = self.test(op.condition, frame)
        return self.branches(
            [(c, lambda: self.value(op.then, frame)), (F(-c), lambda: self.value(op.otherwise, frame))]
        )

    def _case(self, op: ops.Case, frame: Frame) -> Value:
        ctx = self.ctx
        arms: list[tuple[F, Callable[[], Value]]] = []
        open_ = TRUE_F
        for guard, value in op.arms:
            found = ctx.under(open_, lambda guard=guard: self.test(guard, frame))  # type: ignore[misc]
            if found is None:
                open_ = FALSE_F
                break
            arms.append((ctx.fx.both(open_, found), lambda value=value: self.value(value, frame)))  # type: ignore[misc]
            open_ = ctx.fx.both(open_, F(-found))
        if op.other is not None:
            other = op.other
            arms.append((open_, lambda: self.value(other, frame)))
        else:
            ctx.fail(open_, "E006", "no arm of the CASE is true")
        return self.branches(arms)

    # ---- binders --------------------------------------------------------------------------------------------

    def bound(self, frame: Frame, binder: ops.Binder, element: Value) -> Frame:
        """The frame with a binder's names bound to an element."""
        if not binder.is_tuple:
            return frame.bind({binder.slots[0]: element})
        parts = functions.items_of(self.ctx, element, "a tuple of bound names")
        if len(parts) < len(binder.slots):
            raise self.ctx.stuck("E004", "an element is no tuple of as many parts as there are names")
        return frame.bind({slot: v for slot, (_, v) in zip(binder.slots, parts, strict=False)})

    def rows(self, op: ops.BoundOp, frame: Frame) -> list[tuple[F, Frame]]:
        """Every combination of candidates with its condition and the frame that binds it."""
        ctx = self.ctx
        lists = [sets.cells(ctx, self.value(b.domain, frame)) for b in op.binders]
        size = 1
        for one in lists:
            size *= len(one)
        if size > sets.CELLS_MAX * 4:
            raise ctx.refuse("S008", f"a quantifier runs over {size:,} combinations")
        out = []
        for row in product(*lists):
            f = ctx.fx.all_of(g for g, _ in row)
            if f == FALSE_F:
                continue
            inner = ctx.under(f, lambda row=row: self.bind_row(op, frame, row))  # type: ignore[misc]
            if inner is not None:
                out.append((f, inner))
        return out

    def bind_row(self, op: ops.BoundOp, frame: Frame, row: tuple[tuple[F, Value], ...]) -> Frame:
        """The frame with all names bound to one combination."""
        for binder, (_, element) in zip(op.binders, row, strict=True):
            frame = self.bound(frame, binder, element)
        return frame

    def _exists(self, op: ops.Exists, frame: Frame) -> F:
        return F(-self._all(op, frame, -1))

    def _for_all(self, op: ops.ForAll, frame: Frame) -> F:
        return self._all(op, frame, 1)

    def _all(self, op: ops.BoundOp, frame: Frame, sign: int) -> F:
        """`\\A`: the body, times `sign`, for every combination; as in TLC none is looked at after a FALSE one."""
        ctx = self.ctx
        if any(self._is_infinite(self.value(b.domain, frame)) for b in op.binders):
            return self._quantified(op, frame, sign)
        so_far = TRUE_F
        for f, inner in self.rows(op, frame):
            found = ctx.under(ctx.fx.both(so_far, f), lambda inner=inner: F(sign * self.test(op.body, inner)))  # type: ignore[misc]
            holds = FALSE_F if found is None else found
            so_far = ctx.fx.both(so_far, ctx.fx.implies(f, holds))
            if so_far == FALSE_F:
                break
        return so_far

    def _is_infinite(self, s: Value) -> bool:
        return isinstance(s, Named) and s.name in ("Nat", "Int")

    def _quantified(self, op: ops.BoundOp, frame: Frame, sign: int) -> F:
        """A quantifier over `Nat` or `Int`, left to z3."""
        ctx = self.ctx
        names, ranges = [], []
        for binder in op.binders:
            domain = self.value(binder.domain, frame)
            if not isinstance(domain, Named) or domain.name not in ("Nat", "Int"):
                raise ctx.refuse(
                    "S004",
                    "a quantifier over Nat or Int and another set is not translated",
                    "write two quantifiers, one inside the other",
                )
            within, unknown = ctx.fresh_int(0 if domain.name == "Nat" else None)
            frame = self.bound(frame, binder, unknown)
            names.append(unknown.term)
            ranges.append(within)
        inside = ctx.fx.all_of(ranges)
        found = ctx.under(inside, lambda: F(sign * self.test(op.body, frame)))
        body = ctx.fx.implies(inside, FALSE_F if found is None else found)
        return ctx.fx.atom(z3.ForAll(names, ctx.fx.z3_of(body)))

    def _choose(self, op: ops.Choose, frame: Frame) -> Value:
        """The first candidate, in TLC's order, that passes."""
        ctx = self.ctx
        (binder,) = op.binders
        found = sets.cells(ctx, self.value(binder.domain, frame))
        unknown = [e for _, e in found if not is_concrete(e)]
        if unknown:
            return chosen.among_unknown(self, op, frame, found)
        arms: list[tuple[F, Value]] = []
        open_ = TRUE_F
        for f, e in found:
            here = ctx.fx.both(open_, f)
            passed = ctx.under(here, lambda e=e: self.test(op.body, self.bound(frame, binder, e)))  # type: ignore[misc]
            if passed is None:
                continue
            here = ctx.fx.both(here, passed)
            arms.append((here, e))
            open_ = ctx.fx.both(open_, F(-here))
        ctx.fail(open_, "E005", "no element of the set satisfies the predicate of CHOOSE")
        if all(f == FALSE_F for f, _ in arms):
            raise Stuck
        return merging.merge(ctx, arms)

    def _filter(self, op: ops.Filter, frame: Frame) -> Value:
        ctx = self.ctx
        (binder,) = op.binders
        base = sets.only_sets(ctx, self.value(binder.domain, frame))

        def passes(e: Value) -> F:
            return self.test(op.body, self.bound(frame, binder, e))

        if not _enumerated(base):
            return SFilter(base, passes)
        out = []
        for f, e in sets.cells(ctx, base):
            passed = ctx.under(f, lambda e=e: passes(e))  # type: ignore[misc]
            if passed is not None:
                out.append((ctx.fx.both(f, passed), e))
        return sets.set_of(ctx, out)

    def _map_set(self, op: ops.MapSet, frame: Frame) -> Value:
        ctx = self.ctx
        bases = [sets.only_sets(ctx, self.value(b.domain, frame)) for b in op.binders]
        if not all(_enumerated(base) for base in bases):

            def image(row: tuple[Value, ...]) -> Value:
                return self.value(op.body, self.bind_row(op, frame, tuple((TRUE_F, e) for e in row)))

            return SImage(tuple(bases), image)
        out = []
        for f, inner in self.rows(op, frame):
            value = ctx.under(f, lambda inner=inner: (self.value(op.body, inner),))  # type: ignore[misc]
            if value is not None:
                out.append((f, value[0]))
        return sets.set_of(ctx, out)

    def _fn_cons(self, op: ops.FnCons, frame: Frame) -> Value:
        ctx = self.ctx
        for binder in op.binders:
            if self._is_infinite(self.value(binder.domain, frame)):
                raise ctx.refuse(
                    "S004",
                    "a function whose domain is infinite is not translated",
                    "bound its domain, or override it in the cfg",
                )
        if op.self_slot is not None:
            return rules.recursive(self, op, op.self_slot, frame)
        lists = [sets.cells(ctx, self.value(b.domain, frame)) for b in op.binders]
        pairs = []
        for row in product(*lists):
            f = ctx.fx.all_of(g for g, _ in row)
            if f == FALSE_F:
                continue
            value = ctx.under(f, lambda row=row: (self.value(op.body, self.bind_row(op, frame, row)),))  # type: ignore[misc]
            if value is None:
                continue
            key = row[0][1] if len(row) == 1 else sets.tuple_of(e for _, e in row)
            pairs.append((f, key, value[0]))
        return functions.as_function(ctx, pairs)

    # ---- sets, functions, records ---------------------------------------------------------------------------

    def _items(self, op: ops.Items, frame: Frame) -> list[Value]:
        return [self.value(item, frame) for item in op.items]

    def _set_enum(self, op: ops.SetEnum, frame: Frame) -> Value:
        return sets.set_of(self.ctx, [(TRUE_F, v) for v in self._items(op, frame)])

    def _tuple(self, op: ops.Tuple, frame: Frame) -> Value:
        return sets.tuple_of(self._items(op, frame))

    def _cross(self, op: ops.Cross, frame: Frame) -> Value:
        return SCross(tuple(self._items(op, frame)))

    def _record(self, op: ops.Record, frame: Frame) -> Value:
        pairs = zip(op.names, self._items(op, frame), strict=True)
        return make_fun({name: (TRUE_F, v) for name, v in pairs})

    def _record_set(self, op: ops.RecordSet, frame: Frame) -> Value:
        return SRecSet(op.names, tuple(self._items(op, frame)))

    def _in(self, op: ops.Binary, frame: Frame) -> F:
        return sets.member(self.ctx, self.value(op.left, frame), self.value(op.right, frame))

    def _not_in(self, op: ops.Binary, frame: Frame) -> F:
        return F(-self._in(op, frame))

    def _cup(self, op: ops.Cup, frame: Frame) -> Value:
        return sets.cup(self.ctx, self.value(op.left, frame), self.value(op.right, frame))

    def _cap(self, op: ops.Cap, frame: Frame) -> Value:
        return sets.cap(self.ctx, self.value(op.left, frame), self.value(op.right, frame))

    def _minus(self, op: ops.Minus, frame: Frame) -> Value:
        return sets.cap(self.ctx, self.value(op.left, frame), self.value(op.right, frame), keep=False)

    def _subset_eq(self, op: ops.SubsetEq, frame: Frame) -> F:
        return sets.subset(self.ctx, self.value(op.left, frame), self.value(op.right, frame))

    def _power_set(self, op: ops.PowerSet, frame: Frame) -> Value:
        return SPower(self.value(op.arg, frame))

    def _big_union(self, op: ops.BigUnion, frame: Frame) -> Value:
        return sets.big_union(self.ctx, self.value(op.arg, frame))

    def _domain(self, op: ops.Domain, frame: Frame) -> Value:
        return sets.domain_of(self.ctx, functions.only_fun(self.ctx, self.value(op.arg, frame), "DOMAIN"))

    def _fn_set(self, op: ops.FnSet, frame: Frame) -> Value:
        return SFunSet(self.value(op.left, frame), self.value(op.right, frame))

    def _apply(self, op: ops.Apply, frame: Frame) -> Value:
        fn, arg = self.value(op.fn, frame), self.value(op.arg, frame)
        if isinstance(fn, SRule):
            return rules.apply(self, fn, arg)
        if isinstance(fn, RuleFn) and not is_concrete(arg):
            options = merging.explode(self.ctx, arg, sets.EXPLODE_MAX)
            if options is None:
                raise self.ctx.refuse("S003", "a recursive function is applied to an argument that is not known")
            return self.branches([(f, lambda v=v: self.ctx.call(fn.apply, v)) for f, v in options])  # type: ignore[misc]
        return functions.apply(self.ctx, fn, arg)

    def _except(self, op: ops.Except, frame: Frame) -> Value:
        fn = self.value(op.fn, frame)
        for update in op.updates:
            path = [self.value(step, frame) for step in update.path]

            def new(old: Value, update: ops.Update = update) -> Value:
                return self.value(update.value, frame.bind({update.at_slot: old}))

            fn = functions.except_(self.ctx, fn, path, new)
        return fn

    # ---- operators ------------------------------------------------------------------------------------------

    def _native(self, op: ops.Native, frame: Frame) -> Value:
        return natives.translate(self, op, frame)

    def _operator_value(self, op: ops.OperatorValue, frame: Frame) -> Any:
        return OperatorAt(op.slots, op.body, frame)

    def operator(self, op: ops.Op, frame: Frame) -> Callable[..., Value]:
        """An operator argument as a function of symbolic values."""
        found = frame.slots[op.slot] if isinstance(op, ops.Local) else self._operator_value(op, frame)  # type: ignore[arg-type]
        assert isinstance(found, OperatorAt)
        return lambda *args: self.value(found.body, found.frame.bind(dict(zip(found.slots, args, strict=True))))

    def _argument(self, op: ops.Op, frame: Frame) -> Any:
        if isinstance(op, ops.OperatorValue):
            return self._operator_value(op, frame)
        if isinstance(op, ops.Local):
            return frame.slots[op.slot]
        return Delayed(op, frame, Kept())

    def _call_operator(self, op: ops.CallOperator, frame: Frame) -> Value:
        found = frame.slots[op.slot]
        args = [self._argument(arg, frame) for arg in op.args]
        return self.value(found.body, found.frame.bind(dict(zip(found.slots, args, strict=True))))

    def _call(self, op: ops.Call, frame: Frame) -> Value:
        if self.depth >= DEPTH_MAX:
            raise self.ctx.refuse(
                "S003",
                f"the recursion of {op.proc.name} depends on the state, and may not end",
                "write it as a fold (FoldSet, FoldSeq), or as a quantifier",
            )
        assert op.proc.body is not None
        if self.depth >= DEPTH_ASKED and not self.ctx.possible(self.ctx.path):
            raise Stuck  # it never comes here
        args = {s: self._argument(arg, frame) for s, arg in zip(op.proc.slots, op.args, strict=True)}
        self.depth += 1
        try:
            return self.value(op.proc.body, frame.bind(args))
        finally:
            self.depth -= 1

    def _enabled(self, op: ops.Enabled, frame: Frame) -> F:
        raise self.ctx.refuse("S005", "ENABLED is not translated", "write the action's enabling condition out")

    def _composed(self, op: ops.Composed, frame: Frame) -> F:
        raise self.ctx.refuse("S005", "the composition of actions is not translated")


def _enumerated(s: Value) -> bool:
    """Whether the elements of a set may be listed without harm."""
    if isinstance(s, LazySet):
        return small_interval(s, ENUMERATED_MAX)
    return type(s) is frozenset or kind_of(s) == "set" or isinstance(s, SRange)


def integer_choice(values: dict[Value, F]) -> Value:
    """A number that is one of these."""
    return make_choice(values)


_PLAIN = {ops.OperatorValue, ops.Fail, ops.Local, ops.Param, ops.Var, ops.Next}
_VALUES: dict[type, Callable[[Encoder, Any, Frame], Value]] = {
    ops.Const: Encoder._const, ops.Fail: Encoder._fail, ops.Var: Encoder._var, ops.Next: Encoder._next,
    ops.Local: Encoder._local, ops.Param: Encoder._local, ops.Lazy: Encoder._lazy, ops.Clear: Encoder._clear,
    ops.Once: Encoder._once, ops.Force: Encoder._force, ops.If: Encoder._if, ops.Case: Encoder._case,
    ops.Choose: Encoder._choose, ops.Filter: Encoder._filter, ops.MapSet: Encoder._map_set,
    ops.FnCons: Encoder._fn_cons, ops.SetEnum: Encoder._set_enum, ops.Tuple: Encoder._tuple,
    ops.Cross: Encoder._cross, ops.Record: Encoder._record, ops.RecordSet: Encoder._record_set,
    ops.Cup: Encoder._cup, ops.Cap: Encoder._cap, ops.Minus: Encoder._minus, ops.PowerSet: Encoder._power_set,
    ops.BigUnion: Encoder._big_union, ops.Domain: Encoder._domain, ops.FnSet: Encoder._fn_set,
    ops.Apply: Encoder._apply, ops.Except: Encoder._except, ops.Native: Encoder._native,
    ops.OperatorValue: Encoder._operator_value, ops.CallOperator: Encoder._call_operator, ops.Call: Encoder._call,
}  # fmt: skip
_TESTS: dict[type, Callable[[Encoder, Any, Frame], F]] = {
    ops.And: Encoder._and, ops.Or: Encoder._or, ops.Not: Encoder._not, ops.Implies: Encoder._implies,
    ops.Equiv: Encoder._equiv, ops.Eq: Encoder._eq, ops.Neq: Encoder._neq, ops.ForAll: Encoder._for_all,
    ops.Exists: Encoder._exists, ops.In: Encoder._in, ops.NotIn: Encoder._not_in, ops.Clear: Encoder._clear_test,
    ops.SubsetEq: Encoder._subset_eq, ops.Enabled: Encoder._enabled, ops.Composed: Encoder._composed,
}  # fmt: skip
