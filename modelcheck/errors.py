"""Every error a user can meet: its stable code, its meaning, its exit code. One place, nothing else.

Codes never change their meaning and are never reused. The first letter is the stage that refuses:
`P` text and syntax, `M` modules and names, `C` cfg files, `U` command line, `E` evaluation,
`V` verdicts that are not `holds`, `T` traces, `L` limits, `X` system.
Exit codes follow the table of exit codes in the README (the same numbers as TLC's).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from modelcheck.source import Span

EXIT_OK = 0
EXIT_ASSUMPTION = 10
EXIT_DEADLOCK = 11
EXIT_SAFETY = 12
EXIT_LIVENESS = 13
EXIT_ASSERT = 14
EXIT_EVAL_SPEC = 75
EXIT_EVAL_SAFETY = 76
EXIT_EVAL_LIVENESS = 77
EXIT_PARSE = 150
EXIT_CONFIG = 151
EXIT_LIMIT = 152
EXIT_SYSTEM = 153
EXIT_DISAGREE = 154


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One kind of error: what it means, the usual cause, what to do, and the exit code it leads to."""

    code: str
    meaning: str
    cause: str
    mend: str
    exit_code: int


CODES: dict[str, ErrorCode] = {}


def _code(code: str, exit_code: int, meaning: str, cause: str, mend: str) -> None:
    assert code not in CODES, code
    CODES[code] = ErrorCode(code, meaning, cause, mend, exit_code)


class TlaError(Exception):
    """An error of the user's text, cfg, trace or command line; never of ours.

    `code` is a key of `CODES`; `message` says what is wrong with the very text in hand; `span` is where.
    `cause` and `mend` default to those of the code. `notes` are further places worth seeing (`(text, span)`).
    """

    def __init__(
        self,
        code: str,
        message: str,
        span: Span | None = None,
        *,
        cause: str | None = None,
        mend: str | None = None,
        notes: tuple[tuple[str, Span | None], ...] = (),
        exit_code: int | None = None,
    ) -> None:
        super().__init__(message)
        entry = CODES[code]
        self.code = code
        self.message = message
        self.span = span
        self.cause = entry.cause if cause is None else cause
        self.mend = entry.mend if mend is None else mend
        self.notes = notes
        self.exit_code = entry.exit_code if exit_code is None else exit_code

    def at(self, span: Span | None) -> TlaError:
        """The same error, placed at `span` if it has no place yet (the innermost place wins)."""
        if self.span is None:
            self.span = span
        return self

    def render(self) -> str:
        """The whole message: code and place, the line with a caret, cause and mend. Several lines."""
        where = f"{self.span}: " if self.span is not None else ""
        out = [f"{where}error {self.code}: {self.message}"]
        if self.span is not None:
            out += excerpt(self.span)
        if self.cause:
            out.append(f"  likely cause: {self.cause}")
        if self.mend:
            out.append(f"  what to do: {self.mend}")
        for text, span in self.notes:
            out.append(f"  note: {span}: {text}" if span is not None else f"  note: {text}")
            if span is not None:
                out += excerpt(span)
        return "\n".join(out)

    def as_json(self) -> dict[str, Any]:
        """The same as data: code, message, file, line, column, cause, mend."""
        out: dict[str, Any] = {"code": self.code, "message": self.message, "cause": self.cause, "mend": self.mend}
        if self.span is not None:
            begin, last = self.span.begin, self.span.last
            out |= {
                "file": self.span.file.name,
                "line": begin.line,
                "column": begin.column,
                "end_line": last.line,
                "end_column": last.column,
            }
        return out

    def __str__(self) -> str:
        return self.render()


class EvalError(TlaError):
    """An error met while evaluating an expression (exit codes 75 to 77, and 14 for a failed `Assert`)."""


def excerpt(span: Span) -> list[str]:
    """The first line of `span` and a line of carets under it."""
    begin = span.begin
    line = span.file.line(begin.line).expandtabs()
    if not line.strip():
        return []
    last = span.last
    width = last.column - begin.column + 1 if last.line == begin.line else len(line) - begin.column + 1
    if len(line) > 160:  # a very long line: show the part around the caret
        from_column = max(0, begin.column - 60)
        line = line[from_column : from_column + 150]
        return [f"  | {line}", "  | " + " " * (begin.column - 1 - from_column) + "^"]
    return [f"  | {line}", "  | " + " " * (begin.column - 1) + "^" * max(1, min(width, 120))]


# ---- P: text and syntax (scanner, junctions, parser, precedence) ----
_code("P001", EXIT_PARSE, "the file cannot be read",
      "the path is misspelt, or is a directory, or may not be opened", "give the path of a .tla file")
_code("P002", EXIT_PARSE, "the file is not UTF-8 text",
      "it is a binary file, or was saved in another encoding", "save it as UTF-8")

