"""Recursive functions, `f[x \\in S] == ... f[y] ...`, whose values depend on the state.

As in the closures they are computed at the keys that are asked for, each once; where such a function is needed whole
(in a state, in an equality) all its keys are. A value that needs itself is asked of the solver: if it may be needed at
all the recursion is refused (S003).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

from modelcheck.ir import ops
from modelcheck.symbolic import functions, merging, sets
from modelcheck.symbolic.cells import SCross, SRule, is_concrete
from modelcheck.symbolic.context import Stuck
from modelcheck.symbolic.formulas import FALSE_F, TRUE_F, F
from modelcheck.symbolic.frames import Frame, Kept
from modelcheck.values import Value, show

if TYPE_CHECKING:
    from modelcheck.symbolic.encode import Encoder


def recursive(encoder: Encoder, op: ops.FnCons, slot: int, frame: Frame) -> SRule:
    """The function that an op defines; inside its body, `slot` holds it."""
    ctx = encoder.ctx
    domains = [encoder.value(binder.domain, frame) for binder in op.binders]
    single = len(domains) == 1
    values: dict[Value, Kept] = {}
    under_way: set[Value] = set()

    def at(key: Value) -> Value:
        if key in under_way:
            if not ctx.possible(ctx.path):
                raise Stuck
            raise ctx.refuse("S003", f"the value at {show(key)} of a recursive function may need itself")
        parts = (key,) if single else key
        row = tuple((TRUE_F, part) for part in parts)
        under_way.add(key)
        try:
            bound = encoder.bind_row(op, inner, row)
            return encoder.kept(values.setdefault(key, Kept()), op.body, bound)
        finally:
            under_way.discard(key)

    def build() -> Value:
        pairs = []
        for row in product(*(sets.cells(ctx, domain) for domain in domains)):
            inside = ctx.fx.all_of(f for f, _ in row)
            key = row[0][1] if single else sets.tuple_of(e for _, e in row)
            for f, known in _options(encoder, key):
                here = ctx.fx.both(inside, f)
                value = ctx.under(here, lambda known=known: (at(known),))  # type: ignore[misc]
                if value is not None:
                    pairs.append((here, known, value[0]))
        return functions.as_function(ctx, pairs)

    rule = SRule(domains[0] if single else SCross(tuple(domains)), at, build)
    inner = frame.bind({slot: rule})
    return rule


def apply(encoder: Encoder, rule: SRule, arg: Value) -> Value:
    """The value at an argument; outside of the domain is a failure."""
    ctx = encoder.ctx
    arms: list[tuple[F, Callable[[], Value]]] = []
    for f, key in _options(encoder, arg):
        inside = ctx.under(f, partial(sets.member, ctx, key, rule.domain))
        inside = FALSE_F if inside is None else inside
        ctx.fail(ctx.fx.both(f, F(-inside)), "E003", f"{show(key)} is outside the domain of the function")
        arms.append((ctx.fx.both(f, inside), partial(rule.at, key)))
    return encoder.branches(arms)


def _options(encoder: Encoder, key: Value) -> list[tuple[F, Value]]:
    if is_concrete(key):
        return [(TRUE_F, key)]
    options = merging.explode(encoder.ctx, key, sets.EXPLODE_MAX)
    if options is None:
        raise encoder.ctx.refuse("S003", "a recursive function is applied to an argument that is not known")
    return options
