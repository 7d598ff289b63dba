"""The IR checker accepts everything that is lowered, and refuses IR broken by hand."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ir_units import CASES, action_trees, trees_of

from modelcheck.errors import TlaError
from modelcheck.ir import flow, ops
from modelcheck.ir.check import check_action, check_formula
from modelcheck.ir.lower import Lowering, Shared
from modelcheck.module import load

SPECS = Path(__file__).resolve().parents[2] / "specs"
MODELS = tomllib.loads((SPECS / "manifest.toml").read_text(encoding="utf-8"))["model"]
CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "examples"


@pytest.mark.parametrize("name", [case.name for case in CASES])
def test_accepts_the_small_specs(name: str) -> None:
    for _, (tree, variables) in action_trees(name):
        check_action(tree, variables)


def check_model(path: Path, config: Path | None = None) -> int:
    """Check every unit of a model; how many there were."""
    model = load(path, config)
    shared = Shared(model)
    found = 0
    if model.next is not None:
        for _, (tree, variables) in trees_of(model):
            check_action(tree, variables)
            found += 1
    for named in (*model.invariants, *model.constraints, *model.action_constraints):
        check_formula(Lowering(shared).formula(named.expr), len(model.variables))
        found += 1
    return found


@pytest.mark.parametrize("spec", sorted({(m["module"], m["config"]) for m in MODELS}), ids="-".join)
def test_accepts_the_specs_shipped(spec: tuple[str, str]) -> None:
    assert check_model(SPECS / spec[0], SPECS / spec[1]) > 0


@pytest.mark.corpus
def test_accepts_the_corpus() -> None:
    """Every fifth model of the corpus."""
    if not CORPUS.is_dir():
        pytest.skip("the corpus is not there")
    units = models = 0
    for config in sorted(CORPUS.glob("*/*.cfg"))[::5]:
        path = config.with_suffix(".tla")
        if not path.is_file():
            continue
        try:
            units += check_model(path, config)
        except TlaError:
            continue  # its own tests say whether that is right
        models += 1
    assert models > 15
    assert units > 3 * models


# ---- broken by hand -----------------------------------------------------------------------------------------

READ = ops.Local(4, "x")
TRUE_AT = flow.Emit(0)


def formulas() -> Iterator[tuple[str, ops.Op, str]]:
    """What is broken, the op, words of the message."""
    binder = ops.Binder((4,), ("x",), ops.Const(frozenset((1,))), False)
    yield "a slot nobody binds", READ, "slot 4 (x) is read but not bound"
    yield "a slot beyond the frame", ops.Clear((9,), ops.Const(1)), "slot 9 outside the frame"
    yield "a slot that belongs to the engine", ops.Clear((0,), ops.Const(1)), "slot 0 outside the frame"
    yield "a lazy slot that nothing clears", ops.Lazy(4, "x", ops.Const(1)), "lazy slot 4 (x) is never cleared"
    yield "no such variable", ops.Var(2, "z"), "variable 2 of 2"
    yield "no such next variable", ops.Next(-1, "z"), "variable -1 of 2"
    yield (
        "a domain that sees its own name",
        ops.ForAll((ops.Binder((4,), ("x",), READ, False),), ops.Const(1)),
        "slot 4 (x) is read but not bound",
    )
    yield "a name read after its scope", ops.And((ops.Exists((binder,), READ), READ)), "slot 4 (x) is read"
    yield (
        "more slots than names",
        ops.Exists((ops.Binder((4, 5), ("x",), ops.Const(frozenset()), True),), ops.Const(1)),
        "",
    )
    yield "@ outside its update", ops.Except(ops.Var(0, "f"), (ops.Update((READ,), 4, READ),)), "slot 4"
    yield "a constant that reads a slot", ops.Once(READ, 6, "K"), "slot 4 (x) is read but not bound"
    yield "a recursive operator without a body", ops.Call(ops.Proc("F", (4,), (False,)), (ops.Const(1),)), "F has no"
    yield (
        "a recursive operator that reads a stranger's slot",
        ops.Call(ops.Proc("F", (5,), (False,), READ), (ops.Const(1),)),
        "slot 4 (x) is read but not bound",
    )
    yield (
        "inside ENABLED",
        ops.Enabled(flow.Guard(READ, flow.Emit(-1)), 2),
        "slot 4 (x) is read but not bound",
    )


def trees() -> Iterator[tuple[str, flow.Node, str]]:
    """What is broken, the tree, words of the message."""
    twice = flow.Assign(0, "x", ops.Const(1), flow.AssignIn(0, "x", ops.Const(frozenset()), TRUE_AT))
    yield "a variable assigned twice", twice, "x is assigned twice on one path"
    yield "a variable that is not there", flow.Assign(7, "z", ops.Const(1), TRUE_AT), "variable 7 of 2"
    yield "a guard that reads an unbound slot", flow.Guard(READ, TRUE_AT), "slot 4 (x) is read but not bound"
    yield "an argument of the action", flow.Emit(0, (READ,)), "slot 4 (x) is read but not bound"
    binder = ops.Binder((4,), ("x",), ops.Const(frozenset((1,))), False)
    beside = flow.Branch((flow.ForEach((binder,), flow.Guard(READ, TRUE_AT)), flow.Guard(READ, TRUE_AT)))
    yield "a name read in the arm beside", beside, "slot 4 (x) is read but not bound"
    yield "a case arm", flow.CaseNode(((READ, TRUE_AT),), None), "slot 4 (x) is read but not bound"
    yield "an if", flow.IfNode(READ, TRUE_AT, TRUE_AT), "slot 4 (x) is read but not bound"
    yield "a cleared slot beyond the frame", flow.ClearNode((11,), TRUE_AT), "slot 11 outside the frame"
    yield "AssignOrTest", flow.AssignOrTest(0, "x", READ, True, TRUE_AT), "slot 4 (x) is read but not bound"
    once = flow.Assign(0, "x", ops.Const(1), flow.AssignOrTest(0, "x", ops.Const(1), False, TRUE_AT))
    yield "a test of what surely has a value, as an assignment", once, "x is assigned twice on one path"


def refused(check: Callable[[], None], words: str) -> None:
    with pytest.raises(AssertionError) as caught:
        check()
    assert words in str(caught.value)


@pytest.mark.parametrize(("op", "words"), [pytest.param(op, w, id=name) for name, op, w in formulas()])
def test_refuses_broken_formulas(op: ops.Op, words: str) -> None:
    refused(lambda: check_formula(ops.Formula(op, 8), 2), words)


@pytest.mark.parametrize(("node", "words"), [pytest.param(node, w, id=name) for name, node, w in trees()])
def test_refuses_broken_trees(node: flow.Node, words: str) -> None:
    refused(lambda: check_action(flow.ActionTree(node, [("A", (), None)], 8), 2), words)


def test_sound_ir_by_hand_is_accepted() -> None:
    """So that what is refused above is refused for its one fault."""
    binder = ops.Binder((4,), ("x",), ops.Const(frozenset((1,))), False)
    body = flow.Assign(0, "x", READ, flow.AssignIn(1, "y", ops.Const(frozenset((1,))), flow.Emit(0, (READ,))))
    check_action(flow.ActionTree(flow.ForEach((binder,), body), [("A", ("x",), None)], 8), 2)
    check_formula(ops.Formula(ops.Clear((5,), ops.Lazy(5, "y", ops.Var(1, "y"))), 8), 2)
