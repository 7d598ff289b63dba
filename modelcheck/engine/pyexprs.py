"""Ops as Python expressions: the part of `engine/pycode.py` that writes what needs no statement.

Takes ops; gives text. What loops becomes a call of a function (`ExprWriter.function`, given by the subclass), what is
not known here a call of the op's closure. Names bound in the function at work are Python variables; all else is read
from the frame `f`, the states `s` and `t`.
"""

from __future__ import annotations

from typing import Any

from modelcheck.engine.exprs import ExprCompiler
from modelcheck.engine.pyhelp import HELPERS, SCALARS, looks_around, recurs
from modelcheck.engine.pyshare import Sharing
from modelcheck.ir import ops
from modelcheck.values import FALSE, TRUE, Bool, Interval, Named, Value, record_shape

DEPTH_MAX = 18  # of expressions inside one another; deeper ones become functions of their own
_SIMPLE = (ops.Const, ops.Local, ops.Var)
_ARITHMETIC = {"+": "+", "-": "-", "*": "*"}
_COMPARED = {"<": "<", "\\leq": "<=", ">": ">", "\\geq": ">="}
_NUMBERS = ("Naturals", "Integers", "Reals")
LOOPS = (ops.Filter, ops.MapSet, ops.FnCons, ops.Choose, ops.Clear)


