"""Sets that grow: the same values as the frozensets, at less cost."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from modelcheck.engine.closures import ClosureEngine
from modelcheck.errors import EvalError
from modelcheck.module import resolve_file
from modelcheck.module.model import build_model
from modelcheck.syntax.config import parse_config_text
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


def test_elements_by_field() -> None:
    items = messages(60)
    early = GrownSet.of(frozenset(items[:50]))
    late = cup(early, frozenset(items[50:]))
    for some in (early, late):
        for value in ("x", "y", "z"):
            known = some.having("type", value)
            assert known is not None
            assert list(known) == [m for m in ordered(some.forced()) if m.get("type") == value]
    assert late.having("n", "x") is None and late.having("no", "x") is None and late.having("type", 3) is None
    mixed = cup(late, frozenset([make_record(["n"], [3])]))
    assert mixed.having("type", "x") is None and late.having("type", "x") is not None


SPEC = """---- MODULE Grown ----
EXTENDS Naturals
VARIABLE msgs
Message == [type : {"a", "b"}, n : 0..40] \\cup [type : {"c"}, to : 0..9]
Init == msgs = Message
Next == UNCHANGED msgs
SomeB == \\E m \\in msgs : m.type = "b" /\\ m.n > 39
NoB == \\E m \\in msgs : m.type = "b" /\\ m.n > 40
Of == {m \\in msgs : m.type = "c" /\\ m.to # 3}
Wrong == \\E m \\in msgs : m.kind = "c" /\\ m.to # 3
====
"""


def test_formulas_mean_the_same(tmp_path: Path) -> None:
    """Where the set knows its elements by field, and where it does not."""
    path = tmp_path / "Grown.tla"
    path.write_text(SPEC)
    root = resolve_file(path)
    engine = ClosureEngine(build_model(root, parse_config_text("INIT Init NEXT Next", "x")))
    (state,) = engine.initial()
    chained = grown(state)
    assert type(chained[0]) is GrownSet and len(state[0]) == 92
    for name in ("SomeB", "NoB", "Of"):
        body = root.definitions[name].body
        assert engine.evaluate(body, chained) == engine.evaluate(body, state)
    assert cardinality(engine.evaluate(root.definitions["Of"].body, chained)) == 9
    for each in (state, chained):
        with pytest.raises(EvalError) as caught:
            engine.evaluate(root.definitions["Wrong"].body, each)
        assert caught.value.code == "E003"
