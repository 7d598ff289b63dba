"""Tokens to bulleted tokens: where junction lists begin, continue and end, and what each symbol is here.

TLA+ is not context-free on plain tokens: a list of `/\\` or `\\/` bullets is delimited by columns. This pass keeps one
stack of the lists and brackets that are open and inserts the virtual tokens that make the rest LALR(1):

- `JAND`/`JOR` (first bullet of a list), `BULLET` (its next ones), `JEND` (end of a list);
- `DEFBREAK` before the head of a definition, found backwards from its `==`;
- operators become `INFIX`, `PREFIX`, `POSTFIX`, or `OPNAME` (an operator as a name: `Op(+, x)`, `A!+`, `+(1, 2)`);
- `[` and `(` after an operand become `LSB_APP` and `LPAR_APP`; `[]` becomes `CASESEP` or a prefix;
- reserved words after `.` and before `|->` become field names.

The rules (*Specifying Systems*, section 15.2.2, and SANY): a token at or left of a list's column ends the list,
unless it is the same bullet in the same column; a closing bracket ends the lists inside it; a bullet begins a list
if and only if no operand stands before it. No token inside brackets may stand at or left of the bullet around them.
"""

from __future__ import annotations

from collections.abc import Callable

from modelcheck.errors import TlaError
from modelcheck.records import dataclass, field
from modelcheck.source import Span
from modelcheck.syntax.scanner import KEYWORDS, Tokens, words

MAX_NESTING = 20_000  # open brackets and lists; far beyond any text, and it bounds the memory of later passes

# After these kinds an operand is complete.
OPERAND_ENDS = words("ID NUMBER DECIMAL STRING RPAR RSB RBRACE RAB POSTFIX AT US OPNAME SELECTOR STEPNAME JEND")
# These begin a unit of a module or a part of a proof: every list and bracket must be closed there.
_UNITS = words(
    """VARIABLE CONSTANT ASSUME THEOREM INSTANCE LOCAL RECURSIVE HEADER SEPARATOR ENDMODULE EXTENDS USE HIDE BY
    PROOF PROVE OBVIOUS OMITTED QED DEFINE HAVE TAKE WITNESS PICK SUFFICES NEW LEVEL DEF EOF"""
)
_ENDS_ARGUMENT = _UNITS | {"COMMA", "RPAR", "LARROW"}
_KEYWORD_KINDS = frozenset(KEYWORDS.values())
_NO_STEP_NAME_AFTER = words("PROOF QED OBVIOUS OMITTED DEFINE")

# Closing token: the opener it closes, and what that opener turns into (None: it is gone).
_CLOSERS: dict[str, tuple[str, str | None]] = {
    "RPAR": ("LPAR", None),
    "RSB": ("LSB", None),
    "RSBSUB": ("LSB", None),
    "RBRACE": ("LBRACE", None),
    "RAB": ("LAB", None),
    "RABSUB": ("LAB", None),
    "THEN": ("IF", "THEN"),
    "ELSE": ("THEN", None),
    "IN": ("LET", None),
}
_SHOWN = {"LPAR": "(", "LSB": "[", "LBRACE": "{", "LAB": "<<", "THEN": "THEN", "IF": "IF", "LET": "LET"}
_CLOSED_BY = {
    "LPAR": "')'", "LSB": "']'", "LBRACE": "'}'", "LAB": "'>>'", "IF": "THEN", "THEN": "ELSE", "LET": "IN",
    "BINDER": "':'",
}  # fmt: skip


@dataclass(slots=True)
class _Open:
    """A list (`AND`, `OR`), a bracket, or a construct that waits for its next word (IF, THEN, LET, CASE, BINDER)."""

    kind: str
    index: int
    column: int  # of the innermost list, this one included; 0 if there is none


@dataclass(slots=True)
class Bulleted:
    """What the parser reads: kinds, and for each the index of the token it came from.

    Of virtual tokens: the next token for `DEFBREAK`, the last token of the list for `JEND`.
    """

    tokens: Tokens
    kinds: list[str] = field(default_factory=list)
    indexes: list[int] = field(default_factory=list)
    error: TlaError | None = None


def bullet(tokens: Tokens) -> Bulleted:
    """Run the pass. An error is kept in the result after the tokens before it (last kind: `ERROR`)."""
    work = _Pass(tokens)
    try:
        work.run()
    except TlaError as error:
        work.out.error = error
        work.emit("ERROR", max(0, work.at))
    else:
        work.out.error = tokens.error
    return work.out


