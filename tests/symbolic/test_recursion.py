"""Recursion that depends on the state: operators over sets and sequences that are not known, recursive functions."""

from __future__ import annotations

import pytest
from random_crosschecks import built

from modelcheck.symbolic.crosscheck import CrossCheck, cross_check, phase

SPEC = """---- MODULE Recursive ----
EXTENDS Naturals, Sequences, FiniteSets
VARIABLES s, q
RECURSIVE Sum(_), Total(_), Loop(_)
Sum(S) == IF S = {} THEN 0 ELSE LET x == CHOOSE x \\in S : TRUE IN x + Sum(S \\ {x})
Total(r) == IF r = <<>> THEN 0 ELSE Head(r) + Total(Tail(r))
Loop(n) == IF n \\in s THEN Loop(n) ELSE n
Prefix[n \\in 0..Len(q)] == IF n = 0 THEN 0 ELSE q[n] + Prefix[n - 1]
Chain[n \\in 0..4] == IF n \\in s THEN Chain[(n + 1) % 5] + 1 ELSE 0
Pairs[i \\in 0..Len(q), j \\in 0..1] == IF i = 0 THEN j ELSE Pairs[i - 1, 1 - j]
Init == s = {} /\\ q = <<>>
Add == \\E e \\in 1..3 : e \\notin s /\\ s' = s \\cup {e} /\\ q' = Append(q, e)
Drop == \\E e \\in s : s' = s \\ {e} /\\ q' = q
Next == (Len(q) < 5 /\\ Add) \\/ Drop
====
"""


def checked(invariant: str, steps: int = 4) -> CrossCheck:
    text = SPEC.replace("====\n", f"Inv == {invariant}\n====\n")
    found = cross_check(built(text, "INIT Init\nNEXT Next\nINVARIANT Inv\n"), steps)
    assert (found.difference, found.agreed) == ("", steps)
    return found


@pytest.mark.parametrize(
    ("invariant", "steps"),
    [
        ("Sum(s) <= Total(q) /\\ Sum(s) < 7", None),
        ("Sum(s) < 6", 3),
        ("Total(q) < 8", 4),
        ("Prefix[Len(q)] = Total(q)", None),
        ("Prefix[Cardinality(s)] < 6", 3),
        ("Prefix[3] = 5", 0),  # 3 is outside of its domain in the initial state
        ("Chain[1] = 0", 1),
        ("Chain[1] + Chain[2] # 5", 3),
        ("\\A e \\in s : Chain[e] \\in 1..4 - e", None),
        ("DOMAIN Prefix = 0..Len(q) /\\ Prefix = [n \\in 0..Len(q) |-> Total(SubSeq(q, 1, n))]", None),
        ("Pairs[Len(q), 0] = Len(q) % 2", None),
        ("Pairs[Len(q), 1] = 1", 1),
        ("Loop(4) = 4", None),
        ("\\A n \\in 1..3 : n \\in s \\/ Loop(n) = n", None),
    ],
)
def test_both_engines_compute_the_same(invariant: str, steps: int | None) -> None:
    found = checked(invariant)
    assert phase(found.explicit) == steps
    assert found.symbolic is not None and phase(found.symbolic) == steps


@pytest.mark.parametrize("value", ["Round[1]", "Cardinality({n \\in 0..4 : Round[n] = 0})"])
def test_a_value_that_may_need_itself_is_refused(value: str) -> None:
    text = SPEC.replace("Init ==", "Round[n \\in 0..4] == IF n \\in s THEN Round[(n + 1) % 3] ELSE 0\nInit ==").replace(
        "1..3", "0..2"
    )
    text = text.replace("====\n", f"Inv == {value} >= 0\n====\n")
    found = cross_check(built(text, "INIT Init\nNEXT Next\nINVARIANT Inv\n"), 3)
    assert (found.agreed, found.exit_code, found.symbolic) == (2, 152, None)
    said = "the solver's engine refuses what comes next (S003: the value at "
    assert found.inconclusive.startswith(said)


CHOSEN = """---- MODULE Chosen ----
EXTENDS Naturals, FiniteSets
VARIABLES log, n
Init == log = {} /\\ n = 0
Write == n < 3 /\\ n' = n + 1
         /\\ \\E b \\in [1..4 -> 0..3] : log' = log \\cup {[at |-> n, what |-> b]}
Next == Write
At(i) == CHOOSE e \\in log : e.at = i
====
"""


def chosen(invariant: str) -> CrossCheck:
    text = CHOSEN.replace("====\n", f"Inv == {invariant}\n====\n")
    return cross_check(built(text, "INIT Init\nNEXT Next\nINVARIANT Inv\n"), 1)


@pytest.mark.parametrize(
    ("invariant", "steps"),
    [
        ("n = 0 \\/ At(0).at = 0", None),
        ("n = 0 \\/ At(0).what[4] < 3", 1),
        ("\\A e \\in log : e = CHOOSE f \\in log : TRUE", None),
        ("n = 0 \\/ At(1).at = 1", 1),  # there is none
    ],
)
def test_the_only_element_is_chosen(invariant: str, steps: int | None) -> None:
    found = chosen(invariant)
    assert (found.difference, found.agreed, phase(found.explicit)) == ("", 1, steps)


@pytest.mark.parametrize(
    "invariant",
    [
        "n = 0 \\/ (CHOOSE e \\in {[f EXCEPT !.at = k] : f \\in log, k \\in 0..1} : TRUE).at = 0",
        "n = 0 \\/ (CHOOSE e \\in log : e.what[e.what[1] + 4] = 0).at = 0",
    ],
)
def test_where_the_order_or_an_error_counts_choose_is_refused(invariant: str) -> None:
    found = chosen(invariant)
    assert (found.agreed, found.exit_code) == (0, 152)
    assert "(S007: CHOOSE from a set whose elements are not known is not translated)" in found.inconclusive
