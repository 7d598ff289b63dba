"""The texts of the standard modules: they parse, resolve, and define what specs rely on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from stdlib_text import COMMON, FOLDER, NAMES, examples, facts, module_of, operators, text_of

from modelcheck.module import resolve_text
from modelcheck.syntax import parse_file

WITHOUT_OPERATORS = {"FoldsTheorems", "FunctionTheorems", "GraphTheorems", "QuorumTheorems", "SequenceTheorems"}
WITHOUT_OPERATORS |= {"FiniteSetsExtTheorems"}  # these have theorems only; signatures.txt lists all others
SIGNATURES = (Path(__file__).parent / "signatures.txt").read_text(encoding="ascii").splitlines()
RULE = re.compile(r"={4,}|-{4,}( MODULE \w+ -{4,})?")


def test_exactly_these_modules_are_there():
    assert {line.split(":")[0] for line in SIGNATURES} | WITHOUT_OPERATORS == set(NAMES)
    assert [name for name in NAMES if not operators(name)] == sorted(WITHOUT_OPERATORS)


@pytest.mark.parametrize("name", NAMES)
def test_text_is_one_plain_module_of_its_name(name):
    text = text_of(name)  # decoding fails unless it is ASCII
    assert [module.name for module in parse_file(FOLDER / f"{name}.tla").modules] == [name]
    assert "\t" not in text and text.endswith("=\n")
    lines = text.splitlines()
    assert {len(line) for line in lines if RULE.fullmatch(line)} == {77}
    assert [line for line in lines if line != line.rstrip()] == []
    assert [line for line in lines if len(line) > 90 and not line.startswith("\\* Example: ")] == []


@pytest.mark.parametrize("name", NAMES)
def test_text_resolves_without_warning(name):
    module = module_of(name)
    assert module.name == name
    assert module.warnings == []
    assert module.constants == []
    assert [variable.name for variable in module.variables] == (["now"] if name == "RealTime" else [])


@pytest.mark.parametrize("line", SIGNATURES, ids=lambda line: line.split(":")[0])
def test_operators_and_arities(line):
    name, _, listed = line.partition(":")
    want = {symbol: int(arity) for symbol, _, arity in (entry.rpartition("/") for entry in listed.split())}
    assert operators(name) == want


def test_a_module_gives_what_it_extends_and_keeps_what_it_instantiates():
    def seen(name: str) -> set[str]:
        return set(resolve_text(f"---- MODULE Seen ----\nEXTENDS {name}\n====\n", "seen").names)

    assert seen("Folds") == {"MapThenFoldSet"}
    assert seen("Sequences") == {"Seq", "Len", "\\o", "Append", "Head", "Tail", "SubSeq", "SelectSeq"}
    assert seen("FiniteSets") == {"IsFiniteSet", "Cardinality"}
    assert seen("BagsExt") == set(operators("BagsExt"))
    assert seen("Bags") == set(operators("Bags")) | set(operators("TLC"))
    assert seen("Integers") == set(operators("Naturals")) | {"Int", "-."}
    assert {"Max", "Cardinality", "Range", "Int", "@@", "BagIn"} <= seen("SequencesExt")
    assert "Reachable" not in seen("Graphs") and "_TETrace" in seen("ShiViz")


def test_all_modules_can_be_extended_together():
    """Except UndirectedGraphs, which gives names of Graphs another meaning."""
    apart = {"UndirectedGraphs"}
    names = [name for name in NAMES if name not in apart and name not in COMMON]
    together = resolve_text(f"---- MODULE All ----\nEXTENDS {', '.join([*COMMON, *names])}\n====\n", "all")
    missing = {symbol for name in names for symbol in operators(name)} - set(together.names)
    assert missing == set()


def test_theorems_have_different_names_and_can_be_cited():
    cited = [fact for name in NAMES for fact in facts(name)]
    assert len(cited) == len(set(cited))
    for name in NAMES:
        assert set(facts(name)) <= set(module_of(name).theorems)
    theorems = "FS_CardinalityType, SumFunctionZero, WFInductiveDef, NatInduction, TailInductiveDef, PTL, IsaT(120)"
    text = f"""---- MODULE Cites ----
EXTENDS FiniteSetTheorems, FunctionTheorems, SequencesExtTheorems, TLAPS
THEOREM TRUE
<1>1. 1 + 1 = 2  BY SMT, Zenon, {theorems} DEF WFDefOn, FiniteSubsetsOf
<1> QED  BY <1>1, IsaM("blast"), SMTT(10)
====
"""
    assert resolve_text(text, "cites").name == "Cites"


@pytest.mark.parametrize("name", [name for name in NAMES if name != "TLAPS"])
def test_every_operator_has_a_comment_before_it(name):
    lines = text_of(name).splitlines()
    head = re.compile(r"(?!LOCAL |RECURSIVE |THEOREM |LEMMA |EXTENDS )[^\s\\(*=-].*==|-\. a ==")
    heads = [number for number, line in enumerate(lines) if head.match(line)]
    assert len(heads) == len(operators(name))
    assert [lines[number] for number in heads if not lines[number - 1].startswith("\\*")] == []


def test_examples_are_many():
    counts = {name: sum(1 for other, _ in examples() if other == name) for name in NAMES}
    assert counts["SequencesExt"] >= 50 and counts["Graphs"] >= 25 and sum(counts.values()) >= 300