def definition_heads(kinds: list[str]) -> tuple[set[int], set[int]]:
    """Indexes of the tokens that begin a definition, and of the `==` that have a head (or name a theorem)."""
    heads: set[int] = set()
    marks: set[int] = set()
    match: dict[int, int] = {}
    opened: list[int] = []
    for i, kind in enumerate(kinds):
        if kind == "LPAR" or kind == "LSB":
            opened.append(i)
        elif kind == "RPAR" or kind == "RSB" or kind == "RSBSUB":
            if opened:
                match[i] = opened.pop()
        elif kind == "EQDEF":
            head = _head_before(kinds, i, match)
            if head is None:
                continue
            marks.add(i)
            if head == 0 or kinds[head - 1] not in ("THEOREM", "ASSUME"):
                heads.add(head)
    return heads, marks


def _head_before(kinds: list[str], mark: int, match: dict[int, int]) -> int | None:
    last = mark - 1
    kind = kinds[last] if last >= 0 else ""
    head = -1
    if kind == "RPAR" or kind == "RSB":
        head = match.get(last, 0) - 1
    elif kind == "POSTFIX":
        head = last - 1
    elif kind == "ID":
        before = kinds[last - 1] if last else ""
        if before in ("INFIX", "MINUS", "AND", "OR") and last >= 2 and kinds[last - 2] == "ID":
            head = last - 2
        elif before in ("PREFIX", "BOX"):
            return last - 1
        else:
            head = last
    return head if head >= 0 and kinds[head] == "ID" else None


