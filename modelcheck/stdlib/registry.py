"""Operators of the standard modules that are done in Python: which, and how they are called.

A module `M` of the library may have, beside its text `M.tla`, a Python file `M.py` that registers functions with
`@override("M", "Op")`. An override means exactly what the definition in the text means, or, where the text
can only name a value (`CHOOSE v : TRUE`), what TLC gives. It takes values and returns a value; a parameter
that is an operator arrives as a Python callable from values to a value. It raises EvalError without a span
(the caller knows the place). `lookup` loads `M.py` at the first question.

An override with `needs_context` gets a `RunContext` as its first argument. One that is `impure` may give
another value each time (the clock, a register, a random choice), so its value must not be kept.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from modelcheck.errors import EvalError
from modelcheck.records import dataclass, field
from modelcheck.values import TRUE, Bool, Fn, Value, boolean, is_function, kind_phrase, show
from modelcheck.values.lazybase import LazySet

if TYPE_CHECKING:
    from random import Random

#: The modules that have a Python file.
MODULES = frozenset(
    (
        "Apalache", "Bags", "BagsExt", "Bitwise", "CSV", "Combinatorics", "FiniteSets", "FiniteSetsExt",
        "Folds", "Functions", "GraphViz", "IOUtils", "Integers", "Json", "Naturals", "Randomization",
        "Reals", "Relation", "SVG", "Sequences", "SequencesExt", "Statistics", "TLC", "TLCExt", "Toolbox",
    )
)  # fmt: skip


class RunContext(Protocol):
    """What the run offers to operators such as `PrintT`, `TLCGet` and `RandomElement`.

    `out(text)`: shows a line to the user. `registers`: TLCSet's, by number or name. `level`: the number of the
    state at hand in its behavior (1 for an initial state; 0 outside of any). `rng`: seeded by the run.
    `fact(name)`: `TLCGet(name)` for a string other than "level", or None when the run knows no such fact.
    `request(name, value)`: `TLCSet(name, value)`; False when the run knows no such request.
    `trace()`: the states up to the one at hand, a sequence of records, or None when it is not known.
    `environment`: IOEnv. `path(name)`: the file an operator may read or write under that name, or None when
    the run forbids it. `directory`: the working directory; `allow_io`: files outside of it too;
    `allow_exec`: programs may be run in it.
    """

    out: Callable[[str], None]
    registers: dict[Value, Value]
    level: int
    rng: Random
    environment: Mapping[str, str]
    directory: Path
    allow_io: bool
    allow_exec: bool

    def fact(self, name: str) -> Value | None: ...

    def request(self, name: str, value: Value) -> bool: ...

    def trace(self) -> tuple[Value, ...] | None: ...

    def path(self, name: str) -> Path | None: ...


def _print(text: str) -> None:
    print(text, file=sys.stdout)


@dataclass
class PlainContext:
    """A RunContext to start from: prints to standard output, knows the facts it is given, and allows files below
    `directory` only (anywhere when `allow_io`), programs when `allow_exec`. Requests are kept in `requests`."""

    out: Callable[[str], None] = _print
    registers: dict[Value, Value] = field(default_factory=dict)
    level: int = 0
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    facts: dict[str, Value | Callable[[], Value]] = field(default_factory=dict)
    requests: dict[str, Value] = field(default_factory=dict)
    directory: Path = field(default_factory=Path.cwd)
    allow_io: bool = False
    allow_exec: bool = False

    @cached_property
    def rng(self) -> Random:
        """Draws at random, the same in every run."""
        from random import Random

        return Random(0)

    def fact(self, name: str) -> Value | None:
        """The fact of that name; facts given as callables are asked now."""
        found = self.facts.get(name)
        return found() if callable(found) else found

    def request(self, name: str, value: Value) -> bool:
        """Keeps "exit" and "pause" in `requests`."""
        if name not in ("exit", "pause"):
            return False
        self.requests[name] = value
        return True

    def trace(self) -> tuple[Value, ...] | None:
        """Not known here."""
        return None

    def path(self, name: str) -> Path | None:
        """`directory / name`, or None when that lies outside and `allow_io` is off.

        What counts is where the file really is, whatever links or `..` lead there, and it comes back without them.
        ValueError for what is no name of a file.
        """
        home = self.directory.resolve()
        try:
            path = (home / name).resolve()
        except RuntimeError as error:  # links in a circle
            raise ValueError(str(error)) from None
        return path if self.allow_io or path.is_relative_to(home) else None


@dataclass(frozen=True, slots=True)
class Access:
    """What the user lets a spec reach. `files`: those outside the working directory too. `programs`: run them."""

    files: bool = False
    programs: bool = False

    def grant(self, context: RunContext) -> None:
        """Let the operators that use this context reach it."""
        context.allow_io, context.allow_exec = self.files, self.programs


@dataclass(frozen=True, slots=True)
class Override:
    """One operator in Python. `arity` counts the operator's parameters (the context is none of them)."""

    fn: Callable[..., Value]
    arity: int
    impure: bool
    needs_context: bool
    primed: Callable[..., Value] | None = None


