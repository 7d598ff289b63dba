"""Lowering: the resolved tree of a model to IR.

Takes a `Model` (its variables, constant values and replacements) and expressions of its root module; gives `Formula`s
and `ActionTree`s. Names disappear: constants become values, variables indexes, bound names slots, operators their
bodies (each argument evaluated at most once per call, when it is first used, as TLC's lazy values). Primes are pushed
down to variables. RECURSIVE operators become `Proc`s. Operators of standard modules that are done in Python become
`Native`s. Actions are lowered in `ir/actions.py`, the language's own operators in `ir/builtins.py`.

Refuses nothing that parses: what cannot be evaluated becomes a `Fail` op, an error only if it is ever reached.
Source: *Specifying Systems*, chapter 14.2 (how TLC evaluates expressions).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from modelcheck.ir import builtins, ops
from modelcheck.ir.actions import ActionLowering
from modelcheck.ir.env import (
    EMPTY,
    Arg,
    EnabledVar,
    Env,
    Fixed,
    Inline,
    LetBinding,
    Memo,
    Operator,
    OperatorSlot,
    SelfBinding,
    SlotBinding,
    arity_of,
)
from modelcheck.ir.facts import FactsOf, on_demand, trivial
from modelcheck.module import tree
from modelcheck.source import Span
from modelcheck.stdlib import registry
from modelcheck.values import Value

FIRST_SLOT = 4  # slots 0 to 3 of a frame: state, next state, sink, context
AT = tree.BoundVar("@", None, "")  # what the old value in an EXCEPT is bound to


class ModelView(Protocol):
    """What lowering needs of a Model."""

    @property
    def variables(self) -> Sequence[tree.Variable]: ...

    @property
    def constants(self) -> Mapping[tree.Constant, Value]: ...

    @property
    def replaced(self) -> Mapping[tree.Symbol, tree.Definition]: ...


class Shared:
    """What all units of one model share: definitions lowered once, facts, indexes of variables."""

    def __init__(self, model: ModelView) -> None:
        self.model = model
        self.index = {variable: i for i, variable in enumerate(model.variables)}
        self.facts = FactsOf()
        self.constants: dict[tree.Definition, ops.Once] = {}


class Lowering:
    """Lowers one unit (a formula or an action): allocates its slots, keeps its recursive procedures."""

    def __init__(self, shared: Shared, building: str = "") -> None:
        """`building`: which state is under construction: '' (none), 'next' (an action), 'init'."""
        self.shared = shared
        self.model = shared.model
        self.facts = shared.facts
        self.building = building
        self.depth = 0  # of ENABLED around what is being lowered
        self.moving = False  # inside the second action of a composition: the current state changes under way
        self.target_names = [v.name for v in shared.model.variables]  # of the next state being built
        self.slots = FIRST_SLOT
        self.procs: dict[object, ops.Proc] = {}
        self.active: set[tree.Definition] = set()
        self.actions = ActionLowering(self)

    # ---- units ----------------------------------------------------------------------------------------------

    def formula(self, expr: tree.Expr, env: Env = EMPTY) -> ops.Formula:
        """A whole expression."""
        body = self.lower(expr, env, False)
        return ops.Formula(body, self.slots)

    def step_atom(self, expr: tree.Expr, env: Env) -> ops.Formula:
        """As `formula`; `[A]_v` and `<<A>>_v` look at v before A, as in TLC's temporal formulas (and only there)."""
        inner, inner_env = self.actions.head(expr, env)
        if not isinstance(inner, (tree.Box, tree.Angle)):
            return self.formula(expr, env)
        action, subscript = self._subscript_parts(inner, inner_env)
        cls = ops.Or if isinstance(inner, tree.Box) else ops.And
        body = cls((subscript, action), span=inner.span)
        return ops.Formula(body, self.slots)

    def new_slot(self) -> int:
        """A fresh local slot."""
        self.slots += 1
        return self.slots - 1

    # ---- expressions ----------------------------------------------------------------------------------------

    def lower(self, expr: tree.Expr, env: Env, primed: bool) -> ops.Op:
        """The value of `expr`; functions computed on demand are built."""
        op = self.lower_fn(expr, env, primed)
        return ops.Force(op, span=op.span) if on_demand(op) else op

    def lower_fn(self, expr: tree.Expr, env: Env, primed: bool) -> ops.Op:
        """As `lower`, for an expression that is only applied to arguments."""
        op = self._lower(expr, env, primed)
        if op.span is None:
            op.span = expr.span
        return op

    def _lower(self, expr: tree.Expr, env: Env, primed: bool) -> ops.Op:
        match expr:
            case tree.Appl():
                args = tuple((arg, env) for arg in expr.args)
                return self.apply_symbol(expr.symbol, env, args, primed, expr.span)
            case tree.Num():
                return ops.Const(expr.value)
            case tree.Str():
                return ops.Const(expr.value)
            case tree.Dec():
                return ops.Fail("E011", f"the real number {expr.text} cannot be evaluated")
            case tree.Junct():
                cls = ops.And if expr.op == "/\\" else ops.Or
                items = tuple(self.lower(item, env, primed) for item in expr.items)
                return cls(items, sites=tuple(item.span for item in expr.items))
            case tree.FnAppl():
                fn = self.lower_fn(expr.fn, env, primed)
                return ops.Apply(fn, self._argument(expr.args, env, primed, expr.span))
            case tree.DotExpr():
                fn = self.lower_fn(expr.record, env, primed)
                return ops.Apply(fn, ops.Const(expr.field_name))
            case tree.IfExpr():
                return ops.If(
                    self.lower(expr.condition, env, primed),
                    self.lower_fn(expr.then, env, primed),
                    self.lower_fn(expr.otherwise, env, primed),
                )
            case tree.CaseExpr():
                arms = tuple((self.lower(g, env, primed), self.lower_fn(v, env, primed)) for g, v in expr.arms)
                return ops.Case(arms, None if expr.other is None else self.lower_fn(expr.other, env, primed))
            case tree.TupleOf():
                return ops.Tuple(tuple(self.lower(item, env, primed) for item in expr.items))
            case tree.SetOf():
                return ops.SetEnum(tuple(self.lower(item, env, primed) for item in expr.items))
            case tree.RecordExpr():
                items = tuple(self.lower(value, env, primed) for _, value in expr.fields)
                return ops.Record(items, names=tuple(name for name, _ in expr.fields))
            case tree.RecordSetExpr():
                items = tuple(self.lower(value, env, primed) for _, value in expr.fields)
                return ops.RecordSet(items, names=tuple(name for name, _ in expr.fields))
            case tree.FnSetExpr():
                return ops.FnSet(self.lower(expr.domain, env, primed), self.lower(expr.codomain, env, primed))
            case tree.LetExpr():
                return self.in_let(expr, env, lambda inner: self.lower_fn(expr.body, inner, primed))
            case tree.Subst():
                return self.in_subst(expr, env, lambda inner: self.lower_fn(expr.body, inner, primed))
            case tree.LabelExpr():
                return self.lower_fn(expr.body, env, primed)
            case tree.AtExpr():
                binding = env.get(AT)
                assert isinstance(binding, SlotBinding)
                return ops.Local(binding.slot, "@")
            case tree.ExceptExpr():
                return self._except(expr, env, primed)
            case tree.Box() | tree.Angle():
                return self._subscripted(expr, env, primed)
            case tree.Fair():
                return ops.Fail("E011", f"the temporal formula {expr.kind}_…(…) has no value in a state")
            case _:
                return self._bound(expr, env, primed)

    def _bound(self, expr: tree.Expr, env: Env, primed: bool) -> ops.Op:
        """Expressions that bind names."""
        match expr:
            case tree.Quant():
                if expr.quantifier not in ("\\A", "\\E"):
                    return ops.Fail("E011", f"the temporal quantifier {expr.quantifier} cannot be evaluated")
                cls = ops.ForAll if expr.quantifier == "\\A" else ops.Exists
                if any(b.domain is None for b in expr.bindings):
                    return ops.Fail("E011", f"an unbounded {expr.quantifier} ranges over everything")
                inner, binders = self.bind(expr.bindings, env, primed)
                return cls(binders, self.lower(expr.body, inner, primed))
            case tree.ChooseExpr():
                if expr.binding.domain is None:
                    return ops.Fail("E011", "an unbounded CHOOSE ranges over everything")
                inner, binders = self.bind((expr.binding,), env, primed)
                return ops.Choose(binders, self.lower(expr.body, inner, primed))
            case tree.Filter():
                inner, binders = self.bind((expr.binding,), env, primed)
                return ops.Filter(binders, self.lower(expr.predicate, inner, primed))
            case tree.MapSet():
                inner, binders = self.bind(expr.bindings, env, primed)
                return ops.MapSet(binders, self.lower(expr.body, inner, primed))
            case tree.FnConsExpr():
                inner, binders = self.bind(expr.bindings, env, primed)
                return ops.FnCons(binders, self.lower(expr.body, inner, primed))
            case _:
                raise AssertionError(f"no lowering for {type(expr).__name__}")

    def bind(
        self, bindings: Sequence[tree.Binding], env: Env, primed: bool
    ) -> tuple[Env, tuple[ops.Binder, ...]]:
        """Binders over fresh slots, and the environment of what they bind."""
        pairs: list[tuple[tree.Symbol, SlotBinding]] = []
        binders: list[ops.Binder] = []
        for binding in bindings:
            assert binding.domain is not None
            domain = self.lower(binding.domain, env, primed)
            slots = [self.new_slot() for _ in binding.names]
            pairs += [(s, SlotBinding(slot, s.name)) for s, slot in zip(binding.names, slots, strict=True)]
            names = tuple(s.name for s in binding.names)
            if binding.is_tuple:
                binders.append(ops.Binder(tuple(slots), names, domain, True, binding.span, binding.domain.span))
            else:
                binders += [
                    ops.Binder((slot,), (name,), domain, False, binding.span, binding.domain.span)
                    for slot, name in zip(slots, names, strict=True)
                ]
        return env.extend(pairs), tuple(binders)

    def _argument(self, args: tuple[tree.Expr, ...], env: Env, primed: bool, span: Span | None) -> ops.Op:
        if len(args) == 1:
            return self.lower(args[0], env, primed)
        return ops.Tuple(tuple(self.lower(arg, env, primed) for arg in args), span=span)

    def _except(self, expr: tree.ExceptExpr, env: Env, primed: bool) -> ops.Op:
        fn = self.lower_fn(expr.fn, env, primed)
        updates = []
        for path, value in expr.updates:
            at = self.new_slot()
            inner = env.extend([(AT, SlotBinding(at, "@"))])
            steps = tuple(self.lower(step, env, primed) for step in path)
            updates.append(ops.Update(steps, at, self.lower(value, inner, primed)))
        return ops.Except(fn, tuple(updates))

    def _subscripted(self, expr: tree.Box | tree.Angle, env: Env, primed: bool) -> ops.Op:
        if primed:
            return ops.Fail("E011", "an action cannot be primed")
        parts = self._subscript_parts(expr, env)
        return ops.Or(parts) if isinstance(expr, tree.Box) else ops.And(parts)

    def _subscript_parts(self, expr: tree.Box | tree.Angle, env: Env) -> tuple[ops.Op, ops.Op]:
        """The action of `[A]_v` or `<<A>>_v`, and what it says of the subscript."""
        action = self.lower(expr.action, env, False)
        if isinstance(expr, tree.Box):
            return action, self.unchanged(expr.subscript, env, expr.span)
        changed = ops.Neq(self.lower(expr.subscript, env, True), self.lower(expr.subscript, env, False))
        changed.span = expr.subscript.span
        return action, changed

    def unchanged(self, expr: tree.Expr, env: Env, span: Span | None) -> ops.Op:
        """`expr' = expr`, as a conjunction over the components of a tuple."""
        parts = self.actions.components(expr, env)
        equalities: list[ops.Op] = [
            ops.Eq(self.lower(part, inner, True), self.lower(part, inner, False), span=span) for part, inner in parts
        ]
        return equalities[0] if len(equalities) == 1 else ops.And(tuple(equalities), span=span)

    # ---- LET and substitution -------------------------------------------------------------------------------

    def let_env(self, expr: tree.LetExpr, env: Env) -> tuple[Env, list[Memo]]:
        """The environment inside a LET, and the memos its context must clear."""
        bindings = [LetBinding(definition, env) for definition in expr.defs]
        inner = env.extend([(b.definition, b) for b in bindings])
        memos: list[Memo] = []
        for binding in bindings:
            binding.env = inner
            definition = binding.definition
            if not definition.params and not definition.recursive and definition.kind == "op":
                assert definition.body is not None
                binding.memo = Memo(definition.body, inner, definition.name)
                memos.append(binding.memo)
            elif definition.kind == "fn":
                binding.memo = Memo(tree.Appl(definition.span, definition), inner, definition.name)
                memos.append(binding.memo)
        return inner, memos

    def in_let(self, expr: tree.LetExpr, env: Env, body: Callable[[Env], ops.Op]) -> ops.Op:
        """`body` lowered inside a LET."""
        inner, memos = self.let_env(expr, env)
        return self.cleared(body(inner), memos)

    def cleared(self, op: ops.Op, memos: Sequence[Memo]) -> ops.Op:
        """`op` in a context of its own: the memos' slots are cleared first."""
        slots = tuple(slot for memo in memos for slot in memo.slots)
        return ops.Clear(slots, op, span=op.span) if slots else op

    def in_subst(self, expr: tree.Subst, env: Env, body: Callable[[Env], ops.Op]) -> ops.Op:
        """`body` lowered inside a substitution."""
        inner, memos = self.subst_env(expr, env)
        return self.cleared(body(inner), memos)

    def subst_env(self, expr: tree.Subst, env: Env) -> tuple[Env, list[Memo]]:
        """The environment inside a substitution, and its memos (substituted expressions are read where they occur)."""
        pairs: list[tuple[tree.Symbol, Inline | Operator]] = []
        for symbol, value in expr.mapping:
            if isinstance(value, tree.OpArg):
                pairs.append((symbol, Operator(value, env)))
            else:
                pairs.append((symbol, Inline(value, env)))
        return env.extend(pairs), []

    # ---- symbols --------------------------------------------------------------------------------------------

    def apply_symbol(
        self, symbol: tree.Symbol, env: Env, args: Sequence[Arg], primed: bool, span: Span | None
    ) -> ops.Op:
        """A symbol of `env`, applied to arguments (each with the environment it was written in)."""
        match symbol:
            case tree.BoundVar() | tree.Param():
                return self._apply_local(symbol, env, args, primed, span)
            case tree.Variable():
                return self._variable(symbol, env, primed)
            case tree.Constant():
                return self._constant(symbol, env, args, primed, span)
            case tree.Definition():
                return self.apply_definition(symbol, env, args, primed, span)
            case tree.Builtin():
                return builtins.lower(self, symbol.name, args, primed, span)
            case _:
                raise AssertionError(f"symbol {symbol.name}")

    def _apply_local(
        self, symbol: tree.Symbol, env: Env, args: Sequence[Arg], primed: bool, span: Span | None
    ) -> ops.Op:
        binding = env.get(symbol)
        match binding:
            case SlotBinding():
                if binding.lazy:
                    return ops.Param(binding.slot, binding.name)
                return ops.Local(binding.slot, binding.name)
            case Fixed():
                return ops.Const(binding.value)
            case Inline():
                return self.lower_fn(binding.expr, binding.env, primed)
            case Memo():
                return self.read_memo(binding, primed)
            case Operator():
                return self.apply_operator(binding, args, primed, span)
            case OperatorSlot():
                values = tuple(self.operand(arg, primed) for arg in args)
                return ops.CallOperator(binding.slot, binding.name, values)
            case _:
                return ops.Fail("E011", f"{symbol.name} has no value here")

    def apply_operator(self, operator: Operator, args: Sequence[Arg], primed: bool, span: Span | None) -> ops.Op:
        """An operator argument (symbol or LAMBDA) applied."""
        arg = operator.arg
        if arg.symbol is not None:
            return self.apply_symbol(arg.symbol, operator.env, args, primed, span)
        assert arg.body is not None
        inner, memos = self.bind_params(arg.params, args, operator.env)
        return self.cleared(self.lower_fn(arg.body, inner, primed), memos)

    def operand(self, arg: Arg, primed: bool) -> ops.Op:
        """The value of an argument, or the operator that it is."""
        expr, env = arg
        if isinstance(expr, tree.OpArg):
            return self.operator_value(Operator(expr, env), primed)
        return self.lower(expr, env, primed)

    def operator_value(self, operator: Operator, primed: bool) -> ops.Op:
        """An operator as a Python callable; one that is held in a slot already is passed on as it is."""
        if isinstance(operator.arg.symbol, tree.Param):
            binding = operator.env.get(operator.arg.symbol)
            if isinstance(binding, Operator):
                return self.operator_value(binding, primed)
            if isinstance(binding, OperatorSlot):
                return ops.Local(binding.slot, binding.name)
        arity = arity_of(operator.arg)
        params = tuple(tree.Param(f"_{i}", operator.arg.span, "") for i in range(arity))
        slots = tuple(self.new_slot() for _ in params)
        pairs = [(p, SlotBinding(slot, p.name, lazy=True)) for p, slot in zip(params, slots, strict=True)]
        inner = EMPTY.extend(pairs)
        args = [(tree.Appl(operator.arg.span, p), inner) for p in params]
        body = self.apply_operator(operator, args, primed, operator.arg.span)
        if body.span is None:
            body.span = operator.arg.span
        if on_demand(body):
            body = ops.Force(body, span=body.span)
        return ops.OperatorValue(slots, body, span=operator.arg.span)

    def read_memo(self, memo: Memo, primed: bool) -> ops.Op:
        """The op that reads a memo; slots are given only to what is worth keeping and may be kept.

        A slot is one of this unit's frame: the parts of a temporal formula in a LET are units of their own.
        """
        key = (self, primed, self.depth, self.building, self.moving)
        known = memo.lowered.get(key)
        if known is not None:
            return known
        op = self.lower_fn(memo.expr, memo.env, primed)
        facts = self.facts(op)
        if not trivial(op) and not facts.building and not facts.constant and not self.moving:
            slot = self.new_slot()
            memo.slots.append(slot)
            op = ops.Lazy(slot, memo.name, op, span=op.span)
        memo.lowered[key] = op
        return op

    def _variable(self, symbol: tree.Variable, env: Env, primed: bool) -> ops.Op:
        binding = env.get(symbol)
        if isinstance(binding, EnabledVar):
            if primed:
                return ops.Next(binding.index, symbol.name, checked=True)
            binding = binding.inner
        if isinstance(binding, Inline):
            return self.lower_fn(binding.expr, binding.env, primed)
        index = self.shared.index.get(symbol)
        if index is None:
            return ops.Fail("E011", f"the variable {symbol.name} is not a variable of this model")
        if primed:
            return ops.Next(index, symbol.name, checked=self.building == "next")
        return ops.Var(index, symbol.name, checked=self.building == "init")

    def _constant(
        self, symbol: tree.Constant, env: Env, args: Sequence[Arg], primed: bool, span: Span | None
    ) -> ops.Op:
        binding = env.get(symbol)
        if isinstance(binding, Inline):
            return self.lower_fn(binding.expr, binding.env, primed)
        if isinstance(binding, Operator):
            return self.apply_operator(binding, args, primed, span)
        if symbol in self.model.replaced:
            return self.apply_definition(self.model.replaced[symbol], env, args, primed, span)
        if symbol in self.model.constants:
            return ops.Const(self.model.constants[symbol])
        return ops.Fail("E011", f"the constant {symbol.name} has no value")

    # ---- definitions ----------------------------------------------------------------------------------------

    def apply_definition(
        self, definition: tree.Definition, env: Env, args: Sequence[Arg], primed: bool, span: Span | None
    ) -> ops.Op:
        """A defined operator applied."""
        binding = env.get(definition)
        if isinstance(binding, SelfBinding):
            binding.used = True
            return ops.Local(binding.slot, binding.name)
        if isinstance(binding, LetBinding) and not self.actions.is_native(definition, len(args)):
            if binding.memo is not None and definition not in self.active:
                return self._read_let(binding, primed)
            return self.expand(definition, binding.env, args, primed, span)
        definition = self.model.replaced.get(definition, definition)
        source = definition.origin if definition.origin is not None else definition
        native = registry.lookup(source.module, source.name)
        if native is not None and len(args) == native.arity:
            values = tuple(self.operand(arg, primed) for arg in args)
            other = native.primed if primed else None
            name = source.name if other is None else source.name + "'"
            return ops.Native(
                source.module, name, other or native.fn, values, native.needs_context, native.impure,
                span=span, sites=builtins.sites(args),
            )  # fmt: skip
        return self.expand(definition, env.module_part(), args, primed, span)

    def _read_let(self, binding: LetBinding, primed: bool) -> ops.Op:
        assert binding.memo is not None
        definition = binding.definition
        if definition.kind != "fn":
            return self.read_memo(binding.memo, primed)
        self.active.add(definition)
        try:
            return self.read_memo(binding.memo, primed)
        finally:
            self.active.discard(definition)

    def expand(
        self, definition: tree.Definition, env: Env, args: Sequence[Arg], primed: bool, span: Span | None
    ) -> ops.Op:
        """The body of a definition, in the environment it was written in, with its parameters bound."""
        if definition.complete().body is None:
            return ops.Fail("E011", f"{definition.name} has no definition that can be evaluated")
        assert definition.body is not None
        if definition.recursive:
            return self._recursive(definition, env, args, primed)
        if definition.kind == "fn":
            return self._function(definition, env, primed)
        if not definition.params:
            if definition.level == tree.Level.CONSTANT and env.is_empty():
                return self._constant_definition(definition)
            return self.lower_fn(definition.body, env, primed)
        inner, memos = self.bind_params(definition.params, args, env)
        return self.cleared(self.lower_fn(definition.body, inner, primed), memos)

    def bind_params(
        self, params: Sequence[tree.Param], args: Sequence[Arg], env: Env
    ) -> tuple[Env, list[Memo]]:
        """`env` with parameters bound to arguments, and the memos among the bindings."""
        pairs: list[tuple[tree.Symbol, Inline | Memo | Operator | OperatorSlot]] = []
        memos: list[Memo] = []
        for param, (arg, arg_env) in zip(params, args, strict=True):
            if isinstance(arg, tree.OpArg):
                pairs.append((param, self.operator_binding(arg, arg_env)))
            elif isinstance(arg, (tree.Num, tree.Str)):
                pairs.append((param, Inline(arg, arg_env)))
            else:
                memo = Memo(arg, arg_env, param.name)
                memos.append(memo)
                pairs.append((param, memo))
        return env.extend(pairs), memos

    def operator_binding(self, arg: tree.OpArg, env: Env) -> Operator | OperatorSlot:
        """An operator argument that is itself a parameter is passed on as what it is bound to."""
        if isinstance(arg.symbol, tree.Param):
            binding = env.get(arg.symbol)
            if isinstance(binding, (Operator, OperatorSlot)):
                return binding
        return Operator(arg, env)

    def _constant_definition(self, definition: tree.Definition) -> ops.Op:
        """A constant definition of a module: lowered once for the whole model, evaluated once."""
        known = self.shared.constants.get(definition)
        if known is not None:
            return known
        assert definition.body is not None
        unit = Lowering(self.shared)
        op = unit.lower_fn(definition.body, EMPTY, False)
        if not self.facts(op).settled:
            return self.lower_fn(definition.body, EMPTY, False)
        if isinstance(op, (ops.Const, ops.Once)):
            return op
        once = ops.Once(op, unit.slots, definition.name, span=op.span)
        self.shared.constants[definition] = once
        return once

    def _function(self, definition: tree.Definition, env: Env, primed: bool) -> ops.Op:
        """`f[x \\in S] == e`: on demand when `e` mentions `f`."""
        body = definition.body
        assert isinstance(body, tree.FnConsExpr)
        if definition.level == tree.Level.CONSTANT and env.is_empty() and definition not in self.shared.constants:
            unit = Lowering(self.shared)
            op = unit._function_op(definition, body, EMPTY, False)
            if not self.facts(op).settled:
                return self._function_op(definition, body, env, primed)
            self.shared.constants[definition] = ops.Once(op, unit.slots, definition.name, span=definition.span)
        if definition in self.shared.constants and env.is_empty():
            return self.shared.constants[definition]
        return self._function_op(definition, body, env, primed)

    def _function_op(
        self, definition: tree.Definition, body: tree.FnConsExpr, env: Env, primed: bool
    ) -> ops.Op:
        myself = SelfBinding(self.new_slot(), definition.name)
        inner, binders = self.bind(body.bindings, env, primed)
        inner = inner.extend([(definition, myself)])
        value = self.lower(body.body, inner, primed)
        return ops.FnCons(binders, value, self_slot=myself.slot if myself.used else None, span=definition.span)

    def _recursive(self, definition: tree.Definition, env: Env, args: Sequence[Arg], primed: bool) -> ops.Op:
        key = (definition, primed, self.depth, self.building, env.key())
        proc = self.procs.get(key)
        operands = tuple(self.operand(arg, primed) for arg in args)
        if proc is None:
            slots = tuple(self.new_slot() for _ in definition.params)
            is_operator = tuple(p.arity > 0 for p in definition.params)
            proc = ops.Proc(definition.name, slots, is_operator, None, definition.span)
            self.procs[key] = proc
            pairs: list[tuple[tree.Symbol, SlotBinding | OperatorSlot]] = [
                (p, OperatorSlot(slot, p.name) if p.arity else SlotBinding(slot, p.name, lazy=True))
                for p, slot in zip(definition.params, slots, strict=True)
            ]
            assert definition.body is not None
            proc.body = self.lower(definition.body, env.extend(pairs), primed)
        return ops.Call(proc, operands)


