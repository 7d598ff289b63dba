"""What a spec asks of its checker: printing, assertions, registers, random choice; and functions made of parts.

Facts of the run are `TLCGet` of a string: "level" always, others as the run's context knows them (E011 for the
rest). `Permutations` of more than nine elements is refused (E013).
"""

from __future__ import annotations

import itertools
import math
import time
from random import Random

from modelcheck.errors import EvalError
from modelcheck.stdlib.registry import (
    Operator2,
    RunContext,
    finite_set,
    function,
    override,
    refuse,
    sequence,
    truth,
)
from modelcheck.values import (
    TRUE,
    AnySet,
    Bool,
    CrossSet,
    Fn,
    FunctionSet,
    LazySet,
    RecordSet,
    Value,
    cardinality,
    is_finite,
    key_places,
    make_function,
    member,
    normalize,
    ordered,
    pairs_in_order,
    pretty,
    pretty_lines,
    shape_of,
    show,
)

PERMUTED_MAX = 9


def printed(v: Value) -> str:
    """A value as the run prints it: several lines when it is wide."""
    return "\n".join(pretty_lines(normalize(v)))


@override("TLC", "Print", impure=True, needs_context=True)
def print_and(context: RunContext, out: Value, val: Value) -> Value:
    context.out(f"{printed(out)}  {printed(val)}")
    return val


@override("TLC", "PrintT", impure=True, needs_context=True)
def print_true(context: RunContext, out: Value) -> Bool:
    context.out(printed(out))
    return TRUE


@override("TLC", "Assert")
def assert_(cond: Value, message: Value) -> Bool:
    if type(cond) is Bool and cond:
        return cond
    text = message if type(message) is str else pretty(normalize(message))
    why = "" if type(cond) is Bool else f" (its first argument is {show(cond)}, no boolean)"
    raise EvalError("E010", f"Assert failed: {text}{why}")


@override("TLC", "JavaTime", impure=True)
def seconds() -> int:
    return int(time.time()) & 0x7FFF_FFFF


def _level_of_next(context: RunContext, i: Value) -> Value:
    """`TLCGet(i)'`: the next state of a step is one level on."""
    found = get(context, i)
    return found + 1 if i == "level" and isinstance(found, int) else found


@override("TLC", "TLCGet", impure=True, needs_context=True, primed=_level_of_next)
def get(context: RunContext, i: Value) -> Value:
    if i == "level":
        known = context.fact("level")
        return context.level if known is None else known
    found = context.registers.get(i) if type(i) in (int, str) else None
    if found is None and type(i) is str:
        found = context.fact(i)
    if found is None and i == "-Dtlc2.tool.impl.Tool.cdot":
        return "true"  # TLC hides A \\cdot B behind this Java property; here it is always on
    if found is None:
        if type(i) is int:
            raise refuse(f"TLCGet({i})", "reads a register that was never set", f"TLCSet({i}, ...) in an ASSUME")
        raise refuse(f"TLCGet({show(i)})", "asks for a fact that this run does not know")
    return found


@override("TLC", "TLCSet", impure=True, needs_context=True)
def set_(context: RunContext, i: Value, v: Value) -> Bool:
    if (type(i) is int and i >= 0) or (type(i) is str and i.startswith("s:")):
        context.registers[i] = normalize(v)
    elif type(i) is not str or not context.request(i, v):
        raise refuse(f"TLCSet({show(i)}, ...)", "names no register and nothing that this run can be told")
    return TRUE


@override("TLC", ":>")
def single(d: Value, e: Value) -> Value:
    return (e,) if d == 1 else Fn(shape_of(frozenset((d,))), (e,))


@override("TLC", "@@")
def combine(f: Value, g: Value) -> Value:
    function("@@", f)
    function("@@", g)
    if type(f) is tuple and type(g) is tuple:
        return f + g[len(f) :]
    if type(f) is Fn and type(g) is Fn and f.shape is g.shape:
        return f
    table = dict(pairs_in_order(f))
    mine = frozenset(table)
    for key, value in pairs_in_order(g):
        if key not in table:
            member(key, mine)  # E001 when the key is of another kind than those of f
            table[key] = value
    return make_function(table)


@override("TLC", "Permutations")
def permutations(s: Value) -> frozenset[Value]:
    keys = ordered(finite_set("Permutations", s))
    if len(keys) > PERMUTED_MAX:
        text = f"Permutations of the {len(keys)} elements of {show(s)} are {math.factorial(len(keys))}, too many"
        raise EvalError("E013", text)
    domain = frozenset(keys)
    if not keys:
        return frozenset([()])
    if domain == frozenset(range(1, len(keys) + 1)):
        return frozenset(itertools.permutations(keys))
    shape = shape_of(domain)
    return frozenset([Fn(shape, vals) for vals in itertools.permutations(shape.keys)])


@override("TLC", "SortSeq")
def sort_sequence(s: Value, before: Operator2) -> tuple[Value, ...]:
    """Insertion from the left: an element moves in front of those that it is before, as in TLC."""
    done: list[Value] = []
    for e in sequence("SortSeq", s):
        i = len(done)
        while i > 0 and truth("SortSeq", before(e, done[i - 1])):
            i -= 1
        done.insert(i, e)
    return tuple(done)


def draw(rng: Random, s: Value) -> Value:
    """An element of `s`, each with the same chance; large sets of functions and the like are not built."""
    if isinstance(s, FunctionSet) and is_finite(s.source):
        drawn = {key: draw(rng, s.target) for key in ordered(s.source)}
        return make_function(drawn)
    if isinstance(s, RecordSet):
        places = key_places(s.shape) or range(len(s.sets))
        vals = {i: draw(rng, s.sets[i]) for i in places}
        return Fn(s.shape, tuple([vals[i] for i in range(len(s.sets))]))
    if isinstance(s, CrossSet):
        return tuple([draw(rng, part) for part in s.sets])
    items = ordered(s)
    if not items:
        raise EvalError("E005", "RandomElement of the empty set", mend="guard it with S # {}")
    return items[rng.randrange(len(items))]


@override("TLC", "RandomElement", impure=True, needs_context=True)
def random_element(context: RunContext, s: Value) -> Value:
    finite_set("RandomElement", s)
    if cardinality(s) == 0:
        raise EvalError("E005", f"RandomElement of the empty set {show(s)}", mend="guard it with S # {}")
    return draw(context.rng, s)


@override("TLC", "Any")
def any_() -> LazySet:
    return AnySet


@override("TLC", "ToString")
def to_string(v: Value) -> str:
    return pretty(normalize(v))


@override("TLC", "TLCEval")
def evaluate(v: Value) -> Value:
    return normalize(v)
