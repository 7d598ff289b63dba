"""Every error a user can meet: its stable code, its meaning, its exit code. One place, nothing else.

Codes never change their meaning and are never reused. The first letter is the stage that refuses:
`P` text and syntax, `M` modules and names, `C` cfg files, `U` command line, `E` evaluation,
`S` the symbolic engine, `V` verdicts that are not `holds`, `T` traces, `L` limits, `X` system.
Exit codes follow the table of exit codes in the README (the same numbers as TLC's).
"""

from __future__ import annotations

from typing import Any

from modelcheck.records import dataclass
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
EXIT_PINNED = 155


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
_code("P003", EXIT_PARSE, "a comment is never closed",
      "'*)' is missing; comments nest, so every '(*' inside needs its own", "close the comment with '*)'")
_code("P004", EXIT_PARSE, "a string is never closed",
      "the closing quote is missing; a string ends on the line where it begins", "close it with a double quote")
_code("P005", EXIT_PARSE, "these characters are no token of TLA+",
      "a symbol of another language, or a character pasted from a formatted text",
      "write it with TLA+'s symbols, or put it into a comment")
_code("P006", EXIT_PARSE, "there is no module in the text",
      "the header line is missing or misspelt", "begin the module with: ---- MODULE Name ----")
_code("P007", EXIT_PARSE, "'==' where no definition can stand",
      "'==' defines; inside an expression equality is written '='", "write '=' for equality")
_code("P008", EXIT_PARSE, "the text breaks the grammar here",
      "a symbol, name or keyword is missing or misplaced just before this place", "see what is expected here")
_code("P009", EXIT_PARSE, "brackets or keywords do not pair",
      "an opening or closing bracket, or THEN, ELSE or IN, is missing", "close what is open, innermost first")
_code("P010", EXIT_PARSE, "text stands left of the bullet it belongs to",
      "in a list of /\\ or \\/ everything of an item stands to the right of its bullet",
      "indent the line further than the bullet, or close the bracket first")
_code("P011", EXIT_PARSE, "two operators need parentheses",
      "their precedences overlap, so neither binds tighter", "put parentheses around one of the two parts")
_code("P012", EXIT_PARSE, "a module is not ended",
      "the line ==== is missing, or was taken for a part of something unclosed before it",
      "end the module with a line of ====")
_code("P013", EXIT_PARSE, "this is no list of bound names",
      "a quantifier, CHOOSE, LAMBDA or function binds names: x, or x \\in S, or <<x, y>> \\in S",
      "write: \\E x, y \\in S, <<a, b>> \\in T : ...")
_code("P014", EXIT_PARSE, "the form in brackets is none of TLA+'s",
      "the parts do not fit together", "see what is expected here")
_code("P015", EXIT_PARSE, "the steps of a proof do not fit together",
      "a step's level is not that of its proof, or a QED is missing or too many",
      "number steps <1>1. <1>2. ... and end each proof with a QED step of the same level")
_code("P016", EXIT_PARSE, "the text is nested too deeply", "it was probably generated", "split it into definitions")
_code("P017", EXIT_PARSE, "a label is misplaced",
      "a label is name :: expression, or name(x, y) :: expression, with plain names",
      "put parentheses around the labelled expression")
_code("P018", EXIT_PARSE, "a reserved word stands where a name is needed",
      "the word has a meaning in TLA+", "choose another name, or another spelling of it")
_code("P019", EXIT_PARSE, "an operator lacks an operand",
      "an expression is missing beside the operator, or the operator is one too many",
      "write the missing operand, or remove the operator")
_code("P020", EXIT_PARSE, "two expressions stand side by side",
      "an operator, a comma or a bullet is missing between them, or a word is misspelt", "put an operator between them")

# ---- M: modules, names, arity, levels, instances ----
_code("M001", EXIT_PARSE, "a name is unknown here",
      "it is misspelt, or defined further down, or its module is neither extended nor instantiated",
      "define it above, or add its module to EXTENDS")
