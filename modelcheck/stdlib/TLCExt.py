"""Registers with defaults, the behavior at hand, model values by name; what needs an interactive run is refused.

`AssertEq`, `TLCNoOp` and `TLCCache` are what their definitions say and have no override.
"""

from __future__ import annotations

from modelcheck.stdlib.registry import Operator2, RunContext, override, refuse, string, wrong
from modelcheck.values import FALSE, Bool, ModelValue, Value, fingerprint, normalize


@override("TLCExt", "AssertError")
def assert_error(err: Value, exp: Value) -> Bool:
    """`exp` was evaluated without an error (one would have come before this call): FALSE, as in TLC."""
    string("AssertError", err)
    return FALSE


@override("TLCExt", "TLCGetOrDefault", impure=True, needs_context=True)
def get_or_default(context: RunContext, key: Value, default: Value) -> Value:
    found = context.registers.get(key) if type(key) in (int, str) else None
    return default if found is None else found


@override("TLCExt", "TLCGetAndSet", impure=True, needs_context=True)
def get_and_set(context: RunContext, key: Value, op: Operator2, val: Value, default: Value) -> Value:
    if type(key) is not int and type(key) is not str:
        raise wrong("TLCGetAndSet", "a register", key)
    before = context.registers.get(key, default)
    context.registers[key] = normalize(op(before, val))
    return before


@override("TLCExt", "Trace", impure=True, needs_context=True)
def trace(context: RunContext) -> tuple[Value, ...]:
    known = context.trace()
    if known is None:
        raise refuse("Trace", "is not known where it is evaluated")
    return known


@override("TLCExt", "CounterExample", impure=True, needs_context=True)
def counterexample(context: RunContext) -> Value:
    known = context.fact("counterexample")
    if known is None:
        raise refuse("CounterExample", "is known in a postcondition only")
    return known


@override("TLCExt", "ToTrace")
def to_trace(ce: Value) -> Value:
    raise refuse("ToTrace", "is not provided")


@override("TLCExt", "TLCModelValue")
def model_value(name: Value) -> ModelValue:
    return ModelValue(string("TLCModelValue", name))


@override("TLCExt", "TLCDefer")
def defer(expression: Value) -> Bool:
    raise refuse("TLCDefer", "is not provided: the expression would be evaluated before the step is taken")


@override("TLCExt", "PickSuccessor")
def pick_successor(exp: Value) -> Bool:
    if type(exp) is Bool and exp:
        return exp
    raise refuse("PickSuccessor", "needs a user to ask", "run `tlapair explore`")


@override("TLCExt", "TLCFP")
def low_fingerprint(v: Value) -> int:
    """The lower 32 bits of our own fingerprint, as a signed number."""
    low = fingerprint(v) & 0xFFFF_FFFF
    return low - (1 << 32) if low >> 31 else low


@override("TLCExt", "TLCEvalDefinition")
def eval_definition(name: Value) -> Value:
    raise refuse("TLCEvalDefinition", "is not provided", "write the definition's name itself")
