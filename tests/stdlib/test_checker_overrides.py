"""Operators that talk to the run: printing, registers, randomness, files; and those on sequences of module TLC."""

from __future__ import annotations

import itertools
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from override_calls import call, holds, refused

from modelcheck.stdlib.registry import PlainContext
from modelcheck.values import (
    BOOLEAN,
    FALSE,
    TRUE,
    AnySet,
    CrossSet,
    FunctionSet,
    Interval,
    ModelValue,
    PowerSet,
    RecordSet,
    apply,
    boolean,
    domain,
    force,
    from_itf,
    make_function,
    make_record,
    make_set,
    member,
)


class Lines(PlainContext):
    """A context that keeps what is printed."""

    def __init__(self, **fields):
        super().__init__(**fields)
        self.lines = []
        self.out = self.lines.append


# ---- printing, assertions, registers ----


def test_printing():
    context = Lines()
    record = make_record(["a"], [Interval(1, 2)])
    assert call("TLC", "Print", "seen", record, context=context) == record
    assert call("TLC", "PrintT", "x", context=context) is TRUE
    assert context.lines == ['"seen"  [a |-> {1, 2}]', '"x"']
    assert call("TLC", "ToString", (1, "a", Interval(1, 2))) == '<<1, "a", {1, 2}>>'


def test_assert():
    assert call("TLC", "Assert", TRUE, "x") is TRUE
    assert refused("E010", "TLC", "Assert", FALSE, "no leader") == "Assert failed: no leader"
    assert "[n |-> 1]" in refused("E010", "TLC", "Assert", FALSE, make_record(["n"], [1]))
    assert "no boolean" in refused("E010", "TLC", "Assert", 3, "x")


def test_registers_and_facts():
    context = Lines(level=4, facts={"distinct": 7, "queue": lambda: 2})
    assert "never set" in refused("E011", "TLC", "TLCGet", 1, context=context)
    assert call("TLC", "TLCSet", 1, Interval(1, 2), context=context) is TRUE
    assert type(call("TLC", "TLCGet", 1, context=context)) is frozenset
    assert [call("TLC", "TLCGet", key, context=context) for key in ("level", "distinct", "queue")] == [4, 7, 2]
    assert '"diameter"' in refused("E011", "TLC", "TLCGet", "diameter", context=context)
    refused("E011", "TLC", "TLCSet", "diameter", 3, context=context)
    refused("E011", "TLC", "TLCSet", -1, 3, context=context)
    call("TLC", "TLCSet", "exit", TRUE, context=context)
    assert context.requests == {"exit": TRUE}
    assert call("TLCExt", "TLCGetOrDefault", 2, "none", context=context) == "none"
    before = call("TLCExt", "TLCGetAndSet", 2, lambda old, new: old + new, 5, 10, context=context)
    assert (before, call("TLC", "TLCGet", 2, context=context)) == (10, 15)


def test_what_needs_another_run_is_refused():
    context = Lines()
    refused("E011", "TLCExt", "Trace", context=context)
    refused("E011", "TLCExt", "CounterExample", context=context)
    refused("E011", "Toolbox", "_TETrace", context=context)
    refused("E011", "TLCExt", "PickSuccessor", FALSE)
    assert holds("TLCExt", "PickSuccessor", TRUE)
    refused("E011", "TLCExt", "TLCDefer", TRUE)
    refused("E011", "Statistics", "ChiSquare", (1,), (1,), "0.1")
    refused("E011", "Apalache", "Gen", 3)
    assert call("TLCExt", "TLCModelValue", "m") is ModelValue("m")
    assert call("TLCExt", "TLCFP", 1) == call("TLCExt", "TLCFP", 1) != call("TLCExt", "TLCFP", 2)
    assert -(2**31) <= call("TLCExt", "TLCFP", "x") < 2**31


# ---- functions and sequences of module TLC ----

functions = st.dictionaries(st.integers(0, 3), st.integers(0, 2), max_size=4).map(make_function)


@given(functions, functions)
def test_combining_functions(f, g):
    h = call("TLC", "@@", f, g)
    assert force(domain(h)) == force(domain(f)) | force(domain(g))
    assert all(apply(h, x) == apply(f if member(x, domain(f)) else g, x) for x in force(domain(h)))


def test_single_functions():
    assert call("TLC", ":>", 1, "a") == ("a",)
    assert call("TLC", ":>", 2, "a") == make_function({2: "a"})
    assert call("TLC", ":>", TRUE, "a") == make_function({TRUE: "a"}) != ("a",)
    refused("E001", "TLC", "@@", (1,), make_record(["a"], [1]))
    refused("E004", "TLC", "@@", (1,), 2)
    refused("E004", "TLC", "@@", 2, (1,))


