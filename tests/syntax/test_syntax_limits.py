"""Bad, cut and huge text: a coded error or a tree, never a traceback, in time linear in the text."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelcheck.errors import TlaError
from modelcheck.syntax import parse_expression, parse_text
from modelcheck.syntax.config import parse_config_text
from modelcheck.syntax.parser import tables
from modelcheck.syntax.scanner import KEYWORDS, SYMBOL_KINDS
from modelcheck.syntax.tables import GRAMMAR, digest, generate

SPEC = r"""---- MODULE Sample ----
EXTENDS Integers, Sequences (* a (* nested *) comment *)
CONSTANTS Node, F(_, _) \* declared
VARIABLES pc, msgs
TypeOK == /\ pc \in [Node -> {"a", "b"}]
          /\ \A m \in msgs : \/ m.type = "x"
                             \/ ~ (m.val > 3 - -1)
Send(m) == msgs' = msgs \cup {m}
Step(n) == LET next == [pc EXCEPT ![n] = IF @ = "a" THEN "b" ELSE "a"]
           IN  /\ pc' = next
               /\ CASE pc[n] = "a" -> Send([type |-> "x", val |-> 1])
                    [] OTHER -> UNCHANGED msgs
Spec == pc = [n \in Node |-> "a"] /\ [][\E n \in Node : Step(n)]_<<pc, msgs>> /\ WF_pc(Step(1))
THEOREM Spec => []TypeOK
<1>1. ASSUME NEW x PROVE TypeOK BY DEF TypeOK
<1>2. QED
====
"""
RELAXED = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
PIECES = sorted(SYMBOL_KINDS) + sorted(KEYWORDS) + ["x", "1", '"s"', "<1>1.", "----", "====", "\n", "  ", "(*", "\t"]


def read(text: str) -> None:
    """Read `text`; a `TlaError` is an answer, and it can be shown."""
    try:
        parse_text(text)
    except TlaError as error:
        assert error.code[0] == "P" and error.render()


def test_the_sample_is_legal() -> None:
    assert len(parse_text(SPEC)[0].units) == 7


@RELAXED
@given(st.integers(0, len(SPEC)))
def test_cut_text(length: int) -> None:
    read(SPEC[:length])


@RELAXED
@given(st.integers(0, len(SPEC)), st.integers(0, 12), st.lists(st.sampled_from(PIECES), max_size=3))
def test_changed_text(at: int, cut: int, pieces: list[str]) -> None:
    read(SPEC[:at] + " ".join(pieces) + SPEC[at + cut :])


@RELAXED
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_random_tokens(pieces: list[str]) -> None:
    read("---- MODULE M ----\nx == " + " ".join(pieces) + "\n====")


@RELAXED
@given(st.text(max_size=60))
def test_random_characters(text: str) -> None:
    read("---- MODULE M ----\n" + text)
    for reader in (parse_expression, parse_config_text):
        try:
            reader(text)
        except TlaError as error:
            assert error.render()


REPEATED = {
    "terms": ("1", " + 1"), "products": ("S", " \\X S"), "signs": ("", "- "), "openings": ("", "("),
    "closings": ("", ")"), "sets": ("", "{ {} , "), "calls": ("", "f("), "primes": ("x", "'"), "steps": ("x", "!y"),
    "bullets": ("", "\n  /\\ a"), "ifs": ("", "IF a THEN b ELSE "), "lets": ("", "LET y == 1 IN "),
    "cases": ("", "CASE a -> b [] "), "quantifiers": ("", "\\E y \\in S : "), "labels": ("", "l :: "),
    "definitions": ("1", "\ny == 1"), "marks": ("", "== "), "comments": ("", "(* "), "boxes": ("", "(* a *) "),
    "words": ("", "_"), "digits": ("", "1"), "fairness": ("", "WF_"), "tabs": ("1", "\t+\t1"), "headers":
    ("1", "\n---- MODULE N ----"), "strings": ("", '"a'), "dots": ("1", ".1"), "angles": ("", "<1"),
}  # fmt: skip


@pytest.mark.parametrize("name", REPEATED)
def test_time_is_linear_and_depth_needs_no_stack(name: str) -> None:
    first, more = REPEATED[name]

    def seconds(times: int) -> float:
        start = time.process_time()
        read("---- MODULE M ----\nx == " + first + more * times + "\n====")
        return time.process_time() - start

    seconds(10)
    short = seconds(2_000)
    assert any(seconds(8_000) < 10 * short + 0.2 for _ in range(3))  # quadratic time is not a matter of luck


def test_nesting_of_thousands_is_read() -> None:
    parse_expression("(" * 5_000 + "x" + ")" * 5_000)
    parse_expression("{" * 5_000 + "}" * 5_000)
    with pytest.raises(TlaError) as caught:
        parse_expression("{" * 30_000 + "}" * 30_000)
    assert caught.value.code == "P016"


def test_written_tables_are_those_of_the_grammar() -> None:
    from modelcheck.syntax import _tables

    grammar = GRAMMAR.read_text(encoding="utf-8")
    assert digest(grammar) == _tables.DIGEST, "run: python -m modelcheck.syntax.tables"
    made, (read_back, _) = generate(grammar), tables()
    assert (len(made.states), len(made.rules)) == (len(read_back.states), len(read_back.rules))


def test_start_does_not_import_lark() -> None:
    code = (
        "import sys\nfrom modelcheck.syntax import parse_text\n"
        "assert 'modelcheck.syntax.parser' not in sys.modules\n"
        "parse_text('---- MODULE M ----\\nx == 1\\n====')\n"
        "print(sorted({'lark', 'z3', 'hypothesis', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
