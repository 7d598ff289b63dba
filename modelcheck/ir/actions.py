"""Lowering of actions and initial predicates to action trees.

Follows TLC's reading of a formula as a nondeterministic process, left to right (*Specifying Systems*, 14.2.6): an
equality or membership whose left side is a variable without a value gives it one, otherwise it is a test; `\\/`
and `\\E` branch, also where they speak of the current state only (each true disjunct and witness counts as a step
of its own); definitions are followed. Which variables have a value is known here, on every path, except after a
`\\A` over an action: there `maybe` takes over and the question is settled while running.

A subaction is named by the definition in which the decomposition of Next through `\\/`, `\\E` and calls ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from modelcheck.ir import flow, ops
from modelcheck.ir.actioncalls import ActionCalls
from modelcheck.ir.env import EMPTY, Arg, EnabledVar, Env, Inline, LetBinding, Memo, Operator, SlotBinding
from modelcheck.module import tree
from modelcheck.module.cycles import symbols_of
from modelcheck.records import dataclass, field
from modelcheck.source import Span
from modelcheck.stdlib import registry

if TYPE_CHECKING:
    from modelcheck.ir.lower import Lowering

Assigned: TypeAlias = tuple[frozenset[int], frozenset[int]]  # variables with a value; those that may have one
Then: TypeAlias = Callable[[Assigned], flow.Node]
NONE: Assigned = (frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Label:
    """Where the decomposition of Next stands: the definition reached, and what its parameters stand for."""

    name: str
    span: Span | None
    args: tuple[tuple[str, tree.Symbol, Env], ...] = ()
    depth: int = 0  # 0: the root's own text; 1: the definition that it names; 2: below
    under_or: bool = False


@dataclass(slots=True)
class Labels:
    """The subactions found, in order."""

    found: list[tuple[str, tuple[str, ...], Span | None]] = field(default_factory=list)


class ActionLowering:
    """The part of a `Lowering` that makes action trees."""

    def __init__(self, lowering: Lowering) -> None:
        self.low = lowering
        self.labels = Labels()
        self.calls = ActionCalls(self)

    # ---- whole actions --------------------------------------------------------------------------------------

    def next_tree(self, expr: tree.Expr, name: str = "Next") -> flow.ActionTree:
        """The tree of a next-state relation."""
        root = self.decompose(expr, EMPTY, Label(name, expr.span))
        return flow.ActionTree(root, self.labels.found, self.low.slots)

    def init_tree(self, exprs: Sequence[tree.Expr], name: str = "Init") -> flow.ActionTree:
        """The tree of initial predicates, read as one conjunction."""
        label = len(self.labels.found)
        self.labels.found.append((name, (), _place(exprs[0]) if exprs else None))
        root = self.sequence([(e, EMPTY) for e in exprs], NONE, lambda done: self.emit(done, label, ()))
        return flow.ActionTree(root, self.labels.found, self.low.slots, is_init=True)

    def enabled(self, expr: tree.Expr, env: Env, primed: bool) -> ops.Op:
        """`ENABLED expr`: a tree over a next state of its own, in which nothing need be complete."""
        low = self.low
        building, names = low.building, low.target_names
        low.building, low.target_names = "next", [v.name for v in low.model.variables]
        low.depth += 1
        own: list[tuple[tree.Symbol, EnabledVar]] = []
        for symbol, inner in env.substituted_variables():
            own.append((symbol, EnabledVar(len(low.target_names), inner)))
            low.target_names.append(symbol.name)
        try:
            root = self.act(expr, env.extend(own), NONE, lambda done: flow.Emit(-1))
            return ops.Enabled(root, len(low.target_names), primed)
        finally:
            low.building, low.target_names = building, names
            low.depth -= 1

    def composed(self, args: Sequence[Arg], primed: bool) -> ops.Op:
        """`A \\cdot B` as a formula over a step."""
        (first, first_env), (second, second_env) = args
        assert not isinstance(first, tree.OpArg) and not isinstance(second, tree.OpArg)
        if primed:
            return ops.Fail("E011", "an action cannot be primed")
        low = self.low
        building, moving = low.building, low.moving
        low.building, low.moving = "next", True
        low.depth += 1
        try:
            tree_ = self.act(first, first_env, NONE, lambda done: self._between(done))
            low.building = building
            return ops.Composed(tree_, low.lower(second, second_env, False))
        finally:
            low.building, low.moving = building, moving
            low.depth -= 1

    def _between(self, done: Assigned) -> flow.Node:
        names = self.low.target_names
        return flow.Emit(-1, (), tuple(n for i, n in enumerate(names) if i not in done[0] and i not in done[1]))

    def _compose(self, args: Sequence[Arg], done: Assigned, then: Then, span: Span | None) -> flow.Node:
        """`A \\cdot B` as a process."""
        (first, first_env), (second, second_env) = args
        assert not isinstance(first, tree.OpArg) and not isinstance(second, tree.OpArg)
        low = self.low
        node = flow.Compose(low.new_slot(), span=span)
        names, moving = low.target_names, low.moving

        def middle(between: Assigned) -> flow.Node:
            return flow.Middle(node, tuple(n for i, n in enumerate(names) if i not in between[0]), span=span)

        def resume(after: Assigned) -> flow.Node:
            low.moving = moving
            follow = then(after)
            low.moving = True
            return flow.Resume(node, follow)

        low.moving = True
        node.first = self.act(first, first_env, NONE, middle)
        node.second = self.act(second, second_env, done, resume)
        low.moving = moving
        return node

    def emit(self, done: Assigned, label: int, args: tuple[ops.Op, ...]) -> flow.Node:
        """The end of a path."""
        yes, maybe = done
        names = [v.name for v in self.low.model.variables]
        missing = tuple(n for i, n in enumerate(names) if i not in yes and i not in maybe)
        name, _, span = self.labels.found[label]
        return flow.Emit(label, args, missing, tuple(sorted(maybe - yes)), name, span=span)

    # ---- the decomposition of Next into subactions ----------------------------------------------------------

    def decompose(self, expr: tree.Expr, env: Env, label: Label) -> flow.Node:
        """`\\/`, `\\E`, calls, LET and substitution at the top are looked through; all else is a subaction."""
        match expr:
            case tree.Junct(op="\\/"):
                under = _enter(label, under_or=True)
                return flow.Branch(tuple(self.decompose(item, env, under) for item in expr.items), span=expr.span)
            case tree.Quant(quantifier="\\E") if all(b.domain is not None for b in expr.bindings):
                inner, binders = self.low.bind(expr.bindings, env, False)
                bound = tuple((s.name, s, inner) for b in expr.bindings for s in b.names)
                more = Label(label.name, label.span, label.args + bound, label.depth, label.under_or)
                return flow.ForEach(binders, self.decompose(expr.body, inner, more), span=expr.span)
            case tree.LetExpr():
                inner, memos = self.low.let_env(expr, env)
                return self.clear(self.decompose(expr.body, inner, label), memos)
            case tree.Subst():
                inner, memos = self.low.subst_env(expr, env)
                return self.clear(self.decompose(expr.body, inner, label), memos)
            case tree.LabelExpr():
                return self.decompose(expr.body, env, label)
            case tree.Appl(symbol=tree.Builtin(name="\\/")):
                under = _enter(label, under_or=True)
                items = _chain(expr, env)
                return flow.Branch(tuple(self.decompose(e, v, under) for e, v in items), span=expr.span)
            case tree.Appl():
                return self._decompose_call(expr, env, label)
            case _:
                return self._leaf(expr, env, label)

    def _decompose_call(self, expr: tree.Appl, env: Env, label: Label) -> flow.Node:
        args: list[Arg] = [(arg, env) for arg in expr.args]
        target = self.callee(expr.symbol, env, args)
        if target is None:
            return self._leaf(expr, env, label)
        body, inner, memos, definition = target
        if definition is None:
            return self.clear(self.decompose(body, inner, label), memos)
        if not (label.depth < 2 or label.under_or or _splits(body)) or self._takes_an_action(args):
            return self._leaf(expr, env, label)
        formals = tuple((p.name, p, inner) for p in definition.params if p.arity == 0)
        outer = tuple(a for a in label.args if not _passed_on(a, expr, {p.name for p in definition.params}))
        depth = 2 if label.under_or else label.depth + 1
        entered = Label(definition.name.split("!")[-1], definition.span, outer + formals, depth)
        return self.clear(self.decompose(body, inner, entered), memos)

    def _takes_an_action(self, args: Sequence[Arg]) -> bool:
        """Whether an argument speaks of the next state: no parameter that a step could be told with."""
        exprs = [(e, env) for e, env in args if not isinstance(e, tree.OpArg)]
        return any(self.low.facts(self.low.lower(e, env, False)).target for e, env in exprs)

    def _leaf(self, expr: tree.Expr, env: Env, label: Label) -> flow.Node:
        index = len(self.labels.found)
        kept: dict[str, tuple[tree.Symbol, Env]] = {name: (symbol, e) for name, symbol, e in label.args}
        args = tuple(self.low.lower(tree.Appl(None, symbol), e, False) for symbol, e in kept.values())
        self.labels.found.append((label.name, tuple(kept), label.span))
        return self.act(expr, env, NONE, lambda done: self.emit(done, index, args))

    # ---- formulas as processes ------------------------------------------------------------------------------

    def act(self, expr: tree.Expr, env: Env, done: Assigned, then: Then) -> flow.Node:
        """The tree of one formula, followed by `then`."""
        match expr:
            case tree.Junct(op="/\\"):
                return self.sequence([(item, env) for item in expr.items], done, then)
            case tree.Junct():
                follow = _shared(then)
                return flow.Branch(tuple(self.act(i, env, done, follow) for i in expr.items), span=expr.span)
            case tree.Quant(quantifier="\\E") if all(b.domain is not None for b in expr.bindings):
                inner, binders = self.low.bind(expr.bindings, env, False)
                return flow.ForEach(binders, self.act(expr.body, inner, done, then), span=expr.span)
            case tree.Quant(quantifier="\\A") if all(b.domain is not None for b in expr.bindings):
                return self._all_of(expr, env, done, then)
            case tree.IfExpr():
                follow = _shared(then)
                condition = self.low.lower(expr.condition, env, False)
                yes = self.act(expr.then, env, done, follow)
                return flow.IfNode(condition, yes, self.act(expr.otherwise, env, done, follow), span=expr.span)
            case tree.CaseExpr():
                return self._case(expr, env, done, _shared(then))
            case tree.LetExpr():
                inner, memos = self.low.let_env(expr, env)
                return self.clear(self.act(expr.body, inner, done, then), memos)
            case tree.Subst():
                inner, memos = self.low.subst_env(expr, env)
                return self.clear(self.act(expr.body, inner, done, then), memos)
            case tree.LabelExpr():
                return self.act(expr.body, env, done, then)
            case tree.Box():
                follow = _shared(then)
                stutter = self._unchanged(expr.subscript, env, done, follow, expr.span)
                return flow.Branch((self.act(expr.action, env, done, follow), stutter), span=expr.span)
            case tree.Angle():
                return self.act(expr.action, env, done, lambda d: self._changed(expr, env, d, then))
            case tree.Appl():
                return self._call(expr, env, done, then)
            case tree.FnAppl():
                return self._function_applied(expr, env, done, then)
            case _:
                return self.guard(expr, env, done, then)

    def _function_applied(self, expr: tree.FnAppl, env: Env, done: Assigned, then: Then) -> flow.Node:
        """`f[e]` where `f` is `[x \\in S |-> A]` and A assigns: the process A, with x bound to e."""
        fn, fn_env, memos = self._written_out(expr.fn, env)
        test = self.low.lower(expr, env, False)
        written = isinstance(fn, tree.FnConsExpr) and len(fn.bindings) == len(expr.args) == 1
        if not written or not self.low.facts(test).building:
            return flow.Guard(test, then(done), span=expr.span)
        assert isinstance(fn, tree.FnConsExpr)
        inner, binders = self.low.bind(fn.bindings, fn_env, False)
        (binder,), arg = binders, self.low.lower(expr.args[0], env, False)
        if binder.is_tuple:
            return flow.Guard(test, then(done), span=expr.span)
        inside = ops.In(arg, binder.domain, span=expr.args[0].span)
        outside = ops.Fail("E003", "a function of formulas is applied outside its domain", span=expr.span)
        only = ops.Binder(binder.slots, binder.names, ops.SetEnum((arg,), span=arg.span), False, binder.span)
        follow = _shared(then)
        body = flow.ForEach((only,), self.act(fn.body, inner, done, follow), span=expr.span)
        return self.clear(flow.IfNode(inside, body, flow.Guard(outside, follow(done)), span=expr.span), memos)

    def _written_out(self, expr: tree.Expr, env: Env) -> tuple[tree.Expr, Env, list[Memo]]:
        """As `head`, looking through calls too; and the memos of their parameters."""
        memos: list[Memo] = []
        while True:
            expr, env = self.head(expr, env)
            if not isinstance(expr, tree.Appl) or isinstance(expr.symbol, tree.Builtin):
                return expr, env, memos
            if not expr.args:
                return *self._function_of_actions(expr, env), memos
            target = self.callee(expr.symbol, env, [(arg, env) for arg in expr.args])
            if target is None:
                return expr, env, memos
            expr, env, more, _ = target
            memos += more

    def _function_of_actions(self, expr: tree.Appl, env: Env) -> tuple[tree.Expr, Env]:
        """The constructor that `f[x \\in S] == A` is, where A is an action that does not mention f; else `expr`."""
        symbol, binding = expr.symbol, env.get(expr.symbol)
        if isinstance(binding, LetBinding):
            env = binding.env
        elif binding is not None:
            return expr, env
        else:
            symbol, env = self.low.model.replaced.get(symbol, symbol), env.module_part()
        if not isinstance(symbol, tree.Definition) or (symbol.kind, symbol.level) != ("fn", tree.Level.ACTION):
            return expr, env
        if symbol in symbols_of(symbol.complete().body):
            return expr, env
        assert symbol.body is not None
        return symbol.body, env

    def guard(self, expr: tree.Expr, env: Env, done: Assigned, then: Then) -> flow.Node:
        """A formula that only tests."""
        return flow.Guard(self.low.lower(expr, env, False), then(done), span=expr.span)

    def sequence(self, items: Sequence[tuple[tree.Expr, Env]], done: Assigned, then: Then) -> flow.Node:
        """A conjunction, left to right.

        A conjunct taken up when every variable has a value is only a test, however many ways it can be true (TLC's
        `getNextStatesAllAssigned`): its disjuncts and witnesses do not multiply the step.
        """
        if not items:
            return then(done)
        (first, env), rest = items[0], items[1:]
        if not rest:
            return self.act(first, env, done, then)
        return self.act(first, env, done, lambda d: self._rest(rest, d, then))

    def _rest(self, items: Sequence[tuple[tree.Expr, Env]], done: Assigned, then: Then) -> flow.Node:
        """The conjuncts after the first."""
        every = frozenset(range(len(self.low.target_names)))
        if done[0] != every and done[0] | done[1] == every:
            follow = _shared(then)
            return flow.IfComplete(self._rest(items, (every, frozenset()), follow), self.sequence(items, done, follow))
        if done[0] != every:
            return self.sequence(items, done, then)
        (first, env), rest = items[0], items[1:]
        return self.guard(first, env, done, (lambda d: self._rest(rest, d, then)) if rest else then)

    def _case(self, expr: tree.CaseExpr, env: Env, done: Assigned, then: Then) -> flow.Node:
        arms = tuple((self.low.lower(g, env, False), self.act(v, env, done, then)) for g, v in expr.arms)
        other = None if expr.other is None else self.act(expr.other, env, done, then)
        return flow.CaseNode(arms, other, span=expr.span)

    def _all_of(self, expr: tree.Quant, env: Env, done: Assigned, then: Then) -> flow.Node:
        """`\\A` as a conjunction over the elements; a plain test when its body neither assigns nor branches.

        (Branches count even in a body that only tests: each true disjunct of each element is a step of its own.)
        """
        test = self.low.lower(expr, env, False)
        inner, binders = self.low.bind(expr.bindings, env, False)
        during = done
        if self.low.facts(test).building:
            during = (done[0], frozenset(range(len(self.low.target_names))) - done[0])
        elif not _branches(self.act(expr.body, inner, done, lambda _: flow.Emit(-1))):
            return flow.Guard(test, then(done), span=expr.span)
        loop = flow.AllOf(binders, self.low.new_slot(), None, then(during), span=expr.span)
        end = flow.AgainFor(loop)
        loop.body = self.act(expr.body, inner, during, lambda _: end)
        if during[1]:
            loop.again = flow.IfComplete(self.guard(expr.body, inner, done, lambda _: end), loop.body)
        return loop

    def _changed(self, expr: tree.Angle, env: Env, done: Assigned, then: Then) -> flow.Node:
        """The end of `<<A>>_v`: v changes. Inside ENABLED, a variable of v that A leaves open can always change."""
        if self.low.depth:
            for part in self.components(expr.subscript, env):
                index = self.variable(*part)
                if index is not None and index not in done[0] and index not in done[1]:
                    return then(done)
        same = self.low.unchanged(expr.subscript, env, expr.span)
        return flow.Guard(ops.Not(same, span=expr.span), then(done), span=expr.span)

    def _call(self, expr: tree.Appl, env: Env, done: Assigned, then: Then) -> flow.Node:
        args: list[Arg] = [(arg, env) for arg in expr.args]
        return self._apply(expr, expr.symbol, env, args, done, then)

    def _apply(
        self, expr: tree.Appl, symbol: tree.Symbol, env: Env, args: list[Arg], done: Assigned, then: Then
    ) -> flow.Node:
        if isinstance(symbol, tree.Builtin):
            return self._builtin(expr, symbol.name, env, args, done, then)
        if isinstance(symbol, tree.Param):
            binding = env.get(symbol)
            if isinstance(binding, Operator) and binding.arg.symbol is not None:
                return self._apply(expr, binding.arg.symbol, binding.env, args, done, then)
        target = self.callee(symbol, env, args)
        if target is None:
            test = self.low.apply_symbol(symbol, env, args, False, expr.span)
            if test.span is None:
                test.span = expr.span
            recursive = self.calls.callee(symbol, env)
            if recursive is not None:
                return self.calls.call(*recursive, args, done, then, test)
            return flow.Guard(test, then(done), span=expr.span)
        body, inner, memos, _ = target
        return self.clear(self.act(body, inner, done, then), memos)

    def _builtin(
        self, expr: tree.Appl, name: str, env: Env, args: list[Arg], done: Assigned, then: Then
    ) -> flow.Node:
        operands = [(e, v) for e, v in args if not isinstance(e, tree.OpArg)]
        match name:
            case "/\\":
                return self.sequence(_chain_of(name, operands), done, then)
            case "\\/":
                follow = _shared(then)
                arms = tuple(self.act(e, v, done, follow) for e, v in _chain_of(name, operands))
                return flow.Branch(arms, span=expr.span)
            case "=>":
                follow = _shared(then)
                (left, left_env), (right, right_env) = operands
                condition = self.low.lower(left, left_env, False)
                return flow.IfNode(condition, self.act(right, right_env, done, follow), follow(done), span=expr.span)
            case "=" | "\\in" | "\\subseteq":
                index = self.target(*operands[0])
                if index is not None and index not in done[0]:
                    return self._assign(expr, index, operands[1], name, done, then)
            case "\\cdot" if self.low.building == "next":
                return self._compose(args, done, then, expr.span)
            case "UNCHANGED" if self.low.building == "next":
                return self._unchanged(*operands[0], done, then, expr.span)
        test = self.low.apply_symbol(expr.symbol, env, args, False, expr.span) if not isinstance(
            expr.symbol, tree.Param
        ) else self.low.apply_symbol(tree.Builtin(name, None, ""), env, args, False, expr.span)
        if test.span is None:
            test.span = expr.span
        return flow.Guard(test, then(done), span=expr.span)

    def _assign(
        self, expr: tree.Expr, index: int, value: tuple[tree.Expr, Env], sign: str, done: Assigned, then: Then
    ) -> flow.Node:
        op = self.low.lower(value[0], value[1], False)
        if sign == "\\subseteq":
            op = ops.PowerSet(op, span=op.span)
        is_in = sign != "="
        name = self.low.target_names[index]
        after: Assigned = (done[0] | {index}, done[1] - {index})
        if index in done[1]:
            return flow.AssignOrTest(index, name, op, is_in, then(after), span=expr.span)
        if is_in:
            return flow.AssignIn(index, name, op, then(after), span=expr.span)
        return flow.Assign(index, name, op, then(after), span=expr.span)

    def _unchanged(self, expr: tree.Expr, env: Env, done: Assigned, then: Then, span: Span | None) -> flow.Node:
        """UNCHANGED: each component that is a variable keeps its value; any other must be equal primed."""
        return self._keep(self.components(expr, env), done, then, span)

    def _keep(
        self, parts: Sequence[tuple[tree.Expr, Env]], done: Assigned, then: Then, span: Span | None
    ) -> flow.Node:
        if not parts:
            return then(done)
        (expr, env), rest = parts[0], parts[1:]

        def follow(after: Assigned) -> flow.Node:
            return self._keep(rest, after, then, span)

        index = self.variable(expr, env)
        if index is not None and index not in done[0]:
            name = self.low.target_names[index]
            keep = self.low.lower(expr, env, False)
            after: Assigned = (done[0] | {index}, done[1] - {index})
            if index in done[1]:
                return flow.AssignOrTest(index, name, keep, False, follow(after), span=span)
            return flow.Assign(index, name, keep, follow(after), span=span)
        same = ops.Eq(self.low.lower(expr, env, True), self.low.lower(expr, env, False), span=expr.span)
        return flow.Guard(same, follow(done), span=span)

    def clear(self, node: flow.Node, memos: Sequence[Memo]) -> flow.Node:
        """A context of its own: the memos' slots are cleared first."""
        slots = tuple(slot for memo in memos for slot in memo.slots)
        return flow.ClearNode(slots, node) if slots else node

    # ---- looking through names ------------------------------------------------------------------------------

    def callee(
        self, symbol: tree.Symbol, env: Env, args: Sequence[Arg]
    ) -> tuple[tree.Expr, Env, list[Memo], tree.Definition | None] | None:
        """What a call stands for: body, environment, memos to clear, the definition entered; None: not a formula."""
        binding = env.get(symbol)
        match binding:
            case Inline():
                return binding.expr, binding.env, [], None
            case Memo():
                return binding.expr, binding.env, [], None
            case Operator() if binding.arg.body is not None:
                inner, memos = self.low.bind_params(binding.arg.params, args, binding.env)
                return binding.arg.body, inner, memos, None
            case Operator() if binding.arg.symbol is not None:
                return self.callee(binding.arg.symbol, binding.env, args)
        if isinstance(symbol, tree.Constant) and symbol in self.low.model.replaced:
            symbol = self.low.model.replaced[symbol]
        if not isinstance(symbol, tree.Definition):
            return None
        outer = env.module_part()
        if isinstance(binding, LetBinding) and not self.is_native(symbol, len(args)):
            outer = binding.env
        elif symbol in self.low.model.replaced:
            symbol = self.low.model.replaced[symbol]
        elif self.is_native(symbol, len(args)):
            return None
        if symbol.complete().body is None or symbol.recursive or symbol.kind == "fn":
            return None
        assert symbol.body is not None
        if symbol.level == tree.Level.CONSTANT and not symbol.params:
            return None
        inner, memos = self.low.bind_params(symbol.params, args, outer)
        return symbol.body, inner, memos, symbol

    def is_native(self, definition: tree.Definition, arity: int) -> bool:
        source = definition.origin if definition.origin is not None else definition
        native = registry.lookup(source.module, source.name)
        return native is not None and native.arity == arity

    def head(self, expr: tree.Expr, env: Env) -> tuple[tree.Expr, Env]:
        """What an expression is once names without arguments, substitutions and labels are looked through."""
        while True:
            match expr:
                case tree.Subst():
                    env, _ = self.low.subst_env(expr, env)
                    expr = expr.body
                case tree.LabelExpr():
                    expr = expr.body
                case tree.Appl(args=()) if not isinstance(expr.symbol, tree.Builtin):
                    if isinstance(env.get(expr.symbol), SlotBinding):
                        return expr, env
                    target = self.callee(expr.symbol, env, ())
                    if target is None:
                        return expr, env
                    expr, env = target[0], target[1]
                case _:
                    return expr, env

    def named(self, expr: tree.Expr, env: Env) -> tuple[tree.Expr, Env]:
        """As `head`, through LETs, too: for what is only to be recognized, as their values would not be kept."""
        while True:
            expr, env = self.head(expr, env)
            if not isinstance(expr, tree.LetExpr):
                return expr, env
            env, _ = self.low.let_env(expr, env)
            expr = expr.body

    def variable(self, expr: tree.Expr, env: Env) -> int | None:
        """The index of the state variable that an expression is, if it is one."""
        expr, env = self.named(expr, env)
        if isinstance(expr, tree.Appl) and isinstance(expr.symbol, tree.Variable):
            binding = env.get(expr.symbol)
            return binding.index if isinstance(binding, EnabledVar) else self.low.shared.index.get(expr.symbol)
        return None

    def target(self, expr: tree.Expr, env: Env) -> int | None:
        """The index of the variable that `expr = …` would give a value: `x'` in an action, `x` in Init."""
        if self.low.building == "init":
            return self.variable(expr, env)
        expr, env = self.named(expr, env)
        if isinstance(expr, tree.Appl) and isinstance(expr.symbol, tree.Builtin) and expr.symbol.name == "'":
            operand = expr.args[0]
            assert not isinstance(operand, tree.OpArg)
            return self.variable(operand, env)
        return None

    def components(self, expr: tree.Expr, env: Env) -> list[tuple[tree.Expr, Env]]:
        """The leaves of a (nested) tuple of state functions, or the one state function that it is."""
        out: list[tuple[tree.Expr, Env]] = []
        stack = [(expr, env)]
        while stack:
            item, item_env = self.head(*stack.pop())
            if isinstance(item, tree.TupleOf):
                stack.extend((part, item_env) for part in reversed(item.items))
            else:
                out.append((item, item_env))
        return out


