"""The engine against the naive evaluator: random terms and random specs, a few by default, many with `-m slow`.

What counts as agreement is said in `agreement.py` and `random_specs.py`. A failure is reproduced by its seed, or
shrunk by the tests that Hypothesis drives.
"""

from __future__ import annotations

import random

import pytest
import random_specs
from agreement import Subject, Tally, campaign, verdict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_terms import TermMaker, written

ILL = 0.03  # of the subterms in ill-typed terms
DEPTH = 4

sources = st.randoms(use_true_random=False)


def report(tally: Tally) -> str:
    """The counts, and the shortest differences."""
    worst = sorted(tally.differences, key=len)[:5]
    return "\n".join([str(dict(tally.counts)), *worst])


def check_balance(tally: Tally) -> None:
    """The campaign says something: most terms have values, many fail, next to none are left open."""
    counts = tally.counts
    assert counts["value"] > 0.4 * tally.cases, report(tally)
    assert counts["error"] > 0.1 * tally.cases, report(tally)
    assert counts["open"] + counts["left out"] < 0.02 * tally.cases, report(tally)


def test_shrinking_terms() -> None:
    subject = Subject()  # made here: the order of strings is that of the module read last

    @settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(sources, st.sampled_from([0.0, ILL]), st.integers(1, DEPTH))
    def agree(rng: random.Random, ill: float, depth: int) -> None:
        maker = TermMaker(rng, ill)
        kind, what = verdict(maker.make(maker.type(2), depth, ()), subject)
        assert kind != "DIFFERENT", what

    agree()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(sources, st.sampled_from([0.0, 0.02]))
def test_shrinking_specs(rng: random.Random, ill: float) -> None:
    spec, tally = random_specs.SpecMaker(rng, ill).make(), Tally()
    random_specs.Comparison(spec, tally, tables=False).run()


def test_terms() -> None:
    tally = campaign(random.Random(20021), 2_000, ILL, DEPTH)
    assert not tally.differences, report(tally)
    check_balance(tally)


def test_specs() -> None:
    tally = random_specs.campaign(random.Random(20022), 60, 0.02)
    assert not tally.differences, report(tally)
    assert tally.counts["states by definition"] > 50, report(tally)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_many_terms(seed: int) -> None:
    tally = campaign(random.Random(seed), 48_000, ILL, DEPTH)
    print(report(tally))
    assert not tally.differences, report(tally)
    check_balance(tally)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 4])
def test_many_specs(seed: int) -> None:
    tally = random_specs.campaign(random.Random(seed), 2_000, 0.02)
    print(report(tally))
    assert not tally.differences, report(tally)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[v \\in 0..2 |-> 10 \\div v][1]", ("value", "10")),
        ("[v \\in 0..2 |-> 10 \\div v][0]", ("error", "E014")),
        ("[v \\in 0..2 |-> 10 \\div v][3]", ("error", "E003")),
        ("LET f == [v \\in 0..2 |-> 10 \\div v] IN f[1] + f[2]", ("value", "15")),
        ("LET f[v \\in 0..2] == 10 \\div v IN f[2]", ("value", "5")),
        ("LET f[v \\in 0..2] == 10 \\div v IN f[0]", ("error", "E014")),
        ("[u \\in 0..1, v \\in 0..1 |-> u \\div v][1, 1]", ("value", "1")),
        ("DOMAIN [v \\in 0..2 |-> 10 \\div v]", ("error", "E014")),
        ("<<1, [v \\in 0..2 |-> 10 \\div v]>>", ("error", "E014")),
    ],
)
def test_one_value_of_a_function_written_out(source: str, expected: tuple[str, str]) -> None:
    """Applied where it is written, or named by LET, a function is evaluated at its argument only."""
    assert Subject().outcome(source) == expected


def test_a_wrong_answer_is_seen() -> None:
    """The comparison itself: an engine that takes the last witness of CHOOSE is found out."""
    maker = TermMaker(random.Random(5))
    terms = [maker.make(maker.type(2), 3, ()) for _ in range(200)]

    class Other(Subject):
        def outcome(self, source: str) -> tuple[str, str]:
            return super().outcome(source.replace(" <= ", " < ").replace("\\cap", "\\cup"))

    other = Other()
    assert any(verdict(term, other)[0] == "DIFFERENT" for term in terms)
    assert all("\n" not in written(term) for term in terms)


def test_one_value_in_the_tables() -> None:
    """The same where the function reads the state, by closures and by tables."""
    lit, v = (lambda n: ("lit", n)), ("var", "v1")
    fn = ("fn", [(("v1",), False, ("op2", "..", lit(0), lit(2)))], ("op2", "\\div", ("var", "x"), v))
    follow = ("and", [("op2", "=", ("prime", "x"), ("apply", fn, [lit(2)])), ("unchanged", ["y"])])
    init = ("and", [("op2", "=", ("var", "x"), lit(3)), ("op2", "=", ("var", "y"), lit(0))])
    tally = Tally()
    assert random_specs.Comparison(random_specs.Spec("i", init, follow), tally).run() == "value"
    assert tally.counts["states"] == 3


def test_one_value_of_a_defined_function() -> None:
    """Named by a definition of the module too."""
    body = "F == [v \\in 0..2 |-> 10 \\div v]\ng[v \\in 0..2] == 10 \\div v\nG(n) == [v \\in 0..n |-> 10 \\div v]\n"
    subject = Subject(body)
    assert [subject.outcome(s) for s in ("F[1]", "g[2]", "G(2)[1]")] == [("value", n) for n in ("10", "5", "10")]
    assert [subject.outcome(s) for s in ("F[0]", "g[0]", "F")] == [("error", "E014")] * 3
