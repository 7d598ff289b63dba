"""EXTENDS and INSTANCE: what a module takes over from others.

EXTENDS hands on every name that is not local; the same symbol reached on two ways is no clash (diamonds). INSTANCE
makes one `Definition` per definition of the module, its body a `Subst` around the original one; an unnamed INSTANCE
that is not LOCAL takes definitions that mention no declared symbol as they are. Symbols without a WITH clause stand
for what has their name in scope. Refused: M020 to M024 (modules), M030 to M033 (substitutions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.errors import TlaError
from modelcheck.module import tree
from modelcheck.module.expressions import ExprResolver
from modelcheck.module.scope import InstanceUse, Scope, arity_of, near
from modelcheck.module.tree import Assumption, Constant, Definition, Expr, InstanceName, OpArg, Param, Symbol, Variable
from modelcheck.source import Span
from modelcheck.syntax import nodes

if TYPE_CHECKING:
    from modelcheck.module.loader import Loader

Mapping = tuple[tuple[Symbol, "Expr | OpArg"], ...]


class ImportResolver(ExprResolver):
    """The part of the resolver that brings in other modules."""

    def __init__(self, scope: Scope, loader: Loader) -> None:
        super().__init__(scope)
        self.loader = loader

    def module(self, name: str, span: Span) -> Scope:
        """The module of that name as seen from here: nested, in the same file, or in a file of its own."""
        nested = self.scope.module_named(name)
        return nested if nested is not None else self.loader.load(name, span, self.scope)

    def put(self, name: str, symbol: Symbol, local: bool, defs: list[Definition] | None, span: Span) -> bool:
        """Add a name: to the module (`defs` is None) or to a LET. False if the name stays with its first meaning.

        As in SANY a second definition of the same kind and arity that comes by EXTENDS or INSTANCE is ignored.
        """
        scope = self.scope
        if defs is not None:
            scope.bind(name, symbol, span)
            return True
        old = scope.names.get(name)
        if old is None or (old is symbol and name not in scope.exports):
            scope.add(name, symbol, local)
            return old is None
        if old is symbol:
            return False
        if type(old) is type(symbol) and arity_of(old) == arity_of(symbol):
            if _source(old) is not _source(symbol):
                scope.warn(f"'{name}' is defined twice; the first definition is used", span)
            return False
        return scope.clash(name, span, old)

    # ---- EXTENDS ----

    def extend(self, extended: nodes.BoundName) -> None:
        """Take over the exported names of one module, its declarations and assumptions."""
        scope = self.scope
        other = self.module(extended.name, extended.span)
        scope.extended.append(other)
        scope.declared |= other.declared
        aliases = self.unify_declarations(other, extended.span)
        for name, symbol in other.exports.items():
            if not isinstance(symbol, Constant | Variable):
                self.extend_definition(name, symbol, aliases, extended.span)
        for name, nested in other.modules.items():
            if scope.modules.setdefault(name, nested) is not nested:
                scope.warn(f"two extended modules have a module '{name}' in them; the first is used", extended.span)
        into = scope.resolved
        into.extends = (*into.extends, other.resolved)
        for assumption in other.resolved.assumptions:
            if aliases and assumption.expr is not None:
                moved = tree.Subst(assumption.expr.span, aliases, assumption.expr)
                assumption = Assumption(assumption.name, moved, assumption.span, assumption.module)
            if assumption not in into.assumptions:
                into.assumptions.append(assumption)
        into.theorems.update(other.resolved.theorems)

    def unify_declarations(self, other: Scope, span: Span) -> Mapping:
        """Add the declarations of an extended module; those whose name is declared already become that one."""
        scope, into = self.scope, self.scope.resolved
        aliases: list[tuple[Symbol, Expr | OpArg]] = []
        declared: list[Constant | Variable] = [*other.resolved.constants, *other.resolved.variables]
        for symbol in declared:
            old = scope.names.get(symbol.name)
            if old is None:
                scope.add(symbol.name, symbol)
                if isinstance(symbol, Constant):
                    into.constants.append(symbol)
                else:
                    into.variables.append(symbol)
            elif old is not symbol:
                if not isinstance(old, Constant | Variable) or arity_of(old) != arity_of(symbol):
                    self.disagree(symbol.name, symbol, old, span)
                scope.warn(f"'{symbol.name}' is declared in two extended modules", span)
                target = tree.OpArg(span, old) if arity_of(old) else tree.Appl(span, old)
                aliases.append((symbol, target))
        return tuple(aliases)

    def extend_definition(self, name: str, symbol: Symbol, aliases: Mapping, span: Span) -> None:
        if aliases and isinstance(symbol, Definition) and not symbol.closed:
            symbol = self.instantiate(symbol, name, (), aliases, False)
            self.scope.own.append(symbol)
        old = self.scope.names.get(name)
        if old is None:
            self.scope.add(name, symbol)
        elif old is not symbol:
            if isinstance(old, Constant | Variable) or _is_fact(old) != _is_fact(symbol):
                self.disagree(name, symbol, old, span)
            if _source(old) is not _source(symbol):
                self.scope.warn(f"'{name}' is defined in two extended modules; the first one is used", span)

    def disagree(self, name: str, symbol: Symbol, old: Symbol, span: Span) -> None:
        notes = tuple((f"in module {s.module}", s.span) for s in (old, symbol))
        raise TlaError("M024", f"extended modules disagree about '{name}'", span, notes=notes)

    # ---- INSTANCE ----

    def instance(self, node: nodes.Instance) -> None:
        """`INSTANCE M WITH …` as a unit of the module."""
        target = self.module(node.module, node.span)
        mapping = self.substitutions(node, target)
        self.scope.instances.append(InstanceUse(node.span, target, mapping, ()))
        for name, symbol in list(target.exports.items()):
            if isinstance(symbol, Definition):
                new = symbol
                if node.local or not symbol.closed:
                    new = self.instantiate(symbol, name, (), mapping, node.local)
                if self.put(name, new, node.local, None, node.span) and new is not symbol:
                    self.scope.own.append(new)
            elif isinstance(symbol, InstanceName):
                self.put(name, symbol, node.local, None, node.span)

    def instance_def(self, node: nodes.InstanceDef, defs: list[Definition] | None = None) -> None:
        """`I(params) == INSTANCE M WITH …` in the module or, with `defs`, in a LET."""
        scope = self.scope
        name_span = node.name_span or node.span
        if node.name in scope.names:
            scope.clash(node.name, name_span, scope.names[node.name])
        mark = scope.mark()
        params = self.bind_params(node.params)
        target = self.module(node.instance.module, node.instance.span)
        mapping = self.substitutions(node.instance, target)
        scope.release(mark)
        scope.instances.append(InstanceUse(node.instance.span, target, mapping, params))
        local = node.local or node.instance.local
        own = InstanceName(node.name, name_span, scope.name, params, len(params), local)
        self.put(node.name, own, local, defs, name_span)
        for name, symbol in list(target.exports.items()):
            joined = f"{node.name}!{name}"
            if isinstance(symbol, InstanceName):
                inner = InstanceName(joined, symbol.span, scope.name, (*params, *symbol.params), symbol.own, local)
                self.put(joined, inner, local, defs, name_span)
            elif isinstance(symbol, Definition):
                self.put_instantiated(symbol, joined, params, mapping, local, defs, name_span)

    def put_instantiated(
        self,
        symbol: Definition,
        joined: str,
        params: tuple[Param, ...],
        mapping: Mapping,
        local: bool,
        defs: list[Definition] | None,
        span: Span,
    ) -> None:
        new = self.instantiate(symbol, joined, params, mapping, local)
        if self.put(joined, new, local, defs, span):
            (self.scope.own if defs is None else defs).append(new)

    def instantiate(
        self, symbol: Definition, name: str, params: tuple[Param, ...], mapping: Mapping, local: bool
    ) -> Definition:
        """The definition as an instance sees it: its parameters after those of the instance, its body substituted.

        A new symbol even when nothing is substituted: a cfg that replaces the original leaves the instance's alone.
        """
        if symbol.closed:
            mapping = ()
        new = Definition(
            name,
            symbol.span,
            self.scope.name,
            (*params, *symbol.params),
            kind="fact" if symbol.kind == "fact" else "op",
            local=local,
            origin=symbol.origin or symbol,
            closed=symbol.closed or not self.scope.declared,
            info=symbol,  # the level check starts from what it knows of the original
        )
        if symbol.pending is None:
            new.body = _substituted(symbol, mapping)
        else:
            new.pending = lambda late: _finish_instance(late, symbol, mapping)
        return new

    def substitutions(self, node: nodes.Instance, target: Scope) -> Mapping:
        """What each declared symbol of the module stands for; identities are left out."""
        given = self.given_substitutions(node, target)
        mapping: list[tuple[Symbol, Expr | OpArg]] = []
        missing = []
        for symbol in (*target.resolved.constants, *target.resolved.variables):
            arity = arity_of(symbol)
            place = f"what is substituted for '{symbol.name}'"
            explicit = given.get(symbol.name)
            if explicit is not None:
                value = explicit.value
                if arity:
                    mapping.append((symbol, self.op_arg(value, arity, place, "M033")))
                elif isinstance(value, nodes.Lambda):
                    raise TlaError("M033", f"{place} must be an expression, not a LAMBDA", value.span)
                else:
                    mapping.append((symbol, self.expr(value)))
                continue
            here = self.scope.names.get(symbol.name)
            if here is None:
                missing.append(symbol.name)
            elif here is not symbol:
                if isinstance(here, InstanceName):
                    self.incomplete(symbol.name, node.span)
                if arity_of(here) != arity:
                    self.wrong_operator(place, arity, f"'{here.name}' of {arity_of(here)}", node.span, "M033")
                mapping.append((symbol, tree.OpArg(node.span, here) if arity else tree.Appl(node.span, here)))
        if missing:
            names = ", ".join(f"'{name}'" for name in missing)
            raise TlaError("M030", f"no substitution for {names} of module {node.module}", node.span)
        return tuple(mapping)

    def given_substitutions(self, node: nodes.Instance, target: Scope) -> dict[str, nodes.Substitution]:
        """The WITH clauses by name."""
        names = {symbol.name for symbol in (*target.resolved.constants, *target.resolved.variables)}
        given: dict[str, nodes.Substitution] = {}
        for clause in node.substitutions:
            if clause.name not in names:
                text = f"module {node.module} declares no constant or variable '{clause.name}'"
                raise TlaError("M032", text, clause.span, mend=near(clause.name, names))
            if clause.name in given:
                notes = (("the first one is here", given[clause.name].span),)
                raise TlaError("M031", f"'{clause.name}' is substituted twice", clause.span, notes=notes)
            given[clause.name] = clause
        return given

    def bind_params(self, decls: tuple[nodes.OpDecl, ...]) -> tuple[Param, ...]:
        """Formal parameters, in scope until the caller releases them."""
        params = []
        for decl in decls:
            param = Param(decl.name, decl.span, self.scope.name, decl.arity)
            self.scope.bind(decl.name, param, decl.span)
            params.append(param)
        return tuple(params)


def _substituted(symbol: Definition, mapping: Mapping) -> Expr | None:
    body = symbol.body
    if body is None:
        return None
    if symbol.kind == "fn":  # the recursion of a function goes through its own definition
        body = tree.Appl(body.span, symbol)
    return tree.Subst(body.span, mapping, body) if mapping else body


def _finish_instance(late: Definition, symbol: Definition, mapping: Mapping) -> None:
    from modelcheck.module.level import check_definition

    late.pending = None
    symbol.complete()
    late.body = _substituted(symbol, mapping)
    check_definition(late)


def _source(symbol: Symbol) -> Symbol:
    """What a definition goes back to: two with one source are no clash."""
    return symbol.origin or symbol if isinstance(symbol, Definition) else symbol


def _is_fact(symbol: Symbol) -> bool:
    return isinstance(symbol, Definition) and symbol.kind == "fact"
