"""Models made from a text: what an engine needs to know, without a cfg."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

from action_cases import Case

from modelcheck.engine.protocol import Engine
from modelcheck.module import resolve_expression, resolve_text
from modelcheck.module.tree import Appl, Expr, ResolvedModule
from modelcheck.values import ModelValue, Value, reset_order


def formula(module: ResolvedModule, name: str) -> Expr:
    """The definition of that name, as an expression."""
    return Appl(None, module.definitions[name])


def model_of(
    module: ResolvedModule,
    init: Iterable[str] = (),
    next_: str | None = None,
    constants: Mapping[str, Value] | None = None,
    replaced: Mapping[str, str] | None = None,
) -> Any:
    """The model of a resolved module: constants without a value stand for the model value of their name."""
    given = dict(constants or {})
    by_name = {replaced_name: module.definitions[name] for replaced_name, name in (replaced or {}).items()}
    values = {c: given.get(c.name, ModelValue(c.name)) for c in module.constants if c.name not in by_name}
    return SimpleNamespace(
        variables=tuple(module.variables),
        constants=values,
        replaced={module.names[name]: definition for name, definition in by_name.items()},
        inits=[formula(module, name) for name in init],
        next=None if next_ is None else formula(module, next_),
    )


def module_of(name: str, body: str) -> ResolvedModule:
    """A module from its body."""
    return resolve_text(f"---- MODULE {name} ----\n{body}\n====\n", name)


def engine_of_case(make: Callable[[Any], Engine], case: Case) -> tuple[Any, Engine]:
    """The resolved module of a case and its engine."""
    reset_order()
    body = dedent(case.text)
    module = module_of("Spec", body if "EXTENDS" in body.split("VARIABLE")[0] else "EXTENDS Integers\n" + body)
    plain = make(model_of(module))
    constants = {n: plain.evaluate(resolve_expression(module, text)) for n, text in case.constants.items()}
    return module, make(model_of(module, case.init, "Next", constants, case.replaced))
