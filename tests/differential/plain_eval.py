"""The naive evaluator: each construct by its definition in *Specifying Systems*, chapters 16 and 18, and no better.

An expression is a nested tuple `(tag, ...)` (see `written` in `random_terms.py` for the text of each tag). Sets and
functions are built whole; operators and LET definitions are called by name, their arguments evaluated again at every
use; nothing is remembered. What TLC evaluates in order is evaluated in that order: `/\\ \\/ =>`,
IF, CASE, quantifiers, CHOOSE. All else is strict: every operand is evaluated, and the codes of all that fail are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from plain_values import (
    FnV,
    PlainValue,
    SetV,
    TooBig,
    Undefined,
    all_of,
    equal,
    equal_or_not,
    formal_set,
    function_set,
    is_sequence,
    make_function,
    make_set,
    member,
    order,
    power_set,
    products,
    sequence,
)

Term: TypeAlias = Any  # nested tuples
Env: TypeAlias = dict[str, Any]
STEPS_MAX = 20_000
_steps = [0]


@dataclass
class Closure:
    """An operator: parameters, body, and the names it sees."""

    params: tuple[str, ...]
    body: Term
    env: Env
    recursive: bool = False


def value_of(term: Term, env: Env) -> PlainValue:
    """The value of a term. Undefined where it has none."""
    reset_steps()
    return ev(term, env)


def reset_steps() -> None:
    """A new allowance of steps."""
    _steps[0] = 0


def ev(term: Term, env: Env) -> PlainValue:
    _steps[0] += 1
    if _steps[0] > STEPS_MAX:
        raise TooBig
    made: PlainValue = RULES[term[0]](term, env)
    if isinstance(made, int) and abs(made) > 10**9:
        raise TooBig
    return made


def truth(term: Term, env: Env) -> bool:
    v = ev(term, env)
    if not isinstance(v, bool):
        raise Undefined({"E009"})
    return v


def is_int(v: PlainValue) -> bool:
    return isinstance(v, int) and not isinstance(v, bool)


def need(holds: bool, code: str = "E004") -> None:
    if not holds:
        raise Undefined({code})


def need_set(v: PlainValue) -> SetV:
    if not isinstance(v, SetV):
        raise Undefined({"E004"})
    return v


# ---- names ------------------------------------------------------------------------------------------------


def var(term: Term, env: Env) -> PlainValue:
    found = env[term[1]]
    if isinstance(found, Closure):
        return ev(found.body, found.env | variables(env))
    if found is None:
        raise Undefined({"E007"})
    return found  # type: ignore[no-any-return]


def variables(env: Env) -> Env:
    """The variables that have values by now: a definition sees them where it is used. They are never shadowed."""
    return {k: v for k, v in env.items() if k in ("x", "y", "x'", "y'")}


def call(term: Term, env: Env) -> PlainValue:
    operator = env[term[1]]
    inner = operator.env | variables(env)
    for name, arg in zip(operator.params, term[2], strict=True):
        inner[name] = argument(arg, env)
    return ev(operator.body, inner)


def argument(arg: Term, env: Env) -> Closure:
    if arg[0] == "lambda":
        return Closure(arg[1], arg[2], env)
    if arg[0] == "opname":
        found: Closure = env[arg[1]]
        return found
    return Closure((), arg, env)


def let(term: Term, env: Env) -> PlainValue:
    _, name, params, body, main = term
    names = tuple(p.removesuffix("(_)") for p in params)
    return ev(main, {**env, name: Closure(names, body, env)})


def let_recursive(term: Term, env: Env) -> PlainValue:
    _, name, params, body, main = term
    inner = dict(env)
    inner[name] = Closure(params, body, inner, True)
    return ev(main, inner)


def let_function(term: Term, env: Env) -> PlainValue:
    """`f[x \\in S] == e`: applied by evaluating `e`, which may apply `f` again."""
    _, name, (names, _, domain), body, main = term
    inner = dict(env)
    inner[name] = ("rule", names[0], domain, body, env)
    return ev(main, inner)


def rule_apply(name: str, arg: Term, env: Env) -> PlainValue:
    _, param, domain, body, outer = env[name]
    x, s = all_of([lambda: ev(arg, env), lambda: need_set(ev(domain, outer))])
    need(in_domain(x, s), "E003")
    return ev(body, {**outer, name: env[name], param: x})


def in_domain(x: PlainValue, domain: SetV) -> bool:
    """What is of another kind than the domain's elements is not in it."""
    try:
        return member(x, domain)
    except Undefined:
        return False