@pytest.mark.parametrize("items", [[], [1], [1, 2, 3], ["a", "b"], [ModelValue("p"), ModelValue("q"), ModelValue("r")]])
def test_permutations_are_the_bijections(items):
    s = make_set(items)
    every = {f for f in FunctionSet(s, s) if all(any(apply(f, x) == y for x in items) for y in items)}
    assert call("TLC", "Permutations", s) == every


def test_permutations_of_many_are_refused():
    assert "3628800" in refused("E013", "TLC", "Permutations", Interval(1, 10))


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9))).map(tuple))
def test_sorting_is_stable(s):
    got = call("TLC", "SortSeq", s, lambda a, b: boolean(a[0] < b[0]))
    assert got == tuple(sorted(s, key=lambda pair: pair[0]))


def test_sort_refuses():
    refused("E009", "TLC", "SortSeq", (2, 1), lambda a, b: a)
    refused("E004", "TLC", "SortSeq", make_set([1]), lambda a, b: TRUE)
    assert call("TLC", "TLCEval", PowerSet(Interval(1, 1))) == make_set([make_set([]), make_set([1])])
    assert call("TLC", "Any") is AnySet and call("TLC", "JavaTime") > 1_600_000_000


# ---- randomness ----


@pytest.mark.parametrize(
    "s",
    [
        Interval(1, 9), PowerSet(Interval(1, 3)), FunctionSet(make_set(["b", "a"]), Interval(1, 3)), make_set(["x"]),
        FunctionSet(Interval(1, 40), BOOLEAN), RecordSet({"x": BOOLEAN, "a": Interval(1, 3)}),
        CrossSet(BOOLEAN, BOOLEAN),
    ],
)  # fmt: skip
def test_random_elements_are_elements_and_repeat_with_the_seed(s):
    def draws(seed):
        context = PlainContext()
        context.rng = random.Random(seed)
        return [call("TLC", "RandomElement", s, context=context) for _ in range(30)]

    assert all(member(v, s) for v in draws(1))
    assert draws(5) == draws(5)
    if s != make_set(["x"]):
        assert len(set(draws(1))) > 1


def test_random_subsets():
    context = PlainContext()
    for k in range(4):
        subset = call("Randomization", "RandomSubset", k, Interval(1, 3), context=context)
        assert len(subset) == k and subset <= {1, 2, 3}
    huge = call("Randomization", "RandomSubset", 3, FunctionSet(Interval(1, 40), BOOLEAN), context=context)
    assert len(huge) == 3 and all(member(f, FunctionSet(Interval(1, 40), BOOLEAN)) for f in huge)
    some = call("Randomization", "RandomSetOfSubsets", 5, 2, Interval(1, 6), context=context)
    assert 1 <= len(some) <= 5 and all(s <= set(range(1, 7)) for s in some)
    sizes = call("Randomization", "TestRandomSetOfSubsets", 5, 2, Interval(1, 6), context=context)
    assert len(sizes) == 5 and all(1 <= n <= 5 for n in sizes)
    assert call("Randomization", "RandomSubset", 4, Interval(1, 3), context=context) == frozenset((1, 2, 3))
    refused("E005", "TLC", "RandomElement", make_set([]), context=context)


# ---- files ----


def test_json_texts():
    v = make_record(["b", "a"], [(1, TRUE), make_set([2, 1])])
    assert json.loads(call("Json", "ToJson", v)) == {"b": [1, True], "a": [1, 2]}
    assert call("Json", "ToJson", (1, TRUE)) == "[1,true]"
    assert call("Json", "ToJsonObject", (5, 6)) == '{"1":5,"2":6}'
    assert call("Json", "ToJsonArray", Interval(1, 2)) == "[1,2]"
    assert call("Json", "ToJson", make_function({2: ModelValue("m")})) == '{"2":"m"}'
    refused("E004", "Json", "ToJsonArray", 3)
    refused("E004", "Json", "ToJsonObject", make_set([1]))


def test_json_files(tmp_path):
    context = PlainContext(directory=tmp_path)
    v = make_record(["x"], [(1, "two")])
    assert call("Json", "JsonSerialize", "out/a.json", v, context=context) is TRUE
    assert call("Json", "JsonDeserialize", "out/a.json", context=context) == v
    assert call("Json", "ndJsonSerialize", "b.ndjson", (v, v), context=context) is TRUE
    assert (tmp_path / "b.ndjson").read_text().count("\n") == 2
    assert call("Json", "ndJsonDeserialize", "b.ndjson", context=context) == (v, v)
    (tmp_path / "c.ndjson").write_text('{"x": 1}\n\n{"x": null}\n')
    assert "line 3" in refused("E011", "Json", "ndJsonDeserialize", "c.ndjson", context=context)
    assert "No such file" in refused("E015", "Json", "JsonDeserialize", "none.json", context=context)
    refused("E015", "Json", "JsonDeserialize", "../x.json", context=context)
    refused("E015", "Json", "JsonSerialize", "/x.json", v, context=context)


