"""Values as nodes: there and back, in Python and by the native evaluator, which read what the other has written."""

from __future__ import annotations

import sys
from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from value_strategies import values

from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.native import NativeProgram, Unknown
from modelcheck.engine.native import load as load_native
from modelcheck.engine.nativedag import NativeDag, to_ids
from modelcheck.module import resolve_text
from modelcheck.values import FALSE, Interval, ModelValue, Nat, PowerSet, Value, make_function, make_record, normalize
from modelcheck.values.dag import Dag, values_of

sys.path.append(str(Path(__file__).parent.parent / "conformance"))

from small_models import model_of

natively = pytest.mark.skipif(load_native() is None, reason="the native interpreter was not built")


def program() -> NativeProgram:
    return NativeProgram(ClosureEngine(model_of(resolve_text("---- MODULE V ----\nVARIABLE x\n====\n", "V"))))


def written(found: list[Value]) -> tuple[Dag, list[int]]:
    dag = Dag()
    return dag, [dag.number(v) for v in found]


@given(st.lists(values, max_size=8))
def test_there_and_back(found: list[Value]) -> None:
    dag, numbers = written(found)
    back = values_of(dag.nodes, dag.atoms)
    assert [back[number] for number in numbers] == found
    assert len(back) == dag.count == len(set(back)), "a value has two nodes"


@natively
@given(st.lists(values, max_size=8))
def test_the_native_evaluator_reads_and_writes_the_same(found: list[Value]) -> None:
    dag, numbers = written(found)
    one, rows = program(), array("I", numbers)
    try:
        to_ids(one, dag.nodes, dag.atoms, dag.count, rows)
        assert [one.id_of(v) for v in found] == list(rows)
    except Unknown:  # a large number
        return
    other = NativeDag(one)
    other.number(rows)
    back = values_of(other.nodes, other.atoms)
    assert [back[number] for number in rows] == found
    assert len(back) == other.count == len(set(back)) <= dag.count
    other.close()


def test_what_is_in_common_is_there_once() -> None:
    message = make_record(("to", "n"), (ModelValue("m1"), 3))
    sets = [frozenset([message]), frozenset([message, make_record(("to", "n"), (ModelValue("m1"), 4))])]
    dag, _ = written(sets)
    assert sorted(map(str, dag.atoms)) == ["3", "4", "m1", "n", "to"]
    assert dag.count == 5 + 1 + 2 + 2  # atoms, the domain, records, sets


def test_lazy_values_are_what_they_are() -> None:
    dag, numbers = written([Interval(1, 3), frozenset([1, 2, 3]), PowerSet(frozenset([1])), Nat])
    assert numbers[0] == numbers[1]
    back = values_of(dag.nodes, dag.atoms)
    assert back[numbers[2]] == frozenset([frozenset(), frozenset([1])])
    assert back[numbers[3]] is Nat


DAMAGED = {
    "a kind that there is not": [4, 0],
    "cut off": [1, 2, 0],
    "half a node": [3],
    "a part that comes later": [1, 1, 1, 3, 0],
    "a part that is itself": [0, 1, 0],
    "an atom that there is not": [3, 1],
    "a domain that is no set": [3, 0, 2, 1, 0, 0],
    "a domain of another size": [3, 0, 0, 1, 0, 2, 2, 1, 0, 0],
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_no_list_of_nodes_is_refused(name: str) -> None:
    nodes = array("I", DAMAGED[name])
    with pytest.raises((ValueError, IndexError, KeyError)):
        values_of(nodes, [FALSE])
    if load_native() is not None:
        for count in range(1, 4):
            with pytest.raises(Unknown):
                to_ids(program(), nodes, [FALSE], count, array("I"))


@natively
def test_rows_of_nodes_that_there_are_not_are_refused() -> None:
    with pytest.raises(Unknown):
        to_ids(program(), array("I", [3, 0]), [FALSE], 1, array("I", [0, 1]))


@natively
def test_functions_over_numbers_are_sequences_however_they_are_written() -> None:
    """A list of nodes may say what neither writer does: a function over 1..2, in any order of its domain."""
    nodes = array("I", [3, 0, 3, 1, 0, 2, 1, 0, 2, 2, 2, 0, 1])  # 1, 2, {2, 1}, [2 |-> 1, 1 |-> 2]
    found = values_of(nodes, [1, 2])[3]
    one, rows = program(), array("I", [3])
    to_ids(one, nodes, [1, 2], 4, rows)
    assert normalize(found) == make_function({2: 1, 1: 2}) == (2, 1) == one.value_of(rows[0])