_code("M002", EXIT_PARSE, "a name is declared or defined twice",
      "TLA+ has no shadowing: a name in scope cannot be bound again, not even by a quantifier or parameter",
      "rename one of the two")
_code("M003", EXIT_PARSE, "an operator of the language is redefined",
      "the operator is built in", "choose another name or symbol")
_code("M004", EXIT_PARSE, "the name of an instance stands alone",
      "I == INSTANCE M defines I!Op for each Op of M; I itself is no value", "write I!Op")
_code("M005", EXIT_PARSE, "an operator has the wrong number of arguments",
      "the call does not fit the definition", "give as many arguments as the definition has parameters")
_code("M006", EXIT_PARSE, "an operator is needed as argument, and an expression is given",
      "this parameter is declared with underscores, as in Op(_)", "pass an operator's name or a LAMBDA")
_code("M007", EXIT_PARSE, "an operator passed as argument has the wrong number of parameters",
      "the parameter's declaration says how many it takes", "pass an operator or LAMBDA with as many parameters")
_code("M008", EXIT_PARSE, "a LAMBDA stands where a value is needed",
      "a LAMBDA is an operator, not a value", "use a function [x \\in S |-> e], or pass the LAMBDA to an operator")
_code("M009", EXIT_PARSE, "@ stands outside an EXCEPT",
      "@ means the old value at the place that an EXCEPT changes", "write the expression that is meant")
_code("M010", EXIT_PARSE, "a field is given twice", "a record has one value for each field", "remove one")
_code("M011", EXIT_PARSE, "a function is applied to the wrong number of arguments",
      "the function's definition binds another number of names", "give one argument for each, or a tuple")
_code("M012", EXIT_PARSE, "a part of a definition is selected that is not there",
      "a selector like !1 or !label follows the structure of the definition's body", "name the part in a definition")
_code("M013", EXIT_PARSE, "an ASSUME/PROVE stands where an expression is needed",
      "the fact it names is no formula", "name its goal in a definition")
_code("M020", EXIT_PARSE, "a module is not found",
      "no file of that name is in the module's folder, in the library folders, or among the standard modules",
      "check the spelling, put the file beside the module, or give its folder with --library")
_code("M021", EXIT_PARSE, "the file does not hold the module of its name",
      "the module X must stand in the file X.tla", "rename the file or the module")
_code("M022", EXIT_PARSE, "modules depend on each other in a circle",
      "each extends or instantiates the next", "move what both need into a third module")
_code("M023", EXIT_PARSE, "a module is defined twice", "two modules in scope have the same name", "rename one of them")
_code("M024", EXIT_PARSE, "extended modules disagree about a name",
      "one declares what another one defines", "rename it in one of them, or use a named INSTANCE")
_code("M030", EXIT_PARSE, "an INSTANCE leaves a constant or variable without a substitution",
      "no WITH clause names it and nothing in scope has its name", "add it to the WITH clause")
_code("M031", EXIT_PARSE, "an INSTANCE substitutes for the same name twice", "a clause was copied", "remove one")
_code("M032", EXIT_PARSE, "an INSTANCE substitutes for something that is not declared",
      "only declared constants and variables of the instantiated module can be substituted",
      "declare it CONSTANT or VARIABLE there, or remove the clause")
_code("M033", EXIT_PARSE, "an INSTANCE substitutes an operator of the wrong number of parameters",
      "the constant's declaration says how many it takes", "substitute an operator or LAMBDA with as many parameters")
_code("M034", EXIT_PARSE, "a non-Leibniz operator is substituted for a constant operator",
      "its value depends on more than its argument's value in one state (prime, ENABLED, [], WF, ...)",
      "substitute an operator of constants")
_code("M035", EXIT_PARSE, "an INSTANCE substitutes an expression of too high a level",
      "constants take constants, variables take state functions", "substitute an expression without prime or []")
_code("M036", EXIT_PARSE, "an operator substituted by an INSTANCE takes only arguments of too low a level",
      "the module applies it to expressions of a higher level", "substitute an operator that may be so applied")