# ---- logic ------------------------------------------------------------------------------------------------


def both(term: Term, env: Env) -> bool:
    return all(truth(item, env) for item in term[1])


def either(term: Term, env: Env) -> bool:
    return any(truth(item, env) for item in term[1])


def implies(term: Term, env: Env) -> bool:
    return truth(term[2], env) if truth(term[1], env) else True


def equivalent(term: Term, env: Env) -> bool:
    a, b = all_of([lambda: truth(term[1], env), lambda: truth(term[2], env)])
    return bool(a == b)


def if_(term: Term, env: Env) -> PlainValue:
    return ev(term[2] if truth(term[1], env) else term[3], env)


def case(term: Term, env: Env) -> PlainValue:
    for guard, value in term[1]:
        if truth(guard, env):
            return ev(value, env)
    if term[2] is None:
        raise Undefined({"E006"})
    return ev(term[2], env)


# ---- binders ----------------------------------------------------------------------------------------------


def bindings(binders: Any, env: Env) -> Iterator[tuple[PlainValue, Env]]:
    """(argument, names) for each combination; the first name varies fastest, as TLC enumerates."""
    domains = all_of([lambda d=d: need_set(ev(d, env)) for _, _, d in binders])  # type: ignore[misc]
    for row in products(domains[::-1]):
        row = row[::-1]
        inner = dict(env)
        for (names, is_tuple, _), v in zip(binders, row, strict=True):
            if is_tuple:
                need(is_sequence(v) and len(v.pairs) == len(names))
                inner.update(zip(names, [x for _, x in v.pairs], strict=True))
            else:
                inner[names[0]] = v
        yield (row[0] if len(row) == 1 else sequence(row)), inner


def for_all(term: Term, env: Env) -> bool:
    return all(truth(term[2], inner) for _, inner in bindings(term[1], env))


def exists(term: Term, env: Env) -> bool:
    return any(truth(term[2], inner) for _, inner in bindings(term[1], env))


def choose(term: Term, env: Env) -> PlainValue:
    for v, inner in bindings([term[1]], env):
        if truth(term[2], inner):
            return v
    raise Undefined({"E005"})


def filtered(term: Term, env: Env) -> SetV:
    found = list(bindings([term[1]], env))
    keep = all_of([lambda i=i: truth(term[2], i) for _, i in found])  # type: ignore[misc]
    return SetV(tuple(v for (v, _), yes in zip(found, keep, strict=True) if yes))


def mapped(term: Term, env: Env) -> SetV:
    return make_set(all_of([lambda i=i: ev(term[1], i) for _, i in bindings(term[2], env)]))  # type: ignore[misc]


def function(term: Term, env: Env) -> FnV:
    found = list(bindings(term[1], env))
    values = all_of([lambda i=i: ev(term[2], i) for _, i in found])  # type: ignore[misc]
    return make_function(zip([v for v, _ in found], values, strict=True))


# ---- sets -------------------------------------------------------------------------------------------------


def several(terms: Any, env: Env) -> list[PlainValue]:
    return all_of([lambda t=t: ev(t, env) for t in terms])  # type: ignore[misc]


def lazily(whole: Callable[[], PlainValue], part: Callable[[], PlainValue]) -> PlainValue:
    """What is built whole by definition, where an evaluator may build the asked part only: a failure is open."""
    try:
        return whole()
    except Undefined as error:
        raise Undefined(error.codes, True) from None


def is_in(term: Term, env: Env) -> bool:
    _, sign, left, right = term
    holds = _is_in(left, right, env)
    return holds if sign == "\\in" else not holds


def _is_in(left: Term, right: Term, env: Env) -> bool:
    def whole() -> bool:
        v, s = several((left, right), env)
        return member(v, need_set(s))

    if right[0] in ("filter", "op2", "let", "if", "case", "call", "var"):
        v = ev(left, env)
        try:
            s = ev(right, env)
        except Undefined as error:  # a filter need not be built to be asked for one element
            raise Undefined(error.codes, right[0] == "filter" or error.open_) from None
        return member(v, need_set(s))
    return whole()


def included(a: PlainValue, b: PlainValue) -> bool:
    other = need_set(b)
    return all(member(v, other) for v in need_set(a).items)


def union(a: PlainValue, b: PlainValue) -> SetV:
    return make_set([*need_set(a).items, *need_set(b).items])


def intersection(a: PlainValue, b: PlainValue) -> SetV:
    other = need_set(b)
    return SetV(tuple(v for v in need_set(a).items if member(v, other)))


