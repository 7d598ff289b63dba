"""Values in the native interpreter: there and back, one id for each, their order, and what cannot be held."""

from __future__ import annotations

from itertools import pairwise

import pytest

from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.native import NativeProgram, Unknown
from modelcheck.engine.native import load as load_native
from modelcheck.module import resolve_text
from modelcheck.values import (
    FALSE,
    TRUE,
    FunctionSet,
    Interval,
    ModelValue,
    Nat,
    PowerSet,
    SeqSet,
    Strings,
    Value,
    compare,
    intern_order,
    make_function,
    make_record,
    normalize,
    reset_order,
)

pytestmark = pytest.mark.skipif(load_native() is None, reason="the native interpreter was not built")


@pytest.fixture
def program() -> NativeProgram:
    import sys
    from pathlib import Path

    sys.path.append(str(Path(__file__).parent.parent / "conformance"))
    from small_models import model_of

    reset_order()
    for name in ("zeta", "alpha", "m2", "m1", "A_x", "A_y"):
        intern_order(name)
    return NativeProgram(ClosureEngine(model_of(resolve_text("---- MODULE V ----\nVARIABLE x\n====\n", "V"))))


M1, M2, AX, AY = (ModelValue(name) for name in ("m1", "m2", "A_x", "A_y"))
VALUES: tuple[Value, ...] = (
    0, 1, -1, 4000, 4095, 4096, -256, -257, 2**61 - 1, -(2**61), TRUE, FALSE, "alpha", "zeta", "late", M1, M2, AX, AY,
    frozenset(), (), frozenset({1, 2, 3}), frozenset({"alpha", "zeta"}), frozenset({M1, M2}), frozenset({AX, AY}),
    (1, 2),
    ("alpha", (), frozenset({()})), make_record(("zeta", "alpha"), (1, TRUE)), make_function({0: 5, 1: 6}),
    make_function({1: 5, 2: 6}), make_function({M2: (), M1: (1,)}), frozenset({(1, 2), (1, 3), (0, 9)}),
    frozenset({frozenset(), frozenset({1}), frozenset({1, 2})}), make_function({(1, 2): "alpha", (2, 1): "zeta"}),
)  # fmt: skip


def test_there_and_back(program: NativeProgram) -> None:
    ids = [program.id_of(v) for v in VALUES]
    assert [program.value_of(i) for i in ids] == list(VALUES)
    assert len(set(ids)) == len(VALUES)
    assert [program.id_of(v) for v in VALUES] == ids
    for v, i in zip(VALUES, ids, strict=True):
        assert type(program.value_of(i)) is type(v)


def test_one_value_has_one_id(program: NativeProgram) -> None:
    assert program.id_of(make_function({1: 5, 2: 6})) == program.id_of((5, 6))
    assert program.id_of(Interval(1, 3)) == program.id_of(frozenset({3, 1, 2}))
    assert program.id_of(PowerSet(Interval(1, 2))) == program.id_of(normalize(PowerSet(Interval(1, 2))))
    assert program.id_of(frozenset({Interval(1, 2)})) == program.id_of(frozenset({frozenset({1, 2})}))
    pairs = {(1, 2): 5, (2, 3): 6}
    for lazy in (Interval(1, 2), PowerSet(Interval(1, 1)), FunctionSet(frozenset({"zeta"}), Interval(1, 2))):
        plain = normalize(lazy)
        for around in (
            lambda v: (0, v),
            lambda v: make_record(("alpha",), (v,)),
            lambda v: make_function({v: 1, frozenset({9}): v}),
            lambda v: frozenset({(v, 1), (frozenset(), 1)}),
            lambda v: make_function(dict.fromkeys(pairs, (v,))),
        ):
            written_out = program.id_of(around(plain))
            program.words._known.clear()  # equal values are alike there
            assert program.id_of(around(lazy)) == written_out
    before = program.lib.native_count(program.handle)
    program.id_of(((5, 6), frozenset({3, 1, 2})))
    assert program.lib.native_count(program.handle) == before + 1


NOT_HELD = [2**61, -(2**61) - 1, (1, 2**70), Nat, frozenset({(1,), ("alpha",)})]


@pytest.mark.parametrize("value", NOT_HELD, ids=("large", "low", "inside", "infinite", "mixed"))
def test_what_cannot_be_held(program: NativeProgram, value: Value) -> None:
    """Large integers, infinite sets, and sets whose elements have no order."""
    with pytest.raises(Unknown):
        program.id_of(value)


INFINITE = [Nat, Strings, SeqSet(Interval(1, 2)), FunctionSet(Nat, Nat), PowerSet(Nat)]


@pytest.mark.parametrize("infinite", INFINITE, ids=str)
def test_infinite_sets_are_words(program: NativeProgram, infinite: Value) -> None:
    """Constants of invariants; whether two of them are equal is not asked for that."""
    assert program.words.word(infinite)
    with pytest.raises(Unknown):
        program.id_of(infinite)


def test_sets_stand_in_tlcs_order(program: NativeProgram) -> None:
    """`CHOOSE` picks by it: strings by first appearance, sets by size."""
    import ctypes as ct

    for items in ((3, -1, 2), ("alpha", "zeta", "late"), (M1, M2), (frozenset({5, 6}), frozenset(), frozenset({9})),
                  ((2, 1), (1, 9), ()), (M1, 7, -3)):  # fmt: skip
        word = program.words.word(frozenset(items))
        out = (ct.c_uint64 * (len(items) + 1))()
        program.lib.native_parts(ct.c_uint64(word), out)
        found = [program.words.value(w) for w in out[: len(items)]]
        assert set(found) == set(items)
        assert all(compare(a, b) < 0 for a, b in pairwise(found)), found


def test_the_order_of_all_values_is_total(program: NativeProgram) -> None:
    ids = [program.id_of(v) for v in VALUES]

    def sign(a: int, b: int) -> int:
        d = program.lib.native_compare(program.handle, a, b)
        return (d > 0) - (d < 0)

    for a in ids:
        for b in ids:
            assert sign(a, b) == -sign(b, a)
            assert (sign(a, b) == 0) == (a == b)
            for c in ids:
                assert not (sign(a, b) < 0 and sign(b, c) < 0) or sign(a, c) < 0


def test_permuted_values(program: NativeProgram) -> None:
    number = program.add_permutation({M1: M2, M2: M1})
    v = (M1, frozenset({M2}), make_function({M1: 1, M2: 2}), "m1", make_record(("alpha",), (frozenset({(M1, 3)}),)))
    assert program.permuted(number, v) == (
        M2, frozenset({M1}), make_function({M1: 2, M2: 1}), "m1", make_record(("alpha",), (frozenset({(M2, 3)}),)),
    )  # fmt: skip
    assert program.permuted(number, program.permuted(number, v)) == v


def test_memory_grows_with_values_only(program: NativeProgram) -> None:
    program.id_of(frozenset(range(10_000)))
    before = program.lib.native_bytes(program.handle)
    for _ in range(3):
        program.id_of(frozenset(range(10_000)))
    assert program.lib.native_bytes(program.handle) == before
