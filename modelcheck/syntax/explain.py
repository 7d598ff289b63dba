"""What to say about a token that the grammar does not allow: code, message, likely cause, mend.

The tables tell what could have stood there; the tokens around tell what the author may have meant. One function per
mistake, tried in order; the last one says no more than what is expected.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from modelcheck.errors import TlaError
from modelcheck.records import dataclass
from modelcheck.source import Span
from modelcheck.syntax.build_units import Builder
from modelcheck.syntax.junctions import OPERAND_ENDS, Bulleted
from modelcheck.syntax.scanner import KEYWORDS, words

Rows: TypeAlias = "list[dict[str, int]]"

OPERAND_STARTS = words(
    "ID NUMBER DECIMAL STRING AT STEPNAME OPNAME FAIR LPAR LSB LBRACE LAB JAND JOR PREFIX QUANT CHOOSE IF CASE LET"
)
_VIRTUAL = frozenset(("JEND", "BULLET", "DEFBREAK", "JAND", "JOR"))
_UNIT_KINDS = words(
    "ASSUME CONSTANT VARIABLE THEOREM RECURSIVE LOCAL SEPARATOR HEADER USE HIDE STEP DEFBREAK"
)
_LIKE_OPERAND = words("EXCEPT INFIX POSTFIX DOT LSB_APP LPAR_APP BANG LABELMARK JEND BULLET")
_SHOWN = {
    "COLON": "':'", "COMMA": "','", "RPAR": "')'", "RSB": "']'", "RBRACE": "'}'", "RAB": "'>>'", "RABSUB": "'>>_'",
    "RSBSUB": "']_'", "ARROW": "'->'", "MAPTO": "'|->'", "LARROW": "'<-'", "EQDEF": "'=='", "SEPARATOR": "'----'",
    "ENDMODULE": "'===='", "ID": "a name", "US": "'_'", "LPAR": "'('", "LPAR_APP": "'('", "BANG": "'!'",
    "EOF": "the end", "CASESEP": "'[]'", "SELECTOR": "a selector", "LABELMARK": "'::'", "STEP": "a proof step",
    "LEVEL": "STATE, ACTION or TEMPORAL", "MODULE": "MODULE", "DOT": "'.'", "LSB": "'['", "DEFBREAK": "a definition",
}  # fmt: skip
_LOWER_CASE = {word.lower(): word for word in KEYWORDS} | {
    "and": "/\\", "or": "\\/", "not": "~", "forall": "\\A", "exists": "\\E", "true": "TRUE", "false": "FALSE",
    "mod": "%", "div": "\\div", "xor": "#", "union": "\\cup", "intersect": "\\cap",
}  # fmt: skip


@dataclass(slots=True)
class Place:
    """The token `j` that does not fit, and what could have stood there."""

    bulleted: Bulleted
    builder: Builder
    j: int
    expected: frozenset[str]

    def kind(self, offset: int = 0) -> str:
        at = self.j + offset
        return self.bulleted.kinds[at] if 0 <= at < len(self.bulleted.kinds) else ""

    def text(self, offset: int = 0) -> str:
        at = self.j + offset
        return self.builder.texts[at] if 0 <= at < len(self.bulleted.kinds) else ""

    def span(self, offset: int = 0) -> Span:
        return self.builder.token_span(self.j + offset)

    @property
    def found(self) -> Place:
        """This place, or for a virtual token the next token that is in the text."""
        j = self.j
        while self.bulleted.kinds[j] in ("JEND", "DEFBREAK") and j + 1 < len(self.bulleted.kinds):
            j += 1
        return Place(self.bulleted, self.builder, j, self.expected)

    def shown(self) -> str:
        text = self.found.text()
        return f"'{text}'" if text else "the end of the text"

    def starts_line(self, offset: int = 0) -> bool:
        span = self.span(offset)
        return not self.builder.source.text[: span.start].rpartition("\n")[2].strip()

    @property
    def wants_operand(self) -> bool:
        return {"LPAR", "LBRACE", "NUMBER"} <= self.expected


def explain(bulleted: Bulleted, builder: Builder, j: int, expected: frozenset[str]) -> TlaError:
    """The error for token `j`; `expected` are the kinds that the grammar would have allowed."""
    place = Place(bulleted, builder, j, expected)
    for mistake in _MISTAKES:
        error = mistake(place)
        if error is not None:
            return error
    return _plain(place)


def allowed(rows: Rows, states: Sequence[dict[str, int]], rules: Sequence[tuple[str, int, object]]) -> frozenset[str]:
    """The terminals that the parser would shift now, found by trying each (LALR rows alone also list others)."""
    return frozenset(t for t in rows[-1] if t.isupper() and _shifts(t, rows, states, rules))


def _shifts(
    terminal: str, rows: Rows, states: Sequence[dict[str, int]], rules: Sequence[tuple[str, int, object]]
) -> bool:
    depth = len(rows)
    above: Rows = []  # the stack is rows[:depth] and these
    while True:
        action = (above[-1] if above else rows[depth - 1]).get(terminal)
        if action is None:
            return False
        if action >= 0:
            return True
        origin, length, _ = rules[~action]
        kept = max(0, len(above) - length)
        depth -= length - (len(above) - kept)
        del above[kept:]
        above.append(states[(above[-1] if above else rows[depth - 1])[origin]])


def _missing_end(place: Place) -> TlaError | None:
    if place.kind() != "EOF":
        return None
    if "HEADER" not in place.bulleted.kinds:
        return TlaError("P008", f"the expression ends where {_list(place.expected)} is expected", place.span())
    headers = [j for j, kind in enumerate(place.bulleted.kinds) if kind == "HEADER"]
    notes = tuple(("a module begins here", place.builder.token_span(j)) for j in headers[:3])
    return TlaError("P012", "the text ends before the module does", place.span(), notes=notes)


def _not_equal(place: Place) -> TlaError | None:
    if place.kind(-1) == "OPNAME" and place.kind(-2) == "BANG" and place.text(-1)[0] == "=":
        span = place.span(-2).to(place.span(-1))
        return TlaError("P005", f"'{span.text}' is no operator of TLA+", span, cause="it is another language's",
                        mend="'not equal' is written # or /=")
    return None


def _lower_case_keyword(place: Place) -> TlaError | None:
    for offset in (-1, 0):
        word = place.text(offset)
        if place.kind(offset) == "ID" and word in _LOWER_CASE and place.kind() in OPERAND_STARTS:
            return TlaError("P008", f"unexpected '{place.text()}'", place.span(),
                            cause=f"'{word}' is a mere name here; TLA+'s words are in capitals",
                            mend=f"write {_LOWER_CASE[word]} for '{word}'")
    return None


def _definition_with_one_equals(place: Place) -> TlaError | None:
    if place.kind() != "ID" or not place.starts_line() or place.wants_operand:
        return None
    j, kinds = place.j + 1, place.bulleted.kinds
    if kinds[j] == "LPAR_APP":
        while kinds[j] not in ("RPAR", "EOF", "ERROR"):
            j += 1
        j += 1
    if j < len(kinds) and kinds[j] == "INFIX" and place.builder.texts[j] in ("=", ":=", "≜"):
        sign = place.builder.texts[j]
        return TlaError("P007", f"'{place.text()} {sign}' does not begin a definition", place.builder.token_span(j),
                        cause="a definition is written with '==', two equals signs",
                        mend=f"write: {place.text()} == ...")
    return None


def _definition_in_expression(place: Place) -> TlaError | None:
    if place.kind() != "DEFBREAK" or not place.wants_operand:
        return None
    if place.starts_line(1):
        return _missing_operand(place)
    if place.kind(2) == "INFIX" and place.starts_line(3):  # `a +` and on the next line `y == ...`
        return TlaError("P019", f"'{place.text(2)}' has no operand on its right", place.span(2),
                        notes=((f"the definition of {place.text(3)} begins here", place.span(3)),))
    j, kinds = place.j, place.bulleted.kinds
    while j < len(kinds) and kinds[j] != "EQDEF":
        j += 1
    if j == len(kinds):
        return None
    return TlaError("P007", "'==' inside an expression", place.builder.token_span(j))


def _missing_operand(place: Place) -> TlaError | None:
    kind, before = place.kind(), place.text(-1)
    if place.kind(-1) == "OPNAME" and place.kind(-2) != "BANG" and not place.wants_operand:
        return TlaError("P019", f"'{before}' has no operand on its left", place.span(-1))
    if not place.wants_operand or kind in OPERAND_STARTS:
        return None
    if place.kind(-1) in ("INFIX", "PREFIX"):
        return TlaError("P019", f"'{before}' has no operand on its right, but {place.shown()}", place.span(-1),
                        notes=((f"found {place.shown()}", place.found.span()),))
    if place.kind(-1) in ("BULLET", "JAND", "JOR"):
        return TlaError("P019", f"nothing stands after the bullet '{before}'", place.span(-1))
    if place.kind(-1) == "EQDEF":
        return TlaError("P008", f"the definition before {place.shown()} has no body", place.span(-1),
                        cause="the expression after '==' is missing", mend="write it, or remove the head")
    if kind in _LIKE_OPERAND or kind in KEYWORDS.values():
        return TlaError("P008", f"expected an expression, found {place.shown()}", place.found.span())
    return None


def _reserved_word(place: Place) -> TlaError | None:
    if place.kind() in KEYWORDS.values() and "ID" in place.expected and not place.wants_operand:
        return TlaError("P018", f"'{place.text()}' is a reserved word and cannot be a name", place.span())
    return None


def _misplaced_label(place: Place) -> TlaError | None:
    if place.kind() != "LABELMARK":
        return None
    return TlaError("P017", f"'{place.text(-1)}' before '::' is no label", place.span())


def _module_name(place: Place) -> TlaError | None:
    if "SEPARATOR" in place.expected and len(place.expected) == 1:
        return TlaError("P008", f"unexpected {place.shown()} in the header of the module", place.span(),
                        cause="a module's name has letters, digits and underscores only",
                        mend="the header is: ---- MODULE Name ----")
    return None


def _late_extends(place: Place) -> TlaError | None:
    if place.kind() != "EXTENDS":
        return None
    return TlaError("P008", "EXTENDS does not stand right after the module's header", place.span(),
                    cause="a module has one EXTENDS, before anything else", mend="move the names up, after commas")


def _missing_comma(place: Place) -> TlaError | None:
    names = place.kind() == "ID" and place.kind(-1) == "ID"
    if not names or "COMMA" not in place.expected or "INFIX" in place.expected:
        return None
    return TlaError("P008", f"unexpected {place.shown()}", place.span(), cause="a comma is missing",
                    mend="separate names by commas")


def _brackets(place: Place) -> TlaError | None:
    if place.kind() != "RSB" or "MAPTO" not in place.expected:
        return None
    return TlaError("P014", "this form in brackets is not complete", place.span(),
                    cause="a record field is written with '|->' or ':', a function with '|->', not with '='",
                    mend="[x \\in S |-> e], [S -> T], [a |-> e], [a : S], [f EXCEPT ![a] = e], [A]_v")


def _side_by_side(place: Place) -> TlaError | None:
    if place.kind() not in OPERAND_STARTS or "INFIX" not in place.expected or place.kind() in ("JAND", "JOR"):
        return None
    others = place.expected - OPERAND_ENDS - _UNIT_KINDS - _LIKE_OPERAND - {"INSTANCE", "ENDMODULE", "EOF"}
    need = f"an operator or {_list(others)}" if 0 < len(others) <= 3 else "an operator"
    return TlaError("P020", f"{place.shown()} follows an expression without an operator between them", place.span(),
                    mend=f"expected {need} here")


def _plain(place: Place) -> TlaError:
    found = place.found
    span = found.span() if found.text() else place.span()
    return TlaError("P008", f"unexpected {place.shown()}", span, mend=f"expected {_list(place.expected)} here")


def _list(expected: frozenset[str]) -> str:
    """The expected kinds in words."""
    rest = set(expected) - {"ERROR"}
    out = []
    if {"LPAR", "LBRACE", "NUMBER"} <= rest:
        out.append("an expression")
        rest -= OPERAND_STARTS
    if "INFIX" in rest and "POSTFIX" in rest:
        out.append("an operator")
        rest -= _LIKE_OPERAND
    if len(rest & _UNIT_KINDS) > 4:
        out.append("a new unit of the module")
        rest -= _UNIT_KINDS | {"INSTANCE"}
    if {"OBVIOUS", "OMITTED", "BY"} <= rest:
        out.append("a proof")
        rest -= {"OBVIOUS", "OMITTED", "BY", "PROOF"}
    out += sorted({_SHOWN.get(kind, kind) for kind in rest - _VIRTUAL})
    if len(out) > 6:
        out = [*out[:5], "..."]
    return " or ".join(out) if len(out) < 3 else ", ".join(out[:-1]) + " or " + out[-1]


_MISTAKES: tuple[Callable[[Place], TlaError | None], ...] = (
    _missing_end,
    _not_equal,
    _definition_with_one_equals,
    _lower_case_keyword,
    _definition_in_expression,
    _missing_operand,
    _reserved_word,
    _misplaced_label,
    _module_name,
    _late_extends,
    _missing_comma,
    _brackets,
    _side_by_side,
)