def difference(a: PlainValue, b: PlainValue) -> SetV:
    other = need_set(b)
    return SetV(tuple(v for v in need_set(a).items if not member(v, other)))


def big_union(s: PlainValue) -> SetV:
    members = [need_set(m) for m in need_set(s).items]
    return make_set(v for m in members for v in m.items)


def record_set(term: Term, env: Env) -> SetV:
    sets = [need_set(s) for s in several([t for _, t in term[1]], env)]
    names = [n for n, _ in term[1]]
    return formal_set(make_function(zip(names, row, strict=True)) for row in products(sets))


# ---- functions and sequences --------------------------------------------------------------------------------


def apply_value(f: PlainValue, x: PlainValue) -> PlainValue:
    if not isinstance(f, FnV):
        raise Undefined({"E004"})
    for k, v in f.pairs:
        try:
            if equal(k, x):
                return v
        except Undefined:
            continue
    raise Undefined({"E003"})


def apply(term: Term, env: Env) -> PlainValue:
    r"""`[x \in S |-> e][a]` is `e` with `a` for `x`, no more, also where LET gives the function a name."""
    _, f, args = term
    arg = args[0] if len(args) == 1 else ("tuple", args)
    outer = env
    if f[0] == "var" and isinstance(env[f[1]], tuple):
        return rule_apply(f[1], arg, env)
    while f[0] == "var" and isinstance(env.get(f[1]), Closure):
        f, env = env[f[1]].body, env[f[1]].env | variables(outer)
    if f[0] != "fn":
        return apply_value(*reversed(all_of([lambda: ev(arg, outer), lambda: ev(f, env)])))
    x, found = all_of([lambda: ev(arg, outer), lambda: list(bindings(f[1], env))])
    for v, inner in found:
        if equal_or_not(v, x):
            return ev(f[2], inner)
    raise Undefined({"E003", "E001"} if domain_differs(f[1], env, x) else {"E003"})


def domain_differs(binders: Any, env: Env, x: PlainValue) -> bool:
    """Whether `x` is of another kind than an element of the domain."""
    for v, _ in bindings(binders, env):
        try:
            equal(v, x)
        except Undefined:
            return True
    return False


def update(f: PlainValue, path: list[PlainValue], new: Callable[[PlainValue], PlainValue]) -> PlainValue:
    """The function changed at a path; outside its domain nothing changes."""
    if not path:
        return new(f)
    if not isinstance(f, FnV):
        raise Undefined({"E004"})
    if not member(path[0], SetV(f.keys())):
        return f
    return FnV(tuple((k, update(v, path[1:], new) if equal(k, path[0]) else v) for k, v in f.pairs))


def except_(term: Term, env: Env) -> PlainValue:
    f = ev(term[1], env)
    for path, new in term[2]:
        steps = [step[1] if step[0] == "fld" else ev(step[1], env) for step in path]
        f = update(f, steps, lambda old, new=new: ev(new, {**env, "@": old}))  # type: ignore[misc]
    return f


def items(s: PlainValue) -> list[PlainValue]:
    need(is_sequence(s))
    return [v for _, v in s.pairs]  # type: ignore[union-attr]


def length(s: PlainValue) -> int:
    return len(s) if isinstance(s, str) else len(items(s))


def head(s: PlainValue) -> PlainValue:
    need(bool(items(s)), "E003")
    return items(s)[0]


def tail(s: PlainValue) -> PlainValue:
    if isinstance(s, str):
        raise TooBig
    need(bool(items(s)), "E003")
    return sequence(items(s)[1:])


def concatenated(a: PlainValue, b: PlainValue) -> PlainValue:
    if isinstance(a, str) and isinstance(b, str):
        raise TooBig  # TLC joins strings too; the book has no such thing
    return sequence(items(a) + items(b))


def sub_sequence(s: PlainValue, m: PlainValue, n: PlainValue) -> PlainValue:
    """`[i \\in 1..(1 + n - m) |-> s[i + m - 1]]`."""
    if isinstance(s, str):
        raise TooBig
    old = items(s)
    need(is_int(m) and is_int(n))
    if m > n:  # type: ignore[operator]
        return sequence([])
    need(m >= 1 and n <= len(old), "E003")  # type: ignore[operator]
    return sequence(old[m - 1 : n])  # type: ignore[operator]


def selected(term: Term, env: Env) -> PlainValue:
    _, s, (_, params, body) = term
    old = items(ev(s, env))
    keep = all_of([lambda v=v: truth(body, {**env, params[0]: v}) for v in old])  # type: ignore[misc]
    return sequence([v for v, yes in zip(old, keep, strict=True) if yes])


