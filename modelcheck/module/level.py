"""Level checking: constant < state < action < temporal (*Specifying Systems*, section 17.2).

Takes the resolved definitions, facts and instances of a module; sets the `level` of each definition. Refuses what
SANY refuses: primed actions, temporal formulas as values, `[]` before a bare action, mixed junctions, operator
arguments that would lead to any of these, and substitutions of too high a level (codes M034 to M037, M044, M050 to
M059). What the conditions are is in `leveldata.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from modelcheck.errors import TlaError
from modelcheck.module import builtins, tree
from modelcheck.module.builtins import LEVELS, LevelRule
from modelcheck.module.leveldata import PLAIN, Builder, Data, DefLevels, is_plain, of_definition
from modelcheck.module.scope import Scope
from modelcheck.module.tree import BoundVar, Builtin, Constant, Definition, Level, Param, Symbol, Variable
from modelcheck.source import Span

_WORDS = ("constant", "state", "action", "temporal")
_LOGIC = {"/\\", "\\/", "=>", "<=>"}
Mapping = tuple[tuple[Symbol, "tree.Expr | tree.OpArg"], ...]


def check_module(scope: Scope) -> None:
    """Check everything a module (and the modules nested in it) says. Raises the first `TlaError`."""
    from modelcheck.module.instancelevel import check_instance

    for inner in scope.modules.values():
        if inner.parent is scope:
            check_module(inner)
    checker = Checker(not scope.resolved.variables, scope.new_levels)
    for section in scope.sections if not scope.lenient else ():
        checker.section(section)
    for symbol in scope.own:
        if symbol.pending is None:  # library definitions are checked when they are resolved
            checker.levels(symbol)
    for fact in scope.facts:
        for expr in fact.exprs:
            level = checker.expr(expr).level
            if fact.is_assumption and level > 0:
                text = f"the assumption is of {_WORDS[level]} level"
                raise TlaError("M051", text, expr.span or fact.span)
    for use in scope.instances:
        check_instance(checker, use)


def check_definition(symbol: Definition) -> None:
    """Check a library definition that has just been resolved."""
    Checker(True, {}).levels(symbol)


class Checker:
    """Walks expressions. `track`: note constants as parameters (only a module without variables needs it)."""

    def __init__(self, track: bool, new_levels: dict[Symbol, int]) -> None:
        self.track = track
        self.new_levels = new_levels
        self.at: list[Data] = []

    def expr(self, node: tree.Expr) -> Data:
        """What is known of the expression."""
        return _HANDLERS[type(node)](self, node)

    # ---- definitions ----

    def levels(self, symbol: Definition) -> DefLevels:
        """What is known of a definition; checks it at the first call."""
        info = symbol.info
        if isinstance(info, DefLevels):
            return info
        if symbol.pending is not None:
            symbol.complete()
            assert isinstance(symbol.info, DefLevels)
            return symbol.info
        via = info if isinstance(info, Definition) else None
        before = provisional(symbol)
        symbol.info = before
        result = self.compute(symbol, via)
        if symbol.recursive:
            _keep_worse(before, result)
        return self.keep(symbol, result)

    def compute(self, symbol: Definition, via: Definition | None = None) -> DefLevels:
        arities = [param.arity for param in symbol.params]
        if symbol.body is None:
            return of_definition(symbol.params, arities, PLAIN[0])
        if via is not None and isinstance(symbol.body, tree.Subst) and via.kind != "fn":
            from modelcheck.module.instancelevel import substituted

            body = substituted(self, symbol.body.mapping, self.levels(via).body, via)
        else:
            body = self.expr(symbol.body)
        return of_definition(symbol.params, arities, body)

    def keep(self, symbol: Definition, result: DefLevels) -> DefLevels:
        symbol.info = result
        symbol.level = Level(result.level)
        return result

    def section(self, section: list[Definition]) -> None:
        """The definitions between a RECURSIVE and the last one it declares: assume the best, then correct once."""
        for symbol in section:
            symbol.info = provisional(symbol) if symbol.recursive else symbol.info
        for symbol in section:
            if symbol.recursive:
                before = self.levels(symbol)
                result = self.compute(symbol)
                _keep_worse(before, result)
                if min(result.most, default=3) < Level.ACTION:
                    at = next(at for at, most in enumerate(result.most) if most < Level.ACTION)
                    text = f"the parameter '{symbol.params[at].name}' of the RECURSIVE '{symbol.name}' is primed"
                    raise TlaError("M044", text, symbol.span)
                self.keep(symbol, result)
            else:
                self.levels(symbol)
        recursive = [self.levels(symbol) for symbol in section if symbol.recursive]
        highest = max(levels.level for levels in recursive)
        params: frozenset[Symbol] = frozenset().union(*[levels.rest.params for levels in recursive])
        for again in (False, True):
            for symbol in section:
                levels = self.levels(symbol)
                if again:
                    old, levels = levels, self.compute(symbol)
                    _keep_worse(old, levels)
                levels.level = max(levels.level, highest)
                rest = levels.rest
                if not params <= rest.params:
                    levels.rest = Data(rest.level, rest.params | params, rest.caps, rest.floors, rest.pairs)
                self.keep(symbol, levels)

    # ---- applications ----

    def appl(self, node: tree.Appl) -> Data:
        symbol = node.symbol
        if isinstance(symbol, Builtin):
            return self.builtin(node, symbol)
        if isinstance(symbol, Definition):
            levels = self.levels(symbol)
            if not node.args:
                rest = levels.rest
                return rest if rest.level == levels.level else _raised(rest, levels.level)
            return self.apply_levels(symbol.name, levels, node)
        if isinstance(symbol, BoundVar):
            return PLAIN[0]
        if isinstance(symbol, Variable):
            return PLAIN[1]
        return self.declared(symbol, [self.argument(arg) for arg in node.args])

    def declared(self, symbol: Symbol, args: list[Data]) -> Data:
        """A constant or parameter, perhaps applied: its own level is not known here."""
        counts = isinstance(symbol, Param) or self.track
        level = self.new_levels.get(symbol, 0)
        if not args:
            return Data(level, frozenset((symbol,))) if counts else PLAIN[level]
        out = Builder(level)
        if counts:
            out.params.add(symbol)
        for at, arg in enumerate(args):
            out.level = max(out.level, arg.level)
            out.params |= arg.params
            out.conditions(arg)
            out.floor(symbol, at, arg.level)
            out.pairs |= {(symbol, at, param) for param in arg.params}
        return out.done()

    def builtin(self, node: tree.Appl, symbol: Builtin) -> Data:
        args = [self.argument(arg) for arg in node.args]
        name = symbol.name
        data = self.operands(LEVELS[symbol], args, node.args, "the prime" if name == "'" else f"'{name}'")
        if name in _LOGIC:
            _refuse_mixed(name, args, node)
        elif name in ("[]", "<>"):
            self.refuse_bare_action(name, args[0], node)
        elif name in ("~>", "-+->"):
            for arg, part in zip(args, node.args, strict=True):
                if arg.level == Level.ACTION:
                    raise TlaError("M056", f"an action is an operand of '{name}'", part.span or node.span)
        return data

    def refuse_bare_action(self, name: str, arg: Data, node: tree.Appl) -> None:
        """`[]A` and `<>A` for an action A that may see stuttering."""
        if arg.level != Level.ACTION:
            return
        part = node.args[0]
        if isinstance(part, tree.LetExpr | tree.Subst | tree.AtExpr | tree.LabelExpr):
            return  # as SANY, which looks at the outermost operator only
        if name == "[]" and not isinstance(part, tree.Box):
            raise TlaError("M054", "[] is followed by an action that is not of the form [A]_v", node.span)
        if name == "<>" and not isinstance(part, tree.Angle):
            raise TlaError("M055", "<> is followed by an action that is not of the form <<A>>_v", node.span)

    def operands(self, rule: LevelRule, args: Sequence[Data], parts: Sequence[Any], shown: str) -> Data:
        """An operator of the language applied to operands."""
        level: int = rule.level
        plain = True
        last = len(rule.most) - 1
        for at, arg in enumerate(args):
            if arg.level > rule.most[min(at, last)]:
                _too_high(shown, at, arg.level, rule.most[min(at, last)], parts[at].span)
            if rule.carries and arg.level > level:
                level = arg.level
            plain = plain and is_plain(arg)
        if plain:
            return PLAIN[level]
        out = Builder(level)
        for at, arg in enumerate(args):
            if rule.carries:
                out.params |= arg.params
            out.conditions(arg)
            out.cap_all(arg.params, rule.most[min(at, last)])
        return out.done()

    # ---- applications of definitions ----

    def argument(self, node: tree.Expr | tree.OpArg) -> Data:
        """What is known of an argument; of an operator argument, what is known outside its parameters."""
        if not isinstance(node, tree.OpArg):
            return self.expr(node)
        symbol = node.symbol
        if isinstance(symbol, Constant | Param):
            return self.declared(symbol, [])
        levels = self.operator(node)
        assert levels is not None
        return levels.rest if levels.rest.level == levels.level else _raised(levels.rest, levels.level)

    def operator(self, node: tree.Expr | tree.OpArg) -> DefLevels | None:
        """The definition behind an operator argument; None for a constant or parameter, or an expression."""
        if not isinstance(node, tree.OpArg):
            return None
        if node.symbol is None:
            assert node.body is not None
            return of_definition(node.params, [param.arity for param in node.params], self.expr(node.body))
        if isinstance(node.symbol, Definition):
            return self.levels(node.symbol)
        if isinstance(node.symbol, Builtin):
            rule, count = LEVELS[node.symbol], max(node.symbol.arity, 2 if node.symbol.arity < 0 else 0)
            most: list[int] = [rule.most[min(at, len(rule.most) - 1)] for at in range(count)]
            data = PLAIN[rule.level]
            return DefLevels((), rule.level, most, [rule.carries] * count, [[]] * count, [], data, data)
        return None

    def apply_levels(self, shown: str, levels: DefLevels, node: tree.Appl) -> Data:
        """A definition applied to arguments."""
        args = [self.argument(arg) for arg in node.args]
        operators = [self.operator(arg) for arg in node.args]
        out = Builder(levels.level)
        out.params |= levels.rest.params
        out.conditions(levels.rest)
        out.pairs = set()
        for at, arg in enumerate(args):
            if arg.level > levels.most[at]:
                _too_high(f"'{shown}'", at, arg.level, levels.most[at], node.args[at].span or node.span)
            if levels.carries[at]:
                out.level = max(out.level, arg.level)
                out.params |= arg.params
            out.conditions(arg)
            out.cap_all(arg.params, levels.most[at])
            self.operator_floors(shown, levels, at, operators[at], node, out)
        for i, j, k in levels.conds:
            self.cond(shown, args[j], j, operators[i], node.args[i], k, node, out)
        for operator, k, symbol in levels.rest.pairs:
            self.outer_pair(levels, operator, k, symbol, args, operators, node, out)
        return out.done()

    def operator_floors(
        self, shown: str, levels: DefLevels, at: int, operator: DefLevels | None, node: tree.Appl, out: Builder
    ) -> None:
        """Operator argument `at` must admit arguments of the levels that the definition applies it to."""
        for k, least in enumerate(levels.floors[at]):
            if operator is not None and operator.most[k] < least:
                text = (f"argument {at + 1} of '{shown}' is applied to something of {_WORDS[least]} level, "
                        f"and takes only {_WORDS[operator.most[k]]} level")  # fmt: skip
                raise TlaError("M052", text, node.args[at].span or node.span)
            part = node.args[at]
            if operator is None and isinstance(part, tree.OpArg) and part.symbol is not None:
                out.floor(part.symbol, k, least)

    def cond(
        self,
        shown: str,
        arg: Data,
        j: int,
        operator: DefLevels | None,
        part: Any,
        k: int,
        node: tree.Appl,
        out: Builder,
    ) -> None:
        """Argument j goes to argument k of an operator argument."""
        if operator is not None:
            if arg.level > operator.most[k]:
                text = (f"argument {j + 1} of '{shown}' is of {_WORDS[arg.level]} level, "
                        f"and goes to an operator that takes only {_WORDS[operator.most[k]]} level")  # fmt: skip
                raise TlaError("M053", text, node.args[j].span or node.span)
            out.cap_all(arg.params, operator.most[k])
        elif isinstance(part, tree.OpArg) and part.symbol is not None:
            out.floor(part.symbol, k, arg.level)
            out.pairs |= {(part.symbol, k, param) for param in arg.params}

    def outer_pair(
        self,
        levels: DefLevels,
        operator: Symbol,
        k: int,
        symbol: Symbol,
        args: list[Data],
        operators: list[DefLevels | None],
        node: tree.Appl,
        out: Builder,
    ) -> None:
        """A pair of which at most one side is a parameter of the definition."""
        if operator in levels.params:
            i = levels.params.index(operator)
            known, part = operators[i], node.args[i]
            if known is not None:
                out.cap(symbol, known.most[k])
            elif isinstance(part, tree.OpArg) and part.symbol is not None:
                out.pairs.add((part.symbol, k, symbol))
        elif symbol in levels.params:
            out.pairs |= {(operator, k, param) for param in args[levels.params.index(symbol)].params}
        else:
            out.pairs.add((operator, k, symbol))

    # ---- the other constructs ----

    def several(self, rule: LevelRule, parts: Sequence[tree.Expr], shown: str) -> Data:
        return self.operands(rule, [self.expr(part) for part in parts], parts, shown)

    def junct(self, node: tree.Junct) -> Data:
        args = [self.expr(item) for item in node.items]
        _refuse_mixed(node.op, args, node)
        return self.operands(builtins.LOGIC, args, node.items, f"'{node.op}'")

    def binder(self, rule: LevelRule, bindings: tuple[tree.Binding, ...], body: tree.Expr, shown: str) -> Data:
        """Bound identifiers are of constant level; their sets count as operands without conditions."""
        data = self.operands(rule, [self.expr(body)], [body], shown)
        for binding in bindings:
            if binding.domain is None:
                continue
            domain = self.expr(binding.domain)
            if domain.level > Level.ACTION:
                raise TlaError("M059", f"the set of {shown} is a temporal formula", binding.domain.span)
            if is_plain(data) and is_plain(domain):
                data = PLAIN[max(data.level, domain.level)]
                continue
            out = Builder(max(data.level, domain.level))
            out.params = {*data.params, *domain.params}
            out.conditions(data)
            out.conditions(domain)
            data = out.done()
        return data

    def quant(self, node: tree.Quant) -> Data:
        if node.quantifier in ("\\AA", "\\EE"):
            return self.binder(builtins.TEMPORAL_BODY, node.bindings, node.body, node.quantifier)
        data = self.binder(builtins.LOGIC, node.bindings, node.body, f"'{node.quantifier}'")
        if data.level == Level.TEMPORAL:
            for binding in node.bindings:
                if binding.domain is not None and self.expr(binding.domain).level == Level.ACTION:
                    raise TlaError("M058", "a temporal formula is quantified over an action-level set", binding.span)
        return data

    def except_expr(self, node: tree.ExceptExpr) -> Data:
        parts: list[tree.Expr] = [node.fn]
        args = [self.expr(node.fn)]
        for path, value in node.updates:
            self.at.append(self.operands(builtins.VALUE, args, parts, "EXCEPT"))
            for part in (*path, value):
                parts.append(part)
                args.append(self.expr(part))
            self.at.pop()
        return self.operands(builtins.VALUE, args, parts, "EXCEPT")

    def let(self, node: tree.LetExpr) -> Data:
        known = [self.levels(symbol) for symbol in node.defs]
        body = self.expr(node.body)
        if all(is_plain(levels.rest) for levels in known):
            return body
        out = Builder(body.level)
        out.params |= body.params
        out.conditions(body)
        for levels in known:
            out.conditions(levels.rest)
        return out.done()

    def subst(self, node: tree.Subst) -> Data:
        from modelcheck.module.instancelevel import substituted

        return substituted(self, node.mapping, self.expr(node.body), None)


def provisional(symbol: Definition) -> DefLevels:
    """What is assumed of a definition while it is being checked: a recursive one may not prime its parameters."""
    count = len(symbol.params)
    floors = [[0] * param.arity for param in symbol.params]
    return DefLevels(symbol.params, 0, [int(Level.ACTION)] * count, [True] * count, floors, [], PLAIN[0], PLAIN[0])


def _keep_worse(before: DefLevels, after: DefLevels) -> None:
    """Knowledge about recursive definitions only ever gets stricter."""
    after.level = max(before.level, after.level)
    after.most = [min(pair) for pair in zip(before.most, after.most, strict=True)]
    after.carries = [any(pair) for pair in zip(before.carries, after.carries, strict=True)]


def _raised(data: Data, level: int) -> Data:
    if is_plain(data):
        return PLAIN[level]
    return Data(level, data.params, data.caps, data.floors, data.pairs)


def _refuse_mixed(name: str, args: Sequence[Data], node: tree.Expr) -> None:
    levels = {arg.level for arg in args}
    if Level.ACTION in levels and Level.TEMPORAL in levels:
        raise TlaError("M057", f"'{name}' combines an action with a temporal formula", node.span)


def _too_high(shown: str, at: int, level: int, most: int, span: Span | None) -> None:
    text = f"argument {at + 1} of {shown} is of {_WORDS[level]} level, and may be of {_WORDS[most]} level at most"
    raise TlaError("M050", text, span)


def _fields(checker: Checker, node: tree.RecordExpr | tree.RecordSetExpr) -> Data:
    rule = builtins.LOGIC if isinstance(node, tree.RecordExpr) else builtins.VALUE
    return checker.several(rule, [value for _, value in node.fields], "a record")


def _case(checker: Checker, node: tree.CaseExpr) -> Data:
    parts = [part for arm in node.arms for part in arm]
    return checker.several(builtins.LOGIC, parts if node.other is None else [*parts, node.other], "CASE")


_HANDLERS: dict[type, Callable[[Checker, Any], Data]] = {
    tree.Num: lambda c, n: PLAIN[0],
    tree.Str: lambda c, n: PLAIN[0],
    tree.Dec: lambda c, n: PLAIN[0],
    tree.Appl: Checker.appl,
    tree.Junct: Checker.junct,
    tree.Quant: Checker.quant,
    tree.ChooseExpr: lambda c, n: c.binder(builtins.VALUE, (n.binding,), n.body, "CHOOSE"),
    tree.SetOf: lambda c, n: c.several(builtins.VALUE, n.items, "a set"),
    tree.Filter: lambda c, n: c.binder(builtins.VALUE, (n.binding,), n.predicate, "a set"),
    tree.MapSet: lambda c, n: c.binder(builtins.VALUE, n.bindings, n.body, "a set"),
    tree.TupleOf: lambda c, n: c.several(builtins.VALUE, n.items, "a tuple"),
    tree.FnConsExpr: lambda c, n: c.binder(builtins.LOGIC, n.bindings, n.body, "a function"),
    tree.FnSetExpr: lambda c, n: c.several(builtins.VALUE, (n.domain, n.codomain), "a set of functions"),
    tree.FnAppl: lambda c, n: c.several(builtins.VALUE, (n.fn, *n.args), "function application"),
    tree.RecordExpr: _fields,
    tree.RecordSetExpr: _fields,
    tree.DotExpr: lambda c, n: c.several(builtins.VALUE, (n.record,), "a field"),
    tree.ExceptExpr: Checker.except_expr,
    tree.AtExpr: lambda c, n: c.at[-1] if c.at else PLAIN[0],
    tree.IfExpr: lambda c, n: c.several(builtins.LOGIC, (n.condition, n.then, n.otherwise), "IF"),
    tree.CaseExpr: _case,
    tree.LetExpr: Checker.let,
    tree.Subst: Checker.subst,
    tree.Box: lambda c, n: c.several(builtins.BOX_ACTION, (n.action, n.subscript), "[A]_v"),
    tree.Angle: lambda c, n: c.several(builtins.BOX_ACTION, (n.action, n.subscript), "<<A>>_v"),
    tree.Fair: lambda c, n: c.several(builtins.FAIRNESS, (n.subscript, n.action), f"{n.kind}_v(A)"),
    tree.LabelExpr: lambda c, n: c.expr(n.body),
}
