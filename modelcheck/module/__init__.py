"""Modules: from syntax trees and a cfg to a `Model` in which every name is resolved.

`resolve_file` reads a module with all it extends and instantiates; `load` adds the cfg; `resolve_expression` reads an
expression in the scope of a module. Errors are `TlaError` with `M` codes (modules and names) or `C` codes (cfg).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelcheck.module.model import Model
    from modelcheck.module.tree import Expr, ResolvedModule


def resolve_file(path: Path | str, library: Sequence[Path | str] = ()) -> ResolvedModule:
    """The module in the file `path`, resolved with everything it extends and instantiates.

    `library`: further folders with modules. Raises `TlaError` (`P` and `M` codes).
    """
    from modelcheck.module.api import resolve_file as work

    return work(path, library)


def resolve_text(text: str, name: str = "<text>", library: Sequence[Path | str] = ()) -> ResolvedModule:
    """The first module in a text; modules it needs come from `library` and the standard modules."""
    from modelcheck.module.api import resolve_text as work

    return work(text, name, library)


def resolve_expression(module: ResolvedModule, text: str, name: str = "<expression>") -> Expr:
    """An expression that may use every name visible at the end of `module`. Raises `TlaError`."""
    from modelcheck.module.api import resolve_expression as work

    return work(module, text, name)


def load(path: Path | str, config_path: Path | str | None = None, library: Sequence[Path | str] = ()) -> Model:
    """The model of a spec and its cfg (by default the file of the same name with `.cfg`, or one embedded in it)."""
    from modelcheck.module.api import load as work

    return work(path, config_path, library)
