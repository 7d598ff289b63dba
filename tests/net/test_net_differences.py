"""Differences of JSON values: there and back, and no longer than they must be."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyimpl.kernel.mapping import json_key
from pyimpl.net.differences import difference, patched


def sets(values: Any) -> Any:
    return st.lists(values, max_size=5, unique_by=json_key).map(lambda v: {"#set": sorted(v, key=json_key)})


VALUES = st.recursive(
    st.integers(2, 5) | st.sampled_from(["a", "b"]) | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.fixed_dictionaries({"x": inner, "y": inner})
        | sets(inner)
        | st.lists(st.tuples(inner, inner).map(list), max_size=2).map(lambda pairs: {"#map": pairs})
    ),
    max_leaves=12,
)


@given(VALUES, VALUES)
def test_there_and_back(before: Any, after: Any) -> None:
    assert json_key(patched(before, difference(before, after))) == json_key(after)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ({"x": 1, "y": 2}, {"x": 1, "y": 3}, {"#at": {"y": 3}}),
        ({"#set": [1, 2, 3]}, {"#set": [1, 3, 4]}, {"#added": [4], "#removed": [2]}),
        ({"#set": [1]}, {"#set": [2]}, {"#set": [2]}),
        ([1, 2, 3], [1, 2, 4, 5], {"#kept": 2, "#appended": [4, 5]}),
        ([1, 2, 3], [1, 2], {"#kept": 2, "#appended": []}),
        ([1, 2], [3], [3]),
        ({"#map": [[1, 2]]}, {"#map": [[1, 3]]}, {"#map": [[1, 3]]}),
        ({"x": 1}, {"y": 1}, {"y": 1}),
        ({"x": {"#set": [1, 2]}}, {"x": {"#set": [1, 2, 3]}}, {"#at": {"x": {"#added": [3]}}}),
    ],
)
def test_forms(before: Any, after: Any, change: Any) -> None:
    assert difference(before, after) == change
