"""Text to tokens: one pass over one module of a file, longest match first.

Takes a `SourceFile` and the offset of a ``---- MODULE`` header; gives `Tokens` up to the matching ``====`` (modules
nest). Text outside modules is not looked at. Comments, nested ones too, are skipped; offsets, lines and columns
count code points, a tab goes to the next multiple of 8 (see `modelcheck.source`).

The scanner does not know whether `-` is unary, `[]` separates CASE arms, or `/\\` begins a bulleted list: see
`junctions`. An error (a character no token begins with, an open string or comment) does not stop the pass at
once: the tokens before it are kept, so that an earlier mistake in the grammar is reported first.
Lexical rules: *Specifying Systems*, section 15.1, and SANY.
"""

from __future__ import annotations

import re

from modelcheck.errors import TlaError
from modelcheck.records import dataclass, field
from modelcheck.source import TAB_WIDTH, SourceFile, Span
from modelcheck.syntax.operators import OPERATORS, canonical


def words(text: str) -> frozenset[str]:
    """The words of `text`."""
    return frozenset(text.split())


# Words that are not identifiers, and the kind of token each one is (several words may be one kind).
KEYWORDS: dict[str, str] = {
    word: kind
    for kind, spelt in {
        "ASSUME": "ASSUME ASSUMPTION AXIOM",
        "THEOREM": "THEOREM LEMMA PROPOSITION COROLLARY",
        "CONSTANT": "CONSTANT CONSTANTS",
        "VARIABLE": "VARIABLE VARIABLES",
        "LEVEL": "STATE ACTION TEMPORAL ACTIONS TEMPORALS",
        "DEF": "DEF DEFS",
        "PREFIX": "ENABLED UNCHANGED SUBSET UNION DOMAIN",
        "FAIR": "WF_ SF_",
    }.items()
    for word in spelt.split()
} | {
    word: word
    for word in words("""BY CASE CHOOSE DEFINE ELSE EXCEPT EXTENDS HAVE HIDE IF IN INSTANCE LAMBDA LET LOCAL MODULE
    NEW OBVIOUS OMITTED ONLY OTHER PICK PROOF PROVE QED RECURSIVE SUFFICES TAKE THEN USE WITH WITNESS""")
}

# Symbols that are not (only) operators, with their kinds.
_PUNCTUATION = {
    "(": "LPAR", ")": "RPAR", "[": "LSB", "]": "RSB", "]_": "RSBSUB", "{": "LBRACE", "}": "RBRACE",
    "<<": "LAB", "⟨": "LAB", ">>": "RAB", "⟩": "RAB", ">>_": "RABSUB", "⟩_": "RABSUB",
    ",": "COMMA", ":": "COLON", "::": "LABELMARK", "∷": "LABELMARK", ".": "DOT", "!": "BANG", "@": "AT",
    "==": "EQDEF", "≜": "EQDEF", "->": "ARROW", "→": "ARROW", "<-": "LARROW", "←": "LARROW",
    "|->": "MAPTO", "↦": "MAPTO", "\\A": "QUANT", "\\forall": "QUANT", "∀": "QUANT", "\\E": "QUANT",
    "\\exists": "QUANT", "∃": "QUANT", "\\AA": "QUANT", "\\EE": "QUANT",
    "[]ASSUME": "ASSUME", "[]PROVE": "PROVE", "ℕ": "ID", "ℤ": "ID", "ℝ": "ID",
}  # fmt: skip

# Operators that the junction pass must know from the others.
_SPECIAL = {"/\\": "AND", "∧": "AND", "\\/": "OR", "∨": "OR", "-": "MINUS", "[]": "BOX", "□": "BOX"}
_FIX_KIND = {"infix": "INFIX", "prefix": "PREFIX", "postfix": "POSTFIX"}


def _symbol_kinds() -> dict[str, str]:
    from modelcheck.syntax.operators import SPELLINGS

    kinds = {symbol: _FIX_KIND[OPERATORS[canonical(symbol)].fix] for symbol in SPELLINGS}
    return {s: k for s, k in kinds.items() if s not in KEYWORDS} | _PUNCTUATION | _SPECIAL


SYMBOL_KINDS = _symbol_kinds()