class Unit:
    """One function being written: its lines, its bound names, and the slots that others read."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.bound: dict[int, str] = {}
        self.escaped: set[int] = set()

    def put(self, indent: int, line: str) -> None:
        self.lines.append("    " * indent + line)


class ExprWriter:
    """Writes expressions for the ops below one root; a subclass writes the functions."""

    def __init__(self, exprs: ExprCompiler, root: Any, frame_size: int) -> None:
        """`frame_size`: of the frames that the code is run in; shared values are kept behind them."""
        self.exprs = exprs
        self.facts = exprs.facts
        self.names: dict[str, Any] = dict(HELPERS)
        self.done: list[str] = []
        self.unit = Unit()
        self.depth = 0
        self.around = looks_around(root)
        self.frame_size = frame_size
        self.sharing = Sharing(exprs.facts, root)
        self._computing: set[int] = set()
        self._count = 0
        self._functions: dict[tuple[int, str], str] = {}
        self._named: dict[int, tuple[Any, str]] = {}
        self._procs: dict[int, str] = {}

    # ---- names ----

    def fresh(self, prefix: str) -> str:
        """A name not used before."""
        self._count += 1
        return f"{prefix}{self._count}"

    def name(self, thing: Any) -> str:
        """A global name for an object."""
        known = self._named.get(id(thing))
        if known is None:
            known = self._named[id(thing)] = (thing, self.fresh("k"))
            self.names[known[1]] = thing
        return known[1]

    def load(self) -> dict[str, Any]:
        """The functions written, by name."""
        exec(compile("\n".join(self.done), "<written>", "exec"), self.names)
        return self.names

    def closure(self, op: ops.Op, kind: str) -> str:
        """A call of the op's closure; the value itself where the closure has it for good."""
        made: Any = self.exprs.test(op) if kind == "test" else self.exprs.value(op)
        kept = getattr(made, "kept", None)
        if kept:
            return str(kept[0]) if kind == "test" else self.literal(kept[0])
        self.unit.escaped |= self.facts(op).slots
        return f"{self.name(made)}(f)"

    def known(self, op: ops.Op) -> list[Any] | None:
        """[value] of an op that is constant and evaluated already, else None."""
        if isinstance(op, ops.Const):
            return [op.value]
        if not self.facts(op).constant:
            return None
        if type(op) in _TESTED:
            kept = getattr(self.exprs.test(op), "kept", None)
            return [TRUE if kept[0] else FALSE] if kept else None
        return getattr(self.exprs.value(op), "kept", None) or None

    def literal(self, value: Value) -> str:
        """A value written in."""
        if type(value) is int:
            return str(value) if value >= 0 else f"({value})"
        return "T" if value is TRUE else "F" if value is FALSE else self.name(value)

    # ---- functions: given by the subclass ----

    def function(self, op: ops.Op, kind: str) -> str:
        """The name of the function for an op: 'test' gives a bool, 'value' a value."""
        raise NotImplementedError

    def give(self, op: ops.Op, indent: int) -> None:
        """Return the op's value."""
        raise NotImplementedError

    def in_filter(self, op: ops.In) -> bool:
        """Whether membership in a filter is asked, which is not built for it."""
        right = op.right
        return isinstance(right, ops.Filter) and not right.binders[0].is_tuple and not self.facts(right).constant

    def finish(self, name: str, unit: Unit, parameters: str = "f") -> None:
        """Close a function: fetch the states it reads first."""
        body = "\n".join(unit.lines)
        head = [f"def {name}({parameters}):"]
        if "s[" in body or "(s)" in body:
            head.append("    s = f[0]")
        if "t[" in body or "(t)" in body:
            head.append("    t = f[1]")
        self.done.append("\n".join([*head, body]))

    # ---- what has one value per state ----

    def _shared(self, op: ops.Op, kind: str) -> str | None:
        """The reading of a value that several ops share (None: it is not shared): computed when first read."""
        number = None if type(op) in _TESTED and kind == "value" else self.sharing.number(op)
        if number is None or number in self._computing:
            return None
        slot, v, key = self.frame_size + number, self.fresh("a"), (-1 - number, kind)
        if kind == "test" and type(op) not in _TESTED:
            return None
        known = self._functions.get(key)
        if known is None:
            known = self._functions[key] = self.fresh("z")
            outer, depth = self.unit, self.depth
            self.unit, self.depth = Unit(), 0
            self._computing.add(number)
            text = self.test(op) if kind == "test" else self.value(op)
            self._computing.discard(number)
            self.unit.put(1, f"{v} = f[{slot}] = {text}")
            self.unit.put(1, f"return {v}")
            self.finish(known, self.unit)
            self.unit, self.depth = outer, depth
        return f"({v} if ({v} := f[{slot}]) is not U else {known}(f))"

    # ---- tests as expressions ----

    def test(self, op: ops.Op) -> str:
        """An expression for the op's truth, a Python bool."""
        kept = self._shared(op, "test")
        if kept is not None:
            return kept
        if self.depth > DEPTH_MAX:
            return f"{self.function(op, 'test')}(f)"
        self.depth += 1
        try:
            return self._test(op)
        finally:
            self.depth -= 1

    def _test(self, op: ops.Op) -> str:
        known = self.known(op)
        if known and (known[0] is TRUE or known[0] is FALSE):
            return "True" if known[0] is TRUE else "False"
        match op:
            case ops.And():
                return "(" + " and ".join([self.test(item) for item in op.items]) + ")" if op.items else "True"
            case ops.Or():
                return "(" + " or ".join([self.test(item) for item in op.items]) + ")" if op.items else "False"
            case ops.Not():
                return f"(not {self.test(op.arg)})"
            case ops.Implies():
                return f"(not {self.test(op.left)} or {self.test(op.right)})"
            case ops.Equiv():
                return f"({self.test(op.left)} is {self.test(op.right)})"
            case ops.Eq():
                return self._equal(op.left, op.right)
            case ops.Neq():
                return f"(not {self._equal(op.left, op.right)})"
            case ops.In():
                return self._member(op)
            case ops.NotIn():
                return f"(not {self._member(ops.In(op.left, op.right, span=op.span))})"
            case ops.SubsetEq():
                return f"subseteq({self.value(op.left)}, {self.value(op.right)})"
            case ops.If():
                return f"({self.test(op.then)} if {self.test(op.condition)} else {self.test(op.otherwise)})"
            case ops.ForAll() | ops.Exists():
                return f"{self.function(op, 'test')}(f)"
            case ops.Clear():
                return f"{self.function(op, 'test')}(f)"
            case ops.Native() if op.name in _COMPARED and op.module in _NUMBERS and len(op.args) == 2:
                return self._numeric(op, _COMPARED[op.name])
            case ops.ForAll() | ops.Exists() | ops.Enabled() | ops.Composed():
                return self.closure(op, "test")
        v = self.fresh("b")
        return f"(({v} := {self.value(op)}) is T or ({v} is not F and bad()))"

    def _equal(self, left: ops.Op, right: ops.Op) -> str:
        a, b = self.fresh("a"), self.fresh("b")
        for one, other in ((right, left), (left, right)):
            known = self.known(one)
            if known and type(known[0]) in (int, str, Bool):
                scalar, kind = known[0], type(known[0])
                if kind is Bool:
                    same, is_kind = f"{a} is {self.literal(scalar)}", "Bool"
                else:
                    same, is_kind = f"{a} == {self.literal(scalar)}", kind.__name__
                slow = f"equal({a}, {self.literal(scalar)})"
                return f"({same} if type({a} := {self.value(other)}) is {is_kind} else {slow})"
        given = f"({a} := {self.value(left)}) is ({b} := {self.value(right)})"
        return f"({given} or ({a} == {b} if type({a}) is type({b}) and type({a}) in SCALARS else equal({a}, {b})))"

    def _member(self, op: ops.In) -> str:
        if self.in_filter(op):
            return f"{self.function(op, 'test')}(f)"
        known = self.known(op.right)
        v = self.fresh("a")
        if known:
            return self._member_of(op.left, v, known[0])
        if isinstance(op.right, ops.Filter) and not self.facts(op.right).constant:
            return self.closure(op, "test")
        if isinstance(op.right, ops.Native) and op.right.name == ".." and op.right.module in _NUMBERS:
            low, high = self.fresh("a"), self.fresh("a")
            first, last = (self.value(arg) for arg in op.right.args)
            kinds = f"type({v} := {self.value(op.left)}) is int and type({low} := {first}) is int"
            kinds += f" and type({high} := {last}) is int"
            return f"({low} <= {v} <= {high} if {kinds} else inside({v}, {self.value(op.right)}))"
        return f"inside({self.value(op.left)}, {self.value(op.right)})"

    def _member_of(self, left: ops.Op, v: str, s: Value) -> str:
        """Membership in a set that is known."""
        value, k = self.value(left), self.name(s)
        if type(s) is frozenset:
            kinds = set(map(type, s))
            if len(kinds) == 1 and kinds <= SCALARS:
                (kind,) = kinds
                return f"({v} in {k} if type({v} := {value}) is {kind.__name__} else inside({v}, {k}))"
            return f"(type({v} := {value}) in HASHED and {v} in {k} or member({v}, {k}))"
        if isinstance(s, Interval):
            return f"({s.low} <= {v} <= {s.high} if type({v} := {value}) is int else member({v}, {k}))"
        if isinstance(s, Named) and s.name in ("Nat", "Int"):
            least = f"{v} >= 0" if s.name == "Nat" else "True"
            return f"({least} if type({v} := {value}) is int else member({v}, {k}))"
        return f"inside({value}, {k})"

    # ---- values as expressions ----

    def value(self, op: ops.Op) -> str:
        """An expression for the op's value."""
        kept = self._shared(op, "value")
        if kept is not None:
            return kept
        if self.depth > DEPTH_MAX and not isinstance(op, _SIMPLE):
            return f"{self.function(op, 'value')}(f)"
        self.depth += 1
        try:
            return self._value(op)
        finally:
            self.depth -= 1

    def _value(self, op: ops.Op) -> str:
        known = self.known(op)
        if known:
            return self.literal(known[0])
        match op:
            case ops.Var():
                return self._variable("s", op.index, op.checked)
            case ops.Next():
                return self._variable("t", op.index, op.checked)
            case ops.Local():
                if op.slot in self.unit.bound:
                    return self.unit.bound[op.slot]
                self.unit.escaped.add(op.slot)
                return f"f[{op.slot}]"
            case ops.Param():
                v = self.fresh("a")
                self.unit.escaped.add(op.slot)
                return f"({v} if type({v} := f[{op.slot}]) is not Thunk else forced(f, {op.slot}))"
            case ops.Lazy():
                return self._lazy(op)
            case ops.Force():
                return f"built({self.value(op.arg)})"
            case ops.If():
                return f"({self.value(op.then)} if {self.test(op.condition)} else {self.value(op.otherwise)})"
            case ops.Case():
                arms = "".join([f"{self.value(value)} if {self.test(guard)} else " for guard, value in op.arms])
                return f"({arms}{'bad()' if op.other is None else self.value(op.other)})"
            case ops.Apply():
                return self._apply(op)
            case ops.Except():
                return self._except(op)
            case ops.Tuple():
                return "(" + "".join([f"{self.value(item)}, " for item in op.items]) + ")"
            case ops.Record():
                shape, order = record_shape(op.names)
                items = "".join([f"{self.value(op.items[i])}, " for i in order])
                return f"Fn({self.name(shape)}, ({items}))"
            case ops.SetEnum():
                items = "".join([f"{self.value(item)}, " for item in op.items])
                return f"{'frozenset' if len(op.items) == 1 else 'make_set'}(({items}))"
            case ops.Native():
                return self._native(op)
            case ops.Call():
                return self._call(op)
            case _ if isinstance(op, LOOPS):
                return f"{self.function(op, 'value')}(f)"
            case _ if type(op) in _TESTED:
                return f"(T if {self.test(op)} else F)"
        return self._set(op)

    def _set(self, op: ops.Op) -> str:
        match op:
            case ops.Cup() | ops.Cap() | ops.Minus():
                return f"{type(op).__name__.lower()}({self.value(op.left)}, {self.value(op.right)})"
            case ops.FnSet():
                return f"functions_({self.value(op.left)}, {self.value(op.right)})"
            case ops.PowerSet():
                return f"power_set({self.value(op.arg)})"
            case ops.BigUnion():
                return f"union_({self.value(op.arg)})"
            case ops.Domain():
                return f"domain_({self.value(op.arg)})"
            case ops.RecordSet():
                return f"records_({self.name(op.names)}, {', '.join([self.value(item) for item in op.items])})"
            case ops.Cross():
                return f"product_({', '.join([self.value(item) for item in op.items])})"
        return self.closure(op, "value")

    def _variable(self, state: str, index: int, checked: bool) -> str:
        if not checked:
            return f"{state}[{index}]"
        v = self.fresh("a")
        return f"({v} if ({v} := {state}[{index}]) is not U else bad())"

    def _lazy(self, op: ops.Lazy) -> str:
        v, key = self.fresh("a"), (id(op), "lazy")
        known = self._functions.get(key)
        if known is None:
            known = self._functions[key] = self.fresh("z")
            outer, depth = self.unit, self.depth
            self.unit, self.depth = Unit(), 0
            self.unit.put(1, f"{v} = f[{op.slot}] = {self.value(op.expr)}")
            self.unit.put(1, f"return {v}")
            self.finish(known, self.unit)
            self.unit, self.depth = outer, depth
        self.unit.escaped |= self.facts(op).slots
        return f"({v} if ({v} := f[{op.slot}]) is not U else {known}(f))"

    def _apply(self, op: ops.Apply) -> str:
        fn, arg = self.value(op.fn), self.value(op.arg)
        if not isinstance(op.arg, _SIMPLE):
            return f"apply_({fn}, {arg})"
        a, i = self.fresh("a"), self.fresh("i")
        found = f"type({a} := {fn}) is Fn and ({i} := {a}.shape.index.get({arg})) is not None"
        if isinstance(op.arg, ops.Const):
            return f"({a}.vals[{i}] if {found} else apply_({a}, {arg}))"
        inside = f"type({a}) is tuple and type({arg}) is int and 0 < {arg} <= len({a})"
        return f"({a}.vals[{i}] if {found} else {a}[{arg} - 1] if {inside} else apply_({a}, {arg}))"

    def _except(self, op: ops.Except) -> str:
        text = self.value(op.fn)
        for update in op.updates:
            text = self._update(text, update, 0)
        return text

    def _update(self, text: str, update: ops.Update, at: int) -> str:
        a, i = self.fresh("a"), self.fresh("i")
        step = self.value(update.path[at])
        if at + 1 < len(update.path):
            inner = self._update(f"at_({a}, {i})", update, at + 1)
            return f"changed(({a} := {text}), ({i} := place({a}, {step})), {inner})"
        if update.at_slot in self.facts(update.value).slots or self.around:
            place = f"place_at(f, {update.at_slot}, {a}, {step})"
        else:
            place = f"place({a}, {step})"
        return f"changed(({a} := {text}), {place}, {self.value(update.value)})"

    def _native(self, op: ops.Native) -> str:
        if op.module in _NUMBERS and len(op.args) == 2:
            if op.name in _ARITHMETIC:
                return self._numeric(op, _ARITHMETIC[op.name])
            if op.name in _COMPARED:
                return f"(T if {self.test(op)} else F)"
        if op.context or op.impure:
            return self.closure(op, "value")
        return f"{self.name(op.fn)}({', '.join([self.value(arg) for arg in op.args])})"

    def _call(self, op: ops.Call) -> str:
        """A recursive operator: arguments that recur themselves are passed unevaluated, all others evaluated.

        An argument that is never used may fail or be endless: then the closures, which pass all unevaluated, decide.
        """
        name = self._procs.get(id(op.proc))
        if name is None:
            name = self._procs[id(op.proc)] = self.fresh("p")
            self._write_proc(op.proc, name)
        self.unit.escaped |= self.facts(op).slots
        return f"{name}({', '.join(['f', *map(self._passed, op.args)])})"

    def _passed(self, arg: ops.Op) -> str:
        if isinstance(arg, ops.Param):
            return f"f[{arg.slot}]"
        if isinstance(arg, ops.OperatorValue):
            return self.closure(arg, "value")
        if recurs(arg):
            self.unit.escaped |= self.facts(arg).slots
            return f"Thunk({self.name(self.exprs.value(arg))}, f)"
        return self.value(arg)

    def _write_proc(self, proc: ops.Proc, name: str) -> None:
        assert proc.body is not None
        outer, depth = self.unit, self.depth
        self.unit, self.depth = Unit(), 0
        parameters = [f"x{slot}" for slot in proc.slots]
        self.unit.put(1, "f = f.copy()")
        for slot in proc.slots:
            self.unit.put(1, f"f[{slot}] = x{slot}")
        self.give(proc.body, 1)
        self.finish(name, self.unit, ", ".join(["f", *parameters]))
        self.unit, self.depth = outer, depth

    def _numeric(self, op: ops.Native, sign: str) -> str:
        """An operator of two integers."""
        operands, kinds = [], []
        for arg in op.args:
            known = self.known(arg)
            if known and type(known[0]) is int:
                operands.append(self.literal(known[0]))
            else:
                operands.append(self.fresh("a"))
                kinds.append(f"type({operands[-1]} := {self.value(arg)}) is int")
        if not kinds:
            return f"({operands[0]} {sign} {operands[1]})"
        return f"({operands[0]} {sign} {operands[1]} if {' and '.join(kinds)} else bad())"


_TESTED = frozenset((
    ops.And, ops.Or, ops.Not, ops.Implies, ops.Equiv, ops.Eq, ops.Neq, ops.In, ops.NotIn, ops.SubsetEq, ops.Enabled,
    ops.Composed, ops.ForAll, ops.Exists,
))  # fmt: skip
