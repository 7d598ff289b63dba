"""Every override means what the definition in the module's text means: both are evaluated on small arguments.

One override at a time is taken away, and the engine then unfolds the definition. What one evaluates, the other
must evaluate to the same value; what one refuses, the other must refuse. (Left out on purpose: `Tail(<<>>)`, which
TLC refuses although the definition gives `<<>>`; `Len`, whose definition looks through all of Nat.)
"""

from __future__ import annotations

import itertools
import random
from types import SimpleNamespace

import pytest

from modelcheck.engine.closures import ClosureEngine
from modelcheck.errors import EvalError
from modelcheck.module import resolve_expression, resolve_text
from modelcheck.stdlib import registry
from modelcheck.values import pretty

#: arguments by letter
ARGUMENTS = {
    "s": ["<<>>", "<<1>>", "<<2, 1>>", "<<1, 2, 1>>", "<<3, 1, 2, 2>>"],
    "z": ["<<1>>", "<<2, 1>>", "<<1, 2, 1>>"],
    "q": ["<<>>", "<<1>>", "<<2, 1>>", "<<1, 2>>"],
    "e": ["1", "2", "3"],
    "i": ["-1", "0", "1", "2", "3", "4", "5"],
    "n": ["0", "1", "2", "5", "12"],
    "S": ["{}", "{1}", "1 .. 3", "{3, 1}"],
    "T": ["{}", '{"a"}', '{"b", "a"}'],
    "U": ["{}", "{{}}", "{{1}, {1, 2}}", "{{3}, {1, 2}, {2, 3}}"],
    "f": ["<<>>", "<<2, 1>>", "[x \\in {0, 3} |-> x]", "[x \\in {2, 3, 5} |-> 7 - x]", "[x \\in 1 .. 3 |-> 2]"],
    "b": ["<<>>", "<<2>>", "<<1, 3>>", "[x \\in {0, 2} |-> x + 1]", "[x \\in {3} |-> 1]"],
    "B": ["{}", "{<<1>>, <<1, 2>>}", "{<<>>, [x \\in {2} |-> 3]}"],
    "P": ["LAMBDA x : x > 1", "LAMBDA x : x = 1", "LAMBDA x : TRUE", "LAMBDA x : x"],
    "1": ["LAMBDA x : x * x", "LAMBDA x : x % 2"],
    "2": ["LAMBDA x, y : <<x, y>>", "LAMBDA x, y : x"],
    "+": ["LAMBDA x, y : x + y"],
    "<": ["LAMBDA x, y : x < y", "LAMBDA x, y : x >= y"],
    "c": ["LAMBDA T : CHOOSE x \\in T : \\A y \\in T : x >= y", "LAMBDA T : CHOOSE x \\in T : TRUE"],
    "Q": ["{<<1>>}", "{<<1, 2>>, <<1, 3>>}", "{<<>>, <<1>>}", "{<<2, 1>>, <<2, 1, 1>>, <<2>>}"],
    "F": ["<<>>", "<<<<1, 2>>, <<>>, <<3>>>>", "<<<<1>>>>"],
    "R": ["[x, y \\in 1 .. 3 |-> y = x + 1]", "[x, y \\in 1 .. 3 |-> x > 2]", "[x, y \\in 1 .. 3 |-> x % 2 = y % 2]"],
    "3": ["1 .. 3", "{}", "{1, 3}"],
}

