"""Annotated types against the text: what contradicts an annotation is an error that shows both places (S002).

The checker goes through the expressions of a spec, from Init, Next and what is asked about on, and through every
operator they use. Where a constant, a variable, a parameter or the result of an operator has a type by annotation, what
it is given is compared with it, down to the field, element or branch that does not fit; and where it is used as
something else (`n + 1` of `n: Set(Int)`) that is told too. What has no annotation has no type here, or the one that its
text shows; nothing is refused that might fit. As in TLA+, sequences are functions on numbers, tuples may be sequences,
records are functions on strings; a constant of an uninterpreted type may be a model value, a string or a number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from modelcheck.errors import TlaError
from modelcheck.module import tree
from modelcheck.module.model import Model
from modelcheck.records import dataclass
from modelcheck.source import SourceFile, Span
from modelcheck.symbolic import annotations as ann
from modelcheck.symbolic.annotations import (
    ANY,
    BOOL,
    INT,
    STR,
    Annotation,
    FunT,
    OpT,
    RecordT,
    SeqT,
    SetT,
    TupleT,
    Type,
    TypeVar,
    VariantT,
    written,
)
from modelcheck.symbolic.fits import bind_vars, compatible, element, filled, item, misfit

CALLS_MAX = 8  # of one operator, with arguments of different types
DEPTH_MAX = 12  # operators without annotation, one inside the other, whose text is looked into
Says = tuple[Type, Annotation | None]  # the type of an expression, and the annotation it comes from, if any


@dataclass(frozen=True, slots=True)
class Wanted:
    """A type that something must have: by an annotation, or (None) because an operator needs it."""

    type: Type
    by: Annotation | None
    what: str


class Checker:
    """One spec."""

    def __init__(self, model: Model) -> None:
        self.model = model
        modules = [model.root, *model.root.modules.values()]
        files = {id(m.span.file): m.span.file for m in modules if m.span is not None and not m.standard}
        self.own_files = set(files)
        self._files = _in_order(files.values())
        self.aliases = ann.aliases_of(self._files)
        self._annotations: dict[tree.Symbol, Annotation | None] = {}
        self.env: dict[tree.Symbol, Says] = {}
        self._seen: dict[tree.Definition, set[tuple[Type, ...]]] = {}
        self._depth = 0

    def declared(self) -> None:
        """Read what is above the variables; compare the constants with their values. Raises S002, S015."""
        for variable in self.model.variables:
            self.annotation(variable)
        for constant, value in self.model.constants.items():
            note = self.annotation(constant)
            wrong = None if note is None else misfit(value, note.type)
            if note is not None and wrong is not None:
                what = f"{constant.name} is of type {note.text} by its annotation, and is given {wrong}"
                raise TlaError(
                    "S002", what, self._given(constant) or constant.span, notes=(("the annotation", note.span),)
                )

    def run(self, formulas: Iterable[tree.Expr]) -> None:
        """Check everything that these formulas reach. Raises S002, S015."""
        if not any("@type" in file.text for file in self._files):
            return
        for formula in formulas:
            self.visit(formula)

    def annotation(self, symbol: tree.Symbol) -> Annotation | None:
        """The annotation above the declaration of a symbol."""
        if symbol not in self._annotations:
            span = symbol.span
            own = span is not None and id(span.file) in self.own_files
            self._annotations[symbol] = ann.annotation(span, self.aliases) if own else None
        return self._annotations[symbol]

    def _given(self, constant: tree.Constant) -> Span | None:
        for entry in self.model.config.constants:
            if entry.name == constant.name:
                return entry.span
        return None

    # ---- what is wanted -------------------------------------------------------------------------------------

    def want(self, expr: tree.Expr | tree.OpArg, wanted: Wanted) -> None:
        """S002 where the expression is certainly not of that type, at the innermost place."""
        if isinstance(expr, tree.OpArg):
            return
        t = wanted.type
        if isinstance(t, TypeVar):
            return
        for part, inner in _parts(expr, t, self):
            self.want(part, Wanted(inner, wanted.by, wanted.what))
        says = self.says(expr)
        if says is None:
            return
        by = says[1]
        strict = wanted.by is not None and by is not None and _is_read(expr)
        if compatible(says[0], t, strict):
            return
        if by is None and wanted.by is None:
            return  # no annotation is to blame; the analysis of kinds, or evaluation, tells
        notes: list[tuple[str, Span | None]] = []
        if wanted.by is not None:
            notes.append(("the annotation", wanted.by.span))
        if by is not None and by is not wanted.by:
            notes.append((f"the annotation {by.text}", by.span))
        what = f"{wanted.what}, and this is of type {written(says[0])}"
        raise TlaError("S002", what, expr.span, notes=tuple(notes))

    # ---- what an expression says ----------------------------------------------------------------------------

    def says(self, expr: tree.Expr | tree.OpArg) -> Says | None:
        """The type of an expression, as far as annotations and its text show."""
        return _says(self, expr)

    def type_of(self, expr: tree.Expr | tree.OpArg) -> Type:
        """The same, anything where nothing is known."""
        says = self.says(expr)
        return ANY if says is None else says[0]

    def element_of(self, expr: tree.Expr | None) -> Says | None:
        """What the elements of a set are."""
        says = None if expr is None else self.says(expr)
        return None if says is None else (element(says[0]), says[1])

    def bind(self, bindings: Iterable[tree.Binding]) -> None:
        """The types of bound names, from the sets they run over."""
        for binding in bindings:
            found = self.element_of(binding.domain)
            for place, name in enumerate(binding.names, 1):
                says = found
                if found is not None and binding.is_tuple:
                    says = (item(found[0], place), found[1])
                if says is None:
                    self.env.pop(name, None)
                else:
                    self.env[name] = says

    def application(self, expr: tree.Appl) -> Says | None:
        """The type of an operator applied, or of a name."""
        symbol = expr.symbol
        if isinstance(symbol, tree.Builtin):
            return self._builtin(symbol.name, expr)
        if isinstance(symbol, tree.Definition):
            return self._definition(symbol, expr)
        if expr.args:
            note = self.annotation(symbol) if isinstance(symbol, tree.Constant) else None
            return None if note is None or not isinstance(note.type, OpT) else (note.type.result, note)
        if symbol in self.env:
            return self.env[symbol]
        if isinstance(symbol, (tree.Variable, tree.Constant)):
            note = self.annotation(symbol)
            return None if note is None else (note.type, note)
        return None

    def _definition(self, symbol: tree.Definition, expr: tree.Appl) -> Says | None:
        definition = self.model.replaced.get(symbol, symbol)
        source = definition.origin if definition.origin is not None else definition
        if (source.module, source.name) == ("Variants", "Variant") and isinstance(expr.args[0], tree.Str):
            return VariantT(((expr.args[0].value, self.type_of(expr.args[1])),)), self._blamed(expr.args)
        library = _LIBRARY.get(source.name) if source.module in _MODULES else None
        if library is not None:
            found = library(self, expr.args)
            return None if found is None else (found, self._blamed(expr.args))
        note = self.annotation(source)
        if note is not None:
            if not definition.params or not isinstance(note.type, OpT):
                found = note.type.result if isinstance(note.type, OpT) else note.type
                return (found, note)
            known = bind_vars(zip(note.type.params, map(self.type_of, expr.args), strict=False))
            return filled(note.type.result, known), note
        if definition.recursive or definition.kind == "fn" or self._depth >= DEPTH_MAX:
            return None
        body = definition.complete().body
        if body is None or id(_file(source)) not in self.own_files:
            return None
        given = [(p, self.says(a)) for p, a in zip(definition.params, expr.args, strict=False)]
        before = {p: self.env.get(p) for p, _ in given}
        self._depth += 1
        try:
            self._set(given)
            return self.says(body)
        finally:
            self._depth -= 1
            self._set(before.items())

    def _set(self, pairs: Iterable[tuple[tree.Symbol, Says | None]]) -> None:
        for symbol, says in pairs:
            if says is None:
                self.env.pop(symbol, None)
            else:
                self.env[symbol] = says

    def _blamed(self, args: Iterable[tree.Expr | tree.OpArg]) -> Annotation | None:
        """An annotation that one of these gets its type from."""
        return next((s[1] for s in map(self.says, args) if s is not None and s[1] is not None), None)

    def _builtin(self, name: str, expr: tree.Appl) -> Says | None:
        args = expr.args
        match name:
            case "'" | "SUBSET" | "UNION" | "DOMAIN":
                says = self.says(args[0])
                if says is None:
                    return None
                t = says[0]
                if name == "SUBSET":
                    t = SetT(t)
                elif name == "UNION":
                    t = element(t)
                elif name == "DOMAIN":
                    t = SetT(
                        t.arg
                        if isinstance(t, FunT)
                        else INT
                        if isinstance(t, (SeqT, TupleT))
                        else STR
                        if isinstance(t, RecordT)
                        else ANY
                    )
                return t, says[1]
            case "\\cup" | "\\cap" | "\\":
                return self.says(args[0]) or self.says(args[1])
            case "\\X":
                return SetT(TupleT(tuple(element(self.type_of(a)) for a in args))), self._blamed(args)
            case "BOOLEAN":
                return SetT(BOOL), None
            case "STRING":
                return SetT(STR), None
            case "-+->" | "~>" | "[]" | "<>" | "\\cdot":
                return None
        return BOOL, None

    # ---- everywhere -----------------------------------------------------------------------------------------

    def visit(self, root: tree.Expr | tree.OpArg) -> None:
        """Compare what is inside an expression, and the definitions that it uses, with the annotations."""
        for expr in _below(root, self):
            if isinstance(expr, tree.Appl):
                self._application(expr)
            elif isinstance(expr, tree.Subst):
                for symbol, given in expr.mapping:
                    note = self.annotation(symbol)
                    if note is not None:
                        self.want(given, self._by(symbol, note))
            elif isinstance(expr, tree.LetExpr):
                for definition in expr.defs:
                    self.define(definition)

    def _by(self, symbol: tree.Symbol, note: Annotation, t: Type | None = None) -> Wanted:
        return Wanted(note.type if t is None else t, note, f"{symbol.name} is of type {note.text} by its annotation")

    def _application(self, expr: tree.Appl) -> None:
        symbol, args = expr.symbol, expr.args
        if isinstance(symbol, tree.Builtin):
            self._uses(symbol.name, expr)
            return
        if isinstance(symbol, tree.Definition):
            definition = self.model.replaced.get(symbol, symbol)
            source = definition.origin if definition.origin is not None else definition
            if source.module in _MODULES and source.name in _NUMBERS:
                for arg in args:
                    self.want(arg, Wanted(INT, None, "a number is needed"))
            self.define(definition, args)
            self._arguments(source, args)
        elif isinstance(symbol, tree.Constant) and args:
            self._arguments(symbol, args)

    def _arguments(self, symbol: tree.Symbol, args: tuple[tree.Expr | tree.OpArg, ...]) -> None:
        note = self.annotation(symbol)
        if note is None or not args:
            return
        if not isinstance(note.type, OpT) or len(note.type.params) != len(args):
            said = f"{symbol.name} has {len(args)} parameters, and its annotation is for "
            said += f"{len(note.type.params)}" if isinstance(note.type, OpT) else "none"
            raise TlaError("S002", said, symbol.span, notes=(("the annotation", note.span),))
        known = bind_vars(zip(note.type.params, map(self.type_of, args), strict=True))
        for number, (t, arg) in enumerate(zip(note.type.params, args, strict=True), 1):
            what = f"parameter {number} of {symbol.name} is of type {written(t)} by its annotation"
            self.want(arg, Wanted(filled(t, known), note, what))

    def _uses(self, name: str, expr: tree.Appl) -> None:
        args = expr.args
        if name in ("=", "/=", "#"):
            for one, other in ((args[0], args[1]), (args[1], args[0])):
                says = self.says(one)
                if says is not None and says[1] is not None:
                    self.want(other, Wanted(says[0], says[1], f"{_text(one)} is of type {written(says[0])}"))
        elif name in ("\\in", "\\notin"):
            says = self.says(args[0])
            if says is not None and says[1] is not None:
                self.want(args[1], Wanted(SetT(says[0]), says[1], f"{_text(args[0])} is of type {written(says[0])}"))
            says = self.says(args[1])
            if says is not None and says[1] is not None:
                what = f"the elements of {_text(args[1])} are of type {written(element(says[0]))}"
                self.want(args[0], Wanted(element(says[0]), says[1], what))
            self.want(args[1], Wanted(SetT(ANY), None, "a set is needed"))
        elif name in ("\\cup", "\\cap", "\\", "\\subseteq", "SUBSET"):
            for arg in args:
                self.want(arg, Wanted(SetT(ANY), None, "a set is needed"))
        elif name in ("~", "/\\", "\\/", "=>", "<=>"):
            for arg in args:
                self.want(arg, Wanted(BOOL, None, "a boolean is needed"))

    def define(self, definition: tree.Definition, args: tuple[tree.Expr | tree.OpArg, ...] = ()) -> None:
        """The body of an operator against its annotation, once for each of the first few types of its arguments."""
        if definition.complete().body is None:
            return
        given = [self.says(arg) for arg in args]
        types = tuple(ANY if says is None else says[0] for says in given)
        seen = self._seen.setdefault(definition, set())
        if types in seen or len(seen) >= CALLS_MAX:
            return
        seen.add(types)
        source = definition.origin if definition.origin is not None else definition
        if id(_file(source)) not in self.own_files:
            return
        note = self.annotation(source)
        before = [(p, self.env.get(p)) for p in definition.params]
        self._set(zip(definition.params, given, strict=False))
        try:
            self._define(definition, source, note)
        finally:
            self._set(before)

    def _define(self, definition: tree.Definition, source: tree.Definition, note: Annotation | None) -> None:
        body = definition.body
        assert body is not None
        if note is not None:
            t = note.type
            if isinstance(t, OpT):
                if len(t.params) != len(definition.params):
                    said = f"{source.name} has {len(definition.params)} parameters, and its annotation is for "
                    said += f"{len(t.params)}"
                    raise TlaError("S002", said, source.span, notes=(("the annotation", note.span),))
                self._set((p, (u, note)) for p, u in zip(definition.params, t.params, strict=True))
            if not definition.params or isinstance(t, OpT):
                result = t.result if isinstance(t, OpT) else t
                what = f"{source.name} is of type {note.text} by its annotation"
                if isinstance(t, OpT):
                    what = f"the result of {source.name} is of type {written(result)} by its annotation"
                self.visit(body)
                self.want(body, Wanted(result, note, what))
                return
        self.visit(body)


def _is_read(expr: tree.Expr) -> bool:
    """Whether an expression is a name, or a part of what a name stands for: all of its type is by annotation."""
    match expr:
        case tree.FnAppl():
            return _is_read(expr.fn)
        case tree.DotExpr():
            return _is_read(expr.record)
        case tree.Appl():
            prime = isinstance(expr.symbol, tree.Builtin) and expr.symbol.name == "'"
            return prime or isinstance(expr.symbol, (tree.Variable, tree.Constant, tree.Param, tree.BoundVar))
    return False


def _text(expr: tree.Expr | tree.OpArg) -> str:
    return "this" if expr.span is None or len(expr.span.text) > 40 else expr.span.text


def _file(symbol: tree.Symbol) -> SourceFile | None:
    return None if symbol.span is None else symbol.span.file


def _in_order(files: Iterable[SourceFile]) -> list[SourceFile]:
    return sorted(files, key=lambda f: f.name)


# ---- the parts of an expression -----------------------------------------------------------------------------------


def _below(root: tree.Expr | tree.OpArg, checker: Checker) -> Iterator[tree.Expr | tree.OpArg]:
    """An expression and all below it, each after its bound names have got their types."""
    stack: list[tree.Expr | tree.OpArg] = [root]
    while stack:
        expr = stack.pop()
        checker.bind(_bindings(expr))
        yield expr
        stack.extend(reversed(list(_children(expr))))


def _bindings(expr: tree.Expr | tree.OpArg) -> tuple[tree.Binding, ...]:
    match expr:
        case tree.Quant() | tree.MapSet() | tree.FnConsExpr():
            return expr.bindings
        case tree.ChooseExpr() | tree.Filter():
            return (expr.binding,)
    return ()


def _children(expr: tree.Expr | tree.OpArg) -> Iterator[tree.Expr | tree.OpArg]:
    for binding in _bindings(expr):
        if binding.domain is not None:
            yield binding.domain
    match expr:
        case tree.Appl():
            yield from expr.args
        case tree.OpArg() if expr.body is not None:
            yield expr.body
        case tree.Junct() | tree.SetOf() | tree.TupleOf():
            yield from expr.items
        case tree.Quant() | tree.ChooseExpr() | tree.MapSet() | tree.FnConsExpr() | tree.LetExpr() | tree.LabelExpr():
            yield expr.body
        case tree.Subst():
            yield expr.body
            yield from (given for _, given in expr.mapping)
        case tree.Filter():
            yield expr.predicate
        case tree.FnSetExpr():
            yield from (expr.domain, expr.codomain)
        case tree.FnAppl():
            yield from (expr.fn, *expr.args)
        case tree.RecordExpr() | tree.RecordSetExpr():
            yield from (value for _, value in expr.fields)
        case tree.DotExpr():
            yield expr.record
        case tree.ExceptExpr():
            yield expr.fn
            for path, value in expr.updates:
                yield from (*path, value)
        case tree.IfExpr():
            yield from (expr.condition, expr.then, expr.otherwise)
        case tree.CaseExpr():
            yield from (part for arm in expr.arms for part in arm)
            if expr.other is not None:
                yield expr.other
        case tree.Box() | tree.Angle() | tree.Fair():
            yield from (expr.action, expr.subscript)


def _parts(expr: tree.Expr, t: Type, checker: Checker) -> Iterator[tuple[tree.Expr, Type]]:
    """The parts that must have the parts of a type when the expression has that type."""
    checker.bind(_bindings(expr))
    match expr:
        case tree.IfExpr():
            yield from ((expr.then, t), (expr.otherwise, t))
        case tree.CaseExpr():
            yield from ((value, t) for _, value in expr.arms)
            if expr.other is not None:
                yield expr.other, t
        case tree.LetExpr() | tree.LabelExpr() | tree.Subst():
            yield expr.body, t
        case tree.SetOf():
            yield from ((one, element(t)) for one in expr.items)
        case tree.MapSet():
            yield expr.body, element(t)
        case tree.Filter() if expr.binding.domain is not None:
            yield expr.binding.domain, t
        case tree.TupleOf():
            yield from ((one, item(t, place)) for place, one in enumerate(expr.items, 1))
        case tree.RecordExpr():
            yield from ((value, item(t, name)) for name, value in expr.fields)
        case tree.RecordSetExpr():
            yield from ((value, SetT(item(element(t), name))) for name, value in expr.fields)
        case tree.FnConsExpr():
            yield expr.body, item(t, None)
        case tree.FnSetExpr():
            yield expr.codomain, SetT(item(element(t), None))
        case tree.ExceptExpr():
            yield expr.fn, t
            for path, value in expr.updates:
                inner = t
                for step in path:
                    inner = item(inner, step.value if isinstance(step, (tree.Str, tree.Num)) else None)
                yield value, inner
        case tree.Appl(symbol=tree.Builtin(name="\\cup" | "\\cap" | "\\")):
            yield from ((arg, t) for arg in expr.args if not isinstance(arg, tree.OpArg))
        case tree.Appl(symbol=tree.Builtin(name="'" | "SUBSET"), args=(one,)) if not isinstance(one, tree.OpArg):
            yield one, t if expr.symbol.name == "'" else element(t)


# ---- what expressions say -----------------------------------------------------------------------------------------


def _says(c: Checker, expr: tree.Expr | tree.OpArg) -> Says | None:
    c.bind(_bindings(expr))
    match expr:
        case tree.Num():
            return INT, None
        case tree.Str():
            return STR, None
        case tree.Junct() | tree.Quant():
            return BOOL, None
        case tree.Appl():
            return c.application(expr)
        case tree.SetOf():
            return SetT(next((t for t in map(c.type_of, expr.items) if t != ANY), ANY)), None
        case tree.MapSet():
            says = c.says(expr.body)
            return (SetT(ANY), None) if says is None else (SetT(says[0]), says[1])
        case tree.FnConsExpr():
            says = c.says(expr.body)
            arg = _together([c.element_of(b.domain) for b in expr.bindings for _ in b.names])
            return FunT(arg, ANY if says is None else says[0]), None if says is None else says[1]
        case tree.FnAppl():
            first = expr.args[0] if len(expr.args) == 1 else None
            return _at(c.says(expr.fn), first.value if isinstance(first, (tree.Str, tree.Num)) else None)
        case tree.DotExpr():
            return _at(c.says(expr.record), expr.field_name)
        case tree.RecordSetExpr():
            return SetT(RecordT(tuple((n, element(c.type_of(v))) for n, v in expr.fields))), None
        case tree.ExceptExpr():
            return c.says(expr.fn)
        case tree.ChooseExpr():
            return c.element_of(expr.binding.domain)
        case tree.Filter() if expr.binding.domain is not None:
            return c.says(expr.binding.domain)
        case tree.TupleOf():
            return TupleT(tuple(map(c.type_of, expr.items))), None
        case tree.RecordExpr():
            return RecordT(tuple((n, c.type_of(v)) for n, v in expr.fields)), None
        case tree.FnSetExpr():
            return SetT(FunT(element(c.type_of(expr.domain)), element(c.type_of(expr.codomain)))), None
        case tree.IfExpr():
            return c.says(expr.then) or c.says(expr.otherwise)
        case tree.LetExpr() | tree.LabelExpr() | tree.Subst():
            return c.says(expr.body)
    return None


def _at(says: Says | None, key: str | int | None) -> Says | None:
    return None if says is None else (item(says[0], key), says[1])


def _together(parts: list[Says | None]) -> Type:
    types = [ANY if says is None else says[0] for says in parts]
    return types[0] if len(types) == 1 else TupleT(tuple(types))


_MODULES = ("Naturals", "Integers", "Sequences", "FiniteSets")
_NUMBERS = {"+", "-", "*", "\\div", "%", "^", "-.", "..", "<", ">", "\\leq", "\\geq"}
Args = tuple["tree.Expr | tree.OpArg", ...]


def _same_sequence(checker: Checker, args: Args) -> Type | None:
    t = checker.type_of(args[0])
    return t if isinstance(t, SeqT) else None


_LIBRARY: dict[str, Callable[[Checker, Args], Type | None]] = {
    **dict.fromkeys(("+", "-", "*", "\\div", "%", "^", "-.", "Len", "Cardinality"), lambda c, a: INT),
    **dict.fromkeys(("<", ">", "\\leq", "\\geq", "IsFiniteSet"), lambda c, a: BOOL),
    **dict.fromkeys(("..", "Nat", "Int"), lambda c, a: SetT(INT)),
    **dict.fromkeys(("Append", "Tail", "\\o", "SubSeq", "SelectSeq"), _same_sequence),
    "Head": lambda c, a: item(c.type_of(a[0]), None),
    "Seq": lambda c, a: SetT(SeqT(element(c.type_of(a[0])))),
}
