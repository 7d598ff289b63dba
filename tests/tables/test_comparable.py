"""Values of one part of the state that cannot all be compared with each other are found, whichever two they are."""

import pytest

from modelcheck.engine.atoms import COMPARED_MAX, _Compared
from modelcheck.values import TRUE, ModelValue

SETS = [frozenset(), frozenset({1}), frozenset({"a"})]
MIXED = [SETS, SETS[::-1], [SETS[1], SETS[0], SETS[2]], [1, "a"], [ModelValue("m"), 1, TRUE]]


@pytest.mark.parametrize("values", MIXED)
def test_not_all(values: list[object]) -> None:
    assert not _Compared(values).all()


def test_all() -> None:
    assert _Compared([*SETS[:2], frozenset({2, 3})]).all()
    assert _Compared([ModelValue("m"), 1, 2]).all()
    assert _Compared(list(range(COMPARED_MAX + 1))).all()


def test_as_they_become_more() -> None:
    values: list[object] = [frozenset(), frozenset({1})]
    compared = _Compared(values)
    assert compared.all()
    values.append(frozenset({2}))
    assert compared.all()
    values.append(frozenset({"a"}))
    assert not compared.all()


def test_too_many() -> None:
    assert not _Compared([frozenset({i}) for i in range(COMPARED_MAX + 1)]).all()
    assert _Compared([frozenset({i}) for i in range(COMPARED_MAX)]).all()
