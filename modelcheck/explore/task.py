"""From a model to what the search has to check: compiled predicates, and what tells states apart.

Liveness properties are checked after the search (`fair.py`); the search keeps the graph for them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from modelcheck.engine.protocol import Engine, Predicate, State
from modelcheck.errors import EXIT_EVAL_SPEC, TlaError
from modelcheck.explore.bfs import Task
from modelcheck.explore.unsound import has_liveness
from modelcheck.module.model import Model
from modelcheck.module.tree import Box

if TYPE_CHECKING:
    from modelcheck.explore.symmetry import Permutation


def refuse_incomplete(model: Model) -> None:
    """Raise `TlaError` C035 if there are states but no steps to explore (exit code 75, as TLC's)."""
    if model.variables and model.next is None:
        name = model.config.file.name
        raise TlaError("C035", f"{name} names no next-state action", exit_code=EXIT_EVAL_SPEC)


def make_task(model: Model, engine: Engine, check_deadlock: bool | None = None) -> Task:
    """Compile what the cfg asks for. `check_deadlock` overrides the model's own setting."""
    state, step = engine.state_predicate, engine.step_predicate
    group = _group(model, engine)
    return Task(
        invariants=tuple(state(named.name, named.expr) for named in model.invariants),
        init_properties=tuple(state(p.name, init) for p in model.properties for init in p.inits),
        step_properties=tuple(
            step(p.name, Box(action.span, action, subscript))
            for p in model.properties
            for action, subscript in p.boxes
        ),
        constraints=tuple(state(named.name, named.expr) for named in model.constraints),
        action_constraints=tuple(step(named.name, named.expr) for named in model.action_constraints),
        check_deadlock=model.check_deadlock if check_deadlock is None else check_deadlock,
        identity=_identity(model, engine, group),
        symmetry=tuple(group),
        keep_graph=has_liveness(model),
    )


def in_words(task: Task, model: Model) -> tuple[str, ...]:
    """What the task checks, for the reader of a success: 'invariants A, B', 'deadlock', …"""
    words = []
    for title, predicates in (("invariant", task.invariants), ("property", _properties(task))):
        names = list(dict.fromkeys(p.name for p in predicates))
        if title == "property":
            names = list(dict.fromkeys([*names, *(p.name for p in model.properties if p.liveness)]))
        if names:
            words.append(f"{_plural(title, len(names))} {', '.join(names)}")
    if task.check_deadlock and model.variables:
        words.append("deadlock")
    assumptions = sum(1 for a in model.assumptions if a.expr is not None)
    if assumptions:
        words.append(f"{assumptions} {_plural('assumption', assumptions)}")
    return tuple(words)


def _properties(task: Task) -> tuple[Predicate, ...]:
    return (*task.init_properties, *task.step_properties)


def _plural(word: str, number: int) -> str:
    return word if number == 1 else word[:-1] + "ies" if word.endswith("y") else word + "s"


def _group(model: Model, engine: Engine) -> list[Permutation]:
    """The permutations that SYMMETRY stands for; none without it, or when only the identity is left."""
    if model.symmetry is None:
        return []
    from modelcheck.explore.symmetry import permutation_group

    group = permutation_group(engine.evaluate(model.symmetry), model.symmetry.span)
    return group if len(group) > 1 else []


def _identity(model: Model, engine: Engine, group: list[Permutation]) -> Callable[[State], Hashable] | None:
    """What tells two states apart: VIEW of the state, the orbit under SYMMETRY, both, or None: the state."""
    view, evaluate = model.view, engine.evaluate
    if not group:
        return None if view is None else lambda state: evaluate(view, state)
    from modelcheck.explore.symmetry import least_in_orbit, orbit_key

    if view is None:
        return orbit_key(group)
    least = least_in_orbit(group)
    return lambda state: evaluate(view, least(state))