_code("M037", EXIT_PARSE, "an INSTANCE substitutes an argument of too high a level for its operator",
      "the module applies the one to the other", "substitute expressions that may be so combined")
_code("M040", EXIT_PARSE, "a RECURSIVE operator is declared and never defined",
      "the definition is missing, misspelt or inside another LET", "define it, or remove the declaration")
_code("M041", EXIT_PARSE, "a RECURSIVE declaration does not fit the definition",
      "the numbers of parameters differ", "declare as many underscores as there are parameters")
_code("M042", EXIT_PARSE, "a RECURSIVE operator is defined at another level than declared",
      "the declaration is outside the LET and the definition inside, or the other way round", "put both together")
_code("M043", EXIT_PARSE, "only definitions may stand between RECURSIVE and what it declares",
      "declarations, theorems, modules and USE must wait", "move it before or after")
_code("M044", EXIT_PARSE, "a parameter of a RECURSIVE operator is primed",
      "recursive operators may not prime their parameters", "prime where the operator is called")
_code("M050", EXIT_PARSE, "an argument is of too high a level for its operator",
      "levels are constant < state < action < temporal; primes cannot be primed, and [] formulas are not values",
      "use an expression of a lower level")
_code("M051", EXIT_PARSE, "an assumption is not constant",
      "an ASSUME speaks of constants only", "make it an invariant, or leave the variables out")
_code("M052", EXIT_PARSE, "an operator passed as argument takes only arguments of too low a level",
      "the operator that receives it applies it to expressions of a higher level", "pass another operator")
_code("M053", EXIT_PARSE, "an argument is of too high a level for the operator it is passed to",
      "another argument is an operator that is applied to it", "use an expression of a lower level")
_code("M054", EXIT_PARSE, "[] before an action that is not of the form [A]_v",
      "such a formula would not allow stuttering steps", "write [][A]_v")
_code("M055", EXIT_PARSE, "<> before an action that is not of the form <<A>>_v",
      "such a formula would forbid stuttering steps", "write <><<A>>_v")
_code("M056", EXIT_PARSE, "an action stands where only a state predicate or temporal formula may",
      "~> and -+-> speak of states and behaviors, not of single steps", "use a state predicate")
_code("M057", EXIT_PARSE, "an action and a temporal formula are combined",
      "a junction, => or <=> takes either actions or temporal formulas, not both", "write [][A]_v for the action")
_code("M058", EXIT_PARSE, "a temporal formula is quantified over a set that depends on the next state",
      "the bound of a quantified temporal formula may not contain primes", "use a bound without primes")
_code("M059", EXIT_PARSE, "a temporal formula stands as a set",
      "the bound of a quantifier or constructor is a set, not a temporal formula", "use a set")
_code("M060", EXIT_PARSE, "a label names a parameter twice", "each bound identifier is named once", "remove one")
_code("M061", EXIT_PARSE, "a label leaves out a bound identifier",
      "a label names every identifier bound between the definition (or outer label) and itself", "add it: label(x) ::")
_code("M062", EXIT_PARSE, "a label names something that is not bound here",
      "a label names only identifiers bound since the definition or outer label", "remove it")
_code("M063", EXIT_PARSE, "a label stands outside a definition", "labels name parts of definitions", "remove it")
_code("M064", EXIT_PARSE, "a label stands in a nested ASSUME/PROVE with a NEW symbol",
      "such a part could not be referred to", "remove it")
_code("M065", EXIT_PARSE, "a label stands inside an EXCEPT", "such a part could not be referred to", "remove it")
_code("M066", EXIT_PARSE, "a label is used twice", "labels of one definition must differ", "rename one")
_code("M069", EXIT_PARSE, "HIDE names something that is no fact",
      "facts are theorems and assumptions; definitions are hidden with HIDE DEF", "write HIDE DEF, or remove it")
