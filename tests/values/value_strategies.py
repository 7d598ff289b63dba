"""Hypothesis strategies for TLA+ values: of one given type, so that any two drawn from it can be compared."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from modelcheck.values import FALSE, TRUE, ModelValue, make_function, make_record

names = st.sampled_from(["a", "b", "c", "zebra", "éclair", 'q"\\\n', ""])
model_values = st.sampled_from(["m1", "m2", "m3"]).map(ModelValue)
integers = st.one_of(st.integers(-3, 6), st.integers())
booleans = st.sampled_from([TRUE, FALSE])


def sets(of: Any, size: int = 4) -> Any:
    return st.frozensets(of, max_size=size)


def functions(keys: Any, values: Any) -> Any:
    return st.dictionaries(keys, values, max_size=4).map(make_function)


def records(values: Any) -> Any:
    return st.tuples(values, values).map(lambda pair: make_record(["right", "left"], pair))


def tuples(of: Any) -> Any:
    return st.lists(of, max_size=3).map(tuple)


_atoms = [integers, names, booleans, model_values]
_level1 = [f(atom) for atom in _atoms for f in (sets, tuples, records)]
_level1 += [functions(key, value) for key in (integers, names, model_values) for value in _atoms]
_mixed_atoms = [st.one_of(atom, model_values) for atom in _atoms]
_level2 = [f(inner) for inner in _level1 for f in (sets, tuples, records)]
_level2 += [functions(inner, integers) for inner in _level1]

#: strategies of values of one type each
one_type = st.sampled_from(_atoms + _mixed_atoms + _level1 + _level2)
values = st.one_of(_atoms + _level1 + _level2)
comparable_pairs = one_type.flatmap(lambda t: st.tuples(t, t))
comparable_triples = one_type.flatmap(lambda t: st.tuples(t, t, t))
comparable_lists = one_type.flatmap(lambda t: st.lists(t, max_size=6))