# The symbols, longest first, by their first character: a pattern of every one would take long to compile. After a
# backslash it takes all letters; what is no symbol then is cut by `_symbol_in`.
_SYMBOLS = (
    r"\\(?:[A-Za-z]++|/)?|=[<=>|]?|[,)'{}]|\((?:[-+./]\)|\\X\))?|\[(?:\](?:ASSUME|PROVE)?)?|\]_?|:(?::=?|[=>])?"
    r"|\|(?:->?|[=|])?|<(?:=>?|[-:<>])?|>(?:>_?|=)?|!!?|-(?:\+->|[->.|])?|\+\+?|\.\.?\.?|/[/=\\]?|\*\*?|\#\#?|\$\$?"
    r"|%%?|&&?|@@?|~>?|\^[\#*+^]?|\?\?|⟩_?|" + f"[{''.join([s for s in SYMBOL_KINDS if len(s) == 1 and s > '~'])}]"
)
# White space and comments on one line.
_BLANK = r"(?:[ \t\r\f]++|\\\*[^\n]*+|\(\*(?:[^*(\n]++|\*(?!\))|\((?!\*))*+\*\))*+"
_TOKEN = re.compile(
    rf"""{_BLANK}(?:
        ([WS]F_|[0-9]++\.[0-9]++(?![0-9A-Za-z_])|[0-9A-Za-z_]++)  # 1 fairness; decimal; word or number
      | (\n(?:{_BLANK}\n)*+)                                      # 2 end of line, of lines
      | (\(\*)                                                    # 3 comment of several lines, or with another inside
      | ("(?:[^"\\\n]|\\.)*+")                                    # 4 string
      | (<(?:[0-9]++|[+*])>(?:[0-9A-Za-z_]++|[*-])?\.*+)          # 5 name or level of a proof step
      | (-{{4,}}+(?:[ \t]*+MODULE\b)?|={{4,}}+)                   # 6 header, separator, end
      | (\\[bB][01]++|\\[oO][0-7]++|\\[hH][0-9A-Fa-f]++)          # 7 number in another base
      | ({_SYMBOLS})                                              # 8
      | (.)                                                       # 9 nothing begins so
      | (\Z)                                                      # 10 the end, lest a comment before it is searched
    )""",
    re.VERBOSE,
)
_WORD, _NEWLINE, _COMMENT, _STRING, _STEP, _RULE, _BASED, _SYMBOL, _NOTHING, _END = range(1, 11)
_COMMENT_MARK = re.compile(r"\(\*|\*\)")
_MODULE_HEADER = re.compile(r"-{4,}+[ \t]*+MODULE\b")
_MODULE_LINE = re.compile(r"^-{4,}+[ \t]*+MODULE[ \t]++[0-9A-Za-z_]++[ \t]*+-{4,}+[ \t\r]*+$", re.MULTILINE)
_DECIMAL_FORM = re.compile(r"[0-9]+\.[0-9]+")


@dataclass(slots=True)
class Tokens:
    """The tokens of one module, as parallel lists: kind, text, start offset, column (from 1) and, last, `EOF`.

    `end` is the offset after the module; `error` is what stopped the pass, if anything did (the last token is
    then `ERROR`).
    """

    source: SourceFile
    kinds: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    end: int = 0
    error: TlaError | None = None

    def span(self, index: int) -> Span:
        """The place of one token."""
        start = self.starts[index]
        return Span(self.source, start, start + len(self.texts[index]))


def find_module(source: SourceFile, start: int = 0) -> int:
    """Offset of the next module header at or after `start`, or -1.

    The first module of a file may begin anywhere; a later one only with a line of its own, as prose after the
    first module may well speak of modules.
    """
    found = (_MODULE_LINE if start else _MODULE_HEADER).search(source.text, start)
    return found.start() if found else -1


def scan(source: SourceFile, start: int = 0, *, expression: bool = False) -> Tokens:
    """The tokens from `start` to the end of the module that begins there (of the text, for an `expression`)."""
    tokens = Tokens(source)
    try:
        _scan(tokens, start, expression)
    except TlaError as error:
        at = error.span.start if error.span is not None else len(source.text)
        tokens.error, tokens.end = error, len(source.text)
        _add(tokens, "ERROR", "", at)
    else:
        if tokens.kinds[-1:] != ["EOF"]:
            _add(tokens, "EOF", "", tokens.end)
    return tokens


def _add(tokens: Tokens, kind: str, text: str, at: int) -> None:
    tokens.kinds.append(kind)
    tokens.texts.append(text)
    tokens.starts.append(at)
    tokens.columns.append(tokens.source.position(at).column)


