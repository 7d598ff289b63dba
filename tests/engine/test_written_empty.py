"""Written code for junctions without items: `UNCHANGED <<>>` holds in every step."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "conformance"))

from small_models import model_of, module_of

from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.pycode import write_test
from modelcheck.ir import ops

BODY = """EXTENDS Integers
VARIABLE x
Init == x = 0
Next == /\\ x' = 1 - x
        /\\ UNCHANGED <<>>
"""


def test_unchanged_nothing_is_true_in_written_code() -> None:
    engine = ClosureEngine(model_of(module_of("Empty", BODY), ["Init"], "Next"))
    slow = engine.successors((0,))
    engine = ClosureEngine(model_of(module_of("Empty", BODY), ["Init"], "Next"))
    engine.hot = 0
    assert engine.successors((0,)) == slow == [((1,), 0)]


def test_empty_junctions() -> None:
    exprs = ClosureEngine(model_of(module_of("Empty", BODY), ["Init"], "Next")).exprs
    for op, truth in ((ops.And(()), True), (ops.Or(()), False), (ops.Not(ops.And(())), False)):
        written = write_test(exprs, op, 4)
        assert written is not None
        assert written([None] * 4) is truth
