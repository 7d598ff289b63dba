"""Level checking of INSTANCE: what a substitution does to levels, and which substitutions are legal.

A module is *constant* if it declares no variables and every formula in it is of constant level; its constants may
stand for anything. Constants of other modules stand for constants, variables for state functions. An operator
substituted for a constant operator must be Leibniz: its value may depend on its arguments' values alone, so it may
not prime them or put them under ENABLED, [] and the like (codes M034 to M037).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from modelcheck.errors import TlaError
from modelcheck.module import tree
from modelcheck.module.builtins import LEVELS
from modelcheck.module.leveldata import Builder, Data, DefLevels, is_plain
from modelcheck.module.scope import InstanceUse, Scope
from modelcheck.module.tree import Builtin, Constant, Definition, Level, Symbol, Variable
from modelcheck.records import fields, is_dataclass
from modelcheck.source import Span

if TYPE_CHECKING:
    from modelcheck.module.level import Checker, Mapping

_WORDS = ("constant", "state", "action", "temporal")


def substituted(checker: Checker, mapping: Mapping, body: Data, via: Definition | None) -> Data:
    """What is known of `body` under a substitution. `via`: the definition whose body it is, if it is one."""
    known = {symbol: checker.argument(value) for symbol, value in mapping}
    operators = {symbol: checker.operator(value) for symbol, value in mapping}
    stand_in = {symbol: value.symbol for symbol, value in mapping if isinstance(value, tree.OpArg)}
    limits = _declared_limits(known, via)
    if is_plain(body) and not limits:
        return body

    def behind(symbol: Symbol) -> frozenset[Symbol]:
        return known[symbol].params if symbol in known else frozenset((symbol,))

    out = Builder(body.level)
    for symbol in body.params:
        out.params |= behind(symbol)
        if symbol in known:
            out.level = max(out.level, known[symbol].level)
    for symbol, cap in (*body.caps.items(), *limits.items()):
        out.cap_all(behind(symbol), cap)
    for (operator, k), least in body.floors.items():
        target = stand_in.get(operator, operator)
        if target is not None and (operator not in known or operators[operator] is None):
            out.floor(target, k, least)
    for operator, k, symbol in body.pairs:
        definition = operators.get(operator)
        if definition is not None:
            out.cap_all(behind(symbol), definition.most[k])
            continue
        target = stand_in.get(operator, operator)
        assert target is not None
        if symbol in known:
            out.floor(target, k, known[symbol].level)
        out.pairs |= {(target, k, param) for param in behind(symbol)}
    return out.done()


def _declared_limits(known: dict[Symbol, Data], via: Definition | None) -> dict[Symbol, int]:
    """Caps of the declared symbols that a definition mentions, if something depends on them (else nothing)."""
    if via is None or not any(data.params for data in known.values()):
        return {}
    mentioned: set[Symbol] = set()
    _collect(via, mentioned, set())
    return {s: 0 if isinstance(s, Constant) else 1 for s in known if s in mentioned and _home_varies(s, known)}


def _home_varies(symbol: Symbol, known: dict[Symbol, Data]) -> bool:
    """Whether the instantiated module has variables (then its constants are constants)."""
    return isinstance(symbol, Variable) or any(isinstance(other, Variable) for other in known)


def _collect(node: Any, out: set[Symbol], seen: set[Definition]) -> None:
    """The declared symbols that a definition or expression mentions, through the definitions it uses."""
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, Definition):
            if part not in seen and not part.closed:
                seen.add(part)
                stack.append(part.body)
        elif isinstance(part, Constant | Variable):
            out.add(part)
        else:
            stack += _parts(part)


def _parts(node: Any) -> Iterator[Any]:
    if isinstance(node, tuple):
        yield from node
    elif is_dataclass(node) and not isinstance(node, Symbol | Span):
        for item in fields(node):
            yield getattr(node, item.name)


# ---- the INSTANCE itself ----


def check_instance(checker: Checker, use: InstanceUse) -> None:
    """Refuse substitutions that the instantiated module does not admit."""
    if not use.mapping:
        return
    inside = type(checker)(not use.module.resolved.variables, use.module.new_levels)
    constant = is_constant_module(inside, use.module)
    known = {symbol: checker.argument(value) for symbol, value in use.mapping}
    operators = {symbol: checker.operator(value) for symbol, value in use.mapping}
    conditions = _module_conditions(inside, use.module)
    for symbol, value in use.mapping:
        limit = conditions.caps.get(symbol, 3)
        if not constant:
            limit = min(limit, 1 if isinstance(symbol, Variable) else 0)
        if known[symbol].level > limit:
            text = (f"what is substituted for '{symbol.name}' of module {use.module.name} is of "
                    f"{_WORDS[known[symbol].level]} level, and may be of {_WORDS[limit]} level at most")  # fmt: skip
            raise TlaError("M035", text, value.span or use.span)
        if isinstance(value, tree.OpArg):
            _check_operator(symbol, value, operators[symbol], conditions, use)
    for operator, k, symbol in sorted(conditions.pairs, key=lambda pair: (pair[0].name, pair[1], pair[2].name)):
        definition = operators.get(operator)
        if definition is not None and symbol in known and known[symbol].level > definition.most[k]:
            text = (f"module {use.module.name} applies '{operator.name}' to '{symbol.name}', and what is "
                    f"substituted for the one may not be applied to what is substituted for the other")  # fmt: skip
            raise TlaError("M037", text, use.span)


def _check_operator(
    symbol: Symbol, value: tree.OpArg, operator: DefLevels | None, conditions: Data, use: InstanceUse
) -> None:
    if not _is_leibniz(value):
        text = f"a non-Leibniz operator is substituted for '{symbol.name}' of module {use.module.name}"
        raise TlaError("M034", text, value.span or use.span)
    if operator is None:
        return
    for k, most in enumerate(operator.most):
        least = conditions.floors.get((symbol, k), 0)
        if most < least:
            text = (f"module {use.module.name} applies '{symbol.name}' to something of {_WORDS[least]} level, and "
                    f"the operator substituted for it takes only {_WORDS[most]} level")  # fmt: skip
            raise TlaError("M036", text, value.span or use.span)


def is_constant_module(checker: Checker, scope: Scope) -> bool:
    """No variables, and no definition or theorem above constant level."""
    if scope.is_constant is None:
        scope.is_constant = not scope.resolved.variables and all(
            checker.levels(symbol).body.level == 0 for symbol in _definitions(scope)
        ) and all(checker.expr(expr).level == 0 for fact in scope.facts for expr in fact.exprs)  # fmt: skip
    return scope.is_constant


def _definitions(scope: Scope) -> list[Definition]:
    """The definitions of a module, its own and inherited (those of libraries are constant)."""
    out = list(scope.own)
    for other in scope.extended:
        if not other.resolved.standard:
            out += _definitions(other)
    return out


def _module_conditions(checker: Checker, scope: Scope) -> Data:
    out = Builder(0)
    for symbol in _definitions(scope):
        if symbol.pending is None or not symbol.closed:  # a library's definition asks nothing of what is declared here
            out.conditions(checker.levels(symbol).rest)
    for fact in scope.facts:
        for expr in fact.exprs:
            data = checker.expr(expr)
            out.conditions(data)
            if fact.assumes:  # a temporal formula cannot be assumed
                out.cap_all(data.params, Level.ACTION)
    return out.done()


# ---- Leibniz operators ----


def _is_leibniz(value: tree.OpArg) -> bool:
    if isinstance(value.symbol, Builtin):
        return LEVELS[value.symbol].carries
    if isinstance(value.symbol, Definition):
        return not non_leibniz(value.symbol, {})
    if value.symbol is None:
        marked: set[Symbol] = set()
        _mark(value.body, False, marked, {})
        return not marked & set(value.params)
    return True


def non_leibniz(symbol: Definition, seen: dict[Definition, set[int]]) -> set[int]:
    """The positions of the parameters whose value alone does not decide the value of the operator."""
    if symbol not in seen:
        seen[symbol] = set()
        symbol.complete()
        marked: set[Symbol] = set()
        _mark(symbol.body, False, marked, seen)
        seen[symbol] = {at for at, param in enumerate(symbol.params) if param in marked}
    return seen[symbol]


def _mark(node: Any, opaque: bool, marked: set[Symbol], seen: dict[Definition, set[int]]) -> None:
    """Collect the symbols that occur where another expression of the same value may not take their place."""
    if isinstance(node, tree.Box | tree.Angle | tree.Fair):
        opaque = True
    if isinstance(node, tree.Quant) and node.quantifier in ("\\AA", "\\EE"):
        opaque = True
    if isinstance(node, tree.Appl | tree.OpArg) and opaque and node.symbol is not None:
        marked.add(node.symbol)
    if isinstance(node, tree.Appl):
        under: set[int] = set()
        if isinstance(node.symbol, Builtin) and not LEVELS[node.symbol].carries:
            under = set(range(len(node.args)))
        elif isinstance(node.symbol, Definition):
            under = non_leibniz(node.symbol, seen)
        for at, arg in enumerate(node.args):
            _mark(arg, opaque or at in under, marked, seen)
        return
    if isinstance(node, tree.LetExpr):
        for symbol in node.defs:
            _mark(symbol.body, opaque, marked, seen)
    for part in _parts(node):
        if isinstance(part, tuple) or is_dataclass(part):
            _mark(part, opaque, marked, seen)