class _Pass:
    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.out = Bulleted(tokens)
        self.stack: list[_Open] = []
        self.margin = 0  # column of the innermost open list
        self.prev = ""  # last kind emitted
        self.at = 0
        self.heads, self.marks = definition_heads(tokens.kinds)

    def run(self) -> None:
        kinds, columns, heads = self.tokens.kinds, self.tokens.columns, self.heads
        out_kinds, out_indexes = self.out.kinds, self.out.indexes
        handlers = _HANDLERS
        for i, kind in enumerate(kinds):
            if i in heads:
                self.at = i
                self.close_for_definition(i)
            elif columns[i] <= self.margin and kind not in _UNITS:
                self.at = i
                if self.end_lists(i, kind):
                    continue
            handler = handlers.get(kind)
            if handler is not None:
                self.at = i
                handler(self, i, kind)
            else:
                out_kinds.append(kind)
                out_indexes.append(i)
                self.prev = kind

    # -- the stack --

    def emit(self, kind: str, i: int) -> None:
        self.out.kinds.append(kind)
        self.out.indexes.append(i)
        self.prev = kind

    def push(self, kind: str, i: int, column: int = 0) -> None:
        if len(self.stack) >= MAX_NESTING:
            raise TlaError("P016", f"more than {MAX_NESTING} brackets and lists are open here", self.span(i))
        self.margin = column or self.margin
        self.stack.append(_Open(kind, i, self.margin))

    def pop(self) -> None:
        entry = self.stack.pop()
        if entry.kind == "AND" or entry.kind == "OR":
            self.emit("JEND", self.at - 1)
        self.margin = self.stack[-1].column if self.stack else 0

    def close_lists(self, keep_case: bool = False) -> _Open | None:
        """End the lists (and CASEs) above the innermost bracket; that bracket, or None."""
        while self.stack:
            top = self.stack[-1]
            if top.kind not in ("AND", "OR") and (top.kind != "CASE" or keep_case):
                return top
            self.pop()
        return None

    def end_lists(self, i: int, kind: str) -> bool:
        """Token `i` is at or left of the innermost list's column: end lists; whether it was a next bullet."""
        column = self.tokens.columns[i]
        while column <= self.margin:
            top = self.stack[-1]
            if top.kind == kind and column == self.margin:  # only lists have the kinds AND and OR
                self.emit("BULLET", i)
                return True
            if top.kind not in ("AND", "OR", "CASE"):
                raise self.misaligned(i, top)
            self.pop()
        return False

    def close_for_definition(self, i: int) -> None:
        top = self.close_lists()
        if top is not None and top.kind != "LET":
            raise self.definition_inside(i, top)
        self.emit("DEFBREAK", i)

    # -- kinds of tokens --

    def unit(self, i: int, kind: str) -> None:
        if kind in _KEYWORD_KINDS and self.is_field_name(i):
            self.emit("ID", i)
            return
        top = self.close_lists()
        if top is not None and not (top.kind == "LET" and kind in ("RECURSIVE", "INSTANCE")):
            raise self.unclosed(top, i)
        if kind == "PICK":
            self.push("BINDER", i)
        self.emit(kind, i)

    def word(self, i: int, kind: str) -> None:
        self.emit("ID" if self.is_field_name(i) else kind, i)

    def is_field_name(self, i: int) -> bool:
        """Whether a reserved word is a name here: a field, or a module's name."""
        return self.prev in ("DOT", "HEADER") or self.tokens.kinds[i + 1] == "MAPTO"

    def junction(self, i: int, kind: str) -> None:
        if self.prev in OPERAND_ENDS:
            self.emit("INFIX", i)
        elif self.is_argument(i):
            self.emit("OPNAME", i)
        else:
            self.push(kind, i, self.tokens.columns[i])
            self.emit("JAND" if kind == "AND" else "JOR", i)

    def is_argument(self, i: int) -> bool:
        """Whether the operator symbol at `i`, without an operand before it, stands for itself."""
        return self.prev == "BANG" or self.tokens.kinds[i + 1] in _ENDS_ARGUMENT or i + 1 in self.heads

    def infix(self, i: int, kind: str) -> None:
        self.emit(kind if self.prev in OPERAND_ENDS and self.tokens.kinds[i + 1] != "LARROW" else "OPNAME", i)

    def minus(self, i: int, kind: str) -> None:
        if self.prev in OPERAND_ENDS:
            self.emit("INFIX", i)
        else:
            self.emit("OPNAME" if self.is_argument(i) else "PREFIX", i)

    def prefix(self, i: int, kind: str) -> None:
        if self.tokens.texts[i][0].isalpha() and self.is_field_name(i):
            self.emit("ID", i)
        else:
            self.emit("OPNAME" if self.prev not in OPERAND_ENDS and self.is_argument(i) else "PREFIX", i)

    def box(self, i: int, kind: str) -> None:
        if self.prev not in OPERAND_ENDS:
            self.prefix(i, kind)
            return
        top = self.close_lists(keep_case=True)
        if top is None or top.kind != "CASE":
            raise TlaError("P008", "'[]' after an expression separates the arms of a CASE, but no CASE is open here",
                           self.span(i), cause="an operator is missing before '[]', or a CASE ended before it",
                           mend="for 'always' write an operator before '[]'; indent a CASE arm more than its bullet")
        self.emit("CASESEP", i)

    def open_bracket(self, i: int, kind: str) -> None:
        if self.prev == "BANG" and kind == "LAB":
            self.emit("SELECTOR", i)
            return
        self.push(kind, i)
        if kind == "LPAR" and self.prev in ("ID", "OPNAME", "STEPNAME"):
            kind = "LPAR_APP"
        elif kind == "LSB" and self.prev in OPERAND_ENDS:
            kind = "LSB_APP"
        self.emit(kind, i)

    def close_bracket(self, i: int, kind: str) -> None:
        if self.prev == "BANG" and kind == "RAB":
            self.emit("SELECTOR", i)
            return
        if kind in _KEYWORD_KINDS and self.is_field_name(i):
            self.emit("ID", i)
            return
        opener, then = _CLOSERS[kind]
        top = self.close_lists()
        if top is None or top.kind != opener:
            raise self.mismatch(i, kind, top)
        self.pop()
        if then is not None:
            self.push(then, i)
        self.emit(kind, i)

    def selector(self, i: int, kind: str) -> None:
        self.emit("SELECTOR" if self.prev == "BANG" else kind, i)

    def colon(self, i: int, kind: str) -> None:
        if self.prev == "BANG":
            self.emit("SELECTOR", i)
            return
        top = self.close_lists()
        if top is not None and top.kind == "BINDER":
            self.pop()
        self.emit(kind, i)

    def separator(self, i: int, kind: str) -> None:
        if kind == "EXCEPT" and self.is_field_name(i):
            self.emit("ID", i)
            return
        self.close_lists(keep_case=kind == "ARROW")
        self.emit(kind, i)

    def opening_word(self, i: int, kind: str) -> None:
        if kind in _KEYWORD_KINDS and self.is_field_name(i):
            self.emit("ID", i)
        elif kind == "CASE" and self.prev == "STEP":
            self.emit("PCASE", i)
        else:
            self.push("BINDER" if kind in ("QUANT", "CHOOSE", "LAMBDA") else kind, i)
            self.emit(kind, i)

    def step(self, i: int, kind: str) -> None:
        if self.prev not in OPERAND_ENDS and self.prev not in _NO_STEP_NAME_AFTER:
            last = self.tokens.texts[i][-1]
            if last.isalnum() or last == "_":
                self.emit("STEPNAME", i)
                return
        top = self.close_lists()
        if top is not None:
            raise self.unclosed(top, i)
        self.emit(kind, i)

    def definition_mark(self, i: int, kind: str) -> None:
        if i not in self.marks:
            raise TlaError("P007", "'==' has no head of a definition before it", self.span(i))
        self.emit(kind, i)

    # -- errors --

    def span(self, i: int) -> Span:
        return self.tokens.span(i)

    def shown(self, i: int) -> str:
        text = self.tokens.texts[i]
        return f"'{text}'" if text else "the end of the text"

    def opener_note(self, top: _Open) -> tuple[tuple[str, Span | None], ...]:
        return ((f"opened here: {self.shown(top.index)}", self.span(top.index)),)

    def misaligned(self, i: int, top: _Open) -> TlaError:
        bullet_entry = next(e for e in reversed(self.stack) if e.kind in ("AND", "OR"))
        mark = self.tokens.texts[bullet_entry.index]
        return TlaError(
            "P010",
            f"{self.shown(i)} stands at or left of the bullet '{mark}' while {self.shown(top.index)} is still open",
            self.span(i),
            notes=((f"the bullet '{mark}'", self.span(bullet_entry.index)), *self.opener_note(top)),
        )

    def definition_inside(self, i: int, top: _Open) -> TlaError:
        mark = next((m for m in range(i, len(self.tokens.kinds)) if m in self.marks), i)
        line = self.tokens.source.position(self.tokens.starts[i]).line
        before = self.tokens.source.position(self.tokens.starts[i - 1]).line if i else 0
        if line == before:  # in the middle of a line: more likely '==' for '='
            return TlaError("P007", "'==' inside an expression", self.span(mark), notes=self.opener_note(top))
        return self.unclosed(top, i)

    def unclosed(self, top: _Open, i: int) -> TlaError:
        need = _CLOSED_BY[top.kind]
        return TlaError(
            "P009",
            f"{self.shown(top.index)} has no {need} before {self.shown(i)}",
            self.span(top.index),
            notes=((f"found {self.shown(i)} while looking for {need}", self.span(i)),),
        )

    def mismatch(self, i: int, kind: str, top: _Open | None) -> TlaError:
        opener = _SHOWN[_CLOSERS[kind][0]]
        if self.prev in ("COMMA", "VARIABLE", "CONSTANT", "RECURSIVE", "QUANT") and kind in _KEYWORD_KINDS:
            return TlaError("P018", f"{self.shown(i)} is a reserved word and cannot be a name", self.span(i))
        if top is None:
            return TlaError("P009", f"{self.shown(i)} without '{opener}' before it", self.span(i))
        need = _CLOSED_BY[top.kind]
        return TlaError("P009", f"found {self.shown(i)} where {need} is needed for {self.shown(top.index)}",
                        self.span(i), notes=self.opener_note(top))


