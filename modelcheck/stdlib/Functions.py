"""Parts of functions, injections and surjections, and folds over values (in the order of the definitions)."""

from __future__ import annotations

import itertools
import math

from modelcheck.errors import EvalError
from modelcheck.stdlib.registry import Operator1, Operator2, finite_set, function, integer, override, truth
from modelcheck.values import (
    FALSE,
    FORCE_MAX,
    TRUE,
    Bool,
    FunctionSet,
    Value,
    apply,
    boolean,
    cardinality,
    domain,
    domain_in_order,
    equal,
    make_function,
    make_set,
    member,
    ordered,
    pairs_in_order,
    show,
    subseteq,
    values_of,
)


@override("Functions", "Restrict")
def restrict(f: Value, s: Value) -> Value:
    function("Restrict", f)
    return make_function([(x, apply(f, x)) for x in ordered(finite_set("Restrict", s))])


@override("Functions", "RestrictDomain")
def restrict_domain(f: Value, test: Operator1) -> Value:
    pairs = pairs_in_order(function("RestrictDomain", f))
    return make_function([(x, v) for x, v in pairs if truth("RestrictDomain", test(x))])


@override("Functions", "RestrictValues")
def restrict_values(f: Value, test: Operator1) -> Value:
    pairs = pairs_in_order(function("RestrictValues", f))
    return make_function([(x, v) for x, v in pairs if truth("RestrictValues", test(v))])


@override("Functions", "IsRestriction")
def is_restriction(narrow: Value, wide: Value) -> Bool:
    keys = domain(function("IsRestriction", wide))
    for x, v in pairs_in_order(function("IsRestriction", narrow)):
        if not member(x, keys) or not equal(apply(wide, x), v):
            return FALSE
    return TRUE


@override("Functions", "Range")
def range_of(f: Value) -> frozenset[Value]:
    return make_set(values_of(function("Range", f)))


def _injective(vals: tuple[Value, ...]) -> bool:
    return len(make_set(vals)) == len(vals)


@override("Functions", "IsInjective")
def is_injective(f: Value) -> Bool:
    return boolean(_injective(values_of(function("IsInjective", f))))


@override("Functions", "Injection")
def injections(s: Value, t: Value) -> frozenset[Value]:
    keys = ordered(finite_set("Injection", s))
    targets = ordered(finite_set("Injection", t))
    if math.perm(len(targets), len(keys)) > FORCE_MAX:
        raise EvalError("E013", f"there are too many injections from {show(s)} to {show(t)} to build their set")
    return frozenset(
        [make_function(zip(keys, vals, strict=True)) for vals in itertools.permutations(targets, len(keys))]
    )


@override("Functions", "Surjection")
def surjections(s: Value, t: Value) -> frozenset[Value]:
    finite_set("Surjection", t)
    functions = FunctionSet(finite_set("Surjection", s), t)
    return frozenset([f for f in functions if subseteq(t, frozenset(values_of(f)))])


@override("Functions", "Bijection")
def bijections(s: Value, t: Value) -> frozenset[Value]:
    if cardinality(finite_set("Bijection", s)) != cardinality(finite_set("Bijection", t)):
        return frozenset()
    return frozenset(injections(s, t))


@override("Functions", "ExistsInjection")
def exists_injection(s: Value, t: Value) -> Bool:
    return boolean(_size("ExistsInjection", s) <= _size("ExistsInjection", t))


@override("Functions", "ExistsSurjection")
def exists_surjection(s: Value, t: Value) -> Bool:
    m, n = _size("ExistsSurjection", s), _size("ExistsSurjection", t)
    return boolean(m >= n > 0 or m == n == 0)


@override("Functions", "ExistsBijection")
def exists_bijection(s: Value, t: Value) -> Bool:
    return boolean(_size("ExistsBijection", s) == _size("ExistsBijection", t))


def _size(operator: str, s: Value) -> int:
    return cardinality(finite_set(operator, s))


def fold_values(op: Operator2, base: Value, vals: list[Value]) -> Value:
    """`op(v1, op(v2, ... base))`."""
    acc = base
    for v in reversed(vals):
        acc = op(v, acc)
    return acc


@override("Functions", "FoldFunctionOnSet")
def fold_function_on_set(op: Operator2, base: Value, fun: Value, indices: Value) -> Value:
    function("FoldFunctionOnSet", fun)
    return fold_values(op, base, [apply(fun, i) for i in ordered(finite_set("FoldFunctionOnSet", indices))])


@override("Functions", "FoldFunction")
def fold_function(op: Operator2, base: Value, fun: Value) -> Value:
    function("FoldFunction", fun)
    return fold_values(op, base, [apply(fun, i) for i in domain_in_order(fun)])


@override("Functions", "SumFunctionOnSet")
def sum_function_on_set(fun: Value, indices: Value) -> int:
    function("SumFunctionOnSet", fun)
    keys = ordered(finite_set("SumFunctionOnSet", indices))
    return sum(integer("SumFunctionOnSet", apply(fun, i)) for i in keys)


@override("Functions", "SumFunction")
def sum_function(fun: Value) -> int:
    return sum(integer("SumFunction", v) for v in values_of(function("SumFunction", fun)))
