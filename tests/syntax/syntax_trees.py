"""Hypothesis strategies for syntax trees: exactly the trees that some text can mean.

`modules()` and `expressions()` cover every node of `modelcheck.syntax.nodes`. Names are not bound to anything: these
are trees for the printer and the parser, not specs that run.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st

from modelcheck.source import SourceFile, Span
from modelcheck.syntax import nodes as n
from modelcheck.syntax.operators import OPERATORS
from modelcheck.syntax.printer import CHOICE

SPAN = Span(SourceFile("<generated>", ""), 0, 0)
INFIX = sorted(name for name, op in OPERATORS.items() if op.fix == "infix")
PREFIX = sorted(name for name, op in OPERATORS.items() if op.fix == "prefix")
POSTFIX = sorted(name for name, op in OPERATORS.items() if op.fix == "postfix")
IDENTIFIERS = ("x", "y", "Init", "pc_1", "_a", "1b", "TRUE", "Nat", "aWF_", "ℕ", "if")
PLAIN = IDENTIFIERS[:5]


def node(kind: type, *parts: Any, **named: Any) -> st.SearchStrategy[Any]:
    """A node of `kind`, each part drawn from its strategy (or a constant)."""
    strategies = [part if isinstance(part, st.SearchStrategy) else st.just(part) for part in parts]
    keywords = {k: v if isinstance(v, st.SearchStrategy) else st.just(v) for k, v in named.items()}
    return st.builds(kind, st.just(SPAN), *strategies, **keywords)


def row(item: st.SearchStrategy[Any], least: int = 1, most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    """A tuple of a few items."""
    return st.lists(item, min_size=least, max_size=most).map(tuple)


identifier = st.sampled_from(IDENTIFIERS)
plain = st.sampled_from(PLAIN)
bound_name = node(n.BoundName, plain)
names = row(bound_name)


def bounds(expr: st.SearchStrategy[Any], *, bounded: bool) -> st.SearchStrategy[tuple[Any, ...]]:
    """`x, y \\in S, <<a, b>> \\in T`, or `x, y` unless `bounded`."""
    one = node(n.Bound, names, expr) | node(n.Bound, names, expr, True)
    free = node(n.Bound, names, None).map(lambda bound: (bound,))
    return row(one) if bounded else row(one) | free


def single_bound(expr: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """`x \\in S` or `<<x, y>> \\in S`."""
    return node(n.Bound, row(bound_name, 1, 1), expr) | node(n.Bound, names, expr, True)


def path_steps(expr: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """The steps of a compound name before the last."""
    first = node(n.PathStep, plain) | node(n.PathStep, plain, row(expr))
    more = (
        first
        | node(n.PathStep, st.sampled_from(("1", "27", "<<", ">>", "@", ":")))
        | node(n.PathStep, CHOICE, row(expr))
        | node(n.PathStep, st.sampled_from(INFIX), row(expr, 2, 2))
    )
    return st.tuples(first, row(more, 0, 2)).map(lambda pair: (pair[0], *pair[1]))


def arguments(expr: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Arguments of an operator: expressions, operators, LAMBDAs."""
    operator = node(n.Name, st.sampled_from([*INFIX, *POSTFIX, "-.", "[]", "SUBSET"]))
    return row(expr | operator | node(n.Lambda, names, expr))


