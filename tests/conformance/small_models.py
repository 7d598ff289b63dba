"""Models made from a text: what an engine needs to know, without a cfg."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from modelcheck.module import resolve_text
from modelcheck.module.tree import Appl, Expr, ResolvedModule
from modelcheck.values import ModelValue, Value


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
