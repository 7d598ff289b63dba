"""Lowered units to look at: the trees of the small specs of the conformance suite, and of the specs shipped."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

sys.path.append(str(Path(__file__).parent.parent / "conformance"))

from action_cases import CASES
from small_models import model_of, module_of

from modelcheck.ir import flow
from modelcheck.ir.lower import Lowering, Shared
from modelcheck.values import reset_order

__all__ = ["CASES", "action_trees", "module_of", "trees_of", "values_model"]


def values_model(module: Any) -> Any:
    """The model of the golden module."""
    return model_of(module, constants={"N": 5, "Node": frozenset((1, 2))})


def trees_of(model: Any) -> Iterator[tuple[str, tuple[flow.ActionTree, int]]]:
    """The trees of a model's Init and Next, with the number of its variables."""
    count = len(model.variables)
    yield "Init", (Lowering(Shared(model), "init").actions.init_tree(model.inits), count)
    yield "Next", (Lowering(Shared(model), "next").actions.next_tree(model.next), count)


def action_trees(name: str) -> Iterator[tuple[str, tuple[flow.ActionTree, int]]]:
    """The trees of a case of the conformance suite."""
    reset_order()
    case = next(case for case in CASES if case.name == name)
    module = module_of("Spec", "EXTENDS Integers\n" + dedent(case.text))
    yield from trees_of(model_of(module, case.init, "Next", {}, case.replaced))