def _shared(then: Then) -> Then:
    """`then`, made once per set of assigned variables: branches that assign the same share what follows."""
    made: dict[Assigned, flow.Node] = {}

    def follow(done: Assigned) -> flow.Node:
        if done not in made:
            made[done] = then(done)
        return made[done]

    return follow


def _branches(node: flow.Node) -> bool:
    """Whether a tree has more than one path that one state could take."""
    if isinstance(node, (flow.Branch, flow.ForEach, flow.Compose, flow.CallNode)):
        return True
    return any(_branches(after) for after in flow.following(node))


def _place(expr: tree.Expr) -> Span | None:
    """The place of an expression, or of the definition that it names."""
    return expr.symbol.span if expr.span is None and isinstance(expr, tree.Appl) else expr.span


def _enter(label: Label, under_or: bool) -> Label:
    return Label(label.name, label.span, label.args, label.depth, under_or)


def _chain(expr: tree.Appl, env: Env) -> list[tuple[tree.Expr, Env]]:
    assert isinstance(expr.symbol, tree.Builtin)
    return _chain_of(expr.symbol.name, [(e, env) for e in expr.args if not isinstance(e, tree.OpArg)])


def _chain_of(name: str, operands: Sequence[tuple[tree.Expr, Env]]) -> list[tuple[tree.Expr, Env]]:
    """The operands of an infix chain of one junction, without recursion."""
    out: list[tuple[tree.Expr, Env]] = []
    stack = list(reversed(operands))
    while stack:
        expr, env = stack.pop()
        if isinstance(expr, tree.Appl) and isinstance(expr.symbol, tree.Builtin) and expr.symbol.name == name:
            stack.extend((e, env) for e in reversed(expr.args) if not isinstance(e, tree.OpArg))
        else:
            out.append((expr, env))
    return out


def _splits(body: tree.Expr) -> bool:
    """Whether a definition's body is a disjunction under `\\E` and LET."""
    while True:
        match body:
            case tree.Quant(quantifier="\\E") | tree.LetExpr() | tree.Subst() | tree.LabelExpr():
                body = body.body
            case tree.Junct():
                return body.op == "\\/"
            case tree.Appl(symbol=tree.Builtin()):
                return body.symbol.name == "\\/"
            case _:
                return False


def _passed_on(entry: tuple[str, tree.Symbol, Env], call: tree.Appl, formals: set[str]) -> bool:
    """Whether an outer name need not be shown: the call passes it on, or a parameter hides its name."""
    name, symbol, _ = entry
    passed = any(isinstance(a, tree.Appl) and a.symbol is symbol and not a.args for a in call.args)
    return passed or name in formals