#: module: operator and the letters of its arguments; infix operators stand between two letters
CALLS = {
    "Sequences": "s\\os|Append se|Head s|Tail z|SubSeq sii|SelectSeq sP",
    "FiniteSets": "Cardinality S|Cardinality U",
    "FiniteSetsExt": """FoldSet 2eS|ReduceSet 2Se|SumSet S|ProductSet S|MapThenSumSet 1S|FlattenSet U|SymDiff SS
        |Quantify SP|kSubset iS|Max S|Min S|Choices U|ChooseUnique SP""",
    "Folds": "MapThenFoldSet 2e1cS",
    "Functions": """Restrict fS|RestrictDomain fP|RestrictValues fP|IsRestriction ff|Range f
        |IsInjective f|Injection ST|Surjection ST|Bijection ST|ExistsInjection ST|ExistsSurjection ST
        |ExistsBijection ST|FoldFunctionOnSet 2efS|FoldFunction 2ef|SumFunctionOnSet fS|SumFunction f""",
    "Bags": """IsABag b|IsABag f|BagToSet b|SetToBag S|BagIn eb|CopiesIn eb|b(+)b|b(-)b|b\\sqsubseteqb|BagUnion B
        |SubBag b|BagOfAll 1b|BagCardinality b""",
    "BagsExt": """BagAdd be|BagRemove be|BagRemoveAll be|MapThenFoldBag 2e1cb|FoldBag 2eb|SumBag b|ProductBag b""",
    "Bitwise": "n&n|n|n|n^^n|Not n|shiftR nn",
    "Combinatorics": "choose nn",
    "TLC": "e:>e|f@@f|Permutations S|Permutations T|SortSeq s<|TLCEval S",
    "SequencesExt": """ToSet s|ToBag s|SetToSeq S|SetToSeqs S|SetToSortSeq S<|SetToAllKPermutations S|TupleOf Sn
        |SeqOf Se|BoundedSeq Se|Contains se|IsSorted s<|SelectInSeq sP|SelectLastInSeq sP
        |Reverse s|Remove se|ReplaceAll see|InsertAt sie|ReplaceAt sie|RemoveAt si
        |RemoveFirstMatch sP|RemoveFirst se|Cons es|Snoc es|Front s|Last s|IsPrefix qs|IsStrictPrefix qs|IsSuffix qs
        |IsStrictSuffix qs|Prefixes s|CommonPrefixes Q|LongestCommonPrefix Q|Suffixes s|SeqMod in|FoldSeq 2es
        |FoldLeft 2es|FoldRight 2se|FoldLeftDomain 2es|FoldRightDomain 2se|FlattenSeq F|Zip ss|Interleave qq
        |SubSeqs s|AllSubSeqs s|IndexFirstSubSeq qs|ReplaceSubSeqAt iqqs|ReplaceFirstSubSeq qqs
        |ReplaceAllSubSeqs qqs""",
    "Relation": "TransitiveClosure R3|ReflexiveTransitiveClosure R3|IsConnected R3",
    "Apalache": "MkSeq n1|ApaFoldSet 2eS|ApaFoldSeqLeft 2es|Repeat 2ne",
}

INFIX = ("\\o", "(+)", "(-)", "\\sqsubseteq", "&", "^^", ":>", "@@")


def cases():
    for module, calls in CALLS.items():
        found = calls.replace("n|n|n^^n", "n^^n|n\0n").split("|")  # the operator | is written with the separator
        for call in found:
            call = call.strip()
            symbol = next((op for op in INFIX if op in call), "\0" if "\0" in call else None)
            if symbol:
                left, right = call.split(symbol)
                yield module, symbol.replace("\0", "|"), left + right
            else:
                name, letters = call.split()
                yield module, name, letters


def expressions(name, letters, count=14):
    """Applications of the operator, at most `count` of all that there are."""
    every = list(itertools.product(*[ARGUMENTS[letter] for letter in letters]))
    chosen = every if len(every) <= count else random.Random(f"{name} {letters}").sample(every, count)
    for args in chosen:
        if name.isidentifier():
            yield f"{name}({', '.join(args)})"
        else:
            yield f"({args[0]}) {name} ({args[1]})"


def outcome(module, text):
    """The printed value of an expression, or "refused"."""
    model = SimpleNamespace(variables=(), constants={}, replaced={}, inits=(), next=None)
    try:
        return pretty(ClosureEngine(model).evaluate(resolve_expression(module, text)))
    except EvalError:
        return "refused"


@pytest.fixture(scope="module")
def modules():
    known = {}

    def get(name):
        if name not in known:
            known[name] = resolve_text(f"---- MODULE Scratch ----\nEXTENDS {name}, Integers\n====")
        return known[name]

    return get


@pytest.mark.parametrize(("module", "name", "letters"), list(cases()))
def test_override_and_definition_agree(module, name, letters, modules, monkeypatch):
    texts = list(expressions(name, letters))
    with_override = [outcome(modules(module), text) for text in texts]
    taken = registry.lookup(module, name)
    assert taken is not None
    monkeypatch.setattr(registry, "lookup", _without(registry.lookup, module, name))
    by_definition = [outcome(modules(module), text) for text in texts]
    assert dict(zip(texts, with_override, strict=True)) == dict(zip(texts, by_definition, strict=True))


def _without(lookup, module, name):
    return lambda m, op: None if (m, op) == (module, name) else lookup(m, op)


def test_only_what_has_no_such_definition_is_left_out():
    """Operators whose text only says "some value", that talk to the run, or that arithmetic itself rests on."""
    compared = {(module, name) for module, name, _ in cases()}
    modules_left_out = {"Naturals", "Integers", "Reals", "TLCExt", "Toolbox", "Randomization", "Statistics"}
    modules_left_out |= {"Json", "CSV", "IOUtils", "SVG", "GraphViz"}
    for module in registry.MODULES:
        registry.lookup(module, "")
    others = {key for key in registry.OVERRIDES if key[0] not in modules_left_out} - compared
    assert others == {
        ("Sequences", "Seq"), ("Sequences", "Len"), ("FiniteSets", "IsFiniteSet"), ("Bags", "EmptyBag"),
        ("Apalache", "Gen"), ("TLC", "Any"),
        *[("TLC", name) for name in ("Print", "PrintT", "Assert", "JavaTime", "TLCGet", "TLCSet", "RandomElement")],
        ("TLC", "ToString"),
    }  # fmt: skip
