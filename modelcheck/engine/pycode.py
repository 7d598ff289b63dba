"""Python source for hot formulas: what the closures mean, written out so that the interpreter runs it at once.

Takes ops and the closures' compiler; gives functions from frame to value or bool, over the same frames. Most ops become
Python expressions inside one function; those that loop become loops; the rest calls the op's closure. A value that the
closures have computed once for all is written in as it is.

The closures stay the definition: whatever raises here, for whatever reason, is to be evaluated again by them, and only
their error counts. So nothing here gives places or messages, and ops with effects are refused (`suits`): evaluating
them twice would show.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from modelcheck.engine import sets
from modelcheck.engine.exprs import ExprCompiler
from modelcheck.engine.pyexprs import LOOPS, ExprWriter, Unit
from modelcheck.engine.pyhelp import suits
from modelcheck.engine.runtime import UNSET, Frame
from modelcheck.errors import EvalError
from modelcheck.ir import ops
from modelcheck.values import Value, cardinality, is_finite

INDENT_MAX = 12
CONSTANT_SET_MAX = 100_000


class Writer(ExprWriter):
    """Writes functions for the ops below one root."""

    # ---- functions ----

    def function(self, op: ops.Op, kind: str) -> str:
        """The name of the function for an op: 'test' gives a bool, 'value' a value."""
        known = self._functions.get((id(op), kind))
        if known is None:
            known = self._functions[id(op), kind] = self.fresh("g")
            outer, depth = self.unit, self.depth
            self.unit, self.depth = Unit(), 0
            if kind == "test":
                self._whole_test(op)
            else:
                self.give(op, 1)
            self.finish(known, self.unit)
            self.unit, self.depth = outer, depth
        self.unit.escaped |= self.facts(op).slots
        return known

    def _whole_test(self, op: ops.Op) -> None:
        """The body of a function for a test."""
        if isinstance(op, ops.Exists) and not self.known(op):
            inner = self.loops(op.binders, 1)
            self.bound_body(op.binders, inner, lambda at: self.unit.put(at, f"if {self.test(op.body)}: return True"))
            self.unit.put(1, "return False")
        elif isinstance(op, ops.In) and isinstance(op.right, ops.Filter) and not self.in_filter(op):
            self.unit.put(1, f"return {self.closure(op, 'test')}")
        else:
            self.check(op, 1, "return False")
            self.unit.put(1, "return True")

    # ---- statements ----

    def check(self, op: ops.Op, indent: int, fail: str) -> None:
        """Go on if the op is true, else `fail` (a return)."""
        put = self.unit.put
        if indent > INDENT_MAX or self.known(op):
            put(indent, f"if not {self.test(op)}: {fail}")
            return
        match op:
            case ops.And():
                for item in op.items:
                    self.check(item, indent, fail)
            case ops.Clear():
                self.clear(op.slots, indent)
                self.check(op.body, indent, fail)
            case ops.Implies():
                put(indent, f"if {self.test(op.left)}:")
                self.check(op.right, indent + 1, fail)
            case ops.If():
                put(indent, f"if {self.test(op.condition)}:")
                self.check(op.then, indent + 1, fail)
                put(indent, "else:")
                self.check(op.otherwise, indent + 1, fail)
            case ops.ForAll():
                inner = self.loops(op.binders, indent)
                self.bound_body(op.binders, inner, lambda at: self.check(op.body, at, fail))
            case ops.Exists() if len(op.binders) == 1:
                inner = self.loops(op.binders, indent)
                self.bound_body(op.binders, inner, lambda at: self.unit.put(at, f"if {self.test(op.body)}: break"))
                put(indent, "else:")
                put(indent + 1, fail)
            case ops.In() if self.in_filter(op):
                assert isinstance(op.right, ops.Filter)
                v = self.fresh("v")
                put(indent, f"{v} = {self.value(op.left)}")
                put(indent, f"if not member({v}, {self.value(op.right.binders[0].domain)}): {fail}")
                slot = op.right.binders[0].slots[0]
                self.unit.bound[slot] = v
                put(indent, f"f[{slot}] = {v}")
                self.check(op.right.body, indent, fail)
                del self.unit.bound[slot]
            case _:
                put(indent, f"if not {self.test(op)}: {fail}")

    def clear(self, slots: tuple[int, ...], indent: int) -> None:
        """Forget what lazy slots hold."""
        self.unit.put(indent, " = ".join([*(f"f[{slot}]" for slot in slots), "U"]))

    def loops(self, binders: tuple[ops.Binder, ...], indent: int, domains: list[str] | None = None) -> int:
        """Loops over binders (the first varies fastest), or over sets already evaluated; the indent inside."""
        put = self.unit.put
        if len(binders) == 1:
            put(indent, f"for {variable(binders[0])} in {self.ordered(binders[0].domain)}:")
            self.parts(binders[0], indent + 1)
            return indent + 1
        lists = []
        for binder in binders:
            lists.append(self.fresh("d"))
            known = f"in_order({domains[len(lists) - 1]})" if domains else self.ordered(binder.domain)
            put(indent, f"{lists[-1]} = tuple({known})")
        for binder, values in zip(reversed(binders), reversed(lists), strict=True):
            put(indent, f"for {variable(binder)} in {values}:")
            indent += 1
            self.parts(binder, indent)
        return indent

    def parts(self, binder: ops.Binder, indent: int) -> None:
        """Take an element apart that is bound as a tuple."""
        if binder.is_tuple:
            v, names = variable(binder), "".join([f"v{slot}, " for slot in binder.slots])
            right = f"{v} if type({v}) is tuple and len({v}) == {len(binder.slots)} else bad()"
            self.unit.put(indent, f"{names}= {right}")

    def bound_body(self, binders: tuple[ops.Binder, ...], indent: int, body: Callable[[int], None]) -> None:
        """The body of loops. A bound name goes to its slot only where something outside this function reads it."""
        unit = self.unit
        before, unit.escaped = unit.escaped, set()
        place = len(unit.lines)
        slots = bound_slots(binders)
        unit.bound.update((slot, f"v{slot}") for slot in slots)
        body(indent)
        stores = []
        for slot in slots:
            del unit.bound[slot]
            if self.around or slot in unit.escaped:
                stores.append("    " * indent + f"f[{slot}] = v{slot}")
                unit.escaped.discard(slot)
        unit.lines[place:place] = stores
        unit.escaped |= before

    def ordered(self, op: ops.Op) -> str:
        """The elements of a set in order."""
        known = self.known(op)
        if known:
            s = known[0]
            try:
                if is_finite(s) and cardinality(s) <= CONSTANT_SET_MAX:
                    return self.name(tuple(sets.in_order(s)))
            except EvalError:
                pass  # told when the closures come here
        return f"in_order({self.value(op)})"

    def give(self, op: ops.Op, indent: int) -> None:
        """Return the op's value."""
        put, unit = self.unit.put, self.unit
        if indent > INDENT_MAX or self.known(op):
            put(indent, f"return {self.value(op)}")
            return
        match op:
            case ops.Clear():
                self.clear(op.slots, indent)
                self.give(op.body, indent)
            case ops.If():
                put(indent, f"if {self.test(op.condition)}:")
                self.give(op.then, indent + 1)
                self.give(op.otherwise, indent)
            case ops.Choose():
                inner = self.loops(op.binders, indent)
                (v,) = map(variable, op.binders)
                self.bound_body(op.binders, inner, lambda at: unit.put(at, f"if {self.test(op.body)}: return {v}"))
                put(indent, "bad()")
            case ops.Filter():
                s, out, (v,) = self.fresh("d"), self.fresh("o"), map(variable, op.binders)
                put(indent, f"{s} = {self.value(op.binders[0].domain)}")
                made = self.exprs.value(op)
                put(indent, f"if by_rule({s}): return {self.name(made)}(f)")
                put(indent, f"{out} = []")
                put(indent, "try:")
                put(indent + 1, f"for {v} in in_order({s}):")
                self.parts(op.binders[0], indent + 2)
                self.bound_body(
                    op.binders, indent + 2, lambda at: unit.put(at, f"if {self.test(op.body)}: {out}.append({v})")
                )
                unit.escaped |= self.facts(op).slots
                put(indent, "except EvalError:")
                put(indent + 1, f"return {self.name(made)}(f)")
                put(indent, f"return frozenset({out})")
            case ops.MapSet():
                out = self.fresh("o")
                put(indent, f"{out} = []")
                inner = self.loops(op.binders, indent)
                self.bound_body(op.binders, inner, lambda at: unit.put(at, f"{out}.append({self.value(op.body)})"))
                put(indent, f"return make_set({out})")
            case ops.FnCons() if op.self_slot is None and len(op.binders) == 1:
                self._function_cons(op, indent)
            case ops.FnCons() if op.self_slot is None:
                made, out = self.exprs.value(op), self.fresh("o")
                domains = [(self.fresh("d"), self.value(binder.domain)) for binder in op.binders]
                for s, text in domains:
                    put(indent, f"{s} = {text}")
                some = " or ".join([f"endless({s})" for s, _ in domains])
                put(indent, f"if {some}: return {self.name(made)}(f)")
                put(indent, f"{out} = []")
                inner = self.loops(op.binders, indent, [s for s, _ in domains])
                key = ", ".join(map(variable, op.binders))
                self.bound_body(
                    op.binders, inner, lambda at: unit.put(at, f"{out}.append((({key}), {self.value(op.body)}))")
                )
                unit.escaped |= self.facts(op).slots
                put(indent, f"return make_function({out})")
            case _ if isinstance(op, LOOPS):
                put(indent, f"return {self.closure(op, 'value')}")
            case _:
                put(indent, f"return {self.value(op)}")

    def _function_cons(self, op: ops.FnCons, indent: int) -> None:
        put, unit, (binder,) = self.unit.put, self.unit, op.binders
        v, s, out, shape = variable(binder), self.fresh("d"), self.fresh("o"), self.fresh("h")
        made = self.exprs.value(op)
        put(indent, f"{s} = {self.value(binder.domain)}")
        put(indent, f"if endless({s}): return {self.name(made)}(f)")
        put(indent, f"{shape} = shape_({s}, {self.name([None, None])})")
        put(indent, f"{out} = []")
        put(indent, f"for {v} in range(1, {shape} + 1) if type({shape}) is int else {shape}.keys:")
        self.parts(binder, indent + 1)
        self.bound_body(op.binders, indent + 1, lambda at: unit.put(at, f"{out}.append({self.value(op.body)})"))
        unit.escaped |= self.facts(op).slots
        put(indent, f"return tuple({out}) if type({shape}) is int else Fn({shape}, tuple({out}))")


