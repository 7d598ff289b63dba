"""TLC's model files (`.cfg`): text in, one frozen `Config` out.

A cfg gives values to constants, replaces definitions, and names what is to be checked. The 22 keywords and
their forms are TLC's (*Specifying Systems*, section 14.7.1; the public `ModelConfig` of TLC). Beyond TLC,
negative integers are values (`NULL = -1`), as Apalache reads them. A cfg may also stand inside the `.tla` file,
between ``---- CONFIG Name ----`` and ``====``: see `embedded_config`.

Refused, each with a `C` code: unknown keywords, a keyword given twice that may stand once, missing names or
values, a constant that gets two different values, characters that no token begins with, unclosed comments and
strings. Names are not resolved here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn, TypeAlias

from modelcheck.errors import TlaError
from modelcheck.records import dataclass, field
from modelcheck.source import SourceFile, Span

MAX_VALUE_DEPTH = 100  # sets within sets


@dataclass(frozen=True, slots=True)
class CfgNode:
    """What every part of a cfg has: its place."""

    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CfgInt(CfgNode):
    """`3`, `-1`."""

    value: int


@dataclass(frozen=True, slots=True)
class CfgString(CfgNode):
    """`"abc"`; without quotes and escapes."""

    value: str


@dataclass(frozen=True, slots=True)
class CfgBool(CfgNode):
    """`TRUE` or `FALSE`."""

    value: bool


@dataclass(frozen=True, slots=True)
class CfgModelValue(CfgNode):
    """A model value; `A_x` is typed, of type `A` (see `type_letter`)."""

    name: str

    @property
    def type_letter(self) -> str | None:
        """The type of a typed model value: the one letter before the first `_`, or None if untyped."""
        return self.name[0] if len(self.name) > 1 and self.name[1] == "_" and self.name[0].isalpha() else None


@dataclass(frozen=True, slots=True)
class CfgSet(CfgNode):
    """`{v1, …, vn}`."""

    items: tuple[CfgValue, ...]


CfgValue: TypeAlias = CfgInt | CfgString | CfgBool | CfgModelValue | CfgSet


@dataclass(frozen=True, slots=True)
class ConstAssign(CfgNode):
    """`name = value`, `name = [module] value`, or `name(args) = value`, one point of an operator."""

    name: str
    module: str | None
    value: CfgValue
    args: tuple[CfgValue, ...] = ()


@dataclass(frozen=True, slots=True)
class ConstReplace(CfgNode):
    """`name <- target` or `name <- [module] target`."""

    name: str
    module: str | None
    target: str


@dataclass(frozen=True, slots=True)
class CfgName(CfgNode):
    """A name of a definition, as in `INVARIANT name`."""

    name: str


@dataclass(frozen=True, slots=True)
class Config:
    """A whole cfg, in the order of the text. `check_deadlock` is None when the cfg does not say."""

    file: SourceFile = field(compare=False, repr=False)
    constants: tuple[ConstAssign, ...] = ()
    replacements: tuple[ConstReplace, ...] = ()
    init: CfgName | None = None
    next: CfgName | None = None
    specification: CfgName | None = None
    invariants: tuple[CfgName, ...] = ()
    properties: tuple[CfgName, ...] = ()
    constraints: tuple[CfgName, ...] = ()
    action_constraints: tuple[CfgName, ...] = ()
    symmetry: CfgName | None = None
    view: CfgName | None = None
    alias: CfgName | None = None
    postconditions: tuple[CfgName, ...] = ()
    periodic: CfgName | None = None
    rl_reward: CfgName | None = None
    possible: tuple[CfgName, ...] = ()
    check_deadlock: bool | None = None
    pragmas: tuple[Span, ...] = field(default=(), compare=False, repr=False)
    """What stands after `tlapair:` in the comments that begin with it."""

    @property
    def postcondition(self) -> CfgName | None:
        """The first `POSTCONDITION`, if there is one."""
        return self.postconditions[0] if self.postconditions else None


ONE_NAME = {
    "INIT": "init",
    "NEXT": "next",
    "SPECIFICATION": "specification",
    "SYMMETRY": "symmetry",
    "VIEW": "view",
    "ALIAS": "alias",
    "_PERIODIC": "periodic",
    "_RL_REWARD": "rl_reward",
}
MANY_NAMES = {
    "INVARIANT": "invariants",
    "INVARIANTS": "invariants",
    "PROPERTY": "properties",
    "PROPERTIES": "properties",
    "CONSTRAINT": "constraints",
    "CONSTRAINTS": "constraints",
    "ACTION_CONSTRAINT": "action_constraints",
    "ACTION_CONSTRAINTS": "action_constraints",
    "POSTCONDITION": "postconditions",
    "POSTCONDITIONS": "postconditions",
    "_POSSIBLE": "possible",
}
CONSTANT_WORDS = frozenset(("CONSTANT", "CONSTANTS"))
KEYWORDS = CONSTANT_WORDS | ONE_NAME.keys() | MANY_NAMES.keys() | {"CHECK_DEADLOCK"}

_TOKEN = re.compile(
    r"""(?P<space>\s+|\\\*[^\n]*)
      | (?P<open>\(\*)
      | (?P<number>-?[0-9]+(?![0-9A-Za-z_]))
      | (?P<name>[0-9A-Za-z_]+)
      | (?P<string>"(?:[^"\\\n]|\\.)*")
      | (?P<symbol><-|[{}\[\](),!=]|\\[A-Za-z]+|[-+*/^|&$%\#@?<>:.~']+)""",
    re.VERBOSE,
)
_PUNCTUATION = frozenset(("=", "<-", "{", "}", "[", "]", "(", ")", ",", "!"))
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}
_PRAGMA = re.compile(r"\s*tlapair\s*:", re.IGNORECASE)
_CONFIG_BEGIN = re.compile(r"^-----*[ \t]*CONFIG[ \t]+(\S+)[ \t]*-----*[ \t\r]*$", re.MULTILINE)
_CONFIG_END = re.compile(r"^====", re.MULTILINE)