_code("M090", EXIT_PARSE, "the text is nested too deeply", "an expression contains itself thousands of levels deep",
      "split it into definitions")

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

_code("C040", EXIT_CONFIG, "SYMMETRY is not a set of permutations",
      "the operator must give functions that permute model values, as Permutations(S) does",
      "write Permutations(S) for a set S of model values; unite them with \\cup for several sets")
_code("C020", EXIT_CONFIG, "a constant has no value",
      "the module (or one it extends) declares it, and the cfg says nothing about it",
      "add it under CONSTANTS: Name = value, or Name <- Definition")
_code("C021", EXIT_CONFIG, "the cfg gives a value to something the module does not have",
      "the name is misspelt, or belongs to a module that is instantiated, not extended",
      "remove the entry, or correct the name")
_code("C022", EXIT_CONFIG, "what a constant is replaced with does not exist",
      "the right side of '<-' must be defined in the root module", "define it there, or use '=' for a model value")
_code("C023", EXIT_CONFIG, "a replacement takes another number of arguments",
      "the two sides of '<-' must take the same number", "use a definition with as many parameters")
_code("C024", EXIT_CONFIG, "a replacement is itself replaced",
      "the right side of one '<-' is the left side of another", "name the final definition")
_code("C025", EXIT_CONFIG, "the cfg names a module that the spec does not use",
      "the name in brackets is misspelt", "name a module that is extended or instantiated")
_code("C026", EXIT_CONFIG, "an operator is given a single value",
      "it takes arguments, so it needs a definition", "use '<-' with an operator of the module, or give F(x) = value")
_code("C027", EXIT_CONFIG, "a constant is replaced with what is not constant",
      "the definition on the right side of '<-' depends on variables",
      "use a definition without variables, or declare a definition instead of the constant")
_code("C030", EXIT_CONFIG, "the cfg names something that is not defined",
      "the name is misspelt, or defined in a module that is not extended", "define it in the root module")
_code("C031", EXIT_CONFIG, "the cfg names an operator that takes arguments",
      "what is checked must be a formula", "define an operator without parameters that applies it")
_code("C032", EXIT_CONFIG, "a formula named in the cfg is of the wrong level",
      "an invariant or constraint speaks of one state, an action constraint of one step",
      "leave out the primes or temporal operators, or name it under another keyword")
_code("C033", EXIT_CONFIG, "the cfg gives both SPECIFICATION and INIT or NEXT",
      "either one formula is the whole spec, or two formulas are its parts", "keep one of the two")
_code("C034", EXIT_CONFIG, "the cfg names no initial predicate",
      "a module with variables needs SPECIFICATION, or INIT and NEXT", "add SPECIFICATION Spec, or INIT Init NEXT Next")
_code("C035", EXIT_CONFIG, "the cfg names no next-state action",
      "there is something to check and no step to take", "add NEXT Next, or [][Next]_vars to the specification")
_code("C036", EXIT_CONFIG, "a part of the specification cannot be used by a model checker",
      "a specification is an initial predicate, [][Next]_vars and fairness, joined by /\\",
      "write it in that form")
_code("C037", EXIT_CONFIG, "the specification has two next-state actions",
      "it has more than one conjunct of the form [][A]_v", "join them: [][A /\\ B]_v")
_code("C038", EXIT_CONFIG, "a property is an action",
      "a property is a temporal formula; an action alone speaks of the first step only", "write [][A]_v")
_code("C039", EXIT_CONFIG, "an entry of the cfg is not supported yet",
      "tlapair does not have it so far", "remove the entry")

_code("C041", EXIT_CONFIG, "a pinned expectation is not understood",
      "a comment that begins with 'tlapair:' states what a check must end with; a word of it is misspelt",
      "write for instance: \\* tlapair: expect holds, generated 1146, distinct 288, depth 11")
_code("C042", EXIT_CONFIG, "pinned expectations contradict each other",
      "no run can end with both", "remove one")

