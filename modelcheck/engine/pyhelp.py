"""What written code calls, and what code may be written for (see `engine/pycode.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from modelcheck.engine import sets
from modelcheck.engine.runtime import UNSET, Frame, RuleFn, Thunk
from modelcheck.errors import EvalError
from modelcheck.ir import flow, ops
from modelcheck.values import (
    FALSE,
    TRUE,
    Bool,
    CrossSet,
    Fn,
    FunctionSet,
    LazyFn,
    LazySet,
    ModelValue,
    PowerSet,
    RecordSet,
    Value,
    apply,
    big_union,
    cap,
    cup,
    domain,
    equal,
    is_finite,
    make_function,
    make_set,
    member,
    minus,
    need_set,
    normalize,
    subseteq,
)

SCALARS = frozenset((int, str, Bool))
HASHED = frozenset((int, str, Bool, ModelValue, frozenset))
PLAIN = frozenset((int, str, Bool, ModelValue, frozenset, tuple, Fn))


# ---- what the written code calls ------------------------------------------------------------------------------


def bad() -> Any:
    """Leave this to the closures."""
    raise EvalError("E012", "to be evaluated by the closures")


def _apply(f: Value, x: Value) -> Value:
    if type(f) is Fn:
        i = f.shape.index.get(x)
        if i is not None:
            return f.vals[i]
    elif type(f) is tuple:
        if type(x) is int and 0 < x <= len(f):
            return f[x - 1]
    elif type(f) is RuleFn:
        return f.apply(x)
    return apply(f, x)


def _inside(v: Value, s: Value) -> bool:
    if type(s) is frozenset and type(v) in HASHED and v in s:
        return True
    return member(v, s)


def _place(f: Value, x: Value) -> int:
    """Where the value at `x` is in a function's values."""
    if type(f) is Fn:
        i = f.shape.index.get(x)
        if i is not None:
            return i
    elif type(f) is tuple and type(x) is int and 0 < x <= len(f):
        return x - 1
    bad()
    return 0


def _at(f: Value, i: int) -> Value:
    return f.vals[i] if type(f) is Fn else f[i]


def _place_at(frame: Frame, slot: int, f: Value, x: Value) -> int:
    """As `_place`; the old value goes to a slot."""
    i = _place(f, x)
    frame[slot] = f.vals[i] if type(f) is Fn else f[i]
    return i


def _changed(f: Value, i: int, new: Value) -> Value:
    if type(f) is Fn:
        vals = f.vals
        return Fn(f.shape, (*vals[:i], new, *vals[i + 1 :]))
    return (*f[:i], new, *f[i + 1 :])


def _forced(frame: Frame, slot: int) -> Value:
    value = frame[slot] = frame[slot].force()
    return value


def _built(v: Value) -> Value:
    return v.build() if type(v) is RuleFn else v


def _written(v: Value) -> Value:
    return normalize(v) if isinstance(v, (LazySet, LazyFn)) else v


def _domain(f: Value) -> Value:
    return f.domain if type(f) is RuleFn else domain(f)


def _power_set(base: Value) -> Value:
    need_set(base, "SUBSET")
    return PowerSet(base)


def _union(base: Value) -> Value:
    need_set(base, "UNION")
    return big_union(base)


def _functions(left: Value, right: Value) -> Value:
    need_set(left, "[S -> T]")
    need_set(right, "[S -> T]")
    return FunctionSet(left, right)


def _records(names: tuple[str, ...], *values: Value) -> Value:
    for value in values:
        need_set(value, "a set of records")
    return RecordSet(dict(zip(names, values, strict=True)))


def _product(*values: Value) -> Value:
    for value in values:
        need_set(value, "\\X")
    return CrossSet(*values)


def _in_order(s: Value) -> Any:
    return s if type(s) is frozenset and len(s) < 2 else sets.in_order(s)


def is_endless(s: Value) -> bool:
    return type(s) is not frozenset and not is_finite(s)


def _shape(s: Value, kept: list[Any]) -> Any:
    """The shape of functions over a finite set (n for 1..n); that of the last set is kept."""
    if kept[0] is not s:
        need_set(s, "the domain of a function")
        kept[:] = s, sets._shape(s)
    return kept[1]


HELPERS: dict[str, Any] = {
    "Fn": Fn, "T": TRUE, "F": FALSE, "U": UNSET, "Bool": Bool, "Thunk": Thunk, "bad": bad, "apply_": _apply,
    "inside": _inside, "member": member, "place": _place, "at_": _at, "place_at": _place_at, "changed": _changed,
    "forced": _forced, "built": _built, "domain_": _domain, "subseteq": subseteq, "equal": equal, "cup": cup,
    "cap": cap, "minus": minus, "power_set": _power_set, "union_": _union, "functions_": _functions,
    "records_": _records, "product_": _product, "make_set": make_set, "make_function": make_function,
    "in_order": _in_order, "endless": is_endless, "by_rule": sets.by_rule,
    "EvalError": EvalError, "shape_": _shape, "SCALARS": SCALARS, "PLAIN": PLAIN,
    "written": _written, "normalize": normalize, "HASHED": HASHED, "ModelValue": ModelValue,
}  # fmt: skip


# ---- what can be written --------------------------------------------------------------------------------------


def suits(part: ops.Op | flow.Node) -> bool:
    """Whether evaluating twice shows nowhere: no operator below asks for the run's context or is impure."""
    seen: set[int] = set()
    stack: list[Any] = [part]
    while stack:
        here = stack.pop()
        if id(here) in seen:
            continue
        seen.add(id(here))
        if isinstance(here, ops.Native) and (here.context or here.impure):
            return False
        stack.extend(parts_of(here))
    return True


_WITH_MORE = (ops.Call, ops.Enabled, ops.Composed)  # than operands


def parts_of(here: Any) -> Iterable[Any]:
    """Everything directly below an op or a node."""
    if isinstance(here, ops.Op):
        if not isinstance(here, _WITH_MORE):
            return here.children()
        match here:
            case ops.Call() if here.proc.body is not None:
                return (*here.children(), here.proc.body)
            case ops.Enabled():
                return (*here.children(), here.action)
            case ops.Composed():
                return (*here.children(), here.first)
        return here.children()
    below = flow.following(here)
    match here:
        case flow.Guard():
            return (*below, here.test)
        case flow.Assign() | flow.AssignIn() | flow.AssignOrTest():
            return (*below, here.expr)
        case flow.ForEach() | flow.AllOf():
            return (*below, *[binder.domain for binder in here.binders])
        case flow.IfNode():
            return (*below, here.condition)
        case flow.CaseNode():
            return (*below, *[guard for guard, _ in here.arms])
    return below


def looks_around(part: Any) -> bool:
    """Whether something below may read slots that its facts do not tell of (the actions inside ENABLED)."""
    seen: set[int] = set()
    stack: list[Any] = [part]
    while stack:
        here = stack.pop()
        if id(here) not in seen:
            seen.add(id(here))
            if isinstance(here, (ops.Enabled, ops.Composed, ops.Call)):
                return True
            stack.extend(parts_of(here))
    return False


def recurs(op: ops.Op) -> bool:
    """Whether a recursive operator is called somewhere in an op."""
    return isinstance(op, (ops.Call, ops.CallOperator)) or any(recurs(child) for child in op.children())
