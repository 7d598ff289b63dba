"""The work behind the functions of `modelcheck.module`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from modelcheck.module.deep import run_deep
from modelcheck.module.loader import Loader
from modelcheck.module.tree import Expr, ResolvedModule

if TYPE_CHECKING:
    from modelcheck.module.model import Model


def resolve_file(path: Path | str, library: Sequence[Path | str] = ()) -> ResolvedModule:
    """See `modelcheck.module.resolve_file`."""
    path = Path(path)
    return run_deep(lambda: Loader(path.parent, library).load_root(path).resolved)


def resolve_text(text: str, name: str, library: Sequence[Path | str] = ()) -> ResolvedModule:
    """See `modelcheck.module.resolve_text`."""
    from modelcheck.syntax import parse_text

    def work() -> ResolvedModule:
        modules = parse_text(text, name)
        loader = Loader(None, library)
        root = loader.note(modules[0], {module.name: module for module in reversed(modules)}, False)
        return loader.load_unit(root).resolved

    return run_deep(work)


def resolve_expression(module: ResolvedModule, text: str, name: str) -> Expr:
    """See `modelcheck.module.resolve_expression`."""
    from modelcheck.module.level import Checker
    from modelcheck.module.scope import Scope
    from modelcheck.module.units import ModuleResolver
    from modelcheck.syntax import parse_expression
    from modelcheck.syntax.nodes import Module

    def work() -> Expr:
        node = parse_expression(text, name)
        parent, loader = module.context or (None, Loader(None))
        own = Module(node.span, module.name, (), ())
        scope = Scope(module.name, own, module, parent, dict(module.names), declared=True)
        try:
            expr = ModuleResolver(scope, loader).expr(node)
        finally:
            loader.loading.clear()
        Checker(False, {}).expr(expr)
        return expr

    return run_deep(work)


def load(path: Path | str, config_path: Path | str | None, library: Sequence[Path | str] = ()) -> Model:
    """See `modelcheck.module.load`."""
    from modelcheck.module.constants import rank_values
    from modelcheck.module.model import build_model
    from modelcheck.syntax.config import parse_config
    from modelcheck.values import reset_order

    path = Path(path)
    reset_order()
    if not os.path.isfile(path):  # a wrong path is more worth saying than the cfg that is not beside it
        resolve_file(path, library)
    if config_path is None:
        beside = path.with_suffix(".cfg")
        config_path = path if not beside.is_file() and _embeds(path) else beside
    config = parse_config(config_path)
    rank_values(config)
    return build_model(resolve_file(path, library), config)


def _embeds(path: Path) -> bool:
    """Whether a module's file has a cfg for it inside."""
    from modelcheck.syntax.config import embedded_config
    from modelcheck.syntax.files import read_source

    return embedded_config(read_source(path), path.stem) is not None
