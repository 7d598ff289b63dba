"""The steps of the action of a fairness condition, found by running the action as Next is run.

One run in a state answers both questions that fairness asks there: is `<<A>>_v` enabled, and which of the state's steps
are `<<A>>_v` steps. It is possible when A gives every variable a next value on each of its paths, and when it stands
under no substitution of expressions for variables (ENABLED then speaks of other variables than the steps do);
otherwise the atoms are evaluated as formulas, `ENABLED` with a next state of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from modelcheck.engine.protocol import State
from modelcheck.engine.runtime import TARGET, UNSET
from modelcheck.engine.steps import StepCompiler
from modelcheck.ir import flow
from modelcheck.ir.actions import NONE
from modelcheck.ir.env import EMPTY, Env
from modelcheck.ir.lower import Lowering
from modelcheck.ir.temporal import FairAction

if TYPE_CHECKING:
    from modelcheck.engine.closures import ClosureEngine


def fair_targets(engine: ClosureEngine, fair: FairAction) -> Callable[[State], list[State]] | None:
    """The next states by `<<A>>_v`; None when running the action does not give them all. It may raise EvalError."""
    tree = action_tree(engine, fair)
    if tree is None:
        return None
    root, size = tree
    run = StepCompiler(engine.exprs, list(engine.variables), TARGET, "plain").run(root)

    def targets(state: State) -> list[State]:
        sink: list[tuple[State, int]] = []
        engine._guarded(run, engine._frame(size, state, [UNSET] * len(state), sink))
        return [target for target, _ in sink]

    return targets


def action_tree(engine: ClosureEngine, fair: FairAction, bare: bool = False) -> tuple[flow.Node, int] | None:
    """The tree of `<<A>>_v` (`bare`: of A) and the size of its frames; None when a run does not give all its steps."""
    if not _plain(engine, fair.env):
        return None
    low = Lowering(engine.shared, "next")
    low.actions.labels.found.append(("", (), fair.angle.span))
    action = fair.angle.action if bare else fair.angle
    root = low.actions.act(action, fair.env, NONE, lambda done: low.actions.emit(done, 0, ()))
    return (root, low.slots) if _complete(root) else None


def on_everything(engine: ClosureEngine, fair: FairAction) -> bool:
    """Whether the subscript has all variables: `v' # v` says that the step changes the state."""
    actions = Lowering(engine.shared).actions
    parts = {actions.variable(*part) for part in actions.components(fair.angle.subscript, fair.env)}
    return parts.issuperset(range(len(engine.variables)))


def is_next(engine: ClosureEngine, fair: FairAction) -> bool:
    """Whether the condition is on the next-state relation itself, with all variables in its subscript."""
    model, actions = engine.model, Lowering(engine.shared).actions
    if model.next is None or not fair.env.is_empty():
        return False
    body, env = actions.head(fair.angle.action, fair.env)
    relation, _ = actions.head(model.next, EMPTY)
    return body is relation and env.is_empty() and on_everything(engine, fair)


def _plain(engine: ClosureEngine, env: Env) -> bool:
    """Whether each variable that the environment substitutes stands for a variable of the model, none for two."""
    actions = Lowering(engine.shared).actions
    found = [actions.variable(binding.expr, binding.env) for _, binding in env.substituted_variables()]
    return None not in found and len(set(found)) == len(found)


def _complete(root: flow.Node) -> bool:
    """Whether every path gives every variable a value."""
    return not any(isinstance(node, flow.Emit) and (node.missing or node.maybe) for node in flow.each_node(root))
