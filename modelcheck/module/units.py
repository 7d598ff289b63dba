"""The units of a module, in order of the text: declarations, definitions, assumptions, theorems, nested modules.

Takes a syntax `Module` through its `Scope`; fills the scope and its `ResolvedModule`. Refused: names declared or
defined twice (M002, M003), illegal recursion (M040 to M043), and what the parts refuse. Proofs are read as structure
only: nothing in them is resolved, and nothing of them leaks out.

The definitions of library modules are resolved when they are first used: most specs use few of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.errors import TlaError
from modelcheck.module import tree
from modelcheck.module.builtins import BUILTINS
from modelcheck.module.expressions import LabelFrame
from modelcheck.module.instance import ImportResolver
from modelcheck.module.scope import Fact, Scope
from modelcheck.module.tree import Assumption, Constant, Definition, Level, Param, ResolvedModule, Symbol, Variable
from modelcheck.source import Span
from modelcheck.syntax import nodes

if TYPE_CHECKING:
    from modelcheck.module.loader import Loader

_NEW_LEVELS = {"CONSTANT": 0, "VARIABLE": 1, "STATE": 1, "ACTION": 2, "TEMPORAL": 3}


class ModuleResolver(ImportResolver):
    """Resolves one module."""

    def __init__(self, scope: Scope, loader: Loader) -> None:
        super().__init__(scope, loader)
        self.awaited: dict[Definition, tuple[int, int]] = {}  # RECURSIVE, not yet defined: LET level, parameters

    def run(self) -> None:
        """The whole module."""
        for extended in self.scope.node.extends:
            self.extend(extended)
        for unit in self.scope.node.units:
            self.unit(unit)
        self.check_all_defined()
        resolved = self.scope.resolved
        for name, symbol in self.scope.names.items():
            if isinstance(symbol, Definition):
                resolved.definitions[name] = symbol
        resolved.names = self.scope.names

    def unit(self, unit: nodes.Unit) -> None:
        """One unit of the module."""
        match unit:
            case nodes.OpDef():
                self.op_def(unit, None)
            case nodes.FnDef():
                self.fn_def(unit, None)
            case nodes.Instance():
                self.instance(unit)
            case nodes.InstanceDef():
                self.instance_def(unit)
            case nodes.Recursive():
                self.recursive(unit)
            case nodes.Separator():
                pass
            case _:
                self.statement(unit)

    def statement(self, unit: nodes.Unit) -> None:
        """A unit that may not stand between RECURSIVE and what it declares."""
        if self.awaited:
            names = ", ".join(f"'{symbol.name}'" for symbol in self.awaited)
            raise TlaError("M043", f"{names} must be defined first", unit.span)
        match unit:
            case nodes.ConstantDecl():
                for decl in unit.decls:
                    symbol = Constant(decl.name, decl.span, self.scope.name, decl.arity)
                    self.declare(symbol, decl.span)
            case nodes.VariableDecl():
                for name in unit.names:
                    self.declare(Variable(name.name, name.span, self.scope.name), name.span)
            case nodes.Assume():
                self.assume(unit)
            case nodes.Theorem():
                self.theorem(unit)
            case nodes.Module():
                self.nested(unit)
            case nodes.UseHide():
                self.use_or_hide(unit)

    def use_or_hide(self, unit: nodes.UseHide) -> None:
        """Nothing is taken from USE and HIDE; only plain names in them are looked at."""
        for part in (*unit.facts, *unit.defs):
            if isinstance(part, nodes.Name) and not part.path:
                symbol = self.scope.look(part.name, part.span)
                is_fact = isinstance(symbol, Definition) and symbol.kind == "fact"
                if unit.keyword == "HIDE" and part in unit.facts and not is_fact:
                    raise TlaError("M069", f"'{part.name}' is no theorem or assumption", part.span)

    # ---- declarations ----

    def declare(self, symbol: Constant | Variable, span: Span) -> None:
        """A constant or variable. Declared twice alike it is one, as SANY has it."""
        scope = self.scope
        old = scope.names.get(symbol.name)
        if symbol.name in BUILTINS:
            scope.clash(symbol.name, span, None)
        if old is not None:
            same = type(old) is type(symbol) and getattr(old, "arity", 0) == getattr(symbol, "arity", 0)
            if not same:
                scope.clash(symbol.name, span, old)
            scope.warn(f"'{symbol.name}' is declared twice", span)
            return
        scope.declared = True
        scope.add(symbol.name, symbol)
        if isinstance(symbol, Constant):
            scope.resolved.constants.append(symbol)
        else:
            scope.resolved.variables.append(symbol)

    def recursive(self, unit: nodes.Recursive) -> None:
        """RECURSIVE: the names are known from here, and must be defined at this level."""
        scope = self.scope
        for decl in unit.decls:
            if decl.name in scope.names or decl.name in BUILTINS:
                scope.clash(decl.name, decl.span, scope.names.get(decl.name))
            params = tuple([Param(f"_{at}", decl.span, scope.name) for at in range(decl.arity)])
            symbol = Definition(decl.name, decl.span, scope.name, params, recursive=True)
            if not self.awaited:
                scope.sections.append([])
            self.awaited[symbol] = (self.let_level, decl.arity)
            scope.sections[-1].append(symbol)
            if self.let_level:
                scope.bind(decl.name, symbol, decl.span)
            else:
                scope.add(decl.name, symbol)

    def check_all_defined(self) -> None:
        """Every RECURSIVE declaration of this level has its definition."""
        for symbol, (level, _) in self.awaited.items():
            if level == self.let_level:
                raise TlaError("M040", f"'{symbol.name}' is declared RECURSIVE and not defined", symbol.span)

    # ---- definitions ----

    def let_unit(self, unit: nodes.Unit, defs: list[Definition]) -> None:
        match unit:
            case nodes.OpDef():
                self.op_def(unit, defs)
            case nodes.FnDef():
                self.fn_def(unit, defs)
            case nodes.InstanceDef():
                self.instance_def(unit, defs)
            case nodes.Recursive():
                self.recursive(unit)
            case _:
                raise TlaError("M043", "only definitions may stand in a LET", unit.span)

    def awaited_definition(self, name: str, span: Span) -> Definition | None:
        """The RECURSIVE declaration that a definition of this name fulfils; None if the name is new. Else M002."""
        old = self.scope.names.get(name)
        if old is None and name not in BUILTINS:
            return None
        if isinstance(old, Definition) and old in self.awaited:
            if self.awaited[old][0] != self.let_level:
                notes = (("it is declared here", old.span),)
                raise TlaError("M042", f"'{name}' is declared RECURSIVE at another level", span, notes=notes)
            return old
        return self.scope.clash(name, span, old)

    def op_def(self, node: nodes.OpDef, defs: list[Definition] | None) -> None:
        """`Op(params) == body`."""
        name_span = node.name_span or node.span
        symbol = self.awaited_definition(node.name, name_span)
        if symbol is not None:
            self.check_recursive_params(symbol, node)
        if self.scope.lenient and defs is None:
            self.late_op_def(node, symbol, name_span)
            return
        mark = self.scope.mark()
        params = self.bind_params(node.params)
        if symbol is not None:
            symbol.params = params
        body = self.definition_body(node.body)
        self.scope.release(mark)
        new = self.new_definition(node.name, name_span, symbol, node.local)
        new.params, new.body = params, body
        self.finish(new, symbol is not None, node.local, defs, name_span)

    def definition_body(self, node: nodes.Expr) -> tree.Expr:
        self.label_frames.append(LabelFrame(self.scope.mark()))
        body = self.expr(node)
        self.label_frames.pop()
        return body

    def new_definition(self, name: str, span: Span, awaited: Definition | None, local: bool) -> Definition:
        symbol = awaited or Definition(name, span, self.scope.name)
        symbol.span, symbol.local = span, local
        symbol.closed = not self.scope.declared
        return symbol

    def finish(
        self, symbol: Definition, was_awaited: bool, local: bool, defs: list[Definition] | None, span: Span
    ) -> None:
        """Make a definition visible and hand it to the level check."""
        scope = self.scope
        if was_awaited:
            del self.awaited[symbol]
            if local and defs is None:
                scope.exports.pop(symbol.name, None)
        else:
            if self.awaited:
                scope.sections[-1].append(symbol)
            if defs is None:
                scope.add(symbol.name, symbol, local)
            else:
                scope.bind(symbol.name, symbol, span)
        if defs is None:
            scope.own.append(symbol)
        else:
            defs.append(symbol)

    def check_recursive_params(self, symbol: Definition, node: nodes.OpDef) -> None:
        count = self.awaited[symbol][1]
        if count != len(node.params) or (node.params and node.params[-1].arity):
            text = f"'{node.name}' is declared RECURSIVE with {count} parameters, and defined with {len(node.params)}"
            if count == len(node.params):
                text = f"'{node.name}' is RECURSIVE and cannot take operators as arguments"
            raise TlaError("M041", text, node.name_span or node.span, notes=(("declared here", symbol.span),))

    def fn_def(self, node: nodes.FnDef, defs: list[Definition] | None) -> None:
        """`f[x \\in S] == e`: a definition without parameters whose body is a function."""
        scope, name_span = self.scope, node.name_span or node.span
        awaited = self.awaited_definition(node.name, name_span)
        if awaited is not None and awaited.params:
            raise TlaError("M041", f"the function '{node.name}' is declared RECURSIVE with parameters", name_span)
        if scope.lenient and defs is None:
            self.late_fn_def(node, awaited, name_span)
            return
        symbol = self.new_definition(node.name, name_span, awaited, node.local)
        symbol.kind = "fn"
        symbol.body = self.function(node, symbol, name_span, awaited is None)
        self.finish(symbol, awaited is not None, node.local, defs, name_span)

    def function(self, node: nodes.FnDef, symbol: Definition, span: Span, is_new: bool) -> tree.Expr:
        """The function of a function definition, which may apply itself."""
        scope, mark = self.scope, self.scope.mark()
        self.label_frames.append(LabelFrame(mark))
        bindings = self.bindings(node.bounds)
        if is_new:
            scope.bind(node.name, symbol, span)
        body = self.expr(node.body)
        self.label_frames.pop()
        scope.release(mark)
        return tree.FnConsExpr(node.span, bindings, body)

    # ---- definitions of library modules: resolved at their first use ----

    def late_op_def(self, node: nodes.OpDef, awaited: Definition | None, name_span: Span) -> None:
        symbol = self.new_definition(node.name, name_span, awaited, node.local)
        symbol.params = tuple([Param(p.name, p.span, self.scope.name, p.arity) for p in node.params])
        symbol.pending = lambda late: self.late_body(late, node)
        self.finish(symbol, awaited is not None, node.local, None, name_span)

    def late_fn_def(self, node: nodes.FnDef, awaited: Definition | None, name_span: Span) -> None:
        symbol = self.new_definition(node.name, name_span, awaited, node.local)
        symbol.kind = "fn"
        symbol.pending = lambda late: self.late_body(late, node)
        self.finish(symbol, awaited is not None, node.local, None, name_span)

    def late_body(self, symbol: Definition, node: nodes.OpDef | nodes.FnDef) -> None:
        """Resolve the body of a library definition now, and check its levels."""
        from modelcheck.module.level import check_definition
        from modelcheck.syntax.outline import completed

        symbol.pending = None
        node = completed(node)
        mark = self.scope.mark()
        if isinstance(node, nodes.FnDef):
            symbol.body = self.function(node, symbol, node.span, False)
        else:
            for param in symbol.params:
                self.scope.bind(param.name, param, node.span)
            symbol.body = self.definition_body(node.body)
        self.scope.release(mark)
        check_definition(symbol)

    # ---- assumptions, theorems ----

    def fact(self, node: nodes.Assume | nodes.Theorem) -> tree.Expr | None:
        """The formula of an ASSUME or THEOREM (None for an ASSUME/PROVE), its name defined if it has one."""
        scope = self.scope
        if node.name is not None and self.awaited_definition(node.name, node.span) is not None:
            scope.clash(node.name, node.span, scope.names.get(node.name))
        if node.name is not None:
            self.label_frames.append(LabelFrame(scope.mark()))
        expr: tree.Expr | None = None
        if isinstance(node.body, nodes.AssumeProve):
            parts: list[tree.Expr] = []
            self.assume_prove(node.body, parts, False)
        else:
            expr = self.expr(node.body)
            parts = [expr]
        scope.facts.append(Fact(node.span, parts, isinstance(node, nodes.Assume), expr is None))
        if node.name is not None:
            self.label_frames.pop()
            symbol = Definition(node.name, node.span, scope.name, body=expr, kind="fact")
            symbol.closed = not scope.declared
            scope.add(node.name, symbol)
            scope.own.append(symbol)
        return expr

    def assume(self, node: nodes.Assume) -> None:
        """An AXIOM is believed, as in TLC: often it has no finite evaluation. The others are to be checked."""
        expr = self.fact(node)
        if node.keyword == "AXIOM":
            return
        self.scope.resolved.assumptions.append(Assumption(node.name, expr, node.span, self.scope.name))

    def theorem(self, node: nodes.Theorem) -> None:
        if self.scope.lenient:
            if node.name is not None:
                self.late_theorem(node, node.name)
            return
        expr = self.fact(node)
        if node.name is not None:
            self.scope.resolved.theorems[node.name] = expr

    def late_theorem(self, node: nodes.Theorem, name: str) -> None:
        """A library's theorem; nothing is known of it but its name until it is used as an expression."""
        from modelcheck.syntax.outline import says_assume

        symbol = Definition(name, node.span, self.scope.name, kind="fact", closed=not self.scope.declared)
        body = node.body
        if not says_assume(body):
            stated = nodes.OpDef(node.span, name, (), body)  # type: ignore[arg-type]
            symbol.pending = lambda late: self.late_body(late, stated)
        self.scope.add(name, symbol)
        self.scope.resolved.theorems[name] = None

    def assume_prove(self, node: nodes.AssumeProve, parts: list[tree.Expr], nested: bool) -> None:
        """The formulas of an ASSUME/PROVE, its NEW symbols in scope for what follows them."""
        scope, mark, labels = self.scope, self.scope.mark(), self.no_labels
        for item in node.assumptions:
            if isinstance(item, nodes.NewDecl):
                if item.domain is not None:
                    parts.append(self.new_domain(item.domain))
                scope.bind(item.decl.name, self.new_symbol(item), item.decl.span)
                self.no_labels = self.no_labels or nested
            elif isinstance(item, nodes.AssumeProve):
                self.assume_prove(item, parts, True)
            else:
                parts.append(self.expr(item))
        parts.append(self.expr(node.goal))
        self.no_labels = labels
        scope.release(mark)

    def new_domain(self, node: nodes.Expr) -> tree.Expr:
        """The set of a NEW symbol, in a form that the level check refuses when it is temporal."""
        domain = self.expr(node)
        return tree.Filter(node.span, tree.Binding((), domain, False, node.span), tree.Num(node.span, 0))

    def new_symbol(self, item: nodes.NewDecl) -> Symbol:
        if item.kind == "VARIABLE":
            return Variable(item.decl.name, item.decl.span, self.scope.name)
        symbol = Constant(item.decl.name, item.decl.span, self.scope.name, item.decl.arity)
        self.scope.new_levels[symbol] = Level(_NEW_LEVELS[item.kind])
        return symbol

    # ---- nested modules ----

    def nested(self, node: nodes.Module) -> None:
        """A module inside this one: it sees what is above it here, and is instantiated here."""
        scope = self.scope
        if node.name == scope.name or scope.module_named(node.name) is not None or self.loader.knows(node.name):
            raise TlaError("M023", f"there is already a module '{node.name}'", node.span)
        resolved = ResolvedModule(node.name, node.span, standard=scope.resolved.standard)
        inner = Scope(node.name, node, resolved, scope, dict(scope.names), declared=scope.declared)
        inner.lenient, inner.siblings = scope.lenient, scope.siblings
        ModuleResolver(inner, self.loader).run()
        scope.modules[node.name] = inner