def parse_config(path: Path | str) -> Config:
    """Read a `.cfg` file; of a `.tla` file, the cfg embedded in it.

    Raises `TlaError` with a `C` code: the file cannot be read, has no cfg in it, or is wrong at some place.
    """
    from modelcheck.syntax.files import read_source

    path = Path(path)
    source = read_source(path, unreadable="C001", undecodable="C002")
    if path.suffix != ".tla":
        return parse_config_source(source)
    config = embedded_config(source, path.stem)
    if config is None:
        raise TlaError(
            "C001",
            f"{path} holds no cfg: there is no line '---- CONFIG {path.stem} ----'",
            mend=f"write the cfg between '---- CONFIG {path.stem} ----' and '====', or give a .cfg file",
        )
    return config


def parse_config_text(text: str, name: str = "<cfg>") -> Config:
    """Read a cfg from a string; `name` is what messages call it."""
    return parse_config_source(SourceFile(name, text))


def embedded_config(source: SourceFile, module: str) -> Config | None:
    """The cfg that stands inside a `.tla` file for `module`; None if there is none."""
    for begin in _CONFIG_BEGIN.finditer(source.text):
        if begin.group(1) == module:
            end = _CONFIG_END.search(source.text, begin.end())
            return parse_config_source(source, begin.end(), end.start() if end else len(source.text))
    return None


def parse_config_source(source: SourceFile, start: int = 0, end: int | None = None) -> Config:
    """Read the cfg that is the part `[start, end)` of `source` (by default all of it)."""
    return _Reader(source, start, len(source.text) if end is None else end).config()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # number, name, string, symbol, end
    text: str
    span: Span


def _tokens(source: SourceFile, start: int, end: int, pragmas: list[Span]) -> Iterator[_Token]:
    text, at = source.text, start
    while at < end:
        found = _TOKEN.match(text, at, end)
        if found is None:
            char = text[at]
            if char == '"':
                raise TlaError("C004", "a string without its closing quote", Span(source, at, at + 1))
            raise TlaError("C003", f"unexpected character {char!r}", Span(source, at, at + 1))
        kind = found.lastgroup or ""
        at = found.end()
        if kind == "open":
            at = _skip_comment(source, found.start(), end)
            pragmas += _pragma(Span(source, found.start() + 2, at - 2))
        elif kind == "space":
            pragmas += _pragma(Span(source, found.start() + 2, at)) if found.group().startswith("\\*") else ()
        else:
            yield _Token(kind, found.group(), Span(source, found.start(), at))
    yield _Token("end", "", Span(source, end, end))


