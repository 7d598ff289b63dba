"""Types of a spec, as far as they follow from its text: found before anything is asked of the solver.

The translation needs no types, since a symbolic value carries its kind. What types are good for is the error: instead
of a counterexample in which evaluation fails, the two uses that do not go together. So this is an analysis of kinds
(boolean, number, string, model value, set, function; records, tuples and sequences are functions): each variable has
the kinds of all that Init and Next give it, and an operand whose kinds, all of them, are none that its operator takes
is an error (S001) that shows the use and where the value comes from. A variable may be of several kinds, and whatever
the analysis does not know (parameters, CHOOSE, elements of sets that are computed) may be of any: no spec is refused
for what it might mean, and none needs annotations. Where a variable has one of Apalache's (`@type: T;` in the comment
above it) that is its type; annotations as a whole are then looked at in `typed.py` (S002, S015).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from modelcheck.engine.closures import ClosureEngine
from modelcheck.errors import TlaError
from modelcheck.ir import flow, ops
from modelcheck.module.model import Model
from modelcheck.module.model import Named as Formula
from modelcheck.source import Span
from modelcheck.symbolic.annotations import Basic, FunT, RecordT, SeqT, SetT, Sort, TupleT, Type
from modelcheck.symbolic.cells import kind_of
from modelcheck.symbolic.lowering import End, Merged
from modelcheck.symbolic.task import Task
from modelcheck.symbolic.typed import Checker
from modelcheck.values import Interval, LazySet, ModelValue, Named, Value
from modelcheck.values import PowerSet as PowerSetValue

Kinds = frozenset[str] | None  # None: any
BOOL, INT, SET, FUN = (frozenset([kind]) for kind in ("bool", "int", "set", "fun"))
NAMES = {
    "bool": "a boolean", "int": "a number", "str": "a string", "model": "a model value", "set": "a set",
    "fun": "a function, record or sequence",
}  # fmt: skip
ARITHMETIC = {"+", "-", "*", "\\div", "%", "^", "-.", "..", "<", ">", "\\leq", "\\geq"}
NUMBERS = ARITHMETIC - {"..", "<", ">", "\\leq", "\\geq"}


def check_types(model: Model, engine: ClosureEngine, task: Task, formulas: Sequence[Formula] = ()) -> None:
    """Raises S001 or S002 where the kinds of the spec, and of these formulas, contradict each other."""
    checker = Checker(model)
    checker.declared()
    Analysis(model, engine, task, checker).run(formulas)
    assert model.next is not None
    named = [*formulas, *model.constraints, *model.action_constraints]
    checker.run([*model.inits, model.next, *(each.expr for each in named)])


class Analysis:
    """Kinds of the variables, each with the place of one expression that gives it."""

    def __init__(self, model: Model, engine: ClosureEngine, task: Task, checker: Checker) -> None:
        self.checker = checker
        self.model = model
        self.task = task
        self.names = engine.variables
        self.given: list[dict[str, Span | None]] = [{} for _ in self.names]
        self.open = [False] * len(self.names)  # given something of a kind that is not known
        self.stated: dict[int, tuple[frozenset[str], str, Span]] = {}

    def run(self, formulas: Sequence[Formula]) -> None:
        """Annotations, then what Init and Next assign, until nothing is new; then all uses."""
        for i, variable in enumerate(self.model.variables):
            found = self.checker.annotation(variable)
            kinds = None if found is None else kinds_of_type(found.type)
            if found is not None and kinds is not None:
                self.stated[i] = (kinds, found.text, found.span)
        assert self.model.next is not None
        roots = [self.task.init_tree(self.model.inits).root, self.task.next_tree.root]
        nodes = [node for root in roots for node in walk(root)]
        before = None
        while before != (now := [(*sorted(kinds), flag) for kinds, flag in zip(self.given, self.open, strict=True)]):
            before = now
            for node in nodes:
                self.assign(node)
        named = [*formulas, *self.model.constraints, *self.model.action_constraints]
        bodies = [self.task.formula(each.expr).body for each in named]
        seen: set[int] = set()
        for op in [*(op for node in nodes for op in expressions(node)), *bodies]:
            self.uses(op, seen)

    # ---- what variables are given ---------------------------------------------------------------------------

    def assign(self, node: object) -> None:
        """What one node of a tree gives a variable. S002."""
        match node:
            case flow.Assign():
                kinds = self.kinds(node.expr)
            case flow.AssignIn():
                kinds = self.elements(node.expr)
            case flow.AssignOrTest():
                kinds = self.elements(node.expr) if node.is_in else self.kinds(node.expr)
            case _:
                return
        if kinds is None:
            self.open[node.index] = True
            return
        for kind in sorted(kinds):
            self.given[node.index].setdefault(kind, node.span)
        stated = self.stated.get(node.index)
        if stated is not None and kinds and not kinds & stated[0]:
            text = f"{self.names[node.index]} is of type {stated[1]} by its annotation, and is given {said(kinds)}"
            raise TlaError("S002", text, node.span, notes=(("the annotation", stated[2]),))

    # ---- kinds ----------------------------------------------------------------------------------------------

    def kinds(self, op: ops.Op) -> Kinds:
        """What a value may be; empty: there is none yet."""
        match op:
            case ops.Const():
                return kinds_of_value(op.value)
            case ops.Var() | ops.Next():
                if op.index in self.stated:
                    return self.stated[op.index][0]
                return None if self.open[op.index] else frozenset(self.given[op.index])
            case ops.If():
                return union([self.kinds(op.then), self.kinds(op.otherwise)])
            case ops.Case():
                return union([self.kinds(v) for _, v in op.arms] + ([] if op.other is None else [self.kinds(op.other)]))
            case ops.Clear():
                return self.kinds(op.body)
            case ops.Once() | ops.Lazy():
                return self.kinds(op.expr)
            case ops.Force():
                return self.kinds(op.arg)
            case ops.Native() if op.module in ("Naturals", "Integers"):
                return (
                    INT if op.name in NUMBERS else SET if op.name == ".." else BOOL if op.name in ARITHMETIC else None
                )
            case _:
                return next((kinds for classes, kinds in _RESULTS if isinstance(op, classes)), None)

    def elements(self, op: ops.Op) -> Kinds:
        """What the elements of a set may be."""
        match op:
            case ops.Const():
                return kinds_of_elements(op.value)
            case ops.SetEnum():
                return union([self.kinds(item) for item in op.items])
            case ops.Cup():
                return union([self.elements(op.left), self.elements(op.right)])
            case ops.PowerSet():
                return SET
            case ops.FnSet() | ops.RecordSet() | ops.Cross():
                return FUN
            case ops.Filter():
                return self.elements(op.binders[0].domain)
            case ops.MapSet():
                return self.kinds(op.body)
            case ops.Native() if (op.module, op.name) == ("Naturals", ".."):
                return INT
            case _:
                return None

    # ---- uses -----------------------------------------------------------------------------------------------

    def uses(self, op: ops.Op, seen: set[int]) -> None:
        """Every operand below an op against what its operator takes."""
        stack = [op]
        while stack:
            top = stack.pop()
            if id(top) in seen:
                continue
            seen.add(id(top))
            for operand, wanted in needs(top):
                self.need(operand, wanted, top.span)
            if isinstance(top, (ops.Eq, ops.Neq)):
                self.comparable(top)
            stack.extend(top.children())

    def need(self, operand: ops.Op, wanted: frozenset[str], span: Span | None) -> None:
        """S001 when an operand is certainly of another kind."""
        kinds = self.kinds(operand)
        if not kinds or kinds & wanted:
            return
        text = f"{said(wanted)} is needed, and this is {said(kinds)}"
        raise TlaError("S001", text, operand.span or span, notes=self.origin(operand, kinds))

    def comparable(self, op: ops.Binary) -> None:
        """S001 when two values are certainly of kinds that cannot be compared."""
        left, right = self.kinds(op.left), self.kinds(op.right)
        if not left or not right or left & right or "model" in left | right:
            return
        notes = (*self.origin(op.left, left), *self.origin(op.right, right))
        raise TlaError("S001", f"{said(left)} is compared with {said(right)}", op.span, notes=notes)

    def origin(self, op: ops.Op, kinds: frozenset[str]) -> tuple[tuple[str, Span | None], ...]:
        """Where a value comes from: the annotation or an assignment of the variable that it is."""
        if not isinstance(op, (ops.Var, ops.Next)):
            return ((f"this is {said(kinds)}", op.span),)
        if op.index in self.stated:
            return ((f"{op.name} is of type {self.stated[op.index][1]}", self.stated[op.index][2]),)
        given = self.given[op.index]
        return tuple((f"{op.name} is given {NAMES[kind]} here", given[kind]) for kind in sorted(kinds))


_RESULTS: tuple[tuple[tuple[type, ...], frozenset[str]], ...] = (
    ((ops.And, ops.Or, ops.Not, ops.Implies, ops.Equiv, ops.Eq, ops.Neq, ops.ForAll, ops.Exists, ops.In, ops.NotIn,
      ops.SubsetEq, ops.Enabled), BOOL),
    ((ops.Filter, ops.MapSet, ops.SetEnum, ops.Cross, ops.RecordSet, ops.Cup, ops.Cap, ops.Minus, ops.PowerSet,
      ops.BigUnion, ops.Domain, ops.FnSet), SET),
    ((ops.FnCons, ops.Tuple, ops.Record, ops.Except), FUN),
)  # fmt: skip


def needs(op: ops.Op) -> list[tuple[ops.Op, frozenset[str]]]:
    """The operands of an op with the kinds that it takes."""
    match op:
        case ops.And() | ops.Or():
            return [(item, BOOL) for item in op.items]
        case ops.Implies() | ops.Equiv():
            return [(op.left, BOOL), (op.right, BOOL)]
        case ops.Not():
            return [(op.arg, BOOL)]
        case ops.If():
            return [(op.condition, BOOL)]
        case ops.Cup() | ops.Cap() | ops.Minus() | ops.SubsetEq() | ops.FnSet():
            return [(op.left, SET), (op.right, SET)]
        case ops.In() | ops.NotIn():
            return [(op.right, SET)]
        case ops.PowerSet() | ops.BigUnion():
            return [(op.arg, SET)]
        case ops.Domain():
            return [(op.arg, FUN)]
        case ops.Apply():
            return [(op.fn, FUN)]
        case ops.BoundOp():
            return [(binder.domain, SET) for binder in op.binders]
        case ops.Native() if op.module in ("Naturals", "Integers") and op.name in ARITHMETIC:
            return [(arg, INT) for arg in op.args]
    return []


def union(parts: list[Kinds]) -> Kinds:
    """What one of several may be."""
    out: frozenset[str] = frozenset()
    for part in parts:
        if part is None:
            return None
        out |= part
    return out


def kinds_of_value(value: Value) -> Kinds:
    """The kind of a known value."""
    kind = kind_of(value)
    if kind == "atom":
        return frozenset(["model" if type(value) is ModelValue else "str"])
    return frozenset(["set" if kind == "lazy" else kind]) if kind in ("bool", "int", "set", "lazy", "fun") else None


def kinds_of_elements(value: Value) -> Kinds:
    """The kinds of the elements of a known set, where they need not be made."""
    if type(value) is frozenset:
        return union([kinds_of_value(v) for v in value])
    if isinstance(value, Interval) or (isinstance(value, Named) and value.name in ("Nat", "Int")):
        return INT
    if isinstance(value, PowerSetValue):
        return SET
    return None if isinstance(value, LazySet) else frozenset()


def said(kinds: frozenset[str]) -> str:
    """Kinds in words."""
    return " or ".join(NAMES[kind] for kind in sorted(kinds))


# ---- trees ------------------------------------------------------------------------------------------------------


def walk(root: flow.Node) -> Iterator[flow.Node]:
    """Every node of a tree, once, a part that is merged before what comes after it."""
    return flow.each_node(root, _below)


def _below(node: flow.Node) -> Sequence[flow.Node]:
    if isinstance(node, Merged):
        return (node.then, node.part)
    return () if isinstance(node, End) else flow.following(node)[::-1]


def expressions(node: flow.Node) -> list[ops.Op]:
    """The expressions that a node evaluates."""
    match node:
        case flow.Guard():
            return [node.test]
        case flow.Assign() | flow.AssignIn() | flow.AssignOrTest():
            return [node.expr]
        case flow.ForEach() | flow.AllOf():
            return [binder.domain for binder in node.binders]
        case flow.IfNode():
            return [node.condition]
        case flow.CaseNode():
            return [test for test, _ in node.arms]
    return []


# ---- annotations ------------------------------------------------------------------------------------------------


def kinds_of_type(t: Type) -> Kinds:
    """The kinds that a type has; an uninterpreted one may be several."""
    match t:
        case Basic():
            return {"Int": INT, "Bool": BOOL, "Str": frozenset(["str"])}[t.name]
        case Sort():
            return frozenset(["model", "str", "int"])
        case SetT():
            return SET
        case SeqT() | FunT() | TupleT() | RecordT():
            return FUN
    return None
