"""Pinned expectations: what a check must end with, stated beforehand, so that a change does not go unnoticed.

Takes the comments of a cfg that begin with `tlapair:` (TLC reads them as comments), or the text of `--expect`:

    \\* tlapair: expect holds, generated 5955, distinct 1264, depth 15
    \\* tlapair: expect violated Consistent, length 6

Items are separated by commas: one verdict (`holds`, `violated NAME`, `deadlock`, `assumption_false [NAME]`,
`assert_failed`, `error [CODE]`, `stopped`), and figures: `generated`, `distinct`, `depth`, `initial`, `length` (states
of the counterexample), `exit` (the verdict's exit code). Several comments add up. A name that is no name, as that of
`--inv 'x < 3'`, stands in double quotes.

Gives `Expectations`, and from them and a verdict the verdict with its `pins`. Refused, with the place: what is not
understood or names nothing of the model (C041), what contradicts itself (C042); U015 for both on the command line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from modelcheck.errors import CODES, TlaError
from modelcheck.explore.path import Behavior
from modelcheck.module.model import Model
from modelcheck.records import dataclass, replace
from modelcheck.source import SourceFile, Span
from modelcheck.verdict import (
    AssumptionFalse,
    EvalFailure,
    LivenessViolated,
    Pin,
    Stopped,
    Verdict,
    Violated,
)

OPTION = "--expect"
#: verdicts by their names in `--json`, with the exit codes that they can have
VERDICTS = {
    "holds": (0,),
    "violated": (12, 13),
    "deadlock": (11,),
    "assumption_false": (10,),
    "assert_failed": (14,),
    "error": (75, 76, 77, 150, 151, 152),
    "stopped": (152, 153),
}
FIGURES = ("generated", "distinct", "depth", "initial", "length", "exit")
WITHOUT_BEHAVIOR = ("holds", "assumption_false", "stopped")

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d{1,3}(?:,\d{3})+(?!\d)|\d+)|(?P<word>[A-Za-z_][\w!]*)|"(?P<text>[^"]*)"|(?P<comma>,))"""
)
_EXPECT = re.compile(r"\s*expect\b")


@dataclass(frozen=True, slots=True)
class Expectation:
    """One item: a figure and its value, or "verdict" and its word; `detail`: the property or code that it names."""

    figure: str
    value: int | str
    detail: str | None
    span: Span

    @property
    def shown(self) -> str:
        """The value as it is written."""
        if isinstance(self.value, int):
            return f"{self.value:,}" if self.figure != "exit" else str(self.value)
        return self.value if self.detail is None else f"{self.value} {self.detail}"


Expectations = tuple[Expectation, ...]


def expectations(model: Model, option: str | None = None) -> Expectations:
    """What the cfg of a model states, or what the option says instead ("none": nothing). `TlaError`."""
    if option is None:
        pieces: Sequence[Span] = model.config.pragmas
        stated = tuple(item for piece in pieces for item in _items(_after_expect(piece)))
    elif option.strip() == "none":
        return ()
    else:
        stated = tuple(_items(Span(SourceFile(OPTION, option), 0, len(option))))
        if not stated:
            raise TlaError("U015", "--expect states nothing", cause="", mend="write --expect holds, or --expect none")
    _refuse_contradictions(stated)
    for item in stated:
        _refuse_unknown(item, model)
    return tuple({item.figure: item for item in reversed(stated)}.values())[::-1]


def with_pins(verdict: Verdict, stated: Expectations) -> Verdict:
    """The verdict with each expectation beside what was found. A search that was stopped is not judged, unless that is
    what is expected."""
    if not stated:
        return verdict
    if isinstance(verdict, Stopped) and not any(
        item.value == ("stopped" if item.figure == "verdict" else verdict.exit_code)
        for item in stated
        if item.figure in ("verdict", "exit")
    ):
        text = "the pinned expectations were not looked at, as the search did not come to its end"
        return replace(verdict, warnings=(*verdict.warnings, text))
    return replace(verdict, pins=tuple(_pin(item, verdict) for item in stated))


def _pin(item: Expectation, verdict: Verdict) -> Pin:
    if item.figure == "verdict":
        detail = _detail(verdict)
        met = verdict.name == item.value and item.detail in (None, detail)
        found = verdict.name if detail is None else f"{verdict.name} {detail}"
        return Pin("verdict", item.shown, found, met, item.span)
    number = _figure(item.figure, verdict)
    found = "none" if number is None else f"{number:,}" if item.figure != "exit" else str(number)
    return Pin(item.figure, item.shown, found, number == item.value, item.span)


def _detail(verdict: Verdict) -> str | None:
    """The property or error code that goes with the verdict's name."""
    if isinstance(verdict, Violated | LivenessViolated | AssumptionFalse):
        return verdict.property_name
    return verdict.error.code if isinstance(verdict, EvalFailure) else None


def _figure(name: str, verdict: Verdict) -> int | None:
    if name == "exit":
        return verdict.exit_code
    if name == "length":
        shown: Behavior | None = getattr(verdict, "behavior", None)
        return None if shown is None or not shown.steps else len(shown.steps)
    number: int = getattr(verdict.counts, name)
    return number


# ---- reading ----


def _after_expect(piece: Span) -> Span:
    """The items of a comment that begins with `tlapair:`."""
    found = _EXPECT.match(piece.text)
    if found is None:
        word = piece.text.split()[0] if piece.text.split() else ""
        where = piece.text.find(word) if word else 0
        span = Span(piece.file, piece.start + where, piece.start + where + max(1, len(word)))
        raise _wrong(f"'tlapair:' is followed by {word or 'nothing'!r}, not by 'expect'", span)
    return Span(piece.file, piece.start + found.end(), piece.end)


