r"""One term in both evaluators, and what counts as agreement.

Two values agree if they are printed alike. Two failures agree if the code is one that the naive evaluator met in some
operand: strict operands may be evaluated in any order, nothing else may. A value and a failure disagree, with one
exception, counted apart as `open`: the naive evaluator builds every set and function whole and sorts it, so it also
fails on what nobody asks for. Open is therefore (a) a set, of elements of one kind, that differ in kind further in
(`{<<1>>, <<"a">>}`): E001 when they are compared, if ever; (b) an element of a filter other
than the one that is asked for; (c) what is looked for in an empty product (`4 \in BOOLEAN \X {}`), which may be
refused for its form. In these places the engine may have a value, or fail later on.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from plain_eval import Term, value_of
from plain_values import STRINGS, TooBig, Undefined, text
from random_terms import TermMaker, written

from modelcheck.engine.closures import ClosureEngine
from modelcheck.errors import EvalError
from modelcheck.module import resolve_expression, resolve_text
from modelcheck.module.model import build_model
from modelcheck.syntax.config import parse_config_text
from modelcheck.values import pretty, reset_order

WORDS = ", ".join(f"{s} |-> 0" for s in STRINGS)  # the root module's words rank before all others
HEADER = f"EXTENDS Integers, Sequences, FiniteSets\nWords == [{WORDS}]\n"
MODULE = f"---- MODULE Plain ----\n{HEADER}====\n"
RENEW = 400  # terms after which the engine's compiled formulas are given up


class Subject:
    """The evaluator under test; `more`: definitions beside those of `HEADER`."""

    def __init__(self, more: str = "") -> None:
        reset_order()
        self.module = resolve_text(MODULE.replace("====", more + "===="), "Plain")
        self.model = build_model(self.module, parse_config_text(""))
        self.renew()

    def renew(self) -> None:
        self.engine = ClosureEngine(self.model)
        self.done = 0

    def outcome(self, source: str) -> tuple[str, str]:
        """('value', text) or ('error', code)."""
        self.done += 1
        if self.done > RENEW:
            self.renew()
        expr = resolve_expression(self.module, source)
        try:
            return "value", pretty(self.engine.evaluate(expr))
        except EvalError as error:
            return "error", error.code


@dataclass
class Tally:
    """Counts of a campaign, and the differences found."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    @property
    def cases(self) -> int:
        return sum(self.counts.values()) - self.counts["left out"]


def verdict(term: Term, subject: Subject) -> tuple[str, str]:
    """('value' | 'error' | 'open' | 'left out' | 'DIFFERENT', what happened)."""
    source = written(term)
    try:
        expected = text(value_of(term, {}))
    except TooBig:
        return "left out", source
    except RecursionError:
        return "left out", source
    except Undefined as undefined:
        found = subject.outcome(source)
        if found[0] == "error" and found[1] in undefined.codes:
            return "error", found[1]
        if undefined.open_:
            return "open", source
        return "DIFFERENT", f"{source}\n  naive: {sorted(undefined.codes)}\n  found: {found}"
    found = subject.outcome(source)
    if found == ("value", expected):
        return "value", expected
    return "DIFFERENT", f"{source}\n  naive: {expected}\n  found: {found}"


def campaign(rng: Any, cases: int, ill: float, depth: int, subject: Subject | None = None) -> Tally:
    """`cases` terms from a seeded generator; every other one has ill-typed parts."""
    subject, tally = subject or Subject(), Tally()
    while tally.cases < cases:
        maker = TermMaker(rng, ill if rng.random() < 0.5 else 0.0)
        kind, what = verdict(maker.make(maker.type(2), rng.randint(1, depth), ()), subject)
        tally.counts[kind] += 1
        if kind == "DIFFERENT":
            tally.differences.append(what)
    return tally