# ---- M: modules, names, arity, levels, instances ----

# ---- C: cfg files ----
_code("C001", EXIT_CONFIG, "the cfg cannot be read",
      "the path is misspelt, or is a directory, or may not be opened", "give the path of a .cfg file")
_code("C002", EXIT_CONFIG, "the cfg is not UTF-8 text",
      "it is a binary file, or was saved in another encoding", "save it as UTF-8")
_code("C003", EXIT_CONFIG, "a character that means nothing in a cfg",
      "a cfg holds names, numbers, strings and sets of them, not expressions",
      "define an operator in the module and write: Constant <- Operator")
_code("C004", EXIT_CONFIG, "a comment or string of the cfg is not closed",
      "'*)' or the closing quote is missing", "close it")
_code("C005", EXIT_CONFIG, "an unknown keyword in the cfg",
      "the word is misspelt, or a name stands where a keyword is due",
      "use one of TLC's keywords: CONSTANTS, INIT, NEXT, SPECIFICATION, INVARIANTS, PROPERTIES, ...")
_code("C006", EXIT_CONFIG, "a name is missing in the cfg",
      "the keyword stands without the name it needs, or an expression stands there; a cfg takes names only",
      "define an operator in the module and write its name; separate names by spaces, not commas")
_code("C007", EXIT_CONFIG, "CHECK_DEADLOCK takes TRUE or FALSE", "another word stands there", "write TRUE or FALSE")
_code("C008", EXIT_CONFIG, "the entries under CONSTANTS are wrong",
      "each entry is 'Name = value' or 'Name <- Definition'", "write it so")
_code("C009", EXIT_CONFIG, "a value is missing in the cfg",
      "a cfg's values are numbers, strings, TRUE, FALSE, model values and sets of them in braces",
      "for any other value define an operator in the module and write: Constant <- Operator")
_code("C010", EXIT_CONFIG, "the cfg says the same thing twice", "an entry was copied and not removed", "remove one")

# ---- U: command line ----

# ---- E: evaluation ----
_code("E001", EXIT_EVAL_SPEC, "values of different kinds are compared",
      "an operand is not what the spec's author took it for; TLA+ leaves such a comparison undefined",
      "compare values of one kind; use a model value (CONSTANT None) for 'no value'")
_code("E002", EXIT_EVAL_SPEC, "a set that cannot be enumerated is enumerated",
      "the set is infinite, so trying its elements one by one never ends",
      "bound the set (for instance 0..3 instead of Nat), or override it in the cfg: Nat <- MyNat")
_code("E003", EXIT_EVAL_SPEC, "a function is applied to a value outside its domain",
      "an index or key is not in the function's DOMAIN", "guard the application with x \\in DOMAIN f")
_code("E004", EXIT_EVAL_SPEC, "an operator is applied to a value of the wrong kind",
      "an operand is not what the operator takes", "check the value's type with a type invariant")
_code("E005", EXIT_EVAL_SPEC, "CHOOSE has no witness",
      "no element of the set satisfies the predicate", "guard it with the matching \\E, or widen the set")
_code("E006", EXIT_EVAL_SPEC, "no arm of a CASE is true",
      "the CASE has no OTHER and none of its guards holds", "add OTHER -> or the missing case")
_code("E007", EXIT_EVAL_SPEC, "a primed variable is read before the step has given it a value",
      "TLC and tlapair evaluate an action left to right", "move the conjunct that assigns it to the front")
_code("E008", EXIT_EVAL_SPEC, "a step or an initial state leaves a variable without a value",
      "an action forgets a variable on some path", "add UNCHANGED for it, or give it a value")
_code("E009", EXIT_EVAL_SPEC, "a formula is neither TRUE nor FALSE",
      "a value of another kind stands where a boolean is needed", "make the formula boolean")
_code("E010", EXIT_ASSERT, "an Assert failed", "the asserted formula is false in this state", "see the behavior below")
_code("E011", EXIT_EVAL_SPEC, "the expression cannot be evaluated by a model checker",
      "the construct has no finite evaluation", "override the definition in the cfg with one that has")
_code("E012", EXIT_EVAL_SPEC, "recursion is too deep",
      "a RECURSIVE operator or function does not reach its base case", "check that each call comes closer to it")
_code("E013", EXIT_EVAL_SPEC, "a set is too large to build",
      "the set has more elements than can be kept in memory",
      "bound the constants, or write a membership test instead of enumerating the set")
_code("E014", EXIT_EVAL_SPEC, "arithmetic is undefined here", "division or modulus by zero, or a bad exponent",
      "guard the operation")

# ---- T: traces ----

# ---- L: limits ----

# ---- X: system ----
_code("X001", EXIT_SYSTEM, "an error inside tlapair", "a defect of ours", "please report it with the input that led to it")