def bound_slots(binders: tuple[ops.Binder, ...]) -> list[int]:
    """The slots that binders bind."""
    return [slot for binder in binders for slot in binder.slots]


def variable(binder: ops.Binder) -> str:
    """The name of the element that a binder binds, or takes apart."""
    return f"{'w' if binder.is_tuple else 'v'}{binder.slots[0]}"


def write_test(exprs: ExprCompiler, op: ops.Op, frame_size: int) -> Callable[[Frame], bool] | None:
    """A function for the op's truth, run in frames of this size; None when the closures have to do it."""
    made: Callable[[Frame], bool] | None = _write(exprs, op, "test", frame_size)
    return made


def write_value(exprs: ExprCompiler, op: ops.Op, frame_size: int) -> Callable[[Frame], Value] | None:
    """A function for the op's value, run in frames of this size; None when the closures have to do it."""
    made: Callable[[Frame], Value] | None = _write(exprs, op, "value", frame_size)
    return made


def _write(exprs: ExprCompiler, op: ops.Op, kind: str, frame_size: int) -> Any:
    if not suits(op):
        return None
    writer = Writer(exprs, op, frame_size)
    name = writer.function(op, kind)
    made = writer.load()[name]
    shared = writer.sharing.size
    if not shared:
        return made
    unset = (UNSET,) * shared

    def with_shared(frame: Frame) -> Any:
        frame.extend(unset)
        return made(frame)

    return with_shared
