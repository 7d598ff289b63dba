"""The shape of proofs: a row of steps and leaf proofs to a tree, by the steps' levels.

`<n>` steps belong to one proof as long as their level is the same; a step's own proof follows it and is a leaf
(BY, OBVIOUS, OMITTED), is announced by PROOF, or begins with a step of a higher level or `<+>`; `<*>` is the level of
the current proof (of a new one after PROOF). Each proof ends with its QED step. (TLA+ version 2 guide; SANY.)
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from modelcheck.errors import TlaError
from modelcheck.records import dataclass
from modelcheck.source import Span
from modelcheck.syntax import nodes as n

MAX_PROOF_DEPTH = 100
WITH_PROOF = frozenset(("ASSERT", "SUFFICES", "CASE", "PICK", "QED"))
_STEP_FORM = re.compile(r"<([0-9]+|[+*])>([0-9A-Za-z_]+|[*-])?\.*")


@dataclass(slots=True)
class Step:
    """A step without its proof; `span` is its number, `end` where its text ends."""

    span: Span
    number: str
    keyword: str
    body: tuple[Any, ...]
    end: int

    @property
    def level(self) -> str:
        return self.number[1 : self.number.index(">")]

    @property
    def label(self) -> str | None:
        found = _STEP_FORM.fullmatch(self.number)
        return found.group(2) if found else None


ProofItem: TypeAlias = "Step | n.ProofLeaf | Span"  # a Span is the word PROOF


def nest(items: list[ProofItem]) -> n.Proof:
    """The proof that `items` are. Raises P015 where levels do not fit or something is left over."""
    work = _Nesting(items)
    proof = work.proof(-1)
    if work.at < len(items):
        raise work.wrong("stands after the end of the proof")
    return proof


class _Nesting:
    def __init__(self, items: list[ProofItem]) -> None:
        self.items = items
        self.at = 0
        self.depth = 0

    def peek(self) -> ProofItem | None:
        return self.items[self.at] if self.at < len(self.items) else None

    def proof(self, outer: int) -> n.Proof:
        """One proof; `outer` is the level of the proof around it, -1 if there is none."""
        first = self.peek()
        start = self.place(first)
        if isinstance(first, Span):
            self.at += 1
            first = self.peek()
        if isinstance(first, n.ProofLeaf):
            self.at += 1
            return first
        if not isinstance(first, Step):
            raise self.wrong("is no proof")
        self.depth += 1
        if self.depth > MAX_PROOF_DEPTH:
            raise TlaError("P016", f"proofs are nested more than {MAX_PROOF_DEPTH} deep", first.span)
        level = int(first.level) if first.level.isdigit() else outer + 1
        if level <= outer:
            raise self.wrong(f"begins a proof inside one of level {outer}, so its level must be higher")
        steps = self.steps(level)
        self.depth -= 1
        return n.ProofSteps(start.to(steps[-1].span), tuple(steps))

    def steps(self, level: int) -> list[n.ProofStep]:
        steps: list[n.ProofStep] = []
        while True:
            item = self.peek()
            if item is None:
                raise TlaError("P015", f"the proof of level {level} has no QED step", steps[-1].span)
            if not isinstance(item, Step) or not self.fits(item, level, first=not steps):
                raise self.wrong(f"is no step of the proof of level {level}, which needs a QED step")
            self.at += 1
            proof = self.proof(level) if self.begins_proof(level) else None
            if proof is not None and item.keyword not in WITH_PROOF:
                raise TlaError("P015", f"a {item.keyword} step takes no proof", proof.span)
            end = item.end if proof is None else proof.span.end
            span = Span(item.span.file, item.span.start, end)
            steps.append(n.ProofStep(span, item.level, item.label, item.keyword, item.body, proof))
            if item.keyword == "QED":
                return steps

    def fits(self, step: Step, level: int, first: bool) -> bool:
        if step.level == "*":
            return True
        return first if step.level == "+" else int(step.level) == level

    def begins_proof(self, level: int) -> bool:
        item = self.peek()
        if isinstance(item, Step):
            return item.level == "+" or (item.level.isdigit() and int(item.level) > level)
        return item is not None

    def place(self, item: ProofItem | None) -> Span:
        if item is None:
            last = self.items[-1]
            return last if isinstance(last, Span) else last.span
        return item if isinstance(item, Span) else item.span

    def wrong(self, what: str) -> TlaError:
        place = self.place(self.peek())
        first = place.text.split("\n")[0].strip()
        return TlaError("P015", f"'{first[:30]}' {what}", place)
