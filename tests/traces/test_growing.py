"""Sets that grow: the same values as the frozensets, at less cost."""

from __future__ import annotations

import random

import pytest

from modelcheck.errors import EvalError
from modelcheck.values import (
    ModelValue,
    cardinality,
    cup,
    elements,
    make_record,
    make_set,
    member,
    minus,
    normalize,
    ordered,
    pretty,
    subseteq,
)
from traces.growing import GROWN_MIN, GrownSet, grown, plain


def messages(n: int) -> list[object]:
    a, b = ModelValue("a"), ModelValue("b")
    return [
        make_record(["type", "from", "n"], ["x", a, i]) if i % 3 else make_record(["type", "to"], ["y", (b, i)])
        for i in range(n)
    ]


def test_it_is_the_value_that_the_frozenset_is() -> None:
    items = messages(120)
    random.Random(5).shuffle(items)
    chained, whole = GrownSet.of(frozenset(items[:60])), frozenset(items[:60])
    for item in items[60:]:
        chained, whole = cup(chained, frozenset([item])), whole | {item}
        assert type(chained) is GrownSet
        assert chained == whole and whole == chained and hash(chained) == hash(whole)
        assert len({chained, whole}) == 1
    assert list(elements(chained)) == list(ordered(whole))
    assert cardinality(chained) == 120 and pretty(chained) == pretty(whole)
    assert normalize(chained) is chained, "a state keeps its form"
    assert all(member(item, chained) for item in items)
    assert not member(make_record(["type", "to"], ["y", (ModelValue("b"), 1000)]), chained)
    assert minus(chained, frozenset(items[:119])) == frozenset(items[119:])
    assert subseteq(frozenset(items[:50]), chained) and subseteq(chained, whole)


def test_an_earlier_state_of_it_stays_what_it_was() -> None:
    items = messages(62)
    early = GrownSet.of(frozenset(items[:60]))
    late = cup(early, frozenset(items[60:]))
    assert cardinality(early) == 60 and cardinality(late) == 62
    assert not member(items[60], early) and member(items[60], late)
    assert list(elements(early)) == list(ordered(frozenset(items[:60])))
    assert late.grew(early) == frozenset(items[60:]) and early.grew(late) is None
    assert early != late and hash(early) == hash(frozenset(items[:60]))


def test_two_ways_to_grow() -> None:
    """The first continues the chain, the same again finds it there, another begins its own; equal sets are equal."""
    items = messages(62)
    base = GrownSet.of(frozenset(items[:60]))
    first = cup(base, frozenset([items[60]]))
    assert cup(frozenset([items[60]]), base).chain is first.chain
    other = cup(base, frozenset([items[61]]))
    assert other.chain is not first.chain and first != other
    assert cup(first, frozenset([items[61]])) == cup(other, frozenset([items[60]])) == frozenset(items)
    assert hash(cup(first, other)) == hash(frozenset(items))
    assert cup(base, frozenset(items[:3])) is base


def test_errors_are_those_of_the_frozenset() -> None:
    items = frozenset(messages(60))
    chained = GrownSet.of(items)
    for stranger in (7, "text", make_set([1])):
        with pytest.raises(EvalError) as plain_error:
            member(stranger, items)
        with pytest.raises(EvalError) as error:
            member(stranger, chained)
        assert error.value.code == plain_error.value.code == "E001"
        with pytest.raises(EvalError):
            cup(items, frozenset([stranger]))
        with pytest.raises(EvalError):
            cup(chained, frozenset([stranger]))
    assert not member(ModelValue("z"), chained) and not member(ModelValue("z"), items)
    numbers = GrownSet.of(frozenset(range(60)))
    assert not member(61, numbers) and member(59, numbers)
    with pytest.raises(EvalError):
        member("text", numbers)


def test_of_a_state_only_large_sets_are_changed() -> None:
    small, large = frozenset(range(GROWN_MIN - 1)), frozenset(range(GROWN_MIN))
    state = (small, large, 3)
    made = grown(state)
    assert [type(v) for v in made] == [frozenset, GrownSet, int] and made == state
    assert grown(state[:1]) == (small,) and grown(made) is made
    assert [type(v) for v in plain(made)] == [frozenset, frozenset, int]
