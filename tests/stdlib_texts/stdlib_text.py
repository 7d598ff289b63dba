"""What the texts of the standard modules say of themselves: their files, their examples, their operators."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import modelcheck.stdlib
from modelcheck.module import resolve_file, resolve_text
from modelcheck.module.tree import ResolvedModule

FOLDER = Path(modelcheck.stdlib.__file__).parent
COMMON = ("Integers", "Sequences", "FiniteSets", "TLC")  # examples may use these beside their own module
NAMES = sorted(path.stem for path in FOLDER.glob("*.tla"))


def text_of(name: str) -> str:
    """The text of a standard module."""
    return (FOLDER / f"{name}.tla").read_text(encoding="ascii")


def examples() -> list[tuple[str, str]]:
    r"""All lines `\* Example: EXPRESSION` as (module, expression); each expression is constant and true."""
    return [(name, line) for name in NAMES for line in examples_in(text_of(name))]


def examples_in(text: str) -> list[str]:
    """The examples in the text of one module."""
    return [line.strip() for line in re.findall(r"^\\\* Example: (.*)$", text, re.M)]


@cache
def module_of(name: str) -> ResolvedModule:
    """A standard module, resolved."""
    return resolve_file(FOLDER / f"{name}.tla")


def module_for_examples(name: str) -> ResolvedModule:
    """A module in whose scope the examples of a standard module are written."""
    extended = [*(other for other in COMMON if other != name), name]
    return resolve_text(f"---- MODULE Examples ----\nEXTENDS {', '.join(extended)}\n====\n", "examples")


def operators(name: str) -> dict[str, int]:
    """The operators that a standard module itself defines for those who extend it, with their arities."""
    return {
        symbol: len(definition.params)
        for symbol, definition in module_of(name).definitions.items()
        if definition.module == name and not definition.local and definition.kind in ("op", "fn")
    }


def facts(name: str) -> list[str]:
    """The names of a standard module's own theorems."""
    return re.findall(r"^(?:THEOREM|LEMMA) (\w+) ==", text_of(name), re.M)