def _scan(tokens: Tokens, pos: int, expression: bool) -> None:
    source = tokens.source
    text = source.text
    kinds, texts, starts, columns = tokens.kinds, tokens.texts, tokens.starts, tokens.columns
    symbol_kinds, keywords = SYMBOL_KINDS, KEYWORDS
    has_tabs = "\t" in text
    line_start = text.rfind("\n", 0, pos) + 1
    depth = 0  # of nested modules
    known, width = line_start, 0  # where tabs are: the columns before the offset `known` of this line
    while True:
        for found in _TOKEN.finditer(text, pos):
            group = found.lastindex or 0
            if group == _NEWLINE:
                line_start = found.end()
                continue
            word = found[group]
            start = found.start(group)
            if group == _WORD:
                kind = keywords.get(word) or ("ID" if word[0].isalpha() else _word_kind(word))
                if kind == "BAD":
                    raise TlaError("P005", f"'{word}' is neither a name nor a number",
                                   Span(source, start, start + len(word)))
            elif group == _SYMBOL:
                kind = symbol_kinds.get(word, "")
                if not kind:
                    word = _symbol_in(word)
                    kind = symbol_kinds[word]
                    pos = start + len(word)
            elif group == _COMMENT:
                pos = _comment_end(source, start)
                line_start = text.rfind("\n", start, pos) + 1 or line_start
                break
            elif group == _END:
                tokens.end = start
                return
            elif group == _STRING:
                kind = "STRING"
            elif group == _STEP:
                kind = "STEP"
            elif group == _RULE:
                kind = "SEPARATOR"
                if word[0] == "=":
                    kind = "ENDMODULE"
                    depth -= 1
                elif word[-1] == "E":
                    kind = "HEADER"
                    depth += 1
            elif group == _BASED:
                kind = "NUMBER"
            else:
                raise _bad_character(source, start)
            kinds.append(kind)
            texts.append(word)
            starts.append(start)
            if has_tabs:
                if line_start > known:
                    known, width = line_start, 0
                width = _width(text, known, start, width)
                known = start
                columns.append(width + 1)
            else:
                columns.append(start - line_start + 1)
            if kind == "ENDMODULE" and depth <= 0 and not expression:
                tokens.end = found.end()
                return
            if pos > start:
                break


def _symbol_in(word: str) -> str:
    """The symbol that a backslash and letters begin with; the backslash itself if no other."""
    while word not in SYMBOL_KINDS:
        word = word[:-1]
    return word


def _width(text: str, start: int, end: int, width: int) -> int:
    """The columns before offset `end`, if `width` columns stand before `start` on the same line."""
    for part in text[start:end].split("\t")[:-1]:
        width = (width + len(part)) // TAB_WIDTH * TAB_WIDTH + TAB_WIDTH
    return width + end - max(start, text.rfind("\t", start, end) + 1)


def _word_kind(word: str) -> str:
    if word[0].isdigit() or word[0] == "_":
        if word.isdigit():
            return "NUMBER"
        if word == "_":
            return "US"
        if _DECIMAL_FORM.fullmatch(word):
            return "DECIMAL"
        if not any(char.isalpha() for char in word) or "." in word:
            return "BAD"
    return "ID"


def _comment_end(source: SourceFile, start: int) -> int:
    """The offset after the comment that begins at `start`; comments nest."""
    text = source.text
    end = text.find("*)", start + 2)
    if end >= 0 and text.find("(*", start + 2, end) < 0:
        return end + 2
    depth = 0
    for mark in _COMMENT_MARK.finditer(text, start):
        depth += 1 if mark[0] == "(*" else -1
        if depth == 0:
            return mark.end()
    raise TlaError("P003", "this comment '(*' is never closed", Span(source, start, start + 2))


def _bad_character(source: SourceFile, at: int) -> TlaError:
    char = source.text[at]
    span = Span(source, at, at + 1)
    if char == '"':
        end = source.text.find("\n", at)
        return TlaError("P004", "this string has no closing quote on its line",
                        Span(source, at, end if end > at else len(source.text)))
    mends = {
        ";": "TLA+ has no semicolons: remove it",
        "?": "the operator is '??'",
        "`": "back-quotes belong to comments only",
        "“": 'write a plain double quote "',
        "”": 'write a plain double quote "',
        "‘": "TLA+ strings stand in double quotes; prime is a plain apostrophe '",
        "’": "prime is a plain apostrophe '",
        "–": "write a plain minus sign -",
    }
    name = f"U+{ord(char):04X}" if not char.isprintable() else f"'{char}'"
    return TlaError("P005", f"no symbol of TLA+ begins with {name}", span, mend=mends.get(char))