OVERRIDES: dict[tuple[str, str], Override] = {}


def override(
    module: str,
    *names: str,
    impure: bool = False,
    needs_context: bool = False,
    primed: Callable[..., Value] | None = None,
) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Registers the decorated function as the operator(s) `names` of `module`; arity is that of the function. `primed`:
    what it is under a prime, if that is another than itself with primed arguments."""

    def register(fn: Callable[..., Value]) -> Callable[..., Value]:
        arity = fn.__code__.co_argcount - (1 if needs_context else 0)
        for name in names:
            assert (module, name) not in OVERRIDES, (module, name)
            OVERRIDES[module, name] = Override(fn, arity, impure, needs_context, primed)
        return fn

    return register


def lookup(module: str, name: str) -> Override | None:
    """The override of an operator of a library module, or None. Loads the module's Python file if need be.

    Only for modules whose text came from the library: a user's own module may have the same name.
    """
    if module not in MODULES:
        return None
    if f"modelcheck.stdlib.{module}" not in sys.modules:
        import_module(f"modelcheck.stdlib.{module}")
    return OVERRIDES.get((module, name))


# ---- for the override files ----

Operator1 = Callable[[Value], Value]
Operator2 = Callable[[Value, Value], Value]


def wrong(operator: str, needs: str, v: Value) -> EvalError:
    """EvalError E004: `operator` needs `needs` (with its article) where it got `v`."""
    return EvalError("E004", f"{operator} needs {needs}, but {show(v)} is {kind_phrase(v)}")


def integer(operator: str, v: Value) -> int:
    """`v`, an integer; else E004."""
    if type(v) is not int:
        raise wrong(operator, "an integer", v)
    return v


def natural(operator: str, v: Value) -> int:
    """`v`, a natural number; else E004."""
    if type(v) is not int:
        raise wrong(operator, "a natural number", v)
    if v < 0:
        raise EvalError("E004", f"{operator} needs a natural number, not {v}")
    return v


def string(operator: str, v: Value) -> str:
    """`v`, a string; else E004."""
    if type(v) is not str:
        raise wrong(operator, "a string", v)
    return v


def sequence(operator: str, v: Value) -> tuple[Value, ...]:
    """`v`, a sequence; else E004."""
    if type(v) is not tuple:
        raise wrong(operator, "a sequence", v)
    return v


def function(operator: str, v: Value) -> Value:
    """`v`, a function (record and sequence included); else E004."""
    if not is_function(v):
        raise wrong(operator, "a function", v)
    return v


def finite_set(operator: str, v: Value) -> Value:
    """`v`, a set; else E004."""
    if type(v) is not frozenset and not isinstance(v, LazySet):
        raise wrong(operator, "a set", v)
    return v


def truth(operator: str, v: Value) -> bool:
    """The Python truth of what a predicate returned; else E009."""
    if type(v) is not Bool:
        raise EvalError("E009", f"the test given to {operator} returned {show(v)}, {kind_phrase(v)}")
    return v is TRUE


def refuse(operator: str, why: str, mend: str | None = None) -> EvalError:
    """EvalError E011: an operator that a run like ours does not have."""
    return EvalError("E011", f"{operator} {why}", mend=mend)


__all__ = [
    "MODULES",
    "OVERRIDES",
    "Access",
    "Fn",
    "Operator1",
    "Operator2",
    "Override",
    "PlainContext",
    "RunContext",
    "boolean",
    "finite_set",
    "function",
    "integer",
    "lookup",
    "natural",
    "override",
    "refuse",
    "sequence",
    "string",
    "truth",
    "wrong",
]