def _pragma(comment: Span) -> list[Span]:
    """What stands after `tlapair:` in a comment, if it begins so."""
    found = _PRAGMA.match(comment.text)
    return [] if found is None else [Span(comment.file, comment.start + found.end(), comment.end)]


def _skip_comment(source: SourceFile, start: int, end: int) -> int:
    depth = 0
    for mark in re.compile(r"\(\*|\*\)").finditer(source.text, start, end):
        depth += 1 if mark.group() == "(*" else -1
        if depth == 0:
            return mark.end()
    raise TlaError("C004", "a comment '(*' without its '*)'", Span(source, start, start + 2))


def _unescape(literal: str) -> str:
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m.group(1), m.group(1)), literal[1:-1])


class _Reader:
    """One pass over the tokens, one token ahead."""

    def __init__(self, source: SourceFile, start: int, end: int) -> None:
        self.source = source
        self.pragmas: list[Span] = []
        self.stream = _tokens(source, start, end, self.pragmas)
        self.token = next(self.stream)
        self.constants: list[ConstAssign] = []
        self.replacements: list[ConstReplace] = []
        self.single: dict[str, CfgName] = {}
        self.lists: dict[str, list[CfgName]] = {}
        self.check_deadlock: bool | None = None

    def take(self) -> _Token:
        token = self.token
        if token.kind != "end":
            self.token = next(self.stream)
        return token

    def config(self) -> Config:
        while self.token.kind != "end":
            keyword = self.take()
            if keyword.text in CONSTANT_WORDS:
                self.read_constants()
            elif keyword.text in ONE_NAME:
                self.read_one_name(keyword)
            elif keyword.text in MANY_NAMES:
                self.read_names(keyword)
            elif keyword.text == "CHECK_DEADLOCK":
                self.read_deadlock(keyword)
            else:
                self.unknown_keyword(keyword)
        self.refuse_two_values()
        lists = {name: tuple(items) for name, items in self.lists.items()}
        return Config(
            self.source,
            tuple(self.constants),
            tuple(self.replacements),
            check_deadlock=self.check_deadlock,
            pragmas=tuple(self.pragmas),
            **self.single,  # type: ignore[arg-type]
            **lists,  # type: ignore[arg-type]
        )

    def at_section_end(self) -> bool:
        return self.token.kind == "end" or self.token.text in KEYWORDS

    def read_one_name(self, keyword: _Token) -> None:
        attribute = ONE_NAME[keyword.text]
        if attribute in self.single:
            self.twice(keyword, self.single[attribute].span)
        self.single[attribute] = self.definition_name(keyword.text)

    def read_names(self, keyword: _Token) -> None:
        names = self.lists.setdefault(MANY_NAMES[keyword.text], [])
        while not self.at_section_end():
            names.append(self.definition_name(keyword.text))

    def definition_name(self, after: str) -> CfgName:
        token = self.token
        if token.kind != "name" or token.text in KEYWORDS:
            self.missing_name(after)
        self.take()
        return CfgName(token.span, token.text)

    def read_deadlock(self, keyword: _Token) -> None:
        if self.check_deadlock is not None:
            self.twice(keyword, None)
        token = self.take()
        if token.text not in ("TRUE", "FALSE"):
            raise TlaError("C007", f"CHECK_DEADLOCK must be TRUE or FALSE, not {_shown(token)}", token.span)
        self.check_deadlock = token.text == "TRUE"

    def read_constants(self) -> None:
        while not self.at_section_end():
            first = self.take()
            name = first.text
            if first.kind not in ("name", "symbol") or name in _PUNCTUATION:
                raise TlaError("C008", f"expected a constant's name, found {_shown(first)}", first.span)
            while self.token.text == "!":
                self.take()
                name += "!" + self.take().text
            args = self.arguments()
            sign = self.take()
            if sign.text == "<-" and not args:
                module = self.module_name()
                target = self.definition_target()
                self.replacements.append(ConstReplace(first.span.to(target.span), name, module, target.text))
            elif sign.text == "=":
                module = self.module_name()
                value = self.value(0)
                self.constants.append(ConstAssign(first.span.to(value.span), name, module, value, args))
            else:
                message = f"expected '=' or '<-' after '{name}', found {_shown(sign)}"
                raise TlaError("C008", message, sign.span)

    def arguments(self) -> tuple[CfgValue, ...]:
        if self.token.text != "(":
            return ()
        self.take()
        args = [self.value(0)]
        while self.token.text == ",":
            self.take()
            args.append(self.value(0))
        self.expect(")")
        return tuple(args)

    def module_name(self) -> str | None:
        if self.token.text != "[":
            return None
        self.take()
        module = self.take()
        if module.kind != "name":
            raise TlaError("C008", f"expected a module's name after '[', found {_shown(module)}", module.span)
        self.expect("]")
        return module.text

    def definition_target(self) -> _Token:
        target = self.take()
        if target.kind not in ("name", "symbol") or target.text in KEYWORDS:
            raise TlaError("C006", f"expected a definition's name after '<-', found {_shown(target)}", target.span)
        return target

    def value(self, depth: int) -> CfgValue:
        token = self.take()
        if token.kind == "number":
            return CfgInt(token.span, int(token.text))
        if token.kind == "string":
            return CfgString(token.span, _unescape(token.text))
        if token.text in ("TRUE", "FALSE"):
            return CfgBool(token.span, token.text == "TRUE")
        if token.kind == "name" and token.text not in KEYWORDS:
            return CfgModelValue(token.span, token.text)
        if token.text == "{" and depth < MAX_VALUE_DEPTH:
            return self.set_value(token, depth)
        raise TlaError("C009", f"expected a value, found {_shown(token)}", token.span)

    def set_value(self, opening: _Token, depth: int) -> CfgSet:
        items: list[CfgValue] = []
        if self.token.text != "}":
            items.append(self.value(depth + 1))
            while self.token.text == ",":
                self.take()
                items.append(self.value(depth + 1))
        return CfgSet(opening.span.to(self.expect("}").span), tuple(items))

    def expect(self, text: str) -> _Token:
        token = self.take()
        if token.text != text:
            raise TlaError("C008", f"expected '{text}', found {_shown(token)}", token.span)
        return token

    def unknown_keyword(self, token: _Token) -> NoReturn:
        import difflib

        near = difflib.get_close_matches(token.text.upper(), sorted(KEYWORDS), 1, 0.7)
        raise TlaError(
            "C005",
            f"expected a keyword, found {_shown(token)}",
            token.span,
            mend=f"did you mean {near[0]}?" if near else None,
        )

    def missing_name(self, after: str) -> NoReturn:
        message = f"expected a definition's name after {after}, found {_shown(self.token)}"
        raise TlaError("C006", message, self.token.span)

    def twice(self, keyword: _Token, first: Span | None) -> NoReturn:
        notes = (("the first one is here", first),) if first is not None else ()
        raise TlaError("C010", f"{keyword.text} is given twice", keyword.span, notes=notes)

    def refuse_two_values(self) -> None:
        seen: dict[tuple[str, str | None, tuple[CfgValue, ...]], ConstAssign | ConstReplace] = {}
        entries: list[ConstAssign | ConstReplace] = [*self.constants, *self.replacements]
        for entry in sorted(entries, key=lambda e: e.span.start):
            args = entry.args if isinstance(entry, ConstAssign) else ()
            old = seen.setdefault((entry.name, entry.module, args), entry)
            if old != entry:
                raise TlaError("C010", f"'{entry.name}' gets two different values", entry.span,
                               notes=(("the first one is here", old.span),))


def _shown(token: _Token) -> str:
    return "the end of the file" if token.kind == "end" else f"'{token.text}'"
