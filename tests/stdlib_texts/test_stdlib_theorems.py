"""The theorems that the library modules state are true of small sets, sequences, functions, bags and graphs.

`ASSUME NEW s \\in Seq(S), H PROVE G` is read as `\\A s \\in SmallSeq(S, 2) : H => G`, and so on. What cannot be
evaluated that way (operators or infinitely many things as parameters) is listed, so that nothing drops out unseen.
"""

from __future__ import annotations

import re
from functools import lru_cache
from types import SimpleNamespace

import pytest
from stdlib_text import text_of

from modelcheck.engine.closures import ClosureEngine
from modelcheck.module import resolve_text
from modelcheck.syntax import nodes, parse_text
from modelcheck.values import TRUE, reset_order

SETS = "{{}, {1}, {1, 2}}"
# what a parameter without a set of its own ranges over, by its name
RANGES = dict.fromkeys("STUDIJQ", SETS) | dict.fromkeys("efxicmn", "0 .. 2") | {"R": "SUBSET (1 .. 2)"}
RANGES_OF_MODULE: dict[str, dict[str, str]] = {
    "FiniteSetTheorems": {},
    "FiniteSetsExtTheorems": {},
    "FunctionTheorems": {"f": "[0 .. 2 -> 0 .. 1]", "g": "[0 .. 2 -> 0 .. 1]"},
    "SequenceTheorems": {"s": "SmallSeq(1 .. 2, 2)"},
    "SequencesExtTheorems": {},
    "BagsTheorems": dict.fromkeys("ABC", "{<<>>, <<1>>, <<2, 1>>, [x \\in {2} |-> 3]}"),
    "QuorumTheorems": {},
    "GraphTheorems": {
        "G": "UNION {Graphs(N) : N \\in SUBSET (1 .. 2)}", "H": "Graphs(8 .. 9)",
        "r": "1 .. 2", "s": "8 .. 9", "m": "1 .. 2", "n": "1 .. 2", "leaf": "{7}",
    },
}  # fmt: skip
SMALL = {
    r"\bSeq\((\w+)\)": r"SmallSeq(\1, 2)",
    r"\bPath\((\w+)\)": r"SimplePath(\1)",
    r"\bNat\b": "(0 .. 2)",
    r"\bInt\b": "(-1 .. 2)",
}


def small(domain: str) -> str:
    """A finite set within a set that something ranges over."""
    for pattern, finite in SMALL.items():
        domain = re.sub(pattern, finite, domain)
    return domain


# about infinitely many functions, sequences or paths; about sets of sets; hypotheses beyond a function's domain
NOT_EVALUATED = {
    "FS_StrictSubsetOrderingWellFounded", "IsStrictPrefixWellFounded", "IsStrictSuffixWellFounded", "SeqDef",
    "SeqOfSeq", "TransposePath", "TreeSimplePath", "FS_UNION", "SubSeqProperties",
}  # fmt: skip


def paragraph(text: str) -> str:
    """A text up to the first empty line or rule: theorems end there."""
    return re.split(r"\n\s*\n|\n[-=]{4}", text)[0].rstrip()


class Reading:
    """A theorem of a module as a formula that can be evaluated."""

    def __init__(self, module: str) -> None:
        self.ranges = RANGES | RANGES_OF_MODULE[module]

    def formula(self, body: nodes.Expr | nodes.AssumeProve) -> str:
        """Its text; each part stands in the columns where it stood, for the sake of its junction lists."""
        if not isinstance(body, nodes.AssumeProve):
            return self.part(body)
        text = end = ""
        for assumption in body.assumptions:
            if isinstance(assumption, nodes.NewDecl):
                text += f"\\A {assumption.decl.name} \\in {self.domain(assumption)} :\n"
            else:
                text += f"(\n{self.part(assumption)}\n) => (\n"
                end += ")"
        return f"{text}(\n{self.part(body.goal)}\n){end}"

    def domain(self, new: nodes.NewDecl) -> str:
        if new.domain is None:
            return self.ranges[new.decl.name]
        return small(new.domain.span.text)

    def part(self, expr: nodes.Node) -> str:
        text = " " * (expr.span.begin.column - 1) + paragraph(expr.span.text).removesuffix("PROVE").rstrip(", \n")
        text = re.sub(r"(\\[AE] [\w, ]+ \\in )([^:]+?)( :)", lambda m: m[1] + small(m[2]) + m[3], text)
        return re.sub(r"(\\[AE]) (\w+(?:, \w+)*) :", self.binder, text)

    def binder(self, match: re.Match[str]) -> str:
        bounds = [f"{name} \\in {self.ranges[name]}" for name in match[2].split(", ")]
        return f"{match[1]} {', '.join(bounds)} :"


