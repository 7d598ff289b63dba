"""Expressions evaluated one after the other: what `tlapair eval` and `tlapair repl` share.

Takes expressions and definitions as text, over a module (with its cfg, if there is one) or over a few standard modules;
gives values. What is defined stays; a name defined again is replaced. An expression of variables needs a state: those
of a saved trace can be loaded. Errors are `TlaError`s, with places in the text that was given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from modelcheck.engine.closures import ClosureEngine
from modelcheck.errors import EvalError, TlaError
from modelcheck.explore.saved import SavedTrace, read_trace
from modelcheck.module import resolve_expression, resolve_text
from modelcheck.module.constants import bind, rank_values
from modelcheck.module.model import Model
from modelcheck.module.tree import Definition
from modelcheck.records import dataclass
from modelcheck.source import SourceFile
from modelcheck.syntax.config import CfgModelValue, CfgSet, CfgValue, Config, ConstAssign, parse_config
from modelcheck.values import Value, reset_order

if TYPE_CHECKING:
    from modelcheck.module.tree import ResolvedModule, Symbol
    from modelcheck.stdlib.registry import Access

#: What is at hand when no module is named.
STANDARD = ("Integers", "Sequences", "FiniteSets", "Bags", "TLC")
NAME = "TlapairSession"

_SKIP = re.compile(r'"(?:\\.|[^"\\])*"|\\\*[^\n]*|\(\*.*?\*\)', re.DOTALL)
_DEFINES = re.compile(r"==|≜")
_LET = re.compile(r"\b(?:LET|CHOOSE|LAMBDA)\b")
_HEADS = re.compile(r"\s*(CONSTANTS?|VARIABLES?|RECURSIVE|LOCAL|INSTANCE|ASSUME|THEOREM)\b")
_EXTENDS = re.compile(r"\s*EXTENDS\b(.*)", re.DOTALL)
_DEFINED = re.compile(r"\s*(?:RECURSIVE\b.*?\n)?\s*(?:LOCAL\s+)?(.*?)(?:==|≜)", re.DOTALL)
_WORD = re.compile(r"[A-Za-z_]\w*")


def is_unit(text: str) -> bool:
    """Whether the text defines, declares or extends something (and is no expression)."""
    bare = _SKIP.sub(" ", text)
    if _HEADS.match(bare) or _EXTENDS.match(bare):
        return True
    found = _DEFINES.search(bare)
    return found is not None and _LET.search(bare[: found.start()]) is None


@dataclass(slots=True)
class _Unit:
    """A piece of text that was typed in, and the name it defines ('' for anything else)."""

    name: str
    text: str


class Session:
    """A module that grows. `module`: the user's module; without one, `STANDARD`. `extends`: more modules."""

    def __init__(
        self,
        module: str | Path | None = None,
        config: str | Path | None = None,
        *,
        extends: Sequence[str] = (),
        library: Sequence[str | Path] = (),
        output: Callable[[str], None] | None = None,
        access: Access | None = None,
    ) -> None:
        self.path = None if module is None else Path(module)
        self.config_path = None if config is None else Path(config)
        self.extends = [*([self.path.stem] if self.path is not None else STANDARD), *extends]
        self.library = [*([self.path.absolute().parent] if self.path is not None else [Path.cwd()]), *library]
        self.output = output
        self.access = access
        self.trace: SavedTrace | None = None
        self.at = 0  # the number of the trace's state at hand, from 0
        self._units: list[_Unit] = []
        self._registers: dict[Value, Value] = {}  # TLCSet's, kept when something is defined
        self.reload()

    # ---- the module ----

    def reload(self) -> None:
        """Read everything from its files again."""
        if self.path is not None:
            from modelcheck.module import resolve_file

            resolve_file(self.path, self.library)  # its own errors, with its own places
        reset_order()
        self.config = self._config()
        self._build(self._units, self.extends)

    def _config(self) -> Config:
        path = self.config_path
        if path is None and self.path is not None and self.path.with_suffix(".cfg").is_file():
            path = self.path.with_suffix(".cfg")
        config = Config(SourceFile("(no cfg)", "")) if path is None else parse_config(path)
        self._has_config = path is not None
        rank_values(config)
        return config

    def _build(self, units: list[_Unit], extends: list[str]) -> None:
        lines = [f"---- MODULE {NAME} ----", f"EXTENDS {', '.join(extends)}", *(u.text for u in units), "====", ""]
        root = resolve_text("\n".join(lines), "(typed in)", self.library)
        model = self._model(root)
        engine = ClosureEngine(model)
        if self.output is not None:
            engine.context.out = self.output
        if self.access is not None:
            self.access.grant(engine.context)
        engine.context.registers = self._registers
        self.root, self.model, self.engine = root, model, engine
        self._units, self.extends = units, extends

    def _model(self, root: ResolvedModule) -> Model:
        model = Model(root, self.config, tuple(root.variables), {}, {})
        if self._has_config:
            bindings = bind(root, self.config)
            model.constants, model.replaced = bindings.constants, bindings.replaced
        return model

    def define(self, text: str) -> str:
        """Add a definition, declaration or EXTENDS; the name defined, or what else was added. It is kept only if it
        is right."""
        text = text.strip()
        extending = _EXTENDS.match(_SKIP.sub(" ", text))
        if extending is not None:
            names = [name for name in _WORD.findall(extending.group(1)) if name not in self.extends]
            self._build(list(self._units), [*self.extends, *names])
            return ", ".join(names)
        found = _DEFINED.match(_SKIP.sub(" ", text))
        name = _name_of(found.group(1)) if found is not None else ""
        kept = [unit for unit in self._units if not name or unit.name != name]
        place = next((i for i, unit in enumerate(self._units) if name and unit.name == name), len(kept))
        self._build([*kept[:place], _Unit(name, text), *kept[place:]], list(self.extends))
        return name or text.split()[0]

    @property
    def typed(self) -> tuple[str, ...]:
        """The definitions typed in so far."""
        return tuple(unit.text for unit in self._units)

    def names(self) -> list[str]:
        """Every name that an expression may use."""
        return sorted(name for name in self.root.names if _WORD.fullmatch(name))

    def text_of(self, name: str) -> str:
        """The text that defines a name. M001 when it is not defined."""
        symbol: Symbol | None = self.root.names.get(name)
        if symbol is None:
            raise TlaError("M001", f"{name!r} is not defined here", cause="", mend=_near(name, self.names()))
        span = symbol.span
        if span is None:
            return f"{name} is built in"
        text = span.text
        if isinstance(symbol, Definition):
            body = symbol.complete().body
            if body is not None and body.span is not None and body.span.file is span.file:
                text = span.file.text[span.start : body.span.end]
        if not isinstance(symbol, Definition):
            text = f"{type(symbol).__name__.upper()} {text}"
        module = getattr(symbol, "module", NAME)
        return text.strip() + ("" if module == NAME else f"   \\* in module {module}")

    # ---- values ----

    def evaluate(self, text: str) -> Value:
        """The value of an expression, in the state at hand if there is one."""
        expr = resolve_expression(self.root, text, "(expression)")
        try:
            return self.engine.evaluate(expr, *self._states())
        except EvalError as error:
            if "none is given here" in error.message:  # a variable, and no state at hand
                error.cause = "a variable has a value only in a state"
                error.mend = "load a trace to take its states from: --trace FILE, or :trace FILE in the repl"
            raise

    def _states(self) -> tuple[tuple[Value, ...] | None, tuple[Value, ...] | None]:
        if self.trace is None:
            return None, None
        states = self.trace.states
        after = states[self.at + 1] if self.at + 1 < len(states) else None
        return states[self.at], after

    def load_trace(self, path: str | Path) -> SavedTrace:
        """Read a saved trace of this module; its first state is then at hand."""
        self.trace = read_trace(Path(path), self.engine.variables, model_values(self.config))
        self.at = 0
        return self.trace

    def go_to(self, number: int) -> None:
        """Take the state of that number, from 1, at hand. U013 when there is none."""
        if self.trace is None or not 1 <= number <= len(self.trace.states):
            states = 0 if self.trace is None else len(self.trace.states)
            what = f"the trace has {states} states" if states else "no trace is loaded"
            raise TlaError("U013", f"there is no state {number}: {what}")
        self.at = number - 1


def model_values(config: Config) -> frozenset[str]:
    """The names of the model values in a cfg."""
    found: set[str] = set()
    stack: list[CfgValue] = [e.value for e in config.constants if isinstance(e, ConstAssign)]
    while stack:
        value = stack.pop()
        if isinstance(value, CfgModelValue):
            found.add(value.name)
        elif isinstance(value, CfgSet):
            stack.extend(value.items)
    return frozenset(found)


def _name_of(head: str) -> str:
    """The name that a definition's head defines: `Op(x)`, `f[x \\in S]`, `a ++ b`, `-. a`."""
    head = head.strip()
    words = _WORD.findall(head)
    infix = re.fullmatch(r"[A-Za-z_]\w*\s*(\S+?)\s*[A-Za-z_]\w*", head)
    if infix is not None and not re.match(r"\w", infix.group(1)):
        return infix.group(1)
    return words[0] if words else head


def _near(name: str, names: Sequence[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, names, 3)
    return f"did you mean {' or '.join(near)}?" if near else ""