def test_csv_files(tmp_path):
    context = PlainContext(directory=tmp_path)
    assert call("CSV", "CSVRecords", "a.csv", context=context) == 0
    call("CSV", "CSVWrite", "%1$s,%2$s", (1, "x"), "a.csv", context=context)
    call("CSV", "CSVWrite", "%s,%s", (2, (3,)), "a.csv", context=context)
    assert (tmp_path / "a.csv").read_text() == "1,x\n2,<<3>>\n"
    assert call("CSV", "CSVRecords", "a.csv", context=context) == 2
    rows = call("CSV", "CSVRead", ("n", "t"), ",", "a.csv", context=context)
    assert rows == (make_record(["n", "t"], ["1", "x"]), make_record(["n", "t"], ["2", "<<3>>"]))
    refused("E003", "CSV", "CSVWrite", "%3$s", (1,), "a.csv", context=context)
    assert "line 1" in refused("E015", "CSV", "CSVRead", ("n",), ",", "a.csv", context=context)
    call("CSV", "CSVWriteRecord", make_record(["k"], [1]), ";", TRUE, "b.csv", context=context)
    assert (tmp_path / "b.csv").read_text() == "k\n1\n"


def test_other_files_and_programs(tmp_path):
    context = PlainContext(directory=tmp_path, environment={"N": "3"})
    v = make_record(["x"], [make_set([1, 2])])
    call("IOUtils", "IOSerialize", v, "v.itf", TRUE, context=context)
    assert call("IOUtils", "IODeserialize", "v.itf", TRUE, context=context) == v
    assert from_itf(json.loads((tmp_path / "v.itf").read_text())) == v
    options = make_record(["format", "charset", "openOptions"], ["TXT", "UTF-8", ("WRITE", "CREATE", "APPEND")])
    for _ in range(2):
        done = call("IOUtils", "Serialize", "hi\n", "t.txt", options, context=context)
        assert apply(done, "exitValue") == 0
    assert apply(call("IOUtils", "Deserialize", "t.txt", options, context=context), "stdout") == "hi\nhi\n"
    refused("E011", "IOUtils", "Serialize", "x", "t", make_record(["format"], ["XML"]), context=context)
    assert call("IOUtils", "IOEnv", context=context) == make_record(["N"], ["3"])


def test_numbers_and_drawings():
    assert call("IOUtils", "atoi", "-17") == -17 and call("IOUtils", "zeroPadN", 42, 5) == "00042"
    refused("E004", "IOUtils", "atoi", "4x")
    elem = make_record(["name", "attrs", "children", "innerText"], ["g", make_record(["fill"], ["a<b"]), (), "x&y"])
    assert call("SVG", "SVGElemToString", elem) == '<g fill="a&lt;b">x&amp;y</g>'
    assert call("SVG", "NodeOfRingNetwork", 10, 10, 5, 1, 4) == make_record(["x", "y"], [10, 15])
    graph = make_record(["node", "edge"], [make_set(["a", "b"]), make_set([("a", "b")])])
    text = call("GraphViz", "DotDiGraph", graph, lambda n: n, lambda e: e)
    assert text.splitlines()[1:4] == [
        '  1 [label="a"];',
        '  2 [label="b"];',
        '  1 -> 2 [label="<<\\"a\\", \\"b\\">>"];',
    ]


# ---- relations ----


@given(st.frozensets(st.tuples(st.integers(1, 4), st.integers(1, 4))))
def test_closures(pairs):
    s = Interval(1, 4)
    r = make_function({(x, y): boolean((x, y) in pairs) for x in range(1, 5) for y in range(1, 5)})
    reach = set(pairs)
    while True:
        more = reach | {(a, d) for a, b in reach for c, d in reach if b == c}
        if more == reach:
            break
        reach = more
    closed = call("Relation", "TransitiveClosure", r, s)
    assert {xy for xy in itertools.product(range(1, 5), repeat=2) if apply(closed, xy) is TRUE} == reach
    reflexive = call("Relation", "ReflexiveTransitiveClosure", r, s)
    everywhere = {xy for xy in itertools.product(range(1, 5), repeat=2) if apply(reflexive, xy) is TRUE}
    assert everywhere == reach | {(x, x) for x in range(1, 5)}
    assert holds("Relation", "IsConnected", r, s) == (len(everywhere) == 16)