# ---- U: command line ----
_code("U001", EXIT_CONFIG, "the command line is wrong",
      "an option or argument is misspelt, missing or not understood", "see tlapair COMMAND --help")
_code("U002", EXIT_CONFIG, "no such command", "the command is misspelt", "see tlapair --help for the list")
_code("U003", EXIT_CONFIG, "the answer to a liveness property could be wrong",
      "SYMMETRY, VIEW and constraints leave out states and steps, and with them behaviors that may violate the "
      "property or that fairness needs", "check the property in a model without them; or give --allow-unsound-liveness")
_code("U005", EXIT_CONFIG, "a file cannot be written", "the folder does not exist or may not be written to",
      "give another path")
_code("U006", EXIT_CONFIG, "no such error code", "the code is misspelt", "see tlapair codes for the list")
_code("U010", EXIT_CONFIG, "there is no behavior to simulate",
      "Init has no solution, or none inside the constraints",
      "see which conjunct of Init or which constraint is too strong")
_code("U011", EXIT_CONFIG, "the behaviors of this spec depend on each other",
      "it keeps something in registers (TLCSet) from one behavior to the next, or reads a clock or file",
      "simulate with --workers 1")
_code("U013", EXIT_CONFIG, "a saved trace cannot be used",
      "the file is missing, is no ITF (*.itf.json), or belongs to another spec",
      "give a file that --trace-out has written for this spec")
_code("U014", EXIT_CONFIG, "a checkpoint cannot be recovered from",
      "the file is missing or damaged, or the spec, its cfg or the options have changed since it was written",
      "begin the search anew, or restore what has changed")

_code("U015", EXIT_CONFIG, "--expect is not understood, or contradicts itself",
      "a word of it is misspelt, or no run can end with all of it",
      "write for instance: --expect 'violated Inv, length 7', or --expect none")

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
_code("E015", EXIT_EVAL_SPEC, "an operator reaches outside of the run",
      "files outside the working directory and other programs are closed to a spec",
      "use a file below the working directory, or allow it: --allow-io, --allow-exec")

# ---- T: traces ----
_code("T001", EXIT_CONFIG, "the trace cannot be read",
      "the path is misspelt, or is a directory, or may not be opened", "give the path of an .ndjson file")
_code("T002", EXIT_CONFIG, "the trace is not UTF-8 text",
      "it is a binary or compressed file, or was saved in another encoding",
      "give plain UTF-8 text, one JSON object a line")
_code("T003", EXIT_CONFIG, "a line of the trace is no JSON",
      "the file was cut off, edited by hand, or two writers wrote to it at once",
      "every line must be one JSON object, with whole numbers only and each name once")
_code("T004", EXIT_CONFIG, "a field of the trace is missing, unknown or of the wrong type",
      "the writer of the log uses another name or type", "see the fields in the text of traces/event.py")
_code("T005", EXIT_CONFIG, "the trace has no header of this format",
      "it is some other kind of log, or of another version",
      'begin with a line {"schema": "tlapair.trace/1", "spec": "dir/Module.tla", "constants": {...}}')
_code("T006", EXIT_CONFIG, "the trace is empty",
      "nothing was recorded; an empty log would be a behavior of every spec and prove nothing",
      "record at least one event")
_code("T007", EXIT_CONFIG, "the trace is of another protocol or spec",
      "the header names another module than the one given, or the constants are another module's",
      "give the spec that the header names, or record a trace of this one")
_code("T008", EXIT_CONFIG, "the trace names an action, parameter or variable that the spec does not have",
      "it is misspelt, or the log and the spec are of different versions",
      "use the spec's own names, or map them before")
_code("T009", EXIT_CONFIG, "a value of the trace has no meaning in TLA+",
      "null, a malformed set or map, or an unknown '#' name",
      "write values as the table in traces/decode.py says; leave out what was not observed")
_code("T010", EXIT_CONFIG, "the spec of the trace is not found",
      "the header names no bundled spec, or a path outside of the folder of specs",
      "give the spec: tlapair validate SPEC.tla TRACE")
