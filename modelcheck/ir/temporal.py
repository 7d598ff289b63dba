"""Temporal formulas: lowering to a small language over state and step formulas.

Takes temporal expressions of the resolved tree; gives formulas made of atoms, `~ /\\ \\/ [] <>`. `~>` and fairness are
unfolded by their definitions (*Specifying Systems*, 8.4 and 8.6):

    P ~> Q   is  [](P => <>Q)
    WF_v(A)  is  []<>(~ENABLED <<A>>_v) \\/ []<><<A>>_v
    SF_v(A)  is  <>[](~ENABLED <<A>>_v) \\/ []<><<A>>_v

A fairness condition stays recognisable (`Fair`), so that it can be named in messages and evaluated in one go.
`\\A` and `\\E` over constant sets are unrolled. Refused (E011): temporal quantifiers, `-+->`, sets that depend on the
state around a temporal formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from modelcheck.errors import EXIT_EVAL_LIVENESS, EvalError
from modelcheck.ir import ops
from modelcheck.ir.env import EMPTY, Env, Fixed, Inline, Memo, Operator
from modelcheck.ir.lower import Lowering, Shared
from modelcheck.module import tree
from modelcheck.records import dataclass
from modelcheck.source import Span
from modelcheck.values import Value, elements, show


@dataclass(frozen=True, slots=True, eq=False)
class Atom:
    """A formula without temporal operators. `is_step`: it speaks of two states. `text`: as the spec writes it.

    `action`: the atom is `<<A>>_v` (a step formula) or `ENABLED <<A>>_v` of this action of a fairness condition.
    """

    formula: ops.Formula
    is_step: bool
    text: str
    span: Span | None
    action: FairAction | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FairAction:
    """The `<<A>>_v` of a fairness condition, with the environment both stand in."""

    angle: tree.Angle
    env: Env


@dataclass(frozen=True, slots=True, eq=False)
class Not:
    arg: Temporal


@dataclass(frozen=True, slots=True, eq=False)
class All:
    """Conjunction; empty: TRUE."""

    items: tuple[Temporal, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Any_:
    """Disjunction; empty: FALSE."""

    items: tuple[Temporal, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Always:
    arg: Temporal


@dataclass(frozen=True, slots=True, eq=False)
class Eventually:
    arg: Temporal


@dataclass(frozen=True, slots=True, eq=False)
class Fair:
    """`WF_v(A)` or `SF_v(A)` (`kind`); `enabled` is the atom ENABLED <<A>>_v, `taken` the atom <<A>>_v.

    `text`: the action, with the values that quantifiers around the condition give its names.
    """

    kind: str
    enabled: Atom
    taken: Atom
    text: str
    span: Span | None

    @property
    def unfolded(self) -> Temporal:
        """What it means."""
        taken = Always(Eventually(self.taken))
        if self.kind == "WF":
            return Any_((Always(Eventually(Not(self.enabled))), taken))
        return Any_((Eventually(Always(Not(self.enabled))), taken))


Temporal: TypeAlias = Atom | Not | All | Any_ | Always | Eventually | Fair


class TemporalLowering:
    """Lowers the temporal formulas of one model. `evaluate` gives the value of a constant formula."""

    def __init__(self, shared: Shared, evaluate: Callable[[ops.Formula], Value]) -> None:
        self.shared = shared
        self.evaluate = evaluate
        self._helper = Lowering(shared)

    def lower(self, expr: tree.Expr, env: Env = EMPTY) -> Temporal:
        """The formula that `expr` is."""
        if not self.is_temporal(expr, env):
            return self.atom(expr, env)
        match expr:
            case tree.Junct():
                items = tuple(self.lower(item, env) for item in expr.items)
                return All(items) if expr.op == "/\\" else Any_(items)
            case tree.Quant():
                return self._quantified(expr, env)
            case tree.LetExpr():
                inner, _ = self._helper.let_env(expr, env)
                return self.lower(expr.body, inner)
            case tree.Subst():
                inner, _ = self._helper.subst_env(expr, env)
                return self.lower(expr.body, inner)
            case tree.LabelExpr():
                return self.lower(expr.body, env)
            case tree.IfExpr():
                condition = self.lower(expr.condition, env)
                then, otherwise = self.lower(expr.then, env), self.lower(expr.otherwise, env)
                return Any_((All((condition, then)), All((Not(condition), otherwise))))
            case tree.Fair():
                return self._fair(expr, env)
            case tree.Appl():
                return self._apply(expr, env)
        raise _refuse("this temporal formula", expr.span)

    def atom(self, expr: tree.Expr, env: Env, action: FairAction | None = None) -> Atom:
        """A formula without temporal operators, compiled by itself."""
        formula = Lowering(self.shared).step_atom(expr, env)
        return Atom(formula, self.shared.facts(formula.body).target, self._text(expr, env), expr.span, action)

    def _text(self, expr: tree.Expr, env: Env) -> str:
        """The text of an expression on one line, then the values of the names in it that quantifiers have bound.

        A call with such names as arguments is shown with the values in their place: `Send(p1)`.
        """
        if isinstance(expr, tree.Appl) and expr.args and not isinstance(expr.symbol, tree.Builtin):
            values = [env.get(arg.symbol) for arg in expr.args if isinstance(arg, tree.Appl) and not arg.args]
            if len(values) == len(expr.args) and all(isinstance(value, Fixed) for value in values):
                shown = ", ".join(show(value.value) for value in values if isinstance(value, Fixed))
                return f"{expr.symbol.name}({shown})"
        text = " ".join(expr.span.text.split()) if expr.span is not None else "…"
        words = set(_WORD.findall(text))
        bound = [f"{s.name} = {show(value)}" for s, value in env.fixed() if s.name in words]
        return f"{text} with {', '.join(bound)}" if bound else text

    def _quantified(self, expr: tree.Quant, env: Env) -> Temporal:
        if expr.quantifier not in ("\\A", "\\E") or any(b.domain is None for b in expr.bindings):
            raise _refuse(f"the quantifier {expr.quantifier} over a temporal formula", expr.span)
        environments = [env]
        for binding in expr.bindings:
            assert binding.domain is not None
            values = self._constant_set(binding.domain, env)
            for name in [binding.names] if binding.is_tuple else [(n,) for n in binding.names]:
                environments = [
                    e.extend(zip(name, [Fixed(p) for p in (v if binding.is_tuple else (v,))], strict=True))
                    for e in environments
                    for v in values
                ]
        items = tuple(self.lower(expr.body, e) for e in environments)
        return All(items) if expr.quantifier == "\\A" else Any_(items)

    def _constant_set(self, domain: tree.Expr, env: Env) -> list[Value]:
        formula = Lowering(self.shared).formula(domain, env)
        if not self.shared.facts(formula.body).constant:
            raise _refuse("a set that depends on the state, around a temporal formula,", domain.span)
        try:
            return list(elements(self.evaluate(formula)))
        except EvalError as error:
            raise error.at(domain.span) from None

    def _fair(self, expr: tree.Fair, env: Env) -> Temporal:
        angle = tree.Angle(expr.span, expr.action, expr.subscript)
        action = FairAction(angle, env)
        enabled = self.atom(tree.Appl(expr.span, _ENABLED, (angle,)), env, action)
        return Fair(expr.kind, enabled, self.atom(angle, env, action), self._text(expr.action, env), expr.span)

    def _apply(self, expr: tree.Appl, env: Env) -> Temporal:
        symbol = expr.symbol
        if isinstance(symbol, tree.Builtin):
            args = [self.lower(arg, env) for arg in expr.args if not isinstance(arg, tree.OpArg)]
            return self._builtin(symbol.name, args, expr)
        binding = env.get(symbol)
        if isinstance(binding, (Inline, Memo)):
            return self.lower(binding.expr, binding.env)
        target = self._helper.actions.callee(symbol, env, [(arg, env) for arg in expr.args])
        if target is None:
            raise _refuse(f"the temporal formula {symbol.name}", expr.span)
        body, inner, _, _ = target
        return self.lower(body, inner)

    def _builtin(self, name: str, args: list[Temporal], expr: tree.Appl) -> Temporal:
        match name:
            case "/\\":
                return All(tuple(args))
            case "\\/":
                return Any_(tuple(args))
            case "~":
                return Not(args[0])
            case "=>":
                return Any_((Not(args[0]), args[1]))
            case "<=>" | "\\equiv":
                a, b = args
                return Any_((All((a, b)), All((Not(a), Not(b)))))
            case "[]":
                return Always(args[0])
            case "<>":
                return Eventually(args[0])
            case "~>":
                return Always(Any_((Not(args[0]), Eventually(args[1]))))
            case _:
                raise _refuse(f"the operator {name} over temporal formulas", expr.span)

    # ---- which formulas are temporal ------------------------------------------------------------------------

    def is_temporal(self, expr: tree.Expr | tree.OpArg, env: Env) -> bool:
        """Whether `[] <> ~>` or fairness occurs in what `expr` stands for."""
        match expr:
            case tree.Fair():
                return True
            case tree.Junct():
                return any(self.is_temporal(item, env) for item in expr.items)
            case tree.Quant():
                return expr.quantifier in ("\\AA", "\\EE") or self.is_temporal(expr.body, env)
            case tree.LetExpr():
                inner, _ = self._helper.let_env(expr, env)
                return self.is_temporal(expr.body, inner)
            case tree.Subst():
                inner, _ = self._helper.subst_env(expr, env)
                return self.is_temporal(expr.body, inner)
            case tree.LabelExpr():
                return self.is_temporal(expr.body, env)
            case tree.IfExpr():
                return any(self.is_temporal(e, env) for e in (expr.condition, expr.then, expr.otherwise))
            case tree.OpArg():
                return expr.body is not None and self.is_temporal(expr.body, env)
            case tree.Appl():
                return self._temporal_call(expr, env)
        return False

    def _temporal_call(self, expr: tree.Appl, env: Env) -> bool:
        symbol = expr.symbol
        if isinstance(symbol, tree.Builtin):
            if symbol.name in ("[]", "<>", "~>", "-+->"):
                return True
        else:
            binding = env.get(symbol)
            if isinstance(binding, (Inline, Memo)):
                return self.is_temporal(binding.expr, binding.env)
            if isinstance(symbol, tree.Definition) and symbol.complete().level == tree.Level.TEMPORAL:
                return True
            if isinstance(binding, Operator):
                return self.is_temporal(binding.arg, binding.env)
        return any(self.is_temporal(arg, env) for arg in expr.args)


_ENABLED = tree.Builtin("ENABLED", None, "", 1)
_WORD = re.compile(r"\w+")


def _refuse(what: str, span: Span | None) -> EvalError:
    return EvalError("E011", f"{what} cannot be checked", span, exit_code=EXIT_EVAL_LIVENESS)
