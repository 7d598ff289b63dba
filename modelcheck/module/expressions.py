"""Expressions: from the syntax tree to the resolved tree, every name bound to its symbol.

Takes one expression and the `Scope` it stands in. Refused: unknown and twice-bound names, wrong numbers of
arguments, operators where values are needed and the reverse, `@` outside EXCEPT, misplaced labels (codes M001 to
M013 and M060 to M066). Levels are checked afterwards (`level.py`). Proofs are not resolved at all.

The functions call each other as deep as the expression is nested; `deep.py` gives them the room.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from modelcheck.errors import TlaError
from modelcheck.module import tree
from modelcheck.module.names import NameResolver
from modelcheck.module.scope import Scope
from modelcheck.module.tree import BoundVar, Definition, Param, Symbol
from modelcheck.source import Span
from modelcheck.syntax import nodes
from modelcheck.values.order import intern_order


class LabelFrame:
    """The labels of one definition (or of one labelled expression) and where its bound identifiers begin."""

    __slots__ = ("labels", "mark")

    def __init__(self, mark: int) -> None:
        self.mark = mark
        self.labels: set[str] = set()


class ExprResolver(NameResolver):
    """Resolves the expressions of one module."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self.label_frames: list[LabelFrame] = []
        self.no_labels = False  # inside a nested ASSUME/PROVE with a NEW symbol

    def expr(self, node: nodes.Expr) -> tree.Expr:
        """The resolved expression."""
        return _HANDLERS[type(node)](self, node)

    def exprs(self, items: Sequence[nodes.Expr]) -> tuple[tree.Expr, ...]:
        """Several, in order."""
        return tuple([_HANDLERS[type(item)](self, item) for item in items])

    # ---- leaves and plain constructors ----

    def number(self, node: nodes.Number) -> tree.Expr:
        return tree.Num(node.span, node.value)

    def decimal(self, node: nodes.Decimal) -> tree.Expr:
        return tree.Dec(node.span, node.text)

    def string(self, node: nodes.String) -> tree.Expr:
        intern_order(node.value)
        return tree.Str(node.span, node.value)

    def junction(self, node: nodes.Junction) -> tree.Expr:
        return tree.Junct(node.span, node.op, self.exprs(node.items))

    def tuple_expr(self, node: nodes.TupleExpr) -> tree.Expr:
        return tree.TupleOf(node.span, self.exprs(node.items))

    def set_enum(self, node: nodes.SetEnum) -> tree.Expr:
        return tree.SetOf(node.span, self.exprs(node.items))

    def fn_set(self, node: nodes.FnSet) -> tree.Expr:
        return tree.FnSetExpr(node.span, self.expr(node.domain), self.expr(node.codomain))

    def fields(self, fields: tuple[nodes.Field, ...]) -> tuple[tuple[str, tree.Expr], ...]:
        seen: dict[str, Span] = {}
        for item in fields:
            if item.name in seen:
                notes = (("the first one is here", seen[item.name]),)
                raise TlaError("M010", f"the field '{item.name}' is given twice", item.span, notes=notes)
            seen[item.name] = item.span
        return tuple([(item.name, self.expr(item.value)) for item in fields])

    def record(self, node: nodes.Record) -> tree.Expr:
        return tree.RecordExpr(node.span, self.fields(node.fields))

    def record_set(self, node: nodes.RecordSet) -> tree.Expr:
        return tree.RecordSetExpr(node.span, self.fields(node.fields))

    def dot(self, node: nodes.Dot) -> tree.Expr:
        return tree.DotExpr(node.span, self.expr(node.record), node.name)

    def if_expr(self, node: nodes.If) -> tree.Expr:
        return tree.IfExpr(node.span, self.expr(node.condition), self.expr(node.then), self.expr(node.otherwise))

    def case(self, node: nodes.Case) -> tree.Expr:
        arms = tuple([(self.expr(arm.guard), self.expr(arm.value)) for arm in node.arms])
        return tree.CaseExpr(node.span, arms, None if node.other is None else self.expr(node.other))

    def box(self, node: nodes.ActionBox) -> tree.Expr:
        return tree.Box(node.span, self.expr(node.action), self.expr(node.subscript))

    def angle(self, node: nodes.ActionAngle) -> tree.Expr:
        return tree.Angle(node.span, self.expr(node.action), self.expr(node.subscript))

    def fairness(self, node: nodes.Fairness) -> tree.Expr:
        return tree.Fair(node.span, node.kind, self.expr(node.subscript), self.expr(node.action))

    # ---- binders ----

    def bindings(self, bounds: Sequence[nodes.Bound]) -> tuple[tree.Binding, ...]:
        """All domains first, in the scope outside; then the names, which the caller releases."""
        domains = [None if bound.domain is None else self.expr(bound.domain) for bound in bounds]
        scope = self.scope
        out = []
        for bound, domain in zip(bounds, domains, strict=True):
            names = []
            for name in bound.names:
                symbol = BoundVar(name.name, name.span, scope.name)
                scope.bind(name.name, symbol, name.span)
                names.append(symbol)
            out.append(tree.Binding(tuple(names), domain, bound.is_tuple, bound.span))
        return tuple(out)

    def quantified(self, node: nodes.Quantified) -> tree.Expr:
        mark = self.scope.mark()
        bindings = self.bindings(node.bounds)
        body = self.expr(node.body)
        self.scope.release(mark)
        return tree.Quant(node.span, node.quantifier, bindings, body)

    def choose(self, node: nodes.Choose) -> tree.Expr:
        mark = self.scope.mark()
        (binding,) = self.bindings((node.bound,))
        body = self.expr(node.body)
        self.scope.release(mark)
        return tree.ChooseExpr(node.span, binding, body)

    def set_filter(self, node: nodes.SetFilter) -> tree.Expr:
        mark = self.scope.mark()
        (binding,) = self.bindings((node.bound,))
        predicate = self.expr(node.predicate)
        self.scope.release(mark)
        return tree.Filter(node.span, binding, predicate)

    def set_map(self, node: nodes.SetMap) -> tree.Expr:
        mark = self.scope.mark()
        bindings = self.bindings(node.bounds)
        body = self.expr(node.body)
        self.scope.release(mark)
        return tree.MapSet(node.span, body, bindings)

    def fn_cons(self, node: nodes.FnCons) -> tree.Expr:
        mark = self.scope.mark()
        bindings = self.bindings(node.bounds)
        body = self.expr(node.body)
        self.scope.release(mark)
        return tree.FnConsExpr(node.span, bindings, body)

    def lambda_arg(self, node: nodes.Lambda) -> tree.OpArg:
        """A LAMBDA as an operator argument."""
        mark = self.scope.mark()
        params = []
        for name in node.params:
            param = Param(name.name, name.span, self.scope.name)
            self.scope.bind(name.name, param, name.span)
            params.append(param)
        body = self.expr(node.body)
        self.scope.release(mark)
        return tree.OpArg(node.span, None, tuple(params), body)

    def stray_lambda(self, node: nodes.Lambda) -> tree.Expr:
        raise TlaError("M008", "a LAMBDA stands where a value is needed", node.span)

    # ---- functions ----

    def fn_apply(self, node: nodes.FnApply) -> tree.Expr:
        fn = self.expr(node.fn)
        if len(node.args) > 1 and isinstance(fn, tree.Appl) and isinstance(fn.symbol, Definition):
            self.check_fn_arity(fn.symbol, len(node.args), node.span)
        return tree.FnAppl(node.span, fn, self.exprs(node.args))

    def check_fn_arity(self, symbol: Definition, given: int, span: Span) -> None:
        """Inside its own definition a function is applied as one likes, as SANY has it."""
        if symbol.kind != "fn" or not isinstance(symbol.body, tree.FnConsExpr):
            return
        count = bound_count(symbol.body.bindings)
        if count != given:
            text = f"the function '{symbol.name}' takes {count} arguments, and {given} are given"
            raise TlaError("M011", text, span)

    def except_expr(self, node: nodes.Except) -> tree.Expr:
        fn = self.expr(node.fn)
        updates = []
        for update in node.updates:
            path = tuple([self.path_step(step) for step in update.path])
            self.except_depth += 1
            value = self.expr(update.value)
            self.except_depth -= 1
            updates.append((path, value))
        return tree.ExceptExpr(node.span, fn, tuple(updates))

    def path_step(self, step: nodes.IndexStep | nodes.FieldStep) -> tree.Expr:
        if isinstance(step, nodes.FieldStep):
            return tree.Str(step.span, step.name)
        if len(step.args) == 1:
            return self.expr(step.args[0])
        return tree.TupleOf(step.span, self.exprs(step.args))

    def at(self, node: nodes.At) -> tree.Expr:
        if self.except_depth == 0:
            raise TlaError("M009", "@ stands outside an EXCEPT", node.span)
        return tree.AtExpr(node.span)

    # ---- LET and labels ----

    def let(self, node: nodes.Let) -> tree.Expr:
        mark = self.scope.mark()
        self.let_level += 1
        defs: list[Definition] = []
        for unit in node.defs:
            self.let_unit(unit, defs)
        self.check_all_defined()
        body = self.expr(node.body)
        self.let_level -= 1
        self.scope.release(mark)
        return tree.LetExpr(node.span, tuple(defs), body)

    def let_unit(self, unit: nodes.Unit, defs: list[Definition]) -> None:
        """One definition of a LET; in `units.py`."""
        raise NotImplementedError

    def check_all_defined(self) -> None:
        """Every RECURSIVE declaration of this level has its definition; in `units.py`."""
        raise NotImplementedError

    def label(self, node: nodes.Label) -> tree.Expr:
        if not self.label_frames:
            raise TlaError("M063", f"the label '{node.name}' stands outside a definition", node.span)
        if self.no_labels:
            raise TlaError("M064", f"the label '{node.name}' stands in a nested ASSUME/PROVE with NEW", node.span)
        if self.except_depth:
            raise TlaError("M065", f"the label '{node.name}' stands inside an EXCEPT", node.span)
        params = self.label_params(node)
        frame = self.label_frames[-1]
        if node.name in frame.labels:
            raise TlaError("M066", f"the label '{node.name}' is used twice", node.span)
        frame.labels.add(node.name)
        self.label_frames.append(LabelFrame(self.scope.mark()))
        body = self.expr(node.body)
        self.label_frames.pop()
        return tree.LabelExpr(node.span, node.name, body, params)

    def label_params(self, node: nodes.Label) -> tuple[Symbol, ...]:
        """The identifiers a label names: exactly those bound since the definition or outer label."""
        scope = self.scope
        since = [name for name, _ in scope.trail[self.label_frames[-1].mark :]]
        bound = {name: scope.names[name] for name in since if isinstance(scope.names[name], BoundVar | Param)}
        named: dict[str, Symbol] = {}
        for param in node.params:
            if param.name in named:
                raise TlaError("M060", f"the label '{node.name}' names '{param.name}' twice", param.span)
            if param.name not in bound:
                text = f"the label '{node.name}' names '{param.name}', which is not bound here"
                raise TlaError("M062", text, param.span)
            named[param.name] = bound[param.name]
        for name in bound:
            if name not in named:
                raise TlaError("M061", f"the label '{node.name}' leaves out the bound identifier '{name}'", node.span)
        return tuple(named.values())

    def module_fact(self, node: nodes.ModuleFact) -> tree.Expr:
        raise TlaError("M004", f"'MODULE {node.name}' is no expression", node.span)