# ---- arithmetic -------------------------------------------------------------------------------------------


def arithmetic(fn: Callable[[int, int], PlainValue]) -> Callable[[PlainValue, PlainValue], PlainValue]:
    def on_integers(a: PlainValue, b: PlainValue) -> PlainValue:
        need(is_int(a) and is_int(b))
        return fn(a, b)  # type: ignore[arg-type]

    return on_integers


def quotient(a: int, b: int) -> int:
    """`CHOOSE q : b * q \\leq a /\\ a < b * (q + 1)` for b > 0, the floor for b < 0 as TLC has it."""
    need(b != 0, "E014")
    return a // b


def remainder(a: int, b: int) -> int:
    need(b > 0, "E014")
    return a % b


def power(a: int, b: int) -> int:
    need(b >= 0 and not (a == 0 and b == 0), "E014")
    if b > 12:
        raise TooBig
    return int(a**b)


def interval(a: int, b: int) -> SetV:
    if b - a > 40:
        raise TooBig
    return SetV(tuple(range(a, b + 1)))


OP2: dict[str, Callable[[Any, Any], PlainValue]] = {
    "+": arithmetic(lambda a, b: a + b),
    "-": arithmetic(lambda a, b: a - b),
    "*": arithmetic(lambda a, b: a * b),
    "\\div": arithmetic(quotient),
    "%": arithmetic(remainder),
    "^": arithmetic(power),
    "..": arithmetic(interval),
    "<": arithmetic(lambda a, b: a < b),
    "<=": arithmetic(lambda a, b: a <= b),
    ">": arithmetic(lambda a, b: a > b),
    ">=": arithmetic(lambda a, b: a >= b),
    "=": equal,
    "#": lambda a, b: not equal(a, b),
    "\\cup": union,
    "\\cap": intersection,
    "\\": difference,
    "\\subseteq": included,
    "\\X": lambda a, b: formal_set(sequence(row) for row in products([need_set(a), need_set(b)])),
    "Append": lambda s, e: sequence([*items(s), e]),
    "\\o": concatenated,
}


def negated(v: PlainValue) -> PlainValue:
    need(is_int(v))
    return -v  # type: ignore[operator]


def domain(f: PlainValue) -> SetV:
    need(isinstance(f, FnV))
    return SetV(f.keys())  # type: ignore[union-attr]


OP1: dict[str, Callable[[Any], PlainValue]] = {
    "-": negated,
    "DOMAIN": domain,
    "SUBSET": lambda s: power_set(need_set(s)),
    "UNION": big_union,
    "Cardinality": lambda s: len(need_set(s).items),
    "Len": length,
    "Head": head,
    "Tail": tail,
}


RULES: dict[str, Callable[[Term, Env], Any]] = {
    "lit": lambda term, env: term[1],
    "boolean": lambda term, env: SetV((False, True)),
    "var": var,
    "prime": lambda term, env: var(("var", term[1] + "'"), env),
    "at": lambda term, env: env["@"],
    "call": call,
    "let": let,
    "letrec": let_recursive,
    "letfn": let_function,
    "not": lambda term, env: not truth(term[1], env),
    "and": both,
    "or": either,
    "imp": implies,
    "equiv": equivalent,
    "if": if_,
    "case": case,
    "all": for_all,
    "some": exists,
    "choose": choose,
    "filter": filtered,
    "map": mapped,
    "fn": function,
    "in": is_in,
    "enum": lambda term, env: make_set(several(term[1], env)),
    "tuple": lambda term, env: sequence(several(term[1], env)),
    "rec": lambda term, env: make_function(
        zip([n for n, _ in term[1]], several([t for _, t in term[1]], env), strict=True)
    ),
    "recset": record_set,
    "fnset": lambda term, env: function_set(*[need_set(s) for s in several(term[1:], env)]),
    "dot": lambda term, env: apply_value(ev(term[1], env), term[2]),
    "apply": apply,
    "except": except_,
    "select": selected,
    "op1": lambda term, env: OP1[term[1]](ev(term[2], env)),
    "op2": lambda term, env: OP2[term[1]](*several(term[2:], env)),
    "subseq": lambda term, env: sub_sequence(*several(term[1:], env)),
    "unchanged": lambda term, env: all(
        equal(var(("var", n + "'"), env), var(("var", n), env)) for n in term[1]
    ),
}

__all__ = ["Closure", "Env", "Term", "order", "truth", "value_of"]