def _items(piece: Span) -> Iterator[Expectation]:
    """The items of a text. The error for one that is none, at its place."""
    tokens = _tokens(piece)
    at = 0
    while at < len(tokens):
        end = next((i for i in range(at, len(tokens)) if tokens[i][0] == "comma"), len(tokens))
        if end == at:
            raise _wrong("there is nothing before this comma", tokens[at][2])
        yield _item(tokens[at:end])
        at = end + 1
    if tokens and tokens[-1][0] == "comma":
        raise _wrong("there is nothing after this comma", tokens[-1][2])
    if not tokens and piece.file.name != OPTION:
        raise _wrong("nothing is expected here", Span(piece.file, piece.start - 1, piece.start))


def _tokens(piece: Span) -> list[tuple[str, str, Span]]:
    """Kind, text and place of each token."""
    out = []
    at = piece.start
    end = piece.start + len(piece.text.rstrip())
    while at < end:
        found = _TOKEN.match(piece.file.text, at, end)
        if found is None:
            while piece.file.text[at].isspace():
                at += 1
            raise _wrong(f"the character {piece.file.text[at]!r} cannot stand here", Span(piece.file, at, at + 1))
        kind = found.lastgroup or ""
        start = found.start(kind) - (kind == "text")
        out.append((kind, found[kind], Span(piece.file, start, found.end())))
        at = found.end()
    return out


def _item(tokens: list[tuple[str, str, Span]]) -> Expectation:
    kind, word, span = tokens[0]
    whole = span.to(tokens[-1][2])
    if kind != "word":
        raise _wrong(f"{word!r} is neither a verdict nor a figure", span, mend="begin with a word, as in: depth 11")
    if word in FIGURES:
        if len(tokens) != 2 or tokens[1][0] != "number":
            raise _wrong(f"{word} needs a number after it, and nothing more", tokens[min(1, len(tokens) - 1)][2])
        return Expectation(word, int(tokens[1][1].replace(",", "")), None, whole)
    if word not in VERDICTS:
        from difflib import get_close_matches

        near = get_close_matches(word, (*VERDICTS, *FIGURES), 1)
        mend = f"did you mean {near[0]}?" if near else None
        raise _wrong(f"{word!r} is neither a verdict nor a figure", span, mend)
    details = tokens[1:]
    if word in ("violated", "assumption_false", "error"):
        if len(details) > 1 or any(kind == "number" for kind, _, _ in details):
            raise _wrong(f"{word} takes one name", details[-1][2])
        if word == "violated" and not details:
            raise _wrong("violated needs the name of what is violated", span)
        return Expectation("verdict", word, details[0][1] if details else None, whole)
    if details:
        raise _wrong(f"nothing can stand after {word}", details[0][2], mend="put a comma between the items")
    return Expectation("verdict", word, None, whole)


def _wrong(message: str, span: Span, mend: str | None = None) -> TlaError:
    return TlaError("U015" if span.file.name == OPTION else "C041", message, span, mend=mend)


def _contradiction(message: str, span: Span, other: Span) -> TlaError:
    code = "U015" if span.file.name == OPTION else "C042"
    return TlaError(code, message, span, notes=(("the other one is here", other),))


def _refuse_contradictions(stated: Expectations) -> None:
    first: dict[str, Expectation] = {}
    for item in stated:
        old = first.setdefault(item.figure, item)
        if (old.value, old.detail) != (item.value, item.detail):
            text = f"the {item.figure} is expected to be {old.shown} and {item.shown}"
            raise _contradiction(text, item.span, old.span)
    verdict, code, length = first.get("verdict"), first.get("exit"), first.get("length")
    if verdict is not None and code is not None and code.value not in VERDICTS[str(verdict.value)]:
        raise _contradiction(f"the exit code of {verdict.value} is never {code.value}", code.span, verdict.span)
    if verdict is not None and length is not None and verdict.value in WITHOUT_BEHAVIOR:
        raise _contradiction(f"{verdict.value} comes without a counterexample", length.span, verdict.span)
    for few, many in (("distinct", "generated"), ("initial", "generated")):
        if few in first and many in first and _more(first[few].value, first[many].value):
            text = f"{few} can never be more than {many}"
            raise _contradiction(text, first[few].span, first[many].span)


def _more(one: int | str, other: int | str) -> bool:
    return isinstance(one, int) and isinstance(other, int) and one > other


def _refuse_unknown(item: Expectation, model: Model) -> None:
    """Refuse a name that nothing of the model has."""
    if item.detail is None:
        return
    known = _names(str(item.value), model)
    if item.detail not in known:
        from difflib import get_close_matches

        near = get_close_matches(item.detail, known, 1)
        what = {"error": "error code", "assumption_false": "assumption or postcondition"}.get(str(item.value), "")
        what = what or "invariant or property of this model"
        mend = f"did you mean {near[0]}?" if near else None
        if mend is None and known and item.value != "error":
            mend = f"there are: {', '.join(known)}"
        raise _wrong(f"{item.detail!r} is no {what}", item.span, mend=mend)


def _names(verdict: str, model: Model) -> list[str]:
    if verdict == "error":
        return sorted(CODES)
    if verdict == "violated":
        return [*(named.name for named in model.invariants), *(prop.name for prop in model.properties)]
    post = [] if model.postcondition is None else [model.postcondition.name]
    return [*(a.name for a in model.assumptions if a.name), *post]