def bound_count(bindings: tuple[tree.Binding, ...]) -> int:
    """How many arguments a function with these bindings takes."""
    return sum(1 if binding.is_tuple else len(binding.names) for binding in bindings)


_HANDLERS: dict[type, Callable[[ExprResolver, Any], tree.Expr]] = {
    nodes.Name: ExprResolver.name,
    nodes.Apply: ExprResolver.apply,
    nodes.Number: ExprResolver.number,
    nodes.Decimal: ExprResolver.decimal,
    nodes.String: ExprResolver.string,
    nodes.Junction: ExprResolver.junction,
    nodes.TupleExpr: ExprResolver.tuple_expr,
    nodes.SetEnum: ExprResolver.set_enum,
    nodes.SetFilter: ExprResolver.set_filter,
    nodes.SetMap: ExprResolver.set_map,
    nodes.Quantified: ExprResolver.quantified,
    nodes.Choose: ExprResolver.choose,
    nodes.FnApply: ExprResolver.fn_apply,
    nodes.FnCons: ExprResolver.fn_cons,
    nodes.FnSet: ExprResolver.fn_set,
    nodes.Record: ExprResolver.record,
    nodes.RecordSet: ExprResolver.record_set,
    nodes.Dot: ExprResolver.dot,
    nodes.Except: ExprResolver.except_expr,
    nodes.At: ExprResolver.at,
    nodes.If: ExprResolver.if_expr,
    nodes.Case: ExprResolver.case,
    nodes.Let: ExprResolver.let,
    nodes.Lambda: ExprResolver.stray_lambda,
    nodes.Label: ExprResolver.label,
    nodes.ActionBox: ExprResolver.box,
    nodes.ActionAngle: ExprResolver.angle,
    nodes.Fairness: ExprResolver.fairness,
    nodes.ModuleFact: ExprResolver.module_fact,
}
