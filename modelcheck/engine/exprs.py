"""Closures for expressions: one Python closure per op, composed once, called for every state.

`value(op)` gives a closure from frame to value, `test(op)` one from frame to Python bool. This is the definition of
what each op means (its docstring in `ir/ops.py`, made executable). Subterms that depend on nothing are evaluated
once. Errors raised by values get the place of the innermost op that met them. Loops are written out instead of
`all(...)`: they run for every state.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from modelcheck.engine import builders, sets
from modelcheck.engine.combinators import (
    ARITHMETIC,
    applied,
    apply_local,
    apply_variable,
    as_test,
    as_value,
    call1,
    call2,
    clearing,
    equals_scalar,
    except_one,
    field_of,
    in_own_frame,
    once,
    placed,
    reader,
    update,
)
from modelcheck.engine.origins import case_without_match, compared
from modelcheck.engine.runtime import (
    CONTEXT,
    SINK,
    STATE,
    TARGET,
    UNSET,
    Eval,
    Found,
    Frame,
    RuleFn,
    Run,
    Test,
    Thunk,
)
from modelcheck.errors import EvalError
from modelcheck.ir import flow, ops
from modelcheck.ir.facts import FactsOf
from modelcheck.values import (
    Bool,
    Fn,
    ModelValue,
    Value,
    apply,
    domain,
    equal,
    member,
    subseteq,
)

_SCALARS = (int, str, Bool)
_WRITTEN = frozenset((int, str, Bool, ModelValue, frozenset))  # cheap to hash
_TRIVIAL = (ops.Const, ops.Var, ops.Next, ops.Local, ops.Param, ops.Fail, ops.Once)


class ExprCompiler:
    """Compiles ops; closures of shared ops are shared. `nodes` compiles the action trees inside `ENABLED`."""

    def __init__(self, facts: FactsOf, variables: tuple[str, ...]) -> None:
        self.facts = facts
        self.variables = variables
        self.enabled_runner: Callable[[flow.Node], Run] | None = None
        self.between_runner: Callable[[flow.Node], Run] | None = None
        self.between = [0]  # states met inside compositions by `successors`, which TLC counts as generated
        self._values: dict[int, tuple[ops.Op, Eval]] = {}
        self._tests: dict[int, tuple[ops.Op, Test]] = {}
        self._procs: dict[int, tuple[ops.Proc, list[Eval]]] = {}
        self._rules: dict[int, tuple[ops.Op, Eval | None]] = {}

    # ---- entry points ---------------------------------------------------------------------------------------

    def value(self, op: ops.Op) -> Eval:
        """The closure that gives the op's value."""
        known = self._values.get(id(op))
        if known is None:
            made: Eval
            if type(op) in _TESTS:
                made = as_value(self.test(op))
            else:
                made = self._own(_VALUES[type(op)])(op)
                if not isinstance(op, _TRIVIAL) and self.facts(op).constant:
                    made = once(made)
            known = self._values[id(op)] = (op, made)
        return known[1]

    def test(self, op: ops.Op) -> Test:
        """The closure that gives the op's truth as a Python bool; E009 when it is not boolean."""
        known = self._tests.get(id(op))
        if known is None:
            compile_test = _TESTS.get(type(op)) or _TEST_FORMS.get(type(op))
            made: Test
            if compile_test is None:
                made = as_test(self.value(op), op.span)
            else:
                made = self._own(compile_test)(op)
                if self.facts(op).constant:
                    made = once(made)
            known = self._tests[id(op)] = (op, made)
        return known[1]

    def _own(self, compile_op: Callable[[ExprCompiler, Any], Any]) -> Callable[[Any], Any]:
        """The method of this compiler that a table names (a subclass may have its own), or a function given it."""
        own: Callable[[Any], Any] | None = getattr(self, compile_op.__name__, None)
        return own if own is not None else lambda op: compile_op(self, op)

    # ---- leaves ---------------------------------------------------------------------------------------------

    def _const(self, op: ops.Const) -> Eval:
        value = op.value
        return lambda frame: value

    def _fail(self, op: ops.Fail) -> Eval:
        def fail(frame: Frame) -> Value:
            raise EvalError(op.code, op.message, op.span)

        return fail

    def _var(self, op: ops.Var) -> Eval:
        return self._variable(op, STATE) if op.checked else reader(STATE, op.index)

    def _next(self, op: ops.Next) -> Eval:
        return self._variable(op, TARGET) if op.checked else reader(TARGET, op.index)

    def _variable(self, op: ops.Var | ops.Next, where: int) -> Eval:
        index, span = op.index, op.span
        text = op.name + ("'" if where == TARGET else "")

        def read(frame: Frame) -> Value:
            value = frame[where][index]
            if value is UNSET:
                raise EvalError("E007", f"{text} is read, but has no value yet", span)
            return value

        return read

    def _local(self, op: ops.Local) -> Eval:
        slot = op.slot
        return lambda frame: frame[slot]

    def _lazy(self, op: ops.Lazy) -> Eval:
        slot, fn = op.slot, self.value(op.expr)

        def read(frame: Frame) -> Value:
            value = frame[slot]
            if value is UNSET:
                value = frame[slot] = fn(frame)
            return value

        return read

    def _param(self, op: ops.Param) -> Eval:
        slot = op.slot

        def read(frame: Frame) -> Value:
            value = frame[slot]
            if type(value) is Thunk:
                value = frame[slot] = value.force()
            return value

        return read

    def _clear(self, op: ops.Clear) -> Eval:
        return clearing(op.slots, self.value(op.body))

    def _clear_test(self, op: ops.Clear) -> Test:
        return clearing(op.slots, self.test(op.body))

    def _once_op(self, op: ops.Once) -> Eval:
        fn, size = self.value(op.expr), op.frame_size

        return once(in_own_frame(fn, size))

    def _force(self, op: ops.Force) -> Eval:
        fn = self.value(op.arg)

        def build(frame: Frame) -> Value:
            value = fn(frame)
            return value.build() if type(value) is RuleFn else value

        return placed(build, op.span)

    # ---- logic ----------------------------------------------------------------------------------------------

    def _and(self, op: ops.And) -> Test:
        tests = [self.test(item) for item in op.items]
        if len(tests) == 2:
            first, second = tests
            return lambda frame: first(frame) and second(frame)
        if len(tests) == 3:
            first, second, third = tests
            return lambda frame: first(frame) and second(frame) and third(frame)

        def conjunction(frame: Frame) -> bool:
            for test in tests:
                if not test(frame):
                    return False
            return True

        return conjunction

    def _or(self, op: ops.Or) -> Test:
        tests = [self.test(item) for item in op.items]
        if len(tests) == 2:
            first, second = tests
            return lambda frame: first(frame) or second(frame)

        def disjunction(frame: Frame) -> bool:
            for test in tests:
                if test(frame):
                    return True
            return False

        return disjunction

    def _not(self, op: ops.Not) -> Test:
        test = self.test(op.arg)
        return lambda frame: not test(frame)

    def _implies(self, op: ops.Implies) -> Test:
        left, right = self.test(op.left), self.test(op.right)
        return lambda frame: not left(frame) or right(frame)

    def _equiv(self, op: ops.Equiv) -> Test:
        left, right = self.test(op.left), self.test(op.right)
        return lambda frame: left(frame) is right(frame)

    def _eq(self, op: ops.Eq) -> Test:
        if isinstance(op.right, ops.Const) and type(op.right.value) in _SCALARS:
            return equals_scalar(self.value(op.left), op.right.value, op)
        left, right = self.value(op.left), self.value(op.right)

        def same(frame: Frame) -> bool:
            a, b = left(frame), right(frame)
            if a is b:
                return True
            kind = type(a)
            if kind is type(b) and kind in _SCALARS:
                return bool(a == b)
            try:
                return equal(a, b)
            except EvalError as error:
                raise compared(error, op, a, b) from None

        return same

    def _neq(self, op: ops.Neq) -> Test:
        test = self._eq(ops.Eq(op.left, op.right, span=op.span, sites=op.sites))
        return lambda frame: not test(frame)

    def _in(self, op: ops.In) -> Test:
        if isinstance(op.right, ops.Filter) and not self.facts(op.right).constant:
            return self._in_filter(op.left, op.right)
        left, right, span = self.value(op.left), self.value(op.right), op.span

        def inside(frame: Frame) -> bool:
            v, s = left(frame), right(frame)
            if type(s) is frozenset and type(v) in _WRITTEN and v in s:
                return True
            try:
                return member(v, s)
            except EvalError as error:
                raise error.at(span) from None

        return inside

    def _in_filter(self, left: ops.Op, right: ops.Filter) -> Test:
        """`x \\in {y \\in S : p}` tells without building the set, as TLC does."""
        value, (binder,) = self.value(left), right.binders
        base, body, span = self.value(binder.domain), self.test(right.body), right.span
        bind = sets.binding(binder)

        def inside(frame: Frame) -> bool:
            v, s = value(frame), base(frame)
            try:
                if not member(v, s):
                    return False
            except EvalError as error:
                raise error.at(span) from None
            bind(frame, v)
            return body(frame)

        return inside

    def _not_in(self, op: ops.NotIn) -> Test:
        test = self._in(ops.In(op.left, op.right, span=op.span))
        return lambda frame: not test(frame)

    def _subset_eq(self, op: ops.SubsetEq) -> Test:
        return placed(call2(subseteq, self.value(op.left), self.value(op.right)), op.span)

    def _if(self, op: ops.If) -> Eval:
        test, then, otherwise = self.test(op.condition), self.value(op.then), self.value(op.otherwise)
        return lambda frame: then(frame) if test(frame) else otherwise(frame)

    def _if_test(self, op: ops.If) -> Test:
        test, then, otherwise = self.test(op.condition), self.test(op.then), self.test(op.otherwise)
        return lambda frame: then(frame) if test(frame) else otherwise(frame)

    def _case(self, op: ops.Case) -> Eval:
        arms = [(self.test(guard), self.value(value)) for guard, value in op.arms]
        other = None if op.other is None else self.value(op.other)

        def pick(frame: Frame) -> Value:
            for guard, value in arms:
                if guard(frame):
                    return value(frame)
            if other is not None:
                return other(frame)
            raise case_without_match(self, [guard for guard, _ in op.arms], frame, op.span)

        return pick

    def _enabled(self, op: ops.Enabled) -> Test:
        assert self.enabled_runner is not None
        run, size, primed = self.enabled_runner(op.action), op.size, op.primed

        def enabled(frame: Frame) -> bool:
            saved = frame[STATE], frame[TARGET]
            if primed:
                frame[STATE] = frame[TARGET]
            frame[TARGET] = [UNSET] * size
            try:
                run(frame)
            except Found:
                return True
            finally:
                frame[STATE], frame[TARGET] = saved
            return False

        return enabled

    def _composed(self, op: ops.Composed) -> Test:
        assert self.between_runner is not None
        run, size, test = self.between_runner(op.first), len(self.variables), self.test(op.second)

        def some(frame: Frame) -> bool:
            state, target, sink = frame[STATE], frame[TARGET], frame[SINK]
            found: list[Any] = []
            frame[TARGET], frame[SINK] = [UNSET] * size, found
            try:
                run(frame)
                frame[TARGET] = target
                for between in found:
                    frame[STATE] = between
                    if test(frame):
                        return True
                return False
            finally:
                frame[STATE], frame[TARGET], frame[SINK] = state, target, sink

        return some

    # ---- functions, records, tuples, sets -------------------------------------------------------------------

    def _apply(self, op: ops.Apply) -> Eval:
        call, rule = self._apply_built(op), self._in_rules(op.fn)
        if rule is None:
            return call
        fn, arg, span, asked = self.value(op.fn), self.value(op.arg), op.span, rule

        def call_or_ask(frame: Frame) -> Value:
            """A function that has no value elsewhere in its domain may have the one that is asked for, as in TLC."""
            try:
                return call(frame)
            except EvalError as error:
                try:
                    fn(frame)
                except EvalError:
                    return applied(asked, arg, span)(frame)
                raise error

        return call_or_ask

    def _rule(self, op: ops.Op) -> Callable[[Frame], RuleFn] | None:
        """A function that is written out, here or in the definition that is named, by its rule; None for others."""
        written = op.expr if isinstance(op, (ops.Lazy, ops.Once)) else op
        if not isinstance(written, ops.FnCons) or written.self_slot is not None:
            return None
        rule = sets.rule_of(self, written, self._in_rules(written.body) or self.value(written.body))
        return in_own_frame(rule, op.frame_size) if isinstance(op, ops.Once) else rule

    def _in_rules(self, op: ops.Op) -> Eval | None:
        """The value of an op with functions that are written out in it left as rules; None when there are none.

        Looked through: names, IF, EXCEPT, tuples and application, as TLC does.
        """
        known = self._rules.get(id(op))
        if known is None:
            known = self._rules[id(op)] = (op, self._rule(op) or self._made_of_rules(op))
        return known[1]

    def _made_of_rules(self, op: ops.Op) -> Eval | None:
        inner: Eval | None
        match op:
            case ops.Lazy():
                return self._in_rules(op.expr)
            case ops.Once():
                inner = self._in_rules(op.expr)
                return None if inner is None else in_own_frame(inner, op.frame_size)
            case ops.Clear():
                inner = self._in_rules(op.body)
                return None if inner is None else clearing(op.slots, inner)
            case ops.If() if self._in_rules(op.then) or self._in_rules(op.otherwise):
                test = self.test(op.condition)
                then, otherwise = (self._in_rules(way) or self.value(way) for way in (op.then, op.otherwise))
                return lambda frame: then(frame) if test(frame) else otherwise(frame)
            case ops.Except():
                inner = self._in_rules(op.fn)
                return None if inner is None else self._changed(op, inner)
            case ops.Tuple() if any(map(self._in_rules, op.items)):
                items = [self._in_rules(item) or self.value(item) for item in op.items]
                return lambda frame: tuple([item(frame) for item in items])
            case ops.Apply():
                inner = self._in_rules(op.fn)
                return None if inner is None else applied(inner, self.value(op.arg), op.span)
        return None

    def _apply_built(self, op: ops.Apply) -> Eval:
        fn, span = self.value(op.fn), op.span
        if isinstance(op.arg, ops.Const) and type(op.arg.value) is str:
            return field_of(fn, op.arg.value, span)
        if isinstance(op.arg, ops.Local):
            if isinstance(op.fn, ops.Var) and not op.fn.checked:
                return apply_variable(op.fn.index, op.arg.slot, span)
            return apply_local(fn, op.arg.slot, span)
        arg = self.value(op.arg)

        def call(frame: Frame) -> Value:
            f, x = fn(frame), arg(frame)
            kind = type(f)
            if kind is Fn:
                i = f.shape.index.get(x)
                if i is not None:
                    return f.vals[i]
            elif kind is tuple:
                if type(x) is int and 0 < x <= len(f):
                    return f[x - 1]
            elif kind is RuleFn:
                try:
                    return f.apply(x)
                except EvalError as error:
                    raise error.at(span) from None
            try:
                return apply(f, x)
            except EvalError as error:
                raise error.at(span) from None

        return call

    def _except(self, op: ops.Except) -> Eval:
        return self._changed(op, self.value(op.fn))

    def _changed(self, op: ops.Except, fn: Eval) -> Eval:
        """The function `fn` with the updates of `op` made."""
        updates = [
            (tuple(self.value(step) for step in u.path), u.at_slot, self.value(u.value)) for u in op.updates
        ]
        if len(updates) == 1 and len(updates[0][0]) == 1:
            (path, at, value), span = updates[0], op.span
            return placed(except_one(fn, path[0], at, value), span)

        def change(frame: Frame) -> Value:
            f = fn(frame)
            for path, at, value in updates:
                f = update(frame, f, path, 0, at, value)
            return f

        return placed(change, op.span)

    def _domain(self, op: ops.Domain) -> Eval:
        def of(f: Value) -> Value:
            return f.domain if type(f) is RuleFn else domain(f)

        return placed(call1(of, self.value(op.arg)), op.span)

    # ---- operators ------------------------------------------------------------------------------------------

    def _native(self, op: ops.Native) -> Eval:
        args = [self.value(arg) for arg in op.args]
        fast = ARITHMETIC.get(op.name) if op.module in ("Naturals", "Integers", "Reals") else None
        if fast is not None and len(args) == 2:
            return placed(fast(args[0], args[1], op.fn), op.span)
        fn = op.fn
        if op.context:
            return placed(lambda frame: fn(frame[CONTEXT], *[arg(frame) for arg in args]), op.span)
        if len(args) == 1:
            return placed(call1(fn, args[0]), op.span)
        if len(args) == 2:
            return placed(call2(fn, args[0], args[1]), op.span)
        return placed(lambda frame: fn(*[arg(frame) for arg in args]), op.span)

    def passed(self, op: ops.Op) -> Eval:
        """What is passed for an argument: its value where that costs nothing, else a thunk."""
        if isinstance(op, (ops.Const, ops.Local, ops.OperatorValue)):
            return self.value(op)
        if isinstance(op, ops.Param):
            slot = op.slot
            return lambda frame: frame[slot]
        fn = self.value(op)
        return lambda frame: Thunk(fn, frame)

    def proc(self, proc: ops.Proc) -> list[Eval]:
        """A cell with the body's closure, filled after the body is compiled: it may call itself."""
        known = self._procs.get(id(proc))
        if known is None:
            cell: list[Eval] = []
            self._procs[id(proc)] = (proc, cell)
            assert proc.body is not None
            cell.append(self.value(proc.body))
            return cell
        return known[1]


