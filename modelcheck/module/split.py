"""Taking temporal formulas apart, as TLC does: initial predicates, `[][A]_v`, and the rest.

Takes a formula of the root module; goes down through conjunctions, definitions (with their arguments), instances,
LET and labels, and gives the conjuncts that a model checker treats each in its own way. Every part is wrapped so that
it stands alone in the root module: substitutions passed on the way down are put around it again.

Refused: conjuncts that are actions (C036, C038), a second `[][A]_v` in a specification (C037), temporal quantifiers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from modelcheck.errors import TlaError
from modelcheck.module import tree
from modelcheck.module.level import Checker
from modelcheck.module.tree import Builtin, Constant, Definition, Expr, Level, Param, ResolvedModule, Symbol
from modelcheck.records import dataclass, field

Wrap: TypeAlias = "tree.Subst | tree.LetExpr | tree.Quant"
Box: TypeAlias = tuple[Expr, Expr]  # an action and its subscript: [][A]_v


@dataclass(slots=True)
class Parts:
    """The conjuncts of a formula: state predicates, `[]P`, `[][A]_v`, and temporal formulas of any other form."""

    inits: list[Expr] = field(default_factory=list)
    always: list[Expr] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    temporal: list[Expr] = field(default_factory=list)


def level_of(expr: Expr) -> int:
    """The level of an expression that stands alone in the root module."""
    return Checker(False, {}).expr(expr).level


def split_spec(expr: Expr, root: ResolvedModule, replaced: Mapping[Symbol, Definition]) -> Parts:
    """The parts of a SPECIFICATION: `inits`, at most one of `boxes`, and fairness in `temporal`."""
    parts = _Splitter(root, replaced, False).split(expr)
    if len(parts.boxes) > 1:
        notes = (("the first one is here", parts.boxes[0][0].span),)
        raise TlaError("C037", "the specification has two conjuncts [][A]_v", parts.boxes[1][0].span, notes=notes)
    for always in parts.always:
        raise TlaError("C036", "[]P with a state predicate P cannot be part of a specification", always.span)
    return parts


def split_property(expr: Expr, root: ResolvedModule, replaced: Mapping[Symbol, Definition]) -> Parts:
    """The parts of a PROPERTY. `\\A x \\in S : F` with a constant S is split like F."""
    return _Splitter(root, replaced, True).split(expr)


class _Splitter:
    def __init__(self, root: ResolvedModule, replaced: Mapping[Symbol, Definition], is_property: bool) -> None:
        self.root = root
        self.replaced = replaced
        self.is_property = is_property

    def split(self, expr: Expr) -> Parts:
        parts = Parts()
        for leaf, wraps in self.leaves(expr, ()):
            self.sort(leaf, wraps, parts)
        return parts

    # ---- down to the conjuncts ----

    def leaves(self, expr: Expr, wraps: tuple[Wrap, ...]) -> Iterator[tuple[Expr, tuple[Wrap, ...]]]:
        """The conjuncts, each with what was passed on the way to it (outermost first)."""
        match expr:
            case tree.Subst():
                yield from self.leaves(expr.body, (*wraps, expr))
            case tree.LetExpr():
                yield from self.leaves(expr.body, (*wraps, expr))
            case tree.LabelExpr():
                yield from self.leaves(expr.body, wraps)
            case tree.Junct(op="/\\"):
                for item in expr.items:
                    yield from self.leaves(item, wraps)
            case tree.Quant() if self.may_unroll(expr, wraps):
                yield from self.leaves(expr.body, (*wraps, expr))
            case tree.Appl(symbol=Builtin(name="/\\")):
                for arg in expr.args:
                    assert not isinstance(arg, tree.OpArg)
                    yield from self.leaves(arg, wraps)
            case tree.Appl():
                yield from self.application(expr, wraps)
            case _:
                yield expr, wraps

    def application(self, expr: tree.Appl, wraps: tuple[Wrap, ...]) -> Iterator[tuple[Expr, tuple[Wrap, ...]]]:
        """A definition of temporal level is opened, a parameter is followed to its argument."""
        symbol = expr.symbol
        target = self.replaced.get(symbol, symbol)
        if isinstance(target, Definition):
            body = target.complete().body
            opened = body is not None and not target.recursive and target.kind != "fn"
            if opened and level_of(wrap(expr, wraps)) > Level.STATE:
                assert body is not None
                if expr.args:
                    mapping = tuple(zip(target.params, expr.args, strict=True))
                    wraps = (*wraps, tree.Subst(expr.span, mapping, body))
                yield from self.leaves(body, wraps)
                return
        elif isinstance(target, Param | Constant):
            for at in range(len(wraps) - 1, -1, -1):
                outer = wraps[at]
                value = dict(outer.mapping).get(target) if isinstance(outer, tree.Subst) else None
                if isinstance(value, tree.OpArg):
                    if all(_binds_params(inner, value.symbol) for inner in wraps[at:]):
                        yield from self.applied(value, expr, wraps)
                        return
                elif value is not None and not expr.args:
                    yield from self.leaves(value, wraps[:at])
                    return
        yield expr, wraps

    def applied(
        self, operator: tree.OpArg, expr: tree.Appl, wraps: tuple[Wrap, ...]
    ) -> Iterator[tuple[Expr, tuple[Wrap, ...]]]:
        """An operator that was passed as an argument, in place of the parameter."""
        if operator.symbol is not None:
            yield from self.application(tree.Appl(expr.span, operator.symbol, expr.args), wraps)
        elif operator.body is not None:
            mapping = tuple(zip(operator.params, expr.args, strict=True))
            yield from self.leaves(operator.body, (*wraps, tree.Subst(expr.span, mapping, operator.body)))

    def may_unroll(self, expr: tree.Quant, wraps: tuple[Wrap, ...]) -> bool:
        """`\\A x \\in S : F` of a property, S a constant: the conjuncts of F, each under the quantifier."""
        return (
            self.is_property
            and expr.quantifier == "\\A"
            and all(b.domain is not None and level_of(wrap(b.domain, wraps)) == 0 for b in expr.bindings)
            and level_of(wrap(expr, wraps)) == Level.TEMPORAL
        )

    # ---- sorting a conjunct ----

    def sort(self, leaf: Expr, wraps: tuple[Wrap, ...], parts: Parts) -> None:
        whole = wrap(leaf, wraps)
        boxed = _boxed(leaf)
        if isinstance(boxed, tree.Box):
            parts.boxes.append(self.box(boxed, wraps))
            return
        if boxed is not None:
            inside = wrap(boxed, wraps)
            if level_of(inside) <= Level.STATE:
                parts.always.append(inside)
                return
        level = level_of(whole)
        if level <= Level.STATE:
            parts.inits.append(whole)
        elif level == Level.TEMPORAL:
            if isinstance(leaf, tree.Quant) and leaf.quantifier in ("\\AA", "\\EE"):
                raise TlaError("C036", f"'{leaf.quantifier}' cannot be checked", leaf.span)
            parts.temporal.append(whole)
        elif self.is_property:
            raise TlaError("C038", "this part of the property is an action", leaf.span)
        else:
            raise TlaError("C036", "this part of the specification is an action", leaf.span)

    def box(self, box: tree.Box, wraps: tuple[Wrap, ...]) -> Box:
        """The action and subscript of `[][A]_v`. Under a quantifier the action is `\\A x : [A]_v` as a whole, which
        holds whenever no variable changes, so that all variables can be the subscript."""
        if not any(isinstance(outer, tree.Quant) for outer in wraps):
            return wrap(box.action, wraps), wrap(box.subscript, wraps)
        everything = tuple([tree.Appl(box.span, variable) for variable in self.root.variables])
        return wrap(box, wraps), tree.TupleOf(box.span, everything)


def _binds_params(outer: Wrap, other: Symbol | None) -> bool:
    """Whether it leaves alone what is written outside of it: it binds parameters, none of them `other` (and does
    not substitute constants or variables of a module, as an INSTANCE does)."""
    if isinstance(outer, tree.Subst):
        return all(isinstance(symbol, Param) and symbol is not other for symbol, _ in outer.mapping)
    return isinstance(outer, tree.LetExpr)


def _boxed(leaf: Expr) -> Expr | None:
    """The F of `[]F`; None if it is something else."""
    if isinstance(leaf, tree.Appl) and isinstance(leaf.symbol, Builtin) and leaf.symbol.name == "[]":
        inside = leaf.args[0]
        assert not isinstance(inside, tree.OpArg)
        return inside
    return None


def wrap(expr: Expr, wraps: tuple[Wrap, ...]) -> Expr:
    """The part with everything around it that it needs."""
    for outer in reversed(wraps):
        if isinstance(outer, tree.Subst):
            expr = tree.Subst(expr.span, outer.mapping, expr)
        elif isinstance(outer, tree.LetExpr):
            expr = tree.LetExpr(expr.span, outer.defs, expr)
        else:
            expr = tree.Quant(expr.span, outer.quantifier, outer.bindings, expr)
    return expr