def _handlers() -> dict[str, Callable[[_Pass, int, str], None]]:
    table: dict[str, Callable[[_Pass, int, str], None]] = dict.fromkeys(_UNITS, _Pass.unit)
    table |= dict.fromkeys(_CLOSERS, _Pass.close_bracket)
    table |= dict.fromkeys(("AND", "OR"), _Pass.junction)
    table |= dict.fromkeys(("INFIX", "POSTFIX"), _Pass.infix)
    table |= dict.fromkeys(("LPAR", "LSB", "LBRACE", "LAB"), _Pass.open_bracket)
    table |= dict.fromkeys(("QUANT", "CHOOSE", "LAMBDA", "IF", "LET", "CASE"), _Pass.opening_word)
    table |= dict.fromkeys(("ARROW", "MAPTO", "EXCEPT", "COMMA"), _Pass.separator)
    table |= dict.fromkeys(("AT", "NUMBER"), _Pass.selector)
    table |= dict.fromkeys(("ONLY", "OTHER", "WITH", "MODULE", "FAIR"), _Pass.word)
    table |= {"MINUS": _Pass.minus, "PREFIX": _Pass.prefix, "BOX": _Pass.box, "COLON": _Pass.colon,
              "STEP": _Pass.step, "EQDEF": _Pass.definition_mark}  # fmt: skip
    return table


_HANDLERS = _handlers()