def compound(expr: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """`A!B`, `A(x)!1`, `A!B(x)`, `A!(x)`, `A!+`."""
    last = st.sampled_from((*PLAIN, "1", "<<", ">>", "@", ":", "+", "\\cup", "!!"))
    called = node(n.Name, st.sampled_from((*PLAIN, "+", "\\o", CHOICE)), path_steps(expr))
    return node(n.Name, last, path_steps(expr)) | node(n.Apply, called, arguments(expr))


def operators(expr: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Infix, prefix and postfix applications; `\\X` of several factors; calls."""

    def apply(symbols: list[str], least: int, most: int, fix: str) -> st.SearchStrategy[Any]:
        return node(n.Apply, node(n.Name, st.sampled_from(symbols)), row(expr, least, most), fix)

    infix = [symbol for symbol in INFIX if symbol != "\\X"]
    called = node(n.Name, plain) | node(n.Name, st.sampled_from([s for s in infix if s not in ("-", "/\\", "\\/")]))
    return (
        apply(infix, 2, 2, "infix")
        | apply(["\\X"], 2, 4, "infix")
        | apply(PREFIX, 1, 1, "prefix")
        | apply(POSTFIX, 1, 1, "postfix")
        | node(n.Apply, called, arguments(expr))
    )


def updates(expr: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """The updates of an EXCEPT."""
    step = node(n.IndexStep, row(expr)) | node(n.FieldStep, st.sampled_from(("a", "IN", "SF_")))
    return row(node(n.Update, row(step), expr))


def enclosed(expr: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Everything in brackets."""
    return st.one_of(
        node(n.TupleExpr, row(expr, 0)),
        node(n.SetEnum, row(expr, 0)),
        node(n.SetFilter, single_bound(expr), expr),
        node(n.SetMap, expr, bounds(expr, bounded=True)),
        node(n.FnCons, bounds(expr, bounded=True), expr),
        node(n.FnSet, expr, expr),
        node(n.Record, row(node(n.Field, st.sampled_from(("a", "b", "THEN", "WF_")), expr))),
        node(n.RecordSet, row(node(n.Field, plain, expr))),
        node(n.Except, expr, updates(expr)),
        node(n.ActionBox, expr, expr),
        node(n.ActionAngle, expr, expr),
        node(n.Fairness, st.sampled_from(("WF", "SF")), expr, expr),
        node(n.FnApply, expr, row(expr)),
        node(n.Dot, expr, st.sampled_from(("a", "Init", "LET", "SF_"))),
    )


def open_forms(expr: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """What extends as far to the right as it can, and bulleted lists."""
    return st.one_of(
        node(n.Junction, st.sampled_from(("/\\", "\\/")), row(expr)),
        node(n.Quantified, st.sampled_from(("\\A", "\\E")), bounds(expr, bounded=False), expr),
        node(n.Quantified, st.sampled_from(("\\AA", "\\EE")), row(node(n.Bound, names, None), 1, 1), expr),
        node(n.Choose, single_bound(expr) | node(n.Bound, row(bound_name, 1, 1), None), expr),
        node(n.Choose, node(n.Bound, names, None, True), expr),
        node(n.If, expr, expr, expr),
        node(n.Case, row(node(n.Arm, expr, expr)), st.none() | expr),
        node(n.Let, row(definitions(expr, local=False)), expr),
        node(n.Label, plain, row(bound_name, 0), expr),
    )


def decls() -> st.SearchStrategy[Any]:
    """Declared operators and parameters."""
    return st.one_of(
        node(n.OpDecl, plain, st.integers(0, 3)),
        node(n.OpDecl, st.sampled_from(INFIX), 2, "infix"),
        node(n.OpDecl, st.sampled_from(POSTFIX), 1, "postfix"),
        node(n.OpDecl, st.sampled_from(PREFIX), 1, "prefix"),
    )


def instances(expr: st.SearchStrategy[Any], local: Any = False) -> st.SearchStrategy[Any]:
    """`INSTANCE M WITH ...`."""
    value = expr | node(n.Name, st.sampled_from(("+", "\\cup"))) | node(n.Lambda, names, expr)
    target = st.sampled_from((*PLAIN, "+", "-", "-.", "^+"))
    return node(n.Instance, plain, row(node(n.Substitution, target, value), 0, 2), local)


def definitions(expr: st.SearchStrategy[Any], *, local: bool) -> st.SearchStrategy[Any]:
    """Definitions of every kind, and RECURSIVE when not at the level of a module."""
    is_local = st.booleans() if local else st.just(False)
    param = node(n.OpDecl, plain)
    forms = [
        node(n.OpDef, plain, row(decls(), 0, 2), expr, is_local),
        node(n.OpDef, st.sampled_from(INFIX), row(param, 2, 2), expr, is_local, "infix"),
        node(n.OpDef, st.sampled_from(POSTFIX), row(param, 1, 1), expr, is_local, "postfix"),
        node(n.OpDef, st.sampled_from(PREFIX), row(param, 1, 1), expr, is_local, "prefix"),
        node(n.FnDef, plain, bounds(expr, bounded=True), expr, is_local),
        node(n.InstanceDef, plain, row(decls(), 0, 2), instances(expr), is_local),
    ]
    return st.one_of(*forms) if local else st.one_of(*forms, node(n.Recursive, row(decls())))


@cache
def expressions(leaves: int = 14) -> st.SearchStrategy[Any]:
    """Any expression."""
    number = st.integers(0, 10**20)
    text = st.text(st.characters(codec="utf-8", exclude_characters="\0\x0b\x1c\x1d\x1e\x85\u2028\u2029"), max_size=4)
    leaf = (
        node(n.Name, identifier)
        | node(n.Number, number)
        | node(n.Decimal, st.sampled_from(("0.5", "12.25")))
        | node(n.String, text)
        | node(n.At)
    )
    return st.recursive(
        leaf, lambda e: operators(e) | enclosed(e) | open_forms(e) | compound(e) | operators(e), max_leaves=leaves
    )


def assume_proves(expr: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """`ASSUME ... PROVE`, one level of nesting."""
    constant = node(n.NewDecl, "CONSTANT", node(n.OpDecl, plain), expr)
    other = node(n.NewDecl, st.sampled_from(("CONSTANT", "VARIABLE", "STATE", "ACTION", "TEMPORAL")), decls(), None)
    inner = node(n.AssumeProve, row(expr | constant | other), expr, st.booleans(), st.none() | plain)
    return node(n.AssumeProve, row(expr | constant | other | inner), expr, st.booleans(), st.none())


def leaf_proofs(expr: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """OBVIOUS, OMITTED, BY."""
    fact = expr | node(n.ModuleFact, plain) | node(n.Name, st.sampled_from(("<1>1", "<22>abc")))
    by = node(n.ProofLeaf, "BY", row(fact, 0, 2), row(fact, 0, 2), st.booleans())
    return node(n.ProofLeaf, st.sampled_from(("OBVIOUS", "OMITTED"))) | by


def proofs(expr: st.SearchStrategy[Any], level: int = 1) -> st.SearchStrategy[Any]:
    """A proof whose steps have `level`."""
    label = st.none() | st.sampled_from(("1", "2a", "x_1"))
    below = leaf_proofs(expr) | proofs(expr, level + 2) if level < 4 else leaf_proofs(expr)
    proof = st.none() | below
    one = row(expr, 1, 1)
    use = row(uses(expr), 1, 1)
    number = st.just(str(level))
    goal = row(expr | assume_proves(expr), 1, 1)
    steps = st.one_of(
        node(n.ProofStep, number, label, st.sampled_from(("ASSERT", "SUFFICES")), goal, proof),
        node(n.ProofStep, number, label, "CASE", one, proof),
        node(n.ProofStep, number, label, "HAVE", one),
        node(n.ProofStep, number, label, "WITNESS", row(expr)),
        node(n.ProofStep, number, label, "TAKE", bounds(expr, bounded=False)),
        node(n.ProofStep, number, label, "PICK", st.tuples(bounds(expr, bounded=False), expr).map(_flat), proof),
        node(n.ProofStep, number, label, "DEFINE", row(definitions(expr, local=False).filter(_is_definition))),
        node(n.ProofStep, number, label, "INSTANCE", row(instances(expr), 1, 1)),
        st.builds(lambda unit, name: n.ProofStep(SPAN, str(level), name, unit[0].keyword, unit), use, label),
    )
    qed = node(n.ProofStep, number, label, "QED", (), proof)
    return st.tuples(row(steps, 0, 3), qed).map(lambda pair: n.ProofSteps(SPAN, (*pair[0], pair[1])))


def _flat(pair: tuple[tuple[Any, ...], Any]) -> tuple[Any, ...]:
    return (*pair[0], pair[1])


def _is_definition(unit: Any) -> bool:
    return not isinstance(unit, n.Recursive)


def uses(expr: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """USE and HIDE."""
    fact = expr | node(n.ModuleFact, plain)
    use = node(n.UseHide, "USE", row(fact, 0, 2), row(fact, 0, 2), st.booleans())
    return use | node(n.UseHide, "HIDE", row(fact, 0, 2), row(fact, 0, 2), False)


def units(expr: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Any unit of a module but a module."""
    theorem = st.sampled_from(("THEOREM", "LEMMA", "PROPOSITION", "COROLLARY"))
    assume = st.sampled_from(("ASSUME", "ASSUMPTION", "AXIOM"))
    statement = expr | assume_proves(expr)
    return st.one_of(
        definitions(expr, local=True),
        node(n.VariableDecl, names),
        node(n.ConstantDecl, row(decls())),
        node(n.Recursive, row(decls())),
        instances(expr, st.booleans()),
        node(n.Assume, assume, st.none() | plain, statement),
        node(n.Theorem, theorem, st.none() | plain, statement, st.none() | leaf_proofs(expr) | proofs(expr)),
        uses(expr),
        node(n.Separator),
    )


@cache
def any_unit() -> st.SearchStrategy[Any]:
    """`units` of `expressions`, built once: building strategies costs more than drawing from them."""
    return units(expressions(8))


@st.composite
def modules(draw: st.DrawFn, depth: int = 1) -> n.Module:
    """A module, perhaps with modules inside."""
    some = draw(st.lists(any_unit(), max_size=3))
    if depth and draw(st.booleans()):
        some.append(draw(modules(depth - 1)))
    return n.Module(SPAN, draw(plain), draw(row(bound_name, 0, 2)), tuple(some))
