"""Subexpression selectors: `Op!1`, `Op(a)!label(b)!2`, `Fact!:` (TLA+ version 2 guide, section 6.2).

Takes a definition, its arguments and the selectors; gives the selected part, with the definition's parameters (and
bound identifiers that a selector gives values to) standing for the arguments. `select_operator` leaves those open that
get no arguments: `Op!@`, `Op!label` and `Op!1!LetOp` passed as operators. Refused with M012: parts that are not there,
and parts inside a definition still being read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from modelcheck.errors import TlaError
from modelcheck.module import tree
from modelcheck.module.tree import Definition, Param, Symbol
from modelcheck.records import fields, is_dataclass, replace
from modelcheck.source import Span

Step: TypeAlias = tuple[str, tuple[tree.Expr, ...], Span]
Arg: TypeAlias = "tree.Expr | tree.OpArg"


def select(symbol: Definition, args: tuple[Arg, ...], steps: list[Step], span: Span) -> tree.Expr:
    """The part of `symbol(args)` that the steps lead to. Raises M012."""
    symbol.complete()
    if symbol.body is None:
        raise TlaError("M012", f"'{symbol.name}' has no expression to select from here", span)
    picker = _Picker(symbol.name)
    part = picker.follow(symbol.body, steps, 0)
    if part is symbol.body and not picker.given:
        return tree.Appl(span, symbol, args)
    mapping: list[tuple[Symbol, Arg]] = list(zip(symbol.params, args, strict=True))
    if picker.given:
        stand_ins = {bound: Param(bound.name, bound.span, bound.module) for bound in picker.given}
        part = _rename(part, {**stand_ins})
        mapping += [(stand_ins[bound], value) for bound, value in picker.given.items()]
    return tree.Subst(span, tuple(mapping), part) if mapping else part


def select_operator(symbol: Definition, args: tuple[Arg, ...], steps: list[Step], span: Span) -> tree.OpArg:
    """The selected part as an operator of everything on the way to it that got no arguments. Raises M012."""
    symbol.complete()
    if symbol.body is None:
        raise TlaError("M012", f"'{symbol.name}' has no expression to select from here", span)
    picker = _Picker(symbol.name, True)
    given: dict[Symbol, Arg] = {}
    if args or not symbol.params:
        given.update(zip(symbol.params, args, strict=True))
    else:
        picker.opened += symbol.params
    part = picker.follow(symbol.body, steps, 0)
    stand_ins = {s: Param(s.name, s.span, s.module, getattr(s, "arity", 0)) for s in (*picker.opened, *picker.given)}
    part = _rename(part, {**stand_ins})
    mapping = [*given.items(), *[(stand_ins[bound], value) for bound, value in picker.given.items()]]
    body = tree.Subst(span, tuple(mapping), part) if mapping else part
    return tree.OpArg(span, None, tuple([stand_ins[s] for s in picker.opened]), body)


class _Picker:
    """Goes down from the definition's body, noting the values given to bound identifiers.

    With `opens`, identifiers that get no values are noted in `opened` instead of refused.
    """

    def __init__(self, shown: str, opens: bool = False) -> None:
        self.shown = shown
        self.opens = opens
        self.given: dict[Symbol, tree.Expr] = {}
        self.opened: list[Symbol] = []

    def take(self, names: Sequence[Symbol], args: tuple[tree.Expr, ...]) -> bool:
        """Give the names their values, or leave them open; False if the numbers do not fit."""
        if self.opens and not args:
            self.opened += names
            return True
        if len(names) == len(args):
            self.given.update(zip(names, args, strict=True))
        return len(names) == len(args)

    def follow(self, part: tree.Expr, steps: list[Step], at: int) -> tree.Expr:
        if at == len(steps):
            return part
        name, args, span = steps[at]
        if name == ":":
            return self.follow(part, steps, at + 1)
        if isinstance(part, tree.Subst):  # a part of an instance's definition keeps the substitution
            return replace(part, body=self.follow(part.body, steps, at))
        if isinstance(part, tree.LetExpr) and name in ("1", "<<", ">>"):
            return replace(part, body=self.follow(part.body, steps, at + 1))
        if isinstance(part, tree.LetExpr) and any(symbol.name == name for symbol in part.defs):
            return replace(part, body=self.defined(part, steps, at))
        if isinstance(part, tree.LabelExpr) and name != part.name:
            return self.follow(part.body, steps, at)
        if name[:1].isalpha() and name not in ("WF_", "SF_"):
            return self.labelled(part, steps, at)
        if isinstance(part, tree.CaseExpr):
            return self.case_part(part, steps, at)
        return self.follow(self.operand(part, name, args, span), steps, at + 1)

    def refuse(self, what: str, span: Span) -> TlaError:
        return TlaError("M012", f"'{self.shown}' has no {what}", span)

    def defined(self, part: tree.LetExpr, steps: list[Step], at: int) -> tree.Expr:
        """`!Name(args)` of a LET: its definition of that name."""
        name, args, span = steps[at]
        symbol = next(symbol for symbol in part.defs if symbol.name == name)
        if not self.take(symbol.params, args) or symbol.body is None:
            raise TlaError("M005", f"'{name}' takes {len(symbol.params)} arguments, and {len(args)} are given", span)
        return self.follow(symbol.body, steps, at + 1)

    def labelled(self, part: tree.Expr, steps: list[Step], at: int) -> tree.Expr:
        """`!label(args)`: the labelled expression, inside the LETs that it stands in."""
        name, args, span = steps[at]
        found, lets = _find_label(part, name)
        if found is None:
            raise self.refuse(f"label '{name}'", span)
        if not self.take(found.params, args):
            text = f"the label '{name}' takes {len(found.params)} arguments, and {len(args)} are given"
            raise TlaError("M005", text, span)
        picked = self.follow(found.body, steps, at + 1)
        for let in reversed(lets):
            picked = replace(let, body=picked)
        return picked

    def operand(self, part: tree.Expr, name: str, args: tuple[tree.Expr, ...], span: Span) -> tree.Expr:
        bindings, body = _binder(part)
        if body is not None and not name.isdigit():  # !(e1, e2): the body with values for the bound identifiers
            bound = [symbol for binding in bindings for symbol in binding.names]
            if not self.take(bound, args):
                raise self.refuse(f"body of {len(args)} bound identifiers", span)
            return body
        operands = _operands(part)
        index = {"<<": 0, ">>": 1}.get(name)
        if name.isdigit():
            index = int(name) - 1
        elif index is not None and len(operands) == 1:
            index = 0
        if index is None or not 0 <= index < len(operands):
            raise self.refuse(f"part '!{name}'", span)
        return operands[index]

    def case_part(self, part: tree.CaseExpr, steps: list[Step], at: int) -> tree.Expr:
        name, _, span = steps[at]
        side = steps[at + 1][0] if at + 1 < len(steps) else ""
        arm = int(name) - 1 if name.isdigit() else -1
        if part.other is not None and arm == len(part.arms) and side in ("2", ">>"):
            return self.follow(part.other, steps, at + 2)
        if not (0 <= arm < len(part.arms) and side in ("1", "2", "<<", ">>")):
            raise self.refuse(f"part '!{name}!{side}' (of a CASE: !arm!1 or !arm!2)", span)
        return self.follow(part.arms[arm][0 if side in ("1", "<<") else 1], steps, at + 2)


def _binder(part: tree.Expr) -> tuple[tuple[tree.Binding, ...], tree.Expr | None]:
    if isinstance(part, tree.Quant | tree.FnConsExpr | tree.MapSet):
        return part.bindings, part.body
    if isinstance(part, tree.ChooseExpr):
        return (part.binding,), part.body
    if isinstance(part, tree.Filter):
        return (part.binding,), part.predicate
    return (), None


def _operands(part: tree.Expr) -> list[tree.Expr]:
    """What `!1`, `!2` … select, in order."""
    bindings, body = _binder(part)
    if body is not None:
        return [binding.domain for binding in bindings if binding.domain is not None]
    if isinstance(part, tree.Appl):
        return [arg for arg in part.args if not isinstance(arg, tree.OpArg)]
    if isinstance(part, tree.Junct | tree.SetOf | tree.TupleOf):
        return list(part.items)
    if isinstance(part, tree.RecordExpr | tree.RecordSetExpr):
        return [value for _, value in part.fields]
    if isinstance(part, tree.FnAppl):
        return [part.fn, part.args[0] if len(part.args) == 1 else tree.TupleOf(part.span, part.args)]
    if isinstance(part, tree.IfExpr):
        return [part.condition, part.then, part.otherwise]
    if isinstance(part, tree.FnSetExpr):
        return [part.domain, part.codomain]
    if isinstance(part, tree.Box | tree.Angle):
        return [part.action, part.subscript]
    if isinstance(part, tree.Fair):
        return [part.subscript, part.action]
    if isinstance(part, tree.DotExpr):
        return [part.record, tree.Str(part.span, part.field_name)]
    if isinstance(part, tree.ExceptExpr):
        return [part.fn]  # the updates may contain @, which would mean nothing elsewhere
    return []


def _find_label(part: Any, name: str) -> tuple[tree.LabelExpr | None, tuple[tree.LetExpr, ...]]:
    """The label of that name and the LETs around it, not looking into other labels or into definitions."""
    stack: list[tuple[Any, tuple[tree.LetExpr, ...]]] = [(part, ())]
    while stack:
        node, lets = stack.pop()
        if isinstance(node, tree.LabelExpr):
            if node.name == name:
                return node, lets
        elif isinstance(node, tree.LetExpr):
            stack.append((node.body, (*lets, node)))
        elif isinstance(node, tuple):
            stack += [(item, lets) for item in reversed(node)]
        elif is_dataclass(node) and not isinstance(node, Symbol | Span):
            stack += [(getattr(node, f.name), lets) for f in reversed(fields(node))]
    return None, ()


def _rename(node: Any, names: dict[Symbol, Symbol]) -> Any:
    """A copy of the tree in which each symbol of `names` is replaced, in the definitions of its LETs too."""
    if isinstance(node, tuple):
        return tuple([_rename(item, names) for item in node])
    if isinstance(node, tree.Appl):
        return tree.Appl(node.span, names.get(node.symbol, node.symbol), _rename(node.args, names))
    if isinstance(node, tree.OpArg) and node.symbol is not None:
        return tree.OpArg(node.span, names.get(node.symbol, node.symbol))
    if isinstance(node, tree.LetExpr):
        copies = tuple([replace(definition, info=None) for definition in node.defs])
        inside: dict[Symbol, Symbol] = {**names, **dict(zip(node.defs, copies, strict=True))}
        for copy in copies:
            copy.body = _rename(copy.body, inside)
        return tree.LetExpr(node.span, copies, _rename(node.body, inside))
    if isinstance(node, Symbol | Span) or not is_dataclass(node):
        return node
    changed = {f.name: _rename(getattr(node, f.name), names) for f in fields(node)}
    return replace(node, **changed)  # type: ignore[type-var]
