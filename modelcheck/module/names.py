"""Names and applications: `x`, `Op(a)`, `a + b`, `I(a)!Op(b)`, `Op!1`, and operators passed as arguments.

Takes `Name` and `Apply` nodes; gives `Appl` (or what a selector picks out of a definition) and `OpArg`. Refused:
unknown names (M001), an instance's name alone (M004), wrong numbers of arguments (M005), expressions for operators
and the reverse (M006, M007), facts that are no formulas (M013).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from modelcheck.errors import TlaError
from modelcheck.module import tree
from modelcheck.module.scope import Scope, arity_of, near
from modelcheck.module.selectors import Step, select, select_operator
from modelcheck.module.tree import Builtin, Definition, InstanceName, Param, Symbol
from modelcheck.source import Span
from modelcheck.syntax import nodes


class NameResolver:
    """The part of the resolver that knows names; `expr` and `lambda_arg` are the other part's."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.except_depth = 0
        self.let_level = 0

    def expr(self, node: nodes.Expr) -> tree.Expr:
        raise NotImplementedError

    def lambda_arg(self, node: nodes.Lambda) -> tree.OpArg:
        raise NotImplementedError

    # ---- a name, or an application ----

    def name(self, node: nodes.Name) -> tree.Expr:
        """A name without arguments after its last step."""
        if node.path:
            return self.compound(node, (), node.span)
        scope = self.scope
        symbol = scope.names.get(node.name)
        if symbol is None:
            symbol = scope.look(node.name, node.span)
        return self.apply_symbol(symbol, node.name, (), node.span, node.span)

    def apply(self, node: nodes.Apply) -> tree.Expr:
        """An application, in whatever notation."""
        op = node.op
        if op.path:
            return self.compound(op, node.args, node.span)
        symbol = self.scope.look(op.name, op.span)
        return self.apply_symbol(symbol, op.name, node.args, node.span, op.span)

    def apply_symbol(
        self, symbol: Symbol, shown: str, args: Sequence[nodes.Expr], span: Span, op_span: Span
    ) -> tree.Expr:
        """The symbol applied to arguments; checks their number, and operator arguments against their arity."""
        if isinstance(symbol, Definition | InstanceName):
            if isinstance(symbol, InstanceName):
                self.incomplete(shown, op_span)
            if symbol.kind == "fact" and symbol.body is None:
                raise TlaError("M013", f"'{shown}' names an ASSUME/PROVE, which is no expression", span)
            params = symbol.params
            if len(args) != len(params):
                self.wrong_count(shown, len(params), len(args), span, symbol)
            if not params:
                return tree.Appl(span, symbol)
            resolved: list[tree.Expr | tree.OpArg] = []
            for at, (param, arg) in enumerate(zip(params, args, strict=True)):
                resolved.append(self.argument(arg, param.arity, shown, at))
            return tree.Appl(span, symbol, tuple(resolved))
        arity = arity_of(symbol)
        if len(args) != arity and not (arity == -1 and args):
            self.wrong_count(shown, arity, len(args), span, symbol)
        return tree.Appl(span, symbol, tuple([self.expr(arg) for arg in args]))

    def argument(self, arg: nodes.Expr, arity: int, shown: str, at: int) -> tree.Expr | tree.OpArg:
        """An argument where a parameter of that arity is."""
        if arity:
            return self.op_arg(arg, arity, f"argument {at + 1} of '{shown}'")
        return self.expr(arg)

    # ---- operators as arguments ----

    def op_arg(self, node: nodes.Expr, arity: int, place: str, code: str = "M007") -> tree.OpArg:
        """An operator of that arity, for `place`; `code` is that of a wrong arity."""
        if isinstance(node, nodes.Lambda):
            if len(node.params) != arity:
                self.wrong_operator(place, arity, f"a LAMBDA of {len(node.params)}", node.span, code)
            return self.lambda_arg(node)
        if not isinstance(node, nodes.Name):
            text = f"{place} must be an operator of {_parameters(arity)}, and an expression is given"
            raise TlaError("M006" if code == "M007" else code, text, node.span)
        if node.path:
            return self.compound_op_arg(node, arity, place, code)
        symbol = self.scope.look(node.name, node.span)
        if isinstance(symbol, InstanceName):
            self.incomplete(node.name, node.span)
        given = arity_of(symbol)
        if given != arity and not (given == -1 and arity >= 2):
            self.wrong_operator(place, arity, f"'{node.name}' of {_parameters(given)}", node.span, code)
        if isinstance(symbol, Definition) and any(param.arity for param in symbol.params):
            what = f"'{node.name}', which itself takes operators,"
            self.wrong_operator(place, arity, what, node.span, code)
        return tree.OpArg(node.span, symbol)

    def compound_op_arg(self, node: nodes.Name, arity: int, place: str, code: str) -> tree.OpArg:
        """`I!Op` or `I(a)!Op` as an operator; the latter is a LAMBDA of what is left."""
        symbol, shown, given, rest = self.walk(node)
        if not isinstance(symbol, Definition):
            raise TlaError("M012", f"'{node.span.text}' cannot be passed as an operator", node.span)
        if rest:
            if given and len(given) != len(symbol.params):
                self.wrong_count(shown, len(symbol.params), len(given), node.span, symbol)
            selected = select_operator(symbol, self.arguments(symbol, shown, given), self.steps(rest), node.span)
            if len(selected.params) != arity:
                what = f"'{node.span.text}' of {_parameters(len(selected.params))}"
                self.wrong_operator(place, arity, what, node.span, code)
            return selected
        left = symbol.params[len(given) :]
        if len(left) != arity:
            self.wrong_operator(place, arity, f"'{shown}' of {_parameters(len(left))}", node.span, code)
        if not given:
            return tree.OpArg(node.span, symbol)
        params = tuple([Param(p.name, p.span, p.module, p.arity) for p in left])
        args = list(self.arguments(symbol, shown, given))
        for param in params:
            args.append(tree.OpArg(node.span, param) if param.arity else tree.Appl(node.span, param))
        return tree.OpArg(node.span, None, params, tree.Appl(node.span, symbol, tuple(args)))

    # ---- compound names ----

    def compound(self, op: nodes.Name, args: Sequence[nodes.Expr], span: Span) -> tree.Expr:
        """`I(a)!J!Op` applied to `args`, or a part of a definition picked by selectors."""
        symbol, shown, given, rest = self.walk(op)
        if not rest:
            return self.apply_symbol(symbol, shown, (*given, *args), span, op.span)
        if not isinstance(symbol, Definition):
            raise TlaError("M012", f"'{shown}' has no parts to select", op.span)
        if len(given) != len(symbol.params):
            self.wrong_count(shown, len(symbol.params), len(given), span, symbol)
        if args:
            last = rest[-1]
            rest = [*rest[:-1], nodes.PathStep(last.span, last.name, (*last.args, *args))]
        return select(symbol, self.arguments(symbol, shown, given), self.steps(rest), span)

    def arguments(
        self, symbol: Definition, shown: str, given: Sequence[nodes.Expr]
    ) -> tuple[tree.Expr | tree.OpArg, ...]:
        """The arguments for the first parameters of a definition."""
        pairs = zip(symbol.params, given, strict=False)
        return tuple([self.argument(arg, param.arity, shown, at) for at, (param, arg) in enumerate(pairs)])

    def steps(self, rest: Sequence[nodes.PathStep]) -> list[Step]:
        """Selectors with their arguments resolved."""
        return [(step.name, tuple([self.expr(arg) for arg in step.args]), step.span) for step in rest]

    def walk(self, op: nodes.Name) -> tuple[Symbol, str, list[nodes.Expr], list[nodes.PathStep]]:
        """Along the instances of a compound name: the symbol reached, its joined name, the arguments given on the
        way, and the steps left over (selectors)."""
        end = op.span.end
        begin = end - len(op.name) if op.span.text.endswith(op.name) else op.span.start
        steps = [*op.path, nodes.PathStep(Span(op.span.file, begin, end), op.name)]
        shown = steps[0].name
        symbol = self.scope.look(shown, steps[0].span)
        given = list(steps[0].args)
        at = 1
        while isinstance(symbol, InstanceName) and at < len(steps):
            if len(steps[at - 1].args) != symbol.own:
                self.wrong_count(shown, symbol.own, len(steps[at - 1].args), steps[at - 1].span, symbol)
            joined = f"{shown}!{steps[at].name}"
            found = self.scope.names.get(joined)
            if found is None:
                self.not_in_instance(shown, steps[at])
            shown, symbol = joined, found
            given += steps[at].args
            at += 1
        if isinstance(symbol, InstanceName):
            self.incomplete(shown, op.span)
        return symbol, shown, given, steps[at:]

    # ---- refusals ----

    def not_in_instance(self, instance: str, step: nodes.PathStep) -> NoReturn:
        names = [n[len(instance) + 1 :] for n in self.scope.names if n.startswith(instance + "!")]
        text = f"the instance '{instance}' defines no '{step.name}'"
        raise TlaError("M001", text, step.span, mend=near(step.name, names))

    def incomplete(self, shown: str, span: Span) -> NoReturn:
        raise TlaError("M004", f"'{shown}' is an instance; name one of its definitions, as in {shown}!Op", span)

    def wrong_count(self, shown: str, expected: int, given: int, span: Span, symbol: Symbol) -> NoReturn:
        takes = "takes no arguments" if expected == 0 else f"takes {_arguments(expected)}"
        text = f"'{shown}' {takes}, and {given} {'is' if given == 1 else 'are'} given"
        notes = (("it is declared here", symbol.span),) if symbol.span and not isinstance(symbol, Builtin) else ()
        raise TlaError("M005", text, span, notes=notes)

    def wrong_operator(self, place: str, arity: int, what: str, span: Span, code: str) -> NoReturn:
        raise TlaError(code, f"{place} must be an operator of {_parameters(arity)}, and {what} is given", span)


def _arguments(count: int) -> str:
    return "1 argument" if count == 1 else f"{count} arguments"


def _parameters(count: int) -> str:
    return "1 parameter" if count == 1 else f"{count} parameters"