_code("T011", EXIT_CONFIG, "a constant of the header cannot be used",
      "the spec declares no such constant, or the value is no number, string, model value or set of them",
      "give the constants by a cfg: tlapair validate SPEC.tla TRACE --config X.cfg")
_code("T012", EXIT_CONFIG, "the logs cannot be merged",
      "they are of different runs, or their clocks are missing or contradict each other",
      "give the logs of all nodes of one run, each event with a vector clock or a number of the whole run")
_code("T013", EXIT_CONFIG, "no such protocol, mutant or fault",
      "it is misspelt", "see tlapair record --list")
_code("T014", EXIT_SYSTEM, "the processes cannot be run, or do not answer",
      "a folder that is in use, too many nodes, a node that ended by itself, or one that is not there",
      "look at the .log of the nodes in the run's folder")
_code("T020", EXIT_SAFETY, "the trace is no behavior of the spec",
      "the implementation did what the spec forbids, or the spec forbids what it should allow, or the log is wrong",
      "compare the line of the log with the action named below")
_code("T021", EXIT_LIMIT, "the search for an explanation of the trace was stopped by a limit",
      "much is left open by the log, so many behaviors of the spec have to be tried",
      "log more variables, allow fewer hidden steps, or raise --states")
_code("T022", EXIT_SAFETY, "the history is not linearizable",
      "an answer fits no order of the operations in which each happens between its question and its answer",
      "look at the operations under way at that line, and at the trace of the same run")
_code("T023", EXIT_SAFETY, "reads in the history are out of their session's order",
      "a client was shown less than before, or not what others were shown of the same past, or not its own change",
      "look at the two answers, and at the trace of the same run")
_code("T030", EXIT_CONFIG, "a page needs Pygments, which colours the Python",
      "it is an optional part of the installation", "pip install pygments")
_code("T031", EXIT_CONFIG, "the spec and the Python of a pair do not fit together",
      "an action, a parameter or a variable was renamed, added or removed on one side only",
      "make @action, the mapping and the spec say the same")
_code("T032", EXIT_SAFETY, "the implementation did what the spec does not allow",
      "a guard is missing or too weak, an update is wrong, or something changed outside of an action",
      "compare the action named with the step before it")
_code("T033", EXIT_CONFIG, "there is no small model to drive the implementation along",
      "none was given for this pair, or the one given is too large", "give one in traces/drive/small.py")

# ---- S: the symbolic engine (prove, --cross-check) ----
_code("S001", EXIT_EVAL_SPEC, "a value is used as what it is not",
      "one place gives a value of one kind, another needs a value of another kind",
      "compare the two places; a variable that may be of several kinds needs a test before it is used as one")
_code("S002", EXIT_EVAL_SPEC, "a variable is given something that its @type does not allow",
      "the annotation is wrong, or the expression", "correct one of them")
_code("S003", EXIT_EVAL_SPEC, "recursion that depends on the state is not translated",
      "where it ends is not known while it is translated", "write it as a fold (FoldSet, FoldSeq) or a quantifier")
_code("S004", EXIT_EVAL_SPEC, "a set that is not known to be finite is enumerated",
      "a quantifier or CHOOSE runs over it", "bound the set, or test membership in it only")
_code("S005", EXIT_EVAL_SPEC, "ENABLED and the composition of actions are not translated",
      "both speak of states that the solver would have to quantify over", "write the enabling condition out")
_code("S006", EXIT_CONFIG, "a temporal formula cannot be proved here",
      "prove answers questions about states: invariants and witnesses", "check it with tlapair check, as a PROPERTY")
_code("S007", EXIT_EVAL_SPEC, "an expression has no translation for the solver",
      "the operator, or its use on a value that is not known, is outside of what is translated",
      "write it with sets, functions, quantifiers and arithmetic; or use tlapair check")
_code("S008", EXIT_LIMIT, "a translation grows too large",
      "a quantifier, a power set or a product runs over too many candidates", "make the constants smaller")
