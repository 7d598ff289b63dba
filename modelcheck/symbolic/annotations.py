"""Apalache's type annotations: the comments they stand in, and the types they write.

    \\* @type: NODE -> Seq($message);            above a constant, a variable or the definition of an operator
    \\* @typeAlias: message = { kind: Str, val: Int };      anywhere; used as `$message` (older specs: `MESSAGE`)

Read are both record syntaxes (`[a: T]` says nothing of further fields, as it was meant), variants, rows, operators
(`(T, U) => V`) and type variables. An annotation that cannot be read, and an alias that nobody defines, is S015.
None is ever needed. Source: I. Konnov and others, "Apalache ADR-002: types and type annotations" (1.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from modelcheck.errors import TlaError
from modelcheck.records import dataclass
from modelcheck.source import SourceFile, Span


@dataclass(frozen=True, slots=True)
class Basic:
    """`Int`, `Bool` or `Str`."""

    name: str


@dataclass(frozen=True, slots=True)
class Sort:
    """An uninterpreted type, as `NODE`."""

    name: str


@dataclass(frozen=True, slots=True)
class TypeVar:
    """Any type, the same wherever the name stands in one annotation."""

    name: str


@dataclass(frozen=True, slots=True)
class SetT:
    """`Set(T)`."""

    of: Type


@dataclass(frozen=True, slots=True)
class SeqT:
    """`Seq(T)`."""

    of: Type


@dataclass(frozen=True, slots=True)
class FunT:
    """`T -> U`."""

    arg: Type
    result: Type


@dataclass(frozen=True, slots=True)
class TupleT:
    """`<<T, U>>`."""

    items: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class RecordT:
    """`{ a: T, b: U }`; `open`: there may be other fields."""

    fields: tuple[tuple[str, Type], ...]
    open: bool = False


@dataclass(frozen=True, slots=True)
class VariantT:
    """`Tag(T) | Other(U)`; `open`: there may be other tags."""

    options: tuple[tuple[str, Type], ...]
    open: bool = False


@dataclass(frozen=True, slots=True)
class OpT:
    """`(T, U) => V`."""

    params: tuple[Type, ...]
    result: Type


Type = Basic | Sort | TypeVar | SetT | SeqT | FunT | TupleT | RecordT | VariantT | OpT
INT, BOOL, STR, ANY = Basic("Int"), Basic("Bool"), Basic("Str"), TypeVar("?")


@dataclass(frozen=True, slots=True)
class Annotation:
    """A type, as it is written and where."""

    type: Type
    text: str
    span: Span


# ---- types as text ----------------------------------------------------------------------------------------------

_TOKEN = re.compile(r"\s*(=>|->|<<|>>|\$?[A-Za-z_][A-Za-z0-9_]*|\"[^\"]*\"|[][{}()|:,])")


class TypeParser:
    """Reads one type. Raises ValueError with what is wrong."""

    def __init__(self, text: str, aliases: dict[str, Type]) -> None:
        self.aliases = aliases
        self.tokens: list[str] = []
        at = 0
        while text[at:].strip():
            found = _TOKEN.match(text, at)
            if found is None:
                raise ValueError(f"'{text[at:].split()[0]}' is no part of a type")
            self.tokens.append(found[1])
            at = found.end()
        self.at = 0

    def whole(self) -> Type:
        """The type, and nothing after it."""
        found = self.type()
        if self.peek():
            raise ValueError(f"'{self.peek()}' stands after the type")
        return found

    def peek(self, further: int = 0) -> str:
        return self.tokens[self.at + further] if self.at + further < len(self.tokens) else ""

    def take(self, wanted: str = "") -> str:
        token = self.peek()
        if not token or (wanted and token != wanted):
            what = f"'{wanted}'" if wanted else "a type"
            raise ValueError(f"{what} is missing" + (f" before '{token}'" if token else ""))
        self.at += 1
        return token

    def type(self) -> Type:
        if self._is_variant():
            return self._variant()
        left = self._operands() if self.peek() == "(" else self._simple()
        if self.peek() == "=>":
            self.take()
            return OpT(left if isinstance(left, tuple) else (left,), self.type())
        if isinstance(left, tuple):
            if len(left) != 1:
                raise ValueError("'=>' is missing after the types of the parameters")
            left = left[0]
        if self.peek() == "->":
            self.take()
            result = self.type()
            if isinstance(result, OpT):
                return OpT((FunT(left, result.params[0]),), result.result)
            return FunT(left, result)
        return left

    def _operands(self) -> tuple[Type, ...]:
        self.take("(")
        return self._list(")")

    def _list(self, closer: str) -> tuple[Type, ...]:
        out: list[Type] = []
        while self.peek() != closer:
            out.append(self.type())
            if self.peek() != closer:
                self.take(",")
        self.take(closer)
        return tuple(out)

    def _simple(self) -> Type:
        token = self.take()
        match token:
            case "Set" | "Seq":
                self.take("(")
                inner = self.type()
                self.take(")")
                return SetT(inner) if token == "Set" else SeqT(inner)
            case "<<":
                return TupleT(self._list(">>"))
            case "{":
                return self._record("}", False)
            case "[":
                return self._record("]", True)
            case "Int" | "Bool" | "Str":
                return Basic(token)
        if token[0] == "$" or token in self.aliases:
            if token.lstrip("$") not in self.aliases:
                raise ValueError(f"no @typeAlias defines {token}")
            return self.aliases[token.lstrip("$")]
        if re.fullmatch(r"[a-z][a-z0-9_]*", token):
            return TypeVar(token)
        if re.fullmatch(r"[A-Z_][A-Z0-9_]*", token):
            return Sort(token)
        raise ValueError(f"'{token}' is no type")

    def _record(self, closer: str, open_: bool) -> Type:
        fields: list[tuple[str, Type]] = []
        while self.peek() != closer:
            name = self.take()
            if self.peek() == closer:
                open_ = True  # a row: { a: Int, z }
                break
            self.take(":")
            fields.append((name.strip('"'), self.type()))
            if self.peek() != closer:
                self.take(",")
        self.take(closer)
        return RecordT(tuple(fields), open_)

    def _is_variant(self) -> bool:
        return (
            bool(re.fullmatch(r"[A-Za-z_]\w*", self.peek()))
            and self.peek() not in ("Set", "Seq")
            and (self.peek(1) == "(")
        )

    def _variant(self) -> Type:
        options: list[tuple[str, Type]] = []
        while True:
            tag = self.take()
            if self.peek() != "(":
                return VariantT(tuple(options), True)  # a row: Tag(Int) | z
            self.take("(")
            options.append((tag, self.type()))
            self.take(")")
            if self.peek() != "|":
                return VariantT(tuple(options))
            self.take()


def parsed(text: str, aliases: dict[str, Type] | None = None) -> Type:
    """The type that a text writes. Raises ValueError."""
    return TypeParser(text, aliases or {}).whole()


def written(t: Type) -> str:
    """A type as text."""
    match t:
        case Basic() | Sort() | TypeVar():
            return t.name
        case SetT():
            return f"Set({written(t.of)})"
        case SeqT():
            return f"Seq({written(t.of)})"
        case FunT():
            left = f"({written(t.arg)})" if isinstance(t.arg, (FunT, OpT)) else written(t.arg)
            return f"{left} -> {written(t.result)}"
        case TupleT():
            return f"<<{', '.join(written(i) for i in t.items)}>>"
        case RecordT():
            return "{" + ", ".join([*(f"{n}: {written(f)}" for n, f in t.fields), *(["..."] if t.open else [])]) + "}"
        case VariantT():
            return " | ".join([*(f"{n}({written(f)})" for n, f in t.options), *(["..."] if t.open else [])])
        case OpT():
            return f"({', '.join(written(p) for p in t.params)}) => {written(t.result)}"


# ---- comments ---------------------------------------------------------------------------------------------------

_MARK = re.compile(r"\(\*|\\\*|\"(?:[^\"\\\n]|\\.)*\"")
_TYPE = re.compile(r"@type\s*:([^;]*)(;|\Z)")
_ALIAS = re.compile(r"@typeAlias\s*:\s*\$?([A-Za-z_]\w*)\s*=([^;]*)(;|\Z)")
_KEYWORD = re.compile(r"\b(LOCAL|RECURSIVE)\s*\Z")


@lru_cache(maxsize=16)
def comments(text: str) -> tuple[tuple[int, int], ...]:
    """The comments of a text, from where to where, in order; one inside another belongs to that."""
    at, out = 0, []
    while (found := _MARK.search(text, at)) is not None:
        at = found.end()
        if found[0] == "\\*":
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        elif found[0] == "(*":
            depth = 1
            for mark in re.finditer(r"\(\*|\*\)", text[at:]):
                depth += 1 if mark[0] == "(*" else -1
                if not depth:
                    at += mark.end()
                    break
            else:
                at = len(text)
        else:
            continue
        out.append((found.start(), at))
    return tuple(out)


def above(file: SourceFile, start: int) -> tuple[int, int] | None:
    """From where to where the comments right before a place stand."""
    text = file.text
    keyword = _KEYWORD.search(text, 0, start)
    end = first = keyword.start() if keyword is not None else start
    for begin, stop in reversed([c for c in comments(file.text) if c[1] <= start]):
        if text[stop:first].strip():
            break
        first = begin
    return None if first == end else (first, end)


def aliases_of(files: Iterable[SourceFile]) -> dict[str, Type]:
    """The type aliases of these files. S015 for one that cannot be read."""
    found: dict[str, Type] = {}
    waiting: list[tuple[str, SourceFile, int, int]] = []
    for file in files:
        for begin, end in comments(file.text):
            if "@typeAlias" in file.text[begin:end]:
                first, last = _joined(file, begin)
                for m in _ALIAS.finditer(file.text, first, last):
                    entry = (m[1], file, m.start(2), m.end(2))
                    if entry not in waiting:
                        waiting.append(entry)
    while waiting:  # an alias may use another one, whichever comes first
        left = []
        wrong: TlaError | None = None
        for name, file, first, last in waiting:
            try:
                found[name] = parsed(_clean(file.text[first:last]), found)
            except ValueError as error:
                left.append((name, file, first, last))
                wrong = wrong or TlaError("S015", f"the type alias {name}: {error}", _span(file, first, last))
        if wrong is not None and len(left) == len(waiting):
            raise wrong
        waiting = left
    return found


def _joined(file: SourceFile, begin: int) -> tuple[int, int]:
    """A comment together with the ones that follow it on the next lines."""
    end = begin
    for first, last in comments(file.text):
        if first >= begin and not file.text[end:first].strip():
            end = last
        elif first > end:
            break
    return begin, end


def annotation(span: Span | None, aliases: dict[str, Type]) -> Annotation | None:
    """The `@type` in the comments above what begins at a span. S015 for one that cannot be read."""
    place = None if span is None else above(span.file, span.start)
    if span is None or place is None:
        return None
    matches = list(_TYPE.finditer(span.file.text, *place))
    if not matches:
        return None
    found = matches[-1]
    where = _span(span.file, found.start(1), found.end(1))
    try:
        if found[2] != ";":
            raise ValueError("';' is missing at its end")
        text = _clean(found[1])
        return Annotation(parsed(text, aliases), text, where)
    except ValueError as error:
        raise TlaError(
            "S015", f"the type of {span.text.split()[0] if span.text.split() else '?'}: {error}", where
        ) from None


def _clean(text: str) -> str:
    """The text of an annotation without what marks comments."""
    return " ".join(re.sub(r"\\\*+|\*+\)|\(\*+|^\s*\*+", " ", text, flags=re.M).split())


def _span(file: SourceFile, first: int, last: int) -> Span:
    text = file.text[first:last]
    return Span(file, first + len(text) - len(text.lstrip()), last - (len(text) - len(text.rstrip())))
