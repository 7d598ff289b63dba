"""SYMMETRY: the group, the image of values, one key per orbit."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import pytest
from fake_engine import FakeEngine

from modelcheck import check
from modelcheck.errors import TlaError
from modelcheck.explore.asymmetry import asymmetry
from modelcheck.explore.bfs import Search, Task
from modelcheck.explore.path import behavior
from modelcheck.explore.symmetry import least_in_orbit, orbit_key, permutation_group, permuted
from modelcheck.values import ModelValue, make_function

A, B, C = ModelValue("a"), ModelValue("b"), ModelValue("c")
X, Y = ModelValue("x"), ModelValue("y")


def permutations(*values):
    return frozenset(
        make_function(list(zip(values, images, strict=True))) for images in itertools.permutations(values)
    )


def test_group_of_a_union_is_generated():
    assert len(permutation_group(permutations(A, B, C))) == 6
    assert len(permutation_group(permutations(A, B, C) | permutations(X, Y))) == 12
    assert permutation_group(frozenset()) == [{}]
    rotation = make_function([(A, B), (B, C), (C, A)])
    assert len(permutation_group(frozenset([rotation]))) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        A,
        frozenset([A]),
        frozenset([make_function([(A, 1)])]),
        frozenset([make_function([(A, B), (B, B)])]),
        frozenset([make_function([(A, B), (B, C)])]),
        frozenset([(A, B)]),
    ],
)
def test_what_is_no_set_of_permutations_is_refused(wrong):
    with pytest.raises(TlaError) as caught:
        permutation_group(wrong)
    assert caught.value.code == "C040"


def test_image_of_every_kind_of_value():
    swap = {A: B, B: A}
    value = (A, frozenset([A, C]), make_function([(A, 1), (C, "a")]), 7, "a")
    assert permuted(value, swap) == (B, frozenset([B, C]), make_function([(B, 1), (C, "a")]), 7, "a")


@pytest.mark.parametrize("key_of", [orbit_key, least_in_orbit])
def test_one_key_per_orbit(key_of):
    group = permutation_group(permutations(A, B, C))
    key = key_of(group)
    states = list(itertools.product([A, B, C], [frozenset(), frozenset([A]), frozenset([B, C])]))
    orbits = {frozenset((permuted(x, p), permuted(y, p)) for p in group) for x, y in states}
    assert len({key(s) for s in states}) == len(orbits)
    for orbit in orbits:
        assert len({key(s) for s in orbit}) == 1


def test_search_with_symmetry_counts_orbits_and_its_path_is_real():
    everyone = frozenset([A, B, C])

    def join(s):
        for mv in (C, B, A):
            if mv not in s[0]:
                yield (s[0] | {mv},), (mv,)

    engine = FakeEngine(("members",), [(frozenset(),)], Join=join)
    plain = Search(engine, Task(check_deadlock=False))
    assert plain.run() is None and plain.distinct == 8
    key = orbit_key(permutation_group(permutations(A, B, C)))
    search = Search(engine, Task(identity=key))
    found = search.run()
    assert found is not None and found.kind == "deadlock"
    assert (search.generated, search.distinct, search.depth) == (7, 4, 4)
    steps = behavior(engine, search.path(found)).steps
    assert [s.args for s in steps[1:]] == [(C,), (B,), (A,)]
    assert steps[-1].state == (everyone,)


def test_a_spec_that_is_not_symmetric_is_told(tmp_path):
    lines = [
        "---- MODULE Favourite ----",
        "EXTENDS TLC",
        "CONSTANTS P, Fav",
        "VARIABLE in",
        "Init == in = {}",
        "Fair == \\E p \\in P : in' = in \\cup {p}",
        "Unfair == \\E p \\in P : /\\ p = Fav \\/ Fav \\in in",
        "                      /\\ in' = in \\cup {p}",
        "Sym == Permutations(P)",
        "====",
    ]
    path = tmp_path / "Favourite.tla"
    path.write_text("\n".join(lines))
    cfg = "INIT Init\nNEXT {}\nSYMMETRY Sym\nCONSTANTS P = {{a, b, c}} Fav = a\n"
    path.with_suffix(".cfg").write_text(cfg.format("Fair"))
    assert check(path).warnings == ()
    path.with_suffix(".cfg").write_text(cfg.format("Unfair"))
    (warning,) = check(path).warnings
    assert warning.startswith("SYMMETRY is wrong for this spec")


@pytest.mark.parametrize("odd", [("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d")])
def test_every_pair_that_differs_is_met(odd):
    """Two values are told from the other two, whichever they are: some permutation that is asked moves them."""
    atoms = {name: ModelValue(name) for name in "abcd"}
    group = [dict(zip(atoms.values(), image, strict=True)) for image in itertools.permutations(atoms.values())]
    states = [(frozenset({atoms[x], atoms[y]}), n) for n, (x, y) in enumerate(itertools.combinations("abcd", 2))]
    special = frozenset(atoms[name] for name in odd)
    predicate = SimpleNamespace(name="Plain", holds=lambda state: state[0] != special)
    engine = SimpleNamespace(successors=lambda state: [])
    task = Task(invariants=(predicate,), symmetry=tuple(group))
    assert asymmetry(engine, task, states).startswith("Plain changes when a state is permuted")
    plain = Task(invariants=(SimpleNamespace(name="Plain", holds=lambda state: True),), symmetry=tuple(group))
    assert asymmetry(engine, plain, states) is None