_code("S009", EXIT_CONFIG, "the invariant does not say which values a variable may have",
      "an inductive step starts from any state of the invariant; its type part must come as x \\in S or x = e",
      "add a type invariant, as TypeOK == x \\in S /\\ ..., to what is proved, before the conjuncts that use x")
_code("S010", EXIT_CONFIG, "the invariant does not bound the length of a sequence",
      "Seq(S) holds sequences of any length, and the solver needs a longest one",
      "give --max-length N (the answer then says so), or write BoundedSeq(S, N) in the invariant")
_code("S011", EXIT_CONFIG, "there is nothing to prove",
      "the cfg names no INVARIANT and the command line no --inv", "give --inv Inv")
_code("S012", EXIT_SYSTEM, "a counterexample of the solver is none for the engine", "a defect of ours",
      "please report it with the spec")
_code("S013", EXIT_DISAGREE, "the two engines disagree", "a defect of ours: one of them is wrong",
      "please report it with the spec; both sides are printed above")
_code("S015", EXIT_EVAL_SPEC, "a type annotation cannot be read",
      "it is no type of Apalache's, its semicolon is missing, or it uses an alias that no @typeAlias defines",
      "correct it, as in @type: Set(Int); or take the @ away where no annotation is meant")
_code("S014", EXIT_SYSTEM, "z3 is not installed", "the solver is a package of its own", "pip install z3-solver")

# ---- V: verdicts that are not `holds` ----
_code("V001", EXIT_ASSUMPTION, "an assumption is false",
      "the constants given in the cfg do not satisfy the ASSUME", "change the constants, or correct the ASSUME")
_code("V002", EXIT_ASSUMPTION, "a postcondition is false",
      "the search as a whole is not as the POSTCONDITION states", "see the counts of the run")
_code("V003", EXIT_DEADLOCK, "a deadlock is reached",
      "no action is enabled in a state that can be reached",
      "if the state is a good end, add a stuttering step to Next, or write CHECK_DEADLOCK FALSE in the cfg")
_code("V004", EXIT_SAFETY, "an invariant is violated",
      "the spec allows a behavior that ends in a bad state", "see the behavior: one of its steps should not be")
_code("V005", EXIT_SAFETY, "a safety property is violated",
      "the spec allows an initial state or a step that the property does not allow",
      "see the last step of the behavior, and the refinement mapping if the property is another spec")
_code("V006", EXIT_LIVENESS, "a liveness property is violated",
      "a behavior that satisfies the fairness conditions never does what the property says it must",
      "see the cycle: either an action in it needs (stronger) fairness, or the property asks too much")

_code("V007", EXIT_PINNED, "the outcome is not the one that is pinned",
      "the spec, its cfg or its constants have changed, and with them its states",
      "if the change is meant, pin the new figures; if not, compare with the last version that was as pinned")

# ---- L: limits ----
_code("L001", EXIT_LIMIT, "a limit stopped the search; nothing was found so far",
      "the state space is larger than the limit of states, depth, time or memory",
      "raise the limit, or bound the model by smaller constants or a CONSTRAINT")
_code("L002", EXIT_LIMIT, "the symmetry group is too large", "the group grows with the factorial of the set",
      "make the symmetric sets smaller")
_code("L003", EXIT_LIMIT, "memory ran out; nothing was found so far", "the state space is too large for it",
      "bound the model by smaller constants or a CONSTRAINT")

_code("L004", EXIT_LIMIT, "the text is nested too deeply", "an expression is nested thousands of levels deep",
      "split it into definitions")

# ---- X: system ----
_code("X001", EXIT_SYSTEM, "an error inside tlapair", "a defect of ours",
      "please report it with the input that led to it")
_code("X002", EXIT_SYSTEM, "interrupted", "Ctrl-C was pressed, or the process was told to stop", "run it again")
_code("X003", EXIT_SYSTEM, "a file or the disk failed", "the disk is full, or the file may not be accessed",
      "make room, or use another folder")