_VALUES: dict[type, Callable[[ExprCompiler, Any], Eval]] = {
    ops.Const: ExprCompiler._const,
    ops.Fail: ExprCompiler._fail,
    ops.Var: ExprCompiler._var,
    ops.Next: ExprCompiler._next,
    ops.Local: ExprCompiler._local,
    ops.Lazy: ExprCompiler._lazy,
    ops.Param: ExprCompiler._param,
    ops.Clear: ExprCompiler._clear,
    ops.Once: ExprCompiler._once_op,
    ops.Force: ExprCompiler._force,
    ops.If: ExprCompiler._if,
    ops.Case: ExprCompiler._case,
    ops.Apply: ExprCompiler._apply,
    ops.Except: ExprCompiler._except,
    ops.Tuple: builders.tuple_of,
    ops.Record: builders.record,
    ops.RecordSet: builders.record_set,
    ops.SetEnum: builders.set_enum,
    ops.Cross: builders.cross,
    ops.FnSet: builders.fn_set,
    ops.PowerSet: builders.power_set,
    ops.BigUnion: builders.union,
    ops.Domain: ExprCompiler._domain,
    ops.Cup: builders.set_operator,
    ops.Cap: builders.set_operator,
    ops.Minus: builders.set_operator,
    ops.Native: ExprCompiler._native,
    ops.OperatorValue: builders.operator_value,
    ops.CallOperator: builders.call_operator,
    ops.Call: builders.call,
    ops.Choose: sets.choose,
    ops.Filter: sets.filter_set,
    ops.MapSet: sets.map_set,
    ops.FnCons: sets.fn_cons,
}

_TESTS: dict[type, Callable[[ExprCompiler, Any], Test]] = {
    ops.And: ExprCompiler._and,
    ops.Or: ExprCompiler._or,
    ops.Not: ExprCompiler._not,
    ops.Implies: ExprCompiler._implies,
    ops.Equiv: ExprCompiler._equiv,
    ops.Eq: ExprCompiler._eq,
    ops.Neq: ExprCompiler._neq,
    ops.In: ExprCompiler._in,
    ops.NotIn: ExprCompiler._not_in,
    ops.SubsetEq: ExprCompiler._subset_eq,
    ops.Enabled: ExprCompiler._enabled,
    ops.Composed: ExprCompiler._composed,
    ops.ForAll: sets.for_all,
    ops.Exists: sets.exists,
}

# Ops that may be boolean or not, and have a closure of their own where a truth value is wanted.
_TEST_FORMS: dict[type, Callable[[ExprCompiler, Any], Test]] = {
    ops.If: ExprCompiler._if_test,
    ops.Clear: ExprCompiler._clear_test,
}