def theorems(text: str) -> list[nodes.Theorem]:
    """The named theorems in the text of a module."""
    units = parse_text(text)[0].units
    return [unit for unit in units if isinstance(unit, nodes.Theorem) and unit.name is not None]


def has_operators(body: nodes.Expr | nodes.AssumeProve) -> bool:
    """Whether it has parameters that are operators, or assumes a whole ASSUME ... PROVE."""
    return isinstance(body, nodes.AssumeProve) and any(
        isinstance(a, nodes.AssumeProve) or (isinstance(a, nodes.NewDecl) and a.decl.arity > 0)
        for a in body.assumptions
    )


def evaluated(text: str) -> list[nodes.Theorem]:
    """Those of them that are checked here."""
    return [t for t in theorems(text) if t.name not in NOT_EVALUATED and not has_operators(t.body)]


CASES = [(module, theorem.name) for module in RANGES_OF_MODULE for theorem in evaluated(text_of(module))]


def as_formulas(module: str, text: str) -> ClosureEngine:
    """An engine for the text of a module with a definition `Checked_X == formula` in place of each theorem X."""
    reading = Reading(module)
    extra = ["SmallSeq(S, n) == UNION {[1 .. k -> S] : k \\in 0 .. n}"]
    extra += [f"Checked_{theorem.name} ==\n{reading.formula(theorem.body)}" for theorem in evaluated(text)]
    for theorem in reversed(theorems(text)):
        start = theorem.span.start
        text = text[:start] + text[start + len(paragraph(text[start:])) :]
    reset_order()
    resolved = resolve_text("\n".join([text.rstrip("=\n"), *extra, "====\n"]), f"{module}, as formulas")
    model = SimpleNamespace(module=resolved, variables=(), constants={}, replaced={}, inits=(), next=None)
    return ClosureEngine(model)


def holds(engine: ClosureEngine, name: str) -> bool:
    return engine.evaluate(engine.model.module.definitions[f"Checked_{name}"].body) is TRUE


@lru_cache(maxsize=1)
def engine_of(module: str) -> ClosureEngine:
    return as_formulas(module, text_of(module))


@pytest.mark.parametrize(("module", "name"), CASES)
def test_theorem_is_true_of_small_things(module, name):
    assert holds(engine_of(module), name)


def test_how_many_theorems_are_evaluated():
    named = {theorem.name for module in RANGES_OF_MODULE for theorem in theorems(text_of(module))}
    assert named >= NOT_EVALUATED
    assert (len(CASES), len(named)) == (267, 347)


@pytest.mark.parametrize(
    ("module", "name", "true", "false"),
    [
        ("QuorumTheorems", "QuorumsIntersect", "e \\in P /\\ e \\in Q", "e \\in P /\\ e \\notin Q"),
        ("FiniteSetTheorems", "FS_Interval", "THEN b - a + 1", "THEN b - a"),
        ("SequencesExtTheorems", "ConsIsPrefix", "Head(u) = e", "Last(u) = e"),
        ("BagsTheorems", "Bags_UnionSqSubset", "A \\sqsubseteq (A (+) B)", "(A (+) B) \\sqsubseteq A"),
    ],
)
def test_a_false_statement_is_found(module, name, true, false):
    text = text_of(module)
    assert text.count(true) == 1
    assert not holds(as_formulas(module, text.replace(true, false)), name)
